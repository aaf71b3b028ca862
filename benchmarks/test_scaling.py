"""What a row costs does not depend on how many machines there are, nor on how many days."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import Guarded, days
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.pipeline.actors import Simulator
from genims_ray.pipeline.plan import Unit
from genims_ray.world.params import Plant

LINES = {20: 5, 200: 50, 2_000: 500}
"""Of four machines each, on average."""


def plant(large: Config, machines: int) -> Plant:
    """The factories of scale=large, with fewer lines or their lines several times over."""
    wanted, chosen = LINES[machines], {}
    for name, factory in large.plant.factories.items():
        copies = max(1, wanted // 50)
        lines = [
            replace(line, number=line.number + len(factory.lines) * copy, name=f"{line.name} {copy}")
            for copy in range(copies)
            for line in factory.lines
        ]
        chosen[name] = replace(factory, lines=tuple(lines))
        if sum(len(each.lines) for each in chosen.values()) >= wanted:
            break
    return replace(large.plant, factories=chosen)


@pytest.mark.parametrize("machines", list(LINES))
def test_machines(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, machines: int, guarded: Guarded
) -> None:
    """Nanoseconds that rendering an operations day takes a row, beside 200 machines in the same run."""
    settings = replace(large, plant=plant(large, machines))
    simulators = [Simulator(settings.plant, catalog), Simulator(large.plant, catalog)]
    costs: tuple[list[float], list[float]] = ([], [])

    def render(simulator: Simulator, number: int) -> float:
        began, rows = time.process_time(), 0
        for scope in catalog.scopes(["operations"]):
            rows += sum(t.num_rows for t in simulator.render(Unit(scope, days(large, number)[0])).values())
        return 1e9 * (time.process_time() - began) / rows

    def once() -> None:
        for number in range(2, 5):
            for cost, simulator in zip(costs, simulators, strict=True):
                cost.append(render(simulator, number))

    for simulator in simulators:
        render(simulator, 1)
    benchmark.pedantic(once, rounds=1)
    ours, usual = map(median, costs)
    benchmark.extra_info |= {"ns_per_row": round(ours), "ns_per_row_of_200": round(usual)}
    guarded(rows_for_the_cost_of_one_of_200=round(usual / ours, 2))
