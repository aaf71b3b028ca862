"""Corrective and preventive action: what calls for a case, how it goes on, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from genims_ray.window import DAY, Window
from genims_ray.world import keys
from genims_ray.world.cells import Touched
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.audits import MAJOR, AuditProgramme
from genims_ray.world.quality.complaints import CASE_DAYS, CustomerComplaints
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Words
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.causes import ChronicCauses
from genims_ray.world.shopfloor.characteristics import family
from genims_ray.world.shopfloor.containers import binomial

NCR, COMPLAINT, AUDIT, SUPPLIER_AUDIT, TREND = range(5)
SOURCES = ("ncr", "complaint", "audit", "supplier_audit", "trend")
CHRONIC_NUMBER, COMPLAINT_NUMBER, AUDIT_NUMBER, SUPPLIER_NUMBER = 1, 10, 100, 2
"""Places of the cases in the keys of what called for them."""
CHRONIC_REPORTS = 5_000
"""Places in the keys of the non-conformances with which a recurring defect was found."""
SUPPLIER_DAYS = 108  # from the delivery to the closing of a supplier's case, at most
METHODS = ("five_why", "ishikawa", "fault_tree", "design_of_experiments")
CONTAINMENT, CORRECTIVE, PREVENTIVE, VERIFICATION = range(4)
ACTIONS = ("containment", "corrective", "preventive", "verification")
CATEGORIES = ("machine", "method", "material", "people", "measurement", "environment")


@dataclass(frozen=True)
class Cases(Rows):
    """One row each; instants in UTC seconds, all of them known to the world. Keys are 0 where none."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("opened", "found", "completed", "verified", "reviewed", "closed")

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
    method: Ints
    leader: Words  # random bits for who is responsible

    @property
    def case_id(self) -> Ints:
        return keys.key(self.entity, self.day, self.number)

    @property
    def effective(self) -> Bools:
        """Whether the review finds that the problem did not come back."""
        return np.where(self.defect_code_id > 0, self.after * 2 <= self.before, self.after == 0)

    @property
    def target(self) -> Ints:
        """The day on which all actions of each case are due."""
        return self.opened // DAY + np.array([20, 45, 60], dtype=np.int64)[self.severity]


@dataclass(frozen=True)
class Actions(Rows):
    """What is done in a case, one row each, ordered as their cases."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "begun", "done")

    entity: Ints  # the first three of the case
    day: Ints
    number: Ints
    place: Ints  # within the case, from 0
    kind: Ints
    text: Words  # random bits for what it is
    owner: Words  # and for who does it
    created: Ints
    begun: Ints
    done: Ints
    due: Ints  # day


class CorrectiveActions:
    """The cases of a world's lines, factories and suppliers."""

    def __init__(
        self,
        frame: Frame,
        shopfloor: Shopfloor,
        complaints: CustomerComplaints,
        audits: AuditProgramme,
        incoming: Incoming,
    ) -> None:
        self._rng, self._start = frame.rng, frame.start
        self._shopfloor, self._complaints, self._audits, self._incoming = shopfloor, complaints, audits, incoming
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._family = np.array([catalogue.FAMILIES.index(family(line)) for line in frame.lines], dtype=np.int64)
        self._cases: Touched[Cases] = Touched(frame.memory, self._recorded)
        self._actions: Touched[Actions] = Touched(frame.memory, self._acted)

    def touched(self, window: Window) -> Cases:
        """Cases on record that change in a window."""
        return self._cases.between(window)

    def actions(self, window: Window) -> Actions:
        """Actions of cases on record that change in a window."""
        return self._actions.between(window)

    def between(self, window: Window) -> Cases:
        """Cases open at some time in a window."""
        every = self._meeting(window)
        return every.where((every.opened < window.end) & (every.closed >= window.start))

    def _recorded(self, window: Window) -> Cases:
        """Cases on record that a window may touch: not closed before history, or of an audit whose findings are on
        record."""
        start = self._start if window.is_opening else window.start
        every = self._meeting(Window(start, max(window.end, start + 1)))
        kept = (every.closed >= start) | ((every.finding_id > 0) & (start <= self._start))
        return every.where(
            (every.opened < window.end) & kept & ((every.closed >= self._start) | (every.finding_id > 0))
        )

    def _meeting(self, window: Window) -> Cases:
        """All cases that may be open in a window."""
        return Cases.joined(
            [self._chronic(window), self._complained(window), self._audited(window), self._supplied(window)]
        )

    def _acted(self, window: Window) -> Actions:
        """Containment at once, one to three actions once the cause is known, and their verification."""
        c, rng = self._recorded(window), self._rng
        inner = 1 + (rng.words("case actions", c.entity, c.day, c.number) % np.uint64(3)).astype(np.int64)
        count = inner + 2
        case = np.repeat(np.arange(len(c)), count)
        place = np.arange(len(case)) - np.repeat(np.cumsum(count) - count, count)
        last = place == count[case] - 1
        kind = np.select([place == 0, last, place == 1], [CONTAINMENT, VERIFICATION, CORRECTIVE], PREVENTIVE)
        target = c.target[case]
        c = c.where(case)
        at = (c.entity, c.day, c.number, place)
        u = rng.uniform("action share", *at)
        done = np.select(
            [kind == CONTAINMENT, kind == VERIFICATION, kind == CORRECTIVE],
            [c.opened + 3_600 + (1.5 * DAY * u).astype(np.int64), c.verified, c.completed],
            c.found + ((c.completed - c.found) * (0.3 + 0.7 * u)).astype(np.int64),
        )
        done = np.minimum(done, np.where(kind == CONTAINMENT, c.found, c.verified))
        created = np.select([kind == CONTAINMENT, kind == VERIFICATION], [c.opened, c.completed], c.found)
        actions = Actions(
            entity=c.entity,
            day=c.day,
            number=c.number,
            place=place,
            kind=kind,
            text=rng.words("action text", *at),
            owner=rng.words("action owner", *at),
            created=created,
            begun=created + ((done - created) * 0.3).astype(np.int64),
            done=done,
            due=np.select(
                [kind == CONTAINMENT, kind == VERIFICATION], [c.opened // DAY + 2, c.completed // DAY + 10], target
            ),
        )
        return actions.where(created < window.end)

    def _chronic(self, window: Window) -> Cases:
        c = self._shopfloor.causes.chronic(window.start, window.end)
        line = np.searchsorted(self._ids, c.line_id)
        rng = self._rng
        at = (c.line_id, c.cell)
        driver = self._shopfloor.characteristics.driver[line, c.slot]
        code = 100 * (self._family[line] + 1) + 1 + c.slot % catalogue.PER_FAMILY
        day = c.detected // DAY
        trend = by_trend(rng, c)
        zero = np.zeros(len(line), dtype=np.int64)
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
            **self._course("chronic", c.line_id, day, CHRONIC_NUMBER + 2 * (c.cell % 2), *at),
        )

    def _complained(self, window: Window) -> Cases:
        d, rng = self._complaints.reports(self._complaints.received(window, CASE_DAYS)), self._rng
        at = (d.line_id, d.day, d.number)
        zero = np.zeros(len(d), dtype=np.int64)
        share = rng.lognormal("complaint share", 0.0025, 0.5, *at)
        before, after = self._rates("complaint", share, np.where(d.effective, 0.0, share), *at)
        return Cases(
            entity=d.line_id,
            day=d.day,
            number=COMPLAINT_NUMBER + d.number,
            factory_id=d.factory_id,
            source=zero + COMPLAINT,
            ncr_id=zero,
            complaint_id=d.complaint_id,
            finding_id=zero,
            supplier_id=zero,
            line_id=d.line_id,
            defect_code_id=d.defect_code_id,
            severity=d.severity,
            category=d.category,
            opened=d.described,
            found=d.found,
            completed=d.implemented,
            verified=d.verified,
            reviewed=d.reviewed,
            closed=d.case_closed,
            before=before,
            after=after,
            **self._course("complaint", d.line_id, d.day, COMPLAINT_NUMBER + d.number, *at),
        )

    def _audited(self, window: Window) -> Cases:
        f = self._audits.between(window)[1]
        f = f.where(f.calls)
        factory, planned = f.factory_id, f.planned
        t = self._audits.cases(factory, planned, f.number, f.created)
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
            finding_id=f.finding_id,
            supplier_id=zero,
            line_id=zero,
            defect_code_id=zero,
            severity=np.where(f.kind == MAJOR, 1, 2),
            category=catalogue.root_cause(self._rng, *at),
            opened=t.opened,
            found=t.found,
            completed=t.completed,
            verified=t.verified,
            reviewed=t.reviewed,
            closed=t.closed,
            before=zero,
            after=again.astype(np.int64),
            **self._course("audit", factory, planned, AUDIT_NUMBER + f.number, *at),
        )

    def _supplied(self, window: Window) -> Cases:
        lots = self._incoming.turned_down(window.start // DAY - SUPPLIER_DAYS, (window.end - 1) // DAY + 2)
        lots = lots.where(lots.case)
        t = self._incoming.case_times(lots)
        entity = lots.entity
        at = (entity, lots.day)
        zero = np.zeros(len(lots), dtype=np.int64)
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
            defect_code_id=lots.defect_code_id,
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
            **self._course("supplier", entity, lots.day, zero + SUPPLIER_NUMBER, *at),
        )

    def _rates(self, what: str, before: Floats, after: Floats, *at: Ints) -> tuple[Ints, Ints]:
        """Defects per million found among 5,000 parts before and after; a few of them have another cause."""
        rng, sample = self._rng, np.full(len(before), 5_000)
        found = [
            binomial(rng.uniform(f"{what} case {name}", *at), sample, np.clip(share + 0.0003, 1e-9, 0.2), most=2_000)
            for name, share in (("before", before), ("after", after))
        ]
        return 200 * np.maximum(found[0], 1), 200 * found[1]

    def _course(self, what: str, entity: Ints, day: Ints, number: Ints, *at: Ints) -> dict[str, Any]:
        """Cost, method and leader of cases, by their key and that of what called for them."""
        rng = self._rng
        return {
            "cost": np.round(rng.lognormal(f"{what} case cost", 180_000, 0.7, *at)).astype(np.int64),
            "method": np.searchsorted([0.5, 0.85, 0.95], rng.uniform("case method", entity, day, number)),
            "leader": rng.words("case leader", entity, day, number),
        }


def by_trend(rng: Rng, causes: ChronicCauses) -> Bools:
    """Which recurring defects were seen in the figures before anything was reported."""
    return np.asarray(rng.words("chronic trend", causes.line_id, causes.cell) % np.uint64(6) == 0)
