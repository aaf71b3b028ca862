"""Human resources: the same rows however asked, nothing from the future, and sums that close in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray.modules.hr.performance import performance_reviews
from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.world import DAY, HOUR, NEVER, OPENING, Window, World
from genims_ray.world.params import Plant
from tests.modules.rows import Rows

HR = Rows("hr", plans={"scheduled_start_time", "scheduled_end_time"})
DAYS = 400


@pytest.fixture(scope="module")
def whole(plant: Plant) -> MemorySink:
    return HR.history(World(plant), [0, 40 * DAY])


@settings(max_examples=5, deadline=None)
@given(cuts=st.sets(st.integers(1, 40 * DAY - 1), max_size=6))
def test_windows_may_be_cut_anywhere(plant: Plant, whole: MemorySink, cuts: set[int]) -> None:
    HR.assert_same(whole, HR.history(World(plant), [0, *sorted(cuts), 40 * DAY]), filled=False)


def test_day_by_day_gives_the_same(plant: Plant, whole: MemorySink) -> None:
    HR.assert_same(whole, HR.history(World(plant), [d * DAY for d in range(41)]), filled=False)


def test_nothing_comes_from_the_future(world: World) -> None:
    windows = [
        Window(OPENING, world.start),
        Window(world.start + 33 * DAY, world.start + 33 * DAY + 5 * HOUR),
        Window(world.start + 33 * DAY, world.start + 70 * DAY),
    ]
    HR.assert_nothing_later(world, windows)


@pytest.mark.parametrize("seed", [3, 4, 11, 16])
def test_reviews_are_held_by_somebody_who_is_still_there(plant: Plant, seed: int) -> None:
    """With these seeds a superior leaves between the opening of a review and the talk."""
    world = World(replace(plant, seed=seed))
    reviews = performance_reviews(world, Window(world.start, world.start + 500 * DAY))
    held = np.ma.filled(reviews["held_at"], NEVER)
    who, day = reviews["reviewer_id"][held != NEVER], held[held != NEVER] // DAY
    careers = world.people.careers
    assert len(who) > 50
    assert (careers.hired(who) <= day + 1).all()
    assert (careers.left(who) >= day - 1).all()


# --- In PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def year(plant: Plant) -> MemorySink:
    """A year and a month of a tiny plant, month by month."""
    return HR.history(World(plant), [*range(0, DAYS * DAY, 31 * DAY), DAYS * DAY])


@pytest.fixture(scope="module")
def session(server: EmbeddedServer, year: MemorySink) -> Iterator[psycopg.Connection]:
    with HR.recorded(server, year) as connection:
        yield connection


def test_every_state_of_a_row_satisfies_the_checks(session: psycopg.Connection, world: World) -> None:
    edges = [*range(0, 3 * DAY, 5 * HOUR), *range(3 * DAY, 60 * DAY, 3 * DAY + HOUR)]
    windows = [Window(world.start + a, world.start + b) for a, b in pairwise(edges)]
    HR.assert_states_satisfy_checks(session, world, windows)


NOTHING = {
    "the changes of a career follow one another": """
        SELECT FROM (SELECT *, lag(new_position_id) OVER one AS position, lag(new_job_role_id) OVER one AS role,
            lag(new_hourly_rate) OVER one AS rate, lag(effective_date) OVER one AS before,
            row_number() OVER one AS place
            FROM hr.employee_employment_history WINDOW one AS (PARTITION BY employee_id ORDER BY change_sequence)) AS h
        WHERE place <> change_sequence OR effective_date <= before OR previous_position_id IS DISTINCT FROM position
            OR previous_job_role_id IS DISTINCT FROM role OR previous_hourly_rate IS DISTINCT FROM rate""",
    "pay is that of the attendance records": """
        SELECT FROM hr.payroll_results AS p LEFT JOIN LATERAL (
            SELECT coalesce(sum(regular_hours), 0) AS regular, coalesce(sum(overtime_hours), 0) AS overtime,
                coalesce(sum(regular_hours) FILTER (WHERE attendance_status <> 'present'), 0) AS absent
            FROM hr.attendance_records AS a WHERE a.employee_id = p.employee_id
                AND attendance_date BETWEEN pay_period_start AND pay_period_end) AS a ON true
        WHERE (regular_hours, overtime_hours, paid_absence_hours) IS DISTINCT FROM (regular, overtime, absent)""",
    "the rate paid is that of the history": """
        SELECT FROM hr.payroll_results AS p WHERE hourly_rate IS DISTINCT FROM (SELECT new_hourly_rate
            FROM hr.employee_employment_history AS h WHERE h.employee_id = p.employee_id
                AND effective_date <= pay_period_start ORDER BY change_sequence DESC LIMIT 1)""",
    "nobody is at work in two shifts at once": """
        SELECT FROM (SELECT clock_in_time, lag(clock_out_time) OVER (PARTITION BY employee_id ORDER BY clock_in_time)
            AS out FROM hr.attendance_records WHERE clock_in_time IS NOT NULL) AS a WHERE clock_in_time < out""",
    "nobody clocks in on a day of leave": """
        SELECT FROM hr.attendance_records AS a JOIN hr.leave_requests AS l USING (employee_id)
        WHERE attendance_date BETWEEN start_date AND end_date AND request_status = 'taken'
            AND half_day_session IS NULL AND attendance_status <> 'on_leave'""",
    "days of leave are those of the roster": """
        SELECT FROM hr.leave_requests AS l WHERE request_status = 'taken' AND half_day_session IS NULL
            AND start_date >= (SELECT min(attendance_date) FROM hr.attendance_records)
            AND total_days <> (SELECT count(*) FROM hr.attendance_records AS a
                WHERE a.leave_request_id = l.leave_request_id)""",
    "who attended a session was at work": """
        SELECT FROM hr.training_enrollments AS e JOIN hr.training_schedules AS s USING (training_schedule_id)
        WHERE enrollment_status = 'attended' AND NOT EXISTS (SELECT FROM hr.attendance_records AS a
            WHERE a.employee_id = e.employee_id AND clock_in_time <= scheduled_start_time
                AND coalesce(clock_out_time, 'infinity') >= scheduled_end_time)""",
    "certificates follow their sessions": """
        SELECT FROM hr.employee_certifications AS c JOIN hr.training_enrollments AS e USING (training_enrollment_id)
        WHERE NOT coalesce(passed, false) OR c.employee_id <> e.employee_id""",
    "a seat has one holder at a time": """
        SELECT FROM hr.positions WHERE employee_id IS NOT NULL GROUP BY employee_id HAVING count(*) > 1""",
    "goals count in their reviews": """
        SELECT FROM hr.performance_reviews AS r WHERE review_type = 'annual' AND goals_total > 0
            AND created_at > (SELECT min(updated_at) + interval '100 days' FROM hr.attendance_records)
            AND goals_total * 10 + goals_achieved <> (SELECT count(*) * 10 + count(*) FILTER (WHERE
                goal_status = 'achieved') FROM hr.employee_goals AS g
                WHERE g.performance_review_id = r.performance_review_id)""",
    "accounts of leave say what the requests say": """
        SELECT FROM hr.employee_leave_balances AS b LEFT JOIN LATERAL (
            SELECT coalesce(sum(total_days) FILTER (WHERE request_status = 'taken'), 0) AS used,
                coalesce(sum(total_days) FILTER (WHERE request_status = 'approved' OR (request_status = 'submitted'
                    AND accrues)), 0) AS pending
            FROM (SELECT *, leave_type_id IN (1, 2) AS accrues FROM hr.leave_requests) AS l
            WHERE l.employee_id = b.employee_id AND l.leave_type_id = b.leave_type_id
                AND extract(year FROM start_date) = leave_year) AS l ON true
        WHERE (used_days, pending_days) <> (used, pending)""",
    "a case is complete with its items": """
        SELECT FROM hr.employee_onboarding AS o WHERE completed_items <> (SELECT count(*)
            FROM hr.employee_onboarding_items AS i WHERE i.employee_onboarding_id = o.employee_onboarding_id
                AND item_status <> 'open')""",
    "sessions count their places": """
        SELECT FROM hr.training_schedules AS s WHERE current_enrollment <> (SELECT count(*)
            FROM hr.training_enrollments AS e WHERE e.training_schedule_id = s.training_schedule_id
                AND enrollment_status <> 'cancelled')""",
    "weights add up": """
        SELECT FROM hr.performance_kpis GROUP BY job_role_id HAVING sum(weight_percentage) <> 100""",
}


@pytest.mark.parametrize("offending", NOTHING.values(), ids=NOTHING.keys())
def test_no_row_offends(session: psycopg.Connection, offending: str) -> None:
    assert session.execute(f"SELECT count(*) FROM ({offending}) AS rows".encode()).fetchone() == (0,)


def test_what_people_went_through(session: psycopg.Connection) -> None:
    for question in (
        "SELECT FROM hr.attendance_records WHERE is_call_in",
        "SELECT FROM hr.attendance_records WHERE attendance_status = 'sick'",
        "SELECT FROM hr.leave_requests WHERE request_status = 'rejected'",
        "SELECT FROM hr.offboarding_records WHERE offboarding_status = 'closed'",
        "SELECT FROM hr.employee_onboarding WHERE onboarding_status = 'completed'",
        "SELECT FROM hr.employee_employment_history WHERE change_type = 'promotion'",
        "SELECT FROM hr.employee_certifications WHERE certification_status = 'expired'",
        "SELECT FROM hr.payroll_results WHERE overtime_pay > 0 AND payroll_status = 'paid'",
    ):
        assert session.execute(f"{question} LIMIT 1".encode()).rowcount == 1, question
