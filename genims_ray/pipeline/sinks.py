"""Where units go. A sink loads a unit wholly, or not at all, or sees that it is loaded already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import pyarrow as pa

from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.loader import LoadError, UnitLoader, merged
from genims_ray.window import Window

if TYPE_CHECKING:
    from genims_ray.catalog import Catalog, Table
    from genims_ray.pipeline.plan import Unit


@dataclass(frozen=True)
class Loaded:
    """What became of a unit; figures by table."""

    unit: Unit
    skipped: bool
    inserted: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)
    retired: Mapping[str, int] = field(default_factory=dict)
    bytes: Mapping[str, int] = field(default_factory=dict)
    """Of Arrow data."""
    copy_seconds: Mapping[str, float] = field(default_factory=dict)
    render_seconds: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.skipped:
            return f"loaded already: {self.unit}"
        changed = f" and {sum(self.updated.values()):,} changed" if any(self.updated.values()) else ""
        return (
            f"loaded {self.unit}: {sum(self.inserted.values()):,} new rows{changed}, "
            f"{sum(self.bytes.values()) / 1e6:.1f} MB, {sum(self.copy_seconds.values()):.2f} s"
        )

    @property
    def rows(self) -> int:
        """Rows written, whether new or changed."""
        return sum(self.inserted.values()) + sum(self.updated.values())


RENDER_SECONDS = b"genims.render_seconds"
"""In the metadata of a rendered table's schema: what it took."""


def timed(rows: pa.Table, seconds: float) -> pa.Table:
    """The rows, with the seconds that their rendering took."""
    return rows.replace_schema_metadata({RENDER_SECONDS: repr(seconds)})


def rendering(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, float]:
    """Seconds that the rendering of each table took, all parts together; tables that do not say so left out."""
    found: dict[str, float] = {}
    for part in parts:
        for name, rows in part.items():
            if seconds := (rows.schema.metadata or {}).get(RENDER_SECONDS):
                found[name] = found.get(name, 0.0) + float(seconds)
    return found


class Sink(Protocol):
    """Parts of a unit hold rows by table name; a table may be in several parts, and rows keep their order."""

    def load(self, unit: Unit, parts: Sequence[Mapping[str, pa.Table]]) -> Loaded: ...

    def close(self) -> None: ...


class PostgresSink:
    """One database. Raises `LoadError`, after which the next unit may be tried on a new connection."""

    def __init__(self, endpoint: Endpoint, catalog: Catalog, run_id: UUID, *, in_order: bool = False) -> None:
        """`run_id` is the run that holds the fence of the database."""
        self._loader = UnitLoader(endpoint, catalog, run_id, in_order=in_order)

    def load(self, unit: Unit, parts: Sequence[Mapping[str, pa.Table]]) -> Loaded:
        counts = self._loader.load(unit.scope, unit.window, parts)
        if counts is None:
            return Loaded(unit, skipped=True)
        return Loaded(
            unit,
            skipped=False,
            inserted=counts.inserted,
            updated=counts.updated,
            bytes=counts.bytes,
            copy_seconds=counts.seconds,
            render_seconds=rendering(parts),
        )

    def close(self) -> None:
        self._loader.close()


class MemorySink:
    """The same, in memory: facts appended, changing rows by primary key, units once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._facts: dict[tuple[str, str], list[pa.Table]] = {}
        self._rows: dict[tuple[str, str], dict[tuple[Any, ...], dict[str, Any]]] = {}
        self._covered: dict[str, list[Window]] = {}

    def load(self, unit: Unit, parts: Sequence[Mapping[str, pa.Table]]) -> Loaded:
        if self._is_covered(unit):
            return Loaded(unit, skipped=True)
        inserted: dict[str, int] = {}
        updated: dict[str, int] = {}
        tables = merged(self._catalog, unit.scope, parts)
        for table, rows in tables:
            _refuse_duplicates(table, rows)
        for table, rows in tables:
            inserted[table.name], updated[table.name] = rows.num_rows, 0
            if table.mutable:
                inserted[table.name], updated[table.name] = self._upsert(table, rows)
            else:
                self._facts.setdefault((table.module, table.name), []).append(rows)
        self._covered.setdefault(unit.scope, []).append(unit.window)
        size = {table.name: rows.nbytes for table, rows in tables}
        return Loaded(unit, skipped=False, inserted=inserted, updated=updated, bytes=size)

    def close(self) -> None:
        """Nothing to release; what is loaded stays readable."""

    def table(self, module: str, name: str) -> pa.Table:
        """The rows loaded so far: facts in the order loaded, changing rows by key."""
        table = self._catalog.modules[module].tables[name]
        schema = pa.schema([pa.field(f.name, _plain(f.type)) for f in table.arrow_schema])
        if table.mutable:
            stored = self._rows.get((module, name), {})
            return pa.Table.from_pylist([stored[key] for key in sorted(stored)], schema=schema)
        pieces = self._facts.get((module, name), [])
        return pa.concat_tables([piece.cast(schema) for piece in pieces]) if pieces else schema.empty_table()

    def covered(self, scope: str) -> list[Window]:
        """Windows loaded, ascending, neighbours joined."""
        joined: list[Window] = []
        for window in sorted(self._covered.get(scope, [])):
            if joined and joined[-1].end == window.start:
                joined[-1] = Window(joined[-1].start, window.end)
            else:
                joined.append(window)
        return joined

    def _is_covered(self, unit: Unit) -> bool:
        for window in self.covered(unit.scope):
            if window.start <= unit.window.start and unit.window.end <= window.end:
                return True
            if window.start < unit.window.end and unit.window.start < window.end:
                raise LoadError(f"unit {unit.scope} overlaps loaded units without being covered")
        return False

    def _upsert(self, table: Table, rows: pa.Table) -> tuple[int, int]:
        stored = self._rows.setdefault((table.module, table.name), {})
        inserted = updated = 0
        for row in rows.to_pylist():
            key = tuple(row[name] for name in table.primary_key)
            if key not in stored:
                inserted += 1
            elif row["updated_at"] >= stored[key]["updated_at"]:
                updated += 1
            else:
                continue
            stored[key] = row
        return inserted, updated


def _refuse_duplicates(table: Table, rows: pa.Table) -> None:
    """A changing row is touched once in a unit, as PostgreSQL insists."""
    if table.mutable:
        keys = rows.select(list(table.primary_key)).group_by(list(table.primary_key)).aggregate([])
        if keys.num_rows != rows.num_rows:
            raise LoadError(f"{table.module}.{table.name}: a unit holds a key twice")


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
