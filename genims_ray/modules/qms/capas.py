"""Corrective and preventive action: cases and their actions."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows
from genims_ray.modules.qms.common import changed, day_of, factory_number, span
from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.quality.cases import CATEGORIES, METHODS, NCR, SOURCES, SUPPLIER_AUDIT, TREND, Cases
from genims_ray.world.quality.catalogue import SEVERITIES
from genims_ray.world.rows import Bools, Ints

CONTAINMENT, CORRECTIVE, PREVENTIVE, VERIFICATION = range(4)
ACTION_TYPES = np.array(["containment", "corrective", "preventive", "verification"])
DESCRIPTIONS = {
    CONTAINMENT: ("Sort stock and work in process", "Inspect every part until the cause is known", "Warn the next shifts"),
    CORRECTIVE: ("Change the tool holder and its interval", "Replace the worn fixture", "Set new limits at the machine",
                 "Agree a changed process with the supplier", "Train and certify the operators"),
    PREVENTIVE: ("Carry it over to lines of the same kind", "Revise FMEA and control plan", "Add it to the layered audit"),
    VERIFICATION: ("Verify on the spot over three shifts", "Repeat the capability study", "Follow the chart for a month"),
}  # fmt: skip


def capa_headers(world: World, window: Window) -> Columns:
    c = _cases(world, window)
    mask, updated_at = changed(
        window, _on_record(world, c), c.opened, c.found, c.completed, c.verified, c.reviewed, c.closed
    )
    at = (c.entity, c.day, c.number)
    staff, pick = world.quality.staff, world.rng.words("case leader", *at)
    responsible = staff.engineer(pick, c.opened)
    u = world.rng.uniform("case method", *at)
    has_defect = c.defect_code_id > 0
    reviewed_defect = np.where(has_defect, c.reviewed, NEVER)
    of_supplier = c.supplier_id > 0
    department = np.where(of_supplier, staff.department(c.factory_id, 2), staff.department(c.factory_id, 0))
    columns = {
        "capa_header_id": c.case_id,
        "capa_number": factory_number("CAPA", c.factory_id, c.day, _tail(c)),
        "factory_id": c.factory_id,
        "action_type": np.where(c.source == TREND, "preventive", "corrective"),
        "initiated_from": np.array(SOURCES)[c.source],
        "ncr_header_id": np.ma.array(c.ncr_id, mask=(c.ncr_id == 0) | (c.source != NCR)),
        "customer_complaint_id": np.ma.masked_equal(c.complaint_id, 0),
        "finding_id": np.ma.masked_equal(c.finding_id, 0),
        "supplier_finding_id": np.ma.array(c.case_id, mask=c.source != SUPPLIER_AUDIT),
        "supplier_id": np.ma.masked_equal(c.supplier_id, 0),
        "defect_code_id": np.ma.masked_equal(c.defect_code_id, 0),
        "problem_severity": np.array(SEVERITIES)[c.severity],
        "responsible_person": responsible,
        "responsible_department": department,
        "target_completion_date": target_date(c),
        "root_cause_method": known(window, c.found, np.array(METHODS)[np.searchsorted([0.5, 0.85, 0.95], u)]),
        "root_cause_category": known(window, c.found, np.array(CATEGORIES)[c.category]),
        "root_cause_date": known(window, c.found, day_of(c.found)),
        "actual_completion_date": known(window, c.completed, day_of(c.completed)),
        "verification_date": known(window, c.verified, day_of(c.verified)),
        "verified_by": known(window, c.verified, staff.engineer(pick, c.verified, 1, responsible)),
        "effectiveness_review_date": known(window, c.reviewed, day_of(c.reviewed)),
        "effectiveness_verified": known(window, c.reviewed, c.effective),
        "defect_rate_before_ppm": known(window, reviewed_defect, c.before.astype(np.float64)),
        "defect_rate_after_ppm": known(window, reviewed_defect, c.after.astype(np.float64)),
        "implementation_cost": known(window, c.closed, c.cost),
        "capa_status": np.select(
            [happened(window, c.closed), happened(window, c.completed), happened(window, c.found)],
            ["closed", "verifying", "implementing"],
            "open",
        ),
        "closed_date": known(window, c.closed, c.closed),
        "closed_by": known(window, c.closed, staff.engineer(pick, c.closed, 1, responsible)),
        "created_at": c.opened,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def capa_actions(world: World, window: Window) -> Columns:
    """Containment at once, one to three actions once the cause is known, and their verification."""
    c = _cases(world, window)
    at = (c.entity, c.day, c.number)
    inner = 1 + (world.rng.words("case actions", *at) % np.uint64(3)).astype(np.int64)
    count = inner + 2
    case = np.repeat(np.arange(len(c.day)), count)
    place = np.arange(len(case)) - np.repeat(np.cumsum(count) - count, count)
    last = place == count[case] - 1
    kind = np.select([place == 0, last, place == 1], [CONTAINMENT, VERIFICATION, CORRECTIVE], PREVENTIVE)
    opened, found, completed, verified = (x[case] for x in (c.opened, c.found, c.completed, c.verified))
    where = (c.entity[case], c.day[case], c.number[case], place)
    u = world.rng.uniform("action share", *where)
    done = np.select(
        [kind == CONTAINMENT, kind == VERIFICATION, kind == CORRECTIVE],
        [opened + 3_600 + (1.5 * DAY * u).astype(np.int64), verified, completed],
        found + ((completed - found) * (0.3 + 0.7 * u)).astype(np.int64),
    )
    done = np.minimum(done, np.where(kind == CONTAINMENT, found, verified))
    created = np.select([kind == CONTAINMENT, kind == VERIFICATION], [opened, completed], found)
    begun = created + ((done - created) * 0.3).astype(np.int64)
    due = np.where(
        kind == CONTAINMENT,
        opened // DAY + 2,
        np.where(kind == VERIFICATION, completed // DAY + 10, target_date(c)[case]),
    )
    mask, updated_at = changed(window, _on_record(world, c)[case], created, begun, done)
    pick = world.rng.words("action text", *where)
    text = np.array(
        [DESCRIPTIONS[k][p % len(DESCRIPTIONS[k])] for k, p in zip(kind.tolist(), pick.tolist(), strict=True)],
        dtype=np.str_,
    )
    columns = {
        "capa_action_id": keys.key(c.entity[case], c.day[case], c.number[case] * 8 + place),
        "capa_header_id": c.case_id[case],
        "action_sequence": place + 1,
        "action_type": ACTION_TYPES[kind],
        "action_description": text,
        "assigned_to": world.quality.staff.engineer(world.rng.words("action owner", *where), created),
        "due_date": due,
        "completion_date": known(window, done, done // DAY),
        "action_status": np.select(
            [happened(window, done), happened(window, begun)], ["completed", "in_progress"], "open"
        ),
        "created_at": created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def _cases(world: World, window: Window) -> Cases:
    return world.quality.cases.between(*span(world, window))


def _on_record(world: World, c: Cases) -> Bools:
    """Not closed before history, or of an audit whose findings are on record."""
    return (c.closed >= world.start) | (c.finding_id > 0)


def target_date(c: Cases) -> Ints:
    """When all actions of each case are due."""
    return c.opened // DAY + np.array([20, 45, 60], dtype=np.int64)[c.severity]


def _tail(c: Cases) -> np.ndarray:
    """Tells the cases of a factory and day apart: line and number, lot, or number of the finding."""
    if not len(c.day):
        return np.zeros(0, dtype="U1")
    of_line = np.char.add(np.char.mod("%02d", c.entity % 100), np.char.mod("%02d", c.number))
    of_lot = np.char.mod("%07d", c.entity % 1_000_000)
    return np.where(c.entity >= 1_000_000, of_lot, np.where(c.entity < 100, np.char.mod("%03d", c.number), of_line))
