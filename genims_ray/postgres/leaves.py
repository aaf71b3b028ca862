"""Daily leaves of a partitioned table: `<table>_yyyymmdd`, a UTC day each, built before they are attached.

They stand in a schema of their own beside their module's, so that whoever lists a module sees its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, LiteralString

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from genims_ray.postgres.copy import CopyPath

if TYPE_CHECKING:
    from genims_ray.catalog import Table

DAY_MICROSECONDS = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def schema_of(module: str) -> str:
    """The schema of the leaves of a module's tables."""
    return f"{module}_days"


def schema(tables: Iterable[Table]) -> str:
    """Statements that make the schema for the leaves of one module's tables; empty where none is partitioned."""
    daily = [table for table in tables if table.partition_column is not None]
    if not daily:
        return ""
    module = daily[0].module
    comment = (
        f"Days of the partitioned tables of {module}, one partition each: read {module}.{daily[0].name} and so on."
    )
    return (
        sql.SQL("CREATE SCHEMA {name}; COMMENT ON SCHEMA {name} IS {comment}")
        .format(name=sql.Identifier(schema_of(module)), comment=sql.Literal(comment))
        .as_string()
    )


def by_day(rows: pa.Table, column: str) -> Iterator[tuple[int, pa.Table]]:
    """(UTC day since 1970-01-01, its rows), days ascending, rows in the order given.

    Rows of one day, and batches of one day, are not copied.
    """
    pieces: dict[int, list[pa.Table]] = {}
    first, last = _days(rows.column(column))
    if first == last:
        yield first, rows
        return
    for batch in rows.to_batches():
        if not batch.num_rows:
            continue
        piece = pa.Table.from_batches([batch])
        first, last = _days(piece.column(column))
        if first == last:
            pieces.setdefault(first, []).append(piece)
            continue
        day = _microseconds(batch.column(column)) // DAY_MICROSECONDS
        order = np.argsort(day, kind="stable")
        piece, day = piece.take(pa.array(order)), day[order]
        edges = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist(), len(day)]
        for start, end in pairwise(edges):
            pieces.setdefault(int(day[start]), []).append(piece.slice(start, end - start))
    for key in sorted(pieces):
        yield key, pa.concat_tables(pieces[key])


def load(path: CopyPath, table: Table, day: int, rows: pa.Table) -> list[str]:
    """COPY the rows of one UTC day into their leaf.

    A leaf that did not exist is built with its indexes; the statements returned attach it, and are for the
    end of the transaction, because from then on other loaders of the table wait.
    """
    if table.partition_column is None:
        raise ValueError(f"{table.module}.{table.name} is not partitioned")
    start, end = EPOCH + timedelta(days=day), EPOCH + timedelta(days=day + 1)
    leaf = f"{table.name}_{start:%Y%m%d}"
    home = schema_of(table.module)
    name = sql.Identifier(home, leaf).as_string()
    # Loaders that need the same new leaf take turns.
    path.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (name,))
    [(exists,)] = path.execute("SELECT to_regclass($1) IS NOT NULL", (name,))
    if exists:
        path.copy(home, leaf, rows, new=False)
        _summarise(path, name)
        return []
    terms = {
        "leaf": sql.SQL(name),
        "parent": sql.Identifier(table.module, table.name),
        "bounds": sql.Identifier(f"{leaf}_bounds"),
        "column": sql.Identifier(table.partition_column),
        "low": sql.Literal(f"{start:%Y-%m-%d} 00:00:00+00"),
        "high": sql.Literal(f"{end:%Y-%m-%d} 00:00:00+00"),
    }
    path.execute(_statement(BUILD, terms))
    path.copy(home, leaf, rows, new=True)
    # After the COPY, because a BRIN summarises only the pages that exist when it is built.
    for index in table.partition_indexes:
        path.execute(index.replace("{leaf}", name))
    return [_statement(ATTACH, terms), _statement(UNCHECK, terms)]


# The check lets ATTACH believe the bounds without reading the rows; the column is NOT NULL as it is.
BUILD = (
    "CREATE TABLE {leaf} (LIKE {parent}"
    " INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION,"
    " CONSTRAINT {bounds} CHECK ({column} >= {low} AND {column} < {high}))"
)
ATTACH = "ALTER TABLE {parent} ATTACH PARTITION {leaf} FOR VALUES FROM ({low}) TO ({high})"
UNCHECK = "ALTER TABLE {leaf} DROP CONSTRAINT {bounds}"


def _statement(template: LiteralString, terms: Mapping[str, sql.Composable]) -> str:
    return sql.SQL(template).format(**terms).as_string()


def _summarise(path: CopyPath, leaf: str) -> None:
    """Page ranges that a BRIN has not summarised are read by every query."""
    path.execute(
        "SELECT brin_summarize_new_values(indexrelid) FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam"
        " WHERE amname = 'brin' AND indrelid = $1::text::regclass",
        (leaf,),
    )


def _days(times: pa.ChunkedArray) -> tuple[int, int]:
    edges = pc.min_max(times.cast(pa.int64()))
    return edges["min"].as_py() // DAY_MICROSECONDS, edges["max"].as_py() // DAY_MICROSECONDS


def _microseconds(times: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    values: np.ndarray[tuple[int], np.dtype[np.int64]] = times.cast(pa.int64()).to_numpy()
    return values
