"""Sickness: spells that begin on a day by chance and last 1 + geometric days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.frame import Frame
from genims_ray.world.people.careers import INDUCTION_DAYS
from genims_ray.world.people.roster import Roster
from genims_ray.world.rows import Floats, Ints, Texts

LONGEST = 14
NO_SPELL = -1
CAUSES = (
    "cold or influenza",
    "gastroenteritis",
    "back pain",
    "other musculoskeletal",
    "headache",
    "child or family",
    "other",
)
_WEIGHTS = (0.34, 0.14, 0.14, 0.12, 0.08, 0.06, 0.12)


class Absences:
    """Spells of the holders of the roster's seats."""

    def __init__(self, frame: Frame, roster: Roster) -> None:
        self._settings, self._careers, self._rng = frame.plant.people.absence, roster.careers, frame.rng
        self._factory_ids, self._factory = roster.factory_ids, roster.factory
        factories = frame.layout.factory_by_id
        self._southern = np.array([factories[f].params.latitude < 0 for f in self._factory_ids.tolist()])
        """Which factories have their winter in July."""

    def flu_week(self, winter: int) -> Ints:
        """First day of the flu week of each factory in the winter that ends in a year."""
        new_year = int(np.datetime64(f"{winter}-01-01", "D").astype(np.int64))
        late = np.where(self._southern, 182, 0)
        return (
            new_year + late + np.floor(70 * self._rng.uniform("flu week", self._factory_ids, winter)).astype(np.int64)
        )

    def rates(self, first: int, last: int) -> Floats:
        """(factories, days): spells that begin, a person and day."""
        day = np.arange(first, last)
        date = day.astype("datetime64[D]")
        month = date.astype("datetime64[M]").astype(np.int64) % 12 + 1
        winter = np.where(self._southern[:, None], (month >= 6) & (month <= 8), (month == 12) | (month <= 2))
        rate = self._settings.start_rate * np.where(winter, self._settings.flu_season, 1.0)
        rate = rate * np.where((day + 3) % 7 == 0, self._settings.monday, 1.0)
        years = date.astype("datetime64[Y]").astype(np.int64) + 1970
        for year in range(int(years[0]), int(years[-1]) + 1):
            begin = self.flu_week(year)[:, None]
            rate = np.where(
                (day >= begin) & (day < begin + 7), rate * self._settings.flu_week / self._settings.flu_season, rate
            )
        return np.asarray(rate)

    def spells(self, first: int, last: int) -> Ints:
        """(seats, days): first day of the spell that each holder is in, `NO_SPELL` if none."""
        before = first - LONGEST + 1
        day = np.arange(before, last)[None, :]
        who = self._careers.holder(np.arange(len(self._factory))[:, None], day)
        begins = self._rng.uniform("absence", who, day) < self.rates(before, last)[self._factory]
        tenure = day - self._careers.hired(np.where(who > 0, who, self._careers.seats.seat_id[:, None]))
        begins &= (who > 0) & (tenure >= INDUCTION_DAYS)
        since = np.full((len(self._factory), last - first), NO_SPELL, dtype=np.int64)
        seat, column = np.nonzero(begins)
        started = column + before
        length = self.length(who[seat, column], started)
        for k in range(LONGEST):
            at = started + k - first
            kept = (length > k) & (at >= 0) & (at < last - first)
            same = who[seat[kept], np.minimum(column[kept] + k, day.shape[1] - 1)] == who[seat[kept], column[kept]]
            since[seat[kept][same], at[kept][same]] = started[kept][same]
        return since

    def length(self, employee_id: Ints, start: Ints) -> Ints:
        """Days of a spell."""
        u = self._rng.uniform("absence length", employee_id, start)
        more = np.floor(np.log1p(-u) / np.log1p(-min(self._settings.stop, 1 - 1e-9))).astype(np.int64)
        return np.where(self.unexcused(employee_id, start), 1, np.minimum(1 + more, LONGEST))

    def unexcused(self, employee_id: Ints, start: Ints) -> NDArray[np.bool_]:
        """Whether the person just stayed away."""
        return np.asarray(self._rng.uniform("absence notice", employee_id, start) < self._settings.unexcused)

    def cause(self, employee_id: Ints, start: Ints) -> Texts:
        """What was the matter."""
        u = self._rng.uniform("absence cause", employee_id, start)
        ill = np.array(CAUSES)[np.searchsorted(np.cumsum(_WEIGHTS)[:-1], u)]
        return np.where(self.unexcused(employee_id, start), "stayed away", ill)
