"""Posts: the rota by hand, nobody in two places, and everyone at a post clocked in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genims_ray.world import params
from genims_ray.world.company.calendar import OFF
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.people import People, crew
from genims_ray.world.people import attendance as clock
from genims_ray.world.people.attendance import Attendance
from tests.world.people.people_of import people_of

FIRST = 20_089  # 2025-01-01
DAYS = range(FIRST, FIRST + 130)


def labour(plant: Plant, factories: list[str]) -> tuple[People, Layout]:
    layout = Layout(replace(plant, factories={name: plant.factories[name] for name in factories}))
    return people_of(layout.lines, layout, 42), layout


def healthy(people: params.People) -> params.People:
    return replace(people, absence=replace(people.absence, start_rate=0.0))


@pytest.fixture(scope="module")
def three(large: Plant) -> People:
    return labour(large, ["detroit", "pune", "lyon"])[0]


@pytest.fixture(scope="module")
def records(three: People) -> Attendance:
    return three.attendance(DAYS.start - 1, DAYS.stop + 1)


def test_the_rota_by_hand() -> None:
    """Two early, two late, two nights, two off; crew 0 begins its cycle on day 0."""
    rota = np.array([crew(day, np.arange(3)) for day in range(8)])
    assert rota.tolist() == [[0, 3, 2], [0, 3, 2], [1, 0, 3], [1, 0, 3], [2, 1, 0], [2, 1, 0], [3, 2, 1], [3, 2, 1]]
    assert np.array_equal(crew(np.array([8, 9]), 0), [0, 0])


def test_the_first_holders_keep_the_keys_of_their_posts(large: Plant) -> None:
    """2025-01-02 is day 20,090: crew 10,045 % 4 = 1 is early, 0 late, 3 on nights; lines have four posts each."""
    people, layout = labour(large, ["detroit"])
    assigned = people.operators(FIRST + 1)
    rota = np.array([[1_000 + 1 + 4 * line + c for c in (1, 0, 3)] for line in range(len(layout.lines))])
    # All but the few who are away are at their own line.
    assert (assigned == rota).mean() > 0.6
    posts = layout.posts[1]
    supervisors = {1_000 + posts.supervisors[c] for c in (1, 0, 3)}
    assert {int(people.supervisor(1, FIRST + 1, s)) for s in range(3)} <= supervisors | {1_000 + posts.supervisors[2]}


def test_nobody_is_in_two_places(three: People) -> None:
    states = three.roster.line_states(DAYS.start, DAYS.stop)
    for day in DAYS:
        assigned = three.operators(day)
        runs = states[:, day - FIRST] != OFF
        for shift in range(3):
            ids = assigned[runs[:, shift], shift]
            assert len(set(ids.tolist())) == len(ids), day
            team = {who for f in (1, 5, 9) for who in three.team(f, day, shift)}
            assert not team & set(ids.tolist()), day
        # and nobody works two shifts of a day
        everyone = [set(assigned[runs[:, s], s].tolist()) for s in range(3)]
        assert not everyone[0] & everyone[1]
        assert not everyone[1] & everyone[2]
        assert not everyone[0] & everyone[2]


def test_whoever_stands_at_a_post_has_clocked_in(three: People, records: Attendance) -> None:
    here = records.status == clock.PRESENT
    present = set(
        zip(records.employee_id[here].tolist(), records.day[here].tolist(), records.shift[here].tolist(), strict=True)
    )
    states = three.roster.line_states(DAYS.start, DAYS.stop)
    for day in DAYS:
        assigned, runs = three.operators(day), states[:, day - FIRST] != OFF
        for shift in range(3):
            posts = [int(e) for e in assigned[runs[:, shift], shift]]
            for factory_id in three.factory_ids.tolist():
                posts.append(int(three.supervisor(factory_id, day, shift)))
                posts.append(int(three.inspector(factory_id, day, shift)))
                posts += three.team(factory_id, day, shift)
            assert all((e, day, shift) in present for e in posts), (day, shift)


def test_hours_of_a_week_are_limited(records: Attendance) -> None:
    here = records.where(records.status == clock.PRESENT)
    week = (here.day - 4) // 7
    _, of = np.unique(here.employee_id * 10_000 + week, return_inverse=True)
    assert np.bincount(of, here.regular + here.overtime).max() <= 6_000


def test_clocks_do_not_overlap_and_are_near_the_shift(records: Attendance) -> None:
    here = records.where(records.status == clock.PRESENT)
    order = np.lexsort((here.clock_in, here.employee_id))
    same = here.employee_id[order][1:] == here.employee_id[order][:-1]
    assert (here.clock_in[order][1:] >= here.clock_out[order][:-1])[same].all()
    full = here.where(here.regular >= 700)
    early = (full.clock_in - full.start) / 60
    # N(-4, 4) minutes, cut at -14.5 and 11
    assert early.min() >= -14.5
    assert early.max() <= 11
    assert early.mean() == pytest.approx(-4.0, abs=3.3 * 4 / np.sqrt(len(early)) + 0.05)
    assert (full.clock_out >= full.end - 880).all()
    paid = full.regular + full.overtime
    assert (paid <= (full.clock_out - full.clock_in) / 36 + 25).all()


def test_who_is_away_does_not_work(three: People, records: Attendance) -> None:
    away = records.where(np.isin(records.status, (clock.SICK, clock.UNEXCUSED, clock.ON_LEAVE)))
    assert (away.overtime == 0).all()
    assert (away.regular[away.status == clock.UNEXCUSED] == 0).all()
    code = {(e, d) for e, d in zip(away.employee_id.tolist(), away.day.tolist(), strict=True)}
    for day in DAYS:
        runs = three.roster.line_states(day, day + 1)[:, 0] != OFF
        assert not {(int(e), day) for e in three.operators(day)[runs]} & code


def test_a_cell_sees_the_same_people(large: Plant) -> None:
    whole, layout = labour(large, ["detroit", "pune"])
    part = people_of(layout.lines[2:7], layout, 42)
    one = people_of(layout.lines[7:8], layout, 42)
    for day in DAYS[:70:9]:
        assert np.array_equal(part.operators(day), whole.operators(day)[2:7])
        assert np.array_equal(one.operators(day), whole.operators(day)[7:8])


def test_answers_do_not_depend_on_what_was_asked_before(large: Plant, three: People) -> None:
    fresh = labour(large, ["detroit", "pune", "lyon"])[0]
    later = fresh.operators(DAYS.stop - 1)
    assert np.array_equal(later, three.operators(DAYS.stop - 1))
    assert np.array_equal(fresh.operators(FIRST), three.operators(FIRST))
    days = np.arange(FIRST, FIRST + 100)
    one_by_one = [int(three.supervisor(1, int(d), 1)) for d in days]
    assert fresh.supervisor(1, days, 1).tolist() == one_by_one


def test_crews_of_any_size_are_staffed(large: Plant) -> None:
    detroit = {"detroit": large.factories["detroit"]}
    for posts in (
        {"operators_per_line_crew": 2},
        {"relief_operators_per_factory": 0, "warehouse_per_factory": 0},
        {"technicians_per_factory": 1, "inspectors_per_factory": 1, "supervisors_per_factory": 1},
    ):
        plant = replace(large, factories=detroit, labour=replace(large.labour, **posts))
        layout = Layout(plant)
        people = people_of(layout.lines, layout, 7)
        for day in DAYS[:40:7]:
            assert (people.operators(day) > 0).all()
            assert all(int(people.supervisor(1, day, s)) > 0 for s in range(3))
            assert all(len(people.team(1, day, s)) <= plant.labour.technicians_per_factory for s in range(3))


def test_expired_licences_are_told(three: People) -> None:
    lapses = three.lapses(FIRST, FIRST + 365)
    forgotten = np.flatnonzero(lapses.forgotten)
    assert len(forgotten) >= 6  # once a factory-quarter, less those who leave
    assert np.median((lapses.until - lapses.first)[forgotten]) >= 20
    for i in forgotten.tolist():
        e, first, until = (int(x[i]) for x in (lapses.employee_id, lapses.first, lapses.until))
        assert until - first <= 63
        days = np.array([first - 1, first, until - 1, until])
        assert three.expired(e, days).tolist() == [False, True, True, False]
    assert not three.expired(np.array([1_001, 1_002]), np.array([[FIRST - 3], [FIRST - 2]])).all()


def test_nobody_is_paid_a_quarter_of_an_hour_more_than_the_clock_says(tiny: Plant) -> None:
    """Whoever is called to a night goes early, to rest, and so comes in time."""
    layout = Layout(tiny)
    records = people_of(layout.lines, layout, tiny.seed).attendance(DAYS.start, DAYS.stop)
    present = records.status == clock.PRESENT
    paid = 36 * (records.regular + records.overtime)[present]
    assert (paid <= (records.clock_out - records.clock_in)[present] + 900).all()
