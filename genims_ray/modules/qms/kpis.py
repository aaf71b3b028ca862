"""Key figures of a factory's production day, computed an hour after it."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.qms.costs import closes_of, entries, production_days
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.quality.spc import month_of, month_start
from genims_ray.world.receipts import ACCEPTED

CATEGORIES = ("prevention", "appraisal", "internal_failure", "external_failure")


def quality_kpis(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    ids, days, closes = production_days(world, window.start - HOUR, window.end - HOUR)
    if not len(days):
        return {}
    q, start = world.quality, int(closes.min()) - 27 * HOUR
    end = int(closes.max()) + 1
    b = world.orders.between(start, end)
    found = q.inspections.every(b)
    found = found.where(b.appears[found.order])
    inspected_at = b.factory_id[found.order]
    lots = world.receipts.between(start // DAY - 2, end // DAY + 3)
    lots = lots.where(world.enterprise.materials.inspection_required[lots.material_id - 1])
    verdict = world.receipts.verdicts(lots)
    decided = q.incoming.times(lots, verdict)[1]
    complaints = q.complaints.between(start // DAY - 1, end // DAY + 1)
    points = q.charts.between(max(start, world.start), end)
    chart = points.line * 128 + points.slot
    factory_of_line = np.array([x.factory.factory_id for x in world.lines])
    reports = q.nonconformances.between(max(start, world.start), end)
    cases = q.cases.between(max(start, world.start), end)
    case_target = (cases.opened // DAY + np.array([20, 45, 60])[cases.severity] + 1) * DAY
    costs = entries(world, max(start, world.start), end)
    runs = {d: q.day(d) for d in np.unique(days).tolist()}
    masters = q.gauges.masters
    rows = []
    for f, d, until in zip(ids.tolist(), days.tolist(), closes.tolist(), strict=True):
        since = max(closes_of(world, f, d - 1), world.start)

        def inside(time: np.ndarray, since: int = since, until: int = until) -> np.ndarray:
            return (time >= since) & (time < until)

        r = runs[d]
        own = factory_of_line[r.line] == f
        recorded = own & (r.end >= world.start)
        produced, rejected = int(r.parts[recorded].sum()), int((r.scrapped + r.rework)[recorded].sum())
        mine = (inspected_at == f) & inside(found.time)
        of_lots = (lots.factory_id == f) & inside(decided)
        of_points = (factory_of_line[points.line] == f) & inside(points.time)
        broken = np.unique(chart[of_points & (points.rule > 0)])
        of_reports = (reports.factory_id == f) & reports.appears
        open_ = of_reports & (reports.created < until) & (reports.closed >= until)
        overdue = (
            (cases.factory_id == f)
            & (cases.opened < until)
            & (cases.completed >= until)
            & (case_target <= until)
        )
        overdue &= cases.closed >= world.start
        month = month_of(until - 1 - 2 * HOUR) - 1
        cpk = np.zeros(0)
        if month_start(month + 1) > world.start:
            values = q.charts.capability(month).cpk[factory_of_line == f]
            cpk = values[np.isfinite(values)]
        spent = [
            int(
                costs["amount"][
                    (costs["factory_id"] == f) & (costs["cost_category"] == c) & inside(costs["entry_date"])
                ].sum()
            )
            for c in CATEGORIES
        ]
        _, due, failed = q.gauges.standing((until - 1) // DAY)
        own_gauges = masters.factory_id == f
        charts_seen = len(np.unique(chart[of_points]))
        rows.append((
            keys.key(f, d, 0), f, d, produced, rejected, 1e6 * rejected / produced if produced else np.nan,
            100 * (1 - found.failed[mine].mean()) if mine.any() else np.nan, int(of_lots.sum()),
            int((verdict.decision[of_lots] != ACCEPTED).sum()),
            int(((complaints.factory_id == f) & inside(complaints.received)).sum()), charts_seen, charts_seen - len(broken),
            cpk.mean() if len(cpk) else np.nan, int((of_reports & inside(reports.created)).sum()),
            int((of_reports & inside(reports.closed)).sum()), int(open_.sum()), int(overdue.sum()), *spent, sum(spent),
            int(own_gauges.sum()), int((own_gauges & (due < (until - 1) // DAY) & ~failed).sum()), until + HOUR,
        ))  # fmt: skip
    columns = {name: np.array([row[i] for row in rows]) for i, name in enumerate(COLUMNS)}
    for name in ("internal_defect_ppm", "first_time_quality_pct", "process_capability_avg"):
        columns[name] = np.ma.masked_invalid(columns[name].astype(np.float64))
    return columns


COLUMNS = (
    "kpi_id", "factory_id", "kpi_date", "parts_produced", "parts_rejected", "internal_defect_ppm", "first_time_quality_pct",
    "incoming_lots_decided", "incoming_lots_rejected", "customer_complaints", "processes_total", "processes_in_control",
    "process_capability_avg", "ncr_opened", "ncr_closed", "ncr_open_count", "capa_overdue", "prevention_cost",
    "appraisal_cost", "internal_failure_cost", "external_failure_cost", "total_coq", "equipment_total", "equipment_overdue",
    "created_at",
)  # fmt: skip
