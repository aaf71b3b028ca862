"""Levels of healthy sensors: what they show of the load of their machine, the time of day and the season.

Functions take machines of one kind together: arrays are (machines, n), a sensor's own values (machines, 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache

import numpy as np
from scipy.signal import lfilter

from genims_ray.window import DAY
from genims_ray.world.layout import Sensor
from genims_ray.world.params import Signal
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.sensors.measuring import ticks

THERMAL_MEMORY = 6 * 3_600
"""Seconds of load before the day that thermal lags remember (ten time constants)."""


@dataclass(frozen=True)
class Load:
    """A machine's load over a UTC day and the hours before: a step function."""

    start: Ints  # UTC seconds, ascending; the first before the day's start minus THERMAL_MEMORY
    load: Floats  # 0 to 1
    running: Bools
    powered: Bools
    known: dict[tuple[int, int, int], Ints] = field(default_factory=dict)
    """What `steps` found; machines of a line share it, as they share `start`."""

    def at(self, times: Ints) -> Ints:
        """Index of the step in force in the second that ends at each time, of which a reading tells."""
        return np.asarray(np.searchsorted(self.start, times, side="left") - 1)

    def is_on(self, day: int) -> bool:
        """Whether the machine is powered at some time of UTC `day`."""
        first, last = self.at(np.array([day * DAY, (day + 1) * DAY]))
        return bool(self.powered[first : last + 1].any())

    def steps(self, first: int, interval: int, n: int) -> Ints:
        """The same for n regular times, at the cost of the steps and not of the times; not to be written to."""
        key = (first, interval, n)
        if key not in self.known:
            edges = np.clip((self.start - first) // interval + 1, 0, n)
            counts = np.empty(len(edges) + 1, dtype=np.int64)
            counts[0], counts[-1] = edges[0], n - edges[-1]
            np.subtract(edges[1:], edges[:-1], out=counts[1:-1])
            self.known[key] = np.repeat(np.arange(-1, len(edges)), counts)
        return self.known[key]


@dataclass(frozen=True)
class Unit:
    """What one sensor has of its own, or the same sensor of several machines. (machines, 1)"""

    base: Floats  # its level without load while it runs
    phase: Floats  # of its sawtooth, 0 to 1
    hemisphere: Floats  # 1 north, -1 south
    utc_offset: Floats  # hours east

    @classmethod
    def of(cls, sensor: Sensor, z: float, phase: float, hemisphere: float, utc_offset: float) -> Unit:
        """`z` says how the sensor differs from others of its kind, standard normal."""
        s = sensor.signal
        if s.model == "multiplicative":
            base = sensor.params.scale * s.mean * np.exp(s.unit_spread * z)
        else:
            base = s.mean + s.unit_spread * z
        return cls(*(np.full((1, 1), value) for value in (base, phase, hemisphere, utc_offset)))

    @classmethod
    def stacked(cls, machines: Sequence[Floats]) -> list[Unit]:
        """The sensors of several machines, each of all of them; `machines` are the `values` of their own."""
        return [cls(*of_sensor) for of_sensor in np.stack(machines, axis=2)[..., None]]

    @property
    def values(self) -> Floats:
        """(4,): the fields of one sensor of one machine."""
        return np.concatenate([getattr(self, f.name).ravel() for f in fields(self)])


@lru_cache(maxsize=64)
def daily(day: int, interval: int, utc_offset: float) -> Floats:
    """The daily course at the sampling times, least at 03:30 and most at 15:30 local time."""
    hour = (ticks(day, interval) / 3600.0 + utc_offset) % 24
    return np.asarray(np.sin(2 * np.pi * (hour - 9.5) / 24))


def loaded(s: Signal, units: Unit, running: Bools, load: Floats) -> Floats:
    """Levels by what the machines do; the load is a `load_terms`. (machines, n)"""
    level = np.where(running, units.base, units.base * s.idle_fraction)
    if s.model == "multiplicative":
        level *= 1 + s.load_gain * load
    else:
        level += s.load_gain * load
    return level


def vary(s: Signal, units: Unit, day: int, interval: int, level: Floats, program: Floats | None) -> None:
    """Add what changes levels whatever the load: program, time of day, season, sawtooth."""
    if s.model == "multiplicative":
        if s.program_gain and program is not None:
            level *= np.exp(s.program_gain * program)
        return
    if s.daily_amplitude:
        for i, offset in enumerate(units.utc_offset[:, 0].tolist()):
            level[i] += s.daily_amplitude * daily(day, interval, offset)
    if s.season_amplitude:
        level += units.hemisphere * s.season_amplitude * np.sin(2 * np.pi * (day - 110.0) / 365.25)
    if s.sawtooth_amplitude:
        period = s.sawtooth_minutes * 60 * (0.8 + 0.5 * units.phase)
        turns = ticks(day, interval) / period
        turns += units.phase
        turns -= np.floor(turns)
        level += s.sawtooth_amplitude * (0.5 - turns)


def nominal(s: Signal, unit: Unit) -> float:
    """A sensor's usual level under load."""
    load = np.ones((1, 1)) * 0.85**s.load_exponent
    level = loaded(s, unit, load > 0, load)
    vary(s, unit, 0, DAY, level, np.zeros((1, 1)))
    return float(level[0, 0])


def load_terms(
    day: int, interval: int, loads: Sequence[Load], steps: Sequence[Ints], tau_minutes: float, exponent: float
) -> Floats:
    """load^exponent at the ticks, through a first-order lag where the quantity is thermal. (machines, n)

    `steps` are those of the ticks. The power is taken by step: the load is a step function.
    """
    powers = [load.load**exponent for load in loads]
    if tau_minutes == 0:
        return np.stack([power[step] for power, step in zip(powers, steps, strict=True)])
    first, n = day * DAY - THERMAL_MEMORY, (DAY + THERMAL_MEMORY) // 60 + 1
    target = np.stack([power[load.steps(first, 60, n)] for power, load in zip(powers, loads, strict=True)])
    a = np.exp(-1.0 / tau_minutes)
    smooth = lfilter([1 - a], [1.0, -a], target, zi=a * target[:, :1])[0]
    if interval % 60 == 0:
        return np.asarray(smooth[:, THERMAL_MEMORY // 60 : -1 : interval // 60])
    grid = first + 60 * np.arange(n)
    return np.stack([np.interp(ticks(day, interval), grid, row) for row in smooth])
