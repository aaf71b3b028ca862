"""The lines as step functions of time, from which the load of their machines follows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY
from genims_ray.world.cells import Cells
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Machine
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.sensors.levels import Load
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.production import Production

SETUP_LOAD, IDLE_LOAD, STOPPED_LOAD = 0.3, 0.18, 0.1
STEP_MEMORY = 10 * 3_600
"""Seconds before the day that `LineSteps` cover: any shift that reaches into the day, and THERMAL_MEMORY."""


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

    def of(self, machine: Machine) -> Load:
        """The load of a machine of the line."""
        running, off = self.state == tl.RUN, self.state == tl.OFF
        own_stop = (self.machine == machine.position) & (self.state >= tl.MAJOR)
        idle = np.where(own_stop, STOPPED_LOAD, IDLE_LOAD)
        idle[self.state == tl.SETUP] = SETUP_LOAD
        idle[off] = 0.0
        return Load(self.start, np.where(running, self.load, idle), running, ~off, self.known)


class Lines:
    """The steps of the frame's lines."""

    def __init__(self, frame: Frame, production: Production) -> None:
        self._rng, self._production = frame.rng, production
        self.index = {line.line_id: i for i, line in enumerate(frame.lines)}
        self._steps: Cells[tuple[int, int], LineSteps] = Cells(frame.memory, self._found)

    def steps(self, line_id: int, day: int) -> LineSteps:
        """A line around UTC `day`, from STEP_MEMORY before it to its end."""
        return self._steps[line_id, day]

    def _found(self, key: tuple[int, int]) -> LineSteps:
        line, day = self.index[key[0]], key[1]
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
            work = t.work[own] + line_day.state.work[line]
            columns.append(
                (t.start[own], t.end[own], t.loss[own], t.machine[own], load, work, t.work[own], t.speed[own])
            )
        joined = [np.concatenate(column) for column in zip(*columns, strict=True)]
        keep = (joined[1] > begin) & (joined[0] < finish)
        start, end, state, machine, load, work, clock, speed = (column[keep] for column in joined)
        return LineSteps(start, end, state, machine, load, work, clock, speed)
