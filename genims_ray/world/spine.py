"""The spine: what one day leaves to the next, step by step.

A step is one sequential process. It has a `State`, a frozen dataclass of flat arrays, and is one vectorised pass over
a day: `step(state)` gives what happens in that day, `after` the state that it leaves. Whoever has a state goes on from it; so a
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


class Step(Protocol[S, D]):
    """A sequential process of a world."""

    def origin(self) -> S:
        """The state at the first day."""

    def step(self, state: S) -> D:
        """What happens in the state's day."""

    def after(self, state: S, happened: D) -> S:
        """The state that the day leaves to the next."""

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

    def latest(self, day: int) -> int:
        """The latest day up to `day` whose state is known, or the first day."""
        return max((d for d in self._states if d <= day), default=self.first_day)

    def state(self, day: int) -> S:
        """The state at the start of a day; `LookupError` before the first."""
        if day < self.first_day:
            raise LookupError(f"day {day} is before the first, {self.first_day}")
        known = max((d for d in self._states if d <= day), default=None)
        if known is None:
            known, self._states[self.first_day] = self.first_day, self._step.origin()
        for d in range(known, day):
            self._keep(d + 1, self._step.after(self._states[d], self._days[d]))
        return self._states[day]

    def day(self, day: int) -> D:
        """What happens in a day."""
        return self._days[day]

    def adopt(self, state: S) -> None:
        """Go on from a state computed elsewhere, of this world or of one that holds it."""
        if state.day not in self._states:
            self._states[state.day] = self._step.own(state)

    def _happen(self, day: int) -> D:
        return self._step.step(self.state(day))

    def _keep(self, day: int, state: S) -> None:
        """Remember a state."""
        self._states[day] = state  # at the end: the latest
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
        """All go through the days together: a step finds what those before it did on the same day at hand."""
        known = min((track.latest(day) for track in self._tracks.values()), default=day)
        for d in range(known, day):
            for track in self._tracks.values():
                if d >= track.first_day:
                    track.state(d)
        return Snapshot(day, {name: track.state(day) for name, track in self._tracks.items() if day >= track.first_day})

    def adopt(self, snapshots: Iterable[Snapshot]) -> None:
        for snapshot in snapshots:
            for name in snapshot.states.keys() & self._tracks.keys():
                self._tracks[name].adopt(snapshot.states[name])
