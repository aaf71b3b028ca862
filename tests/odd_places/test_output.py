"""Where output may go: a reader that leaves, a full or closed file, a terminal that can do nothing, plain ASCII."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from genims_ray import screen
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect

ROOT = Path(__file__).parents[2]
QUICK = ["run", "scale=tiny", "days=1", "modules=[master,operations]", "topology=minimal5", "ray.dashboard=false"]
GENIMS = [sys.executable, "-m", "genims_ray"]


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "output")
    yield server
    server.destroy()


def surroundings(home: EmbeddedServer | None = None, **more: str) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("RAY_", "PYTHONIO", "FORCE_COLOR"))}
    return ours | ({"GENIMS_HOME": str(home.home)} if home else {}) | more


def called(arguments: list[str], home: EmbeddedServer | None = None, **how: Any) -> subprocess.CompletedProcess[str]:
    """The program's outcome; `how` may name another stdout, or more of the environment."""
    environment = surroundings(home, **how.pop("env", {}))
    how = {"stdout": subprocess.PIPE} | how
    return subprocess.run(
        [*GENIMS, *arguments], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, timeout=170, **how
    )


def test_a_load_goes_on_without_its_reader(home: EmbeddedServer):
    process = subprocess.Popen(
        [*GENIMS, *QUICK],
        cwd=ROOT,
        env=surroundings(home, FORCE_COLOR="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "starting PostgreSQL ...\n"
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=170) == 0, errors
    assert "Error" not in errors
    with connect(home.endpoint("genims_operations_db")) as session:
        [(rows,)] = session.execute("SELECT count(*) FROM operations.scada_machine_data").fetchall()
    assert rows == 8 * 24 * 30  # a row of each machine every two minutes

    # What follows finds all loaded, and has the same closing screen.
    full = called(QUICK, home, stdout=open("/dev/full", "w"))  # noqa: SIM115
    assert full.returncode == 0
    assert full.stderr == (
        "error: cannot write to standard output: No space left on device; the load goes on without it\n"
    )
    plain = called(QUICK, home, env={"PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1", "TERM": "xterm"})
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "\x1b[1m" in plain.stdout, "colours were asked for"
    assert "\x1b[2K" not in plain.stdout
    assert "\x1b[?25l" not in plain.stdout
    assert "'modules=[master,operations]'" in plain.stdout, "what is to be pasted keeps its brackets"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_closed_file_is_nowhere(number: int):
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {number}>&-', "sh", *GENIMS, "catalog", "show", "mes.work_orders"],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ("work_order_number" in done.stdout) is (number != 1)


def test_what_cannot_be_written_is_an_error_of_a_command_that_is_there_to_be_read():
    with open("/dev/full", "w") as full:
        done = called(["catalog", "list"], stdout=full)
    assert (done.returncode, done.stderr) == (1, "error: cannot write to standard output: No space left on device\n")
    with open("/dev/full", "w") as full:
        unsaid = subprocess.run([*GENIMS, "nothing"], cwd=ROOT, env=surroundings(), stderr=full, timeout=60)
    assert unsaid.returncode == 2


def test_a_reader_that_leaves_ends_it_without_a_word():
    done = subprocess.run(
        ["bash", "-c", '"$@" | head -1; echo ${PIPESTATUS[0]}', "bash", *GENIMS, "catalog", "list"],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("141", "0")  # the latter where all fits into the pipe


@pytest.mark.parametrize(
    "how", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_what_ascii_cannot_say_becomes_something_else(how: dict[str, str]):
    done = called(["catalog", "show", "mes.work_orders"], env=how)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "work_order_number" in done.stdout


@pytest.mark.parametrize(("terminal", "moving"), [("dumb", False), ("xterm", True)])
def test_a_terminal_that_can_do_nothing_gets_lines(terminal: str, moving: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", terminal)
    ours, theirs = pty.openpty()
    with open(theirs, "w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        console = screen.console()
        assert console.is_interactive is moving
        with screen.doing(console, "starting"):
            pass
    shown = os.read(ours, 1000).decode()
    os.close(ours)
    assert ("\x1b" in shown) is moving
    assert moving or shown == "starting ...\r\n"


def test_colours_may_be_forced_into_a_file_but_nothing_that_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with (tmp_path / "log").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        console: Console = screen.console()
        assert not console.is_interactive
        console.print("[red]", style="bold")
    assert (tmp_path / "log").read_text() == "\x1b[1m[red]\x1b[0m\n"


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.0])
def test_ctrl_c_while_it_starts(seconds: float, tmp_path: Path):
    process = subprocess.Popen(
        [*GENIMS, *QUICK, "server=env"],
        cwd=tmp_path,
        env=surroundings(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    if process.returncode == 2:  # so fast that it was through: no server is named
        assert errors.startswith("error: ")
    else:
        assert process.returncode == 130
        assert errors.startswith("\ninterrupted")
    assert "Traceback" not in out + errors


@pytest.mark.parametrize(("option", "says"), [("-q", False), ("-v", True)])
def test_quiet_and_verbose(
    option: str, says: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(screen, "level", screen.NORMAL)
    assert screen.take_level(["psql", option, "hub", "--", "-q", "-v"]) == ["psql", "hub", "--", "-q", "-v"]
    assert (screen.level == screen.VERBOSE) is says
    screen.console().print("said")
    assert ("said" in capsys.readouterr().out) is says
