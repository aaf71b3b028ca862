"""Alerts of condition monitoring, and the failure reports of repairs."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import (
    empty,
    hundredths,
    instants,
    ints,
    latest,
    number,
    orders,
    seen,
    supervisor,
    technician_id,
    texts,
    unless,
    where,
)
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.maintenance import Job, failures
from genims_ray.world.maintenance.condition import SETTLED_AFTER, Case
from genims_ray.world.maintenance.jobs import BREAKDOWN, INSPECTION_KEYS, PLANNED_AHEAD, PREDICTIVE, event_key


def condition_monitoring_alerts(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    m = world.maintenance
    rows: list[tuple[Case, int, int, tuple[int, ...]]] = []
    for day in range((window.start - SETTLED_AFTER) // DAY - 1, -(-window.end // DAY)):
        for case in m.condition.on(day):
            order, known = _order(world, case)
            times = (case.alert.start, case.acknowledged, known, case.closed)
            if any(window.start <= t < window.end for t in times if t > 0):
                rows.append((case, order, known, times))
    codes = m.assets.code_ids
    modes = world.plant.failure_modes
    places = {(p.asset_id, p.name): p for a in m.assets.every for p in a.places}
    suspected = [places.get((c.alert.machine_id, c.mode)) for c, *_ in rows]
    acknowledged = [seen(window, c.acknowledged) for c, *_ in rows]
    closed = [seen(window, c.closed) for c, *_ in rows]
    distance = np.array([abs(c.alert.value - c.alert.threshold) / max(abs(c.alert.threshold), 1e-6) for c, *_ in rows])
    noise = world.rng.uniform("anomaly", ints(c.key for c, *_ in rows))
    return empty(
        {
            "alert_id": ints(c.key for c, *_ in rows),
            "asset_id": ints(c.alert.machine_id for c, *_ in rows),
            "asset_component_id": unless(
                m.components.at(p, c.alert.start).key if p else 0 for (c, *_), p in zip(rows, suspected, strict=True)
            ),
            "suspected_failure_mode_id": unless(
                codes["mode", modes[c.mode].iso_mode] if c.mode else 0 for c, *_ in rows
            ),
            "machine_fault_id": ints(c.key for c, *_ in rows),
            "sensor_id": ints(c.alert.sensor_id for c, *_ in rows),
            "alert_time": ints(c.alert.start for c, *_ in rows),
            "alert_level": texts("critical" if c.critical else "warning" for c, *_ in rows),
            "trigger_value": np.array([c.alert.value for c, *_ in rows], dtype=np.float64),
            "threshold_value": np.array([c.threshold for c, *_ in rows], dtype=np.float64),
            "anomaly_score": np.round(1 - np.exp(-8 * distance) * (0.3 + 0.5 * noise), 4),
            "estimated_lead_time_hours": unless(round(100 * c.lead_hours) for c, *_ in rows),
            "acknowledged_by": where(
                acknowledged,
                (
                    supervisor(world, c.alert.machine_id // 10_000, c.acknowledged) if a else 0
                    for (c, *_), a in zip(rows, acknowledged, strict=True)
                ),
            ),
            "acknowledged_at": instants(window, (c.acknowledged for c, *_ in rows)),
            "maintenance_work_order_id": where([seen(window, r[2]) for r in rows], (r[1] for r in rows)),
            "outcome": np.ma.array([c.outcome for c, *_ in rows], mask=~np.array(closed, dtype=bool), dtype=object),
            "closed_at": instants(window, (c.closed for c, *_ in rows)),
            "alert_status": texts(
                "closed" if x else "acknowledged" if a else "open" for x, a in zip(closed, acknowledged, strict=True)
            ),
            "updated_at": ints(latest(window, r[3]) for r in rows),
        }
    )


def _order(world: World, case: Case) -> tuple[int, int]:
    """(order opened for an alert, when that is known); (0, NEVER) if there is none."""
    a = case.alert
    if case.booking is not None:
        return int(keys.key(a.machine_id, a.day, INSPECTION_KEYS + a.sensor_id % 100)), case.acknowledged
    if case.event is not None and case.event.planned:
        key = event_key(world.maintenance.plan, a.machine_id // 10_000, case.event)
        return key, max(case.acknowledged, case.event.start - PLANNED_AHEAD)
    return 0, NEVER


def failure_reports(world: World, window: Window) -> Columns:
    """Filed when the work ends."""
    m = world.maintenance
    rows = [
        job
        for job in orders(world, window)
        if job.damage and not window.is_opening and window.start <= job.end < window.end
    ]
    found = [diagnosis(job) for job in rows]
    codes = m.assets.code_ids
    failed = [m.components.ended_by(job.place, job.event)[0].key if job.event and job.place else 0 for job in rows]
    by_chance = world.rng.uniform("found by chance", ints(job.key for job in rows)) < 0.04
    detection = [
        failures.DETECTED_BY_SENSOR
        if job.kind == PREDICTIVE and job.fault
        else failures.DETECTED_BY_INSPECTION
        if job.kind == PREDICTIVE
        else failures.DETECTED_BY_CHANCE
        if chance and not job.asset.machine_id
        else failures.DETECTED_BY_STOP
        for job, chance in zip(rows, by_chance.tolist(), strict=True)
    ]
    begun = [cause.start if (cause := job.event or job.stop) else job.created for job in rows]
    age = [job.event.age if job.event else 0 for job in rows]
    return empty(
        {
            "failure_report_id": ints(job.key for job in rows),
            "report_number": texts(number("FR", job) for job in rows),
            "maintenance_work_order_id": ints(job.key for job in rows),
            "asset_id": ints(job.asset.asset_id for job in rows),
            "asset_component_id": unless(failed),
            "machine_fault_id": unless(job.fault for job in rows),
            "failure_mode_id": ints(codes["mode", d.mode] for d in found),
            "failure_mechanism_id": ints(codes["mechanism", d.mechanism] for d in found),
            "failure_cause_id": ints(codes["cause", d.cause] for d in found),
            "detection_method_id": ints(codes["detection_method", d] for d in detection),
            "failure_impact": texts(_impact(job) for job in rows),
            "plant_effect": texts(_effect(world, job) for job in rows),
            "failed_at": ints(begun),
            "operating_hours_at_failure": where([f > 0 for f in failed], (round(100 * a / HOUR) for a in age)),
            "response_minutes": ints(hundredths(job.start - job.created, 60) for job in rows),
            "active_repair_hours": ints(hundredths(active_seconds(job), HOUR) for job in rows),
            "technician_id": ints(technician_id(world, job.technician) for job in rows),
            "created_at": ints(job.end for job in rows),
        }
    )


def diagnosis(job: Job) -> failures.Diagnosis:
    """The failure behind an order in the terms of ISO 14224."""
    if job.event is not None and job.place is not None:
        return failures.of_component(job.place.failure, job.event.sudden and job.asset.machine_id > 0)
    return failures.of_stop(job.stop.code if job.stop else "")


def active_seconds(job: Job) -> int:
    """Time worked on a repair, without waiting for parts."""
    return job.end - job.start - (job.resumed - job.waits if job.waits > 0 else 0)


def _impact(job: Job) -> str:
    if job.kind == BREAKDOWN:
        return "critical"
    return "degraded" if job.kind != PREDICTIVE or job.key % 3 else "incipient"


def _effect(world: World, job: Job) -> str:
    if job.kind == PREDICTIVE:
        mode = world.plant.failure_modes.get(job.event.mode) if job.event else None
        return "line_slowed" if mode is not None and mode.cycle_effect > 0 else "none"
    if not job.asset.machine_id:
        return "line_slowed" if job.asset.criticality == "A" else "none"
    return "line_stopped"
