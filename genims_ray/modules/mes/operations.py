"""Routing steps: an order on each machine of its line. The machines of a line start and stop together."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, updated
from genims_ray.modules.mes.common import book, ideal_hundredths, quiet
from genims_ray.world import Window, World, keys
from genims_ray.world.shopfloor.order_days import RUN


def operations(world: World, window: Window) -> Columns:
    if quiet(world, window, "operations", lambda b: [b.created, b.setup_start, b.start, b.lots.end, b.end]):
        return {}
    b = book(world, window)
    steps = world.shopfloor.production.machine_id
    order, step = np.nonzero(steps[b.line] > 0)
    lots = b.lots
    guilty = world.shopfloor.production_orders.rejecting_step(b)
    done = lots.end < window.end
    rejected = np.bincount(
        (lots.order * steps.shape[1] + guilty)[done],
        (lots.scrapped + lots.rework)[done],
        minlength=b.line.size * steps.shape[1],
    ).astype(np.int64)
    produced, _, _, last_lot = b.made(window.end)
    updated_at = updated(window, b.created, b.setup_start, b.start, last_lot, b.end)
    touched = b.appears & (b.created < window.end) & (updated_at >= window.start)
    status = np.select(
        [happened(window, b.end), happened(window, b.start), happened(window, b.setup_start)],
        ["completed", "running", "setup"],
        "planned",
    )
    machine_id = steps[b.line[order], step]
    code = {m.machine_id: m.type_name.upper() for m in world.layout.machines}
    return rows(
        {
            "operation_id": keys.key(machine_id, b.day[order], b.sequence[order]),
            "work_order_id": b.work_order_id[order],
            "machine_id": machine_id,
            "operation_sequence": 10 * (step + 1),
            "operation_code": np.array([code[m] for m in machine_id.tolist()], dtype=object),
            "ideal_cycle_time_seconds": ideal_hundredths(world, b)[order],
            "planned_start_time": b.planned_start[order],
            "planned_end_time": b.planned_end[order],
            "actual_start_time": known(window, b.setup_start, b.setup_start)[order],
            "production_start_time": known(window, b.start, b.start)[order],
            "actual_end_time": known(window, b.end, b.end)[order],
            "completed_quantity": produced[order],
            "rejected_quantity": rejected[order * steps.shape[1] + step],
            "setup_seconds": known(window, b.start, b.setup_seconds)[order],
            "run_seconds": known(window, b.end, b.spent[:, RUN])[order],
            "status": status[order],
            "created_at": b.created[order],
            "updated_at": updated_at[order],
        },
        touched[order],
    )
