"""Components built into assets, one life after the other in each place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world import keys
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.assets import Asset, Place
from genims_ray.world.maintenance.condition import Judged, event_key
from genims_ray.world.maintenance.due import REPLACEMENT, SEQUENCE
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.maintenance.roster import Rosters
from genims_ray.world.maintenance.stock import Stock
from genims_ray.world.rows import Ints, Rows, Texts
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.degradation import Breakdown


@dataclass(frozen=True)
class Life:
    """A component from installation to removal; instants and keys are NEVER or 0 while unknown."""

    key: int
    asset: Asset
    place: Place
    installed: int
    installed_by: int  # order, 0 before history begins
    lot: str
    removed: int
    removed_by: int
    recorded: int  # when its removal was recorded: the end of that order
    reason: str
    age_hours: float  # planned operating hours when it was removed


@dataclass(frozen=True)
class Lives(Rows):
    """Lives of components as arrays; see `Life`."""

    TIME: ClassVar[str] = "installed"

    key: Ints
    asset_id: Ints
    position: Ints
    component: Texts
    fault_code: Texts
    iso_mode: Texts
    part: Ints  # the spare that fits
    installed: Ints
    installed_by: Ints
    lot: Texts
    removed: Ints
    removed_by: Ints
    recorded: Ints
    reason: Texts
    age: Ints  # hundredths of an hour


@dataclass(frozen=True)
class Changes(Rows):
    """Components that orders have replaced."""

    TIME: ClassVar[str] = "row"

    row: Ints  # of the order among those asked about
    old: Ints  # key of the life that ended
    new: Ints


class Components:
    """Lives of the components at the factories of a plan."""

    def __init__(
        self, frame: Frame, company: Company, shopfloor: Shopfloor, plan: Plan, rosters: Rosters, stock: Stock
    ) -> None:
        """Of factories that all of these see whole."""
        self._assets = plan.register
        self._plan = plan
        self._rosters = rosters
        self._stock = stock
        self._degradation = shopfloor.degradation
        self._utilities = plan.utilities
        self._calendar = company.calendar
        self._lines = {line.line_id: i for i, line in enumerate(frame.lines)}
        self._start = frame.start
        self._until = -(2**62)
        self._events: dict[tuple[int, str], list[Breakdown]] = {}

    def _history(self, place: Place, until: int) -> list[Breakdown]:
        """Events of a place, in order, complete up to `until`."""
        if until > self._until:
            self._until = until + max(until - self._start, 60 * DAY)
            self._events = {}
            found = [e for i in self._lines.values() for e in self._degradation.events(i, self._until)]
            found += [u.event for u in self._utilities.between(self._start - 400 * DAY, self._until)]
            for e in sorted(found, key=lambda e: e.start):
                self._events.setdefault((e.machine_id, e.mode), []).append(e)
        return self._events.get((place.asset_id, place.name), [])

    def ended_by(self, place: Place, cycle: int, until: int) -> tuple[Life, Life]:
        """The life of a number that ended before `until`, and the one that began after it."""
        events = self._history(place, until + 1)
        i = next(k for k, e in enumerate(events) if e.cycle == cycle)
        return self._life(place, events, i), self._life(place, events, i + 1)

    def changes(self, orders: WorkOrders) -> tuple[Changes, Lives]:
        """What orders have replaced, and the lives of these components, by key."""
        rows = np.flatnonzero((orders.cycle != NEVER) & (orders.place > 0) & (orders.end > 0))
        lives: dict[int, Life] = {}
        found = []
        for row in rows.tolist():
            place = self._assets.every[int(orders.asset[row])].places[int(orders.place[row]) - 1]
            old, new = self.ended_by(place, int(orders.cycle[row]), int(orders.end[row]) + DAY)
            lives |= {old.key: old, new.key: new}
            found.append((row, old.key, new.key))
        changes = np.array(found, dtype=np.int64).reshape(-1, 3)
        return Changes(*changes.T), self._table(lives)

    def installed(self, time: int) -> Lives:
        """All components in use at an instant, by key."""
        every = [self.at(place, time) for asset in self._assets.every for place in asset.places]
        return self._table({life.key: life for life in every})

    def suspected(self, alerts: Judged) -> Ints:
        """(alerts,): key of the component that each suspects, 0 where it suspects none."""
        found = []
        for machine_id, mode, time in zip(
            alerts.machine_id.tolist(), alerts.mode.tolist(), alerts.time.tolist(), strict=True
        ):
            place = next((p for p in self._assets.by_id[machine_id].places if p.name == mode), None) if mode else None
            found.append(self.at(place, time).key if place else 0)
        return np.array(found, dtype=np.int64)

    def _table(self, lives: dict[int, Life]) -> Lives:
        every = [life for _, life in sorted(lives.items())]

        def ints(values: Iterable[int]) -> Ints:
            return np.array(list(values), dtype=np.int64)

        def texts(values: Iterable[str]) -> Texts:
            return np.array(list(values), dtype=np.str_)

        return Lives(
            key=ints(life.key for life in every),
            asset_id=ints(life.asset.asset_id for life in every),
            position=ints(life.place.position for life in every),
            component=texts(life.place.component for life in every),
            fault_code=texts(life.place.fault_code for life in every),
            iso_mode=texts(life.place.iso_mode for life in every),
            part=ints(self._plan.spares.of_place(life.asset, life.place) for life in every),
            installed=ints(life.installed for life in every),
            installed_by=ints(life.installed_by for life in every),
            lot=texts(life.lot for life in every),
            removed=ints(life.removed for life in every),
            removed_by=ints(life.removed_by for life in every),
            recorded=ints(life.recorded for life in every),
            reason=texts(life.reason for life in every),
            age=ints(round(100 * life.age_hours) for life in every),
        )

    def at(self, place: Place, time: int) -> Life:
        """The life in use at an instant; while it is being replaced, the one that is taken out."""
        events = self._history(place, time + 1)
        i = next((k for k, e in enumerate(events) if self._span(place, e)[1] >= time), len(events))
        return self._life(place, events, i)

    def _span(self, place: Place, event: Breakdown) -> tuple[int, int]:
        """When the old component went out of use and the order that replaced it ended."""
        asset = self._assets.by_id[place.asset_id]
        if asset.machine_id or not event.planned:
            return event.start, event.end
        day = self._plan.day_of(asset.factory_id, event.start)
        if day < self._plan.first_day + 20:
            return event.start, event.start + HOUR
        booking = self._rosters.whole(asset.factory_id, day).planned[
            asset.asset_id, day, SEQUENCE[REPLACEMENT] + place.position
        ]
        return booking.start, booking.end

    def _order(self, place: Place, event: Breakdown) -> int:
        asset = self._assets.by_id[place.asset_id]
        if asset.machine_id or not event.planned:
            return event_key(self._plan, asset.factory_id, event)
        day = self._plan.day_of(asset.factory_id, event.start)
        return int(keys.key(asset.asset_id, day, SEQUENCE[REPLACEMENT] + place.position))

    def _life(self, place: Place, events: list[Breakdown], i: int) -> Life:
        """The life before event i."""
        asset = self._assets.by_id[place.asset_id]
        installed_by, lot = 0, ""
        if i > 0:
            _, installed = self._span(place, events[i - 1])
            cycle = events[i - 1].cycle + 1
            if installed >= self._start:
                installed_by = self._order(place, events[i - 1])
                lot = self._stock.lot(installed_by, installed)
        else:
            first = events[0] if events else None
            if first is None and not asset.machine_id:
                first = self._utilities.current(asset, place, self._start)
            installed, cycle = self._first_installed(asset, place, first), first.cycle if first else 0
        key = int(keys.key(asset.asset_id, installed // DAY, 50_000 + place.position * 100 + cycle % 100))
        removed, recorded, removed_by, reason, age = NEVER, NEVER, 0, "", 0.0
        if i < len(events):
            e = events[i]
            removed, recorded = self._span(place, e)
            removed_by = self._order(place, e)
            reason = "failure" if not e.planned else "predictive" if asset.machine_id else "preventive"
            age = self._counted(asset, place, events, i, installed, removed) / HOUR
        return Life(key, asset, place, installed, installed_by, lot, removed, removed_by, recorded, reason, age)

    def _counted(
        self, asset: Asset, place: Place, events: list[Breakdown], i: int, installed: int, removed: int
    ) -> float:
        """Planned seconds that the asset counted from installation to removal: what the component was used for
        before its asset was built is not among them, nor the time in which its predecessor was taken out."""
        if not asset.machine_id:
            return (removed - installed) * self._plan.duty(asset)
        line = self._lines[asset.line_id]
        if i > 0:
            begun = self._calendar.planned_seconds(line, events[i - 1].start)
            uncounted = self._calendar.planned_seconds(line, installed) - begun
        else:
            share = float(self._calendar.planned_share()[line])
            counted = int(max((self._calendar.first_day * DAY - installed) * share, 0))
            uncounted = max(self._degradation.age_at_origin(asset.machine_id, place.name) - counted, 0)
        return max(events[i].age - uncounted, 0)

    def _first_installed(self, asset: Asset, place: Place, first: Breakdown | None) -> int:
        """When the component of the earliest life was built in: from its age, and not before the asset."""
        begins = asset.installation_date * DAY + 8 * HOUR
        if asset.machine_id:
            i = self._lines[asset.line_id]
            origin, share = self._calendar.first_day * DAY, float(self._calendar.planned_share()[i])
            age = self._degradation.age_at_origin(asset.machine_id, place.name)
            return max(origin - int(age / max(share, 0.05)), begins)
        duty = self._plan.duty(asset)
        return max(first.start - int(first.age / duty), begins) if first else begins
