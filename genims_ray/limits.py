"""Limits of numbers: a setting's stands on its field, as `Annotated[float, SHARE]`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import get_type_hints


@dataclass(frozen=True)
class Limit:
    """An interval, closed unless `above` says that the lower end is excluded."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False

    def holds(self, value: float) -> bool:
        return (value > self.low if self.above else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        lower = f"more than {plain(self.low)}" if self.above else f"at least {plain(self.low)}"
        if math.isinf(self.high):
            return lower
        high = plain(self.high)
        return f"{lower} and at most {high}" if self.above else f"{plain(self.low)} to {high}"


def plain(number: float) -> str:
    """A number as people write it: 1000000 and 0.05, not 1e+06."""
    return f"{number:.0f}" if float(number).is_integer() and abs(number) < 1e16 else f"{number:g}"


SHARE = Limit(0, 1)
COUNT = Limit(1, 99_999)  # five digits of a code
NUMBER = Limit(1, 99)  # two digits of a key
SECONDS_TO_HOUR = Limit(1, 3600)
SIGMA = Limit(0, 3)  # of a logarithm: one value in a thousand is 10,000 times the median
SIGMA_OF_TIME = Limit(0, 1.5)  # the same, where a duration of years would stop a line for good
LEVEL = Limit(-1e6, 1e6)  # of a signal, in its unit
SPREAD = Limit(0, 1e6)
MONEY = Limit(0, 1_000_000, above=True)
PER_YEAR = Limit(0, 10_000)
DAYS = Limit(0, 366)


def of(cls: type, field: str) -> Limit | None:
    """The limit of a numeric field; None where it has none."""
    return _limits(cls).get(field)


@cache
def _limits(cls: type) -> dict[str, Limit]:
    hints = get_type_hints(cls, include_extras=True)
    return {
        name: part
        for name, hint in hints.items()
        for part in getattr(hint, "__metadata__", ())
        if isinstance(part, Limit)
    }
