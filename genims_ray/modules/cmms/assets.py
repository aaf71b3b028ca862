"""Assets, their meters, their maintenance plans and the components built into them."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, only, unless
from genims_ray.world import DAY, NEVER, Window, World
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    LUBRICATION,
    REPLACEMENT,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
)
from genims_ray.world.maintenance.outlook import ENTERED

PM_TYPES = {
    LUBRICATION: "lubrication", SERVICE: "lubrication", WINDOW: "routine", WEAR_PART: "component_replacement",
    REPLACEMENT: "component_replacement", STATUTORY: "statutory_inspection", CALIBRATION: "calibration",
}  # fmt: skip
TOLERANCE = {LUBRICATION: 1, SERVICE: 3, CALIBRATION: 14}
PRIORITIES = {STATUTORY: "high", CALIBRATION: "low"}


def maintenance_assets(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    m = world.maintenance
    assets, table = m.assets.every, m.assets.table
    place = [f"L{a.line_id}" if a.line_id else "utility room" for a in assets]
    strategy = [
        "condition_based"
        if a.machine_id
        else "run_to_failure"
        if not a.metered and not a.safety_critical
        else "preventive"
        for a in assets
    ]
    installation_date = np.array([a.installation_date for a in assets], dtype=np.int64)
    return {
        "asset_id": table.asset_id,
        "asset_number": [a.tag for a in assets],
        "asset_name": [f"{a.title} {a.number}" for a in assets],
        "asset_category": np.where(table.machine_id > 0, "machine", "utility"),
        "asset_type": table.kind,
        "machine_id": unless(table.machine_id),
        "factory_id": table.factory_id,
        "line_id": unless(table.line_id),
        "team_id": m.responsible.team,
        "cost_center_id": m.responsible.cost_center,
        "location_hierarchy": [
            f"F{a.factory_id:02d} / {room} / {a.number:02d}" for a, room in zip(assets, place, strict=True)
        ],
        "manufacturer": [a.manufacturer for a in assets],
        "model_number": [a.model_number for a in assets],
        "serial_number": [a.serial_number for a in assets],
        "installation_date": installation_date,
        "warranty_expiry_date": installation_date + m.assets.warranty_days,
        "criticality_rating": table.criticality,
        "safety_critical": [a.safety_critical for a in assets],
        "maintenance_strategy": strategy,
        "has_meter": table.metered,
        "power_rating_kw": [a.power_tenths_kw for a in assets],
        "downtime_cost_per_hour": m.assets.downtime_cents,
        "replacement_cost": [a.value_cents for a in assets],
        "expected_life_years": [a.life_years for a in assets],
        "created_at": [a.created_at for a in assets],
    }


def equipment_meter_readings(world: World, window: Window) -> Columns:
    """Controllers' counters when the production day begins; utilities are read in the early shift."""
    if window.is_opening:
        return {}
    r = world.maintenance.meters.between(window)
    if not len(r):
        return {}
    return {
        "reading_id": (r.asset_id << 36) | (r.day << 16) | np.where(r.unit == "h", 1, 2),
        "asset_id": r.asset_id,
        "meter_unit": r.unit,
        "reading_date": r.time,
        "meter_value": r.value,
        "previous_reading": unless(r.previous, NEVER),
        "reading_source": np.where(r.manual, "manual", "controller"),
        "scada_id": unless(r.message),
        "recorded_by": unless(r.technician),
        "created_at": r.time,
    }


def pm_schedules(world: World, window: Window) -> Columns:
    """All plans in the opening; afterwards those whose work was done or given up."""
    m = world.maintenance
    outlook = m.outlook
    p = outlook.standing() if window.is_opening else outlook.changed(window, m.work_orders.touched(window).orders)
    if not len(p):
        return {}
    schedules = [m.plan.schedules[row] for row in p.schedule.tolist()]
    installed = np.array([s.asset.installation_date for s in schedules], dtype=np.int64)
    procedure = [m.assets.procedure_ids[s.asset.kind, s.what] for s in schedules]
    numbers = [f" {s.number % 100}" if s.kind == CALIBRATION else "" for s in schedules]
    titles = [m.assets.procedures[p - 1].title for p in procedure]
    by_meter = np.array([s.by_meter for s in schedules], dtype=bool)
    once = (p.last != NEVER) & (p.last >= installed)
    return {
        "pm_schedule_id": [s.schedule_id for s in schedules],
        "schedule_code": [f"PM-{s.asset.tag}-{s.schedule_id % 100:02d}" for s in schedules],
        "schedule_name": np.char.add(titles, numbers),
        "asset_id": [s.asset.asset_id for s in schedules],
        "procedure_id": procedure,
        "pm_type": [PM_TYPES[s.kind] for s in schedules],
        "schedule_type": np.where(by_meter, "meter", "calendar"),
        "frequency_value": [s.every for s in schedules],
        "frequency_unit": np.where(by_meter, "running_hours", "days"),
        "tolerance_days": [TOLERANCE.get(s.kind, 0) for s in schedules],
        "lead_time_days": [s.lead_days for s in schedules],
        "requires_shutdown": [s.shutdown for s in schedules],
        "scheduling_priority": [PRIORITIES.get(s.kind, "normal") for s in schedules],
        "effective_date": installed,
        "last_completed_date": only(once, p.last),
        "last_meter_reading": only(once & by_meter, np.rint(1_000 * p.last_hours).astype(np.int64)),
        "next_due_date": p.following,
        "next_due_meter_reading": only(by_meter, np.rint(1_000 * p.following_hours).astype(np.int64)),
        "created_at": np.maximum(installed * DAY, 0) + ENTERED,
        "updated_at": p.changed,
    }


def asset_components(world: World, window: Window) -> Columns:
    """What is built in when history begins; then the components that orders take out and put in."""
    m = world.maintenance
    if window.is_opening:
        lives = m.components.installed(world.start)
    else:
        o = m.work_orders.touched(window).orders
        _, lives = m.components.changes(o.where((o.end >= window.start) & (o.end < window.end)))
    if not len(lives):
        return {}
    gone = happened(window, lives.recorded) & (lives.removed > 0)
    codes = m.assets.code_ids
    serial = zip(lives.component.tolist(), lives.key.tolist(), strict=True)
    return {
        "asset_component_id": lives.key,
        "asset_id": lives.asset_id,
        "position": lives.position,
        "component": lives.component,
        "serial_number": [f"{component[:3].upper().strip()}{key:X}" for component, key in serial],
        "mro_part_id": lives.part,
        "fault_code": lives.fault_code,
        "failure_mode_id": [codes["mode", mode] for mode in lives.iso_mode.tolist()],
        "supplier_lot_number": unless(lives.lot, ""),
        "installed_at": lives.installed,
        "installed_by_work_order_id": unless(lives.installed_by),
        "removed_at": only(gone, lives.removed),
        "removed_by_work_order_id": only(gone, lives.removed_by),
        "removal_reason": only(gone, lives.reason),
        "operating_hours_at_removal": only(gone, lives.age),
        "created_at": lives.installed,
        "updated_at": np.where(gone, lives.recorded, lives.installed),
    }
