"""Attendance: what the time clock sees of people who are at work, and the hours that are paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.world.rows import Bools, Ints, Rows

PRESENT, ON_LEAVE, SICK, UNEXCUSED = range(4)
STATUSES = np.array(["present", "on_leave", "sick", "unexcused"])
EARLY_SECONDS, SPREAD_SECONDS, LATEST_SECONDS = 240, 240, 660
"""Clock-in is four minutes early on average, with as much spread; nobody is later than eleven minutes."""
BREAK_HUNDREDTHS = 50
"""Unpaid break of the office day; the breaks of the shifts are paid."""


@dataclass(frozen=True)
class Attendance(Rows):
    """Days on the roster, or called in: aligned arrays, by (day, seat). Instants are UTC seconds, `NEVER`
    when absent; hours are hundredths. `leave` is the granted request's number in its year, or -1."""

    seat: Ints
    employee_id: Ints
    day: Ints
    shift: Ints
    start: Ints
    end: Ints
    status: Ints
    called: Bools
    leave: Ints
    clock_in: Ints
    clock_out: Ints
    regular: Ints
    overtime: Ints
    approver: Ints
    spell: Ints  # first day of the spell of sickness; -1 if none, or after an accident
