"""Check what is loaded.

    python -m genims_ray.verify [key=value ...] [--from DATE] [--to DATE] [--only NAME ...]
                                [--all] [--list] [--config-dir DIR]

What is loaded says itself which plant it is; key=value are those of genims_ray.run and say where it is
(server=..., server.home=...), or which, where several topologies are loaded. Others may be repeated, and are refused
where something else is loaded. Checks look from the plant's start to the latest instant that every module has reached,
or between two dates (UTC). NAME is a check's name, or a part of it. Checks that hold are counted; --all, and --only, show each
with what it found. --list says what each must find, and checks nothing. The exit status is 1 if anything
fails, 2 if the command is wrong.

    python -m genims_ray.verify                                  all checks of all days
    python -m genims_ray.verify --only oee                       those with oee in their name
    python -m genims_ray.verify --from 2025-01-03 --to 2025-01-05
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("verify")

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rapidfuzz import process

from genims_ray import config as configuration
from genims_ray import hub
from genims_ray.catalog import Catalog
from genims_ray.command import command
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError
from genims_ray.locate import Loaded, LoadedPlant, loaded_plant, plant_start
from genims_ray.verify import checks, generated, report
from genims_ray.verify.checks import Check, Range
from genims_ray.verify.run import Result, place, run


@dataclass
class Options:
    """The command line: what is verify's own, and the overrides of the configuration."""

    start: datetime | None = None
    end: datetime | None = None
    only: list[str] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    help: bool = False
    list: bool = False
    all: bool = False


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    options = parse(arguments)
    if options.help:
        print(__doc__.strip())
        return 0
    return verify(options)


def verify(options: Options) -> int:
    """Run the checks that `options` ask for; 1 if one fails."""
    catalog, console = Catalog.load(), report.console()
    if options.list:
        config = configuration.load(options.overrides)
        listed = choose(every(catalog, 0, catalog.modules), options.only)
        console.print(report.listing((check, place(check, catalog, config)) for check in listed))
        return 0
    begun = time.monotonic()
    with console.status("") as status:
        results, within, left = examine(
            loaded_plant(options.overrides, catalog),
            options,
            catalog,
            lambda result: status.update(result.check.name),
        )
    console.print(report.table(results, every=options.all or bool(options.only)))
    if left:
        console.print(f"{left} checks concern modules that are not loaded")
    console.print(report.summary(results, within, time.monotonic() - begun))
    return int(any(result.failed for result in results))


def examine(
    found: LoadedPlant, options: Options, catalog: Catalog, seen: Callable[[Result], None] = lambda _: None
) -> tuple[list[Result], Range, int]:
    """Results of the chosen checks, the range they saw, and how many concern modules that are not loaded."""
    config, endpoints, there = found.config, dict(found.endpoints), found.reached
    within = range_of(config, options, there)
    chosen = choose(every(catalog, machine_days(config, within), there.modules), options.only)
    ready = [check for check in chosen if there.modules.issuperset(check.modules(catalog))]
    placed = [(check, place(check, catalog, config)) for check in ready]
    if any(where == config.topology.hub for _, where in placed):
        endpoints[config.topology.hub] = hub.prepare(config, endpoints, catalog)
    return run(placed, endpoints, within, seen=seen), within, len(chosen) - len(ready)


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
            near = process.extractOne(name, [check.name for check in known], score_cutoff=60)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UsageError(f"there is no check {name!r}{hint}; --list shows all")
    return [check for check in known if not names or any(name in check.name for name in names)]


def range_of(config: Config, options: Options, there: Loaded) -> Range:
    """From the plant's start, or the date asked for, to what every module has reached."""
    start = max(options.start or plant_start(config), plant_start(config))
    end = min(options.end or there.end, there.end)
    if start >= end:
        asked = f"from {start:%Y-%m-%d}" if options.start else f"until {options.end or end:%Y-%m-%d}"
        raise UsageError(
            f"nothing to check {asked}: {plant_start(config):%Y-%m-%d} to {there.end:%Y-%m-%d} is loaded"
        )
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
    options, known = Options(), ("--from", "--to", "--only", "--all", "--list", "--config-dir", "--help")
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        name, equals, value = argument.partition("=")
        if name in ("--from", "--to"):
            given = value if equals else (rest.pop(0) if rest else "")
            try:
                instant = datetime.fromisoformat(given)
            except ValueError:
                raise UsageError(f"{name}: {given!r} is no date, such as 2025-01-31") from None
            instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
            options.start, options.end = (
                (instant, options.end) if name == "--from" else (options.start, instant)
            )
        elif name == "--only":
            if equals:
                options.only += [value] if value else []
            while rest and not rest[0].startswith("-") and "=" not in rest[0]:
                options.only.append(rest.pop(0))
            if not options.only:
                raise UsageError("--only: name a check; --list shows all")
        elif name == "--config-dir":
            options.overrides += [argument] if equals else [argument, *rest[:1]]
            del rest[: 0 if equals else 1]
        elif argument == "--list":
            options.list = True
        elif argument == "--all":
            options.all = True
        elif argument in ("--help", "-h"):
            options.help = True
        elif argument.startswith("-"):
            near = process.extractOne(name, known, score_cutoff=60) if len(name.strip("-")) > 1 else None
            hint = f" (did you mean {near[0]}?)" if near else f" (options: {', '.join(known)})"
            raise UsageError(f"unknown option {name}{hint}")
        else:
            options.overrides.append(argument)
    return options
