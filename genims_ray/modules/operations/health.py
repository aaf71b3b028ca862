"""sensor_health: the state of every sensor each few hours, with its master attributes.

A row looks back over its interval and is recorded just before the interval ends, so that it needs
no other day's readings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, joined, rows, within
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.sensors.measuring import BAD, Samples

RECORDED_BEFORE_END = 30
"""Deviation, as a share of the measuring range, from which a drift can be noticed."""


def sensor_health(world: World, window: Window) -> Columns:
    days = range(world.start // DAY - 1, world.start // DAY) if window.is_opening else window.days()
    if not window.is_opening and not _recorded_in(world, window):
        return {}
    parts = [_day(world, day) for day in days]
    columns = {name: joined([part[name] for part in parts]) for name in parts[0]}
    recorded = np.asarray(columns["created_at"])
    if window.is_opening:  # the latest state of each sensor when history begins
        return rows(columns, recorded >= world.start - world.plant.health_interval_hours * HOUR)
    return rows(columns, within(window, recorded))


def _recorded_in(world: World, window: Window) -> bool:
    """Whether any state may be recorded in the window."""
    interval = world.plant.health_interval_hours * HOUR
    ends = np.add.outer(np.array(window.days()) * DAY, interval * np.arange(1, DAY // interval + 1)).ravel()
    return bool(((ends - RECORDED_BEFORE_END < window.end) & (ends > window.start)).any())


def _summary(group: Samples, start: int, interval: int) -> dict[str, NDArray[Any]]:
    """What each sensor of a group delivered in each interval of the day from `start` on until it was
    recorded: (sensors, intervals) arrays."""
    slot = (group.times - start) // interval
    first = np.flatnonzero(np.diff(slot, prepend=-1))
    in_time = group.times <= start + (slot + 1) * interval - RECORDED_BEFORE_END
    present, expected = group.present & in_time, group.expected & in_time
    pair = np.zeros_like(present)
    pair[:, 1:] = present[:, 1:] & present[:, :-1] & (slot[1:] == slot[:-1])
    steps = np.diff(group.value, axis=1, prepend=group.value[:, :1])

    def total(values: Any, where: NDArray[np.bool_]) -> Any:
        return np.add.reduceat(np.where(where, values, 0), first, axis=1)

    received, pairs = total(1, present), total(1, pair)
    return {
        "expected": total(1, expected),
        "received": received,
        "mean": total(group.value, present) / np.maximum(received, 1),
        "pairs": pairs,
        "noise": np.sqrt(total(steps**2, pair) / np.maximum(pairs, 1) / 2),
        "out_of_range": total(1, (group.quality == BAD) & present),
        "last": np.maximum.reduceat(np.where(present, group.times, 0), first, axis=1),
    }


def _day(world: World, day: int) -> dict[str, Any]:
    """All sensors of a UTC day, ordered by (machine, sensor group, interval)."""
    rng, observation = world.rng, world.sensors.observation
    interval = world.plant.health_interval_hours * HOUR
    count = DAY // interval
    groups = [(m.machine_id, g) for m, found in observation.all_samples(day) for g in found]
    summaries = [_summary(group, day * DAY, interval) for _, group in groups]
    s = {name: np.concatenate([summary[name] for summary in summaries]) for name in summaries[0]}
    at = np.concatenate([observation.rows[machine_id].start + group.rows for machine_id, group in groups])
    sensors = [observation.sensors[i] for i in at]
    ids = observation.faults.ids[at]
    shape = (len(at), count)
    slot = np.arange(count)
    end = day * DAY + (slot + 1) * interval
    timestamp = end - RECORDED_BEFORE_END
    expected, received = s["expected"], s["received"]
    faults = observation.faults.day(day)

    def overlaps(span: tuple[Any, Any]) -> Any:
        return (span[0][at][:, None] < end) & (span[1][at][:, None] > end - interval)

    loss = np.where(expected > 0, 100.0 * (1 - received / np.maximum(expected, 1)), 0.0)
    stuck = overlaps(faults.stuck) & faults.notices_stuck[at][:, None]
    erratic = overlaps(faults.erratic)
    deviation = faults.drift_share[at]
    noticed = (np.abs(deviation) > world.plant.sensor_faults.drift_noticed) & faults.notices_drift[at]
    drifting = np.broadcast_to((noticed | faults.false_alarm[at])[:, None], shape)
    estimate = 0.25 * rng.normal("drift estimate", ids[:, None], day, slot)
    drift = np.round(estimate + 100.0 * np.where(noticed, deviation, 0.0)[:, None], 2)
    latency = np.round(rng.lognormal("latency", 45.0, 0.35, ids[:, None], day, slot) * (1 + (loss > 0)), 1)
    score = 100.0 - 0.6 * loss - 30.0 * drifting - 50.0 * stuck - 35.0 * erratic
    score = np.round(np.clip(score - np.minimum(2.0 * s["out_of_range"], 20.0), 0, 100), 1)
    status = np.select(
        [(received == 0) & (expected > 0), stuck | erratic, (score < 80) | drifting],
        ["offline", "faulty", "degraded"],
        "healthy",
    )
    age = day - faults.calibrated[at]
    period = observation.faults.calibration_days[at]
    machine_ids = np.array([sensor.machine_id for sensor in sensors])
    limits = {
        name: np.concatenate([getattr(observation.models[m.machine_id].limits, name) for m in world.machines])[at]
        for name in ("range_min", "range_max", "warning_low", "warning_high", "critical_low", "critical_high")
    }

    def each(values: Any) -> Any:
        return np.repeat(values, count)

    def limit(name: str) -> Any:
        return np.ma.array(each(np.nan_to_num(limits[name])), mask=each(np.isnan(limits[name])))

    def flat(values: Any) -> Any:
        return np.broadcast_to(values, shape).ravel()

    recorded = timestamp + (rng.words("health recorded", ids[:, None], day, slot) % np.uint64(20)).astype(np.int64)
    return {
        "health_id": flat(keys.key(ids[:, None], day, slot + 1)),
        "sensor_id": each(ids),
        "machine_id": each(machine_ids),
        "timestamp": flat(timestamp),
        "sensor_code": each(np.array([f"S{sensor.sensor_id}" for sensor in sensors])),
        "sensor_name": each(np.array([sensor.params.name for sensor in sensors])),
        "sensor_type": each(np.array([sensor.params.signal for sensor in sensors])),
        "measurement_unit": each(np.array([sensor.signal.unit for sensor in sensors])),
        "measurement_range_min": each(limits["range_min"]),
        "measurement_range_max": each(limits["range_max"]),
        "resolution": each(np.array([sensor.signal.resolution for sensor in sensors])),
        "sampling_interval_seconds": each(np.array([sensor.params.interval_seconds for sensor in sensors])),
        "warning_threshold_min": limit("warning_low"),
        "warning_threshold_max": limit("warning_high"),
        "critical_threshold_min": limit("critical_low"),
        "critical_threshold_max": limit("critical_high"),
        "calibration_date": each(faults.calibrated[at]),
        "calibration_frequency_days": each(period),
        "days_since_calibration": each(age),
        "is_calibration_due": each(age >= period),
        "readings_expected": flat(expected),
        "readings_received": flat(received),
        "packet_loss_percentage": flat(np.round(loss, 3)),
        "average_value": np.ma.array(flat(np.round(s["mean"], 4)), mask=flat(received == 0)),
        "noise_level": np.ma.array(flat(np.round(s["noise"], 5)), mask=flat(s["pairs"] == 0)),
        "drift_percentage": flat(drift),
        "calibration_drift_detected": flat(drifting),
        "stuck_value_detected": flat(stuck),
        "erratic_readings_detected": flat(erratic),
        "out_of_range_readings": flat(s["out_of_range"]),
        "average_latency_ms": flat(latency),
        "last_communication": np.ma.array(flat(s["last"]), mask=flat(received == 0)),
        "health_score": flat(score),
        "overall_status": flat(status),
        "created_at": flat(recorded),
    }
