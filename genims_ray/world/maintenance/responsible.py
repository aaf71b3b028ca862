"""Who answers for what in maintenance: planners, storekeepers, supervisors, teams and cost centres."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.due import REQUEST
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.people import People
from genims_ray.world.rows import Ints

_FIELDS = {"robot": "robotics", "weld_cell": "robotics", "press": "hydraulics", "injection_moulding": "hydraulics"}
"""Specialists that kinds of machines are given to."""

BUDGET_SHARE = 0.03
"""Usual cost of maintenance in a year, of the replacement value."""
HANDOVER = 6 * HOUR
"""When a change of the person in charge is entered, on its day."""


class Responsible:
    """People of factories that the frame sees whole."""

    def __init__(self, frame: Frame, people: People, technicians: Technicians, plan: Plan) -> None:
        self._frame, self._people, self._technicians, self._plan = frame, people, technicians, plan
        self._assets = plan.register
        self._line_ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        posts = frame.layout.posts
        self._factories = np.array(sorted(posts), dtype=np.int64)
        self._planner = np.array([p.staff.start + min(1, len(p.staff) - 1) for _, p in sorted(posts.items())])
        stores = [p.warehouse or p.staff[:1] for _, p in sorted(posts.items())]
        self._store = np.array([store.start for store in stores])
        self._keepers = np.array([len(store) for store in stores])

    def planner(self, factory_id: Ints, time: Ints) -> Ints:
        """Who plans the work of factories at some instants; the manager where nobody else does."""
        post = self._planner[np.searchsorted(self._factories, factory_id)]
        return self._people.holder(factory_id, post, time // DAY)

    def storekeeper(self, factory_id: Ints, time: Ints) -> Ints:
        """Who keeps the store of spare parts: the warehouse's people in turn, or the manager where there is none."""
        at = np.searchsorted(self._factories, factory_id)
        return self._people.holder(factory_id, self._store[at] + time // DAY % self._keepers[at], time // DAY)

    def supervisor(self, factory_id: Ints, time: Ints) -> Ints:
        """The supervisor on duty at some instants."""
        return self._people.supervisor(factory_id, *self._plan.turn(factory_id, time))

    def reporter(self, orders: WorkOrders) -> Ints:
        """Who entered each order: the operator for stops and what a check has found, the planner for planned work, the
        supervisor for what was noticed otherwise."""
        table = self._assets.table
        factory = table.factory_id[orders.asset]
        by_operator = np.isin(orders.kind, (BREAKDOWN, ADJUSTMENT, REQUEST)) & (table.machine_id[orders.asset] > 0)
        by_planner = ~by_operator & (orders.schedule_id > 0)
        found = np.zeros(len(orders), dtype=np.int64)
        for chosen, ask in ((by_planner, self.planner), (~by_operator & ~by_planner, self.supervisor)):
            if chosen.any():
                found[chosen] = ask(factory[chosen], orders.created[chosen])
        at = np.flatnonzero(by_operator)
        days, shifts = self._plan.turn(factory[at], orders.created[at])
        lines = np.searchsorted(self._line_ids, table.line_id[orders.asset[at]])
        for day in np.unique(days).tolist():
            own = days == day
            found[at[own]] = self._people.operators(day)[lines[own], shifts[own]]
        return found

    def handovers(self, seat_id: int, window: Window) -> list[int]:
        """UTC seconds up to a window's end at which a seat gets or loses a holder."""
        careers = self._people.careers
        careers.ensure(window.end // DAY + 1)
        at = int(careers.place(seat_id)[1])
        days = np.concatenate([careers.last[:-1, at] + 1, careers.hire[1:, at]])
        times = np.unique(days) * DAY + HANDOVER
        found: list[int] = times[(times >= self._frame.start) & (times < window.end)].tolist()
        return found

    def budget_cents(self, factory_id: int, scope: str) -> int:
        """What a cost centre may spend in a year: a share of the replacement value of its assets."""
        here = [asset for asset in self._assets.every if asset.factory_id == factory_id]
        worth = {
            "machines": sum(asset.value_cents for asset in here if asset.machine_id),
            "utilities": max(sum(asset.value_cents for asset in here if not asset.machine_id), 10_000_000),
            "workshop": 30_000_000,
        }[scope]
        return round(BUDGET_SHARE * worth / 100_000) * 100_000

    @cached_property
    def team(self) -> Ints:
        """(assets,): the team each is given to: its plant's, or the specialists where they are at home."""
        table = self._assets.table
        at_home = {(t.factory_id, t.specialization): t.team_id for t in self._technicians.teams if t.specialization}
        return np.array(
            [
                at_home.get((factory, _FIELDS.get(kind, "") if machine else "utilities"), factory * 10 + 1)
                for factory, kind, machine in zip(
                    table.factory_id.tolist(), table.kind.tolist(), table.machine_id.tolist(), strict=True
                )
            ],
            dtype=np.int64,
        )

    @cached_property
    def cost_center(self) -> Ints:
        """(assets,): the cost centre of each."""
        table = self._assets.table
        return table.factory_id * 10 + np.where(table.machine_id > 0, 1, 2)
