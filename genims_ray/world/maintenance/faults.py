"""What is known of the faults that machines report: how they were noticed, foreseen and ended."""

from __future__ import annotations

import numpy as np

from genims_ray.window import HOUR, Window
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.autonomous import Autonomous
from genims_ray.world.maintenance.condition import Condition
from genims_ray.world.maintenance.ordering import Ordering
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import Events

_SEEN_FIRST = 0.04
"""Share of the faults that the operator notices before the controller."""
_BY_ITSELF = 0.3
"""Share of the short stops that clear themselves."""


class Faults:
    """Faults of machines whose factories the frame and the shop floor see whole."""

    def __init__(
        self, frame: Frame, shopfloor: Shopfloor, condition: Condition, ordering: Ordering, autonomous: Autonomous
    ) -> None:
        self._frame, self._degradation = frame, shopfloor.degradation
        self._line_ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._condition, self._ordering, self._autonomous = condition, ordering, autonomous

    def seen_by_operator(self, events: Events) -> Bools:
        """Which faults the operator noticed first."""
        return np.asarray(self._frame.rng.uniform("detected by", events.key) < _SEEN_FIRST)

    def foreseen(self, events: Events) -> tuple[Bools, Floats]:
        """Whether sensors had warned of each breakdown, and how many hours before."""
        predicted, hours = np.zeros(len(events), dtype=bool), np.zeros(len(events))
        for i in np.flatnonzero((events.kind == tl.BREAKDOWN) & (events.start >= self._frame.start)).tolist():
            start = int(events.start[i])
            line = int(np.searchsorted(self._line_ids, events.machine_id[i] // 100))
            for event in self._degradation.between(line, start, start + 1):
                if event.machine_id == events.machine_id[i] and event.start == start:
                    warned = self._condition.warnings(event)
                    if warned:
                        predicted[i], hours[i] = True, round((start - warned[0].start) / HOUR, 3) or 0.001
        return predicted, hours

    def resolvers(self, window: Window, events: Events, stopped: Bools) -> Ints:
        """(events,): the technician whose order it was where the line `stopped`, else the operator; 0 where a short stop
        clears itself, and in the opening, where it is not known yet."""
        if window.is_opening:
            return np.zeros(len(events), dtype=np.int64)
        called = self._ordering.called(window)
        at = np.minimum(np.searchsorted(called.key, events.key), max(len(called) - 1, 0))
        technician = np.zeros(len(events), dtype=np.int64)
        if len(called):
            technician = np.where(stopped & (called.key[at] == events.key), called.technician[at], 0)
        by_itself = (events.kind == tl.MICRO) & (self._frame.rng.uniform("clears itself", events.key) < _BY_ITSELF)
        line = np.searchsorted(self._line_ids, events.machine_id // 100)
        operator = self._autonomous.operator(line, events.start)
        return np.where(technician > 0, technician, np.where(by_itself, 0, operator))
