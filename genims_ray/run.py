"""Simulate a plant and load it: configuration, catalog, databases, plan, pump, report.

python -m genims_ray.run scale=large days=30
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

from rich.console import Console

from genims_ray import config as configuration
from genims_ray import hub, resources
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.locate import locate
from genims_ray.pipeline.cluster import Workers
from genims_ray.pipeline.plan import Unit, plan
from genims_ray.pipeline.progress import ProgressView
from genims_ray.pipeline.report import Phases, Tally, human, summary
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres import ledger, statistics
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.endpoints import Endpoint, connect
from genims_ray.postgres.files import home_folder
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

EXPECTED_ROWS_PER_SECOND = 700_000
EXPECTED_START_SECONDS = 20
BYTES_PER_ROW = 80


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    console = Console() if sys.stdout.isatty() else Console(width=120)
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        return run(configuration.main_args(given), console, given)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print(
            "\ninterrupted; what was committed stays, and the same command goes on from there",
            file=sys.stderr,
        )
        return 130


def run(config: Config, console: Console, arguments: Sequence[str] = ()) -> int:
    """Load what is missing of the configured plant; `arguments` are those that made the configuration."""
    began = time.monotonic()
    catalog = Catalog.load()
    world = World(config.plant)
    endpoints = locate(config)
    shown_in = hub.endpoint(config, endpoints)
    identity = PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)
    workers = Workers(config.ray, console, config.server.home)
    with RunLock(endpoints) as lock, ExitStack() as working:
        if config.ray.address is not None:  # a cluster that does not answer says so before anything changes
            working.enter_context(workers)
        prepared = prepare(config.topology.databases, endpoints, catalog, identity, lock, reset=config.reset)
        for note in prepared.notes:
            console.print(f"note: {note}", highlight=False)
        hub.found(shown_in)  # filled at the end; a server that refuses it should do so now
        units = missing(config, world, endpoints)
        if not units:
            console.print(
                f"Everything asked for is loaded already: {', '.join(config.modules)}, {config.days} days from "
                f"{config.plant.start}. More days or modules load just what is missing.",
                highlight=False,
            )
            tally, started, loaded = Tally(), time.monotonic(), time.monotonic()
        else:
            announce(console, config, world, units)
            if config.ray.address is None:
                working.enter_context(workers)
            started = time.monotonic()
            tally = load(config, catalog, endpoints, units, console)
            loaded = time.monotonic()
            working.close()
        if tally.units:
            with console.status("statistics and hub"):
                finish(config, catalog, endpoints)
        sizes = {name: statistics.sizes(endpoint) for name, endpoint in endpoints.items()}
    phases = Phases(started - began, loaded - started, time.monotonic() - loaded)
    summary(console, tally, phases, sizes, *directions(config, endpoints, arguments))
    return 0


def missing(config: Config, world: World, endpoints: Mapping[str, Endpoint]) -> list[Unit]:
    """Units of the horizon that no ledger covers."""
    covered = {}
    for module in config.modules:
        with connect(endpoints[config.topology.home(module)]) as session:
            covered[module] = ledger.covered(session, module)
    horizon = Window(OPENING, world.start + config.days * DAY)
    return plan(config.modules, horizon, world.start, covered, rows_per_day(world), config.unit.rows)


def rows_per_day(world: World) -> dict[str, float]:
    """Expected rows a day by module, from the static plant."""
    powered = float(world.calendar.planned_share().mean())
    sensors = sum(DAY / sensor.params.interval_seconds for sensor in world.layout.sensors)
    health = len(world.layout.sensors) * 24 / world.plant.health_interval_hours
    scada = len(world.machines) * DAY / world.plant.scada_interval_seconds
    return {
        "master": 1.0,
        "operations": sensors * powered + scada + health + 55 * len(world.machines) + 220 * len(world.lines),
        "mes": 210.0 * len(world.lines),
    }


def announce(console: Console, config: Config, world: World, units: Sequence[Unit]) -> None:
    """Say what is about to happen, with an estimate."""
    daily = rows_per_day(world)
    rows = sum(daily[u.scope] * (0 if u.window.is_opening else u.window.seconds / DAY) for u in units)
    seconds = EXPECTED_START_SECONDS + rows / EXPECTED_ROWS_PER_SECOND
    console.print(
        f"[bold]{config.plant.scale}[/]: {len(config.plant.factories)} factories, {len(world.lines)} lines, "
        f"{len(world.machines)} machines, {len(world.layout.sensors)} sensors\n"
        f"{config.days} days from {config.plant.start}, seed {config.plant.seed}\nto load: about {rows:,.0f} rows, {human(rows * BYTES_PER_ROW)}, in some {seconds:,.0f} s",
        highlight=False,
    )


def load(
    config: Config,
    catalog: Catalog,
    endpoints: Mapping[str, Endpoint],
    units: Sequence[Unit],
    console: Console,
) -> Tally:
    """Pump the units through the crew."""
    from genims_ray.pipeline.actors import Task, hire
    from genims_ray.pipeline.metrics import RunMetrics
    from genims_ray.pipeline.pump import pump

    homes = {module: endpoints[config.topology.home(module)] for module in config.modules}
    crew = hire(Task(config.plant, catalog, homes, uuid4()), config.ray, config.modules)
    tally, metrics = Tally(), RunMetrics()
    with ProgressView(console, units) as progress:

        def record(loaded: Loaded, in_flight: int) -> None:
            tally.add(loaded)
            metrics.record(in_flight, loaded)
            progress.show(loaded)

        pump(units, crew, config.ray.units_in_flight, record)
    return tally


def finish(config: Config, catalog: Catalog, endpoints: Mapping[str, Endpoint]) -> None:
    """Planner statistics of what was loaded, and the hub over it."""
    with ThreadPoolExecutor() as pool:
        jobs: list[Any] = [
            pool.submit(
                statistics.analyze, endpoints[name],
                [t for module in database.modules for t in catalog.modules[module].tables.values()],
            )
            for name, database in config.topology.databases.items()
        ]  # fmt: skip
        jobs.append(pool.submit(hub.prepare, config, endpoints, catalog))
        for job in jobs:
            job.result()


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


if __name__ == "__main__":
    raise SystemExit(main())
