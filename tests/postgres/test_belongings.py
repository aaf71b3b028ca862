"""What others make in our databases: loads go on beside it, and a reset says what it would delete."""

from __future__ import annotations

import pytest

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.postgres import fence
from genims_ray.postgres.belongings import of_others
from genims_ray.postgres.databases import Prepared, prepare
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import UnitLoader
from genims_ray.postgres.lock import RunLock
from tests.postgres.conftest import IDENTITY, RUN, Databases, Query
from tests.postgres.test_loader import day, faults, samples


def prepared(databases: Databases, catalog: Catalog, *, reset: bool = False, lose_others: bool = False) -> Prepared:
    with RunLock(databases.endpoints) as lock:
        done = prepare(
            databases.conf, databases.endpoints, catalog, IDENTITY, lock, reset=reset, lose_others=lose_others
        )
        for name in databases.endpoints:
            fence.take(lock.session(name), RUN)
    return done


def load(databases: Databases, catalog: Catalog, number: int, state: str) -> None:
    loader = UnitLoader(databases.operations, catalog, RUN)
    rows = {"sensor_data": samples(catalog, number, 1), "faults": faults(catalog, (1, state, number))}
    assert loader.load("operations", day(number), [rows]) is not None
    loader.close()


MINE = """
    CREATE SCHEMA mine;
    CREATE TABLE mine.notes (note text PRIMARY KEY);
    CREATE VIEW public.open_faults AS SELECT * FROM operations.faults WHERE status = 'open';
    CREATE MATERIALIZED VIEW operations.daily AS SELECT count(*) AS n FROM operations.sensor_data;
    CREATE INDEX my_index ON operations.sensor_data (sensor_id, "timestamp");
    CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.remark := ''seen''; RETURN NEW; END';
    ALTER TABLE operations.faults ADD COLUMN remark text NOT NULL DEFAULT 'none';
    ALTER TABLE operations.sensor_data ADD COLUMN twice double precision GENERATED ALWAYS AS (value * 2) STORED;
    CREATE TRIGGER my_trigger BEFORE UPDATE ON operations.faults FOR EACH ROW EXECUTE FUNCTION public.stamp();
    ALTER TABLE operations.faults ADD CONSTRAINT my_check CHECK (fault_id > 0);
    CREATE PUBLICATION mine FOR TABLE operations.reports;
"""


def test_loads_go_on_beside_what_others_made(load_ready: Databases, catalog: Catalog, query: Query) -> None:
    load(load_ready, catalog, 0, "open")
    with connect(load_ready.operations) as session:
        assert of_others(session) == []  # partitions are not somebody else's
        session.execute(MINE)
    load(load_ready, catalog, 1, "closed")
    place = load_ready.operations
    assert query(place, "SELECT fault_id, status, remark FROM operations.faults") == [(1, "closed", "seen")]
    assert query(place, "SELECT count(*), count(twice), sum(twice) = 2 * sum(value) FROM operations.sensor_data") == [
        (144, 144, True)
    ]
    assert query(place, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'operations.my_index'::regclass") == [(2,)]
    prepared(load_ready, catalog)
    assert query(place, "SELECT count(*) FROM public.open_faults") == [(0,)]


def test_a_reset_names_what_it_would_delete(load_ready: Databases, catalog: Catalog, query: Query) -> None:
    with connect(load_ready.operations) as session:
        session.execute(MINE)
        found = of_others(session)
    assert found == [
        "schema mine",
        "materialized view operations.daily",
        "view public.open_faults",
        *sorted(found[3:], key=found.index),
    ]
    assert set(found[3:]) == {
        "index operations.my_index",
        "function public.stamp",
        "column operations.faults.remark",
        "column operations.sensor_data.twice",
        "trigger operations.faults.my_trigger",
        "constraint operations.faults.my_check",
        "publication mine",
    }
    with pytest.raises(UserError) as caught:
        prepared(load_ready, catalog, reset=True)
    assert str(caught.value) == (
        f"reset=true would delete what is not GenIMS's, in {load_ready.operations.public()}: schema mine, materialized "
        "view operations.daily, view public.open_faults, and 7 more. Move that elsewhere, or add lose_others=true"
    )
    assert query(load_ready.operations, "SELECT count(*) FROM mine.notes") == [(0,)]
    assert query(load_ready.operations, "SELECT state FROM genims.plant") == [("ready",)]
    gone = prepared(load_ready, catalog, reset=True, lose_others=True).dropped
    assert sorted(gone) == sorted(load_ready.endpoints)
    with connect(load_ready.operations) as session:
        assert of_others(session) == []
    assert sorted(prepared(load_ready, catalog, reset=True).dropped) == sorted(load_ready.endpoints)
