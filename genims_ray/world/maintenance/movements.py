"""Movements of spare parts at their stores, and the levels that call for them."""

from __future__ import annotations

from dataclasses import dataclass

OPENING_STOCK, RECEIPT, ISSUE, RETURN, ADJUSTMENT = "opening", "receipt", "issue", "return", "adjustment"


@dataclass(frozen=True)
class Movement:
    """A movement of a part at its store; quantities in thousandths of its unit."""

    part: int
    key: int
    type: str
    time: int
    quantity: int
    after: int
    job: int  # 0 for what is no order's
    who: int  # technician of the order, 0 for the store's own
    lot: str
    reason: str


@dataclass(frozen=True)
class Level:
    """When a part is ordered again, and up to which stock."""

    reorder: int
    most: int
