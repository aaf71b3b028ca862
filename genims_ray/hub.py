"""The hub: one database that shows every module's schema, wherever the module lives (postgres_fdw).

It holds definitions only, no data, and is made anew whenever somebody asks, so it follows every change of
the DDL.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError
from genims_ray.postgres import rights
from genims_ray.postgres.advice import explained
from genims_ray.postgres.endpoints import Endpoint, Session, connect, from_prefix, variables
from genims_ray.postgres.servers import create

PREFIX = "HUB"
"""Of its environment variables, POSTGRES_HUB_HOST and so on."""

PUBLISHED = "published"
SERVER_OPTIONS = {
    # Rows come in batches of this size; a row of an aggregate is short.
    "fetch_size": "50000",
    # Foreign tables have no statistics here: plans ask the server that has them.
    "use_remote_estimate": "true",
    "updatable": "false",
    # Those of the session that asks hold; the account may have others for its own there.
    "options": "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0",
}
MARK = "Made by GenIMS, and made anew with every run."
OUR_SERVERS = """
    SELECT srvname FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
    WHERE w.fdwname = 'postgres_fdw'
        AND (obj_description(s.oid, 'pg_foreign_server') = %s OR srvname = ANY(%s))
"""

RIGHTS = """
    SELECT has_foreign_data_wrapper_privilege('postgres_fdw', 'USAGE'), pg_has_role(datdba, 'USAGE')
    FROM pg_database WHERE datname = current_database()
"""
"""Only the owner of a database may set its search_path."""

# A password in the text of a statement would show in pg_stat_activity and stay in pg_stat_statements and logs.
ACCOUNT = """
    SELECT set_config('genims.server', %s, true), set_config('genims.user', %s, true),
        set_config('genims.password', %s, true)
"""
USER_MAPPING = """
    DO $$ BEGIN
        EXECUTE format(
            'CREATE USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (user %L, password %L)',
            current_setting('genims.server'), current_setting('genims.user'), current_setting('genims.password'));
    END $$
"""
"""For the account itself: nobody but it and superusers can see the options, or use the servers."""
_LOCK = 0x47454E494D53
"""Advisory lock: one process at a time defines the hub."""


def endpoint(config: Config, endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """Where the hub is: beside the databases of the embedded server, or at POSTGRES_HUB_*.

    Raises `UsageError` for a variable that is missing or wrong, or that names one of `endpoints`.
    """
    if config.server.kind == "embedded":
        return next(iter(endpoints.values())).database(config.topology.hub)
    file = config.server.env_file
    hub = from_prefix(PREFIX, variables(Path(file) if file else None))
    for name, place in endpoints.items():
        if place.public() == hub.public():
            prefix = config.topology.databases[name].prefix
            raise UsageError(
                f"POSTGRES_{PREFIX}_DB and POSTGRES_{prefix}_DB name the same database, {hub.public()}"
            )
    return hub


def found(hub: Endpoint) -> None:
    """Create the hub's database and its extension where they are missing, or raise `UserError`: what the server
    refuses should be known before hours of loading.
    """
    create(hub)
    with connect(hub) as session:
        rights.check_database(session)
        try:
            session.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        except psycopg.Error as error:
            raise explained(hub, error, f"cannot define the hub {hub.public()}") from None
        [(usable, writable)] = session.execute(RIGHTS).fetchall()
        if not usable:
            raise UserError(
                f"cannot define the hub {hub.public()}: user {hub.user} may not use postgres_fdw; in that "
                f"database, GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {hub.user}"
            )
        if not writable:
            raise UserError(
                f"cannot define the hub {hub.public()}: user {hub.user} may not create schemas in it; make it "
                "the database's owner"
            )


def prepare(config: Config, endpoints: Mapping[str, Endpoint], catalog: Catalog | None = None) -> Endpoint:
    """Create the hub, or bring it up to date; returns where it is.

    `endpoints` are those of the topology's databases, by name. Modules that are not loaded are left out.
    Raises `UserError` where a database cannot be reached or postgres_fdw is not to be had.
    """
    hub = endpoint(config, endpoints)
    views = {module.name: list(module.views) for module in (catalog or Catalog.load()).modules.values()}
    loaded = {name: _modules(endpoints[name]) for name in config.topology.databases}
    found(hub)
    with connect(hub, autocommit=False) as session:
        try:
            session.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            _define(session, hub, endpoints, loaded, views)
        except psycopg.Error as error:
            raise explained(hub, error, f"cannot define the hub {hub.public()}") from None
    return hub


def is_complete(config: Config, endpoints: Mapping[str, Endpoint], catalog: Catalog) -> bool:
    """Whether the hub shows every table of the catalog, each from where its database is now."""
    expected = {
        (table.module, table.name, endpoints[config.topology.home(table.module)].port)
        for table in catalog.tables()
    }
    with connect(endpoint(config, endpoints)) as session:
        shown = session.execute(
            "SELECT n.nspname, c.relname, (SELECT option_value FROM pg_options_to_table(s.srvoptions)"
            " WHERE option_name = 'port')::integer"
            " FROM pg_foreign_table t JOIN pg_class c ON c.oid = t.ftrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_foreign_server s ON s.oid = t.ftserver"
        ).fetchall()
    return expected <= set(shown)


def _modules(database: Endpoint) -> list[str]:
    """The modules whose tables exist in a database."""
    with connect(database) as session:
        [(ours,)] = session.execute("SELECT to_regclass('genims.module') IS NOT NULL").fetchall()
        if not ours:
            return []
        return [str(name) for (name,) in session.execute("SELECT module FROM genims.module ORDER BY 1")]


def _define(
    session: Session,
    hub: Endpoint,
    endpoints: Mapping[str, Endpoint],
    loaded: Mapping[str, list[str]],
    views: Mapping[str, list[str]],
) -> None:
    """Clear what an earlier definition left, and define the hub over the modules that are `loaded`."""

    def execute(statement: str, **parts: sql.Composable) -> None:
        session.execute(sql.SQL(statement).format(**parts))

    for (name,) in session.execute(OUR_SERVERS, (MARK, list(endpoints))).fetchall():
        execute("DROP SERVER {name} CASCADE", name=sql.Identifier(name))
    published = sql.Identifier(PUBLISHED)
    execute("CREATE SCHEMA IF NOT EXISTS {published}", published=published)
    for database, modules in loaded.items():
        if not modules:
            continue
        place, name = endpoints[database], sql.Identifier(database)
        options = {
            "host": place.host,
            "port": str(place.port),
            "dbname": place.dbname,
            "sslmode": place.sslmode,
            **SERVER_OPTIONS,
        }
        execute(
            "CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})",
            name=name,
            options=_options(options),
        )
        execute("COMMENT ON SERVER {name} IS {mark}", name=name, mark=sql.Literal(MARK))
        session.execute(ACCOUNT, (database, place.user, place.password))
        session.execute(USER_MAPPING)
        for module in modules:
            schema = sql.Identifier(module)
            execute("CREATE SCHEMA IF NOT EXISTS {schema}", schema=schema)
            execute("IMPORT FOREIGN SCHEMA {schema} FROM SERVER {name} INTO {schema}", schema=schema, name=name)
            if views.get(module):
                execute(
                    "IMPORT FOREIGN SCHEMA {published} LIMIT TO ({views}) FROM SERVER {name} INTO {published}",
                    published=published,
                    views=sql.SQL(", ").join(map(sql.Identifier, views[module])),
                    name=name,
                )
    path = [*(module for modules in loaded.values() for module in modules), PUBLISHED]
    execute(
        "ALTER DATABASE {hub} SET search_path = {path}",
        hub=sql.Identifier(hub.dbname),
        path=sql.SQL(", ").join(map(sql.Identifier, path)),
    )


def _options(options: Mapping[str, str]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in options.items()
    )
