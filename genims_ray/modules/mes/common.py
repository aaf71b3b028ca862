"""What the tables share: the book of a window, who was on duty, and when an order last changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import happened, updated, within
from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.rows import Bools, Ints
from genims_ray.world.shopfloor.production_orders import OrderBook

SHIFT_CODES = np.array(["E", "L", "N"])


def book(world: World, window: Window) -> OrderBook:
    return world.shopfloor.production_orders.between(window.start, window.end)


def quiet(world: World, window: Window, table: str, instants: Callable[[OrderBook], Sequence[Ints]]) -> bool:
    """Whether no row of a table changes in the window; `instants` of a book are those at which one may."""
    return world.diary.quiet(f"mes.{table}", window, lambda day: np.concatenate(instants(book(world, day))))


def recorded(window: Window, book: OrderBook, order: Ints, time: Ints) -> Bools:
    """Which facts about orders (rows of the book) the window records; `time` is NEVER or UTC seconds."""
    return np.asarray(within(window, time) & (time != NEVER) & book.appears[order])


def operators(world: World, line: Ints, day: Ints, shift: Ints) -> Ints:
    """Who runs each line in each shift."""
    if not len(line):
        return np.zeros(0, dtype=np.int64)
    first = int(day.min())
    rota = np.array([world.people.operators(d) for d in range(first, int(day.max()) + 1)])
    return np.asarray(rota[day - first, line, shift])


def operator_at(world: World, book: OrderBook, line: Ints, time: Ints) -> Ints:
    return operators(world, line, *book.shift_at(line, time))


def staff(world: World, factory_id: Ints, place: int, time: Ints) -> Ints:
    """Who holds a place among each factory's staff at each time: 0 manages it, 1 plans its production."""
    first = {f: posts.staff.start for f, posts in world.layout.posts.items()}
    post = np.array([first[f] for f in factory_id.tolist()], dtype=np.int64) + place
    return world.people.holder(factory_id, post, time // DAY)


def machines(world: World, line: Ints) -> tuple[Ints, Ints]:
    """First and last machine of each line."""
    count = (world.shopfloor.production.machine_id > 0).sum(axis=1)
    line_id = world.shopfloor.production.line_ids[line]
    return line_id * 100 + 1, line_id * 100 + count[line]


def operation(machine_id: Ints, book: OrderBook, order: Ints) -> Ints:
    """Key of the operation of each order (row of the book) on a machine."""
    return keys.key(machine_id, book.day[order], book.sequence[order])


def ideal_hundredths(world: World, book: OrderBook) -> Ints:
    """Ideal cycle of each order, hundredths of a second."""
    return hundredths(world.shopfloor.production.demand.ideal[book.line, book.product])


def hundredths(values: NDArray[np.float64]) -> Ints:
    return np.round(100 * values).astype(np.int64)


def planned_setup_seconds(world: World, line: Ints) -> Ints:
    """The standard changeover of each line, as in its master data."""
    minutes = np.array([line.type.changeover_median_minutes for line in world.shopfloor.production.lines])
    return 6 * np.round(10 * minutes).astype(np.int64)[line]


def last_transition(window: Window, book: OrderBook) -> Ints:
    """When each order last went on hold or on, before the window's end; NEVER if it did not."""
    latest = np.full(len(book.line), NEVER)
    np.maximum.at(latest, book.holds.order, updated(window, book.holds.start, book.holds.end))
    return np.where(happened(window, latest), latest, NEVER)
