"""Odd places: each a run, or another command, in surroundings that somebody has met, with what must happen there.

A command ends in time, with a status and lines that say what to do, and never with a traceback. Files are named after
the kind of place; docs/reliability.md lists them all.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genims_ray.postgres.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
Q = (
    "scale=tiny",
    "days=1",
    "modules=[master,operations]",
    "topology=minimal5",
    "ray.dashboard=false",
    "ray.object_store_bytes=100000000",
)
"""A whole run, as small as one can be."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    lines: list[str]
    """Of standard output."""
    errors: list[str]
    """Of standard error."""
    seconds: float

    @property
    def error(self) -> str:
        """The line that says what is wrong; fails where there is not exactly one."""
        found = [line for line in self.errors if line.startswith("error: ")]
        assert len(found) == 1, self.errors
        return found[0]


def surroundings(home: EmbeddedServer | Path | None, **variables: str) -> dict[str, str]:
    """Our environment without what others set for Ray, PostgreSQL or us, with a home and these variables."""
    theirs = ("RAY_", "POSTGRES_", "GENIMS_", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    at = home.home if isinstance(home, EmbeddedServer) else home
    return kept | ({"GENIMS_HOME": str(at)} if at else {}) | {"PYTHONPATH": str(ROOT)} | variables


def genims(
    *arguments: str,
    home: EmbeddedServer | Path | None = None,
    cwd: Path = ROOT,
    within: float = 150,
    before: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `genims` with these arguments; `before` is put in front of the command (`prlimit`, `unshare`).

    Fails where it takes longer than `within` seconds or shows a traceback.
    """
    began = time.monotonic()
    done = subprocess.run(
        [*before, sys.executable, "-m", "genims_ray", *arguments],
        cwd=cwd,
        env=surroundings(home, **(environment or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=within,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout.splitlines(), done.stderr.splitlines(), time.monotonic() - began)


def run(*settings: str, **around: Any) -> Outcome:
    """`genims run` of `Q` with further settings; `around` is what `genims` above takes besides them."""
    return genims("run", *Q, *settings, **around)
