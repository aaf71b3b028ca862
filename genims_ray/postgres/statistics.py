"""After a load: statistics for PostgreSQL's planner, and sizes for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from genims_ray.postgres.endpoints import Endpoint, connect

if TYPE_CHECKING:
    from genims_ray.catalog import Table

ANALYZE_ONLY_VERSION = 180000
"""From PostgreSQL 18 a partitioned table can be analysed without analysing every leaf again."""

LEAF_TARGET = "SET default_statistics_target = 10"
"""A leaf needs a tenth of the usual sample: there are hundreds, and their parent has the full one."""

LEAVES_TO_ANALYZE = """
    SELECT n.nspname, c.relname FROM pg_partition_tree(%s::regclass) AS leaf
    JOIN pg_class c ON c.oid = leaf.relid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stat_all_tables s ON s.relid = c.oid
    WHERE leaf.isleaf AND (c.reltuples < 0 OR s.n_mod_since_analyze > 0)
    ORDER BY c.relname
"""

SIZES = """
    SELECT n.nspname, coalesce(parent.relname, c.relname),
        sum(greatest(c.reltuples, 0))::bigint, sum(pg_total_relation_size(c.oid))::bigint
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    LEFT JOIN pg_class parent ON parent.oid = i.inhparent
    WHERE c.relkind IN ('r', 'p')
        AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('genims', 'information_schema')
        AND NOT (c.relkind = 'p' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid))
    GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2
"""

NEVER_ANALYZED = """
    SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.reltuples < 0 AND pg_relation_size(c.oid) > 0
        AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('genims', 'information_schema'))
"""


@dataclass(frozen=True)
class TableSize:
    """A table with its leaves: rows as the planner estimates them (set by `analyze`), bytes with indexes."""

    module: str
    table: str
    rows: int
    bytes: int


def analyze(endpoint: Endpoint, tables: Iterable[Table]) -> None:
    """ANALYZE the tables; of partitioned ones the leaves that changed since they were last analysed."""
    with connect(endpoint) as session:
        for table in tables:
            name = sql.Identifier(table.module, table.name)
            if table.partition_column is None:
                session.execute(sql.SQL("ANALYZE {}").format(name))
            elif session.info.server_version >= ANALYZE_ONLY_VERSION:
                session.execute(LEAF_TARGET)
                for leaf in session.execute(LEAVES_TO_ANALYZE, (name.as_string(),)).fetchall():
                    session.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(*leaf)))
                session.execute("RESET default_statistics_target")
                session.execute(sql.SQL("ANALYZE ONLY {}").format(name))
            else:
                session.execute(sql.SQL("ANALYZE {}").format(name))


def analyzed(endpoint: Endpoint) -> bool:
    """Whether no table of the modules holds rows that were never analysed."""
    with connect(endpoint) as session:
        [(found,)] = session.execute(NEVER_ANALYZED).fetchall()
    return not found


def sizes(endpoint: Endpoint) -> list[TableSize]:
    """Every table of the modules, largest first, leaves summed into their parent."""
    with connect(endpoint) as session:
        return [TableSize(*row) for row in session.execute(SIZES)]


def database_bytes(endpoint: Endpoint) -> int:
    """Size of the whole database on disk."""
    with connect(endpoint) as session:
        [(size,)] = session.execute("SELECT pg_database_size(current_database())").fetchall()
    return int(size)
