"""An installed package has what a checkout has: every file of conf/, deploy/, docs/ and sql/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from genims_ray import resources

ROOT = Path(__file__).parents[1]
FOLDERS = ("conf", "deploy", "docs", "sql")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def files(root: Path) -> dict[str, bytes]:
    paths = (
        path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"
    )
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def test_the_wheel_holds_every_file_of_the_folders(installed: Path):
    found = files(installed / "genims_ray")
    assert found == files(ROOT)
    assert any(name.startswith("sql/checks/") for name in found)


def test_installed_elsewhere_it_finds_them_and_names_files_that_exist(installed: Path, tmp_path: Path):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    for arguments in (
        ["genims_ray.run", "--help"],
        ["genims_ray.verify", "--list"],
        ["genims_ray.dictionary", "--check"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        if "--help" in arguments:
            recipes = Path(done.stdout.rpartition("Recipes: ")[2].strip())
            assert recipes == installed / "genims_ray" / "docs" / "configuration.md"
            assert recipes.is_file()


def test_paths_are_shown_as_a_person_would_type_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert resources.shown(tmp_path / "docs" / "a.md") == "docs/a.md"
    assert resources.shown(Path("/elsewhere/a.md")) == "/elsewhere/a.md"
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert resources.python() == ".venv/bin/python"
