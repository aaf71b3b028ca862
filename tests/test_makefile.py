"""make, as people call it: settings arrive as they were written, and what is missing is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and a program that prints its arguments in place of genims."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin" / "genims", 'printf "<%s>" "$@"')
    return tmp_path


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    surroundings = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL")}
    return subprocess.run(
        ["make", "-s", *words], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "setting",
    [
        "scale=tiny",
        "modules=[master,operations]",
        "server.home=/data/a$b $$c",
        """server.home='/data/a "b", c'""",
        "x=$(shell echo expanded)",
        "x=`echo expanded` \\ *",
    ],
)
def test_a_setting_arrives_as_it_was_written(checkout: Path, setting: str):
    done = make(checkout, "-o", ".venv/installed", "run", "BIN=bin", "PYTHON=python3", setting)
    assert (done.stdout, done.stderr) == (f"<run><{setting}>", "")


def test_further_words_follow(checkout: Path):
    given = "+factory@factories.lyon=lyon --cfg"
    done = make(checkout, "-o", ".venv/installed", "run", "BIN=bin", "days=3", f"ARGS={given}")
    assert done.stdout == "<run><days=3><+factory@factories.lyon=lyon><--cfg>"
    assert make(checkout, "-o", ".venv/installed", "psql", "BIN=bin").stdout == "<server><psql><hub>"
    assert make(checkout, "-o", ".venv/installed", "stop", "BIN=bin").stdout == "<server><stop>"


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("bin/python3.10", "bin/python3.10 is Python 3.10.1; 3.11 or newer is needed"),
        ("bin/none", "no program bin/none"),
    ],
)
def test_a_python_that_is_too_old_or_absent_leaves_nothing_behind(checkout: Path, python: str, said: str):
    program(checkout / "bin" / "python3.10", '[ "$1" = --version ] && echo Python 3.10.1 && exit 0; exit 1')
    done = make(checkout, "run", f"PYTHON={python}")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (checkout / ".venv").exists()


def test_clean_stops_the_server_and_deletes_nothing_where_it_cannot(checkout: Path):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    program(checkout / ".venv" / "bin" / "genims", 'echo "$@" >> calls; test ! -e loading')
    (checkout / "loading").touch()
    refused = make(checkout, "clean")
    assert refused.returncode == 2
    assert "nothing was deleted" in refused.stderr
    assert (checkout / ".venv").exists()
    (checkout / "loading").unlink()
    assert make(checkout, "clean").returncode == 0
    assert not (checkout / ".venv").exists()
    assert (checkout / "calls").read_text() == "server stop\nserver stop\n"


def test_clean_names_a_server_of_another_home(checkout: Path):
    """It runs from .venv, and the default home does not know it."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    own = f"{checkout.resolve()}/.venv/lib/pginstall/bin/postgres -D /data/a plant/postgres/data"
    other = own.replace(".venv", "elsewhere/.venv")
    with subprocess.Popen([other, "60"], executable=shutil.which("sleep")) as elsewhere:
        with subprocess.Popen([own, "60"], executable=shutil.which("sleep")) as server:
            refused = make(checkout, "clean")
            server.kill()
        assert refused.returncode == 2
        assert 'nothing was deleted: .venv/bin/genims server stop --home "/data/a plant"\n' in refused.stderr
        assert (checkout / ".venv").exists()
        assert make(checkout, "clean").returncode == 0
        elsewhere.kill()
    assert not (checkout / ".venv").exists()


def test_help_names_every_target(checkout: Path):
    text = make(checkout, "help").stdout
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY"))
    for target in phony.split()[1:]:
        assert target == "help" or target in text
    assert max(map(len, text.splitlines())) <= 100
