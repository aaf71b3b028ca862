"""The hub: one database that shows every module's schema, wherever the module lives (postgres_fdw).

It holds definitions only, no data, and is made anew whenever somebody asks, so it follows every change of
the DDL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError
from genims_ray.postgres.endpoints import Endpoint, connect, from_prefix, variables
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
}
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


def prepare(config: Config, endpoints: Mapping[str, Endpoint], catalog: Catalog | None = None) -> Endpoint:
    """Create the hub, or bring it up to date; returns where it is.

    `endpoints` are those of the topology's databases, by name. Modules that are not loaded are left out.
    Raises `UserError` where a database cannot be reached or postgres_fdw is not to be had.
    """
    hub = endpoint(config, endpoints)
    views = {module.name: list(module.views) for module in (catalog or Catalog.load()).modules.values()}
    loaded = {name: _modules(endpoints[name]) for name in config.topology.databases}
    create(hub)
    with connect(hub, autocommit=False) as session:
        try:
            session.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            _extension(session)
            for statement in _definitions(hub, endpoints, loaded, views, _servers(session)):
                session.execute(sql.Composed([statement]))
        except psycopg.Error as error:
            reason = error.diag.message_primary or str(error)
            for place in endpoints.values():
                reason = place.masked(reason)
            raise UserError(f"cannot define the hub {hub.public()}: {reason}") from None
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


def _extension(session: psycopg.Connection[tuple[object, ...]]) -> None:
    session.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")


def _servers(session: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Foreign servers and schemas that an earlier definition left."""
    return [
        str(name)
        for (name,) in session.execute(
            "SELECT srvname FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw"
            " WHERE w.fdwname = 'postgres_fdw'"
        )
    ]


def _definitions(
    hub: Endpoint,
    endpoints: Mapping[str, Endpoint],
    loaded: Mapping[str, list[str]],
    views: Mapping[str, list[str]],
    old: list[str],
) -> Iterator[sql.Composable]:
    """The statements that define the hub, those that clear what was there first."""
    for server in old:
        yield sql.SQL("DROP SERVER {} CASCADE").format(sql.Identifier(server))
    yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(PUBLISHED))
    for database, modules in loaded.items():
        if not modules:
            continue
        place = endpoints[database]
        server_name = sql.Identifier(database)
        options = {
            "host": place.host,
            "port": str(place.port),
            "dbname": place.dbname,
            "sslmode": place.sslmode,
            **SERVER_OPTIONS,
        }
        yield sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})").format(
            server_name, _options(options)
        )
        yield sql.SQL("CREATE USER MAPPING FOR CURRENT_USER SERVER {} OPTIONS ({})").format(
            server_name, _options({"user": place.user, "password": place.password})
        )
        for module in modules:
            schema = sql.Identifier(module)
            yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema)
            yield sql.SQL("IMPORT FOREIGN SCHEMA {} FROM SERVER {} INTO {}").format(
                schema, server_name, schema
            )
            if views.get(module):
                yield sql.SQL("IMPORT FOREIGN SCHEMA {} LIMIT TO ({}) FROM SERVER {} INTO {}").format(
                    sql.Identifier(PUBLISHED),
                    sql.SQL(", ").join(map(sql.Identifier, views[module])),
                    server_name,
                    sql.Identifier(PUBLISHED),
                )
    path = [*(module for modules in loaded.values() for module in modules), PUBLISHED]
    yield sql.SQL("ALTER DATABASE {} SET search_path = {}").format(
        sql.Identifier(hub.dbname), sql.SQL(", ").join(map(sql.Identifier, path))
    )


def _options(options: Mapping[str, str]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in options.items()
    )
