"""Amounts of money: integers of cents, rounded by one rule wherever they are born."""

from __future__ import annotations

from genims_ray.world.rows import Ints


def half_up(numerator: Ints, denominator: int) -> Ints:
    """Rounded quotient of non-negative integers, halves away from zero as PostgreSQL rounds numerics."""
    return (2 * numerator + denominator) // (2 * denominator)
