"""Counters of a line: seconds that add up, parts that only grow, both read from the timeline."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from genims_ray.world import DAY, World
from genims_ray.world.params import Plant
from genims_ray.world.sensors.counters import LineCounters
from genims_ray.world.shopfloor import timeline as tl


def ticks(day: int, step: int = 120) -> np.ndarray:
    return day * DAY + np.arange(0, DAY, step)


def counted(world: World, line: int, day: int, time: np.ndarray) -> LineCounters:
    """The counters of one line: arrays over the instants, `minor` and `down` over (machines, instants)."""
    every = world.sensors.counters.at(day, time)
    own = {f.name: getattr(every, f.name)[..., line, :] for f in fields(every) if f.name != "time"}
    return replace(every, **own)


@pytest.fixture(scope="module")
def days(world: World) -> list[list[LineCounters]]:
    """Ten days of both lines."""
    first = world.start // DAY
    return [[counted(world, line, day, ticks(day)) for day in range(first, first + 10)] for line in range(2)]


def test_seconds_of_the_line_add_up(days: list[list[LineCounters]]) -> None:
    """Run, setup, planned or off, the machines' own stops: what is left is waiting, never negative."""
    for counters in days:
        for c in counters:
            idle = c.elapsed - c.run - c.setup - c.unscheduled - c.minor.sum(axis=0) - c.down.sum(axis=0)
            assert (idle >= 0).all()
            assert (c.elapsed > 0).all()
            assert (c.elapsed <= 8 * 3_600).all()


def test_seconds_against_the_timeline(world: World) -> None:
    """Summed second by second for one day of line 1."""
    day = world.start // DAY + 3
    c = counted(world, 0, day, ticks(day))
    grid = np.arange(day * DAY - DAY, day * DAY + DAY)
    state = np.full(len(grid), -1)
    for d in range(day - 2, day + 2):
        t = world.shopfloor.production.day(d).timeline
        for i in np.flatnonzero(t.line == 0):
            state[(grid >= t.start[i]) & (grid < t.end[i])] = t.state[i]
    for k in (0, 100, 333, 500, 719):
        now = int(c.time[k])
        shift = (grid >= now - c.elapsed[k]) & (grid < now)
        assert (state[shift] == tl.RUN).sum() == c.run[k]
        assert (state[shift] == tl.SETUP).sum() == c.setup[k]
        assert np.isin(state[shift], tl.UNSCHEDULED_STATES).sum() == c.unscheduled[k]
        assert np.isin(state[shift], tl.MINOR_STATES).sum() == c.minor[:, k].sum()
        assert np.isin(state[shift], tl.DOWN_STATES).sum() == c.down[:, k].sum()
        assert state[grid == now - 1][0] == c.state[k]


def test_counters_never_decrease(days: list[list[LineCounters]]) -> None:
    for counters in days:
        parts = np.concatenate([c.parts for c in counters])
        assert (np.diff(parts) >= 0).all()
        assert parts[-1] - parts[0] > 20_000
        shift = np.concatenate([c.production_day * 3 + c.shift for c in counters])
        same = np.diff(shift) == 0
        for name in ("parts_shift", "rejected_shift", "run", "setup", "unscheduled", "elapsed"):
            values = np.concatenate([getattr(c, name) for c in counters])
            assert (np.diff(values)[same] >= 0).all(), name
        assert (np.concatenate([c.rejected_shift - c.parts_shift for c in counters]) <= 0).all()


def test_a_shift_change_still_reports_the_whole_shift_that_ends(world: World) -> None:
    for line in range(2):
        for day in range(world.start // DAY + 1, world.start // DAY + 8):
            bounds, runs = world.shopfloor.production.day(day).bounds[line], world.shopfloor.production.runs(day)
            for shift in range(3):
                end = int(bounds[shift + 1])
                c = counted(world, line, (end - 1) // DAY, np.array([end]))
                mine = (runs.line == line) & (runs.shift == shift)
                assert (c.production_day[0], c.shift[0]) == (day, shift)
                assert c.elapsed[0] == end - bounds[shift]
                assert c.parts_shift[0] == runs.parts[mine].sum()
                assert c.rejected_shift[0] == (runs.scrapped + runs.rework)[mine].sum()
                assert c.run[0] + c.minor[:, 0].sum() == runs.production[mine].sum()
                assert c.setup[0] == runs.changeover[mine].sum()
                after = counted(world, line, end // DAY, np.array([end + 1]))
                assert after.elapsed[0] == 1
                assert after.parts_shift[0] + after.rejected_shift[0] <= 1


def test_between_two_readings_no_more_parts_than_the_pace_allows(world: World, days: list[list[LineCounters]]) -> None:
    ideal = world.shopfloor.production.demand.ideal.min(axis=1)
    for line, counters in enumerate(days):
        for c in counters:
            assert (np.diff(c.parts) <= 120 / ideal[line] + 1).all()


def test_cycles_and_orders(days: list[list[LineCounters]]) -> None:
    for counters in days:
        for c in counters:
            running = c.state == tl.RUN
            assert np.array_equal(np.isfinite(c.actual_cycle), running & (c.order_key > 0))
            assert (c.actual_cycle[running] >= c.target_cycle[running]).all()
            assert np.array_equal(np.isfinite(c.target_cycle), c.order_key > 0)
            assert (c.order_key[running] > 0).all()


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Honolulu", "Pacific/Kiritimati"])
def test_every_second_of_a_utc_day_falls_into_a_shift_wherever_the_line_is(tiny: Plant, zone: str) -> None:
    """Production days begin at 18:00 UTC in the far west, at 16:00 of the day before in the far east."""
    factories = {name: replace(factory, timezone=zone) for name, factory in tiny.factories.items()}
    few = replace(tiny.degradation, warmup_days=20)
    world = World(replace(tiny, factories=factories, degradation=few))
    day = world.start // DAY + 1
    c = counted(world, 0, day, ticks(day))
    local = np.array([datetime.fromtimestamp(t - 1, ZoneInfo(zone)).hour for t in c.time.tolist()])
    assert np.array_equal(c.shift, (local + 18) % 24 // 8)
    idle = c.elapsed - c.run - c.setup - c.unscheduled - c.minor.sum(axis=0) - c.down.sum(axis=0)
    assert (idle >= 0).all()


@pytest.mark.parametrize("text", ["2025-03-09", "2025-11-02"])
def test_shifts_of_seven_and_nine_hours(tiny: Plant, text: str) -> None:
    """The night in which the clocks of Detroit change: elapsed time is true, not wall-clock time."""
    world = World(replace(tiny, start=text, degradation=replace(tiny.degradation, warmup_days=20)))
    day = world.start // DAY
    c = counted(world, 0, day, ticks(day))
    zone = ZoneInfo("America/Detroit")
    for k in range(0, 720, 37):
        local = datetime.fromtimestamp(int(c.time[k]) - 1, zone)
        hour = (local.hour + 18) % 24 // 8  # 06-14 early, 14-22 late, 22-06 night
        assert c.shift[k] == hour
    longest = {"2025-03-09": 7, "2025-11-02": 9}[text] * 3_600
    night = c.shift == 2
    ended = np.flatnonzero(night[:-1] & ~night[1:])[0]
    assert c.elapsed[ended] == longest
