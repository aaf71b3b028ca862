"""Control charts: rules worked out by hand, and the rates that the theory gives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray.world import DAY, Window, World
from genims_ray.world.dates import month_of, month_start
from genims_ray.world.params import Plant
from genims_ray.world.quality.spc import REMEASURED
from genims_ray.world.quality.spc_rules import BEYOND, EIGHT, FOUR_OF_FIVE, NONE, RANGE, TWO_OF_THREE, rules
from genims_ray.world.shopfloor.characteristics import FIXTURE, MACHINE, METHOD

HOUR_APART = 7_200


def judged(z: list[float], gap_before: int | None = None, spread: list[float] | None = None) -> list[int]:
    n = len(z)
    time = np.arange(n) * HOUR_APART
    if gap_before is not None:
        time[gap_before:] += 2 * DAY
    ones = np.ones(n)
    ranges = np.zeros(n) if spread is None else np.array(spread)
    return rules(np.zeros(n, np.int64), time, np.array(z), ranges, 0 * ones, 3 * ones, 2 * ones).tolist()


def test_rules_by_hand() -> None:
    assert judged([0.1, 3.1, -3.1, 0.1]) == [NONE, BEYOND, BEYOND, NONE]
    assert judged([2.1, 0.1, 2.1, 0.1]) == [NONE, NONE, TWO_OF_THREE, NONE]  # the last one lies inside
    assert judged([2.1, -2.1, 0.1, 2.1]) == [NONE, NONE, NONE, NONE]  # on different sides, or four apart
    assert judged([1.1, 1.1, -0.5, 1.1, 1.1]) == [NONE] * 4 + [FOUR_OF_FIVE]
    assert judged([-1.1, -1.1, -1.1, -1.1, 0.1]) == [NONE] * 3 + [FOUR_OF_FIVE, NONE]
    assert judged([0.1] * 7 + [-0.1] + [0.1] * 8) == [NONE] * 15 + [EIGHT]
    assert judged([0.1] * 9) == [NONE] * 7 + [EIGHT] * 2
    assert judged([0.1, 0.1], spread=[1.9, 2.1]) == [NONE, RANGE]
    assert judged([0.1, 3.1], spread=[1.9, 2.1]) == [NONE, BEYOND]  # the first one in order


def test_runs_begin_anew_after_a_standstill() -> None:
    assert judged([0.1] * 8, gap_before=4) == [NONE] * 8
    assert judged([2.1, 2.1], gap_before=1) == [NONE, NONE]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40 * 86_400 // 60), min_size=1, max_size=3, unique=True))
def test_any_cut_gives_the_same_points(cuts: list[int]) -> None:
    world = _world()
    charts = world.quality.charts
    edges = [world.start, *sorted(world.start + 60 * c for c in cuts if c), world.start + 41 * DAY]
    whole = charts.between(Window(edges[0], edges[-1]))
    parts = [charts.between(Window(a, b)) for a, b in pairwise(edges)]
    for name in ("number", "time", "mean", "range", "rule", "action"):
        joined = np.concatenate([getattr(p, name) for p in parts])
        order = np.lexsort(tuple(np.concatenate([getattr(p, k) for p in parts]) for k in ("number", "slot", "line")))
        assert np.array_equal(joined[order], getattr(whole, name)), name


_KEPT: list[World] = []


def _world() -> World:
    from genims_ray import config

    if not _KEPT:
        _KEPT.append(World(config.load(["scale=tiny"]).plant))
    return _KEPT[0]


def test_subgroups_come_the_more_often_the_more_they_matter(world: World) -> None:
    """Every half hour, hour and two hours of running, by the class of the characteristic."""
    p = world.quality.charts.between(Window(world.start + 7 * DAY, world.start + 14 * DAY))
    worked = sum(
        float(world.shopfloor.production.day(world.start // DAY + d).timeline.shift_work[0, 3]) for d in range(7, 14)
    )
    for slot, seconds in ((0, 1_800), (1, 1_800), (3, 3_600), (5, 3_600), (6, 7_200), (17, 7_200)):
        one = (p.line == 0) & (p.slot == slot)
        assert np.array_equal(np.diff(p.number[one]), np.ones(one.sum() - 1))
        assert abs(one.sum() - worked / seconds) <= 2, slot


@pytest.fixture(scope="module")
def large_points(large: Plant):  # type: ignore[no-untyped-def]
    world = World(large)
    return world, world.quality.charts.between(Window(world.start, world.start + 45 * DAY))


def test_rates_are_those_of_the_theory(large_points) -> None:  # type: ignore[no-untyped-def]
    """Points of charts that hold still between special causes: 0.27 % beyond three sigma; detection within
    eight points of 70 % and more; first signals after 92 points (Champ and Woodall 1987)."""
    world, p = large_points
    c = world.shopfloor.characteristics
    still = np.isin(c.driver[p.line, p.slot], (MACHINE, METHOD, FIXTURE))
    calm = still & (p.special == 0)
    n = int(calm.sum())
    rate = (p.rule[calm] == BEYOND).mean()
    assert abs(rate - 0.0027) < 3.3 * np.sqrt(0.0027 / n) + 1e-4
    assert (p.action[calm & (p.rule == BEYOND)] == REMEASURED).mean() > 0.9

    causes = world.shopfloor.causes.special(world.start, world.start + 45 * DAY)
    line = np.searchsorted(c.line_ids, causes.line_id)
    axis = (p.line * 128 + p.slot) * 2**34 + p.time
    first = np.searchsorted(axis, (line * 128 + causes.slot) * 2**34 + causes.start + 1)
    last = np.minimum(np.searchsorted(axis, (line * 128 + causes.slot) * 2**34 + causes.end), first + 8)
    found = [bool((p.rule[a:b] > 0).any()) for a, b in zip(first.tolist(), last.tolist(), strict=True) if b > a]
    assert len(found) > 500
    assert np.mean(found) > 0.7

    # Stretches of 64 points without a cause, each begun afresh: an average run as of exponential lives.
    chart, runs, points, signals = p.line * 128 + p.slot, 0, 0, 0
    limits = world.quality.charts.limits
    for key in np.unique(chart[still]).tolist():
        rows = np.flatnonzero(chart == key)
        i, s = int(p.line[rows[0]]), int(p.slot[rows[0]])
        for k in range(0, len(rows) - 63, 64):
            r = rows[k : k + 64]
            if (p.special[r] != 0).any():
                continue
            ones = np.ones(64)
            broken = rules(
                np.zeros(64, np.int64),
                np.arange(64),
                p.mean[r],
                np.zeros(64),
                limits.center[i, s] * ones,
                limits.upper[i, s] * ones,
                ones,
            )
            hit = np.flatnonzero(broken)
            runs, points, signals = (runs + 1, points + (hit[0] + 1 if len(hit) else 64), signals + bool(len(hit)))
    assert runs > 1_000
    assert 92 * 0.85 < points / signals < 92 * 1.15


def test_capability_by_hand(world: World) -> None:
    """Of one chart, with the factors of ASTM E2587."""
    charts, c, studies = world.quality.charts, world.shopfloor.characteristics, world.quality.capability
    month = month_of(world.start)
    found = studies.before(month_start(month + 1) + 20 * DAY)
    p = charts.between(Window(int(found.start[1, 0]), int(found.end[1, 0])))
    one = (p.line == 1) & (p.slot == 0)
    mean, within = p.mean[one].mean(), p.range[one].mean() / 2.326
    limits = charts.limits
    expected = min(limits.spec_upper[1, 0] - mean, mean - limits.spec_lower[1, 0]) / (3 * within)
    assert found.cpk[1, 0] == pytest.approx(expected, rel=1e-12)
    assert c.parts[1, 0] == 5
    overall = np.sqrt(p.mean[one].var() + within**2 * 0.8)
    assert found.ppk[1, 0] == pytest.approx(expected * within / overall, rel=1e-12)


def test_lines_are_calculated_one_after_another_on_working_days(world: World) -> None:
    studies = world.quality.capability
    month = month_of(world.start)
    calculated = studies.calculated(month)
    assert ((calculated // DAY + 3) % 7 < 5).all()
    assert (calculated >= month_start(month + 1)).all()
    assert (calculated < month_start(month + 1) + 13 * DAY).all()  # eight working days and two weekends
    assert (np.diff(calculated, axis=1) == 600).all()
    first, last = int(calculated.min()), int(calculated.max())
    assert np.isnan(studies.before(first).cpk).all()
    assert np.isfinite(studies.before(first + 1).cpk).sum() >= 1
    after = studies.before(last + 1)
    assert np.array_equal(after.end, calculated)
    assert np.array_equal(after.start, np.maximum(studies.calculated(month - 1), world.start))
    # Until its turn comes, a chart keeps what was calculated a month before.
    second = studies.calculated(month + 1)
    between = studies.before(int(np.sort(second[:, 0])[0]) + 1)
    assert np.array_equal(between.end[second > int(second.min())], calculated[second > int(second.min())])


def test_a_month_begins_at_midnight() -> None:
    assert month_start(0) == 0
    assert month_start(2) == 59 * DAY
    assert month_of(59 * DAY - 1) == 1
    assert month_of(59 * DAY) == 2
