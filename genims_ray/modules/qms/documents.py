"""Controlled documents, their revisions, and the approval of parts."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.quality.documents import PREFIXES, TYPES
from genims_ray.world.quality.office_hours import day_of
from genims_ray.world.rows import Floats, Ints

SUBJECTS = {
    "manual": ("Quality manual",),
    "procedure": ("Control of documents", "Nonconforming output", "Corrective action", "Internal audit", "Calibration", "Traceability"),
    "work_instruction": ("Setup", "First piece release", "Patrol inspection", "Reaction to a signal", "Packing", "Rework", "Gauge use"),
    "form": ("Shift report", "Release card", "Deviation permit", "Training record"),
    "specification": ("Cleanliness", "Packaging", "Surface", "Marking"),
}  # fmt: skip
STATUSES = np.array(["submitted", "approved", "interim", "rejected"])
SUBMISSIONS = np.array(["new_part", "engineering_change", "process_change", "new_source", "correction"])


def quality_documents(world: World, window: Window) -> Columns:
    control = world.quality.documents
    if not control.change_in(window):
        return {}
    d, staff = control.documents, world.quality.staff
    every = np.arange(len(d))
    revision = control.revision_at(window.end)
    current = np.maximum(revision, 1)
    first, revised = control.revision_time(every, np.ones_like(every)), control.revision_time(every, current)
    withdrawn = np.where(d.withdrawn >= 0, d.withdrawn * DAY, NEVER)
    gone = happened(window, withdrawn)
    review = np.where(gone, NEVER, control.review_time(every, current))
    kinds = np.array(TYPES)[d.kind]
    titles = np.array(
        [SUBJECTS[k][n % len(SUBJECTS[k])] for k, n in zip(kinds.tolist(), d.number.tolist(), strict=True)]
    )
    effective = revised // DAY + 3 + d.document_id % 11
    columns = {
        "document_id": d.document_id,
        "document_number": keys.joined(np.array(PREFIXES)[d.kind], "-", np.char.mod("%05d", d.document_id)),
        "document_title": keys.joined(titles, np.char.mod(", %03d", d.number)),
        "document_type": kinds,
        "department_id": staff.department(d.factory_id, 0) + d.function,
        "document_owner": staff.engineer(d.owner, revised),
        "revision_number": current,
        "approval_date": revised // DAY,
        "effective_date": effective,
        "review_frequency_months": d.months,
        "next_review_date": effective + 30 * d.months,
        "document_status": np.select([gone, happened(window, review)], ["obsolete", "under_review"], "released"),
        "obsolete_date": known(window, withdrawn, np.maximum(d.withdrawn, effective)),
        "created_at": first,
        "updated_at": updated(window, first, revised, review, withdrawn),
    }
    return rows(columns, (revision > 0) & (first < window.end) & touched(window, first, revised, review, withdrawn))


def document_revisions(world: World, window: Window) -> Columns:
    r, d = world.quality.documents.revisions(window), world.quality.documents.documents
    if not len(r):
        return {}
    document_id, owner = d.document_id[r.document], d.owner[r.document]
    case = _case_behind(world, d.factory_id[r.document], r.time, r.reason)
    change_reason = np.select(
        [r.number == 1, case > 0, r.kind < 0.65, r.kind < 0.82],
        ["new_document", "capa", "periodic_review", "process_change"],
        "engineering_change",
    )
    revised_by = world.quality.staff.engineer(owner, r.time)
    revision_date = r.time // DAY
    return {
        "revision_id": keys.key(document_id, revision_date, 0),
        "document_id": document_id,
        "revision_number": r.number,
        "change_reason": change_reason,
        "capa_header_id": np.ma.masked_equal(np.where(r.number == 1, 0, case), 0),
        "changed_pages": r.pages,
        "revised_by": revised_by,
        "approved_by": world.quality.staff.engineer(owner, r.time, 1, revised_by),
        "revision_date": revision_date,
        "effective_date": revision_date + 3 + document_id % 11,
        "created_at": r.time,
    }


def _case_behind(world: World, factory: Ints, time: Ints, u: Floats) -> Ints:
    """The case of each factory that was completed last, within three weeks before; 0: it was not about one."""
    case = np.zeros(len(time), dtype=np.int64)
    for i in np.flatnonzero(u < 0.25).tolist():
        end = int(time[i])
        c = world.quality.cases.between(Window(end - 21 * DAY, end))
        mine = (c.factory_id == factory[i]) & (c.completed < end) & (c.completed >= end - 21 * DAY)
        mine &= c.closed >= max(world.start, end)
        if mine.any():
            k = np.flatnonzero(mine)
            case[i] = c.case_id[k[np.argmax(c.completed[k])]]
    return case


def ppap_submissions(world: World, window: Window) -> Columns:
    s = world.quality.documents.submissions(window)
    if not len(s):
        return {}
    staff, is_product = world.quality.staff, s.product_id > 0
    interim = np.where(s.status == 2, s.decided, NEVER)
    reviewed = np.where(is_product, NEVER, s.decided)
    return {
        "ppap_id": keys.key(s.factory_id, s.day, s.number),
        "ppap_number": keys.joined(
            "PPAP-", keys.date_stamp(s.day), "-", np.char.mod("%d", s.factory_id * 10 + s.number)
        ),
        "product_id": np.ma.masked_equal(s.product_id, 0),
        "customer_id": np.ma.masked_equal(s.customer_id, 0),
        "material_id": np.ma.masked_equal(s.material_id, 0),
        "supplier_id": np.ma.masked_equal(s.supplier_id, 0),
        "control_plan_id": np.ma.array(world.quality.planning.plan_of(s.product_id), mask=~is_product),
        "ppap_level": s.level,
        "submission_reason": SUBMISSIONS[s.reason],
        "elements_required": s.elements,
        "elements_submitted": s.handed_in,
        "initial_ppk": s.ppk,
        "psw_signed_by": np.ma.array(staff.engineer(s.engineer, s.submitted), mask=~is_product),
        "submission_date": s.day,
        "reviewed_by": known(window, reviewed, staff.engineer(s.engineer, reviewed, 1)),
        "approval_date": known(window, s.decided, day_of(s.decided)),
        "approval_expiry_date": known(window, interim, s.expiry),
        "ppap_status": STATUSES[np.where(happened(window, s.decided), s.status, 0)],
        "created_at": s.submitted,
        "updated_at": updated(window, s.submitted, s.decided),
    }
