"""The state of every line for every second of a production day.

Time in which a line could run is filled with work, and with stops inserted where the work reaches
them: two clocks, wall and work, and a scan over the elementary intervals between shift changes and
repairs. Whatever interrupts ends with its elementary interval at the latest, so nothing overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.rows import Floats, Ints

OFF, PLANNED, SETUP, RUN, STARVED, NO_WORK, MICRO, TOOL_CHANGE, MAJOR, TOOL_BREAK, BREAKDOWN, REPAIR = range(12)

UNSCHEDULED_STATES = (OFF, PLANNED, NO_WORK)
"""Not busy time (ISO 22400): nobody planned to produce, or there is no order."""
MINOR_STATES = (MICRO, TOOL_CHANGE)
DOWN_STATES = (MAJOR, TOOL_BREAK, BREAKDOWN, REPAIR)

SHORT_STOP_SECONDS = 300
"""Stops below this are short stops: a loss of speed, not downtime."""

LINE_SPAN = float(2**21)
"""Offset per line that puts the work clocks of all lines (below a day each) on one sorted axis."""

FOREVER = 2**62


@dataclass(frozen=True)
class Insertions:
    """What interrupts the work, (lines, k) arrays sorted by work position; unused places at infinity."""

    work: Floats  # working seconds since the start of the production day
    seconds: Ints
    state: Ints
    machine: Ints  # position on the line, 0: none
    detail: Ints  # stop number, tool number or place in the queue


@dataclass(frozen=True)
class Elementary:
    """(lines, e) spans between shift changes and repairs, in order; empty ones have start = end."""

    start: Ints
    end: Ints
    state: Ints  # RUN where the line can work, else OFF, PLANNED, BREAKDOWN or REPAIR
    machine: Ints
    detail: Ints
    shift: Ints
    speed: Floats  # working seconds per second


@dataclass(frozen=True)
class Timeline:
    """Intervals of all lines for one production day, ordered by (line, start); they tile the day."""

    line: Ints
    start: Ints
    end: Ints
    state: Ints
    machine: Ints
    detail: Ints
    shift: Ints
    work: Floats  # work clock at the start of the interval
    speed: Floats
    shift_work: Floats  # (lines, 4): work clock at the shift boundaries
    loss: Ints = field(init=False, repr=False)  # the state, but short stops are MICRO whatever caused them
    _run_index: Ints = field(init=False, repr=False)
    _run_work: Floats = field(init=False, repr=False)
    _run_start: Floats = field(init=False, repr=False)
    _origin: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        short = np.isin(self.state, (MAJOR, TOOL_BREAK)) & (self.end - self.start < SHORT_STOP_SECONDS)
        object.__setattr__(self, "loss", np.where(short, MICRO, self.state))
        run = self.state == RUN
        index = np.flatnonzero(run)
        object.__setattr__(self, "_run_index", index)
        object.__setattr__(self, "_run_work", self.line[run] * LINE_SPAN + self.work[run])
        object.__setattr__(self, "_origin", int(self.start.min()))
        object.__setattr__(self, "_run_start", self.line[run] * LINE_SPAN + (self.start[run] - int(self.start.min())))

    def reached(self, line: Ints, work: Floats) -> Ints:
        """UTC second at which each line's work clock has reached `work`; the lines must run that day."""
        place = np.searchsorted(self._run_work, line * LINE_SPAN + work, side="left") - 1
        i = self._run_index[np.maximum(place, np.searchsorted(self._run_work, line * LINE_SPAN))]
        seconds = np.ceil((work - self.work[i]) / self.speed[i] - 1e-7).astype(np.int64)
        return np.asarray(np.clip(self.start[i] + seconds, self.start[i], self.end[i]))

    def finished(self, line: Ints, work: Floats) -> Ints:
        """`reached`, or the end of that run if it is within the second that the clock rounds."""
        time = self.reached(line, work)
        place = np.searchsorted(self._run_start, line * LINE_SPAN + (time - self._origin), side="left") - 1
        end = self.end[self._run_index[np.maximum(place, 0)]]
        return np.where((place >= 0) & (end - time == 1), end, time)

    def next_run(self, line: Ints, time: Ints) -> Ints:
        """UTC second at which each line next begins to run, at `time` or later; FOREVER if not that day."""
        place = np.searchsorted(self._run_start, line * LINE_SPAN + (time - self._origin), side="left")
        if not len(self._run_index):
            return np.full(len(place), FOREVER)
        i = self._run_index[np.minimum(place, len(self._run_index) - 1)]
        return np.where((place < len(self._run_index)) & (self.line[i] == line), self.start[i], FOREVER)

    def seconds(self, line: Ints, time: Ints, states: tuple[int, ...]) -> Ints:
        """Seconds that each line has lost in `states` from the start of the day to `time`."""
        inside = np.isin(self.loss, states)
        length = np.where(inside, self.end - self.start, 0)
        total = np.cumsum(length) - length
        axis = self.line * LINE_SPAN + (self.start - self._origin)
        i = np.searchsorted(axis, line * LINE_SPAN + (time - self._origin), side="right") - 1
        first = np.searchsorted(axis, line * LINE_SPAN)
        i = np.maximum(i, first)
        part = np.where(inside[i], np.clip(time - self.start[i], 0, self.end[i] - self.start[i]), 0)
        return np.asarray(total[i] + part - total[first])


def lay(elementary: Elementary, insertions: Insertions) -> Timeline:
    """Fill the elementary spans with work and insertions; one pass over the spans, all lines at once."""
    lines, spans = elementary.start.shape
    rows = np.arange(lines)
    k = insertions.work.shape[1]
    places = np.arange(k)
    work = np.zeros(lines)
    pointer = np.zeros(lines, dtype=np.int64)
    shift_work = np.zeros((lines, 4))
    pieces: list[tuple[NDArray[np.generic], ...]] = []
    cumulative = np.concatenate([np.zeros((lines, 1), dtype=np.int64), np.cumsum(insertions.seconds, axis=1)], axis=1)
    for e in range(spans):
        start, end, shift = elementary.start[:, e], elementary.end[:, e], elementary.shift[:, e]
        state, speed = elementary.state[:, e], elementary.speed[:, e]
        closed = (state != RUN) & (end > start)
        if closed.any():
            c = np.flatnonzero(closed)
            pieces.append(
                (
                    c,
                    start[c],
                    end[c],
                    state[c],
                    elementary.machine[c, e],
                    elementary.detail[c, e],
                    shift[c],
                    work[c],
                    speed[c],
                )
            )
        open_ = (state == RUN) & (end > start)
        if not open_.any():
            shift_work[rows, shift + 1] = work
            continue
        length = np.where(open_, end - start, 0)
        ahead = np.where(np.isfinite(insertions.work), insertions.work - work[:, None], 1e9)
        run_before = np.ceil(np.maximum(ahead, 0.0) / speed[:, None]).astype(np.int64)
        inserted = cumulative[:, :-1] - cumulative[rows, pointer][:, None]
        offset = run_before + inserted
        included = (places >= pointer[:, None]) & (offset < length[:, None])
        count = included.sum(axis=1)
        seconds = np.minimum(insertions.seconds, length[:, None] - offset)
        line, place = np.nonzero(included)
        at, took = offset[line, place], seconds[line, place]
        pieces.append(
            (
                line,
                start[line] + at,
                start[line] + at + took,
                insertions.state[line, place],
                insertions.machine[line, place],
                insertions.detail[line, place],
                shift[line],
                work[line] + run_before[line, place] * speed[line],
                speed[line],
            )
        )
        # Work between the insertions, and after the last one of the span.
        first = np.concatenate([[True], line[1:] != line[:-1]]) if line.size else np.zeros(0, dtype=bool)
        previous = np.where(first, 0, np.concatenate([[0], (at + took)[:-1]]) if line.size else at)
        done = previous - np.where(first, 0, inserted[line, place])
        gap = at > previous
        pieces.append(
            (
                line[gap],
                (start[line] + previous)[gap],
                (start[line] + at)[gap],
                np.full(int(gap.sum()), RUN),
                np.zeros(int(gap.sum()), dtype=np.int64),
                np.zeros(int(gap.sum()), dtype=np.int64),
                shift[line][gap],
                (work[line] + done * speed[line])[gap],
                speed[line][gap],
            )
        )
        last = pointer + count - 1
        tail = np.where(count > 0, offset[rows, np.maximum(last, 0)] + seconds[rows, np.maximum(last, 0)], 0)
        ran = np.where(count > 0, run_before[rows, np.maximum(last, 0)], 0)
        rest = open_ & (tail < length)
        r = np.flatnonzero(rest)
        zero = np.zeros(len(r), dtype=np.int64)
        pieces.append(
            (
                r,
                start[r] + tail[r],
                end[r],
                np.full(len(r), RUN),
                zero,
                zero,
                shift[r],
                work[r] + ran[r] * speed[r],
                speed[r],
            )
        )
        work = work + np.where(open_, (ran + np.maximum(length - tail, 0)) * speed, 0.0)
        pointer = pointer + np.where(open_, count, 0)
        shift_work[rows, shift + 1] = work
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    names = ("line", "start", "end", "state", "machine", "detail", "shift", "work", "speed")
    return Timeline(**{name: column[order] for name, column in zip(names, columns, strict=True)}, shift_work=shift_work)
