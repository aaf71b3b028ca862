"""Randomness: known answers, uniform, independent of the coordinates, and exact inversions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from genims_ray.world.rng import Rng, _mix, exponential, poisson, weibull, weibull_residual
from genims_ray.world.shopfloor.containers import binomial

GOLDEN = 0x9E3779B97F4A7C15
SIGMAS = 3.3


def test_splitmix64_known_answers() -> None:
    """The first outputs of SplitMix64 seeded with 1234567, as published with its reference code."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    states = np.array([(1234567 + (i + 1) * GOLDEN) % 2**64 for i in range(5)], dtype=np.uint64)
    assert _mix(states).tolist() == published


def test_a_draw_depends_on_seed_stream_and_coordinates_alone() -> None:
    one, other = Rng(1), Rng(2)
    grid = one.words("a", np.arange(50)[:, None], np.arange(60))
    assert one.words("a", 7, 9) == grid[7, 9] == Rng(1).words("a", [7], [9])[0]
    assert len(np.unique(grid)) == 3_000
    distinct = [
        one.words("b", 7, 9),
        other.words("a", 7, 9),
        one.words("a", 9, 7),
        one.words("a", 7),
        one.words("a", 7, 9, 0),
    ]
    assert len({int(word) for word in [*distinct, grid[7, 9]]}) == 6
    assert one.words("a", -1, -(2**62)) == one.words("a", -1, -(2**62))


@given(seed=st.integers(-(2**63), 2**64 - 1), coords=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4))
def test_one_draw_is_the_one_of_an_array(seed: int, coords: list[int]) -> None:
    """Numbers and arrays go different ways."""
    rng, arrays = Rng(seed), [np.array([coord]) for coord in coords]
    for draw in (rng.words, rng.uniform, rng.normal):
        one, [of_array] = draw("a", *coords), np.atleast_1d(draw("a", *arrays, np.array([5])))
        assert one.dtype == of_array.dtype
        assert draw("a", *coords, 5) == of_array
        assert draw("a", *coords, np.int32(5)) == of_array


def test_uniform_by_chi_square() -> None:
    u = Rng(42).uniform("cells", np.arange(500)[:, None], np.arange(400))
    assert u.min() > 0
    assert u.max() < 1
    observed = np.bincount((u.ravel() * 256).astype(int), minlength=256)
    expected = u.size / 256
    chi_square = ((observed - expected) ** 2 / expected).sum()
    assert abs(chi_square - 255) < SIGMAS * np.sqrt(2 * 255)
    for bit in (0, 1, 31, 62, 63):
        ones = ((Rng(42).words("bits", np.arange(100_000)) >> np.uint64(bit)) & np.uint64(1)).sum()
        assert abs(int(ones) - 50_000) < SIGMAS * np.sqrt(25_000)


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (1, 1), (1, -1)])
def test_neighbouring_coordinates_are_independent(shift: tuple[int, int]) -> None:
    i, j = np.arange(1, 401)[:, None], np.arange(1, 401)
    rng = Rng(42)
    here, there = rng.uniform("x", i, j), rng.uniform("x", i + shift[0], j + shift[1])
    swapped = rng.uniform("x", j + 1_000, i + 2_000)
    bound = SIGMAS / np.sqrt(here.size)
    assert abs(np.corrcoef(here.ravel(), there.ravel())[0, 1]) < bound
    assert abs(np.corrcoef(here.ravel(), swapped.ravel())[0, 1]) < bound
    table = np.histogram2d(here.ravel(), there.ravel(), bins=16, range=[[0, 1], [0, 1]])[0]
    chi_square = ((table - here.size / 256) ** 2).sum() / (here.size / 256)
    assert abs(chi_square - 255) < SIGMAS * np.sqrt(2 * 255)


def test_philox_cells_differ_and_repeat() -> None:
    rng = Rng(42)
    first = rng.philox("samples", 10_101, 20_089).random_raw(1_000)
    assert np.array_equal(first, rng.philox("samples", 10_101, 20_089).random_raw(1_000))
    for other in (
        rng.philox("samples", 10_102, 20_089),
        rng.philox("samples", 10_101, 20_090),
        rng.philox("x", 10_101, 20_089),
    ):
        assert not np.intersect1d(first, other.random_raw(1_000)).size


U = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize("mean", [0.01, 0.14, 1.0, 4.0])
def test_poisson_inverts(mean: float) -> None:
    assert np.array_equal(poisson(U, mean, 40), stats.poisson.ppf(U, mean))
    assert poisson(U, mean, 2).max() == min(2, stats.poisson.ppf(U[-1], mean))


@pytest.mark.parametrize(("n", "p"), [(36, 0.008), (42, 0.05), (7, 0.5), (1, 0.3)])
def test_binomial_inverts(n: int, p: float) -> None:
    drawn = binomial(U, np.full(U.shape, n), np.full(U.shape, p))
    assert np.array_equal(drawn, stats.binom.ppf(U, n, p))


def test_continuous_laws_invert() -> None:
    assert exponential(U, 5.0) == pytest.approx(stats.expon.ppf(U, scale=5.0), rel=1e-9)
    assert weibull(U, 1.5, 12_000.0) == pytest.approx(stats.weibull_min.ppf(U, 1.5, scale=12_000.0), rel=1e-9)
    z = Rng(42).normal("n", np.arange(40_000))
    assert stats.kstest(z, "norm").pvalue > 0.001
    lives = Rng(42).lognormal("l", 50.0, 0.7, np.arange(40_000))
    assert np.median(lives) == pytest.approx(50, rel=0.02)
    assert np.log(lives).std() == pytest.approx(0.7, rel=0.02)


@pytest.mark.parametrize("beta", [0.8, 1.0, 1.5, 3.5])
def test_residual_life_by_numerical_integration(beta: float) -> None:
    """What remains at a random instant has density S(t) / mean (Cox 1962)."""
    eta = 1_000.0
    side = (np.arange(600) + 0.5) / 600
    left = np.sort(weibull_residual(side[:, None], side[None, :], beta, eta).ravel())
    mean = eta * special.gamma(1 + 1 / beta)
    for t in (50.0, 200.0, 500.0, 1_000.0, 2_000.0):
        expected = integrate.quad(lambda x: np.exp(-((x / eta) ** beta)), 0, t)[0] / mean
        assert np.searchsorted(left, t) / len(left) == pytest.approx(expected, abs=0.003)
