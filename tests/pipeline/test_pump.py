"""Bounded, in order, and stopped by the first error."""

from __future__ import annotations

import time
from typing import Any

import pytest

from genims_ray import resources
from genims_ray.errors import DefectError, UserError
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.pump import Trouble, pump
from genims_ray.pipeline.sinks import Loaded
from genims_ray.world import Window

UNITS = [Unit("mes", Window(day, day + 1)) for day in range(7)]

pytestmark = pytest.mark.usefixtures("ray_here")


class FakePlacement:
    """Tasks instead of actors; remembers what was started."""

    def __init__(self, work: Any) -> None:
        import ray

        self._task: Any = ray.remote(work)
        self.started: list[Unit] = []

    def start(self, unit: Unit) -> Any:
        self.started.append(unit)
        return self._task.remote(unit)


def test_every_unit_is_loaded_and_no_more_than_allowed_are_in_flight():
    placement = FakePlacement(lambda unit: Loaded(unit, skipped=False, inserted={"work_orders": unit.window.start}))
    seen: list[Loaded] = []

    def record(loaded: Loaded, in_flight: int) -> None:
        seen.append(loaded)
        assert len(placement.started) - len(seen) == in_flight <= 2

    pump(UNITS, placement, 3, record)
    assert placement.started == UNITS
    assert {loaded.unit: loaded.rows for loaded in seen} == {unit: unit.window.start for unit in UNITS}


def test_the_first_error_stops_everything_and_is_the_one_raised():
    def work(unit: Unit) -> Loaded:
        if unit.window.start == 1:
            raise UserError("the disk is full")
        if unit.window.start > 1:
            time.sleep(30)
        return Loaded(unit, skipped=False)

    placement, began = FakePlacement(work), time.monotonic()
    with pytest.raises(Trouble, match=r"^the disk is full$") as raised:
        pump(UNITS, placement, 2, lambda loaded, in_flight: None)
    assert (raised.value.unit, raised.value.passing) == (UNITS[1], False)
    assert raised.value.__cause__ is None
    assert len(placement.started) <= 3
    assert time.monotonic() - began < 15


def test_a_mistake_in_the_program_is_a_defect_with_its_place():
    def work(unit: Unit) -> Loaded:
        return Loaded(unit, skipped=False, inserted=resources.root() + "mes")  # type: ignore[operator]

    message = r"^unit mes \[1970-01-01 00:00:00\+00,1970-01-01 00:00:01\+00\): TypeError: unsupported operand"
    with pytest.raises(Trouble, match=message) as raised:
        pump(UNITS, FakePlacement(work), 1, lambda loaded, in_flight: None)
    assert isinstance(raised.value.error, DefectError)
    assert (raised.value.error.status, raised.value.unit) == (3, UNITS[0])

    def deeper(unit: Unit) -> Loaded:
        return Loaded(unit, skipped=Window(1, 0).is_opening)

    with pytest.raises(Trouble, match=r"ValueError at .*genims_ray/window.py:\d+: a window must end after it starts"):
        pump(UNITS, FakePlacement(deeper), 1, lambda loaded, in_flight: None)


class Dies:
    def __init__(self, text: str = "") -> None:
        if text:
            raise ValueError(text)

    def work(self, unit: Unit) -> Loaded:
        import os

        os._exit(1)


class ActorCrew:
    """An actor whose results another task needs, as a loader needs those of simulators."""

    def __init__(self, actor: Any) -> None:
        import ray

        self._actor = actor
        self._load: Any = ray.remote(lambda unit, rendered: rendered)

    def start(self, unit: Unit) -> Any:
        return self._load.remote(unit, self._actor.work.remote(unit))


def test_a_process_that_dies_is_named_in_one_line():
    import ray

    actor: Any = ray.remote(Dies).options(name="simulator of mes").remote()
    message = r"^the process of simulator of mes \(pid \d+\) died while unit mes was simulated or loaded$"
    with pytest.raises(Trouble, match=message) as raised:
        pump(UNITS, ActorCrew(actor), 1, lambda loaded, in_flight: None)
    assert (raised.value.unit, raised.value.passing) == (None, True)
    assert raised.value.__suppress_context__


def test_a_mistake_in_the_making_of_an_actor_keeps_its_traceback():
    import ray

    actor: Any = ray.remote(Dies).remote("negative cycle time")
    with pytest.raises(ray.exceptions.RayError, match="negative cycle time"):
        pump(UNITS, ActorCrew(actor), 1, lambda loaded, in_flight: None)


def test_nothing_to_do():
    pump([], FakePlacement(lambda unit: None), 2, lambda loaded, in_flight: pytest.fail("no unit"))
