"""Foreign servers: how one PostgreSQL server reaches the databases of others (postgres_fdw)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from genims_ray.errors import PassingError, UserError
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import Session

MARK = "Made by GenIMS, and kept up to date by every run."
SERVER_OPTIONS = {
    # Rows come in batches of this size; a row of an aggregate is short.
    "fetch_size": "50000",
    # Foreign tables have no statistics here: plans ask the server that has them.
    "use_remote_estimate": "true",
    "updatable": "false",
    "connect_timeout": "5",
    # Those of the session that asks hold; the account may have others for its own there.
    "options": "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0",
}

# A password in the text of a statement would show in pg_stat_activity and stay in pg_stat_statements and logs.
ACCOUNT = """
    SELECT set_config('genims.server', %s, true), set_config('genims.user', %s, true),
        set_config('genims.password', %s, true)
"""
USER_MAPPING = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_user_mappings WHERE srvname = current_setting('genims.server')
                AND usename = current_user) THEN
            EXECUTE format('ALTER USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (SET user %L, SET password %L)',
                current_setting('genims.server'), current_setting('genims.user'), current_setting('genims.password'));
        ELSE
            EXECUTE format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (user %L, password %L)',
                current_setting('genims.server'), current_setting('genims.user'), current_setting('genims.password'));
        END IF;
    END $$
"""
"""For the account itself: nobody but it and superusers can see the options, or use the server."""

# Any database has this relation, and anybody may read it.
REACH = """
    CREATE SCHEMA genims_reach;
    CREATE FOREIGN TABLE genims_reach.databases (datname name) SERVER {server}
        OPTIONS (schema_name 'pg_catalog', table_name 'pg_database');
    SELECT count(*) FROM genims_reach.databases
"""


@dataclass(frozen=True)
class Address:
    """Where the server of a foreign server's definition finds a database."""

    host: str
    port: int
    """0 is that of the server itself."""
    sslmode: str
    sslrootcert: str = ""
    """Path of a file on the server that connects; empty is PostgreSQL's own default."""


def ours(session: Session) -> dict[str, dict[str, str]]:
    """Foreign servers that we made in the database of `session`, with their options, by name."""
    rows = session.execute(
        "SELECT s.srvname, o.option_name, o.option_value FROM pg_foreign_server AS s"
        " JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw CROSS JOIN pg_options_to_table(s.srvoptions) AS o"
        " WHERE w.fdwname = 'postgres_fdw' AND obj_description(s.oid, 'pg_foreign_server') LIKE 'Made by GenIMS,%'"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for name, option, value in rows:
        found.setdefault(name, {})[option] = value
    return found


def define(session: Session, name: str, place: Endpoint, addresses: Sequence[Address]) -> None:
    """Create or alter the foreign server `name` for the database `place`, at the first of the addresses that is
    reached, and the account's way in. Whatever depends on it stays.

    Raises `PassingError` with the server's own reason where none is reached, `UserError` where the name is taken.
    """
    known = ours(session)
    taken = session.execute("SELECT FROM pg_foreign_server WHERE srvname = %s", (name,)).fetchone() is not None
    if taken and name not in known:
        raise UserError(
            f"cannot define the hub {session.endpoint.public()}: it has a foreign server {name} that is not "
            "GenIMS's; rename that"
        )
    failures: list[str] = []
    for address in addresses:
        try:
            with session.transaction():
                _define(session, name, place, address, known.get(name))
                _reach(session, name)
            return
        except psycopg.errors.SqlclientUnableToEstablishSqlconnection as error:
            reason = " ".join((error.diag.message_detail or str(error)).split())
            failures.append(session.endpoint.masked(place.masked(reason)))
    raise PassingError(
        f"the server of the hub {session.endpoint.public()} cannot reach database {place.public()}: "
        + "; ".join(dict.fromkeys(failures))
    )


def _define(session: Session, name: str, place: Endpoint, address: Address, known: Mapping[str, str] | None) -> None:
    server = sql.Identifier(name)
    port = address.port or int(session.execute("SHOW port").fetchall()[0][0])
    options = {
        "host": address.host,
        "port": str(port),
        "dbname": place.dbname,
        "sslmode": address.sslmode,
        "sslrootcert": address.sslrootcert,
        **SERVER_OPTIONS,
    }
    if known is None:
        session.execute(
            sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})").format(server, _options(options))
        )
        session.execute(sql.SQL("COMMENT ON SERVER {} IS {}").format(server, sql.Literal(MARK)))
    elif changes := [
        *(f"ADD {option}" for option in options if option not in known),
        *(f"SET {option}" for option in options if known.get(option, options[option]) != options[option]),
    ]:
        terms = [
            sql.SQL("{} {} {}").format(sql.SQL(verb), sql.Identifier(option), sql.Literal(options[option]))
            for verb, option in (change.split() for change in changes)
        ]
        session.execute(sql.SQL("ALTER SERVER {} OPTIONS ({})").format(server, sql.SQL(", ").join(terms)))
    session.execute(ACCOUNT, (name, place.user, place.password))
    session.execute(USER_MAPPING)


def _reach(session: Session, name: str) -> None:
    """Read something through the foreign server, and leave nothing behind."""
    with session.transaction():
        session.execute(sql.SQL(REACH).format(server=sql.Identifier(name)))
        raise psycopg.Rollback


def forget(session: Session, name: str) -> None:
    """Drop a foreign server of ours, and our way in; `psycopg.errors.DependentObjectsStillExist` where something
    needs it."""
    server = sql.Identifier(name)
    with session.transaction():
        session.execute(sql.SQL("DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER {}").format(server))
        session.execute(sql.SQL("DROP SERVER {}").format(server))


def _options(options: Mapping[str, str]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in options.items()
    )
