"""Manufacturing execution: the same rows however asked, nothing from the future, sums that close."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import psycopg
import pytest

from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.world import DAY, HOUR, OPENING, Window, World, keys
from genims_ray.world.params import Plant
from tests.modules.rows import Rows

MES = Rows("mes", plans={"planned_start_time", "planned_end_time"})
DAYS = 8


@pytest.fixture(scope="module")
def by_day(world: World) -> MemorySink:
    return MES.history(world, [d * DAY for d in range(DAYS + 1)])


@pytest.mark.parametrize(
    "cuts",
    [[0, DAYS * DAY], [0, 5 * HOUR + 17, 2 * DAY + 1, 2 * DAY + 1801, 6 * DAY, DAYS * DAY]],
    ids=["one", "uneven"],
)
def test_windows_may_be_cut_anywhere(plant: Plant, by_day: MemorySink, cuts: list[int]) -> None:
    MES.assert_same(by_day, MES.history(World(plant), cuts))


def test_nothing_comes_from_the_future(world: World) -> None:
    windows = [Window(OPENING, world.start), Window(world.start + 3 * DAY, world.start + 3 * DAY + 5 * HOUR)]
    MES.assert_nothing_later(world, windows)


def test_keys_carry_their_cell(by_day: MemorySink) -> None:
    orders = MES.contents(by_day, "work_orders").to_pylist()
    for row in orders[:50]:
        line, day, sequence = (int(part) for part in keys.parts(row["work_order_id"]))
        date = np.datetime_as_string(np.datetime64(day, "D")).replace("-", "")
        assert line == row["line_id"]
        assert row["work_order_number"] == f"WO-L{line}-{date}-{sequence:02d}"
        assert row["production_date"] == np.datetime64(day, "D").astype(object)


def test_rows_agree_with_the_stoppages(world: World, by_day: MemorySink) -> None:
    """Every breakdown and major stop of the world is on record once, by the key of its fault."""
    start, end = world.start, world.start + DAYS * DAY
    events = world.shopfloor.stoppages.between(start, end)
    faulty = (
        (events.start >= start)
        & (events.end - events.start >= 300)
        & (events.code != "")
        & np.isin(events.kind, (8, 9, 10))
    )
    rows = [r for r in MES.contents(by_day, "downtime_events").to_pylist() if r["machine_fault_id"] is not None]
    seen = {r["machine_fault_id"]: r for r in rows if r["downtime_start"].timestamp() >= start}
    assert set(seen) == set(events.key[faulty].tolist())
    for key, begin, finish in zip(events.key[faulty].tolist(), events.start[faulty], events.end[faulty], strict=True):
        assert seen[key]["downtime_start"].timestamp() == begin
        assert seen[key]["downtime_end"] is None or seen[key]["downtime_end"].timestamp() == finish


# --- In PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(server: EmbeddedServer, world: World, by_day: MemorySink) -> Iterator[psycopg.Connection]:
    with MES.recorded(server, by_day) as connection:
        connection.execute("CREATE SCHEMA bill")
        connection.execute(
            "CREATE TABLE bill.components (product_id int, material_id int, quantity numeric, scrap numeric, unit text)"
        )
        components, materials = world.company.components, world.company.materials
        unit = materials.base_unit[components.material_id - 1]
        with connection.cursor().copy("COPY bill.components FROM STDIN") as stream:
            columns = (components.product_id, components.material_id, components.quantity, components.scrap, unit)
            for row in zip(*(c.tolist() for c in columns), strict=True):
                stream.write_row(row)
        yield connection


def test_every_state_of_a_row_satisfies_the_checks(session: psycopg.Connection, world: World) -> None:
    starts = (
        *range(world.start, world.start + DAY, 3 * HOUR),
        *range(world.start + 4 * DAY, world.start + 5 * DAY, 3 * HOUR),
    )
    MES.assert_states_satisfy_checks(session, world, [Window(t, t + 3 * HOUR) for t in starts])


NOTHING = {
    "quantities of an order are those of its operations": """
        SELECT FROM mes.work_orders AS w JOIN mes.operations AS o USING (work_order_id) GROUP BY
            w.work_order_id
        HAVING min(o.completed_quantity) <> w.produced_quantity OR max(o.completed_quantity) <>
            w.produced_quantity
            OR sum(o.rejected_quantity) <> w.rejected_quantity""",
    "closed orders are made whole": """
        SELECT FROM mes.work_orders WHERE status = 'closed' AND (produced_quantity <> planned_quantity
            OR quality_status = 'pending')""",
    "the seconds of an order add up": """
        SELECT FROM mes.work_orders WHERE actual_end_time IS NOT NULL AND setup_seconds + run_seconds
            + minor_stop_seconds + downtime_seconds + idle_seconds
            <> extract(epoch FROM actual_end_time - actual_start_time)""",
    "a machine works on one operation at a time": """
        SELECT FROM mes.operations AS a JOIN mes.operations AS b ON b.machine_id = a.machine_id
            AND b.operation_id <> a.operation_id AND b.actual_start_time < coalesce(a.actual_end_time,
                'infinity')
            AND a.actual_start_time < coalesce(b.actual_end_time, 'infinity')""",
    "downtime of a machine does not overlap": """
        SELECT FROM mes.downtime_events AS a JOIN mes.downtime_events AS b ON b.line_id = a.line_id
            AND b.downtime_id <> a.downtime_id AND (b.machine_id = a.machine_id OR a.downtime_category <>
                b.downtime_category)
            AND b.downtime_start < coalesce(a.downtime_end, 'infinity')
            AND a.downtime_start < coalesce(b.downtime_end, 'infinity')""",
    "a person is in one place": """
        SELECT FROM mes.labor_time_entries AS a JOIN mes.labor_time_entries AS b ON b.employee_id =
            a.employee_id
            AND b.labor_entry_id <> a.labor_entry_id AND b.start_time < a.end_time AND a.start_time <
                b.end_time""",
    "an order has the status of its last transition": """
        SELECT FROM mes.work_orders AS w WHERE status <> (SELECT to_status FROM
            mes.work_order_status_history AS h
            WHERE h.work_order_id = w.work_order_id ORDER BY transition_sequence DESC LIMIT 1)""",
    "transitions follow one another": """
        SELECT FROM (SELECT from_status, changed_at, transition_sequence,
            lag(to_status) OVER one AS left_in, lag(changed_at) OVER one AS before,
            row_number() OVER one AS place
            FROM mes.work_order_status_history WINDOW one AS (PARTITION BY work_order_id ORDER BY
                transition_sequence)) AS h
        WHERE from_status IS DISTINCT FROM left_in OR changed_at <= before OR transition_sequence <> place""",
    "good parts are received": """
        SELECT FROM mes.work_orders AS w WHERE status = 'closed' AND good_quantity <> (SELECT sum(quantity)
            FROM mes.material_transactions AS t WHERE t.work_order_id = w.work_order_id AND
                transaction_type = 'receipt')""",
    "components used are those of good and scrapped parts": """
        SELECT FROM mes.work_orders AS w JOIN bill.components AS c USING (product_id)
        LEFT JOIN LATERAL (SELECT sum(CASE transaction_type WHEN 'issue' THEN quantity ELSE -quantity
            END) AS used
            FROM mes.material_transactions AS t
            WHERE t.work_order_id = w.work_order_id AND t.material_id = c.material_id) AS m ON true
        WHERE w.status = 'closed' AND m.used IS DISTINCT FROM
            round((w.good_quantity + w.scrapped_quantity) * c.quantity / 10000 * (1 + c.scrap / 10000),
                CASE c.unit WHEN 'kg' THEN 3 ELSE 0 END)""",
    "costs of a closed order are those of its documents": """
        SELECT FROM mes.work_orders AS w WHERE status = 'closed' AND (labor_cost <> (SELECT sum(e.labor_cost)
            FROM mes.labor_time_entries AS e WHERE e.work_order_id = w.work_order_id)
            OR material_cost <> (SELECT sum(CASE transaction_type WHEN 'issue' THEN total_cost WHEN
                'return' THEN -total_cost ELSE 0 END)
            FROM mes.material_transactions AS t WHERE t.work_order_id = w.work_order_id))""",
    "operators' parts are those of their orders": """
        SELECT FROM mes.work_orders AS w WHERE status = 'closed' AND produced_quantity <> (SELECT
            sum(quantity_produced)
            FROM mes.labor_time_entries AS e WHERE e.work_order_id = w.work_order_id)""",
    "each order has a first piece and, closed, one final inspection with its verdict": """
        SELECT FROM mes.work_orders AS w LEFT JOIN mes.quality_inspections AS i USING (work_order_id)
        WHERE status = 'closed' GROUP BY w.work_order_id
        HAVING count(*) FILTER (WHERE inspection_type = 'first_piece') <> 1
            OR count(*) FILTER (WHERE inspection_type = 'final' AND inspection_result = quality_status)
                <> 1""",
    "inspections are made while the order is open": """
        SELECT FROM mes.quality_inspections AS i JOIN mes.work_orders AS w USING (work_order_id)
        WHERE inspection_time <= production_start_time OR inspection_time >= closed_at""",
    "signatures decide as the final inspection did": """
        SELECT FROM mes.electronic_batch_records AS r JOIN mes.work_orders AS w USING (work_order_id)
        WHERE record_status = 'approved' AND (quality_status = 'failed') <> (release_status = 'rejected')
            OR batch_size <> good_quantity OR opened_at <> actual_start_time""",
    "slots plan the whole order": """
        SELECT FROM mes.production_schedules JOIN mes.work_orders AS w USING (work_order_id) GROUP BY
            w.work_order_id
        HAVING sum(production_schedules.planned_quantity) <> w.planned_quantity
            OR min(production_schedules.planned_start_time) <> w.planned_start_time
            OR max(production_schedules.planned_end_time) <> w.planned_end_time""",
    "completed orders leave no slot open": """
        SELECT FROM mes.production_schedules AS s JOIN mes.work_orders AS w USING (work_order_id)
        WHERE w.status = 'closed' AND s.status IN ('frozen', 'started')""",
    "a changeover is the setup of its order": """
        SELECT FROM mes.downtime_events AS d JOIN mes.work_orders AS w USING (work_order_id)
        WHERE downtime_category = 'changeover' AND (downtime_start <> actual_start_time OR
            duration_seconds <> setup_seconds)""",
}  # fmt: skip


@pytest.mark.parametrize("offending", NOTHING.values(), ids=NOTHING.keys())
def test_no_row_offends(session: psycopg.Connection, offending: str) -> None:
    assert session.execute(f"SELECT count(*) FROM ({offending}) AS rows".encode()).fetchone() == (0,)


def test_what_orders_went_through(session: psycopg.Connection) -> None:
    """The planted breakdown holds an order; slots are met and missed; some components are lost."""
    for question in (
        "SELECT FROM mes.work_order_status_history WHERE to_status = 'on_hold'",
        "SELECT FROM mes.downtime_events WHERE downtime_category = 'breakdown' AND duration_seconds > 18000",
        "SELECT FROM mes.production_schedules WHERE status = 'missed'",
        "SELECT FROM mes.material_transactions WHERE transaction_type = 'scrap'",
        "SELECT FROM mes.quality_inspections WHERE defects_found > 0",
        "SELECT FROM published.changeover_events WHERE from_product_id <> to_product_id",
    ):
        assert session.execute(f"{question} LIMIT 1".encode()).rowcount == 1, question
