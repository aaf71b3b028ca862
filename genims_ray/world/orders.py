"""Production orders: what becomes of every campaign, from its creation to its closing.

The spine knows a campaign day by day; here its days are put together: its plan, its instants, its
container lots and the pieces in which the shifts worked on it. A draw is named and takes the order's
own coordinates, so an order looks the same from any window.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import dates, keys
from genims_ray.world import timeline as tl
from genims_ray.world.calendar import SHIFTS, WORKED, Calendar
from genims_ray.world.layout import Layout
from genims_ray.world.production import NEVER, QUEUE, LineDay, Production
from genims_ray.world.rng import Rng
from genims_ray.world.runs import Quality
from genims_ray.world.window import DAY, OPENING

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LOOK_BACK_DAYS = 4
"""Days for which an order is remembered after its last part: it is closed and its records are signed by then."""
_PLAN_DAYS = 45
"""How far ahead a plan may reach; more than a summer stop and the work released."""
_LEAD_TIME = 3_600
_LINE = 2**36
"""Offset per line that puts the UTC seconds of all lines on one sorted axis."""

SETUP, RUN, MINOR, DOWN, IDLE = range(5)
_GROUP = np.array([IDLE, IDLE, SETUP, RUN, DOWN, IDLE, MINOR, MINOR, DOWN, DOWN, DOWN, DOWN])
"""How an order accounts for the states of `timeline`; without work it idles, without material it is down."""


@dataclass(frozen=True)
class Slots:
    """The pieces of the plan, one shift of an order each; ordered by (order, time)."""

    order: Ints  # row of the book
    number: Ints  # 1, 2, ... within the order
    day: Ints
    shift: Ints
    start: Ints
    end: Ints
    shift_end: Ints
    quantity: Ints


@dataclass(frozen=True)
class Pieces:
    """What the shifts did on the orders, from setup on; ordered by (order, time)."""

    order: Ints
    line: Ints
    day: Ints
    shift: Ints
    number: Ints  # 1, 2, ... within line and production day
    start: Ints
    end: Ints
    parts: Ints
    scrapped: Ints
    rework: Ints


@dataclass(frozen=True)
class Lots:
    """The container lots (runs) of the orders, ordered by (order, time)."""

    order: Ints
    piece: Ints  # row of the pieces
    number: Ints  # 1, 2, ... within the order
    line: Ints
    day: Ints
    shift: Ints
    sequence: Ints  # of the run within line and production day
    parts: Ints
    scrapped: Ints
    rework: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Holds:
    """Times in which an order waits for a repair of its line; ordered by (order, time)."""

    order: Ints
    number: Ints  # 1, 2, ... within the order
    start: Ints
    end: Ints


@dataclass(frozen=True)
class OrderBook:
    """Orders that may be touched in a window; rows ordered by (line, day, sequence), as the line works.

    Instants are UTC seconds, NEVER where they lie beyond the last day looked at.
    """

    first_day: int
    line: Ints  # line index
    line_id: Ints
    factory_id: Ints
    day: Ints  # production day of the release, part of the key
    sequence: Ints
    product: Ints  # rank on the line
    product_id: Ints
    quantity: Ints
    planned_start: Ints
    planned_end: Ints
    created: Ints
    released: Ints
    setup_start: Ints
    start: Ints  # first part
    end: Ints  # last part
    inspected: Ints
    closed: Ints
    spent: Ints  # (orders, 5): seconds from setup to the last part by SETUP, RUN, MINOR, DOWN, IDLE
    setup_seconds: Ints  # up to the first part
    breakdowns: Ints  # that began between setup and last part
    appears: Bools  # not closed before history began
    slots: Slots
    pieces: Pieces
    lots: Lots
    holds: Holds
    _shift_starts: Ints  # (lines, shifts) from `first_day` on

    @cached_property
    def work_order_id(self) -> Ints:
        return keys.key(self.line_id, self.day, self.sequence)

    @property
    def previous(self) -> Ints:
        """Row of the order before on the line, -1 where the book holds none."""
        before = np.arange(len(self.line)) - 1
        return np.where((before >= 0) & (self.line[before] == self.line), before, -1)

    def working(self, line: Ints, time: Ints) -> Ints:
        """Row of the order in setup or production on each line at each UTC second, -1: none."""
        begun = np.flatnonzero(self.setup_start != NEVER)
        axis = self.line[begun] * _LINE + self.setup_start[begun]
        at = np.searchsorted(axis, line * _LINE + time, side="right") - 1
        if not len(begun):
            return np.full(len(line), -1)
        row = begun[np.maximum(at, 0)]
        live = (at >= 0) & (self.line[row] == line) & ((time < self.end[row]) | (self.end[row] == NEVER))
        return np.where(live, row, -1)

    def shift_at(self, line: Ints, time: Ints) -> tuple[Ints, Ints]:
        """Production day and shift of each UTC second on each line; the first ones where it is before."""
        lines, width = self._shift_starts.shape
        axis = (np.arange(lines)[:, None] * _LINE + self._shift_starts).ravel()
        at = np.searchsorted(axis, line * _LINE + time, side="right") - 1 - line * width
        at = np.clip(at, 0, width - 1)
        return self.first_day + at // SHIFTS, at % SHIFTS

    def made(self, until: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Of each order before `until`: parts, scrapped, set aside for rework, and the last lot's end."""
        lots = self.lots
        done = lots.end < until
        order, n = lots.order[done], len(self.line)
        last = np.full(n, NEVER)
        last[order] = lots.end[done]  # the latest is written last

        def total(values: Ints) -> Ints:
            return np.bincount(order, values[done], minlength=n).astype(np.int64)

        return total(lots.parts), total(lots.scrapped), total(lots.rework), last


class Orders:
    """The orders of the lines of a world."""

    def __init__(
        self, layout: Layout, calendar: Calendar, production: Production, quality: Quality, rng: Rng
    ) -> None:
        self._calendar = calendar
        self._production = production
        self._quality = quality
        self._rng = rng
        self._start = dates.day(layout.plant.start) * DAY
        self._efficiency = layout.plant.demand.expected_efficiency
        self._factory_id = np.array([line.factory.factory_id for line in production.lines], dtype=np.int64)
        self._books: OrderedDict[tuple[int, int], OrderBook] = OrderedDict()

    def first_day(self, start: int) -> int:
        """The production day with which a book for windows from `start` on begins."""
        at = self._start if start == OPENING else start
        return self._production.first_open(at // DAY - LOOK_BACK_DAYS)

    def between(self, start: int, end: int) -> OrderBook:
        """The orders that may be touched in [start, end), with all of their lots."""
        book = self._books.get((start, end))
        if book is None:
            book = self._books[start, end] = self._book(self.first_day(start), (end - 1) // DAY + 1)
            if len(self._books) > 2:
                self._books.popitem(last=False)
        return book

    def open_at(self, time: int) -> Ints:
        """Keys of the orders created before `time` and not closed then."""
        book = self.between(time, time + 1)
        open_ = (book.created < time) & ((book.closed >= time) | (book.closed == NEVER))
        return book.work_order_id[open_]

    def _book(self, first: int, last: int) -> OrderBook:
        days = [self._production.day(d) for d in range(first, last + 1)]
        line, day, sequence, product, quantity, cycle, setup, ahead = _released(days)
        code = _code(line, day - first, sequence)
        row_of = [self._rows(code, d, first) for d in days]
        setup_start, start, end = (np.full(len(line), NEVER) for _ in range(3))
        for d, rows in zip(days, row_of, strict=True):
            here = rows >= 0
            for instants, known in ((setup_start, d.campaigns.setup_start), (end, d.campaigns.end)):
                instants[rows[here]] = np.maximum(instants[rows[here]], known[here])
        line_id = self._production.line_ids[line]
        u = {
            what: self._rng.uniform(f"order {what}", line_id, day, sequence)
            for what in ("release", "inspection", "closing")
        }
        opens = np.array([d.bounds[:, 0] for d in days])[day - first, line]
        created = opens + 60 * sequence
        released = created + (1_200 + 1_800 * u["release"]).astype(np.int64)
        # A repair in the first minutes of a day can let an order begin before its lead time is over.
        released = np.where(setup_start != NEVER, np.minimum(released, (created + setup_start) // 2), released)
        ended = end != NEVER
        inspected = np.where(ended, end + (600 + 900 * u["inspection"]).astype(np.int64), NEVER)
        closed = np.where(ended, end + (1_800 + 12_600 * u["closing"]).astype(np.int64), NEVER)
        shift_starts, planned_start, planned_end, slots = self._plan(
            first, last, line, day, quantity, setup, ahead, quantity * cycle
        )
        pieces, lots = self._work(days, row_of, setup_start)
        start[lots.order[::-1]] = lots.start[::-1]  # the first lot's is written last
        timeline = _Timeline(days)
        begun = timeline.spent(line, setup_start)
        holds, breakdowns = timeline.holds(line, setup_start, end)
        return OrderBook(
            first_day=first, line=line, line_id=line_id, factory_id=self._factory_id[line], day=day, sequence=sequence,
            product=product, product_id=self._production.demand.product_id[line, product], quantity=quantity,
            planned_start=planned_start, planned_end=planned_end, created=created, released=released,
            setup_start=setup_start, start=start, end=end, inspected=inspected, closed=closed,
            spent=timeline.spent(line, end) - begun, setup_seconds=(timeline.spent(line, start) - begun)[:, SETUP],
            breakdowns=breakdowns, appears=(closed == NEVER) | (closed >= self._start), slots=slots, pieces=pieces,
            lots=lots, holds=holds, _shift_starts=shift_starts,
        )  # fmt: skip

    @staticmethod
    def _rows(code: Ints, day: LineDay, first: int) -> Ints:
        """(lines, QUEUE): row in the book of each campaign of a day, -1 for those released before the book."""
        c = day.campaigns
        line = np.broadcast_to(np.arange(len(c.day))[:, None], c.day.shape)
        here = c.exists & (c.day >= first)
        return np.where(here, np.searchsorted(code, _code(line, c.day - first, c.sequence)), -1)

    def _plan(
        self, first: int, last: int, line: Ints, day: Ints, quantity: Ints, setup: Ints, ahead: Floats, work: Floats
    ) -> tuple[Ints, Ints, Ints, Slots]:
        """Starts of the shifts, and the plan of each order, laid into the worked shifts behind what is queued."""
        calendar = self._calendar
        calendar.ensure(last + _PLAN_DAYS)
        origin, width = first - calendar.first_day, last + _PLAN_DAYS - first
        bounds = np.array([b[origin : origin + width] for b in calendar.bounds])[calendar.factory_of_line]
        lines = len(bounds)
        starts, ends = bounds[:, :, :SHIFTS].reshape(lines, -1), bounds[:, :, 1:].reshape(lines, -1)
        worked = calendar.state[:, origin * SHIFTS : (origin + width) * SHIFTS] == WORKED
        done = np.cumsum(np.where(worked, ends - starts, 0), axis=1)
        before = done - np.where(worked, ends - starts, 0)
        axis = (np.arange(lines)[:, None] * _LINE + before).ravel()

        opens = np.concatenate([[True], (line[1:] != line[:-1]) | (day[1:] != day[:-1])]) if len(line) else line > 0
        head = np.maximum.accumulate(np.where(opens, np.arange(len(line)), 0))
        wait = np.maximum(_LEAD_TIME - ahead[head] / self._efficiency, 0.0)
        clock = before[line, (day - first) * SHIFTS]
        begin = clock + np.floor(wait + ahead / self._efficiency).astype(np.int64)
        produce = clock + np.floor(wait + (ahead + setup) / self._efficiency).astype(np.int64)
        finish = clock + np.floor(wait + (ahead + setup + work) / self._efficiency).astype(np.int64)
        at = np.searchsorted(axis, line * _LINE + begin, side="right") - 1 - line * worked.shape[1]
        to = np.searchsorted(axis, line * _LINE + finish, side="left") - 1 - line * worked.shape[1]
        planned_start = starts[line, at] + begin - before[line, at]
        planned_end = starts[line, to] + finish - before[line, to]

        count = to - at + 1
        order = np.repeat(np.arange(len(line)), count)
        shift = at[order] + np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        kept = worked[line[order], shift]
        order, shift = order[kept], shift[kept]
        of = line[order]
        lower, upper = np.maximum(begin[order], before[of, shift]), np.minimum(finish[order], done[of, shift])

        def planned(until: Ints) -> Ints:
            share = (until - produce[order]) / (finish - produce)[order]
            return np.floor(quantity[order] * np.clip(share, 0.0, 1.0) + 1e-9).astype(np.int64)

        slots = Slots(
            order=order, number=_number(order), day=first + shift // SHIFTS, shift=shift % SHIFTS,
            start=starts[of, shift] + lower - before[of, shift], end=starts[of, shift] + upper - before[of, shift],
            shift_end=ends[of, shift], quantity=planned(upper) - planned(lower),
        )  # fmt: skip
        return starts, planned_start, planned_end, slots

    def _work(self, days: list[LineDay], row_of: list[Ints], setup_start: Ints) -> tuple[Pieces, Lots]:
        """Pieces and container lots of all days."""
        pieces: list[Pieces] = []
        lots: list[Lots] = []
        offset = 0
        for day, rows in zip(days, row_of, strict=True):
            line, place, shift, start, end, place_of_segment = _pieces_of_day(day)
            order = rows[line, place]
            r = self._quality.day(day.day)
            piece = place_of_segment[r.segment]

            def total(values: Ints, piece: Ints = piece, n: int = len(line)) -> Ints:
                return np.bincount(piece, values, minlength=n).astype(np.int64)

            pieces.append(
                Pieces(
                    order, line, np.full(len(line), day.day), shift, _number(line), np.maximum(start, setup_start[order]),
                    end, total(r.parts), total(r.scrapped), total(r.rework),
                )
            )
            lots.append(
                Lots(
                    order[piece], piece + offset, np.zeros(len(piece), dtype=np.int64), r.line,
                    np.full(len(piece), day.day), r.shift, r.sequence, r.parts, r.scrapped, r.rework, r.start, r.end,
                )
            )
            offset += len(line)
        p, new = _of_the_book(pieces)
        lot, _ = _of_the_book(lots)
        lot.piece[:] = new[lot.piece]
        lot.number[:] = _number(lot.order)
        return p, lot


T = TypeVar("T", Pieces, Lots)


class _Timeline:
    """The states of all lines over several days, for instants of orders."""

    def __init__(self, days: list[LineDay]) -> None:
        timelines = [d.timeline for d in days]
        line, self._start, self._end, state, detail = (
            np.concatenate([getattr(t, name) for t in timelines]) for name in ("line", "start", "end", "state", "detail")
        )
        order = np.argsort(line * _LINE + self._start, kind="stable")
        self._line, self._start, self._end = line[order], self._start[order], self._end[order]
        self._state, self._detail = state[order], detail[order]
        self._axis = self._line * _LINE + self._start
        self._group = _GROUP[self._state]
        length = np.zeros((len(order), 5), dtype=np.int64)
        length[np.arange(len(order)), self._group] = self._end - self._start
        self._before = np.cumsum(length, axis=0) - length

    def spent(self, line: Ints, time: Ints) -> Ints:
        """(n, 5): seconds in each group from a common origin to each UTC second."""
        at = np.maximum(np.searchsorted(self._axis, line * _LINE + time, side="right") - 1, 0)
        total = self._before[at].copy()
        total[np.arange(len(at)), self._group[at]] += np.clip(time - self._start[at], 0, self._end[at] - self._start[at])
        return total

    def holds(self, line: Ints, setup_start: Ints, end: Ints) -> tuple[Holds, Ints]:
        """Repairs that stop an order, joined where they touch, and the number of breakdowns of each order."""
        down = np.flatnonzero((self._state == tl.BREAKDOWN) | (self._state == tl.REPAIR))
        of, start, until = self._line[down], self._start[down], self._end[down]
        joins = np.concatenate([[False], (of[1:] == of[:-1]) & (start[1:] == until[:-1])]) if len(down) else down > 0
        first = np.flatnonzero(~joins)
        final = np.concatenate([first[1:] - 1, [len(down) - 1]]).astype(np.int64) if len(down) else first
        begun = np.flatnonzero(setup_start != NEVER)
        axis = line[begun] * _LINE + setup_start[begun]

        def order_at(of: Ints, time: Ints) -> Ints:
            at = np.searchsorted(axis, of * _LINE + time, side="left") - 1
            row = begun[np.maximum(at, 0)] if len(begun) else at
            live = (at >= 0) & (line[row] == of) & ((time < end[row]) | (end[row] == NEVER))
            return np.where(live, row, -1)

        order = order_at(of[first], start[first])
        met = order >= 0
        held = np.lexsort((start[first][met], order[met]))
        order, begin, finish = (x[met][held] for x in (order, start[first], until[final]))
        new = (self._state[down] == tl.BREAKDOWN) & (self._detail[down] == start)
        broken = order_at(of[new], start[new])
        breakdowns = np.bincount(broken[broken >= 0], minlength=len(line)).astype(np.int64)
        return Holds(order, _number(order), begin, finish), breakdowns


def _released(days: list[LineDay]) -> tuple[NDArray[np.generic], ...]:
    """The campaigns released on any of the days, ordered by (line, day, sequence)."""
    day = np.concatenate([np.full(len(d.releases.line), d.day) for d in days])
    line, sequence, product, quantity, cycle, setup, ahead = (
        np.concatenate([getattr(d.releases, name) for d in days])
        for name in ("line", "sequence", "product", "quantity", "cycle", "setup", "ahead")
    )
    order = np.lexsort((sequence, day, line))
    return tuple(x[order] for x in (line, day, sequence, product, quantity, cycle, setup, ahead))


def _pieces_of_day(day: LineDay) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Line, place, shift, start and end of the day's pieces, ordered by (line, time), and the piece of each segment.

    Beside the segments there are changeovers at the end of a shift after which nothing was made.
    """
    s, t = day.segments, day.timeline
    setup = np.flatnonzero(t.state == tl.SETUP)
    made = np.isin(
        (t.line[setup] * SHIFTS + t.shift[setup]) * QUEUE + t.detail[setup], (s.line * SHIFTS + s.shift) * QUEUE + s.place
    )
    only = setup[~made]
    line = np.concatenate([s.line, t.line[only]])
    place = np.concatenate([s.place, t.detail[only]])
    shift = np.concatenate([s.shift, t.shift[only]])
    start = np.concatenate([s.start, t.start[only]])
    end = np.concatenate([s.end, day.bounds[t.line[only], t.shift[only] + 1]])
    order = np.lexsort((start, line))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return line[order], place[order], shift[order], start[order], end[order], rank[: len(s.line)]


def _of_the_book(parts: list[T]) -> tuple[T, Ints]:
    """The rows of all days that belong to orders of the book, by (order, time), and where each row went."""
    names = [f.name for f in fields(parts[0])]
    columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    order = columns["order"]
    kept = np.flatnonzero(order >= 0)
    kept = kept[np.lexsort((columns["start"][kept], order[kept]))]
    new = np.full(len(order), -1)
    new[kept] = np.arange(len(kept))
    return type(parts[0])(**{name: values[kept] for name, values in columns.items()}), new


def _code(line: Ints, day: Ints, sequence: Ints) -> Ints:
    return (line * 2**12 + day) * 2**6 + sequence


def _number(group: Ints) -> Ints:
    """1, 2, ... within each group of equal neighbours."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    index = np.arange(len(group))
    first = np.concatenate([[True], group[1:] != group[:-1]])
    return index - np.maximum.accumulate(np.where(first, index, 0)) + 1
