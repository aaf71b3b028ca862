"""What was done last by each plan of maintenance, and what is due next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    LUBRICATION,
    MOST_DELAY,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
    Schedule,
)
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.rows import Floats, Ints, Rows

ENTERED = 36_000
"""Second of the day at which plans are entered."""
_ROUNDS = 24
"""What was missed so many times was never done."""
_FAR = 400
"""Days from which on a meter's due date is a rule of three."""


@dataclass(frozen=True)
class Prospects(Rows):
    """Plans: what was done last and what is due next; days since 1970-01-01."""

    TIME: ClassVar[str] = "changed"

    schedule: Ints  # place in `Plan.schedules`
    last: Ints  # production day on which it was done, NEVER where that is unknown
    last_hours: Floats  # what the meter showed then
    following: Ints
    following_hours: Floats
    changed: Ints  # UTC second


class Outlook:
    """What each plan had done last, and what is due next, as of an instant."""

    def __init__(self, plan: Plan, start: int) -> None:
        self._plan = plan
        self._utilities = plan.utilities
        self._start = start
        self._row = {s.schedule_id: row for row, s in enumerate(plan.schedules)}

    def standing(self) -> Prospects:
        """All plans when history begins, by key."""
        found = []
        for s in self._plan.schedules:
            day = self._start // DAY - 2
            last, hours = self.last(s, day)
            following, next_hours = self.next(s, day)
            if s.kind == CALIBRATION and last != NEVER:  # one that is overdue stays the next
                following = min(following, self._plan.next_calibration(s, last))
            entered = max(s.asset.installation_date * DAY, 0) + ENTERED
            changed = max(entered, min(max(last, 0) * DAY + ENTERED, self._start - 1))
            found.append((self._row[s.schedule_id], last, hours, following, next_hours, changed))
        return _table(found)

    def changed(self, window: Window, orders: WorkOrders) -> Prospects:
        """Plans, by key, whose orders were done or given up in a window, `orders` being those that changed in it."""
        missed = (orders.missed >= 0) & (orders.missed < window.end)
        at = np.where(missed, orders.missed, orders.end)
        o = orders.where((orders.schedule_id > 0) & (at >= window.start) & (at < window.end))
        at = np.where((o.missed >= 0) & (o.missed < window.end), o.missed, o.end)
        order = np.lexsort((np.arange(len(o)), at, o.schedule_id))  # the latest of each plan comes last
        final = order[np.append(o.schedule_id[order][1:] != o.schedule_id[order][:-1], True)] if len(o) else order
        found = []
        columns = (o.schedule_id, o.done, o.meter_hours, o.day, at)
        for schedule_id, done, hours, day, time in zip(*(c[final].tolist() for c in columns), strict=True):
            s = self._plan.by_id[schedule_id]
            last, last_hours = (done, float(hours)) if done != NEVER else self.last(s, day)
            following, next_hours = self.next(s, day)
            found.append(
                (
                    self._row[schedule_id],
                    last,
                    last_hours,
                    following,
                    float(hours + s.every) if hours else next_hours,
                    time,
                )
            )
        return _table(found)

    def last(self, s: Schedule, day: int) -> tuple[int, float]:
        """(production day on which it was last done up to `day`, running hours then); NEVER if it is unknown."""
        plan, asset = self._plan, s.asset
        if s.kind == LUBRICATION:
            for d in range(day, plan.first_day + MOST_DELAY, -1):
                if plan.routine.is_turn(asset, d):
                    due = plan.routine.lubrication(asset, d)
                    if due.done != NEVER and due.done <= day:
                        return due.done, 0.0
            return NEVER, 0.0
        if s.kind == WINDOW:
            for d in range(day, plan.first_day, -1):
                if plan.routine.has_window(asset, d) and not plan.routine.window_missed(asset, d):
                    return d, 0.0
            return NEVER, 0.0
        if s.kind == CALIBRATION:
            return plan.calibrated(s, day), 0.0
        if s.kind in (STATUTORY, SERVICE):
            latest = day - (day + plan.phase(s)) % s.every
            rounds = range(latest, latest - _ROUNDS * s.every, -s.every)
            done = (d for d in rounds if s.kind == STATUTORY or not plan.service_missed(asset, d))
            return next(done, NEVER), 0.0
        if s.kind == WEAR_PART:
            time = plan.bounds(asset.factory_id, day + 1)[0]
            hours = plan.forecast_hours(asset, time - 1) // s.every * s.every
            if hours <= plan.meter_base(asset):
                return NEVER, 0.0
            return self._reaches(s, hours), hours
        built_in = self._built_in(s, day)
        return built_in // DAY, max(plan.forecast_hours(asset, built_in), 0.0)

    def _built_in(self, s: Schedule, day: int) -> int:
        """When the component that a plan replaces was built in, as of the end of a day."""
        place = s.asset.places[s.number - 1]
        return self._utilities.installed(s.asset, place, self._plan.bounds(s.asset.factory_id, day + 1)[0])

    def next(self, s: Schedule, day: int) -> tuple[int, float]:
        """(production day after `day` on which it is due, running hours at which it is)."""
        plan, asset = self._plan, s.asset
        if s.kind == LUBRICATION:
            found = plan.routine.next_turn(asset, day)
            return (found if found != NEVER else day + s.every), 0.0
        if s.kind == WINDOW:
            return plan.routine.next_window(asset, day), 0.0
        if s.kind == CALIBRATION:
            return plan.next_calibration(s, day), 0.0
        if s.kind in (STATUTORY, SERVICE):
            return day + s.every - (day + plan.phase(s)) % s.every, 0.0
        if s.kind == WEAR_PART:
            time = plan.bounds(asset.factory_id, day + 1)[0]
            now = plan.forecast_hours(asset, time - 1)
            hours = (now // s.every + 1) * s.every
            ahead = int((hours - now) / plan.pace / max(24 * plan.share(asset), 0.5))
            return (self._reaches(s, hours) if ahead < _FAR else day + min(ahead, 9_999)), hours
        built_in = self._built_in(s, day)
        due = built_in + int(s.every * HOUR / plan.duty(asset))
        return max(due // DAY, day + 1), max(plan.forecast_hours(asset, built_in), 0.0) + s.every

    def _reaches(self, s: Schedule, hours: float) -> int:
        """Production day on which a machine's meter is expected to show `hours`."""
        plan, asset = self._plan, s.asset
        planned = int((hours - plan.meter_base(asset)) / plan.pace * HOUR)
        return plan.day_of(asset.factory_id, plan.at(asset, max(planned, 0)))


def _table(found: list[tuple[int, int, float, int, float, int]]) -> Prospects:
    row, last, last_hours, following, following_hours, changed = np.array(found, dtype=np.float64).reshape(-1, 6).T
    days = (values.astype(np.int64) for values in (row, last, following, changed))
    schedule, done, due, time = days
    return Prospects(schedule, done, last_hours, due, following_hours, time)
