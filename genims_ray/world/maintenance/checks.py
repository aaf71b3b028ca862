"""Operators' checks of their machines at the start of each worked shift, and what they report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import NEVER
from genims_ray.world.company.calendar import WORKED, Calendar
from genims_ray.world.layout import Line, Machine
from genims_ray.world.params import Maintenance
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Ints, Rows

_FIXED_AT_ONCE = 0.03
"""Share of the checks in which the operator puts something right."""


@dataclass(frozen=True)
class Round(Rows):
    """The checks of one shift of a production day, one an element; UTC seconds, NEVER where it is missed."""

    TIME: ClassVar[str] = "due"

    machine_id: Ints
    line: Ints  # index
    due: Ints
    start: Ints
    end: Ints
    missed: Ints
    reported: Bools  # an oil leak, which a technician has to see to
    fixed: Bools


class Checks:
    """Checks of `machines`, which stand on `lines`."""

    def __init__(
        self, machines: list[Machine], lines: list[Line], calendar: Calendar, settings: Maintenance, rng: Rng
    ) -> None:
        at = {line.line_id: i for i, line in enumerate(lines)}
        self._machine = np.array([m.machine_id for m in machines], dtype=np.int64)
        self._line = np.array([at[m.line_id] for m in machines], dtype=np.int64)
        self._calendar = calendar
        self._settings = settings
        self._rng = rng

    def of_shift(self, day: int, shift: int) -> Round:
        """The round of a shift of a production day, at the lines that work."""
        rng, bounds = self._rng, self._calendar.day_bounds(day)
        worked = self._calendar.shift_states(day)[self._line, shift] == WORKED
        m, i = self._machine[worked], self._line[worked]
        due = bounds[i, shift]
        missed = rng.uniform("check missed", m, day, shift) < self._settings.checks_missed
        start = due + 300 + np.floor(1_800 * rng.uniform("check when", m, day, shift)).astype(np.int64)
        end = start + 120 + np.floor(360 * rng.uniform("check length", m, day, shift)).astype(np.int64)
        found, reports = rng.uniform("check finding", m, day, shift), self._settings.checks_report
        return Round(
            m,
            i,
            due,
            np.where(missed, NEVER, start),
            np.where(missed, NEVER, end),
            np.where(missed, bounds[i, shift + 1] - 1, NEVER),
            ~missed & (found < reports),
            ~missed & (found >= reports) & (found < reports + _FIXED_AT_ONCE),
        )
