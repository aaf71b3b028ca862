"""Movements of spare parts at their stores, and the levels that call for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from genims_ray.world.rows import Ints, Rows, Texts

OPENING_STOCK, RECEIPT, ISSUE, RETURN, ADJUSTMENT = "opening", "receipt", "issue", "return", "adjustment"


class Movement(NamedTuple):
    """A movement of a part at its store; quantities in thousandths of its unit."""

    part: int
    key: int
    type: str
    time: int
    quantity: int
    after: int
    order: int  # 0 for what is no order's
    who: int  # technician of the order, 0 for the store's own
    lot: str
    reason: str


@dataclass(frozen=True)
class Movements(Rows):
    """Movements as arrays; see `Movement`."""

    part: Ints
    key: Ints
    type: Texts
    time: Ints
    quantity: Ints
    after: Ints
    order: Ints
    who: Ints
    lot: Texts
    reason: Texts

    @classmethod
    def of(cls, moves: Iterable[Movement]) -> Self:
        columns = list(zip(*moves, strict=True))
        if not columns:
            return cls.none()
        part, key, type_, time, quantity, after, order, who, lot, reason = columns
        numbers = (np.array(c, dtype=np.int64) for c in (part, key, time, quantity, after, order, who))
        texts = (np.array(c, dtype=np.str_) for c in (type_, lot, reason))
        (p, k, t, q, a, o, w), (y, x, r) = numbers, texts
        return cls(p, k, y, t, q, a, o, w, x, r)


@dataclass(frozen=True)
class Level:
    """When a part is ordered again, and up to which stock."""

    reorder: int
    most: int
