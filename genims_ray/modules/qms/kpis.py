"""Key figures of a factory's production day, computed an hour after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns
from genims_ray.modules.qms.capas import target_date
from genims_ray.modules.qms.costs import entries
from genims_ray.modules.qms.days import FactoryDays, book, production_days
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.quality.spc import SLOTS
from genims_ray.world.rows import Ints
from genims_ray.world.supply.receipts import ACCEPTED


def quality_kpis(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    start, end = window.start - HOUR, window.end - HOUR
    days = production_days(world, start, end)
    if not len(days.day):
        return {}
    q, since, until = world.quality, int(days.opens.min()), int(days.closes.max())
    b = book(world, start, end)
    lots = b.lots
    made = np.where(lots.end >= world.start, days.of(b.factory_id[lots.order], lots.day), -1)
    parts_produced, parts_rejected = (days.total(made, lots.parts), days.total(made, lots.scrapped + lots.rework))
    found = q.inspections.every(b)
    inspected = np.where(b.appears[found.order], days.row(b.factory_id[found.order], found.time), -1)
    received = world.supply.receipts.between(since // DAY - 2, until // DAY + 3)
    received = received.where(world.company.materials.inspection_required[received.material_id - 1])
    verdict = world.supply.receipts.verdicts(received)
    decided = days.row(received.factory_id, q.incoming.times(received, verdict)[1])
    complaints = q.complaints.between(since // DAY - 1, until // DAY + 1)
    points = q.charts.between(since, until)
    factory_of_line = np.array([x.factory.factory_id for x in world.lines], dtype=np.int64)
    measured = days.row(factory_of_line[points.line], points.time)
    processes_total = _different(days, measured, points.line * SLOTS + points.slot)
    broken = _different(days, np.where(points.rule > 0, measured, -1), points.line * SLOTS + points.slot)
    reports = q.nonconformances.between(since, until)
    cases = q.cases.between(since, until)
    cases = cases.where(cases.closed >= world.start)
    late_from = np.maximum(cases.opened, (target_date(cases) + 1) * DAY - 1)
    late = late_from < cases.completed
    spent = entries(world, since, until)
    spent_on = days.row(spent["factory_id"], spent["entry_date"])
    costs = {
        name: days.total(np.where(spent["cost_category"] == name, spent_on, -1), spent["amount"])
        for name in ("prevention", "appraisal", "internal_failure", "external_failure")
    }
    gauges, overdue = _gauges(world, days)
    n_inspected = days.total(inspected)
    with np.errstate(divide="ignore", invalid="ignore"):
        ppm = 1e6 * parts_rejected / parts_produced
        passed = 100.0 * days.total(np.where(found.failed, -1, inspected)) / n_inspected
    return {
        "kpi_id": keys.key(days.factory_id, days.day, 0),
        "factory_id": days.factory_id,
        "kpi_date": days.day,
        "parts_produced": parts_produced,
        "parts_rejected": parts_rejected,
        "internal_defect_ppm": np.ma.masked_invalid(ppm),
        "first_time_quality_pct": np.ma.masked_invalid(passed),
        "incoming_lots_decided": days.total(decided),
        "incoming_lots_rejected": days.total(np.where(verdict.decision != ACCEPTED, decided, -1)),
        "customer_complaints": days.total(days.row(complaints.factory_id, complaints.received)),
        "processes_total": processes_total,
        "processes_in_control": processes_total - broken,
        "process_capability_avg": np.ma.masked_invalid(_capability(world, days, factory_of_line)),
        "ncr_opened": days.total(days.row(reports.factory_id, reports.created)),
        "ncr_closed": days.total(days.row(reports.factory_id, reports.closed)),
        "ncr_open_count": days.before_close(reports.factory_id, reports.created)
        - days.before_close(reports.factory_id, reports.closed),
        "capa_overdue": days.before_close(cases.factory_id[late], late_from[late])
        - days.before_close(cases.factory_id[late], cases.completed[late]),
        "prevention_cost": costs["prevention"],
        "appraisal_cost": costs["appraisal"],
        "internal_failure_cost": costs["internal_failure"],
        "external_failure_cost": costs["external_failure"],
        "total_coq": sum(costs.values()),
        "equipment_total": gauges,
        "equipment_overdue": overdue,
        "created_at": days.closes + HOUR,
    }


def _different(days: FactoryDays, row: Ints, what: Ints) -> Ints:
    """How many different ones fall into each day."""
    known = row >= 0
    return days.total(np.unique(row[known] * 2**30 + what[known]) >> 30)


def _capability(world: World, days: FactoryDays, factory_of_line: Ints) -> NDArray[np.float64]:
    """Mean Cpk of each factory's charts as calculated last before the end of each day."""
    value = np.full(len(days.day), np.nan)
    for t in np.unique(days.closes).tolist():
        cpk = world.quality.charts.capability(t).cpk
        known = np.isfinite(cpk)
        n = np.bincount(factory_of_line, known.sum(axis=1))
        total = np.bincount(factory_of_line, np.where(known, cpk, 0.0).sum(axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            at = days.closes == t
            value[at] = (total / n)[days.factory_id[at]]
    return value


def _gauges(world: World, days: FactoryDays) -> tuple[Ints, Ints]:
    """Gauges of each factory, and those past their due date at the end of each day."""
    factory = world.quality.gauges.masters.factory_id
    day, gauge = np.nonzero(days.factory_id[:, None] == factory)
    last = days.closes[day] - 1
    due, failed, _ = world.quality.gauges.standing(gauge, last)
    overdue = (last // DAY > due) & ~failed
    return np.bincount(day, minlength=len(days.day)), np.bincount(day[overdue], minlength=len(days.day))
