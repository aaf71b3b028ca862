"""Queries in README and docs are queries: PostgreSQL plans each on the tables of sql/."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.config import Database
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.program import EVERY

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


def commands() -> list[str]:
    """Every command of ours that README and docs print, each in one line. Within a sentence `genims X` may be short."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
        found += [line.strip().removeprefix("$ ") for line in lines]
        found += [re.sub("^genims ", ".venv/bin/genims ", line) for line in re.findall(r"`([^`\n]+)`", text)]
    return sorted({line for line in found if re.match(r"(\.venv/bin/)?(genims|python)\b|make ", line)})


@pytest.mark.parametrize("command", [c for c in commands() if "genims" in c.split()[0]])
def test_a_printed_command_works_in_a_shell_where_nothing_is_activated(command: str):
    try:
        program, name, *rest = shlex.split(command, comments=True)
    except ValueError:  # its quotes end in a later line
        return
    assert program == ".venv/bin/genims"
    if name.startswith("-"):
        return
    if name == "help":
        assert rest[0] in EVERY
        return
    assert name in EVERY
    if name != "run" or "..." in command:
        return
    own = [word for word in rest if not word.startswith("-") and "mine" not in word and "DIR" not in word]
    if "--config-dir=mine" not in rest and "dashbord" not in command:
        config.load(own)


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("make ")])
def test_a_printed_target_exists(command: str):
    target = shlex.split(command, comments=True)[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), command
