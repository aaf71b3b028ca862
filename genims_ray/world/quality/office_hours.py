"""Office hours: working days, and events that come now and then."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world.rng import Rng, poisson
from genims_ray.world.rows import Floats, Ints


def working_day(day: ArrayLike) -> Ints:
    """The first Monday to Friday on or after each day (since 1970-01-01, a Thursday)."""
    d = np.asarray(day, dtype=np.int64)
    weekday = (d + 3) % 7
    return np.asarray(d + np.select([weekday == 5, weekday == 6], [2, 1], 0))


def day_of(time: Ints) -> Ints:
    """UTC day of each instant, NEVER of one that does not come."""
    return np.where(time == NEVER, NEVER, time // DAY)


def office_time(earliest: Ints, u: Floats) -> Ints:
    """An instant in the office hours (08 to 16 UTC) of the first working day that begins after `earliest`."""
    return working_day(earliest // DAY + 1) * DAY + 8 * HOUR + (8 * HOUR * u).astype(np.int64)


def occurrences(
    rng: Rng, stream: str, entities: Ints, rates: Floats, first_day: int, last_day: int, most: int = 3
) -> tuple[Ints, Ints, Ints]:
    """Row of the entity, day and number in the day (from 0) of events that come at `rates` a working day to
    each entity, on the days first_day <= day < last_day. `rates` is (entities,) or (entities, days)."""
    days = np.arange(first_day, last_day)
    open_ = (days + 3) % 7 < 5
    mean = np.broadcast_to(rates if rates.ndim == 2 else rates[:, None], (len(entities), len(days))) * open_
    count = poisson(rng.uniform(stream, entities[:, None], days), mean, most)
    entity, d, k = np.nonzero(np.arange(most) < count[:, :, None])
    return entity, days[d], k
