"""Who does what in the quality system, as people come and go."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.world import DAY, HOUR, World
from genims_ray.world.params import Plant

YEARS = 6 * 365


@pytest.fixture(scope="module")
def company(large: Plant) -> World:
    return World(large)


def picks(seat: int, n: int) -> np.ndarray:
    return np.full(n, seat, dtype=np.uint64)


def test_an_engineer_who_has_left_is_followed_by_the_successor(company: World) -> None:
    staff, c, start = company.quality.staff, company.people.everyone, company.start // DAY
    c.ensure(start + YEARS)
    engineers = np.flatnonzero(np.isin(c.seats.role, ("quality_engineer", "process_engineer")))
    place = int(np.argmin(np.where(c.last[0, engineers] > start, c.last[0, engineers], 2**40)))
    seat = engineers[place]
    days = np.array([c.last[0, seat], c.last[0, seat] + 1, c.hire[1, seat] - 1, c.hire[1, seat]])
    before, gone, vacant, after = staff.engineer(picks(place, 4), days * DAY + 9 * HOUR).tolist()
    assert before == c.seats.seat_id[seat]
    assert after == c.seats.seat_id[seat] + 100_000
    following = engineers[(place + 1) % len(engineers)]
    assert [gone, vacant] == c.holder(following, days[1:3]).tolist()


def test_a_plant_has_its_manager_of_the_time(company: World) -> None:
    staff, c, start = company.quality.staff, company.people.everyone, company.start // DAY
    c.ensure(start + YEARS)
    managers = np.flatnonzero(c.seats.role == "plant_manager")
    seat = managers[np.argmin(c.last[0, managers])]
    days = np.array([c.hire[0, seat] - 1_000, c.last[0, seat], c.last[0, seat] + 1])
    found = staff.manager(np.full(3, c.seats.factory_id[seat]), days * DAY)
    assert found.tolist() == [c.seats.seat_id[seat]] * 2 + [c.seats.seat_id[seat] + 100_000]


@pytest.mark.parametrize("scale", ["tiny", "large"])
def test_whoever_checks_is_somebody_else_and_both_are_there(scale: str, tiny: Plant, large: Plant) -> None:
    """Opened and closed in any order of comings and goings, the years before the start among them."""
    world = World(tiny if scale == "tiny" else large)
    staff, c, rng, i = world.quality.staff, world.people.everyone, world.rng, np.arange(20_000)
    opened = world.start + ((YEARS * rng.uniform("test opened", i) - 365) * DAY).astype(np.int64)
    closed = opened + (300 * DAY * rng.uniform("test closed", i)).astype(np.int64)
    pick = rng.words("test engineer", i)
    responsible = staff.engineer(pick, opened)
    verifier = staff.engineer(pick, closed, 1, responsible)
    assert (responsible != verifier).all()
    for who, time in ((responsible, opened), (verifier, closed)):
        assert (c.hired(who) <= time // DAY).all()
        assert (time // DAY <= c.left(who)).all()
    assert len(np.unique(responsible)) > len(np.unique(responsible % 100_000))  # seats have changed hands


def test_what_is_older_than_everybody_falls_to_first_holders(world: World) -> None:
    staff, pick = world.quality.staff, np.arange(8, dtype=np.uint64)
    long_ago = np.full(8, 1_000 * DAY)
    first = staff.engineer(pick, long_ago)
    assert (first < 100_000).all()
    assert (staff.engineer(pick, long_ago, 1, first) != first).all()


def test_a_gauge_is_kept_by_an_inspector_of_its_factory(company: World) -> None:
    staff, c, i = company.quality.staff, company.people.everyone, np.arange(3_000)
    factory = 1 + i % 10
    time = company.start + (YEARS * DAY * company.rng.uniform("test gauge", i)).astype(np.int64)
    who = staff.keeper(factory, company.rng.words("test keeper", i), time)
    _, seat = c.place(who)
    assert (c.seats.factory_id[seat] == factory).all()
    assert (c.seats.role[seat] == "quality_inspector").mean() > 0.99
    assert (c.hired(who) <= time // DAY).all()
    assert (time // DAY <= c.left(who)).all()
