"""Any division of the machines renders the same rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genims_ray.catalog import Catalog
from genims_ray.pipeline.placement import cells
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator, SpineOwner
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng
from genims_ray.world.sensors import observation, signals
from genims_ray.world.sensors.alerts import AlertExchange
from genims_ray.world.sensors.signals import SignalModel


@given(size=st.integers(1, 12))
def test_cells_hold_every_machine_once_and_are_no_larger_than_asked(tiny: Plant, size: int):
    groups = cells(tiny, size)
    assert [machine for group in groups for machine in group] == World(tiny).machine_ids
    assert all(0 < len(group) <= size for group in groups)


def test_a_line_stays_whole_where_it_fits(tiny: Plant):
    lines = [list(line.machine_ids) for line in World(tiny).lines]
    assert cells(tiny, max(map(len, lines))) == lines
    assert cells(tiny, 100) == [[machine for line in lines for machine in line]]


def canonical(parts: list[dict[str, pa.Table]]) -> dict[str, list[str]]:
    """Rows of all parts as text, sorted, by table."""
    rows: dict[str, list[str]] = {}
    for part in parts:
        for name, table in part.items():
            rows.setdefault(name, []).extend(str(list(row.values())) for row in table.to_pylist())
    return {name: sorted(found) for name, found in rows.items() if found}


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("opening", [True, False])
def test_cells_together_render_what_the_whole_plant_renders(
    tiny: Plant, repository_catalog: Catalog, size: int, opening: bool
):
    start = World(tiny).start
    window = Window(OPENING, start) if opening else Window(start + DAY, start + DAY + DAY // 2)
    for scope in repository_catalog.scopes(["operations"]):
        unit = Unit(scope, window)
        whole = Simulator(tiny, repository_catalog).render(unit)
        parts = [Simulator(tiny, repository_catalog, ids).render(unit) for ids in cells(tiny, size)]
        assert canonical(parts) == canonical([whole])


@pytest.mark.parametrize("scope", ["operations", "operations.sensor_data", "operations.scada_machine_data", "mes"])
def test_snapshots_of_the_spine_change_nothing_but_the_time_it_takes(
    tiny: Plant, repository_catalog: Catalog, scope: str
):
    start = World(tiny).start
    unit = Unit(scope, Window(start + 6 * DAY, start + 7 * DAY))
    snapshots = SpineOwner(tiny, repository_catalog).snapshots(unit.window)
    alone = Simulator(tiny, repository_catalog).render(unit)
    continued = Simulator(tiny, repository_catalog).render(unit, snapshots)
    assert canonical([continued]) == canonical([alone])


def test_scopes_of_a_module_have_each_table_once_and_simulate_its_sensors_once(
    tiny: Plant, repository_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    rendered: list[tuple[int, int]] = []

    def counted(rng: Rng, day: int, models: Sequence[SignalModel], *rest: Any) -> Any:
        rendered.extend((model.machine_id, day) for model in models)
        return signals.render(rng, day, models, *rest)

    monkeypatch.setattr(observation, "render", counted)
    world = World(tiny)
    window = Window(world.start + 2 * DAY, world.start + 5 * DAY)
    simulator = Simulator(tiny, repository_catalog)
    big = ["sensor_data", "scada_machine_data"]
    assert repository_catalog.scopes(["operations"]) == ["operations", *(f"operations.{name}" for name in big)]
    others = simulator.render(Unit("operations", window))
    assert set(others) == set(repository_catalog.modules["operations"].tables) - set(big)
    before = len(rendered)
    for name in big:
        assert set(simulator.render(Unit(f"operations.{name}", window))) == {name}
    assert len(rendered) == before
    on = [
        (machine.machine_id, day)
        for machine, day in itertools.product(world.machines, window.days())
        if world.sensors.observation.load(machine, day).is_on(day)
    ]
    assert len(on) > len(world.machines)
    assert set(on) <= set(rendered)


@pytest.mark.parametrize("module", ["operations", "cmms"])
def test_alerts_of_a_day_that_somebody_has_rendered_are_read_and_not_rendered_again(
    tiny: Plant, repository_catalog: Catalog, monkeypatch: pytest.MonkeyPatch, module: str
):
    rendered: list[tuple[int, int]] = []

    def counted(rng: Rng, day: int, models: Sequence[SignalModel], *rest: Any) -> Any:
        rendered.extend((model.machine_id, day) for model in models)
        return signals.render(rng, day, models, *rest)

    monkeypatch.setattr(observation, "render", counted)
    exchange, start = AlertExchange(), World(tiny).start
    first, second = (Simulator(tiny, repository_catalog, exchange=exchange) for _ in range(2))
    earlier = Window(start, start + 9 * DAY)
    first.render(Unit("operations", earlier))
    machines = set(World(tiny).machine_ids)
    assert all(set(exchange.read(day)) == machines for day in earlier.days())
    assert any(alerts for day in earlier.days() for alerts in exchange.read(day).values())
    unit = Unit(module, Window(start + 9 * DAY, start + 10 * DAY))
    rendered.clear()
    found = second.render(unit)
    assert {day for _, day in rendered} <= {start // DAY + 9}
    rendered.clear()
    assert canonical([found]) == canonical([Simulator(tiny, repository_catalog).render(unit)])
    assert {day for _, day in rendered} > {start // DAY + 9}, "without an exchange, days before are looked at"
