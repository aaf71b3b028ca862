"""Golden hashes: a tiny plant's opening and first three days, table by table, as Arrow IPC.

They guard bit-identity. A change that is meant (raise `MODEL_VERSION` with it) renews them:

    python -m tests.golden
"""

from __future__ import annotations

import json
import platform
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.modules import MODULES, render
from genims_ray.world import DAY, OPENING, Window, World

FILE = Path(__file__).with_suffix(".json")
DAYS = 3


def cpu() -> str:
    return platform.machine()


def digest(table: pa.Table) -> str:
    """sha256 of the table as one Arrow IPC stream of one batch."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sha256(sink.getvalue()).hexdigest()


def hashes() -> dict[str, str]:
    """By table: the rows of the opening and of the days after it."""
    world, catalog, found = World(config.load(["scale=tiny"]).plant), Catalog.load(), {}
    windows = [Window(OPENING, world.start), Window(world.start, world.start + DAYS * DAY)]
    for module in MODULES:
        tables = [t for t in catalog.modules[module.name].tables.values() if t.writer == "module"]
        parts = [dict(render(module, [t.name for t in tables], world, window)) for window in windows]
        for table in tables:
            rows = [table.arrow(part[table.name]) for part in parts if part[table.name]]
            found[table.qualified] = digest(pa.concat_tables(rows or [table.arrow_schema.empty_table()]))
    return found


def main() -> None:
    FILE.write_text(json.dumps({"cpu": cpu(), "tables": hashes()}, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
