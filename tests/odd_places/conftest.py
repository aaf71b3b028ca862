"""One server for all odd places, with a plant that none of them may lose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from tests.odd_places import run


@pytest.fixture(scope="session")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    """A server with a tiny plant of one day."""
    server = EmbeddedServer(open_folder / "odd")
    outcome = run(home=server)
    assert outcome.status == 0, outcome.errors
    yield server
    server.destroy()
