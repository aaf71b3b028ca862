"""What suppliers deliver: one lot of each material a factory uses, every few days, from planned consumption.

A lot is known by (factory, material, day): it is there when the production day begins, and used until the
next one. How good it is follows from its supplier; whether it is inspected, and how it fares, from it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaincinv, pdtr

from genims_ray.window import HOUR
from genims_ray.world import keys
from genims_ray.world.company import PLANNED_OEE, Company
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.layout import Line
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows

FACTORY = 1_000_000
"""A lot's entity is its factory times this, plus the material."""
NORMAL, TIGHTENED, REDUCED, SKIP = range(4)
STAGES = ("normal", "tightened", "reduced", "skip")
ACCEPTED, REJECTED, SORTED = range(3)
DECISIONS = ("accepted", "rejected", "sorted")
_TRIES = 3
_BAD_CELL, _BAD_DAYS = 20, 6

# ISO 2859-1, general level I: the largest lots of each code letter, samples and acceptance numbers by AQL.
_LOT_SIZES = np.array([50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000])
_SAMPLES = np.array([5, 5, 5, 8, 13, 20, 32, 50, 80, 125])
AQLS = np.array([400, 650, 1_000, 1_500])  # thousandths of a per cent
_ACCEPT = {
    5: (0, 0, 0, 0),
    8: (0, 0, 0, 0),
    13: (0, 0, 0, 0),
    20: (0, 0, 0, 1),
    32: (0, 0, 1, 1),
    50: (0, 1, 1, 2),
    80: (1, 1, 2, 3),
    125: (1, 2, 3, 5),
    3: (0, 0, 0, 0),
    2: (0, 0, 0, 0),
}


@dataclass(frozen=True)
class Deliveries(Rows):
    """Lots delivered, one row each; quantities in thousandths of the base unit."""

    pair: Ints  # row of the factory's material
    day: Ints  # production day from which the lot is used
    factory_id: Ints
    material_id: Ints
    source: Ints  # row of the sources
    supplier_id: Ints
    quantity: Ints
    bad: Bools
    fraction: Floats  # of the lot that is defective
    received: Ints

    @property
    def lot_id(self) -> Ints:
        return keys.key(self.factory_id * FACTORY + self.material_id, self.day, 0)


@dataclass(frozen=True)
class Verdicts:
    """The incoming inspection of each of some deliveries."""

    stage: Ints
    aql: Ints  # thousandths of a per cent
    sample: Ints
    accept: Ints
    defective: Ints  # specimens
    decision: Ints
    rejected: Ints  # thousandths of the base unit


class Receipts:
    """Deliveries to the factories of `lines`."""

    def __init__(self, lines: list[Line], company: Company, calendar: Calendar, rng: Rng) -> None:
        self._company = company
        self._calendar = calendar
        self._rng = rng
        self._settings = company.layout.plant.quality_control
        self._factories = sorted({line.factory.factory_id for line in lines})
        self._line_of_factory = {line.factory.factory_id: i for i, line in enumerate(lines)}

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints, Floats]:
        """Factory, material and planned consumption a day [base units] of each pair, in order."""
        layout, components = self._company.layout, self._company.components
        p, patterns = layout.products, layout.plant.shifts.patterns
        shifts = {x.line_id: sum(map(len, patterns[x.params.shift_pattern])) for x in layout.lines}
        worked = np.array([shifts[i] for i in p.line_id.tolist()]) * 8 * HOUR / 7
        a_day = PLANNED_OEE * worked * p.share / p.ideal_cycle_seconds
        of = np.searchsorted(p.product_id, components.product_id)
        use = a_day[of] * components.quantity / 10_000 * (1 + components.scrap / 10_000)
        factory = components.product_id // 10_000
        own = np.isin(factory, self._factories)
        entity, row = np.unique(factory[own] * FACTORY + components.material_id[own], return_inverse=True)
        return entity // FACTORY, entity % FACTORY, np.asarray(np.bincount(row, use[own]), dtype=np.float64)

    @property
    def factory_id(self) -> Ints:
        return self._pairs[0]

    @property
    def material_id(self) -> Ints:
        return self._pairs[1]

    def pair(self, factory_id: Ints, material_id: Ints) -> Ints:
        """Row of each pair that a bill of materials names."""
        return np.searchsorted(self.factory_id * FACTORY + self.material_id, factory_id * FACTORY + material_id)

    @cached_property
    def _rhythm(self) -> tuple[Ints, Ints]:
        return rhythm(self._rng, self.material_id, self.factory_id)

    def between(self, first_day: int, last_day: int) -> Deliveries:
        """Deliveries for the production days first_day <= day < last_day, ordered by (pair, day)."""
        every, phase = self._rhythm
        days = np.arange(first_day, last_day)
        pair, d = np.nonzero((days + phase[:, None]) % every[:, None] == 0)
        return self.lots(pair, days[d])

    def lots(self, pair: Ints, day: Ints) -> Deliveries:
        """The lots of some pairs and delivery days."""
        rng, q = self._rng, self._settings
        factory, material = self.factory_id[pair], self.material_id[pair]
        source = self._source(material, factory, day)
        supplier = self._company.sources.supplier_id[source]
        bad = self._bad(supplier, day)
        ppm = np.exp(np.log(max(q.lot_ppm_median, 1e-9)) + q.lot_ppm_sigma * self._level(supplier, day))
        mean = np.minimum(ppm * 1e-6 * np.where(bad, q.bad_lot_factor, 1.0), 0.5)
        every, _ = self._rhythm
        lot_size = self._company.materials.lot_size[material - 1]
        planned = np.ceil(self._pairs[2][pair] * every[pair] / lot_size) * lot_size
        off = rng.uniform("delivery off", material, factory, day)
        factor = np.where(off < q.over_delivery, np.where(off < q.over_delivery / 2, 0.94, 1.05), 1.0)
        return Deliveries(
            pair=pair,
            day=day,
            factory_id=factory,
            material_id=material,
            source=source,
            supplier_id=supplier,
            quantity=1000 * np.maximum(np.round(planned * factor), 1).astype(np.int64),
            bad=bad,
            fraction=self._fraction(mean, rng.uniform("lot fraction", material, factory, day)),
            received=self._opens(factory, day)
            - 22 * HOUR
            + (8 * HOUR * rng.uniform("delivery hour", material, factory, day)).astype(np.int64),
        )

    def _fraction(self, mean: Floats, u: Floats) -> Floats:
        """Beta-distributed share of a lot; its overdispersion is that of the specimens' beta-binomial."""
        size = 1 / max(self._settings.lot_overdispersion, 1e-6) - 1
        return np.asarray(np.nan_to_num(betaincinv(np.maximum(mean * size, 1e-3), (1 - mean) * size, u)))

    def _source(self, material: Ints, factory: Ints, day: Ints) -> Ints:
        """Row of the source of each delivery, by the agreed shares."""
        s = self._company.sources
        first = np.searchsorted(s.material_id, material)
        last = np.searchsorted(s.material_id, material, side="right") - 1
        u = 100 * self._rng.uniform("delivery source", material, factory, day)
        cumulative = np.concatenate([[0], np.cumsum(s.split_percentage)])
        row = np.searchsorted(cumulative, cumulative[first] + u, side="right") - 1
        return np.asarray(np.clip(row, first, last))

    def _level(self, supplier: Ints, day: Ints) -> Floats:
        """Log-quality of a supplier, standardised: its own level, and that of the half-year around it."""
        return 0.8 * self._rng.normal("supplier quality", supplier) + 0.6 * self._rng.normal(
            "supplier half-year", supplier, day // 182
        )

    def _bad(self, supplier: Ints, day: Ints) -> Bools:
        """Whether a supplier's process is out of hand when it delivers."""
        bad = np.zeros(np.broadcast_shapes(supplier.shape, day.shape), dtype=bool)
        for back in (0, 1):
            cell = day // _BAD_CELL - back
            comes = self._rng.uniform("bad lots", supplier, cell) < (
                self._settings.bad_lots_per_supplier_year * _BAD_CELL / 365.25
            )
            begin = cell * _BAD_CELL + (
                self._rng.words("bad lots begin", supplier, cell) % np.uint64(_BAD_CELL)
            ).astype(np.int64)
            bad |= comes & (day >= begin) & (day < begin + _BAD_DAYS)
        return bad

    def _opens(self, factory: Ints, day: Ints) -> Ints:
        """When the production day begins at the factory; of days before the calendar, when its first one does."""
        if not len(day):
            return np.zeros(0, dtype=np.int64)
        c = self._calendar
        c.ensure(max(int(day.max()), c.first_day))
        index = np.array([c.factory_of_line[self._line_of_factory[f]] for f in self._factories])
        bounds = np.array([b[:, 0] for b in c.bounds])[index]
        return np.asarray(bounds[np.searchsorted(self._factories, factory), np.maximum(day - c.first_day, 0)])

    def verdicts(self, lots: Deliveries) -> Verdicts:
        """How each lot fares at incoming inspection, if it needs one; else it is accepted unseen."""
        every, _ = self._rhythm
        before = self.lots(lots.pair, lots.day - every[lots.pair])
        _, _, _, _, failed = self._tested(before, self._stage(before))
        stage = np.where(
            failed & (before.supplier_id == lots.supplier_id) & self._required(lots), TIGHTENED, self._stage(lots)
        )
        aql, sample, accept, defective, failed = self._tested(lots, stage)
        # A lot with few defects is sorted where the line waits for it.
        urgent = self._rng.uniform("sorting", lots.material_id, lots.factory_id, lots.day) < 0.4
        decision = np.where(failed, np.where(urgent, SORTED, REJECTED), ACCEPTED)
        found = np.maximum(lots.fraction, defective / np.maximum(sample, 1) / 2)
        part = 1000 * np.clip(np.round(lots.quantity / 1000 * found), 1, np.maximum(lots.quantity // 1000 - 1, 1))
        whole = (decision == SORTED) & (lots.quantity < 2000)
        decision = np.where(whole, REJECTED, decision)
        rejected = np.select([decision == REJECTED, decision == SORTED], [lots.quantity, part.astype(np.int64)], 0)
        return Verdicts(stage, aql, sample, accept, defective, decision, rejected)

    def _required(self, lots: Deliveries) -> Bools:
        return np.asarray(self._company.materials.inspection_required[lots.material_id - 1])

    def _stage(self, lots: Deliveries) -> Ints:
        """The stage that a source has earned; two of three lots of a proven one are skipped."""
        u = self._rng.uniform("inspection stage", lots.supplier_id, lots.material_id)
        good = self._rng.normal("supplier quality", lots.supplier_id) < 0.3
        turn = self._rng.words("skipped lot", lots.material_id, lots.factory_id, lots.day) % np.uint64(3)
        proven = good & (u < 0.3)
        return np.select([proven & (turn > 0), proven | (good & (u < 0.55))], [SKIP, REDUCED], NORMAL)

    def _tested(self, lots: Deliveries, stage: Ints) -> tuple[Ints, Ints, Ints, Ints, Bools]:
        """AQL, sample, acceptance number, defective specimens, and whether the lot fails."""
        material = self._company.materials.material_type[lots.material_id - 1]
        column = np.select([material == "component", material == "raw_material"], [1, 2], 3)
        column = column - ((stage == TIGHTENED) & (column > 0))
        letter = np.searchsorted(_LOT_SIZES, lots.quantity // 1000)
        letter = np.maximum(letter - 2 * (stage == REDUCED), 0)
        sample = np.minimum(_SAMPLES[letter], np.maximum(lots.quantity // 1000, 1))
        table = np.zeros((126, 4), dtype=np.int64)
        for n, row in _ACCEPT.items():
            table[n] = row
        accept = np.minimum(table[_SAMPLES[letter], column], np.maximum(sample - 1, 0))
        inspected = (stage != SKIP) & self._required(lots)
        sample = np.where(inspected, sample, 0)
        u = self._rng.uniform("specimens", lots.material_id, lots.factory_id, lots.day)
        expected = sample * lots.fraction
        defective = np.zeros(len(u), dtype=np.int64)
        for k in range(12):
            defective += u > pdtr(k, expected)
        defective = np.minimum(np.where(inspected, defective, 0), sample)
        return (
            AQLS[column],
            sample,
            np.where(inspected, accept, 0),
            defective,
            defective > np.where(inspected, accept, 0),
        )

    def in_use(self, pair: Ints, day: Ints) -> Ints:
        """Delivery day of the lot of each pair that is in use on a production day; rejected lots are not."""
        every, phase = self._rhythm
        delivered = day - (day + phase[pair]) % every[pair]
        required = self._company.materials.inspection_required[self.material_id[pair] - 1]
        again = np.flatnonzero(required)
        for _ in range(_TRIES):
            if not len(again):
                break
            turned_down = self.verdicts(self.lots(pair[again], delivered[again])).decision == REJECTED
            again = again[turned_down]
            delivered[again] -= every[pair[again]]
        return np.asarray(delivered)


def rhythm(rng: Rng, material_id: Ints, factory_id: Ints) -> tuple[Ints, Ints]:
    """Every how many days a material is delivered to a factory, and the phase of it."""
    word = rng.words("material delivery", material_id, factory_id)
    return 5 + (word % np.uint64(11)).astype(np.int64), (word >> np.uint64(32)).astype(np.int64)
