"""Audits and their findings."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows
from genims_ray.modules.qms.common import changed, day_of, factory_number, span
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.quality.audits import CUSTOMER, FINDINGS, INTERNAL, TYPES
from genims_ray.world.quality.cases import AUDIT_NUMBER
from genims_ray.world.rows import Ints

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
    a, _ = world.quality.auditors.between(*span(world, window))
    rng, staff = world.rng, world.quality.staff
    at = (a.factory_id, a.planned)
    mask, updated_at = changed(window, a.settled >= world.start, a.created, a.begin, a.end, a.closed)
    internal = a.kind == INTERNAL
    customers = world.company.customers.customer_id
    customer = customers[(rng.words("audit customer", *at) % np.uint64(len(customers))).astype(np.int64)]
    pick = rng.words("audit leader", *at)
    contact = staff.manager(a.factory_id, a.created)
    leader = staff.engineer(pick, a.created, besides=contact)

    def at_end(values: Ints) -> Any:
        return known(window, a.end, values)

    columns = {
        "audit_id": a.audit_id,
        "audit_number": factory_number("QA", a.factory_id, a.planned, np.full(len(a.planned), "01")),
        "audit_type": np.array(TYPES)[a.kind],
        "audit_scope": SCOPES[a.scope],
        "audit_standard": np.where((a.scope == 0) & (pick % np.uint64(2) == 0), "ISO 9001", STANDARDS[a.scope]),
        "factory_id": a.factory_id,
        "department_id": staff.department(a.factory_id, 0) + a.function,
        "customer_id": np.ma.array(customer, mask=a.kind != CUSTOMER),
        "lead_auditor": np.ma.array(leader, mask=~internal),
        "auditee_contact": contact,
        "planned_date": a.planned,
        "actual_start_date": known(window, a.begin, day_of(a.begin)),
        "actual_end_date": at_end(day_of(a.end)),
        "audit_duration_hours": at_end(a.hours),
        "audit_score": at_end(a.score),
        "major_findings": at_end(a.counts[:, 0]),
        "minor_findings": at_end(a.counts[:, 1]),
        "observations": at_end(a.counts[:, 2]),
        "audit_status": np.select(
            [happened(window, a.closed), happened(window, a.end), happened(window, a.begin)],
            ["closed", "completed", "in_progress"],
            "planned",
        ),
        "closed_date": known(window, a.closed, day_of(a.closed)),
        "created_at": a.created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def audit_findings(world: World, window: Window) -> Columns:
    auditors, staff = world.quality.auditors, world.quality.staff
    a, f = auditors.between(*span(world, window))
    factory, planned = a.factory_id[f.audit], a.planned[f.audit]
    cases = auditors.cases(factory=a.factory_id, planned=a.planned, f=f)
    opened = np.where(f.calls & (cases.closed >= world.start), cases.opened, NEVER)
    mask, updated_at = changed(window, a.settled[f.audit] >= world.start, f.created, opened, f.implemented, f.closed)
    pick = world.rng.words("finding owner", factory, planned, f.number)
    owner = staff.engineer(pick, f.created)
    verified = np.where(a.kind[f.audit] == INTERNAL, f.closed, NEVER)
    columns = {
        "finding_id": keys.key(factory, planned, 10 + f.number),
        "audit_id": a.audit_id[f.audit],
        "finding_number": f.number,
        "finding_type": np.array(FINDINGS)[f.kind],
        "finding_category": CATEGORIES[f.category],
        "requirement_reference": np.where(
            a.scope[f.audit] == 1, np.char.mod("P6.%d", 1 + f.category), CLAUSES[f.category]
        ),
        "finding_description": TEXTS[f.category],
        "responsible_person": owner,
        "target_closure_date": f.target,
        "linked_capa_id": known(window, opened, keys.key(factory, planned, AUDIT_NUMBER + f.number)),
        "finding_status": np.select(
            [happened(window, f.closed), happened(window, f.implemented)], ["closed", "implemented"], "open"
        ),
        "closure_date": known(window, f.closed, day_of(f.closed)),
        "closure_verified_by": known(window, verified, staff.engineer(pick, verified, 1, owner)),
        "created_at": f.created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)
