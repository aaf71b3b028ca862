"""Going on after trouble, as the same command would: in rounds, each with new actors and what the ledgers lack.

A process that died, a connection that broke or a server that does not answer ends a round. A database that
refuses a unit, or stays silent, is left out, which is said at once, and again when the others are complete.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from genims_ray import __version__, memory
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import DefectError, PassingError, UserError
from genims_ray.pipeline.cluster import Workers
from genims_ray.pipeline.parallel import Answer, at_once
from genims_ray.pipeline.plan import Unit, module_of, plan
from genims_ray.pipeline.pump import Trouble, failure, pump
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres import fence, ledger
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.watch import Watch, answers
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

TROUBLES = 3
"""In a row, with no unit committed between them, until a run gives up."""
PAUSE_SECONDS = 1.0
SHOWN = 2
"""Databases that an error names besides the first."""

Report = Callable[[Loaded, int], None]


class Silence(Exception):
    """A server did not answer for as long as a run waits; `databases` are those on it."""

    def __init__(self, databases: Sequence[str]) -> None:
        super().__init__(databases)
        self.databases = databases


@dataclass(frozen=True)
class Job:
    """What stays the same from round to round."""

    config: Config
    catalog: Catalog
    world: World
    endpoints: Mapping[str, Endpoint]
    """By database."""
    rows_per_day: Mapping[str, float]
    """By scope."""
    lock: RunLock
    workers: Workers
    revive: Callable[[], None]
    """Starts a server of our own that died."""
    say: Callable[[str], None]

    def home(self, scope: str) -> str:
        """The database of a scope."""
        return self.config.topology.home(module_of(scope))

    def databases(self) -> list[str]:
        """Those that modules are loaded into, in the order of the modules."""
        return list(dict.fromkeys(self.home(module) for module in self.config.modules))

    def missing(self, databases: Sequence[str], *, anew: bool = False) -> list[Unit]:
        """Units of the horizon that the ledgers of these databases do not cover; all of them `anew`."""
        covered = {}
        for scope in self.catalog.scopes(self.config.modules):
            if self.home(scope) in databases:
                with connect(self.endpoints[self.home(scope)]) as session:
                    covered[scope] = [] if anew else ledger.covered(session, scope)
        horizon = Window(OPENING, self.world.start + self.config.days * DAY)
        return plan(list(covered), horizon, self.world.start, covered, self.rows_per_day, self.config.unit.rows)


def complete(job: Job, loaded: Report) -> None:
    """Load all that is missing; `loaded` is called as by `pump`.

    Raises `UserError` when nothing helps: for a database, after all others are complete.
    """
    left_out: dict[str, UserError] = {}
    silent_since: dict[str, float] = {}
    troubles: Counter[str] = Counter()
    numbers = itertools.count(1)
    killed = memory.kills()

    def leave_out(found: Mapping[str, UserError]) -> None:
        """Go on without these databases, and say so."""
        for name, error in found.items():
            left_out[name] = error
            job.say(f"{_told(job, error)}; {job.endpoints[name].dbname} is left out, the others are completed")

    def report(outcome: Loaded, in_flight: int) -> None:
        troubles.pop(job.home(outcome.unit.scope), None)
        troubles.pop("", None)
        loaded(outcome, in_flight)

    while True:
        job.revive()
        run_id = uuid4()
        silent, refused = _take_over(job, [name for name in job.endpoints if name not in left_out], run_id)
        leave_out(refused)
        ours = [name for name in job.endpoints if name not in left_out and name not in silent]
        silent = {name: why for name, why in silent.items() if name in job.databases()}
        silent_since = {name: silent_since.get(name, time.monotonic()) for name in silent}
        units: list[Unit] = []
        try:
            units = job.missing(ours)
            if not units and not silent:
                break
            if units:
                _round(job, next(numbers), ours, units, run_id, report)
                continue
        except Silence as silence:
            leave_out({name: _does_not_answer(job, name) for name in silence.databases})
            continue
        except PassingError as error:
            trouble = Trouble(error)
        except Trouble as met:
            trouble = met
        else:
            now = time.monotonic()
            patience = job.config.server.patience_seconds
            leave_out({name: why for name, why in silent.items() if now - silent_since[name] >= patience})
            time.sleep(PAUSE_SECONDS)
            continue
        if trouble.passing and (now_killed := memory.kills()) > killed:
            killed, trouble = now_killed, Trouble(_for_want_of_memory(job, trouble.error))
        culprit = job.home(trouble.unit.scope) if trouble.unit else ""
        troubles[culprit] += 1
        if culprit and (not trouble.passing or troubles[culprit] >= TROUBLES):
            leave_out({culprit: trouble.error})
        elif troubles[culprit] >= TROUBLES:
            raise UserError(f"{trouble.error}; that makes {TROUBLES} times: run the same command again to go on")
        else:
            job.say(f"{trouble.error}; going on from what is committed")
            time.sleep(PAUSE_SECONDS)
    if left_out:
        raise _summary(job, left_out)


def attended(job: Job, work: Callable[[], Answer], advice: str = "; run the same command again when it does") -> Answer:
    """What `work` returns, in a thread; a `PassingError` when a server is silent for longer than a run waits."""
    with Watch(job.endpoints.values()) as watch:

        def look_around() -> None:
            for name, endpoint in job.endpoints.items():
                if watch.silence(endpoint) > job.config.server.patience_seconds:
                    raise PassingError(f"{_does_not_answer(job, name)}{advice}")

        return at_once([work], look_around)[0]


def persist(job: Job, work: Callable[[], Answer]) -> Answer:
    """What `work` returns, done again where a connection breaks or a server hangs, for as long as a run waits for
    one. What is left undone can be done again.
    """
    patience = job.config.server.patience_seconds
    first: float | None = None
    while True:
        try:
            job.revive()
            return attended(job, work, advice="")
        except PassingError as error:
            first = time.monotonic() if first is None else first
            if time.monotonic() - first >= patience:
                raise UserError(f"{error}; all is loaded, and the same command does the rest") from None
            job.say(f"{error}; trying again")
        time.sleep(PAUSE_SECONDS)


def _take_over(
    job: Job, databases: Sequence[str], run_id: UUID
) -> tuple[dict[str, PassingError], dict[str, UserError]]:
    """Let loaders of `run_id`, and no others, into the databases.

    Returns, with why, those that do not answer now, and those that refuse or are another run's now.
    """
    silent: dict[str, PassingError] = {}
    refused: dict[str, UserError] = {}
    mute: set[tuple[str, int]] = set()
    for name in databases:
        endpoint = job.endpoints[name]
        server = (endpoint.host, endpoint.port)
        if server in mute or not answers(endpoint):
            mute.add(server)
            silent[name] = _does_not_answer(job, name)
            continue
        try:
            job.lock.renew([name])
            fence.take(job.lock.session(name), run_id)
        except PassingError as error:
            silent[name] = error
        except UserError as error:
            refused[name] = error
    return silent, refused


def _round(job: Job, number: int, ours: Sequence[str], units: Sequence[Unit], run_id: UUID, loaded: Report) -> None:
    """Pump the units through actors hired for them, with an eye on what these cannot see."""
    from ray.exceptions import RayError

    from genims_ray.pipeline.placement import Task, hire

    endpoints = {unit.module: job.endpoints[job.home(unit.scope)] for unit in units}
    job.workers.start()
    try:
        placement = hire(Task(job.config.plant, job.catalog, endpoints, run_id, number), job.config.ray)
    except (RayError, ConnectionError) as error:
        raise Trouble(PassingError(failure(error))) from None
    try:
        with Watch(job.endpoints[name] for name in ours) as watch:

            def look_around() -> None:
                job.workers.check()
                for name in job.lock.lost(ours):
                    raise Trouble(PassingError(f"the lock on database {job.endpoints[name].public()} is lost"))
                mute = [
                    name for name in ours if watch.silence(job.endpoints[name]) > job.config.server.patience_seconds
                ]
                if mute:
                    raise Silence(mute)

            pump(units, placement, job.config.ray.units_in_flight, loaded, look_around)
    finally:
        if job.workers.alive():
            placement.dismiss()


def _for_want_of_memory(job: Job, error: UserError) -> PassingError:
    return PassingError(
        f"out of memory: the system ended a process ({error}); there are {memory.available().public()}: allow more, "
        f"or set ray.num_cpus=1 and a unit.rows of less than {job.config.unit.rows}"
    )


def _does_not_answer(job: Job, name: str) -> PassingError:
    place = job.endpoints[name].public()
    return PassingError(f"database {place} has not answered for {job.config.server.patience_seconds} s")


def _told(job: Job, error: UserError) -> str:
    """The error; of a defect, all that is needed to see it again, and that it is not the user's."""
    if not isinstance(error, DefectError):
        return str(error)
    plant = job.config.plant
    return (
        f"{error}; this is a defect of GenIMS, and nothing of yours: please report this line with the command (seed "
        f"{plant.seed}, start {plant.start}, scale {plant.scale}, model version {MODEL_VERSION}, genims-ray {__version__})"
    )


def _summary(job: Job, left_out: Mapping[str, UserError]) -> UserError:
    """What is said at the end: a defect first, which no later run gets over."""
    first, *others = sorted(left_out, key=lambda name: not isinstance(left_out[name], DefectError))
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    also = f" (also left out: {', '.join(others[:SHOWN])}{more})" if others else ""
    if isinstance(left_out[first], DefectError):
        return DefectError(f"{_told(job, left_out[first])}{also}")
    return UserError(f"{left_out[first]}{also}; the same command loads what is missing once that is mended")
