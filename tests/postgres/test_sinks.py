from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from genims_ray.catalog import Catalog
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded, MemorySink, PostgresSink, Sink
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import LoadError
from genims_ray.window import DAY, OPENING, Window
from tests.postgres.conftest import RUN, Databases

JANUARY = 20_089 * DAY
"""2025-01-01 00:00 UTC."""


def unit(number: int, days: int = 1) -> Unit:
    return Unit("operations", Window(JANUARY + number * DAY, JANUARY + (number + days) * DAY))


def part(catalog: Catalog, number: int, *faults: tuple[int, str, int]) -> dict[str, pa.Table]:
    tables = catalog.modules["operations"].tables
    keys, status, updated = zip(*faults, strict=True)
    hours = JANUARY + number * DAY + np.arange(0, DAY, 3600)
    return {
        "sensor_data": tables["sensor_data"].arrow(
            {"timestamp": hours, "sensor_id": np.ones(24, np.int32), "value": np.arange(24.0), "clock": hours % DAY}
        ),
        "faults": tables["faults"].arrow(
            {"fault_id": np.array(keys), "status": np.array(status), "updated_at": JANUARY + np.array(updated)}
        ),
    }


def contents(sink: Sink, databases: Databases) -> dict[str, list[tuple[Any, ...]]]:
    if isinstance(sink, MemorySink):
        return {
            name: sorted(tuple(row.values()) for row in sink.table("operations", name).to_pylist())
            for name in ("sensor_data", "faults")
        }
    with connect(databases.operations) as session:
        return {
            name: session.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in ("sensor_data", "faults")
        }


@pytest.fixture(params=["memory", "postgres"])
def sink(request: pytest.FixtureRequest, catalog: Catalog, loadable: Databases) -> Any:
    opened: Sink = MemorySink(catalog) if request.param == "memory" else PostgresSink(loadable.operations, catalog, RUN)
    yield opened
    opened.close()


def test_facts_are_appended_and_changes_are_upserted(sink: Sink, catalog: Catalog, loadable: Databases) -> None:
    later = sink.load(unit(1), [part(catalog, 1, (1, "closed", 90), (2, "open", 91))])
    first = sink.load(unit(0), [part(catalog, 0, (1, "open", 5), (3, "open", 6))])
    assert (later.skipped, later.inserted, later.updated) == (
        False,
        {"sensor_data": 24, "faults": 2},
        {"sensor_data": 0, "faults": 0},
    )
    assert (first.inserted["faults"], first.updated["faults"], first.rows) == (1, 0, 25)
    assert later.bytes["sensor_data"] > 24 * 20
    found = contents(sink, loadable)
    assert [row[:2] for row in found["faults"]] == [(1, "closed"), (2, "open"), (3, "open")]
    assert len(found["sensor_data"]) == 48


def test_a_unit_is_loaded_once(sink: Sink, catalog: Catalog, loadable: Databases) -> None:
    rows = part(catalog, 0, (1, "open", 5))
    assert not sink.load(unit(0), [rows]).skipped
    assert sink.load(unit(0), [rows]) == Loaded(unit(0), skipped=True)
    with pytest.raises(LoadError, match="overlaps loaded units without being covered"):
        sink.load(unit(0, 2), [rows])
    assert len(contents(sink, loadable)["sensor_data"]) == 24


def test_parts_are_one_unit(sink: Sink, catalog: Catalog, loadable: Databases) -> None:
    parts = [part(catalog, 0, (1, "open", 5)), part(catalog, 0, (2, "open", 5))]
    assert sink.load(unit(0), parts).inserted == {"sensor_data": 48, "faults": 2}
    assert sink.load(unit(1), []).rows == 0


def test_a_key_twice_in_a_unit_is_an_error_that_leaves_nothing(
    sink: Sink, catalog: Catalog, loadable: Databases
) -> None:
    with pytest.raises(LoadError, match=r"operations\.faults"):
        sink.load(unit(0), [part(catalog, 0, (1, "open", 5), (1, "closed", 6))])
    assert contents(sink, loadable) == {"sensor_data": [], "faults": []}


def test_the_memory_sink_joins_what_it_covers(catalog: Catalog) -> None:
    sink = MemorySink(catalog)
    sink.load(Unit("operations", Window(OPENING, JANUARY)), [])
    sink.load(unit(1), [])
    sink.load(unit(0), [])
    sink.load(unit(5), [])
    assert sink.covered("operations") == [Window(OPENING, JANUARY + 2 * DAY), unit(5).window]
