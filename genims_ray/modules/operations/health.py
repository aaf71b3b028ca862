"""sensor_health: the state of every sensor each few hours, with its master attributes.

A row looks back over its interval and is recorded just before the interval ends, so that it needs
no other day's readings.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, rows, within
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.layout import Machine
from genims_ray.world.signals import BAD, Samples

RECORDED_BEFORE_END = 30
DRIFT_NOTICED = 0.02
"""Deviation, as a share of the measuring range, from which a drift can be noticed."""


def sensor_health(world: World, window: Window) -> Columns:
    days = range(world.start // DAY - 1, world.start // DAY) if window.is_opening else window.days()
    parts = [
        _health(world, machine, day, group)
        for day in days
        for machine in world.machines
        for group in world.observation.samples(machine, day)
    ]
    columns = {name: np.ma.concatenate([part[name] for part in parts]) for name in parts[0]}
    recorded = np.asarray(columns["created_at"])
    if window.is_opening:  # the latest state of each sensor when history begins
        return rows(columns, recorded >= world.start - world.plant.health_interval_hours * HOUR)
    return rows(columns, within(window, recorded))


def _health(world: World, machine: Machine, day: int, group: Samples) -> dict[str, Any]:
    interval = world.plant.health_interval_hours * HOUR
    count, n = DAY // interval, len(group.rows)
    shape = (n, count)
    model = world.observation.models[machine.machine_id]
    sensors = [model.sensors[row] for row in group.rows]
    at = world.observation.rows[machine.machine_id].start + group.rows
    faults = world.observation.faults.day(day)
    ids = np.array([s.sensor_id for s in sensors])
    slot = np.arange(count)
    end = (slot + 1) * interval
    timestamp = day * DAY + end - RECORDED_BEFORE_END

    folded = (n, count, -1)
    present, value = group.present.reshape(folded), group.value.reshape(folded)
    expected = group.expected.reshape(folded).sum(axis=2)
    received = present.sum(axis=2)
    mean = np.where(present, value, 0).sum(axis=2) / np.maximum(received, 1)
    steps = np.diff(value, axis=2)
    both = present[:, :, 1:] & present[:, :, :-1]
    pairs = both.sum(axis=2)
    noise = np.sqrt((np.where(both, steps, 0) ** 2).sum(axis=2) / np.maximum(pairs, 1) / 2)
    loss = np.where(expected > 0, 100.0 * (1 - received / np.maximum(expected, 1)), 0.0)
    out_of_range = ((group.quality.reshape(folded) == BAD) & present).sum(axis=2)

    def overlaps(span: tuple[Any, Any]) -> Any:
        start, stop = span[0][at][:, None], span[1][at][:, None]
        return (start < day * DAY + end) & (stop > day * DAY + end - interval)

    stuck = overlaps(faults.stuck) & faults.notices_stuck[at][:, None]
    erratic = overlaps(faults.erratic)
    deviation = faults.drift_share[at]
    noticed = (np.abs(deviation) > DRIFT_NOTICED) & faults.notices_drift[at]
    drifting = np.broadcast_to((noticed | faults.false_alarm[at])[:, None], shape)
    estimate = 0.25 * world.rng.normal("drift estimate", ids[:, None], day, slot)
    drift = np.round(estimate + 100.0 * np.where(noticed, deviation, 0.0)[:, None], 2)
    latency = np.round(world.rng.lognormal("latency", 45.0, 0.35, ids[:, None], day, slot), 1)
    latency *= 1 + (loss > 0)
    last = np.where(present, group.times.reshape(1, count, -1), 0).max(axis=2)
    score = 100.0 - 0.6 * loss - 30.0 * drifting - 50.0 * stuck - 35.0 * erratic - np.minimum(2.0 * out_of_range, 20.0)
    score = np.round(np.clip(score, 0, 100), 1)
    status = np.select(
        [(received == 0) & (expected > 0), stuck | erratic, (score < 80) | drifting],
        ["offline", "faulty", "degraded"], "healthy",
    )
    age = day - faults.calibrated[at]
    period = world.plant.sensor_faults.calibration_days
    limits = model.limits

    def each(values: Any) -> Any:
        return np.ma.array(np.repeat(values, count), mask=np.repeat(np.ma.getmaskarray(values), count))

    def limit(values: Any) -> Any:
        chosen = values[group.rows]
        return each(np.ma.array(np.nan_to_num(chosen), mask=np.isnan(chosen)))

    def flat(values: Any, mask: Any = None) -> Any:
        values = np.broadcast_to(values, shape).ravel()
        return np.ma.array(values, mask=np.zeros(values.shape, bool) if mask is None else mask.ravel())

    return {
        "health_id": flat(keys.key(ids[:, None], day, slot + 1)),
        "sensor_id": each(ids),
        "machine_id": each(np.full(n, machine.machine_id)),
        "timestamp": flat(timestamp),
        "sensor_code": each(np.array([f"S{s.sensor_id}" for s in sensors])),
        "sensor_name": each(np.array([s.params.name for s in sensors])),
        "sensor_type": each(np.array([s.params.signal for s in sensors])),
        "measurement_unit": each(np.array([s.signal.unit for s in sensors])),
        "measurement_range_min": each(limits.range_min[group.rows]),
        "measurement_range_max": each(limits.range_max[group.rows]),
        "resolution": each(np.array([s.signal.resolution for s in sensors])),
        "sampling_interval_seconds": each(np.array([s.params.interval_seconds for s in sensors])),
        "warning_threshold_min": limit(limits.warning_low),
        "warning_threshold_max": limit(limits.warning_high),
        "critical_threshold_min": limit(limits.critical_low),
        "critical_threshold_max": limit(limits.critical_high),
        "calibration_date": each(faults.calibrated[at]),
        "calibration_frequency_days": each(np.full(n, period)),
        "days_since_calibration": each(age),
        "is_calibration_due": each(age >= period),
        "readings_expected": flat(expected),
        "readings_received": flat(received),
        "packet_loss_percentage": flat(np.round(loss, 3)),
        "average_value": flat(np.round(mean, 4), received == 0),
        "noise_level": flat(np.round(noise, 5), pairs == 0),
        "drift_percentage": flat(drift),
        "calibration_drift_detected": flat(drifting),
        "stuck_value_detected": flat(stuck),
        "erratic_readings_detected": flat(erratic),
        "out_of_range_readings": flat(out_of_range),
        "average_latency_ms": flat(latency),
        "last_communication": flat(last, received == 0),
        "health_score": flat(score),
        "overall_status": flat(status),
        "created_at": flat(timestamp + (world.rng.words("health recorded", ids[:, None], day, slot) % np.uint64(20)).astype(np.int64)),
    }
