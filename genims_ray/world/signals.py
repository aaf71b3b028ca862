"""Sensor signals: what every sensor of a machine reads on a UTC day.

The healthy signal follows the machine's load; degradation adds its signature, the measuring chain
its faults; the result is quantised to the sensor's resolution. Noise is a stationary AR(1) process
built per sensor-day between boundary states drawn on their own, so days join without history:
x_t = y_t + w_t (z_next - y_n), w_t = phi^(n-t) (1 - phi^(2t)) / (1 - phi^(2n)), the bridge of the
process between its two ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import ndtri

from genims_ray.world import params
from genims_ray.world.degradation import Breakdown, health, signature
from genims_ray.world.layout import Sensor
from genims_ray.world.rng import Rng
from genims_ray.world.sensor_faults import FaultDay
from genims_ray.world.window import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

GOOD, UNCERTAIN, BAD = 192, 64, 0
_PROGRAM_PHI = np.array([0.9])
THERMAL_MEMORY = 6 * 3_600
"""Seconds of load before the day that thermal lags remember (ten time constants)."""


@dataclass(frozen=True)
class Load:
    """A machine's load over a UTC day and the hours before: a step function."""

    start: Ints  # UTC seconds, ascending; the first before the day's start minus THERMAL_MEMORY
    load: Floats  # 0 to 1
    running: Bools
    powered: Bools

    def at(self, times: Ints) -> Ints:
        """Index of the step in force in the second that ends at each time, of which a reading tells."""
        return np.asarray(np.searchsorted(self.start, times, side="left") - 1)


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
        *(
            column(n)
            for n in (
                "critical_low",
                "warning_low",
                "warning_high",
                "critical_high",
                "range_min",
                "range_max",
            )
        )
    )


@lru_cache(maxsize=256)
def bridge(phi_minute: float, interval: int, n: int) -> tuple[float, Floats]:
    """AR(1) coefficient at the sampling interval, and the bridge's weights at the end of the day
    (those before are below 1e-12)."""
    p = min(phi_minute ** (interval / 60.0), 0.9999)
    t = np.arange(1, n + 1)
    weight = p ** (n - t) * (1 - p ** (2.0 * t)) / (1 - p ** (2.0 * n))
    return p, weight[np.argmax(weight > 1e-12) :]


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
        self._ids = np.array([s.sensor_id for s in sensors])
        self._z = np.clip(rng.normal("unit", self._ids), -2.5, 2.5)
        self._phase = rng.uniform("sawtooth phase", self._ids)
        self._levels = [self._level(m) for m in range(len(sensors))]
        intervals = sorted({s.params.interval_seconds for s in sensors})
        self._groups = [
            (interval, np.array([i for i, s in enumerate(sensors) if s.params.interval_seconds == interval]))
            for interval in intervals
        ]

    def render(self, day: int, load: Load, wears: list[Wear], faults: FaultDay, rows: slice) -> list[Samples]:
        """All readings of UTC `day`; `rows` are the machine's sensors within `faults`."""
        bits = self._rng.philox("samples", self.machine_id, day)
        return [
            self._group(day, interval, members, load, wears, faults, rows, bits)
            for interval, members in self._groups
        ]

    def _group(
        self,
        day: int,
        interval: int,
        members: Ints,
        load: Load,
        wears: list[Wear],
        faults: FaultDay,
        rows: slice,
        bits: np.random.Philox,
    ) -> Samples:
        n = DAY // interval
        times = day * DAY + np.arange(n, dtype=np.int64) * interval
        step = load.at(times)
        running, powered = load.running[step], load.powered[step]
        programmed = any(self.sensors[m].signal.program_gain for m in members)
        rows_drawn = len(members) + programmed
        uniform = bits.random_raw(rows_drawn * n).view(np.uint32).reshape(rows_drawn, 2, n)
        noise = np.asarray(ndtri((uniform + 0.5) * 2.0**-32))
        program = np.zeros(n)
        if programmed:
            program = self._stationary(
                day, np.array([self.machine_id]), "program", _PROGRAM_PHI, interval, noise[-1:, 0]
            )[0]
        phi = np.array([self.sensors[m].signal.phi for m in members])
        ar = self._stationary(day, self._ids[members], "ar", phi, interval, noise[: len(members), 0])
        felt = [(wear, wear.at(times)) for wear in wears]
        felt = [(wear, g) for wear, g in felt if g.any()]
        lagged: dict[tuple[float, float], Floats] = {}
        value = np.empty((len(members), n))
        for k, m in enumerate(members):
            sensor = self.sensors[m]
            s = sensor.signal
            key = (s.load_tau_minutes, s.load_exponent)
            if key not in lagged:
                lagged[key] = self._load_term(day, interval, load, step, *key)
            level, sigma = self._healthy(sensor, int(m), times, lagged[key], running, program)
            spread = s.sigma_ar * ar[k] + s.sigma_white * noise[k, 1]
            factor: Floats | float = 1.0
            shift: Floats | float = 0.0
            for wear, g in felt:
                effect = wear.effects.get(sensor.params.signal)
                if effect is not None:
                    spread = spread * (1 + (effect.noise - 1) * g)
                    factor = factor * (1 + (effect.factor - 1) * g)
                    shift = shift + effect.shift * g
            x = (level + sigma * spread) * factor + shift
            value[k] = np.abs(x) if s.folded else x
        return self._measured(times, members, value, powered, faults, rows)

    def _healthy(
        self, sensor: Sensor, m: int, times: Ints, load: Floats, running: Bools, program: Floats
    ) -> tuple[Floats, Floats | float]:
        """Level of a healthy sensor, and the scale of its noise."""
        s, z = sensor.signal, self._z[m]
        activity = np.where(running, 1.0, s.idle_fraction)
        if s.model == "multiplicative":
            level = (
                sensor.params.scale * s.mean * np.exp(s.unit_spread * z) * activity * (1 + s.load_gain * load)
            )
            if s.program_gain:
                level = level * np.exp(s.program_gain * program)
            return level, level
        level = (s.mean + s.unit_spread * z) * activity + s.load_gain * load
        if s.daily_amplitude:
            hour = (times / 3600.0 + self._offset) % 24
            level = level + s.daily_amplitude * np.sin(2 * np.pi * (hour - 9.5) / 24)
        if s.season_amplitude:
            level = level + self._hemisphere * s.season_amplitude * np.sin(
                2 * np.pi * (times[0] / DAY - 110) / 365.25
            )
        if s.sawtooth_amplitude:
            period = s.sawtooth_minutes * 60 * (0.8 + 0.5 * self._phase[m])
            level = level + s.sawtooth_amplitude * (0.5 - (times / period + self._phase[m]) % 1.0)
        return level, 1.0

    def _nominal(self, m: int) -> float:
        """A sensor's usual level under load."""
        return self._levels[m]

    def _level(self, m: int) -> float:
        sensor = self.sensors[m]
        one = np.ones(1)
        load = one * 0.85**sensor.signal.load_exponent
        level, _ = self._healthy(sensor, m, np.zeros(1, dtype=np.int64), load, one > 0, 0 * one)
        return float(level[0])

    def _load_term(
        self, day: int, interval: int, load: Load, step: Ints, tau_minutes: float, exponent: float
    ) -> Floats:
        """load^exponent at the ticks, through a first-order lag where the quantity is thermal."""
        if tau_minutes == 0:
            return np.asarray(load.load[step] ** exponent)
        grid = day * DAY - THERMAL_MEMORY + 60 * np.arange((DAY + THERMAL_MEMORY) // 60 + 1, dtype=np.int64)
        target = load.load[load.at(grid)] ** exponent
        a = np.exp(-1.0 / tau_minutes)
        smooth = lfilter([1 - a], [1.0, -a], target, zi=[a * target[0]])[0]
        if interval % 60 == 0:
            return np.asarray(smooth[THERMAL_MEMORY // 60 : -1 : interval // 60])
        return np.asarray(np.interp(day * DAY + np.arange(DAY // interval) * interval, grid, smooth))

    def _stationary(
        self, day: int, ids: Ints, stream: str, phi_minute: Floats, interval: int, eps: Floats
    ) -> Floats:
        """Unit-variance AR(1) paths of the day that begin and end at the boundary states. (k, n)"""
        n = eps.shape[1]
        first = self._rng.normal(f"{stream} edge", ids, day)
        last = self._rng.normal(f"{stream} edge", ids, day + 1)
        path = np.empty_like(eps)
        for k, phi in enumerate(phi_minute.tolist()):
            p, weight = bridge(phi, interval, n)
            y = lfilter([np.sqrt(1 - p * p)], [1.0, -p], eps[k], zi=[p * first[k]])[0]
            y[n - len(weight) :] += weight * (last[k] - y[-1])
            path[k] = y
        return path

    def _measured(
        self, times: Ints, members: Ints, value: Floats, powered: Bools, faults: FaultDay, rows: slice
    ) -> Samples:
        """Apply the faults of the measuring chain, quantise, judge against the limits."""
        at = np.arange(rows.start, rows.stop)[members]
        quality = np.full(value.shape, GOOD, dtype=np.int16)
        present = np.broadcast_to(powered, value.shape).copy()
        low, high = self.limits.range_min[members], self.limits.range_max[members]
        for k, row in enumerate(at):
            s = self.sensors[members[k]].signal
            span, sigma = high[k] - low[k], float(np.hypot(s.sigma_ar, s.sigma_white))
            if s.model == "multiplicative":
                sigma *= self._nominal(members[k])
            if faults.offset_start[row] or faults.offset_slope[row]:
                value[k] += span * (faults.offset_start[row] + faults.offset_slope[row] * (times - times[0]))
            if faults.erratic[1][row]:
                inside = (times >= faults.erratic[0][row]) & (times < faults.erratic[1][row])
                if inside.any():
                    value[k, inside] += (value[k, inside] - value[k, inside].mean()) * (
                        faults.erratic_factor[row] - 1
                    )
                quality[k, inside] = UNCERTAIN
            for j in np.flatnonzero(faults.spike_time[row]):
                value[k, (faults.spike_time[row, j] - times[0]) // (times[1] - times[0])] += (
                    faults.spike_sigma[row, j] * sigma
                )
            if faults.stuck[1][row]:
                inside = (times >= faults.stuck[0][row]) & (times < faults.stuck[1][row])
                z = float(self._rng.normal("stuck value", self._ids[members[k]], faults.stuck[0][row]))
                value[k, inside] = self._nominal(members[k]) + z * sigma
            for start, end in (faults.dropout, faults.outage):
                if end[row]:
                    present[k, (times >= start[row]) & (times < end[row])] = False
        outside = (value < low[:, None]) | (value > high[:, None])
        np.clip(value, low[:, None], high[:, None], out=value)
        # Dividing by the whole number of steps in a unit leaves the float that is closest to the decimal.
        steps = np.rint(1 / np.array([self.sensors[m].signal.resolution for m in members]))[:, None]
        np.multiply(value, steps, out=value)
        np.rint(value, out=value)
        np.divide(value, steps, out=value)
        quality[outside] = BAD
        status = np.zeros(value.shape, dtype=np.int16)
        with np.errstate(invalid="ignore"):
            status += value > self.limits.warning_high[members][:, None]
            status += value > self.limits.critical_high[members][:, None]
            status -= value < self.limits.warning_low[members][:, None]
            status -= value < self.limits.critical_low[members][:, None]
        return Samples(members, times, value, status, quality, present, np.broadcast_to(powered, value.shape))
