"""machine_faults: episodes of every severity.

Controllers report stops and warnings; sensor alerts come from the rendered readings. A breakdown
was predicted if a sensor of its machine that feels the component had warned of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened, joined, known, nothing, rows, touched, updated
from genims_ray.world import DAY, Window, World
from genims_ray.world.maintenance.condition import alert_key
from genims_ray.world.rows import Ints
from genims_ray.world.sensors.alerts import Alert
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.degradation import Breakdown
from genims_ray.world.shopfloor.stoppages import WARNING, Events

FAULTS = (tl.MICRO, tl.MAJOR, tl.TOOL_BREAK, tl.BREAKDOWN, WARNING)
OPEN_FAULT_SECONDS = 14 * DAY
"""Nothing stands longer: how far back the opening looks for what is still open."""


def machine_faults(world: World, window: Window) -> Columns:
    if world.diary.quiet("operations.machine_faults", window, lambda day: _changes(world, day)):
        return {}
    events, alerts = _events(world, window), _raised(world, window)
    if not window.is_opening:
        events = events.where(touched(window, events.start, events.end))
        alerts = [a for a in alerts if window.start <= a.start < window.end or window.start <= a.end < window.end]
    parts = [_stops(world, window, events), _alerts(world, window, alerts)]
    columns = {name: joined([part[name] for part in parts]) for name in parts[0]}
    begin, end = np.asarray(columns["fault_start_time"]), np.ma.getdata(columns["fault_end_time"])
    mask = touched(window, begin, end)
    if window.is_opening:  # what stands when history begins
        mask = (begin < window.end) & (end >= window.end)
    # The order in work before history began may have been closed before it, and then is on no record.
    columns["work_order_id"] = np.ma.masked_where(begin < world.start, columns["work_order_id"])
    return rows(columns, mask)


def _events(world: World, window: Window) -> Events:
    """What the controllers report that lasts into the window."""
    start = world.start - OPEN_FAULT_SECONDS if window.is_opening else window.start
    events = world.shopfloor.stoppages.between(start, window.end)
    return events.where(np.isin(events.machine_id, world.machine_ids) & np.isin(events.kind, FAULTS))


def _raised(world: World, window: Window) -> list[Alert]:
    """Sensor alerts of the window's days."""
    days = range(world.start // DAY - 1, world.start // DAY) if window.is_opening else window.days()
    return [
        alert for day in days for machine in world.machines for alert in world.sensors.observation.alerts(machine, day)
    ]


def _changes(world: World, window: Window) -> Ints:
    """When faults begin and end."""
    events, alerts = _events(world, window), _raised(world, window)
    return np.concatenate(
        [events.start, events.end, np.array([at for a in alerts for at in (a.start, a.end)], dtype=np.int64)]
    )


def fault_of(world: World, event: Breakdown) -> int:
    """Key of the fault of a component's breakdown."""
    line = next(i for i, line in enumerate(world.lines) if line.line_id == event.line_id)
    found = world.shopfloor.stoppages.between(event.start, event.start + 1)
    mine = (found.line == line) & (found.start == event.start) & (found.machine_id == event.machine_id)
    return int(found.key[mine][0])


def _stops(world: World, window: Window, events: Events) -> dict[str, Any]:
    n = len(events.key)
    seconds = events.end - events.start
    warning = events.kind == WARNING
    component = events.mode != ""
    severity = np.select(
        [warning, events.kind == tl.BREAKDOWN, seconds < tl.SHORT_STOP_SECONDS],
        ["warning", "critical", "minor"],
        "major",
    )
    modes, codes = world.plant.failure_modes, world.plant.fault_codes
    texts = {name: (m.category, m.description, m.component) for name, m in modes.items()}
    plain = {name: (c.category, c.description, "") for name, c in codes.items()}
    described = np.array(
        [texts[m] if m else plain[c] for m, c in zip(events.mode.tolist(), events.code.tolist(), strict=True)],
        dtype=str,
    ).reshape(n, 3)
    line_ids = world.shopfloor.production.line_ids[events.line]
    order, ideal = world.shopfloor.production.orders_at(events.line, events.start)
    loss = np.where(warning, 0, np.floor(seconds / ideal)).astype(np.int64)
    stopped = ~warning & (seconds >= tl.SHORT_STOP_SECONDS)
    predicted, hours = world.maintenance.faults.foreseen(events)
    critical = severity == "critical"
    action = np.select(
        [warning, component & stopped, stopped],
        ["cleared by the operator", "component repaired", "adjusted and restarted"],
        "restarted",
    )
    resolver = world.maintenance.faults.resolvers(window, events, stopped)
    created = events.start
    return {
        "fault_id": events.key,
        "machine_id": events.machine_id,
        "line_id": line_ids,
        "fault_code": events.code,
        "fault_category": described[:, 0],
        "fault_severity": severity,
        "fault_description": described[:, 1],
        "component": np.ma.array(described[:, 2], mask=~component),
        "detection_method": np.where(world.maintenance.faults.seen_by_operator(events), "operator", "automatic"),
        "sensor_id": nothing(n, dtype=np.int64),
        "trigger_value": nothing(n),
        "threshold_value": nothing(n),
        "fault_start_time": events.start,
        "fault_end_time": known(window, events.end, events.end),
        "fault_duration_seconds": known(window, events.end, seconds),
        "production_loss_units": known(window, events.end, loss),
        "work_order_id": np.ma.array(order, mask=order == 0),
        "downtime_id": np.ma.array(events.key, mask=~stopped | ~happened(window, events.start)),
        "predicted_in_advance": np.ma.array(predicted, mask=~critical),
        "advance_warning_hours": np.ma.array(hours, mask=~critical | (hours == 0)),
        "root_cause_category": np.ma.array(events.cause, mask=~component | ~happened(window, events.end)),
        "resolution_action": known(window, events.end, action),
        "resolved_by": np.ma.array(resolver, mask=(resolver == 0) | ~happened(window, events.end)),
        "status": np.where(happened(window, events.end), "resolved", "active"),
        "created_at": created,
        "updated_at": updated(window, created, events.end),
    }


def _alerts(world: World, window: Window, alerts: list[Alert]) -> dict[str, Any]:
    n = len(alerts)
    sensor_id = np.array([a.sensor_id for a in alerts], dtype=np.int64)
    machine_id = np.array([a.machine_id for a in alerts], dtype=np.int64)
    start = np.array([a.start for a in alerts], dtype=np.int64)
    end = np.array([a.end for a in alerts], dtype=np.int64)
    value, threshold = np.array([a.value for a in alerts]), np.array([a.threshold for a in alerts])
    signal = {s.sensor_id: s.params.signal for s in world.sensors.observation.sensors}
    quantity = {s.sensor_id: s.signal.quantity for s in world.sensors.observation.sensors}
    side = np.where(value > threshold, "HI", "LO")
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    line = np.array([lines[m // 100] for m in machine_id.tolist()], dtype=np.int64)
    order, _ = world.shopfloor.production.orders_at(line, start)
    key = np.array([alert_key(a) for a in alerts], dtype=np.int64)
    none = nothing(n, dtype="U1")
    return {
        "fault_id": key,
        "machine_id": machine_id,
        "line_id": machine_id // 100,
        "fault_code": np.array(
            [f"{signal[s].upper()[:9]}-{x}" for s, x in zip(sensor_id.tolist(), side, strict=True)], dtype="U12"
        ),
        "fault_category": np.full(n, "condition"),
        "fault_severity": np.full(n, "warning"),
        "fault_description": np.array(
            [
                f"{quantity[s]} {'above' if x == 'HI' else 'below'} warning limit"
                for s, x in zip(sensor_id.tolist(), side, strict=True)
            ],
            dtype="U64",
        ),
        "component": none,
        "detection_method": np.full(n, "sensor_threshold"),
        "sensor_id": np.ma.array(sensor_id, mask=np.zeros(n, bool)),
        "trigger_value": np.ma.array(value, mask=np.zeros(n, bool)),
        "threshold_value": np.ma.array(threshold, mask=np.zeros(n, bool)),
        "fault_start_time": start,
        "fault_end_time": known(window, end, end),
        "fault_duration_seconds": known(window, end, end - start),
        "production_loss_units": known(window, end, np.zeros(n, dtype=np.int64)),
        "work_order_id": np.ma.array(order, mask=order == 0),
        "downtime_id": nothing(n, dtype=np.int64),
        "predicted_in_advance": nothing(n, dtype=bool),
        "advance_warning_hours": nothing(n),
        "root_cause_category": none,
        "resolution_action": known(window, end, np.full(n, "reading back within limits")),
        "resolved_by": nothing(n, dtype=np.int64),
        "status": np.where(happened(window, end), "resolved", "active"),
        "created_at": start,
        "updated_at": updated(window, start, end),
    }
