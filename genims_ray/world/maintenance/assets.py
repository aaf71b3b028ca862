"""What is maintained: machines and utilities, the places of their components, their standard jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import dates, params
from genims_ray.world.company import Company
from genims_ray.world.layout import Layout
from genims_ray.world.maintenance import failures
from genims_ray.world.maintenance.failures import FailureCode
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Ints, Rows, Texts

CONTRIBUTION_USD = 0.45
"""Usual contribution of a part."""
_KEYED_IN = 6 * HOUR
"""Second of the day at which people begin to enter what a new asset needs, which is there before it."""
_SECONDS_APIECE = 20


@dataclass(frozen=True)
class Place:
    """A component's place in an asset (ISO 14224 maintainable item); what is built in changes, it stays."""

    asset_id: int
    position: int
    name: str  # failure mode of a machine; kind.position of a utility
    component: str
    fault_code: str
    iso_mode: str
    repair_hours: float
    failure: params.FailureMode | params.UtilityComponent


@dataclass(frozen=True)
class Asset:
    """A machine, or a utility (`machine_id` and `line_id` 0)."""

    asset_id: int
    factory_id: int
    line_id: int
    machine_id: int
    number: int  # position on the line, or number of the utility at its factory
    kind: str
    title: str
    manufacturer: str
    model_number: str
    serial_number: str
    installation_date: int
    criticality: str
    safety_critical: bool
    metered: bool
    power_tenths_kw: int
    value_cents: int
    life_years: int
    created_at: int
    places: tuple[Place, ...]

    @property
    def tag(self) -> str:
        return f"L{self.line_id}-M{self.number:02d}" if self.machine_id else f"F{self.factory_id}-U{self.number:02d}"

    @property
    def code(self) -> str:
        """The part of readable numbers that says where: L and the line, or F and the factory."""
        return f"L{self.line_id}" if self.machine_id else f"F{self.factory_id}"


@dataclass(frozen=True)
class AssetTable(Rows):
    """What orders need of their assets; see `Asset`."""

    asset_id: Ints
    factory_id: Ints
    line_id: Ints
    machine_id: Ints
    number: Ints
    kind: Texts
    code: Texts
    criticality: Texts
    metered: Bools


@dataclass(frozen=True)
class Procedure:
    """A standard job for a kind of asset."""

    procedure_id: int
    kind: str
    what: str  # lubrication, window, ..., or replace: and the name of the place
    title: str
    type: str
    component: str
    hours: float
    people: int
    trade: str
    skill: str
    lockout: bool
    hot_work: bool
    ppe: str
    tools: str


def entered(day: int, number: int) -> int:
    """UTC second at which a record of a catalogue was entered: one after the other, before work begins."""
    return day * DAY + _KEYED_IN + number * _SECONDS_APIECE % (2 * HOUR)


class Assets:
    """Static, from the plant configuration alone; of all factories, whatever the cell."""

    def __init__(self, layout: Layout, company: Company, rng: Rng) -> None:
        self._layout = layout
        self._plant = layout.plant
        self._company = company
        self._rng = rng

    @cached_property
    def every(self) -> list[Asset]:
        """Machines and utilities of each factory, in the order of their keys."""
        found = [*self._machines(), *self._utilities()]
        return sorted(found, key=lambda asset: asset.asset_id)

    @cached_property
    def table(self) -> AssetTable:
        """The same as arrays."""
        every = self.every

        def ints(name: str) -> Ints:
            return np.array([getattr(asset, name) for asset in every], dtype=np.int64)

        def texts(name: str) -> Texts:
            return np.array([getattr(asset, name) for asset in every], dtype=np.str_)

        return AssetTable(
            asset_id=ints("asset_id"),
            factory_id=ints("factory_id"),
            line_id=ints("line_id"),
            machine_id=ints("machine_id"),
            number=ints("number"),
            kind=texts("kind"),
            code=texts("code"),
            criticality=texts("criticality"),
            metered=np.array([asset.metered for asset in every], dtype=bool),
        )

    @cached_property
    def by_id(self) -> dict[int, Asset]:
        return {asset.asset_id: asset for asset in self.every}

    @cached_property
    def codes(self) -> list[FailureCode]:
        return failures.catalogue(self._plant)

    @cached_property
    def code_ids(self) -> dict[tuple[str, str], int]:
        """Key of each failure code, by catalogue and code."""
        return {(c.code_type, c.code): c.failure_code_id for c in self.codes}

    @cached_property
    def code_entered(self) -> dict[int, int]:
        """UTC second at which each failure code was entered: on the day of the first asset that has it; a group
        with the first of its codes, and what no asset has with the first of all."""
        first: dict[tuple[str, str], int] = {}
        stops = failures.told_by_stops()
        for asset in self.every:
            told = set().union(*(failures.told_by(place.failure) for place in asset.places))
            for code in told | stops if asset.machine_id else told:
                first[code] = min(first.get(code, asset.installation_date), asset.installation_date)
        begun = min(asset.installation_date for asset in self.every)
        days = {c.failure_code_id: first.get((c.code_type, c.code), begun) for c in self.codes}
        for c in self.codes:
            if c.parent:
                days[c.parent] = min(days[c.parent], days[c.failure_code_id])
        return {key: entered(day, key) for key, day in days.items()}

    def _machines(self) -> Iterator[Asset]:
        masters, modes = self._company.machines, self._plant.failure_modes
        for i, machine in enumerate(self._layout.machines):
            line = self._layout.line_by_id[machine.line_id]
            names = [name for name in machine.type.failure_modes if not modes[name].tool]
            places = tuple(
                Place(
                    machine.machine_id,
                    k,
                    name,
                    modes[name].component,
                    modes[name].fault_code,
                    modes[name].iso_mode,
                    modes[name].repair_median_hours,
                    modes[name],
                )
                for k, name in enumerate(names, start=1)
            )
            yield Asset(
                machine.machine_id,
                line.factory.factory_id,
                machine.line_id,
                machine.machine_id,
                machine.position,
                machine.type_name,
                machine.type.title,
                str(masters.manufacturer[i]),
                str(masters.model_number[i]),
                str(masters.serial_number[i]),
                int(masters.installation_date[i]),
                str(masters.criticality[i]),
                machine.type_name in ("press", "robot"),
                True,
                int(masters.power_rating[i]),
                int(masters.asset_value_cents[i]),
                machine.type.expected_life_years,
                int(masters.created_at[i]),
                places,
            )

    def _utilities(self) -> Iterator[Asset]:
        kinds = list(self._plant.upkeep.utilities.items())
        start_day = self._company.start_day
        for factory in self._layout.factories if kinds else ():
            machines = sum(m.machine_id // 10_000 == factory.factory_id for m in self._layout.machines)
            count = min(max(1, round(self._plant.upkeep.utilities_per_machine * machines)), 99)
            opened = dates.day(factory.params.operational_since)
            for number in range(1, count + 1):
                asset_id = factory.factory_id * 10_000 + number
                kind, utility = kinds[(number - 1) % len(kinds)]
                u = self._rng.uniform("utility age", asset_id), self._rng.uniform("utility maker", asset_id)
                age = 200 + int(
                    float(u[0]) * max(min(0.85 * utility.expected_life_years * 365, start_day - opened) - 200, 0)
                )
                installed = max(start_day - age, min(opened, start_day - 200))
                size = 1 + number % 3
                places = tuple(
                    Place(
                        asset_id,
                        k,
                        f"{kind}.{k}",
                        c.component,
                        f"{utility.model_prefix}-{k:03d}",
                        c.iso_mode,
                        c.repair_median_hours,
                        c,
                    )
                    for k, c in enumerate(utility.components, start=1)
                )
                yield Asset(
                    asset_id,
                    factory.factory_id,
                    0,
                    0,
                    number,
                    kind,
                    utility.title,
                    utility.manufacturers[int(float(u[1]) * len(utility.manufacturers))],
                    f"{utility.model_prefix}-{100 * size}",
                    f"{utility.model_prefix}{asset_id * 7919 % 10_000_019:08d}",
                    installed,
                    "A" if kind in ("compressor", "transformer") else ("B", "C")[number % 2],
                    utility.inspected_by_law,
                    utility.metered,
                    round(10 * utility.power_kw * (0.85 + 0.15 * size)),
                    100 * round(utility.asset_value_usd * (0.85 + 0.15 * size)),
                    utility.expected_life_years,
                    installed * 86_400 + 36_000,
                    places,
                )

    @cached_property
    def procedures(self) -> list[Procedure]:
        """Standard jobs by kind of asset."""
        found: list[Procedure] = []
        settings, upkeep = self._plant.maintenance, self._plant.upkeep
        minutes = settings.routine_median_minutes / 60
        eyes, shoes = "safety glasses", "safety glasses, gloves"

        def add(kind: str, what: str, title: str, type_: str, hours: float, **more: Any) -> None:
            given: dict[str, Any] = {
                "component": "",
                "people": 1,
                "trade": "mechanical",
                "skill": "skilled",
                "lockout": False,
                "hot_work": False,
                "ppe": shoes,
                "tools": "hand tools",
            }
            given.update(more)
            found.append(Procedure(len(found) + 1, kind, what, title, type_, hours=max(round(hours, 2), 0.05), **given))

        machine_kinds = sorted({m.type_name for m in self._layout.machines})
        seen: dict[str, Asset] = {}
        for asset in self.every:
            seen.setdefault(asset.kind, asset)
        for kind in machine_kinds:
            title = self._plant.machines[kind].title
            add(
                kind,
                "lubrication",
                f"Lubricate, {title}",
                "preventive",
                minutes,
                trade="any",
                skill="trainee",
                tools="grease gun",
            )
            add(
                kind,
                "window",
                f"Fortnightly service, {title}",
                "preventive",
                settings.window_median_hours,
                lockout=True,
                tools="filter wrench, torque wrench",
            )
            add(
                kind,
                "wear_part",
                f"Replace belts and batteries, {title}",
                "replacement",
                0.5,
                lockout=True,
                component="belt and battery",
            )
            add(
                kind,
                "calibration",
                f"Calibrate sensors, {title}",
                "preventive",
                upkeep.calibration_median_minutes / 60,
                trade="instrumentation",
                ppe=eyes,
                tools="calibrator",
            )
            add(kind, "adjust", f"Adjust and restart, {title}", "adjustment", 0.3, trade="mechatronics", ppe=eyes)
            add(
                kind,
                "inspect",
                f"Look into a sensor alert, {title}",
                "inspection",
                settings.inspection_median_minutes / 60,
                trade="any",
                skill="senior",
                ppe=eyes,
                tools="vibration pen, thermometer",
            )
            add(
                kind,
                "safety",
                f"Inspect safety devices, {title}",
                "inspection",
                1.0,
                trade="electrical",
                skill="senior",
                lockout=True,
                ppe=eyes,
                tools="test set",
            )
        for kind, asset in seen.items():
            if not asset.machine_id:
                title = asset.title
                add(
                    kind,
                    "service",
                    f"Service round, {title}",
                    "preventive",
                    upkeep.utility_service_median_minutes / 60,
                    ppe="hearing protection, gloves",
                )
                add(
                    kind,
                    "safety",
                    f"Inspection by law, {title}",
                    "inspection",
                    2.0,
                    trade="any",
                    skill="senior",
                    lockout=True,
                    tools="by the inspector",
                )
        for kind, asset in seen.items():
            for place in asset.places:
                electrical = place.component in ("power supply", "servo drive", "motor", "transformer")
                add(
                    kind,
                    f"replace:{place.name}",
                    f"Replace {place.component}, {asset.title}",
                    "replacement",
                    place.repair_hours,
                    component=place.component,
                    people=2 if place.repair_hours > 4 else 1,
                    trade="electrical" if electrical else "mechanical",
                    skill="senior" if place.repair_hours >= 3 else "skilled",
                    lockout=True,
                    hot_work="hydraulic hose" in place.component,
                    tools="puller, torque wrench" if not electrical else "insulated tools",
                )
        return found

    @cached_property
    def procedure_ids(self) -> dict[tuple[str, str], int]:
        """Key of the standard job of a kind of asset, by kind and what is done."""
        return {(p.kind, p.what): p.procedure_id for p in self.procedures}

    def revised(self, procedure_id: Ints) -> Ints:
        """Days on which standard jobs were last revised, before history begins."""
        age = (self._rng.words("procedure age", procedure_id) % np.uint64(900)).astype(np.int64) + 30
        return self._company.start_day - age

    @cached_property
    def warranty_days(self) -> Ints:
        """(assets,): how long the maker answers for each, from its installation on."""
        years = (self._rng.words("warranty", self.table.asset_id) % np.uint64(3)).astype(np.int64) + 1
        return 365 * years

    @cached_property
    def downtime_cents(self) -> Ints:
        """(assets,): what an hour in which each stands still costs."""
        line = self._layout.line_by_id
        return np.array(
            [
                round(100 * CONTRIBUTION_USD * HOUR / line[asset.line_id].type.ideal_cycle_seconds)
                if asset.machine_id
                else 100 * 40 * (4 + asset.asset_id % 5)
                for asset in self.every
            ],
            dtype=np.int64,
        )

    def procedures_of(self, orders: WorkOrders) -> Ints:
        """(orders,): key of the standard job of each, 0 if there is none."""
        kinds = self.table.kind[orders.asset].tolist()
        found = [self.procedure_ids.get(at, 0) for at in zip(kinds, orders.procedure.tolist(), strict=True)]
        return np.array(found, dtype=np.int64)
