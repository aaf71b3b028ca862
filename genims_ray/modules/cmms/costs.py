"""What orders cost: time booked, parts moved, external service; one cost line each."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, nothing, unless
from genims_ray.world import Window, World, keys
from genims_ray.world.maintenance.movements import ISSUE, RETURN
from genims_ray.world.maintenance.records import BOOKING, COST_OF_BOOKING, COST_OF_CALL, COST_OF_PARTS, Bookings

SHIFT_CODES = np.array(("E", "L", "N"))


def _booked(world: World, window: Window) -> Bookings:
    """Time that ends in the window and is on record."""
    if window.is_opening:
        return Bookings.none()
    found = world.maintenance.work_orders.between(window).bookings.between(window)
    return world.maintenance.costs.recorded(found)


def labor_time_entries(world: World, window: Window) -> Columns:
    m, b = world.maintenance, _booked(world, window)
    if not len(b):
        return {}
    return {
        "labor_entry_id": keys.part(b.order, BOOKING + b.number + 1),
        "maintenance_work_order_id": b.order,
        "technician_id": m.technicians.keys(b.technician),
        "production_date": b.day,
        "shift_code": SHIFT_CODES[b.shift],
        "labor_type": np.where(b.called, "callout", "regular"),
        "start_time": b.start,
        "end_time": b.end,
        "duration_seconds": b.end - b.start,
        "hourly_rate": m.costs.rates(b),
        "labor_cost": m.costs.of_time(b),
    }


def mro_parts_transactions(world: World, window: Window) -> Columns:
    m = world.maintenance
    moves = m.stock.between(window)
    if not len(moves):
        return {}
    performed_by = moves.who.copy()
    store = performed_by == 0
    performed_by[store] = m.responsible.storekeeper(moves.part[store] // 10_000, moves.time[store])
    return {
        "transaction_id": moves.key,
        "mro_part_id": moves.part,
        "transaction_type": moves.type,
        "transaction_date": moves.time,
        "quantity": moves.quantity,
        "stock_after": moves.after,
        "unit_cost": m.costs.of_part(moves.part),
        "total_cost": m.costs.of_movements(moves),
        "maintenance_work_order_id": unless(moves.order),
        "purchase_order_id": nothing(len(moves), np.int64),
        "supplier_lot_number": unless(moves.lot, ""),
        "reason_code": unless(moves.reason, ""),
        "performed_by": performed_by,
    }


def maintenance_costs(world: World, window: Window) -> Columns:
    """One line for each booking, part and call, by key."""
    if window.is_opening:
        return {}
    m = world.maintenance
    b, moves = _booked(world, window), m.stock.between(window)
    moves = moves.where(np.isin(moves.type, (ISSUE, RETURN)))
    o = m.work_orders.between(window).orders
    calls = m.service.calls(o).between(window) if len(o) else None
    called = o.key[calls.row] if calls is not None else o.key
    of_time, of_parts = m.costs.of_time(b), -m.costs.of_movements(moves)
    of_calls = calls.cost_cents if calls is not None else o.key
    cost_type = np.repeat(["labor", "parts", "contractor"], [len(b), len(moves), len(called)])
    order = np.concatenate([b.order, moves.order, called])
    source = np.concatenate([keys.part(b.order, BOOKING + b.number + 1), moves.key, called])
    cost_amount = np.concatenate([of_time, of_parts, of_calls])
    time = np.concatenate([b.end, moves.time, calls.resolved if calls is not None else o.key])
    cost_id = np.concatenate(
        [
            keys.part(b.order, COST_OF_BOOKING + b.number),
            keys.part(moves.key, COST_OF_PARTS),
            keys.part(called, COST_OF_CALL),
        ]
    )
    kept = np.flatnonzero((cost_amount != 0) | (cost_type == "parts"))
    kept = kept[np.argsort(cost_id[kept])]
    if not len(kept):
        return {}
    order, source, cost_type, time = order[kept], source[kept], cost_type[kept], time[kept]
    asset_id = order >> 36
    of = {name: np.where(cost_type == name, source, 0) for name in ("labor", "parts", "contractor")}
    return {
        "cost_id": cost_id[kept],
        "maintenance_work_order_id": order,
        "asset_id": asset_id,
        "cost_center_id": m.responsible.cost_center[np.searchsorted(m.assets.table.asset_id, asset_id)],
        "cost_type": cost_type,
        "labor_entry_id": unless(of["labor"]),
        "parts_transaction_id": unless(of["parts"]),
        "call_log_id": unless(of["contractor"]),
        "cost_amount": cost_amount[kept],
        "cost_date": time,
        "journal_entry_id": nothing(len(kept), np.int64),
        "updated_at": time,
    }
