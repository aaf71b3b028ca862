"""The spine: what is released is made, in order, part by part; and states can be handed on."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genims_ray import config
from genims_ray.window import NEVER
from genims_ray.world import DAY, World
from genims_ray.world.company.calendar import WORKED
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.line_day import LEAD_SECONDS, LineDay
from genims_ray.world.shopfloor.production import Floats, Production

DAYS = 40


@pytest.fixture(scope="module")
def days(world: World) -> list[LineDay]:
    first = world.start // DAY
    return [world.shopfloor.production.day(d) for d in range(first, first + DAYS)]


def campaigns(day: LineDay) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """(line, place, key) of every campaign in the day's queue."""
    for line, place in zip(*np.nonzero(day.campaigns.exists), strict=True):
        yield (int(line), int(place), (int(day.campaigns.day[line, place]), int(day.campaigns.sequence[line, place])))


def test_parts_are_conserved_from_release_to_run(world: World, days: list[LineDay]) -> None:
    made: dict[tuple[int, tuple[int, int]], list[tuple[int, int]]] = defaultdict(list)
    quantity: dict[tuple[int, tuple[int, int]], int] = {}
    released, ended = set(), set()
    for day in days:
        r, c, s = day.releases, day.campaigns, day.segments
        released |= {(int(line), (day.day, int(q))) for line, q in zip(r.line, r.sequence, strict=True)}
        for line, place, key in campaigns(day):
            quantity[line, key] = int(c.quantity[line, place])
            if c.end[line, place] != NEVER:
                ended.add((line, key))
        for i in range(len(s.line)):
            key = (int(c.day[s.line[i], s.place[i]]), int(c.sequence[s.line[i], s.place[i]]))
            made[int(s.line[i]), key].append((int(s.first_part[i]), int(s.parts[i])))
        runs = world.shopfloor.production.runs(day.day)
        of_segment = np.bincount(runs.segment, runs.parts, minlength=len(s.line)).astype(int)
        assert np.array_equal(of_segment, s.parts)
    finished = released & ended
    assert len(finished) > 100
    for campaign in finished:
        position = 0
        for first, parts in made[campaign]:  # pieces follow one another without gap or overlap
            assert first == position
            position += parts
        assert position == quantity[campaign]


def test_campaigns_end_in_the_order_of_their_release(days: list[LineDay]) -> None:
    ends: dict[int, list[tuple[tuple[int, int], int]]] = defaultdict(list)
    for day in days:
        for line, place, key in campaigns(day):
            if day.campaigns.end[line, place] != NEVER:
                ends[line].append((key, int(day.campaigns.end[line, place])))
    for finished in ends.values():
        assert len(finished) > 40
        assert [key for key, _ in finished] == sorted({key for key, _ in finished})
        assert (np.diff([end for _, end in finished]) > 0).all()


def test_instants_of_a_campaign_are_in_order(days: list[LineDay]) -> None:
    for day in days:
        c = day.campaigns
        for line, place, (released, _) in campaigns(day):
            setup, start, end = (int(x[line, place]) for x in (c.setup_start, c.start, c.end))
            if start != NEVER:
                assert setup != NEVER
                assert setup <= start
            if end != NEVER:
                assert start != NEVER
                assert start < end <= day.bounds[line, 3]
            if setup != NEVER and released == day.day:
                assert setup >= day.bounds[line, 0] + 3_600  # the lead time of an order


def test_the_queue_and_the_counters_are_handed_on(days: list[LineDay]) -> None:
    for before, after in itertools.pairwise(days):
        c = before.campaigns
        left = c.exists & (c.end == NEVER)
        assert np.array_equal(left.sum(axis=1), after.state.length)
        for line in range(2):
            places = np.flatnonzero(left[line])
            n = len(places)
            assert np.array_equal(c.day[line, places], after.state.queue_day[line, :n])
            assert np.array_equal(c.sequence[line, places], after.state.queue_sequence[line, :n])
            assert np.array_equal(c.quantity[line, places], after.state.queue_quantity[line, :n])
        parts = np.bincount(before.segments.line, before.segments.parts, minlength=2).astype(int)
        assert np.array_equal(after.state.parts - before.state.parts, parts)


def test_backlog_is_demand_less_releases_and_what_is_no_good(world: World, days: list[LineDay]) -> None:
    for before, after in itertools.pairwise(days):
        r = before.releases
        released = np.zeros_like(before.state.backlog)
        np.add.at(released, (r.line, r.product), r.quantity)
        runs, again = world.shopfloor.production.runs(before.day), np.zeros_like(released)
        product = before.campaigns.product[runs.line, runs.place]
        np.add.at(again, (runs.line, product), runs.scrapped + runs.rework)
        expected = before.state.backlog + world.shopfloor.demand.arrivals(before.day) - released + again
        assert after.state.backlog == pytest.approx(expected)


def busy_intervals(day: LineDay) -> Iterator[tuple[int, int, int]]:
    """State, seconds, and seconds inside a segment, of every interval that is planned for production."""
    s, t = day.segments, day.timeline
    for i in np.flatnonzero(~np.isin(t.state, tl.UNSCHEDULED_STATES)):
        of = s.line == t.line[i]
        inside = (np.minimum(s.end[of], t.end[i]) - np.maximum(s.start[of], t.start[i])).clip(0).sum()
        yield int(t.state[i]), int(t.end[i] - t.start[i]), int(inside)


def test_all_busy_time_belongs_to_a_segment(days: list[LineDay]) -> None:
    """To the second; only a repair that no order waits for is nobody's."""
    pieces = repairs = 0
    for day in days:
        s = day.segments
        assert (s.start <= s.production_start).all()
        assert (s.production_start <= s.end).all()
        assert (day.bounds[s.line, s.shift] <= s.start).all()
        assert (s.end <= day.bounds[s.line, s.shift + 1]).all()
        pieces += len(s.line)
        for line in range(2):
            start, end = s.start[s.line == line], s.end[s.line == line]
            assert (start[1:] >= end[:-1]).all()
        for state, length, inside in busy_intervals(day):
            if state in (tl.BREAKDOWN, tl.REPAIR):
                repairs += 1
                assert inside in (0, length)
            else:
                assert inside == length
    assert pieces > 300
    assert repairs > 3


def test_a_stop_within_the_last_second_of_the_work_meets_the_next_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that then waits for an order does not stop before: no order would bear that time."""
    plant = config.load(["scale=small"]).plant
    world = World(plant)
    first = world.start // DAY
    day, line, place = next(
        (d, line, place)
        for d in map(world.shopfloor.production.day, range(first, first + 60))
        for line, place, released in campaigns(d)
        if released == (d.day, 1)
        and place > 0
        and d.campaigns.setup_start[line, place] != NEVER
        and d.campaigns.setup_start[line, place] - d.campaigns.end[line, place - 1] >= LEAD_SECONDS
    )
    random_stops = Production._random_stops

    def one_more(self: Production, number: int, intensity: Floats) -> tuple[NDArray[Any], ...]:
        found = random_stops(self, number, intensity)
        if number != day.day:
            return found
        column = np.full((len(self.lines), 1), np.inf)
        column[line] = day.campaigns.work0[line, place] - 0.4
        added = (column, *(np.full(column.shape, value) for value in (86, tl.MICRO, 1, 999)))
        return tuple(np.concatenate(both, axis=1) for both in zip(found, added, strict=True))

    monkeypatch.setattr(Production, "_random_stops", one_more)
    disturbed = World(plant).shopfloor.production.day(day.day)
    t = disturbed.timeline
    stop = np.flatnonzero((t.state == tl.MICRO) & (t.detail == 999))
    assert (t.end - t.start)[stop].tolist() == [86]
    assert t.start[stop] > disturbed.campaigns.setup_start[line, place]
    assert all(inside == length for state, length, inside in busy_intervals(disturbed) if state == tl.MICRO)


def test_nothing_runs_outside_worked_shifts(world: World, days: list[LineDay]) -> None:
    for day in days:
        t = day.timeline
        states = world.company.calendar.shift_states(day.day)
        run = t.state == tl.RUN
        assert (states[t.line[run], t.shift[run]] == WORKED).all()


def test_an_adopted_state_continues_the_same(tiny: Plant, world: World, days: list[LineDay]) -> None:
    chosen = days[20]
    other = World(tiny).cell([10_201])
    other.shopfloor.production.track.adopt(chosen.state)
    line_day = other.shopfloor.production.day(chosen.day)
    mine = chosen.timeline.line == 1
    assert np.array_equal(line_day.timeline.start, chosen.timeline.start[mine])
    assert np.array_equal(line_day.timeline.state, chosen.timeline.state[mine])
    assert np.array_equal(other.shopfloor.production.state(chosen.day + 1).backlog[0], days[21].state.backlog[1])


def test_the_order_on_the_line_at_an_instant(world: World, days: list[LineDay]) -> None:
    """In the middle of a segment it is the segment's order."""
    day = next(d for d in days if len(d.segments.line) > 8)
    s, c = day.segments, day.campaigns
    middle = (s.production_start + s.end) // 2
    order, ideal = world.shopfloor.production.orders_at(s.line, middle)
    for i in range(len(s.line)):
        line, place = s.line[i], s.place[i]
        line_id = world.shopfloor.production.line_ids[line]
        assert order[i] == int(line_id) * 2**36 + int(c.day[line, place]) * 2**16 + int(c.sequence[line, place])
        assert ideal[i] == world.shopfloor.production.demand.ideal[line, c.product[line, place]]


def test_going_back_in_time_gives_the_same_day(world: World, days: list[LineDay]) -> None:
    world.shopfloor.production.day(days[-1].day + 60)
    again = world.shopfloor.production.day(days[3].day)
    assert np.array_equal(again.timeline.start, days[3].timeline.start)
    assert np.array_equal(again.state.backlog, days[3].state.backlog)
    with pytest.raises(LookupError, match="before the first"):
        world.shopfloor.production.state(world.company.calendar.first_day - 1)


def test_orders_are_worked_first_in_first_out(tiny: Plant) -> None:
    """Without stops, wear and losses an order ends when the shifts have worked off what is queued before it and
    itself; with the night at full speed and cycles as planned that is a sum, done here one order at a time."""
    calm = replace(
        tiny,
        stops=replace(
            tiny.stops,
            micro_per_hour=0,
            major_per_hour=0,
            starved_per_line_hour=0,
            warning_per_hour=0,
            night_slowdown=0,
        ),
        failure_modes={name: replace(m, eta_hours=1e9, intercept=0) for name, m in tiny.failure_modes.items()},
        bearing_story=replace(tiny.bearing_story, failure_day=6.9, lead_days=0.5),
    )
    world = World(calm)
    checked = 0
    for number in range(5):
        day = world.shopfloor.production.day(world.start // DAY + number)
        worked = world.company.calendar.shift_states(day.day) == WORKED
        for line in range(2):
            c, bounds = day.campaigns, day.bounds[line]
            queued = (c.exists & (c.day < day.day))[line] @ (c.quantity * c.cycle)[line] - day.state.head_work[line]
            # A shorter queue makes the line wait for the lead time of what was released today.
            if not worked[line].all() or day.state.head_setup[line] == NEVER or queued < LEAD_SECONDS:
                continue
            clock, last = float(bounds[0]), int(np.flatnonzero(c.exists[line])[-1])
            for place in range(last + 1):
                seconds = c.quantity[line, place] * c.cycle[line, place]
                if place == 0:
                    seconds -= day.state.head_work[line]
                else:
                    clock = math.ceil(clock - 1e-6)
                    shift_end = int(bounds[np.searchsorted(bounds, clock, side="right")])
                    clock = min(clock + int(c.setup[line, place]), shift_end)  # no stop outlasts its shift
                clock += seconds
                if clock > bounds[3] - 5:
                    break
                assert abs(c.end[line, place] - clock) <= place + 1, (number, line, place)
                checked += 1
    assert checked > 20
