"""What a database holds: whose plant it is, which modules it has, and which times are loaded.

The row of a unit is inserted before its data and committed with it, so that a time is covered exactly when
its rows are there. Overlap is impossible by constraint.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg

from genims_ray.window import OPENING, Window

# Every table that is updated has a key: a server that publishes all tables refuses the others' updates.
SCHEMA = """
CREATE SCHEMA IF NOT EXISTS genims;
COMMENT ON SCHEMA genims IS 'What is loaded here; written by the loader alone.';
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA genims;

CREATE TABLE genims.plant (
    plant json NOT NULL,
    plant_hash text NOT NULL,
    topology text NOT NULL,
    model_version text NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'resetting')),
    run_id uuid,
    is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row)
);
COMMENT ON TABLE genims.plant IS 'Plant configuration that determines every row of this database; one row.';
COMMENT ON COLUMN genims.plant.is_only_row IS 'Key: there is no second row.';
COMMENT ON COLUMN genims.plant.run_id IS 'The run that may load; a loader of another one is refused.';

CREATE TABLE genims.module (
    module text PRIMARY KEY,
    ddl_hash text NOT NULL
);
COMMENT ON TABLE genims.module IS 'Module whose tables exist, and the hash of the DDL that made them.';

CREATE TABLE genims.ledger (
    scope text NOT NULL,
    covered tstzrange NOT NULL,
    inserted bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    retired bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    run_id uuid NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    committed_at timestamptz,
    PRIMARY KEY (scope, covered),
    EXCLUDE USING gist (scope WITH =, covered WITH &&)
);
COMMENT ON TABLE genims.ledger IS
    'Loaded unit: a half-open range of simulated time of one module, or of one big table loaded by itself.';
"""

FENCE_COLUMN = "ALTER TABLE genims.plant ADD COLUMN IF NOT EXISTS run_id uuid"
"""For databases made before runs were fenced."""

WAIT_SECONDS = 0.02


class LedgerError(Exception):
    """A unit overlaps what is covered without being covered: the planner would have to be wrong."""


class Fenced(Exception):
    """Another run has taken the database over; this one may write no more."""


class Session(Protocol):
    """An open transaction; parameters are numbered `$1`, `$2`."""

    def execute(self, statement: str, parameters: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        ...


def covered(connection: psycopg.Connection[Any], scope: str) -> list[Window]:
    """The covered times of a scope, ascending, neighbours joined. The opening starts at `OPENING`.

    None where there is no ledger yet.
    """
    [(exists,)] = connection.execute("SELECT to_regclass('genims.ledger') IS NOT NULL").fetchall()
    if not exists:
        return []
    rows = connection.execute(
        "SELECT CASE WHEN NOT lower_inf(part) THEN extract(epoch FROM lower(part))::bigint END,"
        " extract(epoch FROM upper(part))::bigint"
        " FROM (SELECT unnest(range_agg(covered)) AS part FROM genims.ledger WHERE scope = %s) AS parts"
        " ORDER BY part",
        (scope,),
    ).fetchall()
    return [Window(OPENING if start is None else start, end) for start, end in rows]


def claim(session: Session, scope: str, window: Window, run_id: UUID) -> bool:
    """Insert the unit's row. False when the unit is already covered; waits for a loader that is at it.

    From here to the end of the transaction no other run can take the database over. Raises `Fenced` where one
    has, and `LedgerError` where only a part of the unit is covered.
    """
    parameters = (scope, range_text(window))
    if session.execute(
        "INSERT INTO genims.ledger (scope, covered, run_id)"
        " SELECT $1, $2::text::tstzrange, run_id FROM genims.plant WHERE run_id = $3::text::uuid FOR SHARE"
        " ON CONFLICT DO NOTHING RETURNING true",
        (*parameters, str(run_id)),
    ):
        return True
    [(whole, fenced)] = session.execute(
        "SELECT coalesce(range_agg(covered) @> $2::text::tstzrange, false),"
        " NOT EXISTS (SELECT FROM genims.plant WHERE run_id = $3::text::uuid)"
        " FROM genims.ledger WHERE scope = $1",
        (*parameters, str(run_id)),
    )
    if whole:
        return False
    if fenced:
        raise Fenced("another run has taken this database over")
    raise LedgerError(f"unit {scope} {range_text(window)} overlaps loaded units without being covered")


def wait_until_covered(session: Session, scope: str, instant: int) -> None:
    """Return once everything of the scope just before `instant` is committed, by whomever."""
    while True:
        [(committed,)] = session.execute(
            "SELECT EXISTS (SELECT FROM genims.ledger WHERE scope = $1"
            " AND covered @> $2::text::timestamptz - interval '1 microsecond')",
            (scope, _instant(instant)),
        )
        if committed:
            return
        time.sleep(WAIT_SECONDS)


def complete(
    session: Session, scope: str, window: Window, *, inserted: int, updated: int, retired: int, size: int
) -> None:
    """Write the counts into the unit's row, in the transaction that claimed it."""
    session.execute(
        "UPDATE genims.ledger SET inserted = $3::bigint, updated = $4::bigint, retired = $5::bigint,"
        " bytes = $6::bigint, committed_at = clock_timestamp()"
        " WHERE scope = $1 AND covered = $2::text::tstzrange",
        (scope, range_text(window), inserted, updated, retired, size),
    )


def range_text(window: Window) -> str:
    """The window as text of a tstzrange; the opening has no lower bound."""
    start = "(" if window.is_opening else "[" + _instant(window.start)
    return f"{start},{_instant(window.end)})"


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S+00")
