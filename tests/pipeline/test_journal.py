"""The log of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from genims_ray import config
from genims_ray.errors import UserError
from genims_ray.pipeline.journal import KEPT, Journal
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.world import DAY, OPENING, Window

START = 20_089 * DAY  # 2025-01-01


def test_it_holds_settings_units_troubles_and_the_end_but_no_secret(tmp_path: Path):
    arguments = ["scale=tiny", "days=3", "ray.address=ray://ann:hunter2@10.0.0.1:10001"]
    with Journal(tmp_path / "home") as journal:
        endpoints = {"genims_mes_db": Endpoint("db.example.com", 5432, "plant_mes", "loader", "opensesame")}
        journal.settings(config.load(arguments), arguments, endpoints)
        journal.loaded(Loaded(Unit("mes", Window(OPENING, START)), skipped=True), 1)
        unit = Unit("mes", Window(START, START + DAY))
        journal.loaded(
            Loaded(
                unit,
                skipped=False,
                inserted={"work_orders": 1200, "operations": 34},
                updated={"operations": 5},
                bytes={"work_orders": 1_500_000},
                copy_seconds={"work_orders": 0.5, "operations": 0.25},
            ),
            0,
        )
        journal.note("the process of loader x died; going on from what is committed")
        journal.progress("1,239 rows in 2 units")
    text = journal.path.read_text()
    lines = text.splitlines()
    assert "hunter2" not in text
    assert "opensesame" not in text
    assert "command: run scale=tiny days=3 ray.address=ray://10.0.0.1:10001" in text
    assert "scale tiny, seed 42, 3 days from 2025-01-01" in text
    assert "plant_mes at db.example.com:5432 as loader" in text
    assert lines[-4].endswith("INFO    loaded already: mes before 2025-01-01; 1 in flight")
    assert lines[-3].endswith(
        "loaded mes 2025-01-01 to 2025-01-02: 1,234 new rows and 5 changed, 1.5 MB, 0.75 s; 0 in flight"
    )
    assert lines[-2].endswith("WARNING the process of loader x died; going on from what is committed")
    assert lines[-1].endswith("INFO    finished: 1,239 rows in 2 units")
    assert all(line[:2] == "20" and line[19] == "Z" for line in lines), "every line begins with its time"


@pytest.mark.parametrize(
    ("error", "last"),
    [(UserError("no room on the disk"), "ERROR   failed: no room on the disk"), (KeyboardInterrupt(), "interrupted: ")],
)
def test_it_says_why_a_run_ended(tmp_path: Path, error: BaseException, last: str):
    with pytest.raises(type(error)), Journal(tmp_path) as journal:
        raise error
    assert last in journal.path.read_text().splitlines()[-1]


def test_a_mistake_of_the_program_leaves_its_traceback(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), Journal(tmp_path) as journal:
        _ = 1 / 0
    assert "ZeroDivisionError: division by zero" in journal.path.read_text()


def test_the_oldest_logs_are_deleted_and_nothing_else(tmp_path: Path):
    folder = tmp_path / "logs"
    folder.mkdir()
    for day in range(KEPT + 5):
        (folder / f"run-202001{day + 1:02d}-000000-1.log").write_text("old")
    (folder / "notes.txt").write_text("mine")
    with Journal(tmp_path) as journal:
        pass
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == KEPT + 1
    assert {"notes.txt", journal.path.name} <= set(left)
    assert "run-20200106-000000-1.log" not in left


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(UserError, match=r"cannot write the log of the run, .*logs"):
        Journal(tmp_path)
