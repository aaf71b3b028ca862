"""Incoming inspection, and what it says about the suppliers."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, joined, known, rows, within
from genims_ray.modules.qms.common import changed, factory_number, span
from genims_ray.modules.qms.nonconformances import costs
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.cases import material_defect
from genims_ray.world.quality.spc import month_of, month_start
from genims_ray.world.rows import Bools, Ints
from genims_ray.world.supply.receipts import ACCEPTED, DECISIONS, FACTORY, STAGES, Deliveries, Verdicts

THOUSANDTHS = 1_000


def incoming_inspection_lots(world: World, window: Window) -> Columns:
    lots, verdict, appears = _lots(world, window)
    incoming = world.quality.incoming
    begin, decided = incoming.times(lots, verdict)
    skipped = verdict.sample == 0
    critical, major, minor = incoming.severities(lots, verdict)
    entity = lots.factory_id * FACTORY + lots.material_id
    begun = np.where(skipped, -1, begin)
    mask, updated_at = changed(window, appears, lots.received, begun, decided)
    announced = world.rng.uniform("ship notice", entity, lots.day) >= 0.05
    is_begun = happened(window, begun)
    unit = world.company.materials.base_unit[lots.material_id - 1]
    columns = {
        "inspection_lot_id": lots.lot_id,
        "inspection_lot_number": factory_number("IL", lots.factory_id, lots.day, np.char.mod("%05d", lots.material_id)),
        "factory_id": lots.factory_id,
        "goods_receipt_line_id": np.ma.array(lots.lot_id, mask=lots.received < world.start),
        "advance_ship_notice_id": np.ma.array(keys.key(entity, lots.day, 1), mask=~announced),
        "lot_id": lots.lot_id,
        "material_id": lots.material_id,
        "supplier_id": lots.supplier_id,
        "inspection_plan_id": incoming.plan_id(lots.material_id),
        "lot_quantity": lots.quantity,
        "unit_of_measure": unit,
        "inspection_stage": np.array(STAGES)[verdict.stage],
        "acceptable_quality_limit": verdict.aql,
        "sample_size": verdict.sample,
        "acceptance_number": verdict.accept,
        "critical_defects": known(window, decided, critical),
        "major_defects": known(window, decided, major),
        "minor_defects": known(window, decided, minor),
        "usage_decision": known(window, decided, np.array(DECISIONS)[verdict.decision]),
        "quantity_accepted": known(window, decided, lots.quantity - verdict.rejected),
        "quantity_rejected": known(window, decided, verdict.rejected),
        "inspector_id": known(window, begun, world.quality.staff.inspector(lots.factory_id, begin)),
        "inspection_start": known(window, begun, begun),
        "decided_at": known(window, decided, decided),
        "lot_status": np.select([happened(window, decided), is_begun], ["decided", "in_inspection"], "created"),
        "created_at": lots.received,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def incoming_inspection_results(world: World, window: Window) -> Columns:
    lots, verdict, appears = _lots(world, window)
    incoming, gauges = world.quality.incoming, world.quality.gauges
    r = incoming.results(lots, verdict)
    mask = (within(window, r.time) | (window.is_opening & (r.time < window.end))) & appears[r.lot]
    plan = incoming.plan_id(lots.material_id[r.lot])
    factory = lots.factory_id[r.lot]
    begin, _ = incoming.times(lots, verdict)
    gauge, overdue = np.zeros(len(r.lot), dtype=np.int64), np.zeros(len(r.lot), dtype=bool)
    room = gauges.room(factory, r.number)
    gauge[mask], overdue[mask] = gauges.used(room[mask], r.time[mask])
    nominal, scale = incoming.feature(lots.material_id[r.lot], r.number, gauges.masters.kind[room])
    group = world.company.materials.material_group[lots.material_id - 1]
    code = catalogue.of_material(group, material_defect(world.rng, lots))[r.lot]
    failed = (r.defective > verdict.accept[r.lot]) & (verdict.decision[r.lot] != ACCEPTED)

    def value(x: np.ndarray) -> np.ma.MaskedArray:
        return np.ma.array(np.round(nominal + scale * x, 4), mask=~r.variable)

    columns = {
        "inspection_result_id": keys.key(factory * FACTORY + lots.material_id[r.lot], lots.day[r.lot], 100 + r.number),
        "inspection_lot_id": lots.lot_id[r.lot],
        "inspection_plan_characteristic_id": plan * 100 + r.number,
        "inspected_quantity": verdict.sample[r.lot],
        "defective_quantity": r.defective,
        "mean_value": value(r.mean),
        "min_value": value(r.low),
        "max_value": value(r.high),
        "defect_code_id": np.ma.array(code, mask=r.defective == 0),
        "valuation": np.where(failed, "rejected", "accepted"),
        "equipment_id": np.ma.array(gauges.masters.equipment_id[gauge], mask=~r.variable),
        "calibration_overdue": overdue & r.variable,
        "inspected_by": world.quality.staff.inspector(lots.factory_id, begin)[r.lot],
        "inspected_at": r.time,
    }
    return rows(columns, mask)


def supplier_quality_metrics(world: World, window: Window) -> Columns:
    """Of the months that were over some hours before; they are computed supplier by supplier."""
    suppliers = world.company.suppliers.supplier_id
    parts = []
    start = world.start if window.is_opening else window.start
    for month in range(month_of(max(start - 2 * DAY, 0)) - 1, month_of(window.end - 1) + 1):
        begin, end = month_start(month), month_start(month + 1)
        created = end + 30 * HOUR + suppliers
        mask = within(window, created) & (created >= world.start)
        if mask.any():
            parts.append(rows(_month(world, month, begin, end, created), mask))
    if not parts:
        return {}
    return {name: joined([p[name] for p in parts]) for name in parts[0]}


def _month(world: World, month: int, begin: int, end: int, created: Ints) -> Columns:
    suppliers, materials = world.company.suppliers.supplier_id, world.company.materials
    n = len(suppliers) + 1

    def total(of: Ints, values: Ints | None = None, where: Bools | None = None) -> Ints:
        """Sum by supplier."""
        chosen = slice(None) if where is None else where
        weights = None if values is None else values[chosen]
        return np.bincount(of[chosen], weights, minlength=n)[1:].astype(np.int64)

    lots = world.supply.receipts.between(begin // DAY - 1, end // DAY + 3)
    lots = lots.where((lots.received >= begin) & (lots.received < end))
    verdict = world.supply.receipts.verdicts(lots)
    s = lots.supplier_id
    required = materials.inspection_required[lots.material_id - 1]
    inspected = required & (verdict.sample > 0)
    rejected = inspected & (verdict.decision != ACCEPTED)
    critical, major, minor = world.quality.incoming.severities(lots, verdict)
    reports = world.quality.nonconformances.incoming(begin, end)
    opened = (reports.created >= begin) & (reports.created < end)
    closed = (reports.closed >= begin) & (reports.closed < end)
    cases = world.quality.cases.between(begin, end)
    cases = cases.where((cases.supplier_id > 0) & (cases.opened >= begin) & (cases.opened < end))
    scrap, rework, sorting = costs(world, reports)
    receipts, received = total(s), total(s, lots.quantity)
    n_inspected, n_rejected = total(s, where=inspected), total(s, where=rejected)
    quantity_rejected = total(s, verdict.rejected, required)
    with np.errstate(divide="ignore", invalid="ignore"):
        defect_ppm = 1e6 * quantity_rejected / received
        acceptance = 100 * (n_inspected - n_rejected) / n_inspected
    ncr = total(reports.supplier_id, where=opened)
    share = np.nan_to_num(defect_ppm / 1e6)
    score = 10_000 - np.minimum(np.round(100_000 * share).astype(np.int64), 7_000) - np.minimum(500 * ncr, 3_000)
    rejection_cost, rework_cost, sorting_cost = (
        total(reports.supplier_id, x, closed) for x in (scrap, rework, sorting)
    )
    return {
        "metric_id": keys.key(suppliers, np.full(len(suppliers), month_start(month) // DAY), 0),
        "supplier_id": suppliers,
        "metric_period": np.full(len(suppliers), month_start(month) // DAY),
        "total_receipts": receipts,
        "receipts_inspected": n_inspected,
        "receipts_accepted": n_inspected - n_rejected,
        "receipts_rejected": n_rejected,
        "total_quantity_received": received,
        "quantity_rejected": quantity_rejected,
        "specimens_inspected": total(s, verdict.sample, inspected),
        "critical_defects": total(s, critical, inspected),
        "major_defects": total(s, major, inspected),
        "minor_defects": total(s, minor, inspected),
        "defect_ppm": np.ma.array(np.nan_to_num(defect_ppm), mask=received == 0),
        "acceptance_rate_pct": np.ma.array(np.nan_to_num(acceptance), mask=n_inspected == 0),
        "ncr_count": ncr,
        "capa_count": total(cases.supplier_id),
        "rejection_cost": rejection_cost,
        "rework_cost": rework_cost,
        "sorting_cost": sorting_cost,
        "total_copq": rejection_cost + rework_cost + sorting_cost,
        "quality_score": np.ma.array(score, mask=receipts == 0),
        "created_at": created,
    }


def _lots(world: World, window: Window) -> tuple[Deliveries, Verdicts, Bools]:
    """Lots to be inspected that the window may touch, their inspection, and whether they are on record: those not
    decided when history begins, and those that a report on record refers to."""
    start, end = span(world, window)
    back = 110 if window.is_opening else 2
    receipts = world.supply.receipts
    lots = receipts.between(max(start // DAY - back, world.company.calendar.first_day + 1), (end - 1) // DAY + 3)
    lots = lots.where(world.company.materials.inspection_required[lots.material_id - 1] & (lots.received < end))
    verdict = receipts.verdicts(lots)
    _, decided = world.quality.incoming.times(lots, verdict)
    appears = decided >= world.start
    if window.is_opening:
        # One entered in the first minutes is of a lot decided before them.
        reports = world.quality.nonconformances.between(world.start, world.start + HOUR)
        appears |= np.isin(lots.lot_id, reports.inspection_lot_id[reports.inspection_lot_id > 0])
        lots, appears = lots.where(appears), appears[appears]
        verdict = receipts.verdicts(lots)
    return lots, verdict, appears
