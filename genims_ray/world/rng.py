"""Counter-based randomness: a draw is a function of (seed, stream name, coordinates) alone.

Nothing is consumed, so no draw depends on the window, the order of calls or the number of workers.
Few draws over many entities use a vectorised SplitMix64 mixer; long blocks (sensor samples) use
Philox with an explicit key and counter.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri, pdtr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GOLDEN, _M1, _M2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_TO_UNIT = 2.0**-53
_WORD = 2**64 - 1


def _mix(z: Any) -> Any:
    """SplitMix64's output function (Steele, Lea and Flood 2014), a bijection of 64-bit words."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_M1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_M2)
    return z ^ (z >> np.uint64(31))


def _mix_one(z: int) -> int:
    """The same for one word: Python's integers take a fifth of the time of numpy's scalars."""
    z = (z ^ (z >> 30)) * _M1 & _WORD
    z = (z ^ (z >> 27)) * _M2 & _WORD
    return z ^ (z >> 31)


def _name(stream: str) -> int:
    return int.from_bytes(blake2b(stream.encode(), digest_size=8).digest(), "little")


class Rng:
    """All draws of one plant."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, int] = {}

    def words(self, stream: str, *coords: ArrayLike) -> NDArray[np.uint64]:
        """64 random bits for each element of the broadcast integer `coords`."""
        base = self._streams.get(stream)
        if base is None:
            base = self._streams[stream] = _mix_one(_name(stream) ^ _mix_one(self.seed & _WORD))
        if all(isinstance(coord, int | np.integer) for coord in coords):
            for one in map(int, coords):  # type: ignore[arg-type]
                base = _mix_one(base + ((one & _WORD) + 1) * _GOLDEN & _WORD)
            return np.uint64(base)  # type: ignore[return-value]
        with np.errstate(over="ignore"):
            h: Any = np.uint64(base)
            for coord in coords:
                c = np.asarray(coord, dtype=np.int64).view(np.uint64)
                h = _mix(h + (c + np.uint64(1)) * np.uint64(_GOLDEN))
            return np.asarray(h, dtype=np.uint64)

    def uniform(self, stream: str, *coords: ArrayLike) -> Floats:
        """Uniform on the open interval (0, 1), one per element of the broadcast integer `coords`."""
        words = self.words(stream, *coords)
        if isinstance(words, np.uint64):
            return np.float64(((int(words) >> 11) + 0.5) * _TO_UNIT)
        return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _TO_UNIT

    def normal(self, stream: str, *coords: ArrayLike) -> Floats:
        """Standard normal, by inversion."""
        return np.asarray(ndtri(self.uniform(stream, *coords)))

    def lognormal(self, stream: str, median: ArrayLike, sigma: ArrayLike, *coords: ArrayLike) -> Floats:
        """Lognormal with the given median and log-standard deviation."""
        centre, spread = np.asarray(median, dtype=np.float64), np.asarray(sigma, dtype=np.float64)
        return np.asarray(centre * np.exp(spread * self.normal(stream, *coords)))

    def philox(self, stream: str, entity: int, cell: int) -> np.random.Philox:
        """The bit generator of one (entity, cell); its blocks never overlap another's."""
        return np.random.Philox(
            key=np.array([self.seed % 2**64, _name(stream)], dtype=np.uint64),
            counter=np.array([0, 0, cell, entity], dtype=np.uint64),
        )


def exponential(u: Floats, mean: ArrayLike) -> Floats:
    """Exponential by inversion."""
    return np.asarray(-np.log1p(-u) * mean)


def weibull(u: Floats, beta: ArrayLike, eta: ArrayLike) -> Floats:
    """Weibull life by inversion: eta (-ln(1-u))^(1/beta)."""
    return np.asarray(np.asarray(eta) * (-np.log1p(-u)) ** (1.0 / np.asarray(beta)))


def weibull_residual(u: Floats, v: Floats, beta: ArrayLike, eta: ArrayLike) -> Floats:
    """Life that remains at a random instant of a renewal process with Weibull lives.

    The life met at a random instant is length-biased, (W/eta)^beta ~ Gamma(1 + 1/beta), and the
    instant is uniform within it (Cox, Renewal Theory, 1962, section 5.4).
    """
    met = eta * gammaincinv(1.0 + 1.0 / np.asarray(beta), u) ** (1.0 / np.asarray(beta))
    return np.asarray(met * v)


def poisson(u: Floats, mean: ArrayLike, most: int) -> Ints:
    """Poisson by inversion, at most `most`."""
    counts = np.zeros(np.broadcast_shapes(np.shape(u), np.shape(mean)), dtype=np.int64)
    for k in range(most):
        counts += u > pdtr(k, mean)
    return counts
