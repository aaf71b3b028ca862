"""Checks that the catalog implies, one a table: nothing here names a table.

References between modules, which no foreign key guards; rows from later than what is loaded; columns that
say nothing; readings twice at one time; published views that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import sqlglot
from psycopg import sql
from sqlglot import exp

from genims_ray.catalog import Catalog
from genims_ray.catalog.column import Column
from genims_ray.catalog.model import Reference, Table, View
from genims_ray.verify.checks import Check, Shared

PLANNED = re.compile(r"^(planned|scheduled)_")
"""Names of columns that may lie in the future."""

CONSTANT = re.compile(r"\b(rare|rarely|constant|always|never|fixed)\b", re.IGNORECASE)
"""A comment that says so excuses a column from varying."""

ENOUGH_DAYS, ENOUGH_MACHINES = 90, 200
"""The acceptance run, in which every column must say something. More days make up for no machines: what differs between
people, lines and factories takes many of them."""

ENOUGH_SIZE = ENOUGH_MACHINES * ENOUGH_DAYS

ENOUGH_ROWS = 200
"""Of the table that a view with a condition reads: one of them meets it. Rows that do are a tenth, or more."""

_RECORDED = ("updated_at", "created_at", "timestamp")


def generate(catalog: Catalog, size: int, loaded: Collection[str]) -> Iterator[Check]:
    """The checks of every table and view; `size` is that of what is loaded (`machine_days`), `loaded` its
    modules."""
    for table in catalog.tables():
        if guarded := _unguarded(table):
            yield _references(table, guarded)
    for table in catalog.tables():
        if table.writer == "module":
            yield from _recorded_in_time(table)
    for table in catalog.tables():
        if table.partition_column and not table.primary_key and not _numbered(table):
            yield _once_at_a_time(table)
    for table in catalog.tables():
        if table.writer == "module" and (judged := _judged(table, loaded)):
            yield _every_column_speaks(table, judged, size)
    for module in catalog.modules.values():
        for view in module.views.values():
            yield _readable(view)


def machine_days(machines: int, days: float) -> int:
    """The size of a plant that is loaded for some days, as far as they show something new."""
    return int(machines * min(days, ENOUGH_DAYS))


def _unguarded(table: Table) -> list[Reference]:
    """References that PostgreSQL does not check, to tables that exist."""
    return [r for r in table.references if r.kind != "foreign key" and not r.pending]


def _references(table: Table, references: list[Reference]) -> Check:
    """Values are made distinct where they are; few of them travel to the table they refer to. One reading of a big
    table serves all its references."""
    source, count = f"{table.qualified}{_loaded_rows(table)}", "count(*)"
    uses: tuple[Shared, ...] = ()
    if table.partition_column:
        keys = ", ".join(dict.fromkeys(_quoted(reference.columns[0]) for reference in references))
        query = f"SELECT {keys}, count(*) AS n\nFROM {source}\nGROUP BY {keys}"
        uses = (Shared(f"keys_of_{table.name}", f"What {table.qualified} refers to, and how often.", query),)
        source, count = uses[0].name, "sum(n)"
    return Check(
        f"references of {table.qualified}",
        f"Every reference of {table.qualified} to another table is found there.",
        "exact",
        "\nUNION ALL\n".join(_orphans(source, reference, count) for reference in references),
        family="references between modules",
        uses=uses,
    )


def _orphans(source: str, reference: Reference, count: str) -> str:
    column, target = _quoted(reference.columns[0]), _quoted(reference.target_columns[0])
    label = f"{reference.columns[0]} -> {reference.target}({reference.target_columns[0]})"
    return (
        f"SELECT {_text(label)} AS reference, given.value::text AS value, given.rows\n"
        f"FROM (SELECT {column} AS value, {count}::bigint AS rows FROM {source} GROUP BY {column}) AS given\n"
        f"LEFT JOIN (SELECT {target} AS value FROM {reference.target} GROUP BY {target}) AS there"
        " ON there.value = given.value\n"
        "WHERE given.value IS NOT NULL AND there.value IS NULL"
    )


def _loaded_rows(table: Table) -> str:
    """WHERE clause: rows as all modules know them, when some are loaded further than others."""
    if table.partition_column:
        column = _quoted(table.partition_column)
        return f" WHERE {column} >= :from AND {column} < :to"
    for name in _RECORDED:
        if name in table.column_names:
            return f" WHERE {_quoted(name)} < :to"
    return ""


def _recorded_in_time(table: Table) -> Iterator[Check]:
    """No row knows anything later than the end of what the ledger covers, nor than its own last change."""
    times = [
        column.name
        for column in table.columns
        if column.type == "timestamp with time zone" and not PLANNED.match(column.name)
    ]
    if table.partition_column:
        times = [table.partition_column]
    if not times:
        return
    latest = f"greatest({', '.join(map(_quoted, times))})" if len(times) > 1 else _quoted(times[0])
    end = f"(SELECT max(upper(covered)) FROM genims.ledger WHERE scope = {_text(table.scope)})"
    changed = "\n    OR " + f"{latest} > updated_at" if table.mutable else ""
    yield Check(
        f"times of {table.qualified}",
        f"No row of {table.qualified} holds a time later than what is loaded"
        + (", or than its last change." if table.mutable else "."),
        "exact",
        f"SELECT *\nFROM {table.qualified}\nWHERE {latest} >= {end}{changed}",
        family="times within what is loaded",
    )


def _numbered(table: Table) -> bool:
    """Rows of a partitioned table carry a number of their own."""
    return any(column.type == "bigint" and column.name.endswith("_id") for column in table.columns[:2])


def _once_at_a_time(table: Table) -> Check:
    """Day by day, so that memory holds the groups of one (OFFSET keeps the planner from grouping every leaf)."""
    assert table.partition_column is not None
    entity, time = _quoted(_entity(table)), _quoted(table.partition_column)
    return Check(
        f"one row at a time in {table.qualified}",
        f"({entity}, {time}) is unique in {table.qualified}, which no constraint guards.",
        "exact",
        "SELECT twice.*\n"
        "FROM generate_series(:from, :to - interval '1 second', interval '1 day') AS day\n"
        "CROSS JOIN LATERAL (\n"
        f"    SELECT {entity}, {time}, count(*) AS rows\n"
        f"    FROM (\n        SELECT {entity}, {time} FROM {table.qualified}\n"
        f"        WHERE {time} >= day AND {time} < day + interval '1 day' AND {time} < :to OFFSET 0\n    ) AS rows_of_day\n"
        f"    GROUP BY {entity}, {time}\n    HAVING count(*) > 1\n) AS twice",
        family="one row at a time",
    )


def _entity(table: Table) -> str:
    """What has one row at a time: the column its leaves are indexed by."""
    return table.indexes[0].columns[0]


def _judged(table: Table, loaded: Collection[str]) -> list[Column]:
    """Columns that have to vary: what refers to a module that is not loaded has nothing to name."""
    absent = {name for r in table.references if r.target_module not in loaded for name in r.columns}
    return [c for c in table.columns if c.name not in absent and not CONSTANT.search(c.comment)]


def _every_column_speaks(table: Table, judged: list[Column], size: int) -> Check:
    """Counts the columns that are constant or always NULL. Of a partitioned table the last day is read."""
    where = ""
    if table.partition_column:
        column = _quoted(table.partition_column)
        where = f"\n    WHERE {column} >= :to - interval '1 day' AND {column} < :to"
    bounds = ",\n        ".join(
        f"{_extreme('min', column)} IS NOT DISTINCT FROM {_extreme('max', column)} AS {_quoted(column.name)}"
        for column in judged
    )
    names = ", ".join(f"({_text(column.name)}, {_quoted(column.name)})" for column in judged)
    return Check(
        f"columns of {table.qualified}",
        f"No column of {table.qualified} is constant or always NULL.",
        "statistic",
        "SELECT string_agg(name, ', ') FILTER (WHERE silent) AS what, count(*) FILTER (WHERE silent) AS value,\n"
        f"    0 AS low, 0 AS high, {size} AS n, {ENOUGH_SIZE} AS n_needed\n"
        f"FROM (\n    SELECT {bounds}\n    FROM {table.qualified}{where}\n) AS bounds\n"
        f"CROSS JOIN LATERAL (VALUES {names}) AS columns (name, silent)",
        rare="a smaller plant or fewer days than the acceptance run",
        samples="the last day" if table.partition_column else "",
        family="columns that vary",
    )


def _extreme(function: str, column: Column) -> str:
    cast = "::integer" if column.type == "boolean" else ""
    return f"{function}({_quoted(column.name)}{cast})"


def _readable(view: View) -> Check:
    """It shows rows if the table that it begins with holds some, or enough to meet its condition: a plant may have
    been closed since it began."""
    query = sqlglot.parse_one(view.sql, dialect="postgres").find(exp.Select)
    enough = ENOUGH_ROWS if query is not None and query.args.get("where") else 1
    return Check(
        f"{view.qualified} can be read",
        f"The view {view.qualified} shows rows, if there are any.",
        "exact",
        "SELECT 'no rows' AS problem\n"
        f"WHERE (SELECT count(shown::text) FROM (SELECT * FROM {view.qualified} LIMIT 100) AS shown) = 0\n"
        f"    AND (SELECT count(*) FROM (SELECT FROM {view.sources[0]} LIMIT {enough}) AS behind) = {enough}",
        family="published views",
    )


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _text(value: str) -> str:
    return sql.Literal(value).as_string()
