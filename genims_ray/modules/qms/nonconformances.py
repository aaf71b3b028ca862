"""Non-conformance reports, their defects, the board's decisions and holds on stock."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, updated
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.keys import factory_number
from genims_ray.world.quality.cases import CATEGORIES
from genims_ray.world.quality.catalogue import SEVERITIES
from genims_ray.world.quality.gauges import ENTITY
from genims_ray.world.quality.holds import CALIBRATION, REASONS, Holds
from genims_ray.world.quality.reports import CONTAINMENTS, DISPOSITIONS, PLACES, SOURCES, USE, Reports
from genims_ray.world.rows import Texts

PLACES_ON_PART = np.array(["surface", "edge", "bore", "thread", "joint", "interior", "whole_part", "packaging"])


def ncr_headers(world: World, window: Window) -> Columns:
    r = world.quality.nonconformances.touched(window)
    if not len(r):
        return {}
    staff = world.quality.staff
    return {
        "ncr_header_id": r.report_id,
        "ncr_number": _number("NCR", r),
        "factory_id": r.factory_id,
        "source_type": np.array(SOURCES)[r.source],
        "product_id": np.ma.masked_equal(r.product_id, 0),
        "material_id": np.ma.masked_equal(r.material_id, 0),
        "supplier_id": np.ma.masked_equal(r.supplier_id, 0),
        "work_order_id": np.ma.masked_equal(r.work_order_id, 0),
        "quality_inspection_id": np.ma.masked_equal(r.inspection_id, 0),
        "inspection_lot_id": np.ma.masked_equal(r.inspection_lot_id, 0),
        "customer_complaint_id": np.ma.masked_equal(r.complaint_id, 0),
        "lot_id": np.ma.masked_equal(r.lot_id, 0),
        "defect_code_id": r.defect_code_id,
        "defect_severity": np.array(SEVERITIES)[r.severity],
        "quantity_inspected": r.inspected,
        "quantity_defective": r.defective,
        "unit_of_measure": r.unit,
        "detected_date": r.detected,
        "detected_by": staff.inspector(r.factory_id, r.detected),
        "containment_action": known(window, r.contained, np.array(CONTAINMENTS)[r.containment]),
        "containment_date": known(window, r.contained, r.contained),
        "root_cause_category": known(window, r.decided, np.array(CATEGORIES)[r.category]),
        "scrap_cost": known(window, r.closed, r.scrap_cost),
        "rework_cost": known(window, r.closed, r.rework_cost),
        "sorting_cost": known(window, r.closed, r.sorting_cost),
        "total_cost": known(window, r.closed, r.total_cost),
        "ncr_status": np.select(
            [happened(window, r.closed), happened(window, r.decided), happened(window, r.contained)],
            ["closed", "dispositioned", "contained"],
            "open",
        ),
        "closed_date": known(window, r.closed, r.closed),
        "closed_by": known(window, r.closed, staff.engineer(r.engineer, r.closed)),
        "created_at": r.created,
        "updated_at": updated(window, r.created, r.contained, r.decided, r.closed),
    }


def ncr_defect_details(world: World, window: Window) -> Columns:
    d = world.quality.defects.between(window)
    if not len(d):
        return {}
    planning, equipment = world.quality.planning, world.quality.gauges.masters.equipment_id
    return {
        "defect_detail_id": keys.key(d.entity, d.day, d.number * PLACES + d.place),
        "ncr_header_id": keys.key(d.entity, d.day, d.number),
        "detail_sequence": d.place + 1,
        "defect_code_id": d.defect_code_id,
        "characteristic_id": np.ma.array(
            planning.characteristic_id(planning.plan_of(d.product_id), d.slot), mask=~d.measured
        ),
        "quantity_defective": d.quantity,
        "actual_value": np.ma.array(d.value, mask=~d.measured),
        "equipment_id": np.ma.array(equipment[d.gauge], mask=~d.measured),
        "defect_location": PLACES_ON_PART[d.defect_code_id % len(PLACES_ON_PART)],
        "created_at": d.created,
    }


def ncr_dispositions(world: World, window: Window) -> Columns:
    d = world.quality.nonconformances.dispositions(window)
    if not len(d):
        return {}
    key = keys.key(d.entity, d.day, d.number * PLACES + d.kind)
    return {
        "ncr_disposition_id": key,
        "ncr_header_id": keys.key(d.entity, d.day, d.number),
        "disposition_sequence": d.sequence,
        "disposition": np.array(DISPOSITIONS)[d.kind],
        "disposition_quantity": d.quantity,
        "decided_by": world.quality.staff.engineer(d.board, d.decided),
        "decided_at": d.decided,
        "executed_at": known(window, d.executed, d.executed),
        "inventory_transaction_id": known(window, np.where(d.stocked & (d.kind != USE), d.executed, NEVER), key),
        "updated_at": updated(window, d.decided, d.executed),
    }


def quality_holds(world: World, window: Window) -> Columns:
    h = world.quality.holds.touched(window)
    if not len(h):
        return {}
    staff, warehouses = world.quality.staff, world.company.warehouses
    of_factory = dict(zip(warehouses.factory_id.tolist(), warehouses.warehouse_id.tolist(), strict=True))
    calibrated = h.reason == CALIBRATION
    return {
        "quality_hold_id": h.hold_id,
        "hold_number": _number("QH", h),
        "factory_id": h.factory_id,
        "warehouse_id": np.array([of_factory[f] for f in h.factory_id.tolist()], dtype=np.int64),
        "lot_id": h.lot_id,
        "warehouse_inventory_id": np.ma.array(h.lot_id, mask=~h.in_bin),  # a lot's first bin carries its key
        "hold_reason": np.array(REASONS)[h.reason],
        "ncr_header_id": np.ma.array(h.hold_id, mask=calibrated),
        "calibration_id": np.ma.array(
            keys.key(np.where(calibrated, h.entity - ENTITY, 0), h.day, h.number), mask=~calibrated
        ),
        "quantity_held": h.quantity,
        "unit_of_measure": h.unit,
        "placed_by": staff.inspector(h.factory_id, h.placed),
        "placed_at": h.placed,
        "quantity_released": known(window, h.released, h.freed),
        "released_by": known(window, h.released, staff.inspector(h.factory_id, h.released)),
        "released_at": known(window, h.released, h.released),
        "hold_status": np.where(happened(window, h.released), "released", "active"),
        "updated_at": updated(window, h.placed, h.released),
    }


def _number(prefix: str, r: Reports | Holds) -> Texts:
    """A number with what tells documents of a factory and day apart: line and place in the key, lot, or gauge."""
    of_line = np.char.add(np.char.mod("%02d", r.entity % 100), np.char.mod("%04d", r.number))
    of_lot = np.char.add(np.char.mod("%05d", r.entity % 1_000_000), np.char.mod("%03d", r.number))
    of_gauge = np.char.mod("9%08d", np.maximum(r.entity - ENTITY, 0))
    tail = np.where(r.entity >= ENTITY, of_gauge, np.where(r.entity >= 1_000_000, of_lot, of_line))
    return factory_number(prefix, r.factory_id, r.day, tail)
