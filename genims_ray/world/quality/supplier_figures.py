"""Key figures of the quality of suppliers, by calendar month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.dates import month_of, month_start
from genims_ray.world.frame import Frame
from genims_ray.world.quality.cases import CorrectiveActions
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.rows import Bools, Ints, Rows
from genims_ray.world.supply import Supply
from genims_ray.world.supply.receipts import ACCEPTED

_AFTER = 30 * HOUR
"""From the end of a month to the computing of the first supplier's figures."""


@dataclass(frozen=True)
class SupplierFigures(Rows):
    """One row a supplier and month, in this order within a month; quantities in thousandths, costs in cents."""

    TIME: ClassVar[str] = "computed"

    supplier_id: Ints
    month: Ints  # its first day
    receipts: Ints
    inspected: Ints
    rejected: Ints
    quantity: Ints
    quantity_rejected: Ints
    specimens: Ints
    critical: Ints
    major: Ints
    minor: Ints
    reports: Ints
    cases: Ints
    rejection_cost: Ints
    rework_cost: Ints
    sorting_cost: Ints
    computed: Ints

    @property
    def total_cost(self) -> Ints:
        return self.rejection_cost + self.rework_cost + self.sorting_cost


class SupplierKeyFigures:
    """The figures of all suppliers, from what the factories of the frame receive."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        supply: Supply,
        incoming: Incoming,
        nonconformances: NonConformances,
        cases: CorrectiveActions,
    ) -> None:
        self._start, self._receipts, self._incoming = frame.start, supply.receipts, incoming
        self._reports, self._cases = nonconformances, cases
        self._ids, self._required = company.suppliers.supplier_id, company.materials.inspection_required
        self._months: Cells[int, SupplierFigures] = Cells(frame.memory, self._of_month)

    def between(self, window: Window) -> SupplierFigures:
        """Those computed in a window, after history began."""
        if window.end <= self._start:
            return SupplierFigures.none()
        window = Window(max(window.start, self._start), window.end)
        found = []
        for month in range(month_of(max(window.start - 3 * DAY, 0)) - 1, month_of(window.end - 1)):
            first = month_start(month + 1) + _AFTER
            if first + int(self._ids.min()) < window.end and first + int(self._ids.max()) >= window.start:
                found.append(self._months[month].between(window))
        return SupplierFigures.joined(found)

    def _of_month(self, month: int) -> SupplierFigures:
        begin, end = month_start(month), month_start(month + 1)
        n = len(self._ids) + 1

        def total(of: Ints, values: Ints | None = None, where: Bools | None = None) -> Ints:
            """Sum by supplier."""
            chosen = slice(None) if where is None else where
            weights = None if values is None else values[chosen]
            return np.bincount(of[chosen], weights, minlength=n)[1:].astype(np.int64)

        lots = self._receipts.between(begin // DAY - 1, end // DAY + 3)
        lots = lots.where((lots.received >= begin) & (lots.received < end))
        verdict = self._receipts.verdicts(lots)
        s = lots.supplier_id
        required = self._required[lots.material_id - 1]
        inspected = required & (verdict.sample > 0)
        critical, major, minor = self._incoming.severities(lots, verdict)
        reports = self._reports.incoming(Window(begin, end))
        opened = (reports.created >= begin) & (reports.created < end)
        closed = (reports.closed >= begin) & (reports.closed < end)
        cases = self._cases.between(Window(begin, end))
        cases = cases.where((cases.supplier_id > 0) & (cases.opened >= begin) & (cases.opened < end))
        return SupplierFigures(
            supplier_id=self._ids,
            month=np.full(len(self._ids), begin // DAY),
            receipts=total(s),
            inspected=total(s, where=inspected),
            rejected=total(s, where=inspected & (verdict.decision != ACCEPTED)),
            quantity=total(s, lots.quantity),
            quantity_rejected=total(s, verdict.rejected, required),
            specimens=total(s, verdict.sample, inspected),
            critical=total(s, critical, inspected),
            major=total(s, major, inspected),
            minor=total(s, minor, inspected),
            reports=total(reports.supplier_id, where=opened),
            cases=total(cases.supplier_id),
            rejection_cost=total(reports.supplier_id, reports.scrap_cost, closed),
            rework_cost=total(reports.supplier_id, reports.rework_cost, closed),
            sorting_cost=total(reports.supplier_id, reports.sorting_cost, closed),
            computed=end + _AFTER + self._ids,
        )
