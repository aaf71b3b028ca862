"""A dump is the plant: what comes back has the same rows, and is loaded further; nothing that is there is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres import fence
from genims_ray.postgres.databases import prepare
from genims_ray.postgres.dump import dump, restore
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.fingerprint import Fingerprint, fingerprints
from genims_ray.postgres.loader import UnitLoader
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.server import main
from tests.postgres.conftest import IDENTITY, RUN, Databases, Query
from tests.postgres.test_loader import day, faults, samples


@pytest.fixture
def loaded(load_ready: Databases, catalog: Catalog) -> Databases:
    """Two days of samples and faults, the second of which changes a fault."""
    loader = UnitLoader(load_ready.operations, catalog, RUN)
    for number, state in enumerate(("open", "closed")):
        rows = {"sensor_data": samples(catalog, number, 1), "faults": faults(catalog, (1, state, number))}
        assert loader.load("operations", day(number), [rows]) is not None
    loader.close()
    return load_ready


@pytest.fixture
def elsewhere(postgresql_15: Endpoint, loaded: Databases) -> Iterator[dict[str, Endpoint]]:
    """Databases of the same names on another server, of an older PostgreSQL."""
    places = {name: postgresql_15.database(name) for name in loaded.endpoints}
    yield places
    for place in places.values():
        drop(place)


def contents(places: dict[str, Endpoint], databases: Databases, catalog: Catalog) -> dict[str, Fingerprint]:
    found: dict[str, Fingerprint] = {}
    for name, conf in databases.conf.items():
        found |= fingerprints(places[name], [t for t in catalog.tables() if t.module in conf.modules])
    return found


def saved(databases: Databases, folder: Path, form: str = "directory", *, overwrite: bool = False) -> list[str]:
    said: list[str] = []
    program = EmbeddedServer.binary("pg_dump")
    dump(folder, databases.endpoints, program, form=form, jobs=2, overwrite=overwrite, say=said.append)
    return said


def brought_back(folder: Path, places: dict[str, Endpoint], *, overwrite: bool = False) -> None:
    restore(folder, places, EmbeddedServer.binary("pg_restore"), jobs=2, overwrite=overwrite, say=lambda _: None)


@pytest.mark.parametrize("form", ["directory", "custom"])
def test_what_comes_back_is_the_same_and_goes_on(
    loaded: Databases, catalog: Catalog, tmp_path: Path, form: str, query: Query
) -> None:
    folder = tmp_path / "dump of 'mine'"
    before = contents(loaded.endpoints, loaded, catalog)
    assert before["operations.sensor_data"].rows == 144
    said = saved(loaded, folder, form)
    assert [line.split()[0] for line in said] == list(loaded.endpoints)
    assert loaded.operations.password not in "".join(file.read_text(errors="replace") for file in folder.glob("*.json"))
    for place in loaded.endpoints.values():
        drop(place)
    brought_back(folder, loaded.endpoints)
    assert contents(loaded.endpoints, loaded, catalog) == before
    # Found without their schema, and a partition is where it was.
    assert (
        query(loaded.operations, "SELECT count(*) FROM sensor_data, operations_days.sensor_data_20250101 LIMIT 0") == []
    )
    with RunLock(loaded.endpoints) as lock:
        done = prepare(loaded.conf, loaded.endpoints, catalog, IDENTITY, lock)
        assert (done.created, done.modules) == ([], [])
        for name in loaded.endpoints:
            fence.take(lock.session(name), RUN)
    loader = UnitLoader(loaded.operations, catalog, RUN)
    assert loader.load("operations", day(1), [{"sensor_data": samples(catalog, 1, 1)}]) is None
    assert loader.load("operations", day(2), [{"sensor_data": samples(catalog, 2, 1)}]) is not None
    loader.close()
    assert query(loaded.operations, "SELECT count(*) FROM sensor_data") == [(216,)]


def test_another_server_takes_it(
    loaded: Databases, elsewhere: dict[str, Endpoint], catalog: Catalog, tmp_path: Path
) -> None:
    saved(loaded, tmp_path / "dump")
    brought_back(tmp_path / "dump", elsewhere)
    assert contents(elsewhere, loaded, catalog) == contents(loaded.endpoints, loaded, catalog)


def test_nothing_that_is_there_is_lost(loaded: Databases, catalog: Catalog, tmp_path: Path, query: Query) -> None:
    folder = tmp_path / "dump"
    saved(loaded, folder)
    with pytest.raises(UserError, match=r"holds a dump already.*--overwrite"):
        saved(loaded, folder)
    with pytest.raises(UserError, match=r"is there already.*--overwrite"):
        brought_back(folder, loaded.endpoints)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").write_text("dear")
    with pytest.raises(UserError, match="no dump of GenIMS"):
        saved(loaded, tmp_path / "other", overwrite=True)
    with pytest.raises(UserError, match="no dump of GenIMS"):
        brought_back(tmp_path / "other", loaded.endpoints)
    with connect(loaded.operations) as session:
        session.execute("DELETE FROM sensor_data")
    # A dump that is cut short brings nothing back, and what is there stays.
    [table] = [file for file in folder.glob("genims_operations_*/*.dat.*") if file.stat().st_size > 500][:1]
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="pg_restore of database"):
        brought_back(folder, loaded.endpoints, overwrite=True)
    assert query(loaded.operations, "SELECT count(*) FROM sensor_data") == [(0,)]
    assert query(loaded.operations, "SELECT count(*) FROM pg_database WHERE datname ~ 'restoring'") == [(0,)]
    table.write_bytes(whole)
    brought_back(folder, loaded.endpoints, overwrite=True)
    assert query(loaded.operations, "SELECT count(*) FROM sensor_data") == [(144,)]
    with RunLock(loaded.endpoints), pytest.raises(UserError, match="is in use by genims_ray run"):
        saved(loaded, folder, overwrite=True)
    saved(loaded, folder, overwrite=True)


def test_the_command_line(
    server: EmbeddedServer, loaded: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: Query
) -> None:
    home = ["--home", str(server.home)]
    chosen = [word for name in loaded.endpoints for word in ("--database", name)]
    assert main(["dump", str(tmp_path / "d"), *chosen, "--jobs", "2", *home]) == 0
    assert main(["dump", str(tmp_path / "d"), *chosen, *home]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main(["dump", str(tmp_path / "e"), "--database", "nowhere", *home]) == 2
    assert main(["dump", str(tmp_path / "e"), "--jobs", "0", *home]) == 2
    drop(loaded.operations)
    drop(loaded.master)
    capsys.readouterr()
    assert main(["restore", str(tmp_path / "d"), *home]) == 0
    assert "restored 2 databases" in capsys.readouterr().out
    assert query(loaded.operations, "SELECT count(*) FROM sensor_data") == [(144,)]
    assert query(server.reader(loaded.operations.dbname), "SELECT count(*) FROM sensor_data") == [(144,)]
