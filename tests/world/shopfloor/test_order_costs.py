"""What orders use and cost: issued, returned and lost add up; pieces add up to their order."""

from __future__ import annotations

import numpy as np
import pytest

from genims_ray.window import DAY, NEVER
from genims_ray.world import World
from genims_ray.world.shopfloor.production_orders import OrderBook


@pytest.fixture(scope="module")
def book(world: World) -> OrderBook:
    return world.shopfloor.production_orders.between(world.start + 8 * DAY, world.start + 9 * DAY)


def test_more_is_issued_than_goes_back(world: World, book: OrderBook) -> None:
    need = world.shopfloor.order_costs.needs(book)
    assert len(need)
    assert (need.issued > 0).all()
    assert (need.unused >= 0).all()
    assert (need.unused < need.issued).all()
    assert not need.unused[book.end[need.order] == NEVER].any()
    assert not np.isin(need.order, np.flatnonzero(book.setup_start == NEVER)).any()


def test_an_order_costs_what_its_pieces_cost(world: World, book: OrderBook) -> None:
    costs = world.shopfloor.order_costs
    of_pieces, pieces = costs.labour_of_pieces(book), book.pieces
    assert of_pieces.sum() == costs.labour(book).sum()
    exact = (pieces.end - pieces.start) * costs.hourly(book) / 3600
    assert (np.abs(of_pieces - exact) <= 0.5).all()


def test_a_kilogram_costs_a_thousand_times_a_gram(world: World) -> None:
    value = world.shopfloor.order_costs.value
    assert value(np.array([1_000, 1, 1_500]), np.array([250, 500, 3])).tolist() == [250, 1, 5]


def test_a_record_is_signed_in_order_once_it_is_inspected(world: World, book: OrderBook) -> None:
    signed = world.shopfloor.batch_records.signatures(book)
    done = book.inspected != NEVER
    assert done.any()
    assert (signed.prepared[done] > book.inspected[done]).all()
    assert (signed.reviewed[done] > signed.prepared[done]).all()
    assert (signed.approved[done] > signed.reviewed[done]).all()
    assert (signed.approved[~done] == NEVER).all()
