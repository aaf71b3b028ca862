"""The one place that owns concurrency: a bounded number of units in flight, the first error stops all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from genims_ray.errors import DefectError, PassingError, UserError, short
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.ledger import range_text

TICK_SECONDS = 0.5
LOW = "running low on memory"
"""In what Ray says of a process that it ended before the system would."""


class Trouble(Exception):
    """A unit was not loaded, by no mistake of the program. Without `unit` it was not that unit's own fault."""

    def __init__(self, error: UserError, unit: Unit | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.unit = unit

    @property
    def passing(self) -> bool:
        """Whether it may go better the next time."""
        return isinstance(self.error, PassingError)


class Starts(Protocol):
    """Who has units simulated and loaded."""

    def start(self, unit: Unit) -> Any:
        """Begin the unit; the reference returned becomes its `Loaded`."""
        ...


def pump(
    units: Sequence[Unit],
    placement: Starts,
    in_flight: int,
    loaded: Callable[[Loaded, int], None],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Start the units in order, at most `in_flight` at any time; returns when all are loaded.

    `loaded` is called with each result and the number of units still in flight, `tick` twice a second. Raises
    the first error, `Trouble` where it is none of the program; what is in flight then is left to its actors.
    """
    waiting = iter(units)
    flying: dict[Any, Unit] = {}
    while True:
        while len(flying) < in_flight and (unit := next(waiting, None)) is not None:
            try:
                flying[placement.start(unit)] = unit
            except (RayError, ConnectionError) as error:
                raise Trouble(PassingError(failure(error))) from None
        if not flying:
            return
        try:
            ready, _ = ray.wait(list(flying), num_returns=1, timeout=TICK_SECONDS)
        except (RayError, ConnectionError) as error:  # the latter from Ray's client
            raise Trouble(PassingError(failure(error))) from None
        for reference in ready:
            unit = flying.pop(reference)
            loaded(_result(reference, unit), len(flying))
        tick()


def _result(reference: Any, unit: Unit) -> Loaded:
    """The unit's result, or its error as whoever raised it meant it."""
    try:
        result: Loaded = ray.get(reference)
        return result
    except RayError as error:
        cause = _cause(error)
        if isinstance(cause, UserError):
            raise Trouble(cause, unit) from None
        if isinstance(cause, RayError) and not getattr(cause, "actor_init_failed", False):
            raise Trouble(PassingError(f"{failure(cause)} while unit {unit.scope} was simulated or loaded")) from None
        if isinstance(cause, RayError):
            raise
        raise Trouble(DefectError(mistake(error, cause, unit)), unit) from None


def _cause(error: BaseException) -> BaseException:
    """What went wrong first: a task that needs the result of one that failed, fails with its error."""
    while isinstance(error, RayTaskError) and error.cause is not None:
        error = error.cause
    return error


def mistake(error: RayError, cause: BaseException, unit: Unit) -> str:
    """An error that nobody meant, in one line: where it was raised, which Ray tells in text only, and at which unit."""
    frames = re.findall(r'File "([^"]+)", line (\d+), in ', str(error))
    ours = [(Path(file).parts, line) for file, line in frames if "genims_ray" in Path(file).parts]
    place = f" at {'/'.join(ours[-1][0][-3:])}:{ours[-1][1]}" if ours else ""
    return f"unit {unit.scope} {range_text(unit.window)}: {type(cause).__name__}{place}: {short(str(cause), 300)}"


def failure(error: Exception) -> str:
    """What became of Ray: which process died, or Ray's own words in one line; Ray tells the name and number in text only."""
    text = str(error).strip()
    if isinstance(error, RayActorError):
        name = re.search(r"^\s*name: (.+)$", text, re.MULTILINE)
        number = re.search(r"^\s*pid: (\d+)$", text, re.MULTILINE)
        why = " for want of memory" if LOW in text else ""
        return (
            f"{f'the process of {name[1]}' if name else 'a process'}{f' (pid {number[1]})' if number else ''} died{why}"
        )
    return f"Ray failed ({(text or type(error).__name__).splitlines()[0].rstrip('.')})"
