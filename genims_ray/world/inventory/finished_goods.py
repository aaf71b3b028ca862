"""Finished goods: parts put away by lot, promised, allocated first in, first out, and issued to the carrier.

Of each product, parts put away and parts that are promised are two curves; a line takes the parts that stand at its
place in the one from the same place of the other. So every part is issued once, from a lot that is there, and what is late
is late because its parts were not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world import keys
from genims_ray.world.cells import Memory
from genims_ray.world.company import Company
from genims_ray.world.company.working_days import WorkingDays
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.market.orders import LEAD_DAYS, OrderLines, Orders
from genims_ray.world.rows import Floats, Ints, Rows
from genims_ray.world.shopfloor.line_day import QUEUE
from genims_ray.world.shopfloor.production import JUDGED_DAYS, Production
from genims_ray.world.spine import Track

PUT_AWAY_SECONDS = 120
"""From the end of a piece to its good parts in stock."""
HANDLING_SECONDS = 2 * HOUR
"""From the allocation to goods that stand packed at the dock, at most."""
MAKING_DAYS, PLANNING_DAYS, HORIZON_DAYS = 3, 3, 60
"""What is not in stock is promised so many days ahead at least, where the line has some days of work to spare, and
within the horizon of promises."""
_TURN = ("product_id", "promised", "due", "day", "customer_id", "number")
"""The order in which lines are served."""
MEMORY_BYTES = 24 * 2**20
"""Room of its own for days of goods: they are small, and asked for again weeks later."""
SHIPMENT = 20_000_000
"""Added to the customer in the keys of shipments."""


@dataclass(frozen=True)
class Lots(Rows):
    """Parts of a lot on hand, or put away at one time; ordered by product and time."""

    product_id: Ints
    lot: Ints  # key of the order that made it
    time: Ints
    parts: Ints


@dataclass(frozen=True)
class OpenLines(Rows):
    """Order lines promised and not yet allocated; ordered by product, promised day, due day and key."""

    product_id: Ints
    due: Ints
    wanted: Ints  # day on which it should arrive
    day: Ints  # of the order
    customer_id: Ints
    number: Ints
    quantity: Ints
    promised: Ints


@dataclass(frozen=True)
class Allocations(Rows):
    """Parts of a lot that a line gets."""

    line: Ints  # row of the issues
    lot: Ints
    parts: Ints


@dataclass(frozen=True)
class Issues(Rows):
    """Order lines that get their parts on one production day; ordered as they are served."""

    TIME = "issued"

    product_id: Ints
    due: Ints
    wanted: Ints
    day: Ints
    customer_id: Ints
    number: Ints
    quantity: Ints
    promised: Ints
    amount_cents: Ints
    allocated: Ints  # UTC second
    ship_day: Ints  # of the carrier's pick-up
    issued: Ints  # UTC second of it

    @property
    def order_line_id(self) -> Ints:
        return keys.key(self.customer_id, self.day, self.number)

    @property
    def shipment_id(self) -> Ints:
        """One shipment goes from a plant to a customer on a day."""
        return keys.key(SHIPMENT + self.customer_id, self.ship_day, self.product_id // 10_000)


@dataclass(frozen=True)
class State:
    """What is on hand and what is open at the start of a production day."""

    day: int
    lots: Lots
    lines: OpenLines


@dataclass(frozen=True)
class GoodsDay:
    """What happens to finished goods on one production day."""

    day: int
    put_away: Lots
    promised: OpenLines  # lines of the day's orders, with what was promised
    issues: Issues
    allocations: Allocations
    left: Lots  # on hand at its end
    waiting: OpenLines  # open at its end


class FinishedGoods:
    """Of the products of the frame's lines; a step of the spine after production."""

    def __init__(self, frame: Frame, company: Company, orders: Orders, production: Production) -> None:
        self._rng, self._calendar = frame.rng, company.calendar
        self._orders, self._production = orders, production
        self._line_ids, self._plan_days = production.line_ids, frame.plant.demand.plan_days
        factories = sorted({line.factory.factory_id: line.factory for line in frame.lines}.items())
        self._factory_ids = np.array([number for number, _ in factories], dtype=np.int64)
        lands = [factory.params.country for _, factory in factories]
        codes, self._land = np.unique(lands, return_inverse=True)
        self._working = [WorkingDays(code) for code in codes.tolist()]
        first = max(frame.start_day - JUDGED_DAYS, self._calendar.first_day)
        self.track: Track[State, GoodsDay] = Track(Memory(MEMORY_BYTES), self, first)

    def day(self, day: int) -> GoodsDay:
        """What happens on production `day`."""
        return self.track.day(day)

    def state(self, day: int) -> State:
        """What is on hand and open at the start of production `day`."""
        return self.track.state(day)

    def origin(self) -> State:
        """The day from which rejects are known: planning's books are taken for true.

        What it counts as stock less what is open is on hand; where that is less than nothing, the latest lines that
        have fallen due are still open.
        """
        day = self.track.first_day
        known = self._orders.of_days(day - LEAD_DAYS, day)
        known = known.where(known.cancelled == NEVER).ordered("product_id", "due", "day", "customer_id", "number")
        due = known.due < day
        open_ = np.zeros(self._production.demand.rate.shape, dtype=np.int64)
        seen = np.maximum(known.entered // DAY + 1, known.due - self._plan_days) < day
        place = self._place(known.product_id)
        np.add.at(open_, tuple(x[~due & seen] for x in place), known.quantity[~due & seen])
        p = self._production.state(day)
        stock = np.rint(open_ - p.backlog).astype(np.int64) - self._coming(day)
        # From the end, how many parts of the product fall due later than each line and before today.
        quantity = np.where(due, known.quantity, 0)
        after = np.cumsum(quantity[::-1])[::-1] - quantity
        last = np.searchsorted(known.product_id, known.product_id, side="right")
        after = after - np.concatenate([after + quantity, [0]])[last]
        late = due & (after < -stock[place])
        np.add.at(stock, tuple(x[late] for x in place), known.quantity[late])
        line, rank = np.nonzero(stock)
        first = Lots(
            product_id=self._production.demand.product_id[line, rank],
            lot=keys.key(self._line_ids[line], day - 1, rank + 1),
            time=self._opens(self._production.demand.product_id[line, rank], np.full(len(line), day)),
            parts=stock[line, rank],
        )
        return State(day, first, _open(known.where(~due | late)).ordered(*_TURN))

    def own(self, state: State) -> State:
        def mine(rows: Ints) -> Ints:
            return np.flatnonzero(np.isin(rows // 100, self._line_ids))

        return replace(
            state,
            lots=state.lots.where(mine(state.lots.product_id)),
            lines=state.lines.where(mine(state.lines.product_id)),
        )

    def step(self, state: State) -> GoodsDay:
        day = state.day
        promised = self._promised(state)
        put_away = self._put_away(day)
        lots = Lots.joined([state.lots, put_away]).ordered("product_id", "time", "lot")
        lines = OpenLines.joined([state.lines, promised]).ordered(*_TURN)
        due = lines.promised <= day
        issues, allocations, served = self._allocated(day, lots, lines.where(due))
        rest = lots.parts - np.bincount(allocations.lot, allocations.parts, minlength=len(lots)).astype(np.int64)
        left = rest > 0
        waiting = ~due
        waiting[np.flatnonzero(due)[~served]] = True
        named = replace(allocations, lot=lots.lot[allocations.lot])
        return GoodsDay(
            day, put_away, promised, issues, named, replace(lots, parts=rest).where(left), lines.where(waiting)
        )

    def after(self, state: State, day: GoodsDay) -> State:
        return State(state.day + 1, day.left, day.waiting)

    def _put_away(self, day: int) -> Lots:
        """Good parts of the pieces that end on a day."""
        found, runs = self._production.day(day), self._production.runs(day)
        s, c = found.segments, found.campaigns
        good = s.parts - np.bincount(runs.segment, runs.scrapped + runs.rework, minlength=len(s.line)).astype(np.int64)
        at = (s.line, s.place)
        lots = Lots(
            product_id=self._production.demand.product_id[s.line, c.product[at]],
            lot=keys.key(self._line_ids[s.line], c.day[at], c.sequence[at]),
            time=s.end + PUT_AWAY_SECONDS,
            parts=good,
        )
        return lots.where(good > 0).ordered("product_id", "time", "lot")

    def _promised(self, state: State) -> OpenLines:
        """The day's new lines, with the day that stock and plan allow: what is asked for, or what the line's load
        leaves."""
        day = state.day
        o = self._orders.of_days(day, day + 1)
        o = o.where(o.cancelled == NEVER)
        new = _open(o)
        if not len(new):
            return new
        new = new.ordered("product_id", "due", "day", "customer_id", "number")
        line, rank = self._place(new.product_id)
        committed, stock = self._committed(day, state.lines), self._stock(state.lots)
        slack = self._slack(committed, stock)
        # Parts promised up to each line's day, those of the day's own lines before it, and its own.
        ahead = np.minimum(new.due - day, HORIZON_DAYS - 1)
        before = np.cumsum(new.quantity)
        own = before - np.concatenate([[0], before])[np.searchsorted(new.product_id, new.product_id)]
        there = committed[line, rank, -1] + own <= stock[line, rank]
        fits = (slack[line] >= PLANNING_DAYS) & (np.arange(HORIZON_DAYS) >= np.maximum(ahead, MAKING_DAYS)[:, None])
        first = np.where(fits.any(axis=1), fits.argmax(axis=1), HORIZON_DAYS)
        made = self._working_day(new.product_id, day + first, np.zeros(len(new), dtype=np.int64))
        return replace(new, promised=np.where(there, new.due, np.maximum(new.due, made)))

    def _committed(self, day: int, lines: OpenLines) -> Ints:
        """(lines, ranks, days): parts promised up to each of the next days."""
        shape = self._production.demand.rate.shape
        parts = np.zeros((*shape, HORIZON_DAYS), dtype=np.int64)
        line, rank = self._place(lines.product_id)
        np.add.at(parts, (line, rank, np.clip(lines.promised - day, 0, HORIZON_DAYS - 1)), lines.quantity)
        return np.cumsum(parts, axis=2)

    def _slack(self, committed: Ints, stock: Ints) -> Floats:
        """(lines, days): days of work to spare up to each of the next days, if all that is promised is made."""
        demand = self._production.demand
        work = (np.maximum(committed - stock[:, :, None], 0) * demand.ideal[:, :, None]).sum(axis=1)
        return np.asarray(np.arange(HORIZON_DAYS) - work / np.maximum(demand.work_a_day, 1.0)[:, None])

    def _stock(self, lots: Lots) -> Ints:
        """(lines, ranks): parts on hand."""
        stock = np.zeros(self._production.demand.rate.shape, dtype=np.int64)
        np.add.at(stock, self._place(lots.product_id), lots.parts)
        return stock

    def _coming(self, day: int) -> Ints:
        """(lines, ranks): parts released and not yet made."""
        p = self._production.state(day)
        coming = np.zeros(self._production.demand.rate.shape, dtype=np.int64)
        line, place = np.nonzero(np.arange(QUEUE) < p.length[:, None])
        at = (line, place)
        left = p.queue_quantity[at] - np.where(place == 0, p.head_work[line] / p.queue_cycle[at], 0.0).astype(np.int64)
        np.add.at(coming, (line, p.queue_product[at]), left)
        return coming

    def _allocated(self, day: int, lots: Lots, lines: OpenLines) -> tuple[Issues, Allocations, Ints]:
        """Lines served, in their order, as far as the parts go; allocations name the lot by its row."""
        had, wanted = np.cumsum(lots.parts), np.cumsum(lines.quantity)
        first_lot = np.searchsorted(lots.product_id, lines.product_id)
        first_line = np.searchsorted(lines.product_id, lines.product_id)
        supply = np.concatenate([[0], had])[first_lot]  # before the first lot of the product
        end = supply + wanted - np.concatenate([[0], wanted])[first_line]  # on the axis of all parts
        last_lot = np.searchsorted(lots.product_id, lines.product_id, side="right")
        served = end <= np.concatenate([[0], had])[last_lot]
        lines, end = lines.where(served), end[served]
        begin = end - lines.quantity
        lot = np.searchsorted(had, end)  # the lot with the last part
        from_ = np.searchsorted(had, begin, side="right")
        count = lot - from_ + 1
        row = np.repeat(np.arange(len(lines)), count)
        of = np.repeat(from_ - np.cumsum(count) + count, count) + np.arange(len(row))
        lower, upper = np.maximum(begin[row], had[of] - lots.parts[of]), np.minimum(end[row], had[of])
        there = lots.time[lot] if len(lines) else np.zeros(0, dtype=np.int64)
        opens = self._opens(lines.product_id, np.full(len(lines), day))
        turn = self._rng.uniform("pick turn", lines.customer_id, lines.product_id, lines.due)
        allocated = np.maximum(
            np.maximum(opens + np.floor(4 * HOUR * turn).astype(np.int64), there),
            self._orders.released(lines.customer_id, lines.day),
        )
        ready = allocated + HANDLING_SECONDS
        ship_day = self._working_day(
            lines.product_id, np.maximum(allocated // DAY, day), np.zeros(len(lines), np.int64)
        )
        issued = self._pick_up(lines, ship_day)
        late = issued < ready
        ship_day = np.where(
            late, self._working_day(lines.product_id, ship_day + 1, np.zeros(len(lines), np.int64)), ship_day
        )
        issues = Issues(
            **lines.columns(),
            amount_cents=lines.quantity * self._orders.price_cents(lines.product_id, lines.customer_id),
            allocated=allocated,
            ship_day=ship_day,
            issued=self._pick_up(lines, ship_day),
        )
        return issues, Allocations(row, of, upper - lower), served

    def _pick_up(self, lines: OpenLines, day: Ints) -> Ints:
        """When the carrier takes what goes to a customer on a day: every lane has its hour in the afternoon."""
        lane = self._rng.uniform("pick-up hour", lines.customer_id, lines.product_id // 10_000)
        return self._opens(lines.product_id, day) + np.floor((9.5 + 3 * lane) * HOUR).astype(np.int64)

    def _opens(self, product_id: Ints, day: Ints) -> Ints:
        """UTC second at which the production day begins at the product's factory."""
        c = self._calendar
        known = np.maximum(day, c.first_day)
        c.ensure(int(known.max(initial=c.first_day)))
        starts = np.array([bounds[:, 0] for bounds in c.bounds])
        return np.asarray(starts[np.searchsorted(self._factory_ids, product_id // 10_000), known - c.first_day])

    def _working_day(self, product_id: Ints, day: Ints, count: Ints) -> Ints:
        """The working day at the product's factory that is so many later."""
        result = np.empty(len(day), dtype=np.int64)
        for land, rows in grouped(self._land[np.searchsorted(self._factory_ids, product_id // 10_000)]):
            result[rows] = self._working[land].after(day[rows], count[rows])
        return result

    def _place(self, product_id: Ints) -> tuple[Ints, Ints]:
        """Line and rank of each product."""
        return np.searchsorted(self._line_ids, product_id // 100), product_id % 100 - 1


def _open(lines: OrderLines) -> OpenLines:
    """Order lines promised for the day that was asked for."""
    names = ("product_id", "due", "wanted", "day", "customer_id", "number", "quantity")
    return OpenLines(**lines.columns(names), promised=lines.due)
