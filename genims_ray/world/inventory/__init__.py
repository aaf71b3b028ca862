"""Inventory: what is in stock, where it came from and what it is for."""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.inventory.finished_goods import FinishedGoods
from genims_ray.world.inventory.shipped import Shipped
from genims_ray.world.market import Market
from genims_ray.world.shopfloor import Shopfloor


class Inventory:
    """Stock of the frame's lines."""

    def __init__(self, frame: Frame, company: Company, market: Market, shopfloor: Shopfloor) -> None:
        self._frame, self._company, self.market, self._shopfloor = frame, company, market, shopfloor

    @cached_property
    def finished_goods(self) -> FinishedGoods:
        return FinishedGoods(self._frame, self._company, self.market.orders, self._shopfloor.production)

    @cached_property
    def shipped(self) -> Shipped:
        return Shipped(self._frame, self.market.orders.contracts, self.finished_goods)
