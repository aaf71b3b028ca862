"""Degradation and failure of components: a renewal process in planned operating time per component.

Lives are Weibull; the first one is what remains at a random instant, so that the first day looks
like any other. A failure announces itself over its lead (the P-F interval); with the mode's
probability a planned repair comes first. Events of one line follow one another: while it stands
for one repair, nothing else on it fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import params
from genims_ray.world.calendar import Calendar
from genims_ray.world.layout import Layout, Line
from genims_ray.world.rng import Rng, weibull, weibull_residual
from genims_ray.world.window import DAY, HOUR

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Breakdown:
    """One event in the life of a component, in UTC seconds."""

    line_id: int
    machine_id: int
    mode: str
    cycle: int  # number of the life that ends here
    onset: int  # first sign of the failure
    failure: int  # when it would fail, or fails
    start: int  # when the machine stops: the failure, or the planned repair before it
    repair_start: int
    end: int
    planned: bool  # a planned repair that came before the failure
    hidden: bool = False  # no sensor of the machine feels the degradation

    @property
    def sudden(self) -> bool:
        """Whether it failed at once, without degradation."""
        return self.onset == self.failure

    @property
    def seconds(self) -> int:
        return self.end - self.start


class Degradation:
    """Component events of `lines`, in order of time per line."""

    def __init__(
        self, lines: Sequence[Line], layout: Layout, calendar: Calendar, rng: Rng, start: int
    ) -> None:
        self._plant = layout.plant
        self._settings = layout.plant.degradation
        self._layout = layout
        self._calendar = calendar
        self._rng = rng
        self._start = start
        self._lines = list(lines)
        self._events: dict[int, list[Breakdown]] = {}
        self._complete: dict[int, int] = {}

    def events(self, line: int, until: int) -> list[Breakdown]:
        """Events of line index `line` that start before `until`, ordered; those of long ago included."""
        if self._complete.get(line, -(2**62)) < until:
            horizon = until + 60 * DAY
            self._events[line] = self._resolve(line, horizon)
            self._complete[line] = until + 30 * DAY
        return [event for event in self._events[line] if event.start < until]

    def between(self, line: int, start: int, end: int) -> list[Breakdown]:
        """Events of line index `line` that stop it at some time in [start, end)."""
        return [event for event in self.events(line, end) if event.end > start]

    def intensity(self, machine_id: int, line: int, time: int) -> dict[str, float]:
        """Signature intensity g of every degrading component of a machine at `time`."""
        found = {}
        for event in self.events(line, time + 60 * DAY):
            if event.machine_id == machine_id and event.onset <= time < event.start:
                found[event.mode] = float(signature(health(time, event)))
        return found

    def _resolve(self, line: int, horizon: int) -> list[Breakdown]:
        """Lay the events of all components of a line one after the other."""
        drawn = []
        for machine_id in self._lines[line].machine_ids:
            machine = self._layout.machine_by_id[machine_id]
            for name in machine.type.failure_modes:
                if not self._plant.failure_modes[name].tool:
                    drawn += self._component(line, machine_id, machine.type, name, horizon)
        drawn.sort(key=lambda event: (event.start, event.machine_id, event.mode))
        resolved: list[Breakdown] = []
        free = -(2**62)
        for event in drawn:
            start = event.start
            if start < free:
                start = self._calendar.next_planned(line, free + 900)
            shift = start - event.start
            moved = replace(
                event,
                onset=event.onset + shift,
                failure=event.failure + shift,
                start=start,
                repair_start=event.repair_start + shift,
                end=event.end + shift,
            )
            free = moved.end
            resolved.append(moved)
        return resolved

    def _component(
        self, line: int, machine_id: int, machine: params.Machine, name: str, horizon: int
    ) -> list[Breakdown]:
        settings, rng = self._settings, self._rng
        mode = self._plant.failure_modes[name]
        stream = f"component {name}"
        planned_horizon = self._calendar.planned_seconds(line, horizon)
        frailty = machine.load_class * float(
            rng.lognormal(f"{stream} frailty", 1.0, settings.frailty_sigma, machine_id)
        )
        eta = mode.eta_hours * HOUR * frailty
        lives = self._lives(stream, mode, machine_id, eta, planned_horizon)
        story = self._story(line, machine_id, name)
        if story is not None:
            lives[0] = self._calendar.planned_seconds(line, story)
        ends = np.cumsum(lives)
        n = int(np.searchsorted(ends, planned_horizon))
        index = np.arange(n)
        u = {
            what: rng.uniform(f"{stream} {what}", machine_id, index)
            for what in ("lead", "sudden", "hidden", "intercept", "when", "spare")
        }
        lead = mode.lead_median_hours * HOUR * np.exp(0.3 * rng.normal(f"{stream} lead", machine_id, index))
        lead = np.clip(lead, mode.lead_min_hours * HOUR, mode.lead_max_hours * HOUR)
        lead = np.where(u["sudden"] < mode.sudden_share, 0, lead)
        repair = rng.lognormal(
            f"{stream} repair", mode.repair_median_hours * HOUR, mode.repair_sigma, machine_id, index
        )
        response = rng.lognormal(
            f"{stream} response",
            settings.response_median_minutes * 60,
            settings.response_sigma,
            machine_id,
            index,
        )
        delay = rng.lognormal(
            f"{stream} delay",
            settings.spare_delay_median_hours * HOUR,
            settings.spare_delay_sigma,
            machine_id,
            index,
        )
        response += np.where(u["spare"] < settings.spare_missing_share, delay, 0)
        events, free = [], -(2**62)
        for i in range(n):
            failure = self._calendar.at(line, int(ends[i]))
            onset = min(max(failure - int(lead[i]), free), failure)
            planned = bool(u["intercept"][i] < mode.intercept and failure - onset > 600)
            wait, work = int(response[i]) + 60, int(min(repair[i], 72 * HOUR)) + 300
            hidden = bool(u["hidden"][i] < mode.hidden_share)
            if story is not None and i == 0:
                planned, hidden, wait = False, False, 780
                onset = failure - int(self._plant.bearing_story.lead_days * DAY)
                work = int(self._plant.bearing_story.repair_hours * HOUR)
            start = failure
            if planned:
                ahead = (settings.intercept_from + settings.intercept_span * u["when"][i]) * (failure - onset)
                start = self._calendar.next_planned(line, failure - int(ahead))
                planned = start < failure
                start = min(start, failure)
            if planned:
                wait = 0
            events.append(
                Breakdown(
                    self._lines[line].line_id,
                    machine_id,
                    name,
                    i,
                    onset,
                    failure,
                    start,
                    start + wait,
                    start + wait + work,
                    planned,
                    hidden,
                )
            )
            free = start + wait + work
        return events

    def _lives(self, stream: str, mode: params.FailureMode, machine_id: int, eta: float, until: int) -> Ints:
        """Planned seconds of the lives of a component, enough of them to pass `until`."""
        settings, count = self._settings, 8
        while True:
            index = np.arange(count)
            u = self._rng.uniform(f"{stream} life", machine_id, index)
            lives = weibull(u, mode.beta, eta)
            infant = self._rng.uniform(f"{stream} infant", machine_id, index) < settings.infant_share
            lives = np.where(infant, weibull(u, settings.infant_beta, settings.infant_eta_share * eta), lives)
            v = self._rng.uniform(f"{stream} age", machine_id, 0)
            lives[0] = weibull_residual(u[:1], v, mode.beta, eta)[0]
            seconds = np.maximum(lives, 2 * HOUR).astype(np.int64)
            if seconds.sum() > until:
                return seconds
            count *= 2

    def _story(self, line: int, machine_id: int, name: str) -> int | None:
        """When the planted bearing failure happens, if it is this component's."""
        if name != "bearing" or machine_id != story_machine(self._layout):
            return None
        day = self._plant.bearing_story.failure_day
        return self._calendar.next_planned(line, self._start + int(day * DAY))


def story_machine(layout: Layout) -> int | None:
    """The machine of the planted bearing story: the first that has a bearing to lose."""
    return next((m.machine_id for m in layout.machines if "bearing" in m.type.failure_modes), None)


def health(time: int | Ints, event: Breakdown) -> Floats:
    """Health index h: 0 at the onset, 1 at the failure."""
    lead = max(event.failure - event.onset, 1)
    return np.asarray(np.clip((np.asarray(time) - event.onset) / lead, 0.0, 1.0))


def signature(h: Floats) -> Floats:
    """Signature intensity g(h) = 0.35 h + 0.65 (e^(8(h-1)) - e^-8) / (1 - e^-8): slow, then rapid."""
    floor = np.exp(-8.0)
    return np.asarray(0.35 * h + 0.65 * (np.exp(8.0 * (h - 1.0)) - floor) / (1.0 - floor))
