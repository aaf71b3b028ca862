"""Cost of quality by prevention, appraisal and failure, in cents."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, Ints, nothing, rows, within
from genims_ray.modules.qms.common import half_up, span
from genims_ray.modules.qms.gauges import ENTITY, calibration_cents
from genims_ray.modules.qms.nonconformances import THOUSANDTHS, costs
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.quality.complaints import LIFE_DAYS
from genims_ray.world.quality.nonconformances import PLACES, REWORK, SCRAP
from genims_ray.world.quality.spc import month_of, month_start

CATEGORIES = {
    "training": "prevention", "audit": "prevention", "improvement": "prevention", "inspection": "appraisal",
    "calibration": "appraisal", "scrap": "internal_failure", "rework": "internal_failure", "sorting": "internal_failure",
    "complaint_credit": "external_failure", "replacement": "external_failure", "warranty": "external_failure",
}  # fmt: skip
REFERENCES = (
    "ncr_header_id",
    "customer_complaint_id",
    "capa_header_id",
    "audit_id",
    "calibration_id",
    "work_order_id",
)
EXCESS = 0.06
"""Share of rejects from which an order's scrap and rework are a cost of their own; below, standards allow for it."""
ORDER_PLACES, CASE_PLACES, COMPLAINT_PLACES = 60_000, 61_000, 62_000
INSPECTION_MINUTES = {"first_piece": 6, "patrol": 4, "final": 12}


def quality_cost_entries(world: World, window: Window) -> Columns:
    start, end = span(world, window)
    e = entries(world, start, end)
    mask = within(window, e["entry_date"]) & (e["entry_date"] >= world.start)
    return rows(
        {name: e[name] for name in ("cost_entry_id", "factory_id", "cost_category", "cost_element")}
        | {name: np.ma.masked_equal(e[name], 0) for name in REFERENCES}
        | {
            "warranty_claim_id": nothing(len(mask), np.int64),
            "quantity": np.ma.masked_equal(e["quantity"], 0),
            "amount": e["amount"],
            "entry_date": e["entry_date"],
            "journal_entry_id": np.ma.array(e["cost_entry_id"], mask=True),
            "updated_at": e["entry_date"],
        },
        mask,
    )


def entries(world: World, start: int, end: int) -> Columns:
    """Entries that arise in [start, end), one row each; keys and quantities are 0 where there is none."""
    parts = [
        *_reports(world, start, end), *_complaints(world, start, end), *_cases(world, start, end), *_orders(world, start, end),
        _calibrations(world, start, end), _audits(world, start, end), _inspections(world, start, end),
        _training(world, start, end),
    ]  # fmt: skip
    merged = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    mask = (merged["entry_date"] >= start) & (merged["entry_date"] < end) & (merged["amount"] > 0)
    return rows(merged, mask)


def _entries(
    element: str,
    key: Ints,
    factory: Ints,
    amount: Ints,
    when: Ints,
    quantity: Ints | None = None,
    **document: Any,
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
        _entries(element, keys.key(r.entity, r.day, r.number * PLACES + place), r.factory_id, amounts[place], r.closed,
                 quantities[place], ncr_header_id=r.report_id)
        for place, element in enumerate(("scrap", "rework", "sorting"))
    ]  # fmt: skip


def _complaints(world: World, start: int, end: int) -> list[Columns]:
    c = world.quality.complaints.between(start // DAY - LIFE_DAYS, (end - 1) // DAY + 1)
    return [
        _entries(element, keys.key(c.line_id, c.day, COMPLAINT_PLACES + 2 * c.number + place), c.factory_id, amount, c.resolved,
                 customer_complaint_id=c.complaint_id)
        for place, (element, amount) in enumerate((("complaint_credit", c.credit), ("replacement", c.replacement)))
    ]  # fmt: skip


def _cases(world: World, start: int, end: int) -> list[Columns]:
    c = world.quality.cases.between(start, end)
    key = keys.key(c.entity, c.day, CASE_PLACES + c.number)
    return [_entries("improvement", key, c.factory_id, c.cost, c.closed, capa_header_id=c.case_id)]


def _orders(world: World, start: int, end: int) -> list[Columns]:
    """Scrap and rework of orders that had more of it than standards allow for."""
    if start >= end:
        return []
    b = world.orders.between(start, end)
    made, scrapped, reworked, _ = b.made(2**62)
    products = world.enterprise.products
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
        "calibration", keys.key(ENTITY + ids, c.day, 0), gauges.masters.factory_id[c.gauge], calibration_cents(world, c),
        c.recorded, calibration_id=keys.key(ids, c.day, 0),
    )  # fmt: skip


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
    ids, days, closes = production_days(world, start, end)
    if not len(days):
        zero = np.zeros(0, dtype=np.int64)
        return _entries("inspection", zero, zero, zero, zero)
    b = world.orders.between(start - 2 * DAY, end)
    found = world.quality.inspections.every(b)
    minutes = np.array(list(INSPECTION_MINUTES.values()))[found.kind]
    rate = round(100 * world.plant.quality_control.inspection_hour_usd)
    amount = np.zeros(len(days), dtype=np.int64)
    for i, (f, d) in enumerate(zip(ids.tolist(), days.tolist(), strict=True)):
        opens = closes_of(world, f, d - 1)
        mine = (
            (b.factory_id[found.order] == f)
            & (found.time >= opens)
            & (found.time < closes[i])
            & b.appears[found.order]
        )
        amount[i] = int(minutes[mine].sum()) * rate // 60
    return _entries("inspection", keys.key(ids, days, 1), ids, amount, closes)


def _training(world: World, start: int, end: int) -> Columns:
    """Training in quality, booked at the begin of each month."""
    months = np.arange(month_of(start), month_of(max(end - 1, start)) + 1)
    factories = np.array([f.factory_id for f in world.layout.factories], dtype=np.int64)
    factory, month = np.repeat(factories, len(months)), np.tile(months, len(factories))
    begin = np.array([month_start(int(m)) for m in month], dtype=np.int64)
    hours = world.rng.lognormal("training hours", 40.0, 0.35, factory, month)
    amount = np.round(100 * hours * world.plant.quality_control.labour_hour_usd).astype(np.int64)
    return _entries("training", keys.key(factory, begin // DAY, 2), factory, amount, begin + 9 * HOUR)


def production_days(world: World, start: int, end: int) -> tuple[Ints, Ints, Ints]:
    """Factory, production day and its end, of the production days that end in [start, end) after history began."""
    found = []
    for f in world.layout.factories:
        for d in range(max(start, world.start) // DAY - 2, (end - 1) // DAY + 2):
            closes = closes_of(world, f.factory_id, d)
            if max(start, world.start + DAY) <= closes < end:
                found.append((f.factory_id, d, closes))
    return tuple(np.array([x[k] for x in found], dtype=np.int64) for k in range(3))  # type: ignore[return-value]


def closes_of(world: World, factory_id: int, day: int) -> int:
    """When a production day ends at a factory."""
    line = next(i for i, x in enumerate(world.lines) if x.factory.factory_id == factory_id)
    return int(world.calendar.day_bounds(day)[line, 3])
