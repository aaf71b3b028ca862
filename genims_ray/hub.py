"""The hub: one database that shows every module's schema, wherever the module lives (postgres_fdw).

It holds definitions only, no data: a view for each table, with its comments, and the foreign table behind it in a
schema of its own. It follows every change of the DDL in place, so that what the user builds on it stays.
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("hub")

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
from rich.table import Table

from genims_ray import screen
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.config import Config
from genims_ray.errors import PassingError, UsageError, UserError, short
from genims_ray.postgres import foreign, rights, search_path
from genims_ray.postgres.advice import explained
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import SSL_MODES, connect, from_prefix, variables
from genims_ray.postgres.foreign import Address
from genims_ray.postgres.servers import create
from genims_ray.postgres.shapes import Relation, relations
from genims_ray.postgres.variables import completed
from genims_ray.postgres.views import EMPTY, FOREIGN, OURS, Views

PURPOSE = """\
Define the hub anew over what is loaded: the database in which the tables of every
system are visible. A run does so at its end; this is for when a database moved, or
after a restore. It holds no data, and what you have built on it stays.\
"""
PREFIX = "HUB"
"""Of its environment variables, POSTGRES_HUB_HOST and so on."""

PUBLISHED = "published"
ADVICE = (
    "say where that server finds it, in POSTGRES_<DB>_HUB_HOST and _HUB_PORT (_HUB_SSLMODE and _HUB_SSLROOTCERT for "
    "certificates)"
)
RIGHTS = """
    SELECT has_foreign_data_wrapper_privilege('postgres_fdw', 'USAGE'), pg_has_role(datdba, 'USAGE')
    FROM pg_database WHERE datname = current_database()
"""
"""Only the owner of a database may set its search_path."""

SHOWN = """
    SELECT n.nspname, count(*), coalesce(obj_description(n.oid, 'pg_namespace'), '')
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'v'
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY n.oid, n.nspname ORDER BY 1
"""

_LOCK = 0x47454E494D53
"""Advisory lock: one process at a time defines the hub."""


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    from genims_ray.locate import loaded_plant

    parser = Parser(
        "hub",
        PURPOSE,
        "[key=value ...] [options]",
        examples=[("", "over what is loaded"), ("server=env", "over servers of yours")],
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of your own group options")
    options, settings = parser.read(arguments)
    catalog, console = Catalog.load(), screen.console()
    plant = loaded_plant(parser.with_config_dir(options, settings), catalog)
    hub = prepare(plant.config, plant.endpoints, catalog, lambda said: console.print(f"note: {said}"))
    show(hub)
    return 0


def show(hub: Endpoint) -> None:
    """Print where the hub is, and its schemas."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("schema")
    shown.add_column("views", justify="right")
    shown.add_column("what it shows")
    with connect(hub) as session:
        for schema, views, comment in session.execute(SHOWN).fetchall():
            shown.add_row(schema, f"{views:,}", comment)
    console = screen.console()
    console.print(f"hub {hub.public()}")
    console.print(shown)


def endpoint(config: Config, endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """Where the hub is: beside the databases of the embedded server, or at POSTGRES_HUB_*.

    Raises `UsageError` for a variable that is missing or wrong, or that names one of `endpoints`.
    """
    if config.topology.hub is None:
        raise UsageError("topology.hub=null: there is no hub")
    if config.server.kind == "embedded":
        return next(iter(endpoints.values())).database(config.topology.hub)
    file = config.server.env_file
    hub = from_prefix(PREFIX, completed(variables(Path(file) if file else None), {PREFIX: config.topology.hub}))
    for name, place in endpoints.items():
        if place.public() == hub.public():
            prefix = config.topology.databases[name].prefix
            raise UsageError(f"POSTGRES_{PREFIX}_DB and POSTGRES_{prefix}_DB name the same database, {hub.public()}")
    return hub


def addresses(config: Config, hub: Endpoint, endpoints: Mapping[str, Endpoint]) -> dict[str, list[Address]]:
    """Where the hub's server may find each database, best first: at POSTGRES_<DB>_HUB_HOST, _HUB_PORT,
    _HUB_SSLMODE and _HUB_SSLROOTCERT where one of them is set; else where clients find it, or beside itself."""
    if config.server.kind == "embedded":
        return {name: [Address(place.host, place.port, place.sslmode)] for name, place in endpoints.items()}
    file = config.server.env_file
    environ = variables(Path(file) if file else None)
    found: dict[str, list[Address]] = {}
    for name, place in endpoints.items():
        start = f"POSTGRES_{config.topology.databases[name].prefix}_HUB_"
        host, port, sslmode, certificate = (
            environ.get(start + part, "").strip() for part in ("HOST", "PORT", "SSLMODE", "SSLROOTCERT")
        )
        if port and not (port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536):
            raise UsageError(f"{start}PORT={short(port)}: not a port number")
        if sslmode and sslmode not in SSL_MODES:
            raise UsageError(f"{start}SSLMODE={short(sslmode)}: must be one of {', '.join(SSL_MODES)}")
        found[name] = [
            Address(
                host or place.host, int(port or place.port), sslmode or place.sslmode, certificate or place.sslrootcert
            )
        ]
        if not (host or port) and (place.host, place.port) == (hub.host, hub.port):
            found[name].append(Address("localhost", 0, sslmode or place.sslmode, certificate))
    return found


def places(
    config: Config, hub: Endpoint, endpoints: Mapping[str, Endpoint]
) -> dict[str, tuple[Endpoint, Sequence[Address]]]:
    """Each database with its addresses, for `found`."""
    ways = addresses(config, hub, endpoints)
    return {name: (endpoints[name], ways[name]) for name in config.topology.databases}


def found(hub: Endpoint, places: Mapping[str, tuple[Endpoint, Sequence[Address]]] | None = None) -> None:
    """Create the hub's database and its extension where they are missing, and see that its server reaches every
    database of `places`, or raise `UserError`: what is refused should be known before hours of loading.
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
        for name, (place, ways) in (places or {}).items():
            try:
                with session.transaction():
                    foreign.define(session, name, place, ways)
                    raise psycopg.Rollback
            except psycopg.Error as error:
                raise explained(hub, error, f"cannot define the hub {hub.public()}") from None
            except PassingError as error:
                raise UserError(f"{error}; {ADVICE}") from None


def prepare(
    config: Config,
    endpoints: Mapping[str, Endpoint],
    catalog: Catalog | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Endpoint:
    """Create the hub, or bring it up to date; returns where it is.

    `endpoints` are those of the topology's databases, by name. Modules that are not loaded are left out. `note` is
    told what had to stay as it was because something of the user's depends on it.
    Raises `UserError` where a database cannot be reached or postgres_fdw is not to be had.
    """
    hub = endpoint(config, endpoints)
    catalog = catalog or Catalog.load()
    ways = addresses(config, hub, endpoints)
    loaded = {name: _contents(endpoints[name]) for name in config.topology.databases}
    found(hub)
    with connect(hub, autocommit=False) as session:
        try:
            session.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            views = Views(session, lambda said: note(f"hub {hub.dbname}: {said}"))
            path: list[str] = []
            for name, contents in loaded.items():
                if contents.modules:
                    foreign.define(session, name, endpoints[name], ways[name])
                    for module in contents.modules:
                        comment = catalog.modules[module].comment if module in catalog.modules else ""
                        views.schema(module, comment if module in contents.filled else f"{EMPTY} {comment}".strip())
                    views.schema(PUBLISHED, "Earlier shapes of the data, by the names that they had.")
                    views.show(name, contents.relations, partial(_is_filled, contents, catalog))
                    path += contents.modules
            views.clear()
            for name in foreign.ours(session):
                if name not in endpoints or not loaded[name].modules:
                    with suppress(psycopg.errors.DependentObjectsStillExist):
                        foreign.forget(session, name)
            search_path.extend(session, [*path, PUBLISHED])
        except psycopg.Error as error:
            raise explained(hub, error, f"cannot define the hub {hub.public()}") from None
    return hub


@dataclass(frozen=True)
class _Contents:
    """What there is to show of a database."""

    modules: list[str]
    filled: frozenset[str]
    """Modules with something in the ledger."""
    relations: list[Relation]


def _contents(database: Endpoint) -> _Contents:
    with connect(database) as session:
        [(ours,)] = session.execute("SELECT to_regclass('genims.module') IS NOT NULL").fetchall()
        if not ours:
            return _Contents([], frozenset(), [])
        modules = [str(name) for (name,) in session.execute("SELECT module FROM genims.module ORDER BY 1")]
        filled = {scope.partition(".")[0] for (scope,) in session.execute("SELECT DISTINCT scope FROM genims.ledger")}
        return _Contents(modules, frozenset(filled), list(relations(session, [*modules, PUBLISHED]).values()))


def _is_filled(contents: _Contents, catalog: Catalog, relation: Relation) -> bool:
    if relation.schema != PUBLISHED:
        return relation.schema in contents.filled
    owner = next((m.name for m in catalog.modules.values() if relation.name in m.views), "")
    return not owner or owner in contents.filled


def is_complete(config: Config, endpoints: Mapping[str, Endpoint], catalog: Catalog) -> bool:
    """Whether the hub shows every table of the catalog, each from where its database is now."""
    hub = endpoint(config, endpoints)
    ways = addresses(config, hub, endpoints)
    expected = {(table.module, table.name, config.topology.home(table.module)) for table in catalog.tables()}
    with connect(hub) as session:
        shown = {
            (schema.removeprefix("fdw_"), name, server)
            for schema, name, server in session.execute(FOREIGN, (list(endpoints),))
        }
        views = set(session.execute(OURS).fetchall())
        servers = foreign.ours(session)
        [(own,)] = session.execute("SHOW port").fetchall()
    reached = {
        name
        for name, options in servers.items()
        for way in ways.get(name, ())
        if (options.get("host"), options.get("port")) == (way.host, str(way.port or own))
    }
    return expected <= {each for each in shown if each[2] in reached and each[:2] in views}
