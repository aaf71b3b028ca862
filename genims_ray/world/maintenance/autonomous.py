"""Autonomous maintenance: what operators do at their machines themselves (TPM): checks, and changes of tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells, Touched
from genims_ray.world.company.calendar import SHIFTS, Calendar
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.maintenance.checks import Checks
from genims_ray.world.people import People
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor import timeline as tl

CHECK_KEYS = 40_000
LOOK_BACK_DAYS = 1
"""Nothing that operators do takes longer."""


@dataclass(frozen=True)
class MachineWork(Rows):
    """Work on machines; UTC seconds, NEVER where it does not happen; money in cents."""

    TIME: ClassVar[str] = "created"
    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "start", "end", "missed")

    key: Ints
    machine_id: Ints
    type: Texts
    category: Texts  # autonomous: what operators do; planned or unplanned: what technicians do
    priority: Texts
    work: Texts
    component: Texts
    created: Ints
    scheduled: Ints
    start: Ints
    end: Ints
    missed: Ints
    seconds: Ints
    labour_cents: Ints
    parts_cents: Ints
    part: Texts  # what was put in
    person: Ints
    fault: Ints
    finding: Texts
    follow_up: Bools


class Autonomous:
    """Of the lines of a frame."""

    def __init__(self, frame: Frame, calendar: Calendar, shopfloor: Shopfloor, people: People, checks: Checks) -> None:
        self._frame, self._calendar, self._shopfloor = frame, calendar, shopfloor
        self._people, self._checks = people, checks
        self._of_days: Cells[int, MachineWork] = Cells(frame.memory, self._checks_of)
        self._touched: Touched[MachineWork] = Touched(frame.memory, self.between)

    def between(self, window: Window) -> MachineWork:
        """Checks, and changes of tools, that may change in a window."""
        return MachineWork.joined([self.checks(window), self.tool_changes(window)])

    def touched(self, window: Window) -> MachineWork:
        """Those that change in a window."""
        return self._touched.between(window)

    def checks(self, window: Window) -> MachineWork:
        """Checks of the production days that a window, and the half day before it, touch."""
        days = self._calendar.days(window.start - 12 * HOUR, window.end)
        return MachineWork.joined(self._of_days[day] for day in days)

    def tool_changes(self, window: Window) -> MachineWork:
        """Changes of tools and electrodes that are under way in a window or the day before it."""
        events = self._shopfloor.stoppages.between(window.start - LOOK_BACK_DAYS * DAY, window.end)
        e = events.where(np.isin(events.kind, (tl.TOOL_CHANGE, tl.TOOL_BREAK)))
        plant, tools = self._frame.plant, self._shopfloor.tools
        modes, settings = plant.failure_modes, plant.maintenance
        broken, n = e.kind == tl.TOOL_BREAK, len(e)
        mode = e.mode.copy()
        for machine_id, at in grouped(e.machine_id):
            mode[at] = tools.edge(machine_id, 0.0).mode
        component = np.array([modes[m].component if m else "" for m in mode.tolist()], dtype="U64")
        cost = self._frame.rng.lognormal("repair parts", 1.0, settings.parts_sigma, e.key)
        seconds, cents = self._time(e.machine_id, e.repair_start, e.end)
        return MachineWork(
            key=e.key,
            machine_id=e.machine_id,
            type=np.where(mode == "electrode", "electrode_change", "tool_change"),
            category=np.full(n, "autonomous"),
            priority=np.where(broken, "high", "normal"),
            work=np.char.add("Change ", component),
            component=component,
            created=e.start,
            scheduled=e.start,
            start=e.repair_start,
            end=e.end,
            missed=np.full(n, NEVER),
            seconds=seconds,
            labour_cents=cents,
            parts_cents=np.rint(100 * settings.tool_parts_usd * cost).astype(np.int64),
            part=component,
            person=self.operator(e.line, e.start),
            fault=np.where(broken, e.key, 0),
            finding=np.where(broken, "tool broken", ""),
            follow_up=np.zeros(n, dtype=bool),
        )

    def operator(self, line: Ints, time: Ints) -> Ints:
        """Who runs lines (their indices) at UTC seconds."""
        found, day, shift = (np.zeros(len(line), dtype=np.int64) for _ in range(3))
        for i, at in grouped(line):
            day[at] = self._calendar.production_day(i, time[at])
            shift[at] = self._calendar.shift_of(i, time[at])
        for each, at in grouped(day):
            found[at] = self._people.operators(each)[line[at], shift[at]]
        return found

    def _checks_of(self, day: int) -> MachineWork:
        """Checks at the start of each worked shift of a production day."""
        rounds = [self._checks.of_shift(day, shift) for shift in range(SHIFTS)]
        r = rounds[0].joined(rounds)
        shift = np.repeat(np.arange(SHIFTS), [len(found) for found in rounds])
        n, m = len(r), r.machine_id
        seconds, cents = self._time(m, r.start, r.end)
        nothing = np.zeros(n, dtype=np.int64)
        return MachineWork(
            key=keys.key(m, day, CHECK_KEYS + shift),
            machine_id=m,
            type=np.full(n, "operator_check"),
            category=np.full(n, "autonomous"),
            priority=np.full(n, "low"),
            work=np.full(n, "Check, clean and lubricate by the operator's list"),
            component=np.full(n, ""),
            created=r.due,
            scheduled=r.due + 300,
            start=r.start,
            end=r.end,
            missed=r.missed,
            seconds=seconds,
            labour_cents=cents,
            parts_cents=nothing,
            part=np.full(n, ""),
            person=self._people.operators(day)[r.line, shift],
            fault=nothing,
            finding=np.select([r.reported, r.fixed], ["oil leak noticed", "loose guard fixed"], ""),
            follow_up=r.reported,
        )

    def _time(self, machine_id: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """(seconds, cents) of operators, at the factory's rate for the hours that are shown."""
        seconds = np.where(end > 0, end - start, 0)
        hours: Floats = np.round(seconds / 3600.0, 4)
        return seconds, np.rint(hours * self._frame.layout.labour_cents(machine_id // 10_000)).astype(np.int64)
