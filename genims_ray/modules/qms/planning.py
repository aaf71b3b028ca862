"""Catalogue of defects, process FMEAs and control plans."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.planning import CAUSES, PREVENTIONS, PRIORITIES, REVIEW_DAYS
from genims_ray.world.shopfloor.characteristics import CLASSES, CRITICAL, STANDARD, family, gauge_types, names
from genims_ray.world.shopfloor.characteristics import UNITS as GAUGE_UNITS

EFFECTS = np.array(
    [
        "Safety of the user at risk",
        "Part fails in service",
        "Next step stops",
        "Assembly by force",
        "Looks poor",
        "Rework",
    ]
)
ACTIONS = np.array(
    [
        "Check by a device in the line",
        "Shorter interval of change",
        "Limits at the machine",
        "Training and sign-off",
        "New fixture",
    ]
)
TYPES = {"shaft": "machining", "bracket": "stamping", "frame": "welding", "housing": "moulding", "module": "assembly"}
"""Kind of line of product families that no line of the plant makes."""
DETECTIONS = np.array(["Control chart", "Patrol inspection", "Gauge at the station", "Final inspection", "Camera"])


def defect_codes(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    c = catalogue.defect_codes()
    kinds = [*catalogue.FAMILIES, ""]
    types = {line.type.product_family: line.params.type for line in world.layout.lines}
    process_type = np.array([types.get(k, TYPES.get(k, "")) for k in kinds])[c.family]
    return {
        "defect_code_id": c.defect_code_id,
        "defect_code": c.code,
        "defect_name": c.name,
        "defect_group": c.group,
        "defect_origin": np.array(catalogue.ORIGINS)[c.origin],
        "process_type": np.ma.array(process_type, mask=c.origin != catalogue.PROCESS),
        "default_severity": np.array(catalogue.SEVERITIES)[c.severity],
        "created_at": world.quality.planning.codes_entered,
    }


def fmea_headers(world: World, window: Window) -> Columns:
    planning, lines = world.quality.planning, world.layout.lines
    if not planning.fmeas_change_in(window):
        return {}
    f = planning.fmeas
    turn, revised, review = planning.revised(window.end)
    line_id = np.array([x.line_id for x in lines])[f.line]
    title = np.array([x.params.name for x in lines])[f.line]
    columns = {
        "fmea_id": f.fmea_id,
        "fmea_number": np.char.add(np.char.mod("PFMEA-L%d-", line_id), np.char.mod("%02d", f.number)),
        "fmea_title": np.char.add(np.char.add(title, ", family "), f.number.astype(str)),
        "line_id": line_id,
        "product_id": f.product_id,
        "routing_id": f.product_id * 10 + 1,
        "revision": 1 + f.leader.astype(np.int64) % 4 + turn,
        "revision_date": revised // DAY,
        "team_leader": world.quality.staff.engineer(f.leader, revised),
        "next_review_date": revised // DAY + REVIEW_DAYS,
        "fmea_status": np.where(happened(window, review), "in_review", "released"),
        "created_at": f.created,
        "updated_at": updated(window, f.created, revised, review),
    }
    return rows(columns, (f.created < window.end) & touched(window, f.created, revised, review))


def fmea_items(world: World, window: Window) -> Columns:
    planning = world.quality.planning
    if not planning.items_change_in(window):
        return {}
    f, i, c = planning.fmeas, planning.items, planning.characteristics
    i = i.where((i.created < window.end) & touched(window, i.created, i.carried_out))
    line = f.line[i.fmea]
    kind, driver = c.kind[line, i.slot], c.driver[line, i.slot]
    of_line = [names(x, c.slots) for x in world.layout.lines]
    fam = np.array([catalogue.FAMILIES.index(family(x)) for x in world.layout.lines])[line]
    step = (i.responsible >> np.uint64(8)).astype(np.int64)
    return {
        "fmea_item_id": i.item_id,
        "fmea_id": f.fmea_id[i.fmea],
        "item_number": i.slot + 1,
        "operation_sequence": i.operation,
        "process_function": keys.joined(
            "Hold ", np.array([of_line[a][b].lower() for a, b in zip(line, i.slot, strict=True)], dtype=np.str_)
        ),
        "defect_code_id": 100 * (fam + 1) + 1 + i.slot % catalogue.PER_FAMILY,
        "failure_effect": EFFECTS[np.where(kind == CRITICAL, 0, 1 + step % 5)],
        "failure_cause": np.array(CAUSES)[driver],
        "prevention_control": np.array(PREVENTIONS)[driver],
        "detection_control": DETECTIONS[(step >> 8) % 5],
        "severity": i.severity,
        "occurrence": i.occurrence,
        "detection": i.detection,
        "rpn": i.severity * i.occurrence * i.detection,
        "action_priority": np.array(PRIORITIES)[i.priority],
        "special_characteristic": np.ma.array(np.array(CLASSES)[kind], mask=kind == STANDARD),
        "recommended_action": np.ma.array(ACTIONS[(step >> 16) % 5], mask=~i.action),
        "responsible_person": np.ma.array(world.quality.staff.engineer(i.responsible, i.created), mask=~i.action),
        "target_date": np.ma.array(i.target, mask=~i.action),
        "action_completed_on": known(window, i.carried_out, i.done),
        "occurrence_after": known(window, i.carried_out, i.occurrence_after),
        "detection_after": known(window, i.carried_out, i.detection_after),
        "created_at": i.created,
        "updated_at": updated(window, i.created, i.carried_out),
    }


def control_plans(world: World, window: Window) -> Columns:
    planning = world.quality.planning
    if not planning.plans_change_in(window):
        return {}
    p, staff = planning.plans, world.quality.staff
    # Everything that concerns a day is entered on its morning.
    created = np.minimum(p.approved, world.start // DAY - 1) * DAY + 10 * HOUR
    effective, obsolete = planning.validity()
    prepared_by = staff.engineer(p.author, created)
    status = np.where(
        happened(window, obsolete), "obsolete", np.where(happened(window, effective), "in_force", "approved")
    )
    text = np.char.add(np.char.mod("CP-%d-", p.product_id), np.char.mod("%02d", p.revision))
    columns = {
        "control_plan_id": p.control_plan_id,
        "control_plan_number": text,
        "product_id": p.product_id,
        "fmea_id": p.fmea_id,
        "control_plan_type": np.where(p.pre_launch, "pre_launch", "production"),
        "revision": p.revision,
        "prepared_by": prepared_by,
        "approved_by": staff.engineer(p.author, created, 1, prepared_by),
        "approval_date": p.approved,
        "effective_date": p.effective,
        "obsolete_date": known(window, obsolete, p.obsolete),
        "plan_status": status,
        "created_at": created,
        "updated_at": updated(window, created, effective, obsolete),
    }
    return rows(columns, (created < window.end) & touched(window, created, effective, obsolete))


def control_plan_characteristics(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    planning = world.quality.planning
    p, c, lines = planning.plans, planning.characteristics, world.layout.lines
    count = planning.slots_of(p.product_id) + 1  # the last one is by eye
    plan = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(plan)) - np.repeat(np.cumsum(count) - count, count)
    visual = place == count[plan] - 1
    slot, line = np.where(visual, 0, place), p.line[plan]
    kinds = np.array([gauge_types(x, world.plant.quality_control.gauges_per_line) for x in lines])
    gauge = kinds[line, c.gauge[line, slot]]
    unit = np.array([GAUGE_UNITS[k].unit for k in gauge.tolist()])
    of_line = [names(x, c.slots) for x in lines]
    name = np.array([of_line[a][b] for a, b in zip(line, slot, strict=True)])
    fam = np.array([catalogue.FAMILIES.index(family(x)) for x in lines])[line]
    half = c.half_width[line, slot] * c.sigma[line, slot]
    step = c.resolution[line, slot] / 100
    half = np.round(half / step) * step
    nominal = planning.nominal(p.product_id[plan], line, slot)
    kind = np.where(visual, STANDARD, c.kind[line, slot])
    charted = p.product_id[plan] % 100 == 1
    method = np.where(charted, "spc_chart", np.where(slot % 3 == 0, "first_piece", "check_sheet"))
    return {
        "characteristic_id": planning.characteristic_id(p.control_plan_id[plan], place),
        "control_plan_id": p.control_plan_id[plan],
        "sequence_number": place + 1,
        "operation_sequence": np.where(
            visual, 10 * np.array([len(x.machine_ids) for x in lines])[line], 10 * c.position[line, slot]
        ),
        "characteristic_name": np.where(visual, "Appearance", name),
        "characteristic_type": np.where(visual, "attribute", "variable"),
        "characteristic_class": np.array(CLASSES)[kind],
        "fmea_item_id": np.ma.array(p.fmea_id[plan] * 100 + slot + 1, mask=visual),
        "defect_code_id": 100 * (fam + 1) + 1 + np.where(visual, 9, slot) % catalogue.PER_FAMILY,
        "lower_spec_limit": np.ma.array(nominal - half, mask=visual | c.one_sided[line, slot]),
        "target_value": np.ma.array(nominal, mask=visual),
        "upper_spec_limit": np.ma.array(nominal + half, mask=visual),
        "unit_of_measure": np.ma.array(unit, mask=visual),
        "equipment_type": np.ma.array(gauge, mask=visual),
        "sample_size": np.where(visual, 1, c.parts[line, slot]),
        "sample_interval_minutes": np.where(
            visual, 1, np.where(charted, c.interval[line, slot], np.where(p.pre_launch[plan], 30, 60))
        ),
        "control_method": np.where(visual, "error_proofing", method),
        "reaction_plan": np.where(
            kind == CRITICAL, "stop_and_call_quality", np.where(kind == STANDARD, "adjust", "sort_since_last_good")
        ),
        "created_at": (np.minimum(p.approved, world.start // DAY - 1) * DAY + 10 * HOUR)[plan],
    }
