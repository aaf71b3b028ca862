"""The timeline, laid by hand: where stops fall, what they cost, and the two clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from genims_ray.world import DAY, World
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.timeline import Elementary, Insertions, Timeline, lay


def elementary(*spans: tuple[int, int, int, int, float]) -> Elementary:
    """One line; spans are (start, end, state, shift, speed)."""
    start, end, state, shift, speed = (np.array([column]) for column in zip(*spans, strict=True))
    none = np.zeros_like(start)
    return Elementary(start, end, state, none, none, shift, speed.astype(float))


def insertions(*stops: tuple[float, int, int]) -> Insertions:
    """One line; stops are (work position, seconds, state)."""
    work, seconds, state = (np.array([column]) for column in zip(*stops, strict=True))
    none = np.zeros_like(seconds)
    return Insertions(work.astype(float), seconds, state, none, none)


def intervals(t: Timeline) -> list[tuple[int, int, int]]:
    return list(zip(t.start.tolist(), t.end.tolist(), t.state.tolist(), strict=True))


@pytest.fixture
def laid() -> Timeline:
    """Two hours: one at full speed with two stops, a breakdown of ten minutes, then at half speed."""
    return lay(
        elementary((0, 3_600, tl.RUN, 0, 1.0), (3_600, 4_200, tl.BREAKDOWN, 0, 1.0), (4_200, 7_200, tl.RUN, 0, 0.5)),
        insertions((600, 120, tl.MICRO), (1_800, 600, tl.MAJOR), (3_000, 300, tl.SETUP), (np.inf, 50, tl.MICRO)),
    )


def test_intervals_by_hand(laid: Timeline) -> None:
    """3,600 s - 120 s - 600 s = 2,880 of work before the breakdown; the 120 to the changeover take 240 s."""
    assert intervals(laid) == [
        (0, 600, tl.RUN),
        (600, 720, tl.MICRO),
        (720, 1_920, tl.RUN),
        (1_920, 2_520, tl.MAJOR),
        (2_520, 3_600, tl.RUN),
        (3_600, 4_200, tl.BREAKDOWN),
        (4_200, 4_440, tl.RUN),
        (4_440, 4_740, tl.SETUP),
        (4_740, 7_200, tl.RUN),
    ]
    assert laid.work.tolist() == [0, 600, 600, 1_800, 1_800, 2_880, 2_880, 3_000, 3_000]
    assert laid.shift_work[0, 1] == 3_000 + 0.5 * 2_460


def test_both_clocks_by_hand(laid: Timeline) -> None:
    zero = np.zeros(6, dtype=np.int64)
    work = np.array([100.0, 600.0, 601.0, 1_801.0, 2_881.0, 4_230.0])
    assert laid.reached(zero, work).tolist() == [100, 600, 721, 2_521, 4_202, 7_200]
    at = np.array([0, 650, 720, 2_520, 4_740, 7_200])
    assert laid.seconds(zero, at, (tl.MICRO, tl.MAJOR)).tolist() == [0, 50, 120, 720, 720, 720]
    assert laid.seconds(zero, at, (tl.RUN,)).tolist() == [0, 600, 600, 1_800, 3_120, 5_580]
    assert laid.next_run(zero, np.array([0, 1, 601, 1_900, 3_601, 4_740])).tolist() == [
        0,
        720,
        720,
        2_520,
        4_200,
        4_740,
    ]


def test_a_stop_ends_with_its_span() -> None:
    """A stop of half an hour, ten minutes before the end of the shift, is not carried into the next."""
    t = lay(
        elementary((0, 28_800, tl.RUN, 0, 1.0), (28_800, 57_600, tl.OFF, 1, 1.0), (57_600, 86_400, tl.RUN, 2, 1.0)),
        insertions((28_200, 1_800, tl.MAJOR), (28_200, 60, tl.MICRO)),
    )
    assert intervals(t) == [
        (0, 28_200, tl.RUN),
        (28_200, 28_800, tl.MAJOR),
        (28_800, 57_600, tl.OFF),
        (57_600, 57_660, tl.MICRO),
        (57_660, 86_400, tl.RUN),
    ]
    assert t.shift_work.tolist() == [[0, 28_200, 28_200, 28_200 + 28_740]]


def test_stops_at_one_place_follow_one_another() -> None:
    t = lay(
        elementary((0, 1_000, tl.RUN, 0, 1.0)),
        insertions((300, 50, tl.SETUP), (300, 40, tl.MICRO), (310, 10, tl.MICRO)),
    )
    assert intervals(t) == [
        (0, 300, tl.RUN),
        (300, 350, tl.SETUP),
        (350, 390, tl.MICRO),
        (390, 400, tl.RUN),
        (400, 410, tl.MICRO),
        (410, 1_000, tl.RUN),
    ]


def test_lines_do_not_disturb_one_another() -> None:
    one, two = elementary((0, 1_000, tl.RUN, 0, 1.0)), elementary((100, 1_100, tl.RUN, 0, 0.5))
    both = Elementary(*(np.concatenate([getattr(one, f), getattr(two, f)]) for f in vars(one)))
    stops = insertions((200, 100, tl.MICRO)), insertions((200, 300, tl.MAJOR))
    joint = Insertions(*(np.concatenate([getattr(stops[0], f), getattr(stops[1], f)]) for f in vars(stops[0])))
    t = lay(both, joint)
    alone = [lay(e, s) for e, s in zip((one, two), stops, strict=True)]
    assert intervals(t) == intervals(alone[0]) + intervals(alone[1])
    assert intervals(alone[1]) == [(100, 500, tl.RUN), (500, 800, tl.MAJOR), (800, 1_100, tl.RUN)]


@pytest.fixture(scope="module")
def transatlantic(large: Plant) -> Plant:
    factories = {
        name: replace(large.factories[name], lines=large.factories[name].lines[:3]) for name in ("detroit", "stuttgart")
    }
    return replace(large, factories=factories, degradation=replace(large.degradation, warmup_days=20))


@pytest.mark.parametrize(
    ("text", "detroit", "stuttgart"),
    [("2025-03-08", 23, 24), ("2025-03-29", 24, 23), ("2025-10-25", 24, 25), ("2025-11-01", 25, 24)],
)
def test_intervals_tile_the_day_whatever_its_length(
    transatlantic: Plant, text: str, detroit: int, stuttgart: int
) -> None:
    world = World(replace(transatlantic, start=text))
    middle = (date.fromisoformat(text) - date(1970, 1, 1)).days
    for day in range(middle - 2, middle + 3):
        line_day = world.shopfloor.production.day(day)
        t = line_day.timeline
        for line in range(6):
            mine = np.flatnonzero(t.line == line)
            assert t.start[mine][0] == line_day.bounds[line, 0]
            assert t.end[mine][-1] == line_day.bounds[line, 3]
            assert np.array_equal(t.start[mine][1:], t.end[mine][:-1])
            assert (t.end[mine] > t.start[mine]).all()
            hours = (t.end[mine] - t.start[mine]).sum() / 3_600
            special = detroit if line < 3 else stuttgart
            assert hours == (special if day == middle else 24)


def test_work_is_running_time_times_speed(world: World) -> None:
    """And the state of the next day begins where it ended."""
    for day in range(world.start // DAY, world.start // DAY + 30):
        line_day = world.shopfloor.production.day(day)
        t = line_day.timeline
        run = t.state == tl.RUN
        work = np.bincount(t.line[run], ((t.end - t.start) * t.speed)[run], minlength=2)
        assert work == pytest.approx(line_day.timeline.shift_work[:, 3], abs=1e-6)
        after = world.shopfloor.production.state(day + 1)
        assert after.work == pytest.approx(line_day.state.work + work, abs=1e-6)


def test_states_of_stops_are_bounded(world: World) -> None:
    """Short stops are under five minutes, major ones from five to sixty."""
    for day in range(world.start // DAY, world.start // DAY + 10):
        t = world.shopfloor.production.day(day).timeline
        length = t.end - t.start
        assert (length[t.state == tl.MICRO] < 300).all()
        assert (length[t.state == tl.MAJOR] <= 3_600).all()
