"""The one place that reports: what a run loaded, where it is, and what to do with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.statistics import TableSize

LARGEST = 12
FEWEST = 4
OTHER_LINES = 8  # blank, headings, more tables, blank, rows, blank, prompt, one to spare
"""Lines of the closing screen besides tables, databases and what to do next."""
WIDE = 100
STEP_NAME = 11
WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
"""A word of a shell's command line, quoted in whole or in part."""


@dataclass
class Tally:
    """What the units of a run came to."""

    units: int = 0
    skipped: int = 0
    rows: int = 0
    new: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """Rows that were inserted, by module and table."""
    changed: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """Rows that were there and have changed."""
    reached: dict[str, int] = field(default_factory=dict)
    """End of the latest unit of each scope."""

    def add(self, loaded: Loaded) -> None:
        self.units += 1
        scope, window = loaded.unit.scope, loaded.unit.window
        if not window.is_opening:
            self.reached[scope] = max(window.end, self.reached.get(scope, window.end))
        self.skipped += loaded.skipped
        self.rows += loaded.rows
        for counts, total in ((loaded.inserted, self.new), (loaded.updated, self.changed)):
            for table, rows in counts.items():
                total[loaded.unit.module, table] += rows


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
    next_steps: Sequence[tuple[str, str]],
) -> None:
    """Print the closing screen: on a terminal, as many of the largest tables as leave the rest in sight.

    `next_steps` are names and what stands behind them: commands that can be pasted, and places.
    """
    steps = [line for name, what in next_steps for line in step(name, what, console.width)]
    filled = {name: found for name, found in sizes.items() if any(s.rows for s in found)}
    totals = [f"{name} {human(sum(size.bytes for size in found))}" for name, found in filled.items()]
    if empty := len(sizes) - len(filled):
        totals.append(f"and {empty} more with empty tables")
    by_database = Columns(totals, padding=(0, 2))
    largest = LARGEST
    if console.is_terminal:
        below = len(console.render_lines(by_database, pad=False)) + len(steps)
        largest = max(FEWEST, min(LARGEST, console.height - OTHER_LINES - below))
    console.print()
    console.print(_tables(tally, sizes, largest, databases=console.width >= WIDE))
    console.print()
    rate = tally.rows / max(phases.load, 0.001)
    console.print(
        Text.assemble(
            (f"{tally.rows:,} rows", "bold"),
            f" ({changed:,} of them changes)" if (changed := sum(tally.changed.values())) else "",
            f" in {phases.load:.1f} s ({rate:,.0f} rows/s); start {phases.start:.1f} s, finish {phases.finish:.1f} s",
        )
    )
    console.print(by_database)
    console.print()
    for line in steps:
        console.print(line, markup=False, soft_wrap=True)


def step(name: str, command: str, width: int) -> list[str]:
    """Lines of one thing to do next; a command that is too long goes on behind a backslash, and can be pasted."""
    lines, room = [], width - STEP_NAME - 2
    words = WORD.findall(command)
    while words:
        line = words.pop(0)
        while words and len(line) + len(words[0]) < room:
            line += f" {words.pop(0)}"
        lines.append(line)
    return [
        f"{name if number == 0 else '':<{STEP_NAME}}{line}" + (" \\" if number < len(lines) - 1 else "")
        for number, line in enumerate(lines)
    ]


def _tables(tally: Tally, sizes: Mapping[str, list[TableSize]], largest: int, databases: bool) -> Table:
    """The largest tables, and a line for the rest; with a column of their databases if asked for."""
    every = [(database, size) for database, found in sizes.items() for size in found]
    every.sort(key=lambda item: -item[1].bytes)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    if databases:
        table.add_column("database")
    for heading in ("rows now", "size", "new rows", "changed"):
        table.add_column(heading, justify="right", no_wrap=True)

    def add(name: str, database: str, found: Sequence[TableSize]) -> None:
        new, changed = (
            sum(rows.get((size.module, size.table), 0) for size in found) for rows in (tally.new, tally.changed)
        )
        about = "" if all(size.exact for size in found) else "about "
        table.add_row(
            name,
            *([database] if databases else []),
            f"{about}{sum(size.rows for size in found):,}",
            human(sum(size.bytes for size in found)),
            f"{new:,}" if new else "-",
            f"{changed:,}" if changed else "-",
        )

    shown = [(database, size) for database, size in every if size.rows][:largest]
    for database, size in shown:
        add(f"{size.module}.{size.table}", database, [size])
    if rest := [size for _, size in every if all(size is not other for _, other in shown)]:
        add(f"{len(rest)} more tables", "", rest)
    return table


def human(size: float) -> str:
    """Bytes in decimal units."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.2f} TB"


def duration(seconds: float) -> str:
    """Seconds for people: in the largest unit of which there are two."""
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}" if seconds >= 10 * unit else f"{seconds / unit:.1f} {name}"
    return f"{seconds:.0f} s"


def count(number: float) -> str:
    """A number of things for people, with three digits that count."""
    for size, name in ((1e9, "G"), (1e6, "M")):
        if number >= size:
            return f"{number / size:.3g} {name}"
    return f"{number:,.0f}"
