"""Order lines: what customers ask for, in how many parts, for which day, at which price.

Lines of a customer and day form one order. A line falls due when it has to leave the plant, so that it is with the
customer on the day that was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Days
from genims_ray.world.company import Company
from genims_ray.world.company.partners import COUNTRIES
from genims_ray.world.company.working_days import WorkingDays
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.market.contracts import MOST_PACKS, Approvals
from genims_ray.world.market.rhythm import WEEK, Rhythm
from genims_ray.world.rng import poisson
from genims_ray.world.rows import Bools, Floats, Ints, Rows

MONDAY = 4
"""1970-01-05."""
CREDIT_SECONDS = 60
"""What the check of a credit takes that stops nothing."""
MOST_LINES = 8
"""Lines of one contract on one day, at most."""
LEAD_DAYS = 60
"""From the entry of a line to the day it is due, at most."""
_OPENS = 8
"""Hour, in the customer's time, from which orders come in; nine hours long."""
TRANSIT_DAYS = np.array([1, 3, 6])
"""Working days under way: within the country, within the region, beyond."""


@dataclass(frozen=True)
class OrderLines(Rows):
    """One row each, ordered by day of the order, customer and line; days are dates since 1970-01-01, instants UTC
    seconds, quantities parts, money cents."""

    TIME: ClassVar[str] = "entered"
    INSTANTS: ClassVar[tuple[str, ...]] = ("entered", "released", "cancelled")

    contract: Ints  # row of the contracts of this world
    customer_id: Ints
    product_id: Ints
    day: Ints  # of the order, in the customer's country
    number: Ints  # of the line, within customer and day
    release: Bools  # against a frame agreement
    quantity: Ints
    price_cents: Ints  # for one part
    amount_cents: Ints
    entered: Ints
    released: Ints  # from its credit check
    blocked: Bools  # by it, for some time
    cancelled: Ints  # before it is picked, NEVER if not
    wanted: Ints  # day on which the customer asked for it to arrive
    due: Ints  # day on which it has to leave the plant for that
    announced: Ints  # quantity of the forecast before a release, 0 where there is none

    @property
    def order_id(self) -> Ints:
        return keys.key(self.customer_id, self.day, 0)

    @property
    def order_line_id(self) -> Ints:
        return keys.key(self.customer_id, self.day, self.number)


class Orders:
    """Order lines for the products of the frame's lines."""

    def __init__(self, frame: Frame, company: Company, approvals: Approvals, rhythm: Rhythm) -> None:
        self._rng, self._settings = frame.rng, frame.plant.market
        self._company, self._rhythm, self.contracts = company, rhythm, approvals.own
        customers = company.customers
        lands = {c.code: c for c in COUNTRIES}
        self._hours = np.array([lands[code].hours for code in customers.country.tolist()])
        factories = {f.factory_id: f.params for f in frame.layout.factories}
        countries = np.array([factories[p // 10_000].country for p in self.contracts.product_id.tolist()], dtype=str)
        regions = np.array([factories[p // 10_000].region for p in self.contracts.product_id.tolist()], dtype=str)
        near = customers.country[self.contracts.customer] == countries
        same = customers.region[self.contracts.customer] == regions
        self.transit = TRANSIT_DAYS[np.select([near, same], [0, 1], 2)]
        """Of each contract, working days."""
        codes, land = np.unique(np.concatenate([customers.country, countries]), return_inverse=True)
        self._of_customer, self._of_plant = land[: len(customers.country)], land[len(customers.country) :]
        self._calendars = [WorkingDays(code) for code in codes.tolist()]
        self._weeks: Days[OrderLines] = Days(frame.memory, self._of_week, WEEK)

    def between(self, window: Window) -> OrderLines:
        """Lines entered in a window."""
        return self.of_days(window.start // DAY - 1, -(-window.end // DAY) + 1).between(window)

    def of_days(self, first: int, last: int) -> OrderLines:
        """Lines of orders of the days first <= day < last."""
        found = self._weeks.of(first - MONDAY, last - MONDAY)
        return found.where((found.day >= first) & (found.day < last))

    def due_in(self, first: int, last: int) -> OrderLines:
        """Lines that fall due on the days first <= day < last, ordered by product, due day and key."""
        found = self.of_days(first - LEAD_DAYS, last)
        return found.where((found.due >= first) & (found.due < last)).ordered(
            "product_id", "due", "day", "customer_id", "number"
        )

    def released(self, customer_id: Ints, day: Ints) -> Ints:
        """When the orders of customers and days have passed the check of their credit: UTC seconds."""
        at = (customer_id, day)
        blocked = self._rng.uniform("credit block", *at) < self._settings.credit_blocked
        wait = np.floor(DAY * (0.1 + 2.9 * self._rng.uniform("credit release", *at) ** 2)).astype(np.int64)
        return self._entered(customer_id, day) + np.where(blocked, wait, CREDIT_SECONDS)

    def price_cents(self, product_id: Ints, customer_id: Ints) -> Ints:
        """Agreed price of one part, of contracts that there are."""
        axis, prices = self._prices
        return np.asarray(prices[np.searchsorted(axis, product_id * 2**20 + customer_id)])

    @cached_property
    def _prices(self) -> tuple[Ints, Ints]:
        axis = self.contracts.product_id * 2**20 + self.contracts.customer_id
        order = np.argsort(axis)
        return axis[order], self.contracts.price_cents[order]

    def _entered(self, customer_id: Ints, day: Ints) -> Ints:
        """When orders come in: in the customer's working hours."""
        opens = day * DAY + (_OPENS - self._hours[customer_id - 1]) * HOUR
        return np.asarray(opens) + np.floor(9 * HOUR * self._rng.uniform("order entry", customer_id, day)).astype(
            np.int64
        )

    def _of_week(self, week: int) -> OrderLines:
        rng, c = self._rng, self.contracts
        monday = MONDAY + week * WEEK
        ordering = self._rhythm.week(week)
        need = self._rhythm.need(monday)[c.customer] * self._rhythm.season(c.product_id, monday + WEEK // 2)
        weeks = ordering.weeks[c.customer]
        share = ordering.share[c.customer]  # (contracts, days)
        mean = (WEEK * weeks * c.lines_a_day * need)[:, None] * share
        count = np.zeros(share.shape, dtype=np.int64)
        spot, weekday = np.nonzero((share > 0) & ~c.release[:, None])
        mean = WEEK * (weeks * c.lines_a_day * need)[spot] * share[spot, weekday]
        u = rng.uniform("order lines", c.product_id[spot], c.customer_id[spot], monday + weekday)
        count[spot, weekday] = poisson(u, mean, MOST_LINES)
        count[c.release] = self._releases(week, weeks[c.release], share[c.release])
        contract, weekday = np.nonzero(count)
        times = count[contract, weekday]
        row = np.repeat(np.arange(len(contract)), times)
        k = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        contract, day = contract[row], monday + weekday[row]
        lines = self._lines(contract, day, k, need[contract])
        return lines.ordered("day", "customer_id", "number")

    def _releases(self, week: int, weeks: Ints, share: Floats) -> Ints:
        """(contracts, days): releases of frame agreements, evenly spread over the customer's ordering periods."""
        rng, c = self._rng, self.contracts.where(self.contracts.release)
        rate = WEEK * c.lines_a_day * weeks  # a period
        period = week // weeks
        phase = rng.uniform("release phase", c.product_id, c.customer_id)
        lines = (np.floor(rate * (period + 1) + phase) - np.floor(rate * period + phase)).astype(np.int64)
        result = np.zeros(share.shape, dtype=np.int64)
        if not len(c):
            return result
        before = np.cumsum(share, axis=1)
        rows = np.arange(len(c))
        first = rng.uniform("release day", c.product_id, c.customer_id)
        for k in range(int(lines.max(initial=0))):
            here = (k < lines) & (before[:, -1] > 0)
            u = (first + k / np.maximum(lines, 1)) % 1.0 * before[:, -1]
            day = np.minimum((before <= u[:, None]).sum(axis=1), WEEK - 1)
            np.add.at(result, (rows[here], day[here]), 1)
        return np.minimum(result, MOST_LINES)

    def _lines(self, contract: Ints, day: Ints, k: Ints, need: Floats) -> OrderLines:
        rng, m, c = self._rng, self._settings, self.contracts.where(contract)
        at = (c.product_id, c.customer_id, day, k)
        error = m.forecast_sigma * rng.normal("forecast error", *at) - m.forecast_sigma**2 / 2
        planned = np.maximum(c.size * need, 1.0)
        steady = np.maximum(np.floor(planned * np.exp(error) + rng.uniform("release packs", *at)), 1.0)
        odd = np.ceil(rng.lognormal("line packs", m.line_packs, m.line_sigma, *at))
        packs = np.clip(np.where(c.release, steady, odd), 1, MOST_PACKS).astype(np.int64)
        quantity = packs * c.pack
        entered, released = self._entered(c.customer_id, day), self.released(c.customer_id, day)
        due, wanted = self._dates(contract, day, at)
        cancel = rng.uniform("line cancelled", *at) < m.cancelled
        room = np.maximum(due * DAY - DAY - entered, HOUR)
        when = released + 600 + np.floor(room * rng.uniform("line cancel when", *at)).astype(np.int64)
        return OrderLines(
            contract=contract,
            customer_id=c.customer_id,
            product_id=c.product_id,
            day=day,
            number=c.of_customer * MOST_LINES + k + 1,
            release=c.release,
            quantity=quantity,
            price_cents=c.price_cents,
            amount_cents=quantity * c.price_cents,
            entered=entered,
            released=released,
            blocked=released - entered > CREDIT_SECONDS,
            cancelled=np.where(cancel & (when < due * DAY), when, NEVER),
            wanted=wanted,
            due=due,
            announced=np.where(c.release, np.rint(planned).astype(np.int64) * c.pack, 0),
        )

    def _dates(self, contract: Ints, day: Ints, at: tuple[Ints, ...]) -> tuple[Ints, Ints]:
        """Day on which each line has to leave the plant, and on which it is wanted."""
        u, v = self._rng.uniform("order lead", *at), self._rng.uniform("order lead days", *at)
        lead = np.select([u < 0.6, u < 0.9], [5 + np.floor(6 * v), 11 + np.floor(10 * v)], 2 + np.floor(3 * v)).astype(
            np.int64
        )
        way = self.transit[contract]
        lead = np.maximum(lead, way + 1)
        plant, customer = self._of_plant[contract], self._of_customer[self.contracts.customer[contract]]
        due, wanted = np.empty_like(day), np.empty_like(day)
        for land, rows in grouped(plant):
            due[rows] = self._calendars[land].after(day[rows], (lead - way)[rows])
        for land, rows in grouped(customer):
            wanted[rows] = self._calendars[land].after(due[rows], way[rows])
        return due, wanted
