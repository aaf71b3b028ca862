"""Servers of one's own: what is wrong with their variables is said before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from genims_ray import config, hub
from genims_ray.errors import UsageError
from genims_ray.locate import locate

PREFIXES = [
    "MASTER",
    "OPS",
    "MFG",
    "MNT",
    "QMS",
    "ERP",
    "FIN",
    "WMS",
    "TMS",
    "CRM",
    "SVC",
    "HR",
    "SUPPLIER",
    "SC",
    "HUB",
]


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Variables of topology=max13, with database names of the user's."""
    monkeypatch.chdir(tmp_path)
    for prefix in PREFIXES:
        for part, value in {
            "HOST": "db.example",
            "PORT": "5432",
            "USER": "ann",
            "PASSWORD": "hunter2",
        }.items():
            monkeypatch.setenv(f"POSTGRES_{prefix}_{part}", value)
        monkeypatch.setenv(f"POSTGRES_{prefix}_DB", f"our_{prefix.lower()}")


def test_every_database_has_a_place() -> None:
    settings = config.load(["server=env"])
    places = locate(settings)
    assert [place.dbname for place in places.values()][:4] == ["our_master", "our_ops", "our_mfg", "our_mnt"]
    assert len(places) == 13
    assert hub.endpoint(settings, places).public() == "our_hub at db.example:5432"


@pytest.mark.parametrize("topology", ["max13", "balanced8"])
def test_a_database_of_another_topology_is_refused(monkeypatch: pytest.MonkeyPatch, topology: str) -> None:
    monkeypatch.setenv("POSTGRES_MFG_DB", "genims_planning_db")
    with pytest.raises(
        UsageError, match=r"POSTGRES_MFG_DB=genims_planning_db: a database of topology=minimal5"
    ):
        locate(config.load(["server=env", f"topology={topology}"]))


def test_the_hub_needs_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_HUB_DB", "our_ops")
    settings = config.load(["server=env"])
    with pytest.raises(
        UsageError, match="POSTGRES_HUB_DB and POSTGRES_OPS_DB name the same database, our_ops at"
    ):
        hub.endpoint(settings, locate(settings))


def test_a_file_that_was_asked_for_must_exist() -> None:
    with pytest.raises(UsageError, match=r"server\.env_file=mine\.env: there is no such file"):
        locate(config.load(["server=env", "server.env_file=mine.env"]))


def test_every_topology_is_known_with_all_its_databases() -> None:
    assert {name: len(found) for name, found in config.topologies().items()} == {
        "balanced8": 8,
        "max13": 13,
        "minimal5": 5,
    }
