"""Rows a second of our whole chain and of what else fills a table, in turns on the same server."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from statistics import median

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.conftest import RUN, SCOPE, Target, days
from benchmarks.peers.writers import PEERS, Peer, duckdb, duckdb_extension
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.actors import Simulator, Task, hire
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.pump import pump
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres.endpoints import Endpoint, connect

NUMBERS = range(2, 6)
ROUNDS = 3
OURS = "GenIMS: simulate, load, index, ledger"


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that have imported what they need."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [1.0, 1.0]))
        yield pool


def measured(target: Target, pool: ProcessPoolExecutor, peer: Peer, connections: int) -> float:
    """Rows a second of a peer over some connections; its rows are counted and dropped."""
    names = [f"bare_peer_{i}" for i in range(connections)]
    began = time.perf_counter()
    jobs = [pool.submit(peer.write, target.endpoint, name, peer.rows) for name in names]
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
    large: Config, catalog: Catalog, target: Target, simulator: Simulator, processes: ProcessPoolExecutor,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    target.empty()
    weeks = itertools.count(0, 7)
    settings = replace(large.ray, placement="together")
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

    peers = [peer for peer in PEERS if peer.write is not duckdb or duckdb_extension() is not None]
    together()  # processes import, and step to the first day
    target.empty()
    rates: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for connections, chain in ((1, alone), (2, together)):
            rates[OURS, connections].append(ours(chain))
            for peer in peers:
                rates[peer.name, connections].append(measured(target, processes, peer, connections))
    sink.close()

    with capsys.disabled():
        _report([OURS, *(peer.name for peer in peers)], rates)
        if len(peers) < len(PEERS):
            print("not measured: DuckDB (pip install duckdb duckdb-extension-postgres-scanner)")
    assert median(rates[OURS, 2]) > median(rates["psycopg COPY of tuples", 2])


def _report(names: list[str], rates: dict[tuple[str, int], list[float]]) -> None:
    """Medians of the rates, and of the ratios within a round: the machine's speed changes with its load."""
    table = Table(title=f"rows a second, medians of {ROUNDS} rounds", title_justify="left")
    for heading in ("", "one connection", "to ours", "two connections", "to ours"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name in names:
        cells = [name]
        for connections in (1, 2):
            found, ours = rates[name, connections], rates[OURS, connections]
            ratio = median(a / b for a, b in zip(found, ours, strict=True))
            cells += [f"{median(found):,.0f}", f"{ratio:.2f}"]
        table.add_row(*cells)
    Console(width=110).print("\n", table)
