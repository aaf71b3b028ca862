"""Statistical process control: subgroups measured every so often of running, on charts with frozen limits.

The more a characteristic matters, the more often it is measured. A subgroup's number is that of its interval on
the line's work clock, so it is known without those before it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import keys, params
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.office import working_day
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.characteristics import CRITICAL, OPERATOR, TOOL
from genims_ray.world.shopfloor.line_day import LineDay
from genims_ray.world.shopfloor.process import Process
from genims_ray.world.shopfloor.production import Production

SLOTS = 128  # charts of a line in the keys
D2 = {1: 1.128, 2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
D4 = {1: 3.267, 2: 3.267, 3: 2.574, 4: 2.282, 5: 2.114, 6: 2.004, 7: 1.924, 8: 1.864, 9: 1.816, 10: 1.777}
"""Factors for ranges by subgroup size (ASTM E2587); of single values, of moving ranges of two."""
CALCULATION_DAYS = 8
"""Working days after a month's end on which one line or another is calculated."""
GAP = DAY
"""After a standstill longer than this, the runs rules begin anew."""
LOOK_BACK_DAYS = 10
"""Production days that hold the eight points before a day, none of them a gap apart."""
NONE, BEYOND, TWO_OF_THREE, FOUR_OF_FIVE, EIGHT, RANGE = range(6)
RULES = ("", "beyond_limit", "two_of_three", "four_of_five", "eight_on_one_side", "range_beyond_limit")
ADJUSTED, TOOL_CHANGED, STOPPED, REMEASURED = range(1, 5)
ACTIONS = ("", "adjusted", "tool_changed", "line_stopped", "remeasured")


@dataclass(frozen=True)
class Points(Rows):
    """Subgroups, one row each, ordered by (line, slot, number)."""

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


@dataclass(frozen=True)
class Capability:
    """(lines, slots) indices and the points they are of, start <= time < end; NaN where there were too few."""

    start: Ints
    end: Ints  # the calculation
    cp: Floats
    cpk: Floats
    pp: Floats
    ppk: Floats


class Charts:
    """The control charts of a world's lines."""

    def __init__(
        self,
        process: Process,
        gauges: Gauges,
        production: Production,
        settings: params.QualityControl,
        rng: Rng,
        start: int,
    ) -> None:
        self._process = process
        self._gauges = gauges
        self._production = production
        self._settings = settings
        self._rng = rng
        self._start = start
        c = process.characteristics
        self._interval = c.interval * 60.0
        self._phase = self._interval * rng.uniform("chart phase", c.line_ids[:, None], np.arange(c.slots))
        self._days: OrderedDict[int, Points] = OrderedDict()
        self._judged: OrderedDict[int, Points] = OrderedDict()
        self._calculations: OrderedDict[tuple[int, int], Floats] = OrderedDict()
        self.limits = self._limits()

    def chart_id(self, line: Ints, slot: Ints) -> Ints:
        return self._process.characteristics.line_ids[line] * SLOTS + slot + 1

    def _limits(self) -> Limits:
        c = self._process.characteristics
        step = c.resolution / 100
        center = np.round(c.mean * c.sigma / step) * step
        width = np.round(3 * np.sqrt(self._process.common_variance()) * c.sigma / step) * step
        d2, d4 = (np.vectorize(table.__getitem__, otypes=[float])(c.parts) for table in (D2, D4))
        within = np.where(c.parts == 1, np.sqrt(self._process.common_variance()), 1.0) * c.sigma
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

    def between(self, start: int, end: int) -> Points:
        """Subgroups measured in [start, end), with the rules they break, ordered by (line, slot, number)."""
        earliest = self._process.first_day
        days = range(max(start // DAY - 1, earliest), (end - 1) // DAY + 2)
        missing = [d for d in days if d not in self._judged]
        if missing:
            judged = self._judge(missing[0], missing[-1] + 1)
            for d in range(missing[0], missing[-1] + 1):
                self._judged[d] = judged.where(judged.day == d)
        cells = [self._judged[d] for d in days]
        while len(self._judged) > max(45, len(cells)):
            self._judged.popitem(last=False)
        found = Points.joined(cells)
        found = found.where((found.time >= start) & (found.time < end))
        return found.where(np.lexsort((found.number, found.slot, found.line)))

    def calculated(self, month: int) -> Ints:
        """(lines, slots) instants at which the charts are calculated after the calendar month number `month`
        (months since 1970-01): line by line on one of the first working days, chart after chart."""
        c = self._process.characteristics
        turn = self._rng.words("calculation day", c.line_ids).astype(np.int64) % CALCULATION_DAYS
        first = int(working_day(month_start(month + 1) // DAY))
        working = [d for d in range(first, first + 2 * CALCULATION_DAYS) if working_day(d) == d]
        day = np.array(working)[turn]
        begin = 8 * HOUR + (3 * HOUR * self._rng.uniform("calculation", c.line_ids, month)).astype(np.int64)
        return np.asarray((day * DAY + begin)[:, None] + 600 * np.arange(c.slots))

    def capability(self, time: int) -> Capability:
        """Of every chart as calculated last before an instant, of the points since the calculation before."""
        month = month_of(time - 1) - 1
        found = self._of_month(month, time)
        for earlier in range(month - 1, month - 4, -1):
            if np.isfinite(found.cpk).all() or month_start(earlier + 1) <= self._start:
                break
            before, known = self._of_month(earlier, time), np.isfinite(found.cpk)
            found = Capability(
                *(np.where(known, getattr(found, f.name), getattr(before, f.name)) for f in fields(Capability))
            )
        return found

    def _of_month(self, month: int, time: int) -> Capability:
        """What was calculated after a month, before an instant; NaN elsewhere, and before history."""
        end = self.calculated(month)
        start = np.maximum(self.calculated(month - 1), self._start)
        day = end[:, 0] // DAY  # a line's charts are calculated within a day
        values = np.full((4, *end.shape), np.nan)
        begun = month_start(month + 1) > self._start
        for d in np.unique(day[end[:, 0] < time]).tolist() if begun else ():
            known = self._calculations.get((month, d))
            if known is None:
                while len(self._calculations) > 100:
                    self._calculations.popitem(last=False)
                known = self._calculations[month, d] = self._indices(start, end, day == d)
            values = np.where((day == d)[:, None], known, values)
        values = np.where(end < time, values, np.nan)
        return Capability(start, end, *values)

    def _indices(self, start: Ints, end: Ints, lines: Bools) -> Floats:
        """(4, lines, slots) from mean ranges (cp, cpk) and from the whole spread (pp, ppk): that of the means, and
        within them; of the points of some lines between two instants."""
        c, limits = self._process.characteristics, self.limits
        p, shape = self.between(int(start[lines].min()), int(end[lines].max())), self.limits.center.shape
        p = p.where(lines[p.line] & (p.time >= start[p.line, p.slot]) & (p.time < end[p.line, p.slot]))
        cell = p.line * c.slots + p.slot
        n = np.bincount(cell, minlength=c.mean.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (np.bincount(cell, p.mean, c.mean.size) / n).reshape(shape)
            ranges = (np.bincount(cell, p.range, c.mean.size) / n).reshape(shape)
            square = np.bincount(cell, (p.mean - mean.ravel()[cell]) ** 2, c.mean.size) / n
            d2 = np.vectorize(D2.__getitem__, otypes=[float])(c.parts)
            within = ranges / d2
            overall = np.sqrt(square.reshape(shape) + within**2 * (1 - 1 / c.parts))
            above, below = limits.spec_upper - mean, mean - limits.spec_lower
            least = np.fmin(above, below)
            few = n.reshape(shape) < 5
            both = limits.spec_upper - limits.spec_lower
            cp, cpk, pp, ppk = (both / (6 * within), least / (3 * within), both / (6 * overall), least / (3 * overall))
        return np.where(few, np.nan, np.stack([cp, cpk, pp, ppk]))

    def _judge(self, first: int, last: int) -> Points:
        """The points of production days first <= day < last with the rules they break and what was done."""
        earliest = self._process.first_day
        days = [self._of_day(d) for d in range(max(first - LOOK_BACK_DAYS, earliest), last)]
        every = Points.joined(days)
        every = every.where(np.lexsort((every.number, every.slot, every.line)))
        c, limits = self._process.characteristics, self.limits
        chart = every.line * SLOTS + every.slot
        single = c.parts[every.line, every.slot] == 1
        same = np.concatenate([[False], chart[1:] == chart[:-1]])
        moving = np.abs(every.mean - np.roll(every.mean, 1))
        spread = np.where(single, np.where(same, moving, 0.0), every.range)
        rule = rules(
            chart,
            every.time,
            every.mean,
            spread,
            *(x[every.line, every.slot] for x in (limits.center, limits.upper, limits.range_upper)),
        )
        judged = Points(
            *(
                {"range": spread, "rule": rule, "action": self._actions(every, rule)}.get(
                    f.name, getattr(every, f.name)
                )
                for f in fields(Points)
            )
        )
        return judged.where((judged.day >= first) & (judged.day < last))

    def _actions(self, points: Points, rule: Ints) -> Ints:
        """What the line did about a signal: its cause is found, or everything is measured again."""
        c = self._process.characteristics
        at = (c.line_ids[points.line], points.slot, points.number)
        u = self._rng.uniform("reaction", *at)
        driver = c.driver[points.line, points.slot]
        critical = (c.kind[points.line, points.slot] == CRITICAL) & (np.abs(points.special) > 2.0)
        remedy = np.select([critical, driver == TOOL], [STOPPED, TOOL_CHANGED], ADJUSTED)
        found = np.where(points.special != 0, u < self._settings.cause_found, u >= 0.95)
        # Wear and the hand of an operator show, too.
        found |= np.isin(driver, (TOOL, OPERATOR)) & (rule != BEYOND) & (u > 0.5)
        return np.where(rule == NONE, 0, np.where(found, remedy, REMEASURED))

    def _of_day(self, day: int) -> Points:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._measure(self._production.day(day))
            if len(self._days) > LOOK_BACK_DAYS + 4:
                self._days.popitem(last=False)
        return known

    def _measure(self, day: LineDay) -> Points:
        c, t = self._process.characteristics, day.timeline
        begin = day.state.work[:, None] - self._phase
        until = begin + t.shift_work[:, 3][:, None]
        first, last = np.floor(begin / self._interval), np.floor(until / self._interval)
        most = int((last - first).max(initial=0))
        number = first[:, :, None] + 1 + np.arange(most)
        line, slot, k = np.nonzero(number <= last[:, :, None])
        count = number[line, slot, k]
        work = count * self._interval[line, slot] - begin[line, slot]
        time = t.reached(line, work)
        place = place_at(day, line, time - 1)
        at = np.maximum(place, 0)
        delta = self._process.shifts(day, line, slot, time - 1, work, at)
        starts, ends, size = self._process.causes.shift_table(int(day.bounds.min()) - DAY, int(day.bounds.max()) + 1)
        when = time[:, None] - 1
        special = np.where((starts[line, slot] <= when) & (when < ends[line, slot]), size[line, slot], 0.0).sum(axis=1)
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
        gauge, overdue = self._gauges.used(self._gauges.of_line(ids, c.gauge[line, slot]), time)
        campaign = day.campaigns
        order = keys.key(ids, campaign.day[line, at], campaign.sequence[line, at])
        zero = np.zeros(len(line), dtype=np.int64)
        return Points(
            line=line,
            slot=slot,
            day=zero + day.day,
            number=n,
            time=time,
            order_key=np.where(place >= 0, order, 0),
            mean=np.round(mean / resolution * 100) * (resolution / 100),
            range=np.round(spread / resolution) * resolution,
            gauge=gauge,
            overdue=overdue,
            operator=self._process.operator(day, line, time - 1),
            special=special,
            rule=zero,
            action=zero,
        )


def rules(
    chart: Ints, time: Ints, value: Floats, spread: Floats, center: Floats, upper: Floats, range_upper: Floats
) -> Ints:
    """The first Western Electric rule that each point breaks (Statistical Quality Control Handbook, 1956).

    Points are ordered by chart and time; a standstill of more than `GAP` begins a new run. A point breaks a
    rule if it completes the pattern, on the side on which it lies.
    """
    n = len(chart)
    z = (value - center) / (upper - center) * 3.0
    opens = np.ones(n, dtype=bool)
    opens[1:] = (chart[1:] != chart[:-1]) | (time[1:] - time[:-1] > GAP)
    run = np.cumsum(opens)

    def before(flags: Bools, k: int) -> Bools:
        """`flags` of the point k before, within the run."""
        shifted = np.zeros(n, dtype=bool)
        if k < n:
            shifted[k:] = flags[: n - k] & (run[k:] == run[: n - k])
        return shifted

    rule = np.zeros(n, dtype=np.int64)
    patterns: list[Bools] = [(z > 3.0) | (z < -3.0)]
    for level, others, least in ((2.0, 2, 1), (1.0, 4, 3), (0.0, 7, 7)):
        met = np.zeros(n, dtype=bool)
        for side in (z > level, z < -level):
            met |= side & (sum(before(side, k).astype(np.int64) for k in range(1, others + 1)) >= least)
        patterns.append(met)
    patterns.append(spread > range_upper)
    for number in range(len(patterns), 0, -1):
        rule[patterns[number - 1]] = number
    return rule


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


def month_of(time: int) -> int:
    """Months since 1970-01 of an instant, UTC."""
    at = datetime.fromtimestamp(time, UTC)
    return (at.year - 1970) * 12 + at.month - 1


def month_start(month: int) -> int:
    """UTC second at which a month begins."""
    return int(datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())
