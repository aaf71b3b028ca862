"""Rows a second of our whole chain and of what else fills a table, in turns on the same server."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from statistics import median

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.conftest import RUN, SCOPE, Target, days
from benchmarks.peers.writers import INDEX, PEERS, Peer, duckdb, duckdb_extension
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.placement import Task, hire
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.pump import pump
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect

NUMBERS = range(2, 6)
ROUNDS = 3
OURS = "GenIMS: simulate, load, index, ledger"


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that have imported what they need."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [1.0, 1.0]))
        yield pool


@dataclass(frozen=True)
class Way:
    """How a round is done; our own rows are always indexed."""

    name: str
    connections: int
    indexed: bool


WAYS = (Way("one connection", 1, False), Way("two connections", 2, False), Way("two, indexed", 2, True))


def measured(target: Target, pool: ProcessPoolExecutor, peer: Peer, way: Way) -> float:
    """Rows a second of a peer; its rows are counted and dropped."""
    connections = way.connections
    names = [f"bare_peer_{i}" for i in range(connections)]
    began = time.perf_counter()
    jobs = [pool.submit(peer.write, target.endpoint, name, peer.rows, way.indexed) for name in names]
    written = [job.result() for job in jobs]
    seconds = time.perf_counter() - began
    assert written == [peer.rows] * connections
    assert _take_away(target.endpoint, names) == peer.rows * connections
    return peer.rows * connections / seconds


def _take_away(endpoint: Endpoint, names: list[str]) -> int:
    """Rows of the peers' tables, which are dropped; pgbench has schemas of these names."""
    total = 0
    with connect(endpoint) as session:
        for name in names:
            of_pgbench = session.execute("SELECT to_regnamespace(%s) IS NOT NULL", (name,)).fetchall()[0][0]
            table = f"{name}.pgbench_accounts" if of_pgbench else f"operations.{name}"
            total += session.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
            session.execute(f"DROP SCHEMA {name} CASCADE" if of_pgbench else f"DROP TABLE {table}")
        session.execute("CHECKPOINT")
    return total


@pytest.mark.usefixtures("ray_here")
def test_peers(
    large: Config,
    catalog: Catalog,
    target: Target,
    simulator: Simulator,
    processes: ProcessPoolExecutor,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target.empty()
    weeks = itertools.count(0, 7)
    settings = replace(large.ray, placement="combined")
    crew = hire(Task(large.plant, catalog, {"operations": target.endpoint}, RUN), settings)
    sink = PostgresSink(target.endpoint, catalog, RUN)

    def units() -> list[Unit]:
        """Working days that were not simulated before: simulators keep the latest."""
        week = next(weeks)
        return [Unit(SCOPE, day) for day in days(large, *(week + n for n in NUMBERS))]

    def alone() -> int:
        return sum(sink.load(unit, [simulator.render(unit)]).rows for unit in units())

    def together() -> int:
        found: list[int] = []
        pump(units(), crew, settings.units_in_flight, lambda loaded, _: found.append(loaded.rows))
        return sum(found)

    def ours(chain: Callable[[], int]) -> float:
        began = time.perf_counter()
        rows = chain()
        seconds = time.perf_counter() - began
        assert target.count("^sensor_data_") == rows > 800_000 * len(NUMBERS)
        target.empty()
        return rows / seconds

    assert [index.replace("{leaf}", "operations.{}") for index in catalog.table(SCOPE).partition_indexes] == [INDEX]
    peers = [peer for peer in PEERS if peer.write is not duckdb or duckdb_extension() is not None]
    together()  # processes import, and step to the first day
    target.empty()
    rates: dict[tuple[str, Way], list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for way in WAYS:
            rates[OURS, way].append(ours(alone if way.connections == 1 else together))
            for peer in peers:
                rates[peer.name, way].append(measured(target, processes, peer, way))
    sink.close()

    with capsys.disabled():
        _report([OURS, *(peer.name for peer in peers)], rates)
        if len(peers) < len(PEERS):
            print("not measured: DuckDB (pip install duckdb duckdb-extension-postgres-scanner)")
    *_, last = WAYS
    slower = [peer.name for peer in peers if median(rates[peer.name, last]) < median(rates[OURS, last])]
    assert {"adbc_ingest of random Arrow rows", "psycopg COPY of tuples", "psycopg executemany"} <= set(slower)


def _report(names: list[str], rates: dict[tuple[str, Way], list[float]]) -> None:
    """Medians of the rates, and of the ratios within a round: the machine's speed changes with its load."""
    table = Table(title=f"rows a second, medians of {ROUNDS} rounds", title_justify="left")
    table.add_column("", no_wrap=True)
    for way in WAYS:
        table.add_column(way.name, justify="right", no_wrap=True)
        table.add_column("to ours", justify="right", no_wrap=True)
    for name in names:
        cells = [name]
        for way in WAYS:
            found, ours = rates[name, way], rates[OURS, way]
            ratio = median(a / b for a, b in zip(found, ours, strict=True))
            cells += [f"{median(found):,.0f}", f"{ratio:.2f}"]
        table.add_row(*cells)
    Console(width=130).print("\n", table)
