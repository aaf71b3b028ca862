"""Process capability: indices of every chart, calculated after each month from what was measured since the last time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Cells, Instants
from genims_ray.world.dates import month_of, month_start
from genims_ray.world.frame import Frame
from genims_ray.world.quality.office_hours import working_day
from genims_ray.world.quality.spc import D2, ControlCharts
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.shopfloor.characteristics import Characteristics

CALCULATION_DAYS = 8
"""Working days after a month's end on which one line or another is calculated."""
LOOK_BACK_DAYS = 75
"""From the points that a calculation is of to the next calculation, at most, where there are enough points."""
_LEAST = 5  # points
_MONTHS = 4  # that are searched for a calculation


@dataclass(frozen=True)
class Capability:
    """(lines, slots) indices and the points they are of, start <= time < end; NaN where there were too few."""

    start: Ints
    end: Ints  # the calculation
    cp: Floats
    cpk: Floats
    pp: Floats
    ppk: Floats


class CapabilityStudies:
    """The calculations of the charts of a world's lines."""

    def __init__(self, frame: Frame, characteristics: Characteristics, charts: ControlCharts) -> None:
        self._characteristics, self._charts, self._rng, self._start = characteristics, charts, frame.rng, frame.start
        self._months: Cells[int, Floats] = Cells(frame.memory, self._indices)
        self._changes = Instants(frame.memory, lambda window: self.calculated(month_of(window.start) - 1).ravel())

    def change_in(self, window: Window) -> bool:
        """Whether a chart may be calculated in a window."""
        return window.is_opening or self._changes.lie_in(window)

    def calculated(self, month: int) -> Ints:
        """(lines, slots) instants at which the charts are calculated after the calendar month number `month`
        (months since 1970-01): line by line on one of the first working days, chart after chart."""
        c = self._characteristics
        turn = self._rng.words("calculation day", c.line_ids).astype(np.int64) % CALCULATION_DAYS
        first = int(working_day(month_start(month + 1) // DAY))
        working = [d for d in range(first, first + 2 * CALCULATION_DAYS) if working_day(d) == d]
        day = np.array(working)[turn]
        begin = 8 * HOUR + (3 * HOUR * self._rng.uniform("calculation", c.line_ids, month)).astype(np.int64)
        return np.asarray((day * DAY + begin)[:, None] + 600 * np.arange(c.slots))

    def before(self, time: int) -> Capability:
        """Of every chart as calculated last before an instant, of the points since the calculation before."""
        latest = month_of(time - 1) - 1
        start, end, values = self._of_month(latest, time)
        for month in range(latest - 1, latest - _MONTHS, -1):
            known = np.isfinite(values[1])
            if known.all() or month_start(month + 1) <= self._start:
                break
            earlier = self._of_month(month, time)
            start, end, values = (np.where(known, a, b) for a, b in zip((start, end, values), earlier, strict=True))
        return Capability(start, end, *values)

    def _of_month(self, month: int, time: int) -> tuple[Ints, Ints, Floats]:
        """Start and end of what was calculated after a month, and (4, lines, slots) the indices: NaN unless they were
        calculated before an instant, and before history."""
        end = self.calculated(month)
        start = np.maximum(self.calculated(month - 1), self._start)
        if month_start(month + 1) <= self._start or not (end < time).any():
            return start, end, np.full((4, *end.shape), np.nan)
        return start, end, np.where(end < time, self._months[month], np.nan)

    def _indices(self, month: int) -> Floats:
        """(4, lines, slots) from mean ranges (cp, cpk) and from the whole spread (pp, ppk): that of the means, and
        within them; of the points between two calculations."""
        c, limits = self._characteristics, self._charts.limits
        start, end = np.maximum(self.calculated(month - 1), self._start), self.calculated(month)
        p, ranges = self._charts.subgroups(int(start.min()) // DAY - 1, (int(end.max()) - 1) // DAY + 2)
        inside = (p.time >= start[p.line, p.slot]) & (p.time < end[p.line, p.slot])
        p, ranges, shape = p.where(inside), ranges[inside], limits.center.shape
        cell = p.line * c.slots + p.slot
        n = np.bincount(cell, minlength=c.mean.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (np.bincount(cell, p.mean, c.mean.size) / n).reshape(shape)
            mean_range = (np.bincount(cell, ranges, c.mean.size) / n).reshape(shape)
            square = np.bincount(cell, (p.mean - mean.ravel()[cell]) ** 2, c.mean.size) / n
            d2 = np.vectorize(D2.__getitem__, otypes=[float])(c.parts)
            within = mean_range / d2
            overall = np.sqrt(square.reshape(shape) + within**2 * (1 - 1 / c.parts))
            above, below = limits.spec_upper - mean, mean - limits.spec_lower
            least = np.fmin(above, below)
            few = n.reshape(shape) < _LEAST
            both = limits.spec_upper - limits.spec_lower
            cp, cpk, pp, ppk = (both / (6 * within), least / (3 * within), both / (6 * overall), least / (3 * overall))
        return np.where(few, np.nan, np.stack([cp, cpk, pp, ppk]))
