"""What a module costs: a warm day, a window in which nothing happens, and the first day of a worker that is new."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import days
from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.modules import BY_NAME, MODULES, render
from genims_ray.world import Window, World
from genims_ray.world.params import Plant
from genims_ray.world.spine import Snapshot

NAMES = [module.name for module in MODULES]
FIRST_DAY = 10
SECONDS = 10
EMPTY = 40
MOST_TRIED = 4_000


@cache
def settings(scale: str) -> Config:
    return config.load([f"scale={scale}", "ray.dashboard=false"])


@cache
def world(scale: str) -> World:
    return World(settings(scale).plant)


@cache
def tables(module: str) -> list[str]:
    return [t.name for t in Catalog.load().modules[module].tables.values() if t.writer == "module"]


def rows(module: str, of: World, window: Window) -> int:
    found = render(BY_NAME[module], tables(module), of, window)
    return sum(len(next(iter(columns.values()))) for _, columns in found if columns)


def windows_without_rows(module: str, of: World, day: Window) -> Iterator[Window]:
    """Of ten seconds each."""
    starts = (day.start + 97 * i % (day.seconds - SECONDS) for i in range(MOST_TRIED))
    every = (Window(start, start + SECONDS) for start in starts)
    return (window for window in every if rows(module, of, window) == 0)


@pytest.mark.parametrize("module", NAMES)
def test_a_warm_day(benchmark: BenchmarkFixture, module: str) -> None:
    """Rows a second of the days after the first one that is rendered, at scale=large."""
    of, numbers, counts = world("large"), itertools.count(FIRST_DAY), list[int]()
    rows(module, of, days(settings("large"), next(numbers))[0])

    def day() -> tuple[tuple[Window], dict[str, object]]:
        return (days(settings("large"), next(numbers))[0],), {}

    benchmark.pedantic(lambda window: counts.append(rows(module, of, window)), setup=day, rounds=5)
    assert module == "master" or all(counts)
    benchmark.extra_info |= {"rows": counts, "rows_per_second": round(sum(counts) / benchmark.stats.stats.total)}


@pytest.mark.parametrize("scale", ["small", "large"])
@pytest.mark.parametrize("module", NAMES)
def test_an_empty_window(benchmark: BenchmarkFixture, module: str, scale: str) -> None:
    """Milliseconds of ten seconds in which nothing happens, of a day that has been asked for."""
    of, day = world(scale), days(settings(scale), FIRST_DAY)[0]
    rows(module, of, day)
    chosen = list(itertools.islice(windows_without_rows(module, of, day), EMPTY))
    assert len(chosen) == EMPTY
    again = itertools.cycle(chosen)
    found = benchmark.pedantic(
        lambda window: rows(module, of, window), setup=lambda: ((next(again),), {}), rounds=5 * EMPTY
    )
    assert found == 0
    benchmark.extra_info["ms"] = round(1e3 * benchmark.stats.stats.median, 3)


@cache
def handed_on(day: int) -> tuple[Snapshot, ...]:
    return world("small").snapshots(days(settings("small"), day)[0])


def first_day(plant: Plant, snapshots: tuple[Snapshot, ...], module: str, window: Window) -> tuple[int, float]:
    """(rows, seconds) of a new worker's first day."""
    tables(module)  # the catalog is read
    began = time.perf_counter()
    worker = World(plant)
    worker.adopt(snapshots)
    return rows(module, worker, window), time.perf_counter() - began


@pytest.mark.parametrize("module", NAMES)
def test_a_cold_worker(benchmark: BenchmarkFixture, module: str) -> None:
    """Seconds of the first day that a new process renders, in the second week and at the end of a year, at
    scale=small; it has the spine's states from their owner."""
    plant, numbers = settings("small").plant, (10, 360)
    seconds: dict[int, list[float]] = {number: [] for number in numbers}

    def once() -> None:
        for number in numbers:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                window = days(settings("small"), number)[0]
                count, spent = process.submit(first_day, plant, handed_on(number), module, window).result()
            assert module == "master" or count > 0
            seconds[number].append(spent)

    benchmark.pedantic(once, rounds=3)
    early, late = (min(seconds[number]) for number in numbers)
    benchmark.extra_info |= {"day_10": round(early, 3), "day_360": round(late, 3), "ratio": round(late / early, 2)}
