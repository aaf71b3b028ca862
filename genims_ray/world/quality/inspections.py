"""Inspections at the line: first piece after setup, patrol of one container lot an hour, final."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import HOUR, NEVER
from genims_ray.world.frame import Frame
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor.containers import binomial
from genims_ray.world.shopfloor.production_orders import OrderBook

FIRST_PIECE, PATROL, FINAL = range(3)
MINUTES = np.array([6, 4, 12])
"""Time of an inspector that each kind takes."""
DEFECTS = {
    "shaft": ("diameter", "runout", "surface", "length", "crack"),
    "bracket": ("edge_burr", "hole_position", "bend_angle", "scratch", "split"),
    "frame": ("weld_porosity", "distortion", "undercut", "missing_weld", "weld_crack"),
    "housing": ("flash", "short_shot", "sink_mark", "warpage", "contamination"),
    "module": ("misassembly", "missing_part", "torque", "label", "connector"),
}
"""Defects of each product family, the most frequent first."""


@dataclass(frozen=True)
class Inspections(Rows):
    """Inspections of an order book, aligned."""

    kind: Ints
    order: Ints  # row of the book
    lot: Ints  # row of the lots inspected, the last one for a final inspection
    time: Ints
    sample: Ints
    defects: Ints
    failed: Bools


class LineInspections:
    """What inspectors find at the lines of a world."""

    def __init__(self, frame: Frame) -> None:
        self._family = np.array([line.type.product_family for line in frame.lines])
        self._settings = settings = frame.plant.inspection
        self._rng = frame.rng
        self._plans = (settings.first_piece, settings.patrol, settings.final)

    def every(self, b: OrderBook) -> Inspections:
        """All inspections made of the orders of a book."""
        final = self.final(b)
        return Inspections.joined([self._first_pieces(b), self._patrols(b), final.where(final.time != NEVER)])

    def final(self, b: OrderBook) -> Inspections:
        """The final inspection of every order of the book; NEVER and passed where it has not ended."""
        _, scrapped, rework, _ = b.made(2**62)
        every = np.arange(len(b.line))
        lot = np.maximum(np.searchsorted(b.lots.order, every, side="right") - 1, 0)
        u = self._rng.uniform("final inspection", b.line_id, b.day, b.sequence)
        ended = b.end != NEVER
        share = np.where(ended, self._settings.undetected * (scrapped + rework) / b.quantity, 0.0)
        return self._judged(FINAL, every, lot, np.where(ended, b.inspected, NEVER), u, share)

    def failures(self, b: OrderBook) -> Ints:
        """Failed inspections of each order."""
        found = self.every(b)
        return np.bincount(found.order[found.failed], minlength=len(b.line))

    def patrolled_step(self, b: OrderBook, found: Inspections, steps: Ints) -> Ints:
        """The step, from 0, at which each inspection looks if it is a patrol; `steps` are those of its line before the
        last one."""
        line, day, sequence, _ = self._where(b, found)
        u = self._rng.uniform("patrolled step", line, day, sequence)
        return np.floor(u * np.maximum(steps, 1)).astype(np.int64)

    def severities(self, b: OrderBook, found: Inspections) -> tuple[Ints, Ints, Ints]:
        """Critical, major and minor defects of each inspection."""
        worst = self._rng.uniform("defect severity", *self._where(b, found))
        settings = self._settings
        critical = np.where(worst < settings.critical_share, np.minimum(found.defects, 1), 0)
        serious = worst < settings.critical_share + settings.major_share
        major = np.where(serious, found.defects - critical, 0)
        return critical, major, found.defects - critical - major

    def codes(self, b: OrderBook, found: Inspections) -> NDArray[np.object_]:
        """The prevailing defect of each inspection, by the family of the product."""
        u = self._rng.uniform("defect code", *self._where(b, found))
        family = self._family[b.line[found.order]]
        code = np.full(len(found.order), "", dtype=object)
        for name in np.unique(family):
            codes = np.array(DEFECTS[str(name)], dtype=object)
            weight = np.cumsum(self._settings.defect_ratio ** np.arange(len(codes)))
            at = family == name
            code[at] = codes[np.searchsorted(weight / weight[-1], u[at])]
        return code

    @staticmethod
    def _where(b: OrderBook, found: Inspections) -> tuple[Ints, Ints, Ints, Ints]:
        return b.line_id[found.order], b.lots.day[found.lot], b.lots.sequence[found.lot], found.kind

    def _first_pieces(self, b: OrderBook) -> Inspections:
        """The first pieces of each order, from its first lot; most start-up rejects are sorted out by then."""
        lot = np.flatnonzero(b.lots.number == 1)
        u, share, wait = self._drawn(b, lot, FIRST_PIECE)
        time = b.lots.start[lot] + (120 + 240 * wait).astype(np.int64)
        return self._judged(FIRST_PIECE, b.lots.order[lot], lot, time, u, self._settings.startup_left * share)

    def _patrols(self, b: OrderBook) -> Inspections:
        """The first lot that an order finishes in each hour of the clock, after the hour in which it began."""
        lots = b.lots
        hour = lots.end // HOUR
        lot = 1 + np.flatnonzero((lots.order[1:] == lots.order[:-1]) & (hour[1:] != hour[:-1]))
        u, share, wait = self._drawn(b, lot, PATROL)
        time = lots.end[lot] + (60 + 240 * wait).astype(np.int64)
        return self._judged(PATROL, lots.order[lot], lot, time, u, share)

    def _drawn(self, b: OrderBook, lot: Ints, kind: int) -> tuple[Floats, Floats, Floats]:
        """A draw for the sample, the share of rejects in each lot and a draw for the time taken."""
        lots = b.lots
        where = (b.line_id[lots.order[lot]], lots.day[lot], lots.sequence[lot], kind)
        share = (lots.scrapped + lots.rework)[lot] / np.maximum(lots.parts[lot], 1)
        return (self._rng.uniform("inspection sample", *where), share, self._rng.uniform("inspection time", *where))

    def _judged(self, kind: int, order: Ints, lot: Ints, time: Ints, u: Floats, share: Floats) -> Inspections:
        plan, n = self._plans[kind], len(order)
        sample = np.full(n, plan.sample)
        defects = binomial(u, sample, np.minimum(share, 0.9))
        return Inspections(np.full(n, kind), order, lot, time, sample, defects, defects > plan.accept)
