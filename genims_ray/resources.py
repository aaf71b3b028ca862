"""Where conf/ and sql/ are: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path


def root() -> Path:
    """The folder that holds `conf/` and `sql/`."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout if (checkout / "conf" / "run.yaml").is_file() else package
