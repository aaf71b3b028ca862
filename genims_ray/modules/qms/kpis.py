"""Key figures of a factory's production day, computed an hour after it."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.world import Window, World, keys


def quality_kpis(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    k = world.quality.key_figures.between(window)
    if not len(k):
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        ppm = 1e6 * k.parts_rejected / k.parts_produced
        passed = 100.0 * k.passed / k.inspected
    prevention, appraisal, internal_failure, external_failure = k.costs.T
    return {
        "kpi_id": keys.key(k.factory_id, k.day, 0),
        "factory_id": k.factory_id,
        "kpi_date": k.day,
        "parts_produced": k.parts_produced,
        "parts_rejected": k.parts_rejected,
        "internal_defect_ppm": np.ma.masked_invalid(ppm),
        "first_time_quality_pct": np.ma.masked_invalid(passed),
        "incoming_lots_decided": k.lots_decided,
        "incoming_lots_rejected": k.lots_rejected,
        "customer_complaints": k.complaints,
        "processes_total": k.charts,
        "processes_in_control": k.charts - k.signalled,
        "process_capability_avg": np.ma.masked_invalid(k.capability),
        "ncr_opened": k.ncr_opened,
        "ncr_closed": k.ncr_closed,
        "ncr_open_count": k.ncr_open,
        "capa_overdue": k.cases_overdue,
        "prevention_cost": prevention,
        "appraisal_cost": appraisal,
        "internal_failure_cost": internal_failure,
        "external_failure_cost": external_failure,
        "total_coq": k.total_cost,
        "equipment_total": k.gauges,
        "equipment_overdue": k.gauges_overdue,
        "created_at": k.computed,
    }
