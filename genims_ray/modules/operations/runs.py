"""production_runs: one container lot each, with its OEE (ISO 22400-2) from its own seconds and parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened, joined, known, rows, touched, updated
from genims_ray.world import Window, World, keys
from genims_ray.world.rows import Ints


def production_runs(world: World, window: Window) -> Columns:
    if world.diary.quiet("operations.production_runs", window, lambda day: _changes(world, day)):
        return {}
    start = world.start if window.is_opening else window.start
    days = world.company.calendar.days(start, window.end)
    if window.is_opening:
        days = range(world.shopfloor.production.first_open(days.start), days.stop + 1)
    parts = [_of_day(world, window, day) for day in days]
    columns = {name: joined([part[name] for part in parts]) for name in parts[0]}
    run_start, run_end = np.asarray(columns["run_start_time"]), np.ma.getdata(columns["run_end_time"])
    mask = touched(window, run_start, run_end)
    if window.is_opening:  # the runs of the orders that are open when history begins
        mask = (run_start < window.end) & np.isin(
            columns["work_order_id"], world.shopfloor.production_orders.open_at(window.end)
        )
    return rows(columns, mask & np.isin(np.asarray(columns["line_id"]), _own_lines(world)))


def _changes(world: World, window: Window) -> Ints:
    """When runs begin and end."""
    runs = [world.shopfloor.production.runs(day) for day in world.company.calendar.days(window.start, window.end)]
    return np.concatenate([at for r in runs for at in (r.start, r.end)])


def _own_lines(world: World) -> list[int]:
    return [line.line_id for line, own in zip(world.lines, world.own_line, strict=True) if own]


def _of_day(world: World, window: Window, day: int) -> dict[str, Any]:
    """Runs of a production day: those that change in the window, all in the opening."""
    r, line_day = world.shopfloor.production.runs(day), world.shopfloor.production.day(day)
    if not window.is_opening:
        r = r.where(np.flatnonzero(touched(window, r.start, r.end)))
    c = line_day.campaigns
    line_id = world.shopfloor.production.line_ids[r.line]
    release, sequence = c.day[r.line, r.place], c.sequence[r.line, r.place]
    product = c.product[r.line, r.place]
    ideal = world.shopfloor.production.demand.ideal[r.line, product]
    rejected = r.scrapped + r.rework
    previous = c.previous[r.line, r.place]
    changed_over = (r.first_part == 0) & (previous >= 0)
    factory = line_id // 100
    availability = r.production / r.busy
    made = np.maximum(r.parts, 1)
    performance = ideal * r.parts / np.maximum(r.production, 1)
    quality = (r.parts - rejected) / made
    operators = world.people.operators(day)[r.line, r.shift]

    def at_end(values: Any) -> Any:
        return known(window, r.end, values)

    def of_parts(values: Any) -> Any:
        found = at_end(values)
        return np.ma.array(found, mask=np.ma.getmaskarray(found) | (r.parts == 0))

    return {
        "run_id": keys.key(line_id, day, r.sequence),
        "run_number": keys.number("RUN", line_id, np.full(len(line_id), day), r.sequence, digits=4),
        "line_id": line_id,
        "product_id": world.shopfloor.production.demand.product_id[r.line, product],
        "work_order_id": keys.key(line_id, release, sequence),
        "batch_number": keys.number("LOT", line_id, release, sequence),
        "production_date": np.full(len(line_id), day),
        "shift_id": r.shift + 1,
        "operator_id": operators,
        "supervisor_id": world.people.supervisor(factory, day, r.shift),
        "previous_product_id": np.ma.array(line_id * 100 + previous + 1, mask=~changed_over),
        "target_quantity": r.target,
        "ideal_cycle_time_seconds": ideal,
        "run_start_time": r.start,
        "run_end_time": at_end(r.end),
        "actual_quantity": at_end(r.parts),
        "rejected_quantity": at_end(rejected),
        "scrapped_quantity": at_end(r.scrapped),
        "rework_quantity": at_end(r.rework),
        "planned_busy_seconds": at_end(r.busy),
        "changeover_seconds": at_end(r.changeover),
        "downtime_seconds": at_end(r.downtime),
        "production_seconds": at_end(r.production),
        "minor_stop_seconds": at_end(r.minor),
        "availability_percentage": at_end(100 * availability),
        "performance_percentage": at_end(100 * performance),
        "quality_percentage": of_parts(100 * quality),
        "oee_percentage": at_end(100 * availability * performance * quality),
        "first_pass_yield_percentage": of_parts(100 * quality),
        "defect_rate_ppm": of_parts(1e6 * rejected / made),
        "status": np.where(happened(window, r.end), "completed", "running"),
        "created_at": r.start,
        "updated_at": updated(window, r.start, r.end),
    }
