"""maintenance_events: every touch of a machine, from the operator's daily check to a repair.

Planned repairs cite the latest alert that the machine's sensors had raised; an alert that nothing
follows may open an inspection, which never stops the machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, happened, rows, touched, updated
from genims_ray.modules.operations.faults import alert_key, warnings_of
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world import timeline as tl
from genims_ray.world.calendar import PLANNED_MAINTENANCE, WORKED
from genims_ray.world.stoppages import Events

Ints = NDArray[np.int64]

CHECK_KEYS, ROUTINE_KEYS, WINDOW_KEYS, INSPECTION_KEYS = 40_000, 40_010, 40_020, 41_000
_WIDE = np.dtype("U64")


def maintenance_events(world: World, window: Window) -> Columns:
    start = world.start if window.is_opening else window.start
    parts = [_machine_days(world, day) for day in world.calendar.days(start - 12 * HOUR, window.end)]
    parts += [_repairs(world, start, window.end), _inspections(world, window)]
    names = parts[0].keys()
    every = {name: np.concatenate([part[name] for part in parts]) for name in names}
    created, begin, end = every["created"], every["start"], every["end"]
    own = np.isin(every["machine_id"], world.machine_ids)
    if window.is_opening:  # work that stands when history begins
        last = np.maximum(end, every["missed"])
        mask = own & (created < window.end) & (last >= window.end)
        every["fault"] = np.zeros_like(every["fault"])
    else:
        mask = own & touched(window, created, begin, end, every["missed"])
    return _columns(world, window, rows(every, mask))


def _columns(world: World, window: Window, e: dict[str, Any]) -> Columns:
    """The record of each event as the window's end knows it."""
    minutes = np.where(e["end"] > 0, (e["end"] - e["start"]) / 60.0, 0.0)
    hours = np.round(e["people"] * minutes / 60.0, 4)
    labor = np.rint(hours * world.layout.labour_cents(e["machine_id"] // 10_000)).astype(np.int64)
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
        "labor_cost_usd": np.ma.array(labor, mask=~ended),
        "total_cost_usd": np.ma.array(labor + e["parts_cents"], mask=~ended),
        "technician_id": np.ma.array(e["technician"], mask=~begun),
        "related_fault_id": np.ma.array(e["fault"], mask=e["fault"] == 0),
        "finding": text(e["finding"], ended),
        "follow_up_required": np.ma.array(e["follow_up"], mask=~ended),
        "completion_status": np.select(
            [ended, begun, missed], ["completed", "in_progress", "missed"], "scheduled"
        ),
        "created_at": e["created"],
        "updated_at": updated(window, e["created"], e["start"], e["end"], e["missed"]),
    }


def _table(n: int, **given: Any) -> dict[str, Any]:
    """An event table of n rows: the columns given, and the rest as nothing."""
    columns: dict[str, Any] = {
        "key": 0, "machine_id": 0, "type": "", "category": "", "priority": "normal", "work": "", "component": "",
        "created": 0, "scheduled": 0, "start": NEVER, "end": NEVER, "missed": NEVER, "people": 1, "part": "",
        "parts_cents": 0, "technician": 0, "fault": 0, "finding": "", "follow_up": False,
    }  # fmt: skip
    columns.update(given)
    return {
        name: np.broadcast_to(np.asarray(values), n).astype(
            _WIDE if np.asarray(values).dtype.kind == "U" else np.asarray(values).dtype
        )
        for name, values in columns.items()
    }


def _machine_days(world: World, day: int) -> dict[str, Any]:
    """Operator checks, routine care and the maintenance windows of a production day."""
    rng, settings = world.rng, world.plant.maintenance
    bounds, states = world.calendar.day_bounds(day), world.calendar.shift_states(day)
    operators = world.labour.operators(day)
    line_index = {line.line_id: i for i, line in enumerate(world.lines)}
    machine = np.array([m.machine_id for m in world.machines], dtype=np.int64)
    line = np.array([line_index[m.line_id] for m in world.machines], dtype=np.int64)
    tables = []
    for shift in range(3):
        worked = states[line, shift] == WORKED
        m, i = machine[worked], line[worked]
        due = bounds[i, shift]
        missed = rng.uniform("check missed", m, day, shift) < settings.checks_missed
        start = due + 300 + np.floor(1_800 * rng.uniform("check when", m, day, shift)).astype(np.int64)
        end = start + 120 + np.floor(360 * rng.uniform("check length", m, day, shift)).astype(np.int64)
        found = rng.uniform("check finding", m, day, shift)
        tables.append(_table(
            len(m), key=keys.key(m, day, CHECK_KEYS + shift), machine_id=m, type="operator_check", category="autonomous",
            priority="low", work="Check, clean and lubricate by the operator's list", created=due, scheduled=due + 300,
            start=np.where(missed, NEVER, start), end=np.where(missed, NEVER, end),
            missed=np.where(missed, bounds[i, shift + 1] - 1, NEVER), technician=operators[i, shift],
            finding=np.select([found < 0.02, found < 0.05], ["oil leak noticed", "loose guard fixed"], ""),
            follow_up=found < 0.02,
        ))  # fmt: skip
    every = settings.routine_every_days
    turn = (day + (rng.words("routine turn", machine) % np.uint64(every)).astype(np.int64)) % every == 0
    routine = turn & (states[line, 0] == WORKED)
    m, i = machine[routine], line[routine]
    start = bounds[i, 0] + np.floor(6 * HOUR * rng.uniform("routine when", m, day)).astype(np.int64)
    length = rng.lognormal("routine length", 60 * settings.routine_median_minutes, 0.35, m, day).astype(
        np.int64
    )
    tables.append(_table(
        len(m), key=keys.key(m, day, ROUTINE_KEYS), machine_id=m, type="preventive", category="planned",
        work="Lubrication and inspection while running", created=bounds[i, 0], scheduled=bounds[i, 0] + 2 * HOUR,
        start=start, end=start + length, technician=_technicians(world, m, start, i), part="lubricant",
        parts_cents=np.rint(rng.lognormal("routine parts", 100 * settings.routine_parts_usd, settings.parts_sigma, m, day)).astype(np.int64),
        finding=np.where(rng.uniform("routine finding", m, day) < 0.08, "wear within limits noted", ""),
    ))  # fmt: skip
    windowed = states[line, 0] == PLANNED_MAINTENANCE
    m, i = machine[windowed], line[windowed]
    start = bounds[i, 0] + np.floor(HOUR * rng.uniform("window when", m, day)).astype(np.int64)
    length = np.clip(
        rng.lognormal("window length", settings.window_median_hours * HOUR, 0.3, m, day), HOUR, 6.5 * HOUR
    ).astype(np.int64)
    tables.append(_table(
        len(m), key=keys.key(m, day, WINDOW_KEYS), machine_id=m, type="preventive", category="planned",
        work="Fortnightly maintenance in the line's window", created=bounds[i, 0] - DAY, scheduled=bounds[i, 0],
        start=start, end=start + length, people=2, technician=_technicians(world, m, start, i), part="filters and seals",
        parts_cents=np.rint(rng.lognormal("window parts", 100 * settings.window_parts_usd, settings.parts_sigma, m, day)).astype(np.int64),
        follow_up=rng.uniform("window follow-up", m, day) < 0.06,
    ))  # fmt: skip
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def _technicians(world: World, machine: Ints, time: Ints, line: Ints) -> Ints:
    """A technician on duty at each time."""
    result = np.zeros(len(machine), dtype=np.int64)
    pick = (world.rng.words("technician", machine, time) % np.uint64(97)).astype(np.int64)
    for i in np.unique(line):
        at = line == i
        day, shift = (
            world.calendar.production_day(int(i), time[at]),
            world.calendar.shift_of(int(i), time[at]),
        )
        result[at] = world.labour.technician(world.lines[i].factory.factory_id, day, shift, pick[at])
    return result


def _repairs(world: World, start: int, end: int) -> dict[str, Any]:
    """Tool and electrode changes, and the work on what stopped the line."""
    events: Events = world.stoppages.between(start - DAY, end)
    rng, modes, settings = world.rng, world.plant.failure_modes, world.plant.maintenance
    half = rng.uniform("major stop repaired", events.key) < settings.repaired_major_stops
    chosen = np.isin(events.kind, (tl.TOOL_CHANGE, tl.TOOL_BREAK, tl.BREAKDOWN, tl.REPAIR)) | (
        (events.kind == tl.MAJOR) & half
    )
    e = events.where(chosen)
    n = len(e.key)
    change, repair = e.kind == tl.TOOL_CHANGE, e.kind == tl.REPAIR
    mode = e.mode.copy()
    for machine_id in np.unique(e.machine_id[change]):
        mode[change & (e.machine_id == machine_id)] = world.tools.edge(int(machine_id), 0.0).mode
    electrode = change & (mode == "electrode")
    component = np.array([modes[m].component if m else "" for m in mode.tolist()], dtype="U64")
    what = np.select(
        [electrode, change, repair, component != ""],
        ["electrode_change", "tool_change", "predictive", "corrective"],
        "corrective",
    )
    operator = np.zeros(n, dtype=np.int64)
    for i in np.unique(e.line[change]):
        at = np.flatnonzero(change & (e.line == i))
        day, shift = (
            world.calendar.production_day(int(i), e.start[at]),
            world.calendar.shift_of(int(i), e.start[at]),
        )
        operator[at] = [world.labour.operators(int(d))[i, s] for d, s in zip(day, shift, strict=True)]
    usd = np.select([change, component != ""], [settings.tool_parts_usd, settings.repair_parts_usd], 0.0)
    parts = np.rint(100 * usd * rng.lognormal("repair parts", 1.0, settings.parts_sigma, e.key))
    cited = np.where(np.isin(e.kind, (tl.MAJOR, tl.TOOL_BREAK, tl.BREAKDOWN)), e.key, 0)
    for i in np.flatnonzero(repair):
        cited[i] = _latest_alert(world, int(e.line[i]), int(e.machine_id[i]), int(e.start[i]))
    long = e.end - e.start > 4 * HOUR
    work = np.char.add(
        np.where(component == "", "Adjust and restart", np.where(change, "Change ", "Replace ")), component
    )
    planned_ahead = np.where(repair, 4 * HOUR, 0)
    return _table(
        n, key=keys.key(e.machine_id, keys.parts(e.key)[1], keys.parts(e.key)[2]), machine_id=e.machine_id, type=what,
        category=np.select([change, repair], ["autonomous", "planned"], "unplanned"),
        priority=np.select([change, repair, component != ""], ["normal", "high", "urgent"], "high"),
        work=work, component=component, created=e.start - planned_ahead, scheduled=e.start, start=e.repair_start, end=e.end,
        people=np.where(long & ~change, 2, 1),
        technician=np.where(change, operator, _technicians(world, e.machine_id, e.repair_start, e.line)),
        part=component, parts_cents=parts.astype(np.int64), fault=cited,
        finding=np.where(np.isin(e.kind, (tl.BREAKDOWN, tl.REPAIR)), _findings(world, e), ""),
        follow_up=(rng.uniform("repair follow-up", e.key) < 0.1) & ~change,
    )  # fmt: skip


def _findings(world: World, events: Events) -> Any:
    modes = world.plant.failure_modes
    return np.array(
        [f"{modes[m].component}: {modes[m].mechanism}" if m else "" for m in events.mode.tolist()],
        dtype="U64",
    )


def _latest_alert(world: World, line: int, machine_id: int, start: int) -> int:
    """Fault of the last alert before a planned repair that the component can have caused, 0 if none."""
    for event in world.degradation.between(line, start, start + 1):
        if event.machine_id == machine_id and event.start == start:
            warned = [alert for alert in warnings_of(world, event) if alert.start < start - 4 * HOUR]
            return alert_key(warned[-1]) if warned else 0
    return 0


def _inspections(world: World, window: Window) -> dict[str, Any]:
    """Inspections that alerts open: somebody looks, the machine runs on."""
    settings = world.plant.maintenance
    start = world.start if window.is_opening else window.start
    days = range(start // DAY - 1, -(-window.end // DAY))
    alerts = [
        alert
        for day in days
        if day >= world.start // DAY
        for machine in world.machines
        for alert in world.observation.alerts(machine, day)
        if alert.sequence == 1
        and float(world.rng.uniform("alert inspected", alert.sensor_id, day)) < settings.inspected_alerts
    ]
    sensor = np.array([a.sensor_id for a in alerts], dtype=np.int64)
    machine = np.array([a.machine_id for a in alerts], dtype=np.int64)
    day = np.array([a.day for a in alerts], dtype=np.int64)
    created = np.array([a.start for a in alerts], dtype=np.int64)
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    line = np.array([lines[m // 100] for m in machine.tolist()], dtype=np.int64)
    begin = (
        created
        + 1_800
        + np.floor(6 * HOUR * world.rng.uniform("inspection when", sensor, day)).astype(np.int64)
    )
    end = begin + np.rint(
        world.rng.lognormal("inspection length", 60 * settings.inspection_median_minutes, 0.4, sensor, day)
    ).astype(np.int64)
    degrading = np.array(
        [
            any(
                e.machine_id == m and e.onset <= t < e.start
                for e in world.degradation.between(int(i), t, t + 25 * DAY)
            )
            for i, m, t in zip(line.tolist(), machine.tolist(), begin.tolist(), strict=True)
        ],
        dtype=bool,
    )
    seen = degrading & (world.rng.uniform("inspection sees", sensor, day) < settings.inspection_sees)
    return _table(
        len(alerts), key=keys.key(machine, day, INSPECTION_KEYS + sensor % 100), machine_id=machine, type="inspection",
        category="planned", work="Look into a sensor alert", created=created, scheduled=created + 4 * HOUR, start=begin,
        end=end, technician=_technicians(world, machine, begin, line),
        fault=np.array([alert_key(a) for a in alerts], dtype=np.int64),
        finding=np.where(seen, "signs of wear, repair to be planned", "no fault found"), follow_up=seen,
    )  # fmt: skip
