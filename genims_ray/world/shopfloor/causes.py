"""What disturbs a process: special causes that come and go, and chronic ones that a corrective action ends.

Both are drawn per aligned cell of an entity, so that any instant is answered from the few cells before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import params
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows

SPECIAL_CELL = 5  # days, longer than a special cause lasts
CHRONIC_CELL = 50  # days
CHRONIC_LIFE = 240  # days from the onset to the closing of its case, at most
MONTH = 30.4375


@dataclass(frozen=True)
class SpecialCauses(Rows):
    """Shifts of single characteristics, one row each."""

    line_id: Ints
    slot: Ints
    start: Ints
    end: Ints
    shift: Floats  # standard deviations, signed


@dataclass(frozen=True)
class ChronicCauses(Rows):
    """Recurring defects of a line, from their onset to the review of what was done about them; one row each.

    Instants are UTC seconds.
    """

    line_id: Ints
    cell: Ints
    slot: Ints  # of the special characteristic that suffers
    share: Floats  # of the parts rejected for it
    onset: Ints
    detected: Ints
    opened: Ints  # the case
    found: Ints  # the root cause
    completed: Ints  # the last action
    verified: Ints
    reviewed: Ints
    closed: Ints
    ends: Ints  # when the defect stops recurring
    effective: Bools


class Causes:
    """Special and chronic causes at some lines."""

    def __init__(self, line_ids: Ints, slots: int, settings: params.QualityControl, rng: Rng) -> None:
        self._ids = line_ids
        self._slots = slots
        self._settings = settings
        self._rng = rng

    def special(self, start: int, end: int) -> SpecialCauses:
        """Special causes that act at some time in [start, end), ordered by (line, slot, start)."""
        first, last = start // DAY // SPECIAL_CELL - 1, (end - 1) // DAY // SPECIAL_CELL
        cells = np.arange(first, last + 1)
        q, rng = self._settings, self._rng
        at = (self._ids[:, None, None], np.arange(self._slots)[:, None], cells)
        comes = rng.uniform("special cause", *at) < q.special_causes_per_month * SPECIAL_CELL / MONTH
        line, slot, cell = np.nonzero(comes)
        where = (self._ids[line], slot, cells[cell])
        begin = (cells[cell] * SPECIAL_CELL * DAY + SPECIAL_CELL * DAY * rng.uniform("special start", *where)).astype(
            np.int64
        )
        hours = q.special_hours_min + (q.special_hours_max - q.special_hours_min) * rng.uniform("special hours", *where)
        size = q.special_shift_min + (q.special_shift_max - q.special_shift_min) * rng.uniform("special shift", *where)
        sign = np.where(rng.uniform("special sign", *where) < 0.5, -1.0, 1.0)
        found = SpecialCauses(where[0], slot, begin, begin + (HOUR * hours).astype(np.int64), sign * size)
        return found.where((found.start < end) & (found.end > start))

    def shift_table(self, start: int, end: int) -> tuple[Ints, Ints, Floats]:
        """(lines, slots, n): start, end and shift of the special causes of [start, end); unused places never."""
        found = self.special(start, end)
        line = np.searchsorted(self._ids, found.line_id)
        cell = line * self._slots + found.slot
        number = np.arange(len(cell)) - np.searchsorted(cell, cell)
        width = int(number.max(initial=0)) + 1
        shape = (len(self._ids), self._slots, width)
        begin, finish, shift = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape)
        at = (line, found.slot, number)
        begin[at], finish[at], shift[at] = found.start, found.end, found.shift
        return begin, finish, shift

    def chronic(self, start: int, end: int) -> ChronicCauses:
        """Chronic causes whose history, from onset to the closing of the case, meets [start, end)."""
        q, rng = self._settings, self._rng
        cells = np.arange((start // DAY - CHRONIC_LIFE) // CHRONIC_CELL, (end - 1) // DAY // CHRONIC_CELL + 1)
        comes = (
            rng.uniform("chronic cause", self._ids[:, None], cells) < q.chronic_per_line_year * CHRONIC_CELL / 365.25
        )
        line, c = np.nonzero(comes)
        at = (self._ids[line], cells[c])

        def span(what: str, median: float, sigma: float, most: float) -> Ints:
            days = np.minimum(rng.lognormal(f"chronic {what}", median, sigma, *at), most)
            return (DAY * days).astype(np.int64)

        def office(time: Ints, what: str) -> Ints:
            """The office hours of the working day on or after `time`."""
            day = time // DAY + 1
            day += np.select([(day + 3) % 7 == 5, (day + 3) % 7 == 6], [2, 1], 0)
            return np.asarray(
                day * DAY + 8 * HOUR + (8 * HOUR * rng.uniform(f"chronic {what} hour", *at)).astype(np.int64)
            )

        onset = (DAY * CHRONIC_CELL * (cells[c] + rng.uniform("chronic onset", *at))).astype(np.int64)
        detected = onset + span("detection", 6.0, 0.5, 20.0)
        opened = office(detected, "opening")
        found = office(opened + span("analysis", 8.0, 0.4, 20.0), "analysis")
        completed = office(found + span("action", 22.0, 0.35, 50.0), "action")
        verified = office(completed + span("verification", 5.0, 0.4, 12.0), "verification")
        reviewed = office(verified + 32 * DAY + span("review", 6.0, 0.5, 20.0), "review")
        effective = rng.uniform("chronic effective", *at) < q.chronic_effective
        closed = office(reviewed + span("closing", 2.0, 0.5, 6.0), "closing")
        causes = ChronicCauses(
            line_id=at[0],
            cell=at[1],
            slot=(rng.words("chronic slot", *at) % np.uint64(min(6, self._slots))).astype(np.int64),
            share=rng.lognormal("chronic share", q.chronic_rejects, 0.4, *at),
            onset=onset,
            detected=detected,
            opened=opened,
            found=found,
            completed=completed,
            verified=verified,
            reviewed=reviewed,
            closed=closed,
            ends=np.where(effective, completed, reviewed + 30 * DAY),
            effective=effective,
        )
        last = np.maximum(causes.closed, causes.ends)
        return causes.where((causes.onset < end) & (last >= start))
