"""Rows and a hash of every table that is loaded: two plants hold the same if these are the same."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from genims_ray import config as configuration
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.locate import locate
from genims_ray.postgres.fingerprint import Fingerprint, fingerprints

HELP = """usage: python -m genims_ray.fingerprint [settings of the run] [--json]

Reads every row and prints, for each table that has some, their number and a hash that does not depend on their
order. The same configuration and seed give the same hashes, on any machine and after any number of crashes.

examples:
  python -m genims_ray.fingerprint
  python -m genims_ray.fingerprint scale=large --json > before.json
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--help" in given or "-h" in given:
        print(HELP, end="")
        return 0
    try:
        found = of_plant(configuration.main_args([each for each in given if each != "--json"]))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        return 130
    if "--json" in given:
        print(json.dumps({name: [each.rows, each.digest] for name, each in found.items()}, indent=1))
    else:
        _print(found)
    return 0


def of_plant(config: Config) -> dict[str, Fingerprint]:
    """Fingerprint of every table of the topology, by qualified name."""
    endpoints, catalog = locate(config), Catalog.load()
    found: dict[str, Fingerprint] = {}
    for name, database in config.topology.databases.items():
        tables = [t for m in catalog.modules if m in database.modules for t in catalog.modules[m].tables.values()]
        found |= fingerprints(endpoints[name], tables)
    return found


def _print(found: dict[str, Fingerprint]) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("table")
    shown.add_column("rows", justify="right")
    shown.add_column("hash")
    for name, each in found.items():
        if each.rows:
            shown.add_row(name, f"{each.rows:,}", each.digest)
    lines = "".join(f"{name} {each.rows} {each.digest}\n" for name, each in sorted(found.items()))
    whole = hashlib.sha256(lines.encode()).hexdigest()[:16]
    shown.add_row(f"all {len(found)} tables", f"{sum(each.rows for each in found.values()):,}", whole)
    (Console() if sys.stdout.isatty() else Console(width=120)).print(shown, highlight=False)


if __name__ == "__main__":
    raise SystemExit(main())
