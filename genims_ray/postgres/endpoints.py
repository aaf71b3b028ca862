"""Connecting to a database, and where the environment says that it is."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import psycopg
from psycopg import sql

from genims_ray.errors import PassingError, UsageError, UserError, short
from genims_ray.files import read_variables
from genims_ray.postgres.advice import explained, is_lasting
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.pooling import SharedSessions, shares_sessions

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

OLDEST_VERSION = 150000
NAME_BYTES = 63
"""Of a name; PostgreSQL cuts the rest off."""

ENV_FILE = Path(".env")
"""In the current folder; read without being asked for."""

SESSION_SETTINGS = {
    # What is written and read as text.
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
    # A COPY, an index or a DROP takes as long as it takes; the run lock is idle for all of a run.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
    # A loader that died must not hold its ledger row: the server notices a silent client by itself.
    "idle_in_transaction_session_timeout": "10min",
    "client_connection_check_interval": "10s",
    # Waiting for another loader's row is to see it then.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "row_security": "off",  # an error instead of rows that are missing
    "exit_on_error": "off",
}
"""Settings of every session, whatever role, database and server have for theirs. `default_transaction_read_only` is
left: who set it means it, and is told (`rights.check_database`)."""

SETTINGS = """
    SELECT set_config(name, value, false) FROM json_each_text({settings}::json) AS wanted (name, value)
    WHERE current_setting(name, true) IS NOT NULL AND {process} IN (0, pg_backend_pid())
"""
"""Leaves out what an older server does not know. A pooler invents the process that it names, and is left as it is."""


class DatabaseConf(Protocol):
    """One entry of a topology: the prefix of its variables, and the modules that live in it."""

    @property
    def prefix(self) -> str: ...

    @property
    def modules(self) -> Collection[str]: ...


class Session(psycopg.Connection[tuple[Any, ...]]):
    """A connection. An error of PostgreSQL's that leaves its `with` block does so as a `UserError`."""

    endpoint: Endpoint

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        except psycopg.Error as late:  # of the commit
            raise explained(self.endpoint, late) from None
        if isinstance(error, psycopg.Error):
            raise explained(self.endpoint, error) from None


def connect(
    endpoint: Endpoint,
    application: str = "genims_ray",
    *,
    autocommit: bool = True,
    settings: Mapping[str, str] | None = None,
    near: bool = False,
) -> Session:
    """Open a connection whose settings are `SESSION_SETTINGS` and `settings`.

    Raises `UserError` naming host, port and database, `PassingError` where waiting may help; `UserError` for a
    server that is too old.
    """
    try:
        session = Session.connect(endpoint.conninfo(application, near=near), autocommit=True)
    except psycopg.OperationalError as error:
        raise unreachable(endpoint, error) from None
    session.endpoint = endpoint
    try:
        version = session.info.server_version
        if version < OLDEST_VERSION:
            raise UserError(
                f"database {endpoint.public()}: the server is PostgreSQL {version // 10000}; "
                f"{OLDEST_VERSION // 10000} is the oldest that will do"
            )
        if not session.execute(settings_statement(settings, session.info.backend_pid)).fetchall():
            if shares_sessions(endpoint):
                raise SharedSessions(
                    f"database {endpoint.public()}: what listens there is a pooler that shares sessions (PgBouncer's "
                    "pool_mode=transaction or statement), and a run needs its own: name the PostgreSQL server itself, "
                    "or a pool with pool_mode=session"
                )
            session.execute(settings_statement(settings))
        session.autocommit = autocommit
    except psycopg.Error as error:
        session.close()
        raise unreachable(endpoint, error) from None
    except BaseException:
        session.close()
        raise
    return session


def settings_statement(more: Mapping[str, str] | None = None, process: int = 0) -> str:
    """The statement that gives a session the settings `SESSION_SETTINGS` and `more`; where its server process is
    another than `process`, it does nothing and returns no row."""
    wanted = json.dumps({**SESSION_SETTINGS, **(more or {})})
    return sql.SQL(SETTINGS).format(settings=sql.Literal(wanted), process=sql.Literal(process)).as_string()


def unreachable(endpoint: Endpoint, error: Exception) -> UserError:
    """The error for a database that could not be connected to: a `PassingError` unless it is one that waiting
    cannot cure."""
    said = str(explained(endpoint, error, f"cannot connect to database {endpoint.public()}"))
    return UserError(said) if is_lasting(error) else PassingError(said)


def variables(env_file: Path | None = ENV_FILE) -> dict[str, str]:
    """The environment over the settings of `env_file`. Only `.env` may be missing."""
    if env_file not in (None, ENV_FILE) and not (env_file.exists() or env_file.is_symlink()):
        raise UsageError(f"server.env_file={env_file}: there is no such file")
    there = env_file is not None and (env_file.exists() or env_file.is_symlink())
    return (read_variables(env_file) if env_file and there else {}) | dict(os.environ)


def from_environment(
    databases: Mapping[str, DatabaseConf], other_topologies: Mapping[str, Collection[str]], environ: Mapping[str, str]
) -> dict[str, Endpoint]:
    """Endpoint of each database of the topology, from `POSTGRES_<PREFIX>_HOST`, `_PORT`, `_DB`, `_USER`,
    `_PASSWORD` and the optional `_SSLMODE`, `_SSLROOTCERT`, `_SSLCERT` and `_SSLKEY`.

    `other_topologies` maps the name of each other topology to its databases. Raises `UsageError` for a
    missing or malformed variable, and where `_DB` names a database of another topology or of another prefix.
    """
    endpoints = {name: from_prefix(conf.prefix, environ) for name, conf in databases.items()}
    owner: dict[tuple[str, int, str], str] = {}
    for name, endpoint in endpoints.items():
        variable = f"POSTGRES_{databases[name].prefix}_DB"
        if endpoint.dbname != name and endpoint.dbname in databases:
            raise UsageError(
                f"{variable}={endpoint.dbname}: here that is the database of "
                f"POSTGRES_{databases[endpoint.dbname].prefix}_DB; expected {name}"
            )
        for topology, names in other_topologies.items():
            if endpoint.dbname not in databases and endpoint.dbname in names:
                raise UsageError(
                    f"{variable}={endpoint.dbname}: a database of topology={topology}, "
                    f"not of this one; expected {name}, or add topology={topology}"
                )
        place = (endpoint.host, endpoint.port, endpoint.dbname)
        if place in owner:
            raise UsageError(f"{variable} and {owner[place]} name the same database, {endpoint.public()}")
        owner[place] = variable
    return endpoints


def from_prefix(prefix: str, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that the variables `POSTGRES_<prefix>_*` describe."""

    def required(part: str) -> str:
        value = environ.get(f"POSTGRES_{prefix}_{part}", "")
        if not value.strip():
            raise UsageError(
                f"POSTGRES_{prefix}_{part} is not set: set it in the environment or in .env, or use server=embedded"
            )
        if not value.isprintable():  # NUL would cut it short, a surrogate is no UTF-8
            raise UsageError(f"POSTGRES_{prefix}_{part}: holds a line break or another character that is not printable")
        return value if part == "PASSWORD" else value.strip()

    host, port, dbname, user, password = map(required, ("HOST", "PORT", "DB", "USER", "PASSWORD"))
    if not (port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536):
        raise UsageError(f"POSTGRES_{prefix}_PORT={short(port)}: not a port number")
    for part, name in (("DB", dbname), ("USER", user)):
        if len(name.encode()) > NAME_BYTES:
            raise UsageError(
                f"POSTGRES_{prefix}_{part}={short(name)}: longer than {NAME_BYTES} bytes, PostgreSQL's most"
            )
    sslmode = environ.get(f"POSTGRES_{prefix}_SSLMODE", "").strip() or "prefer"
    if sslmode not in SSL_MODES:
        raise UsageError(f"POSTGRES_{prefix}_SSLMODE={short(sslmode)}: must be one of {', '.join(SSL_MODES)}")
    files = {
        part: environ.get(f"POSTGRES_{prefix}_{part.upper()}", "").strip()
        for part in ("sslrootcert", "sslcert", "sslkey")
    }
    return Endpoint(host, int(port), dbname, user, password, sslmode, **files)
