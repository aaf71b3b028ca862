"""Cutting tools and weld electrodes: they wear in working time and are changed at a share of their life.

Positions are working seconds of the line since the origin of its history; a few break before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, HOUR
from genims_ray.world import params
from genims_ray.world.layout import Layout, Line
from genims_ray.world.rng import Rng, weibull
from genims_ray.world.rows import Floats, Ints


@dataclass
class Edge:
    """The successive tools of one machine: when each goes (work clock), whether it broke, its full life."""

    machine_id: int
    mode: str
    ends: Floats
    lives: Floats
    broken: NDArray[np.bool_]
    seconds: Ints  # how long the change stops the line


class Tools:
    """Tools of `lines`, grown as far as asked."""

    def __init__(self, lines: list[Line], layout: Layout, rng: Rng) -> None:
        self._plant = layout.plant
        self._rng = rng
        self._where = {
            machine_id: (line.line_id, name)
            for line in lines
            for machine_id in line.machine_ids
            for name in layout.machine_by_id[machine_id].type.failure_modes
            if self._plant.failure_modes[name].tool
        }
        self._machines_of_line = [[m for m in line.machine_ids if m in self._where] for line in lines]
        self._edges: dict[int, Edge] = {}
        self._neglected = coolant_machine(layout)
        self._pattern = {line.line_id: line.params.shift_pattern for line in lines}

    def machines(self, line: int) -> list[int]:
        """Machines of line index `line` that carry a tool."""
        return self._machines_of_line[line]

    def edge(self, machine_id: int, work: float) -> Edge:
        """The tools of a machine, at least up to work clock `work` (working seconds)."""
        edge = self._edges.get(machine_id)
        if edge is None or edge.ends[-1] <= work:
            count = 64 if edge is None else 2 * len(edge.ends)
            edge = self._draw(machine_id, count)
            while edge.ends[-1] <= work:
                count *= 2
                edge = self._draw(machine_id, count)
            self._edges[machine_id] = edge
        return edge

    def changes(self, line: int, start: float, end: float) -> list[tuple[int, str, int, int, float, bool, int]]:
        """(machine, mode, slice of its tools) going in [start, end): per tool machine id, mode, index,
        position of the machine on the line, work clock, broken, seconds of the stop."""
        found = []
        for machine_id in self._machines_of_line[line]:
            edge = self.edge(machine_id, end)
            first, last = np.searchsorted(edge.ends, [start, end])
            for i in range(int(first), int(last)):
                found.append(
                    (
                        machine_id,
                        edge.mode,
                        i,
                        machine_id % 100,
                        float(edge.ends[i]),
                        bool(edge.broken[i]),
                        int(edge.seconds[i]),
                    )
                )
        return found

    def wear(self, machine_id: int, work: Floats) -> Floats:
        """Share of its life that the tool in use at each point of the work clock has behind it."""
        edge = self.edge(machine_id, float(work.max()) if work.size else 0.0)
        i = np.searchsorted(edge.ends, work, side="right")
        since = np.where(i > 0, edge.ends[np.maximum(i - 1, 0)], 0.0)
        return np.asarray(np.clip((work - since) / edge.lives[i], 0.0, 1.0))

    def _draw(self, machine_id: int, count: int) -> Edge:
        _, name = self._where[machine_id]
        mode: params.FailureMode = self._plant.failure_modes[name]
        degradation = self._plant.degradation
        index = np.arange(count)
        rng = self._rng
        life = weibull(rng.uniform("tool life", machine_id, index), mode.beta, mode.eta_hours * HOUR)
        life = np.maximum(life, 0.1 * mode.eta_hours * HOUR)
        broken = rng.uniform("tool break", machine_id, index) >= mode.intercept
        used = np.where(
            broken, 0.3 + 0.5 * rng.uniform("tool break when", machine_id, index), degradation.tool_change_share
        )
        used[0] *= rng.uniform("tool age", machine_id)
        minutes = np.where(broken, mode.repair_median_hours * 60, degradation.tool_change_median_minutes)
        seconds = rng.lognormal("tool seconds", 60 * minutes, mode.repair_sigma, machine_id, index)
        ends = np.cumsum(life * used)
        if machine_id == self._neglected:
            ends, life = self._without_coolant(machine_id, ends, life)
        return Edge(machine_id, name, ends, life, broken, np.maximum(np.rint(seconds), 20).astype(np.int64))

    def neglect(self, machine_id: int) -> tuple[float, float]:
        """Work clock between which a machine's coolant is not cared for: the days of the story at the pace that
        planners expect."""
        plant = self._plant
        story, demand = plant.upkeep.coolant_story, plant.demand
        shifts = plant.shifts.patterns[self._pattern[machine_id // 100]]
        pace = DAY * sum(map(len, shifts)) / 21 * min(demand.expected_efficiency * demand.utilization, 1.0)
        since = plant.degradation.warmup_days
        return (since + story.from_day) * pace, (since + story.to_day) * pace

    def _without_coolant(self, machine_id: int, ends: Floats, lives: Floats) -> tuple[Floats, Floats]:
        """Tools wear faster while the coolant is neglected: their clock runs at 1 / factor there."""
        first, last = self.neglect(machine_id)
        factor = self._plant.upkeep.coolant_story.life_factor
        worn = (last - first) / factor
        changed = np.where(
            ends <= first,
            ends,
            np.where(ends <= first + worn, first + (ends - first) * factor, ends - worn + last - first),
        )
        return changed, lives * np.diff(changed, prepend=0.0) / np.diff(ends, prepend=0.0)


def coolant_machine(layout: Layout) -> int | None:
    """The machine of the coolant story: the first that has both a cutting tool and coolant."""
    modes = layout.plant.failure_modes
    return next(
        (
            m.machine_id
            for m in layout.machines
            if "coolant" in m.type.failure_modes and any(modes[name].tool for name in m.type.failure_modes)
        ),
        None,
    )
