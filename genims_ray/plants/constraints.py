"""The catalog's constraints on rows in memory, asked of DuckDB: the sieve before PostgreSQL, which is the judge.

CHECK, NOT NULL, types, keys, foreign keys and declared references; and that no unit touches a row twice, nor refers
to rows of a later unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from genims_ray.catalog import Catalog, Table
from genims_ray.catalog.model import Reference

UNIT = "unit_number"
"""Column that says which unit wrote a row."""
SHOWN = 300

Units = Mapping[str, Sequence[pa.Table | None]]
"""Rows of each table, by unit."""


def interrupted(error: Exception) -> bool:
    """Whether Ctrl-C met a query: DuckDB raises an error of its own then."""
    return isinstance(error, duckdb.InterruptException)


class Rows:
    """A plant's rows, each table as it stands once all units are loaded, and what its units wrote."""

    def __init__(self, catalog: Catalog, units: Units) -> None:
        self._catalog = catalog
        self._db = duckdb.connect(config={"threads": 1})
        self._db.execute("SET TimeZone = 'UTC'")
        self._tables: dict[str, Table] = {}
        for table in catalog.tables():
            if table.qualified in units:
                self._register(table, units[table.qualified])

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def hashes(self) -> dict[str, tuple[int, int]]:
        """(rows, hash that does not depend on their order) of every table that has some."""
        found = {}
        for name, table in self._tables.items():
            columns = ", ".join(f't."{c}"' for c in table.column_names)
            rows, digest = self._one(f'SELECT count(*), bit_xor(hash(row({columns}))) FROM "{name}" t')
            if rows:
                found[name] = (rows, digest)
        return found

    def faults(self) -> list[str]:
        """What is wrong, a line each."""
        found: list[str] = []
        for name, table in self._tables.items():
            found += self._broken(name, table)
            found += self._doubles(name, table)
            for reference in table.references:
                found += self._orphans(name, reference)
        return found

    def _register(self, table: Table, parts: Sequence[pa.Table | None]) -> None:
        name = table.qualified
        numbered = [
            part.append_column(UNIT, pa.array([i] * part.num_rows, pa.int32()))
            for i, part in enumerate(parts)
            if part is not None and part.num_rows
        ]
        if not numbered:
            schema = table.arrow_schema.append(pa.field(UNIT, pa.int32()))
            numbered = [schema.empty_table()]
        plain = [part.cast(_plain(part.schema)) for part in numbered]
        self._db.register(f"{name}.arrow", pa.concat_tables(plain))
        kind = "TABLE" if sum(part.num_rows for part in plain) < 3_000_000 else "VIEW"
        self._db.execute(f'CREATE {kind} "{name}.written" AS SELECT * FROM "{name}.arrow"')
        latest = ""
        if table.mutable:
            key = ", ".join(f'"{c}"' for c in table.primary_key)
            order = f"PARTITION BY {key} ORDER BY updated_at DESC, {UNIT} DESC"
            latest = f" QUALIFY row_number() OVER ({order}) = 1"
        self._db.execute(f'CREATE VIEW "{name}" AS SELECT * FROM "{name}.written"{latest}')
        self._tables[name] = table

    def _broken(self, name: str, table: Table) -> list[str]:
        """Of all that units wrote, whether or not a later one changed it."""
        if not table.checks:
            return []
        wrong = [f"NOT ({_translated(check.expression)})" for check in table.checks]
        counts = self._one(f'SELECT {", ".join(f"count(*) FILTER (WHERE {w})" for w in wrong)} FROM "{name}.written"')
        found: list[str] = []
        for check, condition, count in zip(table.checks, wrong, counts, strict=True):
            if count:
                bad = f'FROM "{name}.written" WHERE {condition}'
                found += self._offending(f"{name} breaks CHECK ({check.expression})", bad)
        return found

    def _doubles(self, name: str, table: Table) -> list[str]:
        found: list[str] = []
        unique = [index.columns for index in table.indexes if index.unique and not index.where]
        for key in dict.fromkeys([table.primary_key, *table.unique_keys, *unique]):
            if not key:
                continue
            columns = ", ".join(f'"{c}"' for c in key)
            some = " AND ".join(f'"{c}" IS NOT NULL' for c in key)
            twice = f"WHERE {some} GROUP BY {columns} HAVING count(*) > 1"
            found += self._offending(f"{name} has a key ({', '.join(key)}) twice", f'FROM "{name}" {twice}', columns)
        if table.mutable:
            columns = ", ".join([*(f'"{c}"' for c in table.primary_key), UNIT])
            touched = f'FROM "{name}.written" GROUP BY {columns} HAVING count(*) > 1'
            found += self._offending(f"{name} has a row twice in one unit", touched, columns)
        if table.partition_column and not table.primary_key and table.indexes:
            columns = f'"{table.indexes[0].columns[0]}", "{table.partition_column}"'
            twice = f'FROM "{name}" GROUP BY {columns} HAVING count(*) > 1'
            if not any(c.endswith("_id") and table.column(c).type == "bigint" for c in table.column_names[:2]):
                found += self._offending(f"{name} has two rows at one time", twice, columns)
        return found

    def _orphans(self, name: str, reference: Reference) -> list[str]:
        if reference.target not in self._tables:
            return []
        given = ", ".join(f's."{c}"' for c in reference.columns)
        pairs = zip(reference.columns, reference.target_columns, strict=True)
        join = " AND ".join(f's."{c}" = t."{d}"' for c, d in pairs)
        some = " AND ".join(f's."{c}" IS NOT NULL' for c in reference.columns)
        keys = ", ".join(f'"{c}"' for c in reference.target_columns)
        late = f" OR t.since > s.{UNIT}" if reference.kind == "foreign key" else ""
        # A foreign key holds whenever a unit has ended, and a reference once all modules have come as far.
        rows = (
            f'FROM "{name}" s LEFT JOIN (SELECT {keys}, min({UNIT}) AS since FROM "{reference.target}.written"'
            f" GROUP BY {keys}) t ON {join} WHERE {some} AND (t.since IS NULL{late})"
        )
        return self._offending(f"{reference}: not there", rows, given)

    def _offending(self, what: str, rows: str, shown: str = "*") -> list[str]:
        if shown == "*":
            (count,) = self._one(f"SELECT count(*) {rows}")
        else:
            (count,) = self._one(f"SELECT count(*) FROM (SELECT {shown} {rows})")
        if not count:
            return []
        cursor = self._db.execute(f"SELECT {shown} {rows} LIMIT 1")
        names = [column[0] for column in cursor.description or ()]
        row = ", ".join(f"{n}={v}" for n, v in zip(names, cursor.fetchall()[0], strict=True) if v is not None)
        return [f"{what}: {count} rows, such as {row if len(row) < SHOWN else row[:SHOWN] + '...'}"]

    def _one(self, query: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._db.execute(query).fetchall()[0]
        return found


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema without dictionaries, and text that DuckDB takes whole."""
    fields = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type, f.nullable) for f in schema
    ]
    return pa.schema(fields)


@cache
def _translated(expression: str) -> str:
    """A CHECK's expression as DuckDB reads it."""
    tree = sqlglot.parse_one(expression, dialect="postgres").transform(_node)
    return tree.sql(dialect="duckdb")


def _node(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() in ("NUM_NULLS", "NUM_NONNULLS"):
        word = "IS NULL" if node.name.upper() == "NUM_NULLS" else "IS NOT NULL"
        parts = [f"CASE WHEN {a.sql('postgres')} {word} THEN 1 ELSE 0 END" for a in node.expressions]
        return sqlglot.parse_one(f"({' + '.join(parts)})", dialect="postgres")
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Round) and node.expression.find(exp.Div, exp.Mul):
        # Exact in PostgreSQL, a double here.
        left, given = node.this.sql("postgres"), node.expression.this.sql("postgres")
        half = 0.5 * 10 ** -int(node.expression.args["decimals"].name if node.expression.args.get("decimals") else 0)
        return sqlglot.parse_one(f"ABS(({left})::float8 - ({given})::float8) <= {half + 1e-6}", dialect="postgres")
    return node
