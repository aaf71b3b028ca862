"""What the instruments of a machine show on a UTC day: its samples, and the alerts found in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from genims_ray.window import DAY, Window
from genims_ray.world.cells import Cells, Memory
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Machine
from genims_ray.world.sensors.alerts import Alert, AlertExchange, alerts_of
from genims_ray.world.sensors.levels import Load
from genims_ray.world.sensors.line_steps import Lines
from genims_ray.world.sensors.measuring import Samples, ticks
from genims_ray.world.sensors.sensor_faults import SensorFaults
from genims_ray.world.sensors.signals import SignalModel, Wear, render
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.degradation import signature

ALIKE = 8
"""Machines of a kind that are rendered together: their numbers stay in the cache of a core."""
ALERTS_BYTES = 32 * 2**20
"""Room for alerts, apart from all else: a day of samples is rendered for a few of them."""


class Observation:
    """Instruments of the frame's machines; asks the exchange, if there is one, for alerts of days that it does not
    render."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, exchange: AlertExchange | None = None) -> None:
        self._exchange = exchange
        self._degradation = shopfloor.degradation
        self._tools = shopfloor.tools
        self._rng = frame.rng
        self._modes = frame.plant.failure_modes
        self.lines = Lines(frame, shopfloor.production)
        layout, self._machines = frame.layout, frame.machines
        self.sensors = [s for m in self._machines for s in layout.sensors_by_machine[m.machine_id]]
        self.faults = SensorFaults(self.sensors, layout.plant.sensor_faults, frame.rng, frame.memory)
        self._intervals = sorted({s.params.interval_seconds for s in self.sensors})
        self.models: dict[int, SignalModel] = {}
        self.rows: dict[int, slice] = {}
        first = 0
        for machine in self._machines:
            sensors = layout.sensors_by_machine[machine.machine_id]
            site = layout.line_by_id[machine.line_id].factory.params
            offset = datetime(2025, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(site.timezone)).utcoffset()
            hours = offset.total_seconds() / 3600 if offset else 0.0
            self.models[machine.machine_id] = SignalModel(machine.machine_id, sensors, site.latitude, hours, frame.rng)
            self.rows[machine.machine_id] = slice(first, first + len(sensors))
            first += len(sensors)
        kinds: dict[object, list[Machine]] = defaultdict(list)
        for machine in self._machines:
            kinds[self.models[machine.machine_id].kind].append(machine)
        self._alike = [kind[i : i + ALIKE] for kind in kinds.values() for i in range(0, len(kind), ALIKE)]
        self._machine = {machine.machine_id: machine for machine in self._machines}
        self._samples: Cells[tuple[int, int], list[Samples]] = Cells(
            frame.memory, lambda key: self._render([self._machine[key[0]]], key[1])[0]
        )
        self._alerts: Cells[tuple[int, int], list[Alert]] = Cells(Memory(ALERTS_BYTES), self._alerts_found)
        self._to_post: dict[int, dict[int, list[Alert]]] = defaultdict(dict)
        self._read: set[int] = set()

    def exchange(self) -> None:
        """Post what has been found since the last time, and read the exchange anew when something is missing."""
        if self._exchange is not None and self._to_post:
            self._exchange.post(dict(self._to_post))
        self._to_post.clear()
        self._read.clear()

    def load(self, machine: Machine, day: int) -> Load:
        """The machine's load around UTC `day`."""
        return self.lines.steps(machine.line_id, day).of(machine)

    def wears(self, machine: Machine, day: int) -> list[Wear]:
        """Everything that degrades on the machine in UTC `day`."""
        line = self.lines.index[machine.line_id]
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
            steps = self.lines.steps(machine.line_id, day)
            mode = self._tools.edge(machine.machine_id, float(steps.work.max())).mode
            wear = signature(self._tools.wear(machine.machine_id, steps.work))
            found.append(Wear(self._modes[mode].effects, None, steps.start, wear))
        return found

    def reads_in(self, window: Window) -> bool:
        """Whether a reading of any sensor is due in a window."""
        return any(
            bool(((every >= window.start) & (every < window.end)).any())
            for day in window.days()
            for every in (ticks(day, interval) for interval in self._intervals)
        )

    def samples(self, machine: Machine, day: int) -> list[Samples]:
        """All readings of the machine's sensors on UTC `day`."""
        return self._samples[machine.machine_id, day]

    def all_samples(self, day: int) -> list[tuple[Machine, list[Samples]]]:
        """The same for every machine."""
        found: dict[int, list[Samples]] = {}
        for alike in self._alike:
            missing = [m for m in alike if not self._samples.known((m.machine_id, day))]
            for machine, groups in zip(missing, self._render(missing, day) if missing else [], strict=True):
                self._samples.put((machine.machine_id, day), groups)
                found[machine.machine_id] = groups
        return [(m, found[m.machine_id] if m.machine_id in found else self.samples(m, day)) for m in self._machines]

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
        for machine_id, groups in found.items():
            alerts = alerts_of(self.models[machine_id], day, groups)
            self._alerts.put((machine_id, day), alerts)
            if self._exchange is not None:
                self._to_post[day][machine_id] = alerts
        return [found[machine.machine_id] for machine in machines]

    def alerts(self, machine: Machine, day: int) -> list[Alert]:
        """Alerts that the machine's sensors raise on UTC `day`."""
        key = (machine.machine_id, day)
        if self._exchange is not None and day not in self._read and not self._alerts.known(key):
            self._read.add(day)
            for machine_id, posted in self._exchange.read(day).items():
                if machine_id in self._machine:
                    self._alerts.put((machine_id, day), posted)
        return self._alerts[key]

    def _alerts_found(self, key: tuple[int, int]) -> list[Alert]:
        """They are found in the samples, which this renders."""
        machine_id, day = key
        return alerts_of(self.models[machine_id], day, self._render([self._machine[machine_id]], day)[0])
