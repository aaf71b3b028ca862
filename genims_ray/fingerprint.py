"""Rows and a hash of every table that is loaded: two plants hold the same if these are the same."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("fingerprint")

import hashlib
import json
from collections.abc import Sequence

from genims_ray import screen
from genims_ray.aligned import aligned
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.locate import loaded_plant
from genims_ray.postgres.fingerprint import Fingerprint, fingerprints

PURPOSE = """\
A hash of every table that is loaded: two plants hold the same if these are the same.

The number of rows and the hash do not depend on their order. The same
configuration and seed give the same hashes, on any machine and after any number
of crashes. What is loaded says itself which plant it is; settings are those of
`genims run` and say where it is.\
"""


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser(
        "fingerprint",
        PURPOSE,
        "[key=value ...] [options]",
        examples=[("", "of what is loaded"), ("--json > before.json", "to compare with another load")],
    )
    parser.add_argument("--json", action="store_true", help="rows and hash of every table, as JSON")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of your own group options")
    options, settings = parser.read(arguments)
    found = of_plant(parser.with_config_dir(options, settings))
    if options.json:
        print(json.dumps({name: [each.rows, each.digest] for name, each in found.items()}, indent=1))
    else:
        show(found)
    return 0


def of_plant(arguments: Sequence[str]) -> dict[str, Fingerprint]:
    """Fingerprint of every table of the topology that is loaded, by qualified name."""
    catalog = Catalog.load()
    plant = loaded_plant(arguments, catalog)
    found: dict[str, Fingerprint] = {}
    for name, database in plant.config.topology.databases.items():
        tables = [t for m in catalog.modules if m in database.modules for t in catalog.modules[m].tables.values()]
        found |= fingerprints(plant.endpoints[name], tables)
    return found


class Count(int):
    """A number of rows, which shows its thousands."""

    def __str__(self) -> str:
        return f"{int(self):,}"


def show(found: dict[str, Fingerprint]) -> None:
    """Print the tables that have rows, and one line for all."""
    shown = [(name, Count(each.rows), each.digest) for name, each in found.items() if each.rows]
    lines = "".join(f"{name} {each.rows} {each.digest}\n" for name, each in sorted(found.items()))
    whole = hashlib.sha256(lines.encode()).hexdigest()[:16]
    shown.append((f"all {len(found)} tables", Count(sum(each.rows for each in found.values())), whole))
    for line in aligned(("table", "rows", "hash"), shown):
        screen.console().print(line, markup=False, highlight=False)
