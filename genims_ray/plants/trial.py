"""Trying a plant in memory: rendered in two cuts, each constraint of the catalog, equal hashes."""

from __future__ import annotations

import random
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import FrameType

import pyarrow as pa

from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.plants.constraints import Rows, Units, interrupted
from genims_ray.plants.draw import Trial
from genims_ray.world import DAY, OPENING, Window, World

PATIENCE_SECONDS = 200
"""Of a processor, for one plant."""


SHRINKING_SECONDS = 60


class SlowError(Exception):
    """A plant took longer than anybody waits."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a plant; faults of one `kind` have one cause."""

    kind: str
    text: str


def faults(trial: Trial, catalog: Catalog, *, again: bool = True, counts: dict[str, int] | None = None) -> list[Fault]:
    """What is wrong with a plant that the check accepts; rendered a second time in another cut if `again`. The rows
    of every table are written into `counts`.
    """
    try:
        with _patience():
            config = trial.config()
            chance = random.Random(str(trial))
            units = render(config, catalog, cut(config, random.Random(0), most=1))
            with Rows(catalog, units) as table:
                found, hashes = [Fault(_kind(text), text) for text in table.faults()], table.hashes()
            if counts is not None:
                counts |= {name: rows for name, (rows, _) in hashes.items()}
            if again:
                windows = cut(config, chance, most=4)
                with Rows(catalog, render(config, catalog, windows)) as table:
                    found += _differences(hashes, table.hashes(), windows)
            return found
    except Exception as error:
        if interrupted(error):
            raise KeyboardInterrupt from None
        return [raised(error)]


def render(config: Config, catalog: Catalog, windows: Sequence[Window]) -> Units:
    """Rows of every table of the modules, by window."""
    world = World(config.plant)
    found: dict[str, list[pa.Table | None]] = {}
    for name in config.modules:
        for table in catalog.modules[name].tables.values():
            if table.writer == "module":
                found[table.qualified] = []
    for window in windows:
        for name in config.modules:
            tables = [t for t in catalog.modules[name].tables.values() if t.qualified in found]
            columns = dict(modules.render(modules.BY_NAME[name], [t.name for t in tables], world, window))
            for table in tables:
                given = columns.get(table.name)
                found[table.qualified].append(table.arrow(given) if given else None)
    return found


def cut(config: Config, chance: random.Random, most: int) -> list[Window]:
    """The horizon in the opening and up to `most` windows after it, at midnights and at any other seconds."""
    start = World(config.plant).start
    end = start + config.days * DAY
    inner: set[int] = set()
    for _ in range(chance.randint(1, most) - 1 if most > 1 else 0):
        inner.add(
            start + chance.randrange(1, config.days) * DAY
            if config.days > 1 and chance.random() < 0.5
            else chance.randrange(start + 1, end)
        )
    return [Window(OPENING, start), *(Window(a, b) for a, b in pairwise(sorted({start, end, *inner})))]


def shrunk(trial: Trial, fault: Fault, catalog: Catalog) -> Trial:
    """A smaller plant with a fault of the same kind, as far as one is soon found."""
    again, began = fault.kind.startswith("cut"), time.monotonic()
    while True:
        for smaller in trial.smaller():
            if time.monotonic() - began > SHRINKING_SECONDS:
                return trial
            if any(other.kind == fault.kind for other in faults(smaller, catalog, again=again)):
                trial = smaller
                break
        else:
            return trial


def _differences(
    one: dict[str, tuple[int, int]], other: dict[str, tuple[int, int]], windows: Sequence[Window]
) -> Iterator[Fault]:
    edges = ", ".join(str(w.end) for w in windows[:-1])
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            rows = [found.get(name, (0, 0))[0] for found in (one, other)]
            text = f"{name}: {rows[0]} rows in one window, {rows[1]} cut at {edges}"
            yield Fault(f"cut {name}", text if rows[0] != rows[1] else f"{text}, and not the same")


def _kind(text: str) -> str:
    return text.split(": ")[0]


def raised(error: Exception) -> Fault:
    """Where our own code raised an error."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "genims_ray" in f.filename and f.name not in ("faults", "given_up")]
    place = f"{'/'.join(Path(ours[-1].filename).parts[-3:])}:{ours[-1].lineno}" if ours else "?"
    if isinstance(error, SlowError):
        place = "anywhere"
    message = " ".join(str(error).split())[:300]
    return Fault(f"{type(error).__name__} at {place}", f"{type(error).__name__} at {place}: {message}")


@contextmanager
def _patience() -> Iterator[None]:
    def given_up(number: int, frame: FrameType | None) -> None:
        raise SlowError(f"not done after {PATIENCE_SECONDS} s of a processor")

    before = signal.signal(signal.SIGPROF, given_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
