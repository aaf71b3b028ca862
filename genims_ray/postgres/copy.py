"""Ways to COPY Arrow rows into a table.

The general one is ADBC. The faster one is for big tables of the commonest types; a transaction has one connection,
so these are loaded by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import adbc_driver_manager
import adbc_driver_postgresql.dbapi  # type: ignore[import-untyped]
import psycopg
import pyarrow as pa
from psycopg import sql

from genims_ray.postgres.binary import BinaryEncoder
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect, settings_statement, unreachable

APPLICATION = "genims_ray loader"
SETTINGS = {"max_parallel_maintenance_workers": "0", "client_min_messages": "warning"}
"""A loader keeps a core busy as it is: more processes for the index of a leaf cost what starting them takes."""
DRIVER_ERRORS = (adbc_driver_manager.Error, psycopg.Error)
"""What the paths raise; both have `sqlstate`."""


class CopyPath(Protocol):
    """One connection, always in a transaction."""

    def execute(self, statement: str, parameters: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, parameters numbered `$1`, and return its rows."""
        ...

    def copy(self, schema: str | None, relation: str, rows: pa.Table, *, new: bool) -> int:
        """COPY `rows`, whose types are those of the relation, and return their number. Without a schema the
        relation is temporary; `new` says that it was created in this transaction and is empty.
        """
        ...

    def commit(self) -> None: ...

    def abandon(self) -> None:
        """Roll back and close, in whatever state the connection is."""
        ...


class AdbcPath:
    """COPY through the ADBC driver: every type, no FREEZE. Use from one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        try:
            self._connection = adbc_driver_postgresql.dbapi.connect(endpoint.conninfo(APPLICATION, near=True))
            self.execute(settings_statement(SETTINGS))
            self.commit()
        except adbc_driver_manager.Error as error:
            raise unreachable(endpoint, error) from None

    def execute(self, statement: str, parameters: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, tuple(parameters) or None)
            return cursor.fetchall() if cursor.description else []

    def copy(self, schema: str | None, relation: str, rows: pa.Table, *, new: bool) -> int:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(relation, rows, mode="append", db_schema_name=schema, temporary=schema is None)
        # The driver has not read the end of the COPY, and would begin a transaction within ours: a warning of the
        # server's for every table. Whatever it is asked reads that end.
        _ = self._connection.adbc_current_db_schema
        return int(rows.num_rows)

    def commit(self) -> None:
        # In an aborted transaction the driver's commit reports success; no caller commits after an error.
        self._connection.commit()

    def abandon(self) -> None:
        with suppress(adbc_driver_manager.Error):
            self._connection.rollback()
        with suppress(adbc_driver_manager.Error):
            self._connection.close()


class BinaryPath:
    """COPY of numbers, times and text, at the server's own speed; rows of a new table are frozen, so that no later
    reader or VACUUM has to write to them. Use from one thread at a time.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._connection = connect(endpoint, APPLICATION, autocommit=False, settings=SETTINGS, near=True)
        self._encoder: tuple[pa.Schema, BinaryEncoder] | None = None

    def execute(self, statement: str, parameters: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        with psycopg.RawCursor(self._connection) as cursor:
            cursor.execute(statement.encode(), tuple(parameters) or None)
            return cursor.fetchall() if cursor.description else []

    def copy(self, schema: str | None, relation: str, rows: pa.Table, *, new: bool) -> int:
        if self._encoder is None or self._encoder[0] != rows.schema:
            self._encoder = rows.schema, BinaryEncoder(rows.schema)
        target = sql.Identifier(relation) if schema is None else sql.Identifier(schema, relation)
        columns = sql.SQL(", ").join(map(sql.Identifier, rows.schema.names))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary{})").format(
            target, columns, sql.SQL(", FREEZE" if new else "")
        )
        with self._connection.cursor() as cursor, cursor.copy(statement) as stream:
            for piece in self._encoder[1].encode(rows):
                stream.write(piece)
        return int(rows.num_rows)

    def commit(self) -> None:
        self._connection.commit()

    def abandon(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()  # which rolls back
