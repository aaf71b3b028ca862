"""Sensor signals: what every sensor of a machine reads on a UTC day.

The healthy signal follows the machine's load; degradation adds its signature, the measuring chain
its faults; the result is quantised to the sensor's resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY
from genims_ray.world import params
from genims_ray.world.layout import Sensor
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.sensors.levels import Load, Unit, load_terms, loaded, nominal, vary
from genims_ray.world.sensors.measuring import Group, Samples, limits, measure, ticks
from genims_ray.world.sensors.noise import Noise, draw
from genims_ray.world.sensors.sensor_faults import FaultDay
from genims_ray.world.shopfloor.degradation import Breakdown, health, signature


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


class SignalModel:
    """The sensors of one machine."""

    def __init__(self, machine_id: int, sensors: list[Sensor], latitude: float, utc_offset: float, rng: Rng) -> None:
        self.machine_id = machine_id
        self.sensors = sensors
        self.limits = limits(sensors)
        self._rng = rng
        ids = np.array([s.sensor_id for s in sensors])
        self._z = np.clip(rng.normal("unit", ids), -2.5, 2.5)
        units = [
            Unit.of(sensor, z, phase, 1.0 if latitude >= 0 else -1.0, utc_offset)
            for sensor, z, phase in zip(sensors, self._z, rng.uniform("sawtooth phase", ids), strict=True)
        ]
        self.units: Floats = np.stack([unit.values for unit in units])
        """(sensors, 4), see `Unit`."""
        levels = np.array([nominal(sensor.signal, u) for sensor, u in zip(sensors, units, strict=True)])
        intervals = np.array([s.params.interval_seconds for s in sensors])
        self.groups = [
            Group(interval, np.flatnonzero(intervals == interval), sensors, self.limits, levels)
            for interval in np.unique(intervals).tolist()
        ]

    @property
    def kind(self) -> tuple[object, ...]:
        """Machines of one kind can be rendered together."""
        return tuple((sensor.params, sensor.signal) for sensor in self.sensors)

    def render(self, day: int, load: Load, wears: list[Wear], faults: FaultDay, rows: slice) -> list[Samples]:
        """All readings of UTC `day`; `rows` are the machine's sensors within `faults`."""
        return render(self._rng, day, [self], [load], [wears], faults, [rows])[0]

    def render_off(self, day: int) -> list[Samples]:
        """The readings of a UTC day on which the machine is not powered: none, and none expected."""
        found = []
        for group in self.groups:
            shape = len(group.members), DAY // group.interval
            zero, none = np.zeros(shape, dtype=np.int16), np.broadcast_to(False, shape)
            times, value = ticks(day, group.interval), np.zeros(shape)
            found.append(Samples(group.members, times, value, zero, zero, none, none))
        return found


def render(
    rng: Rng,
    day: int,
    models: Sequence[SignalModel],
    loads: Sequence[Load],
    wears: Sequence[list[Wear]],
    faults: FaultDay,
    rows: Sequence[slice],
) -> list[list[Samples]]:
    """All readings of UTC `day` of machines of one kind, by machine and sensor group.

    Those of a machine do not depend on the machines it is rendered with.
    """
    grouped = list(zip(*(model.groups for model in models), strict=True))
    noises = draw(
        rng,
        day,
        [model.machine_id for model in models],
        [np.stack([group.ids for group in groups]) for groups in grouped],
        [groups[0].process for groups in grouped],
    )
    found = []
    for groups, noise in zip(grouped, noises, strict=True):
        interval = groups[0].interval
        steps = [load.steps(day * DAY, interval, DAY // interval) for load in loads]
        value = _true(day, models, groups, loads, steps, wears, noise)
        on = np.stack([load.powered[step] for load, step in zip(loads, steps, strict=True)])
        found.append(measure(rng, day, groups, value, on, faults, [row.start for row in rows]))
    return [list(samples) for samples in zip(*found, strict=True)]


def _true(
    day: int,
    models: Sequence[SignalModel],
    groups: Sequence[Group],
    loads: Sequence[Load],
    steps: Sequence[Ints],
    wears: Sequence[list[Wear]],
    noise: Noise,
) -> Floats:
    """What perfect instruments would read. (machines, sensors, n)"""
    group = groups[0]
    spread, white = noise.ar, noise.white
    spread *= group.sigma_ar
    white *= group.sigma_white
    spread += white
    running = np.stack([load.running[step] for load, step in zip(loads, steps, strict=True)])
    terms: dict[tuple[float, float], Floats] = {}
    units = Unit.stacked([model.units for model in models])
    value = np.empty(spread.shape)
    for k, m in enumerate(group.members.tolist()):
        s = models[0].sensors[m].signal
        key = s.load_tau_minutes, s.load_exponent
        if key not in terms:
            terms[key] = load_terms(day, group.interval, loads, steps, *key)
        value[:, k] = loaded(s, units[m], running, terms[key])
        vary(s, units[m], day, group.interval, value[:, k], noise.program)
    scale = [(k, models[0].sensors[m]) for k, m in enumerate(group.members.tolist())]
    moved = _wear(ticks(day, group.interval), scale, wears, spread)
    for k, sensor in scale:
        if sensor.signal.model == "multiplicative":
            spread[:, k] *= value[:, k]
    value += spread
    for (i, k), (factor, shift) in moved.items():
        value[i, k] = value[i, k] * factor + shift
    for k, sensor in scale:
        if sensor.signal.folded:
            np.abs(value[:, k], out=value[:, k])
    return value


def _wear(
    times: Ints, sensors: list[tuple[int, Sensor]], wears: Sequence[list[Wear]], spread: Floats
) -> dict[tuple[int, int], tuple[Floats, Floats]]:
    """Let worn components add to the noise; what they multiply and add, by (machine, sensor)."""
    moved: dict[tuple[int, int], tuple[Floats, Floats]] = {}
    for i, of_machine in enumerate(wears):
        for wear in of_machine:
            g = wear.at(times)
            if not g.any():
                continue
            for k, sensor in sensors:
                effect = wear.effects.get(sensor.params.signal)
                if effect is not None:
                    spread[i, k] *= 1 + (effect.noise - 1) * g
                    factor, shift = moved.get((i, k), (np.ones(1), np.zeros(1)))
                    moved[i, k] = factor * (1 + (effect.factor - 1) * g), shift + effect.shift * g
    return moved
