"""What several checks read of the big tables, computed once: a day at a time, on several connections.

Rows are kept in a file without a name and put into a temporary table wherever a check uses them, in the hub, too.
Where no temporary table can be made, a check computes what it uses itself.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from threading import Lock
from typing import Any

import psycopg
from psycopg import sql

from genims_ray.verify.checks import Range, Shared

DAY = timedelta(days=1)


def days(within: Range) -> list[Range]:
    """The days of a range, from its start."""
    count = -(-(within.end - within.start) // DAY)
    starts = [within.start + number * DAY for number in range(count)]
    return [Range(start, min(start + DAY, within.end)) for start in starts]


class Rows:
    """The rows of a shared query, kept as PostgreSQL copies them. Several threads may add days and read them."""

    def __init__(self, shared: Shared, where: str) -> None:
        self.shared = shared
        self.where = where
        self.seconds = 0.0
        """Of all its days, on all connections."""
        self.complete = True
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = [0]
        self._lock = Lock()

    def add(self, session: psycopg.Connection[Any], day: Range) -> None:
        """Compute the rows of a day. What cannot be computed leaves them incomplete: a check that uses them will say
        why."""
        begun = time.monotonic()
        copied = b""
        try:
            query = f"COPY (\n{self.shared.query(day)}\n) TO STDOUT (FORMAT binary)"
            with session.cursor() as cursor, cursor.copy(query.encode()) as copy:
                copied = b"".join(copy)
        except psycopg.Error:
            self.complete = False
        with self._lock:
            self.seconds += time.monotonic() - begun
            self._ends.append(self._ends[-1] + os.pwrite(self._file.fileno(), copied, self._ends[-1]))

    def put(self, session: psycopg.Connection[Any], within: Range) -> bool:
        """Make a temporary table of them, of the name that checks know; False where it cannot be."""
        name = sql.Identifier(self.shared.name)
        if not self.complete:
            return False
        try:
            session.execute("SET default_transaction_read_only = off")  # a temporary table is no change
            session.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} AS\n{} WITH NO DATA").format(
                    name, sql.SQL(self.shared.query(within))
                )
            )
            for rows in self._days():
                with (
                    session.cursor() as cursor,
                    cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)) as copy,
                ):
                    copy.write(rows)
            session.execute(sql.SQL("ANALYZE {}").format(name))
        except psycopg.Error:
            with suppress(psycopg.Error):
                session.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(name))
            return False
        return True

    def _days(self) -> Iterator[bytes]:
        for start, end in pairwise(self._ends):
            yield os.pread(self._file.fileno(), end - start, start)

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Days:
    """The days of all that is shared, to be worked off by several threads. All that is read of a table's day is read one
    after the other, while it is in memory."""

    def __init__(self, rows: Iterable[Rows], within: Range) -> None:
        left = [(day, each) for day in days(within) for each in sorted(rows, key=lambda each: each.shared.tables)]
        self._left = iter(left)
        self._lock = Lock()

    def work(self, session: Callable[[str], psycopg.Connection[Any]]) -> None:
        """Compute days until none is left. `session` opens one in a database; each is opened once."""
        opened: dict[str, psycopg.Connection[Any]] = {}
        while True:
            with self._lock:
                day, rows = next(self._left, (None, None))
            if day is None or rows is None:
                return
            if rows.where not in opened:
                opened[rows.where] = session(rows.where)
            rows.add(opened[rows.where], day)
