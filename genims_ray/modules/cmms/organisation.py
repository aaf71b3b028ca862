"""Cost centres, teams and technicians; who leads and manages them changes as people come and go."""

from __future__ import annotations

from collections.abc import Iterable

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import OFFICE, ints, latest, seen, texts, unless
from genims_ray.world import DAY, HOUR, Window, World, dates

BUDGET_SHARE = 0.03
"""Usual cost of maintenance in a year, of the replacement value."""
HANDOVER = 6 * HOUR
"""When a change of the person in charge is entered, on its day."""


def maintenance_cost_centers(world: World, window: Window) -> Columns:
    """All in the opening; afterwards those whose manager has changed."""
    m, rows = world.maintenance, []
    code = {"machines": "MA", "utilities": "UT", "workshop": "WS"}
    for factory in world.layout.factories:
        f = factory.factory_id
        post = world.layout.posts[f].staff.start
        created = dates.day(factory.params.operational_since) * DAY + OFFICE
        changes = [created, *_changes(world, world.layout.employee_id(f, post), window)]
        if not any(window.start <= t < window.end for t in changes):
            continue
        assets = [a for a in m.assets.every if a.factory_id == f]
        value = [sum(a.value_cents for a in assets if bool(a.machine_id) == machine) for machine in (True, False)]
        scopes = [("machines", value[0]), ("utilities", max(value[1], 10_000_000))]
        if any(t.specialization and t.factory_id == f for t in m.technicians.teams):
            scopes.append(("workshop", 30_000_000))
        who = int(world.people.holder(f, post, (window.end - 1 - HANDOVER) // DAY))
        rows += [
            (f * 10 + n, factory, scope, worth, who, created, latest(window, changes))
            for n, (scope, worth) in enumerate(scopes, start=1)
        ]
    if not rows:
        return {}
    return {
        "cost_center_id": ints(r[0] for r in rows),
        "factory_id": ints(r[1].factory_id for r in rows),
        "cost_center_code": texts(f"CC-F{r[1].factory_id:02d}-{code[r[2]]}" for r in rows),
        "cost_center_name": texts(f"Maintenance of {r[2]}, {r[1].params.name}" for r in rows),
        "cost_scope": texts(r[2] for r in rows),
        "erp_cost_center_code": texts(f"{r[1].factory_id * 100 + 2:05d}0" for r in rows),
        "annual_budget": ints(round(BUDGET_SHARE * r[3] / 100_000) * 100_000 for r in rows),
        "manager_id": ints(r[4] for r in rows),
        "created_at": ints(r[5] for r in rows),
        "updated_at": ints(r[6] for r in rows),
    }


def maintenance_teams(world: World, window: Window) -> Columns:
    """All in the opening; afterwards those whose leader has changed."""
    people, rows = world.maintenance.technicians, []
    for t in people.teams:
        factory = world.layout.factory_by_id[t.factory_id]
        created = dates.day(factory.params.operational_since) * DAY + OFFICE
        seat = people.first_seat(t)
        changes = [created, *(_changes(world, seat, window) if seat else [])]
        if any(window.start <= x < window.end for x in changes):
            leader = people.leader(t, (window.end - 1 - HANDOVER) // DAY)
            rows.append((t, factory, leader, created, latest(window, changes)))
    if not rows:
        return {}
    return {
        "team_id": ints(r[0].team_id for r in rows),
        "team_code": texts(f"MT-F{r[0].factory_id:02d}-{r[0].specialization[:4].upper() or 'PLANT'}" for r in rows),
        "team_name": texts(
            f"{t.specialization.capitalize()} specialists" if t.specialization else f"Maintenance, {f.params.name}"
            for t, f, *_ in rows
        ),
        "factory_id": ints(r[0].factory_id for r in rows),
        "team_type": texts("specialist" if r[0].specialization else "plant" for r in rows),
        "specialization": texts(r[0].specialization for r in rows),
        "lead_technician_id": unless(r[2].technician_id if r[2] else 0 for r in rows),
        "cost_center_id": ints(r[0].factory_id * 10 + (3 if r[0].specialization else 1) for r in rows),
        "created_at": ints(r[3] for r in rows),
        "updated_at": ints(r[4] for r in rows),
    }


def maintenance_technicians(world: World, window: Window) -> Columns:
    """Those who came or went in the window."""
    rows = []
    for t in world.maintenance.technicians.until(window.end // DAY + 1):
        gone = (t.last + 1) * DAY + 16 * HOUR  # the last shift is over everywhere
        if t.created_at < window.end and any(window.start <= x < window.end for x in (t.created_at, gone)):
            rows.append((t, gone))
    if not rows:
        return {}
    left = [seen(window, g) for _, g in rows]
    return {
        "technician_id": ints(t.technician_id for t, _ in rows),
        "employee_id": ints(t.employee_id for t, _ in rows),
        "technician_code": texts(f"T{t.factory_id:02d}-{t.number:02d}" for t, _ in rows),
        "team_id": ints(t.team_id for t, _ in rows),
        "trade": texts(t.trade for t, _ in rows),
        "electrical_authorization": [t.authorized for t, _ in rows],
        "available_for_callout": [t.on_call for t, _ in rows],
        "hourly_rate": ints(t.rate_cents for t, _ in rows),
        "overtime_rate": ints(t.overtime_cents for t, _ in rows),
        "valid_from": ints(t.hired for t, _ in rows),
        "valid_to": unless(t.last if g else 0 for (t, _), g in zip(rows, left, strict=True)),
        "created_at": ints(t.created_at for t, _ in rows),
        "updated_at": ints(latest(window, (t.created_at, g)) for t, g in rows),
    }


def _changes(world: World, seat_id: int, window: Window) -> Iterable[int]:
    """Instants up to the window's end at which a seat gets or loses a holder."""
    c = world.people.careers
    c.ensure(window.end // DAY + 1)
    at = int(c.place(seat_id)[1])
    for hire, last in zip(c.hire[1:, at].tolist(), c.last[:-1, at].tolist(), strict=True):
        for day in {last + 1, hire}:
            if world.start <= day * DAY + HANDOVER < window.end:
                yield day * DAY + HANDOVER
