"""The journal of each asset, and its key figures month by month."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, only, unless
from genims_ray.modules.cmms.work_orders import hundredths
from genims_ray.world import HOUR, NEVER, Window, World, keys
from genims_ray.world.maintenance.reports import DAMAGE

EVENTS = np.array(("work_missed", "failure", "component_replaced", "service_visit", "work_done"))
MISSED, FAILURE, REPLACED, VISIT, DONE = range(5)
NUMBERS = np.array((1, 1, 2, 3, 4))
"""Numbers of the entries of an order in their keys."""


def maintenance_history(world: World, window: Window) -> Columns:
    """Written when an order is closed or cancelled."""
    m = world.maintenance
    work = m.work_orders.touched(window)
    o = work.orders
    work = work.of(o.where((o.written >= window.start) & (o.written < window.end)))
    o = work.orders
    if window.is_opening or not len(o):
        return {}
    done = o.missed < 0
    changes, _ = m.components.changes(o)
    changes = changes.where(done[changes.row])
    calls = m.service.calls(o)
    failed = np.flatnonzero(done & np.isin(o.kind, DAMAGE))
    parts = (
        (MISSED, np.flatnonzero(~done)),
        (FAILURE, failed),
        (REPLACED, changes.row),
        (VISIT, calls.row),
        (DONE, np.flatnonzero(done)),
    )
    of = np.concatenate([row for _, row in parts])
    event = np.repeat([event for event, _ in parts], [len(row) for _, row in parts])
    order = np.lexsort((event, of))
    of, event = of[order], event[order]
    old, new = np.zeros(len(o), dtype=np.int64), np.zeros(len(o), dtype=np.int64)
    old[changes.row], new[changes.row] = changes.old, changes.new
    event_date = np.select([event == MISSED, event == FAILURE], [o.missed[of], o.begun[of]], o.end[of])
    end, table = event == DONE, m.assets.table
    return {
        "history_id": keys.part(o.key[of], NUMBERS[event]),
        "asset_id": table.asset_id[o.asset[of]],
        "maintenance_work_order_id": o.key[of],
        "event_type": EVENTS[event],
        "event_date": event_date,
        "asset_component_id": unless(np.select([event == FAILURE, event == REPLACED], [old[of], new[of]], 0)),
        "failure_mode_id": unless(np.where(event == FAILURE, m.reports.modes(o)[of], 0)),
        "meter_hours": unless(m.meters.hours(o.asset[of], event_date), NEVER),
        "downtime_hours": only(end, hundredths(o.stopped[of], HOUR)),
        "total_cost": only(end, np.maximum(m.costs.of(work).total[of], 0)),
        "performed_by": unless(np.where(event == MISSED, 0, m.technicians.keys(o.technician)[of])),
        "created_at": o.written[of],
    }


def asset_reliability_metrics(world: World, window: Window) -> Columns:
    """Computed early on the first day of the next month, in UTC."""
    f = world.maintenance.monthly.between(window)
    if not len(f):
        return {}
    operating, repair = f.operating / 100, np.round(f.repair / 36) / 100
    sound, many = f.failures == 0, np.maximum(f.failures, 1)
    total = np.maximum(operating + repair, 1e-9)
    return {
        "metric_id": keys.key(f.asset_id, f.first, 0),
        "asset_id": f.asset_id,
        "period_start_date": f.first,
        "period_end_date": f.last,
        "operating_hours": f.operating,
        "planned_downtime_hours": (f.planned + 18) // 36,
        "unplanned_downtime_hours": (f.unplanned + 18) // 36,
        "repair_hours": np.round(f.repair / 36).astype(np.int64),
        "number_of_failures": f.failures,
        "mtbf_hours": only(~sound, operating / many),
        "mttr_hours": only(~sound, repair / many),
        "availability_pct": np.round(np.where(operating + repair > 0, 100 * operating / total, 100.0), 6),
        "pm_work_orders": f.due,
        "pm_work_orders_on_time": f.on_time,
        "cm_work_orders": f.corrective,
        "breakdown_work_orders": f.breakdowns,
        "labor_cost": f.labour,
        "parts_cost": f.parts,
        "contractor_cost": f.contractor,
        "total_maintenance_cost": f.total,
        "production_units": f.units,
        "production_loss_units": f.lost,
        "created_at": f.time,
    }
