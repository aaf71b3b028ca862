"""Noise: stationary, with the memory it claims, and each machine's own."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.world import DAY
from genims_ray.world.rng import Rng
from genims_ray.world.sensors.noise import Process, draw, stationary


def paths(interval: int, phi: float, units: int, days: int) -> np.ndarray:
    """(units, days, n) unit-variance noise of a signal model, joined day by day."""
    ids, n = np.arange(units)[:, None], DAY // interval
    eps = np.random.default_rng(1).standard_normal((days, units, 1, n))
    return np.stack([stationary(Rng(7), "ar", ids, d, [phi], interval, eps[d])[:, 0] for d in range(days)], axis=1)


@pytest.mark.parametrize(
    ("interval", "phi", "units"), [(60, 0.98, 300), (60, 0.6, 300), (600, 0.98, 2_000), (120, 0.9, 300), (1, 0.9, 12)]
)
def test_noise_is_stationary_and_remembers_across_midnight(interval: int, phi: float, units: int) -> None:
    """Variance 1 at any time of day; lag-1 correlation phi per minute, rescaled, cell edges included."""
    x = paths(interval, phi, units, 5)
    p = phi ** (interval / 60)
    n = x.shape[2]
    if units >= 300:
        for at in (0, 1, n // 2, n - 2, n - 1):
            sample = x[:, :, at].ravel()
            # Four sigma: twenty estimates are compared.
            assert sample.var() == pytest.approx(1.0, abs=4 * np.sqrt(2 / len(sample)))
    flat = x.reshape(units, -1)
    assert (flat[:, :-1] * flat[:, 1:]).mean() / (flat**2).mean() == pytest.approx(p, abs=0.03)
    if units >= 300:
        edge = (x[:, :-1, -1] * x[:, 1:, 0]).ravel()
        assert edge.mean() == pytest.approx(p, abs=3.3 * np.sqrt((1 + p * p) / len(edge)))
        step = (x[:, 1:, 0] - x[:, :-1, -1]).ravel()
        assert step.var() == pytest.approx(2 * (1 - p), rel=3.3 * np.sqrt(2 / len(step)))


def test_a_machine_draws_the_same_in_any_company() -> None:
    processes = [Process(60, (0.9, 0.98), True), Process(600, (0.5,), False)]
    machines = [10_101, 10_102, 20_104]
    ids = [np.arange(6).reshape(3, 2), np.arange(6, 9).reshape(3, 1)]
    every = draw(Rng(3), 20_000, machines, ids, processes)
    alone = draw(Rng(3), 20_000, machines[1:2], [each[1:2] for each in ids], processes)
    for ours, theirs in zip(every, alone, strict=True):
        assert np.array_equal(ours.ar[1:2], theirs.ar)
        assert np.array_equal(ours.white[1:2], theirs.white)
    assert every[1].program is None
    assert np.array_equal(every[0].program[1:2], alone[0].program)
    assert [noise.ar.shape for noise in every] == [(3, 2, 1_440), (3, 1, 144)]
    assert not np.array_equal(every[0].ar[0], every[0].ar[1])
    together = np.concatenate([noise.white.ravel() for noise in every])
    assert abs(together.mean()) < 3.3 / np.sqrt(len(together))
    assert together.var() == pytest.approx(1, abs=3.3 * np.sqrt(2 / len(together)))
