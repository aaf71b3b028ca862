"""The figures of a run, for units of known numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from genims_ray.pipeline.metrics import RunMetrics
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded
from genims_ray.pipeline.textfile import LatestRun, RunFigures, place
from genims_ray.world import DAY, OPENING, Window

START = 20_089 * DAY  # 2025-01-01
HOMES = {"mes": "genims_manufacturing_db", "operations": "genims_operations_db"}
UNITS = [
    Loaded(
        Unit("mes", Window(START, START + 2 * DAY)), skipped=False, inserted={"work_orders": 5}, updated={"work_orders": 3},
        bytes={"work_orders": 800}, copy_seconds={"work_orders": 0.5}, render_seconds={"work_orders": 0.25},
    ),
    Loaded(
        Unit("mes", Window(START + 2 * DAY, START + 3 * DAY)), skipped=False, inserted={"work_orders": 2},
        bytes={"work_orders": 200}, copy_seconds={"work_orders": 1.0}, render_seconds={"work_orders": 0.5},
    ),
    Loaded(
        Unit("operations.sensor_data", Window(OPENING, START)), skipped=False, inserted={"sensor_data": 0},
    ),
]  # fmt: skip


def figures() -> RunFigures:
    return RunFigures({"scale": "tiny", "seed": "42"}, HOMES, START + 7 * DAY, planned=4)


def value(file: Path, name: str, **labels: str) -> float | None:
    """What somebody who reads the file is told."""
    registry = CollectorRegistry()
    registry.register(LatestRun(file))
    return registry.get_sample_value(name, labels)


def test_what_a_run_did_is_read_when_it_is_gone(tmp_path: Path):
    file = place(tmp_path)
    with RunMetrics(file, figures()) as metrics:
        assert value(file, "genims_run_state", state="running") == 1
        for unit in UNITS:
            metrics.record(unit, in_flight=2)
        metrics.trouble()
    assert value(file, "genims_run_info", scale="tiny", seed="42") == 1
    assert value(file, "genims_run_state", state="running") == 0
    assert value(file, "genims_run_state", state="finished") == 1
    assert value(file, "genims_run_units_total") == 3
    assert value(file, "genims_run_units_planned") == 4
    assert value(file, "genims_run_units_in_flight") == 0
    assert value(file, "genims_run_troubles_total") == 1
    orders = {"database": "genims_manufacturing_db", "module": "mes", "table": "work_orders"}
    assert value(file, "genims_run_rows_total", **orders, kind="new") == 7
    assert value(file, "genims_run_rows_total", **orders, kind="changed") == 3
    assert value(file, "genims_run_bytes_total", **orders) == 1000
    assert value(file, "genims_run_copy_seconds_total", **orders) == 1.5
    assert value(file, "genims_run_render_seconds_total", **orders) == 0.75
    mes = {"database": "genims_manufacturing_db", "scope": "mes"}
    assert value(file, "genims_run_simulated_time_seconds", **mes) == START + 3 * DAY
    assert value(file, "genims_run_lag_seconds", **mes) == 4 * DAY
    sensors = {"database": "genims_operations_db", "scope": "operations.sensor_data"}
    assert value(file, "genims_run_lag_seconds", **sensors) == 7 * DAY


@pytest.mark.parametrize(("error", "state"), [(ValueError, "failed"), (KeyboardInterrupt, "interrupted")])
def test_the_file_says_how_a_run_ended(tmp_path: Path, error: type[BaseException], state: str):
    with pytest.raises(error), RunMetrics(place(tmp_path), figures()):
        raise error
    assert value(place(tmp_path), "genims_run_state", state=state) == 1
    assert value(place(tmp_path), "genims_run_state", state="finished") == 0


def test_a_folder_that_cannot_be_written_costs_the_figures_only(tmp_path: Path):
    (tmp_path / "metrics").write_text("a file where the folder should be")
    with RunMetrics(place(tmp_path), figures()) as metrics:
        metrics.record(UNITS[0], in_flight=1)


def test_without_a_run_there_is_nothing_to_read(tmp_path: Path):
    assert value(place(tmp_path), "genims_run_units_total") is None
