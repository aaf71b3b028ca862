"""maintenance_events: every touch of a machine, from the operator's daily check to a repair.

What technicians do are the orders of maintenance; operators check their machines and change tools.
"""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, latest, only, unless
from genims_ray.world import Window, World
from genims_ray.world.maintenance.autonomous import MachineWork
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN
from genims_ray.world.maintenance.records import total


def maintenance_events(world: World, window: Window) -> Columns:
    operators = world.maintenance.autonomous
    if window.is_opening:  # work that stands when history begins
        e = MachineWork.joined([operators.between(Window(world.start - 1, window.end)), _orders(world, window)])
        last = np.maximum(e.end, e.missed)
        e = e.where((e.created < window.end) & ((last >= window.end) | (last < 0)))
    else:
        e = MachineWork.joined([operators.touched(window), _orders(world, window).touched(window)])
    e = e.where(np.isin(e.machine_id, world.machine_ids))
    if not len(e):
        return {}
    begun, ended = happened(window, e.start), happened(window, e.end)
    minutes = np.where(e.end > 0, (e.end - e.start) / 60.0, 0.0)
    return {
        "maintenance_id": e.key,
        "machine_id": e.machine_id,
        "line_id": e.machine_id // 100,
        "maintenance_type": e.type,
        "maintenance_category": e.category,
        "priority": e.priority,
        "work_description": e.work,
        "component": unless(e.component, ""),
        "scheduled_start": e.scheduled,
        "actual_start": only(begun, e.start),
        "actual_end": only(ended, e.end),
        "duration_minutes": only(ended, np.round(minutes, 2)),
        "parts_replaced": only(ended & (e.part != ""), e.part),
        "parts_cost_usd": only(ended, e.parts_cents),
        "labor_hours": only(ended, np.round(e.seconds / 3600.0, 4)),
        "labor_cost_usd": only(ended, e.labour_cents),
        "total_cost_usd": only(ended, e.labour_cents + e.parts_cents),
        "technician_id": only(begun, e.person),
        "related_fault_id": unless(e.fault),
        "finding": only(ended & (e.finding != ""), e.finding),
        "follow_up_required": only(ended, e.follow_up),
        "completion_status": np.select(
            [ended, begun, happened(window, e.missed)], ["completed", "in_progress", "missed"], "scheduled"
        ),
        "created_at": e.created,
        "updated_at": latest(window, e),
    }


def _orders(world: World, window: Window) -> MachineWork:
    """The technicians' orders."""
    m = world.maintenance
    work, table = m.work_orders.touched(window), m.assets.table
    if not len(work.orders):
        return MachineWork.none()
    work = work.of(work.orders.where(table.machine_id[work.orders.asset] > 0))
    o, taken = work.orders, work.taken
    booked = m.costs.recorded(work.bookings)
    places = zip(o.asset.tolist(), o.place.tolist(), strict=True)
    components = [m.assets.every[asset].places[place - 1].component if place else "" for asset, place in places]
    component = np.array(components, dtype=np.str_)
    categories = [m.spares.by_id[part].category.replace("_", " ") for part in taken.part.tolist()]
    part = np.zeros(len(o), dtype="U64")
    order, first = np.unique(taken.order, return_index=True)
    part[np.searchsorted(o.key, order)] = np.array(categories, dtype="U64")[first]
    return MachineWork(
        key=o.key,
        machine_id=table.machine_id[o.asset],
        type=np.where(o.type == "breakdown", "corrective", o.type),
        category=np.where(np.isin(o.kind, (BREAKDOWN, ADJUSTMENT)), "unplanned", "planned"),
        priority=o.priority,
        work=o.work,
        component=np.where(o.event, component, ""),
        created=o.created,
        scheduled=o.scheduled,
        start=o.start,
        end=o.end,
        missed=o.missed,
        seconds=total(booked.order, booked.end - booked.start, o),
        labour_cents=m.costs.labour(work),
        parts_cents=m.costs.parts(work),
        part=np.where((part != "") & (component != ""), component, part),
        person=o.technician,
        fault=o.fault,
        finding=o.finding,
        follow_up=o.follow_up,
    )
