"""Control plans of new products, and what becomes of incoming lots turned down."""

from __future__ import annotations

import numpy as np

from genims_ray import config
from genims_ray.modules.qms import audit_findings, capa_actions, capa_headers
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import Plant
from genims_ray.world.quality.nonconformances import MOST_REWORKED
from genims_ray.world.quality.reports import REWORK


def test_a_new_product_has_a_tightened_plan_for_its_first_half_year(large: Plant) -> None:
    world = World(large)
    p, start = world.quality.planning.plans, world.start // DAY
    products = world.company.products
    launched = dict(zip(products.product_id.tolist(), products.launched_on.tolist(), strict=True))
    young = {i for i, day in launched.items() if day > start - 180 and i % 100 > 1}
    assert len(young) > 10
    assert set(p.product_id[p.pre_launch].tolist()) == young
    for i in young:
        of = p.product_id == i
        assert p.pre_launch[of].tolist() == [True, False]
        first, second = np.flatnonzero(of)
        assert p.obsolete[first] == p.effective[second]
        assert 180 <= p.effective[second] - launched[i] < 180 + 33  # thirty days, and a weekend
        assert p.obsolete[second] == -1


def test_pieces_that_are_put_right_are_few_and_counted(large: Plant) -> None:
    world = World(large)
    r = world.quality.nonconformances.incoming(Window(world.start, world.start + 60 * DAY))
    lots = world.supply.receipts.between(world.start // DAY - 15, world.start // DAY + 64)
    rejected = dict(zip(lots.lot_id.tolist(), world.supply.receipts.verdicts(lots).rejected.tolist(), strict=True))
    reworked = r.split[:, REWORK]
    assert (reworked > 0).sum() >= 5
    assert ((reworked % 1000 == 0) & (reworked <= 1000 * MOST_REWORKED)).all()
    pieces = world.company.materials.base_unit[r.material_id - 1] == "pcs"
    assert pieces[reworked > 0].all()
    assert r.defective.tolist() == [rejected[i] for i in r.lot_id.tolist()]


def test_a_finding_on_record_has_its_case_on_record() -> None:
    """Whichever of an audit's cases were closed before history begins."""
    for seed in (42, 43, 44):
        world = World(config.load(["scale=large", f"seed={seed}"]).plant)
        opening = Window(OPENING, world.start)
        linked = audit_findings(world, opening)["linked_capa_id"].compressed()
        known = capa_headers(world, opening)["capa_header_id"]
        assert len(linked) > 10
        assert np.isin(linked, known).all()
        actions = capa_actions(world, opening)["capa_header_id"]
        assert np.isin(known, actions).all()
