from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from genims_ray.errors import UserError
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.files import ServerFiles, home_folder


@pytest.fixture
def own_server(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    """A server that a test may kill."""
    embedded = EmbeddedServer(open_folder / request.node.name[:20])
    yield embedded
    embedded.destroy()


def test_the_server_is_what_we_promise(server: EmbeddedServer) -> None:
    with connect(server.endpoint("postgres")) as session:
        shown = {
            name: session.execute("SELECT current_setting(%s)", (name,)).fetchall()[0][0]
            for name in ("wal_level", "fsync", "synchronous_commit", "listen_addresses", "server_encoding")
        }
        locale = session.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'template0'"
        ).fetchone()
    assert shown == {
        "wal_level": "minimal",
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "127.0.0.1",
        "server_encoding": "UTF8",
    }
    assert locale == ("b", "C.UTF-8")


def test_only_the_password_opens_it(server: EmbeddedServer) -> None:
    endpoint = server.endpoint("postgres")
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(endpoint.conninfo(), password="wrong")
    socket_folder = server.folder / "socket"
    with psycopg.connect(endpoint.conninfo(), host=str(socket_folder)) as session:
        assert session.info.host == str(socket_folder)


def test_it_is_in_a_session_of_its_own_as_an_unprivileged_user(server: EmbeddedServer) -> None:
    postmaster = server.postmaster()
    assert postmaster is not None
    assert os.getsid(postmaster.pid) != os.getsid(0)
    assert postmaster.terminal() is None
    assert postmaster.uids().real != 0


def test_start_again_does_nothing(server: EmbeddedServer) -> None:
    before = server.postmaster()
    server.start()
    assert server.postmaster() == before
    status = server.status()
    assert status.running
    assert status.port == server.endpoint("postgres").port
    assert status.bytes_on_disk > 10_000_000


def test_two_starts_at_once_then_a_kill_then_a_stale_pid(own_server: EmbeddedServer) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda home: EmbeddedServer(home).start(), [own_server.home] * 2))
    first = own_server.postmaster()
    assert first is not None
    with connect(own_server.superuser("postgres")) as session:
        session.execute("CREATE TABLE kept AS SELECT 1 AS one")

    first.kill()
    own_server.start()
    second = own_server.postmaster()
    assert second is not None
    assert second != first
    with connect(own_server.superuser("postgres")) as session:
        assert session.execute("SELECT one FROM kept").fetchall() == [(1,)]

    second.kill()
    while psutil.pid_exists(second.pid):
        time.sleep(0.01)
    # The number of the dead server now belongs to another living program: this one.
    pid_file = own_server.data / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().splitlines()[1:]]) + "\n")
    assert own_server.postmaster() is None
    own_server.start()

    assert own_server.stop()
    assert not own_server.stop()
    assert not own_server.status().running
    moved: list[str] = []
    taken = own_server.endpoint("postgres").port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        EmbeddedServer(own_server.home, say=moved.append).start()
    port = own_server.endpoint("postgres").port
    assert moved == [f"port {taken} is taken by another program; the server moves to port {port}"]
    with connect(own_server.superuser("postgres")) as session:
        assert session.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_it_outlives_the_process_that_started_it(open_folder: Path) -> None:
    home = open_folder / "outlives" / ("long_" * 20)
    program = f"""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from genims_ray.postgres.embedded import EmbeddedServer
EmbeddedServer(Path({str(home)!r})).start()
"""
    subprocess.run([sys.executable, "-c", program], check=True, start_new_session=True)
    embedded = EmbeddedServer(home)
    try:
        assert embedded.status().running
    finally:
        embedded.destroy()
    assert not embedded.folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_a_closed_parent_folder_is_named(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(UserError, match=rf"cannot enter {closed}: set GENIMS_HOME"):
        EmbeddedServer(closed / "project" / ".genims").start()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_home_is_configured_or_in_the_environment_or_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENIMS_HOME", raising=False)
    assert home_folder() == tmp_path / ".genims"
    monkeypatch.setenv("GENIMS_HOME", "/somewhere")
    assert home_folder() == Path("/somewhere")
    assert home_folder("/configured") == Path("/configured")


@pytest.mark.parametrize(("name", "inside"), [("home", True), ("a b", True), ("one,two", False), ("long" * 30, False)])
def test_the_socket_has_a_path_that_can_be_said(name: str, inside: bool) -> None:
    """PostgreSQL separates paths by commas, and the system cuts long ones off."""
    home = Path("/srv") / name
    folder = ServerFiles(home).socket_folder()
    assert (home in folder.parents) is inside
    assert len(os.fsencode(folder / ".s.PGSQL.65535.lock")) <= 107
    assert "," not in str(folder)


def test_rows_go_through_the_socket_while_it_is_there(server: EmbeddedServer) -> None:
    place = server.endpoint("postgres")
    socket_file = Path(place.socket) / f".s.PGSQL.{place.port}"
    assert socket_file.is_socket()
    with connect(place, near=True) as near, connect(place) as far:
        assert near.info.host == place.socket
        assert far.info.host == "127.0.0.1"
    hidden = socket_file.with_name("hidden")
    socket_file.rename(hidden)
    try:
        assert server.endpoint("postgres").socket == ""
        with connect(server.endpoint("postgres"), near=True) as session:
            assert session.info.host == "127.0.0.1"
    finally:
        hidden.rename(socket_file)
