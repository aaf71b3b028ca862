"""What moves a process: worked out from its causes one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from genims_ray.world import DAY, Window, World
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor.causes import CHRONIC_LIFE


def test_tails_are_those_of_the_normal_distribution(world: World) -> None:
    c, process = world.shopfloor.characteristics, world.shopfloor.process
    line, slot, delta = np.array([0, 1]), np.array([0, 5]), np.array([0.5, -1.0])
    at = c.mean[line, slot] + delta
    expected = norm.sf(c.half_width[line, slot] - at)
    expected[0] += norm.cdf(-c.half_width[0, 0] - at[0])  # the other has an upper limit only
    assert process.outside(line, slot, delta) == pytest.approx(expected)


def test_characteristics_do_not_depend_on_the_others_asked_for(tiny: Plant) -> None:
    whole = World(tiny)
    cell = whole.cell([m for m in whole.machine_ids if m // 100 == whole.lines[1].line_id])
    for name in ("mean", "cp", "sigma", "driver", "position"):
        mine, theirs = (getattr(w.shopfloor.characteristics, name) for w in (cell, whole))
        assert np.array_equal(mine[0], theirs[1])


def test_rejects_of_a_cell_are_those_of_the_plant(tiny: Plant) -> None:
    whole = World(tiny)
    line = whole.lines[1].line_id
    cell = whole.cell([m for m in whole.machine_ids if m // 100 == line])
    day = whole.start // DAY + 9
    a, b = whole.shopfloor.production.runs(day), cell.shopfloor.production.runs(day)
    assert np.array_equal(a.scrapped[a.line == 1], b.scrapped)


def test_a_special_cause_moves_what_it_acts_on(world: World) -> None:
    causes = world.shopfloor.causes.special(world.start, world.start + 60 * DAY)
    assert ((causes.end - causes.start) >= 2 * 3600).all()
    assert ((causes.end - causes.start) <= 20 * 3600).all()
    assert (np.abs(causes.shift) >= 0.8).all()
    assert (np.abs(causes.shift) <= 2.5).all()
    per_month = len(causes.slot) / (2 * 18) / (60 / 30.4375)
    assert abs(per_month - 1) < 3.3 / np.sqrt(len(causes.slot))
    p = world.quality.charts.between(Window(world.start, world.start + 60 * DAY))
    for k in range(0, len(causes.slot), 7):
        line = int(np.searchsorted(world.shopfloor.characteristics.line_ids, causes.line_id[k]))
        at = (p.line == line) & (p.slot == causes.slot[k]) & (p.time > causes.start[k]) & (p.time <= causes.end[k])
        if at.any():
            assert (p.special[at] != 0).all()


def test_chronic_causes_end_with_their_action_if_it_helps(world: World) -> None:
    c = world.shopfloor.causes.chronic(world.start, world.start + 400 * DAY)
    assert len(c.slot) > 5
    for earlier, later in (
        (c.onset, c.detected),
        (c.detected, c.opened),
        (c.opened, c.found),
        (c.found, c.completed),
        (c.completed, c.verified),
        (c.verified, c.reviewed),
        (c.reviewed, c.closed),
    ):
        assert (earlier < later).all()
    assert np.array_equal(c.ends[c.effective], c.completed[c.effective])
    assert (c.ends[~c.effective] > c.reviewed[~c.effective]).all()
    assert (np.maximum(c.ends, c.closed) - c.onset < (CHRONIC_LIFE - 10) * DAY).all()
    process = world.shopfloor.process
    line = np.searchsorted(world.shopfloor.characteristics.line_ids, c.line_id[:1])
    before, during, after = (
        float(process.chronic(line, np.array([t]))[0]) for t in (c.onset[0] - 1, c.onset[0], c.ends[0])
    )
    assert during - before == pytest.approx(c.share[0])
    assert after <= during


def test_causes_do_not_depend_on_the_window(world: World) -> None:
    causes = world.shopfloor.causes
    whole = causes.chronic(world.start, world.start + 300 * DAY)
    parts = [causes.chronic(world.start + d * DAY, world.start + (d + 30) * DAY) for d in range(0, 300, 30)]
    assert set(whole.onset.tolist()) == {t for p in parts for t in p.onset.tolist()}


def test_maintenance_raises_rejects_for_a_day(large: Plant) -> None:
    """By an eighth, start-up scrap included, on the lots made within 24 hours after the window."""
    world = World(large)
    first = world.start // DAY + 7
    process = world.shopfloor.process
    seen = 0
    for d in range(first, first + 3):
        r, day = world.shopfloor.production.runs(d), world.shopfloor.production.day(d)
        after = process.after_maintenance(day, r.line, r.end)
        place = r.place
        work = np.zeros(len(r.line))
        _, factor = process.rejects(day, r.line, place, work, r.end)
        valid = ~world.people.expired(process.operator(day, r.line, r.end - 1), d)
        assert factor[after & valid] == pytest.approx(1.12)
        assert factor[~after & valid] == pytest.approx(1.0)
        seen += int((after & valid).sum())
    assert seen > 0
