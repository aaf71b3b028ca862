"""Rows a second that one core renders and checks against the catalog."""

from __future__ import annotations

import itertools

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import days
from genims_ray.config import Config
from genims_ray.pipeline.actors import Simulator
from genims_ray.pipeline.plan import Unit


def test_a_large_day_of_operations(benchmark: BenchmarkFixture, large: Config, simulator: Simulator) -> None:
    numbers = itertools.count(2)
    rows: list[int] = []

    def unit() -> tuple[tuple[Unit], dict[str, object]]:
        return (Unit("operations", days(large, next(numbers))[0]),), {}

    def render(unit: Unit) -> None:
        rows.append(sum(table.num_rows for table in simulator.render(unit).values()))

    benchmark.pedantic(render, setup=unit, rounds=5)
    assert all(count > 1_000_000 for count in rows)
    benchmark.extra_info["rows"] = rows
    benchmark.extra_info["rows_per_second"] = round(sum(rows) / benchmark.stats.stats.total)
