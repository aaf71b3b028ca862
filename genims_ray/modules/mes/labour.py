"""Operators' time on the orders: one entry for each piece of an order in a shift."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, rows
from genims_ray.modules.mes.common import SHIFT_CODES, book, machines, operation, operators, recorded
from genims_ray.world import HOUR, Window, World, keys
from genims_ray.world.money import half_up
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.production_orders import OrderBook


def labor_time_entries(world: World, window: Window) -> Columns:
    b = book(world, window)
    p = b.pieces
    line_id = b.line_id[p.order]
    rate = world.layout.labour_cents(b.factory_id[p.order])
    return rows(
        {
            "labor_entry_id": keys.key(line_id, p.day, p.number),
            "employee_id": operators(world, p.line, p.day, p.shift),
            "work_order_id": b.work_order_id[p.order],
            "operation_id": operation(machines(world, p.line)[0], b, p.order),
            "line_id": line_id,
            "production_date": p.day,
            "shift_code": SHIFT_CODES[p.shift],
            "start_time": p.start,
            "end_time": p.end,
            "duration_seconds": p.end - p.start,
            "quantity_produced": p.parts,
            "quantity_rejected": p.scrapped + p.rework,
            "hourly_rate": rate,
            "labor_cost": half_up((p.end - p.start) * rate, HOUR),
        },
        recorded(window, b, p.order, p.end),
    )


def labor_cents(world: World, b: OrderBook) -> Ints:
    """Labour cost of each order: the sum of its entries."""
    rate = world.layout.labour_cents(b.factory_id[b.pieces.order])
    cents = half_up((b.pieces.end - b.pieces.start) * rate, HOUR)
    return np.bincount(b.pieces.order, cents, minlength=len(b.line)).astype(np.int64)
