"""The frame of a world: what every process is given.

A process takes the frame, the faces of the areas below it and other processes of its own area, at most six in all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from genims_ray.window import DAY
from genims_ray.world.cells import Memory
from genims_ray.world.layout import Layout, Line, Machine
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng


class Frame:
    """A plant, its draws, the lines and machines that a world is about, and room to remember.

    Attributes:
        start: UTC second at which history begins.
        machines, lines: those the world is about, in order of their keys; all without `machine_ids`.
        own_line: (lines,) whether rows of the line belong here: to who has its first machine.
        first: whether company-wide rows belong here: to who has the plant's first machine.
    """

    def __init__(self, plant: Plant, machine_ids: Iterable[int] | None = None, memory: Memory | None = None) -> None:
        self.plant = plant
        self.layout = Layout(plant)
        self.rng = Rng(plant.seed)
        self.memory = memory or Memory()
        every = [machine.machine_id for machine in self.layout.machines]
        chosen = set(every if machine_ids is None else machine_ids)
        self.machines: list[Machine] = [m for m in self.layout.machines if m.machine_id in chosen]
        of_lines = {m.line_id for m in self.machines}
        self.lines: list[Line] = [line for line in self.layout.lines if line.line_id in of_lines]
        self.own_line = np.array([line.machine_ids[0] in chosen for line in self.lines])
        self.first = every[0] in chosen
        self.start = int(datetime.fromisoformat(plant.start).replace(tzinfo=UTC).timestamp())

    @property
    def start_day(self) -> int:
        return self.start // DAY

    @property
    def machine_ids(self) -> list[int]:
        return [machine.machine_id for machine in self.machines]

    @cached_property
    def whole(self) -> Frame:
        """The frame with all machines of the same factories: who serves a factory is seen there."""
        ids = {line.factory.factory_id for line in self.lines}
        whole = [m.machine_id for m in self.layout.machines if m.machine_id // 10_000 in ids]
        return self if whole == self.machine_ids else Frame(self.plant, whole, self.memory)
