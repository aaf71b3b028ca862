"""Everything that stops a line or makes a machine report: one table of events with computed keys.

Operations records them as faults, the MES as downtime; both take the keys from here. The day of a
key is the production day of the start; sequences are apart by kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys, params
from genims_ray.world.cells import Cells
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.rows import Bools, Ints, Rows, Texts
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.degradation import Degradation
from genims_ray.world.shopfloor.line_day import LineDay
from genims_ray.world.shopfloor.production import Production
from genims_ray.world.shopfloor.tools import Tools

WARNING = 20
"""Kind of a controller warning, beside the line states of `timeline`."""

TOOL_KEYS, COMPONENT_KEYS, WARNING_KEYS, ALERT_KEYS, LINE_KEYS = 1_000, 10_000, 20_000, 30_000, 60_000
RANDOM = "random"
"""Root cause of what breaks without wear."""
_TOOLS_A_DAY = 4_096
_WARNINGS_A_DAY = 96


@dataclass(frozen=True)
class Events(Rows):
    """Events in order of start within each source; aligned arrays."""

    line: Ints  # line index
    machine_id: Ints  # 0 where the line as a whole is concerned
    kind: Ints  # state of `timeline`, or WARNING
    start: Ints
    repair_start: Ints  # when somebody began to work on it; the start for what clears itself
    end: Ints
    planned_seconds: Ints  # for planned kinds, else 0
    code: Texts  # fault code, empty for what is no fault
    mode: Texts  # failure mode of the component, else empty
    cause: Texts  # root cause of the failure of a component, else empty
    key: Ints  # of the fault, or of the stop


def _joined(parts: Sequence[Events]) -> Events:
    """All events of all parts, in their order."""
    return Events.joined(parts)


def _standing(events: Events, start: int, end: int) -> Events:
    return events.where(np.flatnonzero((events.start < end) & (events.end >= start)))


class Stoppages:
    """Events of the lines of a world."""

    def __init__(
        self, frame: Frame, calendar: Calendar, degradation: Degradation, tools: Tools, production: Production
    ) -> None:
        self._plant = frame.plant
        self._calendar = calendar
        self._degradation = degradation
        self._tools = tools
        self._production = production
        self._rng = frame.rng
        self._codes = {
            severity: _weighted(self._plant.fault_codes, severity) for severity in ("minor", "major", "warning")
        }
        self._text = _widest(self._plant)
        self._days: Cells[int, Events] = Cells(frame.memory, self._on)
        self._about: Cells[int, Events] = Cells(frame.memory, self._of_utc_day)

    def between(self, start: int, end: int) -> Events:
        """Events that start before `end` and have not ended before `start`."""
        if start // DAY == (end - 1) // DAY:
            return _standing(self._about[start // DAY], start, end)
        return self._between(start, end)

    def _of_utc_day(self, day: int) -> Events:
        return self._between(day * DAY, (day + 1) * DAY)

    def _between(self, start: int, end: int) -> Events:
        days = self._calendar.days(start, end)
        parts = [self.of_day(day) for day in days]
        parts.append(self._component_events(start, end))
        return _joined([_standing(part, start, end) for part in parts])

    def lacks_material(self, line_id: Ints, start: Ints) -> Bools:
        """Whether a line that waits from `start` on lacks material; else it lacks its operator."""
        return np.asarray(self._rng.uniform("starved of", line_id, start) < self._plant.stops.starved_of_material)

    def of_day(self, day: int) -> Events:
        """What the timeline of a production day holds, and its warnings; components apart."""
        return self._days[day]

    def _on(self, day: int) -> Events:
        line_day = self._production.day(day)
        return _joined([self._line_events(line_day), self._warnings(line_day)])

    def _line_events(self, day: LineDay) -> Events:
        """Stops, changeovers, maintenance windows and waits of a production day, from its timeline."""
        t = day.timeline
        rows = np.flatnonzero(
            np.isin(
                t.state,
                (tl.MICRO, tl.MAJOR, tl.TOOL_CHANGE, tl.TOOL_BREAK, tl.SETUP, tl.STARVED, tl.NO_WORK, tl.PLANNED),
            )
            & ~((t.state == tl.PLANNED) & (t.machine > 0))  # taken by a repair
        )
        line, kind, start, end = t.line[rows], t.state[rows], t.start[rows], t.end[rows]
        position, detail = t.machine[rows], t.detail[rows]
        line_id = self._production.line_ids[line]
        machine_id = np.where(position > 0, line_id * 100 + position, 0)
        tool = np.isin(kind, (tl.TOOL_CHANGE, tl.TOOL_BREAK))
        number = np.arange(len(rows)) - np.searchsorted(line, line)
        sequence = np.where(tool, TOOL_KEYS + detail % _TOOLS_A_DAY, detail)
        key = np.where(
            position > 0,
            keys.key(machine_id, day.day, np.where(position > 0, sequence, 0)),
            keys.key(line_id, day.day, LINE_KEYS + number % 5_000),
        )
        c = day.campaigns
        planned = np.where(kind == tl.SETUP, c.setup[line, np.where(kind == tl.SETUP, detail, 0)], 0)
        planned = np.where(kind == tl.PLANNED, end - start, planned)
        code, mode, cause = (np.full(len(rows), "", dtype=self._text) for _ in range(3))
        for state, severity in ((tl.MICRO, "minor"), (tl.MAJOR, "major")):
            at = kind == state
            code[at] = self._pick(severity, machine_id[at], day.day, detail[at])
        breaks = np.flatnonzero(kind == tl.TOOL_BREAK)
        for machine, of_machine in grouped(machine_id[breaks]):
            name, at = self._tools.edge(machine, 0.0).mode, breaks[of_machine]
            broken = self._plant.failure_modes[name]
            code[at], mode[at], cause[at] = broken.fault_code, name, broken.root_cause
        wait = np.minimum(60 + 240 * self._rng.uniform("stop response", machine_id, start), (end - start) / 3)
        begins = start + np.where(np.isin(kind, (tl.MAJOR, tl.TOOL_BREAK)), wait, 0).astype(np.int64)
        return Events(line, machine_id, kind, start, begins, end, planned, code, mode, cause, key)

    def _warnings(self, day: LineDay) -> Events:
        """Controller warnings: Poisson on the running time of each machine; they stop nothing."""
        s, rng, t = self._plant.stops, self._rng, day.timeline
        machines = self._production.machine_id
        place = np.arange(machines.shape[1])
        k = np.arange(_WARNINGS_A_DAY)
        gap = rng.uniform("warning gap", machines[:, :, None], day.day, k)
        with np.errstate(divide="ignore"):  # a rate of zero: never
            work = np.cumsum(-np.log1p(-gap) * HOUR / s.warning_per_hour, axis=2)
        inside = (work < t.shift_work[:, 3][:, None, None]) & (machines > 0)[:, :, None]
        line, column, number = np.nonzero(inside)
        machine_id = machines[line, place[column]]
        start = t.reached(line, work[line, column, number])
        minutes = rng.lognormal(
            "warning minutes", s.warning_median_minutes, s.warning_sigma, machine_id, day.day, number
        )
        end = start + np.clip(60 * minutes, 20, 7_200).astype(np.int64)
        code = self._pick("warning", machine_id, day.day, WARNING_KEYS + number)
        zero, nothing = np.zeros(len(line), dtype=np.int64), np.full(len(line), "", dtype=self._text)
        return Events(
            line,
            machine_id,
            zero + WARNING,
            start,
            start,
            end,
            zero,
            code,
            nothing,
            nothing,
            keys.key(machine_id, day.day, WARNING_KEYS + number),
        )

    def _component_events(self, start: int, end: int) -> Events:
        """Breakdowns and planned repairs of components."""
        rows = [
            (i, event)
            for i in range(len(self._production.lines))
            for event in self._degradation.between(i, start - 1, end)
        ]
        line = np.array([i for i, _ in rows], dtype=np.int64)
        machine_id = np.array([event.machine_id for _, event in rows], dtype=np.int64)
        begin = np.array([event.start for _, event in rows], dtype=np.int64)
        finish = np.array([event.end for _, event in rows], dtype=np.int64)
        planned = np.array([event.planned for _, event in rows], dtype=bool)
        day = np.array([self._calendar.production_day(i, np.array([e.start]))[0] for i, e in rows], dtype=np.int64)
        opens = np.array(
            [self._calendar.line_bounds(i, int(d))[0] for (i, _), d in zip(rows, day, strict=True)], dtype=np.int64
        )
        code, cause = (
            np.array([getattr(self._plant.failure_modes[e.mode], name) for _, e in rows], dtype=self._text)
            for name in ("fault_code", "root_cause")
        )
        cause[[event.sudden for _, event in rows]] = RANDOM
        return Events(
            line,
            machine_id,
            np.where(planned, tl.REPAIR, tl.BREAKDOWN),
            begin,
            np.array([event.repair_start for _, event in rows], dtype=np.int64),
            finish,
            np.where(planned, finish - begin, 0),
            code,
            np.array([event.mode for _, event in rows], dtype=self._text),
            cause,
            keys.key(machine_id, day, COMPONENT_KEYS + (begin - opens) // 60),
        )

    def _pick(self, severity: str, machine_id: Ints, day: int, number: Ints) -> Texts:
        names, cumulative = self._codes[severity]
        u = self._rng.uniform(f"{severity} code", machine_id, day, number)
        return np.asarray(names[np.searchsorted(cumulative, u)])


def _widest(plant: params.Plant) -> str:
    """numpy's type for codes, modes and causes: they are the plant's own words."""
    of_modes = [(name, mode.fault_code, mode.root_cause) for name, mode in plant.failure_modes.items()]
    return f"U{max(map(len, (*(word for words in of_modes for word in words), *plant.fault_codes, RANDOM)))}"


def _weighted(codes: dict[str, params.FaultCode], severity: str) -> tuple[Texts, NDArray[np.float64]]:
    chosen = {name: code.weight for name, code in codes.items() if code.severity == severity}
    weights = np.array(list(chosen.values()))
    return np.array(list(chosen)), np.cumsum(weights / weights.sum())
