"""Complaints of customers and the 8D reports on serious ones."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, updated
from genims_ray.world import DAY, NEVER, Window, World, keys
from genims_ray.world.quality.cases import CATEGORIES, COMPLAINT_NUMBER, METHODS
from genims_ray.world.quality.catalogue import SEVERITIES
from genims_ray.world.quality.complaints import RESOLUTIONS, TICKET, TYPES, Complaints, EightD
from genims_ray.world.quality.nonconformances import COMPLAINT_REPORTS
from genims_ray.world.quality.office_hours import working_day
from genims_ray.world.rows import Texts

ESCAPES = np.array(["final_inspection", "in_process", "packing", "incoming_inspection"])


def customer_complaints(world: World, window: Window) -> Columns:
    c = world.quality.complaints.touched(window)
    if not len(c):
        return {}
    staff = world.quality.staff
    report = np.where(c.reported, c.investigated, NEVER)
    is_satisfied = c.answer < np.where(c.justified, 0.55, 0.25)
    satisfied = known(window, c.closed, is_satisfied)
    satisfied[c.answer > 0.67] = np.ma.masked  # some do not answer
    return {
        "customer_complaint_id": c.complaint_id,
        "complaint_number": keys.joined("CC-", keys.date_stamp(c.day), "-", _tail(c)),
        "customer_id": c.customer_id,
        "service_ticket_id": np.ma.array(
            keys.key(TICKET + c.customer_id, c.day, c.number), mask=~c.has_ticket | (c.received < world.start)
        ),
        "product_id": c.product_id,
        "factory_id": c.factory_id,
        "shipment_id": np.ma.array(c.shipment_id, mask=(c.shipment_id == 0) | (c.ship_day * DAY < world.start)),
        "lot_id": np.ma.masked_equal(c.lot, 0),
        "complaint_type": np.array(TYPES)[c.kind],
        "defect_code_id": np.ma.masked_equal(c.defect_code_id, 0),
        "severity": np.array(SEVERITIES)[c.severity],
        "safety_issue": c.safety,
        "quantity_affected": c.quantity,
        "responsible_person": staff.engineer(c.engineer, c.created),
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
        "closed_by": known(window, c.closed, staff.engineer(c.engineer, c.closed)),
        "created_at": c.created,
        "updated_at": updated(window, c.created, c.investigated, c.resolved, c.closed),
    }


def eight_d_reports(world: World, window: Window) -> Columns:
    d = world.quality.complaints.eight_d(window)
    if not len(d):
        return {}
    staff = world.quality.staff
    leader, manager = staff.engineer(d.engineer, d.team), staff.manager(d.factory_id, d.team)
    # Where managers lead the teams themselves, another engineer is the champion.
    champion = np.where(manager == leader, staff.engineer(d.engineer, d.team, 1, leader), manager)
    return {
        "eight_d_id": d.complaint_id,
        "eight_d_number": keys.joined("8D-", keys.date_stamp(d.day), "-", _tail(d)),
        "customer_complaint_id": d.complaint_id,
        "capa_header_id": known(window, d.described, keys.key(d.line_id, d.day, COMPLAINT_NUMBER + d.number)),
        "team_leader": leader,
        "team_size": d.team_size,
        "champion": champion,
        "team_established_date": d.team,
        "problem_described_date": known(window, d.described, d.described),
        "containment_due_date": working_day(d.day + 1),
        "containment_date": known(window, d.contained, d.contained),
        "parts_sorted": known(window, d.contained, d.parts_sorted),
        "parts_found_defective": known(window, d.contained, d.parts_found),
        "root_cause_method": known(window, d.found, np.array(METHODS)[d.method]),
        "root_cause_category": known(window, d.found, np.array(CATEGORIES)[d.category]),
        "escape_point": known(window, d.found, ESCAPES[d.escape]),
        "root_cause_identified": known(window, d.found, d.found),
        "actions_chosen_date": known(window, d.chosen, d.chosen),
        "pca_implementation_date": known(window, d.implemented, d.implemented),
        "preventive_actions_date": known(window, d.prevented, d.prevented),
        "closed_date": known(window, d.accepted, d.accepted),
        "final_due_date": d.day + 60,
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
        "updated_at": updated(
            window, d.team, d.described, d.contained, d.found, d.chosen, d.implemented, d.prevented, d.accepted
        ),
    }


def _tail(c: Complaints | EightD) -> Texts:
    return np.char.add(np.char.mod("%d", c.line_id), np.char.mod("%d", c.number))
