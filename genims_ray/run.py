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
from genims_ray.pipeline.cluster import Workers
from genims_ray.pipeline.parallel import at_once
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.progress import ProgressView, simulated_date
from genims_ray.pipeline.report import Phases, Tally, human, summary
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres import statistics
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.endpoints import Endpoint
from genims_ray.postgres.files import home_folder
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
        return run(configuration.main_args(arguments), screen.console(), tally, arguments)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{so_far(tally)}; the same command goes on from there") from None


def run(config: Config, console: Console, tally: Tally, arguments: Sequence[str] = ()) -> int:
    """Load what is missing of the configured plant, counting in `tally`; `arguments` made the configuration."""
    # Ray takes a second to import: not before the settings are seen to be right.
    from genims_ray.pipeline.rounds import Job, attended, persist

    began = time.monotonic()
    catalog = Catalog.load()
    world = World(config.plant)
    endpoints = locate(config)
    shown_in = hub.endpoint(config, endpoints)
    identity = PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)
    horizon = Window(OPENING, world.start + config.days * DAY)
    with RunLock(endpoints) as lock, Workers(config.ray, console, config.server.home) as workers:
        job = Job(
            config, catalog, world, endpoints,
            estimate.rows_per_day(world, catalog, catalog.scopes(config.modules), horizon), lock, workers,
            revive=lambda: revive(config),
            say=lambda note: console.print(f"note: {note}", highlight=False),
        )  # fmt: skip
        try:
            if config.ray.address is not None:  # a cluster that does not answer says so before anything changes
                workers.start()
            units = attended(job, partial(job.missing, job.databases(), anew=config.reset))
            volume = estimate.total(estimate.expected(world, catalog, units))
            require_room(config, volume, endpoints)
        except UserError:
            lock.undo()
            raise
        prepared = attended(
            job,
            partial(prepare, config.topology.databases, endpoints, catalog, identity, lock, reset=config.reset),
        )
        for note in prepared.notes:
            console.print(f"note: {note}", highlight=False)
        attended(job, partial(hub.found, shown_in))  # filled at the end; a server that refuses it should do so now
        units = attended(job, partial(job.missing, job.databases()))
        if units:
            announce(console, config, world, volume)
            workers.start()
            started = time.monotonic()
            load(job, units, console, tally)
            workers.stop()
        else:
            console.print(
                f"Everything asked for is loaded already: {', '.join(config.modules)}, {config.days} days from "
                f"{config.plant.start}. More days or modules load just what is missing.",
                highlight=False,
            )
            started = time.monotonic()
        loaded = time.monotonic()

        def conclude() -> dict[str, list[statistics.TableSize]]:
            if units or not finished(config, catalog, endpoints):
                finish(config, catalog, endpoints)
            return {name: statistics.sizes(endpoint) for name, endpoint in endpoints.items()}

        with console.status("statistics and hub"):
            sizes = persist(job, conclude)
    phases = Phases(started - began, loaded - started, time.monotonic() - loaded)
    summary(console, tally, phases, sizes, *directions(config, endpoints, arguments))
    return 0


def so_far(tally: Tally) -> str:
    """What an interrupted run has loaded."""
    if not tally.units:
        return "; nothing was loaded by this run"
    reached = ", ".join(f"{scope} to {simulated_date(end)}" for scope, end in tally.reached.items())
    return f"; what is loaded stays: {tally.rows:,} rows of this run, {reached}"


def require_room(config: Config, volume: Volume, endpoints: Mapping[str, Endpoint]) -> None:
    """Refuse, before anything is changed, what does not go into the embedded server's disk."""
    if config.server.kind != "embedded":
        return
    home = home_folder(config.server.home)
    free = estimate.free_bytes(home)
    if config.reset:
        free += sum(statistics.database_bytes(endpoint) for endpoint in endpoints.values())
    estimate.require_room(volume, config.days, home, free)


def announce(console: Console, config: Config, world: World, volume: Volume) -> None:
    """Say what is about to happen, with an estimate."""
    console.print(
        f"[bold]{config.plant.scale}[/]: {len(config.plant.factories)} factories, {len(world.lines)} lines, "
        f"{len(world.machines)} machines, {len(world.layout.sensors)} sensors\n"
        f"{config.days} days from {config.plant.start}, seed {config.plant.seed}\n"
        f"to load: about {volume.rows:,.0f} rows, {human(volume.bytes)}, in some {volume.seconds:,.0f} s",
        highlight=False,
    )


def load(job: Job, units: Sequence[Unit], console: Console, tally: Tally) -> None:
    """Load the units, whatever number of rounds it takes."""
    from genims_ray.pipeline.metrics import RunMetrics
    from genims_ray.pipeline.rounds import complete

    metrics = RunMetrics()
    with ProgressView(console, units) as progress:

        def record(loaded: Loaded, in_flight: int) -> None:
            tally.add(loaded)
            metrics.record(in_flight, loaded)
            progress.show(loaded)

        complete(job, record)


def finished(config: Config, catalog: Catalog, endpoints: Mapping[str, Endpoint]) -> bool:
    """Whether an earlier run came to its end, so that statistics and hub are there."""
    analyzed = all(statistics.analyzed(endpoint) for endpoint in endpoints.values())
    return analyzed and hub.is_complete(config, endpoints, catalog)


def finish(config: Config, catalog: Catalog, endpoints: Mapping[str, Endpoint]) -> None:
    """Planner statistics of what was loaded, and the hub over it; each big table by itself, beside the rest."""
    jobs: list[Callable[[], object]] = [partial(hub.prepare, config, endpoints, catalog)]
    for name, database in config.topology.databases.items():
        tables = [t for module in database.modules for t in catalog.modules[module].tables.values()]
        groups = [[t for t in tables if not t.by_itself], *([t] for t in tables if t.by_itself)]
        jobs += [partial(statistics.analyze, endpoints[name], group) for group in groups]
    at_once(jobs)


def directions(
    config: Config, endpoints: Mapping[str, Endpoint], arguments: Sequence[str]
) -> tuple[list[str], list[str]]:
    """How to connect, and what to try next: commands that work as they stand after a run with `arguments`."""
    python, chosen = resources.python(), same_plant(arguments)
    operations = endpoints[config.topology.home(config.modules[min(1, len(config.modules) - 1)])]
    connect_lines = [
        f"URL      postgresql://{operations.user}@{operations.host}:{operations.port}/{operations.dbname}"
    ]
    hints = [
        f"next     {python} -m genims_ray.verify{chosen}    check what is loaded",
        f"         {python} -m genims_ray.run{chosen} days={config.days * 2}    load more days; what is there stays",
    ]
    if config.server.kind == "embedded":
        connect_lines.insert(
            0, f"psql     {python} -m genims_ray.server psql operations    (or master, mes, hub)"
        )
        connect_lines.append(f"password in {home_folder(config.server.home) / 'postgres' / 'password'}")
        hints.append(f"stop     {python} -m genims_ray.server stop    (the server stays up until then)")
    return connect_lines, hints


def same_plant(arguments: Sequence[str]) -> str:
    """Those of a command line's arguments that another command needs to mean the same plant and databases."""
    kept = [
        a for a in arguments if not a.startswith(("days=", "modules=", "reset=", "ray=", "ray.", "unit."))
    ]
    return "".join(f" {shlex.quote(argument)}" for argument in kept)
