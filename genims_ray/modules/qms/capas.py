"""Corrective and preventive action: cases and their actions."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, updated
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.keys import factory_number
from genims_ray.world.quality.cases import (
    ACTIONS,
    CATEGORIES,
    CONTAINMENT,
    CORRECTIVE,
    METHODS,
    NCR,
    PREVENTIVE,
    SOURCES,
    SUPPLIER_AUDIT,
    TREND,
    VERIFICATION,
    Cases,
)
from genims_ray.world.quality.catalogue import SEVERITIES
from genims_ray.world.quality.office_hours import day_of
from genims_ray.world.rows import Texts

DESCRIPTIONS = {
    CONTAINMENT: ("Sort stock and work in process", "Inspect every part until the cause is known", "Warn the next shifts"),
    CORRECTIVE: ("Change the tool holder and its interval", "Replace the worn fixture", "Set new limits at the machine",
                 "Agree a changed process with the supplier", "Train and certify the operators"),
    PREVENTIVE: ("Carry it over to lines of the same kind", "Revise FMEA and control plan", "Add it to the layered audit"),
    VERIFICATION: ("Verify on the spot over three shifts", "Repeat the capability study", "Follow the chart for a month"),
}  # fmt: skip


def capa_headers(world: World, window: Window) -> Columns:
    c = world.quality.cases.touched(window)
    if not len(c):
        return {}
    staff = world.quality.staff
    responsible = staff.engineer(c.leader, c.opened)
    reviewed_defect = np.where(c.defect_code_id > 0, c.reviewed, NEVER)
    department = np.where(c.supplier_id > 0, staff.department(c.factory_id, 2), staff.department(c.factory_id, 0))
    return {
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
        "target_completion_date": c.target,
        "root_cause_method": known(window, c.found, np.array(METHODS)[c.method]),
        "root_cause_category": known(window, c.found, np.array(CATEGORIES)[c.category]),
        "root_cause_date": known(window, c.found, day_of(c.found)),
        "actual_completion_date": known(window, c.completed, day_of(c.completed)),
        "verification_date": known(window, c.verified, day_of(c.verified)),
        "verified_by": known(window, c.verified, staff.engineer(c.leader, c.verified, 1, responsible)),
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
        "closed_by": known(window, c.closed, staff.engineer(c.leader, c.closed, 1, responsible)),
        "created_at": c.opened,
        "updated_at": updated(window, c.opened, c.found, c.completed, c.verified, c.reviewed, c.closed),
    }


def capa_actions(world: World, window: Window) -> Columns:
    a = world.quality.cases.actions(window)
    if not len(a):
        return {}
    text = np.array(
        [DESCRIPTIONS[k][p % len(DESCRIPTIONS[k])] for k, p in zip(a.kind.tolist(), a.text.tolist(), strict=True)],
        dtype=np.str_,
    )
    return {
        "capa_action_id": keys.key(a.entity, a.day, a.number * 8 + a.place),
        "capa_header_id": keys.key(a.entity, a.day, a.number),
        "action_sequence": a.place + 1,
        "action_type": np.array(ACTIONS)[a.kind],
        "action_description": text,
        "assigned_to": world.quality.staff.engineer(a.owner, a.created),
        "due_date": a.due,
        "completion_date": known(window, a.done, day_of(a.done)),
        "action_status": np.select(
            [happened(window, a.done), happened(window, a.begun)], ["completed", "in_progress"], "open"
        ),
        "created_at": a.created,
        "updated_at": updated(window, a.created, a.begun, a.done),
    }


def _tail(c: Cases) -> Texts:
    """Tells the cases of a factory and day apart: line and number, lot, or number of the finding."""
    of_line = np.char.add(np.char.mod("%02d", c.entity % 100), np.char.mod("%02d", c.number))
    of_lot = np.char.mod("%07d", c.entity % 1_000_000)
    return np.where(c.entity >= 1_000_000, of_lot, np.where(c.entity < 100, np.char.mod("%03d", c.number), of_line))
