"""Gauges and their calibration: when each is calibrated, how far it was out, and while it may not be used.

A gauge keeps a rhythm of its own a few days within its validity; some calibrations come late. One that is
left outside its permitted error is locked out until it has been repaired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import dates
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts
from genims_ray.world.shopfloor.characteristics import UNITS, gauge_types

ROOM = ("cmm", "roughness_tester", "hardness_tester", "height_gauge", "micrometer")
"""What stands in the measuring room of a factory."""
ALERT_DAYS = 10
_MARGIN, _JITTER = 8, 4
PASSED, ADJUSTED, FAILED = range(3)
RESULTS = ("passed", "adjusted", "failed")
MORNING = 6 * HOUR
"""When a gauge is fetched for its calibration, and when one past its due date is locked out."""
SPARES = 1 / 3
"""Share of the lines that keep a second gauge of their first kind."""
_SPAN = 2**36
REPAIR_DAYS = 25  # from a failed calibration to the one after the repair, at most


@dataclass(frozen=True)
class Masters:
    """The gauges, ordered by key; `line_id` is 0 in the measuring room."""

    equipment_id: Ints
    factory_id: Ints
    line_id: Ints
    number: Ints  # within the factory
    place: Ints  # at the line or in the room, from 0; of a spare, of the one that it stands in for
    kind: Texts
    frequency: Ints  # days
    external: Bools
    accuracy: Floats
    purchased: Ints


@dataclass(frozen=True)
class Calibrations(Rows):
    """Calibrations, one row each, ordered by (gauge, day)."""

    gauge: Ints  # row of the masters
    day: Ints
    repaired: Bools  # the one after the repair of a failed gauge
    result: Ints
    as_found: Floats  # in permitted errors, signed
    as_left: Floats
    due: Ints  # last day of the validity that it ended; of the one before
    recorded: Ints  # UTC seconds
    story: Bools  # found far out: its measurements since the one before were wrong
    onset: Ints  # when it went out; the day of the calibration unless found outside

    @property
    def overdue(self) -> Bools:
        return (self.day > self.due) & ~self.repaired


class Gauges:
    """Gauges of all factories."""

    def __init__(self, layout: Layout, rng: Rng, start_day: int) -> None:
        self._rng = rng
        self._settings = layout.plant.quality_control
        self.masters = _masters(layout, rng, start_day)
        m = self.masters
        self._others = _others(m)
        self._phase = (rng.words("calibration phase", m.equipment_id) % m.frequency.astype(np.uint64)).astype(np.int64)

    def of_line(self, line_ids: Ints, gauge: Ints) -> Ints:
        """Row of the masters of each line's gauge, by its number at the line from 0."""
        m = self.masters
        first = np.searchsorted(
            np.where(m.line_id > 0, m.line_id * 1_000 + m.number, m.factory_id * 100_000 + 99_999), line_ids * 1_000
        )
        return first + gauge

    def room(self, factory_id: Ints, pick: Ints) -> Ints:
        """Row of a gauge in the measuring room of each factory."""
        m = self.masters
        last = np.searchsorted(m.factory_id, factory_id, side="right")
        return np.asarray(last - self._settings.gauges_per_room + pick % self._settings.gauges_per_room)

    def _day(self, gauge: Ints, turn: Ints) -> Ints:
        """Day of the regular calibration `turn` of each gauge: a working day."""
        m, rng = self.masters, self._rng
        at = (m.equipment_id[gauge], turn)
        jitter = np.floor((2 * _JITTER + 1) * rng.uniform("calibration jitter", *at)).astype(np.int64) - _JITTER
        late = rng.uniform("calibration late", *at) < self._settings.late_calibrations
        delay = 10 + np.floor(14 * rng.uniform("calibration delay", *at)).astype(np.int64)
        day = self._phase[gauge] + turn * (m.frequency[gauge] - _MARGIN) + np.where(late, delay, jitter)
        weekday = (day + 3) % 7
        return np.asarray(day - np.select([weekday == 5, weekday == 6], [1, 2], 0))

    def calibrations(self, start_day: int, end_day: int) -> Calibrations:
        """Calibrations on the days start_day <= day < end_day."""
        m, rng, q = self.masters, self._rng, self._settings
        period = int(m.frequency.min()) - _MARGIN
        first = (start_day - self._phase - REPAIR_DAYS - 40) // (m.frequency - _MARGIN)
        turns = first[:, None] + np.arange((end_day - start_day + 80 + REPAIR_DAYS) // period + 2)
        gauge = np.repeat(np.arange(len(first)), turns.shape[1])
        turn = turns.ravel()
        day = self._day(gauge, turn)
        before = self._day(gauge, turn - 1)
        at = (m.equipment_id[gauge], turn)
        u = rng.uniform("calibration result", *at)
        story = self._story(gauge, day)
        far = 1.4 + 1.2 * rng.uniform("calibration far", *at)
        sign = np.where(rng.uniform("calibration sign", *at) < 0.5, -1.0, 1.0)
        inside = np.clip(0.38 * rng.normal("calibration error", *at), -0.97, 0.97)
        outside = sign * (1.03 + 0.5 * rng.uniform("calibration outside", *at))
        failed = (u < q.failed_calibrations) & ~story
        out = (u < q.failed_calibrations + q.out_of_tolerance) | story
        as_found = np.where(story, sign * far, np.where(out, outside, inside))
        left = np.clip(0.2 * rng.normal("calibration left", *at), -0.9, 0.9)
        as_left = np.where(failed, as_found, np.where(out, left, as_found))
        result = np.where(failed, FAILED, np.where(out, ADJUSTED, PASSED))
        hour = 8 * HOUR + (8 * HOUR * rng.uniform("calibration hour", *at)).astype(np.int64)
        share = 0.2 + 0.7 * rng.uniform("calibration onset", *at)
        onset = np.where(out, before + ((day - before) * share).astype(np.int64), day)
        regular = Calibrations(
            gauge,
            day,
            np.zeros(len(day), bool),
            result,
            as_found,
            as_left,
            before + m.frequency[gauge],
            day * DAY + hour,
            story,
            onset,
        )
        again = regular.where(failed)
        wait = 7 + (rng.words("gauge repair", m.equipment_id[again.gauge], again.day) % np.uint64(12)).astype(np.int64)
        day = again.day + wait
        day -= np.select([(day + 3) % 7 == 5, (day + 3) % 7 == 6], [1, 2], 0)
        fixed = np.clip(0.2 * rng.normal("calibration repaired", m.equipment_id[again.gauge], again.day), -0.9, 0.9)
        n = len(day)
        after = Calibrations(
            again.gauge,
            day,
            np.ones(n, bool),
            np.zeros(n, np.int64),
            fixed,
            fixed,
            again.day + m.frequency[again.gauge],
            day * DAY + again.recorded % DAY,
            np.zeros(n, bool),
            day,
        )
        every = Calibrations.joined([regular, after])
        order = np.lexsort((every.day, every.gauge))
        every = every.where(order)
        return every.where((every.day >= start_day) & (every.day < end_day))

    def _story(self, gauge: Ints, day: Ints) -> Bools:
        """One gauge of a factory's measuring room a quarter is found far outside its permitted error."""
        m = self.masters
        quarter = day // 91
        comes = (
            self._rng.uniform("gauge story", m.factory_id[gauge], quarter) < self._settings.gauge_stories_per_quarter
        )
        which = self._rng.words("gauge of the story", m.factory_id[gauge], quarter) % np.uint64(
            self._settings.gauges_per_room
        )
        return np.asarray(comes & (self.room(m.factory_id[gauge], which.astype(np.int64)) == gauge))

    def standing(self, gauge: Ints, time: Ints) -> tuple[Ints, Bools, Bools]:
        """Of each gauge at an instant: the last day of its validity, whether it is out of order since a failed
        calibration, and whether it is away to be calibrated."""
        if not len(time):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
        longest = int(self.masters.frequency.max()) + REPAIR_DAYS + 40
        c = self.calibrations(int(time.min()) // DAY - longest, int(time.max()) // DAY + 1)
        last = np.searchsorted(c.gauge * _SPAN + c.recorded, gauge * _SPAN + time, side="right") - 1
        ahead = np.minimum(last + 1, len(c.day) - 1)
        away = (ahead > last) & (c.gauge[ahead] == gauge) & (c.day[ahead] * DAY + MORNING <= time)
        return c.day[last] + self.masters.frequency[gauge], c.result[last] == FAILED, away

    def locks(self, gauge: Ints, due: Ints) -> Bools:
        """Whether people notice that each gauge is past its due date; it is locked out the morning after."""
        return self._rng.uniform("lockout noticed", self.masters.equipment_id[gauge], due) < 0.8

    def used(self, gauge: Ints, time: Ints) -> tuple[Ints, Bools]:
        """The gauge that is used in place of each at an instant, which is itself unless it is locked out or away
        and another one is free, and whether it is past its due date."""
        busy, overdue = self._busy(gauge, time)
        used = gauge.copy()
        for k in range(self._others.shape[1]):
            at = np.flatnonzero(busy)
            other = self._others[gauge[at], k]
            other_busy, other_overdue = self._busy(other, time[at])
            found = at[~other_busy]
            used[found], overdue[found] = other[~other_busy], other_overdue[~other_busy]
            busy[found] = False
        return used, overdue

    def _busy(self, gauge: Ints, time: Ints) -> tuple[Bools, Bools]:
        """Whether each gauge must not or cannot be used at an instant, and whether it is past its due date."""
        due, failed, away = self.standing(gauge, time)
        lapsed = (time >= (due + 1) * DAY + MORNING) & self.locks(gauge, due)
        return failed | away | lapsed, time // DAY > due


def _others(m: Masters) -> Ints:
    """(gauges, 3) rows of those used in place of each, the first one first: of its kind in the factory, the
    coordinate measuring machine for lengths, of its kind elsewhere; itself where there are no more."""
    rows = np.arange(len(m.kind))
    length = np.array([UNITS[k].unit == "mm" for k in m.kind.tolist()], dtype=bool)
    others = np.tile(rows[:, None], (1, 3))
    for i in rows.tolist():
        same = np.flatnonzero((m.kind == m.kind[i]) & (rows != i))
        near = m.factory_id[same] == m.factory_id[i]
        own = same[near]
        machine = np.flatnonzero(
            (m.factory_id == m.factory_id[i]) & (m.kind == "cmm") & (m.line_id == 0) & (rows != i) & length[i]
        )
        later = same[~near]
        found = np.concatenate(
            [np.roll(own, -np.searchsorted(own, i)), machine, np.roll(later, -np.searchsorted(later, i))]
        )[:3]
        others[i, : len(found)] = found
    return others


def _masters(layout: Layout, rng: Rng, start_day: int) -> Masters:
    q = layout.plant.quality_control
    rows = []
    for factory in layout.factories:
        number = 0
        lines = [line for line in layout.lines if line.factory.factory_id == factory.factory_id]
        for line in lines:
            kept = gauge_types(line, q.gauges_per_line)
            spare = bool(rng.uniform("gauge spare", line.line_id) < SPARES)
            for place, kind in [*enumerate(kept), (0, kept[0])][: len(kept) + spare]:
                number += 1
                rows.append((factory.factory_id, line.line_id, number, place, kind))
        for place in range(q.gauges_per_room):
            number += 1
            rows.append((factory.factory_id, 0, number, place, ROOM[place % len(ROOM)]))
    factory_id, line_id, numbers, places = (np.array([r[k] for r in rows], dtype=np.int64) for k in range(4))
    kinds = np.array([r[4] for r in rows])
    ids = factory_id * 1_000 + numbers
    frequency = np.array([120, 180, 240])[np.searchsorted([0.35, 0.75], rng.uniform("gauge frequency", ids))]
    age = dates.ages(rng.uniform("gauge age", ids), 6, 420, 20 * dates.YEAR)
    return Masters(
        equipment_id=ids,
        factory_id=factory_id,
        line_id=line_id,
        number=numbers,
        place=places,
        kind=kinds,
        frequency=frequency,
        external=rng.uniform("gauge external", ids)
        < np.where(np.isin(kinds, ("cmm", "multimeter", "scale")), 0.9, 0.15),
        accuracy=np.array([2 * UNITS[k].resolution for k in kinds.tolist()]),
        purchased=start_day - age,
    )
