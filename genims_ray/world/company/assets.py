"""What the company owns: its legal entities, sites, stores, lines and machines on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import dates
from genims_ray.world.layout import Factory, Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints, Texts

ZONES = {  # share of the floor, pallet places per m2
    "receiving": (0.08, 0.5),
    "quality_hold": (0.04, 0.5),
    "reserve": (0.40, 2.2),
    "pick_face": (0.18, 1.1),
    "finished_goods": (0.22, 1.8),
    "shipping": (0.08, 0.5),
}
STORE_SHARE = 0.12  # of a factory's area
FACTORIES_PER_DISTRIBUTION_CENTRE = 5
FIRST_DISTRIBUTION_CENTRE = 9001
_FRAMES = (450, 650, 850, 1100)


@dataclass(frozen=True)
class Companies:
    """Ordered by key; `of_factory` is the company of each factory."""

    company_id: Ints
    company_name: Texts
    country: Texts
    city: Texts
    functional_currency: Texts
    incorporated_on: Ints
    created_at: Ints
    of_factory: dict[int, int]


@dataclass(frozen=True)
class Warehouses:
    """Stores of the factories, then distribution centres (`factory_id` 0)."""

    warehouse_id: Ints
    company_id: Ints
    factory_id: Ints
    warehouse_code: Texts
    warehouse_name: Texts
    country: Texts
    city: Texts
    timezone: Texts
    total_area_sqm: Ints
    dock_doors: Ints
    created_at: Ints


@dataclass(frozen=True)
class Machines:
    """Aligned with `Layout.machines`. `last_major_overhaul` is 0 where there was none."""

    machine_id: Ints
    manufacturer: Texts
    model_number: Texts
    serial_number: Texts
    installation_date: Ints
    last_major_overhaul: Ints
    design_capacity_units_per_hour: Ints
    power_rating: Ints  # tenths of a kW
    criticality: Texts
    asset_value_cents: Ints
    created_at: Ints


def companies(rng: Rng, layout: Layout) -> Companies:
    """In the order of their first factory, where each has its seat."""
    seats: dict[str, Factory] = {}
    for factory in layout.factories:
        seats.setdefault(factory.params.company, factory)
    ids = np.arange(1, len(seats) + 1)
    number = {name: int(i) for name, i in zip(seats, ids, strict=True)}
    first = [
        min(dates.day(f.params.operational_since) for f in layout.factories if f.params.company == name)
        for name in seats
    ]
    incorporated = np.array(first) - 60 - np.floor(400 * rng.uniform("incorporation", ids)).astype(np.int64)
    return Companies(
        company_id=ids,
        company_name=np.array(list(seats)),
        country=np.array([f.params.country for f in seats.values()]),
        city=np.array([f.params.city for f in seats.values()]),
        functional_currency=np.array([f.params.currency for f in seats.values()]),
        incorporated_on=incorporated,
        created_at=dates.entered(rng, "company", ids, incorporated),
        of_factory={f.factory_id: number[f.params.company] for f in layout.factories},
    )


def warehouses(rng: Rng, layout: Layout, companies: Companies) -> Warehouses:
    """A store at each factory; distribution centres beside the first factory of the largest regions."""
    regions: dict[str, list[Factory]] = {}
    for factory in layout.factories:
        regions.setdefault(factory.params.region, []).append(factory)
    ranked = sorted(regions.values(), key=lambda members: (-len(members), members[0].factory_id))
    centres = max(1, round(len(layout.factories) / FACTORIES_PER_DISTRIBUTION_CENTRE))
    sites = [members[0] for members in ranked[:centres]]
    at = [*layout.factories, *sites]
    stores = len(layout.factories)
    ids = np.array(
        [*(f.factory_id for f in layout.factories), *(FIRST_DISTRIBUTION_CENTRE + i for i in range(len(sites)))]
    )
    store_area = np.array([f.params.area_m2 * STORE_SHARE for f in layout.factories])
    centre_area = 12_000 + 13_000 * rng.uniform("warehouse area", ids[stores:])
    area = (np.round(np.concatenate([store_area, centre_area]) / 50) * 50).astype(np.int64)
    opened = np.array([dates.day(f.params.operational_since) for f in at])
    return Warehouses(
        warehouse_id=ids,
        company_id=np.array([companies.of_factory[f.factory_id] for f in at]),
        factory_id=np.where(np.arange(len(at)) < stores, [f.factory_id for f in at], 0),
        warehouse_code=np.array(
            [f"WH-F{f.factory_id:02d}" for f in layout.factories] + [f"DC-{i:02d}" for i in range(1, len(sites) + 1)]
        ),
        warehouse_name=np.array(
            [f"Store, {f.params.name}" for f in layout.factories]
            + [f"Distribution centre {f.params.region}" for f in sites]
        ),
        country=np.array([f.params.country for f in at]),
        city=np.array([f.params.city for f in at]),
        timezone=np.array([f.params.timezone for f in at]),
        total_area_sqm=area,
        dock_doors=2 + area // 900,
        created_at=dates.entered(rng, "warehouse", ids, opened),
    )


def commissioning(rng: Rng, layout: Layout, start_day: int) -> dict[int, int]:
    """The day each line went into service: in the first two thirds of its factory's life."""
    lines = np.array([line.line_id for line in layout.lines])
    opened = np.array([dates.day(line.factory.params.operational_since) for line in layout.lines])
    room = np.maximum(start_day - 365 - opened, 0)
    days = opened + np.floor(rng.uniform("commissioning", lines) * room * 2 / 3).astype(np.int64)
    return dict(zip(lines.tolist(), days.tolist(), strict=True))


def machines(rng: Rng, layout: Layout, commissioned: dict[int, int], start_day: int) -> Machines:
    """Machines of any age up to nine tenths of their expected life, none older than their line."""
    ids = np.array([m.machine_id for m in layout.machines])
    line = np.array([m.line_id for m in layout.machines])
    frame = np.floor(len(_FRAMES) * rng.uniform("machine frame", ids)).astype(np.int64)
    size = 0.88 + 0.08 * frame
    life = np.array([m.type.expected_life_years for m in layout.machines])
    most = np.minimum(0.9 * life * 365, start_day - 180 - np.array([commissioned[i] for i in line.tolist()]))
    age = 180 + np.floor(rng.uniform("machine age", ids) * np.maximum(most, 0)).astype(np.int64)
    installed = np.maximum(start_day - age, [commissioned[i] for i in line.tolist()])
    overhauled = installed + np.floor(age * (0.4 + 0.4 * rng.uniform("overhaul", ids))).astype(np.int64)
    value = np.array([m.type.asset_value_usd for m in layout.machines]) * size
    value = np.round(value * (0.95 + 0.1 * rng.uniform("machine price", ids)) / 100) * 100
    pace = 3600 / np.array([layout.line_by_id[i].type.ideal_cycle_seconds for i in line.tolist()])
    reserve = 0.05 + 0.2 * rng.uniform("machine reserve", ids)
    cheapest, dearest, slowest = (_extremes(line, value)[0], _extremes(line, value)[1], _extremes(line, reserve)[0])
    prefix = [m.type.model_prefix for m in layout.machines]
    year = 1970 + np.floor(installed / dates.YEAR).astype(np.int64)
    makers = zip((m.type.manufacturers for m in layout.machines), rng.uniform("maker", line, frame), strict=True)
    return Machines(
        machine_id=ids,
        manufacturer=np.array([names[int(u * len(names))] for names, u in makers]),
        model_number=np.array([f"{p}-{_FRAMES[k]}" for p, k in zip(prefix, frame.tolist(), strict=True)]),
        serial_number=np.array(
            [
                f"{p}{y % 100:02d}{i * 7919 % 10_000_019:08d}"
                for p, y, i in zip(prefix, year.tolist(), ids.tolist(), strict=True)
            ]
        ),
        installation_date=installed,
        last_major_overhaul=np.where(age > 6 * 365, overhauled, 0),
        design_capacity_units_per_hour=np.round(pace * np.where(slowest, 1.0, 1 + reserve)).astype(np.int64),
        power_rating=np.round(10 * size * np.array([m.type.power_kw for m in layout.machines])).astype(np.int64),
        criticality=np.where(dearest, "A", np.where(cheapest, "C", "B")),
        asset_value_cents=(100 * value).astype(np.int64),
        created_at=dates.entered(rng, "machine", ids, installed),
    )


def _extremes(groups: Ints, values: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which element is the first smallest, and the last largest, of its group."""
    order = np.lexsort((np.arange(len(groups)), values, groups))
    ordered = groups[order]
    smallest, largest = np.zeros(len(groups), bool), np.zeros(len(groups), bool)
    smallest[order[np.r_[True, ordered[1:] != ordered[:-1]]]] = True
    largest[order[np.r_[ordered[1:] != ordered[:-1], True]]] = True
    return smallest, largest
