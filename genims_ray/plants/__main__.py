"""Trying plants that nobody has tried.

Each is rendered in two cuts and checked in memory; then days of it, cut at random, are loaded into an embedded server
of its own and verified by all exact checks.
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("plants")

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from genims_ray import resources
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.errors import UsageError
from genims_ray.plants import draw
from genims_ray.plants.draw import Trial

if TYPE_CHECKING:
    from genims_ray.plants.trial import Fault

SHOWN = 10


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser(
        "plants",
        "Draws plants - seed, start, scale, sites, lines, settings anywhere within their limits, modules, topology -\n"
        "and tries them: two renderings, every constraint, loaded, verified. With settings of a run, that plant.\n"
        "A line a plant; for one that fails the command that tries it again, made smaller where that is quick.",
        usage="[--count N] [--seed S] [--scale SCALE] [--memory] [key=value ...]",
        examples=[
            ("--count 200 --seed 1", "always the same 200"),
            ("--memory seed=3 scale=small days=1", "one, without a server"),
        ],
    )
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many (20)")
    parser.add_argument("--seed", type=int, metavar="S", help="of the plants; one is drawn and printed without it")
    parser.add_argument("--scale", metavar="SCALE", help="of all of them; mostly tiny, some small without it")
    parser.add_argument("--memory", action="store_true", help="load nothing")
    options, settings = parser.read(arguments)
    if options.count < 1:
        raise UsageError("--count: at least 1")
    return attempt(options, settings)


def attempt(options: argparse.Namespace, settings: list[str]) -> int:
    """Try the plants; 1 if one of them fails."""
    if find_spec("duckdb") is None:  # it comes with the tools of developers
        raise UsageError(f"plants: needs DuckDB, which `{sys.executable} -m pip install duckdb` installs")
    from genims_ray.modules import require_pairs
    from genims_ray.plants import trial
    from genims_ray.plants.judge import Judge  # Ray's import takes a second

    catalog = Catalog.load()
    require_pairs(catalog)
    failed = tried = 0
    with tempfile.TemporaryDirectory(prefix="plants-") as folder:
        Path(folder).chmod(0o755)  # the server's account has to enter it
        with nullcontext() if options.memory else Judge(Path(folder) / "home", catalog) as judge:
            for plant in chosen(options, settings, catalog):
                began, counts = time.monotonic(), dict[str, int]()
                tried += 1
                found = trial.faults(plant, catalog, counts=counts)
                if not found and judge is not None:
                    found = judge.faults(plant, counts)
                failed += bool(found)
                print(
                    f"{tried:4} {'FAILED' if found else 'ok    '} {time.monotonic() - began:6.1f} s  {plant}",
                    flush=True,
                )
                if found:
                    tell(plant, found, catalog, shrink=not settings)
    print(f"{tried} plants, {failed} failed")
    return int(failed > 0)


def tell(plant: Trial, found: list[Fault], catalog: Catalog, *, shrink: bool) -> None:
    """What is wrong, and the command that shows it again."""
    for fault in found[:SHOWN]:
        print(f"       {fault.text}")
    if len(found) > SHOWN:
        print(f"       and {len(found) - SHOWN} more")
    from genims_ray.plants import trial

    smallest = trial.shrunk(plant, found[0], catalog) if shrink else plant
    print(f"       {resources.genims()} plants {smallest}", flush=True)


def chosen(options: argparse.Namespace, settings: list[str], catalog: Catalog) -> Iterator[Trial]:
    """The plant of the command line, or those drawn."""
    if settings:
        plant = Trial(tuple(settings))
        plant.config()
        yield plant
        return
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"{options.count} plants of --seed {seed}", flush=True)
    yield from islice(draw.plants(seed, catalog, options.scale), options.count)
