"""Simulators: units rendered for the whole plant, or for some of its machines; and the owner of the spine.

Plain classes, which Ray's actors host. Each says what it does, a line for a unit, in the log of its process, which
Ray's dashboard shows; its `repr` there is its work. What a unit's rows are does not depend on how many of them there
are.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import ray

from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.pipeline.metrics import SimulatorMetrics
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import timed
from genims_ray.pipeline.worker_log import log, log_to_worker
from genims_ray.world import Window, World
from genims_ray.world.params import Plant
from genims_ray.world.sensors.alerts import AlertExchange, OfMachines

Tables = dict[str, pa.Table]


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
        exchange: AlertExchange | None = None,
        work: Sequence[str] = (),
    ) -> None:
        """`work` names the modules it is for, to be shown."""
        log_to_worker()
        self._world = World(plant, machine_ids, exchange)
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


class SpineOwner(Simulator):
    """Owns the spine, in a world and thread of its own, and the exchange of alerts; renders modules that need the whole
    plant, where simulators host machines.
    """

    def __init__(self, plant: Plant, catalog: Catalog, work: Sequence[str] = ("spine",)) -> None:
        self._exchange = AlertExchange()
        super().__init__(plant, catalog, exchange=self._exchange, work=work)
        self._spine = World(plant)

    def __repr__(self) -> str:
        return f"SpineOwner({self._shown})"

    @ray.method(concurrency_group="spine")
    def snapshots(self, window: Window) -> Any:
        """The state that simulators continue from, for a window."""
        return self._spine.snapshots(window)

    @ray.method(concurrency_group="exchange")
    def post(self, days: Mapping[int, OfMachines]) -> None:
        self._exchange.post(days)

    @ray.method(concurrency_group="exchange")
    def read(self, day: int) -> OfMachines:
        return self._exchange.read(day)


class RemoteExchange(AlertExchange):
    """The exchange that the owner of the spine keeps, in another process. Nobody waits for a day that is not posted yet: it is rendered again."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def post(self, days: Mapping[int, OfMachines]) -> None:
        self._owner.post.remote(days)

    def read(self, day: int) -> OfMachines:
        found: OfMachines = ray.get(self._owner.read.remote(day))
        return found
