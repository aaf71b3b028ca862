"""What truly happened to quality, with the keys of what shows it: the answers, which no system records.

Each table is a mapping of aligned arrays. Effects are listed one a row, by the number of their cause.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, NEVER, Window
from genims_ray.world import World, keys
from genims_ray.world.company.calendar import PLANNED_MAINTENANCE
from genims_ray.world.quality.cases import CHRONIC_NUMBER, CHRONIC_REPORTS, by_trend
from genims_ray.world.supply.receipts import DECISIONS

Table = dict[str, NDArray[Any]]


def truth(world: World, start: int, end: int) -> dict[str, Table]:
    """All that acts in [start, end), UTC seconds, `end` a day after `start` at least."""
    return {
        "special_causes": special_causes(world, start, end),
        "special_cause_points": special_cause_points(world, start, end),
        "chronic_causes": chronic_causes(world, start, end),
        "bad_lots": bad_lots(world, start, end),
        "bad_lot_orders": bad_lot_orders(world, start, end),
        "expired_certificates": runs_of(world, start, end, "expired"),
        "after_maintenance": runs_of(world, start, end, "maintenance"),
        "gauges_out": gauges_out(world, start, end),
        "gauge_complaints": gauge_complaints(world, start, end),
    }


def special_causes(world: World, start: int, end: int) -> Table:
    """One row a cause; `shift` in standard deviations."""
    found = world.shopfloor.causes.special(start, end)
    line = np.searchsorted(world.shopfloor.characteristics.line_ids, found.line_id)
    return {
        "cause": np.arange(len(line)),
        "line_id": found.line_id,
        "chart_id": world.quality.charts.chart_id(line, found.slot),
        "start": found.start,
        "end": found.end,
        "shift": found.shift,
    }


def special_cause_points(world: World, start: int, end: int) -> Table:
    """The points measured while a cause was at work, and whether a rule signalled."""
    causes, charts = special_causes(world, start, end), world.quality.charts
    p = charts.between(Window(start, end))
    p = p.where(p.special != 0)
    chart = charts.chart_id(p.line, p.slot)
    span = 2**34
    order = np.lexsort((causes["start"], causes["chart_id"]))
    axis = (causes["chart_id"] * span + causes["start"])[order]
    if not len(order):
        order, axis = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    # A point is measured in the second after the last part was made.
    place = np.maximum(np.searchsorted(axis, chart * span + p.time - 1, side="right") - 1, 0)
    return {
        "cause": order[place],
        "data_point_id": keys.key(chart, p.time // DAY, (p.time % DAY) // 2),
        "signalled": p.rule > 0,
    }


def chronic_causes(world: World, start: int, end: int) -> Table:
    """Recurring defects with the report that found each (0: seen as a trend) and the case that ended it."""
    c = world.shopfloor.causes.chronic(start, end)
    line = np.searchsorted(world.shopfloor.characteristics.line_ids, c.line_id)
    day = c.detected // DAY
    report = keys.key(c.line_id, day, CHRONIC_REPORTS + c.cell % 2)
    return {
        "line_id": c.line_id,
        "chart_id": world.quality.charts.chart_id(line, c.slot),
        "share": c.share,
        "onset": c.onset,
        "detected": c.detected,
        "opened": c.opened,
        "ends": c.ends,
        "effective": c.effective,
        "ncr_header_id": np.where(by_trend(world.rng, c), 0, report),
        "capa_header_id": keys.key(c.line_id, day, CHRONIC_NUMBER + 2 * (c.cell % 2)),
    }


def bad_lots(world: World, start: int, end: int) -> Table:
    """Lots of suppliers whose process was out of hand, whether or not anybody noticed; `inspection_lot_id` is 0
    where no inspection of it is on record."""
    lots = world.supply.receipts.between(max(start // DAY, world.company.calendar.first_day + 1), (end - 1) // DAY + 2)
    lots = lots.where(lots.bad & (lots.received < end))
    verdict = world.supply.receipts.verdicts(lots)
    required = world.company.materials.inspection_required[lots.material_id - 1]
    recorded = required & (world.quality.incoming.times(lots, verdict)[1] >= world.start)
    return {
        "lot_id": lots.lot_id,
        "supplier_id": lots.supplier_id,
        "material_id": lots.material_id,
        "factory_id": lots.factory_id,
        "fraction": lots.fraction,
        "received": lots.received,
        "inspection_lot_id": np.where(recorded, lots.lot_id, 0),
        "decision": np.where(required, np.array(DECISIONS)[verdict.decision], "none"),
    }


def bad_lot_orders(world: World, start: int, end: int) -> Table:
    """Orders in work with a bad lot in them."""
    process, receipts = world.shopfloor.process, world.supply.receipts
    lot_ids, orders = [], []
    for d in world.company.calendar.days(start, end):
        day = world.shopfloor.production.day(d)
        line, place, _, pair, delivered = process.lots_of_orders(day)
        lots, c = receipts.lots(pair, delivered), day.campaigns
        begun, done = c.setup_start[line, place], c.end[line, place]
        at_work = (begun != NEVER) & (begun < end) & ((done == NEVER) | (done >= start))
        chosen = lots.bad & at_work
        lots, line, place = lots.where(chosen), line[chosen], place[chosen]
        orders.append(keys.key(process.characteristics.line_ids[line], c.day[line, place], c.sequence[line, place]))
        lot_ids.append(lots.lot_id)
    pairs = np.unique(np.stack([np.concatenate(lot_ids), np.concatenate(orders)], axis=1), axis=0)
    return {"lot_id": pairs[:, 0], "work_order_id": pairs[:, 1]}


def runs_of(world: World, start: int, end: int, what: str) -> Table:
    """Container lots made by an operator with an expired certificate, or after a maintenance window."""
    process, ids, parts = world.shopfloor.process, world.shopfloor.characteristics.line_ids, []
    for d in world.company.calendar.days(start, end):
        r, day = world.shopfloor.production.runs(d), world.shopfloor.production.day(d)
        who = process.operator(day, r.line, r.end - 1)
        chosen = world.people.expired(who, d) if what == "expired" else process.after_maintenance(day, r.line, r.end)
        chosen &= (r.parts > 0) & (r.end >= start) & (r.end < end)
        columns = (ids[r.line], keys.key(ids[r.line], d, r.sequence), who, r.end, r.parts, r.scrapped + r.rework)
        parts.append([x[chosen] for x in columns])
    names = ("line_id", "run_id", "operator_id", "ended", "parts", "rejected")
    return {name: np.concatenate([p[i] for p in parts]) for i, name in enumerate(names)}


def maintenance_windows(world: World, start: int, end: int) -> Table:
    """Lines and instants at which a maintenance window ended in [start, end)."""
    line_id, ends = [], []
    for d in range(max(start // DAY - 1, world.company.calendar.first_day), (end - 1) // DAY + 2):
        served = np.flatnonzero(world.company.calendar.shift_states(d)[:, 0] == PLANNED_MAINTENANCE)
        when = world.company.calendar.day_bounds(d)[served, 1]
        inside = (when >= start) & (when < end)
        line_id.append(world.shopfloor.characteristics.line_ids[served[inside]])
        ends.append(when[inside])
    return {"line_id": np.concatenate(line_id), "end": np.concatenate(ends)}


def gauges_out(world: World, start: int, end: int) -> Table:
    """Gauges far outside their permitted error, from when they went out to the calibration that found it."""
    gauges = world.quality.gauges
    longest = int(gauges.masters.frequency.max()) + 40
    c = gauges.between(Window.of_days(start // DAY, (end - 1) // DAY + longest))
    c = c.where(c.story & (c.onset * DAY < end))
    ids = gauges.masters.equipment_id[c.gauge]
    return {
        "equipment_id": ids,
        "factory_id": gauges.masters.factory_id[c.gauge],
        "calibration_id": keys.key(ids, c.day, 0),
        "onset": c.onset * DAY,
        "found": c.recorded,
        "as_found": c.as_found,
    }


def gauge_complaints(world: World, start: int, end: int) -> Table:
    """Complaints in the time in which a factory's come more often because of such a gauge."""
    out = gauges_out(world, start - 100 * DAY, end)
    c = world.quality.complaints.between(Window.of_days(start // DAY, (end - 1) // DAY + 1))
    gauge, complaint = np.nonzero(
        (out["factory_id"][:, None] == c.factory_id)
        & (c.day >= out["onset"][:, None] // DAY + 30)
        & (c.day < out["found"][:, None] // DAY + 40)
    )
    return {
        "calibration_id": out["calibration_id"][gauge],
        "customer_complaint_id": c.complaint_id[complaint],
        "created": c.created[complaint],
    }
