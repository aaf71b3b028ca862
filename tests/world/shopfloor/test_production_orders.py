"""Production orders, put together from the days of the spine."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.window import NEVER
from genims_ray.world import DAY, HOUR, OPENING, World
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor.order_days import SETUP
from genims_ray.world.shopfloor.production_orders import LOOK_BACK_DAYS, OrderBook


@pytest.fixture(scope="module")
def book(world: World) -> OrderBook:
    return world.shopfloor.production_orders.between(world.start + 8 * DAY, world.start + 9 * DAY)


def test_instants_are_in_order(book: OrderBook) -> None:
    begun, ended = book.setup_start != NEVER, book.end != NEVER
    assert ended.sum() > 20
    assert (begun | ~ended).all()
    assert (book.created < book.released).all()
    assert (book.released < book.planned_start).all()
    assert (book.planned_start < book.planned_end).all()
    assert (book.released < book.setup_start)[begun].all()
    assert (book.setup_start <= book.start)[ended].all()
    assert (book.start < book.end)[ended].all()
    assert (book.end < book.inspected)[ended].all()
    assert (book.inspected < book.closed)[ended].all()


def test_line_makes_one_order_after_the_other(book: OrderBook) -> None:
    before = book.previous
    later = (before >= 0) & (book.setup_start != NEVER)
    assert (book.end[before[later]] <= book.setup_start[later]).all()
    assert (np.diff(book.pieces.start)[np.diff(book.pieces.order) == 0] > 0).all()
    for line in np.unique(book.pieces.line):
        mine = book.pieces.line == line
        by_time = np.argsort(book.pieces.start[mine])
        assert (book.pieces.end[mine][by_time][:-1] <= book.pieces.start[mine][by_time][1:]).all()


def test_seconds_add_up(book: OrderBook) -> None:
    ended = book.end != NEVER
    assert (book.spent.sum(axis=1) == book.end - book.setup_start)[ended].all()
    assert (book.spent[:, SETUP] >= book.setup_seconds)[ended].all()


def test_lots_and_slots_add_up(book: OrderBook) -> None:
    n, ended = len(book.line), book.end != NEVER
    made = np.bincount(book.lots.order, book.lots.parts, minlength=n)
    assert (made == book.quantity)[ended].all()
    assert (np.bincount(book.pieces.order, book.pieces.parts, minlength=n) == made).all()
    assert (np.bincount(book.slots.order, book.slots.quantity, minlength=n) == book.quantity).all()
    inside = (book.lots.start >= book.pieces.start[book.lots.piece]) & (
        book.lots.end <= book.pieces.end[book.lots.piece]
    )
    assert inside.all()
    assert (book.lots.order == book.pieces.order[book.lots.piece]).all()


def test_holds_lie_within_their_orders(tiny: Plant) -> None:
    """The planted bearing failure stops the first line for more than five hours."""
    world = World(tiny)
    at = world.start + 4 * DAY
    book = world.shopfloor.production_orders.between(at, at + 2 * DAY)
    story = book.holds.end - book.holds.start > 5 * HOUR
    story &= (book.holds.start >= at) & (book.line[book.holds.order] == 0)
    assert story.sum() == 1
    order = book.holds.order
    assert (book.setup_start[order] < book.holds.start).all()
    assert ((book.holds.end < book.end[order]) | (book.end[order] == NEVER)).all()
    assert book.breakdowns[order[story]][0] >= 1


def test_order_looks_the_same_from_any_window(tiny: Plant, world: World) -> None:
    """Whatever happened before the end of the earlier window looks the same to a later one."""
    end = world.start + 6 * DAY
    early = World(tiny).shopfloor.production_orders.between(end - DAY, end)
    late = world.shopfloor.production_orders.between(end + DAY, end + 2 * DAY)
    _, i, j = np.intersect1d(early.work_order_id, late.work_order_id, return_indices=True)
    assert len(i) > 10
    for name in (
        "quantity",
        "planned_start",
        "planned_end",
        "created",
        "released",
        "setup_start",
        "start",
        "end",
        "closed",
    ):
        a, b = getattr(early, name)[i], getattr(late, name)[j]
        seen = (a != NEVER) & (a < end) | (b != NEVER) & (b < end)
        assert (a == b)[seen].all(), name


def test_book_reaches_back_to_what_is_not_signed_yet(world: World) -> None:
    start = world.start + 8 * DAY
    longer = world.shopfloor.production_orders.between(start - 3 * DAY, start + DAY)
    book = world.shopfloor.production_orders.between(start, start + DAY)
    recent = longer.end >= start - (LOOK_BACK_DAYS - 1) * DAY
    assert recent.any()
    assert np.isin(longer.work_order_id[recent], book.work_order_id).all()


def test_orders_open_when_history_begins(world: World) -> None:
    book = world.shopfloor.production_orders.between(OPENING, world.start)
    open_ = set(world.shopfloor.production_orders.open_at(world.start).tolist())
    assert open_ == set(book.work_order_id[book.appears & (book.created < world.start)].tolist())
    assert open_
    gone = ~book.appears
    assert (book.closed[gone] < world.start).all()


def test_working_and_shift(book: OrderBook) -> None:
    row = np.flatnonzero((book.setup_start != NEVER) & (book.end != NEVER))
    line = book.line[row]
    assert (book.working(line, book.setup_start[row]) == row).all()
    assert (book.working(line, book.end[row] - 1) == row).all()
    assert (book.working(line, book.setup_start[row] - 1) != row).all()
    day, shift = book.shift_at(book.pieces.line, book.pieces.start)
    assert (day == book.pieces.day).all()
    assert (shift == book.pieces.shift).all()
