"""The world: one plant's latent processes, wired together, asked for windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from genims_ray.window import DAY, Window
from genims_ray.world.company import Enterprise
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.company.layout import Layout, Machine
from genims_ray.world.maintenance import Maintenance
from genims_ray.world.maintenance.time_clock import TimeClock
from genims_ray.world.params import Plant
from genims_ray.world.people import Labour
from genims_ray.world.people.careers import Careers
from genims_ray.world.quality import Quality
from genims_ray.world.rng import Rng
from genims_ray.world.sensors.counters import Counters
from genims_ray.world.sensors.observation import Board, Observation
from genims_ray.world.shopfloor.degradation import Degradation
from genims_ray.world.shopfloor.line_day import State
from genims_ray.world.shopfloor.production import Production
from genims_ray.world.shopfloor.production_orders import Orders
from genims_ray.world.shopfloor.stoppages import Stoppages
from genims_ray.world.shopfloor.tools import Tools
from genims_ray.world.supply.receipts import Receipts


@dataclass(frozen=True)
class Snapshots:
    """What a simulator needs to answer for a window without stepping through the days before it."""

    states: tuple[State, ...]


ANNOUNCED_DAYS = 32
"""Days before a window in which alerts are looked for that announced a failure within it: no onset is earlier."""


class Spine:
    """The one owner of the day-grain spine."""

    def __init__(self, world: World) -> None:
        self._world = world

    def snapshots(self, window: Window) -> Snapshots:
        """States of all lines: on the earliest production day that the rows of `window` tell of, and on the earliest
        one that they follow from."""
        world = self._world
        first = world.first_day(window)
        early = max(first - ANNOUNCED_DAYS, world.calendar.first_day)
        return Snapshots(tuple(world.production.state(day) for day in sorted({early, first})))


class World:
    """The processes of a plant, or of some of its machines; equal questions get equal answers."""

    def __init__(self, plant: Plant, machine_ids: Iterable[int] | None = None, board: Board | None = None) -> None:
        self.plant = plant
        self._board = board
        self.layout = Layout(plant)
        self.rng = Rng(plant.seed)
        every = [machine.machine_id for machine in self.layout.machines]
        chosen = set(every if machine_ids is None else machine_ids)
        self.machines: list[Machine] = [m for m in self.layout.machines if m.machine_id in chosen]
        of_lines = {m.line_id for m in self.machines}
        self.lines = [line for line in self.layout.lines if line.line_id in of_lines]
        self.own_line = np.array([line.machine_ids[0] in chosen for line in self.lines])
        self.first = every[0] in chosen
        self._adopted: Snapshots | None = None
        self.start = int(datetime.fromisoformat(plant.start).replace(tzinfo=UTC).timestamp())

    @property
    def machine_ids(self) -> list[int]:
        return [machine.machine_id for machine in self.machines]

    def cell(self, machine_ids: Iterable[int]) -> World:
        """The same world, restricted to some machines.

        Rows of a line belong to the cell with its first machine, company-wide rows to the cell with
        the plant's first machine (`first`).
        """
        return World(self.plant, machine_ids)

    @cached_property
    def calendar(self) -> Calendar:
        origin = self.start // DAY - self.plant.degradation.warmup_days
        return Calendar(self.lines, self.plant.shifts, self.rng, origin)

    @cached_property
    def degradation(self) -> Degradation:
        return Degradation(self.lines, self.layout, self.calendar, self.rng, self.start)

    @cached_property
    def tools(self) -> Tools:
        return Tools(self.lines, self.layout, self.rng)

    @cached_property
    def production(self) -> Production:
        return Production(self.lines, self.layout, self.calendar, self.degradation, self.tools, self.rng)

    @cached_property
    def quality(self) -> Quality:
        return Quality(self)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self.lines, self.enterprise, self.calendar, self.rng)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.layout, self.calendar, self.production, self.quality.containers, self.rng)

    @cached_property
    def careers(self) -> Careers:
        """Those of the whole company, whatever the cell."""
        return Careers(self.layout, self.enterprise.seats, self.rng, self.start // DAY)

    @cached_property
    def labour(self) -> Labour:
        return Labour(self.lines, self.layout, self.rng)

    @cached_property
    def observation(self) -> Observation:
        return Observation(
            self.machines,
            self.layout,
            self.calendar,
            self.degradation,
            self.tools,
            self.production,
            self.rng,
            self._board,
        )

    @cached_property
    def counters(self) -> Counters:
        return Counters(self.production, self.quality.containers, self.observation)

    @cached_property
    def stoppages(self) -> Stoppages:
        return Stoppages(self.layout, self.calendar, self.degradation, self.tools, self.production, self.rng)

    @cached_property
    def enterprise(self) -> Enterprise:
        return Enterprise(self.layout, self.rng)

    @cached_property
    def factories(self) -> World:
        """The same world with all machines of its factories: who serves a factory is seen there."""
        ids = {line.factory.factory_id for line in self.lines}
        whole = [m.machine_id for m in self.layout.machines if m.machine_id // 10_000 in ids]
        if whole == self.machine_ids:
            return self
        wider = self.cell(whole)
        if self._adopted is not None:
            wider.adopt(self._adopted)
        return wider

    @cached_property
    def maintenance(self) -> Maintenance:
        return Maintenance(self, self.factories)

    @cached_property
    def time_clock(self) -> TimeClock:
        return TimeClock(self.factories.labour, self.maintenance.rosters)

    @cached_property
    def spine(self) -> Spine:
        return Spine(self)

    def adopt(self, snapshots: Snapshots) -> None:
        """Continue from a spine computed elsewhere."""
        self._adopted = snapshots
        for state in snapshots.states:
            self.production.adopt(state)
        if "factories" in self.__dict__ and self.factories is not self:
            self.factories.adopt(snapshots)

    def exchange(self) -> None:
        """Tell other simulators what this one has found, and ask them anew from now on."""
        if "observation" in self.__dict__:
            self.observation.exchange()

    def first_day(self, window: Window) -> int:
        """The earliest production day whose events can touch rows of `window`."""
        return self.orders.first_day(window.start)
