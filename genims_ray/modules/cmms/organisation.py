"""Cost centres, teams and technicians; who leads and manages them changes as people come and go."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from genims_ray.modules.asof import Columns, unless
from genims_ray.modules.cmms.catalogues import OFFICE
from genims_ray.world import DAY, HOUR, Window, World, dates
from genims_ray.world.layout import Factory
from genims_ray.world.maintenance.responsible import HANDOVER
from genims_ray.world.maintenance.technicians import Team, Technician
from genims_ray.world.rows import Ints

CODES = {"machines": "MA", "utilities": "UT", "workshop": "WS"}


def maintenance_cost_centers(world: World, window: Window) -> Columns:
    """All in the opening; afterwards those whose manager has changed."""

    def changed(day: Window) -> Ints:
        return _instants(_managed(world, factory, day) for factory in world.layout.factories)

    if world.diary.quiet("cmms.maintenance_cost_centers", window, changed):
        return {}
    m, rows = world.maintenance, []
    for factory in world.layout.factories:
        f = factory.factory_id
        post = world.layout.posts[f].staff.start
        changes = _managed(world, factory, window)
        created = changes[0]
        if not any(window.start <= t < window.end for t in changes):
            continue
        scopes = ["machines", "utilities"]
        if any(t.specialization and t.factory_id == f for t in m.technicians.teams):
            scopes.append("workshop")
        who = int(world.people.holder(f, post, (window.end - 1 - HANDOVER) // DAY))
        rows += [
            (f * 10 + n, factory, scope, m.responsible.budget_cents(f, scope), who, created, _latest(window, changes))
            for n, scope in enumerate(scopes, start=1)
        ]
    if not rows:
        return {}
    return {
        "cost_center_id": [r[0] for r in rows],
        "factory_id": [r[1].factory_id for r in rows],
        "cost_center_code": [f"CC-F{r[1].factory_id:02d}-{CODES[r[2]]}" for r in rows],
        "cost_center_name": [f"Maintenance of {r[2]}, {r[1].params.name}" for r in rows],
        "cost_scope": [r[2] for r in rows],
        "erp_cost_center_code": [f"{r[1].factory_id * 100 + 2:05d}0" for r in rows],
        "annual_budget": [r[3] for r in rows],
        "manager_id": [r[4] for r in rows],
        "created_at": [r[5] for r in rows],
        "updated_at": [r[6] for r in rows],
    }


def maintenance_teams(world: World, window: Window) -> Columns:
    """All in the opening; afterwards those whose leader has changed."""
    people, rows = world.maintenance.technicians, []
    if world.diary.quiet(
        "cmms.maintenance_teams", window, lambda day: _instants(_led(world, t, day) for t in people.teams)
    ):
        return {}
    for t in people.teams:
        factory, changes = world.layout.factory_by_id[t.factory_id], _led(world, t, window)
        if any(window.start <= x < window.end for x in changes):
            leader = people.leader(t, (window.end - 1 - HANDOVER) // DAY)
            rows.append((t, factory, leader, changes[0], _latest(window, changes)))
    if not rows:
        return {}
    return {
        "team_id": [r[0].team_id for r in rows],
        "team_code": [f"MT-F{r[0].factory_id:02d}-{r[0].specialization[:4].upper() or 'PLANT'}" for r in rows],
        "team_name": [
            f"{t.specialization.capitalize()} specialists" if t.specialization else f"Maintenance, {f.params.name}"
            for t, f, *_ in rows
        ],
        "factory_id": [r[0].factory_id for r in rows],
        "team_type": ["specialist" if r[0].specialization else "plant" for r in rows],
        "specialization": unless([r[0].specialization for r in rows], ""),
        "lead_technician_id": unless([r[2].technician_id if r[2] else 0 for r in rows]),
        "cost_center_id": [r[0].factory_id * 10 + (3 if r[0].specialization else 1) for r in rows],
        "created_at": [r[3] for r in rows],
        "updated_at": [r[4] for r in rows],
    }


def maintenance_technicians(world: World, window: Window) -> Columns:
    """Those who came or went in the window."""
    if world.diary.quiet(
        "cmms.maintenance_technicians", window, lambda day: _instants(x[1:] for x in _lives(world, day))
    ):
        return {}
    rows = []
    for t, _, gone in _lives(world, window):
        if t.created_at < window.end and any(window.start <= x < window.end for x in (t.created_at, gone)):
            rows.append((t, gone))
    if not rows:
        return {}
    return {
        "technician_id": [t.technician_id for t, _ in rows],
        "employee_id": [t.employee_id for t, _ in rows],
        "technician_code": [f"T{t.factory_id:02d}-{t.number:02d}" for t, _ in rows],
        "team_id": [t.team_id for t, _ in rows],
        "trade": [t.trade for t, _ in rows],
        "electrical_authorization": [t.authorized for t, _ in rows],
        "available_for_callout": [t.on_call for t, _ in rows],
        "hourly_rate": [t.rate_cents for t, _ in rows],
        "overtime_rate": [t.overtime_cents for t, _ in rows],
        "valid_from": [t.hired for t, _ in rows],
        "valid_to": unless([t.last if gone < window.end else 0 for t, gone in rows]),
        "created_at": [t.created_at for t, _ in rows],
        "updated_at": [_latest(window, [t.created_at, g]) for t, g in rows],
    }


def _managed(world: World, factory: Factory, window: Window) -> list[int]:
    """When a factory's cost centres are entered, and change their manager up to the window's end."""
    post = world.layout.posts[factory.factory_id].staff.start
    seat = world.layout.employee_id(factory.factory_id, post)
    return [_entered(factory), *world.maintenance.responsible.handovers(seat, window)]


def _led(world: World, team: Team, window: Window) -> list[int]:
    """When a team is entered, and changes its leader up to the window's end."""
    seat = world.maintenance.technicians.first_seat(team)
    changes = world.maintenance.responsible.handovers(seat, window) if seat else []
    return [_entered(world.layout.factory_by_id[team.factory_id]), *changes]


def _lives(world: World, window: Window) -> list[tuple[Technician, int, int]]:
    """Technicians whose contract is signed by the window's end, and when they come on record and go off it."""
    known = world.maintenance.technicians.until(window.end // DAY + 1)
    return [(t, t.created_at, (t.last + 1) * DAY + 16 * HOUR) for t in known]  # the last shift is over everywhere


def _entered(factory: Factory) -> int:
    return dates.day(factory.params.operational_since) * DAY + OFFICE


def _instants(found: Iterable[Iterable[int]]) -> Ints:
    return np.array([at for each in found for at in each], dtype=np.int64)


def _latest(window: Window, times: list[int]) -> int:
    """The last of the instants that have passed by the window's end."""
    return max(time for time in times if time < window.end)
