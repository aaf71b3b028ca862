"""Cost centres, teams and technicians, as they stand when history begins."""

from __future__ import annotations

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import OFFICE, ints, manager, texts, unless
from genims_ray.world import DAY, Window, World, dates

BUDGET_SHARE = 0.03
"""Usual cost of maintenance in a year, of the replacement value."""
WORKSHOPS = 4


def maintenance_cost_centers(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    m, rows = world.maintenance, []
    for factory in world.layout.factories:
        f = factory.factory_id
        assets = [a for a in m.assets.every if a.factory_id == f]
        value = [
            sum(a.value_cents for a in assets if bool(a.machine_id) == machine) for machine in (True, False)
        ]
        rows += [
            (f * 10 + 1, factory, "machines", value[0]),
            (f * 10 + 2, factory, "utilities", max(value[1], 10_000_000)),
        ]
        if any(t.specialization and t.factory_id == f for t in m.people.teams):
            rows.append((f * 10 + 3, factory, "workshop", 30_000_000))
    code = {"machines": "MA", "utilities": "UT", "workshop": "WS"}
    return {
        "cost_center_id": ints(r[0] for r in rows),
        "factory_id": ints(r[1].factory_id for r in rows),
        "cost_center_code": texts(f"CC-F{r[1].factory_id:02d}-{code[r[2]]}" for r in rows),
        "cost_center_name": texts(f"Maintenance of {r[2]}, {r[1].params.name}" for r in rows),
        "cost_scope": texts(r[2] for r in rows),
        "erp_cost_center_code": texts(f"{r[1].factory_id * 100 + 2:05d}0" for r in rows),
        "annual_budget": ints(round(BUDGET_SHARE * r[3] / 100_000) * 100_000 for r in rows),
        "manager_id": ints(manager(world, r[1].factory_id) for r in rows),
        "created_at": ints(dates.day(r[1].params.operational_since) * DAY + OFFICE for r in rows),
    }


def maintenance_teams(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    m = world.maintenance
    teams = m.people.teams
    factory = [world.layout.factory_by_id[t.factory_id] for t in teams]
    lead: dict[int, int] = {}
    for t in m.people.technicians:
        lead.setdefault(t.team_id, t.technician_id)
    entered = [dates.day(f.params.operational_since) * DAY + OFFICE for f in factory]
    return {
        "team_id": ints(t.team_id for t in teams),
        "team_code": texts(
            f"MT-F{t.factory_id:02d}-{t.specialization[:4].upper() or 'PLANT'}" for t in teams
        ),
        "team_name": texts(
            f"{t.specialization.capitalize()} specialists"
            if t.specialization
            else f"Maintenance, {f.params.name}"
            for t, f in zip(teams, factory, strict=True)
        ),
        "factory_id": ints(t.factory_id for t in teams),
        "team_type": texts("specialist" if t.specialization else "plant" for t in teams),
        "specialization": texts(t.specialization for t in teams),
        "lead_technician_id": unless(lead.get(t.team_id, 0) for t in teams),
        "cost_center_id": ints(t.factory_id * 10 + (3 if t.specialization else 1) for t in teams),
        "created_at": ints(entered),
        "updated_at": ints(entered),
    }


def maintenance_technicians(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    people = world.maintenance.people.technicians
    return {
        "technician_id": ints(t.technician_id for t in people),
        "employee_id": ints(t.employee_id for t in people),
        "technician_code": texts(f"T{t.factory_id:02d}-{t.number:02d}" for t in people),
        "team_id": ints(t.team_id for t in people),
        "trade": texts(t.trade for t in people),
        "electrical_authorization": [t.authorized for t in people],
        "available_for_callout": [t.on_call for t in people],
        "hourly_rate": ints(t.rate_cents for t in people),
        "overtime_rate": ints(t.overtime_cents for t in people),
        "valid_from": ints(t.hired for t in people),
        "valid_to": unless(0 for _ in people),
        "created_at": ints(t.created_at for t in people),
        "updated_at": ints(t.created_at for t in people),
    }
