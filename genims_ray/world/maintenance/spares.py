"""Spare parts and consumables of maintenance at the factories' stores.

A part has one number everywhere and a row at each store that keeps it; its key is factory * 10,000 and the
place in the catalogue of all parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.world.company import Company
from genims_ray.world.layout import Layout
from genims_ray.world.maintenance.assets import Asset, Assets, Place, entered
from genims_ray.world.params import UtilityComponent
from genims_ray.world.rng import Rng

LITRE = PIECE = 1_000
"""Quantities are integers, thousandths of the unit of stock."""

_CATEGORY = {
    "bearing": "bearing", "motor": "motor", "seal": "seal", "hose": "hose", "valve": "valve", "pump": "pump", "drive": "drive",
    "servo": "drive", "power": "power_supply", "filter": "filter", "separator": "filter", "fan": "motor",
}  # fmt: skip
_MAKERS = {
    "bearing": ("SKF", "Schaeffler", "NSK"), "motor": ("Siemens", "ABB"), "seal": ("Trelleborg", "Freudenberg"),
    "hose": ("Parker", "Manuli"), "valve": ("Festo", "SMC"), "pump": ("Grundfos", "Brinkmann"), "drive": ("Siemens", "Fanuc"),
    "power_supply": ("Phoenix Contact", "Murr"), "sensor": ("ifm", "Sick", "Balluff"), "filter": ("Mann+Hummel", "Donaldson"),
    "lubricant": ("Fuchs", "Klueber"), "small_part": ("Wuerth", "RS"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part at one store; money in cents, stock in thousandths of the unit."""

    mro_part_id: int
    factory_id: int
    number: str
    name: str
    category: str
    component: str
    unit: str
    maker: str
    maker_number: str
    criticality: str
    supplier_id: int
    lead_days: int
    cost_cents: int
    shelf_life_months: int  # 0: unlimited
    created_at: int


class Spares:
    """The parts of all stores, static."""

    def __init__(self, layout: Layout, assets: Assets, company: Company, rng: Rng) -> None:
        self._layout = layout
        self._assets = self.register = assets
        self._plant = layout.plant
        self._company = company
        self._rng = rng

    @cached_property
    def _catalogue(self) -> dict[tuple[str, str, str], int]:
        """Number of each part: what it is of (kind of asset), what it is, and the model it fits."""
        found: dict[tuple[str, str, str], int] = {}

        def add(kind: str, what: str, model: str = "") -> None:
            found.setdefault((kind, what, model), len(found) + 1)

        for asset in self._assets.every:
            for model in self._models(asset):
                for place in asset.places:
                    add(asset.kind, place.name, model)
        for kind in sorted({asset.kind for asset in self._assets.every}):
            for what in ("lubricant", "filter"):
                add(kind, what)
        for kind in sorted({machine.type_name for machine in self._layout.machines}):
            for what in ("seal", "wear_part", "kit"):
                add(kind, what)
        for signal in sorted({sensor.params.signal for sensor in self._layout.sensors}):
            add(signal, "sensor")
        return found

    def _models(self, asset: Asset) -> list[str]:
        """Models whose spares a store keeps for an asset: the whole series of a machine."""
        if not asset.machine_id:
            return [asset.model_number]
        return sorted({str(model) for model in self._series.get(asset.kind, [])})

    @cached_property
    def _appeared(self) -> dict[tuple[str, str], int]:
        """Day on which the first asset of each kind and model came, at any factory."""
        found: dict[tuple[str, str], int] = {}
        for asset in self._assets.every:
            at = (asset.kind, asset.model_number)
            found[at] = min(found.get(at, asset.installation_date), asset.installation_date)
        return found

    @cached_property
    def _series(self) -> dict[str, list[str]]:
        models: dict[str, list[str]] = {}
        for asset in self._assets.every:
            if asset.machine_id:
                models.setdefault(asset.kind, []).append(asset.model_number)
        return models

    @cached_property
    def every(self) -> list[Part]:
        """Parts by key: each store keeps those of the assets and sensors at its factory, from the day on which the
        first of them came."""
        found = []
        for factory in self._layout.factories:
            here = [asset for asset in self._assets.every if asset.factory_id == factory.factory_id]
            here.sort(key=lambda asset: asset.installation_date)
            wanted: dict[tuple[str, str, str], tuple[Place | None, int]] = {}
            for asset in here:
                for place in asset.places:
                    wanted.setdefault((asset.kind, place.name, asset.model_number), (place, asset.installation_date))
            for asset in here:  # of other models of a series, once both are known
                for model in self._models(asset):
                    known = max(asset.installation_date, self._appeared.get((asset.kind, model), 0))
                    for place in asset.places:
                        wanted.setdefault((asset.kind, place.name, model), (place, known))
                for what in ("lubricant", "filter", "seal", "wear_part", "kit"):
                    if (asset.kind, what, "") in self._catalogue:
                        wanted.setdefault((asset.kind, what, ""), (None, asset.installation_date))
                for sensor in self._layout.sensors_by_machine[asset.machine_id] if asset.machine_id else ():
                    wanted.setdefault((sensor.params.signal, "sensor", ""), (None, asset.installation_date))
            for key in sorted(wanted, key=lambda key: self._catalogue[key]):
                found.append(self._part(factory.factory_id, key, *wanted[key]))
        return found

    @cached_property
    def by_id(self) -> dict[int, Part]:
        return {part.mro_part_id: part for part in self.every}

    def _part(self, factory_id: int, key: tuple[str, str, str], place: Place | None, since: int) -> Part:
        kind, what, model = key
        settings, upkeep = self._plant.maintenance, self._plant.upkeep
        number = self._catalogue[key]
        title = kind.replace("_", " ")
        spread = float(self._rng.lognormal("part cost", 1.0, settings.parts_sigma * 0.5, number))
        unit, shelf, component, life = "pcs", 0, "", 1.0
        if place is not None:
            component = place.component
            category = next((c for word, c in _CATEGORY.items() if word in component), "small_part")
            name = f"{component}, {model}"
            usd = (
                place.failure.part_usd
                if isinstance(place.failure, UtilityComponent)
                else settings.repair_parts_usd * place.repair_hours / 2.5
            )
        else:
            category, name, usd = {
                "lubricant": ("lubricant", f"lubricant for {title}", settings.routine_parts_usd),
                "filter": ("filter", f"filter set for {title}", 0.4 * settings.window_parts_usd),
                "seal": ("seal", f"seal kit for {title}", 0.25 * settings.window_parts_usd),
                "wear_part": ("small_part", f"belt and battery set for {title}", upkeep.wear_part_usd),
                "kit": ("small_part", f"small parts for {title}", upkeep.kit_usd),
                "sensor": ("sensor", f"{title} sensor", 1.5 * settings.window_parts_usd),
            }[what]
            unit, shelf = ("l", 36) if what == "lubricant" else ("pcs", 60 if what == "seal" else 0)
        makers = _MAKERS.get(category, _MAKERS["small_part"])
        maker = makers[int(float(self._rng.uniform("part maker", number)) * len(makers))]
        low, high = sorted((upkeep.spare_lead_min_days, upkeep.spare_lead_max_days))
        lead = low + int((high - low) * life * float(self._rng.uniform("part lead", number)) ** 2)
        code = re.sub("[^A-Z]", "", (kind + what).upper())[:6]
        return Part(
            factory_id * 10_000 + number,
            factory_id,
            f"SP-{code}-{number:04d}",
            name,
            category,
            component,
            unit,
            maker,
            f"{maker[:3].upper()}{number * 7919 % 100_003:06d}",
            "A" if place is not None and place.repair_hours >= 4 else "B" if place is not None else "C",
            self._suppliers[number % len(self._suppliers)],
            lead,
            max(round(100 * usd * spread), 50),
            shelf,
            entered(since, number),
        )

    @cached_property
    def _suppliers(self) -> list[int]:
        """Vendors of maintenance supplies."""
        s = self._company.suppliers
        at = np.flatnonzero((s.supplier_category == "mro") & (s.status == "active"))
        return [int(i) for i in s.supplier_id[at]] or [int(s.supplier_id[0])]

    @property
    def service_firms(self) -> list[int]:
        return self._suppliers

    def of_place(self, asset: Asset, place: Place) -> int:
        """Key of the spare of a component, at the store of the asset's factory."""
        return asset.factory_id * 10_000 + self._catalogue[asset.kind, place.name, asset.model_number]

    def of_kind(self, asset: Asset, what: str) -> int:
        """Key of a consumable of the asset's kind; 0 if there is none."""
        number = self._catalogue.get((asset.kind, what, ""), 0)
        return asset.factory_id * 10_000 + number if number else 0

    def of_signal(self, factory_id: int, signal: str) -> int:
        """Key of the sensor that measures a signal."""
        return factory_id * 10_000 + self._catalogue[signal, "sensor", ""]
