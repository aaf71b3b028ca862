"""The shop floor: what is made, on which line, when, how well, and what stops it."""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.market import Market
from genims_ray.world.people import People
from genims_ray.world.shopfloor.batch_records import BatchRecords
from genims_ray.world.shopfloor.causes import Causes
from genims_ray.world.shopfloor.characteristics import Characteristics, characteristics
from genims_ray.world.shopfloor.containers import Containers
from genims_ray.world.shopfloor.degradation import Degradation
from genims_ray.world.shopfloor.demand import Demand
from genims_ray.world.shopfloor.order_costs import OrderCosts
from genims_ray.world.shopfloor.process import Process
from genims_ray.world.shopfloor.production import Production
from genims_ray.world.shopfloor.production_orders import ProductionOrders
from genims_ray.world.shopfloor.stoppages import Stoppages
from genims_ray.world.shopfloor.tools import Tools
from genims_ray.world.supply import Supply


class Shopfloor:
    """The frame's lines; every part is made when first asked for."""

    def __init__(self, frame: Frame, company: Company, people: People, market: Market, supply: Supply) -> None:
        self._frame, self._company, self._people = frame, company, people
        self._market, self._supply = market, supply

    @cached_property
    def demand(self) -> Demand:
        return Demand(self._frame, self._company, self._market)

    @cached_property
    def degradation(self) -> Degradation:
        f = self._frame
        return Degradation(f.lines, f.layout, self._company.calendar, f.rng, f.start)

    @cached_property
    def tools(self) -> Tools:
        return Tools(self._frame.lines, self._frame.layout, self._frame.rng)

    @cached_property
    def production(self) -> Production:
        return Production(self._frame, self._company, self.demand, self.containers, self.degradation, self.tools)

    @cached_property
    def characteristics(self) -> Characteristics:
        f = self._frame
        return characteristics(f.rng, f.layout, f.lines)

    @property
    def causes(self) -> Causes:
        return self.process.causes

    @cached_property
    def process(self) -> Process:
        return Process(
            self._frame, self._company, self._people, self._supply.receipts, self.characteristics, self.tools
        )

    @cached_property
    def containers(self) -> Containers:
        return Containers(self.demand, self.process, self._frame.plant.quality, self._frame.rng)

    @cached_property
    def production_orders(self) -> ProductionOrders:
        f = self._frame
        return ProductionOrders(f.layout, self._company.calendar, self.production, f.rng, f.memory)

    @cached_property
    def order_costs(self) -> OrderCosts:
        return OrderCosts(self._frame, self._company)

    @cached_property
    def batch_records(self) -> BatchRecords:
        return BatchRecords(self._frame)

    @cached_property
    def stoppages(self) -> Stoppages:
        f = self._frame
        return Stoppages(f, self._company.calendar, self.degradation, self.tools, self.production)
