"""What is found at the lines and reported: failed inspections, recurring defects, stops on a chart's signal."""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world import keys
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue, spc
from genims_ray.world.quality.cases import CHRONIC_REPORTS, by_trend
from genims_ray.world.quality.inspections import FINAL, FIRST_PIECE, LineInspections
from genims_ray.world.quality.reports import (
    BLOCKED,
    FINAL_INSPECTION,
    IN_PROCESS,
    REWORK,
    SCRAP,
    SORTED,
    STOPPED,
    ReportReview,
    Reports,
)
from genims_ray.world.quality.spc import ControlCharts
from genims_ray.world.rows import Ints
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.characteristics import family

SIGNAL_REPORTS = 5_200
"""Places in the keys of the reports of stops on a signal."""


class LineFindings:
    """What is found at the lines of a world."""

    def __init__(
        self,
        frame: Frame,
        calendar: Calendar,
        shopfloor: Shopfloor,
        inspections: LineInspections,
        charts: ControlCharts,
        review: ReportReview,
    ) -> None:
        self._rng, self._start, self._calendar, self._shopfloor = frame.rng, frame.start, calendar, shopfloor
        self._inspections, self._charts, self._review = inspections, charts, review
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._family = np.array([catalogue.FAMILIES.index(family(line)) for line in frame.lines], dtype=np.int64)

    def inspected(self, window: Window) -> Reports:
        """From patrols that failed and first pieces that failed badly, with what was sorted out of the container, and
        from failed final inspections."""
        b = self._shopfloor.production_orders.between(window.start, window.end)
        found = self._inspections.every(b).between(window)
        found = found.where(found.failed)
        critical, major, _ = self._inspections.severities(b, found)
        reported = (found.kind != FIRST_PIECE) | (critical + major > 0)
        found, critical, major = found.where(reported), critical[reported], major[reported]
        lots, order, lot = b.lots, found.order, found.lot
        line_id, day = b.line_id[order], lots.day[lot]
        number = 4 * lots.sequence[lot] + found.kind
        codes = self._inspections.codes(b, found)
        by_code = catalogue.by_code()
        final = found.kind == FINAL
        more = np.floor(found.defects * self._rng.uniform("defects behind", line_id, day, number) + 0.5).astype(
            np.int64
        )
        quantity = found.defects + more
        rework = np.where(final, quantity * 35 // 100, lots.rework[lot])
        scrap = np.where(final, quantity - rework, lots.scrapped[lot])
        split = np.zeros((len(order), 4), dtype=np.int64)
        split[:, REWORK], split[:, SCRAP] = 1000 * rework, 1000 * scrap
        known = b.appears[order]
        entry = self._rng.uniform("report entry", line_id, day, number)
        return self._review.reports(
            entity=line_id,
            day=day,
            number=number,
            detected=found.time,
            split=split,
            ends=None,
            factory_id=b.factory_id[order],
            created=np.maximum(found.time, lots.end[lot]) + 120 + (1_500 * entry).astype(np.int64),
            line_id=line_id,
            source=np.where(final, FINAL_INSPECTION, IN_PROCESS),
            product_id=b.product_id[order],
            work_order_id=np.where(known, b.work_order_id[order], 0),
            inspection_id=np.where(known, keys.key(line_id, day, number), 0),
            lot_id=np.where(final & known, b.work_order_id[order], 0),
            defect_code_id=np.array([by_code[c] for c in codes.tolist()], dtype=np.int64),
            severity=np.where(critical > 0, 0, np.where(major > 0, 1, 2)),
            inspected=1000 * np.where(final, b.quantity[order], lots.parts[lot]),
            containment=np.where(final, BLOCKED, SORTED),
        )

    def chronic(self, window: Window) -> Reports:
        """Those with which a recurring defect was found; their case refers to them."""
        causes = self._shopfloor.causes.chronic(window.start, window.end)
        causes = causes.where(
            (causes.detected >= window.start) & (causes.detected < window.end) & ~by_trend(self._rng, causes)
        )
        day, number = causes.detected // DAY, CHRONIC_REPORTS + causes.cell % 2
        line = np.searchsorted(self._ids, causes.line_id)
        u = self._rng.uniform("chronic quantity", causes.line_id, causes.cell)
        found = 6 + (34 * u).astype(np.int64)
        rework, use = found * 3 // 10, found // 5
        split = 1000 * np.stack([use, rework, found - rework - use, np.zeros_like(found)], axis=1).reshape(-1, 4)
        order, product = self._order_at(line, causes.detected)
        return self._review.reports(
            entity=causes.line_id,
            day=day,
            number=number,
            detected=causes.detected,
            split=split,
            ends=causes.closed,
            factory_id=causes.line_id // 100,
            line_id=causes.line_id,
            source=np.full(len(line), IN_PROCESS),
            product_id=product,
            work_order_id=order,
            slot=causes.slot,
            defect_code_id=100 * (self._family[line] + 1) + 1 + causes.slot % catalogue.PER_FAMILY,
            severity=np.where(causes.slot < 2, 1, 2),
            inspected=1000 * (found + 200 + (400 * u).astype(np.int64)),
            containment=np.full(len(line), SORTED),
        )

    def signalled(self, window: Window) -> Reports:
        """From points beyond a control limit that made the line stop, the first of a chart and day."""
        p = self._charts.stops(Window(window.start - 25 * HOUR, window.end))  # a production day may have begun before
        chart = (p.line * spc.SLOTS + p.slot) * 100_000 + p.day
        first = np.ones(len(chart), dtype=bool)
        first[1:] = chart[1:] != chart[:-1]
        p = p.where(first & (p.time >= window.start))
        line_id, number = self._ids[p.line], SIGNAL_REPORTS + p.slot
        at = (line_id, p.day, number)
        tail = self._shopfloor.process.outside(p.line, p.slot, p.special)
        inspected = 200 + np.floor(400 * self._rng.uniform("signal parts", *at)).astype(np.int64)
        bad = 1 + np.floor(inspected * tail).astype(np.int64)
        rework = bad * 4 // 10
        split = 1000 * np.stack([np.zeros_like(bad), rework, bad - rework, np.zeros_like(bad)], axis=1).reshape(-1, 4)
        product = line_id * 100 + 1
        order, made = self._order_at(p.line, p.time - 1)
        return self._review.reports(
            entity=line_id,
            day=p.day,
            number=number,
            detected=p.time,
            split=split,
            ends=None,
            factory_id=line_id // 100,
            line_id=line_id,
            source=np.full(len(line_id), IN_PROCESS),
            product_id=np.where(made > 0, made, product),
            work_order_id=order,
            slot=p.slot,
            defect_code_id=100 * (self._family[p.line] + 1) + 1 + p.slot % catalogue.PER_FAMILY,
            severity=np.where(p.slot < 2, 1, 2),
            inspected=1000 * inspected,
            containment=np.full(len(line_id), STOPPED),
        )

    def _order_at(self, line: Ints, time: Ints) -> tuple[Ints, Ints]:
        """Order in work on each line (0: none, or before history) and its product (the line's first if none)."""
        order, product = np.zeros(len(line), dtype=np.int64), self._ids[line] * 100 + 1
        known = np.flatnonzero(time >= self._start)
        day = np.zeros(len(line), dtype=np.int64)
        for i in np.unique(line[known]):
            at = known[line[known] == i]
            day[at] = self._calendar.production_day(int(i), time[at])
        for d in np.unique(day[known]):
            at = known[day[known] == d]
            line_day = self._shopfloor.production.day(int(d))
            place = spc.place_at(line_day, line[at], time[at])
            c, p = line_day.campaigns, np.maximum(place, 0)
            key = keys.key(self._ids[line[at]], c.day[line[at], p], c.sequence[line[at], p])
            order[at] = np.where(place >= 0, key, 0)
            product[at] = np.where(
                place >= 0, self._shopfloor.production.demand.product_id[line[at], c.product[line[at], p]], product[at]
            )
        return order, product
