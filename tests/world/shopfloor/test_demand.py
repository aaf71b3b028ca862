"""Demand and release: what orders ask for, the longest cover first, whole containers, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.world import DAY, NEVER, World
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor.demand import Demand

FIRST = 20_089
ROOM = np.array([48, 48])


def demand(plant: Plant) -> Demand:
    return World(plant).shopfloor.demand


def test_rates_by_hand(tiny: Plant) -> None:
    d = demand(tiny)
    # continuous: all of 21 shifts; six_day: 5 * 3 + 1 = 16 of 21; planners expect 0.82 of it to become work.
    assert d.work_a_day == pytest.approx([0.82 * 86_400, 0.82 * 86_400 * 16 / 21])
    # Without holidays, but for one shift of maintenance in 42.
    work = (d.rate * d.ideal).sum(axis=1) * (1 + tiny.stops.speed_loss)
    full = tiny.demand.utilization * d.work_a_day * 41 / 42
    assert (work < full).all()
    assert (work > 0.9 * full).all()


def test_planning_learns_of_every_line_once(tiny: Plant) -> None:
    """By hand: from the day after its entry, and not before it falls due in four days; less what is cancelled."""
    world = World(tiny)
    d, first, last = world.shopfloor.demand, world.start // DAY + 60, world.start // DAY + 130
    expected = np.zeros(d.rate.shape, dtype=np.int64)
    o = world.market.orders.of_days(first - 70, last)
    for line, rank, quantity, entered, due, cancelled in zip(
        (o.product_id // 100 == d.line_ids[1]).astype(int).tolist(),
        (o.product_id % 100 - 1).tolist(),
        o.quantity.tolist(),
        (o.entered // DAY).tolist(),
        o.due.tolist(),
        o.cancelled.tolist(),
        strict=True,
    ):
        seen = max(entered + 1, due - 4)
        if first <= seen < last:
            expected[line, rank] += quantity
        if cancelled != NEVER and first <= max(seen, cancelled // DAY + 1) < last:
            expected[line, rank] -= quantity
    assert np.array_equal(sum(d.arrivals(day) for day in range(first, last)), expected)


def test_the_longest_cover_is_released_first_until_the_horizon(tiny: Plant) -> None:
    d = demand(tiny)
    backlog = np.zeros_like(d.rate)
    backlog[0, 4], backlog[0, 7], backlog[1, 2] = 9 * d.rate[0, 4], 8 * d.rate[0, 7], 5 * d.rate[1, 2]
    before = backlog.copy()
    r = d.release(FIRST, backlog, np.zeros(2), ROOM)
    assert r.product[r.line == 0][:2].tolist() == [4, 7]
    assert r.product[r.line == 1][0] == 2
    for line in (0, 1):
        mine = r.line == line
        assert r.sequence[mine].tolist() == list(range(1, int(mine.sum()) + 1))
        load = r.quantity[mine] * r.cycle[mine] + r.setup[mine]
        assert r.ahead[mine] == pytest.approx(np.concatenate([[0], np.cumsum(load)[:-1]]))
        target = tiny.demand.release_days * d.work_a_day[line]
        assert r.ahead[mine][-1] < target <= load.sum()
    containers = r.quantity / d.containers[r.line, r.product]
    assert np.array_equal(containers, np.rint(containers))
    assert containers.min() >= tiny.demand.lot_min_containers
    assert containers.max() <= tiny.demand.lot_max_containers
    assert (r.cycle >= 1.002 * d.ideal[r.line, r.product]).all()
    released = np.zeros_like(backlog)
    np.add.at(released, (r.line, r.product), r.quantity)
    assert backlog == pytest.approx(before - released)


def test_enough_work_means_no_release(tiny: Plant) -> None:
    d = demand(tiny)
    full = tiny.demand.release_days * d.work_a_day
    assert not len(d.release(FIRST, np.full_like(d.rate, 1e6), full, ROOM).line)
    only = d.release(FIRST, np.full_like(d.rate, 1e6), full * [1, 0], ROOM)
    assert set(only.line.tolist()) == {1}
    # Stock for more than stock_days ahead of demand is not made either.
    stocked = -tiny.demand.stock_days * d.rate - 1
    assert not len(d.release(FIRST, stocked, np.zeros(2), ROOM).line)


def test_a_full_queue_takes_no_more(tiny: Plant) -> None:
    d = demand(tiny)
    backlog = np.full_like(d.rate, 1e6)
    every = d.release(FIRST, backlog.copy(), np.zeros(2), ROOM)
    some = d.release(FIRST, backlog.copy(), np.zeros(2), np.array([1, 0]))
    assert some.line.tolist() == [0]
    assert some.product[0] == every.product[0]
    assert np.bincount(every.line).min() > 1


def test_backlogs_stay_bounded(world: World) -> None:
    """Capacity covers demand over four months: no product falls further and further behind."""
    d = world.shopfloor.production.demand
    state = world.shopfloor.production.state(world.start // DAY)
    cover = state.backlog / np.maximum(d.rate, 1e-9)
    assert cover.max() < 15
    assert cover.min() > -45
