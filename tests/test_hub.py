"""The hub shows every module's schema, follows the DDL, and runs the checks that no one database can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from genims_ray import config as configuration
from genims_ray import hub
from genims_ray.catalog import Catalog
from genims_ray.config import Config, Database, Topology
from genims_ray.errors import UsageError
from genims_ray.postgres.databases import PlantIdentity
from genims_ray.postgres.databases import prepare as prepare_databases
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.verify.__main__ import every
from genims_ray.verify.checks import Range
from genims_ray.verify.run import Outcome, place, run

CATALOG = Catalog.load()
DATABASES = {
    "hub_test_plant": Database("PLANT", ("operations", "mes")),
    "hub_test_master": Database("MASTER", ("master",)),
}
MODULES = {module for database in DATABASES.values() for module in database.modules}
WITHIN = Range(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 8, tzinfo=UTC))


@pytest.fixture(scope="module")
def conf() -> Config:
    plain = configuration.load(["scale=tiny"])
    return replace(plain, topology=Topology("two", "hub_test_hub", DATABASES))


@pytest.fixture(scope="module")
def endpoints(server: EmbeddedServer, conf: Config) -> Iterator[dict[str, Endpoint]]:
    """Two databases with all tables and no rows but one company."""
    places = server.endpoints(DATABASES)
    with RunLock(places) as lock:
        prepare_databases(DATABASES, places, CATALOG, PlantIdentity({}, "two", "test"), lock)
    with connect(places["hub_test_master"]) as session:
        session.execute(
            "INSERT INTO master.companies VALUES"
            " (1, 'CO01', 'Acme', 'US', 'Detroit', 'USD', true, '1990-01-01', '2020-01-01')"
        )
    yield places
    for name in ("hub_test_hub", *DATABASES):
        drop(server.endpoint(name))


def columns(place: Endpoint, schema: str) -> list[tuple[str, str, str]]:
    with connect(place) as session:
        return session.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name !~ '_[0-9]{8}$' ORDER BY 1, ordinal_position",
            (schema,),
        ).fetchall()


def test_shows_every_schema_as_it_is(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    there = hub.prepare(conf, endpoints, CATALOG)
    for name, database in DATABASES.items():
        for module in database.modules:
            assert columns(there, module) == columns(endpoints[name], module)
    views = {name for module in MODULES for name in CATALOG.modules[module].views}
    assert {table for table, _, _ in columns(there, "published")} == views
    with connect(there) as session:  # tables are found without their schema, as in the modules' own databases
        assert session.execute("SELECT company_name FROM companies").fetchall() == [("Acme",)]


def test_what_a_question_leaves_out_stays_where_it_is(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    """Conditions, and joins within a database, are worked out by the server that has the rows."""
    with connect(hub.prepare(conf, endpoints, CATALOG)) as session:
        plan = session.execute(
            "EXPLAIN VERBOSE SELECT f.fault_start_time, o.work_order_number, p.product_name"
            " FROM operations.machine_faults AS f"
            " JOIN mes.work_orders AS o ON o.work_order_id = f.work_order_id"
            " JOIN master.products AS p ON p.product_id = o.product_id WHERE f.fault_severity = 'critical'"
        ).fetchall()
        [(options,)] = session.execute("SELECT string_agg(srvoptions::text, '') FROM pg_foreign_server").fetchall()
    remote = [line for (line,) in plan if "Remote SQL" in line]
    assert any("machine_faults" in line and "work_orders" in line and "'critical'" in line for line in remote)
    assert "fetch_size" in options


def test_follows_the_ddl(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    hub.prepare(conf, endpoints, CATALOG)
    with connect(endpoints["hub_test_master"]) as session:
        session.execute("ALTER TABLE master.companies ADD COLUMN motto text DEFAULT 'excelsior'")
    there = hub.prepare(conf, endpoints, CATALOG)
    with connect(there) as session:
        assert session.execute("SELECT motto FROM master.companies").fetchall() == [("excelsior",)]
    with connect(endpoints["hub_test_master"]) as session:
        session.execute("ALTER TABLE master.companies DROP COLUMN motto")
    again = hub.prepare(conf, endpoints, CATALOG)
    assert columns(again, "master") == columns(endpoints["hub_test_master"], "master")


def test_cannot_be_written_through(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    there = hub.prepare(conf, endpoints, CATALOG)
    with (
        connect(there) as session,
        pytest.raises(psycopg.Error, match=r"cannot delete from view|does not allow deletes"),
    ):
        session.execute("DELETE FROM master.companies")


def test_leaves_out_what_is_not_loaded(conf: Config, endpoints: dict[str, Endpoint], server: EmbeddedServer) -> None:
    places = server.endpoints({**DATABASES, "hub_test_empty": None})
    with RunLock({"hub_test_empty": places["hub_test_empty"]}):
        pass
    more = {**DATABASES, "hub_test_empty": Database("EMPTY", ("crm",))}
    wider = replace(conf, topology=replace(conf.topology, databases=more))
    there = hub.prepare(wider, places, CATALOG)
    assert columns(there, "crm") == []
    assert columns(there, "master")
    drop(places["hub_test_empty"])


def test_no_check_offends_where_there_are_no_rows(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    places = {**endpoints, conf.topology.hub: hub.prepare(conf, endpoints, CATALOG)}
    ready = [check for check in every(CATALOG, 0, MODULES) if MODULES.issuperset(check.modules(CATALOG))]
    across = [(check, place(check, CATALOG, conf)) for check in ready]
    across = [(check, where) for check, where in across if where == conf.topology.hub]
    assert {"seconds_of_a_shift_add_up", "material_issued_equals_consumed"} <= {check.name for check, _ in across}
    for result in run(across, places, WITHIN):
        for finding in result.findings:
            assert finding.outcome in (Outcome.PASS, Outcome.TOO_FEW), (result.check.name, finding)


def test_is_found_in_the_environment(conf: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = replace(conf, server=replace(conf.server, kind="env", env_file=None))
    with pytest.raises(UsageError, match="POSTGRES_HOST, POSTGRES_USER, POSTGRES_PASSWORD are not set"):
        hub.endpoint(outside, {})
    for part, value in {"HOST": "db.example", "PORT": "5433", "DB": "h", "USER": "u", "PASSWORD": "p"}.items():
        monkeypatch.setenv(f"POSTGRES_HUB_{part}", value)
    assert hub.endpoint(outside, {}) == Endpoint("db.example", 5433, "h", "u", "p")
