import numpy as np

from genims_ray.world.money import half_up


def test_halves_are_rounded_up() -> None:
    assert half_up(np.array([0, 149, 150, 249, 250]), 100).tolist() == [0, 1, 2, 2, 3]


def test_an_odd_denominator_has_no_halves() -> None:
    assert half_up(np.array([1, 2, 4, 5]), 3).tolist() == [0, 1, 1, 2]
