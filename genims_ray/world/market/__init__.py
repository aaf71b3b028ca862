"""The market: customers, what they have agreed to buy, and their orders."""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.market.contracts import Approvals, parts_a_day
from genims_ray.world.market.orders import Orders
from genims_ray.world.market.rhythm import Rhythm
from genims_ray.world.rows import Floats


class Market:
    """Contracts of the whole company, and orders for the products of the frame's lines."""

    def __init__(self, frame: Frame, company: Company) -> None:
        self._frame, self._company = frame, company

    @cached_property
    def parts_a_day(self) -> Floats:
        """Of each product of the layout, see `contracts.parts_a_day`."""
        return parts_a_day(self._frame.layout)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self._frame, self._company, self.parts_a_day)

    @cached_property
    def rhythm(self) -> Rhythm:
        return Rhythm(self._frame, self._company, self.approvals)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self._frame, self._company, self.approvals, self.rhythm)
