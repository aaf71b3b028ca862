"""What the instruments of a machine show: its load as a function of time, its samples, its alerts.

Alerts are derived from the rendered samples: three of five consecutive readings beyond the warning
limit raise one, and it stands until five in a row are inside, or until midnight UTC, when what still
stands is raised anew.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.layout import Layout, Machine
from genims_ray.world.rng import Rng
from genims_ray.world.sensors.levels import Load
from genims_ray.world.sensors.measuring import GOOD, Samples
from genims_ray.world.sensors.sensor_faults import SensorFaults
from genims_ray.world.sensors.signals import SignalModel, Wear, render
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.degradation import Degradation, signature
from genims_ray.world.shopfloor.production import Production
from genims_ray.world.shopfloor.tools import Tools

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SETUP_LOAD, IDLE_LOAD = 0.3, 0.18
STEP_MEMORY = 10 * 3_600
"""Seconds before the day that `LineSteps` cover: any shift that reaches into the day, and THERMAL_MEMORY."""
KEPT_READINGS = 1_500_000
"""Samples are asked for again, by other tables of the same window: a unit of 1,000,000 rows is kept, or a day."""
KEPT_ALERTS = 64
"""Days of alerts that are kept: they are found when samples are rendered, which nobody does again for them."""
ALIKE = 8
"""Machines of a kind that are rendered together: their numbers stay in the cache of a core."""
REARM_SECONDS = 3_600
"""Alerts of a sensor closer than this are one episode."""


@dataclass(frozen=True)
class LineSteps:
    """The intervals of a line around a UTC day, in order: a step function of time."""

    start: Ints
    end: Ints
    state: Ints
    machine: Ints  # position of the machine that stopped the line, 0: none
    load: Floats  # of a running machine
    work: Floats  # work clock since the origin
    clock: Floats  # work clock of the production day
    speed: Floats  # working seconds per second
    known: dict[tuple[int, int, int], Ints] = field(default_factory=dict)  # see Load


@dataclass(frozen=True)
class Alert:
    """An episode of readings beyond a warning limit."""

    sensor_id: int
    machine_id: int
    day: int
    sequence: int  # within sensor and day
    start: int
    end: int
    value: float  # the reading that raised it
    threshold: float


OfMachines = Mapping[int, list[Alert]]
"""Alerts of one UTC day, by machine."""


class Board:
    """What simulators of one plant tell one another: the alerts that they have found on the latest days."""

    def __init__(self) -> None:
        self._days: dict[int, dict[int, list[Alert]]] = {}

    def post(self, days: Mapping[int, OfMachines]) -> None:
        for day, found in days.items():
            self._days.setdefault(day, {}).update(found)
        for day in sorted(self._days)[:-KEPT_ALERTS]:
            self._days.pop(day, None)

    def read(self, day: int) -> OfMachines:
        """Those that somebody has posted, of any machines."""
        return dict(self._days.get(day, {}))


class Observation:
    """Instruments of `machines`; finds the alerts of days that it does not render on the board, if there is one."""

    def __init__(
        self,
        machines: list[Machine],
        layout: Layout,
        calendar: Calendar,
        degradation: Degradation,
        tools: Tools,
        production: Production,
        rng: Rng,
        board: Board | None = None,
    ) -> None:
        self._board = board
        self._layout = layout
        self._calendar = calendar
        self._degradation = degradation
        self._tools = tools
        self._production = production
        self._rng = rng
        self._modes = layout.plant.failure_modes
        self.sensors = [s for m in machines for s in layout.sensors_by_machine[m.machine_id]]
        self.faults = SensorFaults(self.sensors, layout.plant.sensor_faults, rng)
        self._line_index = {line.line_id: i for i, line in enumerate(production.lines)}
        self.models: dict[int, SignalModel] = {}
        self.rows: dict[int, slice] = {}
        first = 0
        for machine in machines:
            sensors = layout.sensors_by_machine[machine.machine_id]
            site = layout.line_by_id[machine.line_id].factory.params
            offset = datetime(2025, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(site.timezone)).utcoffset()
            hours = offset.total_seconds() / 3600 if offset else 0.0
            self.models[machine.machine_id] = SignalModel(machine.machine_id, sensors, site.latitude, hours, rng)
            self.rows[machine.machine_id] = slice(first, first + len(sensors))
            first += len(sensors)
        self._machines = machines
        kinds: dict[object, list[Machine]] = defaultdict(list)
        for machine in machines:
            kinds[self.models[machine.machine_id].kind].append(machine)
        self._alike = [kind[i : i + ALIKE] for kind in kinds.values() for i in range(0, len(kind), ALIKE)]
        self._steps: OrderedDict[tuple[int, int], LineSteps] = OrderedDict()
        self._samples: OrderedDict[tuple[int, int], list[Samples]] = OrderedDict()
        self._kept = 0  # readings of all of these
        self._alerts: OrderedDict[tuple[int, int], list[Alert]] = OrderedDict()
        self._to_post: dict[int, dict[int, list[Alert]]] = defaultdict(dict)
        self._read: set[int] = set()

    def exchange(self) -> None:
        """Post what has been found since the last time, and read the board anew when something is missing."""
        if self._board is not None and self._to_post:
            self._board.post(dict(self._to_post))
        self._to_post.clear()
        self._read.clear()

    def steps(self, line_id: int, day: int) -> LineSteps:
        """The line around UTC `day`, from STEP_MEMORY before it to its end."""
        key = (line_id, day)
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = self._line_steps(self._line_index[line_id], day)
            while len(self._steps) > 4 * len(self._line_index) + 64:
                self._steps.popitem(last=False)
        return known

    def _line_steps(self, line: int, day: int) -> LineSteps:
        begin, finish = day * DAY - STEP_MEMORY, (day + 1) * DAY
        columns: list[tuple[NDArray[np.generic], ...]] = []
        for production_day in range(day - 2, day + 2):
            line_day = self._production.day(production_day)
            if line_day.bounds[line, 0] >= finish or line_day.bounds[line, 3] <= begin:
                continue
            t = line_day.timeline
            own = slice(*np.searchsorted(t.line, [line, line + 1]))
            s = line_day.segments
            pieces = slice(*np.searchsorted(s.line, [line, line + 1]))
            place = np.searchsorted(s.start[pieces], t.start[own], side="right") - 1
            product = np.zeros(len(place), dtype=np.int64)
            if pieces.stop > pieces.start:
                column = s.place[pieces][np.maximum(place, 0)]
                product = self._production.demand.product_id[line, line_day.campaigns.product[line, column]]
            load = 0.72 + 0.25 * self._rng.uniform("product load", product)
            columns.append(
                (
                    t.start[own],
                    t.end[own],
                    t.loss[own],
                    t.machine[own],
                    load,
                    t.work[own] + line_day.state.work[line],
                    t.work[own],
                    t.speed[own],
                )
            )
        joined = [np.concatenate(column) for column in zip(*columns, strict=True)]
        keep = (joined[1] > begin) & (joined[0] < finish)
        start, end, state, machine, load, work, clock, speed = (column[keep] for column in joined)
        return LineSteps(start, end, state, machine, load, work, clock, speed)

    def load(self, machine: Machine, day: int) -> Load:
        """The machine's load around UTC `day`."""
        steps = self.steps(machine.line_id, day)
        running = steps.state == tl.RUN
        own_stop = steps.machine == machine.position
        idle = np.where(own_stop & (steps.state >= tl.MAJOR), 0.1, IDLE_LOAD)
        off = steps.state == tl.OFF
        idle[steps.state == tl.SETUP] = SETUP_LOAD
        idle[off] = 0.0
        return Load(steps.start, np.where(running, steps.load, idle), running, ~off, steps.known)

    def wears(self, machine: Machine, day: int) -> list[Wear]:
        """Everything that degrades on the machine in UTC `day`."""
        line = self._line_index[machine.line_id]
        start, end = day * DAY, (day + 1) * DAY
        found = [
            Wear(self._modes[event.mode].effects, event)
            for event in self._degradation.between(line, start, end + 25 * DAY)
            if event.machine_id == machine.machine_id
            and not event.hidden
            and event.onset < end
            and event.repair_start > start
        ]
        if machine.machine_id in self._tools.machines(line):
            steps = self.steps(machine.line_id, day)
            mode = self._tools.edge(machine.machine_id, float(steps.work.max())).mode
            wear = signature(self._tools.wear(machine.machine_id, steps.work))
            found.append(Wear(self._modes[mode].effects, None, steps.start, wear))
        return found

    def samples(self, machine: Machine, day: int) -> list[Samples]:
        """All readings of the machine's sensors on UTC `day`."""
        known = self._samples.get((machine.machine_id, day))
        return self._keep([machine], day)[0] if known is None else known

    def all_samples(self, day: int) -> list[tuple[Machine, list[Samples]]]:
        """The same for every machine."""
        for alike in self._alike:
            missing = [m for m in alike if (m.machine_id, day) not in self._samples]
            if missing:
                self._keep(missing, day)
        return [(machine, self.samples(machine, day)) for machine in self._machines]

    def _keep(self, machines: list[Machine], day: int) -> list[list[Samples]]:
        """Samples of machines of one kind, for others who ask for them soon."""
        found = self._render(machines, day)
        for machine, groups in zip(machines, found, strict=True):
            self._samples[machine.machine_id, day] = groups
            self._kept += readings(groups)
        while self._kept > KEPT_READINGS and len(self._samples) > len(self.models):
            self._kept -= readings(self._samples.popitem(last=False)[1])
        return found

    def _render(self, machines: list[Machine], day: int) -> list[list[Samples]]:
        """Samples of machines of one kind; their alerts are kept."""
        loads = {machine.machine_id: self.load(machine, day) for machine in machines}
        on = [machine for machine in machines if loads[machine.machine_id].is_on(day)]
        found = {m.machine_id: self.models[m.machine_id].render_off(day) for m in machines if m not in on}
        if on:
            ids = [machine.machine_id for machine in on]
            rendered = render(
                self._rng,
                day,
                [self.models[i] for i in ids],
                [loads[i] for i in ids],
                [self.wears(machine, day) for machine in on],
                self.faults.day(day),
                [self.rows[i] for i in ids],
            )
            found |= dict(zip(ids, rendered, strict=True))
        for machine in machines:
            alerts = self._find_alerts(machine, day, found[machine.machine_id])
            self._alerts[machine.machine_id, day] = alerts
            if self._board is not None:
                self._to_post[day][machine.machine_id] = alerts
        self._forget()
        return [found[machine.machine_id] for machine in machines]

    def alerts(self, machine: Machine, day: int) -> list[Alert]:
        """Alerts that the machine's sensors raise on UTC `day`."""
        key = (machine.machine_id, day)
        if key not in self._alerts and self._board is not None and day not in self._read:
            self._read.add(day)
            posted = self._board.read(day)
            self._alerts |= {(m, day): posted[m] for m in self.models if m in posted}
            self._forget()
        if key not in self._alerts:
            self._render([machine], day)
        return self._alerts[key]

    def _forget(self) -> None:
        while len(self._alerts) > KEPT_ALERTS * len(self.models):
            self._alerts.popitem(last=False)

    def _find_alerts(self, machine: Machine, day: int, groups: list[Samples]) -> list[Alert]:
        model = self.models[machine.machine_id]
        found = []
        for group in groups:
            for k in np.flatnonzero(group.status.any(axis=1)):
                beyond = (group.status[k] != 0) & group.present[k] & (group.quality[k] == GOOD)
                there = np.flatnonzero(group.present[k])
                episodes = debounced(beyond[there])
                m = int(group.rows[k])
                times = group.times[there]
                merged: list[list[int]] = []
                for first, last in episodes:
                    if merged and times[first] - times[merged[-1][1]] < REARM_SECONDS:
                        merged[-1][1] = last
                    else:
                        merged.append([first, last])
                for sequence, (first, last) in enumerate(merged, start=1):
                    i = there[first]
                    high = group.status[k, i] > 0
                    threshold = model.limits.warning_high[m] if high else model.limits.warning_low[m]
                    # What stands at midnight ends within its day: no window needs the readings of the day before.
                    end = min(int(times[last]) + int(group.times[1] - group.times[0]), (day + 1) * DAY - 1)
                    found.append(
                        Alert(
                            model.sensors[m].sensor_id,
                            machine.machine_id,
                            day,
                            sequence,
                            int(times[first]),
                            end,
                            float(group.value[k, i]),
                            float(threshold),
                        )
                    )
        found.sort(key=lambda alert: (alert.start, alert.sensor_id))
        return found


def readings(groups: list[Samples]) -> int:
    """Values in memory, delivered or not."""
    return sum(group.value.size for group in groups)


def debounced(beyond: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) samples of the episodes: raised by the third exceedance among five consecutive
    samples, cleared when five in a row are inside."""
    if not len(beyond):  # none was delivered
        return []
    recent = np.convolve(beyond.astype(np.int64), np.ones(5, dtype=np.int64))[: len(beyond)]
    raises = np.flatnonzero((recent >= 3) & beyond)
    if not raises.size:
        return []
    clears = np.flatnonzero(recent == 0)
    episodes, i = [], 0
    while i < len(raises):
        first = int(raises[i])
        after = clears[np.searchsorted(clears, first) :]
        last = int(after[0]) if after.size else len(beyond) - 1
        episodes.append((first, last))
        i = int(np.searchsorted(raises, last, side="right"))
    return episodes
