"""Production orders: what becomes of every campaign, from its creation to its closing.

The spine knows a campaign day by day; here its days are put together: its plan, its instants, its
container lots and the pieces in which the shifts worked on it. A draw is named and takes the order's
own coordinates, so an order looks the same from any window.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, NEVER, OPENING
from genims_ray.world import dates, keys
from genims_ray.world.cells import Cells, Memory
from genims_ray.world.company.calendar import SHIFTS, WORKED, Calendar
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.shopfloor.line_day import LEAD_SECONDS, LineDay
from genims_ray.world.shopfloor.order_days import LINE_SECONDS, SETUP, Holds, Timelines, numbered
from genims_ray.world.shopfloor.production import Production

LOOK_BACK_DAYS = 4
"""Days that an order is remembered after its last part; it is closed and its records signed by then."""
_PLAN_DAYS = 45
"""How far ahead a plan may reach; more than a summer stop and the work released."""


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
        axis = self.line[begun] * LINE_SECONDS + self.setup_start[begun]
        at = np.searchsorted(axis, line * LINE_SECONDS + time, side="right") - 1
        if not len(begun):
            return np.full(len(line), -1)
        row = begun[np.maximum(at, 0)]
        live = (at >= 0) & (self.line[row] == line) & ((time < self.end[row]) | (self.end[row] == NEVER))
        return np.where(live, row, -1)

    def shift_at(self, line: Ints, time: Ints) -> tuple[Ints, Ints]:
        """Production day and shift of each UTC second on each line; the first ones where it is before."""
        lines, width = self._shift_starts.shape
        axis = (np.arange(lines)[:, None] * LINE_SECONDS + self._shift_starts).ravel()
        at = np.searchsorted(axis, line * LINE_SECONDS + time, side="right") - 1 - line * width
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


class ProductionOrders:
    """The orders of the lines of a world."""

    def __init__(self, layout: Layout, calendar: Calendar, production: Production, rng: Rng, memory: Memory) -> None:
        self._calendar = calendar
        self._production = production
        self._rng = rng
        self._start = dates.day(layout.plant.start) * DAY
        self._efficiency = layout.plant.demand.expected_efficiency
        self._factory_id = np.array([line.factory.factory_id for line in production.lines], dtype=np.int64)
        self._books: Cells[tuple[int, int], OrderBook] = Cells(memory, lambda days: self._book(*days))

    def first_day(self, start: int) -> int:
        """The production day with which a book for windows from `start` on begins."""
        at = self._start if start == OPENING else start
        return self._production.first_open(at // DAY - LOOK_BACK_DAYS)

    def between(self, start: int, end: int) -> OrderBook:
        """The orders that may be touched in [start, end), with all of their lots."""
        return self._books[self.first_day(start), (end - 1) // DAY + 1]

    def rejecting_step(self, book: OrderBook) -> Ints:
        """The step, from 0, that all rejects of each lot are charged to; the last one only hands parts on."""
        lots, count = book.lots, (self._production.machine_id > 0).sum(axis=1)
        u = self._rng.uniform("rejecting step", book.line_id[lots.order], lots.day, lots.sequence)
        return np.asarray(np.floor(u * np.maximum(count[lots.line] - 1, 1)).astype(np.int64))

    def open_at(self, time: int) -> Ints:
        """Keys of the orders created before `time` and not closed then."""
        book = self.between(time, time + 1)
        open_ = (book.created < time) & ((book.closed >= time) | (book.closed == NEVER))
        return np.asarray(book.work_order_id[open_])

    def _book(self, first: int, last: int) -> OrderBook:
        days = [self._production.day(d) for d in range(first, last + 1)]
        line, day, sequence, product, quantity, cycle, setup, ahead = _released(days)
        code = _code(line, day - first, sequence)
        row_of = [self._rows(code, d, first) for d in days]
        setup_start, start, end = (np.full(len(line), NEVER) for _ in range(3))
        for d, rows in zip(days, row_of, strict=True):
            here = rows >= 0
            c = d.campaigns
            for instants, known in ((setup_start, c.setup_start), (start, c.start), (end, c.end)):
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
        pieces, lots = self._work(days, row_of)
        timeline = Timelines(days)
        begun = timeline.spent(line, setup_start)
        holds, breakdowns = timeline.holds(line, setup_start, end)
        return OrderBook(
            first_day=first,
            line=line,
            line_id=line_id,
            factory_id=self._factory_id[line],
            day=day,
            sequence=sequence,
            product=product,
            product_id=self._production.demand.product_id[line, product],
            quantity=quantity,
            planned_start=planned_start,
            planned_end=planned_end,
            created=created,
            released=released,
            setup_start=setup_start,
            start=start,
            end=end,
            inspected=inspected,
            closed=closed,
            spent=timeline.spent(line, end) - begun,
            setup_seconds=(timeline.spent(line, start) - begun)[:, SETUP],
            breakdowns=breakdowns,
            appears=(closed == NEVER) | (closed >= self._start),
            slots=slots,
            pieces=pieces,
            lots=lots,
            holds=holds,
            _shift_starts=shift_starts,
        )

    @staticmethod
    def _rows(code: Ints, day: LineDay, first: int) -> Ints:
        """(lines, QUEUE): row in the book of each campaign of a day, -1 if released before the book."""
        c = day.campaigns
        line = np.broadcast_to(np.arange(len(c.day))[:, None], c.day.shape)
        here = c.exists & (c.day >= first)
        return np.asarray(np.where(here, np.searchsorted(code, _code(line, c.day - first, c.sequence)), -1))

    def _plan(
        self, first: int, last: int, line: Ints, day: Ints, quantity: Ints, setup: Ints, ahead: Floats, work: Floats
    ) -> tuple[Ints, Ints, Ints, Slots]:
        """Starts of the shifts, and the plan of each order: behind what is queued, in worked shifts."""
        calendar = self._calendar
        calendar.ensure(last + _PLAN_DAYS)
        origin, width = first - calendar.first_day, last + _PLAN_DAYS - first
        bounds = np.array([b[origin : origin + width] for b in calendar.bounds])[calendar.factory_of_line]
        lines = len(bounds)
        starts, ends = bounds[:, :, :SHIFTS].reshape(lines, -1), bounds[:, :, 1:].reshape(lines, -1)
        worked = calendar.state[:, origin * SHIFTS : (origin + width) * SHIFTS] == WORKED
        done = np.cumsum(np.where(worked, ends - starts, 0), axis=1)
        before = done - np.where(worked, ends - starts, 0)
        axis = (np.arange(lines)[:, None] * LINE_SECONDS + before).ravel()

        opens = np.concatenate([[True], (line[1:] != line[:-1]) | (day[1:] != day[:-1])]) if len(line) else line > 0
        head = np.maximum.accumulate(np.where(opens, np.arange(len(line)), 0))
        wait = np.maximum(LEAD_SECONDS - ahead[head] / self._efficiency, 0.0)
        clock = before[line, (day - first) * SHIFTS]
        begin = clock + np.floor(wait + ahead / self._efficiency).astype(np.int64)
        produce = clock + np.floor(wait + (ahead + setup) / self._efficiency).astype(np.int64)
        finish = clock + np.floor(wait + (ahead + setup + work) / self._efficiency).astype(np.int64)
        at = np.searchsorted(axis, line * LINE_SECONDS + begin, side="right") - 1 - line * worked.shape[1]
        to = np.searchsorted(axis, line * LINE_SECONDS + finish, side="left") - 1 - line * worked.shape[1]
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
            return np.asarray(np.floor(quantity[order] * np.clip(share, 0.0, 1.0) + 1e-9), dtype=np.int64)

        slots = Slots(
            order=order,
            number=numbered(order),
            day=first + shift // SHIFTS,
            shift=shift % SHIFTS,
            start=starts[of, shift] + lower - before[of, shift],
            end=starts[of, shift] + upper - before[of, shift],
            shift_end=ends[of, shift],
            quantity=planned(upper) - planned(lower),
        )
        return starts, planned_start, planned_end, slots

    def _work(self, days: list[LineDay], row_of: list[Ints]) -> tuple[Pieces, Lots]:
        """Pieces and container lots of all days."""
        pieces: list[Pieces] = []
        lots: list[Lots] = []
        offset = 0
        for day, rows in zip(days, row_of, strict=True):
            s, r = day.segments, self._production.runs(day.day)
            order, n = rows[s.line, s.place], len(s.line)

            def total(values: Ints, segment: Ints = r.segment, n: int = n) -> Ints:
                return np.bincount(segment, values, minlength=n).astype(np.int64)

            pieces.append(
                Pieces(
                    order,
                    s.line,
                    np.full(n, day.day),
                    s.shift,
                    numbered(s.line),
                    s.start,
                    s.end,
                    s.parts,
                    total(r.scrapped),
                    total(r.rework),
                )
            )
            made = r.parts > 0
            segment, count = r.segment[made], int(made.sum())
            number = np.zeros(count, dtype=np.int64)
            columns = (
                r.line,
                np.full(len(made), day.day),
                r.shift,
                r.sequence,
                r.parts,
                r.scrapped,
                r.rework,
                r.start,
                r.end,
            )
            lots.append(Lots(order[segment], segment + offset, number, *(column[made] for column in columns)))
            offset += n
        p, new = _of_the_book(pieces)
        lot, _ = _of_the_book(lots)
        lot.piece[:] = new[lot.piece]
        lot.number[:] = numbered(lot.order)
        return p, lot


T = TypeVar("T", Pieces, Lots)


def _released(days: list[LineDay]) -> tuple[NDArray[Any], ...]:
    """The campaigns released on any of the days, ordered by (line, day, sequence)."""
    day = np.concatenate([np.full(len(d.releases.line), d.day) for d in days])
    line, sequence, product, quantity, cycle, setup, ahead = (
        np.concatenate([getattr(d.releases, name) for d in days])
        for name in ("line", "sequence", "product", "quantity", "cycle", "setup", "ahead")
    )
    order = np.lexsort((sequence, day, line))
    return tuple(x[order] for x in (line, day, sequence, product, quantity, cycle, setup, ahead))


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
