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
from numpy.typing import NDArray

from genims_ray.world import keys
from genims_ray.world.degradation import Breakdown, Degradation
from genims_ray.world.maintenance.assets import Asset, Assets, Place
from genims_ray.world.maintenance.jobs import Job, event_key
from genims_ray.world.maintenance.plan import REPLACEMENT, SEQUENCE, Plan
from genims_ray.world.maintenance.roster import MOST_KITS, Rosters
from genims_ray.world.maintenance.spares import PIECE, Part, Spares
from genims_ray.world.maintenance.utilities import Utilities
from genims_ray.world.params import LemonStory
from genims_ray.world.rng import Rng
from genims_ray.world.window import DAY, HOUR

Ints = NDArray[np.int64]

OPENING_STOCK, RECEIPT, ISSUE, RETURN, ADJUSTMENT = "opening", "receipt", "issue", "return", "adjustment"
_COUNT_EVERY = 60
"""Days between two counts of a consumable, on average."""
_USAGE_DAYS = 56
"""Days of the plan from which the usual consumption is taken."""
_AHEAD = 100 * DAY
"""How far ahead events can bring an order forward: longer than any lead time."""


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

    def __init__(
        self,
        assets: Assets,
        spares: Spares,
        plan: Plan,
        rosters: Rosters,
        degradation: Degradation,
        lines: dict[int, int],
        utilities: Utilities,
        lemon: LemonStory,
        rng: Rng,
        start: int,
    ) -> None:
        self._assets = assets
        self._spares = spares
        self._plan = plan
        self._rosters = rosters
        self._degradation = degradation
        self._lines = lines
        self._utilities = utilities
        self._lemon = lemon
        self._rng = rng
        self._start = start
        factories = sorted({asset.factory_id for asset in plan.assets})
        self._factories = factories
        self.parts = [part for part in spares.every if part.factory_id in factories]
        self._place = {(p.asset_id, p.name): p for asset in plan.assets for p in asset.places}
        self._first = {f: plan.day_of(f, start) + 1 for f in factories}
        self._until = -(2**62)
        self._components: dict[int, list[Movement]] = {}
        self._lots: dict[int, str] = {}
        self._consumables = {f: _Consumables(self, f) for f in factories}

    def first_day(self, factory_id: int) -> int:
        """The first production day that lies in the history as a whole."""
        return self._first[factory_id]

    def level(self, part: Part) -> Level:
        if part.component:
            most = (
                1
                + (part.criticality == "A")
                + int(self._rng.words("spares kept", part.mro_part_id) % np.uint64(2))
            )
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

    def between(self, start: int, end: int, jobs: list[Job]) -> list[Movement]:
        """Movements in [start, end), in order of time; `jobs` are all orders of the window."""
        self._extend(end)
        found = [m for of_part in self._components.values() for m in of_part if start <= m.time < end]
        for factory_id in self._factories:
            first = max(start // DAY - 1, self._first[factory_id])
            for day in range(first, end // DAY + 1):
                found += [m for m in self._consumables[factory_id].movements(day) if start <= m.time < end]
                found += [m for m in self._kits(factory_id, day) if start <= m.time < end]
        return sorted(found, key=lambda m: (m.time, m.key))

    def records(self, job: Job) -> bool:
        """Whether the store has recorded what an order takes: from the beginning of history on."""
        if job.event is not None:
            return job.worked >= self._start
        if job.kind == REPLACEMENT:
            return job.assigned >= self._start
        return bool(job.bookings) and job.bookings[0].day >= self._first[job.asset.factory_id]

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
                        e.repair_start,
                        e.arrival,
                        e.waited > 0,
                        False,
                        event_key(self._plan, asset.factory_id, e),
                    )
                    uses[self._spares.of_place(asset, place)].append(self._lemon_or(use, asset, e))
        for u in self._utilities.between(self._start, horizon):
            if u.asset.factory_id in self._first:
                use = self._of_utility(u.asset, u.place, u.event)
                if use.time >= self._start:
                    uses[self._spares.of_place(u.asset, u.place)].append(use)
        self._components = {
            part: list(self._path(self._spares.by_id[part], sorted(of_part, key=lambda use: use.time)))
            for part, of_part in uses.items()
        }

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
            return _Use(
                e.repair_start, e.arrival, e.waited > 0, False, event_key(self._plan, asset.factory_id, e)
            )
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
            days = part.lead_days * float(
                self._rng.lognormal("spare lead", 1.0, 0.25, part.mro_part_id, time // DAY)
            )
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
                    reason = ("count", "damaged", "expired")[
                        int(self._rng.words("spare gone", use.job) % np.uint64(3))
                    ]
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


class _Consumables:
    """Lubricants, filters and the like of one store, day by day."""

    def __init__(self, stock: Stock, factory_id: int) -> None:
        self._stock = stock
        self._factory_id = factory_id
        self._plan = stock._plan
        self._rng = stock._rng
        self._parts = [
            p
            for p in stock.parts
            if p.factory_id == factory_id and not p.component and not p.name.startswith("small parts")
        ]
        self._column = {p.mro_part_id: i for i, p in enumerate(self._parts)}
        self._first = stock.first_day(factory_id)
        self._level: dict[int, Level] = {}
        self._before: list[Ints] = []  # stock when each day begins
        self._received: list[Ints] = []
        self._counted: list[Ints] = []
        self._hand: Ints = np.zeros(0, dtype=np.int64)
        self._pending: dict[int, Ints] = {}

    @property
    def level(self) -> dict[int, Level]:
        if not self._level:
            usual = sum(self._usage(day) for day in range(self._first, self._first + _USAGE_DAYS))
            for part, used in zip(self._parts, np.asarray(usual).tolist(), strict=True):
                daily = used / _USAGE_DAYS
                reorder = int(np.ceil(daily * (part.lead_days + 1) * 1.4 / PIECE)) + 2
                most = reorder + max(int(np.ceil(daily * 14 / PIECE)), 2)
                self._level[part.mro_part_id] = Level(reorder * PIECE, most * PIECE)
        return self._level

    def _due(self, day: int) -> Iterator[tuple[int, int, int, bool]]:
        """(part, quantity, key of the order's due, brought back) of the work of a production day."""
        work = [*self._plan.done_on(day), *self._plan.follow_ups(day - 1)]
        for due in work:
            if due.asset.factory_id == self._factory_id:
                key = int(keys.key(due.asset.asset_id, due.day, due.sequence))
                for part, quantity in self._plan.parts(due):
                    yield part, quantity, key, quantity < 0

    def _usage(self, day: int) -> Ints:
        """What the work of a day takes; what it brings back is not counted on."""
        used = np.zeros(len(self._parts), dtype=np.int64)
        for part, quantity, _, back in self._due(day):
            if not back:
                used[self._column[part]] += quantity
        return used

    def _step(self) -> None:
        """One day further."""
        day = self._first + len(self._before)
        if not self._before:
            self._hand = np.array([self.level[p.mro_part_id].most for p in self._parts], dtype=np.int64)
        self._before.append(self._hand.copy())
        used = self._usage(day)
        back = np.zeros(len(self._parts), dtype=np.int64)
        for part, quantity, _, returned in self._due(day):
            if returned:
                back[self._column[part]] -= quantity
        received = self._pending.pop(day, np.zeros(len(self._parts), dtype=np.int64))
        for i in np.flatnonzero(self._hand + received < used).tolist():  # brought forward, or fetched
            for later in sorted(self._pending):
                if self._hand[i] + received[i] >= used[i]:
                    break
                received[i] += self._pending[later][i]
                self._pending[later][i] = 0
            short = int(used[i] - self._hand[i] - received[i])
            received[i] += max(-(-short // PIECE), 0) * PIECE
        after = self._hand + received - used + back
        ids = np.array([p.mro_part_id for p in self._parts], dtype=np.int64)
        u = self._rng.uniform("stock count", ids, day)
        off = np.where(self._rng.uniform("stock off", ids, day) < 0.6, -PIECE, PIECE)
        counted = np.where(u < 0.5 / _COUNT_EVERY, np.maximum(off, -after), 0)
        self._received.append(received)
        self._counted.append(counted)
        self._hand = after + counted
        waiting = sum(self._pending.values(), np.zeros(len(self._parts), dtype=np.int64))
        for i, kept in enumerate(self._parts):
            level = self.level[kept.mro_part_id]
            if self._hand[i] + waiting[i] <= level.reorder:
                lead = kept.lead_days * float(
                    self._rng.lognormal("consumable lead", 1.0, 0.2, kept.mro_part_id, day)
                )
                when = day + max(int(lead), 1) + 1
                due = self._pending.setdefault(when, np.zeros(len(self._parts), dtype=np.int64))
                due[i] += level.most - self._hand[i] - waiting[i]

    def movements(self, day: int) -> Iterator[Movement]:
        """Movements of a production day, in order of time."""
        while len(self._before) <= day - self._first:
            self._step()
        index = day - self._first
        stock, received, counted = self._before[index].copy(), self._received[index], self._counted[index]
        roster = self._stock._rosters.whole(self._factory_id, day)
        steps: list[tuple[int, int, int, int, str, int, int, str]] = []
        for i in np.flatnonzero(received).tolist():
            steps.append((roster.bounds[0], 0, i, int(received[i]), RECEIPT, 0, 0, ""))
        for part, quantity, key, back in self._due(day):
            asset_id, due_day, sequence = (int(x) for x in keys.parts(key))
            booking = roster.planned[asset_id, due_day, sequence]
            time = booking.end if back else booking.start
            steps.append(
                (
                    time,
                    1,
                    self._column[part],
                    -quantity,
                    RETURN if back else ISSUE,
                    key,
                    booking.technician,
                    "",
                )
            )
        for i in np.flatnonzero(counted).tolist():
            reason = "count" if counted[i] > 0 else ("count", "damaged", "expired")[(i + day) % 3]
            steps.append(
                (
                    max([roster.bounds[3] - 1, *(s[0] for s in steps)]),
                    2,
                    i,
                    int(counted[i]),
                    ADJUSTMENT,
                    0,
                    0,
                    reason,
                )
            )
        sequence_of: dict[int, int] = defaultdict(int)
        for time, _, i, quantity, kind, job, who, reason in sorted(steps):
            stock[i] += quantity
            part_id = self._parts[i].mro_part_id
            sequence_of[i] += 1
            key = int(keys.key(part_id, day, sequence_of[i]))
            yield Movement(part_id, key, kind, time, quantity, int(stock[i]), job, who, "", reason)
