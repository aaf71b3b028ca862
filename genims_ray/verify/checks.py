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

`:from` and `:to` in the query are the instants between which it looks, half-open; `:last_day` is a day before
the second, as a constant, which other servers can be asked for. An exact check returns
offending rows. A statistic returns rows of (value, low, high, n, n_needed), optionally `what` first and `error` last; a
band's NULL end is open. The band is where the truth must lie. n counts the entities that the value was learnt
from, which are independent of one another as rows seldom are: machines, sensors, charts, weeks of a factory. `error` is
the value's standard error between them; the band is widened by as many of them as a sound plant stays
within but once in 100,000 checks (`margin`). Where it runs follows from the tables it names.
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
KEYS = ("check", "kind", "values", "rare", "samples", "covers")
PUBLISHED, LEDGER = "published", "genims"
"""Schemas that are in every database; the second is the loader's own."""

Limits = tuple[float | None, float | None]
"""The least and the largest value; None is open."""

_VALUES = re.compile(r"(?:(-?[\d.]+) to (-?[\d.]+)|at least (-?[\d.]+)|any)$")
_HEADER = re.compile(r"--\s?(\w+):\s+(.*\S)\s*$")
_CONTINUED = re.compile(r"--\s{3,}(.*\S)\s*$")
_PARAMETER = re.compile(r"(?<![:\w]):(from|to|last_day)\b")


@dataclass(frozen=True)
class Range:
    """The instants between which checks look, half-open, UTC."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start).total_seconds() / 86_400


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

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Qualified names of the tables and views it reads, as the query names them."""
        query = sqlglot.parse_one(_PARAMETER.sub("'2000-01-01'", self.sql), dialect="postgres")
        named = (f"{table.db}.{table.name}" for table in query.find_all(exp.Table) if table.db)
        return tuple(dict.fromkeys(named))

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
        """The query with its range filled in."""
        instants: Mapping[str, datetime] = {
            "from": within.start,
            "to": within.end,
            "last_day": within.end - timedelta(days=1),
        }
        return _PARAMETER.sub(lambda found: _literal(instants[found[1]]), self.sql)


def load(folder: Path | None = None) -> list[Check]:
    """The checks of sql/checks/, by name. Raises `UserError` for a header that says too little."""
    place = folder or resources.root() / "sql" / "checks"
    return [read(path) for path in sorted(place.glob("*.sql"))]


def read(path: Path) -> Check:
    """The check of one file."""
    header: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    body = len(lines)
    for number, line in enumerate(lines):
        if found := _HEADER.match(line):
            if found[1] not in KEYS:
                raise UserError(f"{path.name}: the header has {found[1]!r}; it may have {', '.join(KEYS)}")
            header[found[1]] = found[2]
        elif header and (found := _CONTINUED.match(line)):
            last = next(reversed(header))
            header[last] = f"{header[last]} {found[1]}"
        else:
            body = number
            break
    if "check" not in header or header.get("kind") not in KINDS:
        raise UserError(f"{path.name}: the header needs `-- check:` and `-- kind: {' | '.join(KINDS)}`")
    query = "\n".join(lines[body:]).strip().rstrip(";")
    return Check(
        path.stem,
        header["check"],
        header["kind"],
        query,
        header.get("rare", ""),
        header.get("samples", ""),
        tuple(name.strip() for name in header.get("covers", "").split(";") if name.strip()),
        _limits(path, header.get("values", "any")),
    )


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


def _literal(instant: datetime) -> str:
    return f"timestamptz '{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00'"
