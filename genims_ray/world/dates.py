"""Dates before the plant's history begins, in days since 1970-01-01."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genims_ray.window import DAY, HOUR
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Ints

YEAR = 365.25


def day(iso: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return int(np.datetime64(iso, "D").astype(np.int64))


def iso(day: int) -> str:
    """The ISO date of a day since 1970-01-01."""
    return str(np.datetime64(day, "D"))


def new_year(year: int) -> int:
    """The first day of a calendar year."""
    return int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


def years_of(days: Ints) -> Ints:
    """The calendar year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def ages(u: NDArray[np.float64], mean_years: ArrayLike, least_days: int, most_days: ArrayLike) -> Ints:
    """Ages in days: at least `least_days`, then exponential, cut (not clipped) at `most_days`."""
    mean = np.asarray(mean_years) * YEAR
    room = np.maximum(np.asarray(most_days, dtype=np.float64) - least_days, 0.0)
    return np.asarray(least_days + np.floor(-mean * np.log1p(-u * -np.expm1(-room / mean))), dtype=np.int64)


def entered(rng: Rng, what: str, ids: ArrayLike, days: ArrayLike) -> Ints:
    """When the record of each entity was keyed in: UTC seconds, in office hours of its day."""
    hours = 7 + 10 * rng.uniform(f"{what} entered", ids)
    return np.asarray(days, dtype=np.int64) * DAY + np.floor(hours * HOUR).astype(np.int64)


def month_of(time: int) -> int:
    """Months since 1970-01 of an instant, UTC."""
    at = datetime.fromtimestamp(time, UTC)
    return (at.year - 1970) * 12 + at.month - 1


def month_start(month: int) -> int:
    """UTC second at which a month begins."""
    return int(datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())
