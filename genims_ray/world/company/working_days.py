"""Working days of a country: Monday to Friday but for its public holidays."""

from __future__ import annotations

import warnings

import holidays
import numpy as np

from genims_ray.world.rows import Bools, Ints

_CHUNK_DAYS = 731


class WorkingDays:
    """Of one country, in days since 1970-01-01; made in chunks, what is there never changes."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._first, self._open = 0, np.zeros(0, dtype=bool)
        self._count: Ints = np.zeros(1, dtype=np.int64)

    def open(self, day: Ints) -> Bools:
        """Whether each day is one."""
        self._ensure(day)
        return np.asarray(self._open[day - self._first])

    def after(self, day: Ints, count: Ints) -> Ints:
        """The day that is so many working days later; with 0, the day itself or the next working day."""
        self._ensure(day)
        number = self._count[day - self._first] + count
        while len(day) and int(number.max()) >= int(self._count[-1]):
            self._extend(self._first + len(self._open) + _CHUNK_DAYS)
        return np.asarray(self._first + np.searchsorted(self._count, number, side="right") - 1)

    def _ensure(self, day: Ints) -> None:
        if not len(day):
            return
        if not len(self._open):
            self._first = int(day.min()) - _CHUNK_DAYS
        if int(day.min()) < self._first:
            last = self._first + len(self._open)
            self._first, self._open = int(day.min()) - _CHUNK_DAYS, np.zeros(0, dtype=bool)
            self._extend(last)
        if int(day.max()) >= self._first + len(self._open):
            self._extend(int(day.max()) + _CHUNK_DAYS)

    def _extend(self, last: int) -> None:
        """Have the days before `last`."""
        days = np.arange(self._first + len(self._open), last)
        date = days.astype("datetime64[D]")
        years = np.unique(date.astype("datetime64[Y]").astype(np.int64)) + 1970
        with warnings.catch_warnings():  # of years without holidays that follow the moon: none are known
            warnings.simplefilter("ignore")
            closed = holidays.country_holidays(self._country, years=years.tolist())
        public = np.isin(date, np.array(list(closed), dtype="datetime64[D]"))
        self._open = np.concatenate([self._open, ((days + 3) % 7 < 5) & ~public])
        self._count = np.concatenate([[0], np.cumsum(self._open)])
