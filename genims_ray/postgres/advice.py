"""What PostgreSQL's errors mean for a person: one table, from an error to what can be done about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genims_ray.errors import PassingError, UserError
from genims_ray.postgres.endpoint import Endpoint


@dataclass(frozen=True)
class Advice:
    """`states` are beginnings of SQLSTATEs, `words` a pattern of the message; where both are given, both must
    fit. An error in the course of connecting has words only, because libpq drops its SQLSTATE; without `states` a
    row is for such errors alone.
    """

    states: str
    words: str
    then: str
    """What to do; {user}, {dbname}, {host} and {port} are those of the endpoint."""
    passing: bool = False
    """Whether it may be gone when tried again."""


TABLE = (
    # while connecting
    Advice("28P01", "password authentication failed", "check user and password"),
    Advice("", "role .* is not permitted to log in", "ALTER ROLE {user} LOGIN"),
    Advice("28000", "role .* does not exist", "create the role {user}, or name another"),
    Advice("", "no pg_hba.conf entry .*no encryption", "the server may want SSL (_SSLMODE=require), or a line for {user} in its pg_hba.conf"),
    Advice("", "no pg_hba.conf entry", "add a line for {user} to the server's pg_hba.conf"),
    Advice("", "cannot connect to invalid database", "an interrupted DROP DATABASE left it unusable: reset=true drops it"),
    Advice("", "not currently accepting connections", "ALTER DATABASE ... ALLOW_CONNECTIONS true, or name another"),
    Advice("3D000", "database .* does not exist", "create it, owned by {user}"),
    Advice("53300", "too many (connections|clients)|remaining connection slots|connection slots are reserved", "end other sessions, or raise the CONNECTION LIMIT of the role or database, or max_connections; a run needs two connections to each database and some for its loaders", passing=True),
    Advice("57P03", "is starting up|is shutting down|in recovery mode|not yet accepting", "wait until it accepts connections", passing=True),
    Advice("", "could not translate host name|Name or service not known|could not look up", "check the name of the host", passing=True),
    Advice("", "Connection refused|on socket .*No such file", "nothing listens there: start the server, or correct host and port", passing=True),
    Advice("", "timeout expired|timed out|No route to host|Network is unreachable", "check host and port, and that no firewall is between", passing=True),
    Advice("", "invalid response to SSL negotiation|expected authentication request", "what listens there is not PostgreSQL: correct the port"),
    Advice("", "does not support SSL, but SSL was required", "turn SSL on there, or set _SSLMODE=prefer"),
    Advice("", "certificate", "check the certificate, _SSLMODE and _SSLROOTCERT"),
    Advice("", "FATAL: .*unrecognized configuration parameter", "the server is older than PostgreSQL 15, the oldest that will do"),
    Advice("", "unsupported startup parameter", "name the PostgreSQL server itself: a pooler does not pass on what a session needs"),
    Advice("", "query_wait_timeout", "the pooler has no free connection to the server: raise its default_pool_size", passing=True),
    # once connected
    Advice("25006", "read-only transaction", "name the primary server, or reset default_transaction_read_only of the role {user} and of the database"),
    Advice("42501", "permission denied to create database", "ALTER ROLE {user} CREATEDB, or create the database, owned by {user}"),
    Advice("42501", "permission denied to create extension", "as a superuser, CREATE EXTENSION in that database"),
    Advice("0A000 58P01", "extension .* is not available|extension control file", "install PostgreSQL's contrib modules (postgresql-contrib) on the server"),
    Advice("42501", "foreign-data wrapper", "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {user}"),
    Advice("42501", "permission denied to terminate|must be a member of the role whose process|SUPERUSER attribute may terminate", "end the sessions of other users in that database first"),
    Advice("42501", "permission denied|must be owner", "grant that to {user}, or name the owner of the database"),
    Advice("55006", "being accessed by other users|used by an active logical replication slot|prepared transactions", "end what uses it, and run again"),
    Advice("53100", "No space left on device", "make room on the server's disk, and run the same command again"),
    Advice("22023", "encoding .* does not match locale", "create it with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"),
    Advice("42P01 3F000", "", "something was dropped since it was made: reset=true makes all anew"),
    Advice("57P 08 25P03", "", "the same command goes on", passing=True),
    Advice("", "server closed the connection|terminating connection|connection (is|was) (lost|closed)", "the same command goes on", passing=True),
)  # fmt: skip

_ATTEMPT = re.compile(r"connection to server (at|on) .*? failed: ")
_NOISE = re.compile(
    r"\bconnection failed: |\bFATAL:  |\bMultiple connection attempts failed\. All failures were:|Is the server running .*\?"
)


def explained(endpoint: Endpoint, error: Exception, doing: str = "", otherwise: str = "") -> UserError:
    """The error in a line: what was being done, the server's reason, what to do.

    `doing` is "database <name>" unless given, `otherwise` the advice where the table has none. It is a
    `PassingError` where trying again may help.
    """
    found = _found(error)
    where = {"user": endpoint.user, "dbname": endpoint.dbname, "host": endpoint.host, "port": endpoint.port}
    then = found.then.format(**where) if found else otherwise
    reason = endpoint.masked(_reason(_said(error)))
    message = f"{doing or f'database {endpoint.public()}'}: {reason}" + (f"; {then}" if then else "")
    return PassingError(message) if found and found.passing else UserError(message)


def is_lasting(error: Exception) -> bool:
    """Whether the error is known to be one that somebody has to mend: no waiting will."""
    found = _found(error)
    return found is not None and not found.passing


def _found(error: Exception) -> Advice | None:
    said = _said(error)
    state = (getattr(error, "sqlstate", None) or "").strip("\0")
    state = state if state.strip("0") else ""
    return next((row for row in TABLE if _fits(row, state, said)), None)


def _said(error: Exception) -> str:
    """The error's own words: those of the server without the statement that they are about."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return primary if primary and str(error).startswith(primary) else str(error)


def _fits(row: Advice, state: str, said: str) -> bool:
    if state and not state.startswith(tuple(row.states.split())):
        return False
    return re.search(row.words, said) is not None if row.words else bool(state)


def _reason(said: str) -> str:
    """The message without libpq's preambles, and what several attempts have in common only once."""
    parts = [_NOISE.sub("", part).strip(" \n\t-") for part in _ATTEMPT.sub("\0", said).split("\0")]
    return "; ".join(dict.fromkeys(part for part in parts if part))
