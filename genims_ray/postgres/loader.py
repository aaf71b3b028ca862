"""Loads units into one database: a unit is one transaction, its ledger row first."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import adbc_driver_manager
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from genims_ray.errors import DefectError, PassingError, UserError
from genims_ray.postgres import leaves, ledger
from genims_ray.postgres.advice import explained
from genims_ray.postgres.copy import DRIVER_ERRORS, AdbcPath, BinaryPath, CopyPath
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.window import Window

if TYPE_CHECKING:
    from genims_ray.catalog import Catalog, Table

ATTEMPTS = 4
RETRIED = ("40P01", "40001")
"""SQLSTATE of a deadlock and of a serialisation failure: the loaders' doing, and gone the next time."""


BROKEN = ("08", "57P", "25P03")
"""Beginnings of SQLSTATEs of a connection that is gone: lost, ended by the server, left idle too long."""
OURS = ("22", "23")
"""Of values that a column cannot hold, and of rows that break a constraint: whatever we load, we made."""
CLIENT = "00000"
"""SQLSTATE of an error that the server did not raise."""


class LoadError(UserError):
    """A unit could not be loaded; nothing of it is in the database."""


class RowError(LoadError, DefectError):
    """A row of ours is not what the schema says."""


class BrokenError(LoadError, PassingError):
    """The connection broke, and whether the unit is loaded the ledger knows."""


@dataclass
class Counts:
    """Rows written to each table by one unit, and what it took."""

    inserted: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    """Of Arrow data."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Spent in COPY and what belongs to it."""


class UnitLoader:
    """A connection to one database for each way to copy, opened when needed and given up after any error."""

    def __init__(self, endpoint: Endpoint, catalog: Catalog, run_id: UUID, *, in_order: bool = False) -> None:
        """`in_order`: units of a scope run in parallel, but what refers to or changes rows of earlier units is
        written once those are committed. Give it only units without a gap before them."""
        self._endpoint = endpoint
        self._catalog = catalog
        self._run_id = run_id
        self._in_order = in_order
        self._paths: dict[type[AdbcPath | BinaryPath], CopyPath] = {}

    def load(self, scope: str, window: Window, parts: Sequence[Mapping[str, pa.Table]]) -> Counts | None:
        """Load the parts of a unit, or do nothing and return None when it is covered already.

        Raises `LoadError` naming unit, table and database: `BrokenError` where the connection was lost.
        """
        tables = merged(self._catalog, scope, parts)
        for attempt in range(1, ATTEMPTS + 1):
            place = f"unit {scope} {ledger.range_text(window)} of database {self._endpoint.public()}"
            try:
                return self._transaction(scope, window, tables)
            except DRIVER_ERRORS as error:
                if error.sqlstate not in RETRIED or attempt == ATTEMPTS:
                    kind = BrokenError if is_broken(error) else RowError if _is_ours(error) else LoadError
                    raise kind(str(explained(self._endpoint, error, place))) from None
            except (ledger.LedgerError, ledger.Fenced) as error:
                raise LoadError(f"{place}: {error}") from None
            time.sleep(0.1 * attempt)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Give up the connections; the next unit opens another."""
        while self._paths:
            self._paths.popitem()[1].abandon()

    def _transaction(self, scope: str, window: Window, tables: Sequence[tuple[Table, pa.Table]]) -> Counts | None:
        way = BinaryPath if any(table.by_itself for table, _ in tables) else AdbcPath
        if way not in self._paths:
            self._paths[way] = way(self._endpoint)
        path = self._paths[way]
        try:
            if not ledger.claim(path, scope, window, self._run_id):
                path.commit()
                return None
            counts = Counts()
            last: list[str] = []
            for table, rows in tables:
                if not depends_on_earlier(table):
                    last += self._write(path, table, rows, window, counts)
            dependent = [(table, rows) for table, rows in tables if depends_on_earlier(table)]
            if dependent and self._in_order and not window.is_opening:
                ledger.wait_until_covered(path, scope, window.start)
            for table, rows in dependent:
                last += self._write(path, table, rows, window, counts)
            for statement in last:
                path.execute(statement)
            ledger.complete(
                path,
                scope,
                window,
                inserted=sum(counts.inserted.values()),
                updated=sum(counts.updated.values()),
                retired=0,
                size=sum(counts.bytes.values()),
            )
            path.commit()
            return counts
        except BaseException:
            self.close()
            raise

    def _change(self, path: CopyPath, table: Table, rows: pa.Table, window: Window) -> tuple[int, int]:
        """(inserted, updated)."""
        created, others = by_creation(rows, window) if self._in_order else (rows.slice(0, 0), rows)
        copied = path.copy(table.module, table.name, created, new=False) if created.num_rows else 0
        inserted, updated = upsert(path, table, others) if others.num_rows else (0, 0)
        return copied + inserted, updated

    def _write(self, path: CopyPath, table: Table, rows: pa.Table, window: Window, counts: Counts) -> list[str]:
        """Write one table's rows; returns the statements for the end of the transaction."""
        began = time.perf_counter()
        last: list[str] = []
        updated = 0
        try:
            if table.mutable:
                inserted, updated = self._change(path, table, rows, window)
            elif table.partition_column is not None:
                for day, piece in leaves.by_day(rows, table.partition_column):
                    last += leaves.load(path, table, day, piece)
                inserted = rows.num_rows
            else:
                inserted = path.copy(table.module, table.name, rows, new=False)
        except DRIVER_ERRORS as error:
            error.args = (f"{table.module}.{table.name}: {error}",)
            raise
        counts.inserted[table.name], counts.updated[table.name] = inserted, updated
        counts.bytes[table.name] = rows.nbytes
        counts.seconds[table.name] = time.perf_counter() - began
        return last


def is_broken(error: Exception) -> bool:
    """Whether a driver's error is of the connection, not of what was asked: no SQLSTATE is from the client."""
    state = getattr(error, "sqlstate", None) or CLIENT
    lost = (adbc_driver_manager.OperationalError, psycopg.OperationalError)
    return state.startswith(BROKEN) or (state == CLIENT and isinstance(error, lost))


def _is_ours(error: Exception) -> bool:
    return (getattr(error, "sqlstate", None) or CLIENT).startswith(OURS)


def depends_on_earlier(table: Table) -> bool:
    """Whether rows of the table refer to rows of earlier units, by foreign key, or change them."""
    return table.mutable or any(reference.kind == "foreign key" for reference in table.references)


def merged(catalog: Catalog, scope: str, parts: Sequence[Mapping[str, pa.Table]]) -> list[tuple[Table, pa.Table]]:
    """Each table's rows of all parts, not copied, in the order that foreign keys need; empty tables left out.

    A scope is a module or a table loaded by itself. Raises `LoadError` for a table that is not the scope's, and
    where a column's type is not the catalog's or holds NULL against it, because COPY would store garbage.
    """
    tables = catalog.of_scope(scope)
    for name in {name for part in parts for name in part}:
        if name not in tables:
            raise LoadError(f"table {name} does not belong to unit {scope}")
    found = []
    for name, table in tables.items():
        pieces = [conforming(table, part[name]) for part in parts if name in part and part[name].num_rows]
        if pieces:
            if any(piece.schema != pieces[0].schema for piece in pieces):
                pieces = [piece.cast(table.arrow_schema) for piece in pieces]
            found.append((table, pa.concat_tables(pieces)))
    return found


def conforming(table: Table, rows: pa.Table) -> pa.Table:
    """The rows, once their names and types are seen to be the catalog's; text may be a dictionary."""
    expected = table.arrow_schema
    if rows.schema.names != expected.names:
        raise RowError(
            f"{table.module}.{table.name}: columns {', '.join(rows.schema.names)}; "
            f"the catalog has {', '.join(expected.names)}"
        )
    for given, wanted in zip(rows.schema, expected, strict=True):
        kind = given.type.value_type if pa.types.is_dictionary(given.type) else given.type
        plain = wanted.type.value_type if pa.types.is_dictionary(wanted.type) else wanted.type
        if kind != plain:
            raise RowError(f"{table.module}.{table.name}.{given.name}: type {kind}, the catalog has {plain}")
        if not wanted.nullable and rows.column(given.name).null_count:
            raise RowError(f"{table.module}.{table.name}.{given.name}: NULL, the catalog has NOT NULL")
    return rows.replace_schema_metadata(None)


def by_creation(rows: pa.Table, window: Window) -> tuple[pa.Table, pa.Table]:
    """(rows created within the window, others). Where all earlier units are committed, nothing can have their keys;
    a row that does not say when it was created is one of the others.
    """
    if "created_at" not in rows.column_names:
        return rows.slice(0, 0), rows
    if window.is_opening:
        return rows, rows.slice(0, 0)
    created = pc.greater_equal(rows.column("created_at"), pa.scalar(datetime.fromtimestamp(window.start, UTC)))
    return rows.filter(created), rows.filter(pc.invert(created))


def upsert(path: CopyPath, table: Table, rows: pa.Table) -> tuple[int, int]:
    """(inserted, updated): insert the rows, or update those of the same key unless these are newer."""
    incoming = f"incoming_{table.module}_{table.name}"
    target = sql.Identifier(table.module, table.name)
    columns = [sql.Identifier(name) for name in table.arrow_schema.names]
    changes = [
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
        for name in table.arrow_schema.names
        if name not in table.primary_key
    ]
    # A temporary table that was committed would outlive a server's crash.
    path.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
        .format(sql.Identifier(incoming), sql.SQL(", ").join(columns), target)
        .as_string()
    )
    path.copy(None, incoming, rows, new=True)
    # xmax is the locking transaction of a row that was there, and zero in a row that was not.
    [(inserted, updated)] = path.execute(
        sql.SQL(
            "WITH written AS (INSERT INTO {target} AS stored ({columns}) SELECT {columns} FROM {incoming}"
            " ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE excluded.updated_at >= stored.updated_at"
            " RETURNING (stored.xmax = 0) AS is_new)"
            " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
        )
        .format(
            target=target,
            columns=sql.SQL(", ").join(columns),
            incoming=sql.Identifier("pg_temp", incoming),
            key=sql.SQL(", ").join(map(sql.Identifier, table.primary_key)),
            changes=sql.SQL(", ").join(changes),
        )
        .as_string()
    )
    return int(inserted), int(updated)
