"""The time clock: days on the roster, and technicians who were called from home to a repair.

Who is called follows from the repairs, and these from who is on duty; so it comes after both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genims_ray.window import HOUR
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.people import People, attendance
from genims_ray.world.people.attendance import Attendance
from genims_ray.world.rows import Ints

Span = tuple[int, int]

CHANGING = HOUR // 6
"""Between the clock at the gate and the machine, on either side of the work."""
AT_HOME = 4 * HOUR
"""Whoever has nothing to do for so long goes home, and is not paid for it."""
MOST_OVERTIME = 1_200
"""Hundredths of an hour that are paid for a day."""


class TimeClock:
    """What the clocks at the gates of the factories of `people` see."""

    def __init__(self, people: People, rosters: Rosters) -> None:
        self._people = people
        self._rosters = rosters

    def attendance(self, first: int, last: int) -> Attendance:
        """Everyone's production days from `first` to `last` (exclusive), by day and seat."""
        a = self._people.attendance(first, last)
        who, day, shift, visits = self._callouts(first, last)
        if not len(who):
            return a
        begin = np.array([spans[0][0] for spans in visits], dtype=np.int64)
        end = np.array([max(e for _, e in spans) for spans in visits], dtype=np.int64)
        # Whoever is there anyway stays longer, or comes earlier.
        known = {key: row for row, key in enumerate(zip(a.employee_id.tolist(), a.day.tolist(), strict=True))}
        row = np.array([known.get(key, -1) for key in zip(who.tolist(), day.tolist(), strict=True)])
        present = np.append(a.status == attendance.PRESENT, False)
        longer, extra = present[row], row < 0
        at = row[longer]
        own = zip(a.clock_in[at].tolist(), a.clock_out[at].tolist(), strict=True)
        more = [
            worked([span, *visits[i]]) - (span[1] - span[0])
            for i, span in zip(np.flatnonzero(longer).tolist(), own, strict=True)
        ]
        a.overtime[at] = np.minimum(a.overtime[at] + np.array(more, dtype=np.int64) // 36, MOST_OVERTIME)
        a.clock_in[at] = np.minimum(a.clock_in[at], begin[longer])
        a.clock_out[at] = np.maximum(a.clock_out[at], end[longer])
        seat = self._people.careers.place(who)[1]
        a.approver[at] = np.where(a.overtime[at] > 0, self._people.approver(seat, who, day, shift)[longer], 0)
        paid = np.minimum(np.array([worked(spans) for spans in visits]) // 36, MOST_OVERTIME)
        new = self._called(*(x[extra] for x in (seat, who, day, shift, begin, end, paid)))
        every = Attendance.joined([a, new])
        return every.where(np.lexsort((every.seat, every.day)))

    def _called(self, seat: Ints, who: Ints, day: Ints, shift: Ints, begin: Ints, end: Ints, paid: Ints) -> Attendance:
        """Rows of people who were off."""
        people = self._people
        start, finish = people.roster.bounds(people.roster.factory[seat], day, shift)
        none, nothing = np.full(len(who), -1), np.zeros(len(who), dtype=np.int64)
        return Attendance(
            seat=seat,
            employee_id=who,
            day=day,
            shift=shift,
            start=start,
            end=finish,
            status=nothing + attendance.PRESENT,
            called=np.ones(len(who), dtype=bool),
            leave=none,
            clock_in=begin,
            clock_out=end,
            regular=nothing,
            overtime=paid,
            approver=people.approver(seat, who, day, shift),
            spell=none,
        )

    def _callouts(self, first: int, last: int) -> tuple[Ints, Ints, Ints, list[list[Span]]]:
        """(employee, production day, shift of the first visit, visits in order) of the call-outs."""
        found: list[tuple[int, int, int]] = []
        visits: list[list[Span]] = []
        for factory_id in self._people.factory_ids.tolist():
            for day in range(first, last):
                of: dict[int, list[Span]] = {}
                for b in self._rosters.callouts(factory_id, day):
                    if b.technician not in of:
                        found.append((b.technician, day, b.shift))
                    of.setdefault(b.technician, []).append((b.start - CHANGING, b.end + CHANGING))
                visits += of.values()
        who, days, shift = np.array(found, dtype=np.int64).reshape(-1, 3).T
        assert (shift < SHIFTS).all()
        return who, days, shift, visits


def worked(spans: Sequence[Span]) -> int:
    """Seconds of the spans and of what is between two of them, unless there is time to go home."""
    total, until = 0, 0
    for begin, end in sorted(spans):
        since = until if total and begin - until < AT_HOME else begin
        total += max(end - since, 0)
        until = max(until, end)
    return total
