"""Roles and seats, the steps between roles, and what people did in them."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, joined, nothing, rows, touched, updated, within
from genims_ray.modules.hr.catalogue import EXPERIENCE, LEVEL_TITLES, ROLE_NUMBER, ROLES
from genims_ray.modules.hr.common import (
    careers,
    entered,
    human_resources,
    job_role_id,
    recorded_at,
    seats,
    standing,
    superior,
    superior_seat,
)
from genims_ray.world import DAY, HOUR, NEVER, Window, World, dates, keys
from genims_ray.world.company.employees import LEVELS
from genims_ray.world.company.seats import OFFICE
from genims_ray.world.dates import new_year
from genims_ray.world.people.careers import next_period, raise_year
from genims_ray.world.rows import Bools, Ints

SEAT_LEVEL = 2
"""Level (1 to 4) that seats are budgeted for."""
EXTRA_SEATS = 900
"""Post numbers from which on seats are in the budget, but never were filled."""


def job_roles(world: World, window: Window) -> Columns:
    pairs = [(name, role, level) for name, role in ROLES.items() for level in range(4)]
    job_role_id_ = np.array([10 * ROLE_NUMBER[name] + level + 1 for name, _, level in pairs])
    above = [10 * ROLE_NUMBER[role.superior] + 3 if role.superior else 0 for _, role, _ in pairs]
    titles = [f"{LEVEL_TITLES[level]} {role.title}".strip() for _, role, level in pairs]
    return standing(
        window,
        {
            "job_role_id": job_role_id_,
            "role_code": np.array([f"JR-{role.code}-{level + 1}" for _, role, level in pairs]),
            "role_name": np.array([title[0].upper() + title[1:] for title in titles]),
            "employee_role": np.array([name for name, _, _ in pairs]),
            "role_level": np.array([LEVELS[level] for _, _, level in pairs]),
            "role_family": np.array([role.family for _, role, _ in pairs]),
            "pay_type": np.array(["hourly" if role.hourly else "salaried" for _, role, _ in pairs]),
            "salary_grade": np.array([f"G{role.grade + level:02d}" for _, role, level in pairs]),
            "min_education": np.array([role.education for _, role, _ in pairs]),
            "min_experience_years": np.array([EXPERIENCE[level] for _, _, level in pairs]),
            "is_shift_work": np.array([role.hourly for _, role, _ in pairs]),
            "reports_to_job_role_id": np.ma.masked_equal(np.array(above), 0),
            "created_at": entered(world, "job role", job_role_id_),
        },
    )


def positions(world: World, window: Window) -> Columns:
    s, c = seats(world), careers(world)
    c.ensure(window.end // DAY + 1)
    opened = {f.factory_id: dates.day(f.params.operational_since) for f in world.layout.factories}
    n = len(s.seat_id)
    since = np.array([opened[f] for f in s.factory_id.tolist()], dtype=np.int64)
    start_date = c.hire[0] - np.floor((c.hire[0] - since) * world.rng.uniform("seat opened", s.seat_id)).astype(
        np.int64
    )
    created_at = dates.entered(world.rng, "seat", s.seat_id, start_date)
    filled_at = c.hire * DAY + 12 * HOUR
    filled_at[0] = np.maximum(filled_at[0], created_at)
    vacated_at = (c.last + 1) * DAY + 6 * HOUR
    count = np.maximum((filled_at < window.end).sum(axis=0), 1) - 1
    seat = np.arange(n)
    last, gone = c.last[count, seat], vacated_at[count, seat]
    vacant = happened(window, gone)
    instants = [created_at, *filled_at, *vacated_at]
    boss = superior_seat(world)
    critical = np.isin(s.role, ("operator", "maintenance_technician", "plant_manager", "shift_supervisor"))
    role = np.array([10 * ROLE_NUMBER[r] for r in s.role.tolist()], dtype=np.int64)
    own = rows(
        {
            "position_id": s.seat_id,
            "position_code": np.array(
                [f"P-F{f:02d}-{p:03d}" for f, p in zip(s.factory_id.tolist(), s.post.tolist(), strict=True)]
            ),
            "position_name": np.array(
                [
                    _seat_name(r, line, crew)
                    for r, line, crew in zip(s.role.tolist(), s.line_id.tolist(), s.crew.tolist(), strict=True)
                ]
            ),
            "job_role_id": role + SEAT_LEVEL,
            "factory_id": s.factory_id,
            "department_id": c.department_id,
            "line_id": np.ma.masked_equal(s.line_id, 0),
            "reports_to_position_id": np.ma.array(s.seat_id[np.maximum(boss, 0)], mask=boss < 0),
            "criticality": np.select([critical, s.roster != OFFICE], ["A", "B"], "C"),
            "position_status": np.where(vacant, "vacant", "filled"),
            "employee_id": np.ma.array(c.person(count, seat), mask=vacant),
            "vacant_since": np.ma.array(last + 1, mask=~vacant),
            "position_start_date": start_date,
            "position_end_date": nothing(n, np.int64),
            "created_at": created_at,
            "updated_at": updated(window, *instants),
        },
        touched(window, *instants) & (created_at < window.end),
    )
    if not window.is_opening:
        return own
    extra = _extra_seats(world)
    return {name: joined([own[name], extra[name]]) for name in own}


def _seat_name(role: str, line_id: int, crew: int) -> str:
    title = ROLES[role].title.capitalize()
    place = f", L{line_id}" if line_id else ""
    return f"{title}{place}" + (f", crew {'ABCD'[crew]}" if crew >= 0 else "")


def _extra_seats(world: World) -> Columns:
    """Two more seats a factory in the budget: vacant, or struck."""
    s, c = seats(world), careers(world)
    manager = np.unique(world.people.offices.manager_seat)
    factory_id = np.repeat(s.factory_id[manager], 2)
    post = EXTRA_SEATS + np.tile([1, 2], len(manager))
    position_id = factory_id * 1000 + post
    engineer = post == EXTRA_SEATS + 1
    start = world.start // DAY
    start_date = start - 900 + np.floor(500 * world.rng.uniform("extra seat", position_id)).astype(np.int64)
    closed = ~engineer & (world.rng.uniform("seat struck", position_id) < 0.2)
    changed = start - 300 + np.floor(280 * world.rng.uniform("extra seat vacant", position_id)).astype(np.int64)
    created_at = dates.entered(world.rng, "seat", position_id, start_date)
    department = np.where(engineer, c.department_id[np.repeat(manager, 2)], factory_id * 100 + 1)
    role = np.where(engineer, 10 * ROLE_NUMBER["process_engineer"], 10 * ROLE_NUMBER["relief_operator"])
    return {
        "position_id": position_id,
        "position_code": np.array(
            [f"P-F{f:02d}-{p:03d}" for f, p in zip(factory_id.tolist(), post.tolist(), strict=True)]
        ),
        "position_name": np.where(engineer, "Process engineer, new products", "Relief operator, night shift"),
        "job_role_id": role + SEAT_LEVEL,
        "factory_id": factory_id,
        "department_id": department,
        "line_id": nothing(len(post), np.int64),
        "reports_to_position_id": s.seat_id[np.repeat(manager, 2)],
        "criticality": np.where(engineer, "C", "B"),
        "position_status": np.where(closed, "closed", "vacant"),
        "employee_id": nothing(len(post), np.int64),
        "vacant_since": np.ma.array(changed, mask=closed),
        "position_start_date": start_date,
        "position_end_date": np.ma.array(changed, mask=~closed),
        "created_at": created_at,
        "updated_at": changed * DAY + 10 * HOUR,
    }


def employee_employment_history(world: World, window: Window) -> Columns:
    c, rng = careers(world), world.rng
    ids = c.people(window.end // DAY + 1)
    hired, last = c.hired(ids), c.left(ids)
    employee, day, kind = [ids], [hired], [np.zeros(len(ids), dtype=np.int64)]  # 0 hire, 1 change, 2 termination
    for step in c.promotions(ids).T:
        _add(employee, day, kind, ids, step, (step > hired) & (step <= last))
    horizon = window.end // DAY + 30
    for year in range(int(raise_year(int(hired.min()))) + 1, int(raise_year(horizon)) + 1):
        step = np.full(len(ids), int(next_period(new_year(year))))
        _add(employee, day, kind, ids, step, (step > hired) & (step <= last))
    first = max(int((world.start // DAY - hired.max()) // 366), 1)
    for year in range(first, int((horizon - hired.min()) // 365) + 1):
        due = hired + np.floor(year * dates.YEAR).astype(np.int64)
        step = next_period(due + 45)
        raised = (due >= c.start_day) & (c.merit(ids, np.full(len(ids), year)) > 0)
        _add(employee, day, kind, ids, step, raised & (step > hired) & (step <= last))
    employee.append(ids)
    day.append(last + 1)
    kind.append(np.full(len(ids), 2))
    e, effective_date, what = (np.concatenate(part) for part in (employee, day, kind))
    _, unique = np.unique(e * 2**21 + effective_date * 4 + what, return_index=True)
    e, effective_date, what = e[unique], effective_date[unique], what[unique]
    seat = c.place(e)[1]
    hire, over = what == 0, what == 2
    old_level, new_level = c.level(e, effective_date - 1), c.level(e, effective_date)
    old_rate, new_rate = c.rate_cents(e, effective_date - 1), c.rate_cents(e, effective_date)
    kept = hire | over | (old_level != new_level) | (old_rate != new_rate)
    e, effective_date, seat, hire, over = (x[kept] for x in (e, effective_date, seat, hire, over))
    old_level, new_level, old_rate, new_rate = (x[kept] for x in (old_level, new_level, old_rate, new_rate))
    head = np.flatnonzero(hire)
    change_sequence = np.arange(len(e)) - np.repeat(head, np.diff(np.append(head, len(e)))) + 1
    promoted = ~hire & ~over & (old_level != new_level)
    merit = ~hire & ~over & (c.merits(e, effective_date - 1) != c.merits(e, effective_date))
    kinds, _ = c.exits(e)
    entry = recorded_at(world, e) + HOUR
    noted = np.where(over, effective_date * DAY - 9 * HOUR, (effective_date - 5) * DAY + 9 * HOUR)
    created_at = np.where(hire, entry, np.maximum(noted, entry + 60))
    created_at += np.where(hire, 0, np.floor(1_800 * rng.uniform("change noted", e, effective_date)).astype(np.int64))
    position = seats(world).seat_id[seat]
    on = np.minimum(effective_date, created_at // DAY)
    approved_by = np.where(hire | over, human_resources(world, seat, on, e), superior(world, e, on))
    return rows(
        {
            "employee_employment_history_id": keys.key(e, effective_date, np.minimum(change_sequence, 9_999)),
            "employee_id": e,
            "change_sequence": change_sequence,
            "change_type": np.select([hire, over, promoted], ["hire", "termination", "promotion"], "pay_change"),
            "change_reason": np.select(
                [hire & (e < 100_000) & (rng.uniform("new position", e) < 0.4), hire, over, merit, promoted],
                ["new_position", "vacancy", kinds, "performance_review", "experience"],
                "annual_increase",
            ),
            "effective_date": effective_date,
            "previous_position_id": np.ma.array(position, mask=hire),
            "new_position_id": np.ma.array(position, mask=over),
            "previous_job_role_id": np.ma.array(job_role_id(world, e, old_level), mask=hire),
            "new_job_role_id": np.ma.array(job_role_id(world, e, new_level), mask=over),
            "previous_hourly_rate": np.ma.array(old_rate, mask=hire),
            "new_hourly_rate": np.ma.array(new_rate, mask=over),
            "currency": c.currency[seat],
            "approved_by": approved_by,
            "created_at": created_at,
        },
        within(window, created_at),
    )


def _add(employee: list[Ints], day: list[Ints], kind: list[Ints], ids: Ints, step: Ints, mask: Bools) -> None:
    employee.append(ids[mask])
    day.append(step[mask])
    kind.append(np.ones(int(mask.sum()), dtype=np.int64))


LEADERSHIP = (
    ("operator", "shift_supervisor"), ("relief_operator", "shift_supervisor"), ("maintenance_technician", "shift_supervisor"),
    ("shift_supervisor", "plant_manager"), ("process_engineer", "plant_manager"), ("production_planner", "plant_manager"),
    ("quality_engineer", "plant_manager"), ("controller", "plant_manager"),
)  # fmt: skip
CROSS_FUNCTIONAL = (
    ("operator", "relief_operator"), ("operator", "quality_inspector"), ("operator", "maintenance_technician"),
    ("quality_inspector", "quality_engineer"), ("maintenance_technician", "field_technician"), ("field_technician", "service_agent"),
    ("service_agent", "sales_representative"), ("warehouse_operator", "operator"), ("shift_supervisor", "production_planner"),
    ("production_planner", "buyer"), ("process_engineer", "quality_engineer"), ("buyer", "sales_representative"),
)  # fmt: skip


def career_paths(world: World, window: Window) -> Columns:
    steps = [("progression", role, level, role, level + 1) for role in ROLES for level in range(3)]
    steps += [("leadership", a, 2, b, 1) for a, b in LEADERSHIP]
    steps += [("cross_functional", a, 1, b, 0) for a, b in CROSS_FUNCTIONAL]
    career_path_id = np.arange(1, len(steps) + 1)
    base = np.array(
        [{"progression": (0.6, 3.4, 6.0)[a], "leadership": 5.0, "cross_functional": 2.5}[t] for t, _, a, _, _ in steps]
    )
    u = world.rng.uniform("career path", career_path_id)
    kind = np.array([step[0] for step in steps])
    return standing(
        window,
        {
            "career_path_id": career_path_id,
            "path_code": np.char.mod("CP-%03d", career_path_id),
            "from_job_role_id": np.array([10 * ROLE_NUMBER[a] + i + 1 for _, a, i, _, _ in steps]),
            "to_job_role_id": np.array([10 * ROLE_NUMBER[b] + j + 1 for _, _, _, b, j in steps]),
            "path_type": kind,
            "typical_time_years": np.rint(10 * base * (0.8 + 0.4 * u)).astype(np.int64),
            "min_performance_rating": np.where(kind == "leadership", 375, np.where(kind == "progression", 300, 325)),
            "requires_assessment": kind == "leadership",
            "created_at": entered(world, "career path", career_path_id),
        },
    )


def succession_planning(world: World, window: Window) -> Columns:
    seat, plan, created_at, phase = _plans(world)
    c, s = careers(world), seats(world)
    review = _latest_review(np.full(len(plan), window.end), phase)
    day = np.maximum(review, created_at // DAY)
    incumbent = c.holder(seat, day)
    tenure = (day - c.hired(np.where(incumbent > 0, incumbent, s.seat_id[seat]))) / dates.YEAR
    u = world.rng.uniform("succession", plan, review)
    reason = np.select([tenure > 18, u < 0.12, u > 0.9], ["retirement", "flight_risk", "promotion"], "")
    expected = day + np.floor(200 + 900 * u).astype(np.int64)
    ready = world.rng.uniform("succession ready", plan, review)
    updated_at = np.maximum(created_at, review * DAY + 14 * HOUR)
    owner = superior(world, s.seat_id[seat], day)
    owner = np.where(owner == incumbent, human_resources(world, seat, day, incumbent), owner)
    return rows(
        {
            "succession_plan_id": plan,
            "position_id": s.seat_id[seat],
            "current_incumbent_id": np.ma.masked_equal(incumbent, 0),
            "plan_owner_id": owner,
            "succession_risk": np.select(
                [(incumbent == 0) | ((reason != "") & (ready < 0.5)), ready < 0.4], ["high", "medium"], "low"
            ),
            "expected_vacancy_reason": np.ma.array(reason, mask=reason == ""),
            "expected_vacancy_date": np.ma.array(expected, mask=reason == ""),
            "last_review_date": day,
            "next_review_date": review + REVIEW_DAYS,
            "created_at": created_at,
            "updated_at": updated_at,
        },
        within(window, updated_at),
    )


def succession_candidates(world: World, window: Window) -> Columns:
    """People of the factory who have been there for a year; whoever leaves makes room for the next holder."""
    c = careers(world)
    c.ensure(window.end // DAY + 1)
    seat, plan, opened, phase = _plans(world)
    slots = np.arange(3)
    source = np.array([_sources(world, int(i)) for i in seat.tolist()])
    rank = np.broadcast_to(slots + 1, source.shape)
    parts = []
    for generation in range(len(c.hire)):
        kept = source >= 0
        parts.append(
            (
                np.repeat(plan, 3)[kept.ravel()],
                source[kept],
                rank[kept],
                np.full(int(kept.sum()), generation),
                np.repeat(opened, 3)[kept.ravel()],
                np.repeat(phase, 3)[kept.ravel()],
            )
        )
    plan_, i, candidate_rank, generation_, opened_, phase_ = (np.concatenate(x) for x in zip(*parts, strict=True))
    e = c.person(generation_, i)
    created_at = np.maximum(opened_ + HOUR, (c.hire[generation_, i] + 365) * DAY + 15 * HOUR)
    last = c.last[generation_, i]
    left_at = np.where(last * DAY > created_at, (last + 1) * DAY + 6 * HOUR, NEVER)
    gone = happened(window, left_at)
    assessed_at = _latest_review(np.where(gone, left_at, window.end), phase_) * DAY + 15 * HOUR
    assessed_at = np.maximum(assessed_at, created_at)
    assessed = assessed_at // DAY
    updated_at = np.where(gone, left_at, assessed_at)
    good = c.performance(e) + 0.3 * world.rng.normal("assessment", e, assessed)
    potential = world.rng.uniform("potential", e)
    years = (assessed - c.hired(e)) / dates.YEAR
    readiness = np.select(
        [(years > 6) & (good > 3.4), years > 3], ["ready_now", "one_to_two_years"], "three_to_five_years"
    )
    return rows(
        {
            "succession_candidate_id": plan_ * 1000 + candidate_rank * 100 + generation_,
            "succession_plan_id": plan_,
            "employee_id": e,
            "candidate_rank": candidate_rank,
            "readiness_level": readiness,
            "performance_score": 1 + (good > 3.1) + (good > 3.8),
            "potential_score": 1 + (potential > 0.3) + (potential > 0.75),
            "candidate_status": np.where(gone, "withdrawn", "nominated"),
            "last_assessment_date": assessed_at // DAY,
            "created_at": created_at,
            "updated_at": updated_at,
        },
        within(window, updated_at) & (created_at < window.end) & (created_at // DAY <= last),
    )


REVIEW_DAYS = 182


def _plans(world: World) -> tuple[Ints, Ints, Ints, Ints]:
    """Key seats (indices) with their plans, when these were opened, and a first day of their reviews."""
    s = seats(world)
    key = np.isin(s.role, ("plant_manager", "production_planner")) | (
        np.isin(s.role, ("shift_supervisor", "maintenance_technician", "process_engineer")) & (s.place == 0)
    )
    key |= (s.role == "quality_engineer") | (s.role == "controller")
    seat = np.flatnonzero(key)
    plan = s.seat_id[seat]
    opened = dates.entered(
        world.rng,
        "succession plan",
        plan,
        world.start // DAY - 200 - np.floor(500 * world.rng.uniform("succession opened", plan)).astype(np.int64),
    )
    phase = np.floor(REVIEW_DAYS * world.rng.uniform("succession phase", plan)).astype(np.int64)
    return seat, plan, opened, phase


def _latest_review(time: Ints, phase: Ints) -> Ints:
    """The last day of review whose result was recorded (by 15:00) before each time."""
    day = (time - 1 - 15 * HOUR) // DAY
    return np.asarray(day - (day - phase) % REVIEW_DAYS)


def _sources(world: World, seat: int) -> list[int]:
    """Seats whose holders come into question for a key seat: two or three."""
    s = seats(world)
    here = (s.factory_id == s.factory_id[seat]) & (np.arange(len(s.seat_id)) != seat)
    office = s.roster[seat] == OFFICE
    wanted = here & (
        s.roster == OFFICE if office else np.isin(s.role, ("operator", "maintenance_technician", "shift_supervisor"))
    )
    found = np.flatnonzero(wanted)
    order = np.argsort(world.rng.uniform("successor", s.seat_id[seat], s.seat_id[found]))
    count = 2 + int(world.rng.uniform("successors", s.seat_id[seat]) < 0.45)
    taken = found[order][:count].tolist()
    return [*taken, *[-1] * (3 - len(taken))]
