"""Gauges: calibrations in their rhythm, and who may not be used."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.qms import measuring_equipment
from genims_ray.world import DAY, HOUR, Window, World
from genims_ray.world.params import Plant
from genims_ray.world.quality.gauges import ADJUSTED, FAILED, PASSED
from genims_ray.world.shopfloor.characteristics import UNITS


def test_calibrations_keep_within_their_validity(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    c = gauges.between(Window.of_days(start - 400, start + 2_000))
    regular = c.where(~c.repaired)
    late = (regular.day > regular.due).mean()
    assert 0.03 < late < 0.12
    assert (np.diff(regular.day)[np.diff(regular.gauge) == 0] > 60).all()
    assert ((regular.day + 3) % 7 < 5).all()
    for result, inside_found, inside_left in ((PASSED, True, True), (ADJUSTED, False, True), (FAILED, False, False)):
        of = c.where(c.result == result)
        assert ((np.abs(of.as_found) <= 1) == inside_found).all()
        assert ((np.abs(of.as_left) <= 1) == inside_left).all()


def test_calibrations_do_not_depend_on_the_window(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    whole = gauges.between(Window.of_days(start, start + 300))
    parts = [gauges.between(Window.of_days(start + d, start + d + 50)) for d in range(0, 300, 50)]
    pairs = {(g, d) for p in parts for g, d in zip(p.gauge.tolist(), p.day.tolist(), strict=True)}
    assert pairs == set(zip(whole.gauge.tolist(), whole.day.tolist(), strict=True))
    assert len(whole.day) == sum(len(p.day) for p in parts)


def test_a_gauge_out_of_order_is_replaced(large: Plant) -> None:
    """Checked against the calibrations themselves, in the hour before and after each of them."""
    gauges, start = World(large).quality.gauges, World(large).start // DAY
    m, c = gauges.masters, gauges.between(Window.of_days(start - 300, start + 120))
    for k in np.flatnonzero((c.day >= start) & (c.overdue | (c.result == FAILED))).tolist():
        gauge, recorded = c.gauge[k : k + 1], int(c.recorded[k])
        before, after = (gauges.used(gauge, np.array([t])) for t in (recorded - 1, recorded))
        assert before[0] != gauge  # away since the morning
        assert (after[0] == gauge) == (c.result[k] != FAILED)
        for used in (before[0], after[0]):
            of_length = {UNITS[x].unit for x in m.kind[[gauge[0], used[0]]].tolist()} == {"mm"}
            assert of_length or m.kind[used] == m.kind[gauge]
            assert (
                of_length
                or used == gauge
                or (m.factory_id[used] == m.factory_id[gauge])
                or not ((m.kind == m.kind[gauge]) & (m.factory_id == m.factory_id[gauge])).sum() > 3
            )


def test_a_gauge_is_overdue_from_the_day_after_its_due_date_to_its_calibration(large: Plant) -> None:
    """Whatever the production day: a line in Asia begins its own at 22:00 UTC of the day before."""
    gauges, start = World(large).quality.gauges, World(large).start // DAY
    c = gauges.between(Window.of_days(start, start + 365))
    late = np.flatnonzero(c.overdue)
    assert len(late) > 20
    unnoticed = 0
    for k in late.tolist():
        gauge, due = c.gauge[k : k + 1], int(c.due[k])
        seen = [
            due * DAY,
            (due + 1) * DAY - 1,
            (due + 1) * DAY,
            (due + 1) * DAY + 6 * HOUR,
            max((due + 1) * DAY, int(c.day[k]) * DAY - 1),
        ]
        used, overdue = gauges.used(np.repeat(gauge, len(seen)), np.array(seen))
        own = used == gauge
        assert own[:3].all()
        assert overdue[:3].tolist() == [False, False, True]
        unnoticed += int(own[3])
        assert overdue[3:][own[3:]].all()
    assert 0.03 < unnoticed / len(late) < 0.45


def test_a_gauge_past_its_due_date_and_a_failed_one_are_locked_out(large: Plant) -> None:
    world = World(large)
    reasons = set()
    for day in range(0, 360, 15):
        end = world.start + day * DAY + 3 * HOUR
        rows = measuring_equipment(world, Window(end - 20 * DAY, end))
        reasons |= set(rows["lockout_reason"].compressed().tolist())
    assert reasons == {"overdue", "failed"}


def test_factories_own_different_numbers_of_gauges(large: Plant) -> None:
    """Eight a line and five in the room, and a second one of its first kind at some lines."""
    m = World(large).quality.gauges.masters
    number = np.bincount(m.factory_id)[1:]
    assert len(set(number.tolist())) > 2
    assert ((number >= 45) & (number <= 50)).all()
    for line in np.unique(m.line_id[m.line_id > 0]).tolist():
        of_line = m.line_id == line
        assert m.place[of_line].tolist() in ([*range(8)], [*range(8), 0])
        assert len(set(m.kind[of_line & (m.place == 0)].tolist())) == 1


def test_one_gauge_a_quarter_is_far_out(world: World) -> None:
    gauges, start = world.quality.gauges, world.start // DAY
    c = gauges.between(Window.of_days(start, start + 4 * 365))
    story = c.where(c.story)
    assert 3 <= len(story.day) <= 16
    assert (np.abs(story.as_found) > 1.3).all()
    assert (story.onset < story.day).all()
    assert (gauges.masters.line_id[story.gauge] == 0).all()
