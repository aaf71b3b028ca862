"""The embedded PostgreSQL server: start it, stop it, look at it, open a psql in it, delete it."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("server")

import os
import shlex
import sys
from collections.abc import Sequence

from rapidfuzz import process

from genims_ray import resources
from genims_ray.command import Parser, command
from genims_ray.errors import UsageError, UserError
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.files import home_folder
from genims_ray.postgres.lock import APPLICATION

DEFAULT_MODULE = "operations"
COMMANDS = {
    "start": "start the server (a run does so by itself); it stays up until stopped",
    "stop": "stop the server; its data stays",
    "status": "whether it runs, its address, its databases and their sizes",
    "destroy": "stop the server and delete all its data, after confirmation",
    "psql": "open psql in a database; what follows -- goes to psql",
}
PURPOSE = """\
The embedded PostgreSQL server: start it, stop it, look at it, open a psql in it, delete it.

A database is named by its own name, by a module that lives in it, or `hub`.
The data is in .genims/ of the current folder, or in $GENIMS_HOME.\
"""
EXAMPLES = [
    ("status", "what runs, and its databases"),
    ("psql operations", "a prompt in one database"),
    ("psql hub -- -c 'SELECT count(*) FROM published.sensors'", "what follows -- goes to psql"),
]


@command
def main(given: list[str]) -> int:
    """Run the command line; returns the exit status."""
    cut = given.index("--") if "--" in given else len(given)
    own, passed = given[:cut], given[cut + 1 :]
    options, _ = _parser().read(own)
    server = EmbeddedServer(home_folder(options.home))
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
            _psql(server, options.database, passed)
    return 0


def _parser() -> Parser:
    parser = Parser("server", PURPOSE, examples=EXAMPLES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("--home", help="the server's folder (default: $GENIMS_HOME, else .genims)")
        if name == "destroy":
            command.add_argument("--yes", action="store_true", help="do not ask")
        if name == "psql":
            command.add_argument(
                "database",
                nargs="?",
                default=DEFAULT_MODULE,
                help=f"a database, a module or hub (default: {DEFAULT_MODULE})",
            )
    return parser


def _status(server: EmbeddedServer) -> None:
    status = server.status()
    if status.port is None:
        print(f"no server has been created in {status.home}")
        return
    state = f"running at 127.0.0.1:{status.port}" if status.running else "stopped"
    print(f"{state}, data in {status.home}, {_size(status.bytes_on_disk)} on disk")
    for name, size in status.databases.items():
        print(f"  {name:<28}{_size(size):>10}")
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


def _psql(server: EmbeddedServer, name: str, arguments: Sequence[str]) -> None:
    """Become psql; the password goes through its environment, which only the same user can read."""
    if not server.folder.exists():
        raise UserError(f"no server has been created in {server.home}: {resources.genims()} run creates one")
    server.start()
    endpoint = server.endpoint(_database(server, name))
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
    if hub := next((database for database in databases if database.endswith("hub")), None):
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


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
