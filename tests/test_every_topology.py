"""All tables in 13, 8 or 5 databases: created in seconds, once, and found by their plain names."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from genims_ray import config as configuration
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop

CATALOG = Catalog.load()
SECONDS = 15


@pytest.fixture(params=["max13", "balanced8", "minimal5"])
def conf(request: pytest.FixtureRequest) -> Config:
    return configuration.load(["scale=tiny", f"topology={request.param}"])


@pytest.fixture
def places(server: EmbeddedServer, conf: Config) -> Iterator[dict[str, Endpoint]]:
    """Databases of a name of their own, so that no other test meets them."""
    found = {name: server.endpoint(f"all_{name}") for name in conf.topology.databases}
    yield found
    for place in found.values():
        drop(place)


def test_every_table_is_created_once_and_found(conf: Config, places: dict[str, Endpoint]) -> None:
    identity = PlantIdentity({}, conf.topology.name, "test")
    began = time.monotonic()
    with RunLock(places) as lock:
        done = prepare(conf.topology.databases, places, CATALOG, identity, lock)
    assert time.monotonic() - began < SECONDS
    assert sorted(module for _, module in done.modules) == sorted(CATALOG.modules)
    with RunLock(places) as lock:
        assert prepare(conf.topology.databases, places, CATALOG, identity, lock).modules == []
    tables = 0
    for name, database in conf.topology.databases.items():
        with connect(places[name]) as session:
            [(count,)] = session.execute(
                "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text = ANY(%s)",
                (list(database.modules),),
            ).fetchall()
            tables += count
            first: dict[str, str] = {}
            for module in database.modules:
                for table in CATALOG.modules[module].tables:
                    first.setdefault(table, module)
            for table, module in first.items():
                [(same,)] = session.execute(
                    "SELECT %s::regclass = %s::regclass", (table, f"{module}.{table}")
                ).fetchall()
                assert same, f"{table} in {name} is not {module}.{table}"
    assert tables == sum(len(module.tables) for module in CATALOG.modules.values())
