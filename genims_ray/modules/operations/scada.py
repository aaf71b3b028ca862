"""scada_machine_data: state and counters of every machine at a fixed interval, by (UTC day, machine, time)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, within
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.grid import accumulated, latest
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.sensors.counters import LineCounters
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import WARNING, Events

STATES = {
    tl.OFF: "off", tl.PLANNED: "planned_stop", tl.SETUP: "setup", tl.RUN: "running", tl.STARVED: "idle",
    tl.NO_WORK: "unscheduled", tl.MICRO: "minor_stop", tl.TOOL_CHANGE: "minor_stop", tl.MAJOR: "down",
    tl.TOOL_BREAK: "down", tl.BREAKDOWN: "down", tl.REPAIR: "down",
}  # fmt: skip
MODES = {
    "off": "off", "planned_stop": "maintenance", "unscheduled": "automatic", "setup": "setup", "running": "automatic", "idle": "automatic",
    "minor_stop": "automatic", "down": "maintenance",
}  # fmt: skip
FAULTS = (tl.MICRO, tl.MAJOR, tl.TOOL_BREAK, tl.BREAKDOWN)
POWER_OFF_KW = 0.05
USUAL_LOAD = 0.85

NAMES = list(MODES)
"""Machine states are numbers in this list until the rows are complete."""
_OFF, _SETUP, _RUNNING, _IDLE = (NAMES.index(name) for name in ("off", "setup", "running", "idle"))
_NUMBER = np.array([NAMES.index(STATES[state]) for state in range(len(STATES))], dtype=np.int8)

DTYPES = {
    "timestamp": "<M8[us]", "scada_id": "<i8", "machine_id": "<i4", "line_id": "<i4", "machine_state": "<i1",
    "fault_code": "<i2", "work_order_id": "<i8", "shift_id": "<i2", "operator_id": "<i4",
    "parts_produced_cumulative": "<i8", "parts_produced_shift": "<i4", "parts_rejected_shift": "<i4",
    "target_cycle_time_seconds": "<f4", "actual_cycle_time_seconds": "<f4", "uptime_seconds_shift": "<i4",
    "setup_seconds_shift": "<i4", "downtime_seconds_shift": "<i4", "minor_stop_seconds_shift": "<i4",
    "idle_seconds_shift": "<i4", "planned_stop_seconds_shift": "<i4", "power_consumption_kw": "<f4",
    "energy_consumed_kwh": "<f4", "active_alarms": "<i2", "last_fault_timestamp": "<i8",
}  # fmt: skip
NULLABLE = (
    "fault_code", "work_order_id", "operator_id", "target_cycle_time_seconds", "actual_cycle_time_seconds",
    "last_fault_timestamp",
)  # fmt: skip


@dataclass(frozen=True)
class _Machines:
    """The machines in the order of their rows; aligned arrays."""

    machine_id: Ints
    line_id: Ints
    line: Ints  # line index
    position: Ints
    kw: Floats
    idle_share: Floats  # of that power

    @classmethod
    def of(cls, world: World) -> _Machines:
        index = {line.line_id: i for i, line in enumerate(world.lines)}
        machines = sorted(world.machines, key=lambda machine: index[machine.line_id])
        return cls(
            np.array([m.machine_id for m in machines]),
            np.array([m.line_id for m in machines]),
            np.array([index[m.line_id] for m in machines]),
            np.array([m.position for m in machines]),
            np.array([m.type.power_kw for m in machines]),
            np.array([m.type.idle_power_share for m in machines]),
        )

    def draw(self, load: Floats | float) -> Floats:
        """kW of running machines under load."""
        share = self.idle_share[:, None]
        return self.kw[:, None] * (share + (1 - share) * load)


@dataclass(frozen=True)
class _Place:
    """Where the rows of a day go: views of the columns, (machines, n)."""

    values: dict[str, NDArray[Any]]
    null: dict[str, NDArray[np.bool_]]

    @classmethod
    def of(cls, columns: Columns, null: Columns, first: int, shape: tuple[int, int]) -> _Place:
        """The rows from `first` on."""
        rows = slice(first, first + shape[0] * shape[1])
        return cls(*({k: v[rows].reshape(shape) for k, v in group.items()} for group in (columns, null)))


def scada_machine_data(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    every = np.arange(0, DAY, world.plant.scada_interval_seconds)
    days = [(day, np.flatnonzero(within(window, day * DAY + every))) for day in window.days()]
    if not any(len(numbers) for _, numbers in days):
        return {}
    machines = _Machines.of(world)
    codes = _fault_codes(world)
    rows = len(machines.machine_id) * sum(len(numbers) for _, numbers in days)
    columns = {name: np.empty(rows, dtype) for name, dtype in DTYPES.items()}
    null = {name: np.empty(rows, np.bool_) for name in NULLABLE}
    first = 0
    for day, numbers in days:
        if len(numbers):
            shape = (len(machines.machine_id), len(numbers))
            _of_day(world, day, numbers, machines, codes, _Place.of(columns, null, first, shape))
            first += shape[0] * shape[1]
    return _complete(columns, null, codes)


def _of_day(world: World, day: int, numbers: Ints, machines: _Machines, codes: NDArray[np.str_], place: _Place) -> None:
    """Write the rows of UTC `day` that have these numbers in it."""
    time = day * DAY + numbers * world.plant.scada_interval_seconds
    machine_id = machines.machine_id[:, None]
    place.values["timestamp"][:] = time.astype("<M8[s]")
    place.values["scada_id"][:] = keys.key(machine_id, day, numbers)
    place.values["machine_id"][:] = machine_id
    place.values["line_id"][:] = machines.line_id[:, None]
    counters = world.sensors.counters.at(day, time)
    _of_lines(place, machines, counters, _operators(world, counters))
    _of_machines(place, machines, counters)
    events = world.shopfloor.stoppages.between(day * DAY - 10 * HOUR, (day + 1) * DAY)
    _faults(place, machines, counters, codes, events)
    _power(place, machines, counters, world.sensors.power.wobble(machine_id, day, numbers))


def _fault_codes(world: World) -> NDArray[np.str_]:
    """All that controllers report, in order."""
    plant = world.plant
    return np.unique([*plant.fault_codes, *(mode.fault_code for mode in plant.failure_modes.values())])


def _operators(world: World, counters: LineCounters) -> Ints:
    """(lines, n) employee ids."""
    day = counters.production_day
    first, last = int(day.min()), int(day.max())
    tables = np.array([world.people.operators(d) for d in range(first, last + 1)])
    return np.asarray(tables[day - first, np.arange(len(day))[:, None], counters.shift])


def _of_lines(place: _Place, machines: _Machines, c: LineCounters, operators: Ints) -> None:
    """What all machines of a line have in common."""
    columns = {
        "work_order_id": c.order_key,
        "shift_id": c.shift + 1,
        "operator_id": operators,
        "parts_produced_cumulative": c.parts,
        "parts_produced_shift": c.parts_shift,
        "parts_rejected_shift": c.rejected_shift,
        "target_cycle_time_seconds": c.target_cycle,
        "actual_cycle_time_seconds": np.round(c.actual_cycle, 3),
        "uptime_seconds_shift": c.run,
        "setup_seconds_shift": c.setup,
        "idle_seconds_shift": c.elapsed - c.run - c.setup - c.unscheduled,  # and own stops: see _of_machines
        "planned_stop_seconds_shift": c.unscheduled,
    }
    null = {
        "work_order_id": c.order_key == 0,
        "operator_id": np.isin(c.state, (tl.OFF, tl.PLANNED)),
        "target_cycle_time_seconds": np.isnan(c.target_cycle),
        "actual_cycle_time_seconds": np.isnan(c.actual_cycle),
    }
    for found, views in ((columns, place.values), (null, place.null)):
        for name, values in found.items():
            view = views[name]
            np.take(values.astype(view.dtype), machines.line, axis=0, out=view, mode="clip")  # no buffer


def _of_machines(place: _Place, machines: _Machines, c: LineCounters) -> None:
    """The state of each machine, and its own stops."""
    own = c.stopped_machine[machines.line] == machines.position[:, None]
    state = place.values["machine_state"]
    np.take(_NUMBER[c.state], machines.line, axis=0, out=state, mode="clip")
    state[(c.state >= tl.MICRO)[machines.line] & ~own] = _IDLE
    for name, seconds in (("minor_stop", c.minor), ("downtime", c.down)):
        stops = place.values[f"{name}_seconds_shift"]
        stops[:] = seconds[machines.position - 1, machines.line]
        place.values["idle_seconds_shift"] -= stops


def _faults(place: _Place, machines: _Machines, c: LineCounters, codes: NDArray[np.str_], events: Events) -> None:
    """Faults and warnings; `events` are those around the day."""
    shape = place.values["active_alarms"].shape
    faults = np.flatnonzero((events.code != "") & np.isin(events.machine_id, machines.machine_id))
    order = np.argsort(machines.machine_id)
    row = order[np.searchsorted(machines.machine_id, events.machine_id[faults], sorter=order)]
    start, end = events.start[faults], events.end[faults]
    begun, over = (np.searchsorted(c.time, at, side="right") for at in (start, end))
    active = accumulated(np.tile(row, 2), np.append(begun, over), np.repeat([1, -1], len(row)), *shape)
    np.maximum(active, 0, out=place.values["active_alarms"], casting="unsafe")

    stops = np.flatnonzero((events.kind[faults] != WARNING) & (start < end))
    stops = stops[np.lexsort((start[stops], row[stops]))]
    last = latest(row[stops], begun[stops], *shape)
    code = np.searchsorted(codes, events.code[faults[stops]])
    place.values["last_fault_timestamp"][:] = np.append(0, start[stops])[last]
    place.values["fault_code"][:] = np.append(0, code)[last]
    place.null["last_fault_timestamp"][:] = last == 0
    faulty = np.where(np.isin(c.state, FAULTS), c.stopped_machine, 0)
    place.null["fault_code"][:] = (last == 0) | (faulty[machines.line] != machines.position[:, None])


def _power(place: _Place, machines: _Machines, c: LineCounters, wobble: Floats) -> None:
    """Power now, which wobbles by a factor, and the energy of the shift."""
    line, state = machines.line, place.values["machine_state"]
    run_kw, idle_kw = machines.draw(USUAL_LOAD), (machines.kw * machines.idle_share)[:, None]
    kw = machines.draw(c.load[line])
    np.copyto(kw, idle_kw, where=state != _RUNNING)
    np.copyto(kw, 0.5 * run_kw, where=state == _SETUP)
    np.copyto(kw, POWER_OFF_KW, where=state == _OFF)
    kw *= wobble
    place.values["power_consumption_kw"][:] = np.round(kw, 3, out=kw)
    energy = run_kw * c.run[line]
    energy += 0.5 * run_kw * c.setup[line]
    energy += idle_kw * (c.elapsed - c.run - c.setup - c.off)[line]
    energy += (POWER_OFF_KW * c.off)[line]
    energy /= 3600
    place.values["energy_consumed_kwh"][:] = np.round(energy, 3, out=energy)


def _complete(columns: Columns, null: Columns, codes: NDArray[np.str_]) -> Columns:
    """Columns as the catalog takes them: masked where they are NULL, texts as Arrow dictionaries."""
    state = pa.array(columns["machine_state"])
    fault = pa.array(columns["fault_code"], mask=null["fault_code"])
    masked = {name: np.ma.array(columns[name], mask=mask) for name, mask in null.items()}
    return {
        **columns,
        **masked,
        "machine_state": pa.DictionaryArray.from_arrays(state, pa.array(NAMES)),
        "operation_mode": pa.DictionaryArray.from_arrays(state, pa.array([MODES[name] for name in NAMES])),
        "fault_code": pa.DictionaryArray.from_arrays(fault, pa.array(codes)),
    }
