"""Stock of spare parts: every movement, from the opening on; never below zero.

Components are kept one for one: what is built in is ordered again. A failure that waited for its part
(`Breakdown.waited`) met an empty shelf, for whatever reason the store finds; an emergency order brings the
part. Consumables are reviewed daily by (s, S): at s or below, they are ordered up to S. Kits of small parts
are filled up every morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import keys
from genims_ray.world.cells import Cells, Days
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.assets import Asset, Place
from genims_ray.world.maintenance.condition import event_key
from genims_ray.world.maintenance.consumables import Consumables
from genims_ray.world.maintenance.due import REPLACEMENT, SEQUENCE
from genims_ray.world.maintenance.movements import ADJUSTMENT, ISSUE, OPENING_STOCK, RECEIPT, Level, Movement, Movements
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.maintenance.roster import MOST_KITS, Rosters
from genims_ray.world.maintenance.spares import PIECE, Part
from genims_ray.world.rows import Bools
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.degradation import Breakdown
from genims_ray.world.spine import Spine

_AHEAD = 100 * DAY
"""How far ahead events can bring an order forward: longer than any lead time."""


@dataclass
class _Use:
    """A component taken from the shelf."""

    time: int
    arrival: int
    waited: bool
    lemon: bool
    job: int


class Stock:
    """Movements at the stores of whole factories."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, plan: Plan, rosters: Rosters) -> None:
        """At factories that all of these see whole."""
        spares, rng, start = plan.spares, frame.rng, frame.start
        self._assets = plan.register
        self._spares = spares
        self._plan = plan
        self._rosters = rosters
        self._degradation = shopfloor.degradation
        self._lines = {line.line_id: i for i, line in enumerate(frame.lines)}
        self._utilities = plan.utilities
        self._lemon = frame.plant.upkeep.lemon_story
        self._rng = rng
        self._start = start
        factories = sorted({asset.factory_id for asset in plan.assets})
        self._factories = factories
        self.parts = [part for part in spares.every if part.factory_id in factories]
        self._place = {(p.asset_id, p.name): p for asset in plan.assets for p in asset.places}
        # The first production day that lies in the history as a whole.
        self._first = {f: plan.day_of(f, start) + 1 for f in factories}
        self._until = -(2**62)
        self._components = Movements.none()
        self._lots: dict[int, str] = {}
        self._consumables = {
            f: Consumables(f, self.parts, self._first[f], plan, rosters, frame.memory) for f in factories
        }
        self.spine = Spine({f"consumables {f}": found.track for f, found in self._consumables.items()})
        self._others: Cells[tuple[int, int], Movements] = Cells(frame.memory, self._besides)
        self._days: Days[Movements] = Days(frame.memory, self._of_day)

    def level(self, part: Part) -> Level:
        if part.component:
            most = 1 + (part.criticality == "A") + int(self._rng.words("spares kept", part.mro_part_id) % np.uint64(2))
            return Level((most - 1) * PIECE, most * PIECE)
        if part.name.startswith("small parts"):
            return Level((MOST_KITS - 1) * PIECE, MOST_KITS * PIECE)
        return self._consumables[part.factory_id].level[part.mro_part_id]

    def opening(self) -> Iterator[Movement]:
        """Stock when history begins."""
        for part in self.parts:
            most, day = self.level(part).most, self._start // DAY - 1
            yield Movement(
                part.mro_part_id,
                int(keys.key(part.mro_part_id, day, 0)),
                OPENING_STOCK,
                self._start - 1,
                most,
                most,
                0,
                0,
                "",
                "",
            )

    def between(self, window: Window) -> Movements:
        """Movements in a window, in order of time."""
        if window.is_opening:
            return Movements.of(self.opening())
        return self._days.between(window)

    def _of_day(self, day: int) -> Movements:
        """Movements of a UTC day."""
        window = Window(day * DAY, (day + 1) * DAY)
        self._extend(window.end)
        first, last = np.searchsorted(self._components.time, (window.start, window.end))
        parts = [self._components.where(np.arange(first, last))]
        for factory_id in self._factories:
            begin = max(day - 1, self._first[factory_id])
            days = range(begin, self._plan.day_of(factory_id, window.end - 1) + 1)
            parts += [self._others[factory_id, each].between(window) for each in days]
        return Movements.joined(parts).ordered("time", "key")

    def _besides(self, at: tuple[int, int]) -> Movements:
        """What is no component, of a production day at a factory."""
        factory_id, day = at
        return Movements.of([*self._consumables[factory_id].movements(day), *self._kits(factory_id, day)])

    def records(self, orders: WorkOrders) -> Bools:
        """Whether the store has recorded what each order takes: from the beginning of history on."""
        first = np.array([self._first.get(f, 0) for f in self._assets.table.factory_id[orders.asset].tolist()])
        booked = (orders.booked != NEVER) & (orders.booked >= first)
        begun = np.where(orders.event, orders.worked, orders.assigned) >= self._start
        return np.where(orders.event | (orders.kind == REPLACEMENT), begun, booked)

    def lot(self, job: int, time: int) -> str:
        """Lot of the component that an order built in at `time`; empty if it took none on record."""
        self._extend(time + DAY)
        return self._lots.get(job, "")

    # --- Components ----------------------------------------------------------------------------------

    def _extend(self, end: int) -> None:
        if end <= self._until:
            return
        self._until = end + max(end - self._start, 60 * DAY)
        horizon, uses = self._until + _AHEAD, defaultdict(list)
        for i in self._lines.values():
            for e in self._degradation.between(i, self._start, horizon):
                if e.repair_start >= self._start:
                    asset, place = self._assets.by_id[e.machine_id], self._place[e.machine_id, e.mode]
                    use = _Use(
                        e.repair_start, e.arrival, e.waited > 0, False, event_key(self._plan, asset.factory_id, e)
                    )
                    uses[self._spares.of_place(asset, place)].append(self._lemon_or(use, asset, e))
        for u in self._utilities.between(self._start, horizon):
            if u.asset.factory_id in self._first:
                use = self._of_utility(u.asset, u.place, u.event)
                if use.time >= self._start:
                    uses[self._spares.of_place(u.asset, u.place)].append(use)
        self._components = Movements.of(
            move
            for part, of_part in uses.items()
            for move in self._path(self._spares.by_id[part], sorted(of_part, key=lambda use: use.time))
        ).ordered("time", "key")

    def _lemon_or(self, use: _Use, asset: Asset, e: Breakdown) -> _Use:
        since = (e.end - self._start) / DAY
        first = self._assets.every[0].factory_id
        use.lemon = (
            e.mode == self._lemon.mode
            and asset.factory_id == first
            and self._lemon.from_day <= since < self._lemon.to_day
        )
        return use

    def _of_utility(self, asset: Asset, place: Place, e: Breakdown) -> _Use:
        if not e.planned:
            return _Use(e.repair_start, e.arrival, e.waited > 0, False, event_key(self._plan, asset.factory_id, e))
        day = self._plan.day_of(asset.factory_id, e.start)
        begins = self._plan.bounds(asset.factory_id, day)[0]
        key = int(keys.key(asset.asset_id, day, SEQUENCE[REPLACEMENT] + place.position))
        return _Use(begins, begins, False, False, key)

    def _path(self, part: Part, uses: list[_Use]) -> Iterator[Movement]:
        """All movements of a component's spare after the opening."""
        most = self.level(part).most // PIECE
        shelf = ["" for _ in range(most)]  # lots, oldest first; what was there before has none on record
        pending: list[int] = []
        last, sequence = self._start, 0

        def move(kind: str, time: int, quantity: int, job: int, lot: str, reason: str = "") -> Movement:
            nonlocal last, sequence
            last, sequence = max(time, last + 1), sequence + 1
            key = int(keys.key(part.mro_part_id, last // DAY, sequence % 1_000))
            return Movement(
                part.mro_part_id, key, kind, last, quantity * PIECE, len(shelf) * PIECE, job, 0, lot, reason
            )

        def order(time: int) -> None:
            days = part.lead_days * float(self._rng.lognormal("spare lead", 1.0, 0.25, part.mro_part_id, time // DAY))
            pending.append((time // DAY + 1 + int(min(max(days, 1), 90))) * DAY + 9 * HOUR)

        def received(time: int) -> Movement:
            lot = f"{part.maker[:2].upper()}{np.datetime64(time // DAY, 'D').astype(object):%y%m%d}-{part.mro_part_id % 10_000}"
            shelf.append(lot)
            return move(RECEIPT, time, 1, 0, lot)

        for use in uses:
            pending.sort()
            # A part that the failure has to wait for is not there before it is brought.
            ready = use.arrival if use.waited else use.time
            while pending and pending[0] <= ready:
                yield received(pending.pop(0))
            if use.waited:
                if shelf:
                    gone = len(shelf)
                    shelf.clear()
                    reason = ("count", "damaged", "expired")[int(self._rng.words("spare gone", use.job) % np.uint64(3))]
                    yield move(ADJUSTMENT, use.arrival, -gone, 0, "", reason)
                    for _ in range(gone):
                        order(use.arrival)
                pending[:] = [max(t, use.time + DAY) for t in pending]
                yield received(use.time - 60)
            elif not shelf:
                if pending:
                    pending.pop(0)
                else:
                    order(use.time)
                    pending.pop()
                yield received(use.time - 600)
            lot = shelf.pop(0)
            if use.lemon:
                lot = f"{part.maker[:2].upper()}9{part.mro_part_id % 10_000:05d}-7"
            self._lots[use.job] = lot
            issued = move(ISSUE, use.time, -1, use.job, lot)
            yield issued
            if len(shelf) + len(pending) < most:
                order(use.time)
        for time in sorted(pending):
            yield received(time)

    # --- Kits ----------------------------------------------------------------------------------------

    def _kits(self, factory_id: int, day: int) -> Iterator[Movement]:
        used: dict[int, int] = defaultdict(int)
        if day > self._first[factory_id]:
            for stop in self._rosters.whole(factory_id, day - 1).stops:
                used[self._spares.of_kind(self._assets.by_id[stop.machine_id], "kit")] += stop.kit
        roster = self._rosters.whole(factory_id, day)
        sequence: dict[int, int] = defaultdict(int)
        for part, count in sorted(used.items()):
            if count:
                yield self._kit(part, day, 0, RECEIPT, roster.bounds[0], count, MOST_KITS, 0, 0)
        for stop in sorted(roster.stops, key=lambda s: (s.arrival, s.key)):
            if stop.kit:
                part = self._spares.of_kind(self._assets.by_id[stop.machine_id], "kit")
                sequence[part] += 1
                yield self._kit(
                    part,
                    day,
                    sequence[part],
                    ISSUE,
                    stop.arrival,
                    -1,
                    MOST_KITS - sequence[part],
                    stop.key,
                    stop.booking.technician,
                )

    @staticmethod
    def _kit(
        part: int, day: int, sequence: int, kind: str, time: int, pieces: int, after: int, job: int, who: int
    ) -> Movement:
        key = int(keys.key(part, day, sequence))
        return Movement(part, key, kind, time, pieces * PIECE, after * PIECE, job, who, "", "")
