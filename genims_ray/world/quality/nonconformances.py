"""Non-conformances: what was found, and when.

They come from failed inspections at the line, recurring defects, stops on a chart's signal, incoming lots
turned down and complaints.
"""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Cells, Touched
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.quality.complaints import CustomerComplaints
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.line_findings import LineFindings
from genims_ray.world.quality.reports import (
    BLOCKED,
    COMPLAINT,
    INCOMING,
    LOOK_BACK_DAYS,
    SORTED,
    Dispositions,
    ReportReview,
    Reports,
    dispositions,
)
from genims_ray.world.supply.receipts import REJECTED

MOST_REWORKED = 500
"""Pieces of an incoming lot that are put right in the house, at most."""
COMPLAINT_REPORTS = 5_100
"""Places in the keys of the reports of complaints."""
_CASE_DAYS = 200
"""From the finding to the closing of the case that it called for, at most."""


class NonConformances:
    """The non-conformances of a world's lines and receipts."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        lines: LineFindings,
        complaints: CustomerComplaints,
        incoming: Incoming,
        review: ReportReview,
    ) -> None:
        self._rng, self._start, self._company, self._lines = frame.rng, frame.start, company, lines
        self._complaints, self._incoming_lots, self._review = complaints, incoming, review
        self._cells: Cells[int, Reports] = Cells(frame.memory, lambda day: self._found(Window.of_days(day)))
        self._reports: Touched[Reports] = Touched(frame.memory, self._recorded)
        self._dispositions: Touched[Dispositions] = Touched(
            frame.memory, lambda window: dispositions(self._recorded(window))
        )

    def touched(self, window: Window) -> Reports:
        """Reports on record that change in a window."""
        return self._reports.between(window)

    def dispositions(self, window: Window) -> Dispositions:
        """Dispositions on record that change in a window."""
        return self._dispositions.between(window)

    def between(self, window: Window) -> Reports:
        """Reports on record whose life meets a window; where history begins, also those before that a later case
        refers to."""
        first = max(window.start // DAY - LOOK_BACK_DAYS, self._company.calendar.first_day + 8)
        days = range(first, (window.end - 1) // DAY + 1)
        missing = [d for d in days if not self._cells.known(d)]
        if len(missing) > 1:
            found = self._found(Window.of_days(missing[0], missing[-1] + 1))
            for d in range(missing[0], missing[-1] + 1):
                self._cells.put(d, found.where(found.detected // DAY == d))
        cells = [self._cells[d] for d in days]
        if window.start <= self._start:
            cells.append(self._long_lived(Window(window.start - _CASE_DAYS * DAY, first * DAY)))
        every = Reports.joined(cells)
        alive = (every.closed >= window.start) | (window.start <= self._start)
        return every.where((every.created < window.end) & alive & every.appears)

    def _recorded(self, window: Window) -> Reports:
        start = self._start if window.is_opening else window.start
        found = self.between(Window(start, max(window.end, start + 1)))
        return found.where(found.created < window.end)

    def _found(self, window: Window) -> Reports:
        """Everything detected in a window."""
        return Reports.joined([self._lines.inspected(window), self._lines.signalled(window), self._long_lived(window)])

    def _long_lived(self, window: Window) -> Reports:
        """What was detected in a window and may have a case."""
        found = Reports.joined([self._lines.chronic(window), self._incoming(window), self._complained(window)])
        return found.where((found.detected >= window.start) & (found.detected < window.end))

    def incoming(self, window: Window) -> Reports:
        """Reports on incoming lots whose life meets a window, those from before history among them."""
        found = self._incoming(Window(window.start - LOOK_BACK_DAYS * DAY, window.end))
        return found.where((found.created < window.end) & (found.closed >= window.start))

    def _incoming(self, window: Window) -> Reports:
        lots = self._incoming_lots.turned_down(window.start // DAY - 1, (window.end - 1) // DAY + 3)
        entity, rng = lots.entity, self._rng
        number = np.zeros(len(entity), dtype=np.int64)
        at = (entity, lots.day)
        whole = lots.decision == REJECTED
        u = rng.uniform("incoming disposition", *at)
        used = np.where(whole & (u > 0.8), lots.rejected // 4000 * 1000, 0)
        # Pieces that the line cannot wait for are put right in the house, at the supplier's cost.
        pieces = self._company.materials.base_unit[lots.material_id - 1] == "pcs"
        urgent = pieces & np.where(whole, (u > 0.7) & (u <= 0.8), (u >= 0.4) & (u < 0.6))
        part = np.where(whole, lots.rejected // 4, lots.rejected)
        part = np.minimum(part // 1000, MOST_REWORKED) * 1000
        rework = np.where(urgent, part, 0)
        scrapped = np.where(~whole & (u < 0.4), lots.rejected, 0)
        back = lots.rejected - used - rework - scrapped
        split = np.stack([used, rework, scrapped, back], axis=1).reshape(-1, 4)
        ends = np.where(lots.case, self._incoming_lots.case_times(lots).closed, 0)
        return self._review.reports(
            entity=entity,
            day=lots.day,
            number=number,
            detected=lots.decided,
            split=split,
            ends=ends,
            factory_id=lots.factory_id,
            source=np.full(len(entity), INCOMING),
            material_id=lots.material_id,
            supplier_id=lots.supplier_id,
            inspection_lot_id=lots.lot_id,
            lot_id=lots.lot_id,
            defect_code_id=lots.defect_code_id,
            severity=np.where(lots.fraction > 0.05, 1, 2),
            inspected=lots.quantity,
            containment=np.where(whole, BLOCKED, SORTED),
            category=np.full(len(entity), 2),
        )

    def _complained(self, window: Window) -> Reports:
        c = self._complaints.received(window, 6)
        detected = c.investigated - HOUR
        c = c.where(c.reported & (detected >= window.start) & (detected < window.end))
        c = self._complaints.with_goods(c)
        quantity, number = c.quantity, COMPLAINT_REPORTS + c.number
        u = self._rng.uniform("complaint disposition", c.line_id, c.day, c.number)
        rework = np.where(u < 0.3, quantity, 0)
        use = np.where(u > 0.9, quantity, 0)
        split = 1000 * np.stack([use, rework, quantity - use - rework, 0 * quantity], axis=1).reshape(-1, 4)
        return self._review.reports(
            entity=c.line_id,
            day=c.day,
            number=number,
            detected=c.investigated - HOUR,
            split=split,
            ends=c.over,
            factory_id=c.factory_id,
            line_id=c.line_id,
            source=np.full(len(quantity), COMPLAINT),
            product_id=c.product_id,
            work_order_id=c.lot,
            complaint_id=c.complaint_id,
            lot_id=c.lot,
            defect_code_id=c.defect_code_id,
            severity=c.severity,
            slot=c.slot,
            inspected=1000 * (quantity + 20),
            containment=np.full(len(quantity), BLOCKED),
            created=c.investigated,
        )
