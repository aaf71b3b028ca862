"""Rows a second that one core renders and checks against the catalog."""

from __future__ import annotations

import itertools

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import days
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.world import Window


@pytest.mark.parametrize(("tables", "least"), [("sensor_data", 800_000), ("others", 150_000), ("all", 950_000)])
def test_a_large_day_of_operations(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, simulator: Simulator, tables: str, least: int
) -> None:
    every = catalog.scopes(["operations"])
    scopes = {"sensor_data": every[1:], "others": every[:1], "all": every}[tables]
    first = 2 if tables == "sensor_data" else 12 if tables == "others" else 22
    numbers = itertools.count(first)
    rows: list[int] = []

    def day() -> tuple[tuple[Window], dict[str, object]]:
        return (days(large, next(numbers))[0],), {}

    def render(window: Window) -> None:
        parts = [simulator.render(Unit(scope, window)) for scope in scopes]
        rows.append(sum(table.num_rows for part in parts for table in part.values()))

    benchmark.pedantic(render, setup=day, rounds=7)  # a week: machines rest on its end
    assert all(count > least for count in rows)
    benchmark.extra_info["rows"] = rows
    benchmark.extra_info["rows_per_second"] = round(sum(rows) / benchmark.stats.stats.total)
