"""Sensor signals: what every sensor of a machine reads on a UTC day.

The healthy signal follows the machine's load; degradation adds its signature, the measuring chain
its faults; the result is quantised to the sensor's resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from genims_ray.world import params
from genims_ray.world.degradation import Breakdown, health, signature
from genims_ray.world.layout import Sensor
from genims_ray.world.measuring import Group, Samples, limits, measure, ticks
from genims_ray.world.noise import Noise, draw
from genims_ray.world.rng import Rng
from genims_ray.world.sensor_faults import FaultDay
from genims_ray.world.window import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

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
class Wear:
    """A degrading component of the machine, as its signals feel it: intensity per sample."""

    effects: dict[str, params.Effect]
    breakdown: Breakdown | None = None  # a component event, felt from its onset to its repair
    times: Ints | None = None  # or a sampled intensity (tools)
    intensity: Floats | None = None

    def at(self, times: Ints) -> Floats:
        if self.breakdown is not None:
            event = self.breakdown
            g = signature(health(times, event))
            return np.where((times >= event.onset) & (times < event.repair_start), g, 0.0)
        assert self.times is not None
        assert self.intensity is not None
        return np.asarray(np.interp(times, self.times, self.intensity))


@lru_cache(maxsize=64)
def daily(day: int, interval: int, utc_offset: float) -> Floats:
    """The daily course at the sampling times, least at 03:30 and most at 15:30 local time."""
    hour = (ticks(day, interval) / 3600.0 + utc_offset) % 24
    return np.asarray(np.sin(2 * np.pi * (hour - 9.5) / 24))


class SignalModel:
    """The sensors of one machine."""

    def __init__(
        self, machine_id: int, sensors: list[Sensor], latitude: float, utc_offset: float, rng: Rng
    ) -> None:
        self.machine_id = machine_id
        self.sensors = sensors
        self.limits = limits(sensors)
        self._rng = rng
        self._hemisphere = 1.0 if latitude >= 0 else -1.0
        self._offset = utc_offset  # hours east, for the time of day
        ids = np.array([s.sensor_id for s in sensors])
        self._z = np.clip(rng.normal("unit", ids), -2.5, 2.5)
        self._phase = rng.uniform("sawtooth phase", ids)
        self._bases = [self._base(m) for m in range(len(sensors))]
        levels = np.array([self._nominal(m) for m in range(len(sensors))])
        intervals = np.array([s.params.interval_seconds for s in sensors])
        self._groups = [
            Group(interval, np.flatnonzero(intervals == interval), sensors, self.limits, levels)
            for interval in np.unique(intervals).tolist()
        ]
        self.processes = tuple(group.process for group in self._groups)

    def render(
        self,
        day: int,
        load: Load,
        wears: list[Wear],
        faults: FaultDay,
        rows: slice,
        noises: list[Noise] | None = None,
    ) -> list[Samples]:
        """All readings of UTC `day`; `rows` are the machine's sensors within `faults`. The noise of the day is
        used up, and drawn if it is not given."""
        if noises is None:
            [noises] = draw_noise(self._rng, day, [self])
        at = np.arange(rows.start, rows.stop)
        found = []
        for group, noise in zip(self._groups, noises, strict=True):
            step = load.steps(day * DAY, group.interval, DAY // group.interval)
            value = self._true(day, group, load, step, wears, noise)
            found.append(measure(self._rng, day, group, value, load.powered[step], faults, at))
        return found

    def render_off(self, day: int) -> list[Samples]:
        """The readings of a UTC day on which the machine is not powered: none, and none expected."""
        found = []
        for group in self._groups:
            shape = len(group.members), DAY // group.interval
            zero, none = np.zeros(shape, dtype=np.int16), np.broadcast_to(False, shape)
            times, value = ticks(day, group.interval), np.zeros(shape)
            found.append(Samples(group.members, times, value, zero, zero, none, none))
        return found

    def sensor_ids(self) -> list[Ints]:
        """Sensors of each process."""
        return [group.ids for group in self._groups]

    def _true(
        self, day: int, group: Group, load: Load, step: Ints, wears: list[Wear], noise: Noise
    ) -> Floats:
        """What a perfect instrument would read. (sensors, n)"""
        times = ticks(day, group.interval)
        spread, white = noise.ar, noise.white
        spread *= group.sigma_ar
        white *= group.sigma_white
        spread += white
        felt = [(wear, wear.at(times)) for wear in wears]
        felt = [(wear, g) for wear, g in felt if g.any()]
        lagged: dict[tuple[float, float], Floats] = {}
        value = np.empty(spread.shape)
        changed: list[tuple[int, Floats | float, Floats | float]] = []
        for k, m in enumerate(group.members.tolist()):
            sensor = self.sensors[m]
            s = sensor.signal
            level = value[k]
            if s.load_tau_minutes == 0:
                # The load is a step function, and so is what depends on it alone.
                np.take(self._loaded(m, load.running, load.load**s.load_exponent), step, out=level)
            else:
                key = (s.load_tau_minutes, s.load_exponent)
                if key not in lagged:
                    lagged[key] = self._lag(day, group.interval, load, *key)
                level[:] = self._loaded(m, load.running[step], lagged[key])
            self._vary(m, day, group.interval, level, noise.program)
            factor: Floats | float = 1.0
            shift: Floats | float = 0.0
            for wear, g in felt:
                effect = wear.effects.get(sensor.params.signal)
                if effect is not None:
                    spread[k] *= 1 + (effect.noise - 1) * g
                    factor = factor * (1 + (effect.factor - 1) * g)
                    shift = shift + effect.shift * g
                    changed.append((k, factor, shift))
            if s.model == "multiplicative":
                spread[k] *= level
        value += spread
        for k, factor, shift in {k: (k, f, d) for k, f, d in changed}.values():
            value[k] = value[k] * factor + shift
        for k, m in enumerate(group.members.tolist()):
            if self.sensors[m].signal.folded:
                np.abs(value[k], out=value[k])
        return value

    def _base(self, m: int) -> float:
        """A sensor's own constant: its level without load while it runs."""
        s, z = self.sensors[m].signal, self._z[m]
        if s.model == "multiplicative":
            return float(self.sensors[m].params.scale * s.mean * np.exp(s.unit_spread * z))
        return float(s.mean + s.unit_spread * z)

    def _loaded(self, m: int, running: Bools, load: Floats) -> Floats:
        """Level of a healthy sensor by what the machine does, the load already raised to its exponent."""
        s, base = self.sensors[m].signal, self._bases[m]
        level = np.where(running, base, base * s.idle_fraction)
        if s.model == "multiplicative":
            level *= 1 + s.load_gain * load
        else:
            level += s.load_gain * load
        return level

    def _vary(self, m: int, day: int, interval: int, level: Floats, program: Floats | None) -> None:
        """Add what changes a sensor's level whatever the load: program, time of day, season, sawtooth."""
        s = self.sensors[m].signal
        if s.model == "multiplicative":
            if s.program_gain and program is not None:
                level *= np.exp(s.program_gain * program)
            return
        if s.daily_amplitude:
            level += s.daily_amplitude * daily(day, interval, self._offset)
        if s.season_amplitude:
            level += self._hemisphere * s.season_amplitude * np.sin(2 * np.pi * (day - 110.0) / 365.25)
        if s.sawtooth_amplitude:
            period = s.sawtooth_minutes * 60 * (0.8 + 0.5 * self._phase[m])
            turns = ticks(day, interval) / period
            turns += self._phase[m]
            turns -= np.floor(turns)
            level += s.sawtooth_amplitude * (0.5 - turns)

    def _nominal(self, m: int) -> float:
        """A sensor's usual level under load."""
        load = np.ones(1) * 0.85 ** self.sensors[m].signal.load_exponent
        level = self._loaded(m, load > 0, load)
        self._vary(m, 0, DAY, level, np.zeros(1))
        return float(level[0])

    def _lag(self, day: int, interval: int, load: Load, tau_minutes: float, exponent: float) -> Floats:
        """load^exponent at the ticks through the first-order lag of a thermal quantity."""
        first, n = day * DAY - THERMAL_MEMORY, (DAY + THERMAL_MEMORY) // 60 + 1
        target = (load.load**exponent)[load.steps(first, 60, n)]
        a = np.exp(-1.0 / tau_minutes)
        smooth = lfilter([1 - a], [1.0, -a], target, zi=[a * target[0]])[0]
        if interval % 60 == 0:
            return np.asarray(smooth[THERMAL_MEMORY // 60 : -1 : interval // 60])
        return np.asarray(np.interp(ticks(day, interval), first + 60 * np.arange(n), smooth))

def draw_noise(rng: Rng, day: int, models: Sequence[SignalModel]) -> list[list[Noise]]:
    """Noise of a day for some models with the same `processes`, as `SignalModel.render` takes it."""
    ids = [np.stack(each) for each in zip(*(m.sensor_ids() for m in models), strict=True)]
    return draw(rng, day, [m.machine_id for m in models], ids, models[0].processes)
