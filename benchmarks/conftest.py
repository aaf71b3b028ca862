"""A large plant, a server of the benchmarks' own, and what the machine can do at most."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pytest
from psycopg import sql
from pytest_benchmark.fixture import BenchmarkFixture

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.postgres import fence, leaves
from genims_ray.postgres.copy import AdbcPath, BinaryPath
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, Window, World

SCOPE = "operations.sensor_data"
RUN = uuid4()

BASELINE = Path(__file__).with_name("baseline.json")
"""Ratios of a quiet machine with two cores, by test; --renew-baseline writes them."""
MOST_LOST = 0.15
Guarded = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-baseline", action="store_true", help="write the ratios measured to baseline.json")


@pytest.fixture
def guarded(request: pytest.FixtureRequest, benchmark: BenchmarkFixture) -> Guarded:
    """Call it with ratios by name: each is kept in `extra_info`, and fails when it lost more than `MOST_LOST` of
    what the baseline has. Ratios within one run, because seconds are the machine's.
    """

    def check(**ratios: float) -> None:
        benchmark.extra_info |= ratios
        stored = json.loads(BASELINE.read_text())
        known = stored.get(request.node.name, {})
        if request.config.getoption("--renew-baseline"):
            stored[request.node.name] = known | ratios
            BASELINE.write_text(json.dumps(dict(sorted(stored.items())), indent=2) + "\n")
            return
        lost = {
            name: f"{ratio} where {known[name]} was"
            for name, ratio in ratios.items()
            if ratio < (1 - MOST_LOST) * known[name]
        }
        assert not lost

    return check


@pytest.fixture(scope="session")
def large() -> Config:
    return config.load(["scale=large", "ray.dashboard=false"])


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="session")
def simulator(large: Config, catalog: Catalog) -> Simulator:
    """The whole plant, warmed up by a first day."""
    made = Simulator(large.plant, catalog)
    made.render(Unit("operations", days(large, 1)[0]))
    return made


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    import ray

    ray.init(
        address="local",
        include_dashboard=False,
        object_store_memory=2**30,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    yield
    ray.shutdown()


def days(settings: Config, *numbers: int) -> list[Window]:
    """Simulated days by number, the plant's first being 0."""
    start = World(settings.plant).start
    return [Window(start + n * DAY, start + (n + 1) * DAY) for n in numbers]


@dataclass(frozen=True)
class Target:
    """A database with the tables of the operations module, on a server of its own."""

    server: EmbeddedServer
    endpoint: Endpoint

    def empty(self) -> None:
        with connect(self.endpoint) as session:
            session.execute("TRUNCATE genims.ledger")
            for (leaf,) in session.execute(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname IN ('operations', 'operations_days') AND c.relkind = 'r' AND c.relname ~ '^(sensor_data_|bare_)'"
            ).fetchall():
                session.execute(sql.SQL("DROP TABLE {}").format(sql.SQL(leaf)))
            session.execute("CHECKPOINT")

    def count(self, relations: str) -> int:
        """Rows of all tables of the module whose name matches a regular expression."""
        total = 0
        with connect(self.endpoint) as session:
            for (name,) in session.execute(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname IN ('operations', 'operations_days') AND c.relkind = 'r' AND c.relname ~ %s",
                (relations,),
            ).fetchall():
                [(rows,)] = session.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(name))).fetchall()
                total += rows
        return total


@pytest.fixture(scope="session")
def target(large: Config, catalog: Catalog) -> Iterator[Target]:
    folder = Path(tempfile.mkdtemp(prefix="genims-benchmarks-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "home")
    server.start()
    with connect(server.superuser("postgres")) as session:  # for the files that it reads and writes by itself
        session.execute("GRANT pg_read_server_files, pg_write_server_files, pg_checkpoint TO genims")
    databases = {large.topology.home("operations"): large.topology.databases["genims_operations_db"]}
    endpoints = server.endpoints(databases)
    with RunLock(endpoints) as lock:
        prepare(databases, endpoints, catalog, PlantIdentity({}, "max13", "benchmark"), lock)
        for name in endpoints:
            fence.take(lock.session(name), RUN)
    yield Target(server, endpoints["genims_operations_db"])
    server.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def bare_adbc(target: Target, rows: Sequence[pa.Table], connections: int) -> float:
    """Seconds that `adbc_ingest` alone takes: a new table without indexes for each piece, shared out."""

    def work(first: int) -> None:
        path = AdbcPath(target.endpoint)
        for i in range(first, len(rows), connections):
            path.execute(f"CREATE TABLE operations.bare_{i} (LIKE operations.sensor_data)")
            path.copy("operations", f"bare_{i}", rows[i], new=True)
            path.commit()
        path.abandon()

    return _timed(target, rows, connections, work)


def export(target: Target, rows: Sequence[pa.Table]) -> list[Path]:
    """The same rows as files of the server's binary COPY format, in its data folder."""
    bare_adbc(target, rows, 1)
    files = [target.server.data / f"bare_{i}.copy" for i in range(len(rows))]
    with connect(target.endpoint) as session:
        for i, file in enumerate(files):
            session.execute(
                sql.SQL("COPY operations.{} TO {} (FORMAT binary)").format(
                    sql.Identifier(f"bare_{i}"), sql.Literal(str(file))
                )
            )
    return files


class FilePath(BinaryPath):
    """What the server does by itself: the rows come from its own files, in their order."""

    def __init__(self, endpoint: Endpoint, files: Sequence[Path]) -> None:
        super().__init__(endpoint)
        self._files = iter(files)

    def copy(self, schema: str | None, relation: str, rows: pa.Table, *, new: bool) -> int:
        self.execute(f"COPY {schema}.{relation} FROM '{next(self._files)}' (FORMAT binary, FREEZE)")
        return int(rows.num_rows)


def server_side_copy(
    target: Target, catalog: Catalog, rows: Sequence[pa.Table], files: Sequence[Path], connections: int
) -> float:
    """Seconds of the server's own COPY of the exported rows, shared out: the ceiling.

    Each into a leaf made in the transaction as the loader makes it: frozen, indexed, attached, committed.
    """
    table = catalog.table(SCOPE)

    def work(first: int) -> None:
        mine = range(first, len(files), connections)
        path = FilePath(target.endpoint, [files[i] for i in mine])
        for i in mine:
            [(day, _)] = leaves.by_day(rows[i], "timestamp")
            for statement in leaves.load(path, table, day, rows[i]):
                path.execute(statement)
            path.commit()
        path.abandon()

    return _timed(target, rows, connections, work)


def _timed(target: Target, rows: Sequence[pa.Table], connections: int, work: Callable[[int], None]) -> float:
    target.empty()
    with ThreadPoolExecutor(connections) as pool:
        began = time.perf_counter()
        list(pool.map(work, range(connections)))
        seconds = time.perf_counter() - began
    assert target.count("^(bare|sensor_data)_") == sum(piece.num_rows for piece in rows)
    return seconds
