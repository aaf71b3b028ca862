"""Events on a grid: rows (lines, machines) by the ascending instants at which they are looked at.

An event has the row it belongs to and the place of the first instant that knows of it, n if none does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.world.rows import Ints


def accumulated(row: Ints, place: Ints, amount: ArrayLike, rows: int, n: int) -> Ints:
    """(rows, n): the sum of the integer `amount` of each row's events so far."""
    width = n + 1
    weights = np.broadcast_to(amount, row.shape)
    steps = np.bincount(row * width + place, weights, rows * width).reshape(rows, width)[:, :n]
    return np.cumsum(steps, axis=1).astype(np.int64)


def latest(row: Ints, place: Ints, rows: int, n: int) -> Ints:
    """(rows, n): the number, from 1, of each row's latest event so far, 0: none. Events are in order of
    (row, place)."""
    before = np.searchsorted(row, np.arange(rows))
    count = accumulated(row, place, 1, rows, n)
    return np.where(count > 0, count + before[:, None], 0)
