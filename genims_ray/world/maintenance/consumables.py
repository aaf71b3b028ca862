"""Stock of lubricants, filters and the like, reviewed daily by (s, S)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.world import keys
from genims_ray.world.cells import Memory
from genims_ray.world.maintenance.movements import ADJUSTMENT, ISSUE, RECEIPT, RETURN, Level, Movement
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.maintenance.spares import PIECE, Part
from genims_ray.world.rows import Ints
from genims_ray.world.spine import Track

_COUNT_EVERY = 60
"""Days between two counts of a consumable, on average."""
_USAGE_DAYS = 56
"""Days of the plan from which the usual consumption is taken."""


@dataclass(frozen=True)
class State:
    """What a store has when a production day begins; thousandths of the parts' units."""

    day: int
    hand: Ints  # (parts,)
    due: Ints  # days, in order, on which deliveries are expected
    ordered: Ints  # (days, parts)


@dataclass(frozen=True)
class StoreDay:
    """A production day of a store, (parts,)."""

    before: Ints  # when it begins
    received: Ints
    counted: Ints  # found more, or less, than the books say
    left: State


class Consumables:
    """Lubricants, filters and the like of one store: a step of the spine."""

    def __init__(
        self, factory_id: int, parts: list[Part], first: int, plan: Plan, rosters: Rosters, memory: Memory
    ) -> None:
        """`first` is the first production day that lies in the history as a whole."""
        self._factory_id = factory_id
        self._plan = plan
        self._rosters = rosters
        self._rng = plan.rng
        self._parts = [
            p for p in parts if p.factory_id == factory_id and not p.component and not p.name.startswith("small parts")
        ]
        self._column = {p.mro_part_id: i for i, p in enumerate(self._parts)}
        self._first = first
        self.track: Track[State, StoreDay] = Track(memory, self, first)

    @cached_property
    def level(self) -> dict[int, Level]:
        found, usual = {}, sum(self._usage(day) for day in range(self._first, self._first + _USAGE_DAYS))
        for part, used in zip(self._parts, np.asarray(usual).tolist(), strict=True):
            daily = used / _USAGE_DAYS
            reorder = int(np.ceil(daily * (part.lead_days + 1) * 1.4 / PIECE)) + 2
            most = reorder + max(int(np.ceil(daily * 14 / PIECE)), 2)
            found[part.mro_part_id] = Level(reorder * PIECE, most * PIECE)
        return found

    def _due(self, day: int) -> Iterator[tuple[int, int, int, bool]]:
        """(part, quantity, key of the order's due, brought back) of the work of a production day."""
        work = [*self._plan.done_on(day), *self._plan.follow_ups(day - 1)]
        for due in work:
            if due.asset.factory_id == self._factory_id:
                key = int(keys.key(due.asset.asset_id, due.day, due.sequence))
                for part, quantity in self._plan.parts(due):
                    yield part, quantity, key, quantity < 0

    def _usage(self, day: int) -> Ints:
        """What the work of a day takes; what it brings back is not counted on."""
        used = np.zeros(len(self._parts), dtype=np.int64)
        for part, quantity, _, back in self._due(day):
            if not back:
                used[self._column[part]] += quantity
        return used

    def origin(self) -> State:
        """All shelves are full."""
        hand = np.array([self.level[p.mro_part_id].most for p in self._parts], dtype=np.int64)
        none = np.zeros((0, len(self._parts)), dtype=np.int64)
        return State(self._first, hand, np.zeros(0, dtype=np.int64), none)

    def own(self, state: State) -> State:
        return state

    def step(self, state: State) -> StoreDay:
        day, hand, nothing = state.day, state.hand, np.zeros(len(self._parts), dtype=np.int64)
        pending = {when: ordered.copy() for when, ordered in zip(state.due.tolist(), state.ordered, strict=True)}
        used = self._usage(day)
        back = nothing.copy()
        for part, quantity, _, returned in self._due(day):
            if returned:
                back[self._column[part]] -= quantity
        received = pending.pop(day, nothing.copy())
        for i in np.flatnonzero(hand + received < used).tolist():  # brought forward, or fetched
            for later in sorted(pending):
                if hand[i] + received[i] >= used[i]:
                    break
                received[i] += pending[later][i]
                pending[later][i] = 0
            short = int(used[i] - hand[i] - received[i])
            received[i] += max(-(-short // PIECE), 0) * PIECE
        after = hand + received - used + back
        ids = np.array([p.mro_part_id for p in self._parts], dtype=np.int64)
        u = self._rng.uniform("stock count", ids, day)
        off = np.where(self._rng.uniform("stock off", ids, day) < 0.6, -PIECE, PIECE)
        counted = np.where(u < 0.5 / _COUNT_EVERY, np.maximum(off, -after), 0)
        left = after + counted
        waiting = sum(pending.values(), nothing.copy())
        for i, kept in enumerate(self._parts):
            level = self.level[kept.mro_part_id]
            if left[i] + waiting[i] <= level.reorder:
                lead = kept.lead_days * float(self._rng.lognormal("consumable lead", 1.0, 0.2, kept.mro_part_id, day))
                when = day + max(int(lead), 1) + 1
                due = pending.setdefault(when, nothing.copy())
                due[i] += level.most - left[i] - waiting[i]
        days = sorted(pending)
        ordered = np.array([pending[when] for when in days], dtype=np.int64).reshape(len(days), len(self._parts))
        return StoreDay(hand, received, counted, State(day + 1, left, np.array(days, dtype=np.int64), ordered))

    def after(self, state: State, day: StoreDay) -> State:
        return day.left

    def movements(self, day: int) -> Iterator[Movement]:
        """Movements of a production day, in order of time."""
        found = self.track.day(day)
        stock, received, counted = found.before.copy(), found.received, found.counted
        roster = self._rosters.whole(self._factory_id, day)
        steps: list[tuple[int, int, int, int, str, int, int, str]] = []
        for i in np.flatnonzero(received).tolist():
            steps.append((roster.bounds[0], 0, i, int(received[i]), RECEIPT, 0, 0, ""))
        for part, quantity, key, back in self._due(day):
            asset_id, due_day, sequence = (int(x) for x in keys.parts(key))
            booking = roster.planned[asset_id, due_day, sequence]
            time = booking.end if back else booking.start
            steps.append(
                (time, 1, self._column[part], -quantity, RETURN if back else ISSUE, key, booking.technician, "")
            )
        for i in np.flatnonzero(counted).tolist():
            reason = "count" if counted[i] > 0 else ("count", "damaged", "expired")[(i + day) % 3]
            steps.append(
                (max([roster.bounds[3] - 1, *(s[0] for s in steps)]), 2, i, int(counted[i]), ADJUSTMENT, 0, 0, reason)
            )
        sequence_of: dict[int, int] = defaultdict(int)
        for time, _, i, quantity, kind, job, who, reason in sorted(steps):
            stock[i] += quantity
            part_id = self._parts[i].mro_part_id
            sequence_of[i] += 1
            key = int(keys.key(part_id, day, sequence_of[i]))
            yield Movement(part_id, key, kind, time, quantity, int(stock[i]), job, who, "", reason)
