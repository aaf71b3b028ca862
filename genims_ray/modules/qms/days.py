"""Production days of factories, and facts counted by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.world import DAY, World
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.production_orders import OrderBook

_SPAN = 2**36


@dataclass(frozen=True)
class FactoryDays:
    """Production days, one row a factory and day, ordered by both; instants in UTC seconds."""

    factory_id: Ints
    day: Ints
    opens: Ints  # of the first one: when history begins
    closes: Ints

    def row(self, factory_id: Ints, time: Ints) -> Ints:
        """The day in which each instant at a factory falls, -1: none of these."""
        if not len(self.day):
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
        return np.bincount(row[known], weights, minlength=len(self.day)).astype(np.int64)

    def before_close(self, factory_id: Ints, time: Ints) -> Ints:
        """How many instants at its factory lie before the end of each day."""
        axis = np.sort(factory_id * _SPAN + time)
        until = np.searchsorted(axis, self.factory_id * _SPAN + self.closes)
        return np.asarray(until - np.searchsorted(axis, self.factory_id * _SPAN))


def production_days(world: World, start: int, end: int) -> FactoryDays:
    """The production days that end in [start, end) and a day or more after history began."""
    earliest = max(start, world.start + DAY)
    first = {x.factory.factory_id: i for i, x in reversed(list(enumerate(world.lines)))}
    ids = np.array(sorted(first), dtype=np.int64)
    rows = [first[f] for f in ids.tolist()]
    days = np.arange(earliest // DAY - 2, max((end - 1) // DAY, earliest // DAY) + 2)
    bounds = np.array([world.company.calendar.day_bounds(int(d))[rows] for d in days])  # (days, factories, 4)
    closes = bounds[:, :, 3].T
    f, d = np.nonzero((closes >= earliest) & (closes < end))
    opens = np.maximum(bounds[d, f, 0], world.start)
    return FactoryDays(ids[f], days[d], opens, closes[f, d])


def book(world: World, start: int, end: int) -> OrderBook:
    """The orders of the production days that end in [start, end)."""
    return world.shopfloor.production_orders.between(start - 2 * DAY, end)
