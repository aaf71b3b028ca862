"""The embedded PostgreSQL server: start it, stop it, look at it, open a psql in it, save it, delete it."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("server")

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rapidfuzz import process

from genims_ray import config as configuration
from genims_ray import hub, resources
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.errors import UsageError, UserError, short
from genims_ray.locate import locate
from genims_ray.postgres import dump, roles, statistics
from genims_ray.postgres.dump import FORMATS
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.files import home_folder
from genims_ray.postgres.lock import APPLICATION
from genims_ray.postgres.variables import template

DEFAULT_MODULE = "operations"
MOST_JOBS = 64
WITH_SETTINGS = ("dump", "restore", "grants")
"""Commands that take settings of a run, to name servers that are not ours."""
COMMANDS = {
    "start": "start the server (a run does so by itself); it stays up until stopped",
    "stop": "stop the server; its data stays",
    "status": "whether it runs, its address, its databases and their sizes",
    "destroy": "stop the server and delete all its data, after confirmation",
    "psql": "open psql in a database; what follows -- goes to psql",
    "dump": "write the databases into a folder, with PostgreSQL's own pg_dump",
    "restore": "bring the databases of such a folder back",
    "grants": "print a script that makes the reader on servers of your own",
    "env": "print a template of .env for server=env: your own servers instead",
}
PURPOSE = """\
The embedded PostgreSQL server: start it, stop it, look at it, open a psql in it, save it, delete it.

A database is named by its own name, by a module that lives in it, or `hub`.
The data is in .genims/ of the current folder, or in $GENIMS_HOME.\
"""
EXAMPLES = [
    ("status", "what runs, and its databases"),
    ("psql operations", "a prompt in one database"),
    ("psql hub -- -c 'SELECT count(*) FROM published.sensors'", "what follows -- goes to psql"),
    ("psql hub --reader", "as the account that changes nothing"),
    ("dump backup --jobs 4", "all databases that are loaded, into the folder backup"),
    ("restore backup --home other", "into another server of your own"),
    ("restore backup server=env", "into the servers that POSTGRES_* variables name"),
    ("grants server=env > reader.sql", "the reader for those, a script for psql"),
]


@command
def main(given: list[str]) -> int:
    """Run the command line; returns the exit status."""
    cut = given.index("--") if "--" in given else len(given)
    own, passed = given[:cut], given[cut + 1 :]
    options, settings = _parser().read(own)
    if options.command == "env":
        print(_template(settings), end="")
        return 0
    server = EmbeddedServer(home_folder(options.home))
    if settings and options.command not in WITH_SETTINGS:
        raise UsageError(f"{options.command} takes no {short(settings[0])}")
    if passed and options.command != "psql":
        raise UsageError(f"{options.command} takes nothing after --")
    match options.command:
        case "start":
            server.start()
            print(f"running at 127.0.0.1:{server.endpoint('postgres').port}, data in {server.home}")
        case "stop":
            _refuse_during_a_run(server)
            print("stopped" if server.stop() else f"no server runs in {server.home}")
        case "status":
            _status(server)
        case "destroy":
            _destroy(server, confirmed=options.yes)
        case "psql":
            _psql(server, options.database, passed, reader=options.reader)
        case "dump":
            _dump(server, options, settings)
        case "restore":
            _restore(server, options, settings)
        case "grants":
            _grants(server, settings)
    return 0


def _parser() -> Parser:
    parser = Parser("server", PURPOSE, examples=EXAMPLES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("--home", help="the server's folder (default: $GENIMS_HOME, else .genims)")
        if name == "destroy":
            command.add_argument("--yes", action="store_true", help="do not ask")
        if name in ("dump", "restore"):
            command.add_argument("folder", type=Path, help="of the dump")
            command.add_argument(
                "--jobs",
                type=_jobs,
                default=min(os.cpu_count() or 1, MOST_JOBS),
                metavar="N",
                help="tables at a time (default: one a core)",
            )
            command.add_argument("--overwrite", action="store_true", help="replace what is there")
        if name == "dump":
            command.add_argument("--database", action="append", metavar="NAME", help="only this one; may be repeated")
            command.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=f"default: {FORMATS[0]}")
        if name == "psql":
            command.add_argument("--reader", action="store_true", help="as genims_reader, who changes nothing")
            command.add_argument(
                "database",
                nargs="?",
                default=DEFAULT_MODULE,
                help=f"a database, a module or hub (default: {DEFAULT_MODULE})",
            )
    return parser


def _template(settings: Sequence[str]) -> str:
    """A .env for the topology that the settings choose."""
    topology = configuration.load(["server=env", *settings]).topology
    databases = {database.prefix: name for name, database in topology.databases.items()}
    modules = {database.prefix: ", ".join(database.modules) for database in topology.databases.values()}
    if topology.hub:
        databases["HUB"] = topology.hub
        modules["HUB"] = "the hub, which shows all the others; topology.hub=null does without"
    return template(topology.name, databases, modules)


def _status(server: EmbeddedServer) -> None:
    status = server.status()
    if status.port is None:
        print(f"no server has been created in {status.home}")
        return
    state = f"running at 127.0.0.1:{status.port}" if status.running else "stopped"
    print(f"{state}, data in {status.home}, {_size(status.bytes_on_disk)} on disk")
    for name, size in status.databases.items():
        print(f"  {name:<28}{_size(size):>10}")
    databases = list(status.databases)
    for account, word in (("reader", "reads everything"), ("endpoint", "owns the databases")):
        if databases and status.running:
            place = getattr(server, account)(_hub(databases) or databases[0])
            print(
                f"{word}: postgresql://{place.user}@{place.host}:{place.port}/{place.dbname}, password in {server.password_of(place.user)}"
            )
    if status.running:
        print(f"stop it with: {resources.genims()} server stop{_at(server)}")


def _destroy(server: EmbeddedServer, *, confirmed: bool) -> None:
    if not server.folder.exists():
        print(f"no server has been created in {server.home}")
        return
    if not confirmed:
        if not sys.stdin.isatty():
            raise UsageError(f"destroy deletes all data in {server.folder}: confirm with --yes")
        if input(f"Delete all data in {server.folder}? [yes/no] ").strip().lower() != "yes":
            print("nothing deleted")
            return
    _refuse_during_a_run(server)
    server.destroy()
    print(f"deleted {server.folder}")


def _refuse_during_a_run(server: EmbeddedServer) -> None:
    """A run would start the server again."""
    if not server.lives():
        return
    with connect(server.endpoint("postgres")) as session:
        loading = session.execute(
            "SELECT min(backend_start)::timestamptz(0) FROM pg_stat_activity WHERE application_name = %s",
            (APPLICATION,),
        ).fetchone()
    if loading and loading[0]:
        raise UserError(f"a run has been loading since {loading[0]}: end it first, with Ctrl-C or SIGTERM")


def _psql(server: EmbeddedServer, name: str, arguments: Sequence[str], *, reader: bool) -> None:
    """Become psql; the password goes through its environment, which only the same user can read."""
    if not server.folder.exists():
        raise UserError(f"no server has been created in {server.home}: {resources.genims()} run creates one")
    server.start()
    database = _database(server, name)
    endpoint = server.reader(database) if reader else server.endpoint(database)
    psql = str(server.binary("psql"))
    os.execve(psql, ["psql", *arguments], endpoint.environment())


def _database(server: EmbeddedServer, name: str) -> str:
    """The database of that name, or that holds the module of that name; `hub` is the one called so."""
    databases = list(server.status().databases)
    if name in databases or name == "postgres":
        return name
    names: dict[str, str] = {database: database for database in databases}
    for database in databases:
        with connect(server.endpoint(database)) as session:
            [(ours,)] = session.execute("SELECT to_regclass('genims.module') IS NOT NULL").fetchall()
            modules = session.execute("SELECT module FROM genims.module").fetchall() if ours else []
        names |= {str(module): database for (module,) in modules}
    if hub := _hub(databases):
        names["hub"] = hub
    if name in names:
        return names[name]
    if not databases:
        raise UserError(f"nothing is loaded yet: {resources.genims()} run creates the databases")
    near = process.extractOne(name, list(names), score_cutoff=60)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"
    raise UsageError(f"no database or module {name}: {hint}")


def _at(server: EmbeddedServer) -> str:
    """The option that names the server's folder, unless it is the one that is meant without it."""
    return "" if server.home == home_folder() else f" --home {shlex.quote(str(server.home))}"


def _hub(databases: Sequence[str]) -> str | None:
    return next((database for database in databases if database.endswith("hub")), None)


def _jobs(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= MOST_JOBS):
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {MOST_JOBS}, not {short(text)}")
    return int(text)


def _dump(server: EmbeddedServer, options: argparse.Namespace, settings: Sequence[str]) -> None:
    places = _places(server, settings)
    for name in options.database or ():
        if name not in places:
            raise UsageError(f"no database {short(name)} is loaded (there are {', '.join(places)})")
    chosen = {name: place for name, place in places.items() if not options.database or name in options.database}
    program = server.binary("pg_dump")
    dump.dump(
        options.folder.absolute(),
        chosen,
        program,
        form=options.format,
        jobs=options.jobs,
        overwrite=options.overwrite,
        say=print,
    )
    print(f"written to {options.folder}; the hub holds no data, and is made anew by the next run")


def _restore(server: EmbeddedServer, options: argparse.Namespace, settings: Sequence[str]) -> None:
    folder = options.folder.absolute()
    names = [each.name for each in dump.contents(folder)]
    if settings:
        places = locate(configuration.load(settings))
        if missing := [name for name in names if name not in places]:
            raise UsageError(f"the dump holds {missing[0]}, which this topology does not have: add topology=...")
    else:
        _refuse_during_a_run(server)
        server.start()
        places = server.endpoints(dict.fromkeys(names))
    program = server.binary("pg_restore")
    dump.restore(folder, places, program, jobs=options.jobs, overwrite=options.overwrite, say=print)
    catalog = Catalog.load()
    for each in dump.contents(folder):
        with connect(places[each.name]) as session:
            there = {name for (name,) in session.execute("SELECT schemaname || '.' || tablename FROM pg_tables")}
        statistics.analyze(places[each.name], [table for table in catalog.tables() if table.qualified in there])
    print(f"restored {len(names)} databases; the run that loaded them goes on from there, and makes the hub")


def _grants(server: EmbeddedServer, settings: Sequence[str]) -> None:
    config = configuration.load(settings)
    if config.server.kind == "embedded":
        raise UsageError("the embedded server has the reader already; add server=env for servers of your own")
    endpoints = locate(config)
    print(roles.grants([*endpoints.values(), *([hub.endpoint(config, endpoints)] if config.topology.hub else [])]))


def _places(server: EmbeddedServer, settings: Sequence[str]) -> dict[str, Endpoint]:
    """Databases that hold something of ours: those of the settings, or all of the embedded server."""
    if settings:
        candidates = locate(configuration.load(settings))
    else:
        if not server.folder.exists():
            raise UserError(f"no server has been created in {server.home}: {resources.genims()} run creates one")
        server.start()
        candidates = server.endpoints(server.status().databases)
    found: dict[str, Endpoint] = {}
    for name, place in candidates.items():
        with connect(place) as session:
            [(ours,)] = session.execute("SELECT to_regclass('genims.plant') IS NOT NULL").fetchall()
        if ours:
            found[name] = place
    if not found:
        raise UserError(f"nothing is loaded: {resources.genims()} run loads a plant")
    return found


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
