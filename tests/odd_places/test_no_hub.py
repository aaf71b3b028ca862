"""No hub: who may not create one more database does without, and what would show it says something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from tests.odd_places import genims, run

NO_HUB = "topology.hub=null"


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "no_hub")
    yield server
    server.destroy()


def test_a_plant_is_loaded_verified_and_told_without_a_hub(home: EmbeddedServer) -> None:
    first = run(NO_HUB, home=home)
    assert first.status == 0, first.errors
    assert any("server psql genims_" in line for line in first.lines), first.lines
    assert not any("psql hub" in line for line in first.lines), first.lines
    again = run(NO_HUB, home=home)
    assert any("loaded already" in line for line in again.lines), again.lines
    for command in ("verify", "truth", "fingerprint"):
        done = genims(command, NO_HUB, home=home)
        assert done.status == 0, (command, done.errors)
    refused = genims("hub", NO_HUB, home=home)
    assert (refused.status, refused.error) == (2, "error: topology.hub=null: there is no hub")
    with connect(home.endpoint("postgres")) as session:
        names = {name for (name,) in session.execute("SELECT datname FROM pg_database").fetchall()}
    assert "genims_hub" not in names


def test_the_hub_can_come_later(home: EmbeddedServer) -> None:
    done = run(home=home)
    assert done.status == 0, done.errors
    assert any("psql hub" in line for line in done.lines), done.lines
    with connect(home.endpoint("genims_hub")) as session:
        [(machines,)] = session.execute("SELECT count(*) FROM master.machines").fetchall()
    assert machines > 0
