"""Cost of quality by prevention, appraisal and failure, in cents: entries of what causes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Touched
from genims_ray.world.company import Company
from genims_ray.world.dates import month_of, month_start
from genims_ray.world.frame import Frame
from genims_ray.world.money import half_up
from genims_ray.world.quality.audits import AuditProgramme
from genims_ray.world.quality.cases import CorrectiveActions
from genims_ray.world.quality.complaints import LOOK_BACK_DAYS, CustomerComplaints
from genims_ray.world.quality.days import ProductionDays
from genims_ray.world.quality.gauges import ENTITY, Gauges
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.quality.reports import PLACES, REWORK, REWORK_SECONDS, SCRAP, THOUSANDTHS
from genims_ray.world.rows import Ints, Rows

CATEGORIES = ("prevention", "appraisal", "internal_failure", "external_failure")
PREVENTION, APPRAISAL, INTERNAL_FAILURE, EXTERNAL_FAILURE = range(4)
ELEMENTS = (
    "training", "audit", "improvement", "inspection", "calibration", "scrap", "rework", "sorting", "complaint_credit",
    "replacement",
)  # fmt: skip
(TRAINING, AUDIT, IMPROVEMENT, INSPECTION, CALIBRATION, SCRAPPING, REWORKING, SORTING, CREDIT, REPLACEMENT) = range(10)
CATEGORY_OF = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
"""Category of each element."""
EXCESS = 0.06
"""Share of rejects from which an order's scrap and rework are a cost of their own; below, standards allow for it."""
ORDER_PLACES, CASE_PLACES, COMPLAINT_PLACES = 60_000, 61_000, 62_000
"""Places in the keys of entries of orders, cases and complaints."""
POSTED_WITHIN = HOUR + 300
"""Accounting posts failures with the hour's costs, five minutes after it."""


@dataclass(frozen=True)
class CostEntries(Rows):
    """One row each; keys and quantities are 0 where there is none."""

    TIME: ClassVar[str] = "time"
    INSTANTS: ClassVar[tuple[str, ...]] = ("time", "posted")

    entry_id: Ints
    factory_id: Ints
    element: Ints
    ncr_id: Ints
    complaint_id: Ints
    case_id: Ints
    audit_id: Ints
    calibration_id: Ints
    work_order_id: Ints
    quantity: Ints  # thousandths
    amount: Ints
    time: Ints
    posted: Ints  # in accounting, NEVER: it is not

    @property
    def category(self) -> Ints:
        return CATEGORY_OF[self.element]


class Causes(NamedTuple):
    """What causes costs."""

    nonconformances: NonConformances
    complaints: CustomerComplaints
    cases: CorrectiveActions
    audits: AuditProgramme
    gauges: Gauges
    days: ProductionDays


class QualityCosts:
    """The cost entries of a world's factories."""

    def __init__(self, frame: Frame, company: Company, causes: Causes) -> None:
        self._rng, self._start, self._layout, self._company = frame.rng, frame.start, frame.layout, company
        self._settings, self.causes = frame.plant.quality_control, causes
        self._entries: Touched[CostEntries] = Touched(frame.memory, self._living)

    def touched(self, window: Window) -> CostEntries:
        """Entries that arise or are posted in a window."""
        return self._entries.between(window)

    def between(self, window: Window) -> CostEntries:
        """Entries that arise in a window."""
        days = [self._entries.between(Window.of_days(day)).between(Window.of_days(day)) for day in window.days()]
        return CostEntries.joined(days).between(window)

    def _living(self, window: Window) -> CostEntries:
        if window.end <= self._start:
            return CostEntries.none()
        start = max(self._start, window.start - POSTED_WITHIN)
        window = Window(start, window.end)
        parts = [
            *self._reports(window),
            *self._complaints(window),
            self._cases(window),
            *self._orders(window),
            self._calibrations(window),
            self._audits(window),
            self._inspections(window),
            self._training(window),
        ]
        found = CostEntries.joined(parts).between(window)
        return found.where(found.amount > 0)

    @staticmethod
    def _of(
        element: int, key: Ints, factory: Ints, amount: Ints, time: Ints, quantity: Ints | None = None, **document: Any
    ) -> CostEntries:
        zero = np.zeros(len(key), dtype=np.int64)
        failure = CATEGORY_OF[element] >= INTERNAL_FAILURE
        references = ("ncr_id", "complaint_id", "case_id", "audit_id", "calibration_id", "work_order_id")
        return CostEntries(
            entry_id=key,
            factory_id=factory,
            element=zero + element,
            quantity=zero if quantity is None else quantity,
            # One that concerns no quantity did not happen.
            amount=amount if quantity is None else np.where(quantity > 0, amount, 0),
            time=time,
            posted=time // HOUR * HOUR + POSTED_WITHIN if failure else zero + NEVER,
            **{name: document.get(name, zero) for name in references},
        )

    def _reports(self, window: Window) -> list[CostEntries]:
        r = self.causes.nonconformances.between(window)
        found = (
            (SCRAPPING, r.scrap_cost, r.split[:, SCRAP]),
            (REWORKING, r.rework_cost, r.split[:, REWORK]),
            (SORTING, r.sorting_cost, r.defective),
        )
        return [
            self._of(
                element,
                keys.key(r.entity, r.day, r.number * PLACES + place),
                r.factory_id,
                amount,
                r.closed,
                quantity,
                ncr_id=r.report_id,
            )
            for place, (element, amount, quantity) in enumerate(found)
        ]

    def _complaints(self, window: Window) -> list[CostEntries]:
        complaints = self.causes.complaints
        c = complaints.received(window, LOOK_BACK_DAYS)
        c = complaints.with_goods(c.where((c.resolved >= window.start) & (c.resolved < window.end)))
        return [
            self._of(
                element,
                keys.key(c.line_id, c.day, COMPLAINT_PLACES + 2 * c.number + place),
                c.factory_id,
                amount,
                c.resolved,
                complaint_id=c.complaint_id,
            )
            for place, (element, amount) in enumerate(((CREDIT, c.credit), (REPLACEMENT, c.replacement)))
        ]

    def _cases(self, window: Window) -> CostEntries:
        c = self.causes.cases.between(window)
        key = keys.key(c.entity, c.day, CASE_PLACES + c.number)
        return self._of(IMPROVEMENT, key, c.factory_id, c.cost, c.closed, case_id=c.case_id)

    def _orders(self, window: Window) -> list[CostEntries]:
        """Scrap and rework of orders that had more of it than standards allow for."""
        b = self.causes.days.book(window)
        made, scrapped, reworked, _ = b.made(2**62)
        much = b.appears & (b.closed >= window.start) & (b.closed < window.end)
        much &= scrapped + reworked > EXCESS * np.maximum(made, 1)
        row = np.flatnonzero(much)
        line_id, factory = b.line_id[row], b.factory_id[row]
        products = self._company.products
        cents = products.standard_cost_cents[np.searchsorted(products.product_id, b.product_id[row])]
        hour = self._layout.labour_cents(factory)
        scrapped, reworked = scrapped[row], reworked[row]
        rework = half_up(reworked * REWORK_SECONDS * hour, HOUR)
        return [
            self._of(
                element,
                keys.key(line_id, b.day[row], ORDER_PLACES + 2 * b.sequence[row] + place),
                factory,
                amount,
                b.closed[row],
                THOUSANDTHS * parts,
                work_order_id=b.work_order_id[row],
            )
            for place, (element, parts, amount) in enumerate(
                ((SCRAPPING, scrapped, scrapped * cents), (REWORKING, reworked, rework))
            )
        ]

    def _calibrations(self, window: Window) -> CostEntries:
        c, m = self.causes.gauges.between(window), self.causes.gauges.masters
        ids = m.equipment_id[c.gauge]
        return self._of(
            CALIBRATION,
            keys.key(ENTITY + ids, c.day, 0),
            m.factory_id[c.gauge],
            c.cost,
            c.recorded,
            calibration_id=keys.key(ids, c.day, 0),
        )

    def _audits(self, window: Window) -> CostEntries:
        a, _ = self.causes.audits.between(window)
        return self._of(AUDIT, keys.key(a.factory_id, a.planned, 10), a.factory_id, a.cost, a.end, audit_id=a.audit_id)

    def _inspections(self, window: Window) -> CostEntries:
        """Hours of the inspectors of each factory's production day, booked when it ends."""
        days = self.causes.days.between(window)
        rate = round(100 * self._settings.inspection_hour_usd)
        key = keys.key(days.factory_id, days.day, 1)
        return self._of(INSPECTION, key, days.factory_id, days.inspection_minutes * rate // 60, days.closes)

    def _training(self, window: Window) -> CostEntries:
        """Training in quality, booked at the begin of each month."""
        months = np.arange(month_of(window.start), month_of(window.end - 1) + 1)
        factories = np.array([f.factory_id for f in self._layout.factories], dtype=np.int64)
        factory, month = np.repeat(factories, len(months)), np.tile(months, len(factories))
        begin = np.array([month_start(int(m)) for m in month], dtype=np.int64)
        hours = self._rng.lognormal("training hours", 40.0, 0.35, factory, month)
        amount = np.round(100 * hours * self._settings.labour_hour_usd).astype(np.int64)
        return self._of(TRAINING, keys.key(factory, begin // DAY, 2), factory, amount, begin + 9 * HOUR)
