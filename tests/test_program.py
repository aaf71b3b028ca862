"""One program for all commands."""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from genims_ray import program
from genims_ray.program import EVERY, main

ROOT = Path(__file__).parents[1]


def test_every_module_with_a_command_line_is_a_command():
    package = ROOT / "genims_ray"
    found = {
        str(file.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for file in package.rglob("*.py")
        if "alone(" in file.read_text(encoding="utf-8") and file != package / "__main__.py"
    }
    assert found == {each.module for each in EVERY.values()}
    for each in EVERY.values():
        assert callable(import_module(each.module).main)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_help_of_every_command_has_one_style(name: str, capsys: pytest.CaptureFixture[str]):
    assert main(["help", name]) == 0
    text = capsys.readouterr().out
    purpose, *rest = text.splitlines()
    assert purpose[0].isupper(), "a sentence says what it is for"
    assert any(line.startswith(f"usage: genims {name}") for line in rest)
    assert "options:" in rest
    assert "  -q, --quiet" in text
    if name in program.COMMANDS:
        assert any(line.startswith("examples") for line in rest)
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["vrify"], "no command 'vrify'; did you mean verify?"),
        (["help", "catalogue"], "no command 'catalogue'; did you mean catalog?"),
        (["--versoin"], "no option '--versoin'"),
        (["scale=tiny"], "run scale=tiny"),
        (["catalog", "shw"], "no command 'shw' (list, show); did you mean show?"),
        (["server"], "name a command"),
        (["fingerprint", "--jsn"], "unknown option --jsn; did you mean --json?"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_help_is_there_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "genims_ray"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.startswith("GenIMS on Ray: ")
    assert max(map(len, done.stdout.splitlines())) <= 100
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert seconds < 0.3, "of a processor, however busy the machine is"


def test_help_loads_no_heavy_library():
    code = "import sys; from genims_ray.__main__ import main; main(['--help']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"numpy", "scipy", "pyarrow", "ray", "hydra", "omegaconf", "psycopg", "sqlglot", "rapidfuzz"}


def test_the_version_names_what_matters_below(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("genims 0.")
