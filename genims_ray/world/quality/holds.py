"""Blocks on lots that are in stock: those of reports, and of parts measured with a gauge found to be out.

What the line found it blocks, too: what its order has made since it was found good, until it is sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world import keys
from genims_ray.world.cells import Touched
from genims_ray.world.frame import Frame
from genims_ray.world.quality.gauges import ENTITY, PASSED, Gauges
from genims_ray.world.quality.inspections import FIRST_PIECE
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.quality.office_hours import office_time
from genims_ray.world.quality.reports import COMPLAINT, IN_PROCESS, INCOMING, REWORK, SORTED, THOUSANDTHS, USE
from genims_ray.world.rows import Bools, Ints, Rows, Texts
from genims_ray.world.shopfloor.production import Production

LOOK_BACK_DAYS = 8
"""From a calibration to the release of what it made doubtful, at most."""
_LOT_DAYS = 4
REASONS = ("non_conformance", "complaint", "calibration")
NON_CONFORMANCE, COMPLAINED, CALIBRATION = range(3)


@dataclass(frozen=True)
class Holds(Rows):
    """One row each, those of reports first; quantities in thousandths of the unit."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("placed", "released")

    entity: Ints  # the first three of the report, or of the calibration: the gauge after `ENTITY`, and its day
    day: Ints
    number: Ints
    factory_id: Ints
    lot_id: Ints
    reason: Ints
    quantity: Ints
    freed: Ints
    unit: Texts
    in_bin: Bools  # the part of the lot that is blocked lies in one bin
    placed: Ints
    released: Ints

    @property
    def hold_id(self) -> Ints:
        return keys.key(self.entity, self.day, self.number)


class QualityHolds:
    """The holds of a world's factories."""

    def __init__(self, frame: Frame, production: Production, gauges: Gauges, nonconformances: NonConformances) -> None:
        self._rng, self._start, self._production = frame.rng, frame.start, production
        self._gauges, self._nonconformances = gauges, nonconformances
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._first_line = {
            f.factory_id: min((x.line_id for x in frame.lines if x.factory is f), default=0)
            for f in frame.layout.factories
        }
        self._holds: Touched[Holds] = Touched(frame.memory, self._living)

    def touched(self, window: Window) -> Holds:
        """Holds that are placed or released in a window."""
        return self._holds.between(window)

    def _living(self, window: Window) -> Holds:
        start = self._start if window.is_opening else window.start
        window = Window(start, max(window.end, start + 1)) if window.is_opening else window
        found = Holds.joined([self._reported(window), self._doubtful(window)])
        return found.where(found.placed < window.end)

    def _reported(self, window: Window) -> Holds:
        r = self._nonconformances.between(window)
        # Before its first pieces an order has nothing in stock; its lot has its key.
        first = (r.source == IN_PROCESS) & (r.inspection_id > 0) & (r.number % 4 == FIRST_PIECE)
        lot_id = np.where((r.lot_id > 0) | first, r.lot_id, r.work_order_id)
        r, lot_id = r.where(lot_id > 0), lot_id[lot_id > 0]
        whole = (r.source != INCOMING) | (r.containment != SORTED)
        held = np.where(whole, r.inspected, r.defective)
        return Holds(
            entity=r.entity,
            day=r.day,
            number=r.number,
            factory_id=r.factory_id,
            lot_id=lot_id,
            reason=np.where(r.source == COMPLAINT, COMPLAINED, NON_CONFORMANCE),
            quantity=held,
            freed=held - (r.defective - r.split[:, USE] - r.split[:, REWORK]),
            unit=r.unit,
            # The part sorted out of a lot, or made since the last good one, lies in one bin.
            in_bin=(r.containment == SORTED) | (r.source == IN_PROCESS),
            placed=r.contained,
            released=r.closed,
        )

    def _doubtful(self, window: Window) -> Holds:
        """Of gauges found to be out: the last lot that their line, or the first one of the factory, finished before."""
        first = max(window.start // DAY - LOOK_BACK_DAYS, self._start // DAY)
        last = max((window.end - 1) // DAY, first) + 1
        c, m = self._gauges.between(Window.of_days(first, last)), self._gauges.masters
        c = c.where((c.result != PASSED) & (c.recorded >= self._start))
        own = np.array([self._first_line[f] for f in m.factory_id[c.gauge].tolist()], dtype=np.int64)
        line_id = np.where(m.line_id[c.gauge] > 0, m.line_id[c.gauge], own)
        there = np.isin(line_id, self._ids)
        c, line_id = c.where(there), line_id[there]
        line = np.searchsorted(self._ids, line_id)
        lots = [self._last_lot(i, t) for i, t in zip(line.tolist(), c.recorded.tolist(), strict=True)]
        lot_id, parts = (np.array([lot[k] for lot in lots], dtype=np.int64) for k in (0, 1))
        known = lot_id > 0
        c, lot_id, quantity, line_id = c.where(known), lot_id[known], THOUSANDTHS * parts[known], line_id[known]
        zero = np.zeros(len(c), dtype=np.int64)
        entity, placed = ENTITY + m.equipment_id[c.gauge], c.recorded + HOUR
        released = office_time(placed + 2 * DAY, self._rng.uniform("calibration hold", entity, c.day))
        found = Holds(
            entity=entity,
            day=c.day,
            number=zero,
            factory_id=line_id // 100,
            lot_id=lot_id,
            reason=zero + CALIBRATION,
            quantity=quantity,
            freed=quantity,
            unit=np.full(len(c), "pcs"),
            in_bin=zero > 0,
            placed=placed,
            released=released,
        )
        return found.where(released >= self._start)

    def _last_lot(self, line: int, time: int) -> tuple[int, int]:
        """The last order that a line finished before an instant, within four days and history: key and quantity."""
        for day in range(time // DAY, max(time // DAY - _LOT_DAYS, self._start // DAY) - 1, -1):
            c = self._production.day(day).campaigns
            ended = np.flatnonzero((c.end[line] >= self._start) & (c.end[line] < time))
            if len(ended):
                last = ended[np.argmax(c.end[line][ended])]
                key = keys.key(self._production.line_ids[line], c.day[line, last], c.sequence[line, last])
                return int(key), int(c.quantity[line, last])
        return 0, 0
