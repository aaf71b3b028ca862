"""Calendar: shifts, DST, holidays and the planned clock, from the wall calendar."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from genims_ray.world.company.calendar import OFF, PLANNED_MAINTENANCE, WORKED, Calendar
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def calendar(large: Plant, first: str, *factories: str) -> Calendar:
    layout = Layout(replace(large, factories={name: large.factories[name] for name in factories}))
    return Calendar(layout.lines, large.shifts, Rng(42), day(first))


@pytest.mark.parametrize(
    ("factory", "production_day", "bounds"),
    [
        # An ordinary winter day in Detroit, EST = UTC-5.
        ("detroit", "2025-01-07", ["2025-01-07T11:00", "2025-01-07T19:00", "2025-01-08T03:00", "2025-01-08T11:00"]),
        # Detroit springs forward at 02:00 on 9 March, in the night shift of the production day before: 23 h.
        ("detroit", "2025-03-08", ["2025-03-08T11:00", "2025-03-08T19:00", "2025-03-09T03:00", "2025-03-09T10:00"]),
        # Berlin does on 30 March, CET = UTC+1 to CEST = UTC+2.
        ("stuttgart", "2025-03-29", ["2025-03-29T05:00", "2025-03-29T13:00", "2025-03-29T21:00", "2025-03-30T04:00"]),
        # And back on 26 October: 25 h.
        ("stuttgart", "2025-10-25", ["2025-10-25T04:00", "2025-10-25T12:00", "2025-10-25T20:00", "2025-10-26T05:00"]),
        # Detroit falls back on 2 November.
        ("detroit", "2025-11-01", ["2025-11-01T10:00", "2025-11-01T18:00", "2025-11-02T02:00", "2025-11-02T11:00"]),
    ],
)
def test_shift_bounds(large: Plant, factory: str, production_day: str, bounds: list[str]) -> None:
    found = calendar(large, "2025-01-01", factory).day_bounds(day(production_day))[0]
    assert found.tolist() == [utc(text) for text in bounds]


def test_days_follow_one_another_for_a_year(large: Plant) -> None:
    c = calendar(large, "2025-01-01", "detroit", "stuttgart", "pune")
    days = [c.day_bounds(d) for d in range(day("2025-01-01"), day("2026-01-01"))]
    for before, after in itertools.pairwise(days):
        assert np.array_equal(before[:, 3], after[:, 0])
    hours = np.array([(b[:, 3] - b[:, 0]) / 3600 for b in days])
    assert np.array_equal(np.unique(hours), [23, 24, 25])
    # One short and one long day a year in Detroit and Stuttgart, none in Pune.
    assert (hours == 23).sum(axis=0).tolist() == (hours == 25).sum(axis=0).tolist() == [1] * 10 + [0] * 5


def test_patterns_holidays_and_summer_stop(large: Plant) -> None:
    c = calendar(large, "2025-01-01", "stuttgart")
    continuous, two_shift, _, six_day, _ = range(5)

    def worked(text: str) -> list[int]:
        return [int((c.shift_states(day(text))[line] != OFF).sum()) for line in (continuous, two_shift, six_day)]

    assert worked("2025-01-01") == [0, 0, 0]  # New Year
    assert worked("2025-01-06") == [0, 0, 0]  # Epiphany, a holiday in Baden-Württemberg only
    assert worked("2025-01-08") == [3, 2, 3]  # a Wednesday
    assert worked("2025-01-11") == [3, 0, 1]  # Saturday
    assert worked("2025-01-12") == [3, 0, 0]  # Sunday
    assert worked("2025-08-03") == [3, 0, 0]  # the last day of ISO week 31
    assert worked("2025-08-04") == worked("2025-08-17") == [0, 0, 0]  # ISO weeks 32 and 33: summer stop
    assert worked("2025-08-18") == [3, 2, 3]


def test_maintenance_takes_an_early_shift_every_two_weeks(large: Plant) -> None:
    c = calendar(large, "2025-01-01", "detroit", "pune")
    first = day("2025-01-01")
    states = np.array([c.shift_states(d) for d in range(first, first + 364)])
    assert not (states[:, :, 1:] == PLANNED_MAINTENANCE).any()
    for line in range(states.shape[1]):
        at = np.flatnonzero(states[:, line, 0] == PLANNED_MAINTENANCE)
        assert 22 <= len(at) <= 26  # 26 fortnights, some of them on a holiday
        assert (np.diff(at) % 14 == 0).all()
        assert ((at + first + 3) % 7 < 4).all()  # Monday to Thursday


def test_the_planned_clock_by_hand(large: Plant) -> None:
    """Stuttgart, line 2: Monday to Friday, early and late. From Thursday 2 January 2025 on."""
    c = calendar(large, "2025-01-02", "stuttgart")
    line, hour = 1, 3_600
    pm = [d for d in range(day("2025-01-02"), day("2025-01-05")) if c.shift_states(d)[line, 0] == PLANNED_MAINTENANCE]
    assert not pm  # else the hours below would be eight fewer
    start = utc("2025-01-02T05:00")
    assert c.planned_seconds(line, start) == 0
    assert c.planned_seconds(line, start + 7 * hour) == 7 * hour
    assert c.planned_seconds(line, start + 20 * hour) == 16 * hour
    assert c.planned_seconds(line, utc("2025-01-03T06:00")) == 17 * hour
    assert c.planned_seconds(line, utc("2025-01-06T00:00")) == 32 * hour  # the week-end
    assert c.at(line, 16 * hour) == utc("2025-01-03T05:00")
    assert c.at(line, 17 * hour) == utc("2025-01-03T06:00")
    # Monday 6 January is Epiphany: work goes on on Tuesday.
    tuesday = c.shift_states(day("2025-01-07"))[line, 0] == WORKED
    assert c.next_planned(line, utc("2025-01-04T12:00")) == utc("2025-01-07T05:00" if tuesday else "2025-01-07T13:00")
    assert c.next_planned(line, utc("2025-01-02T08:00")) == utc("2025-01-02T08:00")


def test_the_planned_clock_is_the_integral_of_worked_shifts(large: Plant) -> None:
    first = "2025-02-20"
    c = calendar(large, first, "detroit")
    for line in range(5):
        total = 0
        for d in range(day(first), day(first) + 40):
            bounds, states = c.day_bounds(d)[line], c.shift_states(d)[line]
            for shift in range(3):
                if states[shift] == WORKED:
                    middle = int(bounds[shift] + bounds[shift + 1]) // 2
                    assert c.planned_seconds(line, middle) == total + middle - bounds[shift]
                    assert c.at(line, total + 60) == bounds[shift] + 60
                    total += int(bounds[shift + 1] - bounds[shift])
                assert c.planned_seconds(line, int(bounds[shift + 1])) == total


def test_production_day_and_shift_of_an_instant(large: Plant) -> None:
    c = calendar(large, "2025-01-01", "detroit")
    times = np.array([utc(t) for t in ("2025-03-09T02:59", "2025-03-09T03:00", "2025-03-09T09:59", "2025-03-09T10:00")])
    assert c.production_day(0, times).tolist() == [day("2025-03-08")] * 3 + [day("2025-03-09")]
    assert c.shift_of(0, times).tolist() == [1, 2, 2, 0]


def test_growing_the_calendar_changes_nothing(large: Plant) -> None:
    short, long = calendar(large, "2025-01-01", "detroit"), calendar(large, "2025-01-01", "detroit")
    long.ensure(day("2029-01-01"))
    for d in (day("2025-01-01"), day("2025-05-08"), day("2025-05-09"), day("2027-06-01")):
        assert np.array_equal(short.day_bounds(d), long.day_bounds(d))
        assert np.array_equal(short.shift_states(d), long.shift_states(d))
    with pytest.raises(ValueError, match="before the calendar's first"):
        short.ensure(day("2024-12-31"))
