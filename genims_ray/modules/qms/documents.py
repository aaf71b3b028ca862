"""Controlled documents, their revisions, and the approval of parts."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, within
from genims_ray.modules.qms.common import changed, number, span
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.quality.documents import PREFIXES, REVIEW_DAYS, SUBMISSION_DAYS, TYPES
from genims_ray.world.rows import Ints

SUBJECTS = {
    "manual": ("Quality manual",),
    "procedure": ("Control of documents", "Nonconforming output", "Corrective action", "Internal audit", "Calibration", "Traceability"),
    "work_instruction": ("Setup", "First piece release", "Patrol inspection", "Reaction to a signal", "Packing", "Rework", "Gauge use"),
    "form": ("Shift report", "Release card", "Deviation permit", "Training record"),
    "specification": ("Cleanliness", "Packaging", "Surface", "Marking"),
}  # fmt: skip
REASONS = np.array(["submitted", "approved", "interim", "rejected"])
SUBMISSIONS = np.array(["new_part", "engineering_change", "process_change", "new_source", "correction"])


def quality_documents(world: World, window: Window) -> Columns:
    library, d = world.quality.library, world.quality.library.documents
    every = np.arange(len(d.document_id))
    revision = library.revision_at(window.end)
    there = revision > 0
    current = np.maximum(revision, 1)
    first, revised = library.revision_time(every, np.ones_like(every)), library.revision_time(every, current)
    approved = revised // DAY
    following = library.revision_day(every, current + 1)
    withdrawn = np.where(d.withdrawn >= 0, d.withdrawn * DAY, NEVER)
    gone = happened(window, withdrawn)
    review = np.where(gone, NEVER, (following - REVIEW_DAYS) * DAY + 7 * HOUR)
    mask, updated_at = changed(window, there, first, revised, review, withdrawn)
    kinds = np.array(TYPES)[d.kind]
    titles = np.array(
        [SUBJECTS[k][n % len(SUBJECTS[k])] for k, n in zip(kinds.tolist(), d.number.tolist(), strict=True)]
    )
    owner = world.rng.words("document owner", d.document_id)
    effective = approved + 3 + d.document_id % 11
    columns = {
        "document_id": d.document_id,
        "document_number": np.char.add(
            np.char.add(np.array(PREFIXES)[d.kind], "-"), np.char.mod("%05d", d.document_id)
        ),
        "document_title": np.char.add(titles, np.char.mod(", %03d", d.number)),
        "document_type": kinds,
        "department_id": world.quality.staff.department(d.factory_id, 0) + d.function,
        "document_owner": world.quality.staff.engineer(owner, revised),
        "revision_number": current,
        "approval_date": approved,
        "effective_date": effective,
        "review_frequency_months": d.months,
        "next_review_date": effective + 30 * d.months,
        "document_status": np.select([gone, happened(window, review)], ["obsolete", "under_review"], "released"),
        "obsolete_date": known(window, withdrawn, np.maximum(d.withdrawn, effective)),
        "created_at": first,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def document_revisions(world: World, window: Window) -> Columns:
    library, d = world.quality.library, world.quality.library.documents
    start = max(world.start, window.start)
    if window.end <= start:
        return {}
    before, after = library.revision_at(start), library.revision_at(window.end)
    count = np.maximum(after - before, 0)
    row = np.repeat(np.arange(len(count)), count)
    revision = before[row] + 1 + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    time = library.revision_time(row, revision)
    ids = d.document_id[row]
    case = _case_behind(world, d.factory_id[row], time, world.rng.uniform("revision reason", ids, revision))
    u = world.rng.uniform("revision kind", ids, revision)
    reason = np.select(
        [revision == 1, case > 0, u < 0.65, u < 0.82],
        ["new_document", "capa", "periodic_review", "process_change"],
        "engineering_change",
    )
    case = np.where(revision == 1, 0, case)
    staff, pick = world.quality.staff, world.rng.words("document owner", ids)
    revised_by = staff.engineer(pick, time)
    columns = {
        "revision_id": keys.key(ids, time // DAY, 0),
        "document_id": ids,
        "revision_number": revision,
        "change_reason": reason,
        "capa_header_id": np.ma.masked_equal(case, 0),
        "changed_pages": 1 + (world.rng.words("revision pages", ids, revision) % np.uint64(9)).astype(np.int64),
        "revised_by": revised_by,
        "approved_by": staff.engineer(pick, time, 1, revised_by),
        "revision_date": time // DAY,
        "effective_date": time // DAY + 3 + ids % 11,
        "created_at": time,
    }
    return rows(columns, within(window, time) & (time >= world.start))


def _case_behind(world: World, factory: Ints, time: Ints, u: np.ndarray) -> Ints:
    """The case of each factory that was completed last, within three weeks before; 0: it was not about one."""
    case = np.zeros(len(time), dtype=np.int64)
    for i in np.flatnonzero(u < 0.25).tolist():
        c = world.quality.cases.between(int(time[i]) - 21 * DAY, int(time[i]))
        mine = (c.factory_id == factory[i]) & (c.completed < time[i]) & (c.completed >= time[i] - 21 * DAY)
        mine &= c.closed >= max(world.start, int(time[i]))
        if mine.any():
            k = np.flatnonzero(mine)
            case[i] = c.case_id[k[np.argmax(c.completed[k])]]
    return case


def ppap_submissions(world: World, window: Window) -> Columns:
    start, end = span(world, window)
    rng, staff, planning = world.rng, world.quality.staff, world.quality.planning
    s = world.quality.library.submissions(start // DAY - SUBMISSION_DAYS - 1, (end - 1) // DAY + 1)
    at = (s.factory_id, s.day, s.number)
    mask, updated_at = changed(window, s.decided >= world.start, s.submitted, s.decided)
    is_product = s.product_id > 0
    pick = rng.words("ppap engineer", *at)
    decided = happened(window, s.decided)
    interim = np.where(s.status == 2, s.decided, NEVER)
    reviewed = np.where(is_product, NEVER, s.decided)
    columns = {
        "ppap_id": keys.key(s.factory_id, s.day, s.number),
        "ppap_number": number(
            "PPAP-", s.day, np.char.mod("%d", s.factory_id * 10 + s.number) if len(s.day) else np.zeros(0, "U1")
        ),
        "product_id": np.ma.masked_equal(s.product_id, 0),
        "customer_id": np.ma.masked_equal(s.customer_id, 0),
        "material_id": np.ma.masked_equal(s.material_id, 0),
        "supplier_id": np.ma.masked_equal(s.supplier_id, 0),
        "control_plan_id": np.ma.array(planning.plan_of(s.product_id), mask=~is_product),
        "ppap_level": s.level,
        "submission_reason": SUBMISSIONS[s.reason],
        "elements_required": s.elements,
        "elements_submitted": s.handed_in,
        "initial_ppk": s.ppk,
        "psw_signed_by": np.ma.array(staff.engineer(pick, s.submitted), mask=~is_product),
        "submission_date": s.day,
        "reviewed_by": known(window, reviewed, staff.engineer(pick, reviewed, 1)),
        "approval_date": known(window, s.decided, s.decided // DAY),
        "approval_expiry_date": known(window, interim, s.expiry),
        "ppap_status": REASONS[np.where(decided, s.status, 0)],
        "created_at": s.submitted,
        "updated_at": updated_at,
    }
    return rows(columns, mask)
