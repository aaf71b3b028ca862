"""A parameter more is its field, with its limit, and its line of YAML: in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASK = """
from genims_ray import config
from genims_ray.plants.draw import _numbers
from genims_ray.world import World
import sys
plant = World(config.load(["scale=tiny", *sys.argv[1:]]).plant).plant
print(plant.demand.returned_share, [path for path, _, _ in _numbers(plant, "") if "returned" in path])
"""


@pytest.fixture(scope="module")
def copy(open_folder: Path) -> Path:
    """The project with one more parameter; nothing else is edited."""
    place = open_folder / "parameter"
    for part in ("conf", "docs", "genims_ray", "sql"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    add(place / "genims_ray/world/params.py", "    utilization: ", "    returned_share: Annotated[float, SHARE]\n")
    add(place / "conf/world/default.yaml", "  container_parts: ", "  returned_share: 0.02\n")
    return place


def add(file: Path, before: str, line: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(f"\n{before}") == 1
    file.write_text(text.replace(f"\n{before}", f"\n{line}{before}"), encoding="utf-8")


def python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, timeout=120
    )


def test_it_reaches_the_world_and_is_drawn(copy: Path) -> None:
    assert python(copy, "-c", ASK).stdout == "0.02 ['demand.returned_share']\n"
    assert python(copy, "-c", ASK, "demand.returned_share=0.3").stdout.startswith("0.3 ")


def test_it_is_limited_and_shown(copy: Path) -> None:
    refused = python(copy, "-m", "genims_ray", "run", "scale=tiny", "demand.returned_share=1.5")
    assert refused.returncode == 2
    assert refused.stderr == "error: demand.returned_share: expected 0 to 1, found 1.5\n"
    assert "returned_share: 0.02" in python(copy, "-m", "genims_ray", "run", "scale=tiny", "--cfg").stdout
