"""Planned quality: process FMEAs and control plans of all products, from the characteristics of their lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import dates
from genims_ray.world.cells import Instants
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.quality import catalogue
from genims_ray.world.quality.office_hours import working_day
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Words
from genims_ray.world.shopfloor.characteristics import CRITICAL, DRIVERS, SPECIAL_SLOTS, STANDARD, Characteristics

HIGH, MEDIUM, LOW = range(3)
PRIORITIES = ("high", "medium", "low")
CAUSES = (
    "Machine setting drifts", "Tool wears", "Material lot varies", "Operator sets it by hand", "Method leaves room",
    "Fixture does not hold",
)  # fmt: skip
PREVENTIONS = (
    "Machine checked each shift", "Tool changed at a share of its life", "Supplier under lot control", "Operators certified",
    "Work instruction with limits", "Fixture maintained by schedule",
)  # fmt: skip
assert len(CAUSES) == len(PREVENTIONS) == len(DRIVERS)
REVIEW_DAYS, REVIEW_LASTS = 365, 20
PRE_LAUNCH_DAYS = 180
"""Days after its launch for which a product's plan is a tightened one, at least."""


@dataclass(frozen=True)
class Fmeas(Rows):
    """One row each, ordered by key."""

    fmea_id: Ints
    line: Ints  # row of the lines
    number: Ints  # within the line
    product_id: Ints
    first_revision: Ints  # day
    created: Ints
    leader: Words  # random bits for who leads it, and for the revision at its first review


@dataclass(frozen=True)
class Items(Rows):
    """One row a FMEA and characteristic; `action` where one was decided, `done` the day it was carried out."""

    fmea: Ints  # row of the FMEAs
    slot: Ints
    item_id: Ints
    operation: Ints
    severity: Ints
    occurrence: Ints
    detection: Ints
    priority: Ints
    action: Bools
    decided: Ints
    target: Ints
    done: Ints
    occurrence_after: Ints
    detection_after: Ints
    created: Ints
    carried_out: Ints  # instant, NEVER where no action was decided
    responsible: Words


@dataclass(frozen=True)
class Plans(Rows):
    """Control plans, ordered by key; one row a revision. Days; `obsolete` is -1 where nothing follows."""

    control_plan_id: Ints
    product_id: Ints
    line: Ints
    revision: Ints
    fmea_id: Ints
    approved: Ints
    effective: Ints
    obsolete: Ints
    pre_launch: Bools
    author: Words


class QualityPlanning:
    """What was planned for the lines of a plant; `characteristics` are of all of them."""

    def __init__(self, frame: Frame, company: Company, characteristics: Characteristics) -> None:
        self._layout = layout = frame.layout
        self._rng = rng = frame.rng
        self.characteristics = characteristics
        start = frame.start_day
        self._start = start
        count = np.array([2 if i % 5 != 4 and x.type.products > 1 else 1 for i, x in enumerate(layout.lines)])
        line = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count) + 1
        ids = characteristics.line_ids[line]
        products = np.array([x.type.products for x in layout.lines])
        rank = np.where(number == 1, 1, products[line] // 2 + 1)
        fmea_id = ids * 10 + number
        age = (REVIEW_DAYS * rng.uniform("fmea age", fmea_id)).astype(np.int64)
        self.fmeas = Fmeas(
            fmea_id,
            line,
            number,
            ids * 100 + rank,
            start - age,
            dates.entered(rng, "fmea", fmea_id, start - 400 - 30 * number),
            rng.words("fmea leader", fmea_id),
        )
        self._count, self._products = count, products
        self.plans = self._plans(company)
        codes = catalogue.defect_codes().defect_code_id
        self.codes_entered = dates.entered(rng, "defect code", codes, start - 900 - codes % 700)
        self._revised = Instants(frame.memory, self._revisions)
        self._in_force = Instants(frame.memory, self._validities)
        self._done = Instants(frame.memory, lambda _: self.items.carried_out)

    def fmeas_change_in(self, window: Window) -> bool:
        """Whether a FMEA may change in a window."""
        return window.is_opening or self._revised.lie_in(window)

    def items_change_in(self, window: Window) -> bool:
        """Whether an action of a FMEA may be carried out in a window."""
        return window.is_opening or self._done.lie_in(window)

    def plans_change_in(self, window: Window) -> bool:
        """Whether a control plan may come into force or be replaced in a window."""
        return window.is_opening or self._in_force.lie_in(window)

    def revised(self, end: int) -> tuple[Ints, Ints, Ints]:
        """Of each FMEA before an instant: how often it was revised since the first time, when it was revised last, and
        when it is in review again. There is one revision a year."""
        first = self.fmeas.first_revision * DAY + 9 * HOUR
        turn = np.maximum(((end - 1) - first) // (REVIEW_DAYS * DAY), 0)
        revised = first + turn * REVIEW_DAYS * DAY
        return turn, revised, revised + (REVIEW_DAYS - REVIEW_LASTS) * DAY

    def _revisions(self, window: Window) -> Ints:
        _, revised, review = self.revised(window.end)
        return np.concatenate([revised, review])

    def validity(self) -> tuple[Ints, Ints]:
        """When each plan comes into force, and when it is replaced (NEVER: it is not)."""
        p = self.plans
        return p.effective * DAY + 6 * HOUR, np.where(p.obsolete >= 0, p.obsolete * DAY + 6 * HOUR, NEVER)

    def _validities(self, window: Window) -> Ints:
        return np.concatenate(self.validity())

    @cached_property
    def items(self) -> Items:
        """Risks, the more frequent the less capable the process; actions where they are great."""
        c, f, rng = self.characteristics, self.fmeas, self._rng
        at = (f.fmea_id[:, None], np.arange(c.slots))
        kind, cp = c.kind[f.line], c.cp[f.line]
        severity = np.where(kind == CRITICAL, 9, np.where(kind == STANDARD, 3, 6)) + (
            rng.words("fmea severity", *at)
            % np.where(kind == CRITICAL, 2, np.where(kind == STANDARD, 4, 3)).astype(np.uint64)
        ).astype(np.int64)
        lack = 7.5 - 4.2 * (cp - 1.0) + 1.2 * rng.normal("fmea occurrence", *at)
        occurrence = np.clip(np.round(lack), 1, 10).astype(np.int64)
        detection = np.clip(np.round(4 + 1.6 * rng.normal("fmea detection", *at)), 1, 9).astype(np.int64)
        high = ((severity >= 9) & (occurrence >= 6)) | ((severity >= 7) & (occurrence >= 7) & (detection >= 5))
        medium = ((severity >= 9) & (occurrence >= 3)) | ((severity >= 5) & (occurrence >= 5) & (detection >= 4))
        priority = np.where(high, HIGH, np.where(medium, MEDIUM, LOW))
        action = high | (medium & (rng.uniform("fmea action", *at) < 0.3))
        decided = np.broadcast_to(f.first_revision[:, None], action.shape)
        target = working_day(decided + 60 + (200 * rng.uniform("fmea target", *at)).astype(np.int64))
        done = working_day(target - 25 + (45 * rng.uniform("fmea done", *at)).astype(np.int64))
        gain = 1 + (rng.words("fmea gain", *at) % np.uint64(3)).astype(np.int64)
        n, slots = severity.shape
        fmea, slot = np.repeat(np.arange(n), slots), np.tile(np.arange(slots), n)
        item_id = f.fmea_id[fmea] * 100 + slot + 1
        return Items(
            fmea=fmea,
            slot=slot,
            item_id=item_id,
            operation=10 * c.position[f.line].ravel(),
            severity=severity.ravel(),
            occurrence=occurrence.ravel(),
            detection=detection.ravel(),
            priority=priority.ravel(),
            action=action.ravel(),
            decided=decided.ravel(),
            target=target.ravel(),
            done=done.ravel(),
            occurrence_after=np.maximum(occurrence - gain, 1).ravel(),
            detection_after=np.maximum(detection - (gain > 2), 1).ravel(),
            created=f.created[fmea] + 60 * slot,
            carried_out=np.where(action, done * DAY + 14 * HOUR, NEVER).ravel(),
            responsible=rng.words("fmea responsible", item_id),
        )

    def _plans(self, company: Company) -> Plans:
        p = self._layout.products
        line = np.searchsorted(self.characteristics.line_ids, p.line_id)
        rank = p.product_id % 100
        fmea = np.where((self._count[line] == 2) & (rank > self._products[line] // 2), 2, 1)
        rng, start = self._rng, self._start
        launched = company.products.launched_on
        approved = np.minimum(launched, start - 30) - 10
        # A few products get a new plan soon; never a line's first, whose characteristics are on its charts.
        renewed = (rng.uniform("plan renewed", p.product_id) < 0.035) & (rank > 1)
        renewed |= p.product_id == p.product_id[min(1, len(rank) - 1)]
        soon = start + 3 + (60 * rng.uniform("plan effective", p.product_id)).astype(np.int64)
        # A young product is launched under a tightened plan, until it has shown for some months what it can do.
        young = (launched + PRE_LAUNCH_DAYS > start) & (rank > 1)
        proven = launched + PRE_LAUNCH_DAYS + (30 * rng.uniform("launch proven", p.product_id)).astype(np.int64)
        effective = working_day(np.where(young, np.maximum(proven, start + 3), soon))
        renewed |= young
        n = np.flatnonzero(renewed)
        every = np.concatenate([np.arange(len(rank)), n])
        second = np.arange(len(every)) >= len(rank)
        plan_id = p.product_id[every] * 10 + 1 + second
        order = np.argsort(plan_id)
        every, second = every[order], second[order]
        return Plans(
            control_plan_id=plan_id[order],
            product_id=p.product_id[every],
            line=line[every],
            revision=1 + second.astype(np.int64),
            fmea_id=self.fmeas_of(line[every], fmea[every]),
            approved=np.where(second, start - 5 - every % 20, approved[every]),
            effective=np.where(second, effective[every], approved[every] + 7),
            obsolete=np.where(renewed[every] & ~second, effective[every], -1),
            pre_launch=young[every] & ~second,
            author=rng.words("plan author", plan_id[order]),
        )

    def fmeas_of(self, line: Ints, number: Ints) -> Ints:
        return self.characteristics.line_ids[line] * 10 + number

    def nominal(self, product_id: Ints, line: Ints, slot: Ints) -> Floats:
        """Of each product's characteristic, in the unit of its gauge; products of a line share its features."""
        c = self.characteristics
        apart = 0.2 * c.reach[line, slot] * (2 * self._rng.uniform("product nominal", product_id, slot) - 1)
        return np.asarray(np.round(c.nominal[line, slot] * (1 + apart), 1))

    def slots_of(self, product_id: Ints) -> Ints:
        """How many characteristics of its line a product's plan controls: all for a line's first product."""
        return np.where(
            product_id % 100 == 1, self.characteristics.slots, min(SPECIAL_SLOTS, self.characteristics.slots)
        )

    def plan_of(self, product_id: Ints) -> Ints:
        """Key of the first plan of each product."""
        return product_id * 10 + 1

    def characteristic_id(self, plan_id: Ints, slot: Ints) -> Ints:
        return plan_id * 100 + slot + 1
