"""Production days of factories: what was made, rejected and inspected in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.window import DAY, Window
from genims_ray.world.cells import Days
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.frame import Frame
from genims_ray.world.quality.inspections import MINUTES, LineInspections
from genims_ray.world.rows import Ints, Rows
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.production_orders import OrderBook

_SPAN = 2**36
BOOK_DAYS = 2
"""UTC days before its end that hold all of a production day."""


@dataclass(frozen=True)
class FactoryDays(Rows):
    """Production days, one row a factory and day, ordered by both; instants in UTC seconds."""

    TIME: ClassVar[str] = "closes"

    factory_id: Ints
    day: Ints
    opens: Ints  # of the first one: when history begins
    closes: Ints
    parts_produced: Ints
    parts_rejected: Ints
    inspected: Ints
    passed: Ints  # inspections
    inspection_minutes: Ints

    def row(self, factory_id: Ints, time: Ints) -> Ints:
        """The day in which each instant at a factory falls, -1: none of these."""
        if not len(self):
            return np.full(len(time), -1)
        axis = self.factory_id * _SPAN + self.closes
        at = np.searchsorted(axis, factory_id * _SPAN + time, side="right")
        k = np.minimum(at, len(axis) - 1)
        inside = (at < len(axis)) & (self.factory_id[k] == factory_id) & (time >= self.opens[k])
        return np.where(inside, k, -1)

    def of(self, factory_id: Ints, day: Ints) -> Ints:
        """Row of each production day of a factory, -1: none of these."""
        axis, wanted = self.factory_id * _SPAN + self.day, factory_id * _SPAN + day
        k = np.minimum(np.searchsorted(axis, wanted), max(len(axis) - 1, 0))
        return np.where(axis[k] == wanted, k, -1) if len(axis) else np.full(len(wanted), -1)

    def total(self, row: Ints, values: ArrayLike | None = None) -> Ints:
        """Sum, or number, of what falls into each day."""
        known = row >= 0
        weights = None if values is None else np.asarray(values)[known]
        return np.bincount(row[known], weights, minlength=len(self)).astype(np.int64)

    def before_close(self, factory_id: Ints, time: Ints) -> Ints:
        """How many instants at its factory lie before the end of each day."""
        axis = np.sort(factory_id * _SPAN + time)
        until = np.searchsorted(axis, self.factory_id * _SPAN + self.closes)
        return np.asarray(until - np.searchsorted(axis, self.factory_id * _SPAN))


class ProductionDays:
    """The production days of a world's factories."""

    def __init__(self, frame: Frame, calendar: Calendar, shopfloor: Shopfloor, inspections: LineInspections) -> None:
        self._start, self._calendar, self._shopfloor, self._inspections = frame.start, calendar, shopfloor, inspections
        first = {x.factory.factory_id: i for i, x in reversed(list(enumerate(frame.lines)))}
        self._ids = np.array(sorted(first), dtype=np.int64)
        self._lines = [first[f] for f in self._ids.tolist()]
        self._cells: Days[FactoryDays] = Days(frame.memory, self._ended)

    def between(self, window: Window) -> FactoryDays:
        """Those that end in a window, and a day or more after history began."""
        return self._cells.between(window).ordered("factory_id", "day")

    def book(self, window: Window) -> OrderBook:
        """The orders of the production days that end in a window."""
        return self._shopfloor.production_orders.between(
            min(window.start, ((window.end - 1) // DAY - BOOK_DAYS) * DAY), window.end
        )

    def _ended(self, utc_day: int) -> FactoryDays:
        """Those that end in a UTC day."""
        days = np.arange(max(utc_day - 2, self._calendar.first_day), utc_day + 2)
        bounds = np.array([self._calendar.day_bounds(int(d))[self._lines] for d in days])  # (days, factories, 4)
        closes = bounds[:, :, 3].T
        f, d = np.nonzero((closes // DAY == utc_day) & (closes >= self._start + DAY))
        zero = np.zeros(len(f), dtype=np.int64)
        opens = np.maximum(bounds[d, f, 0], self._start)
        found = FactoryDays(self._ids[f], days[d], opens, closes[f, d], zero, zero, zero, zero, zero)
        return self._counted(found, Window.of_days(utc_day)) if len(found) else found

    def _counted(self, days: FactoryDays, window: Window) -> FactoryDays:
        b = self.book(window)
        lots, found = b.lots, self._inspections.every(b)
        made = np.where(lots.end >= self._start, days.of(b.factory_id[lots.order], lots.day), -1)
        row = np.where(b.appears[found.order], days.row(b.factory_id[found.order], found.time), -1)
        return replace(
            days,
            parts_produced=days.total(made, lots.parts),
            parts_rejected=days.total(made, lots.scrapped + lots.rework),
            inspected=days.total(row),
            passed=days.total(np.where(found.failed, -1, row)),
            inspection_minutes=days.total(row, MINUTES[found.kind]),
        )
