"""sensor_data: every reading delivered, ordered by (UTC day, sensor, time)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns
from genims_ray.world import Window, World


def sensor_data(world: World, window: Window) -> Columns:
    if window.is_opening:
        return {}
    timestamp: list[NDArray[np.generic]] = []
    sensor_id: list[NDArray[np.generic]] = []
    machine_id: list[NDArray[np.generic]] = []
    measurement_value: list[NDArray[np.generic]] = []
    status: list[NDArray[np.generic]] = []
    quality: list[NDArray[np.generic]] = []
    for day in window.days():
        for machine in world.machines:
            sensors = world.layout.sensors_by_machine[machine.machine_id]
            for group in world.observation.samples(machine, day):
                first, last = np.searchsorted(group.times, [window.start, window.end])
                delivered = group.present[:, first:last]
                times = np.broadcast_to(group.times[first:last], delivered.shape)
                ids = np.array([sensors[row].sensor_id for row in group.rows], dtype=np.int32)
                timestamp.append(times[delivered])
                sensor_id.append(np.repeat(ids, delivered.sum(axis=1)))
                machine_id.append(np.full(len(timestamp[-1]), machine.machine_id, dtype=np.int32))
                measurement_value.append(group.value[:, first:last][delivered])
                status.append(group.status[:, first:last][delivered])
                quality.append(group.quality[:, first:last][delivered])

    return {
        "timestamp": np.concatenate(timestamp),
        "sensor_id": np.concatenate(sensor_id),
        "machine_id": np.concatenate(machine_id),
        "measurement_value": np.concatenate(measurement_value),
        "status": np.concatenate(status),
        "quality": np.concatenate(quality),
    }
