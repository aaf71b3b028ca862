"""What a database says of the plant whose part it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genims_ray.postgres.endpoints import Session


@dataclass(frozen=True)
class Stored:
    """What one database says of itself."""

    plant: Mapping[str, Any]
    plant_hash: str
    topology: str
    model_version: str
    state: str
    modules: Mapping[str, str]
    """Hash of the DDL that each module was created with."""


def ours(session: Session) -> bool:
    """Whether a run has been here."""
    [(there,)] = session.execute("SELECT to_regclass('genims.plant') IS NOT NULL").fetchall()
    return bool(there)


def said_by(session: Session) -> Stored | None:
    """What the database says of itself; None where no run has been, and where its row is lost."""
    if not ours(session):
        return None
    what = "SELECT plant, plant_hash, topology, model_version, state FROM genims.plant"
    row = session.execute(what).fetchone()
    if row is None:
        return None
    modules = session.execute("SELECT module, ddl_hash FROM genims.module").fetchall()
    plant, plant_hash, topology, version, state = row
    return Stored(plant, plant_hash, topology, version, state, {str(module): str(digest) for module, digest in modules})
