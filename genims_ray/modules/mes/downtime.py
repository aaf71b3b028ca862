"""Downtime: stops of five minutes and more, changeovers, maintenance and waits."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.mes.common import book, operator_at, planned_setup_seconds
from genims_ray.world import DAY, Window, World, keys
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import Events

CATEGORIES = {
    tl.BREAKDOWN: "breakdown",
    tl.MAJOR: "major_stop",
    tl.TOOL_BREAK: "major_stop",
    tl.SETUP: "changeover",
    tl.PLANNED: "planned_maintenance",
    tl.REPAIR: "planned_repair",
    tl.STARVED: "starved",
}


def downtime_events(world: World, window: Window) -> Columns:
    begin = world.start if window.is_opening else window.start
    found = world.shopfloor.stoppages.between(begin, max(window.end, begin + 1))
    short = np.isin(found.kind, (tl.MAJOR, tl.TOOL_BREAK)) & (found.end - found.start < tl.SHORT_STOP_SECONDS)
    chosen = np.isin(found.kind, tuple(CATEGORIES)) & ~short
    if window.is_opening:  # what stands when history begins
        chosen &= found.start < window.end
    else:
        chosen &= touched(window, found.start, found.end)
        if not chosen.any():
            return {}
    b = book(world, window)
    e, machine_id = _per_machine(world, found.where(chosen))
    line_id = world.shopfloor.production.line_ids[e.line]
    _, day, sequence = keys.parts(e.key)
    setup = e.kind == tl.SETUP
    order = b.working(e.line, e.start)
    known_order = order >= 0
    of = order[known_order]  # there may be no order at all
    before = np.full(len(order), -1)
    before[known_order] = np.where(setup[known_order], b.previous[of], -1)
    # The order before is named if it is on record and left the machine lately.
    lately, same = before >= 0, np.zeros(len(order), dtype=bool)
    lately[lately] = b.appears[before[lately]] & (e.start[lately] - b.end[before[lately]] < 3 * DAY)
    same[lately] = b.product_id[before[lately]] == b.product_id[order[lately]]
    seconds, loss = e.end - e.start, np.zeros(len(order), dtype=np.int64)
    ideal = world.shopfloor.production.demand.ideal[b.line[of], b.product[of]]
    loss[known_order] = np.floor(seconds[known_order] / ideal)
    material = world.shopfloor.stoppages.lacks_material(line_id, e.start)
    reason = np.select(
        [setup & same, setup, e.kind == tl.PLANNED, (e.kind == tl.STARVED) & material, e.kind == tl.STARVED],
        ["lot_change", "product_change", f"PM-{world.plant.shifts.pm_every_days}D", "material", "operator"],
        e.code,
    )
    faulty = np.isin(e.kind, (tl.BREAKDOWN, tl.MAJOR, tl.TOOL_BREAK))
    planned = np.where(setup, planned_setup_seconds(world, e.line), e.planned_seconds)
    downtime_end = known(window, e.end, e.end)
    return rows(
        {
            "downtime_id": np.where(e.machine_id > 0, e.key, keys.key(machine_id, day, sequence)),
            "machine_id": machine_id,
            "line_id": line_id,
            "factory_id": line_id // 100,
            "downtime_category": np.array([CATEGORIES[k] for k in e.kind.tolist()], dtype=object),
            "reason_code": reason,
            "work_order_id": np.ma.array(np.append(b.work_order_id, 0)[order], mask=~known_order),
            "previous_work_order_id": np.ma.array(np.append(b.work_order_id, 0)[before], mask=~lately),
            "machine_fault_id": np.ma.array(e.key, mask=~faulty),
            "downtime_start": e.start,
            "downtime_end": downtime_end,
            "duration_seconds": known(window, e.end, seconds),
            "planned_duration_seconds": np.ma.array(planned, mask=~np.isin(e.kind, (tl.SETUP, tl.PLANNED, tl.REPAIR))),
            "production_loss_units": known(window, e.end, loss),
            "reported_by": operator_at(world, b, e.line, e.start),
            "updated_at": updated(window, e.start, e.end),
        },
        happened(window, e.start),
    )


def _per_machine(world: World, events: Events) -> tuple[Events, Ints]:
    """Maintenance concerns every machine of a line; its other stops are charged to the first one."""
    machines = world.shopfloor.production.machine_id
    count = np.where(events.kind == tl.PLANNED, (machines > 0).sum(axis=1)[events.line], 1)
    row = np.repeat(np.arange(len(count)), count)
    position = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    spread = Events(*(getattr(events, f.name)[row] for f in fields(Events)))
    return spread, np.where(spread.machine_id > 0, spread.machine_id, machines[spread.line, position])
