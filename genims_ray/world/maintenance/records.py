"""Maintenance orders as rows, with the time booked on them and the parts they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import Window
from genims_ray.world.rows import Bools, Ints, Rows, Texts

STEP, BOOKING, COST_OF_BOOKING, COST_OF_PARTS, COST_OF_CALL = 0, 0, 32, 96, 97
"""First numbers of an order's steps, bookings and cost lines in the keys of these."""


@dataclass(frozen=True)
class WorkOrders(Rows):
    """Orders, in order of their keys. Instants are UTC seconds, NEVER where something does not happen or is not decided
    yet; days are days since 1970-01-01."""

    TIME: ClassVar[str] = "created"
    INSTANTS: ClassVar[tuple[str, ...]] = (
        "created", "assigned", "start", "waits", "resumed", "end", "missed", "closed",
    )  # fmt: skip

    key: Ints
    asset: Ints  # place in `Assets.table`
    kind: Texts
    type: Texts  # preventive, breakdown, corrective, predictive or inspection
    day: Ints  # production day of its key
    work: Texts
    priority: Texts
    source: Texts
    created: Ints
    assigned: Ints
    scheduled: Ints
    start: Ints
    waits: Ints  # a part is missing from here
    resumed: Ints  # until here
    end: Ints
    missed: Ints
    closed: Ints
    due_day: Ints  # last day to be on time, NEVER for unplanned work
    schedule_id: Ints
    procedure: Texts
    place: Ints  # position of the component that it is about, 0 if none
    cycle: Ints  # life that it ends, NEVER if it replaces nothing
    event: Bools  # whether a component's failure or the repair before it is behind it
    begun: Ints  # when the stop began that was repaired
    code: Texts  # fault code of a stop
    age: Ints  # planned operating seconds of the component that failed
    sudden: Bools
    done: Ints  # production day on which planned work is done, NEVER if it is missed
    meter_hours: Ints  # running hours at which it was due, by meter
    parent: Ints
    fault: Ints
    downtime: Ints
    stopped: Ints  # seconds that the asset stood still for it
    technician: Ints  # employee in charge, 0 while nobody is
    booked: Ints  # production day of the first booking
    finding: Texts
    follow_up: Bools
    sensor_id: Ints  # whose alert it looks into, 0 if none
    sensor_faulty: Bools

    @property
    def worked(self) -> Ints:
        """When repair proper began: after any waiting for parts."""
        return np.where(self.resumed > 0, self.resumed, self.start)

    @property
    def active_seconds(self) -> Ints:
        """Time worked, without waiting for parts."""
        return self.end - self.start - np.where(self.waits > 0, self.resumed - self.waits, 0)

    @property
    def written(self) -> Ints:
        """When an order is put on file: closed or given up."""
        return np.where(self.missed > 0, self.missed, self.closed)

    def concerned(self, window: Window, start: int) -> WorkOrders:
        """Those that change in a window or are worked on; what was done before history begins, at `start`, is none of
        its orders."""
        mask = np.zeros(len(self), dtype=bool)
        for name in self.INSTANTS:
            at = getattr(self, name)
            mask |= (at >= max(window.start, 1)) & (at < window.end)
        mask |= (self.start > 0) & (self.start < window.end) & (self.end >= window.start)
        if window.start >= start:
            mask &= ~((self.end > 0) & (self.end < start)) & ~((self.missed > 0) & (self.missed < start))
        return self if mask.all() else self.where(mask)


@dataclass(frozen=True)
class Bookings(Rows):
    """Time of technicians on orders, each within one shift; in order of the orders' keys."""

    TIME: ClassVar[str] = "end"

    order: Ints
    number: Ints  # among those of the order, from 0
    technician: Ints  # employee
    start: Ints
    end: Ints
    day: Ints
    shift: Ints
    called: Bools  # from home


@dataclass(frozen=True)
class Taken(Rows):
    """Parts that orders take, in order of the orders' keys."""

    order: Ints
    part: Ints
    quantity: Ints  # thousandths of the part's unit; negative: brought back


@dataclass(frozen=True)
class Work:
    """Orders with all that belongs to them."""

    orders: WorkOrders
    bookings: Bookings
    taken: Taken

    def of(self, orders: WorkOrders) -> Work:
        """What belongs to some of the orders."""
        if orders is self.orders:
            return self
        return Work(
            orders,
            self.bookings.where(belong(self.bookings.order, orders)),
            self.taken.where(belong(self.taken.order, orders)),
        )


def belong(key: Ints, orders: WorkOrders) -> Bools:
    """Which keys are those of `orders`."""
    if not len(orders):
        return np.zeros(len(key), dtype=bool)
    at = np.minimum(np.searchsorted(orders.key, key), len(orders) - 1)
    return np.asarray(orders.key[at] == key)


def total(order: Ints, values: Ints, orders: WorkOrders) -> Ints:
    """(orders,): the sum of `values` of each order; keys that are none of theirs do not count."""
    found = np.zeros(len(orders), dtype=np.int64)
    mine = belong(order, orders)
    np.add.at(found, np.searchsorted(orders.key, order[mine]), values[mine])
    return found
