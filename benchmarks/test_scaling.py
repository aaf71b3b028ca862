"""What a row costs does not depend on how many machines there are, nor on how many days."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import Guarded, days
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.estimate import rows_per_day
from genims_ray.pipeline.plan import Unit, plan
from genims_ray.pipeline.simulators import Simulator
from genims_ray.world import DAY, Window, World
from genims_ray.world.params import Plant

LINES = {20: 5, 200: 50, 2_000: 500}
"""Of four machines each, on average."""
DAYS = {20: 14, 200: 7, 2_000: 3}
"""Simulated days that are measured: some seconds' worth of rows, and whole units."""


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


def units(settings: Config, catalog: Catalog, days: int) -> list[Unit]:
    """What a run would plan for the second day of the plant's history and those after it, by time."""
    scopes, world = catalog.scopes(["operations"]), World(settings.plant)
    horizon = Window(world.start + DAY, world.start + (1 + days) * DAY)
    daily = rows_per_day(world, catalog, scopes, horizon)
    return plan(scopes, horizon, world.start, {}, daily, settings.unit.rows)


@pytest.mark.parametrize("machines", list(LINES))
def test_machines(
    benchmark: BenchmarkFixture, large: Config, catalog: Catalog, machines: int, guarded: Guarded
) -> None:
    """Nanoseconds that rendering operations takes a row, beside 200 machines on the same days in the same run."""
    plants = [replace(large, plant=plant(large, machines)), large]
    simulators = [Simulator(settings.plant, catalog) for settings in plants]
    planned = [units(settings, catalog, DAYS[machines]) for settings in plants]
    seconds, rows = [0.0, 0.0], [0, 0]

    def render(i: int, unit: Unit) -> None:
        began = time.process_time()
        found = simulators[i].render(unit)
        seconds[i] += time.process_time() - began
        rows[i] += sum(table.num_rows for table in found.values())

    def once() -> None:
        in_turn = [(unit.window.start, i, unit) for i, found in enumerate(planned) for unit in found]
        for _, i, unit in sorted(in_turn):
            render(i, unit)

    for simulator in simulators:
        for scope in catalog.scopes(["operations"]):
            simulator.render(Unit(scope, days(large, 0)[0]))
    benchmark.pedantic(once, rounds=1)
    ours, usual = (1e9 * spent / count for spent, count in zip(seconds, rows, strict=True))
    benchmark.extra_info |= {"ns_per_row": round(ours), "ns_per_row_of_200": round(usual)}
    guarded(rows_for_the_cost_of_one_of_200=round(usual / ours, 2))
