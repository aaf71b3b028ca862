"""The batch record of an order: when its three signatures are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import HOUR, NEVER
from genims_ray.world.frame import Frame
from genims_ray.world.rows import Floats, Ints, Rows
from genims_ray.world.shopfloor.production_orders import OrderBook


@dataclass(frozen=True)
class Signatures(Rows):
    """UTC seconds, one row an order of the book; NEVER where the final inspection lies beyond it."""

    prepared: Ints
    reviewed: Ints
    approved: Ints


class BatchRecords:
    """Records are prepared after the final inspection, then reviewed and approved."""

    def __init__(self, frame: Frame) -> None:
        self._rng = frame.rng

    def signatures(self, b: OrderBook) -> Signatures:
        def u(what: str) -> Floats:
            return self._rng.uniform(f"record {what}", b.line_id, b.day, b.sequence)

        inspected = b.inspected != NEVER
        prepared = np.where(inspected, b.inspected + (60 + 180 * u("preparation")).astype(np.int64), NEVER)
        reviewed = np.where(inspected, prepared + (HOUR / 2 + 7 * HOUR * u("review")).astype(np.int64), NEVER)
        approved = np.where(inspected, reviewed + (HOUR / 2 + 19 * HOUR * u("approval")).astype(np.int64), NEVER)
        return Signatures(prepared, reviewed, approved)
