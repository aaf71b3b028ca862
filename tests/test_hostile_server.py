"""A whole run whose names, account and password are full of quotes: names are data, and the password stays secret."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from genims_ray import config, hub
from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import create, drop
from tests.test_run import QUICK, command, without_variables

SECRET = "s3cret-hunter2"
PASSWORD = f""" '"\\{SECRET}%40 $1 ü; """
USER = """ann o'brien "x"; drop--"""
NAME = """Robert'); DROP TABLE master.factories; -- "x" \\ %s %(a)s {0} $1 Łódź 日本"""


def fill(statement: str, **names: str) -> sql.Composed:
    return sql.SQL(statement).format(
        user=sql.Identifier(USER),
        password=sql.Literal(PASSWORD),
        **{name: sql.Identifier(value) for name, value in names.items()},
    )


@dataclass(frozen=True)
class Place:
    """Databases of one account, and the superuser's way into the server."""

    admin: Endpoint
    databases: dict[str, Endpoint]
    hub: Endpoint

    def as_superuser(self, dbname: str, statement: str, **names: str) -> None:
        with connect(self.admin.database(dbname)) as session:
            session.execute(fill(statement, **names))


@pytest.fixture
def place(server: EmbeddedServer) -> Iterator[Place]:
    """An account that may create databases, and the names of those of topology=minimal5."""
    admin = server.superuser("postgres")
    with connect(admin) as session:
        session.execute(fill("CREATE ROLE {user} LOGIN CREATEDB PASSWORD {password}"))
        session.execute("CREATE ROLE bystander LOGIN PASSWORD 'bystander'")

    def mine(name: str) -> Endpoint:
        return dataclasses.replace(
            admin, dbname=f"""{name} '"; drop--\\%""", user=USER, password=PASSWORD, template="template0"
        )

    topology = config.load(["topology=minimal5"]).topology
    found = Place(admin, {name: mine(name) for name in topology.databases}, mine("hub"))
    yield found
    for each in (*found.databases.values(), found.hub):
        drop(admin.database(each.dbname))
    with connect(admin) as session:
        session.execute(fill("DROP ROLE {user}"))
        session.execute("DROP ROLE bystander")


# -- the hub of an account that is no superuser


@pytest.fixture
def conf() -> config.Config:
    return config.load(["scale=tiny", "topology=minimal5"])


def test_the_hub_says_what_a_superuser_must_do_and_shows_the_password_to_nobody(
    place: Place, conf: config.Config, server: EmbeddedServer
) -> None:
    with pytest.raises(UserError, match="permission denied to create extension") as caught:
        hub.found(place.hub)
    assert str(caught.value).startswith(f"cannot define the hub {place.hub.public()}: ")
    assert str(caught.value).endswith("; as a superuser, CREATE EXTENSION in that database")
    place.as_superuser(place.hub.dbname, "CREATE EXTENSION postgres_fdw")
    with pytest.raises(UserError, match="may not use postgres_fdw; in that database, GRANT USAGE ON FOREIGN"):
        hub.found(place.hub)
    place.as_superuser(place.hub.dbname, "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {user}")
    # A server of the user's own in the same database is left alone.
    place.as_superuser(place.hub.dbname, "CREATE SERVER theirs FOREIGN DATA WRAPPER postgres_fdw")
    hub.found(place.hub)

    catalog = Catalog.load()
    with RunLock(place.databases) as lock:
        prepare(conf.topology.databases, place.databases, catalog, PlantIdentity({}, "minimal5", "x"), lock)
    place.as_superuser("postgres", "ALTER ROLE {user} SET log_statement = 'ddl'")
    logged = server.folder / "server.log"
    before = logged.stat().st_size
    here = dataclasses.replace(conf, topology=dataclasses.replace(conf.topology, hub=place.hub.dbname))
    for _ in range(2):  # the second time over what the first left
        assert hub.prepare(here, place.databases, catalog) == place.hub
    with connect(place.hub) as session:
        assert session.execute("SELECT count(*) FROM master.factories").fetchall() == [(0,)]
        assert session.execute("SELECT count(*) FROM pg_foreign_server WHERE srvname = 'theirs'").fetchall() == [(1,)]
        mapped = session.execute("SELECT umoptions::text FROM pg_user_mappings WHERE umoptions IS NOT NULL").fetchall()
    assert len(mapped) == len(place.databases)
    statements = logged.read_bytes()[before:].decode(errors="replace")
    assert "CREATE SERVER" in statements
    assert SECRET not in statements

    bystander = dataclasses.replace(place.hub, user="bystander", password="bystander")
    with connect(bystander) as session:
        shown = session.execute("SELECT umoptions FROM pg_user_mappings").fetchall()
        assert len(shown) == len(place.databases)
        assert {options for (options,) in shown} == {None}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT umoptions FROM pg_user_mapping")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT count(*) FROM master.factories")


# -- the whole command


def quoted(text: str) -> str:
    """As Hydra reads it back."""
    return "'" + text.replace("'", "\\'") + "'"


class Lookout:
    """Looks for the secret, while a run lasts, where others on the machine and the server could see it."""

    def __init__(self, admin: Endpoint) -> None:
        self._admin = admin
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.seen: set[str] = set()
        self.sessions: set[str] = set()

    def __enter__(self) -> Lookout:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        with connect(self._admin) as session:
            while not self._ended.wait(0.1):
                for line in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        text = line.read_bytes().decode(errors="replace")
                    except OSError:
                        continue  # it ended
                    if SECRET in text:
                        self.seen.add(text)
                for name, query in session.execute(
                    "SELECT application_name, query FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                ):
                    self.sessions.add(name)
                    if SECRET in query:
                        self.seen.add(query)


def test_names_are_data_and_the_password_stays_secret(place: Place) -> None:
    create(place.hub)
    place.as_superuser(place.hub.dbname, "CREATE EXTENSION postgres_fdw")
    place.as_superuser(place.hub.dbname, "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {user}")
    topology = config.load(["topology=minimal5"]).topology
    prefixes = {topology.databases[name].prefix: each for name, each in place.databases.items()}
    variables = {
        f"POSTGRES_{prefix}_{part}": str(value)
        for prefix, each in (*prefixes.items(), ("HUB", place.hub))
        for part, value in (
            ("HOST", each.host),
            ("PORT", each.port),
            ("DB", each.dbname),
            ("USER", each.user),
            ("PASSWORD", each.password),
            ("SSLMODE", each.sslmode),
        )
    }
    names = {
        "factories.detroit.name": NAME + " factory",
        "factories.detroit.city": NAME + " city",
        "factories.detroit.lines.0.name": NAME + " line",
        "machines.cnc.title": NAME + " machine",
    }
    folder = Path(tempfile.mkdtemp(prefix="b", dir="/tmp"))  # short, for Ray's sockets
    environment = {k: v for k, v in without_variables().items() if not k.startswith("RAY_")}
    environment |= variables | {"RAY_TMPDIR": str(folder), "GENIMS_HOME": str(folder)}
    arguments = [
        *QUICK,
        "days=1",
        "topology=minimal5",
        "server=env",
        *(f"{k}={quoted(v)}" for k, v in names.items()),
        f"machines.cnc.manufacturers=[{quoted(NAME)}]",
    ]
    try:
        with Lookout(place.admin) as lookout:
            done = subprocess.run(
                command(*arguments),
                cwd=Path(__file__).parents[1],
                env=environment | {"PYTHONPATH": os.getcwd()},
                capture_output=True,
                text=True,
                timeout=150,
            )
        assert done.returncode == 0, done.stderr
        assert "genims_ray loader" in lookout.sessions
        assert not lookout.seen
        assert SECRET not in done.stdout + done.stderr

        master = place.databases["genims_master_db"]
        with connect(master) as session:
            assert session.execute("SELECT factory_name, city FROM factories").fetchall() == [
                (names["factories.detroit.name"], names["factories.detroit.city"])
            ]
            assert (names["factories.detroit.lines.0.name"],) in session.execute(
                "SELECT line_name FROM production_lines"
            ).fetchall()
            assert session.execute(
                "SELECT DISTINCT manufacturer FROM machines WHERE machine_type = 'cnc'"
            ).fetchall() == [(NAME,)]
        for each in place.databases.values():
            with connect(each) as session:
                for (table,) in session.execute(
                    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'genims'"
                ).fetchall():
                    rows = session.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.SQL(table))).fetchall()
                    assert not [row for (row,) in rows if SECRET in row]
        with connect(place.hub) as session:
            assert session.execute("SELECT factory_name FROM master.factories").fetchall() == [
                (names["factories.detroit.name"],)
            ]
        logs = [file for file in folder.rglob("*") if file.is_file()]
        assert any(file.name == "raylet.out" for file in logs)
        assert not [file for file in logs if SECRET.encode() in file.read_bytes()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
