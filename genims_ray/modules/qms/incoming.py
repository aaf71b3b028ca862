"""Incoming inspection, and what it says about the suppliers."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, updated
from genims_ray.world import Window, World, keys
from genims_ray.world.keys import factory_number
from genims_ray.world.quality.incoming import CHARACTERISTIC
from genims_ray.world.rows import Floats
from genims_ray.world.supply.receipts import DECISIONS, STAGES


def incoming_inspection_lots(world: World, window: Window) -> Columns:
    lots = world.quality.incoming_records.lots(window)
    if not len(lots):
        return {}
    is_begun, is_decided = happened(window, lots.begun), happened(window, lots.decided)
    return {
        "inspection_lot_id": lots.lot_id,
        "inspection_lot_number": factory_number("IL", lots.factory_id, lots.day, np.char.mod("%05d", lots.material_id)),
        "factory_id": lots.factory_id,
        "goods_receipt_line_id": np.ma.array(lots.lot_id, mask=lots.received < world.start),
        "advance_ship_notice_id": np.ma.array(keys.key(lots.entity, lots.day, 1), mask=~lots.announced),
        "lot_id": lots.lot_id,
        "material_id": lots.material_id,
        "supplier_id": lots.supplier_id,
        "inspection_plan_id": world.quality.incoming.plan_id(lots.material_id),
        "lot_quantity": lots.quantity,
        "unit_of_measure": world.company.materials.base_unit[lots.material_id - 1],
        "inspection_stage": np.array(STAGES)[lots.stage],
        "acceptable_quality_limit": lots.aql,
        "sample_size": lots.sample,
        "acceptance_number": lots.accept,
        "critical_defects": known(window, lots.decided, lots.critical),
        "major_defects": known(window, lots.decided, lots.major),
        "minor_defects": known(window, lots.decided, lots.minor),
        "usage_decision": known(window, lots.decided, np.array(DECISIONS)[lots.decision]),
        "quantity_accepted": known(window, lots.decided, lots.quantity - lots.rejected),
        "quantity_rejected": known(window, lots.decided, lots.rejected),
        "inspector_id": known(window, lots.begun, world.quality.staff.inspector(lots.factory_id, lots.begin)),
        "inspection_start": known(window, lots.begun, lots.begun),
        "decided_at": known(window, lots.decided, lots.decided),
        "lot_status": np.select([is_decided, is_begun], ["decided", "in_inspection"], "created"),
        "created_at": lots.received,
        "updated_at": updated(window, lots.received, lots.begun, lots.decided),
    }


def incoming_inspection_results(world: World, window: Window) -> Columns:
    r = world.quality.incoming_records.results(window)
    if not len(r):
        return {}
    incoming, gauges = world.quality.incoming, world.quality.gauges
    room = gauges.room(r.factory_id, r.number)
    gauge, overdue = gauges.used(room, r.time)
    nominal, scale = incoming.feature(r.material_id, r.number, gauges.masters.kind[room])

    def value(x: Floats) -> Any:
        return np.ma.array(np.round(nominal + scale * x, 4), mask=~r.variable)

    return {
        "inspection_result_id": keys.key(r.entity, r.day, CHARACTERISTIC + r.number),
        "inspection_lot_id": r.lot_id,
        "inspection_plan_characteristic_id": incoming.plan_id(r.material_id) * CHARACTERISTIC + r.number,
        "inspected_quantity": r.sample,
        "defective_quantity": r.defective,
        "mean_value": value(r.mean),
        "min_value": value(r.low),
        "max_value": value(r.high),
        "defect_code_id": np.ma.array(r.defect_code_id, mask=r.defective == 0),
        "valuation": np.where(r.failed, "rejected", "accepted"),
        "equipment_id": np.ma.array(gauges.masters.equipment_id[gauge], mask=~r.variable),
        "calibration_overdue": overdue & r.variable,
        "inspected_by": world.quality.staff.inspector(r.factory_id, r.begin),
        "inspected_at": r.time,
    }


def supplier_quality_metrics(world: World, window: Window) -> Columns:
    """Of the months that were over some hours before; they are computed supplier by supplier."""
    f = world.quality.supplier_figures.between(window)
    if not len(f):
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        defect_ppm = 1e6 * f.quantity_rejected / f.quantity
        acceptance_rate_pct = 100 * (f.inspected - f.rejected) / f.inspected
    lost = np.minimum(np.round(100_000 * np.nan_to_num(defect_ppm / 1e6)).astype(np.int64), 7_000)
    return {
        "metric_id": keys.key(f.supplier_id, f.month, 0),
        "supplier_id": f.supplier_id,
        "metric_period": f.month,
        "total_receipts": f.receipts,
        "receipts_inspected": f.inspected,
        "receipts_accepted": f.inspected - f.rejected,
        "receipts_rejected": f.rejected,
        "total_quantity_received": f.quantity,
        "quantity_rejected": f.quantity_rejected,
        "specimens_inspected": f.specimens,
        "critical_defects": f.critical,
        "major_defects": f.major,
        "minor_defects": f.minor,
        "defect_ppm": np.ma.array(np.nan_to_num(defect_ppm), mask=f.quantity == 0),
        "acceptance_rate_pct": np.ma.array(np.nan_to_num(acceptance_rate_pct), mask=f.inspected == 0),
        "ncr_count": f.reports,
        "capa_count": f.cases,
        "rejection_cost": f.rejection_cost,
        "rework_cost": f.rework_cost,
        "sorting_cost": f.sorting_cost,
        "total_copq": f.total_cost,
        "quality_score": np.ma.array(10_000 - lost - np.minimum(500 * f.reports, 3_000), mask=f.receipts == 0),
        "created_at": f.computed,
    }
