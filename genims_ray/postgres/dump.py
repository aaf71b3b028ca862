"""Databases written into a folder, and brought back: with PostgreSQL's own pg_dump and pg_restore.

<folder>/genims.json     which databases, in what format
<folder>/<database>/     one in directory format, or
<folder>/<database>.dump one in custom format

Neither is seen half done: a folder takes its name when all is in it, and databases take theirs when all are restored.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from genims_ray.errors import UserError, short
from genims_ray.postgres import search_path
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import NAME_BYTES, connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import MAINTENANCE, create, drop

MANIFEST = "genims.json"
FORMATS = ("directory", "custom")
IN_TEMPLATE = ("pg_stat_statements", "postgres_fdw")
"""Extensions that no database needs for what is in it; a superuser alone may create them."""
RESTORING = ".restoring"
"""End of the name of a database that is not complete."""

KNOWS_ALL_TIMEOUTS = 170000
"""Version of a server that knows all settings that pg_restore sets first; older ones refuse one, to no harm."""
NO_SUCH_TIMEOUT = 'unrecognized configuration parameter "transaction_timeout"'

Say = Callable[[str], None]


@dataclass(frozen=True)
class Dumped:
    """One database of a folder."""

    name: str
    file: str
    modules: tuple[str, ...]


def dump(
    folder: Path, databases: Mapping[str, Endpoint], program: Path, *, form: str, jobs: int, overwrite: bool, say: Say
) -> None:
    """Write the databases into `folder` with pg_dump at `program`; no run loads them meanwhile.

    Raises `UserError` where the folder holds something (and `overwrite` does not say to replace it), a run is at it,
    or pg_dump fails; a folder that was there is then as it was.
    """
    _refuse_taken(folder, overwrite)
    new = folder.with_name(folder.name + ".new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise UserError(f"cannot write to {new}: {error.strerror}") from None
    try:
        with RunLock(databases):
            written = [_dump(new, name, place, program, form, jobs, say) for name, place in databases.items()]
        entries = {each.name: {"file": each.file, "modules": each.modules} for each in written}
        (new / MANIFEST).write_text(json.dumps({"format": form, "databases": entries}, indent=1) + "\n")
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _refuse_taken(folder: Path, overwrite: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST).is_file()):
        raise UserError(f"{folder} is there, and no dump of GenIMS: name another folder")
    if any(folder.iterdir()) and not overwrite:
        raise UserError(f"{folder} holds a dump already: name another folder, or add --overwrite")


def _dump(folder: Path, name: str, place: Endpoint, program: Path, form: str, jobs: int, say: Say) -> Dumped:
    with connect(place) as session:
        modules = [str(module) for (module,) in session.execute("SELECT module FROM genims.module ORDER BY 1")]
    began = time.monotonic()
    file = name if form == "directory" else f"{name}.dump"
    parallel = [f"--jobs={jobs}"] if form == "directory" else []
    left_out = [f"--exclude-extension={extension}" for extension in IN_TEMPLATE]
    _call(program, place, f"--format={form}", f"--file={folder / file}", *parallel, *left_out)
    size = sum(each.stat().st_size for each in (folder / file, *(folder / file).glob("*")) if each.is_file())
    say(f"{name:<28}{size / 1e6:>10.1f} MB{time.monotonic() - began:>8.1f} s")
    return Dumped(name, file, tuple(modules))


def contents(folder: Path) -> list[Dumped]:
    """The databases of a dump; `UserError` where the folder is none."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        return [Dumped(name, str(each["file"]), tuple(each["modules"])) for name, each in found["databases"].items()]
    except FileNotFoundError:
        raise UserError(f"{folder} is no dump of GenIMS: there is no {MANIFEST} in it") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"cannot read {folder / MANIFEST}: {short(str(error))}") from None


def restore(
    folder: Path, places: Mapping[str, Endpoint], program: Path, *, jobs: int, overwrite: bool, say: Say
) -> None:
    """Bring the databases of a dump back at `places`, by name, with pg_restore at `program`.

    Raises `UserError` where one of them is there already and holds something (and `overwrite` does not say to drop
    it), or holds tables that are not ours, or where pg_restore fails; what was there is then as it was.
    """
    dumped = contents(folder)
    there = {each.name: place for each in dumped if _holds(place := places[each.name])}
    if there and not overwrite:
        raise UserError(
            f"database {next(iter(there.values())).public()} is there already: restore elsewhere, or add --overwrite to "
            "delete it"
        )
    made = {each.name: _unfinished(places[each.name]) for each in dumped}
    try:
        with RunLock(there) as lock:
            for each in dumped:
                began = time.monotonic()
                new = made[each.name]
                drop(new)
                create(new)
                _restore(folder / each.file, new, program, jobs)
                say(f"{each.name:<28}{time.monotonic() - began:>8.1f} s")
            for each in dumped:
                place = places[each.name]
                if each.name in there:
                    with lock.released(each.name):
                        _take_name(made[each.name], place)
                else:
                    _take_name(made[each.name], place)
                with connect(place) as session:
                    search_path.extend(session, [*each.modules, "published"])
    except BaseException:
        for new in made.values():
            with suppress(UserError):
                drop(new)
        raise


def _restore(file: Path, place: Endpoint, program: Path, jobs: int) -> None:
    arguments = ["--no-owner", "--no-privileges", f"--jobs={jobs}", f"--dbname={place.dbname}", str(file)]
    with connect(place) as session:
        knows = session.info.server_version >= KNOWS_ALL_TIMEOUTS
    if knows:
        _call(program, place, "--exit-on-error", *arguments)
    else:
        _call(program, place, *arguments, ignored=NO_SUCH_TIMEOUT)


def _holds(place: Endpoint) -> bool:
    """Whether a database is there and holds something; `UserError` where that is not ours."""
    with connect(place.database(MAINTENANCE)) as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", (place.dbname,)).fetchone() is None:
            return False
    with connect(place) as session:
        [(ours, relations)] = session.execute(
            "SELECT to_regclass('genims.plant') IS NOT NULL, EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n"
            " ON n.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_'"
            " AND nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend AS d"
            " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))"
        ).fetchall()
    if relations and not ours:
        raise UserError(f"database {place.public()} holds tables that are not GenIMS's: restore elsewhere")
    return bool(ours)


def _unfinished(place: Endpoint) -> Endpoint:
    if len((place.dbname + RESTORING).encode()) > NAME_BYTES:
        raise UserError(f"database {place.public()}: its name is too long to restore it under another one first")
    return place.database(place.dbname + RESTORING)


def _take_name(new: Endpoint, place: Endpoint) -> None:
    drop(place)
    with connect(place.database(MAINTENANCE)) as server:
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new.dbname), sql.Identifier(place.dbname))
        )


def _call(program: Path, place: Endpoint, *arguments: str, ignored: str | None = None) -> None:
    done = subprocess.run(
        [program, "--no-password", *arguments],
        env=place.environment(),
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error:" in line]
        wrong = [line for line in said if ignored is None or ignored not in line]
        if wrong or not said:
            reason = (wrong or done.stderr.splitlines() or ["no reason"])[0]
            raise UserError(f"{program.name} of database {place.public()} failed: {place.masked(reason)}")
