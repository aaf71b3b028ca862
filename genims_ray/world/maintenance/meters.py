"""Running hours and cycles: controllers' counters when the production day begins, utilities read by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.rows import Bools, Ints, Rows, Texts
from genims_ray.world.shopfloor import Shopfloor

LONGEST_UNREAD = 15
"""Days within which somebody reads a meter."""
_ROUND_BEGINS, _ROUND_ENDS = HOUR, 5 * HOUR
"""Seconds of the early shift between which the meters of utilities are read."""
_OPENS_AFTER = 20 * HOUR
"""No production day begins earlier or later than this around the UTC day of its number."""


@dataclass(frozen=True)
class Readings(Rows):
    """Readings in thousandths of their unit; UTC seconds."""

    asset_id: Ints
    day: Ints  # production day
    unit: Texts  # h or cycles
    time: Ints
    value: Ints
    previous: Ints  # NEVER where none is on record
    manual: Bools
    message: Ints  # of the controller, 0 if it sent none then
    technician: Ints  # who read it, 0 for a controller


class Meters:
    """Meters at factories that the frame sees whole."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        shopfloor: Shopfloor,
        plan: Plan,
        rosters: Rosters,
        technicians: Technicians,
    ) -> None:
        self._frame, self._plan, self._rosters, self._technicians = frame, plan, rosters, technicians
        self.plan = plan
        self._calendar, self._production = company.calendar, shopfloor.production
        at = {line.line_id: i for i, line in enumerate(frame.lines)}
        machines = [asset for asset in plan.assets if asset.machine_id]
        self._machine = np.array([asset.asset_id for asset in machines], dtype=np.int64)
        self._line = np.array([at[asset.line_id] for asset in machines], dtype=np.int64)
        self._base = np.array([round(1_000 * plan.meter_base(asset)) for asset in machines], dtype=np.int64)
        self._utilities = [asset for asset in plan.assets if not asset.machine_id and asset.metered]
        self._days: Cells[int, Readings] = Cells(frame.memory, self._of_day)

    def between(self, window: Window) -> Readings:
        """Readings in a window, by asset, day and unit."""
        first = (window.start - _OPENS_AFTER - _ROUND_ENDS) // DAY
        parts = []
        for day in range(first, (window.end + _OPENS_AFTER) // DAY + 1):
            opens = self._calendar.day_bounds(day)[:, 0]
            if opens.min() < window.end and opens.max() + _ROUND_ENDS >= window.start:
                parts.append(self._days[day].between(window))
        return Readings.joined(parts).ordered("asset_id", "day", "unit") if parts else Readings.none()

    def hours(self, asset: Ints, time: Ints) -> Ints:
        """Thousandths of an hour that assets (their places in `Assets.table`) show, by the reading at the beginning of
        the production day; NEVER where there is no meter."""
        table = self._plan.register.table
        days, _ = self._plan.turn(table.factory_id[asset], time)
        found = np.full(len(asset), NEVER)
        machine = table.machine_id[asset] > 0
        for day, at in grouped(np.where(machine, days, NEVER)):
            if day != NEVER:
                row = np.searchsorted(self._machine, table.asset_id[asset[at]])
                found[at] = self._base[row] + self.counted(day)[row]
        for k in np.flatnonzero(~machine & table.metered[asset]).tolist():
            found[k] = round(1_000 * self._plan.forecast_hours(self._plan.register.every[int(asset[k])], int(time[k])))
        return found

    def counted(self, day: int) -> Ints:
        """(machines,): thousandths of an hour of work from the calendar's first day to the beginning of a production
        day."""
        return np.floor(self._production.state(day).work[self._line] / 3.6).astype(np.int64)

    def parts(self, day: int) -> Ints:
        """(machines,): parts made up to the beginning of a production day."""
        return np.asarray(self._production.state(day).parts[self._line])

    def _of_day(self, day: int) -> Readings:
        opens = self._calendar.day_bounds(day)[self._line, 0]
        earlier = self._calendar.day_bounds(day - 1)[self._line, 0] >= self._frame.start
        interval, n = self._frame.plant.scada_interval_seconds, len(opens)
        message = np.where(opens % interval == 0, keys.key(self._machine, opens // DAY, opens % DAY // interval), 0)
        values = (
            ("h", self._base + self.counted(day), self._base + self.counted(day - 1)),
            ("cycles", 1_000 * self.parts(day), 1_000 * self.parts(day - 1)),
        )
        parts = [
            Readings(
                asset_id=self._machine,
                day=np.full(n, day),
                unit=np.full(n, unit),
                time=opens,
                value=value,
                previous=np.where(earlier, before, NEVER),
                manual=np.zeros(n, dtype=bool),
                message=message,
                technician=np.zeros(n, dtype=np.int64),
            )
            for unit, value, before in values
        ]
        return Readings.joined([*parts, *filter(None, (self._by_hand(asset, day) for asset in self._utilities))])

    def _by_hand(self, asset: Asset, day: int) -> Readings | None:
        """The reading of a utility; nobody goes round when all technicians of the early shift are away."""
        crew = self._readers(asset, day)
        if not crew:
            return None
        time = self._read_at(asset, day)
        before = range(day - 1, day - LONGEST_UNREAD, -1)
        earlier = next((self._read_at(asset, d) for d in before if self._readers(asset, d)), NEVER)
        value, previous = (round(1_000 * self._plan.forecast_hours(asset, t)) for t in (time, earlier))
        who = self._technicians.technician(crew[asset.asset_id % len(crew)]).technician_id
        return Readings(
            asset_id=np.array([asset.asset_id]),
            day=np.array([day]),
            unit=np.array(["h"]),
            time=np.array([time]),
            value=np.array([value]),
            previous=np.array([previous if earlier >= self._frame.start else NEVER]),
            manual=np.array([True]),
            message=np.array([0]),
            technician=np.array([who]),
        )

    def _readers(self, asset: Asset, day: int) -> Sequence[int]:
        return self._rosters.repairs(asset.factory_id, day).crews[0]

    def _read_at(self, asset: Asset, day: int) -> int:
        late = float(self._frame.rng.uniform("meter round", asset.asset_id, day))
        begins = self._plan.bounds(asset.factory_id, day)[0]
        return begins + _ROUND_BEGINS + int((_ROUND_ENDS - _ROUND_BEGINS) * late)
