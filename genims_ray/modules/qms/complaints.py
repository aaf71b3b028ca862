"""Complaints of customers and the 8D reports on serious ones."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows
from genims_ray.modules.qms.common import changed, number, span
from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.quality.cases import CATEGORIES, COMPLAINT_NUMBER, METHODS, category
from genims_ray.world.quality.catalogue import SEVERITIES
from genims_ray.world.quality.complaints import CASE_DAYS, LIFE_DAYS, RESOLUTIONS, SHIPMENT, TICKET, TYPES, Complaints
from genims_ray.world.quality.nonconformances import COMPLAINT_REPORTS, lifetime
from genims_ray.world.quality.office import working_day

ESCAPES = np.array(["final_inspection", "in_process", "packing", "incoming_inspection"])


def customer_complaints(world: World, window: Window) -> Columns:
    c = _complaints(world, window, LIFE_DAYS)
    desk, rng, staff = world.quality.complaints, world.rng, world.quality.staff
    at = (c.line_id, c.day, c.number)
    lot, _, shipped = desk.lots(c)
    report = np.where(c.reported, c.investigated, NEVER)
    appears = lifetime(desk, c) >= world.start
    mask, updated_at = changed(window, appears, c.created, c.investigated, c.resolved, c.closed)
    pick = rng.words("complaint engineer", *at)
    ticket = rng.uniform("complaint ticket", *at) >= 0.1
    answer = rng.uniform("complaint answer", *at)
    is_satisfied = answer < np.where(c.justified, 0.55, 0.25)
    silent = answer > 0.67
    satisfied = known(window, c.closed, is_satisfied)
    satisfied[silent] = np.ma.masked
    columns = {
        "customer_complaint_id": c.complaint_id,
        "complaint_number": number("CC-", c.day, _tail(c)),
        "customer_id": c.customer_id,
        "service_ticket_id": np.ma.array(
            keys.key(TICKET + c.customer_id, c.day, c.number), mask=~ticket | (c.received < world.start)
        ),
        "product_id": c.product_id,
        "factory_id": c.factory_id,
        "shipment_id": np.ma.array(keys.key(SHIPMENT + c.customer_id, shipped, 0), mask=shipped * DAY < world.start),
        "lot_id": np.ma.masked_equal(lot, 0),
        "complaint_type": np.array(TYPES)[c.kind],
        "defect_code_id": np.ma.masked_equal(c.defect_code_id, 0),
        "severity": np.array(SEVERITIES)[c.severity],
        "safety_issue": c.safety,
        "quantity_affected": c.quantity,
        "responsible_person": staff.engineer(pick, c.created),
        "complaint_date": c.received,
        "linked_ncr_id": known(window, report, keys.key(c.line_id, c.day, COMPLAINT_REPORTS + c.number)),
        "is_justified": known(window, c.resolved, c.justified),
        "quantity_returned": known(window, c.resolved, c.returned),
        "resolution": known(window, c.resolved, np.array(RESOLUTIONS)[c.resolution]),
        "resolution_date": known(window, c.resolved, c.resolved),
        "credit_issued": known(window, c.resolved, c.credit),
        "replacement_cost": known(window, c.resolved, c.replacement),
        "total_cost": known(window, c.resolved, c.credit + c.replacement),
        "customer_satisfied": satisfied,
        "complaint_status": np.select(
            [happened(window, c.closed), happened(window, c.resolved), happened(window, c.investigated)],
            ["closed", "resolved", "investigating"],
            "received",
        ),
        "closed_date": known(window, c.closed, c.closed),
        "closed_by": known(window, c.closed, staff.engineer(pick, c.closed)),
        "created_at": c.created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def eight_d_reports(world: World, window: Window) -> Columns:
    c = _complaints(world, window, CASE_DAYS)
    c = c.where(c.serious)
    desk, rng, staff = world.quality.complaints, world.rng, world.quality.staff
    d = desk.reports(c)
    at = (c.line_id, c.day, c.number)
    appears = lifetime(desk, c) >= world.start
    mask, updated_at = changed(
        window, appears, d.team, d.described, d.contained, d.found, d.chosen, d.implemented, d.prevented, d.accepted
    )
    sorted_parts = 50 + np.floor(900 * rng.uniform("8D sorted", *at)).astype(np.int64)
    found_parts = np.floor(sorted_parts * 0.02 * rng.uniform("8D found", *at)).astype(np.int64)
    u = rng.uniform("8D method", *at)
    pick = rng.words("complaint engineer", *at)
    leader, manager = staff.engineer(pick, d.team), staff.manager(c.factory_id, d.team)
    # Where managers lead the teams themselves, another engineer is the champion.
    champion = np.where(manager == leader, staff.engineer(pick, d.team, 1, leader), manager)
    escape = ESCAPES[np.searchsorted([0.5, 0.8, 0.92], rng.uniform("8D escape", *at))]
    columns = {
        "eight_d_id": c.complaint_id,
        "eight_d_number": number("8D-", c.day, _tail(c)),
        "customer_complaint_id": c.complaint_id,
        "capa_header_id": known(window, d.described, keys.key(c.line_id, c.day, COMPLAINT_NUMBER + c.number)),
        "team_leader": leader,
        "team_size": 3 + (rng.words("8D team", *at) % np.uint64(5)).astype(np.int64),
        "champion": champion,
        "team_established_date": d.team,
        "problem_described_date": known(window, d.described, d.described),
        "containment_due_date": working_day(c.day + 1),
        "containment_date": known(window, d.contained, d.contained),
        "parts_sorted": known(window, d.contained, sorted_parts),
        "parts_found_defective": known(window, d.contained, found_parts),
        "root_cause_method": known(window, d.found, np.array(METHODS)[np.searchsorted([0.5, 0.85, 0.95], u)]),
        "root_cause_category": known(window, d.found, np.array(CATEGORIES)[category(rng, *at)]),
        "escape_point": known(window, d.found, escape),
        "root_cause_identified": known(window, d.found, d.found),
        "actions_chosen_date": known(window, d.chosen, d.chosen),
        "pca_implementation_date": known(window, d.implemented, d.implemented),
        "preventive_actions_date": known(window, d.prevented, d.prevented),
        "closed_date": known(window, d.accepted, d.accepted),
        "final_due_date": c.day + 60,
        "eight_d_status": np.select(
            [
                happened(window, d.accepted),
                happened(window, d.implemented),
                happened(window, d.found),
                happened(window, d.contained),
            ],
            ["closed", "implemented", "cause_known", "contained"],
            "started",
        ),
        "created_at": d.team,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def _complaints(world: World, window: Window, days: int) -> Complaints:
    """Complaints that the window may touch."""
    start, end = span(world, window)
    back = CASE_DAYS if window.is_opening else days
    return world.quality.complaints.between(start // DAY - back, (end - 1) // DAY + 1)


def _tail(c: Complaints) -> np.ndarray:
    return np.char.add(np.char.mod("%d", c.line_id), np.char.mod("%d", c.number)) if len(c.day) else np.zeros(0, "U1")
