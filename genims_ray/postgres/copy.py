"""Ways to COPY Arrow rows into a table.

The general one is ADBC. A faster one, for tables of fixed-width columns, would implement the same `CopyPath`
and take units of its own scope, since a transaction has one connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import adbc_driver_manager
import adbc_driver_postgresql.dbapi  # type: ignore[import-untyped]
import pyarrow as pa

from genims_ray.postgres.endpoints import Endpoint, unreachable

APPLICATION = "genims_ray loader"


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
            self._connection = adbc_driver_postgresql.dbapi.connect(endpoint.conninfo(APPLICATION))
        except adbc_driver_manager.Error as error:
            raise unreachable(endpoint, error) from None

    def execute(self, statement: str, parameters: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, tuple(parameters) or None)
            return cursor.fetchall() if cursor.description else []

    def copy(self, schema: str | None, relation: str, rows: pa.Table, *, new: bool) -> int:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(relation, rows, mode="append", db_schema_name=schema, temporary=schema is None)
        return int(rows.num_rows)

    def commit(self) -> None:
        # In an aborted transaction the driver's commit reports success; no caller commits after an error.
        self._connection.commit()

    def abandon(self) -> None:
        with suppress(adbc_driver_manager.Error):
            self._connection.rollback()
        with suppress(adbc_driver_manager.Error):
            self._connection.close()
