"""Creating and dropping whole databases."""

from __future__ import annotations

import time

import psycopg
from psycopg import sql

from genims_ray.errors import PassingError, UserError
from genims_ray.postgres.advice import explained
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect, unreachable
from genims_ray.postgres.pooling import SharedSessions

MAINTENANCE = "postgres"
"""Database to be connected to while another is created or dropped."""
CREATED_SECONDS = 60
"""How long a new database may be out of reach: a pooler that found none does not look again for a while (PgBouncer's
server_login_retry, 15 s, which is as long as one connection waits)."""


class InvalidDatabase(UserError):
    """What an interrupted DROP DATABASE leaves: nobody can connect to it, and nothing is to be had from it."""


def create(endpoint: Endpoint) -> bool:
    """Create the database unless it exists; false if it does. Safe beside another process doing the same.

    Raises `InvalidDatabase` for one that can only be dropped, `UserError` for what else is refused.
    """
    try:
        psycopg.connect(endpoint.conninfo()).close()
        return False
    except psycopg.OperationalError as error:
        refusal = unreachable(endpoint, error)
        if isinstance(explained(endpoint, error), PassingError):  # it says nothing about the database
            raise refusal from None
        if "cannot connect to invalid database" in str(error):
            raise InvalidDatabase(str(refusal)) from None
    try:
        server = connect(endpoint.database(MAINTENANCE))
    except SharedSessions:
        raise
    except UserError as error:
        reason = str(error).partition(": ")[2]
        raise UserError(f"{refusal} (to create it, {MAINTENANCE} would be needed: {reason})") from None
    with server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", (endpoint.dbname,)).fetchone() is not None:
            raise refusal
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {} STRATEGY file_copy")
        try:
            server.execute(statement.format(sql.Identifier(endpoint.dbname), sql.Identifier(endpoint.template)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return False
        except psycopg.Error as error:
            doing = f"cannot create database {endpoint.public()}"
            raise explained(endpoint, error, doing, otherwise=f"create it, owned by {endpoint.user}") from None
    _reach(endpoint)
    return True


def _reach(endpoint: Endpoint) -> None:
    """Wait until the new database can be connected to; raises what `connect` would."""
    deadline = time.monotonic() + CREATED_SECONDS
    while True:
        try:
            return psycopg.connect(endpoint.conninfo()).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise unreachable(endpoint, error) from None
        time.sleep(0.1)


def drop(endpoint: Endpoint) -> None:
    """Drop the database, ending the sessions that use it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with connect(endpoint.database(MAINTENANCE)) as server:
        try:
            server.execute(statement.format(sql.Identifier(endpoint.dbname)))
        except psycopg.Error as error:
            raise explained(endpoint, error, f"cannot drop database {endpoint.public()}") from None
