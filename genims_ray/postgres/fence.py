"""Who may load a database: one run at a time, and of that run the loaders hired last.

A loader that hangs, or whose driver died, keeps its connection and may wake up at any time. Its transaction
holds a share lock on the row that names the run it belongs to (`ledger.claim`); to write another run there is
to wait for its end, and from then on it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from genims_ray.errors import PassingError
from genims_ray.postgres.advice import explained
from genims_ray.postgres.copy import APPLICATION
from genims_ray.postgres.endpoints import Session

WAIT_MILLISECONDS = 10_000
"""For a session to end after it was told to."""


def take(session: Session, run_id: UUID) -> None:
    """End the sessions of all loaders of the database and let only those of `run_id` in.

    `session` is the one that holds the run lock: who lost that without noticing cannot take over. Raises
    `PassingError` where a loader's session does not end, or this one is lost.
    """
    with _explained(session):
        _end_loaders(session)
        with session.transaction():
            session.execute("SELECT set_config('lock_timeout', %s, true)", (str(WAIT_MILLISECONDS),))
            session.execute("UPDATE genims.plant SET run_id = %s", (run_id,))


def end_loaders(session: Session) -> None:
    """End the sessions of all loaders of the database, and with them the locks that they hold. Errors as of `take`."""
    with _explained(session):
        _end_loaders(session)


def _end_loaders(session: Session) -> None:
    session.execute(
        "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = %s",
        (WAIT_MILLISECONDS, APPLICATION),
    )


@contextmanager
def _explained(session: Session) -> Iterator[None]:
    place = f"database {session.endpoint.public()}"
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise PassingError(
            f"{place}: a loader of an earlier run does not end; see pg_stat_activity for sessions called {APPLICATION}"
        ) from None
    except psycopg.Error as error:  # a full disk or a right taken away does not pass
        raise explained(session.endpoint, error, place) from None
