"""A plant of two small modules, and databases to load it into."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from genims_ray.catalog import Catalog
from genims_ray.postgres import fence
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop

RUN = UUID("00000000-0000-0000-0000-000000000001")

MASTER = """
CREATE SCHEMA master;
CREATE TABLE master.lines (
    line_id integer PRIMARY KEY,
    line_name text NOT NULL
);
COMMENT ON TABLE master.lines IS 'Production line.';
COMMENT ON COLUMN master.lines.line_id IS 'Key.';
COMMENT ON COLUMN master.lines.line_name IS 'Name.';

CREATE TABLE master.machines (
    machine_id integer PRIMARY KEY,
    line_id integer NOT NULL REFERENCES master.lines (line_id),
    price numeric(14,2)
);
COMMENT ON TABLE master.machines IS 'Machine.';
COMMENT ON COLUMN master.machines.machine_id IS 'Key.';
COMMENT ON COLUMN master.machines.line_id IS 'Its line.';
COMMENT ON COLUMN master.machines.price IS 'Purchase price.';
"""

OPERATIONS = """
CREATE SCHEMA operations;
CREATE TABLE operations.sensor_data (
    "timestamp" timestamptz NOT NULL,
    sensor_id integer NOT NULL,
    value double precision CHECK (value > -1e6),
    clock time
) PARTITION BY RANGE ("timestamp");
CREATE INDEX sensor_data_time ON operations.sensor_data USING brin ("timestamp");
CREATE INDEX sensor_data_sensor ON operations.sensor_data USING brin (sensor_id) WITH (pages_per_range = 4);
COMMENT ON TABLE operations.sensor_data IS 'Sample of a sensor.';
COMMENT ON COLUMN operations.sensor_data."timestamp" IS 'When.';
COMMENT ON COLUMN operations.sensor_data.sensor_id IS 'Which.';
COMMENT ON COLUMN operations.sensor_data.value IS 'What.';
COMMENT ON COLUMN operations.sensor_data.clock IS 'Local time of day, a type that only ADBC writes.';

CREATE TABLE operations.readings (
    "timestamp" timestamptz NOT NULL,
    sensor_id integer NOT NULL,
    value double precision NOT NULL CHECK (value > -1e6),
    share real NOT NULL,
    key bigint NOT NULL,
    day date NOT NULL,
    status smallint NOT NULL,
    is_good boolean NOT NULL,
    remark text
) PARTITION BY RANGE ("timestamp");
CREATE INDEX readings_sensor ON operations.readings USING brin (sensor_id) WITH (pages_per_range = 4);
COMMENT ON TABLE operations.readings IS 'Reading, loaded by itself.';
COMMENT ON COLUMN operations.readings."timestamp" IS 'When.';
COMMENT ON COLUMN operations.readings.sensor_id IS 'Which.';
COMMENT ON COLUMN operations.readings.value IS 'What.';
COMMENT ON COLUMN operations.readings.share IS 'Of its range.';
COMMENT ON COLUMN operations.readings.key IS 'Number.';
COMMENT ON COLUMN operations.readings.day IS 'Local date.';
COMMENT ON COLUMN operations.readings.status IS 'Against the limits.';
COMMENT ON COLUMN operations.readings.is_good IS 'Quality.';
COMMENT ON COLUMN operations.readings.remark IS 'What the operator says; NULL if nothing.';

CREATE TABLE operations.faults (
    fault_id bigint PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('open', 'closed')),
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE operations.faults IS 'Fault of a machine.';
COMMENT ON COLUMN operations.faults.fault_id IS 'Key.';
COMMENT ON COLUMN operations.faults.status IS 'State.';
COMMENT ON COLUMN operations.faults.updated_at IS 'When the record last changed.';

CREATE TABLE operations.reports (
    report_id bigint PRIMARY KEY,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE operations.reports IS 'Report that says when it was made.';
COMMENT ON COLUMN operations.reports.report_id IS 'Key.';
COMMENT ON COLUMN operations.reports.status IS 'State.';
COMMENT ON COLUMN operations.reports.created_at IS 'When it was made.';
COMMENT ON COLUMN operations.reports.updated_at IS 'When the record last changed.';
"""

IDENTITY = PlantIdentity({"seed": 42, "scale": {"factories": 2}, "lines": ["a", "b"]}, "two", "1")


@dataclass(frozen=True)
class Conf:
    prefix: str
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Databases:
    """A topology of two databases that no other test uses."""

    conf: dict[str, Conf]
    endpoints: dict[str, Endpoint]

    @property
    def master(self) -> Endpoint:
        return next(iter(self.endpoints.values()))

    @property
    def operations(self) -> Endpoint:
        return list(self.endpoints.values())[1]


def write_catalog(folder: Path, **modules: str) -> Catalog:
    (folder / "sql").mkdir(exist_ok=True)
    for name, ddl in modules.items():
        (folder / "sql" / f"{name}.sql").write_text(ddl)
    return Catalog.load(folder)


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return write_catalog(tmp_path_factory.mktemp("catalog"), master=MASTER, operations=OPERATIONS)


NUMBERS = itertools.count(1)


def new_databases(server: EmbeddedServer) -> Databases:
    number = next(NUMBERS)
    conf = {
        f"genims_master_{number}": Conf("MASTER", ("master",)),
        f"genims_operations_{number}": Conf("OPS", ("operations",)),
    }
    return Databases(conf, server.endpoints(conf))


@pytest.fixture
def databases(server: EmbeddedServer) -> Iterator[Databases]:
    """Names and endpoints only; the databases do not exist yet."""
    found = new_databases(server)
    yield found
    for endpoint in found.endpoints.values():
        drop(endpoint)


@pytest.fixture
def load_ready(databases: Databases, catalog: Catalog) -> Databases:
    """The databases with their tables, for tests that change or drop them."""
    with RunLock(databases.endpoints) as lock:
        prepare(databases.conf, databases.endpoints, catalog, IDENTITY, lock)
        for name in databases.endpoints:
            fence.take(lock.session(name), RUN)
    return databases


@pytest.fixture(scope="session")
def shared_databases(server: EmbeddedServer, catalog: Catalog) -> Databases:
    found = new_databases(server)
    with RunLock(found.endpoints) as lock:
        prepare(found.conf, found.endpoints, catalog, IDENTITY, lock)
        for name in found.endpoints:
            fence.take(lock.session(name), RUN)
    return found


@pytest.fixture
def loadable(shared_databases: Databases) -> Iterator[Databases]:
    """The databases with their tables, empty, for tests that load rows."""
    yield shared_databases
    for endpoint, tables in (
        (shared_databases.master, "lines, machines"),
        (shared_databases.operations, "faults, reports, sensor_data, readings"),
    ):
        with connect(endpoint) as session:
            session.execute(f"TRUNCATE {tables}, genims.ledger")
            for (leaf,) in session.execute(
                "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
                " WHERE relkind = 'r'"
            ).fetchall():
                session.execute(f"DROP TABLE {leaf}")


Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def query() -> Query:
    def run(endpoint: Endpoint, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        with connect(endpoint) as session:
            return session.execute(statement, parameters or None).fetchall()

    return run
