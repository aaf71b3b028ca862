"""Routine work at the machines: lubrication in turn, and the maintenance windows of their lines."""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY, NEVER
from genims_ray.world.company.calendar import PLANNED_MAINTENANCE, WORKED, Calendar
from genims_ray.world.layout import Layout, Line
from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.maintenance.due import LUBRICATION, MOST_DELAY, WINDOW, Due
from genims_ray.world.rng import Rng
from genims_ray.world.shopfloor.tools import coolant_machine


class Routine:
    """Routine work at `machines`, which stand on `lines`."""

    def __init__(
        self, machines: list[Asset], lines: list[Line], layout: Layout, calendar: Calendar, rng: Rng, start: int
    ) -> None:
        self._machines = machines
        self._line = {line.line_id: i for i, line in enumerate(lines)}
        self._layout = layout
        self._calendar = calendar
        self._rng = rng
        self._start = start
        self._upkeep = layout.plant.upkeep
        every = layout.plant.maintenance.routine_every_days
        ids = np.array([asset.asset_id for asset in machines], dtype=np.int64)
        self._turn = dict(
            zip(ids.tolist(), (rng.words("routine turn", ids) % np.uint64(every)).astype(int).tolist(), strict=True)
        )

    def _early(self, asset: Asset, day: int) -> int:
        """State of the early shift at the asset's line."""
        return int(self._calendar.shift_states(day)[self._line[asset.line_id], 0])

    def is_turn(self, asset: Asset, day: int) -> bool:
        """Whether it is the machine's turn for lubrication: every few days, if its line works."""
        every = self._layout.plant.maintenance.routine_every_days
        if day < self._calendar.first_day or (day + self._turn[asset.asset_id]) % every:
            return False
        return self._early(asset, day) == WORKED

    def next_turn(self, asset: Asset, day: int, most: int = 400) -> int:
        """The first turn after `day`, NEVER if it is more than `most` days away."""
        return next((d for d in range(day + 1, day + most + 1) if self.is_turn(asset, d)), NEVER)

    def next_window(self, asset: Asset, day: int) -> int:
        """The first maintenance window of the machine's line after `day`."""
        every = 13 * self._layout.plant.shifts.pm_every_days
        return next(
            (d for d in range(day + 1, day + every) if self._early(asset, d) == PLANNED_MAINTENANCE), day + every
        )

    def _waits(self, asset: Asset, day: int) -> bool:
        """Whether the order of a turn waits for the next one; never two in a row."""

        def drawn(d: int) -> bool:
            return float(self._rng.uniform("routine late", asset.asset_id, d)) < self._upkeep.routine_late

        if not drawn(day) or self.next_turn(asset, day, MOST_DELAY) == NEVER:
            return False
        before = next((d for d in range(day - 1, day - MOST_DELAY - 1, -1) if self.is_turn(asset, d)), NEVER)
        return before == NEVER or not drawn(before)

    def neglected(self, asset: Asset, day: int) -> bool:
        """Whether the machine is the one that nobody cares for in these days."""
        story = self._upkeep.coolant_story
        since = day - self._start // DAY
        return asset.machine_id == coolant_machine(self._layout) and story.from_day <= since < story.to_day

    def on(self, day: int) -> list[Due]:
        """Orders due on production `day`."""
        found = []
        settings = self._layout.plant.maintenance
        states = self._calendar.shift_states(day)[:, 0]
        for asset in self._machines:
            state = int(states[self._line[asset.line_id]])
            if state == PLANNED_MAINTENANCE:
                found.append(Due(asset, WINDOW, day, NEVER if self.window_missed(asset, day) else day, 0))
            elif state == WORKED and (day + self._turn[asset.asset_id]) % settings.routine_every_days == 0:
                found.append(self.lubrication(asset, day))
        return found

    def lubrication(self, asset: Asset, day: int) -> Due:
        if self.neglected(asset, day):
            return Due(asset, LUBRICATION, day, NEVER, 0)
        before = next((d for d in range(day - 1, day - MOST_DELAY - 1, -1) if self.is_turn(asset, d)), NEVER)
        if before != NEVER and not self.neglected(asset, before) and self._waits(asset, before):
            return Due(asset, LUBRICATION, day, NEVER, 0, skipped=True)
        if self._waits(asset, day):
            return Due(asset, LUBRICATION, day, self.next_turn(asset, day, MOST_DELAY), 0)
        missed = float(self._rng.uniform("routine missed", asset.asset_id, day)) < self._upkeep.routine_missed
        return Due(asset, LUBRICATION, day, NEVER if missed else day, 0)

    def has_window(self, asset: Asset, day: int) -> bool:
        return self._early(asset, day) == PLANNED_MAINTENANCE

    def window_missed(self, asset: Asset, day: int) -> bool:
        return float(self._rng.uniform("window missed", asset.asset_id, day)) < self._upkeep.window_missed
