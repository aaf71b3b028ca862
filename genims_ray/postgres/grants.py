"""What an account still needs on servers of the user's own, as the statements that give it: all at once, and before
anything is created."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from genims_ray.errors import UserError
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import Session, connect
from genims_ray.postgres.servers import MAINTENANCE

THERE = """
    SELECT pg_has_role(datdba, 'USAGE') OR to_regclass('genims.plant') IS NOT NULL,
        has_database_privilege(oid, 'TEMPORARY'),
        EXISTS (SELECT FROM pg_extension WHERE extname = 'postgres_fdw'),
        (SELECT has_foreign_data_wrapper_privilege(oid, 'USAGE') FROM pg_foreign_data_wrapper WHERE fdwname = 'postgres_fdw'),
        (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    FROM pg_database WHERE datname = current_database()
"""
MAY_CREATE = """
    SELECT rolcreatedb OR rolsuper, EXISTS (SELECT FROM pg_database WHERE datname = %s), rolsuper
    FROM pg_roles WHERE rolname = current_user
"""


def require(endpoints: Mapping[str, Endpoint], hub: Endpoint | None) -> None:
    """Raises `UserError` with the statements, database by database, that accounts need before a run can load and define
    its hub. Servers that do not answer are left to who connects to them next."""
    needed: dict[str, list[str]] = {}
    for endpoint in (*endpoints.values(), *([hub] if hub else [])):
        for place, statement in _needed(endpoint, is_hub=endpoint == hub):
            needed.setdefault(f"{place} at {endpoint.host}:{endpoint.port}", []).append(statement)
    if needed:
        listed = " ".join(f"[{place}] {' '.join(statements)}" for place, statements in needed.items())
        raise UserError(
            f"rights are missing; nothing was changed. As a superuser, in the database in brackets: {listed}"
        )


def _needed(endpoint: Endpoint, *, is_hub: bool) -> list[tuple[str, str]]:
    """(database to be connected to, statement) of what is missing for one database."""
    try:
        with connect(endpoint) as session:
            return [(endpoint.dbname, each) for each in _for_existing(session, is_hub=is_hub)]
    except UserError:
        pass
    try:
        with connect(endpoint.database(MAINTENANCE)) as session:
            [(creates, exists, almighty)] = session.execute(MAY_CREATE, (endpoint.dbname,)).fetchall()
    except UserError:
        return []
    if exists:
        statement = sql.SQL("GRANT CONNECT ON DATABASE {database} TO {user};")
        return [(MAINTENANCE, _filled(statement, endpoint))]
    found = []
    lacks_wrapper = is_hub and not almighty  # which only a superuser can put into a database
    if not creates or lacks_wrapper:
        statement = sql.SQL("CREATE DATABASE {database} OWNER {user} ENCODING 'UTF8' TEMPLATE template0;")
        found.append((MAINTENANCE, _filled(statement, endpoint)))
        if lacks_wrapper:
            found += [(endpoint.dbname, each) for each in _wrapper(endpoint, there=False)]
    return found


def _for_existing(session: Session, *, is_hub: bool) -> list[str]:
    endpoint = session.endpoint
    [(ours, temporary, wrapper, usable, almighty)] = session.execute(THERE).fetchall()
    found = []
    if not ours:
        found.append(_filled(sql.SQL("ALTER DATABASE {database} OWNER TO {user};"), endpoint))
    elif not temporary:
        found.append(_filled(sql.SQL("GRANT TEMPORARY ON DATABASE {database} TO {user};"), endpoint))
    if is_hub and not almighty and not usable:
        found += _wrapper(endpoint, there=wrapper)
    return found


def _wrapper(endpoint: Endpoint, *, there: bool) -> list[str]:
    grant = _filled(sql.SQL("GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {user};"), endpoint)
    return [grant] if there else ["CREATE EXTENSION postgres_fdw;", grant]


def _filled(statement: sql.SQL, endpoint: Endpoint) -> str:
    return statement.format(database=sql.Identifier(endpoint.dbname), user=sql.Identifier(endpoint.user)).as_string()
