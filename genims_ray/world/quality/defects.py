"""What is wrong with the parts of a report: one to three defects, what the others take being left to the prevailing
one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import Window
from genims_ray.world.frame import Frame
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.quality.planning import QualityPlanning
from genims_ray.world.quality.reports import THOUSANDTHS, Reports
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor.characteristics import Characteristics


@dataclass(frozen=True)
class Defects(Rows):
    """One row a report and defect, the prevailing one first."""

    TIME: ClassVar[str] = "created"

    entity: Ints  # the first three of the report
    day: Ints
    number: Ints
    place: Ints  # within the report, from 0
    defect_code_id: Ints
    quantity: Ints  # thousandths
    measured: Bools
    product_id: Ints  # the line's first, whose plan controls the characteristic
    slot: Ints
    value: Floats
    gauge: Ints  # row of the masters
    created: Ints


class ReportDefects:
    """The defects of the reports of a world's lines; `characteristics` are of these lines."""

    def __init__(
        self,
        frame: Frame,
        characteristics: Characteristics,
        planning: QualityPlanning,
        gauges: Gauges,
        nonconformances: NonConformances,
    ) -> None:
        self._rng, self._characteristics, self._planning, self._gauges = frame.rng, characteristics, planning, gauges
        self._nonconformances = nonconformances

    def between(self, window: Window) -> Defects:
        """Defects recorded in a window, with their reports."""
        r = self._nonconformances.touched(window)
        r = r.where((r.created >= window.start) & (r.created < window.end))
        return self._of(r) if len(r) else Defects.none()

    def _of(self, r: Reports) -> Defects:
        rng, c = self._rng, self._characteristics
        unit = np.where(r.unit == "kg", 1, THOUSANDTHS)
        draw = (rng.words("report defects", r.entity, r.day, r.number) % np.uint64(3)).astype(np.int64)
        others = np.where(r.defective >= 4 * unit, draw, 0)
        share = r.defective // (5 * unit) * unit
        others = np.where(share > 0, others, 0)
        report = np.repeat(np.arange(len(r)), 1 + others)
        place = np.arange(len(report)) - np.repeat(np.cumsum(1 + others) - others - 1, 1 + others)
        quantity = np.where(place == 0, (r.defective - others * share)[report], share[report])
        r = r.where(report)
        first = r.defect_code_id
        base, size = first // 100 * 100, np.where(first < 600, 13, np.where(first < 1300, 9, 12))
        slot = np.where(place == 0, r.slot, -1)
        measured = slot >= 0
        line = np.where(measured, np.searchsorted(c.line_ids, r.line_id), 0)
        slot = np.clip(slot, 0, c.slots - 1)
        excess = rng.uniform("worst value", r.entity, r.day, r.number)
        worst = c.sigma[line, slot] * (c.half_width[line, slot] + 0.1 + 1.5 * excess)
        leading = c.line_ids[line] * 100 + 1
        of_all = np.searchsorted(self._planning.characteristics.line_ids, c.line_ids[line])
        return Defects(
            entity=r.entity,
            day=r.day,
            number=r.number,
            place=place,
            defect_code_id=base + 1 + (first - base - 1 + place * 2) % size,
            quantity=quantity,
            measured=measured,
            product_id=leading,
            slot=slot,
            value=np.round(self._planning.nominal(leading, of_all, slot) + worst, 4),
            gauge=self._gauges.of_line(c.line_ids[line], c.gauge[line, slot]),
            created=r.created,
        )
