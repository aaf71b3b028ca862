"""Offices: who holds a seat or a post on a day, who is whose superior, and who answers in human resources.

All questions are about the whole company. A vacant seat falls to the plant's manager; what is older than everybody's
time to the seat's first holder.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from genims_ray.world.people.careers import Careers
from genims_ray.world.rows import Ints

TOP = -1
"""In place of the seat of the superior of who has none."""


class Offices:
    """Holders of offices; seats are places in `careers.seats`, days are days since 1970-01-01."""

    def __init__(self, careers: Careers) -> None:
        self.careers, self.seats = careers, careers.seats

    @cached_property
    def manager_seat(self) -> Ints:
        """Seat of the plant's manager, by seat."""
        leads = np.flatnonzero(self.seats.role == "plant_manager")
        return np.asarray(leads[np.searchsorted(self.seats.factory_id[leads], self.seats.factory_id)])

    @cached_property
    def superior_seat(self) -> Ints:
        """Seat of the superior, by seat, `TOP` for the first of all: crews have supervisors, the others the plant's
        manager, the managers that of the first plant."""
        s, manager = self.seats, self.manager_seat
        boss = manager.copy()
        for i in np.flatnonzero(s.role == "shift_supervisor").tolist():
            led = (s.factory_id == s.factory_id[i]) & (s.crew == s.crew[i]) & (np.arange(len(boss)) != i)
            boss[led & (s.role != "shift_supervisor")] = i
        boss[s.role == "plant_manager"] = manager[0]
        boss[manager[0]] = TOP
        return boss

    def holder(self, seat: Ints, day: Ints | int) -> Ints:
        """Who holds each seat on each day."""
        who, lead = self.careers.holder(seat, day), self.careers.holder(self.manager_seat[seat], day)
        first = np.asarray(day) < self.careers.hire[0, seat]
        return np.where(first, self.seats.seat_id[seat], np.where(who > 0, who, lead))

    def at_post(self, factory_id: Ints | int, post: Ints | int, day: Ints | int) -> Ints:
        """Who holds a post of a factory on each day. Broadcasts."""
        f, p, d = np.broadcast_arrays(np.asarray(factory_id), np.asarray(post), np.asarray(day))
        return self.holder(np.searchsorted(self.seats.seat_id, f * 1000 + p), d)

    def manager(self, factory_id: Ints, day: Ints) -> Ints:
        """The manager of each plant on each day."""
        leads = np.unique(self.manager_seat)
        return self.holder(leads[np.searchsorted(self.seats.factory_id[leads], factory_id)], day)

    def superior(self, employee_id: Ints, day: Ints | int) -> Ints:
        """The superior of each person on a day; somebody in human resources at the top."""
        seat = self.careers.place(employee_id)[1]
        boss = self.superior_seat[seat]
        found = self.holder(np.maximum(boss, 0), day)
        found = np.where(found == employee_id, self.holder(self.manager_seat[seat], day), found)
        return np.where(
            (boss == TOP) | (found == employee_id), self.human_resources(seat, day, other_than=employee_id), found
        )

    def human_resources(self, seat: Ints, day: Ints | int, other_than: Ints) -> Ints:
        """Who looks after a seat in human resources, somebody `other_than` a person; a planner where there is nobody,
        and for that one the manager."""
        s = self.seats
        partners = np.flatnonzero(s.role == "hr_partner")
        planner = np.minimum(self.manager_seat + 1, len(s.seat_id) - 1)[seat]
        chosen = partners[s.factory_id[seat] % len(partners)] if len(partners) else planner
        found = self.holder(chosen, day)
        planning = self.holder(planner, day)
        second = np.where(planning == other_than, self.holder(self.manager_seat[seat], day), planning)
        return np.where(found == other_than, second, found)

    def controller(self, company: Ints, seat: Ints, day: Ints) -> Ints:
        """Who answers for the accounts of a company, of which each seat is one; the seat's manager without one."""
        found = np.flatnonzero(self.seats.role == "controller")
        chosen = found[company % len(found)] if len(found) else self.manager_seat[seat]
        return self.holder(chosen, day)
