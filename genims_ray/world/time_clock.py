"""The time clock: days on the roster, and technicians who were called from home to a repair.

Who is called follows from the repairs, and these from who is on duty; so it comes after both.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.calendar import SHIFTS
from genims_ray.world.labour import Labour, attendance
from genims_ray.world.labour.attendance import Attendance
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.window import HOUR

Ints = NDArray[np.int64]

CHANGING = HOUR // 6
"""Between the clock at the gate and the machine, on either side of the work."""


class TimeClock:
    """What the clocks at the gates of the factories of `labour` see."""

    def __init__(self, labour: Labour, rosters: Rosters) -> None:
        self._labour = labour
        self._rosters = rosters

    def attendance(self, first: int, last: int) -> Attendance:
        """Everyone's production days from `first` to `last` (exclusive), by day and seat."""
        a = self._labour.attendance(first, last)
        who, day, shift, begin, end = self._callouts(first, last)
        if not len(who):
            return a
        # Whoever is there anyway stays longer, or comes earlier.
        known = {key: row for row, key in enumerate(zip(a.employee_id.tolist(), a.day.tolist(), strict=True))}
        row = np.array([known.get(key, -1) for key in zip(who.tolist(), day.tolist(), strict=True)])
        present = np.append(a.status == attendance.PRESENT, False)
        longer, extra = present[row], row < 0
        at = row[longer]
        came, went = np.minimum(a.clock_in[at], begin[longer]), np.maximum(a.clock_out[at], end[longer])
        a.overtime[at] += (a.clock_in[at] - came + went - a.clock_out[at]) // 36
        a.clock_in[at], a.clock_out[at] = came, went
        seat = self._labour.careers.place(who)[1]
        a.approver[at] = np.where(a.overtime[at] > 0, self._labour.approver(seat, who, day, shift)[longer], 0)
        new = self._called(*(x[extra] for x in (seat, who, day, shift, begin, end)))
        every = Attendance(*(np.concatenate([getattr(a, f.name), getattr(new, f.name)]) for f in fields(a)))
        return every.where(np.lexsort((every.seat, every.day)))

    def _called(self, seat: Ints, who: Ints, day: Ints, shift: Ints, begin: Ints, end: Ints) -> Attendance:
        """Rows of people who were off."""
        labour = self._labour
        start, finish = labour.roster.bounds(labour.roster.factory[seat], day, shift)
        none, nothing = np.full(len(who), -1), np.zeros(len(who), dtype=np.int64)
        return Attendance(
            seat=seat, employee_id=who, day=day, shift=shift, start=start, end=finish,
            status=nothing + attendance.PRESENT, called=np.ones(len(who), dtype=bool), leave=none,
            clock_in=begin, clock_out=end, regular=nothing, overtime=(end - begin) // 36,
            approver=labour.approver(seat, who, day, shift), spell=none,
        )  # fmt: skip

    def _callouts(self, first: int, last: int) -> tuple[Ints, ...]:
        """(employee, production day, shift, first clock-in, last clock-out) of the call-outs."""
        found = []
        for factory_id in self._labour.factory_ids.tolist():
            for day in range(first, last):
                visits: dict[int, list[int]] = {}
                for b in self._rosters.callouts(factory_id, day):
                    visit = visits.setdefault(b.technician, [b.shift, b.start - CHANGING, 0])
                    visit[2] = max(visit[2], b.end + CHANGING)
                found += [(who, day, *visit) for who, visit in visits.items()]
        columns = np.array(found, dtype=np.int64).reshape(-1, 5).T
        assert (columns[2] < SHIFTS).all()
        return tuple(columns)
