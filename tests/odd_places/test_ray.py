"""Where Ray would not start, or would not be the one that was configured: a line, and nothing is dropped before it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.errors import UserError
from genims_ray.pipeline import surroundings
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from tests.odd_places import run

RESET = ("seed=7", "reset=true")


def seed(home: EmbeddedServer) -> object:
    """Of the plant that is loaded."""
    with connect(home.endpoint("genims_operations_db")) as session:
        [(seed,)] = session.execute("SELECT plant ->> 'seed' FROM genims.plant").fetchall()
    return seed


@pytest.mark.parametrize(
    ("environment", "before", "message"),
    [
        (
            {"RAY_AUTH_TOKEN_PATH": "/nowhere/token"},
            [],
            "RAY_AUTH_TOKEN_PATH=/nowhere/token: No such file or directory",
        ),
        ({}, ["prlimit", "--nofile=200:200"], "may have 200 open files, and it needs about 1024: ulimit -n"),
    ],
)
def test_a_ray_that_cannot_start_is_said_before_anything_is_dropped(
    home: EmbeddedServer, environment: dict[str, str], before: list[str], message: str
) -> None:
    outcome = run(*RESET, home=home, environment=environment, before=before, within=60)
    assert outcome.status == 1
    assert message in outcome.error
    assert seed(home) == "42"


def test_a_home_that_cannot_be_written_is_said_first(home: EmbeddedServer) -> None:
    truth = home.home / "truth"
    truth.write_text("a file where a folder should be")
    try:
        outcome = run(*RESET, home=home, within=60)
    finally:
        truth.unlink()
    assert outcome.status == 1
    assert f"cannot write to {truth}: Not a directory" in outcome.error
    assert seed(home) == "42"


@pytest.fixture
def long_folder() -> Iterator[Path]:
    above = Path(tempfile.mkdtemp(prefix="genims-"))
    folder = above / ("x" * 90)
    folder.mkdir()
    yield folder
    shutil.rmtree(above)


def test_inherited_settings_of_ray_and_a_long_folder_do_not_stop_a_run(home: EmbeddedServer, long_folder: Path) -> None:
    inherited = {
        "TMPDIR": str(long_folder),
        "RAY_ADDRESS": "192.0.2.1:6379",
        "RAY_REDIS_ADDRESS": "192.0.2.1:6379",
        "RAY_JOB_CONFIG_JSON_ENV_VAR": "{",
        "http_proxy": "http://192.0.2.1:9",
    }
    outcome = run("days=2", home=home, environment=inherited)
    assert outcome.status == 0, outcome.errors
    text = "\n".join(outcome.lines)
    assert "RAY_ADDRESS, RAY_JOB_CONFIG_JSON_ENV_VAR, RAY_REDIS_ADDRESS of the environment: no effect" in text
    assert "is too long a path for a socket" in text


# -- the same, without a run


def test_a_short_folder_that_can_be_written_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, long_folder: Path
) -> None:
    monkeypatch.setenv("RAY_TMPDIR", "/proc/1")
    folder, note = surroundings.temporary_folder(tmp_path)
    assert len(os.fsencode(folder / "ray" / surroundings.SOCKET)) <= 107
    assert "/proc/1/ray cannot be written to" in note
    good = Path(tempfile.mkdtemp(prefix="ray-"))
    monkeypatch.setenv("RAY_TMPDIR", str(good))
    assert surroundings.temporary_folder(tmp_path) == (good, "")
    shutil.rmtree(good)
    monkeypatch.setattr(surroundings, "_places", lambda home: iter([long_folder]))
    with pytest.raises(UserError, match="is too long a path for a socket; set RAY_TMPDIR to a short path of your own"):
        surroundings.temporary_folder(tmp_path)


def test_only_what_is_named_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAY_")]:
        monkeypatch.delenv(name)
    for name in ("RAY_ADDRESS", "RAY_memory_usage_threshold", "RAY_AUTH_MODE", "RAY_TMPDIR", "RAY_worker_niceness"):
        monkeypatch.setenv(name, "9")
    assert surroundings.isolate() == ["RAY_ADDRESS", "RAY_memory_usage_threshold"]
    left = {name: value for name, value in os.environ.items() if name.startswith("RAY_")}
    assert left == surroundings.OURS | {"RAY_AUTH_MODE": "9", "RAY_TMPDIR": "9"}
