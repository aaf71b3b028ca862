"""The work as plain classes: simulators render units, loaders write them, one spine serves both.

They are wrapped with `ray.remote` where a run constructs them (`Crew`), nowhere else.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Queue
from typing import Any
from uuid import UUID

import pyarrow as pa

from genims_ray.catalog import Catalog
from genims_ray.modules import BY_NAME, render
from genims_ray.pipeline.metrics import LoaderMetrics
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded, PostgresSink
from genims_ray.postgres.endpoints import Endpoint
from genims_ray.world import World
from genims_ray.world.model import Snapshots
from genims_ray.world.params import Plant
from genims_ray.world.window import Window

CONNECTIONS = {"operations": 2}
"""Connections to the database of a module that is worth more than one."""


class SpineOwner:
    """The one owner of the day-grain spine; runs just ahead of the simulators."""

    def __init__(self, plant: Plant) -> None:
        self._world = World(plant)

    def snapshots(self, window: Window) -> Snapshots:
        return self._world.spine.snapshots(window)


class Simulator:
    """Renders units: of by-machine modules for its cell of machines, of other modules whole."""

    def __init__(self, plant: Plant, catalog: Catalog, machine_ids: Sequence[int]) -> None:
        self._plant = plant
        self._catalog = catalog
        self._machine_ids = list(machine_ids)
        self._worlds: dict[bool, World] = {}

    def render(self, unit: Unit, snapshots: Snapshots) -> dict[str, pa.Table]:
        """The unit's rows by table, checked against the catalog; tables without rows are absent."""
        module = BY_NAME[unit.scope]
        world = self._world(module.by_machine)
        world.adopt(snapshots)
        tables = {
            name: table
            for name, table in self._catalog.modules[module.name].tables.items()
            if table.writer == "module"
        }
        rendered = render(module, list(tables), world, unit.window)
        return {name: tables[name].arrow(columns) for name, columns in rendered.items()}

    def _world(self, cell: bool) -> World:
        known = self._worlds.get(cell)
        if known is None:
            known = self._worlds[cell] = World(self._plant, self._machine_ids if cell else None)
        return known


class Loader:
    """Writes units to the databases it serves, each through its own connections.

    Units of a database get a connection in the order of their tickets, so that a unit never waits for
    an earlier one that has none.
    """

    def __init__(self, homes: Mapping[str, str], endpoints: Mapping[str, Endpoint], run_id: UUID) -> None:
        """`homes`: database name by scope."""
        catalog = Catalog.load()  # not handed over: a restarted actor could not fetch it
        self._homes = dict(homes)
        self._metrics = LoaderMetrics()
        self._turns = {database: threading.Condition() for database in endpoints}
        self._next: dict[str, int] = dict.fromkeys(endpoints, 0)
        self._sinks: dict[str, Queue[PostgresSink]] = {}
        for database, endpoint in endpoints.items():
            scopes = [scope for scope, home in homes.items() if home == database]
            sinks: Queue[PostgresSink] = Queue()
            for _ in range(max(CONNECTIONS.get(scope, 1) for scope in scopes)):
                sinks.put(PostgresSink(endpoint, catalog, run_id, in_order=True))
            self._sinks[database] = sinks

    def load(self, unit: Unit, ticket: int, *parts: Mapping[str, pa.Table]) -> Loaded:
        """Load a unit in one transaction; `ticket` numbers the units of its database from 0."""
        database = self._homes[unit.scope]
        turn = self._turns[database]
        with turn:
            turn.wait_for(lambda: self._next[database] == ticket)
            sink = self._sinks[database].get()
            self._next[database] += 1
            turn.notify_all()
        try:
            loaded = sink.load(unit, parts)
        finally:
            self._sinks[database].put(sink)
        self._metrics.record(database, loaded)
        return loaded


@dataclass(frozen=True)
class CrewPlan:
    """Which actors a run has: machine cells, and groups of databases per loader."""

    cells: list[list[int]]
    loaders: list[list[str]]


def crew_plan(machine_ids: Sequence[int], databases: Sequence[str], *, cpus: int, machines_per_actor: int, databases_per_loader: int) -> CrewPlan:
    """Cells of consecutive machines: at most `machines_per_actor` each, and one for every core at least."""
    size = max(1, min(machines_per_actor, -(-len(machine_ids) // max(cpus, 1))))
    cells = [list(machine_ids[i : i + size]) for i in range(0, len(machine_ids), size)]
    groups = [list(databases[i : i + databases_per_loader]) for i in range(0, len(databases), databases_per_loader)]
    return CrewPlan(cells, groups)


class Crew:
    """The Ray actors of a run; `submit` sets one unit going and returns the reference to its outcome."""

    def __init__(
        self, plan: CrewPlan, plant: Plant, catalog: Catalog, homes: Mapping[str, str],
        endpoints: Mapping[str, Endpoint], run_id: UUID, units_in_flight: int,
    ) -> None:
        import ray

        def actor(cls: type, name: str, **options: Any) -> Any:
            return ray.remote(cls).options(name=name, num_cpus=0, max_task_retries=0, **options)

        self._homes = dict(homes)
        self._spine = actor(SpineOwner, "spine").remote(plant)
        self._simulators = [
            actor(Simulator, f"simulator machines {cell[0]}-{cell[-1]}" if len(cell) > 1 else f"simulator machine {cell[0]}").remote(
                plant, catalog, cell
            )
            for cell in plan.cells
        ]
        self._loaders = {}
        for databases in plan.loaders:
            loader = actor(
                Loader, f"loader {', '.join(databases)}", max_restarts=-1, max_concurrency=units_in_flight + 2
            ).remote(homes, {name: endpoints[name] for name in databases}, run_id)
            self._loaders.update(dict.fromkeys(databases, loader))
        whole = [scope for scope in homes if not BY_NAME[scope].by_machine]
        self._whole = {scope: self._simulators[-1 - i % len(self._simulators)] for i, scope in enumerate(whole)}
        self._tickets: dict[str, int] = defaultdict(int)

    def submit(self, unit: Unit) -> Any:
        database = self._homes[unit.scope]
        ticket = self._tickets[database]
        self._tickets[database] += 1
        snapshots = self._spine.snapshots.remote(unit.window)
        simulators = self._simulators if BY_NAME[unit.scope].by_machine else [self._whole[unit.scope]]
        parts = [simulator.render.remote(unit, snapshots) for simulator in simulators]
        return self._loaders[database].load.remote(unit, ticket, *parts)
