"""Tables that are loaded by themselves, through the binary path."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from genims_ray.catalog import Catalog
from genims_ray.postgres import leaves
from genims_ray.postgres.binary import BinaryEncoder
from genims_ray.postgres.copy import AdbcPath, BinaryPath
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import LoadError, UnitLoader
from genims_ray.window import DAY, Window
from tests.postgres.conftest import RUN, Databases, Query
from tests.postgres.test_loader import JANUARY, covered, day, faults

SCOPE = "operations.readings"


def readings(catalog: Catalog, start: int, end: int, sensors: int = 3, step: int = 600) -> pa.Table:
    """Readings of [start, end), seconds after 2025-01-01, by sensor and time."""
    times = np.tile(np.arange(JANUARY + start, JANUARY + end, step), sensors)
    sensor = np.repeat(np.arange(1, sensors + 1, dtype=np.int32), len(times) // sensors)
    return catalog.table(SCOPE).arrow(
        {
            "timestamp": times,
            "sensor_id": sensor,
            "value": times % DAY / 3600.0,
            "share": (times % DAY / DAY).astype(np.float32),
            "key": times * 1000 + sensor,
            "day": times // DAY,
            "status": (times // 600 % 5 - 2).astype(np.int16),
            "is_good": times % 1800 == 0,
            "remark": [f"sensor {n} at {t}" if t % 7_200 == 0 else None for n, t in zip(sensor, times, strict=True)],
        }
    )


@pytest.fixture
def loader(loadable: Databases, catalog: Catalog) -> Iterator[UnitLoader]:
    opened = UnitLoader(loadable.operations, catalog, RUN)
    yield opened
    opened.close()


def test_the_catalog_says_which_tables_they_are(catalog: Catalog) -> None:
    """sensor_data is partitioned too, but has a time of day; faults are not partitioned."""
    assert [table.qualified for table in catalog.tables() if table.by_itself] == [SCOPE]
    assert catalog.scopes(["master", "operations"]) == ["master", "operations", SCOPE]
    assert list(catalog.of_scope("operations")) == ["sensor_data", "faults", "reports"]
    assert list(catalog.of_scope(SCOPE)) == ["readings"]
    assert catalog.of_scope("operations.faults") == {}


def test_a_scope_takes_its_own_tables_only(catalog: Catalog, loader: UnitLoader) -> None:
    part = {"readings": readings(catalog, 0, DAY)}
    with pytest.raises(LoadError, match="table readings does not belong to unit operations"):
        loader.load("operations", day(0), [part])
    with pytest.raises(LoadError, match=r"table faults does not belong to unit operations\.readings"):
        loader.load(SCOPE, day(0), [{"faults": faults(catalog, (1, "open", 0))}])


def test_both_paths_store_the_same(loadable: Databases, catalog: Catalog, query: Query) -> None:
    """And the same order: the rows of each part, one after the other."""
    table, rows = catalog.table(SCOPE), readings(catalog, 0, DAY)
    for number, way in enumerate((AdbcPath, BinaryPath)):
        path = way(loadable.operations)
        last = leaves.load(path, table, JANUARY // DAY + number, _shifted(rows, number))
        for statement in last:
            path.execute(statement)
        path.commit()
        path.abandon()
    columns = "ctid, timestamp - interval '%s day', sensor_id, value, share, key, day, status, is_good, remark"
    first, second = (
        query(loadable.operations, f"SELECT {columns % n} FROM operations_days.readings_2025010{n + 1} ORDER BY ctid")
        for n in (0, 1)
    )
    assert len(first) == 3 * 144
    assert first == second


def _shifted(rows: pa.Table, days: int) -> pa.Table:
    micros = np.asarray(rows.column("timestamp").cast(pa.int64())) + days * DAY * 1_000_000
    return rows.set_column(0, rows.schema.field(0), pa.array(micros).view(pa.timestamp("us", "UTC")))


def test_a_new_leaf_is_frozen_and_indexed_and_an_old_one_is_appended_to(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query, server: EmbeddedServer
) -> None:
    admin = server.superuser(loadable.operations.dbname)

    def frozen(leaf: str) -> list[tuple[object, ...]]:
        """(pages, pages all visible, pages all frozen); then rows frozen and not, by their own hint bits."""
        pages = query(
            admin,
            "SELECT count(*), count(*) FILTER (WHERE all_visible), count(*) FILTER (WHERE all_frozen)"
            " FROM pg_visibility_map(%s::regclass)",
            leaf,
        )
        rows = query(
            admin,
            "SELECT (t_infomask & 768) = 768, count(*) FROM generate_series(0, pg_relation_size(%s) / 8192 - 1)"
            " AS page, heap_page_items(get_raw_page(%s, page::int)) GROUP BY 1 ORDER BY 1",
            leaf,
            leaf,
        )
        return [*pages, *rows]

    with connect(admin) as session:
        session.execute("CREATE EXTENSION IF NOT EXISTS pg_visibility")
        session.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
    noon = DAY // 2
    first = Window(JANUARY, JANUARY + DAY + noon)  # the second day's leaf is begun
    counts = loader.load(SCOPE, first, [{"readings": readings(catalog, 0, DAY + noon)}])
    assert counts is not None
    assert counts.inserted == {"readings": 3 * (144 + 72)}
    [pages, *rows] = frozen("operations_days.readings_20250101")
    assert pages == (pages[0], pages[0], pages[0])
    assert rows == [(True, 3 * 144)]
    rest = Window(JANUARY + DAY + noon, JANUARY + 2 * DAY)
    assert loader.load(SCOPE, rest, [{"readings": readings(catalog, DAY + noon, 2 * DAY)}]) is not None
    assert frozen("operations_days.readings_20250102")[1:] == [(False, 3 * 72), (True, 3 * 72)]
    assert covered(loadable, SCOPE) == [day(0, 2)]
    assert covered(loadable, "operations") == []
    assert query(loadable.operations, "SELECT count(*), count(DISTINCT (sensor_id, timestamp)) FROM readings") == [
        (3 * 288, 3 * 288)
    ]
    assert query(
        loadable.operations,
        "SELECT count(*), count(inhparent) FROM pg_index LEFT JOIN pg_inherits"
        " ON inhrelid = indexrelid WHERE indrelid = 'operations_days.readings_20250101'::regclass",
    ) == [(1, 1)]
    assert query(
        loadable.operations,
        "SELECT count(*) FROM pg_constraint WHERE conname LIKE 'operations_days.readings_2025%bounds'",
    ) == [(0,)]


def test_each_scope_of_a_module_is_covered_by_itself(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    """Whichever was committed when the rest was lost, only the other is loaded by the next attempt."""
    parts = {
        "operations": [{"faults": faults(catalog, (1, "open", 0))}],
        SCOPE: [{"readings": readings(catalog, 0, DAY)}],
    }
    for committed in parts:
        loader.load(committed, day(0), parts[committed])
        loaded = [scope for scope in parts if loader.load(scope, day(0), parts[scope]) is not None]
        assert loaded == [scope for scope in parts if scope != committed]
        assert query(loadable.operations, "SELECT count(*) FROM readings") == [(432,)]
        assert query(loadable.operations, "SELECT count(*) FROM faults") == [(1,)]
        assert covered(loadable, "operations") == covered(loadable, SCOPE) == [day(0)]
        with connect(loadable.operations) as session:
            session.execute("TRUNCATE faults, genims.ledger")
            session.execute("DROP TABLE operations_days.readings_20250101")


def test_an_error_leaves_nothing_and_the_loader_goes_on(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    rows = readings(catalog, 0, DAY)
    bad = rows.set_column(2, rows.schema.field("value"), pa.array(np.full(len(rows), -1e7)))
    with pytest.raises(LoadError, match=r"unit operations.readings \[2025-01-01.*operations.readings: .*check"):
        loader.load(SCOPE, day(0), [{"readings": bad}])
    assert covered(loadable, SCOPE) == []
    assert query(loadable.operations, "SELECT to_regclass('operations_days.readings_20250101')") == [(None,)]
    assert loader.load(SCOPE, day(0), [{"readings": rows}]) is not None
    assert loader.load(SCOPE, day(0), [{"readings": rows}]) is None
    with pytest.raises(LoadError, match="overlaps loaded units without being covered"):
        loader.load(SCOPE, day(0, 2), [{"readings": rows}])


def test_a_session_that_is_ended_in_the_middle_of_its_rows_leaves_nothing(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = readings(catalog, 0, DAY, step=10)
    encode, sent = BinaryEncoder.encode, []

    def interrupted(encoder: BinaryEncoder, rows: pa.Table) -> Iterator[bytes | memoryview]:
        for number, piece in enumerate(encode(encoder, rows)):
            if number == 3:
                sent.append(query(loadable.operations, END_OF_LOADERS))
            yield piece

    with monkeypatch.context() as patch:
        patch.setattr(BinaryEncoder, "encode", interrupted)
        with pytest.raises(LoadError, match=r"unit operations\.readings \[2025-01-01.*terminat") as raised:
            loader.load(SCOPE, day(0), [{"readings": rows}])
    assert "\n" not in str(raised.value)
    assert sent == [[(True,)]]
    assert covered(loadable, SCOPE) == []
    assert loader.load(SCOPE, day(0), [{"readings": rows}]) is not None
    assert query(loadable.operations, "SELECT count(*) FROM readings") == [(3 * 8640,)]


END_OF_LOADERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE application_name = 'genims_ray loader' AND datname = current_database()"
)


@pytest.mark.parametrize("name", ["value", "is_good"])
def test_null_and_other_types_are_refused_by_name(catalog: Catalog, loader: UnitLoader, name: str) -> None:
    rows = readings(catalog, 0, DAY)
    at = rows.schema.get_field_index(name)
    kind = rows.schema.field(at).type
    missing = rows.set_column(at, pa.field(name, kind), pa.nulls(len(rows), kind))
    with pytest.raises(LoadError, match=rf"operations\.readings\.{name}: NULL, the catalog has NOT NULL"):
        loader.load(SCOPE, day(0), [{"readings": missing}])
    other = rows.set_column(at, pa.field(name, pa.int64()), pa.array(np.zeros(len(rows), np.int64)))
    with pytest.raises(LoadError, match=rf"operations\.readings\.{name}: type int64, the catalog has"):
        loader.load(SCOPE, day(0), [{"readings": other}])
