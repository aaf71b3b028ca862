"""Maintenance: the work that truly happens on machines and utilities, and what it takes.

One process for all systems: operations records its events, maintenance its orders, both from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.assets import Assets
from genims_ray.world.maintenance.autonomous import Autonomous
from genims_ray.world.maintenance.checks import Checks
from genims_ray.world.maintenance.components import Components
from genims_ray.world.maintenance.condition import Condition
from genims_ray.world.maintenance.costs import Costs
from genims_ray.world.maintenance.faults import Faults
from genims_ray.world.maintenance.figures import Monthly
from genims_ray.world.maintenance.jobs import Job, Jobs
from genims_ray.world.maintenance.meters import Meters
from genims_ray.world.maintenance.ordering import Ordering
from genims_ray.world.maintenance.outlook import Outlook
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.reports import Reports
from genims_ray.world.maintenance.responsible import Responsible
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.maintenance.service import Service
from genims_ray.world.maintenance.spares import Spares
from genims_ray.world.maintenance.stock import Stock
from genims_ray.world.maintenance.tasks import Steps
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.maintenance.time_clock import TimeClock
from genims_ray.world.maintenance.utilities import Utilities
from genims_ray.world.people import People
from genims_ray.world.sensors import Sensors
from genims_ray.world.sensors.sensor_faults import SensorFaults
from genims_ray.world.shopfloor import Shopfloor

__all__ = ["Job", "Maintenance"]
from genims_ray.world.spine import Snapshot


class Maintenance:
    """Maintenance of the frame's machines.

    Technicians serve a whole factory, so who does a job depends on the jobs of all its lines: `company`, `people`,
    `shopfloor` and `faults`, those of sensors, are of the factories as a whole (`frame.whole`), `sensors` of the frame's
    own machines. Utilities belong to the cell with the first machine of their factory.
    """

    def __init__(
        self,
        frame: Frame,
        company: Company,
        people: People,
        shopfloor: Shopfloor,
        sensors: Sensors,
        faults: SensorFaults,
    ) -> None:
        self._frame, self._whole = frame, frame.whole
        self._company, self._people, self._shopfloor = company, people, shopfloor
        self._sensors, self._faults = sensors, faults
        self._adopted: Sequence[Snapshot] = ()

    def adopt(self, snapshots: Sequence[Snapshot]) -> None:
        """Continue from a spine computed elsewhere."""
        self._adopted = snapshots
        if "stock" in vars(self):
            self.stock.spine.adopt(snapshots)

    @cached_property
    def assets(self) -> Assets:
        return Assets(self._whole.layout, self._company, self._whole.rng)

    @cached_property
    def technicians(self) -> Technicians:
        w = self._whole
        return Technicians(w.layout, self._people.everyone, w.rng, w.memory)

    @cached_property
    def spares(self) -> Spares:
        return Spares(self._whole.layout, self.assets, self._company, self._whole.rng)

    @cached_property
    def utilities(self) -> Utilities:
        w = self._whole
        factories = {line.factory.factory_id for line in w.lines}
        here = [asset for asset in self.assets.every if asset.factory_id in factories]
        return Utilities(here, w.plant, w.rng, w.start)

    @cached_property
    def checks(self) -> Checks:
        """The operators' checks of the cell's own machines."""
        f = self._frame
        return Checks(f.machines, f.lines, Company(f).calendar, f.plant.maintenance, f.rng)

    @cached_property
    def plan(self) -> Plan:
        return Plan(self._whole, self._company, self._faults, self.assets, self.spares, self.utilities)

    @cached_property
    def rosters(self) -> Rosters:
        return Rosters(self._whole, self._shopfloor, self._people, self.technicians, self.plan, self.utilities)

    @cached_property
    def condition(self) -> Condition:
        """Alerts of the cell's own machines."""
        return Condition(self._frame, self._shopfloor, self._sensors.observation, self.rosters)

    @cached_property
    def jobs(self) -> Jobs:
        """Orders for the cell's own assets."""
        return Jobs(self._frame, self._company, self._shopfloor, self.plan, self.rosters, self.condition)

    @cached_property
    def stock(self) -> Stock:
        made = Stock(self._whole, self._shopfloor, self.plan, self.rosters)
        made.spine.adopt(self._adopted)
        return made

    @cached_property
    def components(self) -> Components:
        return Components(self._whole, self._company, self._shopfloor, self.plan, self.rosters, self.stock)

    @cached_property
    def outlook(self) -> Outlook:
        return Outlook(self.plan, self._whole.start)

    @cached_property
    def work_orders(self) -> Ordering:
        """Orders for the cell's own assets."""
        return Ordering(self._frame, self._shopfloor, self.assets, self.jobs)

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.assets, self._whole.rng)

    @cached_property
    def service(self) -> Service:
        return Service(self._whole, self.spares)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self._whole, self.assets)

    @cached_property
    def costs(self) -> Costs:
        return Costs(self.technicians, self.spares, self.stock, self.service, self._whole.start)

    @cached_property
    def meters(self) -> Meters:
        return Meters(self._whole, self._company, self._shopfloor, self.plan, self.rosters, self.technicians)

    @cached_property
    def monthly(self) -> Monthly:
        return Monthly(self._whole, self.work_orders, self.costs, self.service, self.meters)

    @cached_property
    def responsible(self) -> Responsible:
        return Responsible(self._whole, self._people, self.technicians, self.plan)

    @cached_property
    def autonomous(self) -> Autonomous:
        """What operators do at the lines of the whole factories."""
        w = self._whole
        checks = Checks(w.machines, w.lines, self._company.calendar, w.plant.maintenance, w.rng)
        return Autonomous(w, self._company.calendar, self._shopfloor, self._people, checks)

    @cached_property
    def faults(self) -> Faults:
        return Faults(self._whole, self._shopfloor, self.condition, self.work_orders, self.autonomous)

    @cached_property
    def time_clock(self) -> TimeClock:
        return TimeClock(self._people, self.rosters)
