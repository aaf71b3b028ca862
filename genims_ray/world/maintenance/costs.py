"""What orders cost, in integer cents: time at the technicians' rates, parts at standard cost."""

from __future__ import annotations

from genims_ray.world.maintenance.jobs import Job
from genims_ray.world.maintenance.movements import Movement
from genims_ray.world.maintenance.roster import Booking
from genims_ray.world.maintenance.spares import Spares
from genims_ray.world.maintenance.stock import Stock
from genims_ray.world.maintenance.technicians import Technicians


class Costs:
    """Amounts as the store and the time bookings record them: from the beginning of history on."""

    def __init__(self, technicians: Technicians, spares: Spares, stock: Stock, start: int) -> None:
        self._technicians = technicians
        self._spares = spares
        self._stock = stock
        self._start = start

    def rate(self, booking: Booking) -> int:
        """Cents an hour."""
        technician = self._technicians.technician(booking.technician)
        return technician.overtime_cents if booking.called else technician.rate_cents

    def of_time(self, booking: Booking) -> int:
        """Time at the hourly rate, rounded to the cent, halves up."""
        return ((booking.end - booking.start) * self.rate(booking) * 2 + 3_600) // 7_200

    def bookings(self, job: Job) -> list[Booking]:
        """Bookings of an order that are on record."""
        return [b for b in job.bookings if b.end >= self._start]

    def labour(self, job: Job) -> int:
        return sum(self.of_time(b) for b in self.bookings(job))

    def of_movement(self, movement: Movement) -> int:
        """Value of a movement, signed as its quantity."""
        return amount(movement.quantity, self._spares.by_id[movement.part].cost_cents)

    def parts(self, job: Job, all_of_them: bool = False) -> int:
        """Parts less what was brought back; `all_of_them`: those from before history begins, too."""
        if not (all_of_them or self._stock.records(job)):
            return 0
        return sum(amount(quantity, self._spares.by_id[part].cost_cents) for part, quantity in job.parts)


def amount(quantity: int, cost_cents: int) -> int:
    """Thousandths of a unit times its cost, rounded to the cent, halves away from zero."""
    cents = (2 * abs(quantity) * cost_cents + 1_000) // 2_000
    return cents if quantity >= 0 else -cents
