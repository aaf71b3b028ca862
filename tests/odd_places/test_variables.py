"""Servers of one's own: defaults for all databases, and all that is missing in one line before anything is created."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray import config
from genims_ray.errors import UsageError, UserError
from genims_ray.files import read_variables
from genims_ray.postgres import grants
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.variables import completed
from genims_ray.server import main

TWO = {"MASTER": "genims_master_db", "OPS": "genims_operations_db"}


def test_variables_for_all_are_defaults() -> None:
    found = completed(
        {
            "POSTGRES_HOST": "db.example",
            "POSTGRES_USER": "ann",
            "POSTGRES_PASSWORD": "x",
            "POSTGRES_OPS_HOST": "other.example",
            "POSTGRES_OPS_DB": "ops",
            "POSTGRES_DB": "of a container",
        },
        TWO,
    )
    parts = ("HOST", "PORT", "USER", "DB")
    assert [found[f"POSTGRES_MASTER_{part}"] for part in parts] == ["db.example", "5432", "ann", "genims_master_db"]
    assert [found[f"POSTGRES_OPS_{part}"] for part in parts] == ["other.example", "5432", "ann", "ops"]


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(UsageError, match=r"POSTGRES_HOST, POSTGRES_PASSWORD, POSTGRES_OPS_USER are not set"):
        completed({"POSTGRES_MASTER_USER": "ann"}, TWO)


def test_the_template_names_every_variable_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "topology=minimal5"]) == 0
    file = tmp_path / ".env"
    file.write_text(text := capsys.readouterr().out)
    assert read_variables(file)["POSTGRES_PASSWORD"] == ""
    prefixes = {database.prefix for database in config.load(["topology=minimal5"]).topology.databases.values()}
    for prefix in {*prefixes, "HUB"}:
        for part in ("DB", "HOST", "PORT", "USER", "PASSWORD", "SSLMODE"):
            assert f"# POSTGRES_{prefix}_{part}=" in text
    assert {line for line in text.splitlines() if "PASSWORD=" in line and not line.endswith("PASSWORD=")} == set()


@pytest.fixture
def guest(server: EmbeddedServer) -> Iterator[Endpoint]:
    """An account that may do nothing, and a database that is not its own."""
    place = server.superuser("postgres")
    with connect(place) as session:
        session.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
        session.execute("CREATE DATABASE odd_there TEMPLATE template0")
    yield dataclasses.replace(place, user="guest", password="guest")
    with connect(place) as session:
        for name in ("odd_there", "odd_new", "odd_hub"):
            session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        session.execute("DROP ROLE guest")


def test_rights_are_named_with_the_statements_that_grant_them_and_those_suffice(
    server: EmbeddedServer, guest: Endpoint
) -> None:
    endpoints = {name: guest.database(name) for name in ("odd_there", "odd_new")}
    hub = guest.database("odd_hub")
    with pytest.raises(UserError, match="nothing was changed") as caught:
        grants.require(endpoints, hub)
    for place, statements in re.findall(r"\[(\w+) at [^\]]+\] ([^\[]+)", str(caught.value)):
        for statement in statements.split(";"):
            if statement.strip():
                with connect(server.superuser(place)) as session:
                    session.execute(statement.encode())
    grants.require(endpoints, hub)
    with connect(guest.database("odd_new")) as session:
        assert session.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'odd_new'"
        ).fetchall() == [("guest",)]
