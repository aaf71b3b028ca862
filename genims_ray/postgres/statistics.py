"""After a load: statistics for PostgreSQL's planner, and sizes for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import Session, connect
from genims_ray.postgres.leaves import schema_of

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
    WITH RECURSIVE sized AS (
        SELECT c.oid, n.nspname, c.relname, c.oid AS part
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN (SELECT module FROM genims.module)
        UNION ALL
        SELECT sized.oid, sized.nspname, sized.relname, inhrelid FROM sized JOIN pg_inherits ON inhparent = part
    )
    SELECT nspname, sized.relname, sum(greatest(reltuples, 0)) FILTER (WHERE relkind = 'r')::bigint,
        coalesce(sum(pg_total_relation_size(part)) FILTER (WHERE relkind = 'r'), 0)::bigint,
        coalesce(sum(pg_relation_size(part)) FILTER (WHERE relkind = 'r'), 0)::bigint,
        (SELECT sum(inserted - retired)::bigint FROM genims.ledger WHERE scope = nspname || '.' || sized.relname)
    FROM sized JOIN pg_class ON pg_class.oid = part
    GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2
"""

NEVER_ANALYZED = """
    SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.reltuples < 0 AND pg_relation_size(c.oid) > 0 AND n.nspname = ANY(%s))
"""

COUNTED_BYTES = 32 * 2**20
"""Tables up to this size are counted: a hundredth of a second at most."""


@dataclass(frozen=True)
class TableSize:
    """A table with its leaves: rows, bytes with indexes. `exact` where rows were counted, by the ledger or here;
    else they are what the planner estimates (set by `analyze`)."""

    module: str
    table: str
    rows: int
    bytes: int
    exact: bool = True


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
        modules = [module for (module,) in session.execute("SELECT module FROM genims.module")]
        schemas = [*modules, *map(schema_of, modules)]
        [(found,)] = session.execute(NEVER_ANALYZED, (schemas,)).fetchall()
    return not found


def sizes(endpoint: Endpoint) -> list[TableSize]:
    """Every table of the modules, largest first, leaves summed into their parent; none where no module is."""
    with connect(endpoint) as session:
        [(ours,)] = session.execute("SELECT to_regclass('genims.module') IS NOT NULL").fetchall()
        if not ours:
            return []
        found = session.execute(SIZES).fetchall()
        small = [
            (n, module, table)
            for n, (module, table, _, _, heap, ledger) in enumerate(found)
            if ledger is None and heap <= COUNTED_BYTES
        ]
        counts = _counted(session, small)
    return [
        TableSize(
            module,
            table,
            ledger if ledger is not None else counts.get(n, rows or 0),
            size,
            ledger is not None or n in counts,
        )
        for n, (module, table, rows, size, _, ledger) in enumerate(found)
    ]


def _counted(session: Session, tables: Sequence[tuple[int, str, str]]) -> dict[int, int]:
    """Rows of the tables, in one statement, by the number given to each."""
    counts = [
        sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(n), sql.Identifier(module, table))
        for n, module, table in tables
    ]
    return dict(session.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall()) if counts else {}


def database_bytes(endpoint: Endpoint) -> int:
    """Size of the whole database on disk."""
    with connect(endpoint) as session:
        [(size,)] = session.execute("SELECT pg_database_size(current_database())").fetchall()
    return int(size)
