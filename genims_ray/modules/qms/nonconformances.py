"""Non-conformance reports, their defects, the board's decisions and holds on stock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, within
from genims_ray.modules.qms.common import changed, factory_number, span, suffix, warehouse
from genims_ray.modules.qms.gauges import ENTITY
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.money import half_up
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.cases import CATEGORIES
from genims_ray.world.quality.gauges import PASSED
from genims_ray.world.quality.inspections import FIRST_PIECE
from genims_ray.world.quality.nonconformances import (
    COMPLAINT,
    CONTAINMENTS,
    DISPOSITIONS,
    IN_PROCESS,
    INCOMING,
    PLACES,
    REWORK,
    SCRAP,
    SORTED,
    SOURCES,
    USE,
    Reports,
)
from genims_ray.world.quality.office import office_time
from genims_ray.world.rows import Bools, Ints

THOUSANDTHS = 1_000
PLACES_ON_PART = np.array(["surface", "edge", "bore", "thread", "joint", "interior", "whole_part", "packaging"])
SORTING_SECONDS, REWORK_SECONDS = 5, 150
"""Time it takes to look at a part, and to rework one."""


def ncr_headers(world: World, window: Window) -> Columns:
    r = _reports(world, window)
    mask, updated_at = changed(window, r.appears, r.created, r.contained, r.decided, r.closed)
    staff = world.quality.staff
    scrap_cost, rework_cost, sorting_cost = costs(world, r)
    pick = world.rng.words("report engineer", r.entity, r.day, r.number)
    columns = {
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
        "defect_severity": np.array(catalogue.SEVERITIES)[r.severity],
        "quantity_inspected": r.inspected,
        "quantity_defective": r.defective,
        "unit_of_measure": unit_of(world, r),
        "detected_date": r.detected,
        "detected_by": _inspector(world, r, r.detected),
        "containment_action": known(window, r.contained, np.array(CONTAINMENTS)[r.containment]),
        "containment_date": known(window, r.contained, r.contained),
        "root_cause_category": known(window, r.decided, np.array(CATEGORIES)[r.category]),
        "scrap_cost": known(window, r.closed, scrap_cost),
        "rework_cost": known(window, r.closed, rework_cost),
        "sorting_cost": known(window, r.closed, sorting_cost),
        "total_cost": known(window, r.closed, scrap_cost + rework_cost + sorting_cost),
        "ncr_status": np.select(
            [happened(window, r.closed), happened(window, r.decided), happened(window, r.contained)],
            ["closed", "dispositioned", "contained"],
            "open",
        ),
        "closed_date": known(window, r.closed, r.closed),
        "closed_by": known(window, r.closed, staff.engineer(pick, r.closed)),
        "created_at": r.created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def ncr_defect_details(world: World, window: Window) -> Columns:
    """One to three defects a report; what the others take is left to the prevailing one."""
    r = _reports(world, window)
    r = r.where(r.appears & _recorded(window, r.created))
    rng, planning, gauges = world.rng, world.quality.planning, world.quality.gauges
    at = (r.entity, r.day, r.number)
    unit = np.where(unit_of(world, r) == "kg", 1, THOUSANDTHS)
    others = np.where(r.defective >= 4 * unit, (rng.words("report defects", *at) % np.uint64(3)).astype(np.int64), 0)
    share = r.defective // (5 * unit) * unit
    others = np.where(share > 0, others, 0)
    report = np.repeat(np.arange(len(r.day)), 1 + others)
    place = np.arange(len(report)) - np.repeat(np.cumsum(1 + others) - others - 1, 1 + others)
    quantity = np.where(place == 0, (r.defective - others * share)[report], share[report])
    first = r.defect_code_id[report]
    base, size = first // 100 * 100, np.where(first < 600, 13, np.where(first < 1300, 9, 12))
    code = base + 1 + (first - base - 1 + place * 2) % size
    slot = np.where(place == 0, r.slot[report], -1)
    measured = slot >= 0
    lines = np.array([line.line_id for line in world.lines])
    line = np.where(measured, np.searchsorted(lines, r.line_id[report]), 0)
    s, c = np.maximum(slot, 0), world.shopfloor.characteristics
    s = np.minimum(s, c.slots - 1)
    excess = rng.uniform("worst value", r.entity[report], r.day[report], r.number[report])
    worst = c.sigma[line, s] * (c.half_width[line, s] + 0.1 + 1.5 * excess)
    gauge = gauges.masters.equipment_id[gauges.of_line(c.line_ids[line], c.gauge[line, s])] if len(line) else line
    leading = c.line_ids[line] * 100 + 1
    of_all = np.searchsorted(planning.characteristics.line_ids, c.line_ids[line])
    nominal = planning.nominal(leading, of_all, s)
    columns = {
        "defect_detail_id": keys.key(r.entity[report], r.day[report], r.number[report] * PLACES + place),
        "ncr_header_id": r.report_id[report],
        "detail_sequence": place + 1,
        "defect_code_id": code,
        "characteristic_id": np.ma.array(planning.characteristic_id(planning.plan_of(leading), s), mask=~measured),
        "quantity_defective": quantity,
        "actual_value": np.ma.array(np.round(nominal + worst, 4), mask=~measured),
        "equipment_id": np.ma.array(gauge, mask=~measured),
        "defect_location": PLACES_ON_PART[code % len(PLACES_ON_PART)],
        "created_at": r.created[report],
    }
    return columns


def ncr_dispositions(world: World, window: Window) -> Columns:
    r = _reports(world, window)
    report, kind = np.nonzero(r.split > 0)
    decided, executed = r.decided[report], r.executed[report, kind]
    mask, updated_at = changed(window, r.appears[report], decided, executed)
    sequence = np.arange(len(report)) - np.searchsorted(report, report) + 1
    pick = world.rng.words("board", r.entity[report], r.day[report], r.number[report])
    stocked = r.lot_id[report] > 0
    key = keys.key(r.entity[report], r.day[report], r.number[report] * PLACES + kind)
    moved = np.where(stocked & (kind != USE), executed, NEVER)
    columns = {
        "ncr_disposition_id": key,
        "ncr_header_id": r.report_id[report],
        "disposition_sequence": sequence,
        "disposition": np.array(DISPOSITIONS)[kind],
        "disposition_quantity": r.split[report, kind],
        "decided_by": world.quality.staff.engineer(pick, decided),
        "decided_at": decided,
        "executed_at": known(window, executed, executed),
        "inventory_transaction_id": known(window, moved, key),
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def quality_holds(world: World, window: Window) -> Columns:
    """Blocks on lots that are in stock: those of reports, and of parts measured with a gauge found to be out. What
    the line found it blocks, too: what its order has made since it was found good, until it is sorted."""
    r = _reports(world, window)
    # Before its first pieces an order has nothing in stock; its lot has its key.
    first = (r.source == IN_PROCESS) & (r.inspection_id > 0) & (r.number % 4 == FIRST_PIECE)
    r = replace(r, lot_id=np.where((r.lot_id > 0) | first, r.lot_id, r.work_order_id))
    r = r.where(r.lot_id > 0)
    freed = r.split[:, USE] + r.split[:, REWORK]
    held = np.where(r.source == INCOMING, np.where(r.containment == SORTED, r.defective, r.inspected), r.inspected)
    freed = held - (r.defective - freed)
    n = len(r.day)
    line, lot, calibrated, quantity, placed, gauge = _doubtful(world, window)
    released = office_time(placed + 2 * DAY, world.rng.uniform("calibration hold", ENTITY + gauge, calibrated))
    of_report = np.arange(n + len(lot)) < n
    factory = np.concatenate([r.factory_id, line // 100])
    placed_at = np.concatenate([r.contained, placed])
    released_at = np.concatenate([r.closed, released])
    appears = np.concatenate([r.appears, released >= world.start])
    mask, updated_at = changed(window, appears & (placed_at < window.end), placed_at, released_at)
    lots = np.concatenate([r.lot_id, lot])
    # The part sorted out of a lot, or made since the last good one, lies in one bin; stock in a lot's first bin
    # carries the key of the lot.
    in_bin = (r.containment == SORTED) | (r.source == IN_PROCESS)
    partly = np.concatenate([in_bin, np.zeros(len(lot), dtype=bool)])
    reason = np.concatenate(
        [np.where(r.source == COMPLAINT, "complaint", "non_conformance"), np.full(len(lot), "calibration")]
    )
    zero = np.zeros(len(lot), dtype=np.int64)
    columns = {
        "quality_hold_id": np.concatenate([r.report_id, keys.key(ENTITY + gauge, calibrated, zero)]),
        "hold_number": np.concatenate(
            [
                _number("QH", r),
                factory_number("QH", line // 100, calibrated, np.char.mod("9%08d", gauge))
                if len(lot)
                else np.zeros(0, "U1"),
            ]
        ),
        "factory_id": factory,
        "warehouse_id": warehouse(world, factory),
        "lot_id": lots,
        "warehouse_inventory_id": np.ma.array(lots, mask=~partly),
        "hold_reason": reason,
        "ncr_header_id": np.ma.array(np.concatenate([r.report_id, zero]), mask=~of_report),
        "calibration_id": np.ma.array(
            np.concatenate([np.zeros(n, dtype=np.int64), keys.key(gauge, calibrated, zero)]), mask=of_report
        ),
        "quantity_held": np.concatenate([held, quantity]),
        "unit_of_measure": np.concatenate([unit_of(world, r), np.full(len(lot), "pcs")]),
        "placed_by": world.quality.staff.inspector(factory, placed_at),
        "placed_at": placed_at,
        "quantity_released": known(window, released_at, np.concatenate([freed, quantity])),
        "released_by": known(window, released_at, world.quality.staff.inspector(factory, released_at)),
        "released_at": known(window, released_at, released_at),
        "hold_status": np.where(happened(window, released_at), "released", "active"),
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def _doubtful(world: World, window: Window) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Line, finished lot, day of the calibration, quantity, instant and gauge of the holds that follow on gauges
    found to be out: on the last lot that their line, or the first one of the factory, finished before."""
    gauges, start = world.quality.gauges, span(world, window)[0]
    c = gauges.calibrations(max(start // DAY - 8, world.start // DAY), (window.end - 1) // DAY + 1)
    c = c.where((c.result != PASSED) & (c.recorded >= world.start))
    m = gauges.masters
    lines = {f.factory_id: min(x.line_id for x in world.lines if x.factory is f) for f in world.layout.factories}
    own = np.array([lines[f] for f in m.factory_id[c.gauge].tolist()], dtype=np.int64)
    line_id = np.where(m.line_id[c.gauge] > 0, m.line_id[c.gauge], own)
    ids = np.array([x.line_id for x in world.lines])
    found = [_last_lot(world, int(np.searchsorted(ids, i)), int(t)) for i, t in zip(line_id, c.recorded, strict=True)]
    key = np.array([f[0] for f in found], dtype=np.int64)
    quantity = np.array([f[1] for f in found], dtype=np.int64)
    has = key > 0
    placed = c.recorded + HOUR
    return (line_id[has], key[has], c.day[has], THOUSANDTHS * quantity[has], placed[has], m.equipment_id[c.gauge][has])


def _last_lot(world: World, line: int, time: int) -> tuple[int, int]:
    """The last order that a line finished before an instant, within four days and history: key and quantity."""
    for day in range(time // DAY, max(time // DAY - 4, world.start // DAY) - 1, -1):
        c = world.shopfloor.production.day(day).campaigns
        ended = np.flatnonzero((c.end[line] >= world.start) & (c.end[line] < time))
        if len(ended):
            last = ended[np.argmax(c.end[line][ended])]
            key = keys.key(world.shopfloor.production.line_ids[line], c.day[line, last], c.sequence[line, last])
            return int(key), int(c.quantity[line, last])
    return 0, 0


def costs(world: World, r: Reports) -> tuple[Ints, Ints, Ints]:
    """Scrap, rework and sorting of each report, cents."""
    materials, products = world.company.materials, world.company.products
    is_product = r.product_id > 0
    row = np.minimum(np.searchsorted(products.product_id, r.product_id), len(products.product_id) - 1)
    cents = np.where(
        is_product, products.standard_cost_cents[row], materials.standard_cost_cents[np.maximum(r.material_id, 1) - 1]
    )
    hour = world.layout.labour_cents(r.factory_id)
    scrap = half_up(r.split[:, SCRAP] * cents, THOUSANDTHS)
    rework = half_up(r.split[:, REWORK] // THOUSANDTHS * REWORK_SECONDS * hour, HOUR)
    looked_at = np.where(
        r.containment == SORTED, np.minimum(r.inspected // THOUSANDTHS, 2_000), r.defective // THOUSANDTHS
    )
    return scrap, rework, half_up((60 + looked_at * SORTING_SECONDS) * hour, HOUR)


def unit_of(world: World, r: Reports) -> np.ndarray:
    unit = world.company.materials.base_unit[np.maximum(r.material_id, 1) - 1]
    return np.where(r.material_id > 0, unit, "pcs")


def _reports(world: World, window: Window) -> Reports:
    return world.quality.nonconformances.between(*span(world, window))


def _recorded(window: Window, time: Ints) -> Bools:
    return within(window, time) | (window.is_opening & (time < window.end))


def _inspector(world: World, r: Reports, time: Ints) -> Ints:
    return world.quality.staff.inspector(r.factory_id, time)


def _number(prefix: str, r: Reports) -> np.ndarray:
    return factory_number(prefix, r.factory_id, r.day, suffix(r.entity, r.number, 4))
