"""The ADBC path alone, and the whole chain of processes, beside what the machine can do with the same rows."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import pyarrow as pa
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import RUN, SCOPE, Target, bare_adbc, days, export, server_side_copy
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.actors import Simulator, Task, hire
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.pump import pump
from genims_ray.pipeline.sinks import Loaded, PostgresSink

NUMBERS = range(2, 6)
ROUNDS = 3


@pytest.fixture(scope="module")
def rows(large: Config, simulator: Simulator) -> list[pa.Table]:
    """sensor_data of some large days, a table each."""
    return [simulator.render(Unit(SCOPE, day))["sensor_data"] for day in days(large, *NUMBERS)]


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    import ray

    ray.init(
        address="local", include_dashboard=False, object_store_memory=2**30,
        log_to_driver=False, logging_level=logging.ERROR,
    )  # fmt: skip
    yield
    ray.shutdown()


class Ceilings:
    """What the machine does with the same rows, measured before each round: its speed changes with its load."""

    def __init__(self, target: Target, rows: list[pa.Table], connections: int) -> None:
        self._target, self._rows, self._connections = target, rows, connections
        self._files = export(target, rows)
        self._adbc: list[float] = []
        self._server: list[float] = []

    def measure(self) -> None:
        self._adbc.append(bare_adbc(self._target, self._rows, self._connections))
        self._server.append(server_side_copy(self._target, self._rows, self._files, self._connections))
        self._target.empty()

    def compare(self, benchmark: BenchmarkFixture) -> None:
        """Medians over the rounds of the rates and of the ratios of neighbours in time."""
        total = sum(piece.num_rows for piece in self._rows)
        seconds = benchmark.stats.stats.data

        def ratio(ceiling: list[float]) -> float:
            return round(median(c / s for c, s in zip(ceiling, seconds, strict=True)), 3)

        benchmark.extra_info |= {
            "rows": total,
            "connections": self._connections,
            "rows_per_second": round(total / median(seconds)),
            "bare_adbc_rows_per_second": round(total / median(self._adbc)),
            "server_side_copy_rows_per_second": round(total / median(self._server)),
            "ratio_to_bare_adbc": ratio(self._adbc),
            "ratio_to_server_side_copy": ratio(self._server),
        }
        for file in self._files:
            file.unlink()


def test_units_through_one_connection(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, target: Target, rows: list[pa.Table]
) -> None:
    sink, ceilings = PostgresSink(target.endpoint, catalog, RUN), Ceilings(target, rows, connections=1)
    units = [Unit(SCOPE, day) for day in days(large, *NUMBERS)]

    def load() -> None:
        for unit, piece in zip(units, rows, strict=True):
            sink.load(unit, [{"sensor_data": piece}])

    benchmark.pedantic(load, setup=ceilings.measure, rounds=ROUNDS)
    sink.close()
    assert target.count("^sensor_data_") == sum(piece.num_rows for piece in rows)
    ceilings.compare(benchmark)


@pytest.mark.usefixtures("ray_here")
@pytest.mark.parametrize("placement", ["apart", "together"])
def test_the_whole_chain(
    benchmark: BenchmarkFixture,
    large: Config,
    catalog: Catalog,
    target: Target,
    rows: list[pa.Table],
    placement: str,
) -> None:
    """Simulated by actors, loaded by actors, with leaves, indexes and ledger; processes are warm."""
    settings = replace(large.ray, placement=placement)
    task = Task(large.plant, catalog, {"operations": target.endpoint}, RUN)
    crew = hire(task, settings)
    seen: list[Loaded] = []

    def load(*numbers: int) -> None:
        units = [Unit(SCOPE, day) for day in days(large, *numbers)]
        pump(units, crew, settings.units_in_flight, lambda loaded, in_flight: seen.append(loaded))

    load(0, 1)
    ceilings = Ceilings(target, rows, connections=2)
    benchmark.pedantic(load, NUMBERS, setup=ceilings.measure, rounds=ROUNDS)
    expected = sum(piece.num_rows for piece in rows)
    assert sum(loaded.rows for loaded in seen[-len(NUMBERS) :]) == expected
    assert target.count("^sensor_data_") == expected
    ceilings.compare(benchmark)
    if placement == "together":  # the default on one machine
        assert benchmark.extra_info["ratio_to_bare_adbc"] >= 0.75
