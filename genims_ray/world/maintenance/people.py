"""Technicians as maintenance plans them: number, team, trade, rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.world.enterprise import Enterprise
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng

TRADES = ("mechanical", "electrical", "mechatronics", "instrumentation")
SPECIALISTS = ("robotics", "hydraulics", "electrical", "utilities")
FACTORIES_PER_SPECIALIST_TEAM = 2.5
_SKILL = {"trainee": 0.85, "skilled": 1.0, "senior": 1.12, "expert": 1.25}
OVERTIME = 1.5


@dataclass(frozen=True)
class Technician:
    """Rates are cents an hour."""

    technician_id: int
    employee_id: int
    factory_id: int
    number: int  # among those of the factory, from 1
    team_id: int
    trade: str
    authorized: bool
    on_call: bool
    rate_cents: int
    overtime_cents: int
    hired: int
    created_at: int


@dataclass(frozen=True)
class Team:
    """The crew of a factory, or specialists for all."""

    team_id: int
    factory_id: int
    specialization: str  # empty for a plant team


class People:
    """Teams and their technicians, of all factories."""

    def __init__(self, layout: Layout, enterprise: Enterprise, rng: Rng) -> None:
        self._layout = layout
        self._enterprise = enterprise
        self._rng = rng

    @cached_property
    def teams(self) -> list[Team]:
        factories = [f.factory_id for f in self._layout.factories]
        plant = [Team(f * 10 + 1, f, "") for f in factories]
        count = min(
            max(1, round(len(factories) / FACTORIES_PER_SPECIALIST_TEAM)), len(SPECIALISTS), len(factories)
        )
        return plant + [Team(factories[i] * 10 + 2, factories[i], SPECIALISTS[i]) for i in range(count)]

    @cached_property
    def technicians(self) -> list[Technician]:
        e = self._enterprise.employees
        rows = np.flatnonzero(e.role == "maintenance_technician")
        specialists = {team.factory_id: team.team_id for team in self.teams if team.specialization}
        found: list[Technician] = []
        count: dict[int, int] = {}
        for i in rows.tolist():
            factory_id, employee_id = int(e.factory_id[i]), int(e.employee_id[i])
            number = count[factory_id] = count.get(factory_id, 0) + 1
            team = specialists.get(factory_id, factory_id * 10 + 1) if number == 2 else factory_id * 10 + 1
            base = 100 * self._layout.factory_by_id[factory_id].params.labour_rate_usd
            rate = round(base * _SKILL.get(str(e.skill_level[i]), 1.0))
            trade = TRADES[(number + factory_id) % len(TRADES)]
            found.append(
                Technician(
                    factory_id * 1_000 + number, employee_id, factory_id, number, team, trade,
                    trade in ("electrical", "mechatronics"),
                    float(self._rng.uniform("on call", employee_id)) < 0.6, rate, round(OVERTIME * rate),
                    int(e.hire_date[i]), int(e.created_at[i]),
                )
            )  # fmt: skip
        return found

    @cached_property
    def by_employee(self) -> dict[int, Technician]:
        return {t.employee_id: t for t in self.technicians}

    @cached_property
    def of_factory(self) -> dict[int, list[Technician]]:
        found: dict[int, list[Technician]] = {}
        for t in self.technicians:
            found.setdefault(t.factory_id, []).append(t)
        return found

    def technician(self, employee_id: int) -> Technician:
        """The technician that a person is; the first of the factory for somebody not on the list."""
        known = self.by_employee.get(employee_id)
        return known if known is not None else self.of_factory[employee_id // 1_000][0]
