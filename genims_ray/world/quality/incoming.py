"""Incoming inspection: when a lot is inspected and decided, what was found characteristic by characteristic, and the
case that a lot turned down calls for at its supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import ndtri

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys
from genims_ray.world.cells import Cells, Days
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.audits import CaseTimes
from genims_ray.world.quality.office_hours import office_time
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts
from genims_ray.world.shopfloor.characteristics import UNITS
from genims_ray.world.supply import Supply
from genims_ray.world.supply.receipts import ACCEPTED, FACTORY, SKIP, Deliveries, Verdicts

PLAN, CHARACTERISTIC = 10, 100
"""An inspection plan is its material times the first plus one; a characteristic the plan times the second
plus its number."""
_CELL_DAYS = 8


@dataclass(frozen=True)
class InspectionLots(Rows):
    """Lots delivered that have to be inspected, one row each; quantities in thousandths of the base unit."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("received", "begun", "decided")

    pair: Ints  # row of the factory's material
    day: Ints  # production day from which the lot is used
    factory_id: Ints
    material_id: Ints
    supplier_id: Ints
    quantity: Ints
    fraction: Floats  # of the lot that is defective
    received: Ints
    stage: Ints
    aql: Ints  # thousandths of a per cent
    sample: Ints
    accept: Ints
    defective: Ints  # specimens
    critical: Ints
    major: Ints
    minor: Ints
    decision: Ints
    rejected: Ints
    begin: Ints  # of the inspection; of skipped lots the decision
    begun: Ints  # the same, -1 for skipped lots
    decided: Ints
    defect_code_id: Ints  # that it shows if it has any
    case: Bools  # whether it makes us call for a case at its supplier, if it is turned down
    announced: Bools  # by a ship notice

    @property
    def entity(self) -> Ints:
        return self.factory_id * FACTORY + self.material_id

    @property
    def lot_id(self) -> Ints:
        return keys.key(self.entity, self.day, 0)


@dataclass(frozen=True)
class Results(Rows):
    """One row a lot and characteristic; values in spreads of the characteristic from its nominal."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("time",)

    pair: Ints  # of the lot, as its day, factory and material
    day: Ints
    factory_id: Ints
    material_id: Ints
    number: Ints  # of the characteristic, from 1
    variable: Bools
    mean: Floats
    low: Floats
    high: Floats
    sample: Ints
    defective: Ints
    failed: Bools
    defect_code_id: Ints
    begin: Ints  # of the inspection
    time: Ints

    @property
    def entity(self) -> Ints:
        return self.factory_id * FACTORY + self.material_id

    @property
    def lot_id(self) -> Ints:
        return keys.key(self.entity, self.day, 0)


class Incoming:
    """Inspection of the lots that need one."""

    def __init__(self, frame: Frame, company: Company, supply: Supply) -> None:
        self._rng, self._company, self._receipts = frame.rng, company, supply.receipts
        self._earliest = company.calendar.first_day + 1
        materials = company.materials
        self._group = materials.material_group
        self.characteristics = 4 + (
            frame.rng.words("incoming characteristics", materials.material_id) % np.uint64(5)
        ).astype(np.int64)
        """By material: how many are inspected."""
        self._cells: Days[InspectionLots] = Days(frame.memory, self._inspected, _CELL_DAYS)
        self._results: Cells[int, Results] = Cells(frame.memory, lambda cell: self.results(self._cells[cell]))

    def lots(self, first_day: int, last_day: int) -> InspectionLots:
        """Lots to be inspected that are used from the production days first_day <= day < last_day on, ordered by
        material and day."""
        first = max(first_day, self._earliest)
        found = self._cells.of(first, last_day)
        return found.where((found.day >= first) & (found.day < last_day)).ordered("pair", "day")

    def turned_down(self, first_day: int, last_day: int) -> InspectionLots:
        """Of these lots those turned down, wholly or in part, ordered by day and material."""
        found = self.lots(first_day, last_day)
        return found.where(found.decision != ACCEPTED).ordered("day", "pair")

    def results_of(self, first_day: int, last_day: int) -> Results:
        """Of the lots of some production days, as `lots`."""
        first = max(first_day, self._earliest)
        cells = range(first // _CELL_DAYS, (max(last_day, first + 1) - 1) // _CELL_DAYS + 1)
        found = Results.joined([self._results[cell] for cell in cells])
        return found.where((found.day >= first) & (found.day < last_day)).ordered("pair", "day", "number")

    def _inspected(self, cell: int) -> InspectionLots:
        first, last = max(cell * _CELL_DAYS, self._earliest), (cell + 1) * _CELL_DAYS
        lots = self._receipts.between(first, max(last, first))
        lots = lots.where(self._company.materials.inspection_required[lots.material_id - 1])
        verdict, rng = self._receipts.verdicts(lots), self._rng
        begin, decided = self.times(lots, verdict)
        critical, major, minor = self.severities(lots, verdict)
        u = rng.uniform("material defect", lots.supplier_id, lots.material_id, lots.factory_id, lots.day // 30)
        return InspectionLots(
            pair=lots.pair,
            day=lots.day,
            factory_id=lots.factory_id,
            material_id=lots.material_id,
            supplier_id=lots.supplier_id,
            quantity=lots.quantity,
            fraction=lots.fraction,
            received=lots.received,
            stage=verdict.stage,
            aql=verdict.aql,
            sample=verdict.sample,
            accept=verdict.accept,
            defective=verdict.defective,
            critical=critical,
            major=major,
            minor=minor,
            decision=verdict.decision,
            rejected=verdict.rejected,
            begin=begin,
            begun=np.where(verdict.sample == 0, -1, begin),
            decided=decided,
            defect_code_id=catalogue.of_material(self._group[lots.material_id - 1], catalogue.pareto(u, 9, 0.5)),
            case=rng.uniform("supplier case", lots.supplier_id, lots.material_id, lots.day) < 0.35,
            announced=rng.uniform("ship notice", lots.factory_id * FACTORY + lots.material_id, lots.day) >= 0.05,
        )

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

    def results(self, lots: InspectionLots) -> Results:
        """Of the inspected lots; all defective specimens of a lot have the same defect."""
        inspected = lots.where((lots.stage != SKIP) & (lots.sample > 0))
        count = self.characteristics[inspected.material_id - 1]
        lot = np.repeat(np.arange(len(inspected)), count)
        number = np.arange(len(lot)) - np.repeat(np.cumsum(count) - count, count) + 1
        lots = inspected.where(lot)
        at = (lots.material_id, lots.factory_id, lots.day, number)
        variable = number <= (np.repeat(count, count) + 1) // 2
        n = np.maximum(lots.sample, 1)
        bad = number == 1 + lots.material_id % np.repeat(count, count)
        defective = np.where(bad, lots.defective, 0)
        mean = self._rng.normal("incoming mean", *at) / np.sqrt(n) + 0.3 * self._rng.normal("incoming offset", *at[:3])
        u, v = self._rng.uniform("incoming high", *at), self._rng.uniform("incoming low", *at)
        high = np.maximum(mean + ndtri(u ** (1.0 / n)), mean)
        low = np.minimum(mean - ndtri(v ** (1.0 / n)), mean)
        off = variable & (defective > 0)
        high = np.where(off, np.maximum(high, 5.0 + u), high)  # the limits are four and a half of them apart
        return Results(
            pair=lots.pair,
            day=lots.day,
            factory_id=lots.factory_id,
            material_id=lots.material_id,
            number=number,
            variable=variable,
            mean=mean,
            low=low,
            high=np.where(off, high, np.minimum(high, 4.4)),
            sample=lots.sample,
            defective=defective,
            failed=(defective > lots.accept) & (lots.decision != ACCEPTED),
            defect_code_id=lots.defect_code_id,
            begin=lots.begin,
            time=lots.begin + (lots.decided - lots.begin) * number // (np.repeat(count, count) + 1),
        )

    def case_times(self, lots: InspectionLots) -> CaseTimes:
        """When the case that each lot calls for goes on."""
        rng, at = self._rng, (lots.entity, lots.day)

        def after(earliest: Ints, what: str, least: float, most: float) -> Ints:
            days = least + (most - least) * rng.uniform(f"supplier case {what}", *at)
            return office_time(
                earliest + (DAY * days).astype(np.int64) - DAY, rng.uniform(f"supplier case {what} hour", *at)
            )

        opened = after(lots.received + DAY, "opening", 1.0, 3.0)
        found = after(opened, "cause", 2.0, 8.0)
        completed = after(found, "action", 6.0, 18.0)
        verified = after(completed, "verification", 1.5, 6.0)
        reviewed = after(verified, "review", 32.0, 42.0)
        return CaseTimes(opened, found, completed, verified, reviewed, after(reviewed, "closing", 1.5, 4.0))
