"""Studies of measurement systems: repeatability and reproducibility of the gauges at the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Days
from genims_ray.world.frame import Frame
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.office_hours import occurrences
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Words
from genims_ray.world.shopfloor.characteristics import Characteristics

REASONS = ("periodic", "new_gauge", "after_repair", "capa")
VALIDITY_DAYS = 300
"""Days before history whose studies are on record."""
_CELL_DAYS = 32
_K1 = np.array([0.0, 0.0, 0.8862, 0.5908])
_K2 = np.array([0.0, 0.0, 0.7071, 0.5231])
_K3 = np.array([0.0, 0.0, 0.7071, 0.5231, 0.4467, 0.4030, 0.3742, 0.3534, 0.3375, 0.3249, 0.3146])
"""Factors of ranges over trials, appraisers and parts, by their number (AIAG MSA, 4th edition)."""


@dataclass(frozen=True)
class Studies(Rows):
    """One row each; variations in the unit of the gauge."""

    TIME: ClassVar[str] = "created"

    gauge: Ints  # row of the masters
    day: Ints
    slot: Ints  # characteristic measured
    reason: Ints
    appraisers: Ints
    parts: Ints
    trials: Ints
    repeatability: Floats
    reproducibility: Floats
    part_variation: Floats
    created: Ints
    engineer: Words


class GaugeStudies:
    """Studies of the gauges at the lines; `characteristics` are of all lines."""

    def __init__(self, frame: Frame, gauges: Gauges, characteristics: Characteristics) -> None:
        self._rng, self._start_day = frame.rng, frame.start_day
        self._gauges, self._characteristics = gauges, characteristics
        self._cells: Days[Studies] = Days(frame.memory, self._cell, _CELL_DAYS)

    def between(self, window: Window) -> Studies:
        """Studies recorded in a window; in the opening those of the days before history that still count."""
        if window.is_opening:
            window = Window((self._start_day - VALIDITY_DAYS) * DAY, window.end)
        return self._cells.between(window).ordered("gauge", "day")

    def _cell(self, cell: int) -> Studies:
        rng, m, c = self._rng, self._gauges.masters, self._characteristics
        own = np.flatnonzero(m.line_id > 0)
        rate = np.full(len(own), 7 / 5 / 900)
        row, day, _ = occurrences(
            rng, "msa", m.equipment_id[own], rate, cell * _CELL_DAYS, (cell + 1) * _CELL_DAYS, most=1
        )
        gauge = own[row]
        at = (m.equipment_id[gauge], day)
        line = np.searchsorted(c.line_ids, m.line_id[gauge])
        slot = np.minimum(m.place[gauge], c.slots - 1)
        reason = np.searchsorted([0.7, 0.85, 0.95], rng.uniform("msa reason", *at))
        # A gauge that is known is looked at again with five parts; then all three measure them three times.
        short = (reason == 0) & (rng.uniform("msa short", *at) < 0.6)
        appraisers = np.where(short | (rng.uniform("msa appraisers", *at) < 0.8), 3, 2)
        parts = np.where(short, 5, 10)
        trials = np.where(short | (rng.uniform("msa trials", *at) < 0.7), 3, 2)
        sigma = c.sigma[line, slot]
        repeat, appraiser, part = (sigma * x for x in variations(rng, at, appraisers, parts, trials))
        return Studies(
            gauge=gauge,
            day=day,
            slot=slot,
            reason=reason,
            appraisers=appraisers,
            parts=parts,
            trials=trials,
            repeatability=repeat,
            reproducibility=appraiser,
            part_variation=part,
            created=day * DAY + 13 * HOUR + (4 * HOUR * rng.uniform("msa hour", *at)).astype(np.int64),
            engineer=rng.words("msa engineer", *at),
        )


def variations(
    rng: Rng, at: tuple[Ints, Ints], appraisers: Ints, parts: Ints, trials: Ints
) -> tuple[Floats, Floats, Floats]:
    """Equipment, appraiser and part variation of each study, in standard deviations of its characteristic, by the
    average and range method (AIAG MSA, 4th edition) from what each appraiser measured of each part."""
    one = tuple(x[:, None, None, None] for x in at)
    a, p, t = (np.arange(n).reshape(shape) for n, shape in ((3, (-1, 1, 1)), (10, (-1, 1)), (3, (-1,))))
    spread = rng.lognormal("msa repeatability", 0.11, 0.45, *at)[:, None, None, None]
    apart = rng.lognormal("msa reproducibility", 0.07, 0.6, *at)[:, None, None, None]
    part = rng.normal("msa part", *one, p)
    hand = apart * rng.normal("msa appraiser", *one, a)
    value = part + hand + spread * rng.normal("msa trial", *one, a, p, t)
    used = ((a < appraisers[:, None, None, None]) & (p < parts[:, None, None, None])) & (
        t < trials[:, None, None, None]
    )

    def reach(x: Floats, of: Bools, axis: int) -> Floats:
        """Greatest less least."""
        top = np.where(of, x, -np.inf).max(axis=axis) - np.where(of, x, np.inf).min(axis=axis)
        return np.asarray(np.where(of.any(axis=axis), top, 0.0))

    n = appraisers * parts
    repeat = reach(value, used, 3).sum(axis=(1, 2)) / n * _K1[trials]
    of_appraiser = np.where(used, value, 0.0).sum(axis=(2, 3)) / (parts * trials)[:, None]
    hands = reach(of_appraiser, np.asarray(used.any(axis=(2, 3))), 1) * _K2[appraisers]
    of_part = np.where(used, value, 0.0).sum(axis=(1, 3)) / (appraisers * trials)[:, None]
    between = reach(of_part, np.asarray(used.any(axis=(1, 3))), 1) * _K3[parts]
    return repeat, np.sqrt(np.maximum(hands**2 - repeat**2 / (parts * trials), 0.0)), between
