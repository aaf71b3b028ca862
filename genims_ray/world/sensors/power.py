"""What machines draw besides what their state and load ask for."""

from __future__ import annotations

from genims_ray.world.frame import Frame
from genims_ray.world.rows import Floats, Ints


class Power:
    """The power meters of machines."""

    def __init__(self, frame: Frame) -> None:
        self._rng = frame.rng

    def wobble(self, machine_id: Ints, day: int, number: Ints) -> Floats:
        """The factor about 1 of the readings with these numbers in UTC `day`; broadcasts."""
        return 1 + 0.02 * self._rng.normal("power", machine_id, day, number)
