"""Skills: the catalogue, what roles ask for, and what people can do."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.hr.catalogue import BEHAVIOURAL, CERTIFIED, FADING, ROLE_NUMBER, ROLES, Skill, skills
from genims_ray.modules.hr.common import after, careers, entered, seats, standing, superior
from genims_ray.world import DAY, HOUR, NEVER, Window, World, dates, keys
from genims_ray.world.rows import Ints

ASSESSED_EVERY = 365
_MOST = 9


def catalogue(world: World) -> tuple[Skill, ...]:
    return skills(tuple(world.plant.machines))


def skills_catalog(world: World, window: Window) -> Columns:
    every = catalogue(world)
    skill_id = np.array([s.skill_id for s in every])
    fades = [next((m for word, m in FADING.items() if word in s.name.lower()), 0) for s in every]
    bodies = np.array([CERTIFIED.get(s.name, "") for s in every])
    machine_type = np.array([s.machine_type for s in every])
    return standing(
        window,
        {
            "skill_id": skill_id,
            "skill_code": np.char.mod("SK-%03d", skill_id),
            "skill_name": np.array([s.name for s in every]),
            "skill_category": np.array([s.category for s in every]),
            "skill_type": np.array(["behavioural" if s.name in BEHAVIOURAL else "technical" for s in every]),
            "machine_type": np.ma.array(machine_type, mask=machine_type == ""),
            "requires_certification": np.array([s.name in CERTIFIED for s in every]),
            "certification_body": np.ma.array(bodies, mask=bodies == ""),
            "fades_after_months": np.ma.masked_equal(np.array(fades), 0),
            "created_at": entered(world, "skill", skill_id),
        },
    )


def role_skill_requirements(world: World, window: Window) -> Columns:
    by_name = {s.name: s.skill_id for s in catalogue(world)}
    found = [
        (10 * ROLE_NUMBER[name] + level + 1, by_name[skill], place, level)
        for name, role in ROLES.items()
        for level in range(4)
        for place, skill in enumerate(role.skills)
    ]
    job_role_id, skill_id, place, level = (np.array(x) for x in zip(*found, strict=True))
    return standing(
        window,
        {
            "role_skill_requirement_id": job_role_id * 1000 + skill_id,
            "job_role_id": job_role_id,
            "skill_id": skill_id,
            "requirement_type": np.where(place < 3, "essential", "desirable"),
            "min_proficiency_level": np.clip(level + 2 - place // 3, 1, 5),
            "priority": np.minimum(1 + place // 2, 3),
            "created_at": entered(world, "role skill", job_role_id * 1000 + skill_id),
        },
    )


def employee_skills(world: World, window: Window) -> Columns:
    """Skills of the role, for operators the machines of their line, and often a language; assessed every year."""
    c, rng = careers(world), world.rng
    ids = c.people(window.end // DAY + 1)
    e, skill_id = _held(world, ids)
    hired, last = c.hired(e), c.left(e)
    acquired = hired + 20 + np.floor(90 * rng.uniform("skill acquired", e, skill_id)).astype(np.int64)
    created_at = (
        acquired * DAY + 10 * HOUR + np.floor(5 * HOUR * rng.uniform("skill noted", e, skill_id)).astype(np.int64)
    )
    today = np.minimum((window.end - 1 - 16 * HOUR) // DAY, last)
    number = np.maximum((today - acquired) // ASSESSED_EVERY, 0)
    assessed = acquired + number * ASSESSED_EVERY
    assessed_at = np.where(number > 0, assessed * DAY + 16 * HOUR, created_at)
    years = (assessed - hired) / dates.YEAR * (0.7 + 0.6 * rng.uniform("learning", e)) + c.prior_years(e)
    talent = 0.6 * rng.normal("talent", e, skill_id) + 0.4 * (c.performance(e) - 3.4)
    proficiency_level = np.clip(np.floor(1.4 + 1.25 * np.log1p(years) + talent), 1, 5).astype(np.int64)
    claim = rng.uniform("self assessment", e, skill_id, number)
    self_assessment_level = np.clip(proficiency_level + (claim > 0.75) - (claim < 0.12), 1, 5)
    seen = rng.uniform("skill verified", e, skill_id) < 0.88
    verified_at = np.where(seen, created_at + after(world, "skill seen", e * 256 + skill_id, 40, 400), NEVER)
    verified_at = np.where(verified_at // DAY <= last, verified_at, NEVER)
    updated_at = updated(window, created_at, assessed_at, verified_at)
    mask = touched(window, created_at, assessed_at, verified_at) & (created_at < window.end) & (acquired <= last)
    who = superior(world, e, np.maximum(verified_at // DAY, hired))
    verified = happened(window, verified_at)
    return rows(
        {
            "employee_skill_id": keys.key(e, hired, skill_id),
            "employee_id": e,
            "skill_id": skill_id,
            "proficiency_level": proficiency_level,
            "self_assessment_level": self_assessment_level,
            "acquired_date": acquired,
            "last_assessed_date": assessed,
            "verified_by": np.ma.array(who, mask=~verified),
            "verified_date": known(window, verified_at, verified_at // DAY),
            "created_at": created_at,
            "updated_at": updated_at,
        },
        mask,
    )


def _held(world: World, ids: Ints) -> tuple[Ints, Ints]:
    """(person, skill) of everything each person is assessed in, by person."""
    every, s = catalogue(world), seats(world)
    by_name = {skill.name: skill.skill_id for skill in every}
    languages = [skill.skill_id for skill in every if skill.category == "language"]
    of_machine: dict[str, list[int]] = {}
    for skill in every:
        if skill.machine_type:
            of_machine.setdefault(skill.machine_type, []).append(skill.skill_id)
    sets: dict[tuple[str, int], list[int]] = {}
    for role, line_id in set(zip(s.role.tolist(), s.line_id.tolist(), strict=True)):
        chosen = [by_name[name] for name in ROLES[role].skills]
        if line_id:
            machines = world.layout.line_by_id[line_id].type.machines
            chosen += [of_machine[m][0] for m in dict.fromkeys(machines)][: _MOST - len(chosen)]
        sets[role, line_id] = chosen
    seat = careers(world).place(ids)[1]
    roles, lines = s.role[seat].tolist(), s.line_id[seat].tolist()
    groups = [sets[role, line] for role, line in zip(roles, lines, strict=True)]
    e = np.repeat(ids, [len(g) for g in groups])
    skill_id = np.array([skill for g in groups for skill in g], dtype=np.int64)
    speaks = world.rng.uniform("language", ids) < 0.45
    tongue = np.array(languages)[
        np.minimum((world.rng.uniform("tongue", ids[speaks]) * len(languages)).astype(np.int64), len(languages) - 1)
    ]
    e, skill_id = np.concatenate([e, ids[speaks]]), np.concatenate([skill_id, tongue])
    order = np.lexsort((skill_id, e))
    return e[order], skill_id[order]
