"""Offices: crews answer to their supervisor, and nobody is his own superior."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.people import People
from genims_ray.world.people.offices import TOP
from tests.world.people.people_of import people_of

START = 20_089


@pytest.fixture(scope="module")
def company(large: Plant) -> People:
    layout = Layout(large)
    return people_of(layout.lines, layout, 42)


def test_crews_answer_to_their_supervisor_and_these_to_the_manager(company: People) -> None:
    o, s = company.offices, company.everyone.seats
    boss = o.superior_seat
    assert (boss == TOP).sum() == 1
    operators = s.role == "operator"
    assert (s.role[boss[operators]] == "shift_supervisor").all()
    assert (s.crew[boss[operators]] == s.crew[operators]).all()
    assert (s.factory_id[boss[operators]] == s.factory_id[operators]).all()
    assert (s.role[boss[s.role == "shift_supervisor"]] == "plant_manager").all()


def test_nobody_is_his_own_superior_nor_looks_after_himself(company: People) -> None:
    ids = company.everyone.people(START + 700)
    day = np.maximum(START + 300, company.everyone.hired(ids))
    assert (company.offices.superior(ids, day) != ids).all()
    seat = company.everyone.place(ids)[1]
    assert (company.offices.human_resources(seat, day, ids) != ids).all()


def test_a_part_of_the_company_sees_the_same_offices(large: Plant, company: People) -> None:
    layout = Layout(large)
    part = people_of(layout.lines[:2], layout, 42)
    f = np.unique(company.everyone.seats.factory_id)
    assert np.array_equal(part.offices.manager(f, f * 0 + START), company.offices.manager(f, f * 0 + START))
