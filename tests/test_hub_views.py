"""The hub is changed in place: what clients read of it, and what users build on it, stays."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from genims_ray import config as configuration
from genims_ray import hub
from genims_ray.catalog import Catalog
from genims_ray.config import Config, Database, Topology
from genims_ray.errors import PassingError, UserError
from genims_ray.postgres import foreign
from genims_ray.postgres.databases import PlantIdentity
from genims_ray.postgres.databases import prepare as prepare_databases
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.foreign import Address
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop

CATALOG = Catalog.load()
DATABASES = {
    "views_test_plant": Database("PLANT", ("operations", "mes")),
    "views_test_master": Database("MASTER", ("master",)),
}


@pytest.fixture(scope="module")
def conf() -> Config:
    return replace(configuration.load(["scale=tiny"]), topology=Topology("two", "views_test_hub", DATABASES))


@pytest.fixture
def endpoints(server: EmbeddedServer) -> Iterator[dict[str, Endpoint]]:
    places = server.endpoints(DATABASES)
    with RunLock(places) as lock:
        prepare_databases(DATABASES, places, CATALOG, PlantIdentity({}, "two", "test"), lock)
    yield places
    for name in ("views_test_hub", *DATABASES):
        drop(server.endpoint(name))


@pytest.fixture
def analyst(server: EmbeddedServer) -> Iterator[str]:
    """Somebody who is no account of ours."""
    with connect(server.superuser("postgres")) as session:
        session.execute("CREATE ROLE views_test_analyst")
    yield "views_test_analyst"
    with connect(server.superuser("postgres")) as session:
        session.execute("DROP ROLE views_test_analyst")


def comment(session: psycopg.Connection, relation: str) -> str:
    [(said,)] = session.execute("SELECT obj_description(%s::regclass, 'pg_class')", (relation,)).fetchall()
    return str(said)


def test_views_say_what_their_tables_say(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    with connect(hub.prepare(conf, endpoints, CATALOG)) as session:
        kinds = dict(
            session.execute(
                "SELECT n.nspname, array_agg(DISTINCT relkind::text) FROM pg_class JOIN pg_namespace AS n"
                " ON n.oid = relnamespace WHERE nspname ~ '^(fdw_)?(mes|master|operations|published)$' GROUP BY 1"
            ).fetchall()
        )
        assert kinds == {name: ["v"] for name in ("mes", "master", "operations", "published")} | {
            f"fdw_{name}": ["f"] for name in ("mes", "master", "operations", "published")
        }
        table = CATALOG.table("mes.work_orders")
        said = comment(session, "mes.work_orders")
        assert said == f"Not filled yet. {table.comment} Primary key: work_order_id."
        columns = session.execute(
            "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
            " WHERE attrelid = 'mes.work_orders'::regclass AND attnum > 0"
        ).fetchall()
        assert [name for name, _ in columns] == list(table.column_names)
        assert all(str(text).startswith(table.column(name).comment) for name, text in columns)
        assert "Primary key" not in comment(session, "operations.sensor_data")
        with connect(endpoints["views_test_plant"]) as inside:
            inside.execute(
                "INSERT INTO genims.ledger (scope, covered, run_id)"
                " VALUES ('mes', '(,2025-01-01)', '00000000-0000-0000-0000-000000000001')"
            )
        hub.prepare(conf, endpoints, CATALOG)
        assert comment(session, "mes.work_orders") == f"{table.comment} Primary key: work_order_id."
        assert comment(session, "operations.machine_faults").startswith("Not filled yet. ")
        assert comment(session, "published.work_order_operations").startswith(
            CATALOG.modules["mes"].views["work_order_operations"].comment
        )


def test_what_is_the_users_stays(conf: Config, analyst: str, endpoints: dict[str, Endpoint]) -> None:
    there = hub.prepare(conf, endpoints, CATALOG)
    with connect(there) as session:
        session.execute("CREATE SCHEMA mine")
        session.execute(
            "CREATE VIEW mine.orders AS SELECT o.work_order_number, c.company_name"
            " FROM mes.work_orders AS o, master.companies AS c"
        )
        session.execute("CREATE MATERIALIZED VIEW mine.lines AS SELECT line_name FROM master.production_lines")
        session.execute("CREATE TABLE mes.notes (note text)")
        session.execute(f"GRANT SELECT ON master.companies TO {analyst}")
        session.execute(f"CREATE USER MAPPING FOR {analyst} SERVER views_test_plant OPTIONS (user 'x', password 'y')")
        session.execute("ALTER DATABASE views_test_hub SET search_path = mine, mes, master")
        before = session.execute("SELECT oid FROM pg_class WHERE relkind IN ('v', 'f') ORDER BY 1").fetchall()
    notes: list[str] = []
    hub.prepare(conf, endpoints, CATALOG, notes.append)
    with connect(there) as session:  # with nothing to change, nothing has changed
        assert session.execute("SELECT oid FROM pg_class WHERE relkind IN ('v', 'f') ORDER BY 1").fetchall() == before
        assert session.execute("SHOW search_path").fetchall() == [("mes, operations, master, published, mine",)]
    with connect(endpoints["views_test_master"]) as session:
        session.execute("ALTER TABLE master.companies ADD COLUMN motto text DEFAULT 'excelsior'")
        session.execute("ALTER TABLE master.products ALTER COLUMN product_name TYPE varchar(300)")
        session.execute(
            "INSERT INTO master.companies VALUES"
            " (1, 'CO01', 'Acme', 'US', 'Detroit', 'USD', true, '1990-01-01', '2020-01-01')"
        )
    hub.prepare(conf, endpoints, CATALOG, notes.append)
    assert notes == []
    with connect(there) as session:
        assert session.execute("SELECT company_name, motto FROM companies").fetchall() == [("Acme", "excelsior")]
        assert session.execute("SELECT count(*) FROM mine.orders").fetchall() == [(0,)]
        session.execute("REFRESH MATERIALIZED VIEW mine.lines")
        assert session.execute("SELECT count(*) FROM mes.notes").fetchall() == [(0,)]
        assert session.execute(f"SELECT has_table_privilege('{analyst}', 'master.companies', 'SELECT')").fetchall() == [
            (True,)
        ]
        assert session.execute(f"SELECT count(*) FROM pg_user_mappings WHERE usename = '{analyst}'").fetchall() == [
            (1,)
        ]
    # A column that goes takes the view along, unless something of the user's needs that; grants come back.
    with connect(endpoints["views_test_master"]) as session:
        session.execute("ALTER TABLE master.companies DROP COLUMN motto")
    hub.prepare(conf, endpoints, CATALOG, notes.append)
    assert notes == [
        "hub views_test_hub: master.companies has changed, and stays as it was in the hub because of what depends on"
        " it: view orders"
    ]
    with connect(there) as session:
        session.execute("DROP VIEW mine.orders")
    notes.clear()
    hub.prepare(conf, endpoints, CATALOG, notes.append)
    assert notes == []
    with connect(there) as session:
        assert session.execute("SELECT * FROM master.companies").description[-1].name != "motto"  # type: ignore[index]
        assert session.execute(f"SELECT has_table_privilege('{analyst}', 'master.companies', 'SELECT')").fetchall() == [
            (True,)
        ]
        assert comment(session, "master.companies").endswith("Primary key: company_id.")
        session.execute(f"REVOKE ALL ON master.companies FROM {analyst}")
        session.execute(f"DROP USER MAPPING FOR {analyst} SERVER views_test_plant")


def test_systems_move_to_other_databases_behind_the_views(
    conf: Config, endpoints: dict[str, Endpoint], server: EmbeddedServer
) -> None:
    """Another topology in the same hub: what stands on the views does not notice."""
    there = hub.prepare(conf, endpoints, CATALOG)
    with connect(there) as session:
        session.execute("CREATE VIEW public.mine AS SELECT count(*) AS n FROM master.companies, mes.work_orders")
    moved = {"views_test_one": Database("ONE", ("master", "operations"))}
    places = server.endpoints(moved)
    with RunLock(places) as lock:
        prepare_databases(moved, places, CATALOG, PlantIdentity({}, "one", "test"), lock)
    notes: list[str] = []
    hub.prepare(replace(conf, topology=Topology("one", "views_test_hub", moved)), places, CATALOG, notes.append)
    drop(endpoints["views_test_master"])
    assert notes == [
        "hub views_test_hub: mes.work_orders shows nothing any more, and stays because of what depends on it: view"
        " public.mine"
    ]
    with connect(there) as session:
        assert session.execute("SELECT count(*) FROM master.companies").fetchall() == [(0,)]
        assert session.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'f' AND relname = 'defects'"
        ).fetchall() == [(0,)]
        assert session.execute("SELECT n FROM public.mine").fetchall() == [(0,)]
        servers = session.execute("SELECT srvname FROM pg_foreign_server ORDER BY 1").fetchall()
    assert servers == [("views_test_one",), ("views_test_plant",)]  # the latter is what stays of work_orders
    drop(places["views_test_one"])


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_database_that_the_hub_cannot_reach_is_said_before_loading(
    conf: Config, endpoints: dict[str, Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own reason is shown, and addresses of its own help."""
    outside = replace(conf, server=replace(conf.server, kind="env", env_file=None))
    places = endpoints | {"HUB": next(iter(endpoints.values())).database("views_test_hub")}
    prefixes = {name: database.prefix for name, database in DATABASES.items()} | {"HUB": "HUB"}
    for name, place in places.items():
        for part, value in (
            ("HOST", place.host),
            ("PORT", place.port),
            ("DB", place.dbname),
            ("USER", place.user),
            ("PASSWORD", place.password),
            ("SSLMODE", place.sslmode),
        ):
            monkeypatch.setenv(f"POSTGRES_{prefixes[name]}_{part}", str(value))
    there, port = hub.endpoint(outside, endpoints), closed_port()
    hub.prepare(conf, endpoints, CATALOG)
    with connect(there) as session:
        session.execute("DROP SCHEMA fdw_mes, fdw_master, fdw_operations, fdw_published CASCADE")
        session.execute("DROP SERVER views_test_plant CASCADE")
        session.execute("DROP SERVER views_test_master CASCADE")
    monkeypatch.setenv("POSTGRES_MASTER_HUB_PORT", str(port))
    with pytest.raises(UserError, match="cannot reach database views_test_master") as caught:
        hub.found(there, hub.places(outside, there, endpoints))
    assert not isinstance(caught.value, PassingError)
    assert f"port {port} failed: Connection refused" in str(caught.value)
    assert "POSTGRES_<DB>_HUB_HOST" in str(caught.value)
    assert there.password not in str(caught.value)
    with connect(there) as session:
        assert session.execute("SELECT count(*) FROM pg_foreign_server").fetchall() == [(0,)]
    monkeypatch.setenv("POSTGRES_MASTER_HUB_PORT", str(there.port))
    monkeypatch.setenv("POSTGRES_MASTER_HUB_HOST", "localhost")
    hub.found(there, hub.places(outside, there, endpoints))
    hub.prepare(outside, endpoints, CATALOG)
    with connect(there) as session:
        assert foreign.ours(session)["views_test_master"]["host"] == "localhost"
        assert session.execute("SELECT count(*) FROM master.companies").fetchall() == [(0,)]


def test_a_published_port_is_the_servers_own_one_inside(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    """Where clients come through a port that the server itself does not know, it finds its databases at its own."""
    there, place = hub.prepare(conf, endpoints, CATALOG), endpoints["views_test_master"]
    ways = [Address("127.0.0.1", closed_port(), "disable"), Address("localhost", 0, "disable")]
    with connect(there, autocommit=False) as session:
        foreign.define(session, "views_test_master", place, ways)
        assert foreign.ours(session)["views_test_master"]["port"] == str(place.port)
        assert session.execute("SELECT count(*) FROM master.companies").fetchall() == [(0,)]
