"""How many rows a table has for each unit of what it goes by: fitted to sample plants that are rendered in memory.

Of all drivers the one, or the two, are taken that explain the counts best, each plant and window weighed by the
spread that a count of such a size has by chance.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from genims_ray import config, modules
from genims_ray.catalog import Catalog, Table
from genims_ray.estimate.drivers import STANDING, WORKING, Rates, worked
from genims_ray.estimate.measured import Measured
from genims_ray.estimate.widths import heap_bytes
from genims_ray.modules import Module
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import Plant

Floats = NDArray[np.float64]

PLANTS, WINDOWS, WINDOW_DAYS = 24, 3, 12
VARIED: Mapping[str, tuple[str, ...]] = {
    "demand": ("lot_days", "release_days"),
    "stops": ("micro_per_hour", "major_per_hour", "warning_per_hour"),
    "maintenance": ("routine_every_days",),
    "upkeep": ("wear_part_hours", "utility_service_days"),
    "enterprise": ("components_per_product",),
    "quality_control": (
        "charts_per_line", "gauges_per_line", "gauges_per_room", "documents_per_factory", "complaints_per_million",
        "chronic_per_line_year", "audits_per_factory_year",
    ),
}  # fmt: skip
"""Settings that drivers take from the plant."""
UNEXPLAINED = 0.05
"""Relative spread of counts that drivers are not asked to explain."""
SECOND_DRIVER = 0.7
"""A second driver has to leave less than this share of what one leaves unexplained."""
ABOUT_AS_WELL, ABOUT_AS_WELL_SQUARES = 1.1, 1.0
"""Drivers are taken for equals within this factor of the least squares left, and this many squares."""
TELLING = 0.3
"""Squares left of a count by which a second driver can still be told from chance."""
TELLING_ROWS = 300
"""Rows of a window by which the cost of one can be told from that of asking."""
ROWS_WEIGHED = 4_000


@dataclass(frozen=True)
class Sample:
    """One window of a plant: its drivers, and the new rows of each table."""

    drivers: Mapping[str, float]
    rows: Mapping[str, int]

    @property
    def size(self) -> float:
        """The plant's lines, for as many days as the window has."""
        return self.drivers["lines"] if "lines" in self.drivers else self.drivers["line days"]


class Weighed:
    """Mean bytes of a table's rows, and what a module's rows cost; those of partitioned tables and of openings aside."""

    def __init__(self) -> None:
        self._bytes: dict[str, float] = defaultdict(float)
        self._rows: dict[str, int] = defaultdict(int)
        self._seconds: dict[str, float] = defaultdict(float)
        self._brought: dict[str, int] = defaultdict(int)

    def took(self, module: str, seconds: float, rows: int) -> None:
        self._seconds[module] += seconds
        self._brought[module] += rows

    def microseconds(self, module: str) -> float:
        """CPU time of rendering a row."""
        return self._seconds[module] / max(self._brought[module], 1) * 1e6

    def add(self, table: Table, rows: pa.Table) -> None:
        seen = rows.slice(0, ROWS_WEIGHED)
        self._bytes[table.qualified] += heap_bytes(table, seen) * seen.num_rows
        self._rows[table.qualified] += seen.num_rows

    def mean(self, table: str) -> float:
        return self._bytes[table] / max(self._rows[table], 1)


def fit(catalog: Catalog, seed: int, say: Callable[[str], None] = lambda _: None) -> dict[str, Measured]:
    """What `PLANTS` sample plants tell of every table that a module fills."""
    openings: list[Sample] = []
    days: list[Sample] = []
    weighed = Weighed()
    for number, plant in enumerate(sample_plants(seed)):
        say(f"plant {number + 1} of {PLANTS}: {sum(len(f.lines) for f in plant.factories.values())} lines")
        opening, *later = measure(World(plant), catalog, weighed)
        openings.append(opening)
        days += later
    return {
        table.qualified: Measured(
            round(weighed.mean(table.qualified), 1),
            0.0 if table.partition_column else round(weighed.microseconds(module.name), 1),
            explained(openings, table.qualified, list(STANDING)),
            explained(days, table.qualified, list(WORKING)),
        )
        for module in modules.MODULES
        for table in catalog.modules[module.name].tables.values()
        if table.writer == "module"
    }


def sample_plants(seed: int) -> Iterator[Plant]:
    """Plants of one or two factories with some of their lines; each begins in another month."""
    rng = np.random.default_rng(seed)
    every = config.load(["scale=large"]).plant
    for number in range(PLANTS):
        names = rng.choice(list(every.factories), size=rng.integers(1, 3), replace=False)
        factories = {}
        for name in names:
            lines = every.factories[name].lines
            kept = sorted(rng.choice(len(lines), size=rng.integers(2, len(lines) + 1), replace=False))
            factories[name] = replace(every.factories[name], lines=[lines[i] for i in kept])
        share = len(factories) / len(every.factories)
        enterprise = replace(
            every.enterprise,
            suppliers=max(20, round(400 * share * rng.uniform(0.7, 1.4))),
            customers=max(60, round(1500 * share * rng.uniform(0.7, 1.4))),
            materials=max(40, round(700 * share * rng.uniform(0.7, 1.4))),
        )
        start = f"2025-{1 + number % 12:02d}-{1 + int(rng.integers(0, 28)):02d}"
        plant = replace(every, seed=int(rng.integers(2**31)), start=start, factories=factories, enterprise=enterprise)
        yield _varied(plant, rng)


def _varied(plant: Plant, rng: np.random.Generator) -> Plant:
    """Another half or double of each rate that drivers take from the configuration, so that they can be told apart."""
    groups = {}
    for group, names in VARIED.items():
        settings = getattr(plant, group)
        changed = {n: type(getattr(settings, n))(getattr(settings, n) * rng.uniform(0.6, 1.7)) for n in names}
        groups[group] = replace(settings, **changed)
    return replace(
        plant,
        scada_interval_seconds=int(rng.choice([60, 120, 240])),
        health_interval_hours=int(rng.choice([2, 3, 6])),
        **groups,
    )


def measure(world: World, catalog: Catalog, weighed: Weighed) -> list[Sample]:
    """The opening and the first weeks of a plant; rows that change are counted when they are new."""
    known: dict[str, set[int]] = defaultdict(set)
    samples = [Sample({name: count(world) for name, count in STANDING.items()}, {})]
    edges = [OPENING, *(world.start + n * WINDOW_DAYS * DAY for n in range(WINDOWS + 1))]
    for start, end in itertools.pairwise(edges):
        window = Window(start, end)
        rows: dict[str, int] = {}
        for module in modules.MODULES:
            tables = catalog.modules[module.name].tables
            own = [t for t in tables.values() if t.writer == "module"]
            # Partitioned tables first: what others take from readings is there by then.
            found = _rendered(module, [t for t in own if t.partition_column], world, window)
            began = time.process_time()
            others = _rendered(module, [t for t in own if not t.partition_column], world, window)
            seconds, brought = time.process_time() - began, sum(arrow.num_rows for arrow in others.values())
            if brought >= TELLING_ROWS and not window.is_opening:
                weighed.took(module.name, seconds, brought)
            for table in own:
                arrow = (found | others)[table.name]
                weighed.add(table, arrow)
                rows[table.qualified] = _new(table, arrow, known[table.qualified])
        if window.is_opening:
            samples[0] = replace(samples[0], rows=rows)
        else:
            planned, rates = worked(world, [window]), Rates(world)
            samples.append(Sample({name: of(world, planned, rates) for name, of in WORKING.items()}, rows))
    return samples


def _rendered(module: Module, tables: Sequence[Table], world: World, window: Window) -> dict[str, pa.Table]:
    by_name = {table.name: table for table in tables}
    return {
        name: by_name[name].arrow(columns) if columns else by_name[name].arrow_schema.empty_table()
        for name, columns in modules.render(module, list(by_name), world, window)
    }


def _new(table: Table, rows: pa.Table, known: set[int]) -> int:
    if not table.mutable:
        return int(rows.num_rows)
    before = len(known)
    known.update(rows.column(table.primary_key[0]).to_pylist())
    return len(known) - before


def explained(samples: Sequence[Sample], table: str, names: Sequence[str]) -> dict[str, float]:
    """Driver -> rows for each unit of it; nothing where the table has no rows.

    Of drivers that explain about as well, the first of `names` is taken.
    """
    rows = np.array([s.rows[table] for s in samples], dtype=float)
    if not rows.any():
        return {}
    values = np.array([[s.drivers[name] for name in names] for s in samples], dtype=float)
    size = np.array([s.size for s in samples])
    typical = rows.mean() * size / size.mean()  # not the count itself: a month's end would weigh less than no row
    weight = 1 / np.sqrt(np.maximum(typical, 1) + (UNEXPLAINED * typical) ** 2)
    one, two = (
        [
            (*_least_squares(values[:, chosen], rows, weight), chosen)
            for chosen in itertools.combinations(range(len(names)), size)
        ]
        for size in (1, 2)
    )
    left, share, chosen = _first_of_the_best(one)
    if left > len(samples) * TELLING:
        also = _first_of_the_best(two)
        if also[0] < SECOND_DRIVER * left:
            left, share, chosen = also
    return {names[i]: float(f"{s:.4g}") for i, s in zip(chosen, share, strict=True)}


Found = tuple[float, Floats, tuple[int, ...]]


def _first_of_the_best(found: Sequence[Found]) -> Found:
    least = min(left for left, *_ in found)
    return next(f for f in found if f[0] <= least * ABOUT_AS_WELL + ABOUT_AS_WELL_SQUARES)


def _least_squares(values: Floats, rows: Floats, weight: Floats) -> tuple[float, Floats]:
    """Squares left unexplained, and the shares; each has to explain a hundredth of the rows at least."""
    scaled = values * weight[:, None]
    share = np.asarray(np.linalg.lstsq(scaled, rows * weight, rcond=None)[0], dtype=np.float64)
    if (values.mean(axis=0) * share < 0.01 * rows.mean()).any():
        return np.inf, np.zeros(values.shape[1])
    left = scaled @ share - rows * weight
    return float((left**2).sum()), share
