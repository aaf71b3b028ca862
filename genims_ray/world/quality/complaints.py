"""Complaints of customers about what was shipped, from receipt to closing, and the 8D reports on serious ones.

They come the more often the worse a line was some weeks before: while a defect recurs there, and while its
factory measures with a gauge that is out. Each is about a line of an order that has arrived, and the lot it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world import keys
from genims_ray.world.cells import Days, Touched
from genims_ray.world.company import Company
from genims_ray.world.company.partners import choose
from genims_ray.world.frame import Frame
from genims_ray.world.inventory import Inventory
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.office_hours import occurrences, office_time
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Words
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.characteristics import family

LOOK_BACK_DAYS = 45  # from receipt to closing, at most
CASE_DAYS = 190  # to the closing of the case it calls for, at most
DEFECT, DAMAGE, WRONG_PART, WRONG_QUANTITY, DOCUMENTATION = range(5)
TYPES = ("defect", "damage", "wrong_part", "wrong_quantity", "documentation")
CREDIT, REPLACEMENT, SORTING, REFUSED = range(4)
RESOLUTIONS = ("credit", "replacement", "sorting", "refused")
TICKET = 40_000_000
"""Added to the customer in the keys of tickets."""
_ECHO_DAYS = 20  # from a bad spell at the line to the complaints
_CELL_DAYS = 32
_REPORT_DAYS = 13  # from the opening of a non-conformance to its closing, at most


@dataclass(frozen=True)
class Complaints(Rows):
    """One row each, ordered by (line, day, number); instants in UTC seconds, money in cents."""

    TIME: ClassVar[str] = "received"
    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "investigated", "resolved", "closed")

    line: Ints
    line_id: Ints
    factory_id: Ints
    day: Ints
    number: Ints  # within line and day
    customer_id: Ints
    product_id: Ints
    order_line_id: Ints  # delivered; this and the next two are 0 where it was before anything is known of
    shipment_id: Ints
    lot: Ints  # finished lot, which has the key of its order; 0, too, where the customer does not name it
    ship_day: Ints
    kind: Ints
    defect_code_id: Ints  # 0: none
    severity: Ints
    safety: Bools
    quantity: Ints
    received: Ints
    created: Ints
    investigated: Ints  # begin of the investigation
    resolved: Ints
    closed: Ints
    justified: Bools
    returned: Ints
    resolution: Ints
    credit: Ints
    replacement: Ints
    serious: Bools  # an 8D report is asked for
    slot: Ints  # characteristic concerned
    over: Ints  # the complaint, its report and its case
    has_ticket: Bools
    answer: Floats  # a draw for how satisfied the customer is
    engineer: Words  # random bits for who looks after it

    @property
    def complaint_id(self) -> Ints:
        return keys.key(self.line_id, self.day, self.number)

    @property
    def reported(self) -> Bools:
        """Whether a non-conformance is opened for it."""
        return np.asarray(self.justified & (self.kind == DEFECT))


@dataclass(frozen=True)
class EightD(Rows):
    """The 8D reports on serious complaints, with the instant at which each discipline is finished."""

    INSTANTS: ClassVar[tuple[str, ...]] = (
        "team", "described", "contained", "found", "chosen", "implemented", "prevented", "accepted",
    )  # fmt: skip

    line_id: Ints
    factory_id: Ints
    day: Ints  # the first three of the complaint, as its severity
    number: Ints
    defect_code_id: Ints
    severity: Ints
    team: Ints
    described: Ints
    contained: Ints
    found: Ints
    chosen: Ints
    implemented: Ints
    prevented: Ints
    accepted: Ints
    verified: Ints  # the next four are of the case that carries it out
    reviewed: Ints
    case_closed: Ints
    effective: Bools
    over: Ints  # the complaint, its report and its case
    parts_sorted: Ints
    parts_found: Ints
    team_size: Ints
    method: Ints
    escape: Ints
    category: Ints
    engineer: Words

    @property
    def complaint_id(self) -> Ints:
        return keys.key(self.line_id, self.day, self.number)


class CustomerComplaints:
    """Complaints about the products of a world's lines."""

    def __init__(
        self, frame: Frame, company: Company, shopfloor: Shopfloor, inventory: Inventory, gauges: Gauges
    ) -> None:
        self._company, self._shopfloor, self._gauges = company, shopfloor, gauges
        self._shipped = inventory.shipped
        self._rng, self._start, self._settings = frame.rng, frame.start, frame.plant.quality_control
        self._ids = np.array([line.line_id for line in frame.lines], dtype=np.int64)
        self._family = np.array([catalogue.FAMILIES.index(family(line)) for line in frame.lines], dtype=np.int64)
        self._parts = shopfloor.demand.rate.sum(axis=1)
        self._cells: Days[Complaints] = Days(frame.memory, self._noted, _CELL_DAYS)
        self._complaints: Touched[Complaints] = Touched(frame.memory, self._open)
        self._serious: Touched[EightD] = Touched(frame.memory, self._disciplines)

    def between(self, window: Window) -> Complaints:
        """Complaints received in a window, but for the goods that each is about."""
        return self._cells.between(window).ordered("line_id", "day", "number")

    def touched(self, window: Window) -> Complaints:
        """Complaints on record that change in a window."""
        return self.with_goods(self._complaints.between(window))

    def eight_d(self, window: Window) -> EightD:
        """8D reports on record that change in a window."""
        return self._serious.between(window)

    def received(self, window: Window, days: int) -> Complaints:
        """Complaints received in the UTC days of a window and so many before, but for the goods."""
        first = (self._start if window.is_opening else window.start) // DAY
        last = max((window.end - 1) // DAY, first) + 1
        return self.between(Window.of_days(first - days, last))

    def _open(self, window: Window) -> Complaints:
        """Complaints that a window may touch, and in the opening those that a report or a case on record is about."""
        found = self.received(window, CASE_DAYS if window.is_opening else LOOK_BACK_DAYS)
        return found.where((found.over >= self._start) & (found.created < window.end))

    def _disciplines(self, window: Window) -> EightD:
        found = self.reports(self.received(window, CASE_DAYS))
        return found.where((found.over >= self._start) & (found.team < window.end))

    def with_goods(self, complaints: Complaints) -> Complaints:
        """Complaints with the goods that each is about, and what they cost: they are looked for among what was shipped
        some weeks before."""
        c, q = complaints, self._settings
        if not len(c):
            return c
        at = (c.line_id, c.day, c.number)

        def u(what: str) -> Floats:
            return self._rng.uniform(f"complaint {what}", *at)

        about = self._shipped.one_of(c.line_id, c.day, u("delivery"), u("line"))
        quantity = np.minimum(1 + np.floor(-3.8 * np.log1p(-u("quantity"))).astype(np.int64), about.quantity)
        products = self._company.products
        row = np.minimum(np.searchsorted(products.product_id, about.product_id), len(products.product_id) - 1)
        list_price, standard = products.list_price_cents[row], products.standard_cost_cents[row]
        hours = np.round(100 * (1 + 5 * u("sorting"))).astype(np.int64)  # hundredths
        sorting = hours * round(q.inspection_hour_usd * 100) // 100
        return replace(
            c,
            customer_id=about.customer_id,
            product_id=about.product_id,
            order_line_id=about.order_line_id,
            shipment_id=about.shipment_id,
            lot=np.where(u("lot named") < 0.125, 0, about.lot),
            ship_day=about.ship_day,
            quantity=quantity,
            returned=np.where(c.resolution == REFUSED, 0, np.floor(quantity * u("returned") + 0.5).astype(np.int64)),
            credit=np.where(c.resolution == CREDIT, quantity * list_price + 2_500, 0),
            replacement=np.select(
                [c.resolution == REPLACEMENT, c.resolution == SORTING], [quantity * standard + 4_500, sorting], 0
            ),
        )

    def _noted(self, cell: int) -> Complaints:
        """Complaints received on the days of a cell, without the goods."""
        rng, q = self._rng, self._settings
        first, last = cell * _CELL_DAYS, (cell + 1) * _CELL_DAYS
        rate = 7 / 5 * q.complaints_per_million * 1e-6 * self._parts
        line, day, k = occurrences(rng, "complaint", self._ids, rate[:, None] * self._badness(first, last), first, last)
        line_id = self._ids[line]
        at = (line_id, day, k)

        def u(what: str) -> Floats:
            return rng.uniform(f"complaint {what}", *at)

        kind = choose(u("type"), [62, 12, 8, 12, 6])
        slot = catalogue.pareto(u("defect"), min(8, self._shopfloor.characteristics.slots), 0.5)
        logistics = 1301 + catalogue.pareto(u("defect"), 12, 0.7)
        code = np.select(
            [kind == DEFECT, kind == DAMAGE], [100 * (self._family[line] + 1) + 1 + slot % 13, logistics], 0
        )
        worst = u("severity")
        severity = np.where(worst < 0.06, 0, np.where(worst < 0.45, 1, 2))
        severity = np.where(kind == DEFECT, severity, np.maximum(severity, 1))
        received = day * DAY + 7 * HOUR + (10 * HOUR * u("hour")).astype(np.int64)
        created = received + 300 + (3_300 * u("entry")).astype(np.int64)
        investigated = office_time(created, u("investigation"))
        justified = u("justified") < np.array([0.85, 0.7, 0.9, 0.9, 0.9])[kind]
        resolution = np.where(justified, choose(u("resolution"), [50, 35, 15]), REFUSED)
        resolved = office_time(
            investigated + (DAY * np.minimum(rng.lognormal("complaint days", 5.0, 0.5, *at), 16)).astype(np.int64),
            u("answer"),
        )
        closed = office_time(resolved + (9 * DAY * u("closing")).astype(np.int64), u("closing hour"))
        none = np.zeros(len(line), dtype=np.int64)
        serious = justified & (kind == DEFECT) & ((severity == 0) | ((severity == 1) & (u("serious") < 0.42)))
        complaints = Complaints(
            line=line,
            line_id=line_id,
            factory_id=line_id // 100,
            day=day,
            number=k,
            customer_id=none,
            product_id=none,
            order_line_id=none,
            shipment_id=none,
            lot=none,
            ship_day=none,
            kind=kind,
            defect_code_id=code,
            severity=severity,
            safety=(severity == 0) & (u("safety") < 0.5),
            quantity=none,
            received=received,
            created=created,
            investigated=investigated,
            resolved=resolved,
            closed=closed,
            justified=justified,
            returned=none,
            resolution=resolution,
            credit=none,
            replacement=none,
            serious=serious,
            slot=slot,
            over=closed,
            has_ticket=u("ticket") >= 0.1,
            answer=u("answer"),
            engineer=rng.words("complaint engineer", *at),
        )
        over = closed.copy()
        over[serious] = np.maximum(over[serious], self.reports(complaints).over)
        report = np.where(complaints.reported, investigated + _REPORT_DAYS * DAY, 0)  # it is closed by then
        return replace(complaints, over=np.maximum(over, report))

    def _badness(self, first_day: int, last_day: int) -> Floats:
        """(lines, days): how often complaints come, relative to a healthy line's."""
        days = np.arange(first_day, last_day)
        factor = np.ones((len(self._ids), len(days)))
        back = (first_day - _ECHO_DAYS) * DAY
        found = self._shopfloor.causes.chronic(back, (last_day - _ECHO_DAYS) * DAY)
        line = np.searchsorted(self._ids, found.line_id)
        at = (days - _ECHO_DAYS) * DAY
        for i, begin, end, share in zip(
            line.tolist(), found.onset.tolist(), found.ends.tolist(), found.share.tolist(), strict=True
        ):
            factor[i] += (at >= begin) * (at < end) * share / 0.012
        gauges = self._gauges
        c = gauges.between(Window.of_days(first_day - 40, last_day + int(gauges.masters.frequency.max())))
        c = c.where(c.story)
        for g, begin, end in zip(c.gauge.tolist(), c.onset.tolist(), c.day.tolist(), strict=True):
            false = (days >= begin + 30) & (days < end + 40)  # accepted wrongly, noticed by customers later
            factor[self._ids // 100 == gauges.masters.factory_id[g]] += 0.8 * false
        return factor

    def reports(self, complaints: Complaints) -> EightD:
        """The 8D reports on the serious ones of some complaints, and the case that carries out each."""
        c, rng = complaints.where(complaints.serious), self._rng
        at = (c.line_id, c.day, c.number)

        def after(earliest: Ints, what: str, least: float, most: float) -> Ints:
            days = least + (most - least) * rng.uniform(f"8D {what}", *at)
            return office_time(earliest + (DAY * days).astype(np.int64) - DAY, rng.uniform(f"8D {what} hour", *at))

        team = c.created + HOUR + (5 * HOUR * rng.uniform("8D team", *at)).astype(np.int64)
        described = after(team, "description", 1.0, 1.4)
        contained = described + HOUR + (6 * HOUR * rng.uniform("8D containment", *at)).astype(np.int64)
        found = after(contained, "cause", 3.0, 12.0)
        chosen = after(found, "choice", 1.5, 5.0)
        implemented = after(chosen, "implementation", 8.0, 35.0)
        prevented = after(implemented, "prevention", 3.0, 12.0)
        accepted = after(prevented, "acceptance", 2.0, 10.0)
        verified = after(implemented, "verification", 2.0, 9.0)
        reviewed = after(verified, "review", 33.0, 55.0)
        closed = after(np.maximum(reviewed, accepted), "closing", 1.5, 5.0)
        parts_sorted = 50 + np.floor(900 * rng.uniform("8D sorted", *at)).astype(np.int64)
        return EightD(
            line_id=c.line_id,
            factory_id=c.factory_id,
            day=c.day,
            number=c.number,
            defect_code_id=c.defect_code_id,
            severity=c.severity,
            team=team,
            described=described,
            contained=contained,
            found=found,
            chosen=chosen,
            implemented=implemented,
            prevented=prevented,
            accepted=accepted,
            verified=verified,
            reviewed=reviewed,
            case_closed=closed,
            effective=rng.uniform("8D effective", *at) < self._settings.chronic_effective,
            over=np.maximum(c.over, np.maximum(closed, accepted)),
            parts_sorted=parts_sorted,
            parts_found=np.floor(parts_sorted * 0.02 * rng.uniform("8D found", *at)).astype(np.int64),
            team_size=3 + (rng.words("8D team", *at) % np.uint64(5)).astype(np.int64),
            method=np.searchsorted([0.5, 0.85, 0.95], rng.uniform("8D method", *at)),
            escape=np.searchsorted([0.5, 0.8, 0.92], rng.uniform("8D escape", *at)),
            category=catalogue.root_cause(rng, *at),
            engineer=c.engineer,
        )
