"""What is on record of incoming inspections, and what changes of it."""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Touched
from genims_ray.world.frame import Frame
from genims_ray.world.quality.incoming import Incoming, InspectionLots, Results
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.rows import Ints

LOOK_BACK_DAYS = 2
"""From the receipt of a lot to the decision on it, at most."""
_HISTORY_DAYS = 110
"""From the receipt of a lot to the closing of the case that it called for, at most."""


class IncomingRecords:
    """Lots inspected since history began, and those before that something on record refers to."""

    def __init__(self, frame: Frame, incoming: Incoming, nonconformances: NonConformances) -> None:
        self._incoming, self._nonconformances, self._start = incoming, nonconformances, frame.start
        self._lots: Touched[InspectionLots] = Touched(frame.memory, self._inspected)
        self._results: Touched[Results] = Touched(frame.memory, self._measured)

    def lots(self, window: Window) -> InspectionLots:
        """Lots that change in a window."""
        return self._lots.between(window)

    def results(self, window: Window) -> Results:
        """Results found in a window."""
        return self._results.between(window)

    def decided(self, window: Window) -> InspectionLots:
        """Lots decided in a window."""
        found = self._inspected(window)
        return found.where((found.decided >= window.start) & (found.decided < window.end))

    def _inspected(self, window: Window) -> InspectionLots:
        found = self._incoming.lots(*self._days(window))
        appears = found.decided >= self._start
        if window.is_opening:
            appears |= np.isin(found.lot_id, self._referred())
        return found.where(appears & (found.received < window.end))

    def _measured(self, window: Window) -> Results:
        found = self._incoming.results_of(*self._days(window))
        if window.is_opening:
            found = found.where(np.isin(found.lot_id, self._inspected(window).lot_id))
        return found.where(found.time < window.end)

    def _days(self, window: Window) -> tuple[int, int]:
        start, back = (self._start, _HISTORY_DAYS) if window.is_opening else (window.start, LOOK_BACK_DAYS)
        return start // DAY - back, (window.end - 1) // DAY + 3

    def _referred(self) -> Ints:
        """Lots that a report on record refers to; one entered in the first minutes is of a lot decided before them."""
        reports = self._nonconformances.between(Window(self._start, self._start + HOUR))
        return reports.inspection_lot_id[reports.inspection_lot_id > 0]
