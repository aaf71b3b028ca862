"""Controlled documents and approvals: when each is revised, studied, submitted and decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Days, Instants, Touched
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.market import Market
from genims_ray.world.quality.office_hours import occurrences, office_time, working_day
from genims_ray.world.rows import Floats, Ints, Rows, Words

MANUAL, PROCEDURE, INSTRUCTION, FORM, SPECIFICATION = range(5)
TYPES = ("manual", "procedure", "work_instruction", "form", "specification")
PREFIXES = ("QM", "QP", "WI", "FM", "SP")
REVIEW_DAYS = 20  # a document is under review so long before its next revision
_YOUNG_DAYS = 900  # new documents come over so long a time
LOOK_BACK_DAYS = 41  # from a submission to its decision, at most
_CELL_DAYS = 64


@dataclass(frozen=True)
class Documents(Rows):
    """Aligned arrays, ordered by key."""

    document_id: Ints
    factory_id: Ints
    number: Ints
    kind: Ints
    function: Ints  # department: 0 production, 1 maintenance, 2 quality
    months: Ints  # between reviews
    released: Ints  # day of the first revision
    withdrawn: Ints  # day, -1: never
    owner: Words  # random bits for whose it is


@dataclass(frozen=True)
class Revisions(Rows):
    """Revisions released in a window, ordered by document and number."""

    document: Ints  # row of the documents
    number: Ints
    time: Ints
    reason: Floats  # draws: for what it may be about, and if about no case
    kind: Floats
    pages: Ints


@dataclass(frozen=True)
class Submissions(Rows):
    """Part approvals, one row each; keys are 0 where there is none."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("submitted", "decided")

    factory_id: Ints
    day: Ints
    number: Ints
    product_id: Ints
    customer_id: Ints
    material_id: Ints
    supplier_id: Ints
    level: Ints
    reason: Ints
    submitted: Ints
    decided: Ints
    status: Ints
    expiry: Ints  # day
    ppk: Floats
    elements: Ints
    handed_in: Ints
    engineer: Words


LEVEL_ELEMENTS = np.array([0, 1, 6, 18, 12, 18])


class DocumentControl:
    """Documents of all factories, and part approvals."""

    def __init__(self, frame: Frame, company: Company, market: Market) -> None:
        self._company, self._market, self._start, rng = company, market, frame.start, frame.rng
        self._rng = rng
        settings, layout = frame.plant.quality_control, frame.layout
        self._products = layout.products.product_id
        factories = np.array([f.factory_id for f in layout.factories], dtype=np.int64)
        self._changes = Instants(frame.memory, self._changed)
        self._cells: Days[Submissions] = Days(frame.memory, self._submitted, _CELL_DAYS)
        self._submissions: Touched[Submissions] = Touched(frame.memory, self._open)
        self._factories = factories
        count, start = settings.documents_per_factory, frame.start_day
        number = np.tile(np.arange(1, count + 1), len(factories))
        factory = np.repeat(factories, count)
        ids = factory * 1_000 + number
        place = number / count
        kind = np.where(number == 1, MANUAL, 1 + np.searchsorted([0.14, 0.64, 0.84], place))
        young = (rng.uniform("document young", ids) < 0.07) & (number > 1)
        age = (60 + 3_500 * rng.uniform("document age", ids)).astype(np.int64)
        ahead = (_YOUNG_DAYS * rng.uniform("document ahead", ids)).astype(np.int64)
        months = np.array([12, 24, 36])[np.searchsorted([0.25, 0.75], rng.uniform("document months", ids))]
        withdrawn = start + 5 + (1_500 * rng.uniform("document withdrawn when", ids)).astype(np.int64)
        self.documents = Documents(
            document_id=ids,
            factory_id=factory,
            number=number,
            kind=kind,
            function=np.searchsorted([0.45, 0.6], rng.uniform("document department", ids)),
            months=months,
            released=working_day(np.where(young, start + ahead, start - age)),
            withdrawn=np.where(rng.uniform("document withdrawn", ids) < 0.15, working_day(withdrawn), -1),
            owner=rng.words("document owner", ids),
        )

    def revision_day(self, row: Ints, revision: Ints) -> Ints:
        """Day on which each document's revision (from 1) was released."""
        d = self.documents
        jitter = (24 * self._rng.uniform("revision jitter", d.document_id[row], revision)).astype(np.int64)
        later = d.released[row] + (revision - 1) * d.months[row] * 30 + np.where(revision > 1, jitter - 12, 0)
        return working_day(later)

    def revision_time(self, row: Ints, revision: Ints) -> Ints:
        u = self._rng.uniform("revision hour", self.documents.document_id[row], revision)
        return self.revision_day(row, revision) * DAY + 9 * HOUR + (6 * HOUR * u).astype(np.int64)

    def revision_at(self, time: int) -> Ints:
        """Revision of every document released before an instant; 0: not yet, and none after its withdrawal."""
        d, rows = self.documents, np.arange(len(self.documents.document_id))
        until = np.where(d.withdrawn >= 0, np.minimum(d.withdrawn * DAY, time), time)
        revision = np.maximum((until // DAY - d.released) // (d.months * 30) + 2, 0)
        for _ in range(4):
            later = (revision > 0) & (self.revision_time(rows, np.maximum(revision, 1)) >= until)
            revision = revision - later
        return np.asarray(revision)

    def change_in(self, window: Window) -> bool:
        """Whether a document may change in a window."""
        return window.is_opening or self._changes.lie_in(window)

    def review_time(self, row: Ints, revision: Ints) -> Ints:
        """When the review begins that leads to the revision after this one."""
        return (self.revision_day(row, revision + 1) - REVIEW_DAYS) * DAY + 7 * HOUR

    def _changed(self, window: Window) -> Ints:
        """When documents are revised, come up for review or are withdrawn in a window, and some instants around."""
        d, rows = self.documents, np.arange(len(self.documents))
        current = np.maximum(self.revision_at(window.end), 1)
        before = np.maximum(current - 1, 1)
        every = np.concatenate(
            [
                self.revision_time(rows, current),
                self.revision_time(rows, before),
                self.review_time(rows, current),
                self.review_time(rows, before),
                d.withdrawn * DAY,
            ]
        )
        return every[(every >= window.start) & (every < window.end)]

    def revisions(self, window: Window) -> Revisions:
        """Revisions released in a window, after history began."""
        start = max(self._start, window.start)
        if window.end <= start or not self.change_in(window):
            return Revisions.none()
        rng, before, after = self._rng, self.revision_at(start), self.revision_at(window.end)
        count = np.maximum(after - before, 0)
        row = np.repeat(np.arange(len(count)), count)
        number = before[row] + 1 + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        at = (self.documents.document_id[row], number)
        time = self.revision_time(row, number)
        found = Revisions(
            document=row,
            number=number,
            time=time,
            reason=rng.uniform("revision reason", *at),
            kind=rng.uniform("revision kind", *at),
            pages=1 + (rng.words("revision pages", *at) % np.uint64(9)).astype(np.int64),
        )
        return found.where((time >= start) & (time < window.end))

    def submissions(self, window: Window) -> Submissions:
        """Part approvals on record that change in a window."""
        return self._submissions.between(window)

    def _open(self, window: Window) -> Submissions:
        start = self._start if window.is_opening else window.start
        found = self._cells.of(start // DAY - LOOK_BACK_DAYS, (window.end - 1) // DAY + 1)
        found = found.where((found.decided >= self._start) & (found.submitted < window.end))
        return found.ordered("factory_id", "day", "number")

    def _submitted(self, cell: int) -> Submissions:
        """Part approvals submitted on the days of a cell."""
        rng, e = self._rng, self._company
        rate = np.full(len(self._factories), 7 / 5 * 0.06)
        row, day, k = occurrences(
            rng, "ppap", self._factories, rate, cell * _CELL_DAYS, (cell + 1) * _CELL_DAYS, most=2
        )
        factory = self._factories[row]
        at = (factory, day, k)

        def u(what: str) -> Floats:
            return rng.uniform(f"ppap {what}", *at)

        own = self._products // 10_000
        first = np.searchsorted(own, factory)
        size = np.searchsorted(own, factory, side="right") - first
        product = self._products[first + np.minimum((size * u("product")).astype(np.int64), size - 1)]
        is_product = u("kind") < 0.55
        buyers = self._market.approvals.every
        first = np.searchsorted(buyers.product_id, product)
        size = np.searchsorted(buyers.product_id, product, side="right") - first
        customer = buyers.customer_id[first + np.floor(size * u("customer")).astype(np.int64)]
        source = np.minimum((len(e.sources.material_id) * u("source")).astype(np.int64), len(e.sources.material_id) - 1)
        submitted = day * DAY + 9 * HOUR + (7 * HOUR * u("hour")).astype(np.int64)
        decided = office_time(submitted + ((4 + 22 * u("days")) * DAY).astype(np.int64), u("decision"))
        status = 1 + np.searchsorted([0.85, 0.93], u("status"))  # approved, interim, rejected
        level = np.array([1, 2, 3, 4, 5])[np.searchsorted([0.05, 0.15, 0.85, 0.95], u("level"))]
        elements = LEVEL_ELEMENTS[level]
        missing = np.where((status != 1) & (elements > 1), 1 + (2 * u("missing")).astype(np.int64), 0)
        reason = np.searchsorted([0.35, 0.6, 0.8, 0.92], u("reason"))
        reason = np.where(is_product & (reason == 3), 2, reason)
        return Submissions(
            factory_id=factory,
            day=day,
            number=k,
            product_id=np.where(is_product, product, 0),
            customer_id=np.where(is_product, customer, 0),
            material_id=np.where(is_product, 0, e.sources.material_id[source]),
            supplier_id=np.where(is_product, 0, e.sources.supplier_id[source]),
            level=level,
            reason=reason,
            submitted=submitted,
            decided=decided,
            status=status,
            expiry=decided // DAY + 90,
            ppk=np.round(np.where(status == 3, 0.75, 1.0) * rng.lognormal("ppap ppk", 1.7, 0.12, *at), 3),
            elements=elements,
            handed_in=np.maximum(elements - missing, 1),
            engineer=rng.words("ppap engineer", *at),
        )
