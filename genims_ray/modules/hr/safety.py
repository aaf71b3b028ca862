"""Safety at work: incidents with their investigation, and the equipment that protects people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.hr.catalogue import PPE, ROLE_NUMBER
from genims_ray.modules.hr.common import (
    after,
    careers,
    entered,
    human_resources,
    number,
    seats,
    standing,
    superior,
    weighted,
)
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.company.seats import OFFICE
from genims_ray.world.people.safety import LONGEST_AWAY, NEAR_MISS, SEVERITIES
from genims_ray.world.rows import Ints, Texts

_TYPES = {
    "slip_trip_fall": 0.24, "caught_between": 0.14, "struck_by": 0.15, "cut": 0.17, "burn": 0.06, "overexertion": 0.12,
    "chemical_contact": 0.05, "electrical": 0.02, "vehicle": 0.05,
}  # fmt: skip
_INJURY = {
    "slip_trip_fall": ("contusion", "sprain", "fracture"), "caught_between": ("contusion", "fracture", "laceration"),
    "struck_by": ("contusion", "laceration"), "cut": ("laceration",), "burn": ("burn",), "overexertion": ("sprain",),
    "chemical_contact": ("irritation", "burn"), "electrical": ("electric_shock", "burn"), "vehicle": ("contusion", "fracture"),
}  # fmt: skip
_BODY = {
    "slip_trip_fall": ("leg", "foot", "arm", "back"), "caught_between": ("finger", "hand", "arm"), "struck_by": ("head", "foot", "hand", "torso"),
    "cut": ("finger", "hand"), "burn": ("hand", "arm"), "overexertion": ("back", "arm"), "chemical_contact": ("eye", "hand"),
    "electrical": ("hand", "torso"), "vehicle": ("leg", "torso"),
}  # fmt: skip
_CAUSE = {
    "slip_trip_fall": ("housekeeping", "unsafe_act"), "caught_between": ("guarding", "unsafe_act"), "struck_by": ("tool_or_equipment", "missing_ppe"),
    "cut": ("missing_ppe", "tool_or_equipment"), "burn": ("missing_ppe", "guarding"), "overexertion": ("ergonomics",),
    "chemical_contact": ("missing_ppe", "tool_or_equipment"), "electrical": ("tool_or_equipment",), "vehicle": ("traffic", "unsafe_act"),
}  # fmt: skip
_ROOT = {
    "procedure": 0.24,
    "training": 0.18,
    "supervision": 0.1,
    "design": 0.16,
    "maintenance": 0.12,
    "workload": 0.08,
    "behaviour": 0.12,
}
_ACTION = {
    "elimination": 0.06,
    "substitution": 0.08,
    "engineering_control": 0.3,
    "administrative_control": 0.4,
    "ppe": 0.16,
}
_OPEN_DAYS = 60


def safety_incidents(world: World, window: Window) -> Columns:
    c, s, rng, labour = careers(world), seats(world), world.rng, world.people
    first = (world.start if window.is_opening else window.start) // DAY - _OPEN_DAYS
    x = labour.incidents(first, window.end // DAY + 2)
    e, seat, day, shift = x.employee_id, x.seat, x.day, x.shift
    factory = labour.roster.factory[seat]
    factory_id = s.factory_id[seat]
    begin, end = labour.roster.bounds(factory, day, shift)
    incident_time = (
        begin + 900 + np.floor((end - begin - 1_800) * rng.uniform("incident when", e, day)).astype(np.int64)
    )
    created_at = incident_time + 600 + np.floor(9_000 * rng.uniform("incident reported", e, day)).astype(np.int64)
    entity = e * 32 + day % 32
    investigated_at = created_at + after(world, "incident investigated", entity, 1, 12)
    closed_at = investigated_at + after(world, "incident closed", entity, 4, 35)
    away, restricted = x.days_away, x.restricted_days
    steps = [
        np.where(k <= np.maximum(away, restricted), (day + 1 + k) * DAY + 6 * HOUR, -1)
        for k in range(1, LONGEST_AWAY + 1)
    ]
    steps = [np.where(step > created_at, step, -1) for step in steps]
    instants = (created_at, investigated_at, closed_at, *steps)
    mask = touched(window, *instants) & (created_at < window.end)
    latest = updated(window, *instants)
    if window.is_opening:
        mask &= np.maximum(closed_at, np.max(steps, axis=0)) >= window.end
    order = np.lexsort((seat, day, factory_id))
    head = np.ones(len(day), dtype=bool)
    code = factory_id[order] * 2**21 + day[order]
    head[1:] = code[1:] != code[:-1]
    sequence = np.zeros(len(day), dtype=np.int64)
    place = np.arange(len(day))
    sequence[order] = place - np.maximum.accumulate(np.where(head, place, 0)) + 1
    kind = weighted(world, "incident type", _TYPES, e, day)
    role = s.role[seat]
    at_machine = np.isin(role, ("operator", "maintenance_technician", "relief_operator")) & (
        rng.uniform("incident at machine", e, day) < 0.75
    )
    machine_id = _machines(world, factory_id, s.line_id[seat], rng.words("incident machine", e, day))
    location = np.select(
        [
            at_machine,
            role == "warehouse_operator",
            role == "maintenance_technician",
            role == "quality_inspector",
            s.roster[seat] == OFFICE,
        ],
        [
            np.full(len(e), "production_line"),
            np.where(rng.uniform("incident dock", e, day) < 0.6, "warehouse", "dock"),
            np.full(len(e), "workshop"),
            np.full(len(e), "laboratory"),
            np.full(len(e), "office"),
        ],
        np.where(rng.uniform("incident yard", e, day) < 0.1, "yard", "production_line"),
    )
    near = x.severity == NEAR_MISS
    so_far = np.maximum((window.end - 1 - 6 * HOUR) // DAY - day - 1, 0)
    boss = superior(world, e, day)
    examiner = np.where(
        x.severity >= 2,
        human_resources(world, seat, investigated_at // DAY, e),
        superior(world, e, investigated_at // DAY),
    )
    due = investigated_at // DAY + 14 + np.floor(28 * rng.uniform("action due", e, day)).astype(np.int64)
    done, over = happened(window, investigated_at), happened(window, closed_at)
    return rows(
        {
            "safety_incident_id": keys.key(factory_id, day, sequence),
            "incident_number": number("INC", np.char.mod("F%d", factory_id), day, sequence),
            "factory_id": factory_id,
            "department_id": c.department_id[seat],
            "machine_id": np.ma.array(machine_id, mask=~at_machine),
            "employee_id": e,
            "reported_by": np.where(rng.uniform("reported by", e, day) < 0.5, boss, e),
            "incident_time": incident_time,
            "incident_location": location,
            "incident_type": kind,
            "severity": SEVERITIES[x.severity],
            "injury_type": np.ma.array(_given(world, "injury", _INJURY, kind, e, day), mask=near),
            "body_part_affected": np.ma.array(_given(world, "body part", _BODY, kind, e, day), mask=near),
            "days_away_from_work": np.minimum(away, so_far),
            "restricted_work_days": np.minimum(restricted, so_far),
            "immediate_cause": _given(world, "immediate cause", _CAUSE, kind, e, day),
            "incident_status": np.select([over, done], ["closed", "investigated"], "reported"),
            "investigated_by": np.ma.array(examiner, mask=~done),
            "investigated_at": known(window, investigated_at, investigated_at),
            "root_cause": known(window, investigated_at, weighted(world, "root cause", _ROOT, e, day)),
            "corrective_action": known(window, investigated_at, weighted(world, "corrective action", _ACTION, e, day)),
            "corrective_action_due_date": known(window, investigated_at, due),
            "closed_at": known(window, closed_at, closed_at),
            "created_at": created_at,
            "updated_at": latest,
        },
        mask,
    )


def _machines(world: World, factory_id: Ints, line_id: Ints, words: NDArray[np.uint64]) -> Ints:
    """A machine of each person's line, or of any line of the factory."""
    of_line: dict[int, list[int]] = {}
    of_factory: dict[int, list[int]] = {}
    for machine in world.layout.machines:
        of_line.setdefault(machine.line_id, []).append(machine.machine_id)
        of_factory.setdefault(machine.line_id // 100, []).append(machine.machine_id)
    lists = [
        of_line[line] if line else of_factory[f] for line, f in zip(line_id.tolist(), factory_id.tolist(), strict=True)
    ]
    return np.array([ids[w % len(ids)] for ids, w in zip(lists, words.tolist(), strict=True)], dtype=np.int64)


def _given(world: World, what: str, options: dict[str, tuple[str, ...]], kind: Texts, e: Ints, day: Ints) -> Texts:
    u = world.rng.uniform(what, e, day)
    return np.array(
        [options[k][int(x * len(options[k]))] for k, x in zip(kind.tolist(), u.tolist(), strict=True)], dtype=str
    )


def ppe_requirements(world: World, window: Window) -> Columns:
    c, s = careers(world), seats(world)
    found = []
    for role, items in PPE.items():
        wearers = np.unique(c.department_id[s.role == role])
        for department in wearers.tolist():
            found += [(10 * ROLE_NUMBER[role] + 2, department, *item) for item in items]
    ids = np.arange(1, len(found) + 1)
    created_at = entered(world, "protective equipment", ids)
    return standing(
        window,
        {
            "ppe_requirement_id": ids,
            "job_role_id": np.array([row[0] for row in found]),
            "department_id": np.array([row[1] for row in found]),
            "ppe_item": np.array([row[2] for row in found]),
            "hazard": np.array([row[3] for row in found]),
            "protection_standard": np.array([row[4] for row in found]),
            "replacement_interval_months": np.ma.masked_equal(np.array([row[5] or 0 for row in found]), 0),
            "effective_from": created_at // DAY,
            "created_at": created_at,
        },
    )
