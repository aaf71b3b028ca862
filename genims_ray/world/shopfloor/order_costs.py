"""What production orders use of materials and of their operators' time, and what that costs.

Components are issued for the planned quantity when an order starts. When it is complete, what the good and the
scrapped parts did not use goes back, or is found lost: issued - returned = their allowance by the bill of materials +
what was lost. Parts set aside for rework take their material out of the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import HOUR, NEVER
from genims_ray.world.company import Company
from genims_ray.world.company.bills import PERCENT, QUANTITY
from genims_ray.world.frame import Frame
from genims_ray.world.money import half_up
from genims_ray.world.rows import Bools, Ints, Rows
from genims_ray.world.shopfloor.production_orders import OrderBook

THOUSANDTHS = 1_000
_WHOLE = QUANTITY * 100 * PERCENT


@dataclass(frozen=True)
class Needs(Rows):
    """Components of the orders begun; quantities in thousandths of the issue unit."""

    order: Ints  # row of the book
    position: Ints
    material: Ints  # row of the materials
    issued: Ints
    unused: Ints  # known at the end of the order
    lost: Bools  # what is unused does not go back


class OrderCosts:
    """Materials and labour of the orders of a book; amounts in cents."""

    def __init__(self, frame: Frame, company: Company) -> None:
        self._frame, self._company = frame, company

    def needs(self, b: OrderBook) -> Needs:
        c, materials = self._company.components, self._company.materials
        begun = np.flatnonzero(b.setup_start != NEVER)
        first = np.searchsorted(c.product_id, b.product_id[begun], side="left")
        count = np.searchsorted(c.product_id, b.product_id[begun], side="right") - first
        order = np.repeat(begun, count)
        row = np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(order))
        material = c.material_id[row] - 1
        each = c.quantity[row] * (100 * PERCENT + c.scrap[row])  # units of 1 / _WHOLE of the base unit
        unit = np.where(materials.base_unit[material] == "kg", 1, THOUSANDTHS)  # smallest quantity moved
        part = _WHOLE // THOUSANDTHS * unit
        _, _, rework, _ = b.made(2**62)
        issued = -(-b.quantity[order] * each // part) * unit
        used = (2 * (b.quantity - rework)[order] * each + part) // (2 * part) * unit
        unused = np.where(b.end[order] != NEVER, issued - used, 0)
        position = c.position[row]
        u = self._frame.rng.uniform("component lost", b.line_id[order], b.day[order], b.sequence[order], position)
        return Needs(order, position, material, issued, unused, u < self._frame.plant.costing.components_lost)

    def value(self, quantity: Ints, unit_cost: Ints) -> Ints:
        """Of thousandths of a unit at the cost of one."""
        return half_up(quantity * unit_cost, THOUSANDTHS)

    def materials(self, b: OrderBook) -> Ints:
        """Materials issued minus returned of each order; meaningful once it has ended."""
        need = self.needs(b)
        cost = self._company.materials.standard_cost_cents[need.material]
        returned = np.where(need.lost, 0, self.value(need.unused, cost))
        cents = self.value(need.issued, cost) - returned
        return np.bincount(need.order, cents, minlength=len(b.line)).astype(np.int64)

    def hourly(self, b: OrderBook) -> Ints:
        """Cost of an hour of labour in each piece."""
        return self._frame.layout.labour_cents(b.factory_id[b.pieces.order])

    def labour_of_pieces(self, b: OrderBook) -> Ints:
        return half_up((b.pieces.end - b.pieces.start) * self.hourly(b), HOUR)

    def labour(self, b: OrderBook) -> Ints:
        """Labour of each order: the sum of its pieces."""
        return np.bincount(b.pieces.order, self.labour_of_pieces(b), minlength=len(b.line)).astype(np.int64)
