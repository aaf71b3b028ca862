"""Corrective and preventive action: what calls for a case, how it goes on, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY
from genims_ray.world import keys
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.audits import MAJOR, Auditors, CaseTimes
from genims_ray.world.quality.complaints import ComplaintDesk
from genims_ray.world.quality.office import office_time
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.causes import ChronicCauses
from genims_ray.world.shopfloor.characteristics import family
from genims_ray.world.shopfloor.containers import binomial
from genims_ray.world.supply import Supply
from genims_ray.world.supply.receipts import ACCEPTED, FACTORY, Deliveries

NCR, COMPLAINT, AUDIT, SUPPLIER_AUDIT, TREND = range(5)
SOURCES = ("ncr", "complaint", "audit", "supplier_audit", "trend")
CHRONIC_NUMBER, COMPLAINT_NUMBER, AUDIT_NUMBER, SUPPLIER_NUMBER = 1, 10, 100, 2
"""Places of the cases in the keys of what called for them."""
CHRONIC_REPORTS = 5_000
"""Places in the keys of the non-conformances with which a recurring defect was found."""
SUPPLIER_DAYS = 108  # from the delivery to the closing of a supplier's case, at most
METHODS = ("five_why", "ishikawa", "fault_tree", "design_of_experiments")
CATEGORIES = ("machine", "method", "material", "people", "measurement", "environment")


@dataclass(frozen=True)
class Cases(Rows):
    """One row each; instants in UTC seconds, NEVER-free: all are known to the world. Keys are 0 where none."""

    entity: Ints
    day: Ints
    number: Ints
    factory_id: Ints
    source: Ints
    ncr_id: Ints
    complaint_id: Ints
    finding_id: Ints
    supplier_id: Ints
    line_id: Ints
    defect_code_id: Ints
    severity: Ints
    category: Ints
    opened: Ints
    found: Ints
    completed: Ints
    verified: Ints
    reviewed: Ints
    closed: Ints
    before: Ints  # defects per million
    after: Ints
    cost: Ints  # cents

    @property
    def case_id(self) -> Ints:
        return keys.key(self.entity, self.day, self.number)

    @property
    def effective(self) -> Bools:
        """Whether the review finds that the problem did not come back."""
        return np.where(self.defect_code_id > 0, self.after * 2 <= self.before, self.after == 0)


class CaseFiles:
    """The cases of a world's lines, factories and suppliers."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        supply: Supply,
        shopfloor: Shopfloor,
        complaints: ComplaintDesk,
        auditors: Auditors,
    ) -> None:
        self._rng, self._start = frame.rng, frame.start
        self._company, self._supply, self._shopfloor = company, supply, shopfloor
        self.complaints, self._auditors = complaints, auditors
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._family = np.array([catalogue.FAMILIES.index(family(line)) for line in frame.lines])
        self._rejected: dict[int, tuple[Deliveries, Ints]] = {}

    def between(self, start: int, end: int) -> Cases:
        """Cases open at some time in [start, end); where history begins, also those closed before of audits that
        have another one, or a finding, that is not."""
        parts = [
            self._chronic(start, end),
            self._complained(start, end),
            self._audited(start, end),
            self._supplied(start, end),
        ]
        every = Cases.joined(parts)
        kept = (every.closed >= start) | ((every.finding_id > 0) & (start <= self._start))
        return every.where((every.opened < end) & kept)

    def rejected(self, first_day: int, last_day: int) -> Deliveries:
        """Lots turned down, wholly or in part, for the production days first_day <= day < last_day."""
        receipts = self._supply.receipts
        required = self._company.materials.inspection_required
        found = []
        earliest = self._company.calendar.first_day + 1
        for day in range(max(first_day, earliest), last_day):
            known = self._rejected.get(day)
            if known is None:
                lots = receipts.between(day, day + 1)
                lots = lots.where(required[lots.material_id - 1])
                verdict = receipts.verdicts(lots).decision
                known = self._rejected[day] = (lots.where(verdict != ACCEPTED), verdict)
                if len(self._rejected) > 500:
                    del self._rejected[min(self._rejected)]
            found.append(known[0])
        if not found:
            return receipts.between(earliest, earliest)
        return Deliveries.joined(found)

    def supplier_case(self, lots: Deliveries) -> Bools:
        """Whether a lot turned down makes us call for a case at its supplier."""
        return self._rng.uniform("supplier case", lots.supplier_id, lots.material_id, lots.day) < 0.35

    def _chronic(self, start: int, end: int) -> Cases:
        c = self._shopfloor.causes.chronic(start, end)
        line = np.searchsorted(self._ids, c.line_id)
        rng, n = self._rng, len(line)
        at = (c.line_id, c.cell)
        driver = self._shopfloor.characteristics.driver[line, c.slot] if n else np.zeros(0, dtype=np.int64)
        code = 100 * (self._family[line] + 1) + 1 + c.slot % catalogue.PER_FAMILY
        day = c.detected // DAY
        trend = by_trend(rng, c)
        zero = np.zeros(n, dtype=np.int64)
        left = np.where(c.effective, 0.0, c.share)
        before, after = self._rates("chronic", c.share, left, *at)
        return Cases(
            entity=c.line_id,
            day=day,
            number=CHRONIC_NUMBER + 2 * (c.cell % 2),
            factory_id=c.line_id // 100,
            source=np.where(trend, TREND, NCR),
            ncr_id=np.where(trend, 0, keys.key(c.line_id, day, CHRONIC_REPORTS + c.cell % 2)),
            complaint_id=zero,
            finding_id=zero,
            supplier_id=zero,
            line_id=c.line_id,
            defect_code_id=code,
            severity=np.where(c.slot < 2, 1, 2),
            category=np.array([0, 0, 2, 3, 1, 0])[driver],
            opened=c.opened,
            found=c.found,
            completed=c.completed,
            verified=c.verified,
            reviewed=c.reviewed,
            closed=c.closed,
            before=before,
            after=after,
            cost=self._cost("chronic", *at),
        )

    def _complained(self, start: int, end: int) -> Cases:
        desk, rng = self.complaints, self._rng
        c = desk.between(start // DAY - 190, (end - 1) // DAY + 1)
        c = c.where(c.serious)
        d = desk.reports(c)
        at = (c.line_id, c.day, c.number)
        zero = np.zeros(len(c.day), dtype=np.int64)
        share = rng.lognormal("complaint share", 0.0025, 0.5, *at)
        before, after = self._rates("complaint", share, np.where(d.effective, 0.0, share), *at)
        return Cases(
            entity=c.line_id,
            day=c.day,
            number=COMPLAINT_NUMBER + c.number,
            factory_id=c.factory_id,
            source=zero + COMPLAINT,
            ncr_id=zero,
            complaint_id=c.complaint_id,
            finding_id=zero,
            supplier_id=zero,
            line_id=c.line_id,
            defect_code_id=c.defect_code_id,
            severity=c.severity,
            category=category(rng, *at),
            opened=d.described,
            found=d.found,
            completed=d.implemented,
            verified=d.verified,
            reviewed=d.reviewed,
            closed=d.case_closed,
            before=before,
            after=after,
            cost=self._cost("complaint", *at),
        )

    def _audited(self, start: int, end: int) -> Cases:
        auditors = self._auditors
        a, f = auditors.between(start, end)
        f = f.where(f.calls)
        t = auditors.cases(a.factory_id, a.planned, f)
        factory, planned = a.factory_id[f.audit], a.planned[f.audit]
        at = (factory, planned, f.number)
        zero = np.zeros(len(factory), dtype=np.int64)
        again = self._rng.uniform("audit case effect", *at) < 0.1
        return Cases(
            entity=factory,
            day=planned,
            number=AUDIT_NUMBER + f.number,
            factory_id=factory,
            source=zero + AUDIT,
            ncr_id=zero,
            complaint_id=zero,
            finding_id=keys.key(factory, planned, 10 + f.number),
            supplier_id=zero,
            line_id=zero,
            defect_code_id=zero,
            severity=np.where(f.kind == MAJOR, 1, 2),
            category=category(self._rng, *at),
            opened=t.opened,
            found=t.found,
            completed=t.completed,
            verified=t.verified,
            reviewed=t.reviewed,
            closed=t.closed,
            before=zero,
            after=again.astype(np.int64),
            cost=self._cost("audit", *at),
        )

    def supplier_times(self, lots: Deliveries) -> CaseTimes:
        """When the case that each lot calls for goes on."""
        rng = self._rng
        at = (lots.factory_id * FACTORY + lots.material_id, lots.day)

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

    def _supplied(self, start: int, end: int) -> Cases:
        lots = self.rejected(start // DAY - SUPPLIER_DAYS, (end - 1) // DAY + 2)
        lots = lots.where(self.supplier_case(lots))
        t = self.supplier_times(lots)
        entity, rng = lots.factory_id * FACTORY + lots.material_id, self._rng
        at = (entity, lots.day)
        zero = np.zeros(len(entity), dtype=np.int64)
        group = self._company.materials.material_group[lots.material_id - 1]
        before, after = self._rates("supplier", lots.fraction, 0.15 * lots.fraction, *at)
        return Cases(
            entity=entity,
            day=lots.day,
            number=zero + SUPPLIER_NUMBER,
            factory_id=lots.factory_id,
            source=zero + NCR,
            ncr_id=keys.key(entity, lots.day, 0),
            complaint_id=zero,
            finding_id=zero,
            supplier_id=lots.supplier_id,
            line_id=zero,
            defect_code_id=catalogue.of_material(group, material_defect(rng, lots)),
            severity=zero + 1,
            category=zero + 2,
            opened=t.opened,
            found=t.found,
            completed=t.completed,
            verified=t.verified,
            reviewed=t.reviewed,
            closed=t.closed,
            before=before,
            after=after,
            cost=self._cost("supplier", *at),
        )

    def _rates(self, what: str, before: Floats, after: Floats, *at: Ints) -> tuple[Ints, Ints]:
        """Defects per million found among 5,000 parts before and after; a few of them have another cause."""
        rng, sample = self._rng, np.full(len(before), 5_000)
        found = [
            binomial(rng.uniform(f"{what} case {name}", *at), sample, np.clip(share + 0.0003, 1e-9, 0.2), most=2_000)
            for name, share in (("before", before), ("after", after))
        ]
        return 200 * np.maximum(found[0], 1), 200 * found[1]

    def _cost(self, what: str, *at: Ints) -> Ints:
        return np.round(self._rng.lognormal(f"{what} case cost", 180_000, 0.7, *at)).astype(np.int64)


def by_trend(rng: Rng, causes: ChronicCauses) -> Bools:
    """Which recurring defects were seen in the figures before anything was reported."""
    return np.asarray(rng.words("chronic trend", causes.line_id, causes.cell) % np.uint64(6) == 0)


def category(rng: Rng, *at: Ints) -> Ints:
    """Root cause of a case, machines and methods before all."""
    u = rng.uniform("root cause", *at)
    return catalogue.pareto(u, 6, 0.65)


def material_defect(rng: Rng, lots: Deliveries) -> Ints:
    """Which of the defects of its group a lot shows."""
    u = rng.uniform("material defect", lots.supplier_id, lots.material_id, lots.factory_id, lots.day // 30)
    return catalogue.pareto(u, 9, 0.5)
