"""Loaders: units into the databases that they serve; and simulator and loader in one process.

Plain classes, which Ray's actors host; none is started again by Ray, as a round that lost one is followed by another.
"""

from __future__ import annotations

from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from genims_ray.catalog import Catalog
from genims_ray.pipeline.metrics import LoaderMetrics
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator, Tables
from genims_ray.pipeline.sinks import Loaded, PostgresSink
from genims_ray.pipeline.worker_log import log, log_to_worker
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.world.params import Plant
from genims_ray.world.sensors.alerts import AlertExchange


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


class SimulatorLoader(Loader):
    """Simulator and loader in one process: no row crosses the object store. One unit at a time."""

    def __init__(
        self,
        name: str,
        endpoints: Mapping[str, Endpoint],
        run_id: UUID,
        catalog: Catalog,
        plant: Plant,
        exchange: AlertExchange,
    ) -> None:
        super().__init__(name, endpoints, run_id, catalog)
        self._simulator = Simulator(plant, catalog, exchange=exchange, work=list(endpoints))

    def __repr__(self) -> str:
        return f"SimulatorLoader({', '.join(self._endpoints)}: simulates and loads)"

    def render_and_load(self, unit: Unit, snapshots: Any = None) -> Loaded:
        return self.load(unit, self._simulator.render(unit, snapshots))
