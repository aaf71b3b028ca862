"""The one place that reports: what a run loaded, where it is, and what to do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.statistics import TableSize

LARGEST = 12


@dataclass
class Tally:
    """What the units of a run came to."""

    units: int = 0
    skipped: int = 0
    rows: int = 0
    by_table: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, loaded: Loaded) -> None:
        self.units += 1
        self.skipped += loaded.skipped
        self.rows += loaded.rows
        for counts in (loaded.inserted, loaded.updated):
            for table, rows in counts.items():
                self.by_table[loaded.unit.scope, table] += rows


@dataclass(frozen=True)
class Phases:
    """Wall seconds of a run's phases."""

    start: float
    load: float
    finish: float


def summary(
    console: Console,
    tally: Tally,
    phases: Phases,
    sizes: Mapping[str, list[TableSize]],
    connect: Iterable[str],
    hints: Iterable[str],
) -> None:
    """Print the closing screen."""
    every = [(database, size) for database, found in sizes.items() for size in found]
    every.sort(key=lambda item: -item[1].bytes)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in (
        ("table", "left"),
        ("database", "left"),
        ("rows now", "right"),
        ("size", "right"),
        ("rows loaded", "right"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for database, size in every[:LARGEST]:
        loaded = tally.by_table.get((size.module, size.table), 0)
        table.add_row(
            f"{size.module}.{size.table}",
            database,
            f"{size.rows:,}",
            human(size.bytes),
            f"{loaded:,}" if loaded else "-",
        )
    if len(every) > LARGEST:
        rest = every[LARGEST:]
        table.add_row(
            f"{len(rest)} more tables", "", f"{sum(s.rows for _, s in rest):,}", human(sum(s.bytes for _, s in rest)),
            f"{sum(tally.by_table.get((s.module, s.table), 0) for _, s in rest):,}",
        )  # fmt: skip
    console.print()
    console.print(table, highlight=False)
    console.print()
    rate = tally.rows / max(phases.load, 0.001)
    filled = {name: found for name, found in sizes.items() if any(s.rows for s in found)}
    by_database = "  ".join(f"{name} {human(sum(s.bytes for s in found))}" for name, found in filled.items())
    if empty := len(sizes) - len(filled):
        by_database += f"  and {empty} more with empty tables"
    console.print(
        f"[bold]{tally.rows:,} rows[/] in {phases.load:.1f} s ({rate:,.0f} rows/s); "
        f"start {phases.start:.1f} s, statistics and hub {phases.finish:.1f} s",
        highlight=False,
    )
    console.print(by_database, highlight=False)
    console.print()
    for line in connect:
        console.print(line, highlight=False, soft_wrap=True)
    console.print()
    for line in hints:
        console.print(line, highlight=False, soft_wrap=True)


def human(size: float) -> str:
    """Bytes in decimal units."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.2f} TB"
