"""Known truth is beside the databases, agrees with what the systems record, and names rows that exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genims_ray import config
from genims_ray.catalog import Catalog, Table
from genims_ray.modules import cmms, hr, mes, operations, qms
from genims_ray.truth.__main__ import main
from genims_ray.truth.files import FILES
from genims_ray.world import DAY, OPENING, Window, World

DAYS = 9
SETTINGS = ["scale=tiny", f"days={DAYS}"]
MODULES = {"cmms": cmms, "hr": hr, "mes": mes, "operations": operations, "qms": qms}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth") / "made" / "by the command"
    assert main([*SETTINGS, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def world() -> World:
    return World(config.load(SETTINGS).plant)


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    return {table.qualified: table for table in Catalog.load().tables()}


@pytest.fixture(scope="module")
def recorded(world: World, tables: dict[str, Table]) -> Callable[[str], set[int]]:
    """The primary keys of a table that its module renders for the same days."""
    known: dict[str, set[int]] = {}

    def keys(name: str) -> set[int]:
        if name not in known:
            module, table = name.split(".")
            [key] = tables[name].primary_key
            function = getattr(MODULES[module], table)
            windows = (Window(OPENING, world.start), Window(world.start, world.start + DAYS * DAY))
            known[name] = {int(k) for window in windows for k in np.asarray(function(world, window).get(key, ()))}
        return known[name]

    return keys


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return found


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def test_the_planted_bearing_is_told_as_configured(folder: Path, world: World):
    [story] = [row for row in rows(folder, "stories") if row["story"] == "bearing"]
    [failure] = [r for r in rows(folder, "failures") if r["failure_mode"] == "bearing" and r["stopped"].day < 8]
    planted = world.plant.bearing_story
    assert failure["machine_id"] == story["key"] == 10101
    assert failure["true_cause"] == "wear"
    assert failure["lead_hours"] == planted.lead_days * 24
    assert story["started"] == failure["onset"] < datetime(2025, 1, 1, tzinfo=UTC)
    assert abs(seconds(failure["stopped"]) - world.start - planted.failure_day * DAY) < 8 * 3600
    shown = {row["table"] for row in rows(folder, "story_effects") if row["story_id"] == story["story_id"]}
    assert shown == {
        "cmms.condition_monitoring_alerts",
        "cmms.failure_reports",
        "cmms.work_orders",
        "mes.downtime_events",
        "mes.work_orders",
        "operations.machine_faults",
        "operations.maintenance_events",
    }


def test_every_failure_is_an_order_and_a_fault_that_systems_record(folder: Path, recorded: Callable[[str], set[int]]):
    told = rows(folder, "failures")
    assert told
    for column, table in (
        ("maintenance_work_order_id", "cmms.work_orders"),
        ("downtime_id", "mes.downtime_events"),
        ("fault_id", "operations.machine_faults"),
    ):
        assert {row[column] for row in told} - {0} <= recorded(table)


def test_every_breakdown_that_is_recorded_is_told(folder: Path, world: World):
    window = Window(world.start, world.start + DAYS * DAY)
    faults = operations.machine_faults(world, window)
    critical = np.asarray(faults["fault_id"])[np.asarray(faults["fault_severity"]) == "critical"]
    assert set(critical.tolist()) == {row["fault_id"] for row in rows(folder, "failures")} - {0}


def test_what_fails_after_the_end_has_no_keys_yet(folder: Path, world: World):
    end = world.start + DAYS * DAY
    later = [row for row in rows(folder, "failures") if seconds(row["stopped"]) >= end]
    assert later
    for row in later:
        assert seconds(row["onset"]) < end
        assert row["fault_id"] == row["downtime_id"] == 0


def test_every_effect_of_a_story_is_a_row_of_its_table(folder: Path, recorded: Callable[[str], set[int]]):
    effects = rows(folder, "story_effects")
    assert {row["story"] for row in effects} >= {"bearing", "coolant_neglect", "expired_licence"}
    assert {row["story_id"] for row in effects} <= {row["story_id"] for row in rows(folder, "stories")}
    for table in {row["table"] for row in effects}:
        assert {row["key"] for row in effects if row["table"] == table} <= recorded(table), table


def test_points_of_special_causes_exist(folder: Path, recorded: Callable[[str], set[int]]):
    causes = {row["special_cause_id"]: row for row in rows(folder, "special_causes")}
    points = rows(folder, "special_cause_points")
    assert points
    assert {row["data_point_id"] for row in points} <= recorded("qms.spc_data_points")
    assert {row["special_cause_id"] for row in points} <= causes.keys()


def test_noticed_sensor_faults_are_what_sensor_health_flags(folder: Path, world: World):
    """From the rendered rows: sensors with stuck, erratic and lost readings, and with drift, there or not."""
    health = operations.sensor_health(world, Window(world.start, world.start + DAYS * DAY))
    sensor = np.asarray(health["sensor_id"])
    flagged = {
        flag: set(sensor[np.asarray(health[flag])].tolist())
        for flag in ("stuck_value_detected", "erratic_readings_detected", "calibration_drift_detected")
    }
    faults = rows(folder, "sensor_faults")

    def noticed(*kinds: str) -> set[int]:
        return {row["sensor_id"] for row in faults if row["kind"] in kinds and row["noticed"]}

    assert flagged["stuck_value_detected"] == noticed("stuck")
    assert flagged["erratic_readings_detected"] == noticed("erratic")
    false = {row["sensor_id"] for row in rows(folder, "sensor_false_alarms")}
    assert flagged["calibration_drift_detected"] == noticed("drift", "bias") | false
    assert flagged["calibration_drift_detected"]
    received, expected = (np.asarray(health[name]) for name in ("readings_received", "readings_expected"))
    losing = set(sensor[received < expected].tolist())
    assert losing
    assert losing <= {row["sensor_id"] for row in faults if row["kind"] in ("gateway_outage", "dropout")}


def test_files_say_what_they_are(folder: Path):
    listed = json.loads((folder / "truth.json").read_text())
    assert listed["start"] == "2025-01-01T00:00:00Z"
    assert listed["end"] == "2025-01-10T00:00:00Z"
    assert listed["seed"] == 42
    assert [each["file"] for each in listed["files"]] == [f"{file.name}.parquet" for file in FILES]
    assert {path.name for path in folder.iterdir()} == {each["file"] for each in listed["files"]} | {"truth.json"}
    for each in listed["files"]:
        table = pq.read_table(folder / each["file"])
        assert table.num_rows == each["rows"]
        assert table.schema.metadata[b"description"].decode() == each["description"]
        assert table.schema.metadata[b"genims.plant_hash"].decode() == listed["plant_hash"]
        for name, described in each["columns"].items():
            field = table.schema.field(name)
            assert field.metadata[b"description"].decode() == described["description"]
            assert str(field.type) == described["type"]
            if pa.types.is_integer(field.type):  # pandas would turn keys with NULLs into floats
                assert table[name].null_count == 0


def test_references_name_columns_of_the_databases(tables: dict[str, Table]):
    for file in FILES:
        for column in file.columns:
            if column.refers:
                table, _, name = column.refers.rpartition(".")
                assert name in {each.name for each in tables[table].columns}, column.refers


def test_again_it_is_the_same_to_the_byte_and_only_when_asked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main([*SETTINGS, "--out", str(folder)]) == 1
    assert capsys.readouterr().err == (
        f"error: {folder} holds failures.parquet and 13 more already: add --replace, or name another with --out\n"
    )
    (folder / "failures.parquet").write_bytes(b"damaged")
    assert main([*SETTINGS, f"--out={folder}", "--replace"]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (tmp_path / "file").write_text("")
    assert main([*SETTINGS, "--out", str(tmp_path / "file")]) == 1
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sed=7"], "unknown key sed; did you mean seed?"),
        (["--rplace"], "unknown option --rplace; did you mean --replace?"),
        (["--out"], "argument --out: expected one argument"),
        (["days=0"], "days"),
    ],
)
def test_a_wrong_command_is_one_line_and_status_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_help_teaches(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    assert "genims truth scale=large days=90 --out /tmp/truth" in capsys.readouterr().out


def test_order_lines_say_what_became_of_them(folder: Path, world: World):
    """Every part shipped comes out of a lot, and what is late has a reason."""
    lines, lots = rows(folder, "order_lines"), rows(folder, "order_line_lots")
    given: dict[int, int] = {}
    for lot in lots:
        given[lot["order_line_id"]] = given.get(lot["order_line_id"], 0) + lot["parts"]
    shipped = [line for line in lines if line["shipped"]]
    assert len(shipped) >= 20
    for line in shipped:
        assert given[line["order_line_id"]] == line["quantity"]
        assert line["cancelled"] is None
        assert (line["days_late"] > 0) == (line["late_because"] != "")
        assert line["promised"] >= line["due"]
        assert line["shipped"] > line["entered"]
    assert {line["order_line_id"] for line in lines if line["cancelled"]}.isdisjoint(given)
    assert {lot["work_order_id"] for lot in lots if lot["work_order_id"]} <= {
        int(key)
        for key in world.shopfloor.production_orders.between(world.start, world.start + DAYS * DAY).work_order_id
    }
