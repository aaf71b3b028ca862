"""Material movements of the orders.

Components are issued for the planned quantity when an order starts. When it is complete, what the
good and the scrapped parts did not use goes back, or is found lost: issued - returned = their
allowance by the bill of materials + what was lost. Parts set aside for rework take their material
out of the order. Good parts are received into stock at the end of each piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, rows
from genims_ray.modules.mes.common import book, machines, operation, operator_at, recorded
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.company.bills import PERCENT, QUANTITY
from genims_ray.world.keys import date_stamp
from genims_ray.world.money import half_up
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.production_orders import OrderBook

THOUSANDTHS = 1_000
_WHOLE = QUANTITY * 100 * PERCENT
ISSUE, REMAINDER, RECEIPT = 0, 256, 512
"""Places of the movements in the key of their order."""


@dataclass(frozen=True)
class _Needs:
    """Components of the orders begun; quantities in thousandths of the issue unit."""

    order: Ints  # row of the book
    position: Ints
    material: Ints  # row of the materials
    issued: Ints
    unused: Ints  # known at the end of the order


def material_transactions(world: World, window: Window) -> Columns:
    b = book(world, window)
    need, materials, products = _needs(world, b), world.company.materials, world.company.products
    left = need.unused > 0
    order, position, material = need.order[left], need.position[left], need.material[left]
    lost = (
        world.rng.uniform("component lost", b.line_id[order], b.day[order], b.sequence[order], position)
        < world.plant.costing.components_lost
    )

    p = b.pieces
    good = p.parts - p.scrapped - p.rework
    made = np.flatnonzero(good > 0)
    number = np.arange(len(p.order)) - np.searchsorted(p.order, p.order) + 1
    n_issue, n_left, n_made = len(need.order), len(order), len(made)

    rows_of = np.concatenate([need.order, order, p.order[made]])
    of_material = np.concatenate([need.material, material])
    line = b.line[rows_of]
    first, last = machines(world, line)
    place = np.concatenate([ISSUE + need.position, REMAINDER + position, RECEIPT + number[made]])
    transaction_time = np.concatenate(
        [b.setup_start[need.order] + 12 * need.position, b.end[order] + 240 + 12 * position, p.end[made] + 120]
    )
    quantity = np.concatenate([need.issued, need.unused[left], THOUSANDTHS * good[made]])
    is_receipt = np.arange(len(rows_of)) >= n_issue + n_left
    product = np.searchsorted(products.product_id, b.product_id[p.order[made]])
    unit_cost = np.concatenate([materials.standard_cost_cents[of_material], products.standard_cost_cents[product]])
    none = np.zeros(n_made, dtype=np.int64)
    columns = {
        "transaction_id": keys.key(b.line_id[rows_of], b.day[rows_of], b.sequence[rows_of] * 1024 + place),
        "transaction_type": np.concatenate(
            [np.full(n_issue, "issue"), np.where(lost, "scrap", "return"), np.full(n_made, "receipt")]
        ),
        "transaction_time": transaction_time,
        "work_order_id": b.work_order_id[rows_of],
        "operation_id": operation(np.where(is_receipt, last, first), b, rows_of),
        "material_id": np.ma.array(np.concatenate([materials.material_id[of_material], none]), mask=is_receipt),
        "product_id": np.ma.array(b.product_id[rows_of], mask=~is_receipt),
        "quantity": quantity,
        "unit_of_measure": np.concatenate([materials.base_unit[of_material], np.full(n_made, "pcs")]),
        "unit_cost": unit_cost,
        "total_cost": half_up(quantity * unit_cost, THOUSANDTHS),
    }
    mask = recorded(window, b, rows_of, transaction_time)
    columns = rows(columns, mask)
    rows_of, of_material = rows_of[mask], of_material[mask[: n_issue + n_left]]
    lots = np.concatenate(
        [
            _material_lots(world, b, rows_of[: len(of_material)], of_material),
            keys.number("LOT", b.line_id, b.day, b.sequence)[rows_of[len(of_material) :]],
        ]
    )
    columns["lot_number"] = lots
    columns["performed_by"] = operator_at(world, b, b.line[rows_of], transaction_time[mask] - 120)
    return columns


def material_cents(world: World, b: OrderBook) -> Ints:
    """Materials issued minus returned of each order, cents; meaningful once it has ended."""
    need = _needs(world, b)
    cost = world.company.materials.standard_cost_cents[need.material]
    lost = world.rng.uniform(
        "component lost", b.line_id[need.order], b.day[need.order], b.sequence[need.order], need.position
    )
    returned = np.where(lost < world.plant.costing.components_lost, 0, half_up(need.unused * cost, THOUSANDTHS))
    cents = half_up(need.issued * cost, THOUSANDTHS) - returned
    return np.bincount(need.order, cents, minlength=len(b.line)).astype(np.int64)


def _needs(world: World, b: OrderBook) -> _Needs:
    c, materials = world.company.components, world.company.materials
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
    return _Needs(order, c.position[row], material, issued, unused)


def _material_lots(world: World, b: OrderBook, order: Ints, material: Ints) -> NDArray[np.str_]:
    """Lot of a material in use at a factory when the order starts."""
    material_id = world.company.materials.material_id[material]
    day, _ = b.shift_at(b.line[order], b.setup_start[order])
    receipts = world.supply.receipts
    delivered = receipts.in_use(receipts.pair(b.factory_id[order], material_id), day)
    text = np.char.add(np.char.mod("RM-%05d-", material_id), np.char.mod("F%02d-", b.factory_id[order]))
    return np.char.add(text, date_stamp(delivered))
