from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID, uuid4

import adbc_driver_manager
import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genims_ray.catalog import Catalog
from genims_ray.errors import PassingError, UserError
from genims_ray.postgres import fence, ledger
from genims_ray.postgres.copy import AdbcPath
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.leaves import by_day
from genims_ray.postgres.loader import BrokenError, LoadError, UnitLoader, is_broken
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.statistics import analyze, sizes
from genims_ray.window import DAY, OPENING, Window
from tests.postgres.conftest import RUN, Databases, Query

JANUARY = 20_089 * DAY
"""2025-01-01 00:00 UTC."""


def day(number: int, days: int = 1) -> Window:
    return Window(JANUARY + number * DAY, JANUARY + (number + days) * DAY)


def samples(catalog: Catalog, first_day: int, days: int, sensors: int = 3, step: int = 3600) -> pa.Table:
    times = np.arange(JANUARY + first_day * DAY, JANUARY + (first_day + days) * DAY, step)
    return (
        catalog.modules["operations"]
        .tables["sensor_data"]
        .arrow(
            {
                "timestamp": np.tile(times, sensors),
                "sensor_id": np.repeat(np.arange(1, sensors + 1, dtype=np.int32), len(times)),
                "value": np.tile(times, sensors) % DAY / 3600.0,
                "clock": np.tile(times, sensors) % DAY,
            }
        )
    )


def faults(catalog: Catalog, *rows: tuple[int, str, int]) -> pa.Table:
    keys, status, updated = zip(*rows, strict=True)
    return (
        catalog.modules["operations"]
        .tables["faults"]
        .arrow({"fault_id": np.array(keys), "status": np.array(status), "updated_at": JANUARY + np.array(updated)})
    )


def covered(databases: Databases, scope: str) -> list[Window]:
    with connect(databases.operations) as session:
        return ledger.covered(session, scope)


@pytest.fixture
def loader(loadable: Databases, catalog: Catalog) -> Iterator[UnitLoader]:
    opened = UnitLoader(loadable.operations, catalog, RUN)
    yield opened
    opened.close()


def test_tables_are_loaded_in_the_order_of_their_keys(loadable: Databases, catalog: Catalog, query: Query) -> None:
    tables = catalog.modules["master"].tables
    part = {
        "machines": tables["machines"].arrow(
            {"machine_id": [11, 12], "line_id": [1, 1], "price": [Decimal("1234.50"), None]}
        ),
        "lines": tables["lines"].arrow({"line_id": [1], "line_name": ["Läger"]}),
    }
    opened = UnitLoader(loadable.master, catalog, RUN)
    counts = opened.load("master", Window(OPENING, JANUARY), [part])
    opened.close()
    assert counts is not None
    assert counts.inserted == {"lines": 1, "machines": 2}
    assert query(
        loadable.master,
        "SELECT machine_id, line_name, price FROM machines JOIN lines USING (line_id) ORDER BY machine_id",
    ) == [(11, "Läger", Decimal("1234.50")), (12, "Läger", None)]
    assert query(
        loadable.master, "SELECT scope, lower_inf(covered), inserted, updated, retired, run_id FROM genims.ledger"
    ) == [("master", True, 3, 0, 0, RUN)]
    with connect(loadable.master) as session:
        assert ledger.covered(session, "master") == [Window(OPENING, JANUARY)]


def test_the_servers_log_has_no_warnings(
    server: EmbeddedServer, loadable: Databases, catalog: Catalog, loader: UnitLoader
) -> None:
    before = len((server.folder / "server.log").read_text())
    loader.load(
        "operations", day(0), [{"sensor_data": samples(catalog, 0, 1), "faults": faults(catalog, (1, "open", 0))}]
    )
    loader.load(
        "operations", day(1), [{"sensor_data": samples(catalog, 1, 1), "faults": faults(catalog, (1, "closed", 1))}]
    )
    assert "WARNING" not in (server.folder / "server.log").read_text()[before:]


def test_days_become_indexed_leaves(loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query) -> None:
    halves = [samples(catalog, 0, 3, sensors=2), samples(catalog, 0, 3, sensors=3)]
    counts = loader.load("operations", day(0, 3), [{"sensor_data": half} for half in halves])
    assert counts is not None
    assert counts.inserted == {"sensor_data": 360}
    leaves = query(
        loadable.operations,
        "SELECT relid::regclass::text FROM pg_partition_tree('sensor_data') WHERE isleaf ORDER BY 1",
    )
    assert leaves == [(f"operations_days.sensor_data_2025010{n}",) for n in (1, 2, 3)]
    assert query(loadable.operations, "SELECT count(*) FROM operations_days.sensor_data_20250102") == [(120,)]
    # As delivered: by sensor, then by time.
    stored = query(
        loadable.operations,
        "SELECT sensor_id, extract(hour FROM timestamp)::int FROM operations_days.sensor_data_20250102 ORDER BY ctid",
    )
    part = list(itertools.product(range(1, 3), range(24)))
    assert stored == part + list(itertools.product(range(1, 4), range(24)))
    # Each leaf's indexes are the parent's, not more; and the check made for ATTACH is gone.
    assert query(
        loadable.operations,
        "SELECT count(*), count(inhparent) FROM pg_index LEFT JOIN pg_inherits"
        " ON inhrelid = indexrelid WHERE indrelid = 'operations_days.sensor_data_20250102'::regclass",
    ) == [(2, 2)]
    assert query(
        loadable.operations,
        "SELECT count(*) FROM pg_constraint WHERE contype = 'c'"
        " AND conrelid = 'operations_days.sensor_data_20250102'::regclass",
    ) == [(1,)]


def test_a_leaf_that_exists_is_appended_to(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    rows = samples(catalog, 0, 1, sensors=1)
    noon = Window(JANUARY, JANUARY + DAY // 2), Window(JANUARY + DAY // 2, JANUARY + DAY)
    for window, piece in zip(noon, (rows.slice(0, 12), rows.slice(12)), strict=True):
        assert loader.load("operations", window, [{"sensor_data": piece}]) is not None
    assert query(loadable.operations, "SELECT count(*) FROM operations_days.sensor_data_20250101") == [(24,)]
    assert covered(loadable, "operations") == [day(0)]


def test_a_unit_is_loaded_once(loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query) -> None:
    part = {"sensor_data": samples(catalog, 0, 1)}
    assert loader.load("operations", day(0), [part]) is not None
    assert loader.load("operations", day(0), [part]) is None
    assert query(loadable.operations, "SELECT count(*) FROM sensor_data") == [(72,)]
    with pytest.raises(LoadError, match="overlaps loaded units without being covered"):
        loader.load("operations", day(0, 2), [part])
    assert loader.load("operations", day(1), [{"sensor_data": samples(catalog, 1, 1)}]) is not None
    assert covered(loadable, "operations") == [day(0, 2)]


def test_a_second_loader_of_a_unit_waits_and_then_skips(loadable: Databases, catalog: Catalog, query: Query) -> None:
    holder = AdbcPath(loadable.operations)
    assert ledger.claim(holder, "operations", day(0), RUN)
    second = UnitLoader(loadable.operations, catalog, RUN)
    results: list[object] = []
    part = {"sensor_data": samples(catalog, 0, 1)}
    thread = threading.Thread(target=lambda: results.append(second.load("operations", day(0), [part])))
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    holder.commit()
    thread.join(10)
    assert results == [None]
    holder.abandon()
    second.close()
    assert query(loadable.operations, "SELECT count(*) FROM sensor_data") == [(0,)]


def test_loaders_of_one_day_share_its_leaf(loadable: Databases, catalog: Catalog, query: Query) -> None:
    rows = samples(catalog, 0, 1, sensors=1)
    quarter = DAY // 4
    threads = []
    for number in range(4):
        window = Window(JANUARY + number * quarter, JANUARY + (number + 1) * quarter)
        opened = UnitLoader(loadable.operations, catalog, RUN)
        part = {"sensor_data": rows.slice(number * 6, 6)}
        threads.append(threading.Thread(target=opened.load, args=("operations", window, [part])))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert query(loadable.operations, "SELECT count(DISTINCT timestamp) FROM sensor_data") == [(24,)]


def test_an_error_leaves_nothing_and_the_loader_goes_on(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    bad = {"sensor_data": samples(catalog, 0, 1), "faults": faults(catalog, (1, "broken", 0))}
    with pytest.raises(LoadError, match=r"unit operations \[2025-01-01.*faults.*faults_status_check"):
        loader.load("operations", day(0), [bad])
    assert covered(loadable, "operations") == []
    assert query(loadable.operations, "SELECT to_regclass('operations_days.sensor_data_20250101')") == [(None,)]
    assert loader.load("operations", day(0), [{"sensor_data": samples(catalog, 0, 1)}]) is not None


def test_a_wrong_type_is_refused_before_it_is_stored_as_garbage(catalog: Catalog, loader: UnitLoader) -> None:
    rows = samples(catalog, 0, 1)
    wrong = rows.set_column(2, "value", rows.column("value").cast(pa.int64(), safe=False))
    with pytest.raises(LoadError, match=r"sensor_data\.value: type int64, the catalog has double"):
        loader.load("operations", day(0), [{"sensor_data": wrong}])
    with pytest.raises(LoadError, match=r"operations\.sensor_data: columns sensor_id, value"):
        loader.load("operations", day(0), [{"sensor_data": rows.drop_columns(["timestamp"])}])


def test_changes_are_upserted_and_counted(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    first = loader.load("operations", day(0), [{"faults": faults(catalog, (1, "open", 5), (2, "open", 6))}])
    later = faults(catalog, (1, "closed", 9), (2, "closed", 2), (3, "open", 9))
    encoded = later.set_column(1, "status", later.column("status").dictionary_encode())
    second = loader.load("operations", day(1), [{"faults": encoded}, {"faults": faults(catalog, (4, "open", 9))}])
    assert first is not None
    assert second is not None
    assert (first.inserted["faults"], first.updated["faults"]) == (2, 0)
    assert (second.inserted["faults"], second.updated["faults"]) == (2, 1)
    assert query(loadable.operations, "SELECT fault_id, status FROM faults ORDER BY 1") == [
        (1, "closed"),
        (2, "open"),
        (3, "open"),
        (4, "open"),
    ]
    assert query(loadable.operations, "SELECT inserted, updated FROM genims.ledger ORDER BY covered") == [
        (2, 0),
        (2, 1),
    ]
    with pytest.raises(LoadError, match=r"operations\.faults.*second time"):
        loader.load("operations", day(2), [{"faults": faults(catalog, (7, "open", 5), (7, "open", 6))}])


def test_nothing_temporary_is_committed_that_a_crash_of_the_server_would_leave_behind(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    for number, status in enumerate(("open", "closed")):
        loaded = loader.load("operations", day(number), [{"faults": faults(catalog, (1, status, number))}])
        assert loaded is not None
        assert loaded.updated["faults"] == number
        assert query(loadable.operations, "SELECT relname FROM pg_class WHERE relpersistence = 't'") == []


def test_units_may_commit_in_any_order(loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query) -> None:
    states = set()
    days = [((1, "open", 10), (2, "open", 11)), ((1, "closed", 20), (3, "open", 21)), ((3, "closed", 30),)]
    for order in itertools.permutations(range(3)):
        with connect(loadable.operations) as session:
            session.execute("TRUNCATE faults, genims.ledger")
        for number in order:
            loader.load("operations", day(number), [{"faults": faults(catalog, *days[number])}])
        states.add(tuple(query(loadable.operations, "SELECT fault_id, status FROM faults ORDER BY 1")))
    assert states == {((1, "closed"), (2, "open"), (3, "closed"))}


def reports(catalog: Catalog, *rows: tuple[int, str, int, int]) -> dict[str, pa.Table]:
    """(key, status, hour of creation, hour of the last change)."""
    keys, status, created, updated = (np.array(column) for column in zip(*rows, strict=True))
    columns = {
        "report_id": keys,
        "status": status,
        "created_at": JANUARY + 3600 * created,
        "updated_at": JANUARY + 3600 * updated,
    }
    return {"reports": catalog.modules["operations"].tables["reports"].arrow(columns)}


def test_what_is_made_in_a_unit_is_inserted_and_what_was_made_before_it_changed(
    loadable: Databases, catalog: Catalog, query: Query
) -> None:
    """In order, so that nothing that is made in a unit can be there: if it is, the unit fails whole."""
    opened = UnitLoader(loadable.operations, catalog, RUN, in_order=True)
    opening = Window(OPENING, JANUARY)
    history = reports(catalog, (1, "open", -30, -30), (2, "open", -500, -2))
    first = reports(catalog, (3, "open", 0, 0), (2, "closed", -500, 5), (4, "open", 23, 23))
    second = reports(catalog, (3, "closed", 0, 30), (5, "closed", 24, 47), (6, "late", 1, 25))
    counts = [
        opened.load("operations", window, [part])
        for window, part in ((opening, history), (day(0), first), (day(1), second))
    ]
    assert [(c.inserted["reports"], c.updated["reports"]) for c in counts if c] == [(2, 0), (2, 1), (2, 1)]
    stored = "SELECT report_id, status FROM reports ORDER BY 1"
    expected = [(1, "open"), (2, "closed"), (3, "closed"), (4, "open"), (5, "closed"), (6, "late")]
    assert query(loadable.operations, stored) == expected
    with pytest.raises(LoadError, match=r"operations\.reports: .*duplicate key"):
        opened.load("operations", day(2), [reports(catalog, (7, "open", 48, 48), (5, "open", 49, 49))])
    assert query(loadable.operations, stored) == expected
    assert opened.load("operations", day(2), [reports(catalog, (7, "open", 48, 48))]) is not None
    opened.close()


def test_units_out_of_order_are_upserted(loadable: Databases, catalog: Catalog, query: Query) -> None:
    opened = UnitLoader(loadable.operations, catalog, RUN)
    opened.load("operations", day(1), [reports(catalog, (1, "closed", 0, 30))])
    counts = opened.load("operations", day(0), [reports(catalog, (1, "open", 0, 0), (2, "open", 3, 3))])
    opened.close()
    assert counts is not None
    assert (counts.inserted["reports"], counts.updated["reports"]) == (1, 0)
    assert query(loadable.operations, "SELECT report_id, status FROM reports ORDER BY 1") == [
        (1, "closed"),
        (2, "open"),
    ]


def test_a_lost_connection_is_replaced(loadable: Databases, catalog: Catalog, loader: UnitLoader) -> None:
    part = {"faults": faults(catalog, (1, "open", 0))}
    assert loader.load("operations", day(0), [part]) is not None
    with connect(loadable.operations) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'genims_ray loader' AND datname = current_database()"
        )
    with pytest.raises(UserError, match="unit operations"):
        loader.load("operations", day(1), [part])
    assert loader.load("operations", day(1), [part]) is not None


def test_an_unreachable_server_is_named_without_the_password(loadable: Databases, catalog: Catalog) -> None:
    wrong = dataclasses.replace(loadable.operations, password="hunter2")
    with pytest.raises(UserError, match=r"cannot connect to database genims_operations_\d+ at 127") as error:
        UnitLoader(wrong, catalog, RUN).load("operations", day(0), [])
    assert "hunter2" not in str(error.value)


def test_sizes_sum_the_leaves(loadable: Databases, catalog: Catalog, loader: UnitLoader) -> None:
    part = {"sensor_data": samples(catalog, 0, 2, step=60), "faults": faults(catalog, (1, "open", 0))}
    loader.load("operations", day(0, 2), [part])
    for _ in range(2):
        analyze(loadable.operations, catalog.modules["operations"].tables.values())
    found = {size.table: size for size in sizes(loadable.operations)}
    assert {name: size.rows for name, size in found.items()} == {
        "sensor_data": 8640,
        "faults": 1,
        "reports": 0,
        "readings": 0,
    }
    assert found["sensor_data"].bytes > 8640 * 40


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=st.lists(st.lists(st.integers(-3 * DAY, 3 * DAY), min_size=1, max_size=8), min_size=1, max_size=4))
def test_splitting_by_day_keeps_rows_and_their_order(batches: list[list[int]]) -> None:
    table = pa.concat_tables(
        [pa.table({"t": pa.array([1_000_000 * s for s in batch], pa.timestamp("us", "UTC"))}) for batch in batches]
    )
    seconds = [second for batch in batches for second in batch]
    found = {number: rows.column("t").cast(pa.int64()).to_pylist() for number, rows in by_day(table, "t")}
    assert list(found) == sorted({second // DAY for second in seconds})
    for number, times in found.items():
        assert times == [1_000_000 * second for second in seconds if second // DAY == number]


@pytest.mark.parametrize("way", ["adbc", "binary"])
@pytest.mark.parametrize("state", ["57P01", "08006", "23514", None])
def test_a_lost_connection_is_told_from_a_refusal(way: str, state: str | None) -> None:
    """57P01: ended by the administrator, 08006: broken, 23514: a check fails, none: the client's own words."""
    error: Exception
    if way == "adbc":
        status = adbc_driver_manager.AdbcStatusCode.IO
        error = adbc_driver_manager.OperationalError("", status_code=status, sqlstate=state)
    else:
        error = psycopg.errors.lookup(state)() if state else psycopg.OperationalError()
    assert is_broken(error) is (state != "23514")


def take_over(loadable: Databases, run_id: UUID) -> None:
    with connect(loadable.operations) as session:
        fence.take(session, run_id)


def test_a_run_that_lost_its_lock_unawares_cannot_take_over(loadable: Databases, query: Query) -> None:
    """Its server ended the session that held the lock, and another run came."""
    operations = {"operations": loadable.operations}
    with RunLock(operations) as late:
        pid = late.session("operations").info.backend_pid
        query(loadable.operations, f"SELECT pg_terminate_backend({pid}, 10000)")
        with RunLock(operations) as lock:
            fence.take(lock.session("operations"), RUN)
            with pytest.raises(PassingError, match="terminating connection"):
                fence.take(late.session("operations"), uuid4())
    assert query(loadable.operations, "SELECT run_id FROM genims.plant") == [(RUN,)]


def test_a_loader_whose_run_was_replaced_is_refused(
    loadable: Databases, catalog: Catalog, loader: UnitLoader, query: Query
) -> None:
    part = {"sensor_data": samples(catalog, 0, 1)}
    assert loader.load("operations", day(0), [part]) is not None
    take_over(loadable, uuid4())
    with pytest.raises(BrokenError):  # its session was ended
        loader.load("operations", day(1), [{"sensor_data": samples(catalog, 1, 1)}])
    with pytest.raises(LoadError, match="another run has taken this database over"):
        loader.load("operations", day(1), [{"sensor_data": samples(catalog, 1, 1)}])
    assert loader.load("operations", day(0), [part]) is None  # covered is covered, whoever asks
    assert covered(loadable, "operations") == [day(0)]
    take_over(loadable, RUN)


def test_taking_over_ends_a_loader_in_the_midst_of_its_unit(
    loadable: Databases, catalog: Catalog, query: Query
) -> None:
    zombie = AdbcPath(loadable.operations)
    assert ledger.claim(zombie, "operations", day(0), RUN)
    take_over(loadable, uuid4())
    with pytest.raises(adbc_driver_manager.Error) as ended:
        ledger.complete(zombie, "operations", day(0), inserted=0, updated=0, retired=0, size=0)
    assert is_broken(ended.value)
    zombie.abandon()
    assert covered(loadable, "operations") == []
    take_over(loadable, RUN)
