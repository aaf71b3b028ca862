"""The programs that are watched with; they are no Python packages."""

from __future__ import annotations

import os
import shutil

import pytest

PACKAGES = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
}


def needed(program: str) -> str:
    """Where the program is; without it the test is skipped, and fails in CI, which has to install it."""
    found = shutil.which(program)
    if found is None:
        said = f"{program} is not installed: apt-get install {PACKAGES[program]}"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found
