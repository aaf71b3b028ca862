"""Condition monitoring: the alerts that somebody judges, and what becomes of each.

Alerts come from the rendered samples; nothing here has an effect on what happens to a component. An alert is
settled by the inspection it leads to, by the repair or the failure of what it announced, or by time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells, records
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Machine
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.roster import Booking, Rosters
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts
from genims_ray.world.sensors.alerts import Alert
from genims_ray.world.sensors.observation import Observation
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.degradation import Breakdown
from genims_ray.world.shopfloor.stoppages import ALERT_KEYS, COMPONENT_KEYS

INSPECTION_KEYS = 41_000
PLANNED_AHEAD = 4 * HOUR
"""A repair before the failure is entered so long before it begins."""
SETTLED_AFTER = 3 * DAY
"""Seconds after which nobody waits for an alert to come true."""


def alert_key(alert: Alert) -> int:
    """Key of the fault that a sensor alert raises."""
    sequence = ALERT_KEYS + alert.sensor_id % 100 * 50 + alert.sequence
    return int(keys.key(alert.machine_id, alert.day, sequence))


def event_key(plan: Plan, factory_id: int, e: Breakdown) -> int:
    """Key of the order, and of the fault and the downtime, of a component's event."""
    day = plan.day_of(factory_id, e.start)
    opens = plan.bounds(factory_id, day)[0]
    return int(keys.key(e.machine_id, day, COMPONENT_KEYS + (e.start - opens) // 60))


@dataclass(frozen=True)
class Case:
    """An alert and its history; instants are NEVER where something does not happen."""

    alert: Alert
    key: int
    critical: bool
    threshold: float
    mode: str  # failure mode suspected, empty if none
    lead_hours: float  # estimated, 0 without a mode
    sensor_faulty: bool
    repair: bool  # what is opened is a planned repair, which finds no fault
    seen: bool  # the inspection finds wear
    booking: Booking | None  # of the inspection
    event: Breakdown | None  # what the alert announced, if it comes in time
    acknowledged: int
    closed: int
    outcome: str


@dataclass(frozen=True)
class Judged(Rows):
    """Alerts and their histories as arrays; see `Case`. UTC seconds."""

    TIME: ClassVar[str] = "time"
    INSTANTS: ClassVar[tuple[str, ...]] = ("time", "acknowledged", "known", "closed")

    key: Ints
    machine_id: Ints
    sensor_id: Ints
    time: Ints
    value: Floats
    threshold: Floats
    critical: Bools
    score: Floats  # of the anomaly, 0 to 1
    mode: Texts
    lead: Ints  # estimated, hundredths of an hour, 0 if nothing is suspected
    order: Ints  # what was opened for it, 0 if nothing was
    known: Ints  # when the order is
    acknowledged: Ints
    closed: Ints
    outcome: Texts


class Condition:
    """Alerts of `machines`, judged by the technicians of their factories."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, observation: Observation, rosters: Rosters) -> None:
        """Of the frame's own machines; the shop floor and the rosters see their factories whole."""
        layout = frame.layout
        self._lines = {line.line_id: i for i, line in enumerate(frame.whole.lines)}  # index in the degradation
        self._layout = layout
        self._degradation = shopfloor.degradation
        self._observation = observation
        self._rosters = rosters
        self._rng = frame.rng
        self._start = frame.start
        self._settings = layout.plant.maintenance
        self._modes = layout.plant.failure_modes
        self._signal = {s.sensor_id: s for s in layout.sensors}
        self._machine = {machine.machine_id: machine for machine in frame.machines}
        self._days: Cells[tuple[int, int], list[Case]] = Cells(frame.memory, self._judge, records)
        self._judged: Cells[int, Judged] = Cells(frame.memory, self._of_day)

    def on(self, day: int) -> list[Case]:
        """Cases of the alerts raised on UTC `day`, the first of each sensor; none before history begins."""
        if day * DAY < self._start:
            return []
        return [case for machine_id in self._machine for case in self._days[machine_id, day]]

    def touched(self, window: Window) -> Judged:
        """Alerts whose histories go on in a window."""
        if window.is_opening:
            return Judged.none()
        days = window.days()
        return (self._judged[days.start] if len(days) == 1 else self._between(window)).touched(window)

    def _between(self, window: Window) -> Judged:
        """Alerts that may still change in a window."""
        days = range((window.start - SETTLED_AFTER) // DAY - 1, -(-window.end // DAY))
        return self._table([case for day in days for case in self.on(day)])

    def _of_day(self, day: int) -> Judged:
        """Alerts whose histories go on in a UTC day."""
        window = Window(day * DAY, (day + 1) * DAY)
        return self._between(window).touched(window)

    def _table(self, cases: Sequence[Case]) -> Judged:
        def ints(values: Iterable[int]) -> Ints:
            return np.array(list(values), dtype=np.int64)

        key = ints(case.key for case in cases)
        distance = np.array(
            [abs(c.alert.value - c.alert.threshold) / max(abs(c.alert.threshold), 1e-6) for c in cases],
            dtype=np.float64,
        )
        noise = self._rng.uniform("anomaly", key)
        orders = [self._order(case) for case in cases]
        return Judged(
            key=key,
            machine_id=ints(case.alert.machine_id for case in cases),
            sensor_id=ints(case.alert.sensor_id for case in cases),
            time=ints(case.alert.start for case in cases),
            value=np.array([case.alert.value for case in cases], dtype=np.float64),
            threshold=np.array([case.threshold for case in cases], dtype=np.float64),
            critical=np.array([case.critical for case in cases], dtype=bool),
            score=np.round(1 - np.exp(-8 * distance) * (0.3 + 0.5 * noise), 4),
            mode=np.array([case.mode for case in cases], dtype=np.str_),
            lead=ints(round(100 * case.lead_hours) for case in cases),
            order=ints(order for order, _ in orders),
            known=ints(known for _, known in orders),
            acknowledged=ints(case.acknowledged for case in cases),
            closed=ints(case.closed for case in cases),
            outcome=np.array([case.outcome for case in cases], dtype=np.str_),
        )

    def _order(self, case: Case) -> tuple[int, int]:
        """(order opened for an alert, when that is known); (0, NEVER) if there is none."""
        a = case.alert
        if case.booking is not None:
            return int(keys.key(a.machine_id, a.day, INSPECTION_KEYS + a.sensor_id % 100)), case.acknowledged
        if case.event is not None and case.event.planned:
            key = event_key(self._rosters.plan, a.machine_id // 10_000, case.event)
            return key, max(case.acknowledged, case.event.start - PLANNED_AHEAD)
        return 0, NEVER

    def felt_by(self, machine_id: int, event: Breakdown) -> set[int]:
        """Sensors of the machine that feel the component's degradation."""
        effects = self._modes[event.mode].effects
        return {s.sensor_id for s in self._layout.sensors_by_machine[machine_id] if s.params.signal in effects}

    def warnings(self, event: Breakdown) -> list[Alert]:
        """Alerts of the machine's own sensors between the onset of a failure and its stop, in order."""
        machine = self._layout.machine_by_id[event.machine_id]
        felt = self.felt_by(event.machine_id, event)
        first = max(event.onset, self._start)
        return [
            alert
            for day in range(first // DAY, event.start // DAY + 1)
            for alert in self._observation.alerts(machine, day)
            if alert.sensor_id in felt and first <= alert.start < event.start
        ]

    def _judge(self, at: tuple[int, int]) -> list[Case]:
        machine, day = self._machine[at[0]], at[1]
        alerts = [a for a in self._observation.alerts(machine, day) if a.sequence == 1]
        if not alerts:
            return []
        events = [
            e
            for e in self._degradation.between(self._lines[machine.line_id], day * DAY, (day + 25) * DAY)
            if e.machine_id == machine.machine_id
        ]
        cases, inspected = [], False
        for alert in alerts:
            case = self._case(machine, alert, events, inspected)
            inspected = inspected or case.booking is not None
            cases.append(case)
        return cases

    def _case(self, machine: Machine, alert: Alert, events: list[Breakdown], inspected: bool) -> Case:
        rng, s, at = self._rng, self._settings, (alert.sensor_id, alert.day)
        booking = None
        if not inspected and float(rng.uniform("alert inspected", *at)) < s.inspected_alerts:
            seconds = float(rng.lognormal("inspection length", 60 * s.inspection_median_minutes, 0.4, *at))
            booking = self._rosters.inspection(machine.machine_id, alert.start, alert.day, max(int(seconds), 300))
        faulty = self._faulty(alert)
        signal = self._signal[alert.sensor_id]
        growing = [
            e
            for e in events
            if e.onset <= alert.start < e.start and signal.params.signal in self._modes[e.mode].effects
        ]
        event = growing[0] if growing and growing[0].start < alert.start + SETTLED_AFTER else None
        candidates = [m for m in machine.type.failure_modes if signal.params.signal in self._modes[m].effects]
        mode = candidates[int(rng.words("suspected", *at)) % len(candidates)] if candidates else ""
        if growing and float(rng.uniform("suspected right", *at)) < s.inspection_sees:
            mode = growing[0].mode
        if mode and self._modes[mode].tool:
            mode = ""
        repair = booking is not None and faulty and not growing
        repair = (
            repair and float(rng.uniform("repair for nothing", *at)) < self._layout.plant.upkeep.repair_on_sensor_fault
        )
        seen = False
        if booking is not None:
            running = [e for e in events if e.onset <= booking.start < e.start]
            seen = bool(running) and float(rng.uniform("inspection sees", *at)) < s.inspection_sees
        limit = signal.signal.critical_high if alert.value > alert.threshold else signal.signal.critical_low
        high = alert.value > alert.threshold
        critical = limit is not None and (alert.value >= limit if high else alert.value <= limit)
        if booking is not None:
            closed = booking.end
            outcome = "confirmed" if seen else "sensor_fault" if faulty else "no_fault_found"
        elif event is not None:
            closed, outcome = event.start, "confirmed" if event.planned else "failed_first"
        else:
            closed, outcome = alert.start + SETTLED_AFTER, "not_inspected"
        most = 1_200 if booking is not None else 2 * HOUR
        answered = alert.start + 300 + int(most * float(rng.uniform("alert answered", *at)) ** 2)
        takes = booking is not None or (event is not None and event.planned)
        takes = takes or float(rng.uniform("alert taken on", *at)) < 0.7
        return Case(
            alert,
            alert_key(alert),
            bool(critical),
            float(limit) if critical and limit is not None else alert.threshold,
            mode,
            round(float(rng.lognormal("estimated lead", max(self._modes[mode].lead_median_hours, 0.1), 0.5, *at)), 2)
            if mode
            else 0.0,
            faulty,
            repair,
            seen,
            booking,
            event,
            min(answered, closed) if takes else NEVER,
            closed,
            outcome,
        )

    def _faulty(self, alert: Alert) -> bool:
        """Whether the sensor itself is to blame: off by a hundredth of its range, stuck, erratic or spiking."""
        faults = self._observation.faults
        day, i = faults.day(alert.day), int(np.searchsorted(faults.ids, alert.sensor_id))
        off = float(day.offset_start[i] + day.offset_slope[i] * (alert.start - alert.day * DAY))
        spans = any(int(a[i]) <= alert.start < int(b[i]) for a, b in (day.stuck, day.erratic))
        spikes = bool((np.abs(day.spike_time[i] - alert.start) < 600).any())
        return abs(off) > 0.01 or spans or spikes
