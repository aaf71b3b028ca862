"""The journal of each asset, and its key figures month by month."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from genims_ray.modules.asof import Columns, joined
from genims_ray.modules.cmms.assets import replaced
from genims_ray.modules.cmms.common import child, empty, ints, lost_parts, orders, technician_id, texts, unless, where
from genims_ray.modules.cmms.condition import active_seconds, diagnosis
from genims_ray.modules.cmms.service import call_of
from genims_ray.world import DAY, HOUR, NEVER, Window, World
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN
from genims_ray.world.maintenance.movements import ISSUE, RETURN

COMPUTED_AT = 3 * HOUR
"""UTC time of the first day of a month at which the month before is computed."""


def maintenance_history(world: World, window: Window) -> Columns:
    """Written when an order is closed or cancelled."""
    m = world.maintenance
    codes = m.assets.code_ids
    rows: list[
        tuple[Job, int, str, int, int, int, int, int]
    ] = []  # order, number, type, time, component, mode, seconds, cents
    for job in orders(world, window):
        written = job.missed if job.missed > 0 else job.closed
        if window.is_opening or not window.start <= written < window.end:
            continue
        if job.missed > 0:
            rows.append((job, 1, "work_missed", written, 0, 0, NEVER, NEVER))
            continue
        event = replaced(world, job)
        lives = m.components.ended_by(job.place, event) if event is not None and job.place is not None else None
        if job.damage:
            begun = job.event or job.stop
            assert begun is not None
            rows.append(
                (
                    job,
                    1,
                    "failure",
                    begun.start,
                    lives[0].key if lives else 0,
                    codes["mode", diagnosis(job).mode],
                    NEVER,
                    NEVER,
                )
            )
        if lives:
            rows.append((job, 2, "component_replaced", job.end, lives[1].key, 0, NEVER, NEVER))
        call = call_of(world, job)
        if call:
            rows.append((job, 3, "service_visit", call.resolved, 0, 0, NEVER, NEVER))
        cost = (
            world.maintenance.costs.labour(job) + world.maintenance.costs.parts(job) + (call.cost_cents if call else 0)
        )
        rows.append((job, 4, "work_done", job.end, 0, 0, job.stopped, cost))
    return empty(
        {
            "history_id": ints(child(r[0].key, r[1]) for r in rows),
            "asset_id": ints(r[0].asset.asset_id for r in rows),
            "maintenance_work_order_id": ints(r[0].key for r in rows),
            "event_type": texts(r[2] for r in rows),
            "event_date": ints(r[3] for r in rows),
            "asset_component_id": unless(r[4] for r in rows),
            "failure_mode_id": unless(r[5] for r in rows),
            "meter_hours": _meters(world, [r[0] for r in rows], [r[3] for r in rows]),
            "downtime_hours": where(
                [r[6] != NEVER for r in rows], ((200 * max(r[6], 0) + HOUR) // (2 * HOUR) for r in rows)
            ),
            "total_cost": where([r[7] != NEVER for r in rows], (max(r[7], 0) for r in rows)),
            "performed_by": unless(0 if r[2] == "work_missed" else technician_id(world, r[0].technician) for r in rows),
            "created_at": ints(r[0].missed if r[0].missed > 0 else r[0].closed for r in rows),
        }
    )


def _meters(world: World, jobs: list[Job], times: list[int]) -> object:
    """Running hours by the reading at the beginning of the production day, thousandths."""
    plan = world.maintenance.plan
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    found: list[int] = []
    for job, time in zip(jobs, times, strict=True):
        asset = job.asset
        if asset.machine_id:
            work = world.shopfloor.production.state(plan.day_of(asset.factory_id, time)).work[lines[asset.line_id]]
            found.append(round(1_000 * plan.meter_base(asset)) + int(work / 3.6))
        else:
            found.append(round(1_000 * plan.forecast_hours(asset, time)) if asset.metered else NEVER)
    return unless(found, NEVER)


def asset_reliability_metrics(world: World, window: Window) -> Columns:
    """Computed early on the first day of the next month, in UTC."""
    if window.is_opening:
        return {}
    parts = [
        _month(world, begin, end)
        for begin, end in _months(window.start - COMPUTED_AT, window.end - COMPUTED_AT)
        if window.start <= end * DAY + COMPUTED_AT < window.end
    ]
    return {name: joined([p[name] for p in parts]) for name in parts[0]} if parts else {}


def _months(start: int, end: int) -> list[tuple[int, int]]:
    """(first day, first day of the next month) of the months that end in [start, end)."""
    found: list[tuple[int, int]] = []
    day = datetime.fromtimestamp(start, UTC)
    year, month = day.year, day.month
    while True:
        first = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) // DAY
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        following = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) // DAY
        if first * DAY > end:
            return found
        before = datetime.fromtimestamp((first - 1) * DAY, UTC)
        previous = int(datetime(before.year, before.month, 1, tzinfo=UTC).timestamp()) // DAY
        found.append((previous, first))
        if following * DAY > end + 40 * DAY:
            return found


def _month(world: World, first: int, following: int) -> Columns:
    m = world.maintenance
    assets = m.plan.assets
    row = {a.asset_id: i for i, a in enumerate(assets)}
    n = len(assets)
    begin, end = first * DAY, following * DAY
    before_history = begin < world.start
    jobs = m.jobs.between(begin, end)
    zero = np.zeros(n, dtype=np.int64)
    (planned, unplanned, repair, failures, due, on_time, corrective, breakdowns, labour, parts, contractor, lost) = (
        zero.copy() for _ in range(12)
    )
    for job, missing in zip(jobs, lost_parts(world, jobs), strict=True):
        i = row[job.asset.asset_id]
        if job.type == "preventive" and first <= job.due_day < following:
            due[i] += 1
            on_time[i] += 0 < job.end < end and m.plan.day_of(job.asset.factory_id, job.end) <= job.due_day
        for b in job.bookings:
            if begin <= b.end < end and (before_history or b.end >= world.start):
                labour[i] += world.maintenance.costs.of_time(b)
        if not begin <= job.end < end:
            continue
        if before_history:
            parts[i] += world.maintenance.costs.parts(job, all_of_them=True)
        call = call_of(world, job)
        contractor[i] += call.cost_cents if call else 0
        corrective[i] += job.type in ("corrective", "predictive")
        breakdowns[i] += job.type == "breakdown"
        if job.kind in (BREAKDOWN, ADJUSTMENT):
            unplanned[i] += job.stopped
            lost[i] += missing
        else:
            planned[i] += job.stopped
        if job.kind == BREAKDOWN:
            failures[i] += 1
            repair[i] += active_seconds(job)
    if not before_history:
        for move in m.stock.between(begin, end, jobs):
            if move.type in (ISSUE, RETURN):
                parts[row[move.job >> 36]] -= world.maintenance.costs.of_movement(move)
    operating, units = _produced(world, first, following)
    op, mend = operating / 100, np.round(repair / 36) / 100
    none = failures == 0
    many = np.maximum(failures, 1)
    availability = np.where(op + mend > 0, 100 * op / np.maximum(op + mend, 1e-9), 100.0)
    return {
        "metric_id": ints((a.asset_id << 36) | (first << 16) for a in assets),
        "asset_id": ints(a.asset_id for a in assets),
        "period_start_date": np.full(n, first),
        "period_end_date": np.full(n, following - 1),
        "operating_hours": operating,
        "planned_downtime_hours": (planned + 18) // 36,
        "unplanned_downtime_hours": (unplanned + 18) // 36,
        "repair_hours": np.round(repair / 36).astype(np.int64),
        "number_of_failures": failures,
        "mtbf_hours": np.ma.array(op / many, mask=none),
        "mttr_hours": np.ma.array(mend / many, mask=none),
        "availability_pct": np.round(availability, 6),
        "pm_work_orders": due,
        "pm_work_orders_on_time": on_time,
        "cm_work_orders": corrective,
        "breakdown_work_orders": breakdowns,
        "labor_cost": labour,
        "parts_cost": parts,
        "contractor_cost": contractor,
        "total_maintenance_cost": labour + parts + contractor,
        "production_units": units,
        "production_loss_units": lost,
        "created_at": np.full(n, end + COMPUTED_AT),
    }


def _produced(world: World, first: int, following: int) -> tuple[np.ndarray, np.ndarray]:
    """Running hours (hundredths) and parts between the meter readings of the first days of two months."""
    plan = world.maintenance.plan
    a, b = world.shopfloor.production.state(max(first, plan.first_day)), world.shopfloor.production.state(following)
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    hours, units = [], []
    for asset in plan.assets:
        if asset.machine_id:
            i = lines[asset.line_id]
            base = round(1_000 * plan.meter_base(asset))
            read = [base + int(s.work[i] / 3.6) for s in (a, b)]
            hours.append((read[1] - read[0] + 5) // 10)
            units.append(int(b.parts[i] - a.parts[i]))
        else:
            span = [plan.forecast_hours(asset, day * DAY) for day in (first, following)]
            hours.append(round(100 * (span[1] - span[0])))
            units.append(0)
    return ints(hours), ints(units)
