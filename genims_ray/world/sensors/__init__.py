"""Sensors: what instruments and controllers tell of the shop floor, and when they fail to."""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.frame import Frame
from genims_ray.world.sensors.alerts import AlertExchange
from genims_ray.world.sensors.counters import Counters
from genims_ray.world.sensors.observation import Observation
from genims_ray.world.sensors.power import Power
from genims_ray.world.shopfloor import Shopfloor


class Sensors:
    """The instruments of the frame's machines, and the controllers of its lines."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, exchange: AlertExchange | None = None) -> None:
        self._frame, self._shopfloor, self._exchange = frame, shopfloor, exchange

    @cached_property
    def observation(self) -> Observation:
        return Observation(self._frame, self._shopfloor, self._exchange)

    @cached_property
    def counters(self) -> Counters:
        return Counters(self._shopfloor.production, self.observation.lines)

    @cached_property
    def power(self) -> Power:
        return Power(self._frame)

    def exchange(self) -> None:
        """Tell other simulators what this one has found, and ask them anew from now on."""
        if "observation" in vars(self):
            self.observation.exchange()
