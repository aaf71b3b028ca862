"""One embedded server for all tests that need PostgreSQL."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.account import account_for
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint

DEBIAN = Path("/usr/lib/postgresql/15/bin")
"""The oldest PostgreSQL that people are likely to bring, as Debian 12 has it."""


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can enter, unlike pytest's own when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="genims-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(open_folder: Path) -> Iterator[EmbeddedServer]:
    """A running server of the tests' own."""
    embedded = EmbeddedServer(open_folder / "home")
    embedded.start()
    yield embedded
    embedded.destroy()


@pytest.fixture(scope="session")
def postgresql_15(open_folder: Path) -> Iterator[Endpoint]:
    """The database `postgres` of a plain PostgreSQL 15, with its own defaults."""
    if not DEBIAN.is_dir():
        pytest.skip(f"no PostgreSQL 15 in {DEBIAN}")
    folder, password = open_folder / "postgresql-15", secrets.token_urlsafe(12)
    account = account_for(folder)
    folder.mkdir()
    (folder / "password").write_text(password)
    if account.change:
        shutil.chown(folder, account.uid, account.gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(program: str, *arguments: str) -> None:
        command = [DEBIAN / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **account.popen())

    call(
        "initdb",
        "-U",
        "genims",
        "--pwfile",
        str(folder / "password"),
        "-E",
        "UTF8",
        "--locale=C",
        "--auth=scram-sha-256",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
    yield Endpoint("127.0.0.1", port, "postgres", "genims", password)
    call("pg_ctl", "stop", "-m", "immediate")
