"""Queries in README and docs are queries: PostgreSQL plans each on the tables of sql/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.catalog import Catalog
from genims_ray.config import Database
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import Endpoint, connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
QUERIES = [
    pytest.param(query, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, query in enumerate(
        re.findall(r"```sql\n(SELECT.*?)```", page.read_text(encoding="utf-8"), re.DOTALL), 1
    )
]


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Endpoint]:
    """One database with the tables of all modules, as the hub shows them."""
    catalog = Catalog.load()
    databases = {"docs_test": Database("DOCS", tuple(catalog.modules))}
    endpoints = server.endpoints(databases)
    with RunLock(endpoints) as lock:
        prepare(databases, endpoints, catalog, PlantIdentity({}, "one", "test"), lock)
    yield endpoints["docs_test"]
    drop(endpoints["docs_test"])


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_can_be_planned(database: Endpoint, query: str):
    with connect(database) as session:
        assert session.execute(f"EXPLAIN {query}".encode()).fetchall()


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
