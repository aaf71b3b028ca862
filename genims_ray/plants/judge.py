"""Trying a plant for real: loaded into an embedded server in several runs and units of any size, and verified."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from psycopg import sql

from genims_ray import config as configuration
from genims_ray import estimate, hub
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.locate import locate, plant_start
from genims_ray.pipeline.plan import module_of, plan
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.plants.draw import Trial
from genims_ray.plants.trial import Fault, raised
from genims_ray.postgres import fence
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.verify import run as verify
from genims_ray.verify.__main__ import every, machine_days
from genims_ray.verify.checks import Range
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION


class Judge:
    """Context manager: a server of its own in a folder, for one plant after the other."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._server = EmbeddedServer(folder)
        self._catalog = catalog

    def __enter__(self) -> Judge:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.destroy()

    def faults(self, trial: Trial, rows: Mapping[str, int]) -> list[Fault]:
        """What is wrong with a plant once it is loaded; `rows` are the numbers that every table should have."""
        config = configuration.load([*trial.settings, f"server.home={self._server.home}"])
        endpoints = locate(config)
        try:
            self._load(config, endpoints, random.Random(str(trial)))
            return self._counts(endpoints, config, rows) + self._verify(config, endpoints)
        except UserError as error:
            return [Fault(str(error).split("DETAIL")[0], str(error))]
        except Exception as error:
            return [raised(error)]
        finally:
            for place in {*endpoints.values(), hub.endpoint(config, endpoints)}:
                drop(place)

    def _load(self, config: Config, endpoints: Mapping[str, Endpoint], chance: random.Random) -> None:
        catalog, world, run_id = self._catalog, World(config.plant), uuid4()
        identity = PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)
        scopes = catalog.scopes(config.modules)
        ends = sorted({config.days, *(chance.randint(1, config.days) for _ in range(chance.randint(0, 2)))})
        covered: dict[str, list[Window]] = {}
        with RunLock(endpoints) as lock:
            prepare(config.topology.databases, endpoints, catalog, identity, lock)
            for name in endpoints:
                fence.take(lock.session(name), run_id)
            for days in ends:
                horizon = Window(OPENING, world.start + days * DAY)
                daily = estimate.rows_per_day(world, catalog, scopes, horizon)
                size, simulator = chance.choice([1, 10_000, 10**9]), Simulator(config.plant, catalog)
                sinks = {name: PostgresSink(place, catalog, run_id) for name, place in endpoints.items()}
                for unit in plan(scopes, horizon, world.start, covered, daily, size):
                    sinks[config.topology.home(module_of(unit.scope))].load(unit, [simulator.render(unit)])
                for sink in sinks.values():
                    sink.close()
                covered = {scope: [horizon] for scope in scopes}

    def _counts(self, endpoints: Mapping[str, Endpoint], config: Config, rows: Mapping[str, int]) -> list[Fault]:
        found = []
        for module in config.modules:
            tables = [t for t in self._catalog.modules[module].tables.values() if t.writer == "module"]
            counts = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {}, count(*) FROM {}").format(t.qualified, sql.Identifier(t.module, t.name))
                for t in tables
            )
            with connect(endpoints[config.topology.home(module)]) as session:
                for name, count in session.execute(counts).fetchall():
                    if count != rows.get(name, 0):
                        text = f"{name}: {rows.get(name, 0)} rows in one window, {count} as loaded"
                        found.append(Fault(f"loaded {name}", text))
        return found

    def _verify(self, config: Config, endpoints: Mapping[str, Endpoint]) -> list[Fault]:
        places = {**endpoints, str(config.topology.hub): hub.prepare(config, endpoints, self._catalog)}
        begins, there = plant_start(config), frozenset(config.modules)
        within = Range(begins, begins + timedelta(config.days))
        checks = [
            (check, verify.place(check, self._catalog, config))
            for check in every(self._catalog, machine_days(config, within), there)
            if check.kind == "exact" and there.issuperset(check.modules(self._catalog))
        ]
        return [
            Fault(f"verify {result.check.name}", f"verify {result.check.name}: {_shown(result)}")
            for result in verify.run(checks, places, within)
            if result.failed
        ]


def _shown(result: verify.Result) -> str:
    first = result.findings[0]
    row = ", ".join(f"{name}={value}" for name, value in (first.rows[0] if first.rows else {}).items())
    return first.message or f"{first.offending} rows, such as {row}"
