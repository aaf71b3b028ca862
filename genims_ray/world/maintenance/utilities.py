"""Utilities wear in running time; their components are replaced by age, unless they fail before.

Age replacement (Barlow and Proschan, Mathematical Theory of Reliability, 1965, section 4.2): a life ends
at min(W, tau), a failure if W < tau.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world import params
from genims_ray.world.maintenance.assets import Asset, Place
from genims_ray.world.rng import Rng, weibull
from genims_ray.world.shopfloor.degradation import Breakdown

_WARMUP_LIVES = 6
"""Lives before history begins: its first day then looks like any other."""


@dataclass(frozen=True)
class UtilityEvent:
    """The end of a component's life; a replacement by age (`event.planned`) is done in the early shift of
    its day."""

    asset: Asset
    place: Place
    event: Breakdown


class Utilities:
    """Component events of the utilities at some factories."""

    def __init__(self, assets: list[Asset], plant: params.Plant, rng: Rng, start: int) -> None:
        self._assets = [asset for asset in assets if not asset.machine_id]
        self._plant = plant
        self._rng = rng
        self._start = start
        self._since = start - (plant.degradation.warmup_days - 25) * DAY  # what the calendar reaches back to
        self._known: list[UtilityEvent] = []
        self._until = -(2**62)

    def between(self, start: int, end: int) -> list[UtilityEvent]:
        """Events with some time in [start, end), in order of their start."""
        if end > self._until:
            self._until = end + max(end - self._start, 90 * DAY)
            found = [e for asset in self._assets for place in asset.places for e in self._lives(asset, place)]
            self._known = sorted(found, key=lambda e: (e.event.start, e.asset.asset_id, e.place.position))
        return [e for e in self._known if e.event.start < end and e.event.end > start]

    def current(self, asset: Asset, place: Place, time: int) -> Breakdown:
        """The event that ends the life in use at an instant."""
        ahead = 30 * DAY
        while True:
            for e in self.between(time, time + ahead):
                if e.event.machine_id == asset.asset_id and e.place.position == place.position and e.event.start > time:
                    return e.event
            ahead *= 4

    def installed(self, asset: Asset, place: Place, time: int) -> int:
        """When the component in use at an instant was built in."""
        event = self.current(asset, place, time)
        return event.start - int(event.age / self._plant.upkeep.utilities[asset.kind].duty)

    def _lives(self, asset: Asset, place: Place) -> list[UtilityEvent]:
        component, duty = place.failure, self._plant.upkeep.utilities[asset.kind].duty
        assert isinstance(component, params.UtilityComponent)
        tau = component.replaced_at * component.eta_hours * HOUR
        epoch = self._start - int(_WARMUP_LIVES * tau / duty)
        count = 16
        while True:
            at = (asset.asset_id, place.position, np.arange(count))
            life = weibull(self._rng.uniform("utility life", *at), component.beta, component.eta_hours * HOUR)
            life[0] *= float(self._rng.uniform("utility offset", asset.asset_id, place.position))
            ends = epoch + np.cumsum(np.minimum(life, tau) / duty).astype(np.int64)
            if ends[-1] > self._until:
                break
            count *= 2
        settings, rng = self._plant.degradation, self._rng
        response = rng.lognormal(
            "utility response", 60 * settings.response_median_minutes, settings.response_sigma, *at
        )
        delay = rng.lognormal(
            "utility delay", HOUR * settings.spare_delay_median_hours, settings.spare_delay_sigma, *at
        )
        missing = rng.uniform("utility spare", *at) < settings.spare_missing_share
        repair = rng.lognormal("utility repair", HOUR * component.repair_median_hours, 0.6, *at)
        found = []
        for i in range(count):
            time = int(ends[i])
            if not self._since <= time < self._until:
                continue
            planned = bool(life[i] >= tau)
            wait = 0 if planned or not missing[i] else int(min(delay[i], 90 * HOUR))
            begin = time + (0 if planned else int(min(response[i], 6 * HOUR)) + 60 + wait)
            end = begin + 600 + int(min(repair[i], 40 * HOUR))
            event = Breakdown(
                0,
                asset.asset_id,
                place.name,
                i,
                time,
                time,
                time,
                begin,
                end,
                planned,
                False,
                wait,
                int(min(life[i], tau)),
            )
            found.append(UtilityEvent(asset, place, event))
        return found
