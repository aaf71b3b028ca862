"""A real run, watched by Prometheus and postgres_exporter: every query of every panel and rule has an answer."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil
import pytest
import yaml

from genims_ray.monitor.__main__ import main
from genims_ray.monitor.programs import free_port
from genims_ray.monitor.settings import sources
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from tests.monitoring.programs import needed
from tests.monitoring.test_files import DASHBOARDS, ROOT, SHIPPED

SETTINGS = [
    "scale=tiny",
    "days=14",
    "modules=[master,operations,mes]",
    "unit.rows=20000",
    "ray.object_store_bytes=100000000",
]
COMPARISON = re.compile(r"^(?P<asked>.*?)\s*[<>]\s*[0-9.]+\s*$", re.DOTALL)
PROMQL = {
    f"{name}: {panel['title']} {target['refId']} ({panel['id']})": target["expr"]
    for name, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
    for target in panel.get("targets", [])
    if "expr" in target
}
RULES = {
    rule.get("record") or rule["alert"]: rule["expr"]
    for path in sorted(SHIPPED.glob("rules/*.yml"))
    for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
SQL = {
    panel["title"]: panel["targets"][0]["rawSql"]
    for panel in DASHBOARDS["genims-plant"]["panels"]
    if panel["type"] != "row"
}


@dataclass
class Watched:
    """A run that was watched, and what was seen of it meanwhile."""

    home: EmbeddedServer
    environment: dict[str, str]
    monitor: subprocess.Popen[str]
    said: str
    """By the monitor, when it started."""
    began: float
    ended: float = 0.0
    output: str = ""
    listening: dict[str, str] = field(default_factory=dict)
    """Addresses that our processes listened on, with the process's name."""
    status: str = ""
    actors: list[dict[str, Any]] = field(default_factory=list)
    actor_logs: str = ""

    @property
    def prometheus(self) -> str:
        return url_after("Prometheus", self.said)

    def ask(self, expr: str, at: float | None = None) -> list[Any]:
        """What Prometheus answers; as of `at`, or now."""
        asked = urlencode({"query": expr, **({"time": at} if at else {})})
        with urlopen(f"{self.prometheus}/api/v1/query?{asked}", timeout=30) as answer:
            found = json.load(answer)
        assert found["status"] == "success", found
        result: list[Any] = found["data"]["result"]
        return result

    def ever(self, expr: str) -> list[Any]:
        """What Prometheus answered at some time of the run or after it; nothing if it never had an answer."""
        at = self.ended + 6
        while at > self.began:
            if found := self.ask(expr, at):
                return found
            at -= 3
        return []


@pytest.fixture(scope="module")
def watched(open_folder: Path) -> Iterator[Watched]:
    for program in ("prometheus", "prometheus-postgres-exporter"):
        needed(program)
    server = EmbeddedServer(open_folder / "watched")
    ray = open_folder / "r"  # a short path, and no other Ray's
    ray.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "POSTGRES_"))}
    environment |= {"GENIMS_HOME": str(server.home), "RAY_TMPDIR": str(ray), "PYTHONUNBUFFERED": "1"}
    watching = subprocess.Popen(
        [sys.executable, "-m", "genims_ray.monitor", "--port", str(free_port(19090))],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield watch(Watched(server, environment, watching, until_ready(watching), time.time()), ray)
    finally:
        if watching.poll() is None:
            watching.send_signal(signal.SIGTERM)
            watching.wait(60)
        server.destroy()


def until_ready(watching: subprocess.Popen[str]) -> str:
    assert watching.stdout
    lines = []
    for line in watching.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            return "".join(lines)
    raise AssertionError("".join(lines))


def watch(seen: Watched, ray: Path) -> Watched:
    """A run from its beginning to its end."""
    log = ray / "run.out"
    with open(log, "w") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "genims_ray.run", *SETTINGS],
            cwd=ROOT,
            env=seen.environment,
            stdout=output,
            stderr=output,
        )
    figures = seen.home.home / "metrics" / "genims_run.prom"
    deadline = time.monotonic() + 240
    while run.poll() is None and not (figures.exists() and "operations.sensor_data" in figures.read_text()):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    run.send_signal(signal.SIGSTOP)  # its Ray goes on, for as long as we look at it
    seen.listening = sockets(run.pid)
    seen.status = call(seen, "status")
    seen.actors = json.loads(call(seen, "list", "actors", "--detail", "--format", "json"))
    run.send_signal(signal.SIGCONT)
    assert run.wait(240) == 0, log.read_text()
    seen.ended = time.time()
    seen.output = log.read_text()
    logs = (ray / "ray" / "session_latest" / "logs").glob("worker-*.out")
    seen.actor_logs = "".join(path.read_text() for path in logs)
    time.sleep(7)  # Prometheus looks once more at what is left
    return seen


def call(seen: Watched, *arguments: str) -> str:
    """What one of Ray's own commands says, called as the documentation has it."""
    ray = Path(sys.executable).parent / "ray"
    command = f'set -a; . "$GENIMS_HOME/ray.env"; set +a; {ray} {" ".join(arguments)}'
    done = subprocess.run(["sh", "-c", command], env=seen.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sockets(pid: int) -> dict[str, str]:
    """Where a process and its descendants listen."""
    ours = {
        process.pid: process.name() for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
    }
    return {
        f"{each.laddr.ip} {each.laddr.port}": ours[each.pid]
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.pid in ours
    }


def url_after(word: str, text: str) -> str:
    found = re.search(rf"^{word} +.*?(http://[^\s/]+)", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_every_process_of_a_run_listens_on_loopback_only(watched: Watched):
    assert {"gcs_server", "raylet"} <= set(watched.listening.values())
    addresses = {place.split()[0] for place in watched.listening}
    assert addresses <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}, watched.listening


def test_what_the_monitor_starts_listens_on_loopback_only(watched: Watched):
    found = sockets(watched.monitor.pid)
    assert {place.split()[0] for place in found} == {"127.0.0.1"}
    assert len(found) == 3, found


def test_rays_own_commands_work_during_a_run(watched: Watched):
    assert "Node status" in watched.status
    names = {actor["repr_name"] for actor in watched.actors}
    assert "SimulatorLoader(master, operations, mes: simulates and loads)" in names
    assert "SpineOwner(spine: whole plant)" in names
    assert not (watched.home.home / "ray.env").exists(), "there is no Ray any more"


def test_actors_say_what_they_do(watched: Watched):
    assert re.search(
        r"rendered operations\.sensor_data 2025-01-0\d to 2025-01-\d\d: [\d,]+ rows, \d+\.\d\d s", watched.actor_logs
    )
    assert re.search(
        r"loaded mes 2025-01-01 to 2025-01-0\d: [\d,]+ new rows.*, \d+\.\d MB, \d+\.\d\d s", watched.actor_logs
    )


def test_the_run_leaves_a_log_that_its_last_lines_name(watched: Watched):
    [line] = [line for line in watched.output.splitlines() if line.startswith("log ")]
    text = Path(line.split()[1]).read_text()
    assert "command: run scale=tiny days=14" in text
    assert text.count(" loaded operations.sensor_data ") == text.count(" loaded operations.scada_machine_data ") > 1
    [rows] = re.findall(r"finished: ([\d,]+) rows in", text)
    assert f"{rows} rows (" in watched.output or f"{rows} rows in" in watched.output
    assert watched.home.endpoint("postgres").password not in text


@pytest.mark.parametrize("expr", PROMQL.values(), ids=PROMQL)
def test_every_query_of_every_panel_has_an_answer(watched: Watched, expr: str):
    assert watched.ever(expr), expr


@pytest.mark.parametrize("expr", RULES.values(), ids=RULES)
def test_every_rule_has_a_value_to_go_by(watched: Watched, expr: str):
    compared = COMPARISON.match(expr)
    assert watched.ever(compared["asked"] if compared else expr), expr


def test_rules_are_evaluated_without_an_error(watched: Watched):
    with urlopen(f"{watched.prometheus}/api/v1/rules", timeout=30) as answer:
        groups = json.load(answer)["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(RULES)
    assert {rule["health"] for rule in rules} == {"ok"}
    # Nothing was wrong with the run.
    assert [rule["name"] for rule in rules if rule.get("state") == "firing"] == []


@pytest.mark.parametrize("query", SQL.values(), ids=SQL)
def test_every_sql_panel_shows_something(watched: Watched, query: str):
    with connect(watched.home.endpoint("genims_hub")) as session:
        found = session.execute(query.replace("$days", "30").encode()).fetchall()
    assert found
    assert any(value is not None for row in found for value in row)


def test_the_figures_of_the_run_stay_and_are_those_of_the_databases(watched: Watched):
    shown = {
        (sample["metric"]["module"], sample["metric"]["table"]): float(sample["value"][1])
        for sample in watched.ask('genims_run_rows_total{kind="new"}')
    }
    tables = {("operations", "sensor_data"): "genims_operations_db", ("mes", "work_orders"): "genims_manufacturing_db"}
    for (module, table), database in tables.items():
        with connect(watched.home.endpoint(database)) as session:
            [(rows,)] = session.execute(f"SELECT count(*) FROM {module}.{table}".encode()).fetchall()
        assert shown[module, table] == rows
    [state] = watched.ask("genims_run_state == 1")
    assert state["metric"]["state"] == "finished"
    assert {float(each["value"][1]) for each in watched.ask("genims_run_lag_seconds")} == {0.0}
    assert watched.ask("ray_genims_units_in_flight") == [], "Ray is gone"


def test_grafana_is_told_where_everything_is(watched: Watched):
    [line] = [line for line in watched.said.splitlines() if line.startswith("Grafana")]
    file = re.search(r"\. (\S+grafana\.env)", line)
    assert file
    asked = set(
        re.findall(r"\$(\w+)", "".join(path.read_text() for path in SHIPPED.glob("grafana/provisioning/*/*.yml")))
    )
    shell = f'set -a; . "{ROOT / file[1]}"; set +a; env'
    done = subprocess.run(["sh", "-c", shell], env=watched.environment, capture_output=True, text=True, check=True)
    told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert {"GF_PATHS_PROVISIONING", *asked} <= told.keys()
    assert Path(told["GENIMS_DASHBOARDS"], "genims-run.json").is_file()
    assert Path(told["GF_PATHS_PROVISIONING"], "datasources").is_dir()
    assert told["GENIMS_PROMETHEUS_URL"] == watched.prometheus
    place = watched.home.endpoint("genims_hub")
    assert told["GENIMS_HUB_ADDRESS"] == f"{place.host}:{place.port}"
    assert told["GENIMS_HUB_PASSWORD"] == place.password
    assert place.password not in Path(ROOT / file[1]).read_text()


def test_it_stops_with_all_that_it_started(watched: Watched):
    """The last of this file: nobody watches afterwards."""
    children = psutil.Process(watched.monitor.pid).children(recursive=True)
    assert {child.name()[:10] for child in children} == {"prometheus"}
    assert len(children) == 2
    watched.monitor.send_signal(signal.SIGTERM)
    rest, _ = watched.monitor.communicate(timeout=60)
    assert watched.monitor.returncode == 0
    assert rest.strip() == "stopped"
    assert not any(child.is_running() for child in children)


def test_without_prometheus_one_line_says_what_to_install(tmp_path: Path):
    done = refused(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("error: Prometheus is not installed: apt install prometheus")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_ends_is_one_line_with_what_it_said(tmp_path: Path):
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\necho starting\necho 'lock DB directory: resource unavailable'\nexit 3\n")
    program.chmod(0o755)
    done = refused(tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 1
    assert done.stderr.startswith("error: Prometheus ended: lock DB directory: resource unavailable (")
    assert len(done.stderr.splitlines()) == 1


def refused(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "GENIMS_HOME": str(folder / "home"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "genims_ray.monitor"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prot", "1"], "unknown option --prot; did you mean --port?"),
        (["--port", "eighty"], "--port: eighty is no port number"),
        (["--port=0"], "--port: 0 is no port number"),
        (["--port"], "--port: expected one argument"),
        (["topologi=minimal5"], "topologi"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "monitor --port 9191" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_nothing_is_encrypted_here_and_everything_elsewhere():
    from genims_ray.postgres.endpoint import Endpoint

    here = Endpoint("127.0.0.1", 5432, "a", "ann", "p@ss,word")
    there = Endpoint("db.example.com", 5432, "b", "ann", "x", sslmode="prefer")
    kept = Endpoint("db2.example.com", 5433, "c", "ann", "x", sslmode="verify-full")
    found = sources({"a": here, "also": here.database("z"), "b": there, "c": kept}).split(",")
    assert [source.rpartition("@")[2] for source in found] == [
        "127.0.0.1:5432/a?sslmode=disable",
        "db.example.com:5432/b?sslmode=require",
        "db2.example.com:5433/c?sslmode=verify-full",
    ]
    assert "p%40ss%2Cword" in found[0]
