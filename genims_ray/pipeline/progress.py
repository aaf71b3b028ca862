"""What a person sees while a run goes on: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from genims_ray.pipeline.plan import Unit, module_of
from genims_ray.pipeline.report import count, duration
from genims_ray.pipeline.sinks import Loaded
from genims_ray.window import DAY

PLAIN_EVERY_SECONDS = 5.0
FIRST_MINUTE = 60.0
LATER_EVERY_SECONDS = 30.0
"""Between two lines without a terminal, in the first minute and after it."""
TELLING = 0.03
"""Share of the work from which its pace says more than the estimate."""
MOST_BAR = 30


def simulated_date(seconds: int) -> str:
    """The date that ends at, or contains, the instant before `seconds`."""
    return datetime.fromtimestamp(seconds - 1, UTC).date().isoformat()


def days(unit: Unit) -> float:
    """Simulated days of a unit; an opening counts as one."""
    return 1.0 if unit.window.is_opening else unit.window.seconds / DAY


class ProgressView:
    """Context manager; `show` takes the outcome of each unit."""

    def __init__(
        self, console: Console, units: Sequence[Unit], work: Mapping[str, float], *, every_unit: bool = False
    ) -> None:
        """`work` is what the units of each module are expected to take, in seconds of wall time; `every_unit` prints
        a line for each."""
        self._console, self._every_unit = console, every_unit
        self._total: dict[str, float] = defaultdict(float)
        for unit in units:
            self._total[unit.module] += days(unit)
        self._expected = sum(work.values())
        self._weight = {module: max(work.get(module, 0.0), 0.01) for module in self._total}
        self._done: dict[str, float] = dict.fromkeys(self._total, 0.0)
        self._rows: dict[str, int] = dict.fromkeys(self._total, 0)
        self._reached: dict[str, dict[str, int]] = {unit.module: {} for unit in units}
        """Where days are loaded, by module and scope: to which instant."""
        self._open = {unit.scope for unit in units}
        self._any = False
        self._began = time.monotonic()
        self._live: Live | None = None
        self._ended = threading.Event()
        if console.is_interactive and not console.quiet:
            self._live = Live(
                get_renderable=self._screen, console=console, refresh_per_second=4, vertical_overflow="crop"
            )

    def __enter__(self) -> ProgressView:
        if self._live:
            self._live.start()
        else:
            threading.Thread(target=self._print_lines, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._live:
            self._live.stop()

    def show(self, loaded: Loaded) -> None:
        unit, self._any = loaded.unit, True
        self._done[unit.module] += days(unit)
        self._rows[unit.module] += loaded.rows
        if not unit.window.is_opening:
            reached = self._reached[unit.module]
            reached[unit.scope] = max(reached.get(unit.scope, 0), unit.window.end)
        if self._every_unit:
            self._console.print(f"loaded {unit.scope} {self._part(unit)}: {loaded.rows:,} rows")

    @staticmethod
    def _part(unit: Unit) -> str:
        if unit.window.is_opening:
            return "opening"
        first, last = simulated_date(unit.window.start + 1), simulated_date(unit.window.end)
        return first if first == last else f"{first} to {last}"

    def whole(self) -> str:
        """One line for the run: share, rows, rate, time to go."""
        elapsed = max(time.monotonic() - self._began, 0.1)
        rows, share = sum(self._rows.values()), self._share()
        if not self._any:
            return "starting the workers" + (f"; about {duration(self._expected)} to go" if self._expected >= 1 else "")
        told = f"{100 * share:.0f} %, {count(rows)} rows, {count(rows / elapsed)} rows/s"
        if share >= 1.0:
            return f"{told}, {duration(elapsed)}"
        # Until the rate tells something, the estimate does: less what is done, and not what has passed.
        to_go = (elapsed / share if share >= TELLING else self._expected) * (1 - share)
        return f"{told}, about {duration(to_go)} to go"

    def _share(self) -> float:
        """How much of the work is done: days by module, each module for the time that it takes."""
        done = sum(min(self._done[m] / self._total[m], 1.0) * weight for m, weight in self._weight.items())
        return done / sum(self._weight.values())

    def _date(self, module: str) -> str:
        """The last day that is loaded of all scopes of a module."""
        reached, scopes = self._reached[module], [s for s in self._open if module_of(s) == module]
        if len(reached) == len(scopes):
            return simulated_date(min(reached.values()))
        return "opening" if self._done[module] else ""

    def _screen(self) -> RenderableType:
        """A bar for each module, as many as the terminal has room for, and a line for all."""
        shown = Table.grid(padding=(0, 2))
        for justify in ("left", "left", "left", "right"):
            shown.add_column(justify=justify, no_wrap=True)
        rows = {module: f"{number:,} rows" for module, number in self._rows.items()}
        taken = max(map(len, self._total)) + 10 + max(map(len, rows.values())) + 6
        width = max(5, min(MOST_BAR, self._console.width - taken - 1))
        unfinished_first = sorted(self._total, key=lambda module: self._done[module] >= self._total[module])
        fitting = set(unfinished_first[: max(1, self._console.height - 3)])
        for module, total in self._total.items():
            if module in fitting:
                bar = ProgressBar(total, min(self._done[module], total), width=width)
                shown.add_row(module, bar, f"{self._date(module):<10}", rows[module])
        return Group(shown, Text(self.whole(), no_wrap=True, overflow="ellipsis"))

    def _print_lines(self) -> None:
        while not self._ended.wait(
            PLAIN_EVERY_SECONDS if time.monotonic() - self._began < FIRST_MINUTE else LATER_EVERY_SECONDS
        ):
            dates = [self._date(module) for module in self._total]
            date = min(dates) if all(dates) and "opening" not in dates else "opening" if self._any else ""
            self._console.print(f"{date:<10}  {self.whole()}")
