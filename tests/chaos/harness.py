"""A run to be disturbed, and what must be true afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.fingerprint import Fingerprint, fingerprints
from genims_ray.postgres.servers import drop

ROOT = Path(__file__).parents[2]
CATALOG = Catalog.load()
DAYS = 3
MODULES = [] if os.environ.get("MODULES") == "all" else ["modules=[master,operations,mes]"]
"""The three that use every way of loading, or with MODULES=all all that exist."""
PLANT = ["scale=tiny", "topology=minimal5", f"days={DAYS}", *MODULES]
QUIET = ["ray.dashboard=false", "ray.object_store_bytes=100000000"]
TOPOLOGY = config.load(PLANT).topology
DATABASES = [*TOPOLOGY.databases, TOPOLOGY.hub]
RUN_SECONDS = 240
RAY_ENDS_SECONDS = 150
"""Ray's agents notice the death of their node in their own time when the driver was killed."""


def wait_until(what: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.02)


@dataclass
class Run:
    """`python -m genims_ray.run` with settings, and every process it ever had."""

    process: subprocess.Popen[bytes]
    ray_folder: Path
    """Every process of its Ray writes a log there, whoever its parent is by now."""
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    output: str = ""
    errors: str = ""

    def look(self) -> list[psutil.Process]:
        """Its living processes now."""
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        ours = []
        for each in found:
            with suppress(psutil.Error):
                if not each.name().startswith("postgres"):
                    self.seen[each.pid] = each
                    ours.append(each)
        return ours

    def named(self, name: str) -> psutil.Process:
        """One of its processes: by program, or by what an actor's title holds."""
        for each in self.look():
            with suppress(psutil.Error):
                if each.name() == name or (each.cmdline() and name in each.cmdline()[0]):
                    return each
        raise LookupError(f"the run has no process {name}")

    def wait(self, seconds: float = RUN_SECONDS) -> int:
        """Its exit status."""
        status = self.process.wait(timeout=seconds)
        self.output, self.errors = ((self.ray_folder / name).read_text() for name in ("output", "errors"))
        return status

    def has_one_clear_line(self) -> bool:
        lines = [line for line in self.errors.splitlines() if not line.startswith("the server is recovering")]
        return len(lines) == 1 and lines[0].startswith("error: ") and "Traceback" not in self.output

    def left(self) -> list[psutil.Process]:
        """Its processes that still live."""
        alive = []
        for each in psutil.process_iter():
            with suppress(psutil.Error):
                ours = self.seen.get(each.pid) == each or any(
                    self.ray_folder in Path(file.path).parents for file in each.open_files()
                )
                if ours and each.status() != psutil.STATUS_ZOMBIE:
                    alive.append(each)
        return alive


def start(cwd: Path, *settings: str, environment: Mapping[str, str] | None = None) -> Run:
    """Begin a run of the plant in a folder whose .env, if any, names the servers."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "POSTGRES_", "GENIMS_"))
    }
    ray_folder = Path(tempfile.mkdtemp(prefix="genims-ray-"))
    surroundings |= {"PYTHONPATH": str(ROOT), "RAY_TMPDIR": str(ray_folder)} | dict(environment or {})
    # Files, for pipes stay open until the last of Ray's agents has noticed that a run is gone.
    with (ray_folder / "output").open("w") as output, (ray_folder / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "genims_ray.run", *PLANT, *QUIET, *settings],
            cwd=cwd,
            env=surroundings,
            stdout=output,
            stderr=errors,
        )
    run = Run(process, ray_folder)
    threading.Thread(target=_follow, args=(run,), daemon=True).start()
    return run


def _follow(run: Run) -> None:
    while run.process.poll() is None:
        run.look()
        time.sleep(0.5)


def endpoints_of(server: EmbeddedServer) -> dict[str, Endpoint]:
    return {name: server.superuser(name) for name in DATABASES}


def write_env(folder: Path, places: Mapping[str, Endpoint]) -> None:
    """A .env for server=env; `places` by database name, the hub's included."""
    prefixes = {name: database.prefix for name, database in TOPOLOGY.databases.items()} | {TOPOLOGY.hub: "HUB"}
    lines = []
    for name, place in places.items():
        values = {
            "HOST": place.host,
            "PORT": place.port,
            "DB": place.dbname,
            "USER": place.user,
            "PASSWORD": place.password,
            "SSLMODE": "disable",
        }
        lines += [f"POSTGRES_{prefixes[name]}_{key}={value}\n" for key, value in values.items()]
    (folder / ".env").write_text("".join(lines))


def drop_all(places: Mapping[str, Endpoint]) -> None:
    for place in places.values():
        drop(place)


def contents(places: Mapping[str, Endpoint]) -> dict[str, Fingerprint]:
    found: dict[str, Fingerprint] = {}
    for name, database in TOPOLOGY.databases.items():
        tables = [table for table in CATALOG.tables() if table.module in database.modules]
        found |= fingerprints(places[name], tables)
    return found


def assert_exactly_once(places: Mapping[str, Endpoint], expected: Mapping[str, Fingerprint], days: int = DAYS) -> None:
    """Rows, ledger and leftovers are those of a run that nothing disturbed."""
    found = contents(places)
    assert {name for name in expected if found[name] != expected[name]} == set()
    end = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days)
    for name, database in TOPOLOGY.databases.items():
        with connect(places[name]) as session:
            scopes = CATALOG.scopes([m for m in config.load(PLANT).modules if m in database.modules])
            for scope in scopes:
                # Overlap is impossible by constraint: a whole that has one piece has no gap either.
                pieces = session.execute(
                    "SELECT lower_inf(part), upper(part) FROM (SELECT unnest(range_agg(covered)) AS part"
                    " FROM genims.ledger WHERE scope = %s) AS parts",
                    (scope,),
                ).fetchall()
                assert pieces == [(True, end)], scope
                [(counted,)] = session.execute(
                    "SELECT sum(inserted) - sum(retired) FROM genims.ledger WHERE scope = %s", (scope,)
                ).fetchall()
                assert counted == sum(found[t.qualified].rows for t in CATALOG.of_scope(scope).values()), scope
            assert session.execute(LEFTOVERS).fetchall() == []
            wait_until(lambda: session.execute(SESSIONS).fetchall() == [], 30)


LEFTOVERS = r"""
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_toast' AND (c.relpersistence = 't'
        OR (c.relkind = 'r' AND c.relname ~ '_\d{8}$' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)))
"""
SESSIONS = """
    SELECT application_name, state FROM pg_stat_activity WHERE datname = current_database()
    AND (application_name = 'genims_ray loader' OR state LIKE 'idle in transaction%')
"""


def verify(cwd: Path) -> None:
    done = command(cwd, "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def printed(cwd: Path) -> dict[str, list[object]]:
    """What `python -m genims_ray.fingerprint --json` prints."""
    done = command(cwd, "fingerprint", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def command(cwd: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"genims_ray.{name}", *PLANT, "server=env", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_nothing_left(runs: list[Run]) -> None:
    """No process of the runs lives on; Ray's agents get the time they take."""
    wait_until(lambda: not any(run.left() for run in runs), RAY_ENDS_SECONDS)
    for run in runs:
        shutil.rmtree(run.ray_folder, ignore_errors=True)
