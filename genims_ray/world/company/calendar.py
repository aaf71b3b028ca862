"""Calendar and shifts: which seconds every line is planned to run, in factory-local production days.

A production day starts with the first shift (06:00 local) and lasts 23 to 25 hours. Three shifts
tile it. Planned operating time is the time of worked shifts outside preventive maintenance; it is
the clock that components age in, so both directions of it are needed: `planned_seconds` and `at`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY
from genims_ray.world import params
from genims_ray.world.layout import Factory, Line
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Ints

EPOCH = date(1970, 1, 1)
OFF, PLANNED_MAINTENANCE, WORKED = 0, 1, 2
SHIFTS = 3
_CHUNK_DAYS = 128
_TYPICAL_DAYS = 4 * 365 + 1


class Calendar:
    """Shifts of `lines` from production day `first_day` (days since 1970-01-01) on, without end.

    Arrays are (lines, shifts) and grow in chunks; what is there never changes.
    """

    def __init__(self, lines: Sequence[Line], shifts: params.Shifts, rng: Rng, first_day: int) -> None:
        self.lines = list(lines)
        self.first_day = first_day
        self.last_day = first_day  # exclusive
        self._shifts = shifts
        self._factories = sorted({line.factory.factory_id: line.factory for line in lines}.items())
        index = {factory_id: i for i, (factory_id, _) in enumerate(self._factories)}
        self.factory_of_line = np.array([index[line.factory.factory_id] for line in lines], dtype=np.int64)
        line_ids = np.array([line.line_id for line in lines], dtype=np.int64)
        # Preventive maintenance falls on a Monday to Thursday, so that it meets every shift pattern.
        weeks = self._shifts.pm_every_days // 7
        slot = (rng.words("pm slot", line_ids) % np.uint64(4 * weeks)).astype(np.int64)
        self._pm_phase = 7 * (slot // 4) + slot % 4 + 4  # 1970-01-05 was a Monday
        self._pattern = np.array(
            [
                [[letter in day for letter in "ELN"] for day in shifts.patterns[line.params.shift_pattern]]
                for line in lines
            ]
        )
        self.bounds: list[Ints] = [np.zeros((0, SHIFTS + 1), dtype=np.int64) for _ in self._factories]
        self.state = np.zeros((len(lines), 0), dtype=np.int8)
        self._cumulative = np.zeros((len(lines), 1), dtype=np.int64)
        self._starts = np.zeros((len(lines), 0), dtype=np.int64)

    def _extend(self, last_day: int) -> None:
        days = range(self.last_day, max(last_day, self.last_day + _CHUNK_DAYS))
        bounds, closed = [], []
        for _, factory in self._factories:
            bounds.append(_shift_bounds(factory, self._shifts.start_hours, days))
            closed.append(_closed_days(factory, days))
        d = np.arange(days.start, days.stop)
        weekday = (d + 3) % 7
        worked = self._pattern[:, weekday, :]  # (lines, days, shifts)
        worked &= ~np.array(closed)[self.factory_of_line][:, :, None]
        pm = (d[None, :] - self._pm_phase[:, None]) % self._shifts.pm_every_days == 0
        state = np.where(worked, WORKED, OFF).astype(np.int8)
        state[:, :, 0] = np.where(pm & worked[:, :, 0], PLANNED_MAINTENANCE, state[:, :, 0])
        state = state.reshape(len(self.lines), -1)
        start = np.array([b[:, :SHIFTS].ravel() for b in bounds])[self.factory_of_line]
        length = np.array([np.diff(b, axis=1).ravel() for b in bounds])[self.factory_of_line]
        planned = np.cumsum(np.where(state == WORKED, length, 0), axis=1) + self._cumulative[:, -1:]
        self.bounds = [np.concatenate([a, b]) for a, b in zip(self.bounds, bounds, strict=True)]
        self.state = np.concatenate([self.state, state], axis=1)
        self._cumulative = np.concatenate([self._cumulative, planned], axis=1)
        self._starts = np.concatenate([self._starts, start], axis=1)
        self.last_day = days.stop

    def ensure(self, day: int) -> None:
        """Have the shifts of production `day` at hand."""
        if day < self.first_day:
            raise ValueError(f"production day {day} lies before the calendar's first, {self.first_day}")
        if day >= self.last_day:
            self._extend(day + 1)

    def day_bounds(self, day: int) -> Ints:
        """(lines, 4): UTC seconds at which the shifts of production `day` begin, and its end."""
        self.ensure(day)
        row = day - self.first_day
        return np.array([b[row] for b in self.bounds])[self.factory_of_line]

    def line_bounds(self, line: int, day: int) -> Ints:
        """(4,): `day_bounds` of line index `line` alone, at a cost that does not grow with the lines."""
        self.ensure(day)
        return np.asarray(self.bounds[self.factory_of_line[line]][day - self.first_day])

    def shift_states(self, day: int) -> NDArray[np.int8]:
        """(lines, 3): OFF, PLANNED_MAINTENANCE or WORKED for each shift of production `day`."""
        self.ensure(day)
        first = (day - self.first_day) * SHIFTS
        return self.state[:, first : first + SHIFTS]

    def days(self, start: int, end: int) -> range:
        """Production days (of any factory) that may overlap [start, end)."""
        return range(start // DAY - 1, (end - 1) // DAY + 2)

    def production_day(self, line: int, times: Ints) -> Ints:
        """Production day of each UTC second at line index `line`."""
        times = np.asarray(times, dtype=np.int64)
        if times.size:
            self.ensure(int(times.max()) // DAY + 1)
        starts = self.bounds[self.factory_of_line[line]][:, 0]
        return np.asarray(self.first_day + np.searchsorted(starts, times, side="right") - 1)

    def shift_of(self, line: int, times: Ints) -> Ints:
        """Shift (0 early, 1 late, 2 night) of each UTC second at line index `line`."""
        times = np.asarray(times, dtype=np.int64)
        if times.size:
            self.ensure(int(times.max()) // DAY + 1)
        starts = self.bounds[self.factory_of_line[line]][:, :SHIFTS].ravel()
        return np.asarray((np.searchsorted(starts, times, side="right") - 1) % SHIFTS)

    def planned_seconds(self, line: int, time: int) -> int:
        """Planned operating seconds of line index `line` from the calendar's first day to `time`."""
        self.ensure(max(time // DAY + 1, self.first_day))
        i = int(np.searchsorted(self._starts[line], time, side="right")) - 1
        if i < 0:
            return 0
        done = int(self._cumulative[line, i])
        if self.state[line, i] == WORKED:
            done += time - int(self._starts[line, i])
        return done

    def at(self, line: int, planned: int) -> int:
        """UTC second at which line index `line` has run `planned` seconds of planned operating time."""
        while self._cumulative[line, -1] <= planned:
            self._extend(self.last_day + _CHUNK_DAYS)
        i = int(np.searchsorted(self._cumulative[line], planned, side="right")) - 1
        return int(self._starts[line, i]) + planned - int(self._cumulative[line, i])

    def next_planned(self, line: int, time: int) -> int:
        """The first planned second of line index `line` at or after `time`."""
        return self.at(line, self.planned_seconds(line, time))

    def planned_share(self) -> NDArray[np.float64]:
        """(lines,): share of a regular week that each line is planned to run."""
        return np.asarray(self._pattern.reshape(len(self.lines), -1).mean(axis=1))


def worked_share(lines: Sequence[Line], shifts: params.Shifts, start_day: int) -> NDArray[np.float64]:
    """(lines,): share of all time in which each line is planned to work, holidays, summer stops and preventive
    maintenance taken off: of the years from `start_day` on."""
    days = range(start_day, start_day + _TYPICAL_DAYS)
    weekday = (np.arange(days.start, days.stop) + 3) % 7
    closed = {line.factory.factory_id: line.factory for line in lines}
    open_ = {number: ~_closed_days(factory, days) for number, factory in closed.items()}
    share = []
    for line in lines:
        worked = np.array([len(letters) for letters in shifts.patterns[line.params.shift_pattern]])[weekday]
        share.append((worked * open_[line.factory.factory_id]).mean() / SHIFTS)
    return np.maximum(np.array(share) * (1 - 1 / (SHIFTS * shifts.pm_every_days)), 1e-6)


def _shift_bounds(factory: Factory, start_hours: Sequence[int], days: range) -> Ints:
    """(days, 4): UTC seconds of the local shift starts and of the next day's first one."""
    zone = ZoneInfo(factory.params.timezone)
    starts = np.empty((len(days) + 1, SHIFTS), dtype=np.int64)
    for i, day in enumerate(range(days.start, days.stop + 1)):
        local = EPOCH + timedelta(days=day)
        for k, hour in enumerate(start_hours):
            starts[i, k] = int(datetime(local.year, local.month, local.day, hour, tzinfo=zone).timestamp())
    return np.concatenate([starts[:-1], starts[1:, :1]], axis=1)


def _closed_days(factory: Factory, days: range) -> Bools:
    """(days,): public holidays and the summer stop."""
    country, _, subdivision = factory.params.holidays.partition("/")
    dates = [EPOCH + timedelta(days=day) for day in days]
    years = range(dates[0].year, dates[-1].year + 1)
    with warnings.catch_warnings():  # of years without holidays that follow the moon: none are known
        warnings.simplefilter("ignore")
        public = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    first = factory.params.summer_stop_iso_week
    summer = range(first, first + factory.params.summer_stop_weeks)
    return np.array([d in public or d.isocalendar().week in summer for d in dates])
