"""Purchased materials and where they are bought; costs and prices in integer cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import dates
from genims_ray.world.company.apportion import apportion
from genims_ray.world.company.partners import USD_PER_UNIT, WITHOUT_CENTS, Suppliers, choose
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Ints, Texts


@dataclass(frozen=True)
class Group:
    """A purchasing group: `nouns` go from the cheapest to the dearest."""

    share: float  # of all materials
    material_type: str
    supplier_category: str
    base_unit: str
    cost_median_cents: float
    cost_sigma: float
    lead_factor: float
    price_unit: int
    lot_sizes: tuple[int, int, int]
    nouns: str


# share, type, supplier category, unit, median cost (cents), sigma, lead factor, price unit, lot sizes, nouns
GROUPS = {
    "steel": Group(
        0.09, "raw_material", "metal", "kg", 130, 0.35, 1.2, 1, (100, 250, 500),
        "Steel strip, Steel bar, Steel sheet, Steel tube, Spring steel, Stainless strip",
    ),
    "aluminium": Group(
        0.05, "raw_material", "metal", "kg", 340, 0.25, 1.2, 1, (50, 100, 250),
        "Aluminium strip, Aluminium bar, Aluminium profile, Aluminium forging",
    ),
    "resin": Group(
        0.08, "raw_material", "resin", "kg", 260, 0.35, 1.0, 1, (25, 100, 500),
        "Polypropylene, ABS, Polyamide, Polycarbonate, PBT, Glass-filled polyamide",
    ),
    "chemical": Group(
        0.08, "consumable", "chemical", "kg", 950, 0.6, 0.8, 1, (5, 10, 25),
        "Degreaser, Forming oil, Zinc coating, Primer, Grease, Adhesive, Sealant",
    ),
    "packaging": Group(
        0.1, "packaging", "packaging", "pcs", 60, 0.6, 0.6, 100, (50, 100, 250),
        "Tray, Carton, Divider set, Returnable box, Crate",
    ),
    "purchased_part": Group(
        0.45, "component", "purchased_part", "pcs", 4.5, 0.95, 1.0, 1000, (500, 1000, 2500),
        "Washer, Rivet, Hex screw, Circlip, Clip, O-ring, Dowel pin, Bush, Spring, Insert, Ball bearing",
    ),
    "electronic": Group(
        0.15, "component", "electronic", "pcs", 6.0, 1.0, 1.8, 1000, (250, 500, 1000),
        "Terminal, Resistor, Contact, LED, Connector, Hall sensor, Cable set, Circuit board",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Materials:
    """Aligned arrays, ordered by key. `shelf_life_days` is 0 where unlimited."""

    material_id: Ints
    material_code: Texts
    material_name: Texts
    material_type: Texts
    material_group: Texts
    base_unit: Texts
    default_supplier_id: Ints
    standard_cost_cents: Ints
    lead_time_days: Ints
    safety_stock_days: Ints
    lot_size: Ints
    shelf_life_days: Ints
    inspection_required: NDArray[np.bool_]
    created_at: Ints


@dataclass(frozen=True)
class Sources:
    """Approved sources, ordered by material and rank."""

    material_supplier_id: Ints
    material_id: Ints
    supplier_id: Ints
    supplier_part_number: Texts
    split_percentage: Ints
    price_cents: Ints
    price_unit: Ints
    currency: Texts
    minimum_order_quantity: Ints
    lead_time_days: Ints
    valid_from: Ints
    created_at: Ints


def purchasing(rng: Rng, total: int, suppliers: Suppliers, start_day: int) -> tuple[Materials, Sources]:
    """Materials and where they are bought; one to three sources each, 1.4 on average."""
    ids = np.arange(1, total + 1)
    group = np.array(apportion("enterprise.materials", total, {name: g.share for name, g in GROUPS.items()}))
    kinds = [GROUPS[name] for name in group]
    median, sigma = (np.array([getattr(k, f) for k in kinds]) for f in ("cost_median_cents", "cost_sigma"))
    cost = np.maximum(1, np.round(rng.lognormal("material cost", median, sigma, ids))).astype(np.int64)
    lot = np.array([k.lot_sizes for k in kinds])[np.arange(total), choose(rng.uniform("material lot", ids), [5, 3, 2])]
    introduced = start_day - dates.ages(rng.uniform("material age", ids), 7, 240, 20 * dates.YEAR)
    sources = _sources(rng, ids, kinds, cost, lot, introduced, suppliers, start_day)
    default = np.flatnonzero(sources.material_supplier_id % 10 == 1)
    lead = sources.lead_time_days[default]
    life = np.array([180, 270, 365])[choose(rng.uniform("material life", ids), [1, 2, 2])]
    perishable = (group == "chemical") | ((group == "resin") & (ids % 2 == 0))
    return Materials(
        material_id=ids,
        material_code=np.char.mod("M%05d", ids),
        material_name=_material_names(group, cost),
        material_type=np.array([k.material_type for k in kinds]),
        material_group=group,
        base_unit=np.array([k.base_unit for k in kinds]),
        default_supplier_id=sources.supplier_id[default],
        standard_cost_cents=cost,
        lead_time_days=lead,
        safety_stock_days=np.ceil(2 + lead * (0.2 + 0.3 * rng.uniform("safety stock", ids))).astype(np.int64),
        lot_size=lot,
        shelf_life_days=np.where(perishable, np.where(group == "resin", 2, 1) * life, 0),
        inspection_required=rng.uniform("material inspection", ids) < 0.35,
        created_at=dates.entered(rng, "material", ids, introduced),
    ), sources


def _material_names(group: Texts, cost: Ints) -> Texts:
    """The dearer a material within its group, the more elaborate a thing it is."""
    names = np.empty(len(group), dtype=object)
    for name, kind in GROUPS.items():
        nouns = kind.nouns.split(", ")
        members = np.flatnonzero(group == name)
        by_cost = members[np.argsort(cost[members], kind="stable")]
        for rank, member in enumerate(by_cost):
            names[member] = f"{nouns[rank * len(nouns) // len(by_cost)]} {1001 + rank}"
    return np.array(names.tolist())


def _sources(
    rng: Rng,
    ids: Ints,
    kinds: list[Group],
    cost: Ints,
    lot: Ints,
    introduced: Ints,
    suppliers: Suppliers,
    start_day: int,
) -> Sources:
    """Default suppliers are few (Zipf within the category); second sources go round the others."""
    number = 1 + choose(rng.uniform("material sources", ids), [65, 30, 5])
    active = suppliers.status == "active"
    pools = {c: np.flatnonzero(active & (suppliers.supplier_category == c)) for c in set(suppliers.supplier_category)}
    turn = dict.fromkeys(pools, 0)
    material: list[int] = []  # index of the material of each source
    supplier: list[int] = []
    rank: list[int] = []
    split: list[int] = []
    u = rng.uniform("material default supplier", ids)
    shared = np.array([60, 70])[choose(rng.uniform("material split", ids), [1, 1])]
    for i, kind in enumerate(kinds):
        pool = pools[kind.supplier_category]
        count = min(int(number[i]), len(pool))
        first = int(choose(u[i : i + 1], list((np.arange(len(pool)) + 1.0) ** -1.05))[0])
        chosen = [first]
        while len(chosen) < count:
            candidate = turn[kind.supplier_category] % len(pool)
            turn[kind.supplier_category] += 1
            if candidate not in chosen:
                chosen.append(candidate)
        shares = {1: [100], 2: [int(shared[i]), 100 - int(shared[i])], 3: [50, 30, 20]}[count]
        material += [i] * count
        supplier += [int(pool[c]) for c in chosen]
        rank += range(1, count + 1)
        split += shares
    m, s, r = (np.array(x) for x in (material, supplier, rank))
    source_id = ids[m] * 10 + r
    since = np.maximum(introduced[m], suppliers.approved_on[s])
    unit = np.array([k.price_unit for k in kinds])[m]
    rate = np.array([USD_PER_UNIT[c] for c in suppliers.currency[s]])
    agreed = cost[m] * unit / rate * np.where(r == 1, 1.0, 1.02) * rng.lognormal("source price", 1.0, 0.04, source_id)
    cents = np.maximum(np.round(agreed), 1)
    whole = np.isin(suppliers.currency[s], WITHOUT_CENTS)
    cents = np.where(whole, np.maximum(np.round(cents / 100), 1) * 100, cents)
    lead = rng.lognormal("source lead time", 9.0, 0.75, source_id) * np.array([k.lead_factor for k in kinds])[m]
    return Sources(
        material_supplier_id=source_id,
        material_id=ids[m],
        supplier_id=suppliers.supplier_id[s],
        supplier_part_number=np.char.add(
            np.char.mod("%03d-", 100 + suppliers.supplier_id[s] * 37 % 900),
            np.char.mod("%06d", rng.words("source part number", source_id) % np.uint64(1_000_000)),
        ),
        split_percentage=np.array(split),
        price_cents=cents.astype(np.int64),
        price_unit=unit,
        currency=suppliers.currency[s],
        minimum_order_quantity=lot[m] * np.array([1, 2, 5])[choose(rng.uniform("source moq", source_id), [5, 3, 2])],
        lead_time_days=np.clip(np.round(lead), 2, 75).astype(np.int64),
        valid_from=since,
        created_at=dates.entered(rng, "source", source_id, since),
    )
