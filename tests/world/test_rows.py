"""Tables of events: what can be done with rows, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import OPENING, Window
from genims_ray.world.rows import Floats, Ints, Rows, Texts


@dataclass(frozen=True)
class Orders(Rows):
    INSTANTS: ClassVar[tuple[str, ...]] = ("time", "closed")

    line: Ints
    time: Ints
    closed: Ints  # -1: not yet
    amount: Floats
    name: Texts


ORDERS = Orders(
    line=np.array([2, 1, 1, 2]),
    time=np.array([10, 20, 5, 30]),
    closed=np.array([40, -1, 20, 31]),
    amount=np.array([1.0, 2.0, 3.0, 4.0]),
    name=np.array(["a", "b", "c", "d"]),
)


def test_rows_are_chosen_by_mask_and_by_place() -> None:
    assert ORDERS.where(ORDERS.line == 1).name.tolist() == ["b", "c"]
    assert ORDERS.where(np.array([3, 0])).time.tolist() == [30, 10]


def test_rows_are_ordered_by_the_first_name_above_the_others() -> None:
    assert ORDERS.ordered("line", "time").name.tolist() == ["c", "b", "a", "d"]


def test_a_window_is_half_open() -> None:
    assert ORDERS.between(Window(10, 30)).name.tolist() == ["a", "b"]
    assert ORDERS.between(Window(OPENING, 10)).name.tolist() == ["c"]


def test_a_row_is_touched_by_any_of_its_instants() -> None:
    assert ORDERS.touched(Window(31, 41)).name.tolist() == ["a", "d"]
    assert ORDERS.touched(Window(OPENING, 6)).name.tolist() == ["c"], "what has not happened touches nothing"


def test_any_of_several_instants_touches_a_row() -> None:
    @dataclass(frozen=True)
    class Steps(Rows):
        INSTANTS: ClassVar[tuple[str, ...]] = ("time", "done")
        time: Ints
        done: Ints  # (rows, 2)

    steps = Steps(np.array([1, 2]), np.array([[5, 9], [-1, 20]]))
    assert steps.touched(Window(9, 21)).done.tolist() == [[5, 9], [-1, 20]]
    assert steps.touched(Window(6, 10)).done.tolist() == [[5, 9]]


def test_parts_are_joined_end_to_end() -> None:
    joined = Orders.joined([ORDERS.where(ORDERS.line == 1), Orders.none(), ORDERS.where(ORDERS.line == 2)])
    assert joined.name.tolist() == ["b", "c", "a", "d"]
    assert len(Orders.joined([])) == 0
    assert Orders.none().amount.dtype == np.float64
    assert Orders.none().time.dtype == np.int64
