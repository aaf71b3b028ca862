"""A server that may be killed, a proxy in front of it, and what an undisturbed run loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Proxy


@pytest.fixture(scope="package")
def victim_server(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "chaos", lambda message: None)
    server.start()
    yield server
    server.start()
    server.destroy()


@pytest.fixture(scope="package")
def undisturbed(victim_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fingerprint]:
    """Fingerprints of all tables after one run that nothing happens to."""
    places, folder = harness.endpoints_of(victim_server), tmp_path_factory.mktemp("undisturbed")
    harness.write_env(folder, places)
    run = harness.start(folder, "server=env")
    assert run.wait() == 0, run.errors
    found = harness.contents(places)
    assert found["operations.sensor_data"].rows > 30_000
    assert sum(each.rows > 0 for each in found.values()) > 25
    harness.drop_all(places)
    return found


@pytest.fixture(scope="package")
def runs() -> Iterator[list[Run]]:
    """Every run that was started; at the end none of their processes may live."""
    started: list[Run] = []
    yield started
    harness.assert_nothing_left(started)


@pytest.fixture
def proxy(victim_server: EmbeddedServer) -> Iterator[Proxy]:
    with Proxy(("127.0.0.1", victim_server.superuser("postgres").port)) as opened:
        yield opened
