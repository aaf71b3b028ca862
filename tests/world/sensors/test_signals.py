"""Signals: levels by hand, signatures, quantisation, limits, and noise with the memory it claims."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from genims_ray.world import DAY, HOUR
from genims_ray.world.layout import Layout, Sensor
from genims_ray.world.params import Plant, Signal
from genims_ray.world.rng import Rng
from genims_ray.world.sensors.levels import Load
from genims_ray.world.sensors.measuring import limits
from genims_ray.world.sensors.sensor_faults import MOST_SPIKES, FaultDay
from genims_ray.world.sensors.signals import SignalModel, Wear
from genims_ray.world.shopfloor.degradation import Breakdown

FIRST = 20_089


def sensors(plant: Plant, kind: str, quiet: bool = False, interval: int | None = None) -> list[Sensor]:
    """The sensors of the tiny or large plant's first machine of a type; `quiet`: alike and without noise."""
    layout = Layout(plant)
    machine = next(m for m in layout.machines if m.type_name == kind)
    found = layout.sensors_by_machine[machine.machine_id]
    if quiet:
        silent = {"sigma_ar": 0.0, "sigma_white": 0.0, "unit_spread": 0.0}
        found = [replace(s, signal=replace(s.signal, **silent)) for s in found]
    if interval is not None:
        found = [replace(s, params=replace(s.params, interval_seconds=interval)) for s in found]
    return found


def model(plant: Plant, kind: str, quiet: bool = False, interval: int | None = None) -> SignalModel:
    chosen = sensors(plant, kind, quiet, interval)
    return SignalModel(chosen[0].machine_id, chosen, 45.0, 0.0, Rng(42))


def clean(n: int) -> FaultDay:
    """A day on which nothing is wrong with the measuring chain."""
    zero, none, no = np.zeros(n), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
    return FaultDay(
        offset_start=zero,
        offset_slope=zero,
        stuck=(none, none),
        erratic=(none, none),
        erratic_factor=zero + 5,
        dropout=(none, none),
        outage=(none, none),
        spike_time=np.zeros((n, MOST_SPIKES), dtype=np.int64),
        spike_sigma=np.zeros((n, MOST_SPIKES)),
        calibrated=none,
        drift_share=zero,
        false_alarm=no,
        notices_drift=no,
        notices_stuck=no,
    )


def constant(load: float = 0.8) -> Load:
    return Load(np.array([0]), np.array([load]), np.array([load > 0.2]), np.array([True]))


@dataclass
class Readings:
    """Per sensor of the machine, whatever its sampling interval."""

    times: list[np.ndarray]
    value: list[np.ndarray]
    status: list[np.ndarray]
    quality: list[np.ndarray]
    present: list[np.ndarray]
    expected: list[np.ndarray]


def readings(
    m: SignalModel, day: int, load: Load | None = None, wears: list[Wear] | None = None, faults: FaultDay | None = None
) -> Readings:
    n = len(m.sensors)
    groups = m.render(day, load or constant(), wears or [], faults or clean(n), slice(0, n))
    rows = {int(row): (group, k) for group in groups for k, row in enumerate(group.rows)}
    assert sorted(rows) == list(range(n))
    columns = ("value", "status", "quality", "present", "expected")
    return Readings(
        [rows[i][0].times for i in range(n)], *([getattr(rows[i][0], c)[rows[i][1]] for i in range(n)] for c in columns)
    )


def named(m: SignalModel, signal: str) -> int:
    return next(i for i, s in enumerate(m.sensors) if s.params.signal == signal)


# --- Levels ----------------------------------------------------------------------------------------


def test_levels_by_hand(large: Plant) -> None:
    """At a load of 0.8, steady."""
    press = model(large, "press", quiet=True)
    r = readings(press, FIRST)
    # 140 A rated * 0.25 * (1 + 2.48 * 0.8) = 35 * 2.984
    assert press.sensors[named(press, "motor_current")].params.scale == 140
    assert np.unique(r.value[named(press, "motor_current")]).tolist() == [104.4]
    # 135 bar - 3 * 0.8
    assert np.unique(r.value[named(press, "hydraulic_pressure")]).tolist() == [132.6]
    # 1.1 mm/s * (1 + 0.35 * 0.8) = 1.408
    assert np.unique(r.value[named(press, "vibration")]).tolist() == [1.41]
    # 400 V - 3.2 * 0.8 and 1.5 V of the grid's day: least at 15:30, most at 03:30
    volts = r.value[named(press, "line_voltage")]
    assert (volts.min(), volts.max()) == (395.9, 398.9)
    # 22 + 28 * 0.8^1.2 = 43.42 degrees, 2.5 of the day, 3 of the season: 110 days after 1970 + 55 * 365.25 is day 20,198.75
    warm = r.value[named(press, "temperature")]
    season = 3 * np.sin(2 * np.pi * (FIRST - 110) / 365.25)
    assert season == pytest.approx(-2.847, abs=0.01)
    assert warm.max() == pytest.approx(43.42 + 2.5 + season, abs=0.06)
    assert warm.min() == pytest.approx(43.42 - 2.5 + season, abs=0.06)


def test_idle_levels_by_hand(large: Plant) -> None:
    press = model(large, "press", quiet=True)
    idle = readings(press, FIRST, load=constant(0.18))
    # 1.1 * 0.25 * (1 + 0.35 * 0.18) = 0.2923; 35 * (1 + 2.48 * 0.18) = 50.6
    assert np.unique(idle.value[named(press, "vibration")]).tolist() == [0.29]
    assert np.unique(idle.value[named(press, "motor_current")]).tolist() == [50.6]


def test_temperature_follows_load_with_its_time_constant(large: Plant) -> None:
    """35 minutes after a step 63 % of it has come, after 105 minutes 95 %."""
    press = model(large, "press", quiet=True)
    at = FIRST * DAY + 6 * HOUR
    step = Load(np.array([0, at]), np.array([0.0, 1.0]), np.array([True, True]), np.array([True, True]))
    flat = Load(np.array([0]), np.array([0.0]), np.array([True]), np.array([True]))
    i = named(press, "temperature")
    with_step, without = readings(press, FIRST, load=step), readings(press, FIRST, load=flat)
    extra = with_step.value[i] - without.value[i]
    minute = (with_step.times[i] - at) / 60
    assert not extra[minute < 0].any()
    for m, share in ((36, 1 - np.exp(-36 / 35)), (106, 1 - np.exp(-106 / 35)), (600, 1.0)):
        assert extra[np.searchsorted(minute, m)] == pytest.approx(28 * share, abs=0.6)


def test_an_unpowered_machine_is_silent(large: Plant) -> None:
    off = Load(
        np.array([0, FIRST * DAY + 12 * HOUR]), np.array([0.8, 0.0]), np.array([True, False]), np.array([True, False])
    )
    r = readings(model(large, "press"), FIRST, load=off)
    for present, times in zip(r.present, r.times, strict=True):
        assert np.array_equal(present, times <= FIRST * DAY + 12 * HOUR)


# --- What the instrument makes of it ---------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cnc", "grinder", "press", "weld_cell", "injection_moulding", "robot"])
def test_values_are_multiples_of_the_resolution_and_judged_by_their_limits(large: Plant, kind: str) -> None:
    m = model(large, kind)
    r = readings(m, FIRST, wears=[wear(large, mode, FIRST * DAY + 20 * HOUR) for mode in ("bearing", "hydraulic_leak")])
    for i, s in enumerate(m.sensors):
        steps = round(1 / s.signal.resolution)
        assert np.array_equal(r.value[i], np.rint(r.value[i] * steps) / steps), s.params.name
        scale = s.params.scale
        expected = np.zeros(len(r.value[i]), dtype=int)
        for sign, names in ((1, ("warning_high", "critical_high")), (-1, ("warning_low", "critical_low"))):
            for name in names:
                bound = getattr(s.signal, name)
                if bound is not None:
                    bound = round(bound * scale * steps) / steps
                    expected += sign * (sign * r.value[i] > sign * bound)
        assert np.array_equal(r.status[i], expected), s.params.name


def test_limits_by_hand(large: Plant) -> None:
    press = sensors(large, "press")
    found = limits(press)
    vibration = [s.params.signal for s in press].index("vibration")
    assert (found.warning_high[vibration], found.critical_high[vibration]) == (
        2.8,
        4.5,
    )  # ISO 10816-3, zones B/C and C/D
    current = [s.params.signal for s in press].index("motor_current")
    assert (found.warning_high[current], found.critical_high[current]) == (137.2, 154.0)  # 0.98 and 1.1 of 140 A
    assert np.isnan(found.warning_low[vibration])


# --- Degradation -----------------------------------------------------------------------------------


def wear(plant: Plant, mode: str, failure: int, lead: int = DAY) -> Wear:
    given = plant.failure_modes[mode]
    return Wear(
        given.effects,
        Breakdown(101, 1, mode, 0, failure - lead, failure, failure, failure + 600, failure + HOUR, False),
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("cnc", "bearing"),
        ("press", "bearing"),
        ("grinder", "motor"),
        ("press", "hydraulic_leak"),
        ("press", "hydraulic_burst"),
        ("robot", "pneumatic"),
        ("cnc", "coolant"),
        ("injection_moulding", "coolant"),
        ("robot", "servo"),
        ("weld_cell", "electrode"),
    ],
)
def test_a_failure_changes_what_it_should_at_its_full(large: Plant, kind: str, mode: str) -> None:
    """Value * factor + shift at the failure (h = 1), and nothing before the onset or after the repair began."""
    m = model(large, kind, quiet=True)
    failure = FIRST * DAY + 16 * HOUR
    plain, worn = readings(m, FIRST), readings(m, FIRST, wears=[wear(large, mode, failure, lead=8 * HOUR)])
    changed = 0
    for i, s in enumerate(m.sensors):
        effect = large.failure_modes[mode].effects.get(s.params.signal)
        at = int(np.searchsorted(plain.times[i], failure))
        assert plain.times[i][at] == failure
        healthy = plain.value[i][at]
        expected = healthy if effect is None else healthy * effect.factor + effect.shift
        expected = abs(expected) if s.signal.folded else expected
        expected = np.clip(expected, m.limits.range_min[i], m.limits.range_max[i])
        resolution = s.signal.resolution
        factor = 1 if effect is None else max(effect.factor, 1)
        assert worn.value[i][at] == pytest.approx(expected, abs=0.51 * resolution * (1 + factor))
        before, after = plain.times[i] < failure - 8 * HOUR, plain.times[i] >= failure + 600
        assert np.array_equal(worn.value[i][before | after], plain.value[i][before | after])
        changed += effect is not None and (effect.factor != 1 or effect.shift != 0)
    assert changed > 0


def test_a_failing_servo_and_electrode_are_noisier(large: Plant) -> None:
    for kind, mode, signal in (("weld_cell", "electrode", "weld_current"), ("robot", "servo", "motor_current")):
        m = model(large, kind)
        assert large.failure_modes[mode].effects[signal].noise == 3.0
        # Full intensity all day.
        full = Wear(large.failure_modes[mode].effects, None, np.array([0, 2**40]), np.array([1.0, 1.0]))
        i = named(m, signal)
        ratio = readings(m, FIRST, wears=[full]).value[i].std() / readings(m, FIRST).value[i].std()
        assert ratio == pytest.approx(3.0, rel=0.05)


def test_an_electrical_fault_gives_no_sign(large: Plant) -> None:
    m = model(large, "cnc")
    worn = readings(m, FIRST, wears=[wear(large, "electrical", FIRST * DAY + 16 * HOUR)])
    assert all(np.array_equal(a, b) for a, b in zip(worn.value, readings(m, FIRST).value, strict=True))


def test_speed_and_torque_move_against_each_other(large: Plant) -> None:
    m = model(large, "cnc")
    found = []
    for day in range(FIRST, FIRST + 8):
        r = readings(m, day)
        speed, torque = named(m, "spindle_speed"), named(m, "spindle_torque")
        shared = np.isin(r.times[speed], r.times[torque])
        found.append(
            np.corrcoef(r.value[speed][shared], r.value[torque][np.isin(r.times[torque], r.times[speed])])[0, 1]
        )
    assert -0.95 < np.mean(found) < -0.75


# --- Rates and noise -------------------------------------------------------------------------------


@pytest.mark.parametrize("interval", [1, 7 * 9 - 3, 32, 50, 60, 120, 480, 600, 900, 1_350, 3_600])
def test_any_interval_that_divides_a_day(large: Plant, interval: int) -> None:
    m = model(large, "press", interval=interval)
    r = readings(m, FIRST)
    for times, value in zip(r.times, r.value, strict=True):
        assert len(times) == len(value) == DAY // interval
        assert times[0] == FIRST * DAY
        assert (np.diff(times) == interval).all()
        assert np.isfinite(value).all()
    i = named(m, "hydraulic_pressure")
    assert abs(r.value[i].mean() - (132.6 + 4 * m._z[i])) < 1.0


def test_the_step_in_force_is_found_by_steps_as_by_times() -> None:
    """A second belongs to the step in which it ends; before the first step there is none."""
    start = np.array([100, 160, 161, 400, 1_000])
    load = Load(start, np.zeros(5), np.zeros(5, bool), np.array([False, True, False, False, True]))
    for first, interval, n in ((100, 60, 10), (0, 7, 100), (161, 1, 3), (5_000, 60, 4), (-500, 60, 5)):
        times = first + interval * np.arange(n)
        assert load.steps(first, interval, n).tolist() == load.at(times).tolist()
    assert load.steps(99, 31, 4).tolist() == [-1, 0, 1, 2]  # 99, 130, 161, 192


def test_a_machine_without_power_shows_nothing(large: Plant) -> None:
    m = model(large, "press")
    off = Load(np.array([0]), np.zeros(1), np.zeros(1, bool), np.zeros(1, bool))
    assert not off.is_on(FIRST)
    rendered = m.render(FIRST, off, [], clean(len(m.sensors)), slice(0, len(m.sensors)))
    for group, skipped in zip(rendered, m.render_off(FIRST), strict=True):
        assert not group.present.any()
        assert np.array_equal(skipped.rows, group.rows)
        assert np.array_equal(skipped.times, group.times)
        for name in ("value", "status", "quality", "present", "expected"):
            assert getattr(skipped, name).shape == group.value.shape
        assert not skipped.present.any()
        assert not skipped.expected.any()
    late = Load(np.array([0, FIRST * DAY + DAY - 1]), np.zeros(2), np.zeros(2, bool), np.array([False, True]))
    assert late.is_on(FIRST)
    assert not late.is_on(FIRST - 1)


def test_sensors_of_one_kind_differ_from_unit_to_unit(large: Plant) -> None:
    layout = Layout(large)
    vibration: dict[int, Signal] = {s.sensor_id: s.signal for s in layout.sensors if s.params.signal == "vibration"}
    z = np.clip(Rng(42).normal("unit", np.array(list(vibration))), -2.5, 2.5)
    assert len(z) > 100
    assert 0.25 * z.std() == pytest.approx(0.25, rel=0.25)
    assert len(np.unique(z)) > 0.95 * len(z)
