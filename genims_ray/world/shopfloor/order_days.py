"""The days of the spine as the orders see them: time by its use, and repairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import NEVER
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.line_day import LineDay

LINE_SECONDS = 2**36
"""Offset per line that puts the UTC seconds of all lines on one sorted axis."""

SETUP, RUN, MINOR, DOWN, IDLE = range(5)
_GROUP = np.array([IDLE, IDLE, SETUP, RUN, DOWN, IDLE, MINOR, MINOR, DOWN, DOWN, DOWN, DOWN])
"""How an order accounts for the states of `timeline`; without work it idles, without material it is down."""


@dataclass(frozen=True)
class Holds:
    """Times in which an order waits for a repair of its line; ordered by (order, time)."""

    order: Ints
    number: Ints  # 1, 2, ... within the order
    start: Ints
    end: Ints


class Timelines:
    """The states of all lines over several days, for instants of orders."""

    def __init__(self, days: list[LineDay]) -> None:
        timelines = [d.timeline for d in days]
        line, self._start, self._end, state, detail = (
            np.concatenate([getattr(t, name) for t in timelines]) for name in ("line", "start", "end", "loss", "detail")
        )
        order = np.argsort(line * LINE_SECONDS + self._start, kind="stable")
        self._line, self._start, self._end = line[order], self._start[order], self._end[order]
        self._state, self._detail = state[order], detail[order]
        self._axis = self._line * LINE_SECONDS + self._start
        self._group = _GROUP[self._state]
        length = np.zeros((len(order), 5), dtype=np.int64)
        length[np.arange(len(order)), self._group] = self._end - self._start
        self._before = np.cumsum(length, axis=0) - length

    def spent(self, line: Ints, time: Ints) -> Ints:
        """(n, 5): seconds in each group from a common origin to each UTC second."""
        at = np.maximum(np.searchsorted(self._axis, line * LINE_SECONDS + time, side="right") - 1, 0)
        total = self._before[at].copy()
        total[np.arange(len(at)), self._group[at]] += np.clip(
            time - self._start[at], 0, self._end[at] - self._start[at]
        )
        return total

    def holds(self, line: Ints, setup_start: Ints, end: Ints) -> tuple[Holds, Ints]:
        """Repairs that stop an order, joined over shifts nobody works, and the number of breakdowns of each order."""
        down = np.flatnonzero((self._state == tl.BREAKDOWN) | (self._state == tl.REPAIR))
        of, start, until, event = (x[down] for x in (self._line, self._start, self._end, self._detail))
        joins = (
            np.concatenate([[False], (of[1:] == of[:-1]) & ((start[1:] == until[:-1]) | (event[1:] == event[:-1]))])
            if len(down)
            else down > 0
        )
        first = np.flatnonzero(~joins)
        final = np.concatenate([first[1:] - 1, [len(down) - 1]]).astype(np.int64) if len(down) else first
        begun = np.flatnonzero(setup_start != NEVER)
        axis = line[begun] * LINE_SECONDS + setup_start[begun]

        def order_at(of: Ints, time: Ints) -> Ints:
            at = np.searchsorted(axis, of * LINE_SECONDS + time, side="left") - 1
            if not len(begun):
                return np.full(len(of), -1)
            row = begun[np.maximum(at, 0)]
            live = (at >= 0) & (line[row] == of) & ((time < end[row]) | (end[row] == NEVER))
            return np.where(live, row, -1)

        order = order_at(of[first], start[first])
        met = order >= 0
        held = np.lexsort((start[first][met], order[met]))
        order, begin, finish = (x[met][held] for x in (order, start[first], until[final]))
        new = (self._state[down] == tl.BREAKDOWN) & (event == start)
        broken = order_at(of[new], start[new])
        breakdowns = np.bincount(broken[broken >= 0], minlength=len(line)).astype(np.int64)
        return Holds(order, numbered(order), begin, finish), breakdowns


def numbered(group: Ints) -> Ints:
    """1, 2, ... within each group of equal neighbours."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    index = np.arange(len(group))
    first = np.concatenate([[True], group[1:] != group[:-1]])
    return index - np.maximum.accumulate(np.where(first, index, 0)) + 1
