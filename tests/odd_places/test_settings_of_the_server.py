"""Roles, databases and servers with settings of their own: sessions have those that a run needs."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres import fence
from genims_ray.postgres.copy import AdbcPath
from genims_ray.postgres.databases import prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import SESSION_SETTINGS, connect
from genims_ray.postgres.loader import UnitLoader
from genims_ray.postgres.lock import RunLock
from tests.postgres.conftest import IDENTITY, RUN, Databases, catalog, databases, load_ready  # noqa: F401
from tests.postgres.test_loader import day, faults

THEIRS = {
    "TimeZone": "Asia/Tokyo",
    "DateStyle": "German",
    "IntervalStyle": "sql_standard",
    "extra_float_digits": "-15",
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
    "statement_timeout": "5s",
    "lock_timeout": "5s",
    "transaction_timeout": "5s",
    "idle_session_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "client_connection_check_interval": "0",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "row_security": "on",
    "exit_on_error": "on",
}


def with_settings(place: Endpoint, statement: str) -> None:
    with connect(place) as session:
        for name, value in THEIRS.items():
            if session.execute("SELECT current_setting(%s, true)", (name,)).fetchall() != [(None,)]:
                session.execute(sql.SQL(statement + " SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        session.execute(sql.SQL(statement + " SET client_encoding = 'LATIN1'"))
        session.execute(sql.SQL(statement + " SET search_path = ''"))


@pytest.fixture(params=["embedded", "postgresql_15"])
def admin(request: pytest.FixtureRequest) -> Endpoint:
    if request.param == "embedded":
        server: EmbeddedServer = request.getfixturevalue("server")
        return server.superuser("postgres")
    place: Endpoint = request.getfixturevalue("postgresql_15")
    return place


@pytest.fixture
def contrary(admin: Endpoint) -> Iterator[Endpoint]:
    """A database of an account with all of those settings, as the database has."""
    with connect(admin) as session:
        session.execute("CREATE ROLE contrary LOGIN CREATEDB PASSWORD 'contrary'")
        session.execute("CREATE DATABASE contrary OWNER contrary")
    with_settings(admin, "ALTER ROLE contrary")
    with_settings(admin, "ALTER ROLE contrary IN DATABASE contrary")
    yield Endpoint(admin.host, admin.port, "contrary", "contrary", "contrary", "disable")
    with connect(admin) as session:
        session.execute("DROP DATABASE contrary WITH (FORCE)")
        session.execute("DROP ROLE contrary")


def test_each_setting_is_ours_in_both_drivers(contrary: Endpoint) -> None:
    assert THEIRS.keys() == SESSION_SETTINGS.keys()
    with psycopg.connect(contrary.conninfo()) as plain:  # the settings are there
        assert plain.execute("SHOW statement_timeout").fetchall() == [("5s",)]
    adbc = AdbcPath(contrary)
    with connect(contrary) as session, connect(contrary, autocommit=False) as transaction:
        for name, wanted in {**SESSION_SETTINGS, "client_encoding": "UTF8"}.items():
            shown = [
                session.execute("SELECT current_setting(%s, true)", (name,)).fetchall(),
                transaction.execute("SELECT current_setting(%s, true)", (name,)).fetchall(),
                adbc.execute("SELECT current_setting($1, true)", (name,)),
            ]
            expected = None if name == "transaction_timeout" and session.info.server_version < 170000 else wanted
            assert shown == [[(expected,)]] * 3, name
        assert transaction.execute("SHOW transaction_isolation").fetchall() == [("read committed",)]
    adbc.abandon()


def test_a_plant_is_loaded_and_made_anew_all_the_same(
    server: EmbeddedServer, databases: Databases, catalog: Catalog
) -> None:
    admin = server.superuser("postgres")
    with connect(admin) as session:
        session.execute("CREATE ROLE contrary LOGIN CREATEDB PASSWORD 'contrary'")
    with_settings(admin, "ALTER ROLE contrary")
    mine = {
        name: Endpoint(e.host, e.port, e.dbname, "contrary", "contrary", "disable")
        for name, e in databases.endpoints.items()
    }
    try:
        for reset in (False, True):
            with RunLock(mine, reset=reset) as lock:
                prepare(databases.conf, mine, catalog, IDENTITY, lock, reset=reset)
                for name in mine:
                    fence.take(lock.session(name), RUN)
                name = list(mine)[1]
                loader = UnitLoader(mine[name], catalog, RUN)
                assert loader.load("operations", day(0), [{"faults": faults(catalog, (1, "open", 0))}]) is not None
                loader.close()
    finally:
        with connect(admin) as session:
            for name in mine:
                session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            session.execute("DROP ROLE contrary")


# -- what an interrupted DROP DATABASE leaves


def test_an_invalid_database_is_dropped_by_a_reset_only(
    server: EmbeddedServer, load_ready: Databases, catalog: Catalog
) -> None:
    def spoil() -> None:
        with connect(server.superuser("postgres")) as session:
            session.execute(
                "UPDATE pg_database SET datconnlimit = -2 WHERE datname = %s", (load_ready.operations.dbname,)
            )

    spoil()
    with pytest.raises(UserError, match=r"left it unusable: reset=true drops it$"), RunLock(load_ready.endpoints):
        pass
    with RunLock(load_ready.endpoints, reset=True) as lock:
        done = prepare(load_ready.conf, load_ready.endpoints, catalog, IDENTITY, lock, reset=True)
    assert done.created == [load_ready.operations.dbname]
    assert done.dropped == [load_ready.master.dbname]

    # A reset that died in the midst of a DROP is finished by the next run, whatever it is asked.
    with connect(load_ready.master) as session:
        session.execute("UPDATE genims.plant SET state = 'resetting'")
    spoil()
    with RunLock(load_ready.endpoints) as lock:
        done = prepare(load_ready.conf, load_ready.endpoints, catalog, IDENTITY, lock)
    assert done.notes == ["an earlier reset was interrupted; it is finished now"]
    assert done.created == [load_ready.operations.dbname]


# -- a server that publishes all tables


def test_a_publication_of_all_tables(server: EmbeddedServer, load_ready: Databases, catalog: Catalog) -> None:
    """An update of a table without replica identity is refused then, whatever wal_level is."""
    for place in load_ready.endpoints.values():
        with connect(server.superuser(place.dbname)) as session:
            session.execute("CREATE PUBLICATION everything FOR ALL TABLES")
            without = session.execute(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE relkind IN ('r', 'p') AND nspname = 'genims' AND NOT EXISTS"
                " (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)"
            ).fetchall()
        assert without == []
    with RunLock(load_ready.endpoints) as lock:
        prepare(load_ready.conf, load_ready.endpoints, catalog, IDENTITY, lock)
        fence.take(lock.session(load_ready.operations.dbname), RUN)
    loader = UnitLoader(load_ready.operations, catalog, RUN)
    for number, state in enumerate(("open", "closed")):
        counts = loader.load("operations", day(number), [{"faults": faults(catalog, (1, state, number))}])
        assert counts is not None
    assert counts.updated == {"faults": 1}
    loader.close()


def test_every_table_that_is_updated_has_a_key() -> None:
    """As PostgreSQL's default replica identity asks."""
    for table in Catalog.load().tables():
        assert table.primary_key or not table.mutable, table.name
