"""Rows by what they have in common."""

from __future__ import annotations

import numpy as np

from genims_ray.world.grouping import grouped


def test_every_value_with_its_places_in_order() -> None:
    found = [(value, places.tolist()) for value, places in grouped(np.array([7, 3, 7, -1, 3, 7]))]
    assert found == [(-1, [3]), (3, [1, 4]), (7, [0, 2, 5])]


def test_nothing_has_no_groups() -> None:
    assert not list(grouped(np.zeros(0, dtype=np.int64)))
