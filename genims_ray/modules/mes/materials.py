"""Material movements of the orders: issued when they start, returned or found lost when they end.

Good parts are received into stock at the end of each piece.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, rows
from genims_ray.modules.mes.common import book, machines, operation, operator_at, quiet, recorded
from genims_ray.world import Window, World, keys
from genims_ray.world.keys import date_stamp
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor.order_costs import THOUSANDTHS, Needs
from genims_ray.world.shopfloor.production_orders import OrderBook

ISSUE, REMAINDER, RECEIPT = 0, 256, 512
"""Places of the movements in the key of their order."""


def material_transactions(world: World, window: Window) -> Columns:
    if quiet(world, window, "material_transactions", lambda b: _times(b, world.shopfloor.order_costs.needs(b))):
        return {}
    b = book(world, window)
    costs = world.shopfloor.order_costs
    need, materials, products = costs.needs(b), world.company.materials, world.company.products
    left = need.unused > 0
    order, position, material = need.order[left], need.position[left], need.material[left]
    lost = need.lost[left]

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
    transaction_time = np.concatenate(_times(b, need))
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
        "total_cost": costs.value(quantity, unit_cost),
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


def _times(b: OrderBook, need: Needs) -> list[Ints]:
    """When materials are issued, their remainders booked, and good parts received."""
    left, p = need.unused > 0, b.pieces
    return [
        b.setup_start[need.order] + 12 * need.position,
        b.end[need.order[left]] + 240 + 12 * need.position[left],
        p.end[p.parts - p.scrapped - p.rework > 0] + 120,
    ]


def _material_lots(world: World, b: OrderBook, order: Ints, material: Ints) -> NDArray[np.str_]:
    """Lot of a material in use at a factory when the order starts."""
    material_id = world.company.materials.material_id[material]
    day, _ = b.shift_at(b.line[order], b.setup_start[order])
    receipts = world.supply.receipts
    delivered = receipts.in_use(receipts.pair(b.factory_id[order], material_id), day)
    text = np.char.add(np.char.mod("RM-%05d-", material_id), np.char.mod("F%02d-", b.factory_id[order]))
    return np.char.add(text, date_stamp(delivered))
