"""The acceptance run: 90 days of the large plant on three seeds, every check. Outside CI: `make acceptance`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genims_ray.catalog import Catalog
from genims_ray.locate import loaded_plant
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.verify.__main__ import Options, examine
from genims_ray.verify.run import Outcome


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", [1, 42, 2025])
def test_ninety_days_of_the_large_plant_pass_every_check(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Nothing fails of the systems that there are, and what sees too little says why it is rare."""
    server = EmbeddedServer(open_folder / f"acceptance-{seed}")
    monkeypatch.setenv("GENIMS_HOME", str(server.home))
    settings = ["scale=large", "days=90", f"seed={seed}", "ray.dashboard=false"]
    try:
        subprocess.run([sys.executable, "-m", "genims_ray.run", *settings], env=os.environ, check=True, timeout=3_600)
        results = examine(loaded_plant([]), Options(), Catalog.load()).results
    finally:
        server.destroy()
    found = [
        (result.check.name, str(finding))
        for result in results
        for finding in result.findings
        if finding.outcome not in (Outcome.PASS, Outcome.TOO_FEW)
        or (finding.outcome is Outcome.TOO_FEW and not result.check.rare)
    ]
    assert found == []
