"""Customers and their orders: who buys what, how much, when; against figures worked out independently."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.company.working_days import WorkingDays
from genims_ray.world.market.contracts import expected_packs
from genims_ray.world.market.orders import MONDAY, OrderLines
from genims_ray.world.params import Plant
from genims_ray.world.rows import Ints

YEAR = 364


@pytest.fixture(scope="module")
def company(large: Plant) -> World:
    return World(large)


@pytest.fixture(scope="module")
def year(company: World) -> OrderLines:
    first = company.start // DAY
    return company.market.orders.of_days(first, first + YEAR)


def test_volumes_of_a_large_company(company: World, year: OrderLines) -> None:
    """110 orders and 830 lines a day of 393 thousand parts, within 15 %."""
    assert len(np.unique(year.order_id)) / YEAR == pytest.approx(110, rel=0.15)
    assert len(year) / YEAR == pytest.approx(830, rel=0.15)
    assert year.quantity.sum() / YEAR == pytest.approx(393_000, rel=0.15)
    assert year.quantity.sum() / YEAR == pytest.approx(company.market.parts_a_day.sum(), rel=0.03)
    assert 0.8 < np.log(year.quantity).std() < 1.0
    of_release = year.quantity[year.release].sum() / year.quantity.sum()
    assert of_release == pytest.approx(0.6, abs=0.05)


def test_a_few_customers_buy_most_and_none_too_much(company: World, year: OrderLines) -> None:
    revenue = np.sort(np.bincount(year.customer_id, year.amount_cents))[::-1]
    fifth = len(company.company.customers.customer_id) // 5
    assert 0.70 < revenue[:fifth].sum() / revenue.sum() < 0.92
    assert revenue[0] / revenue.sum() < 0.12
    on_hold = company.company.customers.status == "credit_hold"
    assert not np.isin(year.customer_id, company.company.customers.customer_id[on_hold]).any()


def test_each_product_has_its_buyers(company: World) -> None:
    c = company.market.approvals.every
    count = np.bincount(c.product)
    assert count.min() >= 6
    assert count.max() <= 40
    assert len(np.unique(c.contract_id)) == len(c)
    assert np.bincount(c.product, c.parts_a_day) == pytest.approx(company.market.parts_a_day)
    assert (c.signed_on < company.start // DAY).all()
    # The price is the list's less the customer's discount, to the cent.
    products, customers = company.company.products, company.company.customers
    exact = products.list_price_cents[c.product] * (1 - customers.price_discount_hundredths[c.customer] / 10_000)
    assert (np.abs(c.price_cents - np.maximum(exact, 1)) <= 0.5 + 1e-6).all()


def test_weekdays_and_seasons_are_recovered(large: Plant) -> None:
    """From the orders alone, within five per cent."""
    world = World(replace(large, market=replace(large.market, month_sigma=0.0, switch_a_month=0.0)))
    first = world.start // DAY
    lines = world.market.orders.of_days(first, first + 2 * YEAR)
    index = np.bincount((lines.day + 3) % 7, minlength=7) / len(lines) * 7
    set_to = np.array(large.demand.weekday) / sum(large.demand.weekday) * 7
    assert index[:5] == pytest.approx(set_to[:5], rel=0.05)
    assert index[5:] == pytest.approx(set_to[5:], rel=0.2)  # who orders on six days a week does so on one of these
    # Of the lines of products that sell more at the year's end, by hand: 5/3 of the amplitude from October on.
    months = lines.day.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    products = np.unique(lines.product_id)
    rhythm = world.market.rhythm
    end = np.array([rhythm.season(products, d)[:] for d in (first + 180, first + 350)])
    late = products[(end[1] > 1.15) & (end[0] < 0.95) & (rhythm.season(products, first + 20) < 0.95)]
    assert len(late) > 50
    of_late = np.isin(lines.product_id, late)
    share = lines.quantity[of_late & (months >= 9)].sum() / lines.quantity[of_late].sum()
    high, low = 1.20, 1 - 0.20 * 92.25 / 273
    assert share == pytest.approx(92 * high / (92 * high + 273 * low), rel=0.05)


def test_an_order_line_by_hand(year: OrderLines, company: World) -> None:
    assert len(np.unique(year.order_line_id)) == len(year)
    entity, day, _ = keys.parts(year.order_line_id)
    assert np.array_equal(entity, year.customer_id)
    assert np.array_equal(day, year.day)
    assert np.array_equal(year.amount_cents, year.quantity * year.price_cents)
    c = company.market.orders.contracts.where(year.contract)
    assert (year.quantity % c.pack == 0).all()
    assert (year.entered // DAY - year.day >= -1).all()
    assert (year.due > year.day).all()
    assert (year.wanted > year.due).all()
    assert ((year.due + 3) % 7 < 5).all()
    assert ((year.wanted + 3) % 7 < 5).all()
    gone = year.cancelled != NEVER
    assert gone.mean() == pytest.approx(0.008, rel=0.1)
    assert (year.cancelled[gone] > year.released[gone]).all()
    assert (year.cancelled[gone] < year.due[gone] * DAY).all()
    orders, of = np.unique(year.order_id, return_index=True)
    assert year.blocked[of].mean() == pytest.approx(0.015, abs=3.3 * np.sqrt(0.015 / len(orders)))
    assert (year.released - year.entered <= 3 * DAY).all()
    # What was announced a week ahead is 12 % off, and off on both sides.
    off = np.log(year.quantity[year.release & (year.announced > 2_000)])
    off -= np.log(year.announced[year.release & (year.announced > 2_000)])
    assert off.std() == pytest.approx(0.12, abs=0.02)
    assert abs(off.mean()) < 0.02


def test_releases_come_in_a_steady_rhythm(company: World, year: OrderLines) -> None:
    """A release is never more than a line away from what its rate gives."""
    c = company.market.orders.contracts
    lines = np.bincount(year.contract[year.release], minlength=len(c))[c.release]
    assert np.abs(lines - YEAR * c.lines_a_day[c.release]).max() < 13  # eight weeks between two at most
    assert np.abs(lines - YEAR * c.lines_a_day[c.release]).mean() < 1.5


@settings(max_examples=25, deadline=None)
@given(cut=st.lists(st.integers(1, 40), min_size=1, max_size=4), line=st.integers(0, 1))
def test_orders_do_not_depend_on_who_asks_for_which_days(tiny: Plant, cut: list[int], line: int) -> None:
    whole = World(tiny)
    first = whole.start // DAY
    edges = [first, *sorted({first + c for c in cut}), first + 41]
    parts = [whole.market.orders.of_days(a, b) for a, b in itertools.pairwise(edges)]
    together = OrderLines.joined(parts)
    mine = [m for m in whole.machine_ids if m // 100 == whole.lines[line].line_id]
    cell = whole.cell(mine).market.orders.of_days(first, first + 41)
    theirs = together.where(together.product_id // 100 == whole.lines[line].line_id)
    for name in theirs.columns():
        if name != "contract":  # a row of the contracts of whoever asks
            assert np.array_equal(getattr(cell, name), getattr(theirs, name)), name
    window = Window(whole.start, whole.start + 20 * DAY)
    assert np.array_equal(
        np.sort(whole.market.orders.between(window).order_line_id),
        np.sort(together.order_line_id[(together.entered >= window.start) & (together.entered < window.end)]),
    )


def test_the_mean_of_a_line_by_drawing() -> None:
    drawn = np.ceil(8 * np.exp(0.9 * np.random.default_rng(1).normal(size=400_000)))
    assert expected_packs(8, 0.9) == pytest.approx(drawn.mean(), rel=0.01)
    assert expected_packs(5.5, 0.0) == 6


def test_working_days_by_hand() -> None:
    """Germany at the turn of the year: 25, 26 December and 1 January are closed; 2024-12-23 was a Monday."""
    calendar = WorkingDays("DE")

    def day(text: str) -> Ints:
        return np.array([np.datetime64(text, "D").astype(np.int64)])

    for begin, count, end in (
        ("2024-12-23", 0, "2024-12-23"),
        ("2024-12-23", 2, "2024-12-27"),
        ("2024-12-28", 0, "2024-12-30"),
        ("2024-12-30", 2, "2025-01-02"),
        ("2024-12-30", 3, "2025-01-03"),
        ("1999-06-30", 1, "1999-07-01"),
    ):
        assert np.array_equal(calendar.after(day(begin), np.array([count])), day(end)), (begin, count)
    assert calendar.open(day("2024-12-27")).all()
    assert not calendar.open(day("2024-12-26")).any()
    assert day("1970-01-05")[0] == MONDAY
