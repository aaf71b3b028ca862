"""PgBouncer before the server: sessions are kept, or refused by name before anything is changed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres import fence
from genims_ray.postgres.account import account_for
from genims_ray.postgres.databases import prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import SESSION_SETTINGS, connect
from genims_ray.postgres.loader import UnitLoader
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.pooling import shares_sessions
from genims_ray.postgres.servers import drop
from tests.postgres.conftest import IDENTITY, RUN, Databases, catalog, databases  # noqa: F401
from tests.postgres.test_loader import day, faults

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
Pool = Callable[..., Endpoint]

pytestmark = pytest.mark.skipif(
    not Path(PGBOUNCER).exists(), reason="pgbouncer is not installed (apt-get install pgbouncer)"
)


@pytest.fixture
def pool(server: EmbeddedServer, open_folder: Path) -> Iterator[Pool]:
    """Start a pool with these settings; returns its database `postgres`, of an account that may create databases."""
    direct = server.superuser("postgres")
    account = account_for(server.folder)
    running: list[subprocess.Popen[bytes]] = []
    with connect(direct) as session:
        session.execute("CREATE ROLE pooled LOGIN CREATEDB PASSWORD 'pooled'")

    def start(mode: str, **more: object) -> Endpoint:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        folder = open_folder / f"pgbouncer-{port}"
        folder.mkdir()
        (folder / "users").write_text('"pooled" "pooled"\n')
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": folder / "users",
            "pool_mode": mode,
            **more,
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        text = f"[databases]\n* = host=127.0.0.1 port={direct.port}\n[pgbouncer]\n" + "\n".join(lines) + "\n"
        (folder / "ini").write_text(text)
        for path in (folder, folder / "users", folder / "ini"):
            account.give(path)
        running.append(subprocess.Popen([PGBOUNCER, "-q", str(folder / "ini")], **account.popen()))
        place = Endpoint("127.0.0.1", port, "postgres", "pooled", "pooled", "disable")
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(place.conninfo()).close()
                return place
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.1)

    yield start
    for process in running:
        process.terminate()
        process.wait(30)
    with connect(direct) as session:
        session.execute("DROP ROLE pooled")


def locks(server: EmbeddedServer) -> list[tuple[object, ...]]:
    with connect(server.superuser("postgres")) as session:
        return session.execute("SELECT pid FROM pg_locks WHERE locktype = 'advisory'").fetchall()


@pytest.mark.parametrize(
    "more",
    [{}, {"server_round_robin": 1, "min_pool_size": 3}, {"default_pool_size": 1}],
    ids=["latest", "in turn", "one"],
)
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_shared_sessions_are_refused(server: EmbeddedServer, pool: Pool, mode: str, more: dict[str, object]) -> None:
    place = pool(mode, **more)
    wanted = place.database("made_through_a_pool")
    with pytest.raises(UserError) as caught, RunLock({"made_through_a_pool": wanted}):
        pass
    said = str(caught.value)
    assert "is a pooler that shares sessions (PgBouncer's pool_mode=transaction or statement)" in said
    assert said.endswith("name the PostgreSQL server itself, or a pool with pool_mode=session")
    assert locks(server) == []
    with connect(server.superuser("postgres")) as session:
        made = session.execute("SELECT FROM pg_database WHERE datname = 'made_through_a_pool'").fetchall()
    assert made == []
    # Nor did it leave settings of ours in the pool's processes.
    with psycopg.connect(place.conninfo(), autocommit=True) as plain:
        assert plain.execute("SHOW client_connection_check_interval").fetchall() == [("0",)]


def test_sessions_that_are_kept_will_do(
    server: EmbeddedServer, pool: Pool, databases: Databases, catalog: Catalog
) -> None:
    place = pool("session")
    mine = {name: place.database(name) for name in databases.endpoints}
    operations = list(mine)[1]
    try:
        for number in range(2):  # the second finds no lock of the first
            with RunLock(mine) as lock:
                prepare(databases.conf, mine, catalog, IDENTITY, lock)
                for name in mine:
                    fence.take(lock.session(name), RUN)
                loader = UnitLoader(mine[operations], catalog, RUN)
                assert loader.load("operations", day(number), [{"faults": faults(catalog, (number, "open", 0))}])
                loader.close()
        with connect(mine[operations]) as session:
            for name, value in SESSION_SETTINGS.items():
                assert session.execute("SELECT current_setting(%s)", (name,)).fetchall() == [(value,)]
    finally:
        for name in mine:
            drop(server.superuser(name))


def test_a_plain_server_is_not_asked_twice(server: EmbeddedServer) -> None:
    """It names its own process when a connection begins, which no pooler knows."""
    shares_sessions.cache_clear()
    with connect(server.superuser("postgres")) as session:
        assert session.execute("SELECT pg_backend_pid()").fetchall() == [(session.info.backend_pid,)]
    assert shares_sessions.cache_info().misses == 0
    assert not shares_sessions(server.superuser("postgres"))
