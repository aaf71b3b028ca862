from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from genims_ray import resources
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.server import main
from tests.postgres.conftest import Databases


def run(server: EmbeddedServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line as a person runs it; psql replaces the process."""
    command, *rest = arguments
    return subprocess.run(
        [sys.executable, "-m", "genims_ray.server", command, "--home", str(server.home), *rest],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_status_shows_the_databases(
    server: EmbeddedServer, shared_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--home", str(server.home)]) == 0
    shown = capsys.readouterr().out
    assert f"running at 127.0.0.1:{server.endpoint('postgres').port}" in shown
    assert shared_databases.operations.dbname in shown
    assert server.endpoint("postgres").password not in shown


def test_psql_opens_the_database_of_a_module(server: EmbeddedServer, shared_databases: Databases) -> None:
    for other in server.status().databases.keys() - shared_databases.endpoints.keys():
        drop(server.endpoint(other))  # a module's database is the last by name
    for name in ((), ("operations",), (shared_databases.operations.dbname,)):
        done = run(server, "psql", *name, "--", "-Atc", "SELECT current_database(), 'sensor_data'::regclass")
        assert done.stderr == ""
        assert done.stdout == f"{shared_databases.operations.dbname}|sensor_data\n"


def test_an_unknown_database_is_one_line_with_a_suggestion(
    server: EmbeddedServer, shared_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["psql", "--home", str(server.home), "operatons"]) == 2
    assert capsys.readouterr().err == "error: no database or module operatons: did you mean operations?\n"


def test_destroy_asks_first(server: EmbeddedServer) -> None:
    done = run(server, "destroy")
    assert (done.returncode, done.stdout) == (2, "")
    assert "confirm with --yes" in done.stderr
    assert server.status().running


@pytest.mark.parametrize("command", [["stop"], ["destroy", "--yes"]])
def test_a_server_that_a_run_loads_into_is_not_taken_from_it(
    server: EmbeddedServer, shared_databases: Databases, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with RunLock(shared_databases.endpoints):
        assert main([*command, "--home", str(server.home)]) == 1
    assert re.fullmatch(r"error: a run has been loading since .*: end it first.*\n", capsys.readouterr().err)
    assert server.status().running


def test_without_a_server_every_command_says_so(open_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(open_folder / "nothing here")
    assert main(["stop", "--home", home]) == 0
    assert main(["status", "--home", home]) == 0
    assert main(["destroy", "--home", home, "--yes"]) == 0
    assert main(["psql", "--home", home]) == 1
    shown = capsys.readouterr()
    assert shown.out == (f"no server runs in {home}\n" + 2 * f"no server has been created in {home}\n")
    assert shown.err == f"error: no server has been created in {home}: {resources.genims()} run creates one\n"
    assert not (open_folder / "nothing here").exists()


def test_an_unknown_command_is_one_line_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["strat"]) == 2
    assert capsys.readouterr().err == (
        "error: no command 'strat' (start, stop, status, destroy, psql, dump, restore, grants, env); "
        "did you mean start?\n"
    )
