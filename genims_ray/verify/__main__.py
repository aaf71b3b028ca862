"""Check what is loaded: the command line of the verification."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("verify")

import shlex
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from genims_ray import config as configuration
from genims_ray import hub, resources, screen
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError, short, suggestion
from genims_ray.locate import Loaded, LoadedPlant, loaded_plant, plant_start
from genims_ray.verify import checks, export, generated, text
from genims_ray.verify.checks import Check, Range
from genims_ray.verify.report import Read, Report
from genims_ray.verify.run import Result, place, run

PURPOSE = """\
Check what is loaded: references between systems, keys, quantities, the 24 hours
of every machine, OEE, the physics of the sensors and more.

First comes the verdict, then each check that failed, with what offends and a
query to look further. A check that sees too few cases to mean anything is not
judged; that is no failure. What is loaded says itself which plant it is; key=value
say where it is (server=..., server.home=...), or which, where several topologies
are loaded.\
"""

EPILOG = """\
exit status:
  0  nothing failed
  1  a check failed or could not be run, or nothing is loaded
  2  the command is wrong

docs/verification.md describes the checks, how to write one, the JSON and the
JUnit XML.
"""

EXAMPLES = (
    ("", "all checks, of all days"),
    ("--only oee readings", "those with one of these in their name"),
    ("--from 2025-01-03 --to 2025-01-05 --all", "two days, each check with what it found"),
    ("--junit verify.xml", "for continuous integration"),
    ("--json | jq '.checks[] | select(.outcome == \"fail\")'", "for other programs"),
)


@dataclass
class Options:
    """The command line: what is verify's own, and the overrides of the configuration."""

    start: datetime | None = None
    end: datetime | None = None
    only: list[str] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    list: bool = False
    all: bool = False
    sql: str | None = None
    json: bool = False
    junit: Path | None = None


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    options, catalog = parse(arguments), Catalog.load()
    if options.list:
        return show_list(options, catalog)
    if options.sql:
        return show_query(options, catalog)
    return verify(options, catalog)


def verify(options: Options, catalog: Catalog) -> int:
    """Run the checks that `options` ask for; 1 if one fails."""
    found = loaded_plant(options.overrides, catalog)
    progress = Console(stderr=True, quiet=screen.level == screen.QUIET)
    with progress.status("") as status:
        report = examine(found, options, catalog, lambda done, of: status.update(f"{done} of {of} checks"))
    if options.junit:
        export.write_junit(report, options.junit)
    if options.json:
        print(export.as_json(report))
    else:
        every_one = options.all or bool(options.only)
        console, width = where_to()
        text.show(console, text.lines(report, again(found.config, options), every=every_one, width=width))
    return int(bool(report.failed))


def examine(
    found: LoadedPlant, options: Options, catalog: Catalog, seen: Callable[[int, int], None] = lambda done, of: None
) -> Report:
    """What the chosen checks found. `seen` hears how many of how many are done."""
    begun = time.monotonic()
    config, endpoints, there = found.config, dict(found.endpoints), found.reached
    within = range_of(config, options, there)
    size = machine_days(config, within)
    chosen = choose(every(catalog, size, there.modules), options.only)
    ready = [check for check in chosen if there.modules.issuperset(check.modules(catalog))]
    placed = [(check, place(check, catalog, config)) for check in ready]
    if blind := [check.name for check, where in placed if not where]:
        print(f"note: without a hub {len(blind)} checks cannot be judged: {', '.join(blind)}", file=sys.stderr)
        placed = [(check, where) for check, where in placed if where]
    if config.topology.hub and any(where == config.topology.hub for _, where in placed):
        endpoints[config.topology.hub] = hub.prepare(config, endpoints, catalog)
    done = 0

    def count(_: Result) -> None:
        nonlocal done
        done += 1
        seen(done, len(placed))

    shared: list[Read] = []
    results = run(
        placed,
        endpoints,
        within,
        seen=count,
        read=lambda rows: shared.append(Read(rows.shared.name, rows.where, rows.seconds)),
    )
    elsewhere, enough = len(chosen) - len(ready), size >= generated.ENOUGH_SIZE
    return Report(config, within, results, elsewhere, enough, time.monotonic() - begun, shared)


def show_list(options: Options, catalog: Catalog) -> int:
    """Print what each check says and where it runs."""
    config = configuration.load(options.overrides)
    listed = choose(every(catalog, 0, catalog.modules), options.only)
    console, width = where_to()
    text.show(console, text.listing([(check, place(check, catalog, config)) for check in listed], width))
    return 0


def show_query(options: Options, catalog: Catalog) -> int:
    """Print the query of the check that --sql names, for the range, as any client can run it."""
    found = loaded_plant(options.overrides, catalog)
    within = range_of(found.config, options, found.reached)
    known = every(catalog, machine_days(found.config, within), found.reached.modules)
    for check in known:
        if check.name == options.sql:
            print(f"-- {check.title}\n{check.query(within)};")
            return 0
    raise no_check(options.sql or "", known)


def where_to() -> tuple[Console, int | None]:
    """Where the report goes, and how wide a terminal is there."""
    console = screen.console()
    console.quiet = False  # the report is the result
    return console, console.width if console.is_terminal else None


def again(config: Config, options: Options) -> Callable[[Result], str]:
    """The command that runs the query of a check by itself, as it can be pasted."""
    genims = resources.genims()
    dates = [
        f"{name} {instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        for name, instant in (("--from", options.start), ("--to", options.end))
        if instant
    ]
    settings = " ".join(["", *map(shlex.quote, options.overrides), *dates])

    def told(result: Result) -> str:
        query = f"{genims} verify{settings} --sql {shlex.quote(result.check.name)}"
        if config.server.kind != "embedded":
            return query
        home = f" --home {shlex.quote(config.server.home)}" if config.server.home else ""
        return f"{query} | {genims} server psql{home} {result.where}"

    return told


def every(catalog: Catalog, size: int, there: Collection[str]) -> list[Check]:
    """All checks: those written as files, then those that the catalog implies and no file covers.

    `size` is in machine days, `there` the modules that are loaded.
    """
    written, implied = checks.load(), list(generated.generate(catalog, size, there))
    covered = {name: check.name for check in written for name in check.covers}
    for name in covered.keys() - {check.name for check in implied}:
        raise UserError(f"sql/checks/{covered[name]}.sql covers {name!r}, which no table implies")
    return [*written, *(check for check in implied if check.name not in covered)]


def choose(known: list[Check], names: Sequence[str]) -> list[Check]:
    """The checks whose names hold one of `names`; all of them without any."""
    for name in names:
        if not any(name in check.name for check in known):
            raise no_check(name, known)
    return [check for check in known if not names or any(name in check.name for name in names)]


def no_check(name: str, known: list[Check]) -> UsageError:
    """The error for a name that no check has."""
    near = suggestion(name, [check.name for check in known])
    return UsageError(f"there is no check {short(name)!r}{near} (--list shows all)")


def range_of(config: Config, options: Options, there: Loaded) -> Range:
    """From the plant's start, or the date asked for, to what every module has reached."""
    start = max(options.start or plant_start(config), plant_start(config))
    end = min(options.end or there.end, there.end)
    if start >= end:
        asked = f"from {start:%Y-%m-%d}" if options.start else f"until {options.end or end:%Y-%m-%d}"
        raise UsageError(f"nothing to check {asked}: {plant_start(config):%Y-%m-%d} to {there.end:%Y-%m-%d} is loaded")
    return Range(start, end)


def machine_days(config: Config, within: Range) -> int:
    """How much there is to see."""
    machines = sum(
        len(config.plant.line_types[line.type].machines)
        for factory in config.plant.factories.values()
        for line in factory.lines
    )
    return generated.machine_days(machines, within.days)


def parse(arguments: Sequence[str]) -> Options:
    """The command line, taken apart. Raises UsageError."""
    parser = Parser("verify", PURPOSE, "[key=value ...] [options]", EXAMPLES, epilog=EPILOG)
    parser.add_argument(
        "--from", dest="start", metavar="DATE", type=instant, help="look from here on (UTC; default: the plant's start)"
    )
    parser.add_argument(
        "--to",
        dest="end",
        metavar="DATE",
        type=instant,
        help="look until here (default: what every module has reached)",
    )
    parser.add_argument(
        "--only", metavar="NAME", nargs="+", default=[], help="checks whose names hold one of these, each shown"
    )
    parser.add_argument("--all", action="store_true", help="show every check with what it found")
    parser.add_argument(
        "--list", action="store_true", help="show what each check says and where it runs; check nothing"
    )
    parser.add_argument("--sql", metavar="NAME", help="print the query of a check for the range; check nothing")
    parser.add_argument("--json", action="store_true", help="the report as JSON on standard output")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write the report as JUnit XML, too")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of your own group options")
    given, settings = parser.read(arguments)
    only = [name for name in given.only if "=" not in name]
    if given.only and not only:
        raise UsageError("--only: name a check; --list shows all")
    settings = parser.with_config_dir(given, [*settings, *(each for each in given.only if "=" in each)])
    return Options(given.start, given.end, only, settings, given.list, given.all, given.sql, given.json, given.junit)


def instant(given: str) -> datetime:
    """A date or a time of --from and --to; UTC where it says nothing else."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise UsageError(f"{short(given)!r} is no date, such as 2025-01-31") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
