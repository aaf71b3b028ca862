"""The end of a run: statistics for the planner, and the hub over what is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from genims_ray import hub
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.parallel import at_once
from genims_ray.postgres import statistics
from genims_ray.postgres.endpoint import Endpoint


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
