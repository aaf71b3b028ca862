"""Alerts: derived from the rendered samples, and told among the simulators of one plant.

Three of five consecutive readings beyond the warning limit raise one, and it stands until five in a row are inside, or
until midnight UTC, when what still stands is raised anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY
from genims_ray.world.rows import Bools
from genims_ray.world.sensors.measuring import GOOD, Samples
from genims_ray.world.sensors.signals import SignalModel

REARM_SECONDS = 3_600
"""Alerts of a sensor closer than this are one episode."""
KEPT_DAYS = 64
"""Days of alerts that an exchange keeps."""


@dataclass(frozen=True)
class Alert:
    """An episode of readings beyond a warning limit."""

    sensor_id: int
    machine_id: int
    day: int
    sequence: int  # within sensor and day
    start: int
    end: int
    value: float  # the reading that raised it
    threshold: float


OfMachines = Mapping[int, list[Alert]]
"""Alerts of one UTC day, by machine."""


class AlertExchange:
    """What simulators of one plant tell one another: the alerts that they have found on the latest days."""

    def __init__(self) -> None:
        self._days: dict[int, dict[int, list[Alert]]] = {}

    def post(self, days: Mapping[int, OfMachines]) -> None:
        for day, found in days.items():
            self._days.setdefault(day, {}).update(found)
        for day in sorted(self._days)[:-KEPT_DAYS]:
            self._days.pop(day, None)

    def read(self, day: int) -> OfMachines:
        """Those that somebody has posted, of any machines."""
        return dict(self._days.get(day, {}))


def alerts_of(model: SignalModel, day: int, groups: list[Samples]) -> list[Alert]:
    """Alerts of a machine on UTC `day`, from all samples of its sensors, in order of (start, sensor)."""
    found = []
    for group in groups:
        for k in np.flatnonzero(group.status.any(axis=1)):
            beyond = (group.status[k] != 0) & group.present[k] & (group.quality[k] == GOOD)
            there = np.flatnonzero(group.present[k])
            episodes = debounced(beyond[there])
            m = int(group.rows[k])
            times = group.times[there]
            merged: list[list[int]] = []
            for first, last in episodes:
                if merged and times[first] - times[merged[-1][1]] < REARM_SECONDS:
                    merged[-1][1] = last
                else:
                    merged.append([first, last])
            for sequence, (first, last) in enumerate(merged, start=1):
                i = there[first]
                high = group.status[k, i] > 0
                threshold = model.limits.warning_high[m] if high else model.limits.warning_low[m]
                # What stands at midnight ends within its day: no window needs the readings of the day before.
                end = min(int(times[last]) + int(group.times[1] - group.times[0]), (day + 1) * DAY - 1)
                value, start = float(group.value[k, i]), int(times[first])
                sensor_id = model.sensors[m].sensor_id
                found.append(Alert(sensor_id, model.machine_id, day, sequence, start, end, value, float(threshold)))
    found.sort(key=lambda alert: (alert.start, alert.sensor_id))
    return found


def debounced(beyond: Bools) -> list[tuple[int, int]]:
    """(first, last) samples of the episodes: raised by the third exceedance among five consecutive
    samples, cleared when five in a row are inside."""
    if not len(beyond):  # none was delivered
        return []
    recent = np.convolve(beyond.astype(np.int64), np.ones(5, dtype=np.int64))[: len(beyond)]
    raises = np.flatnonzero((recent >= 3) & beyond)
    if not raises.size:
        return []
    clears = np.flatnonzero(recent == 0)
    episodes, i = [], 0
    while i < len(raises):
        first = int(raises[i])
        after = clears[np.searchsorted(clears, first) :]
        last = int(after[0]) if after.size else len(beyond) - 1
        episodes.append((first, last))
        i = int(np.searchsorted(raises, last, side="right"))
    return episodes
