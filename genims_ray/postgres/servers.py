"""Creating and dropping whole databases."""

from __future__ import annotations

import psycopg
from psycopg import sql

from genims_ray.errors import UserError
from genims_ray.postgres.endpoints import Endpoint, connect, unreachable

STRATEGY_VERSION = 150000
"""From PostgreSQL 15 a database can be copied as files, twice as fast as through the log."""

MAINTENANCE = "postgres"
"""Database to be connected to while another is created or dropped."""


def create(endpoint: Endpoint) -> bool:
    """Create the database unless it exists; false if it does. Safe beside another process doing the same."""
    try:
        psycopg.connect(endpoint.conninfo()).close()
        return False
    except psycopg.OperationalError as error:
        refusal = error
    try:
        with psycopg.connect(endpoint.database(MAINTENANCE).conninfo(), autocommit=True) as server:
            if server.execute("SELECT FROM pg_database WHERE datname = %s", (endpoint.dbname,)).fetchone():
                raise unreachable(endpoint, refusal)
            strategy = sql.SQL("STRATEGY file_copy" if server.info.server_version >= STRATEGY_VERSION else "")
            statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0 {}")
            server.execute(statement.format(sql.Identifier(endpoint.dbname), strategy))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return False
    except psycopg.OperationalError:
        raise unreachable(endpoint, refusal) from None
    except psycopg.Error as error:
        reason = endpoint.masked(str(error))
        raise UserError(
            f"cannot create database {endpoint.public()}: {reason}; create it, owned by {endpoint.user}"
        ) from None
    return True


def drop(endpoint: Endpoint) -> None:
    """Drop the database, ending the sessions that use it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with connect(endpoint.database(MAINTENANCE)) as server:
        try:
            server.execute(statement.format(sql.Identifier(endpoint.dbname)))
        except psycopg.Error as error:
            reason = endpoint.masked(str(error))
            raise UserError(f"cannot drop database {endpoint.public()}: {reason}") from None
