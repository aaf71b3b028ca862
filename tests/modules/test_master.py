"""Master data against its DDL: counts, keys, references, and nothing later than the opening."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from genims_ray import config, resources
from genims_ray.catalog import Catalog
from genims_ray.catalog.model import ModuleSchema
from genims_ray.modules import master
from genims_ray.world import DAY, OPENING, Window, World


def _tables(schema: ModuleSchema, world: World, window: Window) -> dict[str, pa.Table]:
    found = {name: getattr(master, name)(world, window) for name in schema.tables}
    return {
        name: table.arrow(found[name]) if found[name] else table.arrow_schema.empty_table()
        for name, table in schema.tables.items()
    }


@pytest.fixture(scope="module")
def schema() -> ModuleSchema:
    return Catalog.load().modules["master"]


@pytest.fixture(scope="module")
def world() -> World:
    return World(config.load(["scale=large"]).plant)


@pytest.fixture(scope="module")
def tables(schema: ModuleSchema, world: World) -> dict[str, pa.Table]:
    return _tables(schema, world, Window(OPENING, world.start))


def test_how_many_of_each(tables: dict[str, pa.Table]) -> None:
    rows = {name: table.num_rows for name, table in tables.items()}
    assert 950 <= rows.pop("material_suppliers") <= 1_010  # 700 x 1.4
    assert 5_850 <= rows.pop("bom_components") <= 6_150  # 600 x 10
    assert rows == {
        "companies": 4,
        "factories": 10,
        "warehouses": 12,
        "warehouse_zones": 72,
        "suppliers": 400,
        "customers": 1_500,
        "materials": 700,
        "products": 600,
        "bill_of_materials": 600,
        "employees": 500,
        "departments": 40,
        "production_lines": 50,
        "machines": 200,
    }


def test_keys_are_unique(schema: ModuleSchema, tables: dict[str, pa.Table]) -> None:
    for name, table in schema.tables.items():
        for key in (table.primary_key, *table.unique_keys):
            groups = tables[name].group_by(list(key)).aggregate([])
            assert groups.num_rows == tables[name].num_rows, f"{name} {key}"


def test_references_resolve(schema: ModuleSchema, tables: dict[str, pa.Table]) -> None:
    resolved = 0
    for table in schema.tables.values():
        for reference in table.references:
            if reference.target_module != schema.name:
                continue
            values = tables[table.name][reference.columns[0]].drop_null()
            targets = tables[reference.target_table][reference.target_columns[0]]
            assert pc.all(pc.is_in(values, targets)).as_py(), str(reference)
            resolved += 1
    assert resolved == 17


def test_every_column_says_something(tables: dict[str, pa.Table]) -> None:
    constant = [
        f"{name}.{column}"
        for name, table in tables.items()
        for column in table.column_names
        if pc.count_distinct(table[column], mode="all").as_py() < 2
    ]
    assert constant == ["employees.leave_date"]  # nobody has left yet


def test_rows_exist_before_history_begins(tables: dict[str, pa.Table], world: World) -> None:
    for name, table in tables.items():
        entered = table["created_at"].cast(pa.int64()).to_numpy() // 1_000_000
        assert entered.max() < world.start, name
        for field in table.schema:
            if pa.types.is_date(field.type):
                days = table[field.name].drop_null().cast(pa.int32()).to_numpy()
                if not len(days):
                    continue
                limit = world.start if field.name == "last_major_overhaul" else entered
                if field.name == "hire_date":  # a contract is signed before its first day
                    limit = np.where(entered < world.start - 30 * DAY, entered, world.start + 30 * DAY)
                assert (days * DAY < limit).all(), f"{name}.{field.name}"


def test_material_cost_follows_from_the_bill_of_materials(tables: dict[str, pa.Table]) -> None:
    cost = dict(zip(*_lists(tables["materials"], "material_id", "standard_cost_usd"), strict=True))
    product = dict(zip(*_lists(tables["bill_of_materials"], "bom_id", "product_id"), strict=True))
    total: dict[int, Decimal] = {}
    lines = _lists(tables["bom_components"], "bom_id", "material_id", "quantity_per", "scrap_percentage")
    for bom, material, quantity, scrap in zip(*lines, strict=True):
        each = quantity * (1 + scrap / 100) * cost[material]
        total[product[bom]] = total.get(product[bom], Decimal(0)) + each
    columns = _lists(tables["products"], "product_id", "material_cost_usd", "conversion_cost_usd", "standard_cost_usd")
    for key, material_cost, conversion_cost, standard_cost in zip(*columns, strict=True):
        assert total[key].quantize(Decimal("0.01"), ROUND_HALF_UP) == material_cost, key
        assert material_cost + conversion_cost == standard_cost, key


def test_nothing_outside_the_opening(schema: ModuleSchema, world: World) -> None:
    later = _tables(schema, world, Window(world.start, world.start + DAY))
    assert {table.num_rows for name, table in later.items() if name != "employees"} == {0}
    elsewhere = _tables(schema, world.cell(world.machine_ids[4:8]), Window(OPENING, world.start))
    assert {table.num_rows for table in elsewhere.values()} == {0}


def test_people_come_and_go(schema: ModuleSchema, world: World) -> None:
    """A year: 500 at the start, and after it as many as posts that are not vacant; exits as turnover says."""
    table, at_start = schema.tables["employees"], master.employees(world, Window(OPENING, world.start))
    there = set(np.asarray(at_start["employee_id"]).tolist())
    year = table.arrow(master.employees(world, Window(world.start, world.start + 365 * DAY))).to_pylist()
    first_day = world.start // DAY
    left = [row for row in year if row["leave_date"]]
    come = [row for row in year if row["employee_id"] not in there]
    # 260 posts at 25 % a year and 240 at 10 % make 89 exits; 3.3 standard deviations are 31.
    assert 58 <= len(left) <= 120
    assert all(row["hire_date"] <= row["leave_date"] for row in left)
    assert len(come) >= len(left) - 20
    assert all(row["employee_id"] % 100_000 in there and row["employee_id"] > 100_000 for row in come)
    assert all((row["hire_date"] - date(1970, 1, 1)).days > first_day for row in come)


def test_the_first_cell_speaks_for_the_company(schema: ModuleSchema, world: World, tables: dict[str, pa.Table]) -> None:
    first = _tables(schema, world.cell(world.machine_ids[:4]), Window(OPENING, world.start))
    for name, table in tables.items():
        assert first[name].equals(table), name


def test_the_published_shifts_are_those_of_the_world(world: World) -> None:
    ddl = (resources.root() / "sql" / "master.sql").read_text(encoding="utf-8")
    starts = [int(hour) for hour in re.findall(r"'[ELN]', TIME '(\d\d):00'", ddl)]
    assert starts == world.plant.shifts.start_hours


def _lists(table: pa.Table, *columns: str) -> list[list[object]]:
    return [table[column].to_pylist() for column in columns]
