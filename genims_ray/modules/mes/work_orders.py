"""Production orders and the history of their status."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, updated
from genims_ray.modules.mes.common import (
    book,
    ideal_hundredths,
    last_transition,
    operator_at,
    planned_setup_seconds,
    quiet,
    recorded,
    staff,
)
from genims_ray.world import Window, World, keys
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.order_days import DOWN, IDLE, MINOR, RUN
from genims_ray.world.shopfloor.production_orders import OrderBook

COMPLETED, CLOSED = 1_000, 1_001
"""Places of the last transitions in the key; those before keep their number in the order."""


def work_orders(world: World, window: Window) -> Columns:
    if quiet(world, window, "work_orders", lambda b: _changes(b)):
        return {}
    b = book(world, window)
    produced_quantity, scrapped_quantity, rework_quantity, last_lot = b.made(window.end)
    rejected_quantity = scrapped_quantity + rework_quantity
    updated_at = updated(
        window,
        b.created,
        b.released,
        b.setup_start,
        b.start,
        last_transition(window, b),
        last_lot,
        b.end,
        b.inspected,
        b.closed,
    )
    held = np.zeros(len(b.line), dtype=bool)
    held[b.holds.order[happened(window, b.holds.start) & ~happened(window, b.holds.end)]] = True
    status = np.select(
        [
            happened(window, b.closed),
            happened(window, b.end),
            held,
            happened(window, b.setup_start),
            happened(window, b.released),
        ],
        ["closed", "completed", "on_hold", "started", "released"],
        "created",
    )
    verdict = np.where(world.quality.inspections.final(b).failed, "failed", "passed")
    products = world.company.products
    product = np.searchsorted(products.product_id, b.product_id)

    def at_end(values: Ints) -> Any:
        return known(window, b.end, values)

    return rows(
        {
            "work_order_id": b.work_order_id,
            "work_order_number": keys.number("WO", b.line_id, b.day, b.sequence),
            "product_id": b.product_id,
            "bom_id": world.company.boms.bom_id[product],
            "factory_id": b.factory_id,
            "line_id": b.line_id,
            "lot_number": keys.number("LOT", b.line_id, b.day, b.sequence),
            "production_date": b.day,
            "planned_quantity": b.quantity,
            "standard_cycle_time_seconds": ideal_hundredths(world, b),
            "planned_setup_seconds": planned_setup_seconds(world, b.line),
            "planned_start_time": b.planned_start,
            "planned_end_time": b.planned_end,
            "released_at": known(window, b.released, b.released),
            "actual_start_time": known(window, b.setup_start, b.setup_start),
            "production_start_time": known(window, b.start, b.start),
            "actual_end_time": at_end(b.end),
            "closed_at": known(window, b.closed, b.closed),
            "produced_quantity": produced_quantity,
            "good_quantity": produced_quantity - rejected_quantity,
            "rejected_quantity": rejected_quantity,
            "scrapped_quantity": scrapped_quantity,
            "rework_quantity": rework_quantity,
            "setup_seconds": known(window, b.start, b.setup_seconds),
            "run_seconds": at_end(b.spent[:, RUN]),
            "minor_stop_seconds": at_end(b.spent[:, MINOR]),
            "downtime_seconds": at_end(b.spent[:, DOWN]),
            "idle_seconds": at_end(b.spent[:, IDLE]),
            "status": status,
            "quality_status": np.where(happened(window, b.inspected), verdict, "pending"),
            "standard_cost_per_unit": products.standard_cost_cents[product],
            "material_cost": known(window, b.closed, world.shopfloor.order_costs.materials(b)),
            "labor_cost": known(window, b.closed, world.shopfloor.order_costs.labour(b)),
            "created_by": staff(world, b.factory_id, 1, b.created),
            "created_at": b.created,
            "updated_at": updated_at,
        },
        b.appears & (b.created < window.end) & (updated_at >= window.start),
    )


def work_order_status_history(world: World, window: Window) -> Columns:
    if quiet(
        world,
        window,
        "work_order_status_history",
        lambda b: [b.created, b.released, b.setup_start, b.end, b.closed, b.holds.start, b.holds.end],
    ):
        return {}
    b, holds = book(world, window), book(world, window).holds
    every, one = np.arange(len(b.line)), np.ones(len(b.line), dtype=np.int64)
    held = 2 * np.bincount(holds.order, minlength=len(b.line))
    planner = staff(world, b.factory_id, 1, b.created)
    starter = operator_at(world, b, b.line, b.setup_start)
    finisher = operator_at(world, b, b.line, b.end - 1)
    closer = _supervisor(world, b, every, b.closed)
    holder = operator_at(world, b, b.line[holds.order], holds.start)
    resumer = _supervisor(world, b, holds.order, holds.end)
    on, off = 2 + 2 * holds.number, 3 + 2 * holds.number
    steps = [  # from, to, order, number in the order, place in the key, when, who
        ("", "created", every, one, one, b.created, planner),
        ("created", "released", every, 2 * one, 2 * one, b.released, planner),
        ("released", "started", every, 3 * one, 3 * one, b.setup_start, starter),
        ("started", "on_hold", holds.order, on, on, holds.start, holder),
        ("on_hold", "started", holds.order, off, off, holds.end, resumer),
        ("started", "completed", every, 4 + held, COMPLETED * one, b.end, finisher),
        ("completed", "closed", every, 5 + held, CLOSED * one, b.closed, closer),
    ]
    order, transition_sequence, place, changed_at, changed_by = (
        np.concatenate([step[i] for step in steps]) for i in range(2, 7)
    )
    counts = [len(step[2]) for step in steps]
    from_status, to_status = (np.repeat([str(step[i]) for step in steps], counts) for i in (0, 1))
    return rows(
        {
            "status_history_id": keys.key(b.line_id[order], b.day[order], b.sequence[order] * 1024 + place),
            "work_order_id": b.work_order_id[order],
            "transition_sequence": transition_sequence,
            "from_status": np.ma.array(from_status, mask=from_status == ""),
            "to_status": to_status,
            "changed_at": changed_at,
            "changed_by": changed_by,
        },
        recorded(window, b, order, changed_at),
    )


def _changes(b: OrderBook) -> list[Ints]:
    """When anything is recorded of an order."""
    holds, lots = b.holds, b.lots
    own = [b.created, b.released, b.setup_start, b.start, b.end, b.inspected, b.closed]
    return [*own, holds.start, holds.end, lots.end]


def _supervisor(world: World, b: OrderBook, order: Ints, time: Ints) -> Ints:
    day, shift = b.shift_at(b.line[order], time)
    return world.people.supervisor(b.factory_id[order], day, shift)
