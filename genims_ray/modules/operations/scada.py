"""scada_machine_data: state and counters of every machine at a fixed interval."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, joined
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world import timeline as tl
from genims_ray.world.counters import LineCounters
from genims_ray.world.layout import Machine
from genims_ray.world.stoppages import WARNING

STATES = {
    tl.OFF: "off", tl.PLANNED: "planned_stop", tl.SETUP: "setup", tl.RUN: "running", tl.STARVED: "idle",
    tl.NO_WORK: "unscheduled", tl.MICRO: "minor_stop", tl.TOOL_CHANGE: "minor_stop", tl.MAJOR: "down",
    tl.TOOL_BREAK: "down", tl.BREAKDOWN: "down", tl.REPAIR: "down",
}  # fmt: skip
MODES = {
    "off": "off", "planned_stop": "maintenance", "unscheduled": "automatic", "setup": "setup", "running": "automatic", "idle": "automatic",
    "minor_stop": "automatic", "down": "maintenance",
}  # fmt: skip
POWER_OFF_KW = 0.05


def scada_machine_data(world: World, window: Window) -> Columns:
    parts: list[dict[str, Any]] = []
    interval = world.plant.scada_interval_seconds
    by_line: dict[int, list[Machine]] = defaultdict(list)
    for machine in world.machines:
        by_line[machine.line_id].append(machine)
    for day in () if window.is_opening else window.days():
        ticks = day * DAY + np.arange(0, DAY, interval)
        first, last = np.searchsorted(ticks, [window.start, window.end])
        faults = _faults(world, day)
        # The whole day is counted and then cut, so that a part of a day equals that part of the whole.
        for i, line in enumerate(world.lines):
            counters = world.counters.at(i, day, ticks)
            operators = _operators(world, i, counters)
            for machine in by_line[line.line_id]:
                own = slice(*np.searchsorted(faults.machine_id, [machine.machine_id, machine.machine_id + 1]))
                rows = _machine(world, machine, day, counters, operators, faults, own)
                parts.append({name: values[first:last] for name, values in rows.items()})
    if not parts:
        return {}
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def _operators(world: World, line: int, counters: LineCounters) -> Any:
    days = np.unique(counters.production_day)
    tables = np.array([world.labour.operators(int(day))[line] for day in days])
    return tables[np.searchsorted(days, counters.production_day), counters.shift]


@dataclass(frozen=True)
class _Faults:
    """Faults and warnings around a day by machine, in order of their start; aligned arrays."""

    machine_id: Any
    start: Any
    end: Any
    code: Any
    warning: Any


def _faults(world: World, day: int) -> _Faults:
    events = world.stoppages.between(day * DAY - 10 * HOUR, (day + 1) * DAY)
    faults = np.flatnonzero(events.code != "")
    faults = faults[np.lexsort((events.start[faults], events.machine_id[faults]))]
    return _Faults(
        events.machine_id[faults], events.start[faults], events.end[faults], events.code[faults],
        events.kind[faults] == WARNING,
    )  # fmt: skip


def _machine(
    world: World, machine: Machine, day: int, c: LineCounters, operators: Any, faults: _Faults, mine: slice
) -> dict[str, Any]:
    """Rows of a machine; `mine` are its faults."""
    n = len(c.time)
    own = c.stopped_machine == machine.position
    stopped = c.state >= tl.MICRO
    names = np.array([STATES[state] for state in range(12)])
    machine_state = np.where(stopped & ~own, "idle", names[c.state])
    minor, down = c.minor[machine.position - 1], c.down[machine.position - 1]
    idle = c.elapsed - c.run - c.setup - c.unscheduled - minor - down
    start, end, code, warning = (
        faults.start[mine],
        faults.end[mine],
        faults.code[mine],
        faults.warning[mine],
    )
    active = (
        np.searchsorted(start, c.time, side="left") - np.searchsorted(np.sort(end), c.time, side="left")
    ).clip(0)
    stops = ~warning & (start < end)
    latest = np.searchsorted(start[stops], c.time, side="left") - 1
    at = np.maximum(latest, 0)
    has = latest >= 0
    stop_start = start[stops][at] if stops.any() else np.zeros(n, dtype=np.int64)
    stop_code = code[stops][at] if stops.any() else np.full(n, "")
    tool_change = own & (c.state == tl.TOOL_CHANGE)
    faulted = own & stopped & ~tool_change & (c.state != tl.REPAIR) & has
    kw = machine.type.power_kw
    idle_kw = kw * machine.type.idle_power_share
    run_kw = kw * (machine.type.idle_power_share + (1 - machine.type.idle_power_share) * 0.85)
    running = machine_state == "running"
    nominal = np.select(
        [running, machine_state == "off", machine_state == "setup"],
        [
            kw * (machine.type.idle_power_share + (1 - machine.type.idle_power_share) * c.load),
            POWER_OFF_KW,
            0.5 * run_kw,
        ],
        idle_kw,
    )
    wobble = 1 + 0.02 * world.rng.normal("power", machine.machine_id, day, np.arange(n))
    energy = (
        run_kw * c.run
        + 0.5 * run_kw * c.setup
        + idle_kw * (c.elapsed - c.run - c.setup - c.off)
        + POWER_OFF_KW * c.off
    ) / 3600
    return {
        "timestamp": c.time,
        "scada_id": keys.key(machine.machine_id, day, np.arange(n)),
        "machine_id": np.full(n, machine.machine_id),
        "line_id": np.full(n, machine.line_id),
        "machine_state": machine_state,
        "operation_mode": _modes(machine_state),
        "fault_code": np.ma.array(stop_code, mask=~faulted),
        "work_order_id": np.ma.array(c.order_key, mask=c.order_key == 0),
        "shift_id": c.shift + 1,
        "operator_id": np.ma.array(operators, mask=(c.state == tl.OFF) | (c.state == tl.PLANNED)),
        "parts_produced_cumulative": c.parts,
        "parts_produced_shift": c.parts_shift,
        "parts_rejected_shift": c.rejected_shift,
        "target_cycle_time_seconds": np.ma.masked_invalid(c.target_cycle),
        "actual_cycle_time_seconds": np.ma.masked_invalid(np.round(c.actual_cycle, 3)),
        "uptime_seconds_shift": c.run,
        "setup_seconds_shift": c.setup,
        "downtime_seconds_shift": down,
        "minor_stop_seconds_shift": minor,
        "idle_seconds_shift": idle,
        "planned_stop_seconds_shift": c.unscheduled,
        "power_consumption_kw": np.round(nominal * wobble, 3),
        "energy_consumed_kwh": np.round(energy, 3),
        "active_alarms": active,
        "last_fault_timestamp": np.ma.array(stop_start, mask=~has),
    }


def _modes(machine_state: Any) -> Any:
    names, inverse = np.unique(machine_state, return_inverse=True)
    return np.array([MODES[str(name)] for name in names])[inverse]
