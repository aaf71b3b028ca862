"""Simulate a plant and load it: configuration, catalog, databases, plan, pump, report.

genims run scale=large days=30
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("run")

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console

from genims_ray import config as configuration
from genims_ray import estimate, hub, resources, screen
from genims_ray.catalog import Catalog
from genims_ray.command import command
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.estimate import Volume
from genims_ray.locate import locate, revive
from genims_ray.memory import available
from genims_ray.pipeline import surroundings, textfile
from genims_ray.pipeline.cluster import Workers
from genims_ray.pipeline.journal import Journal
from genims_ray.pipeline.parallel import at_once
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.progress import ProgressView, simulated_date
from genims_ray.pipeline.report import Phases, Tally, count, duration, human, summary
from genims_ray.pipeline.sinks import Loaded
from genims_ray.pipeline.sizes import fitted
from genims_ray.pipeline.textfile import RunFigures
from genims_ray.postgres import grants, statistics
from genims_ray.postgres.databases import PlantIdentity, check, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import Endpoint
from genims_ray.postgres.files import home_folder, require_writable
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

if TYPE_CHECKING:
    from genims_ray.pipeline.rounds import Job


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    tally = Tally()
    try:
        with screen.starting():
            config = configuration.main_args(arguments)
        return run(config, screen.console(), tally, arguments)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{so_far(tally)}; the same command goes on from there") from None


def run(config: Config, console: Console, tally: Tally, arguments: Sequence[str] = ()) -> int:
    """Load what is missing of the configured plant, counting in `tally`; `arguments` made the configuration."""
    ignored = surroundings.isolate() if config.ray.address is None else []
    began = time.monotonic()
    config = fitted(config, available())
    with screen.starting():  # Ray takes a second to import: not before the settings are seen to be right
        from genims_ray.pipeline.rounds import Job, attended, persist
    with screen.starting():
        catalog, world = Catalog.load(), World(config.plant)
    databases = config.topology.databases
    if ignored:
        console.print(f"note: {', '.join(ignored)} of the environment: no effect; settings ray.* say how Ray runs")
    require_writable(home_folder(config.server.home))
    with screen.doing(console, "starting PostgreSQL"):
        endpoints = locate(config)
    shown_in = hub.endpoint(config, endpoints) if config.topology.hub else None
    if config.server.kind == "env":
        grants.require(endpoints, shown_in)
    identity = PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)
    horizon = Window(OPENING, world.start + config.days * DAY)
    home = home_folder(config.server.home)
    with (
        Journal(home) as journal,
        RunLock(endpoints, reset=config.reset) as lock,
        Workers(config.ray, console, config.server.home) as workers,
    ):
        journal.settings(config, arguments, endpoints)
        job = Job(
            config,
            catalog,
            world,
            endpoints,
            estimate.rows_per_day(world, catalog, catalog.scopes(config.modules), horizon),
            lock,
            workers,
            revive=lambda: revive(config),
            say=partial(say, console, journal),
        )
        try:  # all that can refuse, before anything is changed
            with screen.doing(console, "looking at what is loaded"):
                anew = attended(
                    job,
                    partial(
                        check,
                        databases,
                        endpoints,
                        catalog,
                        identity,
                        reset=config.reset,
                        lose_others=config.lose_others,
                    ),
                )
                units = attended(job, partial(job.missing, job.databases(), anew=anew))
            volume = estimate.total(estimate.expected(world, catalog, units))
            require_room(config, volume, endpoints)
            if units:
                announce(console, config, world, volume)
                with screen.doing(console, "starting Ray"):
                    workers.start()
            if shown_in is not None:
                attended(job, partial(hub.found, shown_in, hub.places(config, shown_in, endpoints)))
        except UserError:
            lock.undo()
            raise
        with screen.doing(console, "dropping what is loaded" if config.reset else "preparing the databases"):
            prepared = attended(
                job,
                partial(
                    prepare,
                    databases,
                    endpoints,
                    catalog,
                    identity,
                    lock,
                    reset=config.reset,
                    lose_others=config.lose_others,
                ),
            )
        for note in prepared.notes:
            job.say(note)
        if prepared.dropped:
            forget_truth(config, console)
        if units:
            started = time.monotonic()
            load(job, units, estimate.expected(world, catalog, units), console, tally, journal)
            workers.stop()
        else:
            console.print(
                f"All of it is loaded already: {', '.join(config.modules)}; {history(config)}. "
                "With more days or modules, only what is missing is loaded."
            )
            started = time.monotonic()
        loaded = time.monotonic()

        def conclude() -> dict[str, list[statistics.TableSize]]:
            if units or not finished(config, catalog, endpoints):
                finish(config, catalog, endpoints, job.say)
            return {name: statistics.sizes(endpoint) for name, endpoint in endpoints.items()}

        with screen.doing(console, "statistics for the planner, and the hub"):
            sizes = persist(job, conclude)
    phases = Phases(started - began, loaded - started, time.monotonic() - loaded)
    steps = [*next_steps(config, endpoints, arguments), ("log", resources.shown(journal.path))]
    summary(console, tally, phases, sizes, steps)
    return 0


def so_far(tally: Tally) -> str:
    """What an interrupted run has loaded."""
    if not tally.units:
        return "; nothing was loaded by this run"
    reached = [f"{scope} to {simulated_date(end)}" for scope, end in tally.reached.items()]
    return f"; what is loaded stays: {', '.join([f'{tally.rows:,} rows of this run', *reached])}"


def require_room(config: Config, volume: Volume, endpoints: Mapping[str, Endpoint]) -> None:
    """Refuse, before anything is changed, what does not go into the embedded server's disk."""
    if config.server.kind != "embedded":
        return
    home = home_folder(config.server.home)
    free = estimate.free_bytes(home)
    if config.reset:
        free += sum(statistics.database_bytes(endpoint) for endpoint in endpoints.values())
    estimate.require_room(volume, config.days, home, free)


def forget_truth(config: Config, console: Console) -> None:
    """Delete the truth that was told of a plant that is gone, where it is told by default."""
    from genims_ray.truth.files import FILES
    from genims_ray.truth.write import forget

    folder = home_folder(config.server.home) / "truth"
    if forget(folder, FILES):
        console.print(
            f"note: the files in {resources.shown(folder)} told the truth of the earlier plant; they are deleted"
        )


def announce(console: Console, config: Config, world: World, volume: Volume) -> None:
    """Say what is about to happen, with an estimate."""
    console.print(
        f"{config.plant.scale}: {things(len(config.plant.factories), 'factory', 'factories')}, "
        f"{things(len(world.lines), 'line')}, {things(len(world.machines), 'machine')}, "
        f"{things(len(world.layout.sensors), 'sensor')}\n"
        f"{history(config)}, seed {config.plant.seed}\n"
        f"to load: about {count(volume.rows)} rows, {human(volume.bytes)}; this takes about {duration(volume.seconds)}"
    )


def load(
    job: Job, units: Sequence[Unit], expected: Mapping[str, Volume], console: Console, tally: Tally, journal: Journal
) -> None:
    """Load the units, whatever number of rounds it takes."""
    from genims_ray.pipeline.metrics import RunMetrics
    from genims_ray.pipeline.rounds import complete

    databases = {module: job.endpoints[job.home(module)].dbname for module in job.config.modules}
    figures = RunFigures.of(job.config, databases, len(units))
    file = textfile.place(home_folder(job.config.server.home))
    work = {module: volume.work for module, volume in expected.items()}
    with (
        RunMetrics(file, figures) as metrics,
        ProgressView(console, units, work, every_unit=screen.level == screen.VERBOSE) as progress,
    ):

        def record(loaded: Loaded, in_flight: int) -> None:
            tally.add(loaded)
            journal.loaded(loaded, in_flight)
            journal.progress(f"{tally.rows:,} rows in {tally.units} units")
            metrics.record(loaded, in_flight)
            progress.show(loaded)

        def trouble(note: str) -> None:
            metrics.trouble()
            job.say(note)

        complete(replace(job, say=trouble), record)


def say(console: Console, journal: Journal, note: str) -> None:
    """A note on the screen and in the log."""
    journal.note(note)
    console.print(f"note: {note}")


def finished(config: Config, catalog: Catalog, endpoints: Mapping[str, Endpoint]) -> bool:
    """Whether an earlier run came to its end, so that statistics and hub are there."""
    analyzed = all(statistics.analyzed(endpoint) for endpoint in endpoints.values())
    return analyzed and (not config.topology.hub or hub.is_complete(config, endpoints, catalog))


def finish(config: Config, catalog: Catalog, endpoints: Mapping[str, Endpoint], say: Callable[[str], None]) -> None:
    """Planner statistics of what was loaded, and the hub over it; each big table by itself, beside the rest."""
    jobs: list[Callable[[], object]] = []
    if config.topology.hub:
        jobs.append(partial(hub.prepare, config, endpoints, catalog, say))
    for name, database in config.topology.databases.items():
        tables = [t for module in database.modules for t in catalog.modules[module].tables.values()]
        groups = [[t for t in tables if not t.by_itself], *([t] for t in tables if t.by_itself)]
        jobs += [partial(statistics.analyze, endpoints[name], group) for group in groups]
    at_once(jobs)


def next_steps(config: Config, endpoints: Mapping[str, Endpoint], arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Commands that work as they stand after a run with `arguments`, and places, each with its name."""
    genims, place = resources.genims(), written(same_place(arguments))
    operations = endpoints[config.topology.home(config.modules[min(1, len(config.modules) - 1)])]
    url = f"postgresql://{operations.user}@{operations.host}:{operations.port}/{operations.dbname}"
    steps = [
        ("check it", f"{genims} verify{place}"),
        ("more days", f"{genims} run{written(same_run(arguments))} days={config.days * 2}"),
        ("URL", url),
    ]
    if config.server.kind != "embedded":
        return steps
    server = EmbeddedServer(home_folder(config.server.home))
    reader = server.reader(config.topology.hub or operations.dbname)
    home = f" --home {shlex.quote(config.server.home)}" if config.server.home else ""
    return [
        ("SQL", f"{genims} server psql hub{home}"),
        *steps,
        ("password", f"in {server.password_of(operations.user)}"),
        ("reader", f"postgresql://{reader.user}@{reader.host}:{reader.port}/{reader.dbname}"),
        ("password", f"in {server.password_of(reader.user)}"),
        ("stop", f"{genims} server stop{home}"),
    ]


def same_run(arguments: Sequence[str]) -> list[str]:
    """Those of a run's arguments that another run of the same plant needs, whatever its days."""
    return [a for a in arguments if not a.startswith(("days=", "reset=", "lose_others="))]


def same_place(arguments: Sequence[str]) -> list[str]:
    """Those of a run's arguments that say where the databases are; which plant it is, they say themselves."""
    kept, rest = [], iter(arguments)
    for argument in rest:
        if argument in ("--config-dir", "-cd"):
            kept += [argument, next(rest, "")]
        elif argument.startswith(("server=", "server.", "topology=", "topology.", "--config-dir=", "-cd=")):
            kept.append(argument)
    return kept


def written(arguments: Sequence[str]) -> str:
    """Arguments as they stand in a shell's command line, each behind a space."""
    return "".join(f" {shlex.quote(argument)}" for argument in arguments)


def things(number: int, one: str, many: str = "") -> str:
    """`1 factory`, `2 factories`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def history(config: Config) -> str:
    """The days that are asked for."""
    first = date.fromisoformat(config.plant.start)
    until = f" to {first + timedelta(config.days - 1)}" if config.days > 1 else ""
    return f"{things(config.days, 'day')}, {first}{until}"
