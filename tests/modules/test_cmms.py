"""Maintenance management: the same rows however asked, nothing from the future, sums that close."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray import config
from genims_ray.modules import BY_NAME
from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.world import DAY, HOUR, OPENING, Window, World, keys
from genims_ray.world.params import Plant
from tests.modules.rows import CATALOG, Rows

CMMS = Rows("cmms", plans={"scheduled_start_date"})
DAYS = 12


@pytest.fixture(scope="module")
def by_day(world: World) -> MemorySink:
    return CMMS.history(world, [d * DAY for d in range(DAYS + 1)])


@pytest.mark.parametrize(
    "cuts",
    [[0, DAYS * DAY], [0, 5 * HOUR + 17, 2 * DAY + 1, 2 * DAY + 1801, 4 * DAY + 13 * HOUR, 6 * DAY, DAYS * DAY]],
    ids=["one", "uneven"],
)
def test_windows_may_be_cut_anywhere(plant: Plant, by_day: MemorySink, cuts: list[int]) -> None:
    CMMS.assert_same(by_day, CMMS.history(World(plant), cuts))


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, DAYS * DAY - 1), min_size=2, max_size=6, unique=True))
def test_any_cut_gives_the_same(world: World, by_day: MemorySink, cuts: list[int]) -> None:
    CMMS.assert_same(by_day, CMMS.history(world, [0, *sorted(cuts), DAYS * DAY]))


def test_two_factories_cut_anywhere() -> None:
    small = config.load(["scale=small"]).plant
    cuts = [0, 30_000, DAY + 7, 2 * DAY + 50_000, 3 * DAY]
    CMMS.assert_same(CMMS.history(World(small), [0, 3 * DAY]), CMMS.history(World(small), cuts), filled=False)


def test_nothing_comes_from_the_future(world: World) -> None:
    days = range(world.start + 3 * DAY, world.start + 6 * DAY, 5 * HOUR)
    CMMS.assert_nothing_later(world, [Window(OPENING, world.start), *(Window(t, t + 5 * HOUR) for t in days)])


def test_keys_carry_their_cell(by_day: MemorySink) -> None:
    for row in CMMS.contents(by_day, "work_orders").to_pylist():
        asset, day, sequence = (int(part) for part in keys.parts(row["maintenance_work_order_id"]))
        date = np.datetime_as_string(np.datetime64(day, "D")).replace("-", "")
        assert asset == row["asset_id"]
        assert row["work_order_number"].split("-")[2] == date
        assert int(row["work_order_number"].split("-")[3]) % 100_000 == sequence


def test_work_orders_are_the_events_of_operations(world: World, by_day: MemorySink) -> None:
    """The same work in both records, at the same times, by the same person, for the same money."""
    operations = BY_NAME["operations"].function("maintenance_events")
    assert operations is not None
    table = CATALOG.modules["operations"].tables["maintenance_events"]
    window = Window(world.start, world.start + DAYS * DAY)
    events = {
        row["maintenance_id"]: row
        for row in table.arrow(operations(world, window)).to_pylist()
        if row["maintenance_type"] not in ("operator_check", "tool_change", "electrode_change")
    }
    orders = {
        row["maintenance_event_id"]: row
        for row in CMMS.contents(by_day, "work_orders").to_pylist()
        if row["maintenance_event_id"] is not None
    }
    assert events.keys() - orders.keys() == set()
    people = {t.technician_id: t.employee_id for t in world.maintenance.technicians.until(world.start // DAY + DAYS)}
    checked = 0
    for key, event in events.items():
        order = orders[key]
        assert order["actual_start_date"] == event["actual_start"]
        assert order["actual_end_date"] == event["actual_end"]
        assert order["machine_fault_id"] == event["related_fault_id"]
        if event["technician_id"] is not None:
            assert people[order["assigned_to"]] == event["technician_id"]
        if order["wo_status"] == "closed":
            assert order["actual_labor_cost"] == event["labor_cost_usd"]
            assert order["actual_parts_cost"] == event["parts_cost_usd"]
            checked += 1
    assert checked > 30


# --- In PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(server: EmbeddedServer, by_day: MemorySink) -> Iterator[psycopg.Connection]:
    with CMMS.recorded(server, by_day) as connection:
        yield connection


def test_every_state_of_a_row_satisfies_the_checks(session: psycopg.Connection, world: World) -> None:
    starts = range(world.start, world.start + 8 * DAY, 2 * HOUR)
    CMMS.assert_states_satisfy_checks(session, world, [Window(t, t + 2 * HOUR) for t in starts])


NOTHING = {
    "stock is the sum of its movements": """
        SELECT FROM cmms.mro_parts AS p JOIN (SELECT mro_part_id, sum(quantity) AS moved
            FROM cmms.mro_parts_transactions GROUP BY mro_part_id) AS t USING (mro_part_id)
        WHERE p.current_stock <> t.moved""",
    "every movement leaves the stock that it says": """
        SELECT FROM (SELECT stock_after, sum(quantity) OVER (PARTITION BY mro_part_id
            ORDER BY transaction_date, transaction_id) AS moved FROM cmms.mro_parts_transactions) AS t
        WHERE stock_after <> moved""",
    "costs of a closed order are those of its lines": """
        SELECT FROM cmms.work_orders AS w LEFT JOIN (SELECT maintenance_work_order_id, sum(cost_amount) AS cost
            FROM cmms.maintenance_costs GROUP BY 1) AS c USING (maintenance_work_order_id)
        WHERE wo_status = 'closed' AND actual_total_cost <> coalesce(cost, 0)""",
    "labour is the time booked": """
        SELECT FROM cmms.work_orders AS w LEFT JOIN (SELECT maintenance_work_order_id, sum(labor_cost) AS cost
            FROM cmms.labor_time_entries GROUP BY 1) AS c USING (maintenance_work_order_id)
        WHERE wo_status = 'closed' AND actual_labor_cost <> coalesce(cost, 0)""",
    "a technician works on one order at a time": """
        SELECT FROM cmms.labor_time_entries AS a JOIN cmms.labor_time_entries AS b USING (technician_id)
        WHERE a.labor_entry_id < b.labor_entry_id AND a.start_time < b.end_time AND b.start_time < a.end_time""",
    "time is booked within its order": """
        SELECT FROM cmms.labor_time_entries AS l JOIN cmms.work_orders AS w USING (maintenance_work_order_id)
        WHERE l.start_time < w.actual_start_date OR l.end_time > w.actual_end_date""",
    "steps lie within their order": """
        SELECT FROM cmms.work_order_tasks AS t JOIN cmms.work_orders AS w USING (maintenance_work_order_id)
        WHERE t.started_at < w.actual_start_date OR t.completed_at > w.actual_end_date
            OR (w.wo_status = 'closed' AND t.task_status IN ('pending', 'in_progress'))""",
    "every breakdown has its report": """
        SELECT FROM cmms.work_orders AS w LEFT JOIN cmms.failure_reports AS r USING (maintenance_work_order_id)
        WHERE w.wo_type = 'breakdown' AND w.wo_status IN ('completed', 'closed') AND r.asset_component_id IS NULL""",
    "a component replaces the one before it": """
        SELECT FROM (SELECT installed_by_work_order_id AS put_in, installed_at, lag(removed_by_work_order_id) OVER one AS
                taken_out, lag(removed_at) OVER one AS removed_at, lag(asset_component_id) OVER one AS before
            FROM cmms.asset_components WINDOW one AS (PARTITION BY asset_id, position ORDER BY installed_at)) AS c
        WHERE before IS NOT NULL AND (put_in IS DISTINCT FROM taken_out OR installed_at < removed_at)""",
    "preventive orders were opened by the scheduler": """
        SELECT FROM cmms.work_orders AS w LEFT JOIN cmms.pm_generation_log AS g USING (maintenance_work_order_id)
        WHERE w.wo_type = 'preventive' AND g.log_id IS NULL""",
    "meters never go back": """
        SELECT FROM (SELECT meter_value, previous_reading, lag(meter_value) OVER (PARTITION BY asset_id, meter_unit
            ORDER BY reading_date) AS before FROM cmms.equipment_meter_readings) AS r
        WHERE previous_reading IS DISTINCT FROM before""",
    "sums of a month": """
        SELECT FROM cmms.asset_reliability_metrics
        WHERE abs(mtbf_hours * number_of_failures - operating_hours) > 1e-6""",
}  # fmt: skip


@pytest.mark.parametrize("offending", NOTHING.values(), ids=NOTHING.keys())
def test_no_row_offends(session: psycopg.Connection, offending: str) -> None:
    assert session.execute(f"SELECT count(*) FROM ({offending}) AS rows".encode()).fetchone() == (0,)


def test_what_maintenance_went_through(session: psycopg.Connection) -> None:
    """The planted breakdown and the failure that follows it; plans that are missed."""
    for question in (
        "SELECT FROM cmms.work_orders WHERE wo_type = 'breakdown' AND downtime_minutes > 300",
        "SELECT FROM cmms.work_orders WHERE wo_status = 'cancelled'",
        "SELECT FROM cmms.pm_schedules WHERE last_completed_date IS NOT NULL AND schedule_type = 'meter'",
        "SELECT FROM cmms.condition_monitoring_alerts WHERE outcome IS NOT NULL",
        "SELECT FROM cmms.asset_components WHERE removal_reason = 'failure'",
        "SELECT FROM cmms.service_call_logs WHERE call_status = 'resolved'",
    ):
        assert session.execute(f"{question} LIMIT 1".encode()).rowcount == 1, question
