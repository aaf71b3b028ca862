"""Events on a grid, by hand."""

from __future__ import annotations

import numpy as np

from genims_ray.world.grid import accumulated, latest

ROW = np.array([0, 0, 0, 2, 2])
PLACE = np.array([1, 1, 3, 0, 4])  # the last is not seen any more


def test_what_has_accumulated() -> None:
    assert accumulated(ROW, PLACE, 1, 3, 4).tolist() == [[0, 2, 2, 3], [0, 0, 0, 0], [1, 1, 1, 1]]
    amount = np.array([5, -2, 4, 7, 9])
    assert accumulated(ROW, PLACE, amount, 3, 4).tolist() == [[0, 3, 3, 7], [0, 0, 0, 0], [7, 7, 7, 7]]


def test_the_latest_event() -> None:
    assert latest(ROW, PLACE, 3, 4).tolist() == [[0, 2, 2, 3], [0, 0, 0, 0], [4, 4, 4, 4]]


def test_no_events_and_no_instants() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert latest(none, none, 2, 3).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert latest(ROW, np.zeros(5, dtype=np.int64), 3, 0).shape == (3, 0)
