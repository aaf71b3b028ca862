"""Electronic batch records: the lot of each order and its three signatures."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, updated
from genims_ray.modules.mes.common import book, operator_at, quiet, staff
from genims_ray.world import Window, World, keys
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.production_orders import OrderBook


def electronic_batch_records(world: World, window: Window) -> Columns:
    if quiet(world, window, "electronic_batch_records", lambda b: _changes(world, b)):
        return {}
    b = book(world, window)
    signed = world.shopfloor.batch_records.signatures(b)
    prepared_at, reviewed_at, approved_at = signed.prepared, signed.reviewed, signed.approved
    _, scrapped, rework, _ = b.made(2**62)
    prepared_by = operator_at(world, b, b.line, b.end - 1)
    supervisor = world.people.supervisor(b.factory_id, *b.shift_at(b.line, reviewed_at))
    manager = staff(world, b.factory_id, 0, np.maximum(reviewed_at, b.setup_start))
    manufactured, _ = b.shift_at(b.line, b.setup_start)
    verdict = np.where(world.quality.inspections.final(b).failed, "rejected", "released")
    updated_at = updated(window, b.setup_start, prepared_at, reviewed_at, approved_at)
    return rows(
        {
            "batch_record_id": b.work_order_id,
            "batch_record_number": keys.number("EBR", b.line_id, b.day, b.sequence),
            "work_order_id": b.work_order_id,
            "manufacturing_date": manufactured,
            "opened_at": b.setup_start,
            "batch_size": known(window, prepared_at, b.quantity - scrapped - rework),
            "deviation_count": known(window, prepared_at, world.quality.inspections.failures(b) + b.breakdowns),
            "prepared_by": known(window, prepared_at, prepared_by),
            "prepared_at": known(window, prepared_at, prepared_at),
            "reviewed_by": known(window, reviewed_at, np.where(supervisor == prepared_by, manager, supervisor)),
            "reviewed_at": known(window, reviewed_at, reviewed_at),
            "approved_by": known(
                window, approved_at, world.people.inspector(b.factory_id, *b.shift_at(b.line, approved_at))
            ),
            "approved_at": known(window, approved_at, approved_at),
            "record_status": np.select(
                [happened(window, approved_at), happened(window, reviewed_at), happened(window, prepared_at)],
                ["approved", "reviewed", "prepared"],
                "open",
            ),
            "release_status": np.where(happened(window, approved_at), verdict, "pending"),
            "updated_at": updated_at,
        },
        b.appears & happened(window, b.setup_start) & (updated_at >= window.start),
    )


def _changes(world: World, b: OrderBook) -> list[Ints]:
    """When records are opened and signed."""
    signed = world.shopfloor.batch_records.signatures(b)
    return [b.setup_start, signed.prepared, signed.reviewed, signed.approved]
