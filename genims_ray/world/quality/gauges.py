"""Gauges and their calibration: when each is calibrated, how far it was out, and while it may not be used.

A gauge keeps a rhythm of its own a few days within its validity; some calibrations come late. One that is
left outside its permitted error is locked out until it has been repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import dates
from genims_ray.world.cells import Cells, Days, Instants, Touched
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts, Words
from genims_ray.world.shopfloor.characteristics import UNITS, gauge_types

ROOM = ("cmm", "roughness_tester", "hardness_tester", "height_gauge", "micrometer")
"""What stands in the measuring room of a factory."""
ALERT_DAYS = 10
PASSED, ADJUSTED, FAILED = range(3)
RESULTS = ("passed", "adjusted", "failed")
MORNING = 6 * HOUR
"""When a gauge is fetched for its calibration, and when one past its due date is locked out."""
SPARES = 1 / 3
"""Share of the lines that keep a second gauge of their first kind."""
REPAIR_DAYS = 25  # from a failed calibration to the one after the repair, at most
ENTITY = 110_000_000
"""Added to a gauge in the keys of documents that share theirs with those of lines and lots."""
PRICES = {
    "caliper": 180, "micrometer": 320, "height_gauge": 1_900, "bore_gauge": 850, "thread_gauge": 240, "cmm": 92_000,
    "roughness_tester": 4_300, "hardness_tester": 7_800, "torque_wrench": 560, "scale": 1_200, "vision_system": 28_000,
    "multimeter": 650,
}  # fmt: skip
"""USD, about."""
_MARGIN, _JITTER = 8, 4
_CELL_DAYS = 64
_LATE_DAYS = 60  # from the due date to the calibration, or from the reminder of it, at most
_SPAN = 2**36


@dataclass(frozen=True)
class Masters(Rows):
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
    created: Ints
    price: Ints  # cents
    maker: Words  # random bits that tell apart who made it, of which model and with which number, and who keeps it
    model: Words
    serial: Words
    keeper: Words
    laboratory: Words  # the same for all of a factory


@dataclass(frozen=True)
class Calibrations(Rows):
    """Calibrations, one row each, ordered by (gauge, day)."""

    TIME: ClassVar[str] = "recorded"

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
    cost: Ints  # cents

    @property
    def overdue(self) -> Bools:
        return (self.day > self.due) & ~self.repaired


@dataclass(frozen=True)
class Reminders(Rows):
    """Reminders of calibrations that are due soon or overdue, until the gauge is calibrated."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("sent", "resolved")

    gauge: Ints
    due: Ints
    day: Ints  # of the calibration
    overdue: Bools
    sent: Ints
    resolved: Ints

    @property
    def sent_day(self) -> Ints:
        return self.sent // DAY


@dataclass(frozen=True)
class Conditions(Rows):
    """Every gauge as it stands before an instant."""

    calibrated: Ints
    day: Ints  # of that calibration
    due: Ints
    failed: Bools
    locked: Ints  # when it was locked out as overdue, NEVER: it was not
    taken: Ints  # when it was fetched for the calibration under way, NEVER: none


class Gauges:
    """Gauges of all factories."""

    def __init__(self, frame: Frame) -> None:
        self._rng, self._start = frame.rng, frame.start
        self._settings = frame.plant.quality_control
        self.masters = _masters(frame.layout, frame.rng, frame.start_day)
        m = self.masters
        self._others = _others(m)
        self._phase = (frame.rng.words("calibration phase", m.equipment_id) % m.frequency.astype(np.uint64)).astype(
            np.int64
        )
        self._longest = int(m.frequency.max()) + REPAIR_DAYS + 40
        """Days in which every gauge is calibrated at least once."""
        self._cells: Days[Calibrations] = Days(
            frame.memory, lambda cell: self._calibrated(cell * _CELL_DAYS, (cell + 1) * _CELL_DAYS), _CELL_DAYS
        )
        self._histories: Cells[tuple[int, int], tuple[Calibrations, Ints]] = Cells(frame.memory, self._history)
        self._reminders: Touched[Reminders] = Touched(frame.memory, self._reminded)
        self._changes = Instants(frame.memory, self._changed)

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

    def between(self, window: Window) -> Calibrations:
        """The calibrations recorded in a window; the opening holds the last one of each gauge before history."""
        if window.is_opening:
            before = self.between(Window((window.end // DAY - self._longest - 20) * DAY, window.end))
            return before.where(np.searchsorted(before.gauge, np.arange(len(self.masters)), side="right") - 1)
        return self._cells.between(window).ordered("gauge", "day")

    def _calibrated(self, start_day: int, end_day: int) -> Calibrations:
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
            self._cost(gauge, day),
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
            self._cost(again.gauge, day),
        )
        every = Calibrations.joined([regular, after])
        return every.where((every.day >= start_day) & (every.day < end_day)).ordered("gauge", "day")

    def _cost(self, gauge: Ints, day: Ints) -> Ints:
        """Cost of each calibration, cents."""
        m = self.masters
        base = np.where(m.external[gauge], 18_000, 5_500) * np.where(m.kind[gauge] == "cmm", 6, 1)
        cents = base * self._rng.lognormal("calibration cost", 1.0, 0.2, m.equipment_id[gauge], day)
        return np.round(cents).astype(np.int64)

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

    def reminders(self, window: Window) -> Reminders:
        """The reminders that change in a window."""
        return self._reminders.between(window)

    def _reminded(self, window: Window) -> Reminders:
        """Those that a window may touch; one of a gauge calibrated earlier is not sent."""
        first = self._start // DAY - 300 if window.is_opening else window.start // DAY
        c = self.between(Window.of_days(first - _LATE_DAYS, (window.end - 1) // DAY + _LATE_DAYS))
        c = c.where(~c.repaired)
        soon, late = (c.due - ALERT_DAYS) * DAY + MORNING, (c.due + 1) * DAY + MORNING
        both = (np.flatnonzero(soon < c.recorded), np.flatnonzero(c.overdue))
        row, overdue = np.concatenate(both), np.repeat([False, True], [len(b) for b in both])
        sent = np.where(overdue, late[row], soon[row])
        found = Reminders(c.gauge[row], c.due[row], c.day[row], overdue, sent, c.recorded[row])
        return found.where((found.resolved >= self._start) & (found.sent < window.end))

    def change_in(self, window: Window) -> bool:
        """Whether the condition of a gauge may change in a window."""
        return window.is_opening or self._changes.lie_in(window)

    def _changed(self, window: Window) -> Ints:
        day, m = window.start // DAY, self.masters
        c = self.between(Window.of_days(day - self._longest, day + 1))
        due = c.day + m.frequency[c.gauge]
        today = c.day == day
        return np.concatenate(
            [
                c.recorded[today],
                c.day[today] * DAY + MORNING,
                due[due + 1 == day] * 0 + day * DAY + MORNING,
                m.created[m.created // DAY == day],
            ]
        )

    def conditions(self, end: int) -> Conditions:
        """Of every gauge, as it stands before an instant."""
        m, every = self.masters, np.arange(len(self.masters))
        day = (end - 1) // DAY
        c = self.between(Window((day - self._longest - 20) * DAY, end))
        last = np.searchsorted(c.gauge, every, side="right") - 1
        due, failed = c.day[last] + m.frequency, c.result[last] == FAILED
        today = self.between(Window(end, max((day + 1) * DAY, end + 1)))
        # On the day of its calibration a gauge is with whoever calibrates it, from the morning on.
        taken = np.full(len(m), NEVER)
        taken[today.gauge] = today.day * DAY + MORNING
        return Conditions(
            calibrated=c.recorded[last],
            day=c.day[last],
            due=due,
            failed=failed,
            locked=np.where(self.locks(every, due) & ~failed, (due + 1) * DAY + MORNING, NEVER),
            taken=taken,
        )

    def standing(self, gauge: Ints, time: Ints) -> tuple[Ints, Bools, Bools]:
        """Of each gauge at an instant: the last day of its validity, whether it is out of order since a failed
        calibration, and whether it is away to be calibrated."""
        if not len(time):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
        cells = (int(time.min()) // DAY // _CELL_DAYS, int(time.max()) // DAY // _CELL_DAYS)
        c, axis = self._histories[cells]
        last = np.searchsorted(axis, gauge * _SPAN + time, side="right") - 1
        ahead = np.minimum(last + 1, len(c.day) - 1)
        away = (ahead > last) & (c.gauge[ahead] == gauge) & (c.day[ahead] * DAY + MORNING <= time)
        return c.day[last] + self.masters.frequency[gauge], c.result[last] == FAILED, away

    def _history(self, cells: tuple[int, int]) -> tuple[Calibrations, Ints]:
        """The calibrations that tell of instants in some cells, and where each is on the axis of gauges and time."""
        c = self.between(Window.of_days(cells[0] * _CELL_DAYS - self._longest, (cells[1] + 1) * _CELL_DAYS))
        return c, c.gauge * _SPAN + c.recorded

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
    price = np.array([PRICES[k] for k in kinds.tolist()])
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
        created=dates.entered(rng, "gauge", ids, start_day - age),
        price=np.round(100 * price * rng.lognormal("gauge price", 1.0, 0.15, ids)).astype(np.int64),
        maker=rng.words("gauge maker", ids),
        model=rng.words("gauge model", numbers),
        serial=rng.words("gauge serial", ids),
        keeper=rng.words("gauge keeper", ids),
        laboratory=rng.words("calibration lab", factory_id),
    )
