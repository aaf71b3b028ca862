"""Cells: computed once while there is room, the same answers whatever the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genims_ray.window import DAY, NEVER, OPENING, Window
from genims_ray.world.cells import Cells, Days, Instants, Memory, Touched, nbytes
from genims_ray.world.rows import Ints, Rows


@dataclass(frozen=True)
class Ticks(Rows):
    time: Ints


def ticks(cell: int, days: int) -> Ticks:
    """One at the begin of each day, and one that is recorded at noon of the day after."""
    day = np.arange(cell * days, (cell + 1) * days)
    return Ticks(np.concatenate([day * DAY, (day + 1) * DAY + DAY // 2]))


def test_a_cell_is_computed_once() -> None:
    asked: list[int] = []

    def square(key: int) -> int:
        asked.append(key)
        return key * key

    cells = Cells(Memory(), square)
    assert [cells[3], cells[4], cells[3]] == [9, 16, 9]
    assert asked == [3, 4]


def test_all_cells_share_one_bound() -> None:
    memory = Memory(most=10_000)
    one, other = (Cells(memory, lambda key: np.zeros(100 + key * 0)) for _ in range(2))
    for key in range(50):
        _ = one[key], other[key]
    assert memory.bytes <= 10_000
    assert one.known(49)
    assert other.known(49)
    assert not one.known(0)


def test_bytes_are_those_of_the_arrays_wherever_they_are() -> None:
    rows = Ticks(np.zeros(1_000, dtype=np.int64))
    assert 8_000 <= nbytes(rows) < 8_300
    assert 16_000 <= nbytes({1: [rows, rows]}) < 16_800


@given(
    start=st.integers(0, 40 * DAY),
    seconds=st.integers(1, 20 * DAY),
    days=st.sampled_from([1, 3, 64]),
    most=st.sampled_from([1, 2_000, 10**9]),
)
def test_rows_of_a_window_depend_on_nothing_else(start: int, seconds: int, days: int, most: int) -> None:
    window = Window(start + 2 * DAY, start + 2 * DAY + seconds)
    cells: Days[Ticks] = Days(Memory(most), lambda cell: ticks(cell, days), days)
    found = np.sort(cells.between(window, before=1).time)
    every = np.concatenate([np.arange(100) * DAY, (np.arange(100) + 1) * DAY + DAY // 2])
    expected = np.sort(every[(every >= window.start) & (every < window.end)])
    assert found.tolist() == expected.tolist()


@dataclass(frozen=True)
class _Cases(Rows):
    INSTANTS: ClassVar[tuple[str, ...]] = ("opened", "closed")

    opened: Ints
    closed: Ints


def test_what_changes_in_a_day_is_found_once_and_then_sliced() -> None:
    asked = []

    def living(window: Window) -> _Cases:
        asked.append(window)
        return _Cases(np.array([10, DAY + 5, DAY + 50]), np.array([DAY + 20, NEVER, 3 * DAY]))

    cases = Touched(Memory(), living)
    assert cases.between(Window(DAY, DAY + 5)).opened.tolist() == []
    assert cases.between(Window(DAY + 5, DAY + 6)).opened.tolist() == [DAY + 5]
    assert cases.between(Window(DAY + 20, DAY + 60)).opened.tolist() == [10, DAY + 50]
    assert asked == [Window.of_days(1)]
    assert cases.between(Window(0, 3 * DAY)).opened.tolist() == [10, DAY + 5, DAY + 50]
    assert len(asked) == 2


@dataclass(frozen=True)
class Loans(Rows):
    """Lent at noon of a day, and given back ten days later, or not at all."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("lent", "returned")

    lent: Ints
    returned: Ints


def loans(days: range) -> Loans:
    lent = np.array(days, dtype=np.int64) * DAY + DAY // 2
    return Loans(lent, np.where(lent // DAY % 2 == 0, lent + 10 * DAY, -1))


@given(
    start=st.integers(20 * DAY, 40 * DAY),
    seconds=st.one_of(st.integers(1, 3 * DAY), st.integers(1, 60)),
    most=st.sampled_from([1, 10**9]),
)
def test_rows_that_change_in_a_window_depend_on_nothing_else(start: int, seconds: int, most: int) -> None:
    """Whether kept by day or asked for at once; the neighbours of noon among the windows."""
    touched = Touched(Memory(most), lambda w: loans(range(w.start // DAY - 10, (w.end - 1) // DAY + 1)))
    for first in (start, start // DAY * DAY + DAY // 2 - seconds + 1):
        window = Window(first, first + seconds)
        found = touched.between(window)
        assert found.lent.tolist() == loans(range(60)).touched(window).lent.tolist()


def test_a_day_is_asked_for_once_and_the_opening_by_itself() -> None:
    asked: list[Window] = []

    def living(window: Window) -> Loans:
        asked.append(window)
        return loans(range(20, 22))

    touched = Touched(Memory(), living)
    noon = 20 * DAY + DAY // 2
    assert [len(touched.between(Window(t, t + 10))) for t in (noon - 10, noon, noon + 10)] == [0, 1, 0]
    assert asked == [Window.of_days(20)]
    assert len(touched.between(Window(OPENING, 21 * DAY))) == 1
    assert asked[1:] == [Window(OPENING, 21 * DAY)]


def test_an_instant_lies_in_a_window_or_not() -> None:
    at = Instants(Memory(), lambda window: np.array([5 * DAY + 7, 5 * DAY + 3, 90 * DAY]))
    inside = [at.lie_in(Window(5 * DAY + a, 5 * DAY + b)) for a, b in ((0, 3), (0, 4), (3, 4), (4, 7), (7, 8), (8, 99))]
    assert inside == [False, True, True, False, True, False]
    assert at.lie_in(Window(OPENING, 0)), "of the opening it is taken for granted"
    assert at.lie_in(Window(5 * DAY, 7 * DAY))
