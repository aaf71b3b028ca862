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


def simulated_date(seconds: int) -> str:
    """The date that ends at, or contains, the instant before `seconds`."""
    return datetime.fromtimestamp(seconds - 1, UTC).date().isoformat()


def days(unit: Unit) -> float:
    """Simulated days of a unit; an opening counts as one."""
    return 1.0 if unit.window.is_opening else unit.window.seconds / DAY


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        seconds = task.elapsed or 0.0
        rows = task.fields["rows"]
        return Text(f"{rows:>13,} rows {rows / max(seconds, 0.1):>9,.0f}/s")


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
            self._bars = Progress(
                TextColumn("{task.description:<11}"), BarColumn(bar_width=24), TextColumn("{task.fields[date]:>10}"),
                _Rate(), TimeRemainingColumn(), console=console,
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
        left = elapsed * (total - done) / max(done, 1e-9)
        self._console.print(
            f"{simulated_date(max(self._reached.values()))}  {rows:,} rows  {rows / max(elapsed, 0.1):,.0f} rows/s  "
            f"about {left:,.0f} s to go",
            highlight=False,
        )
