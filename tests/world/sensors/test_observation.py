"""Alerts and samples: debouncing by hand, and what running machines show."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.world import DAY, HOUR, World
from genims_ray.world.sensors.alerts import debounced
from genims_ray.world.sensors.line_steps import IDLE_LOAD, SETUP_LOAD
from genims_ray.world.shopfloor import timeline as tl


def bools(text: str) -> np.ndarray:
    return np.array([c == "x" for c in text.replace(" ", "")])


@pytest.mark.parametrize(
    ("readings", "episodes"),
    [
        ("..........", []),
        ("x.........", []),
        ("xx........", []),
        ("x...x...x.", []),  # never three of five
        ("xxx.......", [(2, 7)]),  # raised by the third, cleared by the fifth in a row that is inside
        ("x.x.x.....", [(4, 9)]),  # three of five need not be in a row
        ("x..x..x...", []),  # three of seven
        ("..xxx", [(4, 4)]),  # still standing at midnight
        (".xxxx....x....x.....", [(3, 19)]),  # four inside do not clear; one more reading beyond starts the count again
        ("xxx.....xxx.....", [(2, 7), (10, 15)]),
        ("xxxxxxxxxx", [(2, 9)]),
    ],
)
def test_debounced_by_hand(readings: str, episodes: list[tuple[int, int]]) -> None:
    assert debounced(bools(readings)) == episodes


def test_debounced_against_the_definition() -> None:
    """The rule, spelled out reading by reading."""
    rng = np.random.default_rng(3)
    for share in (0.05, 0.3, 0.6):
        beyond = rng.random(400) < share
        expected, standing, first = [], False, 0
        for i in range(len(beyond)):
            recent = beyond[max(i - 4, 0) : i + 1]
            if not standing and beyond[i] and recent.sum() >= 3:
                standing, first = True, i
            elif standing and recent.sum() == 0:
                expected.append((first, i))
                standing = False
        if standing:
            expected.append((first, len(beyond) - 1))
        assert debounced(beyond) == expected


def test_alerts_are_made_of_the_rendered_readings(world: World) -> None:
    found = 0
    for machine in world.machines:
        for day in range(world.start // DAY + 1, world.start // DAY + 8):
            groups = world.sensors.observation.samples(machine, day)
            ids = [s.sensor_id for s in world.layout.sensors_by_machine[machine.machine_id]]
            rows = {ids[row]: (group, k) for group in groups for k, row in enumerate(group.rows)}
            last: dict[int, int] = {}
            for alert in world.sensors.observation.alerts(machine, day):
                group, k = rows[alert.sensor_id]
                i = int(np.searchsorted(group.times, alert.start))
                assert group.times[i] == alert.start
                assert group.value[k, i] == alert.value
                assert group.present[k, i]
                assert group.status[k, i] != 0
                assert (alert.value > alert.threshold) == (group.status[k, i] > 0)
                delivered = group.status[k][group.present[k]][: int(group.present[k][: i + 1].sum())]
                assert (delivered[-5:] != 0).sum() >= 3
                assert alert.end > alert.start
                assert alert.start - last.get(alert.sensor_id, 0) >= HOUR - 2 * (group.times[1] - group.times[0])
                last[alert.sensor_id] = alert.end
                found += 1
    assert found > 5


def running_and_idle(world: World, signal: str) -> tuple[np.ndarray, np.ndarray]:
    """Levels of every sensor of a kind while running and while powered but idle."""
    run, idle = [], []
    for machine in world.machines:
        sensors = world.layout.sensors_by_machine[machine.machine_id]
        for i, sensor in enumerate(sensors):
            if sensor.params.signal != signal:
                continue
            a, b = [], []
            for day in range(world.start // DAY + 8, world.start // DAY + 14):
                load = world.sensors.observation.load(machine, day)
                for group in world.sensors.observation.samples(machine, day):
                    for k in np.flatnonzero(group.rows == i):
                        step = load.at(group.times)
                        usable = group.present[k] & (group.quality[k] == 192)
                        a.append(group.value[k][usable & load.running[step]])
                        b.append(group.value[k][usable & ~load.running[step]])
            run.append(np.concatenate(a).mean())
            idle.append(np.concatenate(b).mean())
    return np.array(run), np.array(idle)


def test_idle_vibration_is_less_than_half_of_running(world: World) -> None:
    run, idle = running_and_idle(world, "vibration")
    assert len(run) == 6  # two CNC, a grinder, a conveyor; a robot, a conveyor
    assert (idle < 0.5 * run).all()


def test_motor_current_shows_whether_the_machine_runs(world: World) -> None:
    run, idle = running_and_idle(world, "motor_current")
    assert (idle < 0.6 * run).all()


def test_speed_and_torque_of_a_running_cnc(world: World) -> None:
    machine = world.machines[0]
    names = [s.params.signal for s in world.layout.sensors_by_machine[machine.machine_id]]
    speed, torque = names.index("spindle_speed"), names.index("spindle_torque")
    pairs = []
    for day in range(world.start // DAY + 20, world.start // DAY + 30):
        load = world.sensors.observation.load(machine, day)
        for group in world.sensors.observation.samples(machine, day):
            rows = group.rows.tolist()
            if speed in rows and torque in rows:
                a, b = rows.index(speed), rows.index(torque)
                usable = load.running[load.at(group.times)] & group.present[a] & group.present[b]
                usable &= (group.quality[a] == 192) & (group.quality[b] == 192)
                pairs.append(np.stack([group.value[a][usable], group.value[b][usable]]))
    found = np.concatenate(pairs, axis=1)
    assert found.shape[1] > 5_000
    assert -0.95 < np.corrcoef(found)[0, 1] < -0.75


def test_load_follows_the_state_of_the_line(world: World) -> None:
    machine = world.machines[1]
    for day in range(world.start // DAY + 1, world.start // DAY + 10):
        steps, load = (
            world.sensors.observation.lines.steps(machine.line_id, day),
            world.sensors.observation.load(machine, day),
        )
        run, off, setup = steps.state == tl.RUN, steps.state == tl.OFF, steps.state == tl.SETUP
        assert np.array_equal(load.running, run)
        assert np.array_equal(load.powered, ~off)
        assert (load.load[run] >= 0.72).all()
        assert (load.load[run] <= 0.97).all()
        assert (load.load[off] == 0).all()
        assert (load.load[setup] == SETUP_LOAD).all()
        others = ~run & ~off & ~setup & (steps.machine != machine.position)
        assert (load.load[others] == IDLE_LOAD).all()
        assert np.array_equal(steps.start[1:], steps.end[:-1])
        assert steps.start[0] <= day * DAY - 10 * HOUR
        assert steps.end[-1] >= (day + 1) * DAY


def test_samples_do_not_depend_on_what_was_asked_before(world: World) -> None:
    fresh = World(world.plant).cell([10_103])
    day = world.start // DAY + 5
    ours = world.sensors.observation.samples(world.machines[2], day)
    theirs = fresh.sensors.observation.samples(fresh.machines[0], day)
    for a, b in zip(ours, theirs, strict=True):
        assert np.array_equal(a.value, b.value)
        assert np.array_equal(a.present, b.present)
