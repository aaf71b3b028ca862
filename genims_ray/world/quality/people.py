"""Who does what in the quality system, as people come and go."""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY
from genims_ray.world.company.seats import LEADS
from genims_ray.world.frame import Frame
from genims_ray.world.people import People
from genims_ray.world.rows import Ints, Words

NOBODY = 0


class QualityStaff:
    """Engineers of the group, inspectors and managers of the factories.

    The work of a vacant seat is done by the next one. What is older than everybody's time falls to a first holder.
    """

    def __init__(self, frame: Frame, people: People) -> None:
        self._layout, self._careers, self._people = frame.layout, people.everyone, people
        seats = self._careers.seats
        found = np.flatnonzero(np.isin(seats.role, ("quality_engineer", "process_engineer")))
        self._leads = np.flatnonzero(np.isin(seats.role, LEADS))
        if len(found) < 3:  # a small company's managers and planners do it as well
            found = np.union1d(found, self._leads)
        self._engineers = found
        inspector = seats.role == "quality_inspector"
        self._inspectors = {
            f: np.flatnonzero((seats.factory_id == f) & (inspector | np.isin(seats.role, LEADS)))
            for f in np.unique(seats.factory_id).tolist()
        }

    def engineer(self, pick: Words, time: Ints, other: int = 0, besides: Ints | None = None) -> Ints:
        """Who holds, at each instant, the engineer's seat for 64 random bits, or that `other` seats further;
        never one of `besides`, people aligned with `pick`. Without engineers, a manager or planner."""
        n = len(self._engineers)
        first = (pick % np.uint64(n)).astype(np.int64) + other
        order = np.concatenate([self._engineers, self._leads])
        return self._first_held(order, n, first, time, np.zeros_like(first) if besides is None else besides)

    def inspector(self, factory_id: Ints, time: Ints) -> Ints:
        """The inspector of the early shift; for what is older than the records of labour, of their first day."""
        day = np.maximum(time // DAY, self._people.known_from)
        return self._people.inspector(factory_id, day, np.zeros_like(factory_id))

    def keeper(self, factory_id: Ints, pick: Words, time: Ints) -> Ints:
        """The inspector of a factory in whose care something is at each instant, for 64 random bits."""
        result = np.zeros(len(pick), dtype=np.int64)
        for f in np.unique(factory_id).tolist():
            at, order = factory_id == f, self._inspectors[f]
            n = max(len(order) - len(LEADS), 1)  # they follow the inspectors
            first = (pick[at] % np.uint64(n)).astype(np.int64)
            result[at] = self._first_held(order, n, first, time[at], np.zeros_like(first))
        return result

    def manager(self, factory_id: Ints, time: Ints) -> Ints:
        """The manager of each plant at each instant."""
        lead = {f: posts.staff.start for f, posts in self._layout.posts.items()}
        seat_id = factory_id * 1000 + np.array([lead[f] for f in factory_id.tolist()], dtype=np.int64)
        who = self._careers.holder(np.searchsorted(self._careers.seats.seat_id, seat_id), time // DAY)
        return np.where(who == NOBODY, seat_id, who)

    def department(self, factory_id: Ints, function: int) -> Ints:
        """A factory's department: 0 production, 1 maintenance, 2 quality."""
        return factory_id * 100 + 1 + function

    def _first_held(self, order: Ints, n: int, first: Ints, time: Ints, besides: Ints) -> Ints:
        """Holder of the first seat that is held by somebody else than `besides`: of the `n` seats that begin `order`
        in turn from `first` on, then of the rest."""
        careers, day = self._careers, time // DAY
        result = np.full(len(first), NOBODY, dtype=np.int64)
        for held in (True, False):
            for step in range(len(order)):
                left = np.flatnonzero(result == NOBODY)
                if not len(left):
                    return result
                seat = order[(first[left] + step) % n] if step < n else order[np.full(len(left), step)]
                who = careers.holder(seat, day[left]) if held else careers.seats.seat_id[seat]
                result[left] = np.where(who == besides[left], NOBODY, who)
        return result
