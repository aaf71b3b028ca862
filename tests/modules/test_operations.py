"""Operations: the same rows however they are asked for, nothing from the future, nothing twice."""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray.catalog import Catalog
from genims_ray.modules import BY_NAME, asof
from genims_ray.world import DAY, HOUR, OPENING, Window, World, keys
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import ALERT_KEYS, COMPONENT_KEYS, TOOL_KEYS, WARNING_KEYS

OPERATIONS = BY_NAME["operations"]
SCHEMA = Catalog.load().modules["operations"]
MUTABLE = [name for name, table in SCHEMA.tables.items() if table.mutable]
FACTS = [name for name, table in SCHEMA.tables.items() if not table.mutable]
ORDER = {name: list(table.primary_key) or ["sensor_id", "timestamp"] for name, table in SCHEMA.tables.items()}
ORDER["scada_machine_data"] = ["machine_id", "timestamp"]
PLANS = {("maintenance_events", "scheduled_start")}
"""Instants that are intentions: they may lie ahead."""

few = settings(max_examples=6, deadline=None, derandomize=True)


def ask(world: World, start: int, end: int) -> dict[str, pa.Table]:
    """Every operations table in [start, end), in the order of its key."""
    found = {}
    for name, table in SCHEMA.tables.items():
        function = OPERATIONS.function(name)
        assert function is not None
        columns = function(world, Window(start, end))
        rows = table.arrow(columns) if columns else table.arrow_schema.empty_table()
        found[name] = ordered(name, rows)
    return found


def ordered(name: str, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(column, "ascending") for column in ORDER[name]])


def upserted(name: str, parts: list[pa.Table]) -> pa.Table:
    """The table after the parts were loaded: per key the row with the latest `updated_at`."""
    (key,) = SCHEMA.tables[name].primary_key
    latest: dict[int, dict[str, object]] = {}
    for part in parts:
        for row in part.to_pylist():
            known = latest.get(row[key])
            if known is None or row["updated_at"] >= known["updated_at"]:  # type: ignore[operator]
                latest[row[key]] = row
    return ordered(name, pa.Table.from_pylist(list(latest.values()), schema=SCHEMA.tables[name].arrow_schema))


def joined(parts: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    """The parts, loaded one after the other."""
    found = {name: upserted(name, [part[name] for part in parts]) for name in MUTABLE}
    found |= {name: ordered(name, pa.concat_tables([part[name] for part in parts])) for name in FACTS}
    return found


def same(left: dict[str, pa.Table], right: dict[str, pa.Table]) -> None:
    for name in SCHEMA.tables:
        if left[name].equals(right[name]):
            continue
        assert left[name].num_rows == right[name].num_rows, name
        for column in left[name].column_names:
            assert left[name][column].equals(right[name][column]), f"{name}.{column}"


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.to_numpy(zero_copy_only=False)


def seconds(column: pa.ChunkedArray) -> np.ndarray:
    return numbers(pc.divide(column.cast(pa.int64()), 1_000_000))


@pytest.fixture(scope="module")
def opening(world: World) -> dict[str, pa.Table]:
    return ask(world, OPENING, world.start)


@pytest.fixture(scope="module")
def ten_days(world: World) -> dict[str, pa.Table]:
    """The first ten days, day by day: what is recorded, at the latest state of each row."""
    return joined([ask(world, world.start + d * DAY, world.start + (d + 1) * DAY) for d in range(10)])


# --- The same rows however asked -------------------------------------------------------------------


@few
@given(st.integers(DAY, 6 * DAY), st.lists(st.integers(1, 40 * HOUR), min_size=2, max_size=3))
def test_a_window_is_the_sum_of_its_parts(world: World, first: int, lengths: list[int]) -> None:
    cuts = world.start + first + np.cumsum([0, *lengths])
    parts = [ask(world, int(a), int(b)) for a, b in itertools.pairwise(cuts)]
    same(joined(parts), ask(world, int(cuts[0]), int(cuts[-1])))


def test_cuts_through_the_opening(world: World, opening: dict[str, pa.Table], ten_days: dict[str, pa.Table]) -> None:
    """From the opening on, one window ends in the same state as ten."""
    whole = ask(world, world.start, world.start + 10 * DAY)
    same(joined([opening, ten_days]), joined([opening, whole]))


def test_the_order_of_questions_does_not_matter(plant: Plant, world: World) -> None:
    def day(of: World, d: int) -> dict[str, pa.Table]:
        return ask(of, of.start + d * DAY, of.start + (d + 1) * DAY)

    forwards, backwards = World(plant), World(plant)
    late = day(backwards, 40)
    early = day(backwards, 3)
    same(early, day(forwards, 3))
    same(day(world, 40), late)
    same(day(world, 3), early)
    same(day(backwards, 40), late)


@settings(few, max_examples=2)
@given(st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_cells_are_parts_of_the_whole(world: World, cell_of: list[int]) -> None:
    for start, end in ((OPENING, world.start), (world.start + 2 * DAY + 5 * HOUR, world.start + 3 * DAY + 7)):
        cells = [
            world.cell([m for m, c in zip(world.machine_ids, cell_of, strict=True) if c == chosen])
            for chosen in sorted(set(cell_of))
        ]
        parts = [ask(cell, start, end) for cell in cells]
        whole = {name: ordered(name, pa.concat_tables([p[name] for p in parts])) for name in SCHEMA.tables}
        same(whole, ask(world, start, end))


@pytest.mark.parametrize("machine", [10_101, 10_204])
def test_an_adopted_spine_gives_the_same_rows(plant: Plant, world: World, machine: int) -> None:
    for start, end in ((OPENING, world.start), (world.start + 20 * DAY + 777, world.start + 21 * DAY)):
        snapshots = pickle.loads(pickle.dumps(world.snapshots(Window(start, end))))
        simulator = World(plant).cell([machine])
        simulator.adopt(snapshots)
        same(ask(simulator, start, end), ask(world.cell([machine]), start, end))


def test_a_snapshot_is_small_and_saves_the_days_before(plant: Plant, world: World) -> None:
    """Nothing that is asked leads further back: alerts before the failures of these days neither."""
    window = Window(world.start + 60 * DAY, world.start + 75 * DAY)
    snapshots = world.snapshots(window)
    assert len(snapshots) == 6
    assert len(pickle.dumps(snapshots)) < 270_000  # of two lines, each with some 400 lines of orders
    simulator = World(plant)
    simulator.adopt(snapshots)
    track = simulator.shopfloor.production.track
    ask(simulator, window.start, window.end)
    assert track.known_days[0] == snapshots[0].day


# --- The edges -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"), [(OPENING, 0), (DAY, 2 * DAY), (4 * DAY + 33_333, 4 * DAY + 66_666), (5 * DAY, 8 * DAY + 1)]
)
def test_nothing_comes_from_the_future(world: World, start: int, end: int) -> None:
    end += world.start
    tables = ask(world, start if start == OPENING else start + world.start, end)
    for name, rows in tables.items():
        for field in rows.schema:
            if pa.types.is_timestamp(field.type) and (name, field.name) not in PLANS and rows.num_rows:
                latest = pc.max(rows[field.name]).as_py()
                assert latest is None or latest.timestamp() < end, f"{name}.{field.name}"


def test_what_is_unfinished_at_the_end_of_a_window_is_null(world: World) -> None:
    """Cut a run, a fault and a repair of the whole in the middle."""
    start = world.start + 3 * DAY
    whole = ask(world, start, start + DAY)
    cases = {
        "production_runs": (
            "run_start_time",
            "run_end_time",
            "running",
            "status",
            ["actual_quantity", "oee_percentage"],
        ),
        "machine_faults": (
            "fault_start_time",
            "fault_end_time",
            "active",
            "status",
            ["fault_duration_seconds", "resolution_action"],
        ),
        "maintenance_events": (
            "actual_start",
            "actual_end",
            "in_progress",
            "completion_status",
            ["labor_hours", "finding"],
        ),
    }
    for name, (begins, ends, word, status, unknown) in cases.items():
        rows = [
            r
            for r in whole[name].to_pylist()
            if r[begins] and r[ends] and (r[ends] - r[begins]) > timedelta(seconds=60)
        ]
        (key,) = SCHEMA.tables[name].primary_key
        row = rows[len(rows) // 2]
        middle = int((row[begins] + (row[ends] - row[begins]) / 2).timestamp())
        (cut,) = [r for r in ask(world, start, middle)[name].to_pylist() if r[key] == row[key]]
        assert cut[status] == word
        assert all(cut[column] is None for column in [ends, *unknown])
        assert cut["updated_at"] == row[begins]


def test_keys_are_unique_and_parse_back(
    world: World, ten_days: dict[str, pa.Table], opening: dict[str, pa.Table]
) -> None:
    entity = {
        "sensor_health": "sensor_id",
        "scada_machine_data": "machine_id",
        "machine_faults": "machine_id",
        "production_runs": "line_id",
        "maintenance_events": "machine_id",
    }
    moment = {
        "sensor_health": "timestamp",
        "scada_machine_data": "timestamp",
        "machine_faults": "fault_start_time",
        "production_runs": "run_start_time",
    }
    key_of = {"scada_machine_data": "scada_id"}
    for name, owner in entity.items():
        rows = pa.concat_tables([opening[name], ten_days[name]])
        key = numbers(rows[key_of.get(name) or SCHEMA.tables[name].primary_key[0]])
        if name not in MUTABLE:
            assert len(np.unique(key)) == len(key), name
        who, day, sequence = keys.parts(key)
        assert np.array_equal(who, numbers(rows[owner])), name
        assert (sequence >= 0).all()
        if name in moment:
            at = seconds(rows[moment[name]])
            if name in ("sensor_health", "scada_machine_data"):  # UTC days
                assert np.array_equal(day, at // DAY), name
            else:  # production days begin at 06:00 in Detroit, 11:00 UTC in winter
                utc = (sequence >= ALERT_KEYS) & (name == "machine_faults")  # readings have UTC days
                assert np.array_equal(day, np.where(utc, at, at - 11 * HOUR) // DAY), name
    runs = ten_days["production_runs"]
    _, day, sequence = keys.parts(numbers(runs["run_id"]))
    for number, line, d, s in zip(
        runs["run_number"].to_pylist(), runs["line_id"].to_pylist(), day, sequence, strict=True
    ):
        assert number == f"RUN-L{line}-{date(1970, 1, 1) + timedelta(days=int(d)):%Y%m%d}-{s:04d}"


def test_no_row_twice(ten_days: dict[str, pa.Table], world: World) -> None:
    whole = ask(world, world.start, world.start + 10 * DAY)
    for name, rows in whole.items():
        assert rows.group_by(ORDER[name]).aggregate([]).num_rows == rows.num_rows, name
        assert rows.num_rows == ten_days[name].num_rows


def test_causes_are_recorded_before_what_cites_them(ten_days: dict[str, pa.Table]) -> None:
    recorded = dict(zip(*(ten_days["machine_faults"][c].to_pylist() for c in ("fault_id", "created_at")), strict=True))
    cited = 0
    for row in ten_days["maintenance_events"].to_pylist():
        if row["related_fault_id"] is not None:
            assert recorded[row["related_fault_id"]] <= row["created_at"], row
            cited += 1
    assert cited > 10


def test_key_ranges_do_not_touch() -> None:
    """288 stops, 4,096 tools, 1,500 minutes of a day, 96 warnings, sensors * 50 alerts."""
    assert TOOL_KEYS >= 288
    assert TOOL_KEYS + 4_096 <= COMPONENT_KEYS
    assert COMPONENT_KEYS + 1_500 <= WARNING_KEYS
    assert WARNING_KEYS + 96 <= ALERT_KEYS


# --- What the numbers say --------------------------------------------------------------------------


def test_oee_is_the_product_of_its_seconds_and_parts(ten_days: dict[str, pa.Table]) -> None:
    """ISO 22400-2: availability = APT/PBT, effectiveness = PRI*PQ/APT, quality = GQ/PQ."""
    rows = [r for r in ten_days["production_runs"].to_pylist() if r["status"] == "completed"]
    assert len(rows) > 3_000
    for r in rows:
        assert r["changeover_seconds"] + r["downtime_seconds"] + r["production_seconds"] == r["planned_busy_seconds"]
        assert 0 <= r["minor_stop_seconds"] <= r["production_seconds"]
        good = r["actual_quantity"] - r["rejected_quantity"]
        assert r["scrapped_quantity"] + r["rework_quantity"] == r["rejected_quantity"]
        # A * P * Q reduces to good parts at the ideal cycle over the busy time.
        expected = 100 * good * r["ideal_cycle_time_seconds"] / r["planned_busy_seconds"]
        assert r["oee_percentage"] == pytest.approx(expected, rel=1e-12)
        if r["actual_quantity"] == 0:  # its shift ended, or it waited, before a part was done
            assert r["oee_percentage"] == 0
            assert r["quality_percentage"] is None
            continue
        product = r["availability_percentage"] * r["performance_percentage"] * r["quality_percentage"] / 1e4
        assert r["oee_percentage"] == pytest.approx(product, rel=1e-12)
        assert r["defect_rate_ppm"] == pytest.approx(1e6 * r["rejected_quantity"] / r["actual_quantity"])
        # No part is made faster than the ideal cycle, but for the one that the run before had begun.
        assert r["production_seconds"] >= (r["actual_quantity"] - 1) * r["ideal_cycle_time_seconds"] - 1


def shift_start(at: int) -> int:
    """When the shift at `at` began in Detroit in winter: 06, 14 and 22 h EST are 11, 19 and 03 h UTC."""
    return (at - 3 * HOUR) // (8 * HOUR) * 8 * HOUR + 3 * HOUR


def test_the_six_counters_add_up_to_the_shift_so_far(ten_days: dict[str, pa.Table]) -> None:
    rows = ten_days["scada_machine_data"]
    names = ["uptime", "setup", "downtime", "minor_stop", "idle", "planned_stop"]
    total = sum(numbers(rows[f"{name}_seconds_shift"]).astype(np.int64) for name in names)
    at = seconds(rows["timestamp"]) - 1  # a message tells of the second that ends
    assert np.array_equal(total, at + 1 - shift_start(at))
    assert np.array_equal(numbers(rows["shift_id"]), np.array([3, 1, 2])[(at - 3 * HOUR) // (8 * HOUR) % 3])


def test_counters_never_decrease(ten_days: dict[str, pa.Table]) -> None:
    rows = ten_days["scada_machine_data"]
    machine, at = numbers(rows["machine_id"]), seconds(rows["timestamp"])
    assert len(rows) == 8 * 10 * 720
    next_reading = machine[1:] == machine[:-1]
    assert (np.diff(at)[next_reading] == 120).all()
    parts = numbers(rows["parts_produced_cumulative"])
    assert (np.diff(parts)[next_reading] >= 0).all()
    in_shift = next_reading & (shift_start(at - 1)[1:] == shift_start(at - 1)[:-1])
    for column in rows.column_names:
        if column.endswith("_seconds_shift") or column in (
            "parts_produced_shift",
            "parts_rejected_shift",
            "energy_consumed_kwh",
        ):
            steps = np.diff(numbers(rows[column]).astype(np.float64))
            assert (steps[in_shift] >= -1e-6).all(), column


def test_scada_agrees_with_the_runs(world: World, ten_days: dict[str, pa.Table]) -> None:
    """Parts made over nine production days by the counters = parts of the runs, but for the cut ends."""
    scada, runs = ten_days["scada_machine_data"], ten_days["production_runs"]
    first = world.start + 11 * HOUR
    last = world.start + 9 * DAY + 11 * HOUR  # both are ticks at which a production day begins
    for machine, line in ((10_104, 101), (10_204, 102)):
        mine = scada.filter(pc.equal(scada["machine_id"], machine))
        counter = dict(
            zip(seconds(mine["timestamp"]).tolist(), numbers(mine["parts_produced_cumulative"]).tolist(), strict=True)
        )
        made = runs.filter(pc.and_(pc.equal(runs["line_id"], line), pc.equal(runs["status"], "completed")))
        start, end = seconds(made["run_start_time"]), seconds(made["run_end_time"])
        inside = (start >= first) & (end <= last)
        assert counter[last] - counter[first] == numbers(made["actual_quantity"])[inside].sum() > 0


def test_readings_are_delivered_only_while_powered(ten_days: dict[str, pa.Table]) -> None:
    """New Year is a holiday: nothing is on until the first shift of 2 January, 11:00 UTC."""
    first = pc.min(ten_days["sensor_data"]["timestamp"]).as_py()
    night = datetime(2025, 1, 1, 11, tzinfo=UTC)  # the shift from New Year's Eve ends
    assert first == datetime(2025, 1, 2, 11, 1, tzinfo=UTC) or first < night
    at = seconds(ten_days["sensor_data"]["timestamp"])
    holiday = int(night.timestamp())
    assert not ((at > holiday) & (at <= holiday + DAY)).any()


# --- asof ------------------------------------------------------------------------------------------


def test_touched_known_and_updated_by_hand() -> None:
    window = Window(100, 200)
    begin = np.array([50, 100, 150, 199, 200, 50, 50])
    end = np.array([99, 120, 250, -1, 300, 150, 200])
    assert asof.within(window, begin).tolist() == [False, True, True, True, False, False, False]
    assert asof.touched(window, begin, end).tolist() == [False, True, True, True, False, True, False]
    assert asof.happened(window, end).tolist() == [True, True, False, False, False, True, False]
    values = asof.known(window, end, end - begin)
    assert values.tolist() == [49, 20, None, None, None, 100, None]
    assert asof.updated(window, begin, end).tolist() == [99, 120, 150, 199, 200, 150, 50]
    assert asof.rows({"a": begin}, end < 0)["a"].tolist() == [199]


def test_touched_in_the_opening() -> None:
    """Negative instants mean never, even where the window reaches back without end."""
    window = Window(OPENING, 100)
    assert asof.touched(window, np.array([200, 200]), np.array([-1, 50])).tolist() == [False, True]
    assert asof.happened(window, np.array([-1, 0, 99, 100])).tolist() == [False, True, True, False]


def test_states_are_those_of_the_timeline() -> None:
    from genims_ray.modules.operations.scada import MODES, STATES

    assert set(STATES) == {
        tl.OFF,
        tl.PLANNED,
        tl.SETUP,
        tl.RUN,
        tl.STARVED,
        tl.NO_WORK,
        tl.MICRO,
        tl.TOOL_CHANGE,
        tl.MAJOR,
        tl.TOOL_BREAK,
        tl.BREAKDOWN,
        tl.REPAIR,
    }
    assert set(STATES.values()) == set(MODES)


@pytest.mark.parametrize("interval", [1, 32, 480, 3_200, 3_600])
def test_sensor_health_at_any_sampling_interval(plant: Plant, interval: int) -> None:
    """A machine that is powered all day: readings due until half a minute before each three hours end."""
    machines = {
        name: replace(m, sensors=[replace(s, interval_seconds=interval) for s in m.sensors])
        for name, m in plant.machines.items()
    }
    faultless = replace(plant.sensor_faults, dropout_per_year=0.0, gateway_outage_per_line_year=0.0)
    other = World(replace(plant, machines=machines, sensor_faults=faultless)).cell([10_101])
    day = other.start // DAY + 2
    columns = OPERATIONS.function("sensor_health")(other, Window(day * DAY, (day + 1) * DAY))  # type: ignore[misc]
    health = SCHEMA.tables["sensor_health"].arrow(columns)
    assert health.num_rows == 6 * 8
    ends = np.arange(1, 9) * 3 * HOUR
    due = [len(range(-(-(end - 3 * HOUR) // interval) * interval, end - 30 + 1, interval)) for end in ends.tolist()]
    for sensor in range(1_010_101, 1_010_107):
        mine = health.filter(pc.equal(health["sensor_id"], sensor))
        assert mine["readings_expected"].to_pylist() == mine["readings_received"].to_pylist() == due
    assert pc.all(pc.less_equal(health["last_communication"], health["timestamp"])).as_py()


def test_sensor_health_summarises_the_readings(world: World, ten_days: dict[str, pa.Table]) -> None:
    """Mean, count and last of the readings that were delivered in the three hours."""
    health, data = ten_days["sensor_health"], ten_days["sensor_data"]
    for row in health.slice(900, 40).to_pylist():
        end = int(row["timestamp"].timestamp()) + 30
        mine = data.filter(pc.equal(data["sensor_id"], row["sensor_id"]))
        at = seconds(mine["timestamp"])
        inside = (at >= end - 3 * HOUR) & (at < end)
        assert row["readings_received"] == inside.sum()
        if inside.any():
            value = numbers(mine["measurement_value"])[inside]
            assert row["average_value"] == pytest.approx(value.mean(), abs=1e-4)
            assert row["last_communication"].timestamp() == at[inside].max()
            if row["readings_received"] == row["readings_expected"]:
                expected = np.sqrt((np.diff(value) ** 2).mean() / 2)
                assert row["noise_level"] == pytest.approx(expected, abs=1e-5)
