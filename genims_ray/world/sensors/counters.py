"""What the lines' controllers have counted at any instant: parts, rejects and seconds by state.

They report at the end of a second, of that second: at a shift change still the whole shift that
ends. Counters of a shift begin at zero with it; the parts counter of a line never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genims_ray.world import keys
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.grid import accumulated, latest
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.sensors.line_steps import Lines
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.line_day import LineDay
from genims_ray.world.shopfloor.production import Production


@dataclass(frozen=True)
class LineCounters:
    """All lines at the instants `time`, (lines, n): their state in the second that ends, and what is
    counted so far in that second's shift."""

    time: Ints  # (n,)
    production_day: Ints
    shift: Ints
    state: Ints  # of `timeline`
    stopped_machine: Ints  # position, 0: none
    parts: Ints  # since the origin
    parts_shift: Ints
    rejected_shift: Ints
    order_key: Ints  # work order set up or produced, 0: none
    target_cycle: Floats  # nan without an order
    actual_cycle: Floats  # nan unless running
    load: Floats
    setup: Ints
    run: Ints
    off: Ints
    unscheduled: Ints  # off, planned stop or without an order
    elapsed: Ints
    minor: Ints  # (machines, lines, n) own short stops
    down: Ints  # (machines, lines, n) own stops of five minutes and more


@dataclass(frozen=True)
class _Shifts:
    """The shifts of consecutive production days, and into which of them each instant falls."""

    begin: Ints  # (lines, shifts) UTC seconds
    number: Ints  # (lines, n)

    @classmethod
    def of(cls, days: list[LineDay], time: Ints) -> _Shifts:
        begin = np.concatenate([day.bounds[:, :SHIFTS] for day in days], axis=1)
        lines, shifts = begin.shape
        line = np.repeat(np.arange(lines), shifts)
        place = np.searchsorted(time, begin.ravel(), side="right")
        return cls(begin, accumulated(line, place, 1, lines, len(time)) - 1)

    def at(self, values: Ints) -> Ints:
        """(lines, n) from (lines, shifts)."""
        return np.take_along_axis(values, self.number, axis=1)

    def before(self, line: Ints, shift: Ints, amount: ArrayLike) -> Ints:
        """(lines, n): the sum of `amount` in the shifts before that of each instant."""
        lines, shifts = self.begin.shape
        total = np.bincount(line * shifts + shift, amount, lines * shifts).reshape(lines, shifts)
        return self.at((np.cumsum(total, axis=1) - total).astype(np.int64))


@dataclass(frozen=True)
class _Steps:
    """The intervals of all lines in order of (line, start), and into which of them each instant falls."""

    start: Ints
    end: Ints
    state: Ints
    machine: Ints
    load: Floats
    clock: Floats
    speed: Floats
    first: Ints  # number of the first interval of the same shift
    at: Ints  # (lines, n) numbers
    since: Ints  # (lines, n) seconds from the start of the interval

    def spent(self, mask: Bools) -> Ints:
        """(..., lines, n): seconds of the shift in the intervals (..., intervals) of `mask`."""
        length = np.where(mask, self.end - self.start, 0)
        total = np.cumsum(length, axis=-1) - length
        total -= total[..., self.first]
        return np.take(total, self.at, axis=-1) + np.where(np.take(mask, self.at, axis=-1), self.since, 0)


@dataclass(frozen=True)
class _Pieces:
    """The segments of consecutive production days in order of (line, start)."""

    line: Ints
    shift: Ints  # number among the shifts of these days
    start: Ints
    end: Ints
    parts: Ints
    first_part: Ints  # parts of the campaign before this piece
    work0: Floats  # work clock of the day at which the campaign's first part begins
    cycle: Floats
    target: Floats
    order_key: Ints


class Counters:
    """Counters of the lines of a world."""

    def __init__(self, production: Production, lines: Lines) -> None:
        self._production = production
        self._lines = lines

    def at(self, day: int, time: Ints) -> LineCounters:
        """All lines at ascending instants of UTC `day`."""
        production = self._production
        # Wherever a line is, the seconds of the day belong to these production days.
        days = [production.day(d) for d in range(day - 1, day + 2)]
        shifts = _Shifts.of(days, time)
        steps = self._steps(day, time, shifts.begin)
        pieces = self._pieces(days)
        position = np.arange(1, production.machine_id.shape[1] + 1)
        own = steps.machine == position[:, None]
        return LineCounters(
            time=time,
            production_day=days[0].day + shifts.number // SHIFTS,
            shift=shifts.number % SHIFTS,
            state=steps.state[steps.at],
            stopped_machine=steps.machine[steps.at],
            load=steps.load[steps.at],
            rejected_shift=self._rejected(days, time, shifts),
            setup=steps.spent(steps.state == tl.SETUP),
            run=steps.spent(steps.state == tl.RUN),
            off=steps.spent(steps.state == tl.OFF),
            unscheduled=steps.spent(np.isin(steps.state, tl.UNSCHEDULED_STATES)),
            elapsed=time - shifts.at(shifts.begin),
            minor=steps.spent(own & np.isin(steps.state, tl.MINOR_STATES)),
            down=steps.spent(own & np.isin(steps.state, tl.DOWN_STATES)),
            **_produced(days[0].state.parts, pieces, shifts, steps, time),
        )

    def _steps(self, day: int, time: Ints, begin: Ints) -> _Steps:
        """The lines around UTC `day`; `begin` are its shifts, (lines, shifts)."""
        found = [self._lines.steps(line_id, day) for line_id in self._production.line_ids.tolist()]
        names = ("start", "end", "state", "machine", "load", "clock", "speed")
        columns = {name: np.concatenate([getattr(steps, name) for steps in found]) for name in names}
        counts = [len(steps.start) for steps in found]
        line = np.repeat(np.arange(len(found)), counts)
        start = columns["start"]
        # No interval reaches from one shift into the next, so every shift begins with one.
        origin = min(int(start.min()), int(begin.min()))
        axis = line * tl.LINE_SPAN + (start - origin)
        lines = np.arange(len(found))[:, None]
        opening = np.searchsorted(axis, lines * tl.LINE_SPAN + (begin - origin))
        # What lies before the first of the shifts is counted to it: no instant does.
        edges = opening.copy()
        edges[:, 0] = np.cumsum(counts) - counts
        first = np.repeat(opening.ravel(), np.diff(edges.ravel(), append=len(start)))
        at = latest(line, np.searchsorted(time, start, side="right"), len(found), len(time)) - 1
        return _Steps(**columns, first=first, at=at, since=time - start[at])

    def _pieces(self, days: list[LineDay]) -> _Pieces:
        """The segments of `days`; before them, each line has one without parts."""
        line = np.arange(len(self._production.lines))
        none, opens = np.zeros_like(line), days[0].bounds[:, 0]
        parts: list[tuple[NDArray[Any], ...]] = [
            (line, none, opens, opens, none, none, none + 0.0, none + 1.0, none + np.nan, none)
        ]
        ideal = self._production.demand.ideal
        for number, day in enumerate(days):
            s, c = day.segments, day.campaigns
            at = (s.line, s.place)
            order_key = keys.key(self._production.line_ids[s.line], c.day[at], c.sequence[at])
            parts.append(
                (
                    s.line,
                    number * SHIFTS + s.shift,
                    s.start,
                    s.end,
                    s.parts,
                    s.first_part,
                    c.work0[at],
                    c.cycle[at],
                    ideal[s.line, c.product[at]],
                    order_key,
                )
            )
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return _Pieces(*(column[order] for column in columns))

    def _rejected(self, days: list[LineDay], time: Ints, shifts: _Shifts) -> Ints:
        """(lines, n): parts rejected in the shift, by runs that have ended."""
        runs = [self._production.runs(day.day) for day in days]
        line, end = (np.concatenate([getattr(r, name) for r in runs]) for name in ("line", "end"))
        shift = np.concatenate([number * SHIFTS + r.shift for number, r in enumerate(runs)])
        rejected = np.concatenate([r.scrapped + r.rework for r in runs])
        total = accumulated(line, np.searchsorted(time, end), rejected, *shifts.number.shape)
        return np.asarray(np.maximum(total - shifts.before(line, shift, rejected), 0))


def _produced(origin: Ints, pieces: _Pieces, shifts: _Shifts, steps: _Steps, time: Ints) -> dict[str, Any]:
    """Parts, orders and cycles, (lines, n); `origin` are the parts of each line before these pieces."""
    p = latest(pieces.line, np.searchsorted(time, pieces.start, side="right"), *shifts.number.shape) - 1
    running, speed = steps.state[steps.at] == tl.RUN, steps.speed[steps.at]
    work = steps.clock[steps.at] + np.where(running, steps.since * speed, 0.0)
    parts, cycle, shift = pieces.parts[p], pieces.cycle[p], pieces.shift[p]
    in_piece = np.floor((work - pieces.work0[p]) / cycle + 1e-6).astype(np.int64) - pieces.first_part[p]
    # A piece of the day before is complete; the work clock is that of the day.
    today = shift // SHIFTS == shifts.number // SHIFTS
    in_piece = np.where(today, np.clip(in_piece, 0, parts), parts)
    before = np.cumsum(pieces.parts) - pieces.parts
    before -= before[np.searchsorted(pieces.line, pieces.line)]
    made = before[p] + in_piece
    # Between the end of a shift's last piece and the next shift nothing is counted.
    live = (shift == shifts.number) & (time <= pieces.end[p])
    return {
        "parts": origin[:, None] + made,
        "parts_shift": made - shifts.before(pieces.line, pieces.shift, pieces.parts),
        "order_key": np.where(live, pieces.order_key[p], 0),
        "target_cycle": np.where(live, pieces.target[p], np.nan),
        "actual_cycle": np.divide(cycle, speed, out=np.full(p.shape, np.nan), where=live & running),
    }
