"""sensor_data: every reading delivered, ordered by (UTC day, sensor, time)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns
from genims_ray.world import Window, World
from genims_ray.world.sensors.measuring import Samples

DTYPES = {
    "timestamp": "<M8[us]", "sensor_id": "<i4", "machine_id": "<i4", "measurement_value": "<f8",
    "status": "<i2", "quality": "<i2",
}  # fmt: skip


def sensor_data(world: World, window: Window) -> Columns:
    if window.is_opening or not world.sensors.observation.reads_in(window):
        return {}
    groups: list[tuple[int, NDArray[np.int64], Samples, slice]] = []
    for day in window.days():
        for machine, found in world.sensors.observation.all_samples(day):
            sensors = world.layout.sensors_by_machine[machine.machine_id]
            for group in found:
                ids = np.array([sensors[row].sensor_id for row in group.rows])
                inside = slice(*np.searchsorted(group.times, [window.start, window.end]))
                groups.append((machine.machine_id, ids, group, inside))
    counts = [int(np.count_nonzero(group.present[:, inside])) for _, _, group, inside in groups]
    columns: Columns = {name: np.empty(sum(counts), dtype) for name, dtype in DTYPES.items()}
    first = 0
    for count, (machine_id, ids, group, inside) in zip(counts, groups, strict=True):
        place = {name: column[first : first + count] for name, column in columns.items()}
        place["machine_id"][:] = machine_id
        _deliver(place, ids, group, inside)
        first += count
    return columns


def _deliver(place: Columns, ids: NDArray[np.int64], group: Samples, inside: slice) -> None:
    """Write the readings of a group that were delivered."""
    present = group.present[:, inside]
    times = group.times[inside].astype("<M8[s]").astype("<M8[us]")
    values: dict[str, NDArray[Any]] = {
        "measurement_value": group.value[:, inside],
        "status": group.status[:, inside],
        "quality": group.quality[:, inside],
    }
    if present.strides[0]:  # some sensor has a gap of its own
        place["timestamp"][:] = np.broadcast_to(times, present.shape)[present]
        place["sensor_id"][:] = np.repeat(ids, present.sum(axis=1))
        for name, readings in values.items():
            place[name][:] = readings[present]
        return
    at = np.flatnonzero(present[0])
    shape = (len(ids), len(at))
    place["timestamp"].reshape(shape)[:] = times[at]
    place["sensor_id"].reshape(shape)[:] = ids[:, None]
    for name, readings in values.items():
        np.take(readings, at, axis=1, out=place[name].reshape(shape), mode="clip")
