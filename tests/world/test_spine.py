"""The spine: a state leads to the same days wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genims_ray.world.cells import Memory
from genims_ray.world.spine import CHECKPOINT_DAYS, RECENT_STATES, Spine, Track


@dataclass(frozen=True)
class Total:
    day: int
    total: int


class Sums:
    """Adds up the numbers of the days."""

    def __init__(self) -> None:
        self.steps = 0

    def origin(self) -> Total:
        return Total(100, 0)

    def step(self, state: Total) -> int:
        self.steps += 1
        return state.total + state.day

    def after(self, state: Total, happened: int) -> Total:
        return Total(state.day + 1, happened)

    def own(self, state: Total) -> Total:
        return state


def expected(day: int) -> int:
    return sum(range(100, day))


@given(st.lists(st.integers(100, 600), min_size=1, max_size=8), st.sampled_from([1, 10**6]))
def test_days_do_not_depend_on_what_was_asked_before(days: list[int], most: int) -> None:
    track = Track(Memory(most), Sums(), 100)
    for day in days:
        assert track.day(day) == expected(day + 1)
        assert track.state(day).total == expected(day)


def test_going_back_costs_less_than_two_checkpoints() -> None:
    sums = Sums()
    track = Track(Memory(1), sums, 100)
    track.day(1_000)
    sums.steps = 0
    track.day(333)
    assert sums.steps <= CHECKPOINT_DAYS + 1
    assert len(track.known_days) <= 900 / CHECKPOINT_DAYS + RECENT_STATES + 3


def test_a_worker_goes_on_from_the_states_of_the_owner() -> None:
    owner, sums = Spine({"sums": Track(Memory(), Sums(), 100)}), Sums()
    track = Track(Memory(), sums, 100)
    Spine({"sums": track}).adopt([owner.state_at(5_000)])
    assert track.day(5_001) == expected(5_002)
    assert sums.steps == 2


def test_nothing_is_before_the_first_day() -> None:
    with pytest.raises(LookupError, match="day 99 is before the first, 100"):
        Track(Memory(), Sums(), 100).state(99)
