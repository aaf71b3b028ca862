"""Where conf/, deploy/, docs/ and sql/ are: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def root() -> Path:
    """The folder that holds `conf/`, `deploy/`, `docs/` and `sql/`."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout if (checkout / "conf" / "run.yaml").is_file() else package


def shown(path: Path) -> str:
    """The path as a person in the current folder would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def genims() -> str:
    """How a person in the current folder calls this program."""
    script = Path(sys.executable).with_name("genims")
    if not script.is_file():
        return f"{python()} -m genims_ray"
    found = shutil.which("genims")
    return "genims" if found and Path(found) == script else shown(script)


def python() -> str:
    """How a person in the current folder calls the interpreter that runs this."""
    found = shutil.which("python")
    return "python" if found and Path(found) == Path(sys.executable) else shown(Path(sys.executable))
