"""Training: courses, who must have passed them, sessions, places in them, and certificates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, nothing, rows, touched, updated
from genims_ray.modules.hr.catalogue import ROLE_NUMBER, ROLES, Course, courses
from genims_ray.modules.hr.common import after, careers, entered, holder, number, seats, standing
from genims_ray.modules.hr.skills import catalogue
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.people.training import (
    ATTENDED,
    CANCELLED,
    FAILED,
    INSTRUCTOR_ABSENT,
    LICENCE,
    NO_SHOW,
    PROGRAMMES,
    ROTATION,
    TOOLBOX,
    Places,
    session_times,
)
from genims_ray.world.rows import Bools, Ints

PLANNED_DAYS = 28
REPEAT_DAYS = 7
ALERT_DAYS = 60


def _courses(world: World) -> tuple[Course, ...]:
    return courses(tuple(world.plant.machines))


def training_courses(world: World, window: Window) -> Columns:
    every = _courses(world)
    ids = np.array([c.training_course_id for c in every])
    skill = {s.name: s.skill_id for s in catalogue(world)}
    provider = np.array([c.provider for c in every])
    months = np.array([c.certificate_months or 0 for c in every])
    instruction = np.array([c.category == "compliance" for c in every])
    return standing(
        window,
        {
            "training_course_id": ids,
            "course_code": np.char.mod("TC-%03d", ids),
            "course_name": np.array([c.name for c in every]),
            "course_category": np.array([c.category for c in every]),
            "course_type": np.array([c.type for c in every]),
            "skill_id": np.ma.array([skill[c.skill] for c in every], mask=instruction),
            "prerequisite_course_id": np.ma.masked_equal(np.array([c.prerequisite for c in every]), 0),
            "delivery_method": np.array([c.delivery for c in every]),
            "training_provider": np.ma.array(provider, mask=provider == ""),
            "duration_hours": np.array([c.tenths_of_hours for c in every]),
            "max_participants": np.where(
                np.array([c.delivery == "e_learning" for c in every]), 200, 16 + 4 * (ids % 3)
            ),
            "passing_score": np.ma.array(
                np.full(len(ids), 60) + 5 * (ids > 16) * (ids % 3), mask=[not c.assessed for c in every]
            ),
            "provides_certification": np.array([c.certificate_months is not None for c in every]),
            "certificate_validity_months": np.ma.masked_equal(months, 0),
            "cost_per_participant_usd": np.array([c.cost_cents for c in every]),
            "created_at": entered(world, "course", ids),
        },
    )


_LEGAL = {
    0: "",
    1: "ISO 45001:2018, 7.2",
    2: "ISO 45001:2018, 8.2",
    3: "ISO 3691-1",
    4: "IEC 60364",
    5: "",
    6: "",
    7: "",
}


def training_requirements(world: World, window: Window) -> Columns:
    found: list[tuple[int, int, str, str, str, bool, int, int]] = []
    for p, programme in enumerate(PROGRAMMES):
        for role in programme.roles or tuple(ROLES):
            if p == TOOLBOX and role == "shift_supervisor":
                continue
            for level in range(1, 5):
                kind = "legal" if _LEGAL[p] else "customer" if p == 5 else "company"
                block = p == LICENCE
                due = 0 if block else 7 if programme.months else 90
                grace = 0 if block or not programme.months else 14 if p > 1 else 7
                found.append((10 * ROLE_NUMBER[role] + level, 2 * p + 1, "", kind, _LEGAL[p], block, due, grace))
    machine_types = tuple(world.plant.machines)
    of_skill = {c.skill: c.training_course_id for c in _courses(world)}
    for machine_type in machine_types:
        course = of_skill[f"Setting up a {machine_type.replace('_', ' ')}"]
        for level in range(2, 5):
            found.append((10 * ROLE_NUMBER["operator"] + level, course, machine_type, "company", "", False, 180, 60))
    role_id, course_id, machine, kind_, law, block_, due_, grace_ = (np.array(x) for x in zip(*found, strict=True))
    ids = requirement_id(role_id, course_id)
    return standing(
        window,
        {
            "training_requirement_id": ids,
            "job_role_id": role_id,
            "training_course_id": course_id,
            "machine_type": np.ma.array(machine, mask=machine == ""),
            "requirement_type": kind_,
            "regulation_reference": np.ma.array(law, mask=law == ""),
            "blocks_assignment": block_,
            "due_days_from_start": due_,
            "grace_period_days": grace_,
            "effective_from": entered(world, "training requirement from", ids) // DAY,
            "created_at": entered(world, "training requirement from", ids),
        },
    )


def requirement_id(job_role_id: Ints, course_id: Ints) -> Ints:
    """Key of the requirement that a role must have passed a course."""
    return np.asarray(job_role_id * 1000 + course_id)


@dataclass(frozen=True)
class _Sessions:
    """Sessions, and the place each participant has in one of them (`of`)."""

    places: Places
    of: Ints
    factory_id: Ints
    day: Ints
    sequence: Ints
    programme: Ints
    induction: Bools
    start: Ints
    end: Ints
    teacher: Ints  # seat of who instructs, -1 where nobody of the plant does
    created: Ints
    confirmed: Ints
    completed: Ints
    cancelled: Ints
    no_instructor: Bools
    enrolled: Ints  # by place
    withdrawn: Ints  # by place; NEVER if not

    @property
    def key(self) -> Ints:
        return keys.key(self.factory_id, self.day, self.sequence)

    @property
    def closed(self) -> Ints:
        """When each session was closed one way or the other."""
        return np.maximum(self.completed, self.cancelled)


def _sessions(world: World, window: Window) -> _Sessions:
    """Sessions that a window may touch."""
    first = (world.start if window.is_opening else window.start) // DAY - 3
    return sessions(world, first, window.end // DAY + PLANNED_DAYS + 2)


def sessions(world: World, first: int, last: int) -> _Sessions:
    """Sessions held on days in [first, last)."""
    labour = world.people
    p = labour.places(first, last)
    factory_id = labour.factory_ids[p.factory]
    code = keys.key(factory_id, p.day, p.sequence)
    _, head, of = np.unique(code, return_index=True, return_inverse=True)
    count = len(head)
    programme, induction, day = p.programme[head], p.induction[head], p.day[head]
    factory = p.factory[head]
    start, end = (times[head] for times in session_times(p, labour.roster))
    signed = careers(world).signed(p.employee_id) * DAY + 20 * HOUR
    early = np.where(p.day - p.round_day >= ROTATION, REPEAT_DAYS, PLANNED_DAYS)
    planned = (p.day - np.where(p.induction, 10, early)) * DAY + 8 * HOUR
    enrolled = np.maximum(planned, signed) + np.floor(
        3 * HOUR * world.rng.uniform("enrolled", p.employee_id, p.day, p.sequence)
    ).astype(np.int64)
    created = np.full(count, 2**62)
    np.minimum.at(created, of, enrolled - 600)
    confirmed = np.maximum(start - 7 * DAY, created + 1_200)
    here = np.zeros(count, dtype=np.int64)
    np.add.at(here, of, (p.outcome != CANCELLED).astype(np.int64))
    no_instructor = np.zeros(count, dtype=bool)
    no_instructor[of[p.outcome == INSTRUCTOR_ABSENT]] = True
    few = here == 0
    closing = (
        end + HOUR // 2 + after(world, "session closed", keys.key(factory_id[head], day, p.sequence[head]), 0, 0.7)
    )
    cancelled = np.select([no_instructor, few], [start - HOUR, start - 20 * HOUR], NEVER)
    cancelled = np.where(cancelled != NEVER, np.maximum(cancelled, created + 1_800), NEVER)
    teacher = labour.training.teacher(factory, p.crew[head])
    own = np.where(p.outcome == CANCELLED, np.maximum(start[of] - 20 * HOUR, enrolled + 1_500), NEVER)
    withdrawn = np.where(p.outcome == INSTRUCTOR_ABSENT, cancelled[of], own)

    return _Sessions(
        places=p,
        of=of,
        factory_id=factory_id[head],
        day=day,
        sequence=p.sequence[head],
        programme=programme,
        induction=induction,
        start=start,
        end=end,
        teacher=np.where((programme == TOOLBOX) & ~induction, teacher, -1),
        created=created,
        confirmed=confirmed,
        completed=np.where(cancelled == NEVER, closing, NEVER),
        cancelled=cancelled,
        no_instructor=no_instructor,
        enrolled=enrolled,
        withdrawn=withdrawn,
    )


def training_schedules(world: World, window: Window) -> Columns:
    x = _sessions(world, window)
    every = _courses(world)
    course = _course_of(x.programme, x.induction)
    delivery = np.array([c.delivery for c in every])[course - 1]
    n = len(x.day)
    seats_taken, places_taken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    np.add.at(seats_taken, x.of, (happened(window, x.enrolled) & ~happened(window, x.withdrawn)).astype(np.int64))
    np.add.at(places_taken, x.of, 1)
    latest = np.full(n, NEVER)
    hit = np.zeros(n, dtype=bool)
    for times in (x.enrolled, x.withdrawn):
        past = happened(window, times)
        np.maximum.at(latest, x.of[past], times[past])
        hit[x.of[touched(window, times)]] = True
    confirmed = np.where((x.cancelled == NEVER) | (x.confirmed < x.cancelled), x.confirmed, NEVER)
    updated_at = np.maximum(updated(window, x.created, confirmed, x.completed, x.cancelled), latest)
    # Who is planned to instruct has the seat when the plan is made; who will have it later is not known yet.
    instructor = holder(world, np.maximum(x.teacher, 0), np.minimum(x.day, updated_at // DAY))
    mask = (touched(window, x.created, confirmed, x.completed, x.cancelled) | hit) & (x.created < window.end)
    if window.is_opening:
        mask &= x.closed >= window.end
    largest = np.array([16 + 4 * (c.training_course_id % 3) if c.delivery != "e_learning" else 200 for c in every])
    reason = np.where(x.no_instructor, "instructor_absent", "too_few_participants")
    return rows(
        {
            "training_schedule_id": x.key,
            "session_number": number("TRN", np.char.mod("F%d", x.factory_id), x.day, x.sequence),
            "training_course_id": course,
            "factory_id": x.factory_id,
            "training_location": np.select(
                [delivery == "external", delivery == "e_learning", delivery == "on_the_job"],
                ["provider", "online", "shop_floor"],
                "training_room",
            ),
            "scheduled_start_time": x.start,
            "scheduled_end_time": x.end,
            "instructor_id": np.ma.masked_where(x.teacher < 0, instructor),
            "max_participants": np.maximum(largest[course - 1], places_taken),
            "current_enrollment": seats_taken,
            "schedule_status": np.select(
                [happened(window, x.completed), happened(window, x.cancelled), happened(window, confirmed)],
                ["completed", "cancelled", "confirmed"],
                "planned",
            ),
            "completed_at": known(window, x.completed, x.completed),
            "cancelled_at": known(window, x.cancelled, x.cancelled),
            "cancellation_reason": known(window, x.cancelled, reason),
            "created_at": x.created,
            "updated_at": updated_at,
        },
        mask,
    )


def training_enrollments(world: World, window: Window) -> Columns:
    x = _sessions(world, window)
    p, of = x.places, x.of
    e = p.employee_id
    there = np.isin(p.outcome, (ATTENDED, FAILED))
    recorded = np.where(there | (p.outcome == NO_SHOW), x.completed[of], NEVER)
    # In a session without anybody, nobody is missed.
    recorded = np.where(x.cancelled[of] != NEVER, NEVER, recorded)
    withdrawn = np.where((x.cancelled[of] != NEVER) & (x.withdrawn == NEVER), x.cancelled[of], x.withdrawn)
    updated_at = updated(window, x.enrolled, recorded, withdrawn)
    mask = touched(window, x.enrolled, recorded, withdrawn) & (x.enrolled < window.end)
    if window.is_opening:
        mask &= x.closed[of] >= window.end
    certified = np.array([programme.months > 0 for programme in PROGRAMMES])[p.programme]
    minutes = np.array([programme.minutes for programme in PROGRAMMES])[p.programme]
    rating = world.rng.uniform("feedback", e, p.day, p.sequence)
    known_result = happened(window, recorded)
    attended = known_result & there
    job_role = 10 * np.array([ROLE_NUMBER[r] for r in seats(world).role[p.seat].tolist()], dtype=np.int64)
    level = careers(world).level(e, np.maximum(x.enrolled // DAY, careers(world).hired(e)))
    return rows(
        {
            "training_enrollment_id": enrollment_key(e, p.day, p.sequence),
            "training_schedule_id": x.key[of],
            "employee_id": e,
            "enrollment_reason": np.select(
                [p.induction, certified, p.programme == TOOLBOX],
                ["onboarding", "certificate_renewal", "requirement"],
                "development",
            ),
            "training_requirement_id": np.ma.array(
                requirement_id(job_role + level + 1, 2 * p.programme + 1), mask=~certified & (p.programme != TOOLBOX)
            ),
            "enrollment_status": np.select(
                [attended, known_result, happened(window, withdrawn)], ["attended", "no_show", "cancelled"], "enrolled"
            ),
            "attendance_hours": np.ma.array(minutes // 6, mask=~attended),
            "assessment_score": np.ma.array(p.score, mask=~attended),
            "passed": np.ma.array(p.outcome == ATTENDED, mask=~attended),
            "feedback_rating": np.ma.array(
                1 + np.searchsorted([0.03, 0.1, 0.3, 0.68], np.minimum(1.5 * rating, 1.0)),
                mask=~attended | (rating > 0.667),
            ),
            "result_recorded_at": known(window, recorded, recorded),
            "created_at": x.enrolled,
            "updated_at": updated_at,
        },
        mask,
    )


def enrollment_key(employee_id: Ints, day: Ints, sequence: Ints) -> Ints:
    """Key of a person's place in the session of a day."""
    return keys.key(employee_id, day, sequence)


def _course_of(programme: Ints, induction: Bools) -> Ints:
    """The initial course for newcomers and for programmes without a certificate, the refresher else."""
    certified = np.array([p.months > 0 for p in PROGRAMMES])[programme]
    return np.asarray(2 * programme + 1 + (certified & ~induction))


_TYPES = np.array(
    ["equipment_licence", "statutory", "safety", "equipment_licence", "trade", "quality", "safety", "statutory"]
)
_ISSUERS = ("", "", "Red Cross", "TechAcademy", "Chamber of Industry", "", "", "")


def employee_certifications(world: World, window: Window) -> Columns:
    """Certificates since the start, and those that were in force then."""
    e, programme, issue, recorded, enrollment = _certificates(world, window)
    order = np.lexsort((issue, programme, e))
    e, programme, issue, recorded, enrollment = (x[order] for x in (e, programme, issue, recorded, enrollment))
    same = np.zeros(len(e), dtype=bool)
    same[1:] = (e[1:] == e[:-1]) & (programme[1:] == programme[:-1])
    key = keys.key(e, issue, programme)
    previous = np.concatenate([[0], key[:-1]])[: len(key)]
    expiry = issue + np.array([p.valid_days for p in PROGRAMMES])[programme]
    following = np.where(np.append(same[1:], False), np.append(recorded[1:], NEVER), NEVER)
    expired_at = np.where((following == NEVER) | (following > expiry * DAY), expiry * DAY, NEVER)
    renewed = np.where(expired_at == NEVER, following, NEVER)
    last = careers(world).left(e)
    alert_at = (expiry - ALERT_DAYS) * DAY + 6 * HOUR
    alert_at = np.where(
        ((following == NEVER) | (alert_at < following)) & (expiry - ALERT_DAYS <= last), alert_at, NEVER
    )
    instants = (recorded, renewed, expired_at, alert_at)
    issuer = np.array(_ISSUERS)[programme]
    company = np.array([world.company.companies.of_factory[f.factory_id] for f in world.layout.factories])
    names = dict(
        zip(world.company.companies.company_id.tolist(), world.company.companies.company_name.tolist(), strict=True)
    )
    by_factory = {f.factory_id: names[c] for f, c in zip(world.layout.factories, company.tolist(), strict=True)}
    own = np.array([by_factory[f] for f in seats(world).factory_id[careers(world).place(e)[1]].tolist()], dtype=str)
    return rows(
        {
            "employee_certification_id": key,
            "certification_number": number("CERT", e, issue, programme),
            "employee_id": e,
            "training_course_id": 2 * programme + 1,
            "training_enrollment_id": np.ma.masked_equal(enrollment, 0),
            "certification_type": _TYPES[programme],
            "issuing_organization": np.where(issuer == "", own, issuer),
            "issue_date": issue,
            "expiry_date": expiry,
            "previous_certification_id": np.ma.array(previous, mask=~same),
            "certification_status": np.select(
                [happened(window, renewed), happened(window, expired_at)], ["renewed", "expired"], "valid"
            ),
            "expiry_alert_sent_at": known(window, alert_at, alert_at),
            "revoked_at": nothing(len(e), np.int64),
            "created_at": recorded,
            "updated_at": updated(window, *instants),
        },
        touched(window, *instants) & (recorded < window.end),
    )


def _certificates(world: World, window: Window) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(person, programme, day of issue, when recorded, enrollment or 0)."""
    labour, c = world.people, careers(world)
    start = world.start // DAY
    parts = []
    people_ = c.people(start)
    people_ = people_[c.hired(people_) < start]
    seat = c.place(people_)[1]
    for p, programme in enumerate(PROGRAMMES):
        if not programme.months:
            continue
        inside = (
            np.isin(seats(world).role[seat], programme.roles) if programme.roles else np.ones(len(seat), dtype=bool)
        )
        s, e = seat[inside], people_[inside]
        period = ROTATION * programme.rotations
        group = labour.training.group[s]
        phase = labour.training.phase(p, labour.roster.factory[s], group)
        latest = start - 1 - (start - 1 - phase) % period
        issue = labour.training.issued(p, s, e, latest + period)
        # Who was not through before the start has the certificate of the round before.
        issue = np.where(issue < start, issue, labour.training.issued(p, s, e, latest))
        kept = issue < start
        recorded = issue * DAY + 18 * HOUR
        parts.append(
            (
                e[kept],
                np.full(int(kept.sum()), p),
                issue[kept],
                recorded[kept],
                np.zeros(int(kept.sum()), dtype=np.int64),
            )
        )
    if not window.is_opening:
        x = sessions(world, start, window.end // DAY + 1)
        pl = x.places
        good = (pl.outcome == ATTENDED) & np.array([q.months > 0 for q in PROGRAMMES])[pl.programme]
        recorded = x.completed[x.of[good]] + 60
        parts.append(
            (
                pl.employee_id[good],
                pl.programme[good],
                pl.day[good],
                recorded,
                enrollment_key(pl.employee_id, pl.day, pl.sequence)[good],
            )
        )
    e, programme_, issue, recorded, enrollment = (np.concatenate(x) for x in zip(*parts, strict=True))
    return e, programme_, issue, recorded, enrollment
