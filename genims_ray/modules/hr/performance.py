"""Indicators by which roles are judged, goals, and reviews that count them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.hr.catalogue import KPI_WEIGHTS, KPIS, ROLE_NUMBER
from genims_ray.modules.hr.common import careers, entered, human_resources, seats, standing, superior
from genims_ray.world import DAY, HOUR, NEVER, Window, World, dates, keys
from genims_ray.world.rows import Bools, Ints

GOALS = 4
GOAL_WEIGHTS = (40, 30, 20, 10)
PROBATION_DAYS = 90
LONGEST_REVIEW_DAYS = 45
_CATEGORIES = ("performance", "performance", "development", "safety")
_PROJECTS = (
    "Bring the improvement project to its next milestone",
    "Document the standard for the post",
    "Hand over the project in time",
)
_DEVELOPMENT = (
    "Reach the next level in one skill",
    "Pass a course of one's own choice",
    "Train a colleague",
    "Work a month in another department",
)
_SAFETY = ("Report five unsafe conditions", "Hold the monthly safety walk", "No accident in the own area")


def performance_kpis(world: World, window: Window) -> Columns:
    found = [(name, place, kpi) for name, list_ in KPIS.items() for place, kpi in enumerate(list_)]
    ids = np.arange(1, len(found) + 1)
    return standing(
        window,
        {
            "performance_kpi_id": ids,
            "kpi_code": np.char.mod("KPI-%03d", ids),
            "kpi_name": np.array([kpi[0] for _, _, kpi in found]),
            "kpi_category": np.array([kpi[1] for _, _, kpi in found]),
            "job_role_id": np.array([10 * ROLE_NUMBER[name] + 2 for name, _, _ in found]),
            "measurement_unit": np.array([kpi[2] for _, _, kpi in found]),
            "measurement_frequency": np.array([kpi[3] for _, _, kpi in found]),
            "direction": np.array(["higher_is_better" if kpi[4] else "lower_is_better" for _, _, kpi in found]),
            "target_value": np.array([round(1000 * kpi[5]) for _, _, kpi in found]),
            "threshold_value": np.array([round(1000 * kpi[6]) for _, _, kpi in found]),
            "weight_percentage": np.array([100 * KPI_WEIGHTS[place] for _, place, _ in found]),
            "calculation_method": np.array([kpi[7] for _, _, kpi in found]),
            "created_at": entered(world, "indicator", ids),
        },
    )


@dataclass(frozen=True)
class _Goals:
    """Goals of people for their years of service; aligned arrays."""

    employee_id: Ints
    year: Ints  # of service, from 1
    place: Ints
    start: Ints
    target: Ints
    created: Ints
    closed: Ints
    cancelled: Bools
    achieved: Bools


def _anniversary(hired: Ints, year: Ints) -> Ints:
    return np.asarray(hired + np.floor(year * dates.YEAR).astype(np.int64))


def _goals(world: World, employee_id: Ints, year: Ints) -> _Goals:
    """The goals of each (person, year of service), GOALS rows each."""
    c, rng = careers(world), world.rng
    e, y = np.repeat(employee_id, GOALS), np.repeat(year, GOALS)
    place = np.tile(np.arange(GOALS), len(employee_id))
    hired = c.hired(e)
    start = _anniversary(hired, y - 1) + np.where(y == 1, 14, 10)
    target = _anniversary(hired, y) - 1
    created = (
        start * DAY + 8 * HOUR + np.floor(8 * HOUR * rng.uniform("goal agreed", e, y)).astype(np.int64) + 60 * place
    )
    u = rng.uniform("goal", e, y, place)
    achieved = u < np.clip(0.66 + 0.22 * (c.performance(e) - 3.4), 0.2, 0.95)
    gone = c.left(e) < target
    dropped = rng.uniform("goal dropped", e, y, place) < 0.04
    early = np.floor(21 * DAY * rng.uniform("goal closed", e, y, place)).astype(np.int64)
    closed = target * DAY + 14 * HOUR - early
    half = created + ((target - start) * DAY * (0.2 + 0.6 * u)).astype(np.int64)
    closed = np.where(
        gone, np.maximum((c.left(e) + 1) * DAY + 9 * HOUR, created + HOUR), np.where(dropped, half, closed)
    )
    return _Goals(e, y, place, start, target, created, closed, gone | dropped, achieved & ~gone & ~dropped)


def _years(world: World, first: int, last: int) -> tuple[Ints, Ints]:
    """(person, year of service) of every year that may overlap days [first, last]."""
    c = careers(world)
    ids = c.people(last)
    hired, left = c.hired(ids), c.left(ids)
    lowest = np.maximum((first - hired) // 366, 0) + 1
    count = (last - first) // 365 + 3
    e, y = np.repeat(ids, count), (lowest[:, None] + np.arange(count)).ravel()
    begin = _anniversary(c.hired(e), y - 1)
    kept = (begin <= last) & (begin + 20 <= np.repeat(left, count))
    return e[kept], y[kept]


def employee_goals(world: World, window: Window) -> Columns:
    c, rng = careers(world), world.rng
    first = (world.start if window.is_opening else window.start) // DAY - 60
    g = _goals(world, *_years(world, first, window.end // DAY))
    e, y, place = g.employee_id, g.year, g.place
    category = np.array(_CATEGORIES)[place]
    project = (place == 1) & (rng.uniform("goal kind", e, y) < 0.4)
    measured = (category == "performance") & ~project
    category = np.where(project, "project", category)
    role = seats(world).role[c.place(e)[1]]
    kpis, index = _indicators(), {name: i for i, name in enumerate(KPIS)}
    column = np.array([index[r] for r in role.tolist()], dtype=np.int64)
    which = (y + place) % len(KPI_WEIGHTS)
    kpi_id = column * len(KPI_WEIGHTS) + which + 1
    target_value, threshold = kpis[column, which, 0], kpis[column, which, 1]
    step = (target_value - threshold) // 10
    over = np.floor(3 * rng.uniform("goal value", e, y, place)).astype(np.int64)
    achieved_value = np.where(
        g.achieved,
        target_value + over * np.where(target_value == 0, 0, step) // 2,
        target_value - (1 + over) * np.where(step == 0, 100, step),
    )
    names = np.array([kpi[0] for list_ in KPIS.values() for kpi in list_])
    choice = rng.words("goal title", e, y, place)
    titles = np.select(
        [measured, project, category == "development"],
        [np.char.add(names[kpi_id - 1], " on target"), _of(_PROJECTS, choice), _of(_DEVELOPMENT, choice)],
        _of(_SAFETY, choice),
    )
    length = (g.target - g.start) * DAY
    marks = [g.created + length * k // 4 for k in (1, 2, 3)]
    marks = [np.where(mark < g.closed, mark, NEVER) for mark in marks]
    pace = np.where(g.achieved, 1.0, 0.55 + 0.35 * rng.uniform("goal pace", e, y, place))
    quarters = sum((happened(window, mark).astype(np.int64) for mark in marks), np.zeros(len(e), dtype=np.int64))
    over_ = happened(window, g.closed)
    done = over_ & g.achieved
    progress = np.where(done, 100, np.minimum(np.floor(25 * quarters * pace).astype(np.int64), 95))
    reviewed_at, review_key = _review_opened(world, e, y)
    reviewed_at = np.where(g.cancelled, NEVER, reviewed_at)
    instants = (g.created, *marks, g.closed, reviewed_at)
    kept = touched(window, *instants) & (g.created < window.end)
    if window.is_opening:  # what is open, or still to be reviewed
        kept &= np.maximum(g.closed, reviewed_at) >= window.end
    final = over_ & ~g.cancelled & measured
    return rows(
        {
            "employee_goal_id": keys.key(e, g.start, place),
            "employee_id": e,
            "goal_title": titles,
            "goal_category": category,
            "performance_kpi_id": np.ma.array(kpi_id, mask=~measured),
            "target_value": np.ma.array(target_value, mask=~measured),
            "achieved_value": np.ma.array(achieved_value, mask=~final),
            "weight_percentage": 100 * np.array(GOAL_WEIGHTS)[place],
            "start_date": g.start,
            "target_date": g.target,
            "progress_percentage": progress,
            "goal_status": np.select([done, over_ & g.cancelled, over_], ["achieved", "cancelled", "missed"], "active"),
            "closed_at": known(window, g.closed, g.closed),
            "performance_review_id": known(window, reviewed_at, review_key),
            "set_by": superior(world, e, g.created // DAY),
            "created_at": g.created,
            "updated_at": updated(window, *instants),
        },
        kept,
    )


def _indicators() -> Ints:
    """(roles, indicators, 2): target and threshold, thousandths."""
    return np.array([[[round(1000 * kpi[5]), round(1000 * kpi[6])] for kpi in list_] for list_ in KPIS.values()])


def _of(options: tuple[str, ...], words: NDArray[np.uint64]) -> NDArray[np.str_]:
    return np.asarray(np.array(options)[(words % np.uint64(len(options))).astype(np.int64)])


ANNUAL, PROBATION = 0, 1


def _review_opened(world: World, employee_id: Ints, year: Ints) -> tuple[Ints, Ints]:
    """When the annual review of a year of service is opened (NEVER: after notice none is), and its key."""
    c = careers(world)
    due = _anniversary(c.hired(employee_id), year)
    opened = (
        due * DAY
        + 7 * HOUR
        + np.floor(3 * HOUR * world.rng.uniform("review opened", employee_id, year)).astype(np.int64)
    )
    held_days = LONGEST_REVIEW_DAYS
    opened = np.where((c.notice(employee_id) > due) & (c.left(employee_id) > due + held_days), opened, NEVER)
    return opened, keys.key(employee_id, due, ANNUAL)


def performance_reviews(world: World, window: Window) -> Columns:
    c, rng = careers(world), world.rng
    first = (world.start if window.is_opening else window.start) // DAY - 60
    e, y = _years(world, first - 366, window.end // DAY)
    opened, key = _review_opened(world, e, y)
    due = _anniversary(c.hired(e), y)
    probation = _on_probation(world, first, window.end // DAY)
    n = len(probation)
    hired = c.hired(probation)
    end = hired + PROBATION_DAYS
    first_opened = (
        end * DAY + 7 * HOUR + np.floor(3 * HOUR * rng.uniform("review opened", probation, 0)).astype(np.int64)
    )
    first_opened = np.where(
        (c.notice(probation) > end) & (c.left(probation) > end + LONGEST_REVIEW_DAYS), first_opened, NEVER
    )
    kind = np.concatenate([np.full(len(e), ANNUAL), np.full(n, PROBATION)])
    y = np.concatenate([y, np.zeros(n, dtype=np.int64)])
    e, due = np.concatenate([e, probation]), np.concatenate([due, end])
    created_at = np.concatenate([opened, first_opened])
    key = np.concatenate([key, keys.key(probation, end, PROBATION)])
    start = np.where(kind == ANNUAL, np.asarray(_anniversary(c.hired(e), y - 1)), c.hired(e))

    def later(what: str, least: float, most: float) -> Ints:
        return np.floor((least + (most - least) * rng.uniform(what, e, y)) * DAY).astype(np.int64)

    held = created_at + later("review held", 5, 24)
    acknowledged = held + later("review acknowledged", 0.2, 6)
    closed = acknowledged + later("review closed", 1, 10)
    held, acknowledged, closed = (np.where(created_at == NEVER, NEVER, x) for x in (held, acknowledged, closed))
    instants = (created_at, held, acknowledged, closed)
    kept = touched(window, *instants) & (created_at != NEVER) & (created_at < window.end)
    if window.is_opening:
        kept &= closed >= window.end
    e, y, due, kind, key, start = (x[kept] for x in (e, y, due, kind, key, start))
    created_at, held, acknowledged, closed = (x[kept] for x in (created_at, held, acknowledged, closed))
    total, reached = _counted(world, e, y, kind)
    merit = np.where(kind == ANNUAL, c.merit(e, y), 0.0)
    lasting = c.performance(e)

    def rating(what: str, shift: float = 0.0) -> Ints:
        value = lasting + shift + 0.35 * rng.normal(what, e, y)
        return np.asarray(np.rint(100 * np.clip(np.round(4 * value) / 4, 1, 5)).astype(np.int64))

    overall = rating("overall rating", 0.05)
    overall = np.clip(overall + np.where(merit > 0, 25, 0), 100, 500)
    leads = np.isin(seats(world).role[c.place(e)[1]], ("shift_supervisor", "plant_manager"))
    is_held, is_closed = happened(window, held), happened(window, closed)
    day = held // DAY
    # Whoever is the superior when it is held; until then, whoever was when it was opened.
    reviewer = superior(world, e, np.where(is_held, day, created_at // DAY))
    seat = c.place(e)[1]
    return {
        "performance_review_id": key,
        "employee_id": e,
        "reviewer_id": reviewer,
        "review_type": np.where(kind == ANNUAL, "annual", "probation"),
        "review_period_start": start,
        "review_period_end": due - 1,
        "review_date": known(window, held, day),
        "technical_competency_rating": known(window, held, rating("technical rating")),
        "behavioral_competency_rating": known(window, held, rating("conduct rating", 0.1)),
        "leadership_rating": np.ma.array(rating("leadership rating"), mask=~leads | ~is_held),
        "overall_rating": known(window, held, overall),
        "goals_total": known(window, held, total),
        "goals_achieved": known(window, held, reached),
        "salary_increase_percentage": known(window, held, np.rint(100 * merit).astype(np.int64)),
        "promotion_recommended": known(window, held, (overall >= 425) & (rng.uniform("promotion", e, y) < 0.4)),
        "review_status": np.select(
            [is_closed, happened(window, acknowledged), is_held], ["closed", "acknowledged", "held"], "open"
        ),
        "held_at": known(window, held, held),
        "acknowledged_at": known(window, acknowledged, acknowledged),
        "hr_reviewed_by": np.ma.array(human_resources(world, seat, closed // DAY, e), mask=~is_closed),
        "closed_at": known(window, closed, closed),
        "created_at": created_at,
        "updated_at": updated(window, created_at, held, acknowledged, closed),
    }


def _on_probation(world: World, first: int, last: int) -> Ints:
    c = careers(world)
    ids = c.people(last)
    hired = c.hired(ids)
    return np.asarray(ids[(hired + PROBATION_DAYS >= first - 60) & (hired + PROBATION_DAYS <= last)])


def _counted(world: World, employee_id: Ints, year: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """Goals of the period that were not cancelled, and those achieved."""
    g = _goals(world, employee_id, np.maximum(year, 1))
    total = (~g.cancelled).reshape(-1, GOALS).sum(axis=1)
    reached = g.achieved.reshape(-1, GOALS).sum(axis=1)
    annual = kind == ANNUAL
    return np.where(annual, total, 0), np.where(annual, reached, 0)
