"""Which actors a round of a run has, where they run, and who does a unit.

Split: simulators host cells (many machines) of modules that can be rendered by machine, the owner of the spine the
other modules, and loaders host databases. Combined: each process simulates a unit and loads it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psutil
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.config import Ray
from genims_ray.errors import UserError
from genims_ray.pipeline.loaders import Loader, SimulatorLoader
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import RemoteExchange, Simulator, SpineOwner
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.world import Window, World
from genims_ray.world.params import Plant


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


class Placement:
    """Actors with names for the dashexchange, and where they may run."""

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

    def _hire_owner(self, work: Sequence[str], plant: Any, catalog: Any) -> Any:
        groups: Any = {"concurrency_groups": {"spine": 1, "exchange": 1}}
        name = " and ".join(["spine", *work])
        return self.hire(ray.remote(**groups)(SpineOwner), name, plant, catalog, ["spine", *work])


class Split(Placement):
    """Simulators and loaders in processes of their own; rows go through the object store."""

    def __init__(self, task: Task, settings: Ray) -> None:
        super().__init__(task)
        hired = task.modules()
        whole = [module.name for module in hired if not module.by_machine]
        by_machine = [module.name for module in hired if module.by_machine]
        plant, catalog = ray.put(task.plant), ray.put(task.catalog)

        self._owner = self._hire_owner(whole, plant, catalog)
        exchange = RemoteExchange(self._owner)
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
                    exchange,
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
        snapshots = self._owner.snapshots.remote(unit.window)
        hosts = self._cells.get(module, [self._owner])
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


class Combined(Placement):
    """Processes that simulate a unit and load it themselves; units take turns among them."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        plant, catalog = ray.put(task.plant), ray.put(task.catalog)  # parsing takes longer than handing over
        self._owner = self._hire_owner((), plant, catalog)
        exchange = RemoteExchange(self._owner)
        both: Any = ray.remote(SimulatorLoader)
        names = [f"simulator and loader {i + 1}" for i in range(_cpus())]
        self._latest: tuple[str, Window] | None = None
        self._turns = itertools.cycle(
            [
                self.hire(
                    both,
                    name,
                    name,
                    task.endpoints,
                    task.run_id,
                    catalog,
                    plant,
                    exchange,
                    scheduling_strategy=self._near_servers,
                )
                for name in names
            ]
        )

    def start(self, unit: Unit) -> Any:
        """A module's scopes of one window go to one process: it simulates the sensors of both once."""
        if self._latest != (unit.module, unit.window):
            self._latest, self._host = (unit.module, unit.window), next(self._turns)
        snapshots = self._owner.snapshots.remote(unit.window)
        return self._host.render_and_load.remote(unit, snapshots)


def hire(task: Task, settings: Ray) -> Split | Combined:
    """The actors of a round, as the settings place them."""
    combined = settings.placement == "combined" or (
        settings.placement == "auto" and settings.machines_per_actor is None and len(_nodes()) == 1
    )
    return Combined(task) if combined else Split(task, settings)


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
