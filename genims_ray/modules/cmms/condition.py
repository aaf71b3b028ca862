"""Alerts of condition monitoring, and the failure reports of repairs."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, latest, only, unless
from genims_ray.modules.cmms.work_orders import hundredths, number
from genims_ray.world import HOUR, Window, World
from genims_ray.world.maintenance.reports import DAMAGE


def condition_monitoring_alerts(world: World, window: Window) -> Columns:
    m = world.maintenance
    a = m.condition.touched(window)
    if not len(a):
        return {}
    codes, modes = m.assets.code_ids, world.plant.failure_modes
    acknowledged, closed = happened(window, a.acknowledged), happened(window, a.closed)
    acknowledged_by = np.zeros(len(a), dtype=np.int64)
    acknowledged_by[acknowledged] = m.responsible.supervisor(
        a.machine_id[acknowledged] // 10_000, a.acknowledged[acknowledged]
    )
    suspected = [codes["mode", modes[mode].iso_mode] if mode else 0 for mode in a.mode.tolist()]
    return {
        "alert_id": a.key,
        "asset_id": a.machine_id,
        "asset_component_id": unless(m.components.suspected(a)),
        "suspected_failure_mode_id": unless(np.array(suspected, dtype=np.int64)),
        "machine_fault_id": a.key,
        "sensor_id": a.sensor_id,
        "alert_time": a.time,
        "alert_level": np.where(a.critical, "critical", "warning"),
        "trigger_value": a.value,
        "threshold_value": a.threshold,
        "anomaly_score": a.score,
        "estimated_lead_time_hours": unless(a.lead),
        "acknowledged_by": only(acknowledged, acknowledged_by),
        "acknowledged_at": known(window, a.acknowledged, a.acknowledged),
        "maintenance_work_order_id": known(window, a.known, a.order),
        "outcome": only(closed, a.outcome),
        "closed_at": known(window, a.closed, a.closed),
        "alert_status": np.select([closed, acknowledged], ["closed", "acknowledged"], "open"),
        "updated_at": latest(window, a),
    }


def failure_reports(world: World, window: Window) -> Columns:
    """Filed when the work ends."""
    m = world.maintenance
    o = m.work_orders.between(window).orders
    o = o.where(np.isin(o.kind, DAMAGE) & (o.end >= window.start) & (o.end < window.end))
    if window.is_opening or not len(o):
        return {}
    found, (changes, _) = m.reports.of(o), m.components.changes(o)
    asset_component_id = np.zeros(len(o), dtype=np.int64)
    asset_component_id[changes.row] = changes.old
    return {
        "failure_report_id": o.key,
        "report_number": number(world, "FR", o),
        "maintenance_work_order_id": o.key,
        "asset_id": m.assets.table.asset_id[o.asset],
        "asset_component_id": unless(asset_component_id),
        "machine_fault_id": unless(o.fault),
        "failure_mode_id": found.mode,
        "failure_mechanism_id": found.mechanism,
        "failure_cause_id": found.cause,
        "detection_method_id": found.detection,
        "failure_impact": found.impact,
        "plant_effect": found.effect,
        "failed_at": found.begun,
        "operating_hours_at_failure": only(asset_component_id > 0, np.rint(100 * o.age / HOUR).astype(np.int64)),
        "response_minutes": hundredths(o.start - o.created, 60),
        "active_repair_hours": hundredths(o.active_seconds, HOUR),
        "technician_id": m.technicians.keys(o.technician),
        "created_at": o.end,
    }
