"""What the products are made of and cost.

Costs are integer cents, quantities integer ten-thousandths of the material's unit and percentages
integer hundredths, so that every cost is a sum of integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.errors import UserError
from genims_ray.world import dates
from genims_ray.world.company.materials import Materials
from genims_ray.world.company.partners import choose
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints, Texts

BODY = {
    "shaft": ("steel", "aluminium"),
    "bracket": ("steel", "aluminium"),
    "frame": ("steel", "aluminium"),
    "housing": ("resin",),
    "module": ("aluminium", "resin"),
}
"""Groups that the body of each product family is made of."""

QUANTITY = 10_000  # units of a quantity in one base unit
PERCENT = 100  # units of a percentage in 1 %
_PLACES = ("Front", "Rear", "Upper", "Lower", "Inner", "Outer", "Left", "Right", "Main", "Drive", "Support", "Compact")


@dataclass(frozen=True)
class Products:
    """Aligned with `Layout.products`."""

    product_id: Ints
    line_id: Ints
    product_code: Texts
    product_name: Texts
    product_category: Texts
    material_type: Texts
    ideal_cycle_seconds: Floats
    unit_weight: Ints  # ten-thousandths of a kg
    material_cost_cents: Ints
    conversion_cost_cents: Ints
    standard_cost_cents: Ints
    list_price_cents: Ints
    launched_on: Ints
    created_at: Ints


@dataclass(frozen=True)
class Boms:
    """Current revision of each product's bill of materials, aligned with the products."""

    bom_id: Ints
    product_id: Ints
    bom_number: Texts
    revision: Ints
    effective_from: Ints
    created_at: Ints


@dataclass(frozen=True)
class Components:
    """Lines of the bills of materials, ordered by product and position."""

    bom_component_id: Ints
    bom_id: Ints
    product_id: Ints
    position: Ints
    material_id: Ints
    quantity: Ints  # ten-thousandths of the material's base unit, for one part
    scrap: Ints  # hundredths of a per cent
    created_at: Ints


def products(
    rng: Rng, layout: Layout, materials: Materials, commissioned: dict[int, int], start_day: int
) -> tuple[Products, Boms, Components]:
    """Products with their bills of materials and costs.

    A target list price (lognormal) gives the budget of the materials; what is then bought for it, in
    whole pieces and cents, is the cost. `commissioned` is the day each line went into service.
    """
    p = layout.products.product_id
    line = layout.products.line_id
    cycle = layout.products.ideal_cycle_seconds
    family = np.array([layout.line_by_id[i].type.product_family for i in line.tolist()])
    body = _body(rng, p, family)
    costing = layout.plant.costing
    rate = (
        100 * costing.machine_hour_usd + layout.labour_cents(line // 100) * layout.plant.labour.operators_per_line_crew
    )
    conversion = np.round(cycle * rate / 3600).astype(np.int64)
    margin = 1.25 + 0.35 * rng.uniform("product margin", p)
    target = rng.lognormal("product price", 100 * costing.list_price_median_usd, costing.list_price_sigma, p)
    budget = np.maximum(target / margin - conversion, 9.0)
    oldest = start_day - np.array([commissioned[i] for i in line.tolist()])
    launched = start_day - dates.ages(rng.uniform("product age", p), 4, 120, oldest)
    boms = _boms(rng, p, launched, start_day)
    components = _components(rng, layout, materials, p, body, budget, boms)
    material_cost = cost_of(components, materials, p)
    cost = material_cost + conversion
    kilograms = materials.base_unit[components.material_id - 1] == "kg"
    weight = np.bincount(
        np.searchsorted(p, components.product_id),
        np.where(kilograms, components.quantity * 0.94, components.quantity * 0.002),
        minlength=len(p),
    )
    title = np.char.capitalize(family)
    place = np.array(_PLACES)[choose(rng.uniform("product place", p), [1.0] * len(_PLACES))]
    return (
        Products(
            product_id=p,
            line_id=line,
            product_code=np.char.mod("P%06d", p),
            product_name=np.array([f"{a} {f.lower()} {i}" for a, f, i in zip(place, title, p, strict=True)]),
            product_category=family,
            material_type=body,
            ideal_cycle_seconds=cycle,
            unit_weight=np.maximum(np.round(weight), 1).astype(np.int64),
            material_cost_cents=material_cost,
            conversion_cost_cents=conversion,
            standard_cost_cents=cost,
            list_price_cents=np.maximum(np.round(cost * margin).astype(np.int64), cost + 1),
            launched_on=launched,
            created_at=dates.entered(rng, "product", p, launched),
        ),
        boms,
        components,
    )


def cost_of(components: Components, materials: Materials, product_id: Ints) -> Ints:
    """Material cost in cents: sum of quantity * (1 + scrap) * standard cost, rounded half up, once."""
    cost = materials.standard_cost_cents[components.material_id - 1]
    whole = 100 * PERCENT
    total = np.zeros(len(product_id), dtype=np.int64)
    np.add.at(
        total,
        np.searchsorted(product_id, components.product_id),
        components.quantity * (whole + components.scrap) * cost,
    )
    unit = QUANTITY * whole
    return (total + unit // 2) // unit


def _body(rng: Rng, p: Ints, family: Texts) -> Texts:
    unknown = sorted(set(family.tolist()) - set(BODY))
    if unknown:
        raise UserError(f"product_family {unknown[0]!r} has no body material; known families: {', '.join(BODY)}")
    u = rng.uniform("product body", p)
    return np.array([BODY[f][int(x * len(BODY[f]))] for f, x in zip(family, u, strict=True)])


def _boms(rng: Rng, p: Ints, launched: Ints, start_day: int) -> Boms:
    """An engineering change about every 18 months; the last one is in force."""
    age = start_day - launched
    revision = 1 + np.floor(rng.uniform("bom changes", p) * np.minimum(age, 6 * 365) / 548).astype(np.int64)
    since = np.floor((age - 30) * (1 - rng.uniform("bom change", p) / revision)).astype(np.int64)
    effective = np.where(revision == 1, launched, start_day - 30 - np.minimum(since, age - 30))
    bom_id = p * 100 + revision
    return Boms(
        bom_id=bom_id,
        product_id=p,
        bom_number=np.array([f"BOM-{i:06d}-{r:02d}" for i, r in zip(p.tolist(), revision.tolist(), strict=True)]),
        revision=revision,
        effective_from=effective,
        created_at=dates.entered(rng, "bom", bom_id, effective),
    )


def _components(
    rng: Rng, layout: Layout, materials: Materials, p: Ints, body: Texts, budget: Floats, boms: Boms
) -> Components:
    """The body (kg), pieces, a chemical (kg) and a share of a container's packaging; all different.

    Pieces are one from each of as many strata of materials around the price that suits the product.
    """
    spread = 2
    usual = layout.plant.enterprise.components_per_product
    most = usual + spread - 3
    number = usual - spread - 3 + np.floor((2 * spread + 1) * rng.uniform("bom length", p)).astype(np.int64)
    cost = materials.standard_cost_cents
    pieces = np.flatnonzero(materials.material_type == "component")
    pieces = pieces[np.argsort(cost[pieces], kind="stable")]
    if usual - spread - 3 < 1 or len(pieces) < most:
        raise UserError(
            f"enterprise.components_per_product={usual} needs to be 6 or more and at least {most} component "
            f"materials; enterprise.materials={len(cost)} gives {len(pieces)}"
        )

    def one_of(what: str, among: NDArray[np.bool_]) -> Ints:
        members = np.flatnonzero(among)
        return members[np.floor(len(members) * rng.uniform(f"bom {what}", p)).astype(np.int64)]

    slot = np.arange(most)
    used = slot < number[:, None]
    each = 0.45 * budget / number
    stratum = np.minimum(6, len(pieces) // number)
    width = (stratum * number)[:, None]
    centre = np.searchsorted(cost[pieces], each / 1.4)[:, None]
    low = np.clip(centre - width // 2, 0, len(pieces) - width)
    pick = low + np.floor((slot + rng.uniform("bom piece", p[:, None], slot)) * stratum[:, None]).astype(np.int64)
    piece = pieces[np.minimum(pick, len(pieces) - 1)]
    count = np.array([1, 2, 4])[choose(rng.uniform("bom count", p[:, None], slot), [7, 2, 1])]
    count = np.where(each[:, None] < 1.5, 1, count)
    scrap = np.array([0, 50, 100, 200])[choose(rng.uniform("bom scrap", p[:, None], slot), [3, 4, 2, 1])]

    chemical = one_of("chemical", materials.material_group == "chemical")
    packaging = one_of("packaging", materials.material_group == "packaging")
    raw = np.zeros(len(p), dtype=np.int64)
    for name in sorted(set(body.tolist())):
        raw = np.where(body == name, one_of(name, materials.material_group == name), raw)
    dose = np.clip(np.round(0.04 * budget / cost[chemical] * QUANTITY), 1, 500).astype(np.int64)
    carton = np.full(len(p), round(QUANTITY / layout.plant.demand.container_parts))
    dose_scrap = 100 + 50 * np.floor(7 * rng.uniform("bom dose scrap", p)).astype(np.int64)
    raw_scrap = 200 + 50 * np.floor(7 * rng.uniform("bom body scrap", p)).astype(np.int64)
    spent = (np.where(used, count * cost[piece], 0)).sum(axis=1) + (
        dose * cost[chemical] + carton * cost[packaging]
    ) / QUANTITY
    kilograms = np.maximum(budget - spent, 0.15 * budget) / cost[raw] / (1 + raw_scrap / (100 * PERCENT))
    grams = np.maximum(np.round(kilograms * 1000), 1).astype(np.int64)

    column = [raw[:, None], piece, chemical[:, None], packaging[:, None]]
    amount = [grams[:, None] * (QUANTITY // 1000), count * QUANTITY, dose[:, None], carton[:, None]]
    loss = [raw_scrap[:, None], scrap, dose_scrap[:, None], np.full((len(p), 1), 50)]
    there = np.concatenate([np.ones((len(p), 1), bool), used, np.ones((len(p), 2), bool)], axis=1)
    position = np.cumsum(there, axis=1)[there]
    owner = np.nonzero(there)[0]
    component_id = boms.bom_id[owner] * 100 + position
    return Components(
        bom_component_id=component_id,
        bom_id=boms.bom_id[owner],
        product_id=p[owner],
        position=position,
        material_id=materials.material_id[np.concatenate(column, axis=1)[there]],
        quantity=np.concatenate(amount, axis=1)[there],
        scrap=np.concatenate(loss, axis=1)[there],
        created_at=dates.entered(rng, "bom", boms.bom_id[owner], boms.effective_from[owner]),
    )
