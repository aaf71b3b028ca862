from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres.databases import PlantIdentity, Prepared, prepare
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import create, drop
from tests.postgres.conftest import IDENTITY, MASTER, OPERATIONS, Databases, Query, write_catalog


def run(databases: Databases, catalog: Catalog, identity: PlantIdentity = IDENTITY, reset: bool = False) -> Prepared:
    with RunLock(databases.endpoints) as lock:
        return prepare(databases.conf, databases.endpoints, catalog, identity, lock, reset=reset)


def test_missing_databases_are_created_with_their_tables(databases: Databases, catalog: Catalog, query: Query) -> None:
    names = list(databases.conf)
    done = run(databases, catalog)
    assert done.created == names
    assert done.modules == [(names[0], "master"), (names[1], "operations")]
    assert query(databases.master, "SELECT count(*) FROM machines") == [(0,)]
    assert query(databases.operations, "SHOW search_path") == [("operations, published",)]
    assert query(databases.master, "SELECT plant->>'seed', topology, state FROM genims.plant") == [
        ("42", "two", "ready")
    ]
    assert query(databases.master, "SELECT plant_hash FROM genims.plant") == [(IDENTITY.hash(),)]
    assert run(databases, catalog) == Prepared()


def test_one_more_module_adds_its_tables(databases: Databases, tmp_path: Path, query: Query) -> None:
    name = list(databases.conf)[1]
    databases.conf[name] = dataclasses.replace(databases.conf[name], modules=("operations", "mes"))
    run(databases, write_catalog(tmp_path, master=MASTER, operations=OPERATIONS))
    more = OPERATIONS.replace("operations", "mes")
    done = run(databases, write_catalog(tmp_path, mes=more))
    assert done.modules == [(name, "mes")]
    assert query(databases.operations, "SHOW search_path") == [("operations, mes, published",)]


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (dataclasses.replace(IDENTITY, plant={**IDENTITY.plant, "seed": 7}), r": seed: loaded 42, asked 7\."),
        (
            dataclasses.replace(IDENTITY, plant={**IDENTITY.plant, "scale": {"factories": 3}}),
            r": scale.factories: loaded 2, asked 3\.",
        ),
        (
            dataclasses.replace(IDENTITY, plant={**IDENTITY.plant, "lines": ["a"]}),
            r": lines\[1\]: loaded b, asked \(absent\)\.",
        ),
        (dataclasses.replace(IDENTITY, topology="five"), ": topology: loaded two, asked five"),
        (dataclasses.replace(IDENTITY, model_version="2"), ": model version: loaded 1, asked 2"),
    ],
)
def test_another_plant_is_refused_naming_the_difference(
    load_ready: Databases, catalog: Catalog, identity: PlantIdentity, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        run(load_ready, catalog, identity)


def test_a_changed_table_is_refused(load_ready: Databases, tmp_path: Path) -> None:
    changed = write_catalog(tmp_path, operations=OPERATIONS.replace("-> ", "").replace("'What.'", "'Value.'"))
    with pytest.raises(UserError, match="tables of module operations: loaded with DDL"):
        run(load_ready, changed)


def test_a_foreign_database_is_left_alone(databases: Databases, catalog: Catalog, query: Query) -> None:
    create(databases.operations)
    with connect(databases.operations) as session:
        session.execute("CREATE TABLE salaries AS SELECT 1 AS one")
    for reset in (False, True):
        with pytest.raises(UserError, match=r"not GenIMS's, such as public\.salaries; it is left alone"):
            run(databases, catalog, reset=reset)
    assert query(databases.operations, "SELECT * FROM salaries") == [(1,)]
    # A refused run leaves no new database behind.
    there = query(databases.operations, "SELECT datname FROM pg_database")
    assert (databases.master.dbname,) not in there


def test_reset_makes_room_for_another_plant(load_ready: Databases, catalog: Catalog, query: Query) -> None:
    other = dataclasses.replace(IDENTITY, plant={"seed": 7})
    done = run(load_ready, catalog, other, reset=True)
    assert sorted(done.dropped) == sorted(load_ready.conf)
    assert query(load_ready.operations, "SELECT plant->>'seed' FROM genims.plant") == [("7",)]


@pytest.mark.parametrize("reached", ["one marked", "all marked", "one dropped", "one recreated"])
def test_an_interrupted_reset_is_finished_by_the_next_run(
    load_ready: Databases, catalog: Catalog, query: Query, reached: str
) -> None:
    marked = [load_ready.operations] if reached == "one marked" else list(load_ready.endpoints.values())
    for endpoint in marked:
        with connect(endpoint) as session:
            session.execute("UPDATE genims.plant SET state = 'resetting'")
    if reached in ("one dropped", "one recreated"):
        drop(load_ready.master)
    if reached == "one recreated":
        create(load_ready.master)
    other = dataclasses.replace(IDENTITY, plant={"seed": 7})
    done = run(load_ready, catalog, other)
    assert done.notes == ["an earlier reset was interrupted; it is finished now"]
    for endpoint in load_ready.endpoints.values():
        assert query(endpoint, "SELECT plant->>'seed', state FROM genims.plant") == [("7", "ready")]


def test_a_second_run_is_refused_naming_the_first(databases: Databases) -> None:
    with (
        RunLock(databases.endpoints),
        pytest.raises(UserError, match=r"is in use by genims_ray run from 127\.0\.0\.1 since 20.*: wait"),
        RunLock(databases.endpoints),
    ):
        pass
    with RunLock(databases.endpoints) as lock:
        assert lock.created == []


def test_a_refused_run_holds_nothing(databases: Databases) -> None:
    first, second = databases.endpoints.items()
    with RunLock(dict([second])), pytest.raises(UserError, match="in use"), RunLock(databases.endpoints):
        pass
    with RunLock(dict([first])):
        pass
