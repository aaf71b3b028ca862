"""Measuring: what the instruments make of true values: faults of the chain, quantisation, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY
from genims_ray.world.layout import Sensor
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.sensors.noise import Process
from genims_ray.world.sensors.sensor_faults import FaultDay

GOOD, UNCERTAIN, BAD = 192, 64, 0


@dataclass(frozen=True)
class Samples:
    """One sensor group's readings: aligned (sensors, n) over the day's ticks."""

    rows: Ints  # positions of the sensors within the machine
    times: Ints  # (n,) UTC seconds
    value: Floats  # (sensors, n) quantised
    status: NDArray[np.int16]  # -2 to 2
    quality: NDArray[np.int16]
    present: Bools  # delivered
    expected: Bools  # powered: one would have been due


@dataclass(frozen=True)
class Limits:
    """Thresholds of a machine's sensors in their own units; nan where there is none. (sensors,)"""

    critical_low: Floats
    warning_low: Floats
    warning_high: Floats
    critical_high: Floats
    range_min: Floats
    range_max: Floats


def limits(sensors: list[Sensor]) -> Limits:
    """Thresholds scaled to the sensors' ratings and rounded to their resolutions."""

    def column(name: str) -> Floats:
        values = [getattr(s.signal, name) for s in sensors]
        steps = np.array([np.rint(1 / s.signal.resolution) for s in sensors])
        scale = np.array([s.params.scale for s in sensors])
        numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        return np.asarray(np.rint(numbers * scale * steps) / steps)

    return Limits(
        *(column(n) for n in ("critical_low", "warning_low", "warning_high", "critical_high", "range_min", "range_max"))
    )


@lru_cache(maxsize=64)
def ticks(day: int, interval: int) -> Ints:
    """Sampling times of a UTC day, in UTC seconds; not to be written to."""
    return day * DAY + np.arange(DAY // interval, dtype=np.int64) * interval


class Group:
    """The sensors of a machine that sample at one interval: constants as (sensors, 1) columns."""

    def __init__(self, interval: int, members: Ints, sensors: list[Sensor], limits: Limits, levels: Floats) -> None:
        """`members` of the machine's `sensors`; `levels` are the usual ones of all of these."""
        chosen = [sensors[m] for m in members]

        def column(values: list[float] | Floats) -> Floats:
            return np.array(values, dtype=np.float64)[:, None]

        self.interval = interval
        self.members = members
        self.ids = np.array([s.sensor_id for s in chosen])
        self.process = Process(
            interval, tuple(s.signal.phi for s in chosen), any(s.signal.program_gain != 0 for s in chosen)
        )
        self.sigma_ar = column([s.signal.sigma_ar for s in chosen])
        self.sigma_white = column([s.signal.sigma_white for s in chosen])
        self.levels = levels[members]
        self.sigma = np.hypot(self.sigma_ar, self.sigma_white)[:, 0]
        """Of all noise, in the sensor's unit."""
        relative = np.array([s.signal.model == "multiplicative" for s in chosen])
        self.sigma[relative] *= self.levels[relative]
        # Dividing by the whole number of steps in a unit leaves the float that is closest to the decimal.
        self.steps = np.rint(1 / column([s.signal.resolution for s in chosen]))
        self.range_min, self.range_max = column(limits.range_min[members]), column(limits.range_max[members])

        def bound(values: Floats, missing: float) -> Floats:
            return np.where(np.isnan(values[members]), missing, values[members])

        self.low = [bound(v, -np.inf) for v in (limits.warning_low, limits.critical_low)]
        self.high = [bound(v, np.inf) for v in (limits.warning_high, limits.critical_high)]
        self.lowest, self.highest = column(np.maximum(*self.low)), column(np.minimum(*self.high))


def measure(
    rng: Rng, day: int, groups: Sequence[Group], value: Floats, on: Bools, faults: FaultDay, rows: Sequence[int]
) -> list[Samples]:
    """Apply the faults of the measuring chain, quantise, judge against the limits.

    `groups` are the same of machines of one kind. `value` (machines, sensors, n) is overwritten; `on`
    (machines, n) says when a machine is powered, `rows` where its sensors begin within `faults`.
    """
    group = groups[0]
    times = ticks(day, group.interval)
    powered = np.broadcast_to(on[:, None, :], value.shape)
    present = list(powered)
    quality = np.full(value.shape, GOOD, dtype=np.int16)
    places = np.array(rows)[:, None] + group.members
    for i, k in np.argwhere(faults.any[places]).tolist():
        lost = _disturb(rng, groups[i], k, int(places[i, k]), times, value[i, k], quality[i, k], faults)
        if lost is not None:
            if not present[i].flags.writeable:
                present[i] = present[i].copy()
            present[i][k, lost] = False
    outside = value < group.range_min
    outside |= value > group.range_max
    np.clip(value, group.range_min, group.range_max, out=value)
    value *= group.steps
    np.rint(value, out=value)
    value /= group.steps
    quality[outside] = BAD
    status = np.zeros(value.shape, dtype=np.int16)
    beyond = value > group.highest
    beyond |= value < group.lowest
    if len(there := np.flatnonzero(beyond)):
        sensor, reading = there // len(times) % len(group.members), value.ravel()[there]
        found = np.zeros(len(there), dtype=np.int16)
        for low, high in zip(group.low, group.high, strict=True):
            found += reading > high[sensor]
            found -= reading < low[sensor]
        status.ravel()[there] = found
    return [
        Samples(group.members, times, value[i], status[i], quality[i], present[i], powered[i])
        for i in range(len(groups))
    ]


def _disturb(
    rng: Rng, group: Group, k: int, row: int, times: Ints, value: Floats, quality: NDArray[np.int16], faults: FaultDay
) -> Bools | None:
    """Change the readings of one sensor by its faults; where they are lost, or None."""
    span = group.range_max[k, 0] - group.range_min[k, 0]
    sigma = group.sigma[k]
    if faults.offset_start[row] or faults.offset_slope[row]:
        value += span * (faults.offset_start[row] + faults.offset_slope[row] * (times - times[0]))
    if faults.erratic[1][row]:
        inside = (times >= faults.erratic[0][row]) & (times < faults.erratic[1][row])
        if inside.any():
            value[inside] += (value[inside] - value[inside].mean()) * (faults.erratic_factor[row] - 1)
        quality[inside] = UNCERTAIN
    for j in np.flatnonzero(faults.spike_time[row]):
        value[(faults.spike_time[row, j] - times[0]) // group.interval] += faults.spike_sigma[row, j] * sigma
    if faults.stuck[1][row]:
        inside = (times >= faults.stuck[0][row]) & (times < faults.stuck[1][row])
        z = rng.normal("stuck value", int(group.ids[k]), faults.stuck[0][row])
        value[inside] = group.levels[k] + z * sigma
    lost = None
    for start, end in (faults.dropout, faults.outage):
        if end[row]:
            gap = (times >= start[row]) & (times < end[row])
            lost = gap if lost is None else lost | gap
    return lost
