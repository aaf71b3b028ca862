"""What orders cost, in integer cents: time at the technicians' rates, parts at standard cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import HOUR
from genims_ray.world.maintenance.movements import Movements
from genims_ray.world.maintenance.records import Bookings, Work, total
from genims_ray.world.maintenance.service import Service
from genims_ray.world.maintenance.spares import PIECE, Spares
from genims_ray.world.maintenance.stock import Stock
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.money import half_up
from genims_ray.world.rows import Ints, Rows


@dataclass(frozen=True)
class Amounts(Rows):
    """Cents of each order."""

    labour: Ints
    parts: Ints
    service: Ints
    total: Ints


class Costs:
    """Amounts as the store and the time bookings record them: from the beginning of history on."""

    def __init__(self, technicians: Technicians, spares: Spares, stock: Stock, service: Service, start: int) -> None:
        self._technicians = technicians
        self._stock = self.stock = stock
        self._service = service
        self._start = start
        self._part = np.array([part.mro_part_id for part in spares.every], dtype=np.int64)
        self._cents = np.array([part.cost_cents for part in spares.every], dtype=np.int64)

    def rates(self, bookings: Bookings) -> Ints:
        """Cents an hour."""
        return self._technicians.rates(bookings.technician, bookings.called)

    def of_time(self, bookings: Bookings) -> Ints:
        """Time at the hourly rate."""
        return half_up((bookings.end - bookings.start) * self.rates(bookings), HOUR)

    def recorded(self, bookings: Bookings) -> Bookings:
        """Those that are on record."""
        return bookings.where(bookings.end >= self._start)

    def of(self, work: Work) -> Amounts:
        """What each order has cost."""
        labour, parts, service = self.labour(work), self.parts(work), self._service.cost_cents(work.orders)
        return Amounts(labour, parts, service, labour + parts + service)

    def labour(self, work: Work) -> Ints:
        """(orders,): the time booked on each."""
        bookings = self.recorded(work.bookings)
        return total(bookings.order, self.of_time(bookings), work.orders)

    def of_part(self, part: Ints) -> Ints:
        """Standard cost of a unit."""
        return self._cents[np.searchsorted(self._part, part)]

    def of_movements(self, movements: Movements) -> Ints:
        """Value of movements, signed as their quantities."""
        return amount(movements.quantity, self.of_part(movements.part))

    def parts(self, work: Work, all_of_them: bool = False) -> Ints:
        """(orders,): parts less what was brought back; `all_of_them`: those from before history begins, too."""
        taken = work.taken
        cents = total(taken.order, amount(taken.quantity, self.of_part(taken.part)), work.orders)
        return cents if all_of_them else np.where(self._stock.records(work.orders), cents, 0)


def amount(quantity: Ints, cost_cents: Ints) -> Ints:
    """Thousandths of a unit times its cost, rounded to the cent, halves away from zero."""
    return np.sign(quantity) * half_up(np.abs(quantity) * cost_cents, PIECE)
