"""One embedded server for all tests that need PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer


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
