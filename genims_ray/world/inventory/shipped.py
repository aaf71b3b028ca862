"""What was shipped, as seen from a customer who has it: which line of which order, out of which lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.world import keys
from genims_ray.world.frame import Frame
from genims_ray.world.inventory.finished_goods import FinishedGoods
from genims_ray.world.market.contracts import Contracts
from genims_ray.world.rows import Bools, Floats, Ints, Rows

_LEAST, _SPAN = 6, 18


@dataclass(frozen=True)
class Delivered(Rows):
    """A delivered order line each; keys are 0 where it was before anything is known of."""

    customer_id: Ints
    product_id: Ints
    order_line_id: Ints
    lot: Ints  # of most of its parts; 0, too, if it was made before history
    ship_day: Ints
    quantity: Ints  # out of that lot
    shipment_id: Ints


class Shipped:
    """Order lines of the frame's lines that have arrived."""

    def __init__(self, frame: Frame, contracts: Contracts, goods: FinishedGoods) -> None:
        self._start_day, self._contracts, self._goods = frame.start_day, contracts, goods

    def one_of(self, line_id: Ints, day: Ints, u: Floats, v: Floats) -> Delivered:
        """For each production line and day one of the deliveries that arrived some weeks before, the larger the
        likelier; `u` and `v` choose the time and the delivery."""
        found = self._by_contract(line_id, day, v)
        issued = np.maximum(day - _LEAST - np.floor(_SPAN * u).astype(np.int64), self._goods.track.first_day)
        last = day - _LEAST
        open_ = issued <= last
        # Where nothing fits, the next day is looked at; each day once, in order.
        for t in range(int(issued.min(initial=0)), int(last.max(initial=-1)) + 1):
            at = np.flatnonzero(open_ & (issued <= t) & (t <= last))
            if len(at):
                open_[at] = ~self._choose(found, at, t, line_id[at], day[at], v[at])
        return found

    def _choose(self, found: Delivered, at: Ints, t: int, line_id: Ints, day: Ints, v: Floats) -> Bools:
        """Fill in the rows `at` from what was issued on production day `t`; whether there was something."""
        goods = self._goods.day(t)
        issues, parts = goods.issues, goods.allocations
        arrived = issues.ship_day + issues.wanted - issues.due
        fits = (issues.product_id // 100 == line_id[:, None]) & (arrived < day[:, None])
        total = np.cumsum(np.where(fits, issues.quantity, 0), axis=1)
        met = fits.any(axis=1)
        row = (total <= np.floor(v * total[:, -1:].ravel())[:, None]).sum(axis=1)[met] if len(issues) else at[:0]
        at = at[met]
        # The lot with most parts of the line: of equal ones the first.
        order = np.lexsort((-parts.parts, parts.line))
        first = order[np.searchsorted(parts.line[order], row)]
        for name, values in (
            ("customer_id", issues.customer_id[row]),
            ("product_id", issues.product_id[row]),
            ("order_line_id", issues.order_line_id[row]),
            ("lot", np.where(keys.parts(parts.lot[first])[1] >= self._start_day, parts.lot[first], 0)),
            ("ship_day", issues.ship_day[row]),
            ("quantity", parts.parts[first]),
            ("shipment_id", issues.shipment_id[row]),
        ):
            getattr(found, name)[at] = values
        return np.asarray(met)

    def _by_contract(self, line_id: Ints, day: Ints, v: Floats) -> Delivered:
        """A customer who buys what each line makes, and a product that it buys, by the parts it takes."""
        c = self._contracts
        bought = np.concatenate([[0.0], np.cumsum(c.parts_a_day)])
        first, last = np.searchsorted(c.product_id, line_id * 100), np.searchsorted(c.product_id, line_id * 100 + 100)
        at = np.searchsorted(bought, bought[first] + v * (bought[last] - bought[first]), side="right") - 1
        at = np.clip(at, first, np.maximum(last - 1, 0))
        none = np.zeros(len(line_id), dtype=np.int64)
        return Delivered(
            customer_id=c.customer_id[at],
            product_id=c.product_id[at],
            order_line_id=none.copy(),
            lot=none.copy(),
            ship_day=day - _LEAST,
            quantity=none + 2**31,
            shipment_id=none.copy(),
        )
