"""The command, end to end, with processes and a server of its own."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import psycopg
import pytest

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.pipeline.announcement import history, things
from genims_ray.pipeline.hints import same_place, same_run, written
from genims_ray.pipeline.plan import plan
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.servers import create, drop
from genims_ray.world import DAY, OPENING, Window, World

ROOT = Path(__file__).parents[1]
ALL = ["scale=tiny", "ray.dashboard=false", "ray.object_store_bytes=100000000"]
QUICK = [*ALL, "modules=[master,operations,mes]"]
"""They have every way of loading."""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "run")
    yield server
    server.destroy()


def surroundings(home: EmbeddedServer) -> dict[str, str]:
    """Our environment without what other tests set for their own Ray."""
    return {k: v for k, v in os.environ.items() if not k.startswith("RAY_")} | {"GENIMS_HOME": str(home.home)}


def command(*settings: str) -> list[str]:
    return [sys.executable, "-m", "genims_ray.run", *settings]


@pytest.fixture
def run(home: EmbeddedServer) -> Run:
    def call(*settings: str) -> subprocess.CompletedProcess[str]:
        environment = surroundings(home)
        return subprocess.run(
            command(*settings), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150
        )

    return call


def expected(days: int) -> dict[str, int]:
    """Rows of every table, rendered here and loaded into memory."""
    settings = config.load([*QUICK, f"days={days}"])
    catalog = Catalog.load()
    world, simulator, sink = World(settings.plant), Simulator(settings.plant, catalog), MemorySink(catalog)
    horizon = Window(OPENING, world.start + days * DAY)
    for unit in plan(catalog.scopes(settings.modules), horizon, world.start, {}, {}, unit_rows=10**9, unit_days=days):
        sink.load(unit, [simulator.render(unit)])
    return {table.qualified: sink.table(table.module, table.name).num_rows for table in catalog.tables()}


def in_databases(home: EmbeddedServer) -> dict[str, int]:
    topology = config.load(QUICK).topology
    found = {}
    for table in Catalog.load().tables():
        with connect(home.endpoint(topology.home(table.module))) as session:
            query = f'SELECT count(*) FROM {table.module}."{table.name}"'.encode()
            [(found[table.qualified],)] = session.execute(query).fetchall()
    return found


def test_interrupted_finished_repeated_and_continued(run: Run, home: EmbeddedServer):
    process = subprocess.Popen(
        command(*QUICK, "days=3", "unit.rows=1000", "ray.dashboard=true"),
        cwd=ROOT,
        env=surroundings(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    dashboard = next(line.split()[-1] for line in process.stdout if line.startswith("Ray dashboard"))
    token = (home.home / "ray-token").read_text()
    assert [status(f"{dashboard}/api/version", each) for each in ("", "guess", token)] == [401, 403, 200]
    wait_for_units(home, process)
    descendants = psutil.Process(process.pid).children(recursive=True)
    workers = [each for each in descendants if "SimulatorLoader" in " ".join(each.cmdline())]
    assert workers
    assert {each.nice() for each in workers} == {psutil.Process().nice()}, "they give way to what else runs"
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 15
    assert process.returncode == 130
    assert errors.strip().endswith("goes on from there")
    assert "Traceback" not in errors

    finished = run(*QUICK, "days=3")
    assert finished.returncode == 0, finished.stderr
    assert "rows/s" in finished.stdout
    assert home.endpoint("postgres").password not in finished.stdout + finished.stderr
    assert in_databases(home) == expected(days=3)

    # Only what one scope misses is loaded again.
    with connect(home.endpoint("genims_operations_db")) as session:
        session.execute("TRUNCATE operations.sensor_data")
        session.execute("DELETE FROM genims.ledger WHERE scope = 'operations.sensor_data' AND NOT lower_inf(covered)")
        units = session.execute("SELECT * FROM genims.ledger ORDER BY scope, covered").fetchall()
    assert run(*QUICK, "days=3").returncode == 0
    assert in_databases(home) == expected(days=3)
    with connect(home.endpoint("genims_operations_db")) as session:
        query = "SELECT * FROM genims.ledger WHERE scope <> 'operations.sensor_data' OR lower_inf(covered) ORDER BY scope, covered"
        assert session.execute(query).fetchall() == units

    began = time.monotonic()
    repeated = run(*QUICK, "days=3")
    assert "loaded already" in repeated.stdout
    assert "Ray dashboard" not in repeated.stdout
    assert time.monotonic() - began < 15

    continued = run(*QUICK, "days=4", "ray.placement=split")
    assert continued.returncode == 0, continued.stderr
    assert in_databases(home) == expected(days=4)

    unreachable = run(*QUICK, "seed=7", "reset=true", "ray.address=127.0.0.1:1")
    assert unreachable.returncode == 1
    assert "cannot join the Ray cluster 127.0.0.1:1" in unreachable.stderr
    assert in_databases(home) == expected(days=4)  # nothing was dropped for it

    refused = run(*QUICK, "seed=7")
    assert refused.returncode == 1
    assert "seed: loaded 42, asked 7" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1

    larger = run(*QUICK, "scale=small")
    assert larger.returncode == 1
    assert larger.stderr.startswith("error: tiny is loaded, and small was asked")
    assert len(larger.stderr.strip().splitlines()) == 1

    told = truth(home, *QUICK)
    assert "2025-01-01 to 2025-01-05 (as loaded)" in told.stdout
    assert (home.home / "truth" / "truth.json").is_file()
    other = truth(home, *QUICK, "seed=7", "--replace")
    assert other.returncode == 2
    assert "seed=7: seed 42 is loaded" in other.stderr


def truth(home: EmbeddedServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "genims_ray.truth", *arguments],
        cwd=ROOT,
        env=surroundings(home),
        capture_output=True,
        text=True,
        timeout=60,
    )


def status(url: str, token: str) -> int:
    """What HTTP answers to a request, with a token or without."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urlopen(Request(url, headers=headers), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_an_actor_for_each_machine_loads_the_same_into_servers_of_ones_own(server: EmbeddedServer, tmp_path: Path):
    loads = [
        ("shared", ["topology=max13"]),
        ("single", ["topology=minimal5", "ray.machines_per_actor=1", "ray.databases_per_loader=1"]),
    ]
    found = []
    for name, settings in loads:
        topology = config.load(settings).topology
        prefixes = {database.prefix: key for key, database in topology.databases.items()} | {"HUB": "hub"}
        places = {prefix: server.endpoint(f"{name}_{key}") for prefix, key in prefixes.items()}
        create(places["HUB"])  # from a template that has postgres_fdw, as a superuser would prepare it
        (tmp_path / ".env").write_text(
            "".join(
                f"POSTGRES_{prefix}_HOST={place.host}\nPOSTGRES_{prefix}_PORT={place.port}\n"
                f"POSTGRES_{prefix}_DB={place.dbname}\nPOSTGRES_{prefix}_USER={place.user}\n"
                f"POSTGRES_{prefix}_PASSWORD={place.password}\n"
                for prefix, place in places.items()
            )
        )
        done = subprocess.run(
            command(*ALL, "days=1", "server=env", *settings),
            cwd=tmp_path,
            env=without_variables(),
            capture_output=True,
            text=True,
            timeout=150,
        )
        assert done.returncode == 0, done.stderr
        assert places["MASTER"].password not in done.stdout + done.stderr
        found.append(digests({prefixes[prefix]: place for prefix, place in places.items()}, topology))
        for place in places.values():
            drop(place)
    assert found[0] == found[1]
    assert len(set(found[0].values())) > 20


def without_variables() -> dict[str, str]:
    """The environment, as it is where no server of one's own is known."""
    return {name: value for name, value in os.environ.items() if not name.startswith("POSTGRES_")}


def digests(places: dict[str, Endpoint], topology: config.Topology) -> dict[str, str]:
    """A hash of all rows of each table."""
    found = {}
    for table in Catalog.load().tables():
        query = f"""SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {table.module}."{table.name}" AS t"""
        with connect(places[topology.home(table.module)]) as session:
            [(found[table.qualified],)] = session.execute(query.encode()).fetchall()
    return found


def test_what_to_try_next_means_the_same_plant():
    given = ["scale=tiny", "days=3", "reset=true", "modules=[master,mes]", "server.home='/data/a b'", "unit.rows=9"]
    assert same_run(given) == [each for each in given if each not in ("days=3", "reset=true")]
    assert same_place(given) == ["server.home='/data/a b'"]
    assert same_place(["--config-dir", "mine", "scale=two", "server=env"]) == ["--config-dir", "mine", "server=env"]
    assert shlex.split(written(given)) == given
    assert written([]) == ""


def test_things_are_counted():
    assert [things(1, "factory", "factories"), things(2, "factory", "factories")] == ["1 factory", "2 factories"]
    assert [things(1, "line"), things(1_200, "line")] == ["1 line", "1,200 lines"]
    assert history(config.load(["scale=tiny", "days=3"])) == "3 days, 2025-01-01 to 2025-01-03"


def wait_for_units(home: EmbeddedServer, process: subprocess.Popen[str]) -> None:
    """Until some unit of operations is committed."""
    for _ in range(600):
        assert process.poll() is None, process.communicate()
        # The server, the database or the ledger may not be there yet.
        with suppress(UserError, psycopg.Error), connect(home.endpoint("genims_operations_db")) as session:
            [(units,)] = session.execute("SELECT count(*) FROM genims.ledger").fetchall()
            if units:
                return
        time.sleep(0.1)
    raise AssertionError("nothing was loaded in a minute")


@pytest.mark.parametrize(
    ("settings", "message"), [(["dayz=3"], "did you mean days?"), (["days=many"], "days: expected a whole number")]
)
def test_a_wrong_command_is_one_line_and_exit_2(run: Run, settings: list[str], message: str):
    outcome = run(*settings)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("error: ")
    assert message in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
