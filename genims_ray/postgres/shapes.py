"""What relations look like to a client: columns, primary key, comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

QUERY = """
    SELECT n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
        ARRAY(SELECT a.attname::text FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
            WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.n),
        array_agg(a.attname::text ORDER BY a.attnum),
        array_agg(format_type(a.atttypid, a.atttypmod)
            || coalesce(' COLLATE ' || (SELECT quote_ident(collname) FROM pg_collation AS o
                WHERE o.oid = a.attcollation AND a.attcollation <> t.typcollation), '') ORDER BY a.attnum),
        array_agg(a.attnotnull ORDER BY a.attnum),
        array_agg(coalesce(col_description(c.oid, a.attnum), '') ORDER BY a.attnum)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    GROUP BY c.oid, n.nspname, c.relname
    HAVING bool_and(t.typnamespace = 'pg_catalog'::regnamespace)
    ORDER BY n.nspname, c.relname
"""
"""Relations of some schemas; those with types that another database need not have are left out."""


@dataclass(frozen=True)
class Column:
    """`type` is as a definition has it, with its collation where that is not the type's own."""

    name: str
    type: str
    not_null: bool
    comment: str


@dataclass(frozen=True)
class Relation:
    """A table, view, materialized view or foreign table."""

    schema: str
    name: str
    comment: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]


def relations(session: psycopg.Connection[Any], schemas: Iterable[str]) -> dict[tuple[str, str], Relation]:
    """Those of the schemas, by (schema, name); partitions are left to their parents."""
    found = {}
    for schema, name, comment, key, *columns in session.execute(QUERY, (list(schemas),)).fetchall():
        found[schema, name] = Relation(
            schema, name, comment, tuple(key), tuple(Column(*each) for each in zip(*columns, strict=True))
        )
    return found
