"""Operators' time on the orders: one entry for each piece of an order in a shift."""

from __future__ import annotations

from genims_ray.modules.asof import Columns, rows
from genims_ray.modules.mes.common import SHIFT_CODES, book, machines, operation, operators, quiet, recorded
from genims_ray.world import Window, World, keys


def labor_time_entries(world: World, window: Window) -> Columns:
    if quiet(world, window, "labor_time_entries", lambda b: [b.pieces.end]):
        return {}
    b = book(world, window)
    p = b.pieces
    line_id = b.line_id[p.order]
    costs = world.shopfloor.order_costs
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
            "hourly_rate": costs.hourly(b),
            "labor_cost": costs.labour_of_pieces(b),
        },
        recorded(window, b, p.order, p.end),
    )
