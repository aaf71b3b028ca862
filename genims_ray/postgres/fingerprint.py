"""What a database holds, in a number for each table: equal rows give equal fingerprints, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect

if TYPE_CHECKING:
    from genims_ray.catalog import Table

# Rows as text do not depend on the server's version or place; the sum does not depend on their order.
QUERY = "SELECT count(*), mod(coalesce(sum(hashtextextended(t::text, 0)::numeric), 0), 2 ^ 64::numeric) FROM {} AS t"
SETTINGS = (
    "SET extra_float_digits = 1",
    "SET DateStyle = ISO",
    "SET IntervalStyle = iso_8601",
    "SET bytea_output = hex",
)


@dataclass(frozen=True)
class Fingerprint:
    """Number of rows, and 64 bits that depend on all of them."""

    rows: int
    digest: str


def fingerprints(endpoint: Endpoint, tables: Iterable[Table]) -> dict[str, Fingerprint]:
    """Of each table of the database, by qualified name; one reading of every row."""
    found = {}
    with connect(endpoint) as session:
        for setting in SETTINGS:
            session.execute(setting.encode())
        for table in tables:
            query = sql.SQL(QUERY).format(sql.Identifier(table.module, table.name))
            [(rows, total)] = session.execute(query).fetchall()
            found[table.qualified] = Fingerprint(int(rows), f"{int(total) % 2**64:016x}")
    return found
