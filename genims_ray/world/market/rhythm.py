"""When a customer orders: every day, on some days of a week, or now and then; and how its need goes up and down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.market.contracts import Approvals
from genims_ray.world.rows import Bools, Floats, Ints

WEEK = 7
_MOST_WEEKS = 8
"""Between two orders of the smallest customers."""
_MONTH = 30
SWITCH_MONTHS = 9
"""A switch of a customer's need lasts three to nine months."""
_FAMILIES = 4
FLAT, ANNUAL, YEAR_END, SUMMER = range(_FAMILIES)
"""Kinds of season: none, a wave with the year, more in the last quarter, less in July and August."""


@dataclass(frozen=True)
class Week:
    """The ordering days of a week, (customers, days), Monday first."""

    weeks: Ints  # (customers,) between two of its ordering weeks
    orders: Bools
    share: Floats  # of what a customer orders in its period


class Rhythm:
    """Of all customers of the company."""

    def __init__(self, frame: Frame, company: Company, approvals: Approvals) -> None:
        self._rng, self._plant, self._company, self._approvals = frame.rng, frame.plant, company, approvals
        self._weeks: Cells[int, Week] = Cells(frame.memory, self._ordering)
        self._months: Cells[int, Floats] = Cells(frame.memory, self._need)

    def week(self, week: int) -> Week:
        """`week` counts Mondays since 1970-01-05."""
        return self._weeks[week]

    def _ordering(self, week: int) -> Week:
        rng, customers = self._rng, self._company.customers.customer_id
        every = self._approvals.every
        lines = WEEK * np.bincount(every.customer, every.lines_a_day, minlength=len(customers))
        most = np.zeros(len(customers))
        np.maximum.at(most, every.customer, WEEK * every.lines_a_day)
        # A week's orders: of some lines each, but of two of one contract at most.
        orders = np.maximum(lines / self._plant.market.lines_an_order, most / 2)
        weeks = np.clip(np.ceil(1 / np.maximum(orders, 1e-9)), 1, _MOST_WEEKS).astype(np.int64)
        count = np.where(weeks > 1, 1, np.clip(np.rint(orders), 1, WEEK)).astype(np.int64)
        period = (week + (rng.words("ordering phase", customers) % np.uint64(_MOST_WEEKS)).astype(np.int64)) // weeks
        chosen = (rng.words("ordering week", customers, period) % weeks.astype(np.uint64)).astype(np.int64)
        turn = (week + (rng.words("ordering phase", customers) % np.uint64(_MOST_WEEKS)).astype(np.int64)) % weeks
        weight = np.array(self._plant.demand.weekday, dtype=np.float64)
        # The smallest of exponential times with these rates are a weighted sample without replacement.
        wait = -np.log(rng.uniform("ordering day", customers[:, None], week, np.arange(WEEK)))
        wait = np.where(weight > 0, wait / np.maximum(weight, 1e-9), np.inf)
        first = np.argsort(np.argsort(wait, axis=1, kind="stable"), axis=1, kind="stable") < count[:, None]
        active = (lines > 0) & (chosen == turn)
        days = first & (weight > 0) & active[:, None]
        every_day = count == WEEK
        share = np.where(every_day[:, None], weight, 1.0) * days
        total = share.sum(axis=1, keepdims=True)
        return Week(weeks, days, share / np.where(total > 0, total, 1.0))

    def need(self, day: int) -> Floats:
        """(customers,): what each needs around a day, relative to its mean."""
        return self._months[day // _MONTH]

    def _need(self, month: int) -> Floats:
        rng, m, ids = self._rng, self._plant.market, self._company.customers.customer_id
        level = m.month_sigma * rng.normal("customer month", ids, month) - m.month_sigma**2 / 2
        back = np.arange(SWITCH_MONTHS)
        at = ids[:, None], month - back
        lasts = 3 + (rng.words("switch months", *at) % np.uint64(SWITCH_MONTHS - 2)).astype(np.int64)
        on = (rng.uniform("switch", *at) < m.switch_a_month) & (back < lasts)
        up = rng.uniform("switch up", *at) < 3 / 7  # so that the mean stays: 3/7 (0.8) = 4/7 (0.6)
        latest = on.argmax(axis=1)
        rows = np.arange(len(ids))
        factor = np.where(on.any(axis=1), np.where(up[rows, latest], 1.8, 0.4), 1.0)
        return np.asarray(np.exp(level) * factor)

    def season(self, product_id: Ints, day: int) -> Floats:
        """Seasonal index of products, with the mean one over a year."""
        amplitude = self._plant.demand.season_amplitude
        family = (self._rng.words("season family", product_id) % np.uint64(_FAMILIES)).astype(np.int64)
        phase = 2 * np.pi * self._rng.uniform("product season", product_id)
        of_year = day % 365.25
        late = 5 / 3 * amplitude * (1.0 if of_year >= 273 else -92.25 / 273)
        summer = 25 / 12 * amplitude * (-1.0 if 181 <= of_year < 243 else 62 / 303.25)
        wave = amplitude * np.sin(2 * np.pi * day / 365.25 + phase)
        return np.asarray(
            1 + np.select([family == ANNUAL, family == YEAR_END, family == SUMMER], [wave, late, summer], 0.0)
        )
