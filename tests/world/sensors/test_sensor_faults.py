"""Faults of the measuring chain: how often, how they hang together, and that each is seen."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from genims_ray.world import DAY, HOUR
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng
from genims_ray.world.sensors.sensor_faults import FaultDay, Faults, SensorFaults
from tests.world.sensors.test_signals import clean, model, readings

FIRST = 20_089


@pytest.fixture(scope="module")
def faults(large: Plant) -> SensorFaults:
    return SensorFaults(Layout(large).sensors, large.sensor_faults, Rng(42))


@pytest.fixture(scope="module")
def year(faults: SensorFaults) -> list[FaultDay]:
    return [faults.day(day) for day in range(FIRST, FIRST + 120)]


def begun(days: list[FaultDay], name: str) -> int:
    """How many spans of a kind begin in the days."""
    total = 0
    for i, day in enumerate(days):
        start, end = getattr(day, name)
        total += int(((end > 0) & (start // DAY == FIRST + i)).sum())
    return total


@pytest.mark.parametrize(("name", "yearly"), [("stuck", 0.25), ("erratic", 0.15), ("dropout", 12.0)])
def test_rates_per_sensor_year(year: list[FaultDay], name: str, yearly: float) -> None:
    expected = 1_200 * len(year) * yearly / 365.25
    assert abs(begun(year, name) - expected) < 3.3 * np.sqrt(expected) + 0.01 * expected


def test_an_outage_hits_the_whole_line_for_twenty_to_ninety_minutes(faults: SensorFaults, year: list[FaultDay]) -> None:
    line = faults.ids // 10_000
    seen = 0
    for day in year:
        start, end = day.outage
        hit = end > 0
        for chosen in np.unique(line[hit]):
            mine = line == chosen
            assert hit[mine].all()
            assert len(np.unique(start[mine])) == len(np.unique(end[mine])) == 1
            seen += 1
        assert ((end - start)[hit] >= 20 * 60).all()
        assert ((end - start)[hit] <= 90 * 60).all()
    expected = 50 * len(year) * 2 / 365.25
    assert abs(seen - expected) < 3.3 * np.sqrt(expected) + 2  # those that reach past midnight are seen twice


@pytest.mark.parametrize("name", ["stuck", "erratic", "dropout", "outage"])
def test_a_span_that_passes_midnight_is_the_same_on_both_days(year: list[FaultDay], name: str) -> None:
    passing = 0
    for i, (today, tomorrow) in enumerate(itertools.pairwise(year)):
        midnight = (FIRST + i + 1) * DAY
        start, end = getattr(today, name)
        over = (end > midnight) & (getattr(tomorrow, name)[0] < midnight)
        passing += int(over.sum())
        assert np.array_equal(start[over], getattr(tomorrow, name)[0][over])
        assert np.array_equal(end[over], getattr(tomorrow, name)[1][over])
        # and what is over by midnight does not come back
        back = (getattr(tomorrow, name)[1] > 0) & (getattr(tomorrow, name)[0] < midnight)
        assert (end[back] > midnight).all()
    assert passing > 0


def test_drift_and_bias_join_at_midnight(year: list[FaultDay]) -> None:
    """The offset at the end of a day is that of the next morning, unless calibrated or stepped."""
    drifting = grows = 0
    for today, tomorrow in itertools.pairwise(year):
        end = today.offset_start + DAY * today.offset_slope
        jump = np.abs(tomorrow.offset_start - end) > 1e-12
        stepped = today.calibrated != tomorrow.calibrated
        assert (jump & ~stepped).sum() <= 10  # bias steps: 0.2 a sensor-year are 0.66 a day
        drifting += int((today.offset_slope != 0).sum())
        grows += int((np.abs(end)[today.offset_slope != 0] > 0).sum())
        assert end == pytest.approx(today.drift_share)
        monthly = np.abs(today.offset_slope) * DAY * 30.4
        assert monthly.max() <= 0.015 + 1e-12
    assert grows == drifting > 100


def test_calibration_comes_in_time_or_at_most_twelve_days_late(large: Plant) -> None:
    some = SensorFaults(Layout(large).sensors[::10], large.sensor_faults, Rng(42))
    found = np.array([some.day(FIRST + d).calibrated for d in range(450)])
    age = FIRST + np.arange(450)[:, None] - found
    assert set(some.calibration_days.tolist()) == {90, 120, 180}
    assert (age.min(axis=0) == 0).all()
    oldest = age.max(axis=0)
    assert ((some.calibration_days - 12 <= oldest) & (oldest < some.calibration_days + 13)).all()
    assert (np.diff(found, axis=0) >= 0).all()


def test_a_cell_has_the_same_faults(large: Plant, faults: SensorFaults) -> None:
    part = SensorFaults(Layout(large).sensors[300:330], large.sensor_faults, Rng(42))
    whole, mine = faults.day(FIRST + 5), part.day(FIRST + 5)
    for field in ("offset_start", "calibrated", "spike_time", "notices_drift"):
        assert np.array_equal(getattr(mine, field), getattr(whole, field)[300:330])
    assert np.array_equal(mine.stuck[1], whole.stuck[1][300:330])


# --- Seen in the readings --------------------------------------------------------------------------


def span(n: int, row: int, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    starts, ends = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    starts[row], ends[row] = start, end
    return starts, ends


def test_a_stuck_sensor_shows_one_value_across_midnight(tiny: Plant) -> None:
    m = model(tiny, "grinder")
    midnight = (FIRST + 1) * DAY
    stuck = span(6, 0, midnight - 3 * HOUR, midnight + 2 * HOUR)
    shown = []
    for day in (FIRST, FIRST + 1):
        r = readings(m, day, faults=replace(clean(6), stuck=stuck))
        inside = (r.times[0] >= stuck[0][0]) & (r.times[0] < stuck[1][0])
        assert inside.any()
        shown.append(np.unique(r.value[0][inside]))
        assert len(np.unique(r.value[0][~inside])) > 20
        assert len(np.unique(r.value[1][: len(inside)])) > 20  # its neighbour goes on
    assert shown[0].tolist() == shown[1].tolist()
    assert len(shown[0]) == 1


def test_dropout_and_outage_take_readings_away(tiny: Plant) -> None:
    m = model(tiny, "grinder")
    begin = FIRST * DAY + 10 * HOUR
    every = np.full(6, begin), np.full(6, begin + 30 * 60)
    r = readings(
        m, FIRST, faults=replace(clean(6), dropout=span(6, 2, begin + 2 * HOUR, begin + 2 * HOUR + 240), outage=every)
    )
    for row in range(6):
        gap = ~r.present[row]
        step = int(r.times[row][1] - r.times[row][0])
        assert gap.sum() == 30 * 60 / step + (240 / step if row == 2 else 0)
        assert r.expected[row].all()


def test_drift_grows_and_bias_stays(tiny: Plant) -> None:
    m = model(tiny, "grinder")
    low, high = m.limits.range_min[1], m.limits.range_max[1]
    offset, slope = np.zeros(6), np.zeros(6)
    offset[1], slope[1] = 0.02, 0.03 / DAY
    plain, drifted = (
        readings(m, FIRST),
        readings(m, FIRST, faults=replace(clean(6), offset_start=offset, offset_slope=slope)),
    )
    extra = drifted.value[1] - plain.value[1]
    elapsed = (plain.times[1] - FIRST * DAY) / DAY
    assert extra == pytest.approx((high - low) * (0.02 + 0.03 * elapsed), abs=0.11)
    assert np.array_equal(plain.value[0], drifted.value[0])


def test_an_erratic_sensor_scatters(tiny: Plant) -> None:
    m = model(tiny, "grinder")
    begin, end = FIRST * DAY + 6 * HOUR, FIRST * DAY + 12 * HOUR
    plain = readings(m, FIRST)
    wild = readings(m, FIRST, faults=replace(clean(6), erratic=span(6, 3, begin, end), erratic_factor=np.full(6, 8.0)))
    inside = (plain.times[3] >= begin) & (plain.times[3] < end)
    assert wild.value[3][inside].std() / plain.value[3][inside].std() == pytest.approx(8.0, rel=0.05)
    assert np.array_equal(wild.value[3][~inside], plain.value[3][~inside])
    assert (wild.quality[3][inside] != 192).all()


def test_a_spike_is_one_reading(tiny: Plant) -> None:
    m = model(tiny, "grinder")
    when, size = np.zeros((6, 6), dtype=np.int64), np.zeros((6, 6))
    when[4, 0], size[4, 0] = FIRST * DAY + 5 * HOUR + 7, 12.0
    plain, spiked = (
        readings(m, FIRST),
        readings(m, FIRST, faults=replace(clean(6), spike_time=when, spike_sigma=size)),
    )
    changed = np.flatnonzero(plain.value[4] != spiked.value[4])
    assert len(changed) == 1
    step = int(plain.times[4][1] - plain.times[4][0])
    assert plain.times[4][changed[0]] == (FIRST * DAY + 5 * HOUR + 7) // step * step


def test_the_faults_told_are_those_that_act(faults: SensorFaults, year: list[FaultDay]) -> None:
    """What is told for all days is, day by day and sensor by sensor, what readings are rendered with."""
    told = faults.between(FIRST * DAY, (FIRST + len(year)) * DAY)
    row = np.searchsorted(faults.ids, told.sensor_id)
    for i in range(0, len(year), 7):
        day, midnight = year[i], (FIRST + i) * DAY
        acting = (told.start <= midnight) & (told.end > midnight)
        offset = np.zeros(len(faults.ids))
        drift, bias = acting & (told.kind == "drift"), acting & (told.kind == "bias")
        np.add.at(offset, row[drift], told.size[drift] / 30.4 * (midnight - told.start[drift]) / DAY)
        np.add.at(offset, row[bias], told.size[bias])
        assert offset == pytest.approx(day.offset_start, abs=1e-12)
        for kind, (start, end) in {
            "stuck": day.stuck,
            "erratic": day.erratic,
            "dropout": day.dropout,
            "gateway_outage": day.outage,
        }.items():
            lost = np.clip(np.minimum(end, midnight + DAY) - np.maximum(start, midnight), 0, None)
            seconds = np.zeros(len(faults.ids), dtype=np.int64)
            mine = told.kind == kind
            inside = np.minimum(told.end[mine], midnight + DAY) - np.maximum(told.start[mine], midnight)
            np.maximum.at(seconds, row[mine], np.clip(inside, 0, None))
            assert np.array_equal(seconds, lost), kind
        spikes = (told.kind == "spike") & (told.start // DAY == FIRST + i)
        assert sorted(told.start[spikes]) == sorted(day.spike_time[day.spike_time > 0])
    noticed = told.noticed & (told.kind == "stuck")
    assert 0.85 < noticed.sum() / (told.kind == "stuck").sum() <= 1


def test_faults_told_of_a_part_are_those_of_the_whole(faults: SensorFaults) -> None:
    whole = faults.between(FIRST * DAY, (FIRST + 60) * DAY)
    part = faults.between((FIRST + 20) * DAY, (FIRST + 40) * DAY)

    def keys(told: Faults, chosen: NDArray[np.bool_]) -> set[tuple[int, int, str, int]]:
        columns = (told.sensor_id, told.start, told.kind, told.end)
        return set(zip(*(column[chosen].tolist() for column in columns), strict=True))

    acts = (whole.start < (FIRST + 40) * DAY) & (whole.end > (FIRST + 20) * DAY)
    assert keys(part, part.end > (FIRST + 20) * DAY) == keys(whole, acts)


def test_a_false_alarm_is_one_where_nothing_drifts(faults: SensorFaults, year: list[FaultDay]) -> None:
    sensor_id, day = faults.false_alarms(FIRST * DAY, (FIRST + len(year)) * DAY)
    expected = 1_200 * len(year) / 365.25
    assert abs(len(day) - expected) < 3.3 * np.sqrt(expected) + 0.05 * expected
    told = faults.between(FIRST * DAY, (FIRST + len(year)) * DAY)
    for sensor, d in zip(sensor_id.tolist(), day.tolist(), strict=True):
        row = int(np.searchsorted(faults.ids, sensor))
        assert year[d - FIRST].false_alarm[row]
        acting = (told.sensor_id == sensor) & np.isin(told.kind, ("drift", "bias"))
        acting &= (told.start < (d + 1) * DAY) & (told.end > d * DAY) & told.noticed
        large = abs(year[d - FIRST].drift_share[row]) > 0.02
        assert not (large and year[d - FIRST].notices_drift[row] and acting.any())
