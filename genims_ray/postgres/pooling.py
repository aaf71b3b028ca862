"""Whether a pooler stands before PostgreSQL that gives the transactions of one connection to several server processes.

A run needs sessions of its own: its lock, its settings and its temporary tables would be somebody else's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import psycopg

from genims_ray.errors import UserError
from genims_ray.postgres.endpoint import Endpoint

TRIES = 3


class SharedSessions(UserError):
    """A pooler gives the transactions of a connection to several processes."""


@cache
def shares_sessions(endpoint: Endpoint) -> bool:
    """Whether a process serves two connections, or two processes one. Changes nothing there.

    A pool that hands out the process used last gives it to the second connection; one that takes turns gives the
    first connection another. Raises `psycopg.Error` where the endpoint cannot be asked.
    """

    def opened() -> psycopg.Connection[Any]:
        return psycopg.connect(endpoint.conninfo(), autocommit=True)

    with opened() as one, opened() as other:
        for _ in range(TRIES):
            process = _process(one)
            try:
                other.execute("BEGIN")
            except psycopg.errors.ProtocolViolation:  # a pool of statements has no transactions
                return True
            if _process(other) == process or _process(one) != process:
                return True
            other.execute("ROLLBACK")
    return False


def _process(session: psycopg.Connection[Any]) -> int:
    [(process,)] = session.execute("SELECT pg_backend_pid()").fetchall()
    return int(process)
