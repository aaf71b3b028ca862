"""Stops and warnings: their keys, their rates, and that they are the timeline's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from genims_ray.world import DAY, HOUR, World, keys
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.stoppages import (
    ALERT_KEYS,
    COMPONENT_KEYS,
    LINE_KEYS,
    TOOL_KEYS,
    WARNING,
    WARNING_KEYS,
    Events,
)

DAYS = 60


@pytest.fixture(scope="module")
def span(world: World) -> tuple[int, int]:
    return world.start + DAY, world.start + (DAYS + 1) * DAY


@pytest.fixture(scope="module")
def events(world: World, span: tuple[int, int]) -> Events:
    """Asked for a day at a time; each counted where it begins."""
    parts = []
    for start in range(*span, DAY):
        found = world.shopfloor.stoppages.between(start, start + DAY)
        parts.append(found.where((found.start >= start) & (found.start < start + DAY)))
    return Events(*(np.concatenate([getattr(p, name) for p in parts]) for name in Events.__dataclass_fields__))


def test_one_window_or_many(world: World, span: tuple[int, int], events: Events) -> None:
    whole = world.shopfloor.stoppages.between(*span)
    whole = whole.where(whole.start >= span[0])
    a, b = np.argsort(events.key, kind="stable"), np.argsort(whole.key, kind="stable")
    for name in Events.__dataclass_fields__:
        assert np.array_equal(getattr(events, name)[a], getattr(whole, name)[b]), name


def test_keys_are_unique_and_in_the_range_of_their_kind(world: World, events: Events) -> None:
    assert len(np.unique(events.key)) == len(events.key)
    entity, day, sequence = keys.parts(events.key)
    assert np.array_equal(
        entity, np.where(events.machine_id > 0, events.machine_id, world.shopfloor.production.line_ids[events.line])
    )
    # Detroit in winter: production days begin at 11:00 UTC (10:00 from 9 March).
    winter = events.start < world.start + 60 * DAY
    second = events.start[winter] - 11 * HOUR
    last = (second % DAY == 0) & (day[winter] == second // DAY - 1)  # the end of a day may still be its own
    assert np.array_equal(day[winter][~last], second[~last] // DAY)
    assert last.sum() < 5
    ranges = {
        tl.MICRO: (0, TOOL_KEYS),
        tl.MAJOR: (0, TOOL_KEYS),
        tl.TOOL_CHANGE: (TOOL_KEYS, COMPONENT_KEYS),
        tl.TOOL_BREAK: (TOOL_KEYS, COMPONENT_KEYS),
        tl.BREAKDOWN: (COMPONENT_KEYS, WARNING_KEYS),
        tl.REPAIR: (COMPONENT_KEYS, WARNING_KEYS),
        WARNING: (WARNING_KEYS, ALERT_KEYS),
        tl.SETUP: (LINE_KEYS, 2**16),
        tl.STARVED: (LINE_KEYS, 2**16),
        tl.NO_WORK: (LINE_KEYS, 2**16),
        tl.PLANNED: (LINE_KEYS, 2**16),
    }
    for kind, (low, high) in ranges.items():
        mine = sequence[events.kind == kind]
        assert ((mine >= low) & (mine < high)).all(), kind
    assert set(ranges) >= set(np.unique(events.kind).tolist())


def test_stops_are_the_intervals_of_the_timeline(world: World, events: Events) -> None:
    stops = (tl.MICRO, tl.MAJOR, tl.TOOL_CHANGE, tl.TOOL_BREAK)
    recorded = {
        (int(line), int(s), int(e), int(k))
        for line, s, e, k in zip(events.line, events.start, events.end, events.kind, strict=True)
        if k in stops
    }
    laid = set()
    for day in range(world.start // DAY, world.start // DAY + DAYS + 2):
        t = world.shopfloor.production.day(day).timeline
        for i in np.flatnonzero(np.isin(t.state, stops)):
            if world.start + DAY <= t.start[i] < world.start + (DAYS + 1) * DAY:
                laid.add((int(t.line[i]), int(t.start[i]), int(t.end[i]), int(t.state[i])))
    assert recorded == laid
    assert len(recorded) > 5_000


def running_hours(world: World, span: tuple[int, int]) -> Iterator[float]:
    for i, line in enumerate(world.lines):
        total = 0
        for day in range(span[0] // DAY - 1, span[1] // DAY + 1):
            t = world.shopfloor.production.day(day).timeline
            run = (t.state == tl.RUN) & (t.line == i)
            total += int(np.clip(np.minimum(t.end, span[1]) - np.maximum(t.start, span[0]), 0, None)[run].sum())
        yield total / HOUR * len(line.machine_ids)


def test_warnings_come_at_their_rate(world: World, span: tuple[int, int], events: Events) -> None:
    """Poisson per machine-hour of work; night shifts work 2 % slower."""
    expected = sum(running_hours(world, span)) * world.plant.stops.warning_per_hour
    found = int((events.kind == WARNING).sum())
    assert abs(found / expected - 1) < 0.04 + 3.3 / np.sqrt(expected)
    warnings = events.where(events.kind == WARNING)
    assert ((warnings.end - warnings.start >= 20) & (warnings.end - warnings.start <= 7_200)).all()
    assert np.median(warnings.end - warnings.start) / 60 == pytest.approx(
        world.plant.stops.warning_median_minutes, rel=0.05
    )


def test_micro_stops_come_at_their_rate(world: World, span: tuple[int, int], events: Events) -> None:
    factor = np.array([m.type.micro_stop_factor for m in world.machines]).reshape(2, 4).mean(axis=1)
    hours = np.array(list(running_hours(world, span)))
    expected = float((hours * factor).sum()) * world.plant.stops.micro_per_hour
    found = events.where(events.kind == tl.MICRO)
    # Wear adds up to 80 % on a machine while it lasts; some stops are cut by the end of a shift.
    assert 0.96 < len(found.key) / expected < 1.12
    assert np.median(found.end - found.start) == pytest.approx(world.plant.stops.micro_median_seconds, rel=0.05)
    codes, counts = np.unique(found.code, return_counts=True)
    weights = {n: c.weight for n, c in world.plant.fault_codes.items() if c.severity == "minor"}
    assert set(codes) == set(weights)
    share = np.array([weights[c] for c in codes]) / sum(weights.values())
    sigma = np.sqrt(share * (1 - share) / counts.sum())
    assert (np.abs(counts / counts.sum() - share) < 3.5 * sigma).all()


def test_component_events_are_those_of_degradation(world: World, span: tuple[int, int], events: Events) -> None:
    found = events.where(np.isin(events.kind, (tl.BREAKDOWN, tl.REPAIR)))
    expected = [
        (e.machine_id, e.start, e.repair_start, e.end, tl.REPAIR if e.planned else tl.BREAKDOWN, e.mode)
        for i in range(2)
        for e in world.shopfloor.degradation.between(i, *span)
        if e.start >= span[0]
    ]
    columns = (found.machine_id, found.start, found.repair_start, found.end, found.kind, found.mode)
    assert sorted(zip(*(c.tolist() for c in columns), strict=True)) == sorted(expected)
    assert len(expected) > 2
    assert ((found.planned_seconds > 0) == (found.kind == tl.REPAIR)).all()


def test_an_event_is_found_by_any_window_it_reaches_into(world: World, events: Events) -> None:
    long = int(np.argmax(events.end - events.start))
    start, end, key = int(events.start[long]), int(events.end[long]), events.key[long]
    for window in ((start, start + 1), (start + 5, start + 6), (end, end + 1), (start - 9, start + 1)):
        assert key in world.shopfloor.stoppages.between(*window).key
    for window in ((start - 9, start), (end + 1, end + 2)):
        assert key not in world.shopfloor.stoppages.between(*window).key
