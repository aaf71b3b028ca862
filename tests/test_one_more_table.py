"""A table more is its DDL, its function and a line that imports it: in a copy of the project, loaded and verified."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DDL = """
CREATE TABLE mes.lot_labels (
    lot_label_id bigint PRIMARY KEY,
    batch_record_id bigint NOT NULL UNIQUE REFERENCES mes.electronic_batch_records (batch_record_id),
    printed_by integer NOT NULL,
    printed_at timestamptz NOT NULL,
    label_text text NOT NULL
);
COMMENT ON TABLE mes.lot_labels IS 'Label of a lot, printed when its record is prepared.';
COMMENT ON COLUMN mes.lot_labels.lot_label_id IS 'Key: that of the batch record.';
COMMENT ON COLUMN mes.lot_labels.batch_record_id IS 'Record of the lot.';
COMMENT ON COLUMN mes.lot_labels.printed_by IS 'Who prepared the record. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.lot_labels.printed_at IS 'When the record was prepared.';
COMMENT ON COLUMN mes.lot_labels.label_text IS 'Number of the record.';
"""
FUNCTION = """
from genims_ray.modules.asof import Columns, rows, touched
from genims_ray.modules.mes.records import electronic_batch_records
from genims_ray.world import Window, World


def lot_labels(world: World, window: Window) -> Columns:
    record = electronic_batch_records(world, window)
    prepared_at = record["prepared_at"].filled(-1)
    return rows(
        {
            "lot_label_id": record["batch_record_id"],
            "batch_record_id": record["batch_record_id"],
            "printed_by": record["prepared_by"],
            "printed_at": record["prepared_at"],
            "label_text": record["batch_record_number"],
        },
        touched(window, prepared_at) & (prepared_at > 0),
    )
"""
IMPORT = "from genims_ray.modules.mes.labels import lot_labels\n"


@pytest.fixture(scope="module")
def copy(open_folder: Path) -> Path:
    """The project with one more table; nothing else is edited."""
    place = open_folder / "copy"
    for part in ("conf", "docs", "genims_ray", "sql"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (place / "sql" / "mes.sql").open("a", encoding="utf-8") as ddl:
        ddl.write(DDL)
    (place / "genims_ray" / "modules" / "mes" / "labels.py").write_text(FUNCTION, encoding="utf-8")
    with (place / "genims_ray" / "modules" / "mes" / "__init__.py").open("a", encoding="utf-8") as package:
        package.write(IMPORT)
    return place


def call(copy: Path, *arguments: str) -> str:
    """What a command of the copy prints; it has to succeed."""
    done = attempt(copy, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def attempt(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GENIMS_HOME": str(copy / "home"), "PYTHONPATH": str(copy)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, timeout=300
    )


def test_it_is_loaded_and_verified(copy: Path) -> None:
    plant = ["scale=tiny", "topology=minimal5", "ray.dashboard=false"]
    try:
        call(copy, "-m", "genims_ray.run", *plant, "days=4", "modules=[master,operations,mes]")
        count = "SELECT count(*) > 0, bool_and(label_text ~ '^EBR-') FROM mes.lot_labels"
        assert "t|t" in call(copy, "-m", "genims_ray.server", "psql", "mes", "--", "-Atc", count)
        checked = json.loads(call(copy, "-m", "genims_ray.verify", "--only", "mes.lot_labels", "--json"))
        assert {check["name"] for check in checked["checks"]} >= {
            "references of mes.lot_labels",
            "times of mes.lot_labels",
            "columns of mes.lot_labels",
        }
    finally:
        call(copy, "-m", "genims_ray.server", "destroy", "--yes")


def test_commands_write_the_rest(copy: Path) -> None:
    """The dictionary and the measured volume say themselves that they are stale."""
    call(copy, "-m", "genims_ray.dictionary")
    assert "Label of a lot" in (copy / "docs" / "dictionary" / "mes.md").read_text(encoding="utf-8")
    with pytest.raises(AssertionError, match=r"mes\.lot_labels stale; run python -m genims_ray\.estimate --fit"):
        call(copy, "-m", "genims_ray.estimate", "--check")


BY_FLOW = "from genims_ray.modules.mes.labels import lot_labels as mes_integration_log\n"


@pytest.mark.parametrize(
    ("file", "cut", "put", "says"),
    [
        (
            "genims_ray/modules/mes/__init__.py",
            IMPORT,
            "",
            r"sql/mes\.sql:\d+: table mes\.lot_labels: genims_ray/modules/mes/ has no function lot_labels",
        ),
        (
            "sql/mes.sql",
            DDL,
            "",
            r"genims_ray/modules/mes/labels\.py:7: function lot_labels, but sql/mes\.sql has no table mes\.lot_labels",
        ),
        (
            "genims_ray/modules/mes/__init__.py",
            IMPORT,
            IMPORT + BY_FLOW,
            r"labels\.py:7: function mes_integration_log, but sql/mes\.sql:\d+: table \S+ is written by flow machine state",
        ),
    ],
    ids=["no function", "no table", "a flow's table"],
)
def test_one_without_the_other_is_our_defect(copy: Path, file: str, cut: str, put: str, says: str) -> None:
    """Said on one line that names both places, before there is a server."""
    path = copy / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(cut, put), encoding="utf-8")
    try:
        done = attempt(copy, "-m", "genims_ray", "run", "scale=tiny")
    finally:
        path.write_text(before, encoding="utf-8")
    assert done.returncode == 3, done.stdout + done.stderr
    [line] = done.stderr.strip().splitlines()
    assert re.search(says, line)
    assert not (copy / "home" / "postgres").exists()
