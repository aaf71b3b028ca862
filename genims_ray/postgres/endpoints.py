"""Where a database is and how to connect to it. Passwords never reach a message, a log or a repr."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import quote

import psycopg
from dotenv import dotenv_values
from psycopg.conninfo import make_conninfo

from genims_ray.errors import PassingError, UsageError, UserError, short
from genims_ray.postgres.advice import explained

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

OLDEST_VERSION = 150000
NAME_BYTES = 63
"""Of a name; PostgreSQL cuts the rest off."""

ENV_FILE = Path(".env")
"""In the current folder; read without being asked for."""

SESSION_OPTIONS = (
    "-c client_encoding=UTF8 -c TimeZone=UTC"
    # A loader that died must not hold its ledger row: the server notices a silent client by itself.
    " -c idle_in_transaction_session_timeout=600000 -c client_connection_check_interval=10000"
)
"""Session settings sent at connection start, in libpq's `options` notation; times in milliseconds."""


class DatabaseConf(Protocol):
    """One entry of a topology: the prefix of its variables, and the modules that live in it."""

    @property
    def prefix(self) -> str: ...

    @property
    def modules(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Endpoint:
    """A database and the account to reach it with."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    sslmode: str = "prefer"
    socket: str = ""
    """Folder of its Unix socket, where there is one: cheaper than TCP for who sends much."""

    @property
    def is_local(self) -> bool:
        """Whether it can be reached from its own machine only."""
        return self.host in ("localhost", "127.0.0.1", "::1") or self.host.startswith("/")

    def conninfo(self, application: str = "genims_ray", options: str = "", *, near: bool = False) -> str:
        """libpq connection string, password included: for drivers, never for messages. `options` are more session
        settings in libpq's notation; `near` goes through the socket where there is one."""
        return make_conninfo(
            host=(self.socket if near else "") or self.host,
            port=self.port,
            dbname=self.dbname,
            user=self.user,
            password=self.password,
            sslmode=self.sslmode,
            application_name=application,
            connect_timeout=15,
            keepalives=1,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
            options=f"{SESSION_OPTIONS} {options}",
        )

    def uri(self) -> str:
        """The same as `conninfo()` without session settings, password included, for tools that want a URI."""
        account = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        place = f"{quote(self.host, safe='')}:{self.port}/{quote(self.dbname, safe='')}"
        return f"postgresql://{account}@{place}?sslmode={self.sslmode}"

    def public(self) -> str:
        """`database at host:port`, for people."""
        return f"{self.dbname} at {self.host}:{self.port}"

    def masked(self, message: str) -> str:
        """`message` without the password, however it is written there, on one line."""
        escaped = self.password.replace("\\", "\\\\").replace("'", "\\'")
        for written in (self.password, escaped, self.password.replace("'", "''"), quote(self.password, safe="")):
            message = message.replace(written, "***") if written else message
        return " ".join(message.split())

    def database(self, dbname: str) -> Endpoint:
        """The same server and account, another database."""
        return replace(self, dbname=dbname)


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
    options: str = "",
    near: bool = False,
) -> Session:
    """Open a connection, or raise a `PassingError` naming host, port and database; `UserError` for a server that
    is too old."""
    try:
        session = Session.connect(endpoint.conninfo(application, options, near=near), autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise unreachable(endpoint, error) from None
    session.endpoint = endpoint
    version = session.info.server_version
    if version < OLDEST_VERSION:
        session.close()
        raise UserError(
            f"database {endpoint.public()}: the server is PostgreSQL {version // 10000}; "
            f"{OLDEST_VERSION // 10000} is the oldest that will do"
        )
    return session


def unreachable(endpoint: Endpoint, error: Exception) -> PassingError:
    """The error for a database that could not be connected to; what is wrong may be mended while a run waits."""
    return PassingError(str(explained(endpoint, error, f"cannot connect to database {endpoint.public()}")))


def variables(env_file: Path | None = ENV_FILE) -> dict[str, str]:
    """The environment over the settings of `env_file`. Only `.env` may be missing."""
    if env_file not in (None, ENV_FILE) and not env_file.is_file():
        raise UsageError(f"server.env_file={env_file}: there is no such file")
    settings = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    return {name: value for name, value in settings.items() if value is not None} | dict(os.environ)


def from_environment(
    databases: Mapping[str, DatabaseConf],
    other_topologies: Mapping[str, Collection[str]],
    environ: Mapping[str, str],
) -> dict[str, Endpoint]:
    """Endpoint of each database of the topology, from `POSTGRES_<PREFIX>_HOST`, `_PORT`, `_DB`, `_USER`,
    `_PASSWORD` and the optional `_SSLMODE`.

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
                f"POSTGRES_{prefix}_{part} is not set: set it in the environment or in .env, "
                "or use server=embedded"
            )
        if not value.isprintable():  # NUL would cut it short, a surrogate is no UTF-8
            raise UsageError(
                f"POSTGRES_{prefix}_{part}: holds a line break or another character that is not printable"
            )
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
    return Endpoint(host, int(port), dbname, user, password, sslmode)
