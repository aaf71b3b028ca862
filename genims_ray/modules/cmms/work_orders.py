"""Maintenance orders, their steps, and the runs of the scheduler that open them."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import (
    TASK,
    child,
    empty,
    hundredths,
    instants,
    ints,
    latest,
    lost_parts,
    number,
    orders,
    planner,
    seen,
    supervisor,
    team,
    technician_id,
    texts,
    unless,
    where,
)
from genims_ray.modules.cmms.service import call_of
from genims_ray.world import DAY, NEVER, Window, World
from genims_ray.world.maintenance import Job
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


def status(window: Window, job: Job) -> str:
    """The state of an order at the window's end."""
    for name, time in (("cancelled", job.missed), ("closed", job.closed), ("completed", job.end)):
        if seen(window, time):
            return name
    if seen(window, job.waits) and not seen(window, job.resumed):
        return "waiting_parts"
    for name, time in (("in_progress", job.start), ("scheduled", job.assigned)):
        if seen(window, time):
            return name
    return "requested"


def work_orders(world: World, window: Window) -> Columns:
    m = world.maintenance
    jobs = [job for job in orders(world, window) if window.is_opening or job.touched(window.start, window.end)]
    wo_status = [status(window, job) for job in jobs]
    done = [s in ("completed", "closed") for s in wo_status]
    closed = [s == "closed" for s in wo_status]
    begun = [seen(window, job.start) for job in jobs]
    assigned = [job.missed == NEVER and seen(window, job.assigned) for job in jobs]
    procedures = {p.procedure_id: p for p in m.assets.procedures}
    procedure = [m.assets.procedure_ids.get((job.asset.kind, job.procedure), 0) for job in jobs]
    standard = [procedures.get(p) for p in procedure]
    labour = [world.maintenance.costs.labour(job) for job in jobs]
    parts = [world.maintenance.costs.parts(job) for job in jobs]
    calls = [call_of(world, job) for job in jobs]
    service = [call.cost_cents if call else 0 for call in calls]
    component = [job.place.component if job.place else "" for job in jobs]
    stands = [
        seen(window, job.created if job.kind in (BREAKDOWN, ADJUSTMENT) else max(job.start, job.assigned))
        and job.downtime > 0
        for job in jobs
    ]
    return (
        empty(
            {
                "maintenance_work_order_id": ints(job.key for job in jobs),
                "work_order_number": texts(number("MWO", job) for job in jobs),
                "asset_id": ints(job.asset.asset_id for job in jobs),
                "wo_type": texts(job.type for job in jobs),
                "priority": texts(job.priority for job in jobs),
                "description": texts(job.work for job in jobs),
                "component": texts(component),
                "source_type": texts(job.source for job in jobs),
                "pm_schedule_id": unless(job.schedule_id for job in jobs),
                "procedure_id": unless(procedure),
                "follow_up_of_work_order_id": unless(job.parent for job in jobs),
                "machine_fault_id": unless(job.fault for job in jobs),
                "downtime_event_id": where(stands, (job.downtime for job in jobs)),
                "maintenance_event_id": unless(job.key if job.asset.machine_id else 0 for job in jobs),
                "team_id": ints(team(world, job.asset) for job in jobs),
                "assigned_to": where(assigned, (technician_id(world, job.technician) for job in jobs)),
                "lockout_tagout_required": [bool(p and p.lockout) for p in standard],
                "hot_work_permit": [bool(p and p.hot_work) for p in standard],
                "estimated_duration_hours": ints(round(100 * p.hours) if p else 100 for p in standard),
                "requested_date": ints(job.created for job in jobs),
                "due_date": unless((job.due_day for job in jobs), NEVER),
                "scheduled_start_date": ints(job.scheduled for job in jobs),
                "actual_start_date": instants(window, (job.start for job in jobs)),
                "actual_end_date": instants(window, (job.end for job in jobs)),
                "activity_code": np.ma.array(
                    [job.activity for job in jobs], mask=~np.array(done, dtype=bool), dtype=object
                ),
                "logistic_delay_minutes": where(
                    done, (hundredths(max(job.resumed - job.start, 0) if job.waits > 0 else 0, 60) for job in jobs)
                ),
                "downtime_minutes": where(done, (hundredths(job.stopped, 60) for job in jobs)),
                "production_loss_units": where(done, lost_parts(world, jobs)),
                "follow_up_required": where(done, (job.follow_up for job in jobs), bool),
                "actual_labor_cost": where(closed, labour),
                "actual_parts_cost": where(closed, parts),
                "actual_service_cost": where(closed, service),
                "actual_total_cost": where(closed, map(sum, zip(labour, parts, service, strict=True))),
                "verified_by": where(
                    closed,
                    (
                        supervisor(world, job.asset.factory_id, job.closed) if c else 0
                        for job, c in zip(jobs, closed, strict=True)
                    ),
                ),
                "closed_at": instants(window, (job.missed if job.missed > 0 else job.closed for job in jobs)),
                "wo_status": texts(wo_status),
                "created_by": ints(_reporter(world, job) for job in jobs),
                "created_at": ints(job.created for job in jobs),
                "updated_at": ints(latest(window, job.instants) for job in jobs),
            }
        )
        if len(begun)
        else {}
    )


def _reporter(world: World, job: Job) -> int:
    """The operator for stops and what a check has found, the planner for planned work, the supervisor for what was noticed otherwise."""
    factory_id = job.asset.factory_id
    if job.kind in (BREAKDOWN, ADJUSTMENT, REQUEST) and job.asset.machine_id:
        line = next(i for i, x in enumerate(world.lines) if x.line_id == job.asset.line_id)
        plan = world.maintenance.plan
        day, shift = plan.day_of(factory_id, job.created), plan.shift_of(factory_id, job.created)
        return int(world.people.operators(day)[line, shift])
    return planner(world, factory_id, job.created) if job.schedule_id else supervisor(world, factory_id, job.created)


def pm_generation_log(world: World, window: Window) -> Columns:
    m = world.maintenance
    rows: list[tuple[int, int, int, int, int, int]] = []
    if window.is_opening:
        standing = {job.key for job in orders(world, window) if job.schedule_id}
    most = world.plant.upkeep.order_lead_most_days
    days = range((world.start if window.is_opening else window.start) // DAY - 16, window.end // DAY + most + 3)
    for day in days:
        for due in m.plan.on(max(day, m.plan.first_day)) if day >= m.plan.first_day else ():
            at = m.plan.opened(due)
            key = (due.asset.asset_id << 36) | (due.day << 16) | due.sequence
            if (key in standing) if window.is_opening else window.start <= at < window.end:
                rows.append((key, due.schedule_id, at, due.day, due.meter_hours, 0 if due.skipped else key))
    rows.sort()
    return empty(
        {
            "log_id": ints(r[0] for r in rows),
            "pm_schedule_id": ints(r[1] for r in rows),
            "generation_date": ints(r[2] for r in rows),
            "trigger_date": ints(r[3] for r in rows),
            "trigger_meter_reading": unless(1_000 * r[4] for r in rows),
            "generation_status": texts("generated" if r[5] else "skipped" for r in rows),
            "maintenance_work_order_id": unless(r[5] for r in rows),
        }
    )


Step = tuple[str, str, float, str]
"""Type, what is to be done, share of the time, unit of what is measured."""
_ISOLATE: Step = ("isolate", "Isolate and lock", 0.06, "")
_TEST: Step = ("test_run", "Test run", 0.10, "")
_RESTORE: Step = ("restore", "Hand over", 0.04, "")
STEPS: dict[str, tuple[Step, ...]] = {
    BREAKDOWN: (_ISOLATE, ("diagnose", "Find the damage", 0.15, ""), ("replace", "Replace the component", 0.55, ""),
                ("adjust", "Align and adjust", 0.10, ""), _TEST, _RESTORE),
    PREDICTIVE: (_ISOLATE, ("replace", "Replace the component", 0.65, ""), ("adjust", "Align and adjust", 0.15, ""), _TEST, _RESTORE),
    ADJUSTMENT: (("diagnose", "Find the cause", 0.3, ""), ("adjust", "Adjust", 0.5, ""), ("test_run", "Restart", 0.2, "")),
    LUBRICATION: (("inspect", "Look for leaks and loose parts", 0.25, ""), ("clean", "Clean guards and chip area", 0.2, ""),
                  ("lubricate", "Lubricate by the chart", 0.4, ""), ("measure", "Measure the bearing temperature", 0.15, "degC")),
    WINDOW: (_ISOLATE, ("clean", "Clean inside", 0.2, ""), ("replace", "Change filters and seals", 0.3, ""),
             ("inspect", "Check guides, belts and hoses", 0.25, ""), ("measure", "Measure backlash", 0.15, "um"), _RESTORE),
    SERVICE: (("inspect", "Look for leaks", 0.3, ""), ("clean", "Clean coolers and drains", 0.3, ""),
              ("lubricate", "Top up oil", 0.25, ""), ("measure", "Measure the surface temperature", 0.15, "degC")),
    STATUTORY: (_ISOLATE, ("inspect", "Inspect by the list of the authority", 0.6, ""), ("test_run", "Test protective devices", 0.3, ""), _RESTORE),
    WEAR_PART: (_ISOLATE, ("replace", "Replace belts and batteries", 0.7, ""), _TEST, _RESTORE),
    REPLACEMENT: (_ISOLATE, ("replace", "Replace the component by age", 0.7, ""), _TEST, _RESTORE),
    CALIBRATION: (("measure", "Compare with the reference", 0.5, "%"), ("adjust", "Adjust the sensor", 0.35, ""), ("restore", "Label and record", 0.15, "")),
    FOLLOW_UP: (_ISOLATE, ("repair", "Repair what was found", 0.7, ""), _TEST, _RESTORE),
    REQUEST: (("inspect", "Find the leak", 0.25, ""), ("repair", "Tighten or renew the seal", 0.55, ""), ("lubricate", "Top up oil", 0.2, "")),
    ALERT: (("inspect", "Look and listen", 0.5, ""), ("measure", "Measure vibration by hand", 0.5, "mm/s")),
    FALSE_ALARM: (_ISOLATE, ("inspect", "Open and inspect the component", 0.5, ""), ("measure", "Compare with a reference sensor", 0.3, "%"), _RESTORE),
}  # fmt: skip
_LEVEL = {"degC": (45.0, 0.15), "um": (18.0, 0.35), "%": (0.4, 0.7), "mm/s": (1.6, 0.5)}
"""Usual value and log-standard deviation of what steps measure."""


def work_order_tasks(world: World, window: Window) -> Columns:
    m, rng = world.maintenance, world.rng
    rows: list[dict[str, Any]] = []
    for job in orders(world, window):
        steps = STEPS[job.kind]
        skipped = _skipped(world, job)
        total = sum(step[2] for k, step in enumerate(steps) if k not in skipped)
        procedure = m.assets.procedure_ids.get((job.asset.kind, job.procedure), 0)
        hours = next((p.hours for p in m.assets.procedures if p.procedure_id == procedure), 1.0)
        span, time = max(job.end - job.start, 0), job.start
        for k, (kind, text, share, unit) in enumerate(steps):
            nobody = job.missed > 0 or k in skipped
            start = end = NEVER
            if not nobody and job.start > 0:
                start, end = time, min(time + int(span * share / total), job.end)
                end = job.end if k == max(set(range(len(steps))) - skipped) else end
                time = end
            gone = job.missed if job.missed > 0 else job.end if nobody else NEVER
            instants_ = (job.created, start, end, gone)
            if not window.is_opening and not any(window.start <= t < window.end for t in instants_ if t > 0):
                continue
            bad = float(rng.uniform("step result", job.key, k)) < (0.6 if job.follow_up and kind == "inspect" else 0.02)
            value = 0.0
            if unit:
                median, sigma = _LEVEL[unit]
                value = round(
                    float(rng.lognormal("step value", median * (2.2 if job.follow_up else 1.0), sigma, job.key, k)), 3
                )
            rows.append(
                {
                    "job": job,
                    "k": k,
                    "kind": kind,
                    "text": text,
                    "unit": unit,
                    "procedure": procedure,
                    "minutes": max(hundredths(round(hours * 3600 * share), 60), 1),
                    "start": start,
                    "end": end,
                    "gone": gone,
                    "bad": bad,
                    "value": value,
                    "at": instants_,
                }
            )
    done = [seen(window, r["end"]) for r in rows]
    task_status = [
        "completed"
        if d
        else "in_progress"
        if seen(window, r["start"])
        else "skipped"
        if seen(window, r["gone"])
        else "pending"
        for r, d in zip(rows, done, strict=True)
    ]
    measured = [bool(r["unit"]) and d for r, d in zip(rows, done, strict=True)]
    return empty(
        {
            "task_id": ints(child(r["job"].key, TASK + r["k"] + 1) for r in rows),
            "maintenance_work_order_id": ints(r["job"].key for r in rows),
            "task_sequence": ints(10 * (r["k"] + 1) for r in rows),
            "task_type": texts(r["kind"] for r in rows),
            "task_description": texts(r["text"] for r in rows),
            "procedure_id": unless(r["procedure"] for r in rows),
            "estimated_duration_minutes": ints(r["minutes"] for r in rows),
            "started_at": instants(window, (r["start"] for r in rows)),
            "completed_at": instants(window, (r["end"] for r in rows)),
            "completed_by": where(done, (technician_id(world, r["job"].technician) for r in rows)),
            "task_result": np.ma.array(
                ["not_ok" if r["bad"] else "ok" for r in rows], mask=~np.array(done, dtype=bool), dtype=object
            ),
            "measured_value": where(measured, (r["value"] for r in rows), np.float64),
            "measurement_unit": texts(r["unit"] for r in rows),
            "task_status": texts(task_status),
            "created_at": ints(r["job"].created for r in rows),
            "updated_at": ints(latest(window, r["at"]) for r in rows),
        }
    )


def _skipped(world: World, job: Job) -> set[int]:
    """Steps that turn out not to be needed: adjusting, now and then."""
    share = {CALIBRATION: 0.6, BREAKDOWN: 0.3, PREDICTIVE: 0.3}.get(job.kind, 0.0)
    if share == 0.0 or float(world.rng.uniform("step skipped", job.key)) >= share:
        return set()
    return {k for k, step in enumerate(STEPS[job.kind]) if step[0] == "adjust"}
