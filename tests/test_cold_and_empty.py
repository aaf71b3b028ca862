"""What a module costs when there is nothing to tell, and in a worker that knows nothing yet: as much after a year as
after some days.

Bounds are wide, for machines that have other things to do; benchmarks/test_windows.py measures.
"""

from __future__ import annotations

import pickle
import time

import pytest

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.modules import MODULES, Module, render
from genims_ray.world import DAY, Window, World
from genims_ray.world.params import Plant

CATALOG = Catalog.load()
CHOSEN = [module for module in MODULES if module.name != "hr"]
EMPTY_SECONDS = 0.010
EMPTY_WINDOWS = 20
MOST_TRIED = 2_000
EARLY, LATE = 10, 360
MOST_TIMES = 3
LEAST_SECONDS = 0.2
"""What takes less is not compared: there is little in it but the start."""


@pytest.fixture(scope="module")
def plant() -> Plant:
    return config.load(["scale=tiny"]).plant


@pytest.fixture(scope="module")
def world(plant: Plant) -> World:
    return World(plant)


@pytest.fixture(scope="module")
def handed_on(world: World) -> dict[int, bytes]:
    """What the owner of the spine gives to who renders a day."""
    return {day: pickle.dumps(world.snapshots(of_day(world, day))) for day in (EARLY, LATE)}


def of_day(world: World, number: int) -> Window:
    return Window(world.start + number * DAY, world.start + (number + 1) * DAY)


def rendered(module: Module, world: World, window: Window) -> tuple[int, float]:
    """(rows, seconds)"""
    tables = [t.name for t in CATALOG.modules[module.name].tables.values() if t.writer == "module"]
    began = time.perf_counter()
    found = [columns for _, columns in render(module, tables, world, window)]
    seconds = time.perf_counter() - began
    return sum(len(next(iter(columns.values()))) for columns in found if columns), seconds


@pytest.mark.parametrize("module", CHOSEN, ids=lambda module: module.name)
def test_a_window_without_rows_costs_next_to_nothing(world: World, module: Module) -> None:
    day = of_day(world, 4)
    rendered(module, world, day)
    rendered(module, world, Window(day.start, day.start + 10))
    empty: list[float] = []
    for i in range(MOST_TRIED):
        start = day.start + 97 * i % (DAY - 10)
        rows, seconds = rendered(module, world, Window(start, start + 10))
        if rows == 0:
            empty.append(seconds)
        if len(empty) == EMPTY_WINDOWS:
            break
    assert len(empty) == EMPTY_WINDOWS
    assert min(empty) < EMPTY_SECONDS


@pytest.mark.parametrize("module", CHOSEN, ids=lambda module: module.name)
def test_a_cold_worker_does_not_go_through_all_days_before(
    plant: Plant, handed_on: dict[int, bytes], module: Module
) -> None:
    def cold(day: int) -> float:
        worker = World(plant)
        began = time.perf_counter()
        worker.adopt(pickle.loads(handed_on[day]))
        rendered(module, worker, of_day(worker, day))
        return time.perf_counter() - began

    early, late = (min(cold(day) for _ in range(3)) for day in (EARLY, LATE))
    assert late < MOST_TIMES * max(early, LEAST_SECONDS)


def test_what_a_cold_worker_finds_is_what_a_warm_one_does(
    plant: Plant, world: World, handed_on: dict[int, bytes]
) -> None:
    """Stocks of consumables and complaints are those that lead back farthest."""
    window = of_day(world, LATE)
    cold = World(plant)
    cold.adopt(pickle.loads(handed_on[LATE]))
    fortnight = Window(window.end - 14 * DAY, window.end)
    found = [(w.maintenance.stock.between(window), w.quality.complaints.touched(fortnight)) for w in (cold, world)]
    for mine, theirs in zip(*found, strict=True):
        assert len(mine) > 0
        assert all((mine.columns()[name] == values).all() for name, values in theirs.columns().items())
