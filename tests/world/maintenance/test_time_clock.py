"""The time clock: everyone on the roster, technicians at their posts, and who is called from home to a repair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genims_ray import config
from genims_ray.world import DAY, HOUR, World
from genims_ray.world.maintenance.time_clock import CHANGING
from genims_ray.world.people import attendance
from genims_ray.world.people.attendance import Attendance

DAYS = 90


@pytest.fixture(scope="module")
def lonely() -> World:
    """A plant with two technicians, so that repairs often find nobody there."""
    plant = config.load(["scale=small"]).plant
    labour = replace(plant.labour, technicians_per_factory=2, supervisors_per_factory=2)
    return World(replace(plant, labour=labour))


def rows(a: Attendance) -> dict[tuple[int, int], int]:
    return {key: row for row, key in enumerate(zip(a.employee_id.tolist(), a.day.tolist(), strict=True))}


def test_who_repairs_is_clocked_in(lonely: World) -> None:
    first = lonely.start // DAY
    seen = lonely.maintenance.time_clock.attendance(first, first + DAYS)
    at, called = rows(seen), 0
    for factory in lonely.layout.factories:
        for day in range(first, first + DAYS):
            for bookings in lonely.maintenance.rosters.repairs(factory.factory_id, day).repairs.values():
                for b in bookings:
                    row = at[b.technician, day]
                    assert seen.status[row] == attendance.PRESENT
                    assert seen.clock_in[row] - HOUR // 4 <= b.start
                    assert b.end <= seen.clock_out[row] + HOUR // 4
                    called += b.called
    assert called > 3


def test_a_call_adds_a_row_or_hours(lonely: World) -> None:
    first = lonely.start // DAY
    planned = lonely.people.attendance(first, first + DAYS)
    seen = lonely.maintenance.time_clock.attendance(first, first + DAYS)
    before, after = rows(planned), rows(seen)
    assert before.keys() < after.keys()
    for key in after.keys() - before.keys():
        row = after[key]
        assert seen.called[row]
        assert seen.regular[row] == 0
        assert seen.overtime[row] == (seen.clock_out[row] - seen.clock_in[row]) // 36 >= 2 * CHANGING // 36
        assert seen.approver[row] > 0
    there = np.array([after[key] for key in before])
    assert (seen.clock_in[there] <= planned.clock_in).all()
    assert (seen.clock_out[there] >= planned.clock_out).all()
    assert (seen.overtime[there] >= planned.overtime).all()
    assert (np.diff(seen.day * 10_000 + seen.seat) > 0).all()


def test_days_may_be_asked_for_one_by_one(lonely: World) -> None:
    first = lonely.start // DAY
    whole = lonely.maintenance.time_clock.attendance(first, first + 20)
    for day in range(first, first + 20):
        alone = lonely.maintenance.time_clock.attendance(day, day + 1)
        assert alone.clock_in.tolist() == whole.clock_in[whole.day == day].tolist()
