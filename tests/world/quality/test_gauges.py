"""Gauges: calibrations in their rhythm, and who may not be used."""

from __future__ import annotations

import numpy as np

from genims_ray.world import DAY, World
from genims_ray.world.quality.gauges import ADJUSTED, FAILED, PASSED


def test_calibrations_keep_within_their_validity(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    c = gauges.calibrations(start - 400, start + 2_000)
    regular = c.where(~c.repaired)
    late = (regular.day > regular.due).mean()
    assert 0.03 < late < 0.12
    assert (np.diff(regular.day)[np.diff(regular.gauge) == 0] > 60).all()
    assert ((regular.day + 3) % 7 < 5).all()
    for result, inside_found, inside_left in (
        (PASSED, True, True),
        (ADJUSTED, False, True),
        (FAILED, False, False),
    ):
        of = c.where(c.result == result)
        assert ((np.abs(of.as_found) <= 1) == inside_found).all()
        assert ((np.abs(of.as_left) <= 1) == inside_left).all()


def test_calibrations_do_not_depend_on_the_window(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    whole = gauges.calibrations(start, start + 300)
    parts = [gauges.calibrations(start + d, start + d + 50) for d in range(0, 300, 50)]
    pairs = {(g, d) for p in parts for g, d in zip(p.gauge.tolist(), p.day.tolist(), strict=True)}
    assert pairs == set(zip(whole.gauge.tolist(), whole.day.tolist(), strict=True))
    assert len(whole.day) == sum(len(p.day) for p in parts)


def test_a_gauge_out_of_order_is_replaced(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    every = np.arange(len(gauges.masters.equipment_id))
    for day in range(start, start + 700, 7):
        _, due, failed = gauges.standing(day)
        used, overdue = gauges.used(every, day)
        assert (used[failed] != every[failed]).all() or gauges.masters.line_id[every[failed]].min(
            initial=1
        ) == 0
        assert np.array_equal(overdue, day > due[used])


def test_one_gauge_a_quarter_is_far_out(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    c = gauges.calibrations(start, start + 4 * 365)
    story = c.where(c.story)
    assert 3 <= len(story.day) <= 16
    assert (np.abs(story.as_found) > 1.3).all()
    assert (story.onset < story.day).all()
    assert (gauges.masters.line_id[story.gauge] == 0).all()
