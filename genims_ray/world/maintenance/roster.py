"""Who does what: the technicians of a factory in the shifts of one production day.

Components that fail or are about to come first, then stops to be adjusted, if somebody is free; planned work
fills the gaps. A shift stands alone: nobody on duty in it is on duty in another, so no day needs the one
before. Inspections of alerts have times of their own, so that they depend on their machine's alerts alone.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field

import numpy as np

from genims_ray.window import DAY, HOUR
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    FOLLOW_UP,
    REPLACEMENT,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
    Due,
)
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.technicians import Technicians
from genims_ray.world.maintenance.utilities import Utilities
from genims_ray.world.people import People
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.degradation import Breakdown

LONG_REPAIR = 4 * HOUR
"""Two technicians work on repairs that take longer."""
MOST_KITS = 24
"""Kits of small parts at hand, for each kind of machine: filled up every morning."""
LONGEST_CALL_OUT = 11 * HOUR
"""From the first to the last repair of a day for which somebody is called from home."""
LEAST = 300
"""Seconds of work that are worth a booking."""

Span = tuple[int, int]
EventKey = tuple[int, str, int]
"""(asset, mode, cycle) of a component's event."""


@dataclass(frozen=True)
class Booking:
    """Time of a technician on an order within one shift."""

    technician: int
    start: int
    end: int
    day: int
    shift: int
    called: bool  # from home


@dataclass(frozen=True)
class Stop:
    """A major stop in which a technician was called."""

    key: int
    machine_id: int
    line_id: int
    code: str
    start: int
    arrival: int
    end: int
    booking: Booking
    kit: bool  # small parts were used


@dataclass
class Roster:
    """One production day of a factory; technicians are keys of employees."""

    bounds: list[int]
    crews: list[list[int]]  # by shift
    standby: list[list[int]]  # by shift: who can be called from home
    lead: list[int]  # by shift: the supervisor, who helps where no technician can; 0 if nobody may
    on_call: int  # of the plant's leads: is called when there is nobody else
    busy: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    called: dict[int, Span] = field(default_factory=dict)  # first and last second of who was called from home
    repairs: dict[EventKey, list[Booking]] = field(default_factory=lambda: defaultdict(list))
    stops: list[Stop] = field(default_factory=list)
    planned: dict[tuple[int, int, int], Booking] = field(default_factory=dict)  # by the parts of the order's key

    def copy(self) -> Roster:
        busy = defaultdict(list, {who: list(spans) for who, spans in self.busy.items()})
        return Roster(self.bounds, self.crews, self.standby, self.lead, self.on_call, busy, self.called, self.repairs)

    def is_free(self, who: int, start: int, end: int) -> bool:
        return all(b <= start or a >= end for a, b in self.busy[who])

    def free(self, shift: int, start: int, end: int) -> int:
        """The technician of a shift who is free in [start, end) and has had the least to do; 0 if none is."""
        found = [who for who in self.crews[shift] if self.is_free(who, start, end)]
        return min(found, key=lambda who: (self.worked(who), self.crews[shift].index(who)), default=0)

    def earliest(self, shift: int, since: int, seconds: int) -> tuple[int, int]:
        """(technician, start) of the first gap of `seconds` in a shift from `since` on; (0, 0) if there is none."""
        best, first = (0, 0), max(since, self.bounds[shift])
        last = self.bounds[shift + 1] - seconds
        for who in self.crews[shift]:
            start = first
            for a, b in self.busy[who]:
                if a - start >= seconds:
                    break
                if b > start:  # much faster than max(): shifts are full, and asked about many times
                    start = b
            if start <= last and (best[0] == 0 or start < best[1]):
                best = (who, start)
        return best

    def book(self, who: int, start: int, end: int) -> None:
        insort(self.busy[who], (start, end))

    def can_come(self, who: int, start: int, end: int) -> bool:
        """Whether it would not be too long a day for somebody who is called from home for [start, end)."""
        first, last = self.called.get(who, (start, end))
        return max(last, end) - min(first, start) <= LONGEST_CALL_OUT

    def call(self, who: int, start: int, end: int) -> None:
        """Book somebody who comes from home."""
        self.book(who, start, end)
        first, last = self.called.get(who, (start, end))
        self.called[who] = min(first, start), max(last, end)

    def worked(self, who: int) -> int:
        return sum(b - a for a, b in self.busy[who])


class Rosters:
    """Rosters of the factories of `lines`, which must be whole."""

    def __init__(
        self,
        frame: Frame,
        shopfloor: Shopfloor,
        people: People,
        technicians: Technicians,
        plan: Plan,
        utilities: Utilities,
    ) -> None:
        """Of factories that the frame and the shop floor see whole."""
        lines, layout = frame.lines, frame.layout
        self._lines = lines
        self._layout = layout
        self._degradation = shopfloor.degradation
        self.stoppages = shopfloor.stoppages
        self._people = people
        self._technicians = technicians
        self._plan = self.plan = plan
        self._utilities = utilities
        self._rng = frame.rng
        self._settings = layout.plant.maintenance
        self._upkeep = layout.plant.upkeep
        self._index = {line.line_id: i for i, line in enumerate(lines)}
        self._of_factory: dict[int, list[int]] = defaultdict(list)
        for i, line in enumerate(lines):
            self._of_factory[line.factory.factory_id].append(i)
        self._first: OrderedDict[tuple[int, int], Roster] = OrderedDict()
        self._whole: OrderedDict[tuple[int, int], Roster] = OrderedDict()

    def line_index(self, line_id: int) -> int:
        """Index of a line in the tables of the stoppages."""
        return self._index[line_id]

    def repairs(self, factory_id: int, day: int) -> Roster:
        """Who works on failed components, and on those about to fail."""
        known = self._first.get((factory_id, day))
        if known is None:
            known = self._first[factory_id, day] = self._repairs(factory_id, day)
            while len(self._first) > 4_000:
                self._first.popitem(last=False)
        return known

    def whole(self, factory_id: int, day: int) -> Roster:
        """Who does everything else, too; inspections of alerts apart."""
        known = self._whole.get((factory_id, day))
        if known is None:
            known = self.repairs(factory_id, day).copy()
            self._stops(known, factory_id, day)
            self._planned(known, factory_id, day)
            self._whole[factory_id, day] = known
            while len(self._whole) > 1_000:
                self._whole.popitem(last=False)
        return known

    def bookings(self, factory_id: int, event: Breakdown) -> list[Booking]:
        """All time booked on a component's event."""
        first, last = self._plan.day_of(factory_id, event.start), self._plan.day_of(factory_id, event.end)
        key = (event.machine_id, event.mode, event.cycle)
        found = [b for day in range(first, last + 1) for b in self.repairs(factory_id, day).repairs.get(key, [])]
        return sorted(found, key=lambda b: (b.start, b.technician))

    def callouts(self, factory_id: int, day: int) -> list[Booking]:
        """Time on a production day of technicians who were called in from home: for repairs, or for what must be
        done on a day without anybody."""
        roster = self.repairs(factory_id, day)
        found = [b for booked in roster.repairs.values() for b in booked if b.called]
        if not any(roster.crews) and not any(roster.lead):
            found += [b for b in self.whole(factory_id, day).planned.values() if b.called]
        return sorted(found, key=lambda b: (b.start, b.technician))

    def _in_turn(self, found: list[int], factory_id: int, day: int, shift: int) -> list[int]:
        turn = int(self._rng.words("duty order", factory_id, day, shift)) % max(len(found), 1)
        return found[turn:] + found[:turn]

    def _open(self, factory_id: int, day: int) -> Roster:
        """Who is there on a day, and has nothing to do yet."""
        people, knows = self._people, self._technicians.knows
        crews, standby, lead = [], [], []
        at_lines = people.operators(day)
        for shift in range(SHIFTS):
            busy = set(at_lines[:, shift].tolist())  # a supervisor may stand in there, too
            team = sorted(set(people.team(factory_id, day, shift)) - busy)
            crews.append(self._in_turn(team, factory_id, day, shift))
            called = [t for t in people.standby(factory_id, day, shift) if self._technicians.technician(t).on_call]
            standby.append(self._in_turn(called, factory_id, day, shift))
            boss = int(people.supervisor(factory_id, day, shift))
            lead.append(boss if knows(boss) and boss not in busy.union(team) else 0)
        on_call = people.on_call(factory_id, day)
        return Roster(self._plan.bounds(factory_id, day), crews, standby, lead, on_call)

    def _repairs(self, factory_id: int, day: int) -> Roster:
        roster = self._open(factory_id, day)
        bounds = roster.bounds
        events = [e for i in self._of_factory[factory_id] for e in self._degradation.between(i, bounds[0], bounds[3])]
        events += [
            e.event
            for e in self._utilities.between(bounds[0], bounds[3])
            if e.asset.factory_id == factory_id and not e.event.planned
        ]
        pieces = []
        for event in events:
            look = (event.arrival, min(event.arrival + 900, event.repair_start)) if event.waited else (0, 0)
            for first, last in (look, (event.repair_start, event.end)):
                for shift in range(SHIFTS):
                    a, b = max(first, bounds[shift]), min(last, bounds[shift + 1])
                    if b - a >= 60:
                        pieces.append((a, b, event.machine_id, event.mode, shift, event))
        pieces.sort(key=lambda piece: piece[:4])
        for a, b, _, _, shift, event in pieces:
            booked = roster.repairs[event.machine_id, event.mode, event.cycle]
            who, begin, called = self._somebody(roster, shift, a, b)
            if not who:
                continue
            (roster.call if called else roster.book)(who, begin, b)
            booked.append(Booking(who, begin, b, day, shift, called))
            if event.end - event.repair_start > LONG_REPAIR:
                second = roster.free(shift, a, b)
                if second:
                    roster.book(second, a, b)
                    booked.append(Booking(second, a, b, day, shift, False))
        for event in events:
            booked = roster.repairs[event.machine_id, event.mode, event.cycle]
            if not booked and bounds[0] <= event.repair_start < bounds[3]:
                shift = max(s for s in range(SHIFTS) if bounds[s] <= event.repair_start)
                a, b = event.repair_start, min(event.end, event.repair_start + 60)
                roster.call(roster.on_call, a, b)
                booked.append(Booking(roster.on_call, a, b, day, shift, True))
        return roster

    @staticmethod
    def _somebody(roster: Roster, shift: int, start: int, end: int) -> tuple[int, int, bool]:
        """(technician, start of the work, called from home): who is free, or can come, or soon will be free, or
        the supervisor, or at last one of the plant's leads."""
        who = roster.free(shift, start, end)
        if who:
            return who, start, False
        for who in roster.standby[shift]:
            if roster.is_free(who, start, end) and roster.can_come(who, start, end):
                return who, start, True
        crew = [*roster.crews[shift], *filter(None, [roster.lead[shift]])]
        ready = [(max([start, *(b for _, b in roster.busy[t])]), t) for t in crew]
        late, who = min(ready, default=(start, roster.on_call))
        called = not ready
        late = max(late, *(b for _, b in roster.busy[who])) if called and roster.busy[who] else late
        if end - late < 60 or (called and roster.worked(who) + end - late > LONGEST_CALL_OUT):
            return 0, 0, False
        return who, late, called

    def _stops(self, roster: Roster, factory_id: int, day: int) -> None:
        events = self.stoppages.of_day(day)
        rows = np.flatnonzero(
            (events.kind == tl.MAJOR)
            & (events.machine_id // 10_000 == factory_id)
            & (events.end - events.start >= tl.SHORT_STOP_SECONDS)
        )
        called = self._rng.uniform("major stop repaired", events.key[rows]) < self._settings.repaired_major_stops
        rows = rows[called]
        kits: dict[str, int] = defaultdict(int)
        for i in rows[np.lexsort((events.machine_id[rows], events.start[rows]))].tolist():
            arrival, end = int(events.repair_start[i]), int(events.end[i])
            shift = next((s for s in range(SHIFTS) if roster.bounds[s] <= arrival < roster.bounds[s + 1]), -1)
            if shift < 0 or end > roster.bounds[shift + 1] or end - arrival < 60:
                continue
            who = roster.free(shift, arrival, end)
            if who:
                roster.book(who, arrival, end)
                machine_id, key = int(events.machine_id[i]), int(events.key[i])
                kind = self._layout.machine_by_id[machine_id].type_name
                kit = kits[kind] < MOST_KITS and float(self._rng.uniform("kit used", key)) < self._upkeep.kit_share
                kits[kind] += kit
                roster.stops.append(
                    Stop(
                        key,
                        machine_id,
                        machine_id // 100,
                        str(events.code[i]),
                        int(events.start[i]),
                        arrival,
                        end,
                        Booking(who, arrival, end, day, shift, False),
                        kit,
                    )
                )

    def seconds(self, due: Due) -> int:
        """How long planned work takes."""
        s, at = self._settings, (due.asset.asset_id, due.day, due.number)
        if due.kind == WINDOW:
            length = float(self._rng.lognormal("window length", s.window_median_hours * HOUR, 0.3, *at))
            return int(np.clip(length, HOUR / 4, 6.5 * HOUR))
        minutes, sigma = s.routine_median_minutes, 0.35
        if due.kind in (SERVICE,):
            minutes = self._upkeep.utility_service_median_minutes
        elif due.kind == CALIBRATION:
            minutes = self._upkeep.calibration_median_minutes
        elif due.kind in (STATUTORY,):
            minutes = 120.0 if not due.asset.machine_id else 60.0
        elif due.kind in (WEAR_PART, FOLLOW_UP):
            minutes = 40.0
        elif due.kind == REPLACEMENT:
            minutes = 45.0 * due.asset.places[due.number - 1].repair_hours  # planned: faster than after a failure
        length = float(self._rng.lognormal(f"{due.kind} length", 60 * minutes, sigma, *at))
        return int(np.clip(length, LEAST, 6 * HOUR))

    def _planned(self, roster: Roster, factory_id: int, day: int) -> None:
        due = [d for d in self._plan.done_on(day) if d.asset.factory_id == factory_id]
        if day > self._plan.first_day:
            due += [d for d in self._plan.follow_ups(day - 1) if d.asset.factory_id == factory_id]
        wishes = []
        for d in due:
            u = float(self._rng.uniform(f"{d.kind} when", d.asset.asset_id, d.day, d.number))
            shift, span = (0, HOUR) if d.kind == WINDOW else (0, 6 * HOUR)
            if d.kind in (SERVICE, CALIBRATION, WEAR_PART) and u > 0.6:
                shift = 1
            wishes.append(
                (shift, d.kind != WINDOW, roster.bounds[shift] + int(u * span), d.asset.asset_id, d.sequence, d)
            )
        for shift, _, wish, _, _, d in sorted(wishes, key=lambda w: w[:5]):
            roster.planned[d.asset.asset_id, d.day, d.sequence] = self._place(roster, d, day, shift, wish)

    def _place(self, roster: Roster, due: Due, day: int, shift: int, wish: int) -> Booking:
        """The first gap from the wished time on, else any later that day, else a shorter one, else somebody else."""
        seconds = self.seconds(due)
        while True:
            others = (shift,) if due.kind == WINDOW else range(shift, SHIFTS)  # the line works after its window
            for s, since in ((shift, wish), *((s, roster.bounds[s]) for s in others)):
                who, start = roster.earliest(s, since, seconds)
                if who:
                    roster.book(who, start, start + seconds)
                    return Booking(who, start, start + seconds, day, s, False)
            if seconds <= LEAST:
                break
            seconds = max(seconds // 2, LEAST)
        who, at, start = self._besides(roster, shift, wish)
        roster.book(who, start, start + LEAST)
        return Booking(who, start, start + LEAST, day, at, who not in roster.crews[at] and who != roster.lead[at])

    @staticmethod
    def _besides(roster: Roster, shift: int, wish: int) -> tuple[int, int, int]:
        """(person, shift, start) for a short piece of work where no technician has time: the supervisor of the shift, of
        a later or an earlier one, a technician of another shift, at last whoever is on call."""
        order = [*range(shift, SHIFTS), *range(shift)]
        for s in order:
            if who := roster.lead[s]:
                start = max([wish if s == shift else roster.bounds[s], *(b for _, b in roster.busy[who])])
                if start + LEAST <= roster.bounds[s + 1]:
                    return who, s, start
        for s in order:
            who, start = roster.earliest(s, roster.bounds[s], LEAST)
            if who:
                return who, s, start
        who = roster.on_call
        return who, shift, max([wish, *(b for _, b in roster.busy[who])])

    # --- Inspections of alerts -----------------------------------------------------------------------

    def inspection(self, machine_id: int, alert_start: int, alert_day: int, seconds: int) -> Booking | None:
        """When somebody looks at a machine after an alert, within a day; None if nobody can.

        Each machine has a time of its own each day, half of it for alerts of even days: no two inspections of
        a factory can meet.
        """
        factory_id = machine_id // 10_000
        places = self._places(factory_id)
        ordinal = places.index(machine_id)
        shift, turns = ordinal % SHIFTS, -(-len(places) // SHIFTS)
        for day in range(
            self._plan.day_of(factory_id, alert_start), self._plan.day_of(factory_id, alert_start + DAY) + 1
        ):
            bounds = self._plan.bounds(factory_id, day)
            length = (bounds[shift + 1] - bounds[shift]) // turns
            start = bounds[shift] + ordinal // SHIFTS * length + (length // 2 if alert_day % 2 else 0)
            end = start + min(seconds, length // 2)
            if not alert_start + 1_800 <= start < alert_start + DAY or end - start < 60:
                continue
            roster = self.whole(factory_id, day)
            who = roster.free(shift, start, end)
            if who:
                return Booking(who, start, end, day, shift, False)
        return None

    def _places(self, factory_id: int) -> list[int]:
        return [m for i in self._of_factory[factory_id] for m in self._lines[i].machine_ids]
