"""The command: what a run will load, and the measurement that it is told from."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("estimate")

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from genims_ray import config as configuration
from genims_ray import estimate, screen
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.errors import UserError
from genims_ray.estimate import measured
from genims_ray.modules import BY_NAME, require_pairs
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.report import duration, human
from genims_ray.world import DAY, OPENING, Window, World

PURPOSE = """\
What a run will load, before it is started: rows, bytes and time of every system.
Settings are those of `genims run`; nothing is started, and no database is asked.

How many rows a table has is known from sample plants. --fit measures them anew
and writes the file: after a table was added, or when a process brings another
number of rows. --check says of which tables nothing is known, and exits 1.\
"""
SEED = 1


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser(
        "estimate",
        PURPOSE,
        "[key=value ...] [options]",
        examples=[
            ("", "a week of two factories"),
            ("scale=large days=365", "a year of ten factories"),
            ("--fit", "measure what tables bring (minutes)"),
        ],
    )
    parser.add_argument("--config-dir", metavar="DIR", type=Path, help="a folder of your own group options")
    parser.add_argument("--fit", action="store_true", help="measure sample plants and write the file of tables")
    parser.add_argument("--check", action="store_true", help="say of which tables nothing is known")
    options, settings = parser.read(arguments)
    if options.fit:
        refit()
    elif options.check:
        check()
    else:
        show(parser.with_config_dir(options, settings))
    return 0


def refit() -> None:
    """Measure, and write the file."""
    from genims_ray.estimate.fit import fit

    catalog = Catalog.load()
    require_pairs(catalog)
    tables = fit(catalog, SEED, print)
    measured.save(tables)
    print(f"{measured.FILE}: {len(tables)} tables")


def check() -> None:
    """Raises `UserError` naming the tables of which the file knows nothing, or which are no more."""
    if stale := measured.stale(Catalog.load(), BY_NAME):
        raise UserError(f"{measured.FILE}: {', '.join(stale)} stale; run python -m genims_ray.estimate --fit")
    print(f"{measured.FILE}: {len(measured.load())} tables are current")


def show(settings: Sequence[str]) -> None:
    """A line for each system, and the whole."""
    config, catalog = configuration.load(settings), Catalog.load()
    world, shown = World(config.plant), Table(box=None, pad_edge=False, header_style="bold")
    windows = Window(OPENING, world.start), Window(world.start, world.start + config.days * DAY)
    units = [Unit(scope, window) for scope in catalog.scopes(config.modules) for window in windows]
    volumes = estimate.expected(world, catalog, units)
    shown.add_column("system")
    shown.add_column("rows", justify="right")
    shown.add_column("size", justify="right")
    for name, volume in [*volumes.items(), ("all", estimate.total(volumes))]:
        shown.add_row(name, f"{volume.rows:,.0f}", human(volume.bytes))
    console = screen.console()
    console.print(shown)
    console.print(f"about {duration(estimate.total(volumes).seconds)} to load on this machine")
