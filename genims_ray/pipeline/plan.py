"""What is still to load, cut into units. Pure: the ledger's answer in, a list of units out."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from genims_ray.window import DAY, Window


@dataclass(frozen=True, order=True)
class Unit:
    """A scope (a module, or a table loaded by itself) and the window of it that one transaction loads."""

    scope: str
    window: Window

    def __str__(self) -> str:
        until = _date(self.window.end)
        return f"{self.scope} {'before' if self.window.is_opening else f'{_date(self.window.start)} to'} {until}"

    @property
    def module(self) -> str:
        return module_of(self.scope)


def _date(seconds: int) -> str:
    """The day that begins then; with its time of day where it is not midnight."""
    instant = datetime.fromtimestamp(seconds, UTC)
    return f"{instant:%Y-%m-%d}" if seconds % DAY == 0 else f"{instant:%Y-%m-%d %H:%M}"


def module_of(scope: str) -> str:
    """The module of a scope."""
    return scope.partition(".")[0]


def plan(
    scopes: Sequence[str],
    horizon: Window,
    start: int,
    covered: Mapping[str, Iterable[Window]],
    rows_per_day: Mapping[str, float],
    unit_rows: int,
    unit_days: int = 7,
) -> list[Unit]:
    """Units that tile `horizon` minus what is covered, for every scope.

    Openings come first, in the order of `scopes`; then everything by the time at which it ends, so that all
    scopes progress together, and a long unit finds what the shorter ones within it have worked out. A unit begins
    and ends at midnight UTC (or where a covered range does) and has at most `unit_days` days. The scopes of a
    module are cut at the same times, so that what they share is simulated once; together their units hold about
    `unit_rows` rows. `rows_per_day` is by scope.
    """
    daily: dict[str, float] = defaultdict(float)
    for scope in scopes:
        daily[module_of(scope)] += rows_per_day.get(scope, 0.0)
    openings: list[Unit] = []
    rest: list[tuple[int, int, Unit]] = []
    for order, scope in enumerate(scopes):
        days = max(1, min(unit_days, int(unit_rows / max(daily[module_of(scope)], 1.0))))
        for free in subtract(horizon, covered.get(scope, ())):
            if free.start < start:
                openings.append(Unit(scope, Window(free.start, min(free.end, start))))
            if free.end > start:
                for window in cut(Window(max(free.start, start), free.end), days):
                    rest.append((window.end, order, Unit(scope, window)))
    return openings + [unit for _, _, unit in sorted(rest)]


def subtract(window: Window, covered: Iterable[Window]) -> list[Window]:
    """The parts of `window` outside every covered range, in order of time."""
    free: list[Window] = []
    start = window.start
    for range_ in sorted(covered):
        if range_.start >= window.end:
            break
        if range_.start > start:
            free.append(Window(start, range_.start))
        start = max(start, range_.end)
    if start < window.end:
        free.append(Window(start, window.end))
    return free


def cut(window: Window, days: int) -> list[Window]:
    """`window` in pieces of `days` UTC days; a first day that began before the window counts as one."""
    first = window.start // DAY
    inner = range((first + days) * DAY, window.end, days * DAY)
    edges = [window.start, *inner, window.end]
    return [Window(a, b) for a, b in itertools.pairwise(edges)]
