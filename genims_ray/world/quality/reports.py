"""Non-conformance reports: how much was found, what the review board made of it, and what it cost.

Quantities are thousandths of the unit, so that every split adds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.money import half_up
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.office_hours import office_time
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts, Words

LOOK_BACK_DAYS = 13  # from the finding to the closing, at most
THOUSANDTHS = 1_000
IN_PROCESS, FINAL_INSPECTION, INCOMING, COMPLAINT, AUDIT = range(5)
SOURCES = ("in_process", "final_inspection", "incoming", "complaint", "audit")
BLOCKED, STOPPED, SORTED = range(3)
CONTAINMENTS = ("lot_blocked", "line_stopped", "sorted")
USE, REWORK, SCRAP, RETURN = range(4)
DISPOSITIONS = ("use_as_is", "rework", "scrap", "return_to_supplier")
SORTING_SECONDS, REWORK_SECONDS = 5, 150
"""Time it takes to look at a part, and to rework one."""
COST_DRIVERS = ("factory_id", "product_id", "material_id", "inspected", "split", "containment")
PLACES = 8
"""Places in the key of each report for what belongs to it."""
_MOST_SORTED = 2_000


@dataclass(frozen=True)
class Reports(Rows):
    """One row each; keys are 0 where there is none, instants UTC seconds, money cents."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "contained", "decided", "closed")

    entity: Ints
    day: Ints
    number: Ints
    factory_id: Ints
    line_id: Ints
    source: Ints
    product_id: Ints
    material_id: Ints
    supplier_id: Ints
    work_order_id: Ints
    inspection_id: Ints
    inspection_lot_id: Ints
    complaint_id: Ints
    lot_id: Ints
    defect_code_id: Ints
    severity: Ints
    slot: Ints  # characteristic concerned, -1: none
    unit: Texts
    inspected: Ints
    split: Ints  # (reports, 4) by disposition
    detected: Ints
    created: Ints
    containment: Ints
    contained: Ints
    decided: Ints
    category: Ints
    executed: Ints  # (reports, 4)
    closed: Ints
    scrap_cost: Ints
    rework_cost: Ints
    sorting_cost: Ints
    appears: Bools
    engineer: Words  # random bits: who looks after it, and who decides
    board: Words

    @property
    def report_id(self) -> Ints:
        return keys.key(self.entity, self.day, self.number)

    @property
    def defective(self) -> Ints:
        return np.asarray(self.split.sum(axis=1))

    @property
    def total_cost(self) -> Ints:
        return self.scrap_cost + self.rework_cost + self.sorting_cost


@dataclass(frozen=True)
class Dispositions(Rows):
    """What was decided on parts of reports, one row a report and kind, in their order."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("decided", "executed")

    entity: Ints  # the first three of the report
    day: Ints
    number: Ints
    sequence: Ints  # within the report, from 1
    kind: Ints
    quantity: Ints
    stocked: Bools  # in stock, so that it is moved
    decided: Ints
    executed: Ints
    board: Words


class ReportReview:
    """The course of reports from their finding to their closing."""

    def __init__(self, frame: Frame, company: Company) -> None:
        self._rng, self._start, self._layout, self._company = frame.rng, frame.start, frame.layout, company

    def reports(
        self, *, entity: Ints, day: Ints, number: Ints, detected: Ints, split: Ints, ends: Ints | None, **given: Any
    ) -> Reports:
        """The course of reports: containment, decision, execution and closing. `ends` is when what refers to
        them is over, too."""
        rng, n = self._rng, len(entity)
        at = (entity, day, number)

        def u(what: str) -> Floats:
            return rng.uniform(f"report {what}", *at)

        zero = np.zeros(n, dtype=np.int64)
        created = given.pop("created", detected + 120 + (1_500 * u("entry")).astype(np.int64))
        contained = created + 300 + (5_000 * u("containment")).astype(np.int64)
        decided = office_time(contained + (1.6 * DAY * u("decision")).astype(np.int64), u("decision hour"))
        places = np.arange(4)
        wait = rng.uniform("report execution", *(x[:, None] for x in at), places)
        executed = np.where(
            split > 0, decided[:, None] + (3_600 + (np.array([0.02, 2.2, 0.8, 3.0]) * DAY * wait)).astype(np.int64), -1
        )
        last = np.maximum(executed.max(axis=1, initial=0), decided)
        closed = office_time(last + (0.9 * DAY * u("closing")).astype(np.int64), u("closing hour"))
        over = closed if ends is None else np.maximum(closed, ends)
        values: dict[str, Any] = {
            "entity": entity,
            "day": day,
            "number": number,
            "line_id": zero,
            "product_id": zero,
            "material_id": zero,
            "supplier_id": zero,
            "work_order_id": zero,
            "inspection_id": zero,
            "inspection_lot_id": zero,
            "complaint_id": zero,
            "lot_id": zero,
            "slot": zero - 1,
            "split": split,
            "detected": detected,
            "created": created,
            "contained": contained,
            "decided": decided,
            "executed": executed,
            "closed": closed,
            "appears": over >= self._start,
            "category": catalogue.pareto(u("cause"), 6, 0.6),
        }
        values |= given
        scrap, rework, sorting = self._costs(**{name: values[name] for name in COST_DRIVERS})
        material = values["material_id"]
        return Reports(
            **values,
            unit=np.where(material > 0, self._company.materials.base_unit[np.maximum(material, 1) - 1], "pcs"),
            scrap_cost=scrap,
            rework_cost=rework,
            sorting_cost=sorting,
            engineer=rng.words("report engineer", *at),
            board=rng.words("board", *at),
        )

    def _costs(
        self, *, factory_id: Ints, product_id: Ints, material_id: Ints, inspected: Ints, split: Ints, containment: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Scrap, rework and sorting of each report, cents."""
        materials, products = self._company.materials, self._company.products
        row = np.minimum(np.searchsorted(products.product_id, product_id), len(products.product_id) - 1)
        cents = np.where(
            product_id > 0,
            products.standard_cost_cents[row],
            materials.standard_cost_cents[np.maximum(material_id, 1) - 1],
        )
        hour = self._layout.labour_cents(factory_id)
        scrap = half_up(split[:, SCRAP] * cents, THOUSANDTHS)
        rework = half_up(split[:, REWORK] // THOUSANDTHS * REWORK_SECONDS * hour, HOUR)
        looked_at = np.where(
            containment == SORTED, np.minimum(inspected // THOUSANDTHS, _MOST_SORTED), split.sum(axis=1) // THOUSANDTHS
        )
        return scrap, rework, half_up((60 + looked_at * SORTING_SECONDS) * hour, HOUR)


def dispositions(r: Reports) -> Dispositions:
    """What was decided on each report."""
    report, kind = np.nonzero(r.split > 0)
    found = r.where(report)
    return Dispositions(
        entity=found.entity,
        day=found.day,
        number=found.number,
        sequence=np.arange(len(report)) - np.searchsorted(report, report) + 1,
        kind=kind,
        quantity=r.split[report, kind],
        stocked=found.lot_id > 0,
        decided=found.decided,
        executed=r.executed[report, kind],
        board=found.board,
    )
