"""What customers truly asked for and got, and why what was late was late."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, NEVER, Window
from genims_ray.world import World
from genims_ray.world.inventory.finished_goods import GoodsDay, Issues
from genims_ray.world.rows import Bools, Ints
from genims_ray.world.shopfloor import timeline as tl

Table = dict[str, NDArray[Any]]

CAUSES = np.array(["", "breakdown", "rejects", "load"])
_ECHO_DAYS = 14
"""A line takes so long at least to make up for a day."""
_STOOD, _REJECTED = 0.25, 0.05
"""Shares of the delay, and of the parts made, from which a cause is named."""


def goods_days(world: World, start: int, end: int) -> list[GoodsDay]:
    return [world.inventory.finished_goods.day(d) for d in world.company.calendar.days(start, end)]


def order_lines(world: World, start: int, end: int) -> Table:
    """Lines entered in [start, end) with what became of them until its end; days and instants are masked where
    they do not come.

    A line that left after the day it was promised for was late because of breakdowns if its production line stood
    still, from two weeks before its entry to its goods, for a quarter of the delay at least; because of rejects if of its product
    one part in twenty was made in vain then; else because of the line's load.
    """
    asked = world.market.orders.between(Window(start, end)).ordered("day", "customer_id", "number")
    days = goods_days(world, start, end)
    issues = Issues.joined([day.issues for day in days])
    issues = issues.where(issues.issued < end).where(np.argsort(issues.order_line_id[issues.issued < end]))
    met, row = _met(asked.order_line_id, issues.order_line_id)
    issues = issues.where(row)

    def told(values: Ints) -> Ints:
        result = np.full(len(asked), NEVER)
        result[met] = values
        return result

    def known(values: Ints) -> NDArray[Any]:
        return np.ma.masked_equal(values, NEVER)

    delay = np.maximum(issues.ship_day - issues.promised, 0)
    stopped, made, rejected = _losses(world, issues, start, end)
    cause = np.select([stopped >= _STOOD * DAY * delay, rejected > _REJECTED * made], [1, 2], 3)
    because = np.zeros(len(asked), dtype=np.int64)
    because[met] = np.where(delay > 0, cause, 0)
    return {
        "order_line_id": asked.order_line_id,
        "customer_id": asked.customer_id,
        "product_id": asked.product_id,
        "quantity": asked.quantity,
        "entered": asked.entered,
        "cancelled": known(np.where(asked.cancelled < end, asked.cancelled, NEVER)),
        "due": asked.due,
        "promised": known(told(issues.promised)),
        "shipped": known(told(issues.issued)),
        "days_late": np.maximum(told(delay), 0),
        "late_because": CAUSES[because],
    }


def order_line_lots(world: World, start: int, end: int) -> Table:
    """The lots out of which order lines were served that left in [start, end)."""
    parts = []
    for day in goods_days(world, start, end):
        a, issues = day.allocations, day.issues
        left = (issues.issued[a.line] >= start) & (issues.issued[a.line] < end)
        parts.append((issues.order_line_id[a.line[left]], a.lot[left], a.parts[left]))
    names = ("order_line_id", "work_order_id", "parts")
    return {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(names)}


def _met(keys: Ints, known: Ints) -> tuple[Bools, Ints]:
    """Which keys are among the known ones, in order, and the places of those."""
    if not len(known):
        return np.zeros(len(keys), dtype=bool), np.zeros(0, dtype=np.int64)
    row = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    met = known[row] == keys
    return met, row[met]


def _losses(world: World, issues: Issues, start: int, end: int) -> tuple[Ints, Ints, Ints]:
    """Seconds that the line of each stood still for repairs, and parts of its product that were made, and rejected,
    from two weeks before its order to its goods."""
    demand, days = world.shopfloor.demand, world.company.calendar.days(start, end)
    lines, ranks = demand.rate.shape
    stopped = np.zeros((len(days) + 1, lines), dtype=np.int64)
    made, rejected = np.zeros((2, len(days) + 1, lines * ranks), dtype=np.int64)
    for i, d in enumerate(days, start=1):
        day, runs = world.shopfloor.production.day(d), world.shopfloor.production.runs(d)
        t = day.timeline
        down = np.isin(t.state, (tl.BREAKDOWN, tl.REPAIR))
        np.add.at(stopped[i], t.line[down], (t.end - t.start)[down])
        product = runs.line * ranks + day.campaigns.product[runs.line, runs.place]
        np.add.at(made[i], product, runs.parts)
        np.add.at(rejected[i], product, runs.scrapped + runs.rework)
    line = np.searchsorted(demand.line_ids, issues.product_id // 100)
    product = line * ranks + issues.product_id % 100 - 1
    first = np.clip(issues.day - _ECHO_DAYS - days.start, 0, len(days))
    last = np.clip(issues.allocated // DAY - days.start + 1, first, len(days))

    def between(a_day: Ints, column: Ints) -> Ints:
        total = np.cumsum(a_day, axis=0)
        return np.asarray(total[last, column] - total[first, column])

    return between(stopped, line), between(made, product), between(rejected, product)
