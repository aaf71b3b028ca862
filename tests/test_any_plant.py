"""Plants that failed once, and what a plant that breaks a rule is told: it is our defect."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from genims_ray import config, modules
from genims_ray.catalog import Catalog
from genims_ray.errors import UsageError
from genims_ray.plants import draw, trial
from genims_ray.plants.__main__ import main as plants_main
from genims_ray.plants.constraints import Rows
from genims_ray.plants.draw import Trial
from genims_ray.plants.judge import Judge
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.world import OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

ROOT = Path(__file__).parents[1]

OPENINGS = [
    ("scale=small seed=3", "cmms", "pm_schedules"),  # a calibration was due before its plan began
    ("scale=large seed=1234", "hr", "attendance_records"),  # somebody was called at both ends of a day
]
"""A plant and the one table of its opening that broke a rule."""


PLANTS = [
    "seed=1 start=1975-01-01 scale=tiny days=1 ~factories.detroit +factory@factories.suzhou=suzhou",  # opens in 2006
    "seed=5 start=2025-01-06 scale=tiny days=1 demand.utilization=1e-06 modules=[master,mes]",  # no order at all
]
"""Plants that failed once."""

REFERENCES = [
    # the instructor of a planned session was one who comes later
    "seed=18446744073709551615 start=2090-12-30 scale=large days=1 modules=[master,hr]",
    # an order closed just before history began, by a fault that ended after
    "seed=13900555326862771490 start=1988-03-24 scale=large days=1 failure_modes.electrode.beta=0.2 "
    "modules=[master,operations,mes]",
    # a lot decided minutes before history began, by a report entered minutes after
    "seed=6985272211824941153 start=2026-12-30 scale=large days=1 modules=[master,mes,qms]",
]
"""Plants in which something named a row that is on no record."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.mark.parametrize(("settings", "module", "table"), OPENINGS)
def test_openings_that_broke_a_rule(settings: str, module: str, table: str, catalog: Catalog) -> None:
    world = World(config.load(settings.split()).plant)
    window = Window(OPENING, world.start)
    columns = dict(modules.render(modules.BY_NAME[module], [table], world, window))[table]
    described = catalog.modules[module].tables[table]
    with Rows(catalog, {described.qualified: [described.arrow(columns)]}) as rows:
        assert rows.faults() == []


@pytest.mark.parametrize("settings", PLANTS)
def test_plants_that_failed_once(settings: str, catalog: Catalog) -> None:
    assert [fault.text for fault in trial.faults(Trial(tuple(settings.split())), catalog)] == []


@pytest.mark.parametrize("settings", REFERENCES)
def test_nothing_names_what_is_on_no_record(settings: str, catalog: Catalog) -> None:
    assert [fault.text for fault in trial.faults(Trial(tuple(settings.split())), catalog, again=False)] == []


def test_settings_that_cannot_work_together_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^demand\.weekday: nothing is ordered on any day"):
        config.load(["scale=tiny", "demand.weekday=[0,0,0,0,0,0,0]"])
    with pytest.raises(UsageError, match=r"^demand\.container_parts: line type \w+ fills 7 in .* s"):
        config.load(["scale=tiny", "demand.container_parts=7"])
    with pytest.raises(UsageError, match=r"resolution: one unit must be a whole number of steps.* nearby is 0\.00105"):
        config.load(["scale=tiny", "signals.coolant_temperature.resolution=0.00105256"])


def test_every_check_of_the_catalog_is_understood(catalog: Catalog) -> None:
    units: dict[str, list[pa.Table | None]] = {
        table.qualified: [None] for table in catalog.tables() if table.module in modules.BY_NAME
    }
    with Rows(catalog, units) as rows:
        assert rows.faults() == []
        assert rows.hashes() == {}


def test_plants_of_a_seed_are_the_same_and_accepted(catalog: Catalog) -> None:
    one, other = draw.plants(7, catalog), draw.plants(7, catalog)
    drawn = [next(one) for _ in range(3)]
    assert drawn == [next(other) for _ in range(3)]
    assert len(set(drawn)) == 3
    assert all(each.config().plant.seed < 2**64 for each in drawn)


def test_what_is_wrong_is_found(catalog: Catalog) -> None:
    """A row twice, one that is not there, a value that a rule forbids, a row twice in a unit, a unit too late."""
    settings = config.load(["scale=tiny", "modules=[master,cmms]"])
    world = World(settings.plant)
    units = {
        name: list(parts) for name, parts in trial.render(settings, catalog, [Window(OPENING, world.start)]).items()
    }
    with Rows(catalog, units) as rows:
        assert rows.faults() == []

    def wrong(**changed: list[pa.Table | None]) -> str:
        given = units | {name.replace("__", "."): parts for name, parts in changed.items()}
        with Rows(catalog, given) as rows:
            return "\n".join(rows.faults())

    lines, assets, plans = (
        units[name][0] for name in ("master.production_lines", "cmms.maintenance_assets", "cmms.pm_schedules")
    )
    assert lines is not None
    assert assets is not None
    assert plans is not None
    assert "master.production_lines has a key (line_id) twice: 1 rows" in wrong(
        master__production_lines=[pa.concat_tables([lines, lines.slice(0, 1)])]
    )
    assert "(line_id) -> master.production_lines(line_id): not there" in wrong(
        master__production_lines=[lines.slice(1)]
    )
    late = plans.set_column(
        plans.schema.names.index("next_due_date"),
        plans.schema.field("next_due_date"),
        pa.array([0] * plans.num_rows, pa.int32()).cast(pa.date32()),
    )
    assert f"cmms.pm_schedules breaks CHECK (effective_date <= next_due_date): {plans.num_rows} rows" in wrong(
        cmms__pm_schedules=[late]
    )
    assert "cmms.pm_schedules has a row twice in one unit" in wrong(
        cmms__pm_schedules=[pa.concat_tables([plans, plans])]
    )
    assert "cmms.pm_schedules(asset_id) -> cmms.maintenance_assets(asset_id): not there" in wrong(
        cmms__maintenance_assets=[None, assets], cmms__pm_schedules=[plans, None]
    )


def test_a_plant_is_loaded_in_pieces_and_verified(open_folder: Path, catalog: Catalog) -> None:
    """In several runs, cut anywhere; nothing is wrong but the row that we say is too many."""
    plant, counts = Trial(("scale=tiny", "days=2", "topology=minimal5", "seed=11")), dict[str, int]()
    assert trial.faults(plant, catalog, counts=counts) == []
    assert counts["operations.sensor_data"] > 10_000
    with Judge(open_folder / "judge", catalog) as judge:
        counts["mes.work_orders"] -= 1
        assert [fault.kind for fault in judge.faults(plant, counts)] == ["loaded mes.work_orders"]


@pytest.fixture
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "plant")
    server.start()
    yield server
    server.destroy()


def test_a_rule_that_our_rows_break_is_our_defect(home: EmbeddedServer, catalog: Catalog) -> None:
    settings = ["scale=tiny", "days=1", "topology=minimal5", "ray.dashboard=false", "modules=[master,operations,mes]"]
    loaded = config.load(settings)
    places = home.endpoints(loaded.topology.databases)
    identity = PlantIdentity(loaded.plant_dict(), loaded.topology.name, MODEL_VERSION)
    with RunLock(places) as lock:
        prepare(loaded.topology.databases, places, catalog, identity, lock)
    broken = loaded.topology.home("mes")
    with connect(places[broken]) as session:
        session.execute("ALTER TABLE mes.work_orders ADD CONSTRAINT few_parts CHECK (work_order_id < 0)")
    done = subprocess.run(
        [sys.executable, "-m", "genims_ray.run", *settings],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        env={k: v for k, v in os.environ.items() if not k.startswith("RAY_")} | {"GENIMS_HOME": str(home.home)},
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    told = 'mes.work_orders: .*violates check constraint "few_parts".*defect of GenIMS.*seed 42, start 2025-01-01'
    said = " ".join(done.stdout.split())
    assert f"{broken} is left out" in said.replace(places[broken].dbname, broken)
    for text in (said, done.stderr):
        assert re.search(told, text.replace("\n", " ")), text
        assert "once that is mended" not in text
    if broken != loaded.topology.home("operations"):
        with connect(places[loaded.topology.home("operations")]) as session:
            assert session.execute("SELECT count(*) > 0 FROM operations.sensor_data").fetchall() == [(True,)]


def test_plants_without_duckdb_are_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("genims_ray.plants.__main__.find_spec", lambda name: None)
    assert plants_main(["--count", "1"]) == 2
    assert "plants: needs DuckDB, which `" in capsys.readouterr().err


def test_an_interrupt_is_no_fault_of_the_plant(monkeypatch: pytest.MonkeyPatch, catalog: Catalog) -> None:
    def interrupted(*_: object) -> object:
        raise duckdb.InterruptException("Query interrupted")

    monkeypatch.setattr(trial, "render", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trial.faults(Trial(("scale=tiny", "days=1")), catalog)
