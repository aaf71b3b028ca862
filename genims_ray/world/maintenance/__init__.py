"""Maintenance: the work that truly happens on machines and utilities, and what it takes.

One process for all systems: operations records its events, maintenance its orders, both from here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from genims_ray.world.maintenance.assets import Assets
from genims_ray.world.maintenance.checks import Checks
from genims_ray.world.maintenance.components import Components
from genims_ray.world.maintenance.condition import Condition
from genims_ray.world.maintenance.costs import Costs
from genims_ray.world.maintenance.jobs import Job, Jobs
from genims_ray.world.maintenance.outlook import Outlook
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.maintenance.spares import Spares
from genims_ray.world.maintenance.stock import Stock
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.maintenance.time_clock import TimeClock
from genims_ray.world.maintenance.utilities import Utilities

if TYPE_CHECKING:
    from genims_ray.world.model import World

__all__ = ["Job", "Maintenance"]


class Maintenance:
    """Maintenance of the machines of `world`; `whole` is the same world with its factories complete.

    Technicians serve a whole factory, so who does a job depends on the jobs of all its lines. Utilities
    belong to the cell with the first machine of their factory.
    """

    def __init__(self, world: World, whole: World) -> None:
        self._world = world
        self._whole = whole
        self._lines = {line.line_id: i for i, line in enumerate(whole.lines)}

    @cached_property
    def assets(self) -> Assets:
        return Assets(self._whole.layout, self._whole.company, self._whole.rng)

    @cached_property
    def technicians(self) -> Technicians:
        return Technicians(self._whole.layout, self._whole.careers, self._whole.rng)

    @cached_property
    def spares(self) -> Spares:
        return Spares(self._whole.layout, self.assets, self._whole.company, self._whole.rng)

    @cached_property
    def utilities(self) -> Utilities:
        factories = {line.factory.factory_id for line in self._whole.lines}
        here = [asset for asset in self.assets.every if asset.factory_id in factories]
        return Utilities(here, self._whole.plant, self._whole.rng, self._whole.start)

    @cached_property
    def checks(self) -> Checks:
        """The operators' checks of the cell's own machines."""
        w = self._world
        return Checks(w.machines, w.lines, w.company.calendar, w.plant.maintenance, w.rng)

    @cached_property
    def plan(self) -> Plan:
        w = self._whole
        return Plan(
            w.lines,
            w.layout,
            w.company.calendar,
            w.sensors.observation.faults,
            self.assets,
            self.spares,
            self.utilities,
            w.rng,
            w.start,
        )

    @cached_property
    def rosters(self) -> Rosters:
        w = self._whole
        return Rosters(
            w.lines,
            w.layout,
            w.shopfloor.degradation,
            w.shopfloor.stoppages,
            w.people,
            self.technicians,
            self.plan,
            self.utilities,
            w.rng,
        )

    @cached_property
    def condition(self) -> Condition:
        """Alerts of the cell's own machines."""
        w = self._world
        return Condition(
            w.machines,
            w.layout,
            self._lines,
            self._whole.shopfloor.degradation,
            w.sensors.observation,
            self.rosters,
            w.rng,
            w.start,
        )

    @cached_property
    def jobs(self) -> Jobs:
        """Orders for the cell's own assets."""
        w, own = self._whole, set(self._world.machine_ids)
        for factory in w.layout.factories:
            first = next(m.machine_id for m in w.layout.machines if m.machine_id // 10_000 == factory.factory_id)
            if first in own:
                own |= {
                    a.asset_id for a in self.assets.every if a.factory_id == factory.factory_id and not a.machine_id
                }
        return Jobs(
            w.layout,
            w.company.calendar,
            w.shopfloor.degradation,
            self._lines,
            self.assets,
            self.spares,
            self.utilities,
            self.plan,
            self.rosters,
            self.condition,
            own,
            w.rng,
            w.start,
        )

    @cached_property
    def stock(self) -> Stock:
        w = self._whole
        return Stock(
            self.assets,
            self.spares,
            self.plan,
            self.rosters,
            w.shopfloor.degradation,
            self._lines,
            self.utilities,
            w.plant.upkeep.lemon_story,
            w.rng,
            w.start,
        )

    @cached_property
    def components(self) -> Components:
        w = self._whole
        return Components(
            self.assets,
            self.plan,
            self.rosters,
            self.stock,
            w.shopfloor.degradation,
            self.utilities,
            w.company.calendar,
            self._lines,
            w.start,
        )

    @cached_property
    def outlook(self) -> Outlook:
        return Outlook(self.plan, self.utilities)

    @cached_property
    def costs(self) -> Costs:
        return Costs(self.technicians, self.spares, self.stock, self._whole.start)

    @cached_property
    def time_clock(self) -> TimeClock:
        return TimeClock(self._whole.people, self.rosters)
