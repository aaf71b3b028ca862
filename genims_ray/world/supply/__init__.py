"""Supply: what suppliers deliver, and the lots in use."""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.supply.receipts import Receipts


class Supply:
    """Supply of the factories of the frame's lines."""

    def __init__(self, frame: Frame, company: Company) -> None:
        self._frame, self._company = frame, company

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self._frame.lines, self._company, self._company.calendar, self._frame.rng)
