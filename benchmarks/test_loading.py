"""Loading alone, and the whole chain of processes, beside what the server can do by itself with the same rows."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import psutil
import pyarrow as pa
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import RUN, SCOPE, FilePath, Guarded, Target, bare_adbc, days, export, server_side_copy
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.placement import Task, hire
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.pump import pump
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import Loaded, PostgresSink
from genims_ray.postgres import leaves
from genims_ray.postgres.binary import BinaryEncoder
from genims_ray.postgres.copy import AdbcPath, BinaryPath
from genims_ray.postgres.endpoints import connect
from genims_ray.world import OPENING, Window

NUMBERS = range(2, 6)
ROUNDS = 3


@pytest.fixture(scope="module")
def rows(large: Config, simulator: Simulator) -> list[pa.Table]:
    """sensor_data of some large days, a table each."""
    return [simulator.render(Unit(SCOPE, day))["sensor_data"] for day in days(large, *NUMBERS)]


class Ceilings:
    """What the machine does with the same rows, measured before each round: its speed changes with its load."""

    def __init__(self, target: Target, catalog: Catalog, rows: list[pa.Table], connections: int) -> None:
        self._target, self._catalog, self._rows, self._connections = target, catalog, rows, connections
        self._files = export(target, rows)
        self._adbc: list[float] = []
        self._server: list[float] = []

    def measure(self) -> None:
        """Before each round; the database is empty afterwards."""
        self._adbc.append(bare_adbc(self._target, self._rows, self._connections))
        self._server.append(server_side_copy(self._target, self._catalog, self._rows, self._files, self._connections))
        self._target.empty()

    def compare(self, benchmark: BenchmarkFixture, rows: Sequence[int], guarded: Guarded) -> None:
        """Medians over the rounds, which loaded `rows` each: rates, and ratios of neighbours in time."""
        total = sum(piece.num_rows for piece in self._rows)
        rates = [count / seconds for count, seconds in zip(rows, benchmark.stats.stats.data, strict=True)]

        def ratio(ceiling: list[float]) -> float:
            return round(median(rate * c / total for rate, c in zip(rates, ceiling, strict=True)), 3)

        benchmark.extra_info |= {
            "rows": list(rows),
            "connections": self._connections,
            "rows_per_second": round(median(rates)),
            "bare_adbc_rows_per_second": round(total / median(self._adbc)),
            "server_side_copy_rows_per_second": round(total / median(self._server)),
        }
        guarded(ratio_to_bare_adbc=ratio(self._adbc), ratio_to_server_side_copy=ratio(self._server))
        for file in self._files:
            file.unlink()


def test_units_through_one_connection(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, target: Target, rows: list[pa.Table], guarded: Guarded
) -> None:
    sink = PostgresSink(target.endpoint, catalog, RUN)
    ceilings = Ceilings(target, catalog, rows, connections=1)
    units = [Unit(SCOPE, day) for day in days(large, *NUMBERS)]

    def load() -> None:
        for unit, piece in zip(units, rows, strict=True):
            sink.load(unit, [{"sensor_data": piece}])

    benchmark.pedantic(load, setup=ceilings.measure, rounds=ROUNDS)
    sink.close()
    total = sum(piece.num_rows for piece in rows)
    assert target.count("^sensor_data_") == total
    ceilings.compare(benchmark, [total] * ROUNDS, guarded)


def test_tables_that_go_through_adbc(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, target: Target, simulator: Simulator, guarded: Guarded
) -> None:
    """The other tables of operations, day by day, beside nothing but `adbc_ingest` of the same rows into tables like
    them. Rows that change are ingested several times, so that keys are indexes like any other there."""
    sink = PostgresSink(target.endpoint, catalog, RUN, in_order=True)
    units = [Unit("operations", day) for day in days(large, *NUMBERS)]
    start = days(large, 0)[0].start
    earlier = [Unit("operations", window) for window in (Window(OPENING, start), *days(large, *range(NUMBERS[0])))]
    before = [(unit, simulator.render(unit)) for unit in earlier]  # to which rows refer
    rows = [simulator.render(unit) for unit in units]
    total = sum(piece.num_rows for tables in rows for piece in tables.values())
    bare: list[float] = []

    def ingest() -> None:
        path = AdbcPath(target.endpoint)
        for name in rows[0]:
            table = catalog.modules["operations"].tables[name]
            kept = "EXCLUDING INDEXES" if table.mutable else ""
            path.execute(f"CREATE TABLE operations.bare_{name} (LIKE operations.{name} INCLUDING ALL {kept})")
            if table.mutable:
                for key in (table.primary_key, *table.unique_keys):
                    path.execute(f"CREATE INDEX ON operations.bare_{name} ({', '.join(key)})")
                for index in table.indexes:
                    path.execute(index.on(f"operations.bare_{name}"))
        path.commit()
        began = time.perf_counter()
        for tables in rows:
            for name, piece in tables.items():
                path.copy("operations", f"bare_{name}", piece, new=False)
            path.commit()
        bare.append(time.perf_counter() - began)
        path.abandon()

    def anew() -> None:
        target.empty()
        with connect(target.endpoint) as session:
            session.execute("TRUNCATE {}".format(", ".join(f"operations.{name}" for name in rows[0])).encode())
        ingest()
        for unit, tables in before:
            sink.load(unit, [tables])

    def load() -> None:
        for unit, tables in zip(units, rows, strict=True):
            sink.load(unit, [tables])

    benchmark.pedantic(load, setup=anew, rounds=ROUNDS)
    sink.close()
    benchmark.extra_info |= {"rows": total, "rows_per_second": round(total / median(benchmark.stats.stats.data))}
    guarded(ratio_to_bare_adbc=round(median(b / s for b, s in zip(bare, benchmark.stats.stats.data, strict=True)), 3))


@pytest.mark.usefixtures("ray_here")
@pytest.mark.parametrize("placement", ["split", "combined"])
def test_the_whole_chain(
    benchmark: BenchmarkFixture,
    large: Config,
    catalog: Catalog,
    target: Target,
    rows: list[pa.Table],
    placement: str,
    guarded: Guarded,
) -> None:
    """Simulated by actors, loaded by actors, with leaves, indexes and ledger; processes are warm, but no round
    asks for days that were simulated before: simulators keep the latest."""
    settings = replace(large.ray, placement=placement)
    task = Task(large.plant, catalog, {"operations": target.endpoint}, RUN)
    crew = hire(task, settings)
    seen: list[Loaded] = []

    def load(*numbers: int) -> None:
        units = [Unit(SCOPE, day) for day in days(large, *numbers)]
        pump(units, crew, settings.units_in_flight, lambda loaded, in_flight: seen.append(loaded))

    load(0, 1)
    ceilings = Ceilings(target, catalog, rows, connections=2)
    weeks = itertools.count(7, 7)

    def working_days() -> tuple[tuple[int, ...], dict[str, object]]:
        ceilings.measure()
        week = next(weeks)  # the plant's first day is a Wednesday, as is this one
        return tuple(range(week, week + len(NUMBERS))), {}

    benchmark.pedantic(load, setup=working_days, rounds=ROUNDS)
    crew.dismiss()
    pieces = [loaded.rows for loaded in seen[2:]]
    counts = [sum(pieces[i : i + len(NUMBERS)]) for i in range(0, len(pieces), len(NUMBERS))]
    assert target.count("^sensor_data_") == counts[-1]
    ceilings.compare(benchmark, counts, guarded)


def test_what_a_row_costs(
    benchmark: BenchmarkFixture,
    large: Config,
    catalog: Catalog,
    simulator: Simulator,
    target: Target,
    rows: list[pa.Table],
) -> None:
    """CPU of every step, alone and one after the other, in microseconds a row (`extra_info`)."""
    table, total = catalog.table(SCOPE), sum(piece.num_rows for piece in rows)
    files = export(target, rows)
    spent: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def step(name: str, path: BinaryPath | None = None) -> Iterator[None]:
        """CPU of this process, and of the server's process that serves `path`."""
        [(pid,)] = path.execute("SELECT pg_backend_pid()") if path else [(None,)]
        server = psutil.Process(pid) if pid else None
        here, there = time.process_time(), sum(server.cpu_times()[:2]) if server else 0.0
        yield
        spent[name].append(time.process_time() - here)
        if server:
            spent[f"{name}, server"].append(sum(server.cpu_times()[:2]) - there)

    def load(path: BinaryPath, name: str) -> None:
        """All days in one transaction, step by step."""
        for piece in rows:
            [(day, _)] = leaves.by_day(piece, "timestamp")
            leaf = f"{table.name}_{name}_{day}"
            path.execute(f"CREATE TABLE operations.{leaf} (LIKE operations.sensor_data)")
            with step(f"copy from {name}", path):
                path.copy("operations", leaf, piece, new=True)
            with step("brin", path):
                for index in table.partition_indexes:
                    path.execute(index.replace("{leaf}", f"operations.{leaf}"))
        with step("commit", path):
            path.commit()
        path.abandon()

    def once() -> None:
        target.empty()
        spent.clear()
        with step("render"):
            for day in days(large, *range(10, 10 + len(rows))):
                rendered.append(simulator.render(Unit(SCOPE, day))["sensor_data"].num_rows)
        encoder = BinaryEncoder(table.arrow_schema)
        with step("encode"):
            for piece in rows:
                deque(encoder.encode(piece), maxlen=0)
        load(BinaryPath(target.endpoint), "client")
        load(FilePath(target.endpoint, files), "file")
        assert target.count("^sensor_data_") == 2 * total

    rendered: list[int] = []
    benchmark.pedantic(once, rounds=1)
    costs = {name: 1e6 * sum(seconds) / total for name, seconds in spent.items()}
    costs["render"] *= total / sum(rendered)
    costs["brin, server"] /= 2
    costs["commit, server"] /= 2
    benchmark.extra_info |= {name: round(cost, 3) for name, cost in costs.items()}
    for file in files:
        file.unlink()
