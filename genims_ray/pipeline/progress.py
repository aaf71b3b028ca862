"""What a person sees while a run goes on: a bar per module on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded
from genims_ray.world.window import DAY

PLAIN_EVERY_SECONDS = 5.0
WIDTH_BESIDE_BAR = 10 + 30 + 5 + 4
"""Date, rows with their rate, time to go, and the spaces between the columns."""


def simulated_date(seconds: int) -> str:
    """The date that ends at, or contains, the instant before `seconds`."""
    return datetime.fromtimestamp(seconds - 1, UTC).date().isoformat()


def days(unit: Unit) -> float:
    """Simulated days of a unit; an opening counts as one."""
    return 1.0 if unit.window.is_opening else unit.window.seconds / DAY


class _Rate(ProgressColumn):
    """Rows, and rows a second until the last one; of fixed width, so that nothing jumps."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time or task.elapsed or 0.0
        rows = task.fields["rows"]
        return Text(f"{rows:>13,} rows {rows / max(seconds, 0.1):>9,.0f}/s", no_wrap=True)


class ProgressView:
    """Context manager; `show` takes the outcome of each unit."""

    def __init__(self, console: Console, units: Sequence[Unit]) -> None:
        self._console = console
        self._total: dict[str, float] = defaultdict(float)
        for unit in units:
            self._total[unit.scope] += days(unit)
        self._done: dict[str, float] = defaultdict(float)
        self._rows: dict[str, int] = defaultdict(int)
        self._reached: dict[str, int] = {}
        self._began = self._last = time.monotonic()
        self._bars: Progress | None = None
        if console.is_terminal:
            widest = max(map(len, self._total))
            room = console.width - widest - WIDTH_BESIDE_BAR
            self._bars = Progress(
                TextColumn(f"{{task.description:<{widest}}}"), BarColumn(bar_width=max(5, min(room, 24))),
                TextColumn("{task.fields[date]:>10}"), _Rate(), TimeRemainingColumn(compact=True), console=console,
            )  # fmt: skip
            self._tasks = {
                scope: self._bars.add_task(scope, total=total, rows=0, date="")
                for scope, total in self._total.items()
            }

    def __enter__(self) -> ProgressView:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def show(self, loaded: Loaded) -> None:
        scope = loaded.unit.scope
        self._done[scope] += days(loaded.unit)
        self._rows[scope] += loaded.rows
        self._reached[scope] = max(self._reached.get(scope, 0), loaded.unit.window.end)
        if self._bars:
            self._bars.update(
                self._tasks[scope], completed=self._done[scope], rows=self._rows[scope],
                date=simulated_date(self._reached[scope]),
            )  # fmt: skip
        elif time.monotonic() - self._last >= PLAIN_EVERY_SECONDS:
            self._last = time.monotonic()
            self._print_line()

    def _print_line(self) -> None:
        elapsed = time.monotonic() - self._began
        done, total = sum(self._done.values()), sum(self._total.values())
        rows = sum(self._rows.values())
        line = f"{simulated_date(max(self._reached.values()))}  {rows:,} rows  {rows / max(elapsed, 0.1):,.0f} rows/s"
        # Openings say nothing about the pace of days.
        if all(self._done[scope] > 1 or self._done[scope] == whole for scope, whole in self._total.items()):
            line += f"  about {elapsed * (total - done) / done:,.0f} s to go"
        self._console.print(line, highlight=False)
