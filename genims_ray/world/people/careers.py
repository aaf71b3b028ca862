"""Careers: who holds each seat from when to when, and at which level and pay.

A seat's holders are its generations; a person's key is generation * 100,000 + seat, so that the first
ones carry the key of their seat. Lives in a seat are exponential (constant turnover), hence those
of the first generation go on as if they had just begun.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genims_ray.world import dates
from genims_ray.world.company import employees as people
from genims_ray.world.company.partners import USD_PER_UNIT
from genims_ray.world.company.seats import LEADS, OFFICE, Seats
from genims_ray.world.frame import Frame
from genims_ray.world.rng import exponential
from genims_ray.world.rows import Ints, Texts

GENERATION = 100_000
FOREVER = 2**40
INDUCTION_DAYS = 7
"""A newcomer spends the first week in office hours, learning, and is then at the post."""
PERIOD_DAYS = 14
_FIRST_PERIOD = 4  # 1970-01-05 was a Monday
_ROLE_PAY = {
    "operator": 1.0, "relief_operator": 1.05, "shift_supervisor": 1.4, "maintenance_technician": 1.25,
    "quality_inspector": 1.1, "warehouse_operator": 0.9, "plant_manager": 2.6, "production_planner": 1.3,
    "process_engineer": 1.6, "quality_engineer": 1.5, "buyer": 1.3, "controller": 1.5, "hr_partner": 1.3,
    "it_specialist": 1.5, "sales_representative": 1.5, "service_agent": 0.95, "field_technician": 1.25,
}  # fmt: skip
"""Base pay relative to that of an operator of the same level."""


def period_start(day: ArrayLike) -> Ints:
    """First day (a Monday) of the pay period that a day lies in."""
    d = np.asarray(day, dtype=np.int64)
    return np.asarray(d - (d - _FIRST_PERIOD) % PERIOD_DAYS)


def next_period(day: ArrayLike) -> Ints:
    """First day of the first pay period that begins on a day or after it."""
    return np.asarray(period_start(np.asarray(day) - 1) + PERIOD_DAYS)


class Careers:
    """Holders of `seats`. Arrays are (generations, seats) and grow; what is there never changes."""

    def __init__(self, frame: Frame, seats: Seats) -> None:
        layout, rng, start_day = frame.layout, frame.rng, frame.start_day
        self.seats, self.start_day, self._rng = seats, start_day, rng
        self._settings = layout.plant.people.turnover
        self._pay = layout.plant.people.pay
        self._mean = people.mean_tenure_days(seats)
        self._leads = np.isin(seats.role, LEADS)
        first = people.first_hired(rng, layout, seats, start_day)
        last = start_day + np.floor(exponential(rng.uniform("stay", seats.seat_id), self._mean)).astype(np.int64)
        self.hire, self.last = first[None, :], last[None, :]
        """First and last day employed."""
        self.department_id = people.departments_of(layout, seats)
        factory = layout.factory_by_id
        wage = np.array(
            [
                factory[f].params.labour_rate_usd
                * self._pay.wage_share
                * _ROLE_PAY[role]
                / USD_PER_UNIT.get(factory[f].params.currency, 1.0)
                for f, role in zip(seats.factory_id.tolist(), seats.role.tolist(), strict=True)
            ]
        )
        self._wage = np.asarray(wage)
        self.currency = np.array([factory[f].params.currency for f in seats.factory_id.tolist()])

    def ensure(self, day: int) -> None:
        """Have all holders at hand who are hired, or under contract, by a day."""
        while self.hire[-1].min() <= day + 120:
            generation = len(self.hire)
            ids = self.person(generation, np.arange(len(self._mean)))
            settings, rng = self._settings, self._rng
            wait = np.clip(rng.lognormal("vacancy", settings.vacancy_median_days, settings.vacancy_sigma, ids), 3, 90)
            free = self.last[-1] + 1
            monday = free + np.floor(wait).astype(np.int64)
            monday += (-(monday + 3)) % 7
            hire = np.where(self._leads, free, monday)
            stay = np.floor(exponential(rng.uniform("stay", ids), self._mean)).astype(np.int64)
            self.hire = np.concatenate([self.hire, hire[None, :]])
            self.last = np.concatenate([self.last, (hire + 20 + stay)[None, :]])

    def person(self, generation: ArrayLike, seat: Ints) -> Ints:
        """Key of the holder of a seat (an index)."""
        return np.asarray(np.asarray(generation) * GENERATION + self.seats.seat_id[seat], dtype=np.int64)

    def place(self, employee_id: ArrayLike) -> tuple[Ints, Ints]:
        """Generation and seat (an index) of each person."""
        ids = np.asarray(employee_id, dtype=np.int64)
        return ids // GENERATION, np.searchsorted(self.seats.seat_id, ids % GENERATION)

    def holder(self, seat: ArrayLike, day: ArrayLike) -> Ints:
        """Who holds each seat (an index) on each day; 0 if it is vacant. Broadcasts."""
        s, d = np.broadcast_arrays(np.asarray(seat), np.asarray(day))
        if d.size:
            self.ensure(int(d.max()))
        generation = sum((hire[s] <= d for hire in self.hire), np.zeros(d.shape, dtype=np.int64)) - 1
        employed = (generation >= 0) & (d <= self.last[np.maximum(generation, 0), s])
        return np.where(employed, self.person(np.maximum(generation, 0), s), 0)

    def hired(self, employee_id: ArrayLike) -> Ints:
        """First day of each person."""
        generation, seat = self.place(employee_id)
        return np.asarray(self.hire[generation, seat])

    def left(self, employee_id: ArrayLike) -> Ints:
        """Last day of each person."""
        generation, seat = self.place(employee_id)
        return np.asarray(self.last[generation, seat])

    def signed(self, employee_id: ArrayLike) -> Ints:
        """Day on which the contract was signed and the person's record entered; for the first
        generation, which is older than the records, the first day."""
        generation, seat = self.place(employee_id)
        before = self.notice(self.person(np.maximum(generation - 1, 0), seat)) + 1
        hire = self.hire[generation, seat]
        return np.where(
            generation == 0, hire, np.minimum(np.maximum(hire - self._settings.signed_days, before), hire - 1)
        )

    def exits(self, employee_id: ArrayLike) -> tuple[Texts, Texts]:
        """Kind of exit and its main reason."""
        ids = np.asarray(employee_id, dtype=np.int64)
        u, years = self._rng.uniform("exit", ids), (self.left(ids) - self.hired(ids)) / dates.YEAR
        kind = np.select(
            [(u < 0.25) & (years > 12), (u > 0.94), (u > 0.8) & (years < 2)],
            ["retirement", "dismissal", "end_of_contract"],
            "resignation",
        )
        v = self._rng.uniform("exit reason", ids)
        own = np.array(["pay", "career", "working_hours", "commute", "relocation", "health"])
        resigned = own[np.searchsorted([0.3, 0.52, 0.74, 0.84, 0.93], v)]
        reason = np.select(
            [kind == "retirement", kind == "dismissal", kind == "end_of_contract"],
            [
                np.full(ids.shape, "age"),
                np.where(v < 0.6, "performance", "conduct"),
                np.full(ids.shape, "contract_term"),
            ],
            resigned,
        )
        return kind, reason

    def notice(self, employee_id: ArrayLike) -> Ints:
        """Day on which notice was given."""
        ids = np.asarray(employee_id, dtype=np.int64)
        kind, _ = self.exits(ids)
        ahead = np.select([kind == "retirement", kind == "dismissal"], [84, 2], self.notice_period(ids))
        return np.asarray(np.maximum(self.left(ids) - ahead, self.hired(ids) + 1))

    def notice_period(self, employee_id: ArrayLike) -> Ints:
        """Days of notice by contract: twice as many for the staff."""
        _, seat = self.place(employee_id)
        return np.where(self.seats.roster[seat] == OFFICE, 2, 1) * self._settings.notice_days

    def people(self, until: int) -> Ints:
        """Everyone whose contract is signed by a day, by key."""
        self.ensure(until)
        seat = np.arange(len(self._mean))
        ids = np.concatenate([self.person(g, seat) for g in range(len(self.hire))])
        return np.sort(ids[self.signed(ids) <= until])

    def prior_years(self, employee_id: ArrayLike) -> NDArray[np.float64]:
        """Experience brought along, years; that of the first generation is in their hire dates."""
        generation, seat = self.place(employee_id)
        most = np.where(self.seats.roster[seat] == OFFICE, 9.0, 2.0)
        return np.where(generation == 0, 0.0, most * self._rng.uniform("experience", np.asarray(employee_id)))

    def promotions(self, employee_id: ArrayLike) -> Ints:
        """(people, 3): day on which each person reaches the next levels; the day of hire or before
        for levels brought along. Changes take effect with a pay period."""
        ids = np.asarray(employee_id, dtype=np.int64)
        hired = self.hired(ids)
        needed = np.array(people.LEVEL_YEARS) - self.prior_years(ids)[:, None]
        wait = np.ceil(needed / people.learning(self._rng, ids)[:, None] * dates.YEAR).astype(np.int64)
        return np.where(wait <= 0, hired[:, None], next_period(hired[:, None] + wait))

    def level(self, employee_id: ArrayLike, day: ArrayLike) -> Ints:
        """Level (0 trainee to 3 expert) on a day."""
        return np.asarray((self.promotions(employee_id) <= np.asarray(day)[..., None]).sum(axis=-1))

    def merits(self, employee_id: ArrayLike, day: ArrayLike) -> NDArray[np.float64]:
        """Product of the individual raises decided in the annual reviews since the start of the history."""
        ids, d = np.broadcast_arrays(np.asarray(employee_id, dtype=np.int64), np.asarray(day))
        product = np.ones(ids.shape)
        if not ids.size:
            return product
        hired = self.hired(ids)
        last = int((d - hired).max() // 365) + 1
        first = max(int((self.start_day - hired.max()) // 366), 1)
        for year in range(first, last + 1):
            due = hired + np.floor(year * dates.YEAR).astype(np.int64)
            counts = (due >= self.start_day) & (next_period(due + 45) <= d)
            product = np.where(counts, product * (1 + self.merit(ids, np.full(ids.shape, year)) / 100), product)
        return product

    def merit(self, employee_id: ArrayLike, year: ArrayLike) -> NDArray[np.float64]:
        """Individual raise after so many years, %; mostly 0."""
        u = self._rng.uniform("merit", employee_id, year) + 0.1 * (self.performance(employee_id) - 3.4)
        return np.asarray(
            np.where(u > 0.85, np.round(1 + 3 * self._rng.uniform("merit size", employee_id, year), 1), 0.0)
        )

    def performance(self, employee_id: ArrayLike) -> NDArray[np.float64]:
        """How well a person works, lastingly, on the scale of the reviews (1 to 5)."""
        return np.clip(3.4 + 0.55 * self._rng.normal("performance", employee_id), 1.2, 4.9)

    def rate_cents(self, employee_id: ArrayLike, day: ArrayLike) -> Ints:
        """Base pay on a day, hundredths of the factory's currency an hour."""
        ids, d = np.broadcast_arrays(np.asarray(employee_id, dtype=np.int64), np.asarray(day))
        _, seat = self.place(ids)
        factors = np.array(self._pay.level_factors)[self.level(ids, d)]
        steps = (1 + self._pay.yearly_raise) ** (raise_year(d) - raise_year(self.start_day))
        cents = 100 * self._wage[seat] * factors * steps * self.merits(ids, d)
        return np.asarray(np.rint(cents), dtype=np.int64)


def raise_year(day: ArrayLike) -> Ints:
    """Calendar year whose general raise is in force; it comes with the first period of the year."""
    start = period_start(day)
    return np.asarray(start.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)
