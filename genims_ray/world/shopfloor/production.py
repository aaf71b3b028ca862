"""Capacity and actual production: the day-grain spine, one vectorised step per production day.

`State` is all that a day inherits from the one before; `LineDay` is everything that happens on the
lines in that day. Given a state, the days after it follow without looking further back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world import keys
from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.company.calendar import WORKED
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.rng import exponential
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.containers import Containers, Runs
from genims_ray.world.shopfloor.degradation import Degradation, health, signature
from genims_ray.world.shopfloor.demand import Demand, Releases
from genims_ray.world.shopfloor.line_day import LEAD_SECONDS, QUEUE, Campaigns, LineDay, Segments, State
from genims_ray.world.shopfloor.tools import Tools
from genims_ray.world.spine import Track

JUDGED_DAYS = 40
"""From so many days before history on, what is rejected is made again."""
_CANDIDATES = 288
"""Stops drawn per line-day: twice what the highest rate brings in 25 hours."""


class Production:
    """The spine of `lines`: days are stepped through in order and the latest ones kept."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        demand: Demand,
        containers: Containers,
        degradation: Degradation,
        tools: Tools,
    ) -> None:
        lines, layout, calendar, rng = frame.lines, frame.layout, company.calendar, frame.rng
        self.lines = lines
        self._layout = layout
        self._stops = layout.plant.stops
        self._modes = layout.plant.failure_modes
        self._calendar = calendar
        self._degradation = degradation
        self._tools = tools
        self._rng = rng
        self.demand, self._containers = demand, containers
        self.line_ids = demand.line_ids
        width = max(len(line.machine_ids) for line in lines)
        self.machine_id = np.array(
            [list(line.machine_ids) + [0] * (width - len(line.machine_ids)) for line in lines], dtype=np.int64
        )
        factor = np.array(
            [
                [layout.machine_by_id[m].type.micro_stop_factor if m else 0.0 for m in row]
                for row in self.machine_id.tolist()
            ]
        )
        self._micro = self._stops.micro_per_hour * factor
        self._major = self._stops.major_per_hour * (self.machine_id > 0)
        self.track: Track[State, LineDay] = Track(frame.memory, self, calendar.first_day)
        self._runs: Cells[int, Runs] = Cells(frame.memory, lambda day: containers.filled(self.day(day)))
        self._judged_from = frame.start_day - JUDGED_DAYS

    def state(self, day: int) -> State:
        """The state at the start of production `day`."""
        return self.track.state(day)

    def day(self, day: int) -> LineDay:
        """What happens in production `day`."""
        return self.track.day(day)

    def runs(self, day: int) -> Runs:
        """The runs of production `day`."""
        return self._runs[day]

    def own(self, state: State) -> State:
        """Of a state of more lines: that of these."""
        return state.of(self.line_ids)

    def first_open(self, day: int) -> int:
        """The earliest production day from which a campaign is still open at the start of `day`."""
        state = self.state(day)
        if not state.length.any():
            return day
        used = np.arange(QUEUE) < state.length[:, None]
        return int(state.queue_day[used].min())

    def orders_at(self, line: Ints, time: Ints) -> tuple[Ints, Floats]:
        """Key of the order set up or produced on each line at each UTC second (0: none), and the
        ideal cycle of its product (of the line's first product where there is none)."""
        order = np.zeros(len(line), dtype=np.int64)
        ideal = self.demand.ideal[line, 0].copy()
        production_day = np.zeros(len(line), dtype=np.int64)
        for i, at in grouped(line):
            production_day[at] = self._calendar.production_day(i, time[at])
        for d, at in grouped(production_day):
            order[at], found = self.order_of_day(d, line[at], time[at])
            ideal[at] = np.where(order[at] > 0, found, ideal[at])
        return order, ideal

    def order_of_day(self, day: int, line: Ints, time: Ints) -> tuple[Ints, Floats]:
        """`orders_at` for instants of production `day`; cycles are 1 where there is no order."""
        line_day = self.day(day)
        s, c = line_day.segments, line_day.campaigns
        if not len(s.line):
            return np.zeros(len(line), dtype=np.int64), np.ones(len(line))
        origin = int(line_day.bounds.min())
        piece = (
            np.searchsorted(
                s.line * tl.LINE_SPAN + (s.start - origin), line * tl.LINE_SPAN + (time - origin), side="right"
            )
            - 1
        )
        k = np.maximum(piece, 0)
        live = (piece >= 0) & (s.line[k] == line) & (time < s.end[k])
        place = s.place[k]
        key = keys.key(self.line_ids[line], c.day[line, place], c.sequence[line, place])
        return np.where(live, key, 0), np.where(live, self.demand.ideal[line, c.product[line, place]], 1.0)

    def origin(self) -> State:
        n, ranks = len(self.lines), self.demand.ranks
        phase = self._rng.uniform("initial backlog", self.line_ids[:, None], np.arange(ranks))
        stock = self._layout.plant.demand.stock_days
        queue = np.zeros((n, QUEUE), dtype=np.int64)
        zero = np.zeros(n, dtype=np.int64)
        return State(
            day=self._calendar.first_day,
            line_ids=self.line_ids,
            backlog=self.demand.rate * stock * (2 * phase - 1),
            work=np.zeros(n),
            parts=zero,
            previous=zero - 1,
            length=zero,
            head_work=np.zeros(n),
            head_setup=zero + NEVER,
            head_start=zero + NEVER,
            queue_day=queue,
            queue_sequence=queue,
            queue_product=queue,
            queue_quantity=queue,
            queue_cycle=np.zeros((n, QUEUE)),
            queue_setup=queue,
            queue_ahead=np.zeros((n, QUEUE)),
        )

    def step(self, state: State) -> LineDay:
        day = state.day
        bounds = self._calendar.day_bounds(day)
        backlog = state.backlog + self.demand.arrivals(day)
        used = np.arange(QUEUE) < state.length[:, None]
        remaining = np.where(used, state.queue_quantity * state.queue_cycle, 0.0)
        remaining[:, 0] -= state.head_work
        setup = np.where(used, state.queue_setup, 0)
        setup[:, 0] = np.where(state.head_setup == NEVER, setup[:, 0], 0)
        queued = remaining.sum(axis=1) + setup.sum(axis=1)
        releases = self.demand.release(day, backlog, queued, QUEUE - 1 - state.length)
        campaigns = self._campaigns(state, releases)
        machine_g, speed_loss = self._wear(bounds[:, 0])
        elementary = self._elementary(day, bounds, speed_loss)
        insertions = self._insertions(state, bounds, campaigns, remaining.sum(axis=1), queued, machine_g, elementary)
        timeline = tl.lay(elementary, insertions)
        campaigns = self._times(state, campaigns, timeline)
        segments = self._segments(bounds, campaigns, timeline)
        campaigns = self._starts(campaigns, segments)
        return LineDay(day, bounds, state, releases, backlog, campaigns, timeline, segments)

    def _lost(self, day: LineDay) -> Ints:
        """(lines, ranks): parts of the day that are no good, and have to be made again."""
        lost = np.zeros(self.demand.rate.shape, dtype=np.int64)
        if day.day < self._judged_from:
            return lost
        runs = self.runs(day.day)
        np.add.at(lost, (runs.line, day.campaigns.product[runs.line, runs.place]), runs.scrapped + runs.rework)
        return lost

    def _campaigns(self, state: State, releases: Releases) -> Campaigns:
        """The queue with the day's releases appended."""
        n = len(self.line_ids)
        place = state.length[releases.line] + releases.sequence - 1
        at = (releases.line, place)

        def column(queue: NDArray[Any], released: NDArray[Any] | int) -> NDArray[Any]:
            merged = queue.copy()
            merged[at] = released
            return merged

        length = state.length + np.bincount(releases.line, minlength=n)
        quantity = column(state.queue_quantity, releases.quantity)
        cycle = column(state.queue_cycle, releases.cycle)
        product = column(state.queue_product, releases.product)
        exists = np.arange(QUEUE) < length[:, None]
        work = np.where(exists, quantity * cycle, 0.0)
        before = np.concatenate([np.zeros((n, 1)), np.cumsum(work, axis=1)[:, :-1]], axis=1)
        never = np.full((n, QUEUE), NEVER, dtype=np.int64)
        setup_start, start = never.copy(), never.copy()
        setup_start[:, 0], start[:, 0] = state.head_setup, state.head_start
        previous = np.concatenate([state.previous[:, None], product[:, :-1]], axis=1)
        return Campaigns(
            exists=exists,
            day=column(state.queue_day, state.day),
            sequence=column(state.queue_sequence, releases.sequence),
            product=product,
            quantity=quantity,
            cycle=cycle,
            setup=column(state.queue_setup, releases.setup),
            ahead=column(state.queue_ahead, releases.ahead),
            work0=before - state.head_work[:, None],
            previous=previous,
            setup_start=setup_start,
            start=start,
            end=never,
        )

    def _wear(self, now: Ints) -> tuple[Floats, Floats]:
        """Largest signature intensity per machine, and each line's relative loss of speed, at `now`."""
        intensity = np.zeros(self.machine_id.shape)
        loss = np.zeros(len(self.lines))
        for i, line in enumerate(self.lines):
            time = int(now[i])
            for event in self._degradation.between(i, time, time + 25 * DAY):
                if event.onset <= time < event.start:
                    g = float(signature(health(time, event)))
                    place = line.machine_ids.index(event.machine_id)
                    intensity[i, place] = max(intensity[i, place], g)
                    loss[i] += g * self._modes[event.mode].cycle_effect
        return intensity, loss

    def _elementary(self, day: int, bounds: Ints, speed_loss: Floats) -> tl.Elementary:
        events = [self._degradation.between(i, int(bounds[i, 0]), int(bounds[i, 3])) for i in range(len(self.lines))]
        most = max(len(found) for found in events)
        shape = (len(self.lines), most)
        start, end = (np.broadcast_to(bounds[:, 3:], shape).copy(), np.broadcast_to(bounds[:, 3:], shape).copy())
        kind, machine, detail = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for i, found in enumerate(events):
            for j, event in enumerate(found):
                start[i, j], end[i, j] = max(event.start, bounds[i, 0]), min(event.end, bounds[i, 3])
                kind[i, j] = tl.REPAIR if event.planned else tl.BREAKDOWN
                machine[i, j] = event.machine_id % 100
                detail[i, j] = event.start
        points = np.sort(np.concatenate([bounds, start, end], axis=1), axis=1)
        a, b = points[:, :-1], points[:, 1:]
        shift = (a >= bounds[:, 1:2]).astype(np.int64) + (a >= bounds[:, 2:3])
        shift = np.where(a >= bounds[:, 3:], 2, shift)
        planned = np.take_along_axis(self._calendar.shift_states(day), shift, axis=1)
        state = np.where(planned == WORKED, tl.RUN, np.where(planned == 1, tl.PLANNED, tl.OFF))
        who, what = np.zeros_like(a), np.zeros_like(a)
        for j in range(most):
            inside = (a >= start[:, j : j + 1]) & (b <= end[:, j : j + 1]) & (b > a)
            state = np.where(inside & (planned == WORKED), kind[:, j : j + 1], state)
            who = np.where(inside, machine[:, j : j + 1], who)
            what = np.where(inside, detail[:, j : j + 1], what)
        speed = (1 - self._stops.night_slowdown * (shift == 2)) / (1 + speed_loss[:, None])
        return tl.Elementary(a, b, state, who, what, shift, speed)

    def _insertions(
        self,
        state: State,
        bounds: Ints,
        campaigns: Campaigns,
        remaining: Floats,
        queued: Floats,
        intensity: Floats,
        elementary: tl.Elementary,
    ) -> tl.Insertions:
        n = len(self.lines)
        parts = [self._random_stops(state.day, intensity), self._tool_changes(state), self._changeovers(campaigns)]
        work = np.where(campaigns.exists, campaigns.quantity * campaigns.cycle, 0.0).sum(axis=1) - state.head_work
        spans = elementary.start.shape[1]
        ones = np.ones((n, spans), dtype=np.int64)
        parts.append((work[:, None] * ones, 30 * HOUR * ones, tl.NO_WORK * ones, 0 * ones, 0 * ones))
        late = np.where((queued < LEAD_SECONDS)[:, None], remaining[:, None], np.inf)
        one = np.ones((n, 1), dtype=np.int64)
        parts.append((late, LEAD_SECONDS * one, tl.NO_WORK * one, 0 * one, 0 * one))
        position, seconds, kind, machine, detail = (
            np.concatenate(column, axis=1) for column in zip(*parts, strict=True)
        )
        # The clock rounds up to seconds: what would stop the line in the last one of its work finds none any more.
        random = ~np.isin(kind, (tl.NO_WORK, tl.SETUP))
        for out in (work[:, None], late):
            position = np.where(random & (position > out - 1.0) & (position <= out), out, position)
        # An order released today waits for its lead time even where the changeover would come first.
        urgency = np.select([kind == tl.NO_WORK, kind == tl.SETUP], [0, 1], 2)
        order = np.lexsort((urgency, position), axis=1)
        position, seconds, kind, machine, detail = (
            np.take_along_axis(column, order, axis=1) for column in (position, seconds, kind, machine, detail)
        )
        return tl.Insertions(position, seconds, kind, machine, detail)

    def _random_stops(self, day: int, intensity: Floats) -> tuple[NDArray[Any], ...]:
        """Micro-stops, major stops and waits for material, Poisson in working time."""
        stops, rng = self._stops, self._rng
        k = np.arange(_CANDIDATES)
        ids = self.line_ids[:, None]
        micro = self._micro * (1 + stops.micro_wear_gain * intensity)
        rates = np.concatenate([micro, self._major, np.full((len(self.lines), 1), stops.starved_per_line_hour)], axis=1)
        total = rates.sum(axis=1, keepdims=True)
        position = np.cumsum(exponential(rng.uniform("stop gap", ids, day, k), HOUR / np.maximum(total, 1e-12)), axis=1)
        pick = rng.uniform("stop kind", ids, day, k) * total
        category = (pick[:, :, None] >= np.cumsum(rates, axis=1)[:, None, :-1]).sum(axis=2)
        width = self.machine_id.shape[1]
        kind = np.where(category < width, tl.MICRO, np.where(category < 2 * width, tl.MAJOR, tl.STARVED))
        machine = np.where(kind == tl.STARVED, 0, category % width + 1)
        z = rng.normal("stop seconds", ids, day, k)
        median = np.select(
            [kind == tl.MICRO, kind == tl.MAJOR],
            [stops.micro_median_seconds, stops.major_median_minutes * 60.0],
            stops.starved_median_minutes * 60.0,
        )
        sigma = np.select(
            [kind == tl.MICRO, kind == tl.MAJOR], [stops.micro_sigma, stops.major_sigma], stops.starved_sigma
        )
        seconds = np.rint(median * np.exp(sigma * z))
        seconds = np.select(
            [kind == tl.MICRO, kind == tl.MAJOR],
            [np.clip(seconds, 3, 299), np.clip(seconds, 300, 3_599)],
            np.clip(seconds, 60, 3_600),
        )
        return position, seconds.astype(np.int64), kind, machine, np.broadcast_to(k, kind.shape)

    def _tool_changes(self, state: State) -> tuple[NDArray[Any], ...]:
        found = [self._tools.changes(i, float(w), float(w) + 25 * HOUR) for i, w in enumerate(state.work)]
        most = max(len(changes) for changes in found)
        position = np.full((len(found), most), np.inf)
        seconds, kind, machine, detail = (np.zeros((len(found), most), dtype=np.int64) for _ in range(4))
        for i, changes in enumerate(found):
            for j, (_, _, index, place, work, broken, duration) in enumerate(changes):
                position[i, j], seconds[i, j] = work - state.work[i], duration
                kind[i, j] = tl.TOOL_BREAK if broken else tl.TOOL_CHANGE
                machine[i, j], detail[i, j] = place, index
        return position, seconds, kind, machine, detail

    def _changeovers(self, campaigns: Campaigns) -> tuple[NDArray[Any], ...]:
        due = campaigns.exists & (campaigns.setup_start == NEVER)
        position = np.where(due, np.maximum(campaigns.work0, 0.0), np.inf)
        places = np.broadcast_to(np.arange(QUEUE), position.shape)
        return (position, campaigns.setup, np.full(position.shape, tl.SETUP), np.zeros_like(campaigns.setup), places)

    def _times(self, state: State, campaigns: Campaigns, timeline: tl.Timeline) -> Campaigns:
        """Note when campaigns took the line and which ended.

        A campaign takes it with its changeover, or before: as soon as the one ahead is done, if only a stop
        keeps the changeover from beginning.
        """
        setup_start = campaigns.setup_start.copy()
        setup = np.flatnonzero(timeline.state == tl.SETUP)
        setup_start[timeline.line[setup], timeline.detail[setup]] = timeline.start[setup]
        done = timeline.shift_work[:, 3:]
        finish = campaigns.work0 + campaigns.quantity * campaigns.cycle
        ended = campaigns.exists & (finish <= done + 1e-6) & (setup_start != NEVER) & (finish > 0)
        line, place = np.nonzero(ended)
        end = campaigns.end.copy()
        end[line, place] = timeline.finished(line, finish[line, place])
        follows = setup_start[line, np.minimum(place + 1, QUEUE - 1)] != NEVER
        line, place = line[follows], place[follows] + 1
        before, begin = end[line, place - 1], setup_start[line, place]
        waited = timeline.seconds(line, begin, tl.UNSCHEDULED_STATES)
        waited -= timeline.seconds(line, before, tl.UNSCHEDULED_STATES)
        setup_start[line, place] = np.where(waited == 0, before, begin)
        return replace(campaigns, setup_start=setup_start, end=end)

    def _segments(self, bounds: Ints, campaigns: Campaigns, timeline: tl.Timeline) -> Segments:
        """What each shift spent on each campaign, from its changeover to its last part."""
        c = campaigns
        begin = np.where(c.exists & (c.setup_start != NEVER), c.setup_start, tl.FOREVER)
        finish = np.where(c.end == NEVER, bounds[:, 3:], c.end)
        lo = np.maximum(bounds[:, :3, None], begin[:, None, :])
        hi = np.minimum(bounds[:, 1:, None], finish[:, None, :])
        line, shift, place = np.nonzero(hi > lo)
        start, end = lo[line, shift, place], hi[line, shift, place]
        unscheduled = timeline.seconds(line, end, tl.UNSCHEDULED_STATES)
        unscheduled -= timeline.seconds(line, start, tl.UNSCHEDULED_STATES)
        busy = end - start > unscheduled
        line, shift, place, start, end = (x[busy] for x in (line, shift, place, start, end))
        done = [
            np.floor((timeline.shift_work[line, shift + x] - c.work0[line, place]) / c.cycle[line, place] + 1e-6)
            for x in (0, 1)
        ]
        before, after = (np.clip(d, 0, c.quantity[line, place]).astype(np.int64) for d in done)
        setup_end = np.zeros(c.exists.shape, dtype=np.int64)
        setup = np.flatnonzero(timeline.state == tl.SETUP)
        setup_end[timeline.line[setup], timeline.detail[setup]] = timeline.end[setup]
        opened = timeline.next_run(line, np.maximum(start, setup_end[line, place]))
        return Segments(line, shift, place, before, after - before, start, np.minimum(opened, end), end)

    def _starts(self, campaigns: Campaigns, segments: Segments) -> Campaigns:
        """Note when campaigns began to produce."""
        s, start = segments, np.where(campaigns.start == NEVER, tl.FOREVER, campaigns.start)
        made = s.production_start < s.end
        np.minimum.at(start, (s.line[made], s.place[made]), s.production_start[made])
        start = np.where(start == tl.FOREVER, NEVER, start)
        return replace(campaigns, start=start)

    def after(self, state: State, day: LineDay) -> State:
        """The state that the next day inherits."""
        c = day.campaigns
        done = day.timeline.shift_work[:, 3]
        finished = (c.end != NEVER).sum(axis=1)
        rows = np.arange(len(self.line_ids))
        source = np.minimum(np.arange(QUEUE) + finished[:, None], QUEUE - 1)

        def shifted(column: NDArray[Any]) -> NDArray[Any]:
            return np.take_along_axis(column, source, axis=1)

        head = source[:, 0]
        produced = np.zeros(len(rows), dtype=np.int64)
        np.add.at(produced, day.segments.line, day.segments.parts)
        begun = c.setup_start[rows, head] != NEVER
        return State(
            day=state.day + 1,
            line_ids=state.line_ids,
            backlog=day.backlog + self._lost(day),
            work=state.work + done,
            parts=state.parts + produced,
            previous=c.previous[rows, head],
            length=c.exists.sum(axis=1) - finished,
            head_work=np.where(begun, np.maximum(done - c.work0[rows, head], 0.0), 0.0),
            head_setup=c.setup_start[rows, head],
            head_start=c.start[rows, head],
            queue_day=shifted(c.day),
            queue_sequence=shifted(c.sequence),
            queue_product=shifted(c.product),
            queue_quantity=shifted(c.quantity),
            queue_cycle=shifted(c.cycle),
            queue_setup=shifted(c.setup),
            queue_ahead=shifted(c.ahead),
        )
