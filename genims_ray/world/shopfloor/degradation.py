"""Degradation and failure of components: a renewal process in planned operating time per component.

Lives are Weibull; the first one is what remains at a random instant, so that the first day looks
like any other. A failure announces itself over its lead (the P-F interval); with the mode's
probability a planned repair comes first. Events of one line follow one another: while it stands
for one repair, nothing else on it fails.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, HOUR
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.layout import Layout, Line
from genims_ray.world.rng import Rng, weibull, weibull_residual
from genims_ray.world.rows import Floats, Ints


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
    waited: int = 0  # seconds of waiting for a spare part, before `repair_start`
    age: int = 0  # planned operating seconds since the component was built in
    infant: bool = False  # the part put in at the repair before failed early
    lemon: bool = False  # it came from the planted bad lot

    @property
    def sudden(self) -> bool:
        """Whether it failed at once, without degradation."""
        return self.onset == self.failure

    @property
    def seconds(self) -> int:
        return self.end - self.start

    @property
    def arrival(self) -> int:
        """When a technician is there, who may still have to wait for a part."""
        return self.repair_start - self.waited


@dataclass(frozen=True)
class _Draws:
    """What is drawn for the lives of all components of a mode; (components, lives) arrays."""

    row: dict[int, int]  # by machine_id
    life: Ints  # planned operating seconds
    infant: NDArray[np.bool_]  # of the lives drawn as early failures
    before: Ints  # (components,) age of the first life when history begins
    lead: Floats  # seconds from the first sign to the failure
    hidden: Floats
    intercept: Floats
    when: Floats
    response: Floats  # seconds until somebody can look at it
    delay: Floats  # seconds until a missing part is there, 0 where it is in stock
    repair: Floats


_OLDEST = 40 * 8_766 * HOUR
"""No component is older when history begins."""

_start, _end = attrgetter("start"), attrgetter("end")


class Degradation:
    """Component events of `lines`, in order of time per line."""

    def __init__(self, lines: Sequence[Line], layout: Layout, calendar: Calendar, rng: Rng, start: int) -> None:
        self._plant = layout.plant
        self._settings = layout.plant.degradation
        self._layout = layout
        self._calendar = calendar
        self._rng = rng
        self._start = start
        self._lines = list(lines)
        self._events: dict[int, list[Breakdown]] = {}
        self._complete: dict[int, int] = {}
        self._draws: dict[str, _Draws] = {}

    def events(self, line: int, until: int) -> list[Breakdown]:
        """Events of line index `line` that start before `until`, ordered; those of long ago included."""
        known = self._resolved(line, until)
        return known[: bisect_left(known, until, key=_start)]

    def between(self, line: int, start: int, end: int) -> list[Breakdown]:
        """Events of line index `line` that stop it at some time in [start, end)."""
        known = self._resolved(line, end)
        # They follow one another, so their ends are in order, too.
        return known[bisect_right(known, start, key=_end) : bisect_left(known, end, key=_start)]

    def age_at_origin(self, machine_id: int, mode: str) -> int:
        """Planned operating seconds that a component had behind it when the calendar began."""
        drawn = self._drawn(mode, 8)
        return int(drawn.before[drawn.row[machine_id]])

    def _resolved(self, line: int, until: int) -> list[Breakdown]:
        """Events of line index `line`, in order, complete up to `until`; looks as far ahead again as it has
        come, so that a long history is resolved a few times only."""
        if self._complete.get(line, -(2**62)) < until:
            ahead = max(until - self._start, 60 * DAY)
            self._events[line] = self._resolve(line, until + ahead + 30 * DAY)
            self._complete[line] = until + ahead
        return self._events[line]

    def _resolve(self, line: int, horizon: int) -> list[Breakdown]:
        """Lay the events of all components of a line one after the other."""
        drawn = []
        for machine_id in self._lines[line].machine_ids:
            machine = self._layout.machine_by_id[machine_id]
            for name in machine.type.failure_modes:
                if not self._plant.failure_modes[name].tool:
                    drawn += self._component(line, machine_id, name, horizon)
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

    def _component(self, line: int, machine_id: int, name: str, horizon: int) -> list[Breakdown]:
        """What happens to a component until `horizon`, were it alone on its line."""
        settings, mode = self._settings, self._plant.failure_modes[name]
        planned_horizon = self._calendar.planned_seconds(line, horizon)
        story = self._story(line, machine_id, name)
        lemon = self._lemon_days(line, name)
        events: list[Breakdown] = []
        d = self._drawn(name, 8)
        row = d.row[machine_id]
        free, age, i = -(2**62), int(d.before[row]), 0
        clock = 0  # planned seconds when the life in progress began
        while True:
            if i >= d.life.shape[1]:
                d = self._drawn(name, 2 * i)
            life, infant = int(d.life[row, i]), bool(d.infant[row, i]) and i > 0
            bad = i > 0 and lemon[0] <= free < lemon[1]
            if bad:
                life = max(int(life * self._plant.upkeep.lemon_story.life_factor), 2 * HOUR)
            if story is not None and i == 0:
                life = self._calendar.planned_seconds(line, story)
            if story is not None and i == 1:
                life, infant = int(self._plant.upkeep.infant_story_hours * HOUR), True
            if clock + life > planned_horizon:
                break
            failure = self._calendar.at(line, clock + life)
            onset = min(max(failure - int(d.lead[row, i]), free), failure)
            planned = bool(d.intercept[row, i] < mode.intercept and failure - onset > 600)
            planned = planned and not (story is not None and i <= 1)
            delay = int(d.delay[row, i])
            wait, work = int(d.response[row, i]) + 60 + delay, int(min(d.repair[row, i], 72 * HOUR)) + 300
            hidden = bool(d.hidden[row, i] < mode.hidden_share)
            if story is not None and i == 0:
                hidden, wait, delay = False, 780, 0
                onset = failure - int(self._plant.bearing_story.lead_days * DAY)
                work = int(self._plant.bearing_story.repair_hours * HOUR)
            start = failure
            if planned:
                ahead = (settings.intercept_from + settings.intercept_span * d.when[row, i]) * (failure - onset)
                start = self._calendar.next_planned(line, failure - int(ahead))
                planned = start < failure
                start = min(start, failure)
            if planned:
                wait = delay = 0
            # What is built in now begins its life with the clock of planned time where it stands.
            lived = self._calendar.planned_seconds(line, start) - clock
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
                    delay,
                    age + lived,
                    infant,
                    bad,
                )
            )
            clock, age, free, i = clock + lived, 0, start + wait + work, i + 1
        return events

    def _drawn(self, name: str, count: int) -> _Draws:
        """At least `count` lives of every component that fails in mode `name`."""
        known = self._draws.get(name)
        if known is None or known.life.shape[1] < count:
            known = self._draws[name] = self._draw(name, count)
        return known

    def _draw(self, name: str, count: int) -> _Draws:
        settings, rng = self._settings, self._rng
        mode, stream = self._plant.failure_modes[name], f"component {name}"
        machines = [
            machine
            for line in self._lines
            for machine in (self._layout.machine_by_id[i] for i in line.machine_ids)
            if name in machine.type.failure_modes
        ]
        ids, index = np.array([m.machine_id for m in machines], dtype=np.int64), np.arange(count)
        at = (ids[:, None], index)

        def uniform(what: str) -> Floats:
            return rng.uniform(f"{stream} {what}", *at)

        def lognormal(what: str, median: float, sigma: float) -> Floats:
            return rng.lognormal(f"{stream} {what}", median, sigma, *at)

        frailty = rng.lognormal(f"{stream} frailty", 1.0, settings.frailty_sigma, ids)
        eta = (mode.eta_hours * HOUR * frailty * np.array([m.type.load_class for m in machines]))[:, None]
        u = uniform("life")
        life = weibull(u, mode.beta, eta)
        infant = weibull(u, settings.infant_beta, settings.infant_eta_share * eta)
        early = uniform("infant") < settings.infant_share
        life = np.where(early, infant, life)
        age = rng.uniform(f"{stream} age", ids, 0)
        life[:, 0] = weibull_residual(u[:, 0], age, mode.beta, eta[:, 0])
        lead = mode.lead_median_hours * HOUR * np.exp(0.3 * rng.normal(f"{stream} lead", *at))
        lead = np.clip(lead, mode.lead_min_hours * HOUR, mode.lead_max_hours * HOUR)
        response = lognormal("response", settings.response_median_minutes * 60, settings.response_sigma)
        delay = lognormal("delay", settings.spare_delay_median_hours * HOUR, settings.spare_delay_sigma)
        return _Draws(
            row={machine_id: row for row, machine_id in enumerate(ids.tolist())},
            life=np.maximum(life, 2 * HOUR).astype(np.int64),
            infant=early,
            before=np.minimum(life[:, 0] * (1 - age) / age, _OLDEST).astype(np.int64),
            lead=np.where(uniform("sudden") < mode.sudden_share, 0, lead),
            hidden=uniform("hidden"),
            intercept=uniform("intercept"),
            when=uniform("when"),
            response=response,
            delay=np.where(uniform("spare") < settings.spare_missing_share, delay, 0),
            repair=lognormal("repair", mode.repair_median_hours * HOUR, mode.repair_sigma),
        )

    def _story(self, line: int, machine_id: int, name: str) -> int | None:
        """When the planted bearing failure happens, if it is this component's."""
        if name != "bearing" or machine_id != story_machine(self._layout):
            return None
        day = self._plant.bearing_story.failure_day
        return self._calendar.next_planned(line, self._start + int(day * DAY))

    def _lemon_days(self, line: int, name: str) -> tuple[int, int]:
        """Between which instants the factory of a line has the bad lot of a mode's spare, if it ever has."""
        story, factory = self._plant.upkeep.lemon_story, self._lines[line].factory
        if name != story.mode or factory.factory_id != self._layout.factories[0].factory_id:
            return 0, 0
        return self._start + int(story.from_day * DAY), self._start + int(story.to_day * DAY)


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
