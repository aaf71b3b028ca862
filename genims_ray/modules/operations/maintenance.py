"""maintenance_events: every touch of a machine, from the operator's daily check to a repair.

What technicians do are the orders of maintenance; operators check their machines and change tools.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, happened, rows, touched, updated
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.grouping import grouped
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.checks import Round
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import Events

CHECK_KEYS = 40_000
_WIDE = np.dtype("U64")


def maintenance_events(world: World, window: Window) -> Columns:
    start = world.start if window.is_opening else window.start
    checked = world.company.calendar.days(start - 12 * HOUR, window.end)
    parts = [_checks(world, checked), _tool_changes(world, start, window.end), _orders(world, window)]
    names = parts[0].keys()
    every = {name: np.concatenate([part[name] for part in parts]) for name in names}
    created, begin, end = every["created"], every["start"], every["end"]
    own = np.isin(every["machine_id"], world.machine_ids)
    if window.is_opening:  # work that stands when history begins
        last = np.maximum(end, every["missed"])
        mask = own & (created < window.end) & ((last >= window.end) | (last < 0))
    else:
        mask = own & touched(window, created, begin, end, every["missed"])
    return _columns(world, window, rows(every, mask))


def _columns(world: World, window: Window, e: dict[str, Any]) -> Columns:
    """The record of each event as the window's end knows it."""
    minutes = np.where(e["end"] > 0, (e["end"] - e["start"]) / 60.0, 0.0)
    hours = np.round(e["seconds"] / 3600.0, 4)
    begun, ended = happened(window, e["start"]), happened(window, e["end"])
    missed = happened(window, e["missed"])

    def text(values: Any, at: NDArray[np.bool_]) -> Any:
        return np.ma.array(values, mask=(values == "") | ~at)

    return {
        "maintenance_id": e["key"],
        "machine_id": e["machine_id"],
        "line_id": e["machine_id"] // 100,
        "maintenance_type": e["type"],
        "maintenance_category": e["category"],
        "priority": e["priority"],
        "work_description": e["work"],
        "component": text(e["component"], np.ones(len(begun), dtype=bool)),
        "scheduled_start": e["scheduled"],
        "actual_start": np.ma.array(e["start"], mask=~begun),
        "actual_end": np.ma.array(e["end"], mask=~ended),
        "duration_minutes": np.ma.array(np.round(minutes, 2), mask=~ended),
        "parts_replaced": text(e["part"], ended),
        "parts_cost_usd": np.ma.array(e["parts_cents"], mask=~ended),
        "labor_hours": np.ma.array(hours, mask=~ended),
        "labor_cost_usd": np.ma.array(e["labour_cents"], mask=~ended),
        "total_cost_usd": np.ma.array(e["labour_cents"] + e["parts_cents"], mask=~ended),
        "technician_id": np.ma.array(e["technician"], mask=~begun),
        "related_fault_id": np.ma.array(e["fault"], mask=e["fault"] == 0),
        "finding": text(e["finding"], ended),
        "follow_up_required": np.ma.array(e["follow_up"], mask=~ended),
        "completion_status": np.select([ended, begun, missed], ["completed", "in_progress", "missed"], "scheduled"),
        "created_at": e["created"],
        "updated_at": updated(window, e["created"], e["start"], e["end"], e["missed"]),
    }


def _table(n: int, **given: Any) -> dict[str, Any]:
    """An event table of n rows: the columns given, and the rest as nothing."""
    columns: dict[str, Any] = {
        "key": 0,
        "machine_id": 0,
        "type": "",
        "category": "",
        "priority": "normal",
        "work": "",
        "component": "",
        "created": 0,
        "scheduled": 0,
        "start": NEVER,
        "end": NEVER,
        "missed": NEVER,
        "seconds": 0,
        "part": "",
        "parts_cents": 0,
        "labour_cents": 0,
        "technician": 0,
        "fault": 0,
        "finding": "",
        "follow_up": False,
    }
    columns.update(given)
    return {
        name: np.broadcast_to(np.asarray(values), n).astype(
            _WIDE if np.asarray(values).dtype.kind in "UO" else np.asarray(values).dtype
        )
        for name, values in columns.items()
    }


def _by_operators(world: World, machine_id: Ints, start: Ints, end: Ints) -> dict[str, Ints]:
    """The time of operators, at the factory's rate."""
    seconds = np.where(end > 0, end - start, 0)
    cents = np.rint(np.round(seconds / 3600.0, 4) * world.layout.labour_cents(machine_id // 10_000))
    return {"seconds": seconds, "labour_cents": cents.astype(np.int64)}


def _checks(world: World, days: range) -> dict[str, Any]:
    """Operators' checks at the start of each worked shift of production days."""
    turns = [(day, shift) for day in days for shift in range(SHIFTS)]
    rounds = [world.maintenance.checks.of_shift(day, shift) for day, shift in turns]
    r = Round(*(np.concatenate([getattr(found, f.name) for found in rounds]) for f in fields(Round)))
    m = r.machine_id
    day, shift = (np.repeat(of_turn, [len(found.line) for found in rounds]) for of_turn in np.transpose(turns))
    operators = np.array([world.people.operators(each) for each in days])
    return _table(
        len(m),
        key=keys.key(m, day, CHECK_KEYS + shift),
        machine_id=m,
        type="operator_check",
        category="autonomous",
        priority="low",
        work="Check, clean and lubricate by the operator's list",
        created=r.due,
        scheduled=r.due + 300,
        start=r.start,
        end=r.end,
        missed=r.missed,
        technician=operators[day - days.start, r.line, shift],
        finding=np.select([r.reported, r.fixed], ["oil leak noticed", "loose guard fixed"], ""),
        follow_up=r.reported,
        **_by_operators(world, m, r.start, r.end),
    )


def _tool_changes(world: World, start: int, end: int) -> dict[str, Any]:
    """Tools and electrodes that operators change, worn or broken."""
    events: Events = world.shopfloor.stoppages.between(start - DAY, end)
    e = events.where(np.isin(events.kind, (tl.TOOL_CHANGE, tl.TOOL_BREAK)))
    rng, modes, settings = world.rng, world.plant.failure_modes, world.plant.maintenance
    broken = e.kind == tl.TOOL_BREAK
    mode = e.mode.copy()
    for machine_id, at in grouped(e.machine_id):
        mode[at] = world.shopfloor.tools.edge(machine_id, 0.0).mode
    component = np.array([modes[m].component if m else "" for m in mode.tolist()], dtype="U64")
    operator = np.zeros(len(e.key), dtype=np.int64)
    day, shift = np.zeros_like(operator), np.zeros_like(operator)
    for i, at in grouped(e.line):
        day[at] = world.company.calendar.production_day(i, e.start[at])
        shift[at] = world.company.calendar.shift_of(i, e.start[at])
    for d, at in grouped(day):
        operator[at] = world.people.operators(d)[e.line[at], shift[at]]
    parts = np.rint(100 * settings.tool_parts_usd * rng.lognormal("repair parts", 1.0, settings.parts_sigma, e.key))
    return _table(
        len(e.key),
        key=e.key,
        machine_id=e.machine_id,
        type=np.where(mode == "electrode", "electrode_change", "tool_change"),
        category="autonomous",
        priority=np.where(broken, "high", "normal"),
        work=np.char.add("Change ", component),
        component=component,
        created=e.start,
        scheduled=e.start,
        start=e.repair_start,
        end=e.end,
        technician=operator,
        part=component,
        parts_cents=parts.astype(np.int64),
        fault=np.where(broken, e.key, 0),
        finding=np.where(broken, "tool broken", ""),
        **_by_operators(world, e.machine_id, e.repair_start, e.end),
    )


def _orders(world: World, window: Window) -> dict[str, Any]:
    """The technicians' orders."""
    found = world.maintenance.jobs
    jobs = found.standing(world.start) if window.is_opening else found.between(window.start, window.end)
    jobs = [job for job in jobs if job.asset.machine_id]
    n = len(jobs)

    def column(values: list[Any], dtype: Any = np.int64) -> Any:
        return np.array(values, dtype=dtype)

    return _table(
        n,
        key=column([job.key for job in jobs]),
        machine_id=column([job.asset.machine_id for job in jobs]),
        type=column(["corrective" if job.type == "breakdown" else job.type for job in jobs], _WIDE),
        category=column(["unplanned" if job.kind in (BREAKDOWN, ADJUSTMENT) else "planned" for job in jobs], _WIDE),
        priority=column([job.priority for job in jobs], _WIDE),
        work=column([job.work for job in jobs], _WIDE),
        component=column([job.place.component if job.place and job.event else "" for job in jobs], _WIDE),
        created=column([job.created for job in jobs]),
        scheduled=column([job.scheduled for job in jobs]),
        start=column([job.start for job in jobs]),
        end=column([job.end for job in jobs]),
        missed=column([job.missed for job in jobs]),
        seconds=column([sum(b.end - b.start for b in world.maintenance.costs.bookings(job)) for job in jobs]),
        part=column([_part(world, job) for job in jobs], _WIDE),
        parts_cents=column([world.maintenance.costs.parts(job) for job in jobs]),
        labour_cents=column([world.maintenance.costs.labour(job) for job in jobs]),
        technician=column([job.technician for job in jobs]),
        fault=column([job.fault for job in jobs]),
        finding=column([job.finding for job in jobs], _WIDE),
        follow_up=column([job.follow_up for job in jobs], bool),
    )


def _part(world: World, job: Job) -> str:
    if not job.parts:
        return ""
    return (
        job.place.component if job.place else world.maintenance.spares.by_id[job.parts[0][0]].category.replace("_", " ")
    )
