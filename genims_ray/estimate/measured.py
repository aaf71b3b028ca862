"""What sample days brought, by table: a file that `python -m genims_ray.estimate --fit` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from genims_ray.catalog import Catalog

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Measured:
    """A table's bytes of a row in the heap, microseconds of CPU to render one of its module's rows (0 where it is
    partitioned), and its rows: driver -> rows for each unit of it."""

    row_bytes: float = 0.0
    render_us: float = 0.0
    opening: Mapping[str, float] = field(default_factory=dict)
    days: Mapping[str, float] = field(default_factory=dict)


@cache
def load(path: Path = FILE) -> dict[str, Measured]:
    """By qualified table. Nothing is known of a table that is not in it: its rows are not counted."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {table: Measured(**values) for table, values in found.items()}


def stale(catalog: Catalog, modules: Iterable[str]) -> list[str]:
    """Tables of the modules of which nothing is known, and those known that are no more."""
    filled = {t.qualified for m in modules for t in catalog.modules[m].tables.values() if t.writer == "module"}
    return sorted(filled ^ load().keys())


def save(tables: Mapping[str, Measured], path: Path = FILE) -> None:
    lines = [f"{json.dumps(table)}: {json.dumps(asdict(tables[table]))}" for table in tables]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
