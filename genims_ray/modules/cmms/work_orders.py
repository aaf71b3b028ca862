"""Maintenance orders, their steps, and the runs of the scheduler that open them."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, latest, only, unless
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    FOLLOW_UP,
    LUBRICATION,
    REPLACEMENT,
    REQUEST,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
)
from genims_ray.world.maintenance.jobs import ADJUSTMENT, ALERT, BREAKDOWN, FALSE_ALARM, PREDICTIVE
from genims_ray.world.maintenance.records import STEP, WorkOrders
from genims_ray.world.rows import Ints, Texts

ACTIVITIES = {
    BREAKDOWN: "replace", PREDICTIVE: "replace", REPLACEMENT: "replace", WEAR_PART: "replace", ADJUSTMENT: "adjust",
    ALERT: "inspect", FALSE_ALARM: "inspect", LUBRICATION: "service", WINDOW: "service", SERVICE: "service",
    STATUTORY: "inspect", CALIBRATION: "check", FOLLOW_UP: "repair", REQUEST: "repair",
}  # fmt: skip
"""What was done (ISO 14224 maintenance activity)."""


def status(window: Window, o: WorkOrders) -> Texts:
    """The states of orders at the window's end."""
    return np.select(
        [
            happened(window, o.missed),
            happened(window, o.closed),
            happened(window, o.end),
            happened(window, o.waits) & ~happened(window, o.resumed),
            happened(window, o.start),
            happened(window, o.assigned),
        ],
        ["cancelled", "closed", "completed", "waiting_parts", "in_progress", "scheduled"],
        "requested",
    )


def hundredths(seconds: Ints, of: int) -> Ints:
    """Seconds in hundredths of a longer unit, halves up."""
    return (200 * seconds + of) // (2 * of)


def number(world: World, prefix: str, o: WorkOrders) -> Texts:
    """Readable numbers of orders or what belongs to them; they name the line, not the machine."""
    table = world.maintenance.assets.table
    sequence = table.number[o.asset] * 100_000 + (o.key & 0xFFFF)
    return keys.number_at(prefix, table.code[o.asset], o.day, sequence)


def work_orders(world: World, window: Window) -> Columns:
    m = world.maintenance
    work = m.work_orders.touched(window)
    o, table = work.orders, m.assets.table
    if not len(o):
        return {}
    wo_status = status(window, o)
    closed = wo_status == "closed"
    done = closed | (wo_status == "completed")
    assigned = (o.missed == NEVER) & happened(window, o.assigned)
    stands = np.where(np.isin(o.kind, (BREAKDOWN, ADJUSTMENT)), o.created, np.maximum(o.start, o.assigned))
    procedure_id = m.assets.procedures_of(o)
    standard = [m.assets.procedures[p - 1] if p else None for p in procedure_id.tolist()]
    places = zip(o.asset.tolist(), o.place.tolist(), strict=True)
    component = [m.assets.every[asset].places[place - 1].component if place else "" for asset, place in places]
    activity = [ACTIVITIES[kind] for kind in o.kind.tolist()]
    amounts = m.costs.of(work)
    machine, factory = table.machine_id[o.asset] > 0, table.factory_id[o.asset]
    verified_by = np.zeros(len(o), dtype=np.int64)
    verified_by[closed] = m.responsible.supervisor(factory[closed], o.closed[closed])
    return {
        "maintenance_work_order_id": o.key,
        "work_order_number": number(world, "MWO", o),
        "asset_id": table.asset_id[o.asset],
        "wo_type": o.type,
        "priority": o.priority,
        "description": o.work,
        "component": unless(np.array(component, dtype=np.str_), ""),
        "source_type": o.source,
        "pm_schedule_id": unless(o.schedule_id),
        "procedure_id": unless(procedure_id),
        "follow_up_of_work_order_id": unless(o.parent),
        "machine_fault_id": unless(o.fault),
        "downtime_event_id": only(happened(window, stands) & (o.downtime > 0), o.downtime),
        "maintenance_event_id": only(machine, o.key),
        "team_id": m.responsible.team[o.asset],
        "assigned_to": only(assigned, m.technicians.keys(o.technician)),
        "lockout_tagout_required": [bool(p and p.lockout) for p in standard],
        "hot_work_permit": [bool(p and p.hot_work) for p in standard],
        "estimated_duration_hours": [round(100 * p.hours) if p else 100 for p in standard],
        "requested_date": o.created,
        "due_date": unless(o.due_day, NEVER),
        "scheduled_start_date": o.scheduled,
        "actual_start_date": known(window, o.start, o.start),
        "actual_end_date": known(window, o.end, o.end),
        "activity_code": only(done, np.array(activity, dtype=np.str_)),
        "logistic_delay_minutes": only(
            done, hundredths(np.where(o.waits > 0, np.maximum(o.resumed - o.start, 0), 0), 60)
        ),
        "downtime_minutes": only(done, hundredths(o.stopped, 60)),
        "production_loss_units": only(done, m.work_orders.lost_parts(o)),
        "follow_up_required": only(done, o.follow_up),
        "actual_labor_cost": only(closed, amounts.labour),
        "actual_parts_cost": only(closed, amounts.parts),
        "actual_service_cost": only(closed, amounts.service),
        "actual_total_cost": only(closed, amounts.total),
        "verified_by": only(closed, verified_by),
        "closed_at": known(window, o.written, o.written),
        "wo_status": wo_status,
        "created_by": m.responsible.reporter(o),
        "created_at": o.created,
        "updated_at": latest(window, o),
    }


def pm_generation_log(world: World, window: Window) -> Columns:
    m = world.maintenance
    runs = m.plan.runs_about(world.frame.start_day) if window.is_opening else m.plan.generated(window)
    if window.is_opening:
        standing = m.work_orders.between(window).orders
        runs = runs.where(np.isin(runs.order, standing.key[standing.schedule_id > 0]))
    if not len(runs):
        return {}
    return {
        "log_id": runs.order,
        "pm_schedule_id": runs.schedule_id,
        "generation_date": runs.time,
        "trigger_date": runs.day,
        "trigger_meter_reading": unless(1_000 * runs.meter_hours),
        "generation_status": np.where(runs.skipped, "skipped", "generated"),
        "maintenance_work_order_id": only(~runs.skipped, runs.order),
    }


def work_order_tasks(world: World, window: Window) -> Columns:
    m = world.maintenance
    if world.diary.quiet(
        "cmms.work_order_tasks", window, lambda day: m.steps.of(m.work_orders.between(day).orders).instants
    ):
        return {}
    o = m.work_orders.between(window).orders  # of one that lasts, a step may end though nothing else happens
    if not len(o):
        return {}
    tasks = m.steps.of(o)
    tasks = tasks if window.is_opening else tasks.touched(window)
    if not len(tasks):
        return {}
    of, done, begun = tasks.row, happened(window, tasks.end), happened(window, tasks.start)
    return {
        "task_id": keys.part(o.key[of], STEP + tasks.number + 1),
        "maintenance_work_order_id": o.key[of],
        "task_sequence": 10 * (tasks.number + 1),
        "task_type": tasks.type,
        "task_description": tasks.text,
        "procedure_id": unless(m.assets.procedures_of(o)[of]),
        "estimated_duration_minutes": tasks.minutes,
        "started_at": known(window, tasks.start, tasks.start),
        "completed_at": known(window, tasks.end, tasks.end),
        "completed_by": only(done, m.technicians.keys(o.technician)[of]),
        "task_result": only(done, np.where(tasks.bad, "not_ok", "ok")),
        "measured_value": only(done & (tasks.unit != ""), tasks.value),
        "measurement_unit": unless(tasks.unit, ""),
        "task_status": np.select(
            [done, begun, happened(window, tasks.gone)], ["completed", "in_progress", "skipped"], "pending"
        ),
        "created_at": tasks.created,
        "updated_at": latest(window, tasks),
    }
