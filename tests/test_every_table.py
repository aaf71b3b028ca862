"""Every table of sql/: its function, its rows, its types; and that its rows have not changed."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.catalog.model import Table
from genims_ray.modules import BY_NAME, MODULES, render, require_pairs
from genims_ray.world import DAY, OPENING, Window, World
from tests import golden

CATALOG = Catalog.load()
FILLED = [table for table in CATALOG.tables() if table.module in BY_NAME]
OWN = [table for table in FILLED if table.writer == "module"]
BY_FLOW = [table for table in FILLED if table.writer != "module"]


def name(table: Table) -> str:
    return table.qualified


@pytest.fixture(scope="module")
def rows() -> dict[str, pa.Table]:
    """The opening and ten days of a tiny plant, checked against the catalog; of its 38 people, who rarely
    come and go, 120 days."""
    world = World(config.load(["scale=tiny"]).plant)
    found = {}
    for module in MODULES:
        days = 120 if module.name == "hr" else 10
        windows = [Window(OPENING, world.start), Window(world.start, world.start + days * DAY)]
        tables = [t for t in OWN if t.module == module.name]
        parts = [dict(render(module, [t.name for t in tables], world, window)) for window in windows]
        for table in tables:
            found[table.qualified] = pa.concat_tables(
                [table.arrow(part[table.name]) for part in parts if part[table.name]]
                or [table.arrow_schema.empty_table()]
            )
    return found


def test_every_module_has_a_schema() -> None:
    assert [module.name for module in MODULES] == [name for name in CATALOG.modules if name in BY_NAME]
    assert {table.writer.partition(":")[0] for table in CATALOG.tables()} <= {"module", "flow"}


@pytest.mark.parametrize("table", OWN, ids=name)
def test_a_table_is_a_function_of_its_name(table: Table) -> None:
    function = BY_NAME[table.module].function(table.name)
    assert callable(function), f"no function for {table.qualified}"
    assert function.__name__ == table.name


@pytest.mark.parametrize("table", BY_FLOW, ids=name)
def test_a_table_written_by_a_flow_has_no_function(table: Table) -> None:
    assert BY_NAME[table.module].function(table.name) is None


def test_tables_and_functions_are_pairs() -> None:
    require_pairs(CATALOG)


@pytest.mark.parametrize("table", OWN, ids=name)
def test_a_table_is_filled_and_typed(table: Table, rows: dict[str, pa.Table]) -> None:
    found = rows[table.qualified]
    assert found.schema.equals(table.arrow_schema)
    assert found.num_rows > 0, f"{table.qualified} is empty for a tiny plant"


@pytest.mark.parametrize("table", [t for t in OWN if t.primary_key and not t.mutable], ids=name)
def test_facts_have_unique_keys(table: Table, rows: dict[str, pa.Table]) -> None:
    for key in (table.primary_key, *table.unique_keys):
        found = rows[table.qualified].select(list(key)).drop_null()  # NULLs are not equal
        assert found.group_by(list(key)).aggregate([]).num_rows == found.num_rows, key


def test_rows_are_bit_identical() -> None:
    """See tests/golden.py for how to renew the hashes after a change that is meant."""
    kept = json.loads(golden.FILE.read_text(encoding="utf-8"))
    if kept["cpu"] != golden.cpu():
        pytest.skip(f"golden hashes hold for {kept['cpu']}, this is {golden.cpu()}")
    found = golden.hashes()
    changed = sorted(t for t in kept["tables"].keys() | found.keys() if kept["tables"].get(t) != found.get(t))
    assert not changed, f"rows changed: {', '.join(changed)}"
