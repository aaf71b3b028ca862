"""Noise of the sensors of machines: a stationary AR(1) process a sensor, and white noise.

AR(1) is built per sensor-day between boundary states drawn on their own, so days join without history:
x_t = y_t + w_t (z_next - y_n), w_t = phi^(n-t) (1 - phi^(2t)) / (1 - phi^(2n)), the bridge of the
process between its two ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from genims_ray.window import DAY
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints

PROGRAM_PHI = 0.9
"""Of the program a machine runs, which its programmed sensors share."""

_QUANTILES: Floats = ndtri((np.arange(2**16) + 0.5) / 2**16)
"""The normal distribution by 16 bits, to 4.3 standard deviations: finer than any instrument shows, and ten times as
fast as its inverse. The variance is 0.99998."""


@dataclass(frozen=True)
class Process:
    """What the noise of a machine's sensors of one interval is like; machines of a type have the same."""

    interval: int
    phi: tuple[float, ...]  # at one minute, by sensor
    programmed: bool

    @property
    def samples(self) -> int:
        return DAY // self.interval

    @property
    def rows(self) -> int:
        return len(self.phi) + self.programmed


@dataclass(frozen=True)
class Noise:
    """Standard normal noise of the sensors of one process over a UTC day."""

    ar: Floats  # (machines, sensors, n)
    white: Floats  # (machines, sensors, n)
    program: Floats | None  # (machines, n)


def draw(
    rng: Rng, day: int, machine_ids: Sequence[int], ids: Sequence[Ints], processes: Sequence[Process]
) -> list[Noise]:
    """Noise of some machines of a kind, by process. `ids`: the sensors of each process, (machines, sensors).

    The draws of a machine are its own: they do not depend on the machines it is drawn with.
    """
    needed = sum(2 * process.rows * process.samples for process in processes)
    words = -(-needed // 4)
    bits = np.empty((len(machine_ids), words), dtype=np.uint64)
    for i, machine_id in enumerate(machine_ids):
        bits[i] = rng.philox("samples", machine_id, day).random_raw(words)
    normal = _QUANTILES[bits.view(np.uint16)]
    found = []
    first = 0
    for process, sensors in zip(processes, ids, strict=True):
        n, count = process.samples, len(process.phi)
        last = first + 2 * process.rows * n
        block = normal[:, first:last].reshape(len(machine_ids), process.rows, 2, n)
        first = last
        ar = stationary(rng, "ar", sensors, day, process.phi, process.interval, block[:, :count, 0])
        program = None
        if process.programmed:
            machines = np.array(machine_ids)[:, None]
            own = (PROGRAM_PHI,)
            [program] = stationary(rng, "program", machines, day, own, process.interval, block[:, -1:, 0]).swapaxes(
                0, 1
            )
        found.append(Noise(ar, block[:, :count, 1], program))
    return found


def stationary(
    rng: Rng, stream: str, ids: Ints, day: int, phi_minute: Sequence[float], interval: int, eps: Floats
) -> Floats:
    """Unit-variance AR(1) paths of the day that begin and end at the boundary states. (machines, sensors, n)

    `ids` are (machines, sensors), `phi_minute` by sensor.
    """
    n = eps.shape[-1]
    edges = rng.normal(f"{stream} edge", ids[..., None], (day, day + 1))
    before, after = edges[..., 0], edges[..., 1]
    path = np.empty(eps.shape)
    for k, phi in enumerate(phi_minute):
        p, weight = bridge(phi, interval, n)
        y = lfilter([np.sqrt(1 - p * p)], [1.0, -p], eps[:, k], zi=p * before[:, k, None])[0]
        y[:, n - len(weight) :] += weight * (after[:, k] - y[:, -1])[:, None]
        path[:, k] = y
    return path


@lru_cache(maxsize=256)
def bridge(phi_minute: float, interval: int, n: int) -> tuple[float, Floats]:
    """AR(1) coefficient at the sampling interval, and the bridge's weights at the end of the day
    (those before are below 1e-12)."""
    p = min(phi_minute ** (interval / 60.0), 0.9999)
    t = np.arange(1, n + 1)
    weight = p ** (n - t) * (1 - p ** (2.0 * t)) / (1 - p ** (2.0 * n))
    return p, weight[np.argmax(weight > 1e-12) :]
