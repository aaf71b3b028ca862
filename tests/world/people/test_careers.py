"""Careers: turnover, succession, levels and pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genims_ray.world.company.seats import seats
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.people.careers import Careers, next_period, period_start, raise_year

START = 20_089


def careers(plant: Plant, seed: int = 42) -> Careers:
    layout = Layout(plant)
    return Careers(Frame(replace(plant, seed=seed)), seats(layout))


@pytest.fixture(scope="module")
def company(large: Plant) -> Careers:
    return careers(large)


def test_pay_periods_by_hand() -> None:
    """1970-01-05 (day 4) was a Monday; 2025-01-06 is day 20,094 = 4 + 14 * 1,435."""
    assert period_start(20_094) == 20_094
    assert period_start([20_093, 20_107, 20_108]).tolist() == [20_080, 20_094, 20_108]
    assert next_period([20_093, 20_094, 20_095]).tolist() == [20_094, 20_094, 20_108]
    assert raise_year([20_093, 20_094]).tolist() == [2024, 2025]


def test_turnover_is_that_of_the_tenures(large: Plant) -> None:
    """Ten years: a fleet of 260 seats at 25 % a year and 240 at 10 %, less the time they are vacant."""
    counts = []
    for seed in (1, 2, 3):
        c = careers(large, seed)
        c.ensure(START + 3_652)
        counts.append(int(((c.last >= START) & (c.last < START + 3_652)).sum()))
    expected = 10 * (260 * 0.25 + 240 * 0.10)
    assert sum(counts) == pytest.approx(3 * expected, rel=0.06)


def test_one_holder_at_a_time_and_a_key_of_ones_own(company: Careers) -> None:
    company.ensure(START + 1_000)
    assert (company.hire[1:] > company.last[:-1]).all()
    assert (company.last >= company.hire).all()
    everyone = company.people(START + 1_000)
    assert len(set(everyone.tolist())) == len(everyone)
    generation, seat = company.place(everyone)
    assert np.array_equal(company.person(generation, seat), everyone)
    first = everyone[everyone < 100_000]
    assert np.array_equal(first, company.seats.seat_id)


def test_the_holder_of_a_seat_by_day(company: Careers) -> None:
    company.ensure(START + 2_000)
    seat = int(np.argmin(company.last[0]))
    last, hire = int(company.last[0, seat]), int(company.hire[1, seat])
    found = company.holder(seat, np.array([last, last + 1, hire - 1, hire]))
    own = int(company.seats.seat_id[seat])
    assert found.tolist() == [
        own,
        0 if hire > last + 1 else own + 100_000,
        0 if hire > last + 1 else own,
        own + 100_000,
    ]


def test_newcomers_begin_on_a_monday_after_signing(company: Careers) -> None:
    ids = company.people(START + 1_500)
    ids = ids[ids > 100_000]
    generation, seat = company.place(ids)
    hired = company.hired(ids)
    workers = ~np.isin(company.seats.role[seat], ("plant_manager", "production_planner"))
    assert ((hired[workers] + 3) % 7 == 0).all()
    assert (company.signed(ids) < hired).all()
    before = company.person(generation - 1, seat)
    assert (company.signed(ids) > company.notice(before)).all()
    assert (company.notice(ids) <= company.left(ids)).all()


def test_levels_only_rise_and_pay_changes_with_a_period(company: Careers) -> None:
    ids = company.people(START)[:60]
    days = np.arange(START, START + 800)
    level = np.array([company.level(ids, np.full(len(ids), d)) for d in days[::7]])
    assert (np.diff(level, axis=0) >= 0).all()
    rate = np.array([company.rate_cents(ids, np.full(len(ids), d)) for d in days])
    changed = np.flatnonzero((np.diff(rate, axis=0) != 0).any(axis=1)) + 1
    assert len(changed) > 3
    assert all(period_start(int(days[i])) == days[i] for i in changed)
    assert (np.diff(rate, axis=0) >= 0).all()
