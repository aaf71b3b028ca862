"""What the world knows about itself in a range, worked out once for all files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.truth.maintenance import LONGEST, Effects, Failures, Truth
from genims_ray.truth.quality import Table, gauges_out, maintenance_windows, truth
from genims_ray.world import DAY, Window, World
from genims_ray.world.people.training import Lapses
from genims_ray.world.rows import Bools, Ints
from genims_ray.world.sensors.sensor_faults import Faults


@dataclass(frozen=True)
class Known:
    """The truth about [start, end), UTC seconds; `start` is that of the plant."""

    world: World
    start: int
    end: int

    @cached_property
    def failures(self) -> Failures:
        """Those repaired after the start whose degradation began before the end, by the instant of the stop."""
        longest = max(mode.lead_max_hours for mode in self.world.plant.failure_modes.values())
        ahead = (int(longest / 24) + 1) * DAY
        found = self._of_maintenance.failures(self.start - LONGEST, self.end + ahead)
        return found.where((found.ended > self.start) & (found.onset < self.end))

    @cached_property
    def _of_maintenance(self) -> Truth:
        return Truth(self.world.whole)

    @cached_property
    def maintenance_effects(self) -> Effects:
        return self._of_maintenance.stories(self.start, self.end)

    @cached_property
    def sensor_faults(self) -> Faults:
        return self.world.sensors.observation.faults.between(self.start, self.end)

    @cached_property
    def quality(self) -> dict[str, Table]:
        return truth(self.world, self.start, self.end)

    @cached_property
    def maintenance_windows(self) -> Table:
        """Those that ended shortly before the range, too."""
        return maintenance_windows(self.world, self.start - 2 * DAY, self.end)

    @cached_property
    def gauges_out(self) -> Table:
        """Those, too, that were found shortly before the range: complaints follow them into it."""
        out = gauges_out(self.world, self.start - 40 * DAY, self.end)
        return {name: values[out["found"] > self.start - 40 * DAY] for name, values in out.items()}

    @cached_property
    def lapses(self) -> Lapses:
        return self.world.people.lapses(self.start // DAY, (self.end - 1) // DAY + 1)

    def of_machine(self, asset_id: Ints) -> Bools:
        """Which assets are machines."""
        return np.isin(asset_id, self.world.machine_ids)

    def has_report(self, report: Ints, detected: Ints) -> Bools:
        """Which non-conformance reports are on record at the end; they are entered soon after the detection."""
        late = self.world.quality.nonconformances.between(Window(self.end - DAY, self.end)).report_id
        return (report > 0) & ((detected < self.end - DAY) | np.isin(report, late))
