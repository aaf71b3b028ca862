"""A window: the half-open span of simulated time that every question is asked for."""

from __future__ import annotations

from dataclasses import dataclass

OPENING = -(2**62)
"""Start of a module's first unit: everything that stands when the plant's history begins."""
NEVER = -1
"""An instant that is not known yet, or does not come."""

DAY = 86_400
HOUR = 3_600


@dataclass(frozen=True, order=True)
class Window:
    """[start, end) in UTC seconds since 1970-01-01; `start` may be `OPENING`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a window must end after it starts: [{self.start}, {self.end})")

    @classmethod
    def of_days(cls, first: int, last: int | None = None) -> Window:
        """The UTC days first <= day < last, or the one day `first`."""
        return cls(first * DAY, (first + 1 if last is None else last) * DAY)

    @property
    def is_opening(self) -> bool:
        return self.start == OPENING

    @property
    def seconds(self) -> int:
        return self.end - self.start

    def days(self) -> range:
        """UTC days (since 1970-01-01) that the window touches."""
        return range(self.start // DAY, -(-self.end // DAY))
