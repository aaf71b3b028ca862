"""Incoming inspection: when a lot is inspected and decided, and what was found characteristic by characteristic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from genims_ray.window import HOUR
from genims_ray.world.company import Company
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Texts
from genims_ray.world.shopfloor.characteristics import UNITS
from genims_ray.world.supply.receipts import SKIP, Deliveries, Verdicts

PLAN, CHARACTERISTIC = 10, 100
"""An inspection plan is its material times the first plus one; a characteristic the plan times the second
plus its number."""


@dataclass(frozen=True)
class Results:
    """One row a lot and characteristic."""

    lot: Ints  # row of the deliveries
    number: Ints  # of the characteristic, from 1
    variable: Bools
    mean: Floats
    low: Floats
    high: Floats
    defective: Ints
    time: Ints


class Incoming:
    """Inspection of the lots that need one."""

    def __init__(self, company: Company, rng: Rng) -> None:
        self._rng = rng
        self.characteristics = 4 + (
            rng.words("incoming characteristics", company.materials.material_id) % np.uint64(5)
        ).astype(np.int64)
        """By material: how many are inspected."""

    def plan_id(self, material_id: Ints) -> Ints:
        return material_id * PLAN + 1

    def feature(self, material_id: Ints, number: Ints, kind: Texts) -> tuple[Floats, Floats]:
        """Nominal and spread of each characteristic of a material, in the unit of the kind of gauge for it; its
        limits are four and a half spreads from the nominal."""
        units = [UNITS[k] for k in kind.tolist()]
        nominal, reach, sigma = (
            np.array([getattr(u, f) for u in units], dtype=np.float64) for f in ("nominal", "reach", "sigma")
        )
        apart = 0.4 * reach * (2 * self._rng.uniform("incoming nominal", material_id, number) - 1)
        return np.round(nominal * (1 + apart), 1), sigma * (0.8 + 0.2 * (material_id % 3))

    def times(self, lots: Deliveries, verdicts: Verdicts) -> tuple[Ints, Ints]:
        """Begin of the inspection (of skipped lots: the decision) and decision, before the lot is needed."""
        at = (lots.material_id, lots.factory_id, lots.day)
        skipped = verdicts.sample == 0
        begin = lots.received + 1_200 + (2 * HOUR * self._rng.uniform("inspection begin", *at)).astype(np.int64)
        end = begin + 1_800 + (3 * HOUR * self._rng.uniform("inspection end", *at)).astype(np.int64)
        return np.where(skipped, lots.received + 300, begin), np.where(skipped, lots.received + 300, end)

    def severities(self, lots: Deliveries, verdicts: Verdicts) -> tuple[Ints, Ints, Ints]:
        """Critical, major and minor specimens."""
        u = self._rng.uniform("specimen severity", lots.material_id, lots.factory_id, lots.day)
        critical = np.where(u < 0.03, np.minimum(verdicts.defective, 1), 0)
        major = np.where(u < 0.45, verdicts.defective - critical, 0)
        return critical, major, verdicts.defective - critical - major

    def results(self, lots: Deliveries, verdicts: Verdicts) -> Results:
        """Of the inspected lots; all defective specimens of a lot have the same defect."""
        inspected = np.flatnonzero((verdicts.stage != SKIP) & (verdicts.sample > 0))
        count = self.characteristics[lots.material_id[inspected] - 1]
        lot = np.repeat(inspected, count)
        number = np.arange(len(lot)) - np.repeat(np.cumsum(count) - count, count) + 1
        at = (lots.material_id[lot], lots.factory_id[lot], lots.day[lot], number)
        variable = number <= (np.repeat(count, count) + 1) // 2
        n = np.maximum(verdicts.sample[lot], 1)
        bad = number == 1 + lots.material_id[lot] % np.repeat(count, count)
        defective = np.where(bad, verdicts.defective[lot], 0)
        mean = self._rng.normal("incoming mean", *at) / np.sqrt(n) + 0.3 * self._rng.normal("incoming offset", *at[:3])
        u, v = self._rng.uniform("incoming high", *at), self._rng.uniform("incoming low", *at)
        high = np.maximum(mean + ndtri(u ** (1.0 / n)), mean)
        low = np.minimum(mean - ndtri(v ** (1.0 / n)), mean)
        begin, end = self.times(lots, verdicts)
        time = begin[lot] + (end - begin)[lot] * number // (np.repeat(count, count) + 1)
        off = variable & (defective > 0)
        high = np.where(off, np.maximum(high, 5.0 + u), high)  # the limits are four and a half of them apart
        return Results(lot, number, variable, mean, low, np.where(off, high, np.minimum(high, 4.4)), defective, time)
