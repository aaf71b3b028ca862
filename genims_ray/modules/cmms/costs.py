"""What orders cost: time booked, parts moved, external service; one cost line each."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import (
    COST_OF_CALL,
    COST_OF_LABOUR,
    COST_OF_PARTS,
    LABOUR,
    child,
    cost_center,
    empty,
    ints,
    orders,
    storekeeper,
    technician_id,
    texts,
    unless,
)
from genims_ray.modules.cmms.service import call_of
from genims_ray.world import Window, World
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.movements import ISSUE, RETURN, Movement
from genims_ray.world.maintenance.roster import Booking

SHIFT_CODES = ("E", "L", "N")


def _bookings(world: World, window: Window) -> list[tuple[Job, int, Booking]]:
    """(order, number of the booking, booking) of those that end in the window."""
    return [
        (job, k, b)
        for job in orders(world, window)
        for k, b in enumerate(job.bookings)
        if window.start <= b.end < window.end and b.end >= world.start
    ]


def _movements(world: World, window: Window) -> list[Movement]:
    stock = world.maintenance.stock
    if window.is_opening:
        return list(stock.opening())
    return stock.between(window.start, window.end, orders(world, window))


def labor_time_entries(world: World, window: Window) -> Columns:
    rows = [] if window.is_opening else _bookings(world, window)
    return empty(
        {
            "labor_entry_id": ints(child(job.key, LABOUR + k + 1) for job, k, _ in rows),
            "maintenance_work_order_id": ints(job.key for job, _, _ in rows),
            "technician_id": ints(technician_id(world, b.technician) for _, _, b in rows),
            "production_date": ints(b.day for _, _, b in rows),
            "shift_code": texts(SHIFT_CODES[b.shift] for _, _, b in rows),
            "labor_type": texts("callout" if b.called else "regular" for _, _, b in rows),
            "start_time": ints(b.start for _, _, b in rows),
            "end_time": ints(b.end for _, _, b in rows),
            "duration_seconds": ints(b.end - b.start for _, _, b in rows),
            "hourly_rate": ints(world.maintenance.costs.rate(b) for _, _, b in rows),
            "labor_cost": ints(world.maintenance.costs.of_time(b) for _, _, b in rows),
        }
    )


def mro_parts_transactions(world: World, window: Window) -> Columns:
    spares, rows = world.maintenance.spares.by_id, _movements(world, window)
    return empty(
        {
            "transaction_id": ints(m.key for m in rows),
            "mro_part_id": ints(m.part for m in rows),
            "transaction_type": texts(m.type for m in rows),
            "transaction_date": ints(m.time for m in rows),
            "quantity": ints(m.quantity for m in rows),
            "stock_after": ints(m.after for m in rows),
            "unit_cost": ints(spares[m.part].cost_cents for m in rows),
            "total_cost": ints(world.maintenance.costs.of_movement(m) for m in rows),
            "maintenance_work_order_id": unless(m.job for m in rows),
            "purchase_order_id": unless(0 for _ in rows),
            "supplier_lot_number": texts(m.lot for m in rows),
            "reason_code": texts(m.reason for m in rows),
            "performed_by": ints(m.who or storekeeper(world, m.part // 10_000, m.time) for m in rows),
        }
    )


def maintenance_costs(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    assets = world.maintenance.assets.by_id
    rows: list[tuple[int, int, str, int, int, int]] = []  # key, order, type, source, cents, time
    for job, k, b in _bookings(world, window):
        cents = world.maintenance.costs.of_time(b)
        if cents:
            rows.append(
                (child(job.key, COST_OF_LABOUR + k), job.key, "labor", child(job.key, LABOUR + k + 1), cents, b.end)
            )
    for m in _movements(world, window):
        if m.type in (ISSUE, RETURN):
            rows.append(
                (child(m.key, COST_OF_PARTS), m.job, "parts", m.key, -world.maintenance.costs.of_movement(m), m.time)
            )
    for job in orders(world, window):
        call = call_of(world, job)
        if call and call.cost_cents and window.start <= call.resolved < window.end:
            rows.append((child(job.key, COST_OF_CALL), job.key, "contractor", job.key, call.cost_cents, call.resolved))
    rows.sort()
    return empty(
        {
            "cost_id": ints(r[0] for r in rows),
            "maintenance_work_order_id": ints(r[1] for r in rows),
            "asset_id": ints(r[1] >> 36 for r in rows),
            "cost_center_id": ints(cost_center(assets[r[1] >> 36]) for r in rows),
            "cost_type": texts(r[2] for r in rows),
            "labor_entry_id": unless(r[3] if r[2] == "labor" else 0 for r in rows),
            "parts_transaction_id": unless(r[3] if r[2] == "parts" else 0 for r in rows),
            "call_log_id": unless(r[3] if r[2] == "contractor" else 0 for r in rows),
            "cost_amount": ints(r[4] for r in rows),
            "cost_date": ints(r[5] for r in rows),
            "journal_entry_id": unless(0 for _ in rows),
            "updated_at": np.array([r[5] for r in rows], dtype=np.int64),
        }
    )
