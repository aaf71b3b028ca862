"""Assets, their meters, their maintenance plans and the components built into them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genims_ray.modules.asof import Columns, happened
from genims_ray.modules.cmms.common import OFFICE, cost_center, empty, ints, orders, seen, team, texts, unless, where
from genims_ray.world import DAY, HOUR, NEVER, Window, World
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.maintenance.components import Life
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    LUBRICATION,
    REPLACEMENT,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
    Due,
    Schedule,
)
from genims_ray.world.shopfloor.degradation import Breakdown

CONTRIBUTION_USD = 0.45
"""Usual contribution of a part."""
LONGEST_UNREAD = 15
"""Days within which somebody reads a meter."""
PM_TYPES = {
    LUBRICATION: "lubrication", SERVICE: "lubrication", WINDOW: "routine", WEAR_PART: "component_replacement",
    REPLACEMENT: "component_replacement", STATUTORY: "statutory_inspection", CALIBRATION: "calibration",
}  # fmt: skip
TOLERANCE = {LUBRICATION: 1, SERVICE: 3, CALIBRATION: 14}


def maintenance_assets(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    assets = world.maintenance.assets.every
    ids = ints(a.asset_id for a in assets)
    line = world.layout.line_by_id
    warranty = (world.rng.words("warranty", ids) % np.uint64(3)).astype(np.int64) + 1
    hourly = [
        round(100 * CONTRIBUTION_USD * HOUR / line[a.line_id].type.ideal_cycle_seconds)
        if a.machine_id
        else 100 * 40 * (4 + a.asset_id % 5)
        for a in assets
    ]
    strategy = [
        "condition_based"
        if a.machine_id
        else "run_to_failure"
        if not a.metered and not a.safety_critical
        else "preventive"
        for a in assets
    ]
    return {
        "asset_id": ids,
        "asset_number": texts(a.tag for a in assets),
        "asset_name": texts(f"{a.title} {a.number}" for a in assets),
        "asset_category": texts("machine" if a.machine_id else "utility" for a in assets),
        "asset_type": texts(a.kind for a in assets),
        "machine_id": unless(a.machine_id for a in assets),
        "factory_id": ints(a.factory_id for a in assets),
        "line_id": unless(a.line_id for a in assets),
        "team_id": ints(team(world, a) for a in assets),
        "cost_center_id": ints(cost_center(a) for a in assets),
        "location_hierarchy": texts(
            f"F{a.factory_id:02d} / {f'L{a.line_id}' if a.line_id else 'utility room'} / {a.number:02d}" for a in assets
        ),
        "manufacturer": texts(a.manufacturer for a in assets),
        "model_number": texts(a.model_number for a in assets),
        "serial_number": texts(a.serial_number for a in assets),
        "installation_date": ints(a.installation_date for a in assets),
        "warranty_expiry_date": ints(a.installation_date for a in assets) + 365 * warranty,
        "criticality_rating": texts(a.criticality for a in assets),
        "safety_critical": [a.safety_critical for a in assets],
        "maintenance_strategy": texts(strategy),
        "has_meter": [a.metered for a in assets],
        "power_rating_kw": ints(a.power_tenths_kw for a in assets),
        "downtime_cost_per_hour": ints(hourly),
        "replacement_cost": ints(a.value_cents for a in assets),
        "expected_life_years": ints(a.life_years for a in assets),
        "created_at": ints(a.created_at for a in assets),
    }


def equipment_meter_readings(world: World, window: Window) -> Columns:
    """Controllers' counters when the production day begins; utilities are read in the early shift."""
    if window.is_opening:
        return {}
    m, plan = world.maintenance, world.maintenance.plan
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    interval = world.plant.scada_interval_seconds
    rows: list[tuple[int, int, str, int, int, int, str, int, int]] = []
    machines = [a for a in plan.assets if a.machine_id]
    line = ints(lines[a.line_id] for a in machines)
    base = np.array([round(1_000 * plan.meter_base(a)) for a in machines])
    for day in range(window.start // DAY - 1, window.end // DAY + 2):
        opens = world.company.calendar.day_bounds(day)[line, 0]
        if not ((opens >= window.start) & (opens < window.end)).any():
            continue
        today, before = world.shopfloor.production.state(day), world.shopfloor.production.state(day - 1)
        earlier = world.company.calendar.day_bounds(day - 1)[line, 0] >= world.start
        values = {
            "h": (
                base + np.floor(today.work[line] / 3.6).astype(np.int64),
                base + np.floor(before.work[line] / 3.6).astype(np.int64),
            ),
            "cycles": (1_000 * today.parts[line], 1_000 * before.parts[line]),
        }
        for k, a in enumerate(machines):
            t = int(opens[k])
            if not window.start <= t < window.end:
                continue
            message = (a.asset_id << 36) | (t // DAY << 16) | (t % DAY // interval) if t % interval == 0 else 0
            for unit, (value, previous) in values.items():
                rows.append(
                    (
                        a.asset_id,
                        day,
                        unit,
                        t,
                        int(value[k]),
                        int(previous[k]) if earlier[k] else NEVER,
                        "controller",
                        message,
                        0,
                    )
                )
    for a in plan.assets:
        if a.machine_id or not a.metered:
            continue
        for day in range(window.start // DAY - 1, window.end // DAY + 2):
            t = _read_at(world, a, day)
            if not window.start <= t < window.end or not (crew := _readers(world, a, day)):
                continue
            who = m.technicians.technician(crew[a.asset_id % len(crew)]).technician_id
            days_before = range(day - 1, day - LONGEST_UNREAD, -1)
            earlier_t = next((_read_at(world, a, d) for d in days_before if _readers(world, a, d)), NEVER)
            shown, earlier_shown = (round(1_000 * plan.forecast_hours(a, x)) for x in (t, earlier_t))
            known_before = earlier_shown if earlier_t >= world.start else NEVER
            rows.append((a.asset_id, day, "h", t, shown, known_before, "manual", 0, who))
    rows.sort()
    return empty(
        {
            "reading_id": ints((r[0] << 36) | (r[1] << 16) | (1 if r[2] == "h" else 2) for r in rows),
            "asset_id": ints(r[0] for r in rows),
            "meter_unit": texts(r[2] for r in rows),
            "reading_date": ints(r[3] for r in rows),
            "meter_value": ints(r[4] for r in rows),
            "previous_reading": unless((r[5] for r in rows), NEVER),
            "reading_source": texts(r[6] for r in rows),
            "scada_id": unless(r[7] for r in rows),
            "recorded_by": unless(r[8] for r in rows),
            "created_at": ints(r[3] for r in rows),
        }
    )


def _readers(world: World, asset: Asset, day: int) -> Sequence[int]:
    """Technicians of the early shift; nobody goes round when all of them are away."""
    return world.maintenance.rosters.repairs(asset.factory_id, day).crews[0]


def _read_at(world: World, asset: Asset, day: int) -> int:
    late = float(world.rng.uniform("meter round", asset.asset_id, day))
    return world.maintenance.plan.bounds(asset.factory_id, day)[0] + HOUR + int(4 * HOUR * late)


def pm_schedules(world: World, window: Window) -> Columns:
    """All plans in the opening; afterwards those whose work was done or given up."""
    m = world.maintenance
    day, outlook = world.start // DAY, m.outlook
    found: list[tuple[Schedule, int, float, int, float, int]] = []
    if window.is_opening:
        for s in m.plan.schedules:
            last, meter = outlook.last(s, day - 2)
            following, next_meter = outlook.next(s, day - 2)
            if s.kind == CALIBRATION and last != NEVER:  # one that is overdue stays the next
                following = min(following, m.plan.next_calibration(s, last))
            found.append((s, last, meter, following, next_meter, NEVER))
    else:
        ended: dict[int, tuple[int, Due]] = {}
        for job in orders(world, window):
            at = job.missed if seen(window, job.missed) else job.end
            if job.due is None or not job.schedule_id or not window.start <= at < window.end:
                continue
            if job.schedule_id not in ended or at >= ended[job.schedule_id][0]:
                ended[job.schedule_id] = (at, job.due)
        for schedule_id, (at, due) in sorted(ended.items()):
            s = m.plan.by_id[schedule_id]
            if due.done != NEVER:
                last, meter = due.done, float(due.meter_hours)
            else:
                last, meter = outlook.last(s, due.day)
            following, next_meter = outlook.next(s, due.day)
            if due.meter_hours:
                next_meter = float(due.meter_hours + s.every)
            found.append((s, last, meter, following, next_meter, at))
    schedules = [f[0] for f in found]
    entered = [max(s.asset.installation_date * DAY, 0) + OFFICE for s in schedules]
    changed = [
        at if at != NEVER else max(entered[k], min(max(last, 0) * DAY + OFFICE, world.start - 1))
        for k, (_, last, _, _, _, at) in enumerate(found)
    ]
    procedures = m.assets.procedure_ids
    titles = {p.procedure_id: p.title for p in m.assets.procedures}
    procedure = [procedures[s.asset.kind, s.what] for s in schedules]
    known = [last != NEVER and last >= s.asset.installation_date for s, last, *_ in found]
    return empty(
        {
            "pm_schedule_id": ints(s.schedule_id for s in schedules),
            "schedule_code": texts(f"PM-{s.asset.tag}-{s.schedule_id % 100:02d}" for s in schedules),
            "schedule_name": texts(
                f"{titles[p]}" + (f" {s.number % 100}" if s.kind == CALIBRATION else "")
                for s, p in zip(schedules, procedure, strict=True)
            ),
            "asset_id": ints(s.asset.asset_id for s in schedules),
            "procedure_id": ints(procedure),
            "pm_type": texts(PM_TYPES[s.kind] for s in schedules),
            "schedule_type": texts("meter" if s.by_meter else "calendar" for s in schedules),
            "frequency_value": ints(s.every for s in schedules),
            "frequency_unit": texts("running_hours" if s.by_meter else "days" for s in schedules),
            "tolerance_days": ints(TOLERANCE.get(s.kind, 0) for s in schedules),
            "lead_time_days": ints(s.lead_days for s in schedules),
            "requires_shutdown": [s.shutdown for s in schedules],
            "scheduling_priority": texts(
                "high" if s.kind == STATUTORY else "low" if s.kind == CALIBRATION else "normal" for s in schedules
            ),
            "effective_date": ints(s.asset.installation_date for s in schedules),
            "last_completed_date": where(known, (f[1] for f in found)),
            "last_meter_reading": where(
                [k and f[0].by_meter for k, f in zip(known, found, strict=True)], (round(1_000 * f[2]) for f in found)
            ),
            "next_due_date": ints(f[3] for f in found),
            "next_due_meter_reading": where([s.by_meter for s in schedules], (round(1_000 * f[4]) for f in found)),
            "created_at": ints(entered),
            "updated_at": ints(changed),
        }
    )


def asset_components(world: World, window: Window) -> Columns:
    """What is built in when history begins; then the components that orders take out and put in."""
    m = world.maintenance
    lives: dict[int, Life] = {}
    if window.is_opening:
        for asset in m.assets.every:
            for place in asset.places:
                life = m.components.at(place, world.start)
                lives[life.key] = life
    else:
        for job in orders(world, window):
            if job.place is None or not window.start <= job.end < window.end or job.kind == "false_alarm":
                continue
            event = replaced(world, job)
            if event is not None:
                for life in m.components.ended_by(job.place, event):
                    lives[life.key] = life
    rows = [life for _, life in sorted(lives.items())]
    gone = happened(window, ints(life.recorded for life in rows)) & np.array(
        [life.removed > 0 for life in rows], dtype=bool
    )
    codes = m.assets.code_ids
    return empty(
        {
            "asset_component_id": ints(life.key for life in rows),
            "asset_id": ints(life.asset.asset_id for life in rows),
            "position": ints(life.place.position for life in rows),
            "component": texts(life.place.component for life in rows),
            "serial_number": texts(f"{life.place.component[:3].upper().strip()}{life.key:X}" for life in rows),
            "mro_part_id": ints(m.spares.of_place(life.asset, life.place) for life in rows),
            "fault_code": texts(life.place.fault_code for life in rows),
            "failure_mode_id": ints(codes["mode", life.place.iso_mode] for life in rows),
            "supplier_lot_number": texts(life.lot for life in rows),
            "installed_at": ints(life.installed for life in rows),
            "installed_by_work_order_id": unless(life.installed_by for life in rows),
            "removed_at": where(gone, (life.removed for life in rows)),
            "removed_by_work_order_id": where(gone, (life.removed_by for life in rows)),
            "removal_reason": np.ma.array([life.reason for life in rows], mask=~gone, dtype=object),
            "operating_hours_at_removal": where(gone, (round(100 * life.age_hours) for life in rows)),
            "created_at": ints(life.installed for life in rows),
            "updated_at": ints(
                life.recorded if g else life.installed for life, g in zip(rows, gone.tolist(), strict=True)
            ),
        }
    )


def replaced(world: World, job: Job) -> Breakdown | None:
    """The end of a component's life that an order brought, if it replaced one."""
    if job.event is not None:
        return job.event
    asset, due = job.asset, job.due
    if due is None or due.kind != REPLACEMENT:
        return None
    for e in world.maintenance.utilities.between((due.day - 2) * DAY, (due.day + 3) * DAY):
        if e.asset.asset_id == asset.asset_id and e.place.position == due.number and e.event.cycle == due.cycle:
            return e.event
    return None
