"""Key figures of each asset, month by month (ISO 14224, annex C): what it cost and how long it stood still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.costs import Costs
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN
from genims_ray.world.maintenance.meters import Meters
from genims_ray.world.maintenance.movements import ISSUE, RETURN
from genims_ray.world.maintenance.ordering import Ordering
from genims_ray.world.maintenance.service import Service
from genims_ray.world.rows import Bools, Ints, Rows

COMPUTED_AT = 3 * HOUR
"""UTC time of the first day of a month at which the month before is computed."""


@dataclass(frozen=True)
class Figures(Rows):
    """Figures of one asset in one month; money in cents."""

    asset_id: Ints
    first: Ints  # day
    last: Ints
    operating: Ints  # hundredths of an hour
    planned: Ints  # seconds that it stood still for planned work
    unplanned: Ints
    repair: Ints  # seconds of active repair of failures
    failures: Ints
    due: Ints  # orders of plans
    on_time: Ints
    corrective: Ints
    breakdowns: Ints
    labour: Ints
    parts: Ints
    contractor: Ints
    units: Ints  # made
    lost: Ints
    time: Ints  # when they are computed

    @property
    def total(self) -> Ints:
        return self.labour + self.parts + self.contractor


class Monthly:
    """Figures of the assets of factories that the frame sees whole."""

    def __init__(self, frame: Frame, ordering: Ordering, costs: Costs, service: Service, meters: Meters) -> None:
        self._frame, self._ordering, self._costs = frame, ordering, costs
        self._service, self._meters = service, meters

    def between(self, window: Window) -> Figures:
        """Figures computed in a window."""
        if window.is_opening:
            return Figures.none()
        ends = [day for day in _first_days(window) if window.start <= day * DAY + COMPUTED_AT < window.end]
        return Figures.joined(self._month(_month_before(end), end) for end in ends) if ends else Figures.none()

    def _month(self, first: int, following: int) -> Figures:
        plan, assets = self._meters.plan, self._meters.plan.register
        ids = np.array([asset.asset_id for asset in plan.assets], dtype=np.int64)
        window = Window(first * DAY, following * DAY)
        begin, end = window.start, window.end
        before_history = begin < self._frame.start
        work = self._ordering.between(window)
        o = work.orders
        row = np.searchsorted(ids, assets.table.asset_id[o.asset])

        def add(at: Ints, values: Ints | Bools) -> Ints:
            found = np.zeros(len(ids), dtype=np.int64)
            np.add.at(found, at, values)
            return found

        booked = work.bookings.between(window)
        booked = booked if before_history else self._costs.recorded(booked)
        labour = add(np.searchsorted(ids, booked.order >> 36), self._costs.of_time(booked))
        ended = (o.end >= begin) & (o.end < end)
        day = plan.turn(assets.table.factory_id[o.asset], np.maximum(o.end, begin))[0]
        due = (o.type == "preventive") & (o.due_day >= first) & (o.due_day < following)
        called = np.isin(o.kind, (BREAKDOWN, ADJUSTMENT))
        broken = ended & (o.kind == BREAKDOWN)
        if before_history:
            parts = add(row, np.where(ended, self._costs.parts(work, all_of_them=True), 0))
        else:
            moves = self._costs.stock.between(window)
            moves = moves.where(np.isin(moves.type, (ISSUE, RETURN)))
            parts = add(np.searchsorted(ids, moves.order >> 36), -self._costs.of_movements(moves))
        operating, units = self._produced(first, following)
        n = len(ids)
        return Figures(
            asset_id=ids,
            first=np.full(n, first),
            last=np.full(n, following - 1),
            operating=operating,
            planned=add(row, np.where(ended & ~called, o.stopped, 0)),
            unplanned=add(row, np.where(ended & called, o.stopped, 0)),
            repair=add(row, np.where(broken, o.active_seconds, 0)),
            failures=add(row, broken),
            due=add(row, due),
            on_time=add(row, due & (o.end > 0) & (o.end < end) & (day <= o.due_day)),
            corrective=add(row, ended & np.isin(o.type, ("corrective", "predictive"))),
            breakdowns=add(row, ended & (o.type == "breakdown")),
            labour=labour,
            parts=parts,
            contractor=add(row, np.where(ended, self._service.cost_cents(o), 0)),
            units=units,
            lost=add(row, np.where(ended & called, self._ordering.lost_parts(o), 0)),
            time=np.full(n, end + COMPUTED_AT),
        )

    def _produced(self, first: int, following: int) -> tuple[Ints, Ints]:
        """Running hours (hundredths) and parts between the meter readings of the first days of two months."""
        m = self._meters
        plan, first_known = m.plan, max(first, m.plan.first_day)
        hours = ((m.counted(following) - m.counted(first_known) + 5) // 10).tolist()
        units = (m.parts(following) - m.parts(first_known)).tolist()
        found = []
        for asset in plan.assets:
            if asset.machine_id:
                found.append((hours.pop(0), units.pop(0)))
            else:
                span = [plan.forecast_hours(asset, day * DAY) for day in (first, following)]
                found.append((round(100 * (span[1] - span[0])), 0))
        a, b = np.array(found, dtype=np.int64).T
        return a, b


def _first_days(window: Window) -> list[int]:
    """First days of months that a window touches."""
    found = []
    for day in range((window.start - COMPUTED_AT) // DAY, window.end // DAY + 1):
        if datetime.fromtimestamp(day * DAY, UTC).day == 1:
            found.append(day)
    return found


def _month_before(day: int) -> int:
    """First day of the month before one that begins on a day."""
    last = datetime.fromtimestamp((day - 1) * DAY, UTC)
    return day - last.day
