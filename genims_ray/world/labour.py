"""Labour: who stands at which post. People are assigned by rota, never sampled.

Four crews rotate two days early, two late, two nights, two off. An absent operator is replaced by
the factory's relief for that shift, then by the crew's supervisor, then by an operator of the crew that
is off, so that nobody is in two places.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.calendar import SHIFTS
from genims_ray.world.layout import CREWS, Layout, Line
from genims_ray.world.rng import Rng

Ints = NDArray[np.int64]


def crew(day: Ints | int, shift: Ints | int) -> Ints:
    """Crew (0 to 3) on `shift` (0 early, 1 late, 2 night) of production `day`."""
    return np.asarray((np.asarray(day) // 2 - np.asarray(shift)) % CREWS)


class Labour:
    """Assignments at the factories of `lines`; every factory is seen whole, whatever the cell."""

    def __init__(self, lines: list[Line], layout: Layout, rng: Rng) -> None:
        self._layout = layout
        self._settings = layout.plant.labour
        self._rng = rng
        self._line_ids = np.array([line.line_id for line in lines])
        self._factory_ids = sorted({line.factory.factory_id for line in lines})
        self._operators: dict[int, Ints] = {}

    def operators(self, day: int) -> Ints:
        """(lines, 3): employee who runs each line in each shift of production `day`."""
        known = self._operators.get(day)
        if known is None:
            if len(self._operators) > 64:
                self._operators.clear()
            known = np.zeros((len(self._line_ids), SHIFTS), dtype=np.int64)
            for factory_id in self._factory_ids:
                ids, assigned = self._factory(factory_id, day)
                own = np.isin(self._line_ids, ids)
                known[own] = assigned[np.isin(ids, self._line_ids)]
            self._operators[day] = known
        return known

    def _factory(self, factory_id: int, day: int) -> tuple[Ints, Ints]:
        posts = self._layout.posts[factory_id]
        ids = np.array([x.line_id for x in self._layout.lines if x.factory.factory_id == factory_id])
        shift = np.arange(SHIFTS)
        on_duty = crew(day, shift)
        per_crew = self._settings.operators_per_line_crew
        ordinal = np.arange(len(ids))[:, None]
        assigned = factory_id * 1000 + posts.operators.start + (ordinal * CREWS + on_duty) * per_crew
        absent = self._rng.uniform("absence", assigned, day) < self._settings.absence_rate
        off = (
            factory_id * 1000 + posts.operators.start + (ordinal[:, 0] * CREWS + crew(day, SHIFTS)) * per_crew
        )
        called = iter(off[self._rng.uniform("absence", off, day) >= self._settings.absence_rate].tolist())
        for s in range(SHIFTS):
            cover = [factory_id * 1000 + post for i, post in enumerate(posts.relief) if i % SHIFTS == s]
            cover.append(int(self.supervisor(factory_id, day, s)))
            for line, employee in zip(np.flatnonzero(absent[:, s]), chain(cover, called), strict=False):
                assigned[line, s] = employee
        return ids, assigned

    def supervisor(self, factory_id: Ints | int, day: Ints | int, shift: Ints | int) -> Ints:
        """The supervisor on duty."""
        return self._of_crew("supervisors", factory_id, day, shift, 0)

    def inspector(self, factory_id: Ints | int, day: Ints | int, shift: Ints | int) -> Ints:
        """The quality inspector on duty."""
        return self._of_crew("inspectors", factory_id, day, shift, 0)

    def technician(
        self, factory_id: Ints | int, day: Ints | int, shift: Ints | int, pick: Ints | int
    ) -> Ints:
        """A maintenance technician on duty; `pick` chooses among those of the crew."""
        return self._of_crew("technicians", factory_id, day, shift, pick)

    def _of_crew(
        self, post: str, factory_id: Ints | int, day: Ints | int, shift: Ints | int, pick: Ints | int
    ) -> Ints:
        """Posts of a kind are dealt to the crews in turn."""
        factory_id, pick = np.asarray(factory_id), np.asarray(pick)
        posts = self._layout.posts[self._factory_ids[0]]
        people = getattr(posts, post)
        on_duty = crew(day, shift) % max(len(people), 1)
        of_crew = np.maximum((len(people) - on_duty + CREWS - 1) // CREWS, 1)
        first = np.array([0] * 1000)
        for factory in self._layout.factories:
            first[factory.factory_id] = getattr(self._layout.posts[factory.factory_id], post).start
        return np.asarray(factory_id * 1000 + first[factory_id] + on_duty + CREWS * (pick % of_crew))
