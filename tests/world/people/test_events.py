"""Sickness, leave, accidents and training: rates worked out from the parameters, and rules that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genims_ray.window import DAY, NEVER
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.people import People, safety, training
from genims_ray.world.people import attendance as clock
from genims_ray.world.people import leave as leaves
from genims_ray.world.people.absence import LONGEST, NO_SPELL
from tests.world.people.people_of import people_of

START = 20_089


@pytest.fixture(scope="module")
def company(large: Plant) -> People:
    layout = Layout(large)
    return people_of(layout.lines, layout, 42)


def test_absence_lasts_as_the_parameters_say(large: Plant) -> None:
    """Without seasons, Mondays and unexcused days, spells of mean 1 + 0.55 / 0.45 = 2.22 days begin on 0.68 % of
    the days; the next one cannot be seen while one lasts, which takes some 1.5 % off."""
    plain = replace(large.people.absence, flu_season=1.0, flu_week=1.0, monday=1.0, unexcused=0.0)
    plant = replace(large, people=replace(large.people, absence=plain))
    layout = Layout(plant)
    people = people_of(layout.lines, layout, 5)
    spells = people.absences.spells(START, START + 400)
    who, _ = people.roster.shifts(START, START + 400)
    share = (spells != NO_SPELL)[who > 0].mean()
    assert share == pytest.approx(0.0068 * (1 + 0.55 / 0.45), rel=0.06)


def test_absence_is_random_access(company: People) -> None:
    whole = company.absences.spells(START, START + 60)
    parts = [company.absences.spells(START + a, START + a + 20) for a in (0, 20, 40)]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))
    seat, day = np.nonzero(whole != NO_SPELL)
    assert (START + day - whole[seat, day] < LONGEST).all()


def test_winter_and_its_flu_week_are_worse(company: People) -> None:
    rates = company.absences.rates(START, START + 365)
    detroit = rates[0]
    assert detroit[10] > detroit[180]  # a Saturday in January, a Monday in June
    week = int(company.absences.flu_week(2025)[0]) - START
    assert detroit[week + 1] > 2 * detroit[180 + 3]
    south = int(np.flatnonzero(company.factory_ids == 10)[0])  # Curitiba
    assert rates[south][200] > rates[south][20]


def test_requests_are_made_before_they_are_decided_before_they_are_taken(company: People) -> None:
    r = company.leaves.requests(2025)
    assert len(r.start) > 4 * 450
    assert (r.created < r.decided).all()
    assert (r.decided < (r.start + 1) * DAY).all()
    gone = r.cancelled != NEVER
    assert (r.cancelled > r.decided)[gone].all()
    assert (r.cancelled[gone] < (r.end[gone] + 30) * DAY).all()
    granted = (r.refusal == leaves.GRANTED) & ~gone
    assert ((r.taken != NEVER) == granted).all()
    assert (r.end < leaves.new_year(2026)).all()
    assert (r.start >= leaves.new_year(2025)).all()


def test_leave_days_are_days_of_the_roster(company: People) -> None:
    r = company.leaves.requests(2025)
    first = leaves.new_year(2025)
    _, shift = company.roster.shifts(first, leaves.new_year(2026))
    for i in range(0, len(r.start), 37):
        worked = (shift[r.seat[i], r.start[i] - first : r.end[i] + 1 - first] >= 0).sum()
        assert r.half_days[i] == (1 if r.half[i] else 2 * worked)


def test_few_of_a_crew_are_away_at_once(company: People) -> None:
    away = company.leaves.away(START, START + 360)
    crew_a = (company.seats.factory_id == 1) & (company.seats.crew == 0)
    # Two by the rule, and those whom nobody may refuse.
    assert (away[crew_a] != leaves.NO_LEAVE).sum(axis=0).max() <= 4
    assert (away[crew_a] != leaves.NO_LEAVE).any()


def test_nobody_takes_more_than_there_is(company: People) -> None:
    r = company.leaves.requests(2025)
    for kind, most in ((leaves.VACATION, 2 * 24), (leaves.PERSONAL, 2 * leaves.PERSONAL_DAYS_A_YEAR)):
        mine = (r.kind == kind) & (r.refusal == leaves.GRANTED)
        _, of = np.unique(r.employee_id[mine], return_inverse=True)
        assert np.bincount(of, r.half_days[mine]).max() <= most


def test_incidents_happen_at_work_and_keep_people_away(company: People) -> None:
    found = company.incidents(START, START + 365)
    a = company.attendance(START, START + 400)
    present = set(
        zip(a.employee_id[a.status == clock.PRESENT].tolist(), a.day[a.status == clock.PRESENT].tolist(), strict=True)
    )
    assert all((e, d) in present for e, d in zip(found.employee_id.tolist(), found.day.tolist(), strict=True))
    for i in np.flatnonzero(found.severity == safety.LOST_TIME).tolist():
        for k in range(1, int(found.days_away[i]) + 1):
            assert (int(found.employee_id[i]), int(found.day[i]) + k) not in present


def test_three_recordables_in_200_000_hours(large: Plant) -> None:
    """Four seeds, a year each: some 60 recordables, so the rate is within 3.3 / sqrt(60) = 43 %."""
    recordables, hours = 0, 0.0
    for seed in range(4):
        layout = Layout(large)
        people = people_of(layout.lines, layout, seed)
        a = people.attendance(START, START + 365)
        recordables += int((people.incidents(START, START + 365).severity >= safety.MEDICAL_TREATMENT).sum())
        hours += float((a.regular + a.overtime)[a.status == clock.PRESENT].sum()) / 100
    assert 200_000 * recordables / hours == pytest.approx(3.0, rel=0.43)


def test_rounds_come_before_certificates_expire(company: People) -> None:
    for programme in training.PROGRAMMES:
        if programme.months:
            latest = training.ROTATION * (programme.rotations + training.ATTENDED + 2)
            assert latest <= programme.valid_days
            assert training.ROTATION * programme.rotations > programme.valid_days - 40


def test_newcomers_are_instructed_on_their_first_weekdays(company: People) -> None:
    """2025-03-03 is a Monday, day 20,150; who leads is also hired on a Friday (20,154) or a Saturday."""
    days = company.training.induction_day(np.arange(3)[None, :], np.array([20_150, 20_154, 20_155])[:, None])
    assert days.tolist() == [[20_151, 20_152, 20_153], [20_157, 20_158, 20_159], [20_157, 20_158, 20_159]]


def test_rounds_are_on_the_second_early_day_of_the_crew(company: People) -> None:
    seat, day = company.training.rounds(training.LICENCE, START, START + 336)
    assert len(seat) == company.training._in[training.LICENCE].sum()  # each of them once in a period
    assert ((day % 2 == 1) & ((day // 2) % 4 == company.training.group[seat])).all()


def test_places_are_found_by_day_whatever_the_range(company: People) -> None:
    whole = company.places(START, START + 150)
    parts = [company.places(START + a, START + a + 50) for a in (0, 50, 100)]
    assert np.array_equal(whole.employee_id, np.concatenate([p.employee_id for p in parts]))
    assert np.array_equal(whole.outcome, np.concatenate([p.outcome for p in parts]))


def test_who_attends_is_at_work_until_the_session_ends(company: People) -> None:
    p = company.places(START, START + 120)
    there = p.where(np.isin(p.outcome, (training.ATTENDED, training.FAILED)))
    _, end = training.session_times(p, company.roster)
    end = end[np.isin(p.outcome, (training.ATTENDED, training.FAILED))]
    a = company.attendance(START, START + 121)
    out = {(e, d): o for e, d, o in zip(a.employee_id.tolist(), a.day.tolist(), a.clock_out.tolist(), strict=True)}
    assert all(
        out[e, d] >= t for e, d, t in zip(there.employee_id.tolist(), there.day.tolist(), end.tolist(), strict=True)
    )


def test_nobody_attends_who_is_away_after_an_accident(large: Plant) -> None:
    """In a dangerous company, with thirty times the accidents, they keep many from their sessions."""
    often = replace(large.people.safety, incidents_per_shift=30 * large.people.safety.incidents_per_shift)
    layout = Layout(replace(large, people=replace(large.people, safety=often)))
    people = people_of(layout.lines, layout, 42)
    p = people.places(START, START + 200)
    a = people.attendance(START, START + 200)
    here = a.status == clock.PRESENT
    present = set(zip(a.employee_id[here].tolist(), a.day[here].tolist(), strict=True))
    there = np.isin(p.outcome, (training.ATTENDED, training.FAILED))
    assert there.sum() > 1_000
    attended = zip(p.employee_id[there].tolist(), p.day[there].tolist(), strict=True)
    assert not set(attended) - present
    found = people.incidents(START, START + 200)
    assert (found.days_away > 0).sum() > 50
    tenure = found.day - people.careers.hired(found.employee_id)
    assert tenure.min() >= 7  # in the first week they learn, and stand at no machine


def test_one_operator_of_a_crew_is_forgotten_a_round(company: People) -> None:
    seat, day = company.training.rounds(training.LICENCE, START, START + 336)
    forgotten = company.training.forgotten(seat, day)
    groups = company.roster.factory[seat[forgotten]] * 4 + company.training.group[seat[forgotten]]
    assert sorted(groups.tolist()) == list(range(40))  # ten factories with four crews
