"""Audits of our departments, what they find, and when the cases that they call for go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells, Touched
from genims_ray.world.frame import Frame
from genims_ray.world.quality.office_hours import occurrences, office_time, working_day
from genims_ray.world.rng import poisson
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Words

AHEAD_DAYS = 30  # audits are planned so long before
LOOK_BACK_DAYS = 330  # from planning to the closing of the last finding's case, at most
INTERNAL, CUSTOMER, CERTIFICATION = range(3)
TYPES = ("internal", "customer", "certification")
MAJOR, MINOR, OBSERVATION = range(3)
FINDINGS = ("major", "minor", "observation")
MOST_FINDINGS = 9
_CELL_DAYS = 64


@dataclass(frozen=True)
class Audits(Rows):
    """One row each, ordered by (factory, day); days are days since 1970-01-01, the others UTC seconds."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "begin", "end", "closed")

    factory_id: Ints
    planned: Ints  # day
    kind: Ints
    scope: Ints
    function: Ints  # department: 0 production, 1 maintenance, 2 quality
    created: Ints
    begin: Ints
    end: Ints
    closed: Ints  # when the last finding was
    settled: Ints  # when the last case that it called for was
    hours: Ints  # hundredths
    cost: Ints  # cents
    score: Ints  # hundredths
    counts: Ints  # (audits, 3) findings by type
    customer: Words  # random bits: who audits, and who leads the audit
    leader: Words

    @property
    def audit_id(self) -> Ints:
        return keys.key(self.factory_id, self.planned, 1)


@dataclass(frozen=True)
class Findings(Rows):
    """One row each, ordered by (factory, day of the audit, number)."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "case_opened", "implemented", "closed")

    factory_id: Ints
    planned: Ints  # day of the audit
    number: Ints
    audit_kind: Ints
    scope: Ints  # of the audit
    settled: Ints  # the audit
    kind: Ints
    category: Ints
    created: Ints
    target: Ints  # day
    implemented: Ints
    closed: Ints
    calls: Bools  # for a case
    case_opened: Ints  # NEVER where there is none on record
    owner: Words

    @property
    def audit_id(self) -> Ints:
        return keys.key(self.factory_id, self.planned, 1)

    @property
    def finding_id(self) -> Ints:
        return keys.key(self.factory_id, self.planned, 10 + self.number)


@dataclass(frozen=True)
class CaseTimes(Rows):
    """Instants of a corrective action case, aligned with what called for it."""

    opened: Ints
    found: Ints
    completed: Ints
    verified: Ints
    reviewed: Ints
    closed: Ints


class AuditProgramme:
    """The audits of all factories."""

    def __init__(self, frame: Frame) -> None:
        self._ids = np.array([f.factory_id for f in frame.layout.factories], dtype=np.int64)
        self._settings, self._rng, self._start = frame.plant.quality_control, frame.rng, frame.start
        self._cells: Cells[int, tuple[Audits, Findings]] = Cells(frame.memory, self._cell)
        self._audits: Touched[Audits] = Touched(frame.memory, lambda window: self._recorded(window)[0])
        self._findings: Touched[Findings] = Touched(frame.memory, lambda window: self._recorded(window)[1])

    def touched(self, window: Window) -> Audits:
        """Audits on record that change in a window."""
        return self._audits.between(window)

    def findings(self, window: Window) -> Findings:
        """Findings on record that change in a window."""
        return self._findings.between(window)

    def between(self, window: Window) -> tuple[Audits, Findings]:
        """Audits whose story, from planning to the last case, meets a window, and their findings."""
        first = window.start // DAY - LOOK_BACK_DAYS
        last = (window.end - 1) // DAY + AHEAD_DAYS + 8
        cells = [self._cells[cell] for cell in range(first // _CELL_DAYS, (last - 1) // _CELL_DAYS + 1)]
        audits = Audits.joined([a for a, _ in cells]).ordered("factory_id", "planned")
        findings = Findings.joined([f for _, f in cells]).ordered("factory_id", "planned", "number")
        audits = audits.where((audits.created < window.end) & (audits.settled >= window.start))
        return audits, findings.where(np.isin(findings.audit_id, audits.audit_id))

    def _recorded(self, window: Window) -> tuple[Audits, Findings]:
        """Those on record of a window: not settled before history."""
        start = self._start if window.is_opening else window.start
        audits, findings = self.between(Window(start, max(window.end, start + 1)))
        return (
            audits.where((audits.settled >= self._start) & (audits.created < window.end)),
            findings.where((findings.settled >= self._start) & (findings.created < window.end)),
        )

    def _cell(self, cell: int) -> tuple[Audits, Findings]:
        """Audits planned for the days of a cell, and their findings."""
        rng, settings = self._rng, self._settings
        rate = np.full(len(self._ids), 7 / 5 * settings.audits_per_factory_year / 365.25)
        row, planned, _ = occurrences(rng, "audit", self._ids, rate, cell * _CELL_DAYS, (cell + 1) * _CELL_DAYS, most=1)
        factory = self._ids[row]
        at = (factory, planned)

        def u(what: str) -> Floats:
            return rng.uniform(f"audit {what}", *at)

        kind = np.searchsorted([0.7, 0.9], u("type"))
        scope = np.searchsorted([0.3, 0.8], u("scope"))
        begin = working_day(planned + np.floor(4 * u("begin")).astype(np.int64)) * DAY + 8 * HOUR
        days = np.floor(3 * u("days")).astype(np.int64)
        end_day = working_day(begin // DAY + days)
        finished = end_day * DAY + 15 * HOUR + (HOUR * u("end hour")).astype(np.int64)
        count = np.minimum(poisson(u("findings"), np.full(len(planned), 4.0), MOST_FINDINGS), MOST_FINDINGS)
        audit = np.repeat(np.arange(len(planned)), count)
        number = np.arange(len(audit)) - np.repeat(np.cumsum(count) - count, count) + 1
        where = (factory[audit], planned[audit], number)
        grade = np.searchsorted([0.08, 0.6], rng.uniform("finding type", *where))
        created = finished[audit] + 60 * number
        span = np.array([25, 45, 60])[grade]
        share = 0.3 + 0.75 * rng.uniform("finding days", *where)
        implemented = office_time(created + (DAY * span * share).astype(np.int64), rng.uniform("finding hour", *where))
        closed = office_time(
            implemented + (9 * DAY * rng.uniform("finding closing", *where)).astype(np.int64),
            rng.uniform("finding closing hour", *where),
        )
        calls = (grade == MAJOR) | ((grade == MINOR) & (rng.uniform("finding case", *where) < 0.25))
        case = self.cases(where[0], where[1], number, created)
        counts = np.zeros((len(planned), 3), dtype=np.int64)
        np.add.at(counts, (audit, grade), 1)
        done = office_time(finished, u("closing"))
        np.maximum.at(done, audit, closed)
        settled = done.copy()
        np.maximum.at(settled, audit[calls], case.closed[calls])
        score = (
            10_000
            - 1_150 * counts[:, 0]
            - 390 * counts[:, 1]
            - 120 * counts[:, 2]
            - (300 * u("score")).astype(np.int64)
        )
        hours = 650 * (1 + end_day - begin // DAY) + 25 * np.floor(8 * u("hours")).astype(np.int64)
        audits = Audits(
            factory_id=factory,
            planned=planned,
            kind=kind,
            scope=scope,
            function=np.searchsorted([0.6, 0.8], u("department")),
            created=(planned - AHEAD_DAYS) * DAY + 9 * HOUR + (6 * HOUR * u("planning")).astype(np.int64),
            begin=begin,
            end=finished,
            closed=done,
            settled=settled,
            hours=hours,
            cost=2 * hours * round(100 * settings.inspection_hour_usd) // 100,  # of an auditor and an auditee
            score=np.maximum(score, 3_000),
            counts=counts,
            customer=rng.words("audit customer", *at),
            leader=rng.words("audit leader", *at),
        )
        findings = Findings(
            factory_id=where[0],
            planned=where[1],
            number=number,
            audit_kind=kind[audit],
            scope=scope[audit],
            settled=settled[audit],
            kind=grade,
            category=(rng.words("finding category", *where) % np.uint64(8)).astype(np.int64),
            created=created,
            target=created // DAY + span,
            implemented=implemented,
            closed=closed,
            calls=calls,
            case_opened=np.where(calls & (case.closed >= self._start), case.opened, NEVER),
            owner=rng.words("finding owner", *where),
        )
        return audits, findings

    def cases(self, factory: Ints, planned: Ints, number: Ints, created: Ints) -> CaseTimes:
        """When the case of each finding goes on, by its factory, the day of the audit, number and instant."""
        at, rng = (factory, planned, number), self._rng

        def after(earliest: Ints, what: str, least: float, most: float) -> Ints:
            days = least + (most - least) * rng.uniform(f"audit case {what}", *at)
            return office_time(
                earliest + (DAY * days).astype(np.int64) - DAY, rng.uniform(f"audit case {what} hour", *at)
            )

        opened = after(created, "opening", 1.0, 3.0)
        found = after(opened, "cause", 3.0, 15.0)
        completed = after(found, "action", 10.0, 60.0)
        verified = after(completed, "verification", 2.0, 10.0)
        reviewed = after(verified, "review", 33.0, 60.0)
        return CaseTimes(opened, found, completed, verified, reviewed, after(reviewed, "closing", 1.5, 6.0))
