"""Statistical process control: subgroups measured every so often of running, on charts with frozen limits.

The more a characteristic matters, the more often it is measured. A subgroup's number is that of its interval on
the line's work clock, so it is known without those before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells, Touched
from genims_ray.world.frame import Frame
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.spc_rules import BEYOND, NONE, RUN, rules
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.characteristics import CRITICAL, OPERATOR, TOOL
from genims_ray.world.shopfloor.line_day import LineDay

SLOTS = 128  # charts of a line in the keys
D2 = {1: 1.128, 2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
D4 = {1: 3.267, 2: 3.267, 3: 2.574, 4: 2.282, 5: 2.114, 6: 2.004, 7: 1.924, 8: 1.864, 9: 1.816, 10: 1.777}
"""Factors for ranges by subgroup size (ASTM E2587); of single values, of moving ranges of two."""
LOOK_BACK_DAYS = 10
"""Production days that are searched for the points before one."""
ADJUSTED, TOOL_CHANGED, STOPPED, REMEASURED = range(1, 5)
ACTIONS = ("", "adjusted", "tool_changed", "line_stopped", "remeasured")


@dataclass(frozen=True)
class Subgroups(Rows):
    """What was measured, one row each, ordered by (line, slot, number)."""

    line: Ints
    slot: Ints
    day: Ints  # production day
    number: Ints
    time: Ints
    mean: Floats  # deviation from nominal
    spread: Floats  # within the subgroup

    @property
    def chart(self) -> Ints:
        return self.line * SLOTS + self.slot


@dataclass(frozen=True)
class Points(Rows):
    """Subgroups on their charts, one row each, ordered by (line, slot, number)."""

    INSTANTS: ClassVar[tuple[str, ...]] = ("time",)

    line: Ints
    slot: Ints
    day: Ints  # production day
    number: Ints
    time: Ints
    order_key: Ints  # 0: none
    mean: Floats  # deviation from nominal
    range: Floats  # of single values: the moving range
    gauge: Ints  # row of the masters
    overdue: Bools
    operator: Ints
    special: Floats  # shift of the special causes at work, standard deviations
    rule: Ints
    action: Ints


@dataclass(frozen=True)
class Limits:
    """(lines, slots) frozen limits, in the unit of the chart."""

    center: Floats
    lower: Floats
    upper: Floats
    range_center: Floats
    range_upper: Floats
    spec_lower: Floats
    spec_upper: Floats


class ControlCharts:
    """The control charts of a world's lines."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, gauges: Gauges) -> None:
        self._shopfloor, self._gauges = shopfloor, gauges
        self._rng, self._settings = frame.rng, frame.plant.quality_control
        c = shopfloor.characteristics
        self._interval = c.interval * 60.0
        self._phase = self._interval * frame.rng.uniform("chart phase", c.line_ids[:, None], np.arange(c.slots))
        self._measured: Cells[int, Subgroups] = Cells(frame.memory, self._measure)
        self._judged: Cells[int, Points] = Cells(frame.memory, self._judge)
        self._stops: Cells[int, Points] = Cells(frame.memory, self._stopped)
        self._recorded: Touched[Points] = Touched(frame.memory, self._between)
        self.limits = self._limits()
        line, slot = (x.ravel() for x in np.indices(c.mean.shape))
        frozen = frame.rng.words("chart frozen", self.chart_id(line, slot)) % np.uint64(300)
        self.frozen = frame.start_day - 30 - frozen.astype(np.int64)
        """(lines * slots) days on which the limits were frozen."""

    @property
    def first_day(self) -> int:
        """The first production day."""
        return self._shopfloor.process.first_day

    def chart_id(self, line: Ints, slot: Ints) -> Ints:
        return self._shopfloor.characteristics.line_ids[line] * SLOTS + slot + 1

    def _limits(self) -> Limits:
        c = self._shopfloor.characteristics
        step = c.resolution / 100
        center = np.round(c.mean * c.sigma / step) * step
        width = np.round(3 * np.sqrt(self._shopfloor.process.common_variance()) * c.sigma / step) * step
        d2, d4 = (np.vectorize(table.__getitem__, otypes=[float])(c.parts) for table in (D2, D4))
        within = np.where(c.parts == 1, np.sqrt(self._shopfloor.process.common_variance()), 1.0) * c.sigma
        half = c.half_width * c.sigma
        return Limits(
            center=center,
            lower=center - width,
            upper=center + width,
            range_center=d2 * within,
            range_upper=d4 * d2 * within,
            spec_lower=np.where(c.one_sided, np.nan, -np.round(half / step) * step),
            spec_upper=np.round(half / step) * step,
        )

    def between(self, window: Window) -> Points:
        """Subgroups measured in a window, with the rules they break, ordered by (line, slot, number)."""
        return self._recorded.between(window)

    def _between(self, window: Window) -> Points:
        found = Points.joined([self._judged[day] for day in self._days(window)])
        found = found.where((found.time >= window.start) & (found.time < window.end))
        return found.ordered("line", "slot", "number")

    def stops(self, window: Window) -> Points:
        """Of the points between: those beyond a limit that made the line stop."""
        found = Points.joined([self._stops[day] for day in self._days(window)])
        found = found.where((found.time >= window.start) & (found.time < window.end))
        return found.ordered("line", "slot", "number")

    def _days(self, window: Window) -> range:
        """Production days whose points may lie in a window."""
        return range(max(window.start // DAY - 1, self.first_day), (window.end - 1) // DAY + 2)

    def _stopped(self, day: int) -> Points:
        p = self._judged[day]
        return p.where((p.action == STOPPED) & (p.rule == BEYOND))

    def subgroups(self, first: int, last: int) -> tuple[Subgroups, Floats]:
        """Those of the production days first <= day < last, ordered by (line, slot, number), and the range of each: of
        single values the moving range."""
        first = max(first, self.first_day)
        own = Subgroups.joined([self._measured[d] for d in range(first, last)])
        every = Subgroups.joined([own, *self._before(first, own)]).ordered("line", "slot", "number")
        chart = every.chart
        same = np.zeros(len(every), dtype=bool)
        same[1:] = (chart[1:] == chart[:-1]) & (every.day[1:] - every.day[:-1] <= LOOK_BACK_DAYS)
        moving = np.where(same, np.abs(every.mean - np.roll(every.mean, 1)), 0.0)
        single = self._shopfloor.characteristics.parts[every.line, every.slot] == 1
        return every, np.where(single, moving, every.spread)

    def _before(self, day: int, own: Subgroups) -> list[Subgroups]:
        """The days before a production day that hold the points which the rules look at for the charts of `own`, where
        there are so many."""
        size = self._shopfloor.characteristics.mean.shape[0] * SLOTS
        there = np.bincount(own.chart, minlength=size) > 0
        count, days = np.zeros(size, dtype=np.int64), []
        for earlier in range(day - 1, max(day - LOOK_BACK_DAYS, self.first_day) - 1, -1):
            if (count[there] >= RUN).all():
                break
            days.append(self._measured[earlier])
            count += np.bincount(days[-1].chart, minlength=size)
        return days

    def _judge(self, day: int) -> Points:
        """The points of a production day with the rules they break and what was done."""
        every, ranges = self.subgroups(day, day + 1)
        at, limits = (every.line, every.slot), self.limits
        rule = rules(
            every.chart,
            every.time,
            every.mean,
            ranges,
            *(x[at] for x in (limits.center, limits.upper, limits.range_upper)),
        )
        own = every.day == day
        return self._point(self._shopfloor.production.day(day), every.where(own), ranges[own], rule[own])

    def _point(self, day: LineDay, g: Subgroups, ranges: Floats, rule: Ints) -> Points:
        """Subgroups of a production day with who measured them, by what, at which order, and why they are off."""
        c, process, line, slot, time = self._shopfloor.characteristics, self._shopfloor.process, g.line, g.slot, g.time
        ids, place = c.line_ids[line], place_at(day, line, time - 1)
        at = np.maximum(place, 0)
        order = keys.key(ids, day.campaigns.day[line, at], day.campaigns.sequence[line, at])
        starts, ends, size = process.causes.shift_table(int(day.bounds.min()) - DAY, int(day.bounds.max()) + 1)
        when = time[:, None] - 1
        special = np.where((starts[line, slot] <= when) & (when < ends[line, slot]), size[line, slot], 0.0).sum(axis=1)
        gauge, overdue = self._gauges.used(self._gauges.of_line(ids, c.gauge[line, slot]), time)
        return Points(
            line=line,
            slot=slot,
            day=g.day,
            number=g.number,
            time=time,
            order_key=np.where(place >= 0, order, 0),
            mean=g.mean,
            range=ranges,
            gauge=gauge,
            overdue=overdue,
            operator=process.operator(day, line, time - 1),
            special=special,
            rule=rule,
            action=self._actions(g, special, rule),
        )

    def _actions(self, points: Subgroups, special: Floats, rule: Ints) -> Ints:
        """What the line did about a signal: its cause is found, or everything is measured again."""
        c = self._shopfloor.characteristics
        at = (c.line_ids[points.line], points.slot, points.number)
        u = self._rng.uniform("reaction", *at)
        driver = c.driver[points.line, points.slot]
        critical = (c.kind[points.line, points.slot] == CRITICAL) & (np.abs(special) > 2.0)
        remedy = np.select([critical, driver == TOOL], [STOPPED, TOOL_CHANGED], ADJUSTED)
        found = np.where(special != 0, u < self._settings.cause_found, u >= 0.95)
        # Wear and the hand of an operator show, too.
        found |= np.isin(driver, (TOOL, OPERATOR)) & (rule != BEYOND) & (u > 0.5)
        return np.where(rule == NONE, 0, np.where(found, remedy, REMEASURED))

    def _measure(self, production_day: int) -> Subgroups:
        day, c = self._shopfloor.production.day(production_day), self._shopfloor.characteristics
        t = day.timeline
        begin = day.state.work[:, None] - self._phase
        until = begin + t.shift_work[:, 3][:, None]
        first, last = np.floor(begin / self._interval), np.floor(until / self._interval)
        most = int((last - first).max(initial=0))
        number = first[:, :, None] + 1 + np.arange(most)
        line, slot, k = np.nonzero(number <= last[:, :, None])
        count = number[line, slot, k]
        work = count * self._interval[line, slot] - begin[line, slot]
        time = t.reached(line, work)
        at = np.maximum(place_at(day, line, time - 1), 0)
        delta = self._shopfloor.process.shifts(day, line, slot, time - 1, work, at)
        ids, parts = c.line_ids[line], c.parts[line, slot]
        sample = np.arange(self._settings.subgroup_parts)
        n = count.astype(np.int64)
        z = self._rng.normal("subgroup", (ids * SLOTS + slot)[:, None], n[:, None], sample)
        resolution, sigma = c.resolution[line, slot], c.sigma[line, slot]
        values = (c.mean[line, slot] + delta)[:, None] + z
        values = np.round(values * (sigma / resolution)[:, None]) * resolution[:, None]
        used = sample < parts[:, None]
        mean = np.where(used, values, 0.0).sum(axis=1) / parts
        spread = np.where(used, values, -np.inf).max(axis=1) - np.where(used, values, np.inf).min(axis=1)
        return Subgroups(
            line=line,
            slot=slot,
            day=np.full(len(line), production_day),
            number=n,
            time=time,
            mean=np.round(mean / resolution * 100) * (resolution / 100),
            spread=np.round(spread / resolution) * resolution,
        )


def place_at(day: LineDay, line: Ints, time: Ints) -> Ints:
    """Column of the campaigns in work on each line at each instant of the day, -1: none."""
    s = day.segments
    if not len(s.line):
        return np.full(len(line), -1)
    origin = int(day.bounds.min())
    axis = s.line * tl.LINE_SPAN + (s.start - origin)
    piece = np.searchsorted(axis, line * tl.LINE_SPAN + (time - origin), side="right") - 1
    k = np.maximum(piece, 0)
    live = (piece >= 0) & (s.line[k] == line) & (time < s.end[k])
    return np.where(live, s.place[k], -1)
