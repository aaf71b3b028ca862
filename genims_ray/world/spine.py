"""The spine: what one day leaves to the next, step by step.

A step is one sequential process. It has a `State`, a frozen dataclass of flat arrays, and is one vectorised pass over
a day: `step(state)` gives what happens in that day and the state after it. Whoever has a state goes on from it; so a
worker that is asked for a late day takes the states of that day from the owner of the spine and never goes back to
the origin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from genims_ray.world.cells import Cells, Memory

CHECKPOINT_DAYS = 16
"""States of every sixteenth day are kept for good, so that going back is cheap."""
RECENT_STATES = 48
"""And so many others."""


class State(Protocol):
    """What a day inherits from the one before."""

    @property
    def day(self) -> int: ...


S = TypeVar("S", bound=State)
D = TypeVar("D")
D_co = TypeVar("D_co", covariant=True)


class Step(Protocol[S, D_co]):
    """A sequential process of a world."""

    def origin(self) -> S:
        """The state at the first day."""

    def step(self, state: S) -> tuple[D_co, S]:
        """What happens in the state's day, and the state of the day after."""

    def own(self, state: S) -> S:
        """Of a state of the whole plant, or of another cell that holds this one: the part of this world."""


class Track(Generic[S, D]):
    """The days of one step, gone through in order from the nearest state that is known; the latest are remembered."""

    def __init__(self, memory: Memory, step: Step[S, D], first_day: int) -> None:
        """`first_day` is the day of the step's origin, which is not asked for before it is needed."""
        self._step = step
        self.first_day = first_day
        self._states: dict[int, S] = {}
        self._days: Cells[int, D] = Cells(memory, self._happen)

    @property
    def known_days(self) -> list[int]:
        """Days whose states are known, in order."""
        return sorted(self._states)

    def state(self, day: int) -> S:
        """The state at the start of a day; `LookupError` before the first."""
        if day < self.first_day:
            raise LookupError(f"day {day} is before the first, {self.first_day}")
        known = max((d for d in self._states if d <= day), default=None)
        if known is None:
            known, self._states[self.first_day] = self.first_day, self._step.origin()
        for d in range(known, day):
            self._keep(self._step.step(self._states[d]), d)
        return self._states[day]

    def day(self, day: int) -> D:
        """What happens in a day."""
        return self._days[day]

    def adopt(self, state: S) -> None:
        """Go on from a state computed elsewhere, of this world or of one that holds it."""
        if state.day not in self._states:
            self._states[state.day] = self._step.own(state)

    def _happen(self, day: int) -> D:
        found = self._step.step(self.state(day))
        self._keep(found, day)
        return found[0]

    def _keep(self, found: tuple[D, S], day: int) -> None:
        """Remember a day and the state after it."""
        self._days.put(day, found[0])
        self._states.pop(day + 1, None)
        self._states[day + 1] = found[1]  # at the end: the latest
        passing = [d for d in self._states if d % CHECKPOINT_DAYS and d != self.first_day]
        for d in passing[: max(len(passing) - RECENT_STATES, 0)]:
            del self._states[d]


@dataclass(frozen=True)
class Snapshot:
    """The states of all steps at the start of a day, by the step's name."""

    day: int
    states: dict[str, Any]

    def with_others(self, other: Snapshot) -> Snapshot:
        """With the states of further steps at the start of the same day."""
        return Snapshot(self.day, self.states | other.states)


class Spine:
    """All steps of a world, in order: a step may ask those before it for the same day, and any for earlier days."""

    def __init__(self, tracks: dict[str, Track[Any, Any]]) -> None:
        self._tracks = tracks

    def state_at(self, day: int) -> Snapshot:
        return Snapshot(day, {name: track.state(day) for name, track in self._tracks.items() if day >= track.first_day})

    def adopt(self, snapshots: Iterable[Snapshot]) -> None:
        for snapshot in snapshots:
            for name in snapshot.states.keys() & self._tracks.keys():
                self._tracks[name].adopt(snapshot.states[name])
