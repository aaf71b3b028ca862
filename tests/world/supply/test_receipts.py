"""Deliveries: a lot is always in use, its fate its own, and suppliers are as good as they are said to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray import config
from genims_ray.world import DAY, World
from genims_ray.world.params import Plant
from genims_ray.world.supply.receipts import ACCEPTED, REJECTED, SKIP, SORTED, rhythm

WORLD = World(config.load(["scale=tiny"]).plant)


def test_deliveries_come_in_the_rhythm_of_their_material() -> None:
    receipts, first = WORLD.supply.receipts, WORLD.start // DAY
    lots = receipts.between(first, first + 60)
    every, phase = rhythm(WORLD.rng, lots.material_id, lots.factory_id)
    assert ((lots.day + phase) % every == 0).all()
    assert every.min() >= 5
    assert every.max() <= 15
    for pair in np.unique(lots.pair).tolist():
        assert len(set(np.diff(lots.day[lots.pair == pair]).tolist())) <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 40))
def test_windows_may_be_cut_anywhere(offset: int, left: int, right: int) -> None:
    receipts, first = WORLD.supply.receipts, WORLD.start // DAY + offset
    whole = receipts.between(first, first + left + right)
    parts = [receipts.between(first, first + left), receipts.between(first + left, first + left + right)]
    for name in ("lot_id", "quantity", "supplier_id", "received", "fraction"):
        joined = np.concatenate([getattr(p, name) for p in parts])
        ids = np.concatenate([p.lot_id for p in parts])
        assert np.array_equal(np.sort(ids), np.sort(whole.lot_id))
        assert np.array_equal(joined[np.argsort(ids)], getattr(whole, name)[np.argsort(whole.lot_id)]), name


def test_the_lot_in_use_is_the_last_one_not_rejected() -> None:
    receipts, first = WORLD.supply.receipts, WORLD.start // DAY
    pair = np.arange(len(receipts.material_id))
    for day in range(first, first + 40):
        delivered = receipts.in_use(pair, np.full(len(pair), day))
        every, phase = rhythm(WORLD.rng, receipts.material_id, receipts.factory_id)
        latest = day - (day + phase) % every
        back = (latest - delivered) // every
        assert (delivered <= day).all()
        if (back > 0).any():
            at = np.flatnonzero(back > 0)
            assert (receipts.verdicts(receipts.lots(at, latest[at])).decision == REJECTED).all()


def test_a_lot_is_there_before_it_is_needed(world: World) -> None:
    receipts, first = world.supply.receipts, world.start // DAY
    lots = receipts.between(first, first + 30)
    verdict = receipts.verdicts(lots)
    begin, decided = world.quality.incoming.times(lots, verdict)
    opens = np.array([world.company.calendar.day_bounds(int(d))[0, 0] for d in lots.day])
    assert (lots.received < begin).all()
    assert (begin <= decided).all()
    assert (decided < opens).all()


def test_quantities_of_a_verdict(large: Plant) -> None:
    world = World(large)
    receipts, first = world.supply.receipts, world.start // DAY
    lots = receipts.between(first, first + 60)
    v = receipts.verdicts(lots)
    assert (v.rejected[v.decision == ACCEPTED] == 0).all()
    assert (v.rejected[v.decision == REJECTED] == lots.quantity[v.decision == REJECTED]).all()
    part = v.decision == SORTED
    assert ((v.rejected[part] > 0) & (v.rejected[part] < lots.quantity[part])).all()
    assert (v.sample[v.stage == SKIP] == 0).all()
    assert (lots.quantity % 1000 == 0).all()
    required = world.company.materials.inspection_required[lots.material_id - 1]
    assert (v.decision[~required] == ACCEPTED).all()
    assert ((v.defective > v.accept) == (v.decision != ACCEPTED)).all()
    # Suppliers deliver about 600 defective parts in a million (log-sd 0.9), and 20 times as many when bad.
    good = lots.fraction[~lots.bad].mean() * 1e6
    assert 600 * np.exp(0.9**2 / 2) == pytest.approx(good, rel=0.35)
    assert lots.fraction[lots.bad].mean() / lots.fraction[~lots.bad].mean() > 8
