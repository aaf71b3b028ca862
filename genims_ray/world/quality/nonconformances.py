"""Non-conformances: what was found, how much of it, and what the review board made of it.

They come from failed inspections at the line, recurring defects, stops on a chart's signal, incoming lots
turned down and complaints. Quantities are thousandths of the unit, so that every split adds up.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue, spc
from genims_ray.world.quality.cases import CHRONIC_REPORTS, CaseFiles, by_trend, material_defect
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.inspections import FINAL, FIRST_PIECE, LineInspections
from genims_ray.world.quality.office import office_time
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.characteristics import family
from genims_ray.world.supply import Supply
from genims_ray.world.supply.receipts import FACTORY, REJECTED

LIFE_DAYS = 13  # from the finding to the closing, at most
IN_PROCESS, FINAL_INSPECTION, INCOMING, COMPLAINT, AUDIT = range(5)
SOURCES = ("in_process", "final_inspection", "incoming", "complaint", "audit")
BLOCKED, STOPPED, SORTED = range(3)
CONTAINMENTS = ("lot_blocked", "line_stopped", "sorted")
USE, REWORK, SCRAP, RETURN = range(4)
DISPOSITIONS = ("use_as_is", "rework", "scrap", "return_to_supplier")
MOST_REWORKED = 500
"""Pieces of an incoming lot that are put right in the house, at most."""
SIGNAL_REPORTS, COMPLAINT_REPORTS = 5_200, 5_100
"""Places in the keys of the reports of stops on a signal, and of complaints."""
PLACES = 8
"""Places in the key of each report for what belongs to it."""


@dataclass(frozen=True)
class Reports(Rows):
    """One row each; keys are 0 where there is none, instants UTC seconds, money cents."""

    entity: Ints
    day: Ints
    number: Ints
    factory_id: Ints
    line_id: Ints
    source: Ints
    product_id: Ints
    material_id: Ints
    supplier_id: Ints
    work_order_id: Ints
    inspection_id: Ints
    inspection_lot_id: Ints
    complaint_id: Ints
    lot_id: Ints
    defect_code_id: Ints
    severity: Ints
    slot: Ints  # characteristic concerned, -1: none
    inspected: Ints
    split: Ints  # (reports, 4) by disposition
    detected: Ints
    created: Ints
    containment: Ints
    contained: Ints
    decided: Ints
    category: Ints
    executed: Ints  # (reports, 4)
    closed: Ints
    appears: Bools

    @property
    def report_id(self) -> Ints:
        return keys.key(self.entity, self.day, self.number)

    @property
    def defective(self) -> Ints:
        return np.asarray(self.split.sum(axis=1))


@dataclass(frozen=True)
class Detection:
    """What finds non-conformances in the house."""

    inspections: LineInspections
    charts: spc.Charts
    incoming: Incoming


class NonConformances:
    """The non-conformances of a world's lines and receipts."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        supply: Supply,
        shopfloor: Shopfloor,
        detection: Detection,
        cases: CaseFiles,
    ) -> None:
        self._rng, self._start = frame.rng, frame.start
        self._company, self._supply, self._shopfloor = company, supply, shopfloor
        self._detection, self._cases = detection, cases
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._family = np.array([catalogue.FAMILIES.index(family(line)) for line in frame.lines])
        self._days_found: OrderedDict[int, Reports] = OrderedDict()

    def between(self, start: int, end: int) -> Reports:
        """Reports on record whose life meets [start, end); where history begins, also those before that a later
        case refers to."""
        first = max(start // DAY - LIFE_DAYS, self._company.calendar.first_day + 8)
        days = range(first, (end - 1) // DAY + 1)
        missing = [d for d in days if d not in self._days_found]
        if missing:
            found = self._found(missing[0] * DAY, (missing[-1] + 1) * DAY)
            for d in range(missing[0], missing[-1] + 1):
                self._days_found[d] = found.where(found.detected // DAY == d)
        cells = [self._days_found[d] for d in days]
        while len(self._days_found) > 400:
            self._days_found.popitem(last=False)
        if start <= self._start:
            cells.append(self._long_lived(start - 200 * DAY, first * DAY))
        every = _joined(cells)
        alive = (every.closed >= start) | (start <= self._start)
        return every.where((every.created < end) & alive & every.appears)

    def _found(self, start: int, end: int) -> Reports:
        """Everything detected in [start, end)."""
        return _joined([self._inspected(start, end), self._signalled(start, end), self._long_lived(start, end)])

    def _long_lived(self, start: int, end: int) -> Reports:
        """What was detected in [start, end) and may have a case."""
        found = _joined([self._chronic(start, end), self._incoming(start, end), self._complained(start, end)])
        return found.where((found.detected >= start) & (found.detected < end))

    def incoming(self, start: int, end: int) -> Reports:
        """Reports on incoming lots whose life meets [start, end), those from before history among them."""
        found = self._incoming(start - LIFE_DAYS * DAY, end)
        return found.where((found.created < end) & (found.closed >= start))

    def _reports(
        self, *, entity: Ints, day: Ints, number: Ints, detected: Ints, split: Ints, ends: Ints | None, **given: Any
    ) -> Reports:
        """The course of reports: containment, decision, execution and closing. `ends` is when what refers to
        them is over, too."""
        rng, n = self._rng, len(entity)
        at = (entity, day, number)

        def u(what: str) -> Floats:
            return rng.uniform(f"report {what}", *at)

        zero = np.zeros(n, dtype=np.int64)
        created = given.pop("created", detected + 120 + (1_500 * u("entry")).astype(np.int64))
        contained = created + 300 + (5_000 * u("containment")).astype(np.int64)
        decided = office_time(contained + (1.6 * DAY * u("decision")).astype(np.int64), u("decision hour"))
        places = np.arange(4)
        wait = rng.uniform("report execution", *(x[:, None] for x in at), places)
        executed = np.where(
            split > 0, decided[:, None] + (3_600 + (np.array([0.02, 2.2, 0.8, 3.0]) * DAY * wait)).astype(np.int64), -1
        )
        last = np.maximum(executed.max(axis=1, initial=0), decided)
        closed = office_time(last + (0.9 * DAY * u("closing")).astype(np.int64), u("closing hour"))
        over = closed if ends is None else np.maximum(closed, ends)
        values: dict[str, Any] = {
            "entity": entity,
            "day": day,
            "number": number,
            "line_id": zero,
            "product_id": zero,
            "material_id": zero,
            "supplier_id": zero,
            "work_order_id": zero,
            "inspection_id": zero,
            "inspection_lot_id": zero,
            "complaint_id": zero,
            "lot_id": zero,
            "slot": zero - 1,
            "split": split,
            "detected": detected,
            "created": created,
            "contained": contained,
            "decided": decided,
            "executed": executed,
            "closed": closed,
            "appears": over >= self._start,
            "category": catalogue.pareto(u("cause"), 6, 0.6),
        }
        return Reports(**(values | given))

    def _inspected(self, start: int, end: int) -> Reports:
        """From patrols that failed and first pieces that failed badly, with what was sorted out of the container, and
        from failed final inspections."""
        b = self._shopfloor.production_orders.between(start, end)
        found = self._detection.inspections.every(b)
        found = found.where(found.failed & (found.time >= start) & (found.time < end))
        critical, major, _ = self._detection.inspections.severities(b, found)
        reported = (found.kind != FIRST_PIECE) | (critical + major > 0)
        found, critical, major = found.where(reported), critical[reported], major[reported]
        lots, order, lot = b.lots, found.order, found.lot
        line_id, day = b.line_id[order], lots.day[lot]
        number = 4 * lots.sequence[lot] + found.kind
        codes = self._detection.inspections.codes(b, found)
        known_codes = catalogue.defect_codes()
        by_code = dict(zip(known_codes.code.tolist(), known_codes.defect_code_id.tolist(), strict=True))
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
        return self._reports(
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

    def _chronic(self, start: int, end: int) -> Reports:
        """Those with which a recurring defect was found; their case refers to them."""
        causes = self._shopfloor.causes.chronic(start, end)
        causes = causes.where((causes.detected >= start) & (causes.detected < end) & ~by_trend(self._rng, causes))
        day, number = causes.detected // DAY, CHRONIC_REPORTS + causes.cell % 2
        line = np.searchsorted(self._ids, causes.line_id)
        u = self._rng.uniform("chronic quantity", causes.line_id, causes.cell)
        found = 6 + (34 * u).astype(np.int64)
        rework, use = found * 3 // 10, found // 5
        split = 1000 * np.stack([use, rework, found - rework - use, np.zeros_like(found)], axis=1).reshape(-1, 4)
        order, product = self._order_at(line, causes.detected)
        return self._reports(
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

    def _signalled(self, start: int, end: int) -> Reports:
        """From points beyond a control limit that made the line stop, the first of a chart and day."""
        p = self._detection.charts.between(start - 25 * HOUR, end)  # a production day may have begun before
        p = p.where((p.action == spc.STOPPED) & (p.rule == spc.BEYOND))
        chart = (p.line * spc.SLOTS + p.slot) * 100_000 + p.day
        first = np.ones(len(chart), dtype=bool)
        first[1:] = chart[1:] != chart[:-1]
        p = p.where(first & (p.time >= start))
        line_id, number = self._ids[p.line], SIGNAL_REPORTS + p.slot
        at = (line_id, p.day, number)
        tail = self._shopfloor.process.outside(p.line, p.slot, p.special)
        inspected = 200 + np.floor(400 * self._rng.uniform("signal parts", *at)).astype(np.int64)
        bad = 1 + np.floor(inspected * tail).astype(np.int64)
        rework = bad * 4 // 10
        split = 1000 * np.stack([np.zeros_like(bad), rework, bad - rework, np.zeros_like(bad)], axis=1).reshape(-1, 4)
        product = line_id * 100 + 1
        order, made = self._order_at(p.line, p.time - 1)
        return self._reports(
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
            day[at] = self._company.calendar.production_day(int(i), time[at])
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

    def _incoming(self, start: int, end: int) -> Reports:
        cases = self._cases
        lots = cases.rejected(start // DAY - 1, (end - 1) // DAY + 3)
        verdict = self._supply.receipts.verdicts(lots)
        entity, rng = lots.factory_id * FACTORY + lots.material_id, self._rng
        number = np.zeros(len(entity), dtype=np.int64)
        at = (entity, lots.day)
        whole = verdict.decision == REJECTED
        u = rng.uniform("incoming disposition", *at)
        used = np.where(whole & (u > 0.8), verdict.rejected // 4000 * 1000, 0)
        # Pieces that the line cannot wait for are put right in the house, at the supplier's cost.
        pieces = self._company.materials.base_unit[lots.material_id - 1] == "pcs"
        urgent = pieces & np.where(whole, (u > 0.7) & (u <= 0.8), (u >= 0.4) & (u < 0.6))
        part = np.where(whole, verdict.rejected // 4, verdict.rejected)
        part = np.minimum(part // 1000, MOST_REWORKED) * 1000
        rework = np.where(urgent, part, 0)
        scrapped = np.where(~whole & (u < 0.4), verdict.rejected, 0)
        back = verdict.rejected - used - rework - scrapped
        split = np.stack([used, rework, scrapped, back], axis=1).reshape(-1, 4)
        decided = self._detection.incoming.times(lots, verdict)[1]
        group = self._company.materials.material_group[lots.material_id - 1]
        called = cases.supplier_case(lots)
        ends = np.where(called, cases.supplier_times(lots).closed, 0)
        return self._reports(
            entity=entity,
            day=lots.day,
            number=number,
            detected=decided,
            split=split,
            ends=ends,
            factory_id=lots.factory_id,
            source=np.full(len(entity), INCOMING),
            material_id=lots.material_id,
            supplier_id=lots.supplier_id,
            inspection_lot_id=lots.lot_id,
            lot_id=lots.lot_id,
            defect_code_id=catalogue.of_material(group, material_defect(rng, lots)),
            severity=np.where(lots.fraction > 0.05, 1, 2),
            inspected=lots.quantity,
            containment=np.where(whole, BLOCKED, SORTED),
            category=np.full(len(entity), 2),
        )

    def _complained(self, start: int, end: int) -> Reports:
        desk = self._cases.complaints
        c = desk.between(start // DAY - 6, (end - 1) // DAY + 1)
        c = c.where(c.reported & (c.investigated - HOUR >= start) & (c.investigated - HOUR < end))
        lot, order, _ = desk.lots(c)
        quantity, number = c.quantity, COMPLAINT_REPORTS + c.number
        u = self._rng.uniform("complaint disposition", c.line_id, c.day, c.number)
        rework = np.where(u < 0.3, quantity, 0)
        use = np.where(u > 0.9, quantity, 0)
        split = 1000 * np.stack([use, rework, quantity - use - rework, 0 * quantity], axis=1).reshape(-1, 4)
        return self._reports(
            entity=c.line_id,
            day=c.day,
            number=number,
            detected=c.investigated - HOUR,
            split=split,
            ends=lifetime(desk, c),
            factory_id=c.factory_id,
            line_id=c.line_id,
            source=np.full(len(quantity), COMPLAINT),
            product_id=c.product_id,
            work_order_id=order,
            complaint_id=c.complaint_id,
            lot_id=lot,
            defect_code_id=c.defect_code_id,
            severity=c.severity,
            slot=c.slot,
            inspected=1000 * (quantity + 20),
            containment=np.full(len(quantity), BLOCKED),
            created=c.investigated,
        )


def _joined(parts: list[Reports]) -> Reports:
    return Reports.joined(parts)


def lifetime(desk: Any, c: Any) -> Ints:
    """When the last of a complaint, its report and its case is over."""
    d = desk.reports(c)
    case = np.where(c.serious, np.maximum(d.case_closed, d.accepted), 0)
    report = np.where(c.reported, c.investigated + LIFE_DAYS * DAY, 0)  # it is closed by then
    return np.asarray(np.maximum(np.maximum(c.closed, case), report))
