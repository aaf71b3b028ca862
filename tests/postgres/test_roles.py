"""Who may do what: the owner is no superuser, the reader reads everything and changes nothing."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from genims_ray import hub
from genims_ray.catalog import Catalog
from genims_ray.config import Database, Topology
from genims_ray.config import load as configured
from genims_ray.errors import UserError
from genims_ray.postgres import roles
from genims_ray.postgres.databases import prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import UnitLoader
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from tests.postgres.conftest import IDENTITY, RUN, Databases, Query
from tests.postgres.test_loader import day, samples


def reading(server: EmbeddedServer, place: Endpoint) -> Endpoint:
    return server.reader(place.dbname)


def test_the_owner_is_no_superuser_and_passwords_are_the_servers_own(server: EmbeddedServer, query: Query) -> None:
    assert query(
        server.endpoint("postgres"),
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1",
    )[:2] == [("genims", False, True, False, True), ("genims_reader", False, False, False, True)]
    files = [server.folder / name for name in ("password", "reader-password", "superuser-password")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == 3


def test_the_reader_sees_what_comes_later_and_changes_nothing(
    server: EmbeddedServer, loadable: Databases, catalog: Catalog, query: Query
) -> None:
    loader = UnitLoader(loadable.operations, catalog, RUN)
    loader.load("operations", day(0), [{"sensor_data": samples(catalog, 0, 1)}])
    loader.close()
    reader = reading(server, loadable.operations)
    assert query(reader, "SELECT count(*) FROM operations.sensor_data") == [(72,)]
    assert query(reader, "SELECT count(*) FROM operations_days.sensor_data_20250101") == [(72,)]
    assert query(reader, "SELECT scope FROM genims.ledger") == [("operations",)]
    assert query(reader, "SELECT count(*) > 0 FROM public.pg_stat_statements WHERE query ~ 'genims.ledger'") == [
        (True,)
    ]
    with connect(reader) as session:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            session.execute("DELETE FROM operations.faults")
        session.execute("SET default_transaction_read_only = off")
        for statement in ("DELETE FROM operations.faults", "CREATE TABLE operations.mine ()", "CREATE SCHEMA mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement.encode())


@pytest.fixture
def shown(server: EmbeddedServer) -> Iterator[Endpoint]:
    """A hub over one database."""
    databases = {"roles_test": Database("MASTER", ("master",))}
    places = server.endpoints(databases)
    with RunLock(places) as lock:
        prepare(databases, places, Catalog.load(), IDENTITY, lock)
    conf = replace(configured(["scale=tiny"]), topology=Topology("one", "roles_test_hub", databases))
    yield hub.prepare(conf, places, Catalog.load())
    for name in ("roles_test_hub", "roles_test"):
        drop(server.endpoint(name))


def test_the_reader_sees_the_hub(server: EmbeddedServer, shown: Endpoint, query: Query) -> None:
    reader = reading(server, shown)
    assert query(reader, "SELECT count(*) FROM companies") == [(0,)]
    assert query(reader, "SELECT count(*) FROM published.shifts") == [(0,)]
    hidden = query(reader, "SELECT count(*), count(umoptions) FROM pg_user_mappings")
    assert hidden == [(1, 0)]


def test_a_home_of_before_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("18\n")
    with pytest.raises(UserError, match=r"was made by an earlier version.*server destroy deletes it"):
        EmbeddedServer(tmp_path).start()


def test_other_servers_get_the_reader_by_a_script(
    server: EmbeddedServer, postgresql_15: Endpoint, catalog: Catalog, query: Query, tmp_path: Path
) -> None:
    """With names full of quotes; what is created after it has run is read, too."""
    names = ("master 'x' \"y\" \\", "operations z")
    conf = {
        name: Database(module.upper(), (module,)) for name, module in zip(names, ("master", "operations"), strict=True)
    }
    places = {name: postgresql_15.database(name) for name in names}
    with RunLock(places) as lock:
        prepare(conf, places, catalog, IDENTITY, lock)
    script = tmp_path / "grants.sql"
    script.write_text(roles.grants(places.values()))
    assert postgresql_15.password not in script.read_text()
    command = [server.binary("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script)]
    for _ in range(2):
        done = subprocess.run(command, env=postgresql_15.environment(), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    with connect(postgresql_15) as session:
        session.execute("ALTER ROLE genims_reader PASSWORD 'read'")
    with connect(places[names[1]]) as session:
        session.execute("CREATE TABLE operations_days.later (n integer)")
    reader = replace(places[names[1]], user="genims_reader", password="read")
    assert query(reader, "SELECT count(*) FROM operations.faults, operations_days.later") == [(0,)]
    assert query(replace(reader, dbname=names[0]), "SELECT count(*) FROM master.machines") == [(0,)]
    with connect(reader) as session, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        session.execute("DELETE FROM operations.faults")
