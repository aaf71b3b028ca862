"""The work that Ray's actors do, as plain classes, and how actors are hired for a round of a run.

Each says what it does, a line for a unit, in the log of its process, which Ray's dashboard shows; its `repr` there is
its work.

Simulators host cells (many machines) of modules that can be rendered by machine, and whole modules else.
Loaders host databases. What a unit's rows are does not depend on how many of them there are. None is started
again by Ray: a crew that lost somebody is replaced.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import psutil
import pyarrow as pa
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.config import Ray
from genims_ray.errors import UserError
from genims_ray.pipeline.metrics import LoaderMetrics, SimulatorMetrics
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded, PostgresSink, timed
from genims_ray.postgres.endpoints import Endpoint
from genims_ray.world import Window, World
from genims_ray.world.params import Plant
from genims_ray.world.sensors.observation import Board, OfMachines

Tables = dict[str, pa.Table]
log = logging.getLogger(__name__)


def log_to_worker() -> None:
    """Have what an actor says stand in the log of its process; elsewhere nothing is said."""
    if ray.is_initialized() and ray.get_runtime_context().get_actor_id() and not log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)


def machines_text(machine_ids: Sequence[int] | None) -> str:
    """The machines of a cell, or of the whole plant, for people."""
    if machine_ids is None:
        return "whole plant"
    if len(machine_ids) == 1:
        return f"machine {machine_ids[0]}"
    return f"machines {machine_ids[0]}-{machine_ids[-1]}"


class Simulator:
    """Renders units for the whole plant, or for some of its machines."""

    def __init__(
        self,
        plant: Plant,
        catalog: Catalog,
        machine_ids: Sequence[int] | None = None,
        board: Board | None = None,
        work: Sequence[str] = (),
    ) -> None:
        """`work` names the modules it is for, to be shown."""
        log_to_worker()
        self._world = World(plant, machine_ids, board)
        self._catalog = catalog
        self._shown = f"{', '.join(work) or 'all modules'}: {machines_text(machine_ids)}"
        self._metrics = SimulatorMetrics(self._shown)

    def __repr__(self) -> str:
        return f"Simulator({self._shown})"

    def render(self, unit: Unit, snapshots: Any = None) -> Tables:
        """The rows of the unit, checked against the catalog, by table."""
        if snapshots is not None:
            self._world.adopt(snapshots)
        whole = began = time.perf_counter()
        tables = self._catalog.of_scope(unit.scope)
        names = [name for name, table in tables.items() if table.writer == "module"]
        rendered: Tables = {}
        for name, columns in modules.render(modules.BY_NAME[unit.module], names, self._world, unit.window):
            table = tables[name].arrow(columns) if columns else None
            seconds, began = time.perf_counter() - began, time.perf_counter()
            self._metrics.record(unit.module, name, seconds)
            if table is not None:
                rendered[name] = timed(table, seconds)
        self._world.exchange()
        log.info(
            "rendered %s: %s rows, %.2f s",
            unit,
            f"{sum(t.num_rows for t in rendered.values()):,}",
            time.perf_counter() - whole,
        )
        return rendered


class Office(Simulator):
    """Renders the modules that need the whole plant, and owns the spine, in a world and thread of its own, and the
    board of the simulators.
    """

    def __init__(self, plant: Plant, catalog: Catalog, work: Sequence[str] = ("spine",)) -> None:
        self._board = Board()
        super().__init__(plant, catalog, board=self._board, work=work)
        self._spine = World(plant)

    def __repr__(self) -> str:
        return f"Office({self._shown})"

    @ray.method(concurrency_group="spine")
    def snapshots(self, window: Window) -> Any:
        """The state that simulators continue from, for a window."""
        return self._spine.snapshots(window)

    @ray.method(concurrency_group="board")
    def post(self, days: Mapping[int, OfMachines]) -> None:
        self._board.post(days)

    @ray.method(concurrency_group="board")
    def read(self, day: int) -> OfMachines:
        return self._board.read(day)


class OfficeBoard(Board):
    """The board of an office in another process. Nobody waits for a day that is not posted yet: it is rendered again."""

    def __init__(self, office: Any) -> None:
        self._office = office

    def post(self, days: Mapping[int, OfMachines]) -> None:
        self._office.post.remote(days)

    def read(self, day: int) -> OfMachines:
        found: OfMachines = ray.get(self._office.read.remote(day))
        return found


class Loader:
    """Loads units into some databases: by several threads, each with a connection of its own."""

    def __init__(self, name: str, endpoints: Mapping[str, Endpoint], run_id: UUID, catalog: Catalog) -> None:
        """`endpoints` by module."""
        log_to_worker()
        self._endpoints = endpoints
        self._catalog = catalog
        self._run_id = run_id
        self._idle: dict[Endpoint, SimpleQueue[PostgresSink]] = {e: SimpleQueue() for e in endpoints.values()}
        self._metrics = LoaderMetrics(name)

    def __repr__(self) -> str:
        return f"Loader({', '.join(dict.fromkeys(e.dbname for e in self._endpoints.values()))})"

    def load(self, unit: Unit, *parts: Tables) -> Loaded:
        endpoint = self._endpoints[unit.module]
        try:
            sink = self._idle[endpoint].get_nowait()
        except Empty:
            sink = PostgresSink(endpoint, self._catalog, self._run_id, in_order=True)
        try:
            loaded = sink.load(unit, parts)
        finally:
            self._idle[endpoint].put(sink)
        self._metrics.record(endpoint.dbname, loaded)
        log.info("%s", loaded)
        return loaded


class Workshop(Loader):
    """Simulator and loader in one process: no row crosses the object store. One unit at a time."""

    def __init__(
        self, name: str, endpoints: Mapping[str, Endpoint], run_id: UUID, catalog: Catalog, plant: Plant, board: Board
    ) -> None:
        super().__init__(name, endpoints, run_id, catalog)
        self._simulator = Simulator(plant, catalog, board=board, work=list(endpoints))

    def __repr__(self) -> str:
        return f"Workshop({', '.join(self._endpoints)}: simulates and loads)"

    def render_and_load(self, unit: Unit, snapshots: Any = None) -> Loaded:
        return self.load(unit, self._simulator.render(unit, snapshots))


def cells(plant: Plant, size: int) -> list[list[int]]:
    """Machine ids in consecutive groups of about `size`; a line stays whole where it fits."""
    groups: list[list[int]] = []
    for line in World(plant).lines:
        ids = list(line.machine_ids)
        if len(ids) > size:
            groups += [ids[i : i + size] for i in range(0, len(ids), size)]
        elif groups and len(groups[-1]) + len(ids) <= size:
            groups[-1] += ids
        else:
            groups.append(ids)
    return groups


@dataclass(frozen=True)
class Task:
    """What actors need to know about the run."""

    plant: Plant
    catalog: Catalog
    endpoints: Mapping[str, Endpoint]
    """By module."""
    run_id: UUID
    round: int = 1

    def modules(self) -> list[modules.Module]:
        """Those to be loaded, in their order."""
        return [module for module in modules.MODULES if module.name in self.endpoints]


class Crew:
    """Actors with names for the dashboard, and where they may run."""

    def __init__(self, task: Task) -> None:
        self._round = task.round
        self._actors: list[Any] = []
        local = any(place.is_local for place in task.endpoints.values())
        self._near_servers: Any = _on_this_node() if local else "DEFAULT"

    def hire(self, kind: Any, name: str, *arguments: Any, **options: Any) -> Any:
        """An actor; `options` are Ray's."""
        shown = name if self._round == 1 else f"{name}, round {self._round}"
        actor = kind.options(**{"name": shown, "num_cpus": 0.1, **options}).remote(*arguments)
        self._actors.append(actor)
        return actor

    def dismiss(self) -> None:
        """End all processes, whatever they do."""
        for actor in self._actors:
            ray.kill(actor)

    def _hire_office(self, work: Sequence[str], plant: Any, catalog: Any) -> Any:
        groups: Any = {"concurrency_groups": {"spine": 1, "board": 1}}
        name = " and ".join(["spine", *work])
        return self.hire(ray.remote(**groups)(Office), name, plant, catalog, ["spine", *work])


class Apart(Crew):
    """Simulators and loaders in processes of their own; rows go through the object store."""

    def __init__(self, task: Task, settings: Ray) -> None:
        super().__init__(task)
        hired = task.modules()
        whole = [module.name for module in hired if not module.by_machine]
        by_machine = [module.name for module in hired if module.by_machine]
        plant, catalog = ray.put(task.plant), ray.put(task.catalog)

        self._office = self._hire_office(whole, plant, catalog)
        board = OfficeBoard(self._office)
        self._cells: dict[str, list[Any]] = {}
        if by_machine:
            groups = cells(task.plant, settings.machines_per_actor or _fair_share(task.plant))
            simulator = ray.remote(Simulator)
            actors = [
                self.hire(
                    simulator,
                    f"simulator {', '.join(by_machine)}, machines {ids[0]}-{ids[-1]}",
                    plant,
                    catalog,
                    ids,
                    board,
                    by_machine,
                    scheduling_strategy="SPREAD",
                )
                for ids in groups
            ]
            self._cells = dict.fromkeys(by_machine, actors)
        self._loaders = self._hire_loaders(task, settings, catalog)

    def start(self, unit: Unit) -> Any:
        """Have the unit simulated and loaded; returns the reference of its `Loaded`."""
        module = unit.module
        snapshots = self._office.snapshots.remote(unit.window)
        hosts = self._cells.get(module, [self._office])
        parts = [host.render.remote(unit, snapshots) for host in hosts]
        return self._loaders[module].load.remote(unit, *parts)

    def _hire_loaders(self, task: Task, settings: Ray, catalog: Any) -> dict[str, Any]:
        """A loader for each module; one actor serves `databases_per_loader` databases."""
        databases: dict[Endpoint, list[str]] = {}
        for module in task.modules():
            databases.setdefault(task.endpoints[module.name], []).append(module.name)
        loader = ray.remote(Loader)
        found: dict[str, Any] = {}
        homes = list(databases)
        for i in range(0, len(homes), settings.databases_per_loader):
            served = homes[i : i + settings.databases_per_loader]
            endpoints = {module: home for home in served for module in databases[home]}
            name = "loader " + ", ".join(home.dbname for home in served)
            # A thread for every unit in flight: one that waits for an earlier unit must not keep that one out.
            actor = self.hire(
                loader,
                name,
                name,
                endpoints,
                task.run_id,
                catalog,
                num_cpus=0,
                max_concurrency=settings.units_in_flight + 1,
                scheduling_strategy=self._near_servers,
            )
            found |= dict.fromkeys(endpoints, actor)
        return found


class Together(Crew):
    """Processes that simulate a unit and load it themselves; units take turns among them."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        plant, catalog = ray.put(task.plant), ray.put(task.catalog)  # parsing takes longer than handing over
        self._office = self._hire_office((), plant, catalog)
        board = OfficeBoard(self._office)
        workshop: Any = ray.remote(Workshop)
        names = [f"simulator and loader {i + 1}" for i in range(_cpus())]
        self._latest: tuple[str, Window] | None = None
        self._turns = itertools.cycle(
            [
                self.hire(
                    workshop,
                    name,
                    name,
                    task.endpoints,
                    task.run_id,
                    catalog,
                    plant,
                    board,
                    scheduling_strategy=self._near_servers,
                )
                for name in names
            ]
        )

    def start(self, unit: Unit) -> Any:
        """A module's scopes of one window go to one process: it simulates the sensors of both once."""
        if self._latest != (unit.module, unit.window):
            self._latest, self._host = (unit.module, unit.window), next(self._turns)
        snapshots = self._office.snapshots.remote(unit.window)
        return self._host.render_and_load.remote(unit, snapshots)


def hire(task: Task, settings: Ray) -> Apart | Together:
    """The actors of a round, as the settings place them."""
    together = settings.placement == "together" or (
        settings.placement == "auto" and settings.machines_per_actor is None and len(_nodes()) == 1
    )
    return Together(task) if together else Apart(task, settings)


def _nodes() -> list[dict[str, Any]]:
    cluster: Any = ray  # this function of Ray is untyped
    return [node for node in cluster.nodes() if node["Alive"]]


def _on_this_node() -> Any:
    """Ray's scheduling on the node of the cluster that is this machine, where servers of our own listen."""
    ours = {address.address for found in psutil.net_if_addrs().values() for address in found}
    here = ray.get_runtime_context().get_node_id()
    nodes = [node for node in _nodes() if node["NodeManagerAddress"] in ours]
    if not nodes:
        raise UserError(
            "this machine is no node of the Ray cluster, and a server of our own listens here only: "
            "start Ray's node here (ray start --address=...), or use server=env"
        )
    chosen = next((node["NodeID"] for node in nodes if node["NodeID"] == here), nodes[0]["NodeID"])
    return NodeAffinitySchedulingStrategy(chosen, soft=False)


def _cpus() -> int:
    cluster: Any = ray  # this function of Ray is untyped
    return max(1, int(cluster.cluster_resources().get("CPU", 1)))


def _fair_share(plant: Plant) -> int:
    """Machines of a cell when there is one cell for each CPU."""
    return -(-len(World(plant).machines) // _cpus())
