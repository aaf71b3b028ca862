"""Service contracts, and the external engineers called under them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import (
    OFFICE,
    empty,
    instants,
    ints,
    latest,
    number,
    orders,
    seen,
    technician_id,
    texts,
    unless,
    where,
)
from genims_ray.world import DAY, HOUR, Window, World
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.maintenance.due import SERVICE, STATUTORY
from genims_ray.world.maintenance.jobs import BREAKDOWN, PREDICTIVE

COVERED_KINDS = 0.15
"""Share of the kinds of assets at a factory that have a contract, beside those inspected by law."""
SERVICED_BY_MAKER = 0.3
"""Share of the service rounds under contract in which the maker's engineer takes part."""
LONG_REPAIRS = 5.0
"""Hours: kinds that may need longer are always covered at the first factory."""
TERM_DAYS = 730
NOTICE_BEFORE = 30


@dataclass(frozen=True)
class Contract:
    """One term of a contract; `number` counts the renewals."""

    contract_id: int
    factory_id: int
    kind: str
    asset_id: int  # 0 if all of the kind are covered
    type: str
    supplier_id: int
    start: int
    value_cents: int
    rate_cents: int
    response: int  # hours
    created: int


@dataclass(frozen=True)
class Call:
    """A visit of an external engineer."""

    contract: Contract
    called: int
    arrived: int
    resolved: int
    covered: bool
    cost_cents: int
    rating: int


def contract(world: World, asset: Asset, time: int) -> Contract | None:
    """The term in force for an asset at an instant."""
    for index, (factory_id, kind, asset_id) in enumerate(_covered(world)):
        if factory_id == asset.factory_id and kind == asset.kind and asset_id in (0, asset.asset_id):
            first = _first_day(world, index)
            return _term(world, index, factory_id, kind, asset_id, (time // DAY - first) // TERM_DAYS)
    return None


def _covered(world: World) -> list[tuple[int, str, int]]:
    """(factory, kind of asset, the asset or 0 for all) of each contract."""
    found, seen_kinds = [], set()
    for asset in world.maintenance.assets.every:
        at = (asset.factory_id, asset.kind)
        if at in seen_kinds:
            continue
        seen_kinds.add(at)
        index = len(seen_kinds)
        at_home = asset.factory_id == world.layout.factories[0].factory_id
        drawn = float(world.rng.uniform("contract", asset.factory_id, index)) < COVERED_KINDS
        long = max((place.repair_hours for place in asset.places), default=0.0) >= LONG_REPAIRS
        if drawn or (long and at_home) or (asset.safety_critical and not asset.machine_id):
            one = asset.metered and not asset.machine_id and asset.safety_critical
            found.append((*at, asset.asset_id if one else 0))
    return found


def _first_day(world: World, index: int) -> int:
    return world.start // DAY - TERM_DAYS + int(world.rng.words("contract age", index) % np.uint64(TERM_DAYS))


def _term(world: World, index: int, factory_id: int, kind: str, asset_id: int, number: int) -> Contract:
    first, rng = _first_day(world, index), world.rng
    assets = [a for a in world.maintenance.assets.every if a.factory_id == factory_id and a.kind == kind]
    by_law = assets[0].safety_critical and not assets[0].machine_id
    kinds = ("on_call", "parts_and_labor", "on_call", "full_service")
    type_ = (
        "full_service"
        if asset_id
        else "inspection"
        if by_law
        else kinds[int(rng.words("contract kind", index) % np.uint64(4))]
    )
    firms = world.maintenance.spares.service_firms
    size = {"full_service": 1.6, "parts_and_labor": 1.0, "inspection": 0.35, "on_call": 0.25}[type_]
    fee = world.plant.upkeep.contract_usd * size * TERM_DAYS / 365 * (1 + 0.03 * number)
    start = first + number * TERM_DAYS
    return Contract(
        index * 100 + number + 1,
        factory_id,
        kind,
        asset_id,
        type_,
        firms[index % len(firms)],
        start,
        round(fee * float(rng.lognormal("contract fee", 1.0, 0.25, index))) * 100,
        (95 + 5 * int(rng.words("contract rate", index) % np.uint64(9))) * 100,
        (4, 8, 24)[int(rng.words("contract response", index) % np.uint64(3))],
        (start - NOTICE_BEFORE) * DAY + OFFICE,
    )


def service_contracts(world: World, window: Window) -> Columns:
    """Terms in force in the opening, renewals when they are signed."""
    rows = []
    for index, (factory_id, kind, asset_id) in enumerate(_covered(world)):
        first = _first_day(world, index)
        now = (window.end // DAY - first) // TERM_DAYS
        for number_ in range(max(now - 1, 0), now + 2):
            term = _term(world, index, factory_id, kind, asset_id, number_)
            standing = window.is_opening and term.created < window.end and term.start + TERM_DAYS > world.start // DAY
            if standing or (window.start <= term.created < window.end and not window.is_opening):
                rows.append(term)
    billing = {"full_service": "monthly", "parts_and_labor": "quarterly", "inspection": "yearly", "on_call": "yearly"}
    year = [np.datetime64(term.start, "D").astype("datetime64[Y]") for term in rows]
    return empty(
        {
            "contract_id": ints(t.contract_id for t in rows),
            "contract_number": texts(f"SVC-{y}-{t.contract_id:05d}" for t, y in zip(rows, year, strict=True)),
            "supplier_id": ints(t.supplier_id for t in rows),
            "factory_id": ints(t.factory_id for t in rows),
            "asset_id": unless(t.asset_id for t in rows),
            "asset_type": texts("" if t.asset_id else t.kind for t in rows),
            "contract_type": texts(t.type for t in rows),
            "contract_start_date": ints(t.start for t in rows),
            "contract_end_date": ints(t.start + TERM_DAYS - 1 for t in rows),
            "contract_value": ints(t.value_cents for t in rows),
            "billing_frequency": texts(billing[t.type] for t in rows),
            "callout_rate": ints(t.rate_cents for t in rows),
            "response_time_hours": ints(100 * t.response for t in rows),
            "resolution_time_hours": ints(300 * t.response for t in rows),
            "uptime_guarantee_pct": where(
                [t.type == "full_service" for t in rows], (9_600 + 50 * (t.contract_id % 5) for t in rows)
            ),
            "renewal_notice_days": ints(60 if t.type == "full_service" else 90 for t in rows),
            "created_at": ints(t.created for t in rows),
        }
    )


def call_of(world: World, job: Job) -> Call | None:
    """The external engineer's visit for an order: inspections by law and many service rounds of utilities, and
    some long repairs."""
    if job.start <= 0 or job.end <= 0 or job.start < world.start:
        return None
    by_law = job.kind == STATUTORY and not job.asset.machine_id
    visit = job.kind == SERVICE and float(world.rng.uniform("maker's service", job.key)) < SERVICED_BY_MAKER
    long = job.kind in (BREAKDOWN, PREDICTIVE) and job.end - job.worked > 3 * HOUR
    wanted = job.end - job.worked > LONG_REPAIRS * HOUR
    wanted = wanted or float(world.rng.uniform("external", job.key)) < world.plant.upkeep.external_share
    if not (by_law or visit or (long and wanted)):
        return None
    term = contract(world, job.asset, job.start)
    if term is None:
        return None
    called = job.start + 600 if long else job.assigned
    work = job.end - max(called, job.worked)
    arrived = max(called, job.worked) + (
        int(0.4 * work * float(world.rng.uniform("engineer comes", job.key))) if long else 0
    )
    arrived = max(arrived, job.start)
    resolved = job.end
    covered = term.type in ("full_service", "parts_and_labor") or (not long and term.type == "inspection")
    cost = 0 if covered else ((resolved - arrived) * term.rate_cents * 2 + 3_600) // 7_200
    rating = (5, 4, 4, 3, 5, 4, 2, 5)[int(world.rng.words("rating", job.key) % np.uint64(8))]
    return Call(term, called, arrived, resolved, covered, cost, rating)


def service_call_logs(world: World, window: Window) -> Columns:
    rows = []
    for job in orders(world, window):
        call = call_of(world, job)
        if (
            call
            and not window.is_opening
            and any(window.start <= t < window.end for t in (call.called, call.arrived, call.resolved))
        ):
            rows.append((job, call))
    resolved = [seen(window, c.resolved) for _, c in rows]
    return empty(
        {
            "call_log_id": ints(j.key for j, _ in rows),
            "call_number": texts(number("SC", j) for j, _ in rows),
            "contract_id": ints(c.contract.contract_id for _, c in rows),
            "asset_id": ints(j.asset.asset_id for j, _ in rows),
            "maintenance_work_order_id": ints(j.key for j, _ in rows),
            "priority": texts(j.priority for j, _ in rows),
            "call_date": ints(c.called for _, c in rows),
            "arrived_at": instants(window, (c.arrived for _, c in rows)),
            "resolved_at": instants(window, (c.resolved for _, c in rows)),
            "covered_by_contract": where(resolved, (c.covered for _, c in rows), bool),
            "service_cost": where(resolved, (c.cost_cents for _, c in rows)),
            "customer_rating": where(resolved, (c.rating for _, c in rows)),
            "call_status": texts(
                "resolved" if r else "on_site" if seen(window, c.arrived) else "called"
                for (_, c), r in zip(rows, resolved, strict=True)
            ),
            "called_by": ints(technician_id(world, j.technician) for j, _ in rows),
            "created_at": ints(c.called for _, c in rows),
            "updated_at": ints(latest(window, (c.called, c.arrived, c.resolved)) for _, c in rows),
        }
    )
