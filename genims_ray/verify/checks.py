"""A check: one query over the modules' tables, and what it says about itself.

A file sql/checks/<name>.sql begins with its header, comment lines of the form `-- key: text`, a text
continued on lines that begin with `--` and at least three spaces:

    -- check: what must be true, as a sentence
    -- kind: exact | statistic
    -- values: what its values can be at all, `0 to 1`, `at least 0` or `any`; behind a semicolon those of one `what`,
       `at least 0; share of rejects: 0 to 1` (statistics)
    -- rare: why it may see too little even in the acceptance run (optional)
    -- samples: which part of the rows it reads, if not all (optional)
    -- covers: generated checks that it makes needless, reading a big table once for all, between semicolons (optional)
    -- uses: files of sql/checks/shared/ whose rows it reads, by their names, between semicolons (optional)

`:from` and `:to` in the query are the instants between which it looks, half-open; `:last_day` is a day before
the second, as a constant, which other servers can be asked for. An exact check returns
offending rows. A statistic returns rows of (value, low, high, n, n_needed), optionally `what` first and `error` last; a
band's NULL end is open. The band is where the truth must lie. n counts the entities that the value was learnt
from, which are independent of one another as rows seldom are: machines, sensors, charts, weeks of a factory. `error` is
the value's standard error between them; the band is widened by as many of them as a sound plant stays
within but once in 100,000 checks (`margin`). Where it runs follows from the tables it names.

A file sql/checks/shared/<name>.sql is what several checks read of a big table. Its header is `-- shared:` and what
its rows are. They are computed once, a day at a time (genims_ray/verify/shared.py), so a row tells of one day: what
uses them sums up. By itself a check's query has what it uses as a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import sqlglot
from sqlglot import exp

from genims_ray import resources
from genims_ray.catalog import Catalog
from genims_ray.errors import UserError

KINDS = ("exact", "statistic")
KEYS = ("check", "kind", "values", "rare", "samples", "covers", "uses")
PUBLISHED, LEDGER = "published", "genims"
"""Schemas that are in every database; the second is the loader's own."""

Limits = tuple[float | None, float | None]
"""The least and the largest value; None is open."""

_VALUES = re.compile(r"(?:(-?[\d.]+) to (-?[\d.]+)|at least (-?[\d.]+)|any)$")
_HEADER = re.compile(r"--\s?(\w+):\s+(.*\S)\s*$")
_CONTINUED = re.compile(r"--\s{3,}(.*\S)\s*$")
_PARAMETER = re.compile(r"(?<![:\w]):(from|to|last_day)\b")
_FIRST_PART = re.compile(r"((?:\s*--[^\n]*\n)*)(WITH\s+)?")
"""Of a query: comments, then the word with which its own common table expressions begin."""


@dataclass(frozen=True)
class Range:
    """The instants between which checks look, half-open, UTC."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start).total_seconds() / 86_400


@dataclass(frozen=True)
class Shared:
    """Rows that several checks read, computed once: a query whose rows of a range are those of its days."""

    name: str
    title: str
    sql: str = field(repr=False)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Qualified names of the tables it reads."""
        return _tables(self.sql)

    def query(self, within: Range) -> str:
        """The query with its range filled in."""
        return _filled(self.sql, within)


@dataclass(frozen=True)
class Check:
    """One query that verifies something."""

    name: str
    title: str
    kind: str
    sql: str = field(repr=False)
    rare: str = ""
    samples: str = ""
    covers: tuple[str, ...] = ()
    values: Mapping[str, Limits] = field(default_factory=dict)
    """The least and the largest value that a statistic can have at all, by `what`, those of the others as ''."""
    family: str = ""
    """What a generated check has in common with those of other tables."""
    uses: tuple[Shared, ...] = ()

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Qualified names of the tables and views it reads, as the query and what it uses name them."""
        return tuple(dict.fromkeys([*_tables(self.sql), *(table for shared in self.uses for table in shared.tables)]))

    def modules(self, catalog: Catalog) -> tuple[str, ...]:
        """The modules whose tables it reads, in the order in which they load."""
        views = {f"{PUBLISHED}.{view}": m.name for m in catalog.modules.values() for view in m.views}
        concerned = set()
        for table in self.tables:
            schema, _, name = table.partition(".")
            if schema == LEDGER:
                continue
            module = views.get(table, schema)
            if module not in catalog.modules or (schema != PUBLISHED and name not in catalog.modules[module].tables):
                raise UserError(f"check {self.name!r} reads {table}, which no module has")
            concerned.add(module)
        return tuple(name for name in catalog.modules if name in concerned)

    def query(self, within: Range) -> str:
        """The query with its range filled in; what it uses is a part of it."""
        query = self.statement(within)
        if not self.uses:
            return query
        parts = ",\n".join(f"{shared.name} AS MATERIALIZED (\n{shared.query(within)}\n)" for shared in self.uses)
        first = _FIRST_PART.match(query)
        assert first is not None
        return f"{first[1]}WITH {parts}{', ' if first[2] else chr(10)}{query[first.end() :]}"

    def statement(self, within: Range) -> str:
        """The query with its range filled in, where tables of their names hold what it uses."""
        return _filled(self.sql, within)


def load(folder: Path | None = None) -> list[Check]:
    """The checks of sql/checks/, by name. Raises `UserError` for a header that says too little."""
    place = folder or resources.root() / "sql" / "checks"
    shared = {path.stem: read_shared(path) for path in sorted((place / "shared").glob("*.sql"))}
    return [read(path, shared) for path in sorted(place.glob("*.sql"))]


def read_shared(path: Path) -> Shared:
    """What checks share, of one file."""
    header, query = _taken_apart(path, ("shared",))
    if "shared" not in header:
        raise UserError(f"{path.name}: the header needs `-- shared:` and what its rows are")
    return Shared(path.stem, header["shared"], query)


def read(path: Path, shared: Mapping[str, Shared] | None = None) -> Check:
    """The check of one file, which may use what is `shared`, by name."""
    header, query = _taken_apart(path, KEYS)
    if "check" not in header or header.get("kind") not in KINDS:
        raise UserError(f"{path.name}: the header needs `-- check:` and `-- kind: {' | '.join(KINDS)}`")
    uses = _names(header.get("uses", ""))
    if unknown := [name for name in uses if name not in (shared or {})]:
        raise UserError(f"{path.name}: uses {unknown[0]}, but there is no sql/checks/shared/{unknown[0]}.sql")
    return Check(
        path.stem,
        header["check"],
        header["kind"],
        query,
        header.get("rare", ""),
        header.get("samples", ""),
        _names(header.get("covers", "")),
        _limits(path, header.get("values", "any")),
        uses=tuple((shared or {})[name] for name in uses),
    )


def _taken_apart(path: Path, keys: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """The header of a file, by key, and its query."""
    header: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    body = len(lines)
    for number, line in enumerate(lines):
        if found := _HEADER.match(line):
            if found[1] not in keys:
                raise UserError(f"{path.name}: the header has {found[1]!r}; it may have {', '.join(keys)}")
            header[found[1]] = found[2]
        elif header and (found := _CONTINUED.match(line)):
            last = next(reversed(header))
            header[last] = f"{header[last]} {found[1]}"
        else:
            body = number
            break
    return header, "\n".join(lines[body:]).strip().rstrip(";")


def _names(text: str) -> tuple[str, ...]:
    """Names between semicolons."""
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _limits(path: Path, text: str) -> dict[str, Limits]:
    """What `at least 0; share of rejects: 0 to 1` says, by `what`."""
    limits: dict[str, Limits] = {}
    for part in text.split(";"):
        what, _, values = part.strip().rpartition(": ")
        if not (found := _VALUES.match(values)):
            raise UserError(f"{path.name}: values are `0 to 1`, `at least 0` or `any`, not {values!r}")
        low, high = found[1] or found[3], found[2]
        limits[what] = (float(low) if low else None, float(high) if high else None)
    return limits


def _tables(query: str) -> tuple[str, ...]:
    """Qualified names of the tables and views that a query names."""
    parsed = sqlglot.parse_one(_PARAMETER.sub("'2000-01-01'", query), dialect="postgres")
    return tuple(dict.fromkeys(f"{table.db}.{table.name}" for table in parsed.find_all(exp.Table) if table.db))


def _filled(query: str, within: Range) -> str:
    """The query with its range filled in."""
    instants: Mapping[str, datetime] = {
        "from": within.start,
        "to": within.end,
        "last_day": within.end - timedelta(days=1),
    }
    return _PARAMETER.sub(lambda found: _literal(instants[found[1]]), query)


def _literal(instant: datetime) -> str:
    return f"timestamptz '{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00'"
