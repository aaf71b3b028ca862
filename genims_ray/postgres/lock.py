"""One run at a time: a lock on every database, held by a connection for as long as the run lasts."""

from __future__ import annotations

import select
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType

import psycopg

from genims_ray.errors import UserError
from genims_ray.postgres.advice import explained
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import Session, connect
from genims_ray.postgres.servers import InvalidDatabase, create, drop

APPLICATION = "genims_ray run"
KEY = int.from_bytes(b"GenIMSOR", "big")
"""Of the advisory lock; each database has its own space of keys."""
REACQUIRE_SECONDS = 10


class RunLock:
    """Context manager: creates the databases that are missing and locks all, or raises `UserError` naming who
    holds one.

    What an interrupted DROP DATABASE left is dropped where that was or is to be a reset.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint], *, reset: bool = False) -> None:
        self._endpoints = endpoints
        self._reset = reset
        self._held: dict[str, Session] = {}
        self.created: list[str] = []
        """Databases that did not exist."""

    def __enter__(self) -> RunLock:
        try:
            invalid: dict[str, InvalidDatabase] = {}
            for name, endpoint in self._endpoints.items():
                try:
                    if create(endpoint):
                        self.created.append(name)
                except InvalidDatabase as error:
                    invalid[name] = error
                else:
                    self._acquire(name)
            for name, refusal in invalid.items():  # those of a reset that still lasts have been refused
                if not self._reset and not any(map(_is_resetting, self._held.values())):
                    raise refusal
                drop(self._endpoints[name])
                create(self._endpoints[name])
                self.created.append(name)
                self._acquire(name)
        except BaseException as error:
            if isinstance(error, UserError):
                self.undo()
            self._release_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release_all()

    def lost(self, names: Iterable[str]) -> list[str]:
        """Those databases whose lock is gone with its connection; does not ask the server, so never waits."""
        return [name for name in names if name not in self._held or _has_ended(self._held[name])]

    def renew(self, names: Iterable[str]) -> None:
        """Lock the databases again whose lock is gone, or raise `UserError` naming who took one meanwhile.

        A lock goes with its connection, and the server needs a moment to notice that one is lost.
        """
        for name in names:
            held = self._held.get(name)
            if held is not None and not _has_ended(held):
                continue
            if held is not None:
                self._held.pop(name).close()
            self._acquire_within(name, REACQUIRE_SECONDS)

    def session(self, name: str) -> Session:
        """The connection that holds the lock of a database."""
        return self._held[name]

    def undo(self) -> None:
        """Drop the databases that were created, as far as the servers let us: the run is refused, and nothing is
        in them."""
        while self.created:
            name = self.created.pop()
            if name in self._held:
                self._held.pop(name).close()
            with suppress(UserError):  # what refused the run is the one to be told
                drop(self._endpoints[name])

    @contextmanager
    def released(self, name: str) -> Iterator[None]:
        """Let go of one database, to drop it. A run that slips in cannot get the others, and lets go."""
        self._held.pop(name).close()
        yield
        self._acquire_within(name, REACQUIRE_SECONDS)

    def _acquire_within(self, name: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self._acquire(name)
            except UserError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _acquire(self, name: str) -> None:
        endpoint = self._endpoints[name]
        session = connect(endpoint, APPLICATION)
        try:
            [(locked,)] = session.execute("SELECT pg_try_advisory_lock(%s)", (KEY,)).fetchall()
            holder = None if locked else _holder(session)
        except psycopg.Error as error:
            session.close()
            raise explained(endpoint, error) from None
        if holder is None:
            self._held[name] = session
            return
        session.close()
        raise UserError(f"database {endpoint.public()} is in use by {holder}: wait for it to end, or stop it")

    def _release_all(self) -> None:
        while self._held:
            self._held.popitem()[1].close()


def _holder(session: Session) -> str:
    """Who has the lock of the session's database."""
    holder = session.execute(
        "SELECT format('%%s from %%s since %%s (server process %%s)', application_name,"
        " coalesce(host(client_addr), 'this machine'), backend_start::timestamptz(0), pid)"
        " FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE locktype = 'advisory' AND granted AND pg_locks.database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32 | objid::bigint) = %s",
        (KEY,),
    ).fetchone()
    return str(holder[0]) if holder else "another run"


def _is_resetting(session: Session) -> bool:
    """Whether a reset of the session's database was interrupted."""
    if session.execute("SELECT to_regclass('genims.plant')").fetchall() == [(None,)]:
        return False
    return bool(session.execute("SELECT FROM genims.plant WHERE state = 'resetting'").fetchall())


def _has_ended(session: Session) -> bool:
    """Whether the server closed the connection: it says nothing to one that waits, unless to end it."""
    connection = session.pgconn
    if session.closed or connection.status != psycopg.pq.ConnStatus.OK:
        return True
    readable, _, _ = select.select([connection.socket], [], [], 0)
    if readable:
        try:
            connection.consume_input()
        except psycopg.OperationalError:
            return True
    return connection.status != psycopg.pq.ConnStatus.OK
