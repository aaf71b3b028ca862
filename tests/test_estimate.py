"""The volume expected before a run, beside days counted by hand and beside what is rendered and loaded."""

from __future__ import annotations

import itertools
import time
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from genims_ray import config, estimate, modules
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.estimate import Volume, measured
from genims_ray.estimate.drivers import worked
from genims_ray.pipeline.plan import Unit, plan
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres import fence, statistics
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World

CATALOG = Catalog.load()
EVERY = [module.name for module in modules.MODULES]
LOST = 0.001
"""Share of the readings that are not delivered, at most."""


def tiny(start: str = "2025-01-01") -> Config:
    return config.load(["scale=tiny", f"start={start}", "ray.dashboard=false"])


def between(start: str, end: str) -> Window:
    first, last = (int(datetime.fromisoformat(text).timestamp()) for text in (start, end))
    return Window(first, last)


def horizon(world: World, days: int) -> Window:
    return Window(world.start, world.start + days * DAY)


def both(world: World, module: str, days: int) -> list[Unit]:
    """The opening of a module, and all of its days; tables loaded by themselves included."""
    windows = Window(OPENING, world.start), horizon(world, days)
    return [Unit(scope, window) for scope in CATALOG.scopes([module]) for window in windows]


def expected(world: World, units: list[Unit]) -> dict[str, Volume]:
    return estimate.expected(world, CATALOG, units)


def readings_per_hour(world: World) -> list[int]:
    """Of each line, while its machines are powered."""
    return [
        sum(
            3600 // sensor.params.interval_seconds
            for machine in line.machine_ids
            for sensor in world.layout.sensors_by_machine[machine]
        )
        for line in world.lines
    ]


def test_every_module_and_every_table_it_fills_has_an_estimate() -> None:
    world = World(tiny().plant)
    for module in modules.MODULES:
        opened = expected(world, both(world, module.name, 7))
        assert opened[module.name].rows > 0
    assert measured.stale(CATALOG, EVERY) == [], "python -m genims_ray.estimate --fit"


def test_two_weeks_of_two_lines_counted_by_hand() -> None:
    """From a Monday 06:00 in Detroit, without holidays. Line 1 works 42 shifts, line 2 three a day but on
    weekends, where it works one: 2 * (5 * 3 + 1) = 32. One early shift of each is maintenance."""
    time_worked = worked(World(tiny().plant), [between("2025-02-03T11:00+00:00", "2025-02-17T11:00+00:00")])
    assert time_worked.days == 14
    assert time_worked.shifts.tolist() == [41, 31]
    assert time_worked.hours.tolist() == [41 * 8, 31 * 8]
    assert time_worked.maintenance.tolist() == [1, 1]
    assert time_worked.powered.tolist() == [42 * 8, 32 * 8]
    assert time_worked.early.tolist() == [13, 11]  # 14 and 12 early shifts less the one of maintenance


def test_nobody_works_on_new_years_day() -> None:
    time_worked = worked(World(tiny().plant), [between("2025-01-01T11:00+00:00", "2025-01-02T11:00+00:00")])
    assert time_worked.powered.tolist() == [0, 0]


def test_the_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    time_worked = worked(World(tiny().plant), [between("2025-11-01T10:00+00:00", "2025-11-02T11:00+00:00")])
    assert time_worked.powered.tolist() == [25, 8]  # line 2 works the early shift of a Saturday


def test_readings_of_a_day_without_breaks() -> None:
    """Monday, 2025-02-03 00:00 UTC is Sunday 19:00 in Detroit: line 1 is powered for 24 hours, line 2 from
    11:00 on. Both lines' sensors read every one or two minutes."""
    world = World(tiny().plant)
    per_hour = readings_per_hour(world)
    day = between("2025-02-03T00:00+00:00", "2025-02-04T00:00+00:00")
    found = expected(world, [Unit("operations.sensor_data", day)])
    assert found["operations"].rows == pytest.approx(24 * per_hour[0] + 13 * per_hour[1], rel=LOST)


@pytest.mark.parametrize("start", ["2025-01-01", "2025-07-01", "2025-12-22"])
def test_a_rendered_week_has_the_rows_expected(start: str) -> None:
    settings = tiny(start)
    world, simulator = World(settings.plant), Simulator(settings.plant, CATALOG)
    for module, tolerance in (("master", 0.005), ("operations", 0.01), ("mes", 0.15), ("qms", 0.15), ("hr", 0.15)):
        facts, keys = 0, set[tuple[str, int]]()
        for unit in both(world, module, 7):
            for name, found in simulator.render(unit).items():
                table = CATALOG.modules[module].tables[name]
                if table.mutable:  # a row of the opening that changes in the week is one row
                    keys.update((name, key) for key in found.column(table.primary_key[0]).to_pylist())
                else:
                    facts += found.num_rows
        rows = expected(world, both(world, module, 7))[module].rows
        assert rows == pytest.approx(facts + len(keys), rel=tolerance)


def test_a_loaded_week_takes_the_bytes_expected(server: EmbeddedServer) -> None:
    settings = tiny()
    world, simulator = World(settings.plant), Simulator(settings.plant, CATALOG)
    homes = {module: settings.topology.home(module) for module in EVERY}
    databases = {home: settings.topology.databases[home] for home in homes.values()}
    names = {home: f"estimated_{number}" for number, home in enumerate(databases)}
    endpoints = {home: server.endpoint(name) for home, name in names.items()}
    run_id = uuid4()
    with RunLock(endpoints) as lock:
        prepare(databases, endpoints, CATALOG, PlantIdentity({}, "max13", "estimate"), lock)
        for name in endpoints:
            fence.take(lock.session(name), run_id)
        for module in EVERY:
            sink = PostgresSink(endpoints[homes[module]], CATALOG, run_id)
            for unit in both(world, module, 7):
                sink.load(unit, [simulator.render(unit)])
            sink.close()
    found = sum(
        size.bytes for endpoint in endpoints.values() for size in statistics.sizes(endpoint) if size.module in EVERY
    )
    volumes = expected(world, [unit for module in EVERY for unit in both(world, module, 7)])
    assert estimate.total(volumes).bytes == pytest.approx(found, rel=0.15)


def test_how_a_horizon_is_cut_does_not_matter() -> None:
    world = World(tiny().plant)
    whole, scopes = Window(OPENING, horizon(world, 30).end), CATALOG.scopes(EVERY)
    few, many = (
        expected(world, plan(scopes, whole, world.start, {}, dict.fromkeys(scopes, 1.0), rows, most))
        for rows, most in ((10**9, 30), (1, 1))
    )
    assert set(few) == set(many) == set(EVERY)
    for module, kind in itertools.product(EVERY, ("rows", "bytes", "logged")):
        assert getattr(few[module], kind) == pytest.approx(getattr(many[module], kind), rel=1e-9)


def test_what_is_loaded_already_is_not_counted_again() -> None:
    world = World(tiny().plant)
    week, next_week = horizon(world, 7), Window(world.start + 7 * DAY, world.start + 14 * DAY)
    scope = "operations.sensor_data"
    parts = [expected(world, [Unit(scope, w)])["operations"].rows for w in (week, next_week)]
    both_weeks = expected(world, [Unit(scope, horizon(world, 14))])["operations"].rows
    assert both_weeks == pytest.approx(sum(parts))
    assert expected(world, []) == {}


def test_rows_a_day_are_those_of_the_days_asked_for() -> None:
    """New Year's Eve and Day are holidays in Detroit: work begins on 2025-01-02 at 11:00 UTC."""
    world, scope = World(tiny().plant), "operations.sensor_data"

    def daily(days: int) -> float:
        return estimate.rows_per_day(world, CATALOG, [scope], horizon(world, days))[scope]

    assert daily(1) == 1.0  # none, but a plan must not divide by it
    assert daily(2) == pytest.approx(13 * sum(readings_per_hour(world)) / 2, rel=LOST)
    assert estimate.rows_per_day(world, CATALOG, ["master"], horizon(world, 90)) == {"master": 1.0}


def test_a_year_of_ten_factories_is_estimated_in_less_than_a_second() -> None:
    """Loaded, it was 493,970,799 rows and 37.6 GB in 345 s (docs/performance.md)."""
    settings = config.load(["scale=year"])
    world = World(settings.plant)
    began = time.process_time()
    volumes = expected(world, [unit for module in settings.modules for unit in both(world, module, 365)])
    assert time.process_time() - began < 1.0
    found = estimate.total(volumes)
    assert found.rows == pytest.approx(493_970_799, rel=0.01)
    assert found.bytes == pytest.approx(37.6e9, rel=0.06)
    assert found.seconds == pytest.approx(345, rel=0.15)


def test_the_log_of_what_is_written_twice_is_limited() -> None:
    assert Volume(bytes=10e9, logged=1e9).disk == 12e9
    assert Volume(bytes=10e9, logged=9e9).disk == 10e9 + 8 * 2**30


def test_a_run_that_fits_is_not_refused() -> None:
    estimate.require_room(Volume(bytes=10e9, logged=1e9), 30, Path("/data/genims"), free=13e9)


def test_a_run_that_cannot_fit_says_what_is_missing_and_what_fits() -> None:
    """12 GB and one to spare into 7: half of the days fit."""
    with pytest.raises(UserError) as refused:
        estimate.require_room(Volume(bytes=10e9, logged=1e9), 30, Path("/data/genims"), free=7e9)
    assert str(refused.value) == (
        "the run needs about 13.0 GB of disk and /data/genims has 7.0 GB free: "
        "set GENIMS_HOME to a folder on a larger disk, or ask for fewer days (about 15 fit)"
    )
    assert refused.value.status == 1


def test_a_run_of_which_no_day_fits_asks_for_a_smaller_scale() -> None:
    with pytest.raises(UserError, match=r"1.1 GB free.*or ask for a smaller scale$"):
        estimate.require_room(Volume(bytes=10e9), 7, Path("/data/genims"), free=1.1e9)


def test_room_is_measured_where_the_folder_will_be(tmp_path: Path) -> None:
    assert estimate.free_bytes(tmp_path / "not" / "yet") == pytest.approx(estimate.free_bytes(tmp_path), rel=0.01)
