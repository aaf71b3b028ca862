"""Technicians as maintenance plans them: number, team, trade, rates. One follows another in a seat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.world import dates
from genims_ray.world.cells import Cells, Memory
from genims_ray.world.company.employees import LEVELS
from genims_ray.world.company.seats import LEADS
from genims_ray.world.layout import Layout
from genims_ray.world.people.careers import GENERATION, Careers
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Ints

TRADES = ("mechanical", "electrical", "mechatronics", "instrumentation")
SPECIALISTS = ("robotics", "hydraulics", "electrical", "utilities")
FACTORIES_PER_SPECIALIST_TEAM = 2.5
_SKILL = {"trainee": 0.85, "skilled": 1.0, "senior": 1.12, "expert": 1.25}
OVERTIME = 1.5
ROLES = ("maintenance_technician", "shift_supervisor", *LEADS)
"""Who does maintenance: technicians; a supervisor or one of the plant's leads where none of them can come."""


@dataclass(frozen=True)
class Technician:
    """Rates are cents an hour."""

    technician_id: int
    employee_id: int
    factory_id: int
    number: int  # among those of the factory, from 1; successors have 100 more
    team_id: int
    trade: str
    authorized: bool
    on_call: bool
    rate_cents: int
    overtime_cents: int
    hired: int
    last: int  # day of work
    created_at: int


@dataclass(frozen=True)
class Team:
    """The crew of a factory, or specialists for all."""

    team_id: int
    factory_id: int
    specialization: str  # empty for a plant team


class Technicians:
    """Teams and their technicians, of all factories."""

    def __init__(self, layout: Layout, careers: Careers, rng: Rng, memory: Memory) -> None:
        self._layout = layout
        self._careers = careers
        self._rng = rng
        self._known: Cells[int, Technician] = Cells(memory, self._technician)
        seats = careers.seats
        self._number: dict[int, int] = {}
        """Number of each seat among those of its factory, by key of the seat."""
        count: dict[int, int] = {}
        for role in ROLES:
            for seat, factory in zip(
                seats.seat_id[seats.role == role].tolist(), seats.factory_id[seats.role == role].tolist(), strict=True
            ):
                self._number[seat] = count[factory] = count.get(factory, 0) + 1

    @cached_property
    def teams(self) -> list[Team]:
        factories = [f.factory_id for f in self._layout.factories]
        plant = [Team(f * 10 + 1, f, "") for f in factories]
        count = min(max(1, round(len(factories) / FACTORIES_PER_SPECIALIST_TEAM)), len(SPECIALISTS), len(factories))
        return plant + [Team(factories[i] * 10 + 2, factories[i], SPECIALISTS[i]) for i in range(count)]

    def until(self, day: int) -> list[Technician]:
        """All whose contract is signed by a day, by key of the person."""
        return [self.technician(e) for e in self._careers.people(day).tolist() if e % GENERATION in self._number]

    def first_seat(self, team: Team) -> int:
        """Key of the seat whose holder leads a team, 0 if it has none."""
        own = (seat for seat in self._number if self._team(seat).team_id == team.team_id)
        return min(own, key=lambda seat: self._number[seat], default=0)

    def leader(self, team: Team, day: int) -> Technician | None:
        """Who leads a team on a day; None while the seat is vacant."""
        seat = self.first_seat(team)
        who = int(self._careers.holder(self._careers.place(seat)[1], day)) if seat else 0
        return self.technician(who) if who else None

    def knows(self, employee_id: int) -> bool:
        """Whether a person does maintenance."""
        return employee_id % GENERATION in self._number

    def technician(self, employee_id: int) -> Technician:
        """The technician that a person is. KeyError for somebody who does no maintenance."""
        return self._known[employee_id]

    def keys(self, employee_id: Ints) -> Ints:
        """Keys of the technicians that people are, 0 for nobody."""
        found = {e: self.technician(e).technician_id if e else 0 for e in np.unique(employee_id).tolist()}
        return np.array([found[e] for e in employee_id.tolist()], dtype=np.int64)

    def rates(self, employee_id: Ints, overtime: Bools) -> Ints:
        """Cents an hour of people who do maintenance."""
        found = {e: self.technician(e) for e in np.unique(employee_id).tolist()}
        return np.array(
            [
                found[e].overtime_cents if over else found[e].rate_cents
                for e, over in zip(employee_id.tolist(), overtime.tolist(), strict=True)
            ],
            dtype=np.int64,
        )

    def _team(self, seat: int) -> Team:
        """Where the holder of a seat belongs: the second technician to the specialists, if they are based there."""
        factory_id, number = seat // 1_000, self._number[seat]
        own = [t for t in self.teams if t.factory_id == factory_id]
        return own[-1] if number == 2 else own[0]

    def _technician(self, employee_id: int) -> Technician:
        generation, seat = divmod(employee_id, GENERATION)
        number, factory_id, c = self._number[seat], seat // 1_000, self._careers
        while len(c.hire) <= generation:
            c.ensure(int(c.hire[-1].min()))
        ids = np.array([employee_id])
        hired = c.hired(ids)
        level = str(LEVELS[c.level(ids, np.maximum(hired, c.start_day))[0]])
        rate = round(100 * self._layout.factory_by_id[factory_id].params.labour_rate_usd * _SKILL[level])
        trade = TRADES[(number + factory_id) % len(TRADES)]
        return Technician(
            technician_id=factory_id * 1_000 + number + generation * GENERATION,
            employee_id=employee_id,
            factory_id=factory_id,
            number=number + 100 * generation,
            team_id=self._team(seat).team_id,
            trade=trade,
            authorized=trade in ("electrical", "mechatronics"),
            on_call=level != "trainee" and str(c.seats.role[c.place(ids)[1][0]]) == ROLES[0],
            rate_cents=rate,
            overtime_cents=round(OVERTIME * rate),
            hired=int(hired[0]),
            last=int(c.left(ids)[0]),
            created_at=int(dates.entered(self._rng, "employee", ids, c.signed(ids))[0]),
        )
