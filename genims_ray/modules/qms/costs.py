"""Cost of quality by prevention, appraisal and failure, in cents."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, known, nothing, rows
from genims_ray.modules.qms.common import changed, span
from genims_ray.modules.qms.days import book, production_days
from genims_ray.modules.qms.gauges import ENTITY, calibration_cents
from genims_ray.modules.qms.nonconformances import THOUSANDTHS, costs
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.money import half_up
from genims_ray.world.quality.complaints import LIFE_DAYS
from genims_ray.world.quality.nonconformances import PLACES, REWORK, SCRAP
from genims_ray.world.quality.spc import month_of, month_start
from genims_ray.world.rows import Ints

CATEGORIES = {
    "training": "prevention", "audit": "prevention", "improvement": "prevention", "inspection": "appraisal",
    "calibration": "appraisal", "scrap": "internal_failure", "rework": "internal_failure", "sorting": "internal_failure",
    "complaint_credit": "external_failure", "replacement": "external_failure", "warranty": "external_failure",
}  # fmt: skip
REFERENCES = ("ncr_header_id", "customer_complaint_id", "capa_header_id", "audit_id", "calibration_id", "work_order_id")
EXCESS = 0.06
"""Share of rejects from which an order's scrap and rework are a cost of their own; below, standards allow for it."""
ORDER_PLACES, CASE_PLACES, COMPLAINT_PLACES = 60_000, 61_000, 62_000
POSTED_WITHIN = HOUR + 300
INSPECTION_MINUTES = {"first_piece": 6, "patrol": 4, "final": 12}


def quality_cost_entries(world: World, window: Window) -> Columns:
    start, end = span(world, window)
    e = entries(world, start - POSTED_WITHIN, end)
    failure = np.isin(e["cost_category"], ("internal_failure", "external_failure"))
    # Accounting posts failures with the hour's costs, five minutes after it; the entry has the key of its cause.
    posted = np.where(failure, e["entry_date"] // HOUR * HOUR + POSTED_WITHIN, NEVER)
    mask, updated_at = changed(window, e["entry_date"] >= world.start, e["entry_date"], posted)
    return rows(
        {name: e[name] for name in ("cost_entry_id", "factory_id", "cost_category", "cost_element")}
        | {name: np.ma.masked_equal(e[name], 0) for name in REFERENCES}
        | {
            "warranty_claim_id": nothing(len(mask), np.int64),
            "quantity": np.ma.masked_equal(e["quantity"], 0),
            "amount": e["amount"],
            "entry_date": e["entry_date"],
            "journal_entry_id": known(window, posted, e["cost_entry_id"]),
            "updated_at": updated_at,
        },
        mask & (e["entry_date"] >= world.start),
    )


def entries(world: World, start: int, end: int) -> Columns:
    """Entries that arise in [start, end), one row each; keys and quantities are 0 where there is none."""
    parts = [
        *_reports(world, start, end),
        *_complaints(world, start, end),
        *_cases(world, start, end),
        *_orders(world, start, end),
        _calibrations(world, start, end),
        _audits(world, start, end),
        _inspections(world, start, end),
        _training(world, start, end),
    ]
    merged = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    mask = (merged["entry_date"] >= start) & (merged["entry_date"] < end) & (merged["amount"] > 0)
    return rows(merged, mask)


def _entries(
    element: str, key: Ints, factory: Ints, amount: Ints, when: Ints, quantity: Ints | None = None, **document: Any
) -> Columns:
    n = len(key)
    zero = np.zeros(n, dtype=np.int64)
    # One that concerns no quantity did not happen.
    amount = amount if quantity is None else np.where(quantity > 0, amount, 0)
    return {
        "cost_entry_id": key,
        "factory_id": factory,
        "cost_category": np.full(n, CATEGORIES[element]),
        "cost_element": np.full(n, element),
        "quantity": zero if quantity is None else quantity,
        "amount": amount,
        "entry_date": when,
    } | {name: document.get(name, zero) for name in REFERENCES}


def _reports(world: World, start: int, end: int) -> list[Columns]:
    r = world.quality.nonconformances.between(start, end)
    r = r.where(r.appears)
    amounts = costs(world, r)
    quantities = (r.split[:, SCRAP], r.split[:, REWORK], r.defective)
    return [
        _entries(
            element,
            keys.key(r.entity, r.day, r.number * PLACES + place),
            r.factory_id,
            amounts[place],
            r.closed,
            quantities[place],
            ncr_header_id=r.report_id,
        )
        for place, element in enumerate(("scrap", "rework", "sorting"))
    ]


def _complaints(world: World, start: int, end: int) -> list[Columns]:
    c = world.quality.complaints.between(start // DAY - LIFE_DAYS, (end - 1) // DAY + 1)
    return [
        _entries(
            element,
            keys.key(c.line_id, c.day, COMPLAINT_PLACES + 2 * c.number + place),
            c.factory_id,
            amount,
            c.resolved,
            customer_complaint_id=c.complaint_id,
        )
        for place, (element, amount) in enumerate((("complaint_credit", c.credit), ("replacement", c.replacement)))
    ]


def _cases(world: World, start: int, end: int) -> list[Columns]:
    c = world.quality.cases.between(start, end)
    key = keys.key(c.entity, c.day, CASE_PLACES + c.number)
    return [_entries("improvement", key, c.factory_id, c.cost, c.closed, capa_header_id=c.case_id)]


def _orders(world: World, start: int, end: int) -> list[Columns]:
    """Scrap and rework of orders that had more of it than standards allow for."""
    if start >= end:
        return []
    b = book(world, start, end)
    made, scrapped, reworked, _ = b.made(2**62)
    products = world.company.products
    cents = products.standard_cost_cents[np.searchsorted(products.product_id, b.product_id)]
    hour = world.layout.labour_cents(b.factory_id)
    much = b.appears & (b.closed != NEVER) & (scrapped + reworked > EXCESS * np.maximum(made, 1))
    found = []
    for place, (element, parts, amount) in enumerate(
        (("scrap", scrapped, scrapped * cents), ("rework", reworked, half_up(reworked * 150 * hour, HOUR)))
    ):
        key = keys.key(b.line_id, b.day, ORDER_PLACES + 2 * b.sequence + place)
        every = _entries(
            element, key, b.factory_id, amount, b.closed, THOUSANDTHS * parts, work_order_id=b.work_order_id
        )
        found.append(rows(every, much))
    return found


def _calibrations(world: World, start: int, end: int) -> Columns:
    gauges = world.quality.gauges
    c = gauges.calibrations(start // DAY, (end - 1) // DAY + 1)
    ids = gauges.masters.equipment_id[c.gauge]
    return _entries(
        "calibration",
        keys.key(ENTITY + ids, c.day, 0),
        gauges.masters.factory_id[c.gauge],
        calibration_cents(world, c),
        c.recorded,
        calibration_id=keys.key(ids, c.day, 0),
    )


def _audits(world: World, start: int, end: int) -> Columns:
    a, _ = world.quality.auditors.between(start, end)
    rate = round(100 * world.plant.quality_control.inspection_hour_usd)
    return _entries(
        "audit",
        keys.key(a.factory_id, a.planned, 10),
        a.factory_id,
        2 * a.hours * rate // 100,
        a.end,
        audit_id=a.audit_id,
    )


def _inspections(world: World, start: int, end: int) -> Columns:
    """Hours of the inspectors of each factory's production day, booked when it ends."""
    days = production_days(world, start, end)
    b = book(world, start, end)
    found = world.quality.inspections.every(b)
    row = np.where(b.appears[found.order], days.row(b.factory_id[found.order], found.time), -1)
    minutes = days.total(row, np.array(list(INSPECTION_MINUTES.values()))[found.kind])
    rate = round(100 * world.plant.quality_control.inspection_hour_usd)
    key = keys.key(days.factory_id, days.day, 1)
    return _entries("inspection", key, days.factory_id, minutes * rate // 60, days.closes)


def _training(world: World, start: int, end: int) -> Columns:
    """Training in quality, booked at the begin of each month."""
    months = np.arange(month_of(start), month_of(max(end - 1, start)) + 1)
    factories = np.array([f.factory_id for f in world.layout.factories], dtype=np.int64)
    factory, month = np.repeat(factories, len(months)), np.tile(months, len(factories))
    begin = np.array([month_start(int(m)) for m in month], dtype=np.int64)
    hours = world.rng.lognormal("training hours", 40.0, 0.35, factory, month)
    amount = np.round(100 * hours * world.plant.quality_control.labour_hour_usd).astype(np.int64)
    return _entries("training", keys.key(factory, begin // DAY, 2), factory, amount, begin + 9 * HOUR)
