"""The one place that owns concurrency: a bounded set of units in flight, refilled as they finish."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from genims_ray.errors import UserError
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded


def pump(
    units: Sequence[Unit], submit: Callable[[Unit], Any], in_flight: int, watch: Callable[[int], None] = lambda n: None
) -> Iterator[Loaded]:
    """Outcomes of `units` as they finish, never more than `in_flight` under way.

    The first failure stops the pump and is the error raised. `watch` is told the number under way.
    """
    import ray
    from ray.exceptions import RayActorError, RayTaskError

    waiting = iter(units)
    pending: dict[Any, Unit] = {}
    while True:
        while len(pending) < in_flight and (unit := next(waiting, None)) is not None:
            pending[submit(unit)] = unit
        watch(len(pending))
        if not pending:
            return
        done, _ = ray.wait(list(pending), num_returns=1)
        for reference in done:
            unit = pending.pop(reference)
            try:
                yield ray.get(reference)
            except RayTaskError as error:
                cause = error.cause
                if isinstance(cause, UserError):
                    raise cause from None
                raise
            except RayActorError as error:
                reason = str(error).strip().splitlines()[0]
                raise UserError(
                    f"a worker process died while unit {unit.scope} was under way ({reason}); "
                    "what is committed stays: run the same command again to go on"
                ) from None
