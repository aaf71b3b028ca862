"""Roster: which shift each seat is to work on each production day, and when the shifts are.

Four crews rotate two days early, two late, two nights, two off. Supervisors, technicians and inspectors
keep the rotation up on every day; operators and the warehouse only in shifts in which some line of the
factory is worked; relief and staff on Monday to Friday, unless the factory is closed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genims_ray.window import HOUR
from genims_ray.world import dates
from genims_ray.world.company.calendar import OFF, SHIFTS, Calendar
from genims_ray.world.company.seats import OFFICE, RELIEF, ROTATING, Seats
from genims_ray.world.frame import Frame
from genims_ray.world.layout import CREWS
from genims_ray.world.people.careers import INDUCTION_DAYS, Careers
from genims_ray.world.rows import Bools, Ints

NO_SHIFT = -1
DAY_SHIFT = 3
"""Office hours, 08:00 to 16:30; shifts 0 to 2 are early, late and night."""
_DAY_SHIFT_FROM, _DAY_SHIFT_SECONDS = 2 * HOUR, 8 * HOUR + HOUR // 2
_ALWAYS = ("shift_supervisor", "maintenance_technician", "quality_inspector")


def crew(day: Ints | int, shift: Ints | int) -> Ints:
    """Crew (0 to 3) on `shift` (0 early, 1 late, 2 night, 3 off) of production `day`."""
    return np.asarray((np.asarray(day) // 2 - np.asarray(shift)) % CREWS)


class Roster:
    """Planned shifts of the seats of `careers`, all of whose factories are seen with all their lines."""

    def __init__(self, frame: Frame, careers: Careers) -> None:
        layout, seats = frame.layout, careers.seats
        self.seats, self.careers = seats, careers
        first_day = dates.new_year(int(frame.plant.start[:4]) - 2)
        self.factory_ids = np.unique(seats.factory_id)
        self.factory = np.searchsorted(self.factory_ids, seats.factory_id)
        """Place of each seat's factory in `factory_ids`."""
        lines = [line for line in layout.lines if line.factory.factory_id in set(self.factory_ids.tolist())]
        self.line_ids = np.array([line.line_id for line in lines], dtype=np.int64)
        self.factory_of_line = np.searchsorted(self.factory_ids, self.line_ids // 100)
        self.calendar = Calendar(lines, frame.plant.shifts, frame.rng, first_day)
        self._first_line = np.searchsorted(self.factory_of_line, np.arange(len(self.factory_ids)))
        self._always = np.isin(seats.role, _ALWAYS)

    def line_states(self, first: int, last: int) -> NDArray[np.int8]:
        """(lines, days, 3): states of the shifts of production days `first` to `last` (exclusive)."""
        self.calendar.ensure(last - 1)
        origin = self.calendar.first_day
        if first < origin:
            raise ValueError(f"production day {first} lies before the roster's first, {origin}")
        part = self.calendar.state[:, (first - origin) * SHIFTS : (last - origin) * SHIFTS]
        return part.reshape(len(self.line_ids), -1, SHIFTS)

    def bounds(self, factory: ArrayLike, day: ArrayLike, shift: ArrayLike) -> tuple[Ints, Ints]:
        """UTC seconds of start and end of shifts (0 to 3) at factories (indices). Broadcasts."""
        f, d, s = np.broadcast_arrays(np.asarray(factory), np.asarray(day), np.asarray(shift))
        if not d.size:
            return np.zeros(d.shape, dtype=np.int64), np.zeros(d.shape, dtype=np.int64)
        self.calendar.ensure(int(d.max()))
        table = np.array(self.calendar.bounds)
        row = d - self.calendar.first_day
        office = s == DAY_SHIFT
        k = np.where(office, 0, s)
        start, end = table[f, row, k], table[f, row, k + 1]
        begin = start + np.where(office, _DAY_SHIFT_FROM, 0)
        return begin, np.where(office, begin + _DAY_SHIFT_SECONDS, end)

    def shifts(self, first: int, last: int) -> tuple[Ints, Ints]:
        """(seats, days) twice: the holder (0: vacant) and the planned shift (`NO_SHIFT`: off) on each day."""
        seats = self.seats
        day = np.arange(first, last)[None, :]
        who = self.careers.holder(np.arange(len(seats.seat_id))[:, None], day)
        states = self.line_states(first, last) != OFF
        works: Bools = np.asarray(np.logical_or.reduceat(states, self._first_line, axis=0))  # (factories, days, 3)
        open_ = np.asarray(works.any(axis=2))
        rotating = (day // 2 - seats.crew[:, None]) % CREWS
        index = np.minimum(rotating, SHIFTS - 1)
        needed = np.take_along_axis(works[self.factory], index[:, :, None], axis=2)[:, :, 0]
        on = (rotating < SHIFTS) & (needed | self._always[:, None])
        weekday = (day + 3) % 7 < 5
        fixed = np.where(weekday & open_[self.factory], seats.fixed_shift[:, None], NO_SHIFT)
        shift = np.where(seats.roster[:, None] == ROTATING, np.where(on, rotating, NO_SHIFT), fixed)
        generation, seat = self.careers.place(np.where(who > 0, who, self.seats.seat_id[:, None]))
        tenure = day - self.careers.hire[generation, seat]
        learning = (tenure >= 0) & (tenure < INDUCTION_DAYS)
        shift = np.where(learning, np.where(weekday, DAY_SHIFT, NO_SHIFT), shift)
        return who, np.where(who > 0, shift, NO_SHIFT)


def roster_type(seats: Seats) -> NDArray[np.str_]:
    """How the records name the rostering of each seat."""
    names = {ROTATING: "rotating_crew", RELIEF: "relief", OFFICE: "office"}
    return np.array([names[r] for r in seats.roster.tolist()])
