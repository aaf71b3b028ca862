"""Audits of our departments, and what they find."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys, params
from genims_ray.world.quality.office import occurrences, office_time, working_day
from genims_ray.world.rng import Rng, poisson
from genims_ray.world.rows import Bools, Floats, Ints, Rows

AHEAD_DAYS = 30  # audits are planned so long before
LIFE_DAYS = 330  # from planning to the closing of the last finding's case, at most
INTERNAL, CUSTOMER, CERTIFICATION = range(3)
TYPES = ("internal", "customer", "certification")
MAJOR, MINOR, OBSERVATION = range(3)
FINDINGS = ("major", "minor", "observation")
MOST_FINDINGS = 9


@dataclass(frozen=True)
class Audits(Rows):
    """One row each; days are days since 1970-01-01, the others UTC seconds."""

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
    score: Ints  # hundredths
    counts: Ints  # (audits, 3) findings by type

    @property
    def audit_id(self) -> Ints:
        return keys.key(self.factory_id, self.planned, 1)


@dataclass(frozen=True)
class Findings(Rows):
    """One row each, of the audits asked for."""

    audit: Ints  # row of the audits
    number: Ints
    kind: Ints
    category: Ints
    created: Ints
    target: Ints  # day
    implemented: Ints
    closed: Ints
    calls: Bools  # for a case


@dataclass(frozen=True)
class CaseTimes:
    """Instants of a corrective action case, aligned with what called for it."""

    opened: Ints
    found: Ints
    completed: Ints
    verified: Ints
    reviewed: Ints
    closed: Ints


class Auditors:
    """The audit programme of some factories."""

    def __init__(self, factory_ids: Ints, settings: params.QualityControl, rng: Rng) -> None:
        self._ids = factory_ids
        self._settings = settings
        self._rng = rng

    def between(self, start: int, end: int) -> tuple[Audits, Findings]:
        """Audits whose story, from planning to the last case, meets [start, end), and their findings."""
        rng, first, last = self._rng, start // DAY - LIFE_DAYS, (end - 1) // DAY + AHEAD_DAYS + 8
        rate = np.full(len(self._ids), 7 / 5 * self._settings.audits_per_factory_year / 365.25)
        row, planned, _ = occurrences(rng, "audit", self._ids, rate, first, last, most=1)
        factory = self._ids[row]
        at = (factory, planned)

        def u(what: str) -> Floats:
            return rng.uniform(f"audit {what}", *at)

        kind = np.searchsorted([0.7, 0.9], u("type"))
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
        findings = Findings(
            audit=audit,
            number=number,
            kind=grade,
            category=(rng.words("finding category", *where) % np.uint64(8)).astype(np.int64),
            created=created,
            target=created // DAY + span,
            implemented=implemented,
            closed=closed,
            calls=calls,
        )
        counts = np.zeros((len(planned), 3), dtype=np.int64)
        np.add.at(counts, (audit, grade), 1)
        done = office_time(finished, u("closing"))
        np.maximum.at(done, audit, closed)
        settled = done.copy()
        np.maximum.at(settled, audit[calls], self.cases(factory, planned, findings.where(calls)).closed)
        score = (
            10_000
            - 1_150 * counts[:, 0]
            - 390 * counts[:, 1]
            - 120 * counts[:, 2]
            - (300 * u("score")).astype(np.int64)
        )
        audits = Audits(
            factory_id=factory,
            planned=planned,
            kind=kind,
            scope=np.searchsorted([0.3, 0.8], u("scope")),
            function=np.searchsorted([0.6, 0.8], u("department")),
            created=(planned - AHEAD_DAYS) * DAY + 9 * HOUR + (6 * HOUR * u("planning")).astype(np.int64),
            begin=begin,
            end=finished,
            closed=done,
            settled=settled,
            hours=650 * (1 + end_day - begin // DAY) + 25 * np.floor(8 * u("hours")).astype(np.int64),
            score=np.maximum(score, 3_000),
            counts=counts,
        )
        met = (audits.created < end) & (audits.settled >= start)
        new = np.cumsum(met) - 1
        kept = findings.where(met[audit])
        renumbered = {f.name: getattr(kept, f.name) for f in fields(Findings)} | {"audit": new[kept.audit]}
        return audits.where(met), Findings(**renumbered)

    def cases(self, factory: Ints, planned: Ints, f: Findings) -> CaseTimes:
        """When the case of each finding that calls for one goes on; `factory` and `planned` are of the audits."""
        at = (factory[f.audit], planned[f.audit], f.number)
        rng = self._rng

        def after(earliest: Ints, what: str, least: float, most: float) -> Ints:
            days = least + (most - least) * rng.uniform(f"audit case {what}", *at)
            return office_time(
                earliest + (DAY * days).astype(np.int64) - DAY, rng.uniform(f"audit case {what} hour", *at)
            )

        opened = after(f.created, "opening", 1.0, 3.0)
        found = after(opened, "cause", 3.0, 15.0)
        completed = after(found, "action", 10.0, 60.0)
        verified = after(completed, "verification", 2.0, 10.0)
        reviewed = after(verified, "review", 33.0, 60.0)
        return CaseTimes(opened, found, completed, verified, reviewed, after(reviewed, "closing", 1.5, 6.0))
