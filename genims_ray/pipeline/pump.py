"""The one place that owns concurrency: a bounded number of units in flight, the first error stops all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import ray
from ray.exceptions import RayActorError, RayTaskError

from genims_ray.errors import UserError
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded

TICK_SECONDS = 0.5


class Crew(Protocol):
    """Actors that simulate and load units."""

    def start(self, unit: Unit) -> Any:
        """Begin the unit; the reference returned becomes its `Loaded`."""
        ...


def pump(
    units: Sequence[Unit],
    crew: Crew,
    in_flight: int,
    loaded: Callable[[Loaded, int], None],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Start the units in order, at most `in_flight` at any time; returns when all are loaded.

    `loaded` is called with each result and the number of units still in flight, `tick` twice a second. Raises
    the first error; units in flight are then abandoned, and their transactions with them.
    """
    waiting = iter(units)
    flying: dict[Any, Unit] = {}
    try:
        while True:
            while len(flying) < in_flight and (unit := next(waiting, None)) is not None:
                flying[crew.start(unit)] = unit
            if not flying:
                return
            ready, _ = ray.wait(list(flying), num_returns=1, timeout=TICK_SECONDS)
            for reference in ready:
                unit = flying.pop(reference)
                loaded(_result(reference, unit), len(flying))
            tick()
    finally:
        for reference in flying:
            ray.cancel(reference, recursive=False)


def _result(reference: Any, unit: Unit) -> Loaded:
    """The unit's result, or its error as whoever raised it meant it."""
    try:
        result: Loaded = ray.get(reference)
        return result
    except RayTaskError as error:
        cause = error.cause
        if isinstance(cause, UserError):
            raise cause from None
        raise
    except RayActorError as error:
        raise UserError(
            f"a process died while unit {unit.scope} was simulated or loaded: {str(error).splitlines()[0]}; "
            "run the same command again to go on"
        ) from None
