"""Audits and their findings."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, updated
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.keys import factory_number
from genims_ray.world.quality.audits import CUSTOMER, FINDINGS, INTERNAL, TYPES
from genims_ray.world.quality.cases import AUDIT_NUMBER
from genims_ray.world.quality.office_hours import day_of

SCOPES = np.array(["system", "process", "product"])
STANDARDS = np.array(["IATF 16949", "VDA 6.3", "VDA 6.5"])
CATEGORIES = np.array(
    ["documentation", "training", "measuring_equipment", "process_control", "traceability", "maintenance",
     "nonconforming_output", "management"]
)  # fmt: skip
CLAUSES = np.array(["7.5.3", "7.2", "7.1.5", "8.5.1", "8.5.2", "8.5.1.5", "8.7", "9.3"])
TEXTS = np.array(
    ["Instruction at the place of work is not the released one", "No record of training for the present task",
     "Gauge in use without a valid label", "Reaction to a signal is not recorded", "Container without its lot card",
     "Maintenance overdue without a risk assessment", "Blocked parts lie beside released ones", "Targets are not followed up"]
)  # fmt: skip


def quality_audits(world: World, window: Window) -> Columns:
    a = world.quality.audits.touched(window)
    if not len(a):
        return {}
    staff, customers = world.quality.staff, world.company.customers.customer_id
    customer = customers[(a.customer % np.uint64(len(customers))).astype(np.int64)]
    contact = staff.manager(a.factory_id, a.created)
    is_begun, is_ended = happened(window, a.begin), happened(window, a.end)
    return {
        "audit_id": a.audit_id,
        "audit_number": factory_number("QA", a.factory_id, a.planned, np.full(len(a), "01")),
        "audit_type": np.array(TYPES)[a.kind],
        "audit_scope": SCOPES[a.scope],
        "audit_standard": np.where((a.scope == 0) & (a.leader % np.uint64(2) == 0), "ISO 9001", STANDARDS[a.scope]),
        "factory_id": a.factory_id,
        "department_id": staff.department(a.factory_id, 0) + a.function,
        "customer_id": np.ma.array(customer, mask=a.kind != CUSTOMER),
        "lead_auditor": np.ma.array(staff.engineer(a.leader, a.created, besides=contact), mask=a.kind != INTERNAL),
        "auditee_contact": contact,
        "planned_date": a.planned,
        "actual_start_date": known(window, a.begin, day_of(a.begin)),
        "actual_end_date": known(window, a.end, day_of(a.end)),
        "audit_duration_hours": known(window, a.end, a.hours),
        "audit_score": known(window, a.end, a.score),
        "major_findings": known(window, a.end, a.counts[:, 0]),
        "minor_findings": known(window, a.end, a.counts[:, 1]),
        "observations": known(window, a.end, a.counts[:, 2]),
        "audit_status": np.select(
            [happened(window, a.closed), is_ended, is_begun], ["closed", "completed", "in_progress"], "planned"
        ),
        "closed_date": known(window, a.closed, day_of(a.closed)),
        "created_at": a.created,
        "updated_at": updated(window, a.created, a.begin, a.end, a.closed),
    }


def audit_findings(world: World, window: Window) -> Columns:
    f = world.quality.audits.findings(window)
    if not len(f):
        return {}
    staff = world.quality.staff
    owner = staff.engineer(f.owner, f.created)
    verified = np.where(f.audit_kind == INTERNAL, f.closed, NEVER)
    return {
        "finding_id": f.finding_id,
        "audit_id": f.audit_id,
        "finding_number": f.number,
        "finding_type": np.array(FINDINGS)[f.kind],
        "finding_category": CATEGORIES[f.category],
        "requirement_reference": np.where(f.scope == 1, np.char.mod("P6.%d", 1 + f.category), CLAUSES[f.category]),
        "finding_description": TEXTS[f.category],
        "responsible_person": owner,
        "target_closure_date": f.target,
        "linked_capa_id": known(window, f.case_opened, keys.key(f.factory_id, f.planned, AUDIT_NUMBER + f.number)),
        "finding_status": np.select(
            [happened(window, f.closed), happened(window, f.implemented)], ["closed", "implemented"], "open"
        ),
        "closure_date": known(window, f.closed, day_of(f.closed)),
        "closure_verified_by": known(window, verified, staff.engineer(f.owner, verified, 1, owner)),
        "created_at": f.created,
        "updated_at": updated(window, f.created, f.case_opened, f.implemented, f.closed),
    }
