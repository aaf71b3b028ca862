"""Who buys what: for each product the customers that have approved it, and what each takes of it.

A contract is a customer and a product. Some are released against a frame agreement, in a steady rhythm and size;
the others are ordered when the need comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from genims_ray.window import DAY
from genims_ray.world import dates
from genims_ray.world.company import Company
from genims_ray.world.company.calendar import worked_share
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.layout import Layout
from genims_ray.world.money import half_up
from genims_ray.world.rows import Bools, Floats, Ints, Rows

NUMBER = 10_000
"""A contract's key is its product times this, plus its number among those for the product."""
MOST_PACKS = 4_000
"""Packs on one order line, at most."""


@dataclass(frozen=True)
class Contracts(Rows):
    """One row each, ordered by product and by how much the customer buys; rates are latent."""

    product: Ints  # row of the layout's products
    product_id: Ints
    customer: Ints  # row of the company's customers
    customer_id: Ints
    number: Ints  # 1, 2, ... for the product
    of_customer: Ints  # 0, 1, ... for the customer
    parts_a_day: Floats  # mean over the year
    release: Bools  # against a frame agreement
    pack: Ints  # parts
    size: Floats  # packs on a line: of a release what it is about, else the median
    lines_a_day: Floats
    price_cents: Ints  # agreed, for one part
    signed_on: Ints  # day

    @property
    def contract_id(self) -> Ints:
        return self.product_id * NUMBER + self.number


def parts_a_day(layout: Layout) -> Floats:
    """Parts of each product that are asked for on a mean day: what its line can make, times the utilisation."""
    plant, p, lines = layout.plant, layout.products, layout.lines
    line = np.searchsorted([x.line_id for x in lines], p.line_id)
    work = worked_share(lines, plant.shifts, dates.day(plant.start)) * DAY * plant.demand.expected_efficiency
    cycle = np.bincount(line, p.share * p.ideal_cycle_seconds) * (1 + plant.stops.speed_loss)
    return np.asarray(p.share * (plant.demand.utilization * work / cycle)[line])


def expected_packs(median: float, sigma: float) -> float:
    """Mean of a lognormal number rounded up, at most `MOST_PACKS`: the sum over k >= 0 of P(X > k)."""
    k = np.arange(1, MOST_PACKS)
    return float(1 + ndtr((np.log(median) - np.log(k)) / max(sigma, 1e-9)).sum())


class Approvals:
    """The contracts of the whole company; a world's own are those of its lines."""

    def __init__(self, frame: Frame, company: Company, asked: Floats) -> None:
        """`asked`: parts of each product of the layout on a mean day."""
        self._frame, self._company, self._rng, self._asked = frame, company, frame.rng, asked

    @cached_property
    def every(self) -> Contracts:
        """All of them."""
        return self._found()

    @cached_property
    def own(self) -> Contracts:
        """Those for products of the frame's lines."""
        lines = [line.line_id for line in self._frame.lines]
        every = self.every
        return every.where(np.isin(every.product_id // 100, lines))

    def _found(self) -> Contracts:
        rng, m, p = self._rng, self._frame.plant.market, self._frame.layout.products
        customers, products = self._company.customers, self._company.products
        product, place, customer, share = self._buyers()
        rate = share * self._asked[product]
        at = p.product_id[product], customers.customer_id[customer]
        release = rng.uniform("contract release", *at) < m.release_share
        pack = p.container_parts[product]
        packs = rate / pack  # a day
        # The smaller they are the more lines there are: so the lines, not the contracts, have the median of the setting.
        size = rng.lognormal("contract size", m.line_packs * np.exp(m.line_sigma**2), m.line_sigma, *at)
        # A release comes once a working day at most.
        size = np.clip(np.maximum(size, 1.4 * packs), 1.0, MOST_PACKS / 8)
        mean = np.where(release, size, expected_packs(m.line_packs, m.line_sigma))
        price, discount = products.list_price_cents[product], customers.price_discount_hundredths[customer]
        known = np.maximum(products.launched_on[product], customers.customer_since[customer])
        age = np.clip(self._frame.start_day - 30 - known, 0, 2 * dates.YEAR)
        return Contracts(
            product=product,
            product_id=at[0],
            customer=customer,
            customer_id=at[1],
            number=place + 1,
            of_customer=_numbered(customer),
            parts_a_day=rate,
            release=release,
            pack=pack,
            size=size,
            lines_a_day=packs / mean,
            price_cents=np.maximum(half_up(price * (10_000 - discount), 10_000), 1),
            signed_on=known + np.floor(age * rng.uniform("contract signed", *at)).astype(np.int64),
        )

    def _buyers(self) -> tuple[Ints, Ints, Ints, Floats]:
        """Product, place among its buyers, customer and share of the product's demand.

        Buyers are drawn, and share, by the root of a customer's weight: so what a customer buys of all products goes
        with its weight, and nobody buys most of them.
        """
        rng, m = self._rng, self._frame.plant.market
        p, customers = self._frame.layout.products, self._company.customers
        buying = np.flatnonzero(customers.weight > 0)
        weight = np.sqrt(customers.weight[buying])
        least, most = (min(x, len(buying)) for x in (m.buyers_least, max(m.buyers_most, m.buyers_least)))
        u = rng.uniform("buyers", p.product_id)
        count = np.clip(np.floor(least * ((most + 1) / least) ** u).astype(np.int64), least, most)
        # The largest of log-weights with Gumbel noise are a sample without replacement.
        luck = -np.log(-np.log(rng.uniform("buyer", p.product_id[:, None], customers.customer_id[buying])))
        chosen = np.argsort(-(np.log(weight) + luck), axis=1, kind="stable")[:, :most]
        taken = np.where(np.arange(most) < count[:, None], weight[chosen], 0.0)
        largest = np.argsort(-taken, axis=1, kind="stable")
        chosen, taken = np.take_along_axis(chosen, largest, axis=1), np.take_along_axis(taken, largest, axis=1)
        product, place = np.nonzero(taken)
        share = taken / taken.sum(axis=1, keepdims=True)
        return product, place, buying[chosen[product, place]], share[product, place]


def _numbered(values: Ints) -> Ints:
    """How often each value came before."""
    result = np.empty(len(values), dtype=np.int64)
    for _, at in grouped(values):
        result[at] = np.arange(len(at))
    return result
