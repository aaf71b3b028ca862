"""What people ask of the sensor history, warm and cold: a week that this file loads, or all of an existing
home. GENIMS_BENCHMARK_HOME=/data/genims pytest benchmarks/test_reading.py
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import RUN, Target
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres import fence, statistics
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World

HOME = "GENIMS_BENCHMARK_HOME"
DAYS = 7
ROUNDS = 15


@dataclass(frozen=True)
class Question:
    """A query with the milliseconds it may take when its pages are in memory, on a year of scale=large."""

    name: str
    milliseconds: float
    query: str


QUESTIONS = (
    Question(
        "one sensor, one day",
        20,
        """
        SELECT "timestamp", measurement_value FROM operations.sensor_data
        WHERE sensor_id = %(sensor)s AND "timestamp" >= %(day)s AND "timestamp" < %(next_day)s
        ORDER BY "timestamp"
        """,
    ),
    Question(
        "sensors of a machine in the hour before a fault",
        50,
        """
        SELECT d."timestamp", d.sensor_id, d.measurement_value, d.status
        FROM operations.machine_faults f
        JOIN operations.sensor_data d ON d.machine_id = f.machine_id
            AND d."timestamp" >= f.fault_start_time - interval '1 hour' AND d."timestamp" < f.fault_start_time
        WHERE f.fault_id = %(fault)s
        ORDER BY d.sensor_id, d."timestamp"
        """,
    ),
    Question(
        "hourly averages of one sensor, one month",
        500,
        """
        SELECT date_trunc('hour', "timestamp") AS hour, round(avg(measurement_value)::numeric, 6), count(*)
        FROM operations.sensor_data
        WHERE sensor_id = %(sensor)s AND "timestamp" >= %(first)s AND "timestamp" < %(month_later)s
        GROUP BY hour ORDER BY hour
        """,
    ),
    Question(
        "faults by type and month",
        2_000,
        """
        SELECT date_trunc('month', fault_start_time) AS month, fault_code, count(*)
        FROM operations.machine_faults GROUP BY month, fault_code ORDER BY month, fault_code
        """,
    ),
)


@dataclass(frozen=True)
class History:
    """Loaded days, and what is asked about in them: a critical fault and a sensor of its machine."""

    server: EmbeddedServer
    endpoint: Endpoint
    asked: dict[str, int | datetime]


@pytest.fixture(scope="module")
def history(request: pytest.FixtureRequest, large: Config) -> Iterator[History]:
    home = os.environ.get(HOME)
    if home:
        server = EmbeddedServer(Path(home))
        server.start()
        endpoint = server.endpoint(large.topology.home("operations"))
    else:
        target: Target = request.getfixturevalue("target")
        server, endpoint = target.server, target.server.endpoint("genims_reading")
        _load(endpoint, large, request.getfixturevalue("simulator"), request.getfixturevalue("catalog"))
    with connect(server.superuser("postgres")) as session:
        session.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
    yield History(server, endpoint, _asked(endpoint))
    with connect(server.superuser("postgres")) as session:
        session.execute("DROP EXTENSION pg_buffercache")


def _load(endpoint: Endpoint, large: Config, simulator: Simulator, catalog: Catalog) -> None:
    """Some days of all tables of the module, as a run leaves them."""
    name = large.topology.home("operations")
    with RunLock({name: endpoint}) as lock:
        databases = {name: large.topology.databases[name]}
        prepare(databases, {name: endpoint}, catalog, PlantIdentity({}, "max13", "benchmark"), lock)
        fence.take(lock.session(name), RUN)
    start = World(large.plant).start
    days = [Window(start + n * DAY, start + (n + 1) * DAY) for n in range(DAYS)]
    sink = PostgresSink(endpoint, catalog, RUN)
    for window in [Window(OPENING, start), *days]:
        for unit in (Unit(scope, window) for scope in catalog.scopes(["operations"])):
            sink.load(unit, [simulator.render(unit)])
    sink.close()
    statistics.analyze(endpoint, catalog.modules["operations"].tables.values())


def _asked(endpoint: Endpoint) -> dict[str, int | datetime]:
    with connect(endpoint) as session:
        [(first,)] = session.execute("SELECT min(created_at) FROM operations.sensor_health").fetchall()
        first = (first + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        [(fault, machine, start)] = session.execute(
            "SELECT fault_id, machine_id, fault_start_time FROM operations.machine_faults"
            " WHERE fault_severity = 'critical' AND fault_start_time > %s ORDER BY fault_start_time LIMIT 1",
            (first + timedelta(days=2),),
        ).fetchall()
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "fault": fault,
        "sensor": machine * 100 + 1,
        "day": day,
        "next_day": day + timedelta(days=1),
        "first": first,
        "month_later": first + timedelta(days=31),
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_reading(benchmark: BenchmarkFixture, history: History, question: Question) -> None:
    with connect(history.endpoint) as session:
        # Prepared statements would spare the planning that a person's query pays for.
        session.prepare_threshold = None
        rows = benchmark.pedantic(
            lambda: session.execute(question.query, history.asked).fetchall(), rounds=ROUNDS, warmup_rounds=2
        )
        plan = session.execute(f"EXPLAIN (ANALYZE, BUFFERS) {question.query}", history.asked).fetchall()
        locks = _locks(session, question, history)
        assert rows == _without_indexes(session, question, history)
    assert rows
    text = "\n".join(line for (line,) in plan)
    benchmark.extra_info |= {
        "rows": len(rows),
        "target_ms": question.milliseconds,
        "median_ms": round(benchmark.stats.stats.median * 1e3, 1),
        "planning_ms": float(re.findall(r"Planning Time: ([\d.]+)", text)[0]),
        "relations_locked": locks,
        "pages": _pages(text),
        "new_session_ms": round(_once(history, question), 1),
        "cold_ms": round(_cold(history, question), 1),
    }
    assert benchmark.stats.stats.median * 1e3 < question.milliseconds, text


def _without_indexes(session: psycopg.Connection, question: Question, history: History) -> list[tuple[object, ...]]:
    """The answer of a sequential scan."""
    with session.transaction():
        for way in ("bitmapscan", "indexscan", "indexonlyscan"):
            session.execute(f"SET LOCAL enable_{way} = off")
        return session.execute(question.query, history.asked).fetchall()


def _locks(session: psycopg.Connection, question: Question, history: History) -> int:
    with session.transaction():
        session.execute(question.query, history.asked).fetchall()
        [(locks,)] = session.execute(
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'"
        ).fetchall()
    return int(locks)


def _pages(plan: str) -> int:
    """Pages that the whole plan touched: the first node counts those below it."""
    found = re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan)
    return sum(int(number or 0) for number in found.groups()) if found else 0


def _once(history: History, question: Question) -> float:
    """Milliseconds in a session that knows no table yet."""
    with connect(history.endpoint) as session:
        began = time.perf_counter()
        session.execute(question.query, history.asked).fetchall()
        return 1e3 * (time.perf_counter() - began)


def _cold(history: History, question: Question) -> float:
    """The same, with no page of the server's in memory, neither its own nor the kernel's."""
    with connect(history.server.superuser("postgres")) as session:
        session.execute("CHECKPOINT")
        session.execute("SELECT * FROM pg_buffercache_evict_all()")
    for file in (history.server.data / "base").rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
    return _once(history, question)
