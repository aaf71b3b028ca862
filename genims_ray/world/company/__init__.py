"""Static data of the whole company: who and what there is when history begins.

Arrays are aligned within each group and ordered by key. Each group is made when first asked for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from genims_ray.world import dates
from genims_ray.world.company import assets, bills, partners
from genims_ray.world.company import employees as people
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.company.materials import Materials, Sources, purchasing
from genims_ray.world.company.seats import Seats, seats
from genims_ray.world.frame import Frame
from genims_ray.world.rows import Ints

PLANNED_OEE = 0.77  # turns the ideal output of the worked shifts into a year's volume


class Company:
    """Masters of the whole company, from the plant configuration alone, and the calendar of the frame's lines."""

    def __init__(self, frame: Frame) -> None:
        self.layout = frame.layout
        self.rng = frame.rng
        self.start_day = frame.start_day
        self._frame = frame

    @cached_property
    def calendar(self) -> Calendar:
        """Of the frame's lines."""
        frame = self._frame
        origin = frame.start_day - frame.plant.degradation.warmup_days
        return Calendar(frame.lines, frame.plant.shifts, frame.rng, origin)

    @cached_property
    def companies(self) -> assets.Companies:
        return assets.companies(self.rng, self.layout)

    @cached_property
    def warehouses(self) -> assets.Warehouses:
        return assets.warehouses(self.rng, self.layout, self.companies)

    @cached_property
    def commissioned(self) -> dict[int, int]:
        """Day each line went into service, by line_id."""
        return assets.commissioning(self.rng, self.layout, self.start_day)

    @cached_property
    def machines(self) -> assets.Machines:
        return assets.machines(self.rng, self.layout, self.commissioned, self.start_day)

    @cached_property
    def suppliers(self) -> partners.Suppliers:
        return partners.suppliers(self.rng, self.layout.plant.enterprise.suppliers, self.start_day)

    @cached_property
    def customers(self) -> partners.Customers:
        total = self.layout.plant.enterprise.customers
        return partners.customers(self.rng, total, self.start_day, self.yearly_parts)

    @cached_property
    def yearly_parts(self) -> float:
        """Parts that all lines make in a year at the planned effectiveness."""
        patterns = self.layout.plant.shifts.patterns
        rates = (
            sum(map(len, patterns[line.params.shift_pattern])) * 8 * 3600 * 52.18 / line.type.ideal_cycle_seconds
            for line in self.layout.lines
        )
        return float(PLANNED_OEE * sum(rates))

    @cached_property
    def _purchasing(self) -> tuple[Materials, Sources]:
        total = self.layout.plant.enterprise.materials
        return purchasing(self.rng, total, self.suppliers, self.start_day)

    @property
    def materials(self) -> Materials:
        return self._purchasing[0]

    @property
    def sources(self) -> Sources:
        """Approved sources of the materials."""
        return self._purchasing[1]

    @cached_property
    def _engineering(self) -> tuple[bills.Products, bills.Boms, bills.Components]:
        return bills.products(self.rng, self.layout, self.materials, self.commissioned, self.start_day)

    @property
    def products(self) -> bills.Products:
        return self._engineering[0]

    @property
    def boms(self) -> bills.Boms:
        return self._engineering[1]

    @property
    def components(self) -> bills.Components:
        """Lines of the bills of materials."""
        return self._engineering[2]

    @cached_property
    def departments(self) -> people.Departments:
        return people.departments(self.rng, self.layout)

    @cached_property
    def seats(self) -> Seats:
        return seats(self.layout)

    @cached_property
    def employees(self) -> people.Employees:
        """Those who are there when history begins."""
        return people.employees(self.rng, self.layout, self.seats, self.start_day)

    def persons(self, seat: Ints, employee_ids: Ints, hired: Ints) -> people.Employees:
        """Anyone who ever holds a seat (a row of the seats), as the record has them."""
        return people.persons(
            self.rng, self.layout, self.seats.at(seat), employee_ids, hired, np.zeros_like(employee_ids)
        )

    def entered(self, what: str, ids: Ints, days: Ints) -> Ints:
        """When the record of each entity was keyed in: see `dates.entered`."""
        return dates.entered(self.rng, what, ids, days)
