"""Labour: who is employed, present and at which post. People are assigned by rota, never sampled.

Everything is worked out for blocks of days of all people of a factory, from processes that are pure
functions of people and days: careers, roster, sickness, leave, training, accidents, duty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.window import HOUR, NEVER
from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.company.seats import LEADS
from genims_ray.world.frame import Frame
from genims_ray.world.people import absence, attendance, duty, leave, safety, training
from genims_ray.world.people.attendance import Attendance
from genims_ray.world.people.careers import Careers
from genims_ray.world.people.offices import Offices
from genims_ray.world.people.roster import DAY_SHIFT, NO_SHIFT, Roster, crew
from genims_ray.world.people.safety import Incidents
from genims_ray.world.people.training import Lapses, Places
from genims_ray.world.rows import Bools, Ints

__all__ = ["People", "crew"]


BLOCK = 64
"""Days worked out together; a multiple of the rota, so that days off stay together."""
NO_SPELL = absence.NO_SPELL


@dataclass(frozen=True)
class _Base:
    """(seats, BLOCK) arrays: what does not depend on assignments."""

    who: Ints
    shift: Ints
    spell: Ints
    leave: Ints  # on days of the roster
    reachable: Bools  # not on leave, on days off either


@dataclass(frozen=True)
class _Health:
    """Accidents of a block, and who is away because of one."""

    incidents: Incidents
    injured: Bools


@dataclass(frozen=True)
class _Block:
    """Everything about a block of days."""

    base: _Base
    health: _Health
    places: Places
    lapses: Lapses
    busy: Bools  # (seats, days): in a session during the shift
    until: Ints  # (seats, days): end of a session after the shift, 0 if none
    operators: Ints  # (days, lines, 3) of all lines of the factories: employee ids
    supervisor: Ints  # (days, factories, 3)
    inspector: Ints
    team: Ints  # (days, factories, 3, technicians), 0 behind the last
    called: Ints  # (seats, days)
    standby: Bools  # (seats, days): technicians off duty who can be called to a repair


class People:
    """The people of the factories of `lines`; every factory is seen whole, whatever the cell."""

    def __init__(self, frame: Frame, company: Company) -> None:
        self._frame, self._company = frame, company
        self._settings, self._rng = frame.plant.people, frame.rng
        every = company.seats
        here = np.isin(every.factory_id, [line.factory.factory_id for line in frame.lines])
        self.seats = every if here.all() else every.at(here)
        self.careers = self.everyone if here.all() else Careers(frame, self.seats)
        """Those of the frame's factories."""
        self.roster = Roster(frame, self.careers)
        self.factory_ids = self.roster.factory_ids
        self.absences = absence.Absences(frame, self.roster)
        self.leaves = leave.Leaves(frame, self.roster)
        self.training = training.Training(frame, self.roster, self._base_of)
        self._bases: Cells[int, _Base] = Cells(frame.memory, self._find_base)
        self._healths: Cells[int, _Health] = Cells(frame.memory, self._find_health)
        self._blocks: Cells[int, _Block] = Cells(frame.memory, self._assign)
        self._own = np.searchsorted(self.roster.line_ids, np.array([line.line_id for line in frame.lines], np.int64))
        managers = self.everyone.seats.seat_id[self.offices.manager_seat][np.flatnonzero(here)]
        self._manager_seat = np.searchsorted(self.seats.seat_id, managers)
        self.known_from = self.roster.calendar.first_day + training.LOOK_BACK_DAYS + 2 * BLOCK
        """First production day whose posts can be asked about."""

    @cached_property
    def everyone(self) -> Careers:
        """Careers of the whole company, whatever the cell."""
        return Careers(self._frame, self._company.seats)

    @cached_property
    def offices(self) -> Offices:
        """Who answers for whom, in the whole company."""
        return Offices(self.everyone)

    # Posts.

    def operators(self, day: int) -> Ints:
        """(lines, 3): employee who runs each line in each shift of production `day`."""
        block = self._block(day // BLOCK)
        return np.asarray(block.operators[day % BLOCK][self._own])

    def supervisor(self, factory_id: Ints | int, day: Ints | int, shift: Ints | int) -> Ints:
        """The supervisor on duty, or who stands in."""
        return self._lead("supervisor", factory_id, day, shift)

    def inspector(self, factory_id: Ints | int, day: Ints | int, shift: Ints | int) -> Ints:
        """The quality inspector on duty, or who stands in."""
        return self._lead("inspector", factory_id, day, shift)

    def team(self, factory_id: int, day: int, shift: int) -> list[int]:
        """Who does maintenance in a shift: technicians, or a supervisor in their place; nobody at worst."""
        block = self._block(day // BLOCK)
        team = block.team[day % BLOCK, int(np.searchsorted(self.factory_ids, factory_id)), shift]
        return [who for who in team.tolist() if who]

    def standby(self, factory_id: int, day: int, shift: int) -> list[int]:
        """Technicians off duty who can be called to a repair in a shift: rested, and on one of two days off."""
        if shift not in duty.RESTED[day % 2]:
            return []
        block = self._block(day // BLOCK)
        own = self.seats.factory_id == factory_id
        found: list[int] = block.base.who[own & block.standby[:, day % BLOCK], day % BLOCK].tolist()
        return found

    def on_call(self, factory_id: int, day: int) -> int:
        """Who comes when there is nobody else: the first of the plant's leads who is well and not on leave, else a
        supervisor or technician who is so on a day off; the manager if none is."""
        b, d = day // BLOCK, day % BLOCK
        block = self._block(b)
        base, role = block.base, self.seats.role
        well = (
            (base.who[:, d] > 0) & (base.spell[:, d] == NO_SPELL) & ~block.health.injured[:, d] & base.reachable[:, d]
        )
        off = (base.shift[:, d] == NO_SHIFT) & (block.called[:, d] == NO_SHIFT)
        own = self.seats.factory_id == factory_id
        leads = np.concatenate([np.flatnonzero(own & (role == lead)) for lead in LEADS])
        others = np.flatnonzero(own & off & np.isin(role, ("shift_supervisor", "maintenance_technician")))
        seats_: list[int] = [*leads.tolist(), *others.tolist()]
        found = next((seat for seat in seats_ if well[seat]), seats_[0])
        return int(base.who[found, d] or self.seats.seat_id[found])

    def holder(self, factory_id: Ints | int, post: Ints | int, day: Ints | int) -> Ints:
        """Who holds a post on each day, see `Offices.holder`."""
        return self.offices.at_post(factory_id, post, day)

    def expired(self, employee_ids: ArrayLike, day: ArrayLike) -> Bools:
        """Whether each person works with an expired operator's licence on each day (nobody has noticed)."""
        ids, days = np.broadcast_arrays(np.asarray(employee_ids, dtype=np.int64), np.asarray(day, dtype=np.int64))
        result = np.zeros(ids.shape, dtype=bool)
        for b in np.unique(days // BLOCK).tolist():
            lapses = self._block(int(b)).lapses
            at = days // BLOCK == b
            for e, first, until, forgotten in zip(
                lapses.employee_id.tolist(),
                lapses.first.tolist(),
                lapses.until.tolist(),
                lapses.forgotten.tolist(),
                strict=True,
            ):
                if forgotten:
                    result |= at & (ids == e) & (days >= first) & (days < until)
        return result

    # What happened, by days (ranges are [first, last)).

    def attendance(self, first: int, last: int) -> Attendance:
        """Everyone's days on the roster, or called in."""
        parts = [
            self._attendance(b, max(first - b * BLOCK, 0), min(last - b * BLOCK, BLOCK))
            for b in range(first // BLOCK, (last - 1) // BLOCK + 1)
        ]
        return Attendance.joined(parts)

    def incidents(self, first: int, last: int) -> Incidents:
        """Accidents and near misses."""
        parts = [self._health(b).incidents for b in range(first // BLOCK, (last - 1) // BLOCK + 1)]
        found = Incidents.joined(parts)
        return found.where((found.day >= first) & (found.day < last))

    def places(self, first: int, last: int) -> Places:
        """Places in training sessions."""
        parts = [self._block(b).places for b in range(first // BLOCK, (last - 1) // BLOCK + 1)]
        found = Places.joined(parts)
        return found.where((found.day >= first) & (found.day < last))

    def lapses(self, first: int, last: int) -> Lapses:
        """Known truth: expired licences, and whether the person worked on."""
        return self.training.lapses(first, last)

    # Blocks.

    def _lead(self, name: str, factory_id: Ints | int, day: Ints | int, shift: Ints | int) -> Ints:
        f, d, s = np.broadcast_arrays(
            np.searchsorted(self.factory_ids, np.asarray(factory_id)), np.asarray(day), np.asarray(shift)
        )
        result = np.zeros(d.shape, dtype=np.int64)
        for b in np.unique(d // BLOCK).tolist():
            table = getattr(self._block(int(b)), name)
            at = d // BLOCK == b
            result[at] = table[d[at] % BLOCK, f[at], s[at]]
        return result

    def _base(self, b: int) -> _Base:
        return self._bases[b]

    def _find_base(self, b: int) -> _Base:
        first, last = b * BLOCK, (b + 1) * BLOCK
        who, shift = self.roster.shifts(first, last)
        away = self.leaves.away(first, last)
        return _Base(
            who,
            shift,
            self.absences.spells(first, last),
            np.where(shift != NO_SHIFT, away, leave.NO_LEAVE),
            away == leave.NO_LEAVE,
        )

    def _base_of(self, seat: Ints, day: Ints) -> tuple[Ints, Ints, Bools, Bools]:
        """Of seats on days: holder, planned shift, whether sick or injured, whether on leave."""
        who, shift = np.zeros(len(seat), dtype=np.int64), np.full(len(seat), NO_SHIFT)
        sick, away = np.zeros(len(seat), dtype=bool), np.zeros(len(seat), dtype=bool)
        for b in np.unique(day // BLOCK).tolist():
            base, at = self._base(int(b)), day // BLOCK == b
            s, d = seat[at], day[at] % BLOCK
            who[at], shift[at] = base.who[s, d], base.shift[s, d]
            sick[at] = (base.spell[s, d] != NO_SPELL) | self._health(int(b)).injured[s, d]
            away[at] = base.leave[s, d] != leave.NO_LEAVE
        return who, shift, sick, away

    def _health(self, b: int) -> _Health:
        return self._healths[b]

    def _find_health(self, b: int) -> _Health:
        """Accidents happen to those who are neither sick nor on leave nor away after an accident of the block."""
        here = self._incidents(b)
        known = (b - 1) * BLOCK >= self.roster.calendar.first_day
        before = self._incidents(b - 1) if known else Incidents.none()
        injured = np.zeros((len(self.seats.seat_id), BLOCK), dtype=bool)
        for found in (before, here):
            for seat, e, day, away in zip(
                found.seat.tolist(),
                found.employee_id.tolist(),
                found.day.tolist(),
                found.days_away.tolist(),
                strict=True,
            ):
                span = np.arange(max(day + 1 - b * BLOCK, 0), min(day + 1 + away - b * BLOCK, BLOCK))
                injured[seat, span] |= self._base(b).who[seat, span] == e
        kept = ~injured[here.seat, here.day - b * BLOCK]
        return _Health(here.where(kept), injured)

    def _incidents(self, b: int) -> Incidents:
        """Newcomers, who learn in their first week, stand at no machine."""
        base = self._base(b)
        at_work = (base.shift != NO_SHIFT) & (base.spell == NO_SPELL) & (base.leave == leave.NO_LEAVE)
        at_work &= ~self._learning(base.who, b * BLOCK)
        return safety.incidents(
            self._settings.safety, self.seats, self._rng, b * BLOCK, np.where(at_work, base.who, 0), base.shift
        )

    def _block(self, b: int) -> _Block:
        return self._blocks[b]

    def _assign(self, b: int) -> _Block:
        first, last = b * BLOCK, (b + 1) * BLOCK
        base, health = self._base(b), self._health(b)
        places, lapses = self.training.places(first, last), self.training.lapses(first, last)
        shape = base.who.shape
        blocked = np.zeros(shape, dtype=bool)
        for e, begin, until, forgotten in zip(
            lapses.employee_id.tolist(),
            lapses.first.tolist(),
            lapses.until.tolist(),
            lapses.forgotten.tolist(),
            strict=True,
        ):
            if not forgotten:
                own_seat = int(self.careers.place(e)[1])
                span = slice(max(begin - first, 0), max(min(until - first, BLOCK), 0))
                blocked[own_seat, span] |= base.who[own_seat, span] == e
        there = np.isin(places.outcome, (training.ATTENDED, training.FAILED))
        seat, column = places.seat[there], places.day[there] - first
        session_end = training.session_times(places, self.roster)[1][there]
        until = np.zeros(shape, dtype=np.int64)
        np.maximum.at(until, (seat, column), session_end)
        teachers = self.training.teacher(places.factory[there], places.crew[there])
        held = (places.programme[there] == training.TOOLBOX) & (teachers >= 0)
        np.maximum.at(until, (teachers[held], column[held]), session_end[held])
        busy = (until > 0) & (base.shift == 1)
        well = (base.spell == NO_SPELL) & ~health.injured & (base.leave == leave.NO_LEAVE) & (base.who > 0)
        post = well & ~blocked
        able = post & (base.shift >= 0) & (base.shift < SHIFTS) & ~busy
        learning = self._learning(base.who, first)
        free = post & base.reachable & (base.shift == NO_SHIFT) & ~learning
        states = self.roster.line_states(first, last)
        factories, width = len(self.factory_ids), 1
        parts = []
        for f in range(factories):
            index = np.flatnonzero(self.roster.factory == f)
            own = self.roster.factory_of_line == f
            parts.append(
                (
                    index,
                    own,
                    duty.assign(
                        self.seats, index, self._rng, first, states[own], base.shift[index], able[index], free[index]
                    ),
                )
            )
            width = max(width, parts[-1][2].team.shape[2])
        lines = len(self.roster.line_ids)
        operators = np.zeros((BLOCK, lines, SHIFTS), dtype=np.int64)
        supervisor, inspector = (np.zeros((BLOCK, factories, SHIFTS), dtype=np.int64) for _ in range(2))
        team = np.zeros((BLOCK, factories, SHIFTS, width), dtype=np.int64)
        called = np.full(shape, NO_SHIFT, dtype=np.int64)
        day = np.arange(BLOCK)
        for f, (index, own, found) in enumerate(parts):
            who = base.who[index]

            def named(seat: Ints, index: Ints = index, who: Ints = who) -> Ints:
                """Employee ids; those of vacant seats fall to the key of the seat's first holder."""
                d = day.reshape(-1, *(1,) * (seat.ndim - 1))
                ids = who[np.maximum(seat, 0), d]
                return np.where(seat < 0, 0, np.where(ids > 0, ids, self.seats.seat_id[index][np.maximum(seat, 0)]))

            operators[:, own] = named(found.operators)
            supervisor[:, f], inspector[:, f] = named(found.supervisor), named(found.inspector)
            team[:, f, :, : found.team.shape[2]] = named(found.team)
            # In a plant with fewer people than shifts its manager is on call.
            manager = base.who[self._manager_seat[index[0]]][:, None]
            for posts in (supervisor, inspector):
                posts[:, f] = np.where(posts[:, f] == 0, manager, posts[:, f])
            called[index] = found.called
        return _Block(
            base,
            health,
            places,
            lapses,
            busy,
            until,
            operators,
            supervisor,
            inspector,
            team,
            called,
            self._standby(free & (called == NO_SHIFT), first),
        )

    def _standby(self, free: Bools, first: int) -> Bools:
        """Technicians who can be called, on one of their two days off, if nobody needs them on the other."""
        pair = (first + np.arange(BLOCK)) // 2
        u = self._rng.uniform("standby", self.seats.seat_id[:, None], pair[None, :])
        turn = (u < 0.5) == (np.arange(BLOCK) % 2 == 0)[None, :]
        both = free & np.asarray(free.reshape(-1, BLOCK // 2, 2)[:, :, ::-1]).reshape(free.shape)
        return np.asarray(both & turn & (self.seats.role == "maintenance_technician")[:, None])

    def _learning(self, who: Ints, first: int) -> Bools:
        """In their first week people are at no post."""
        hired = self.careers.hired(np.where(who > 0, who, self.seats.seat_id[:, None]))
        return np.asarray(first + np.arange(BLOCK)[None, :] - hired < 7)

    def _attendance(self, b: int, begin: int, end: int) -> Attendance:
        block = self._block(b)
        base = block.base
        on = (base.shift != NO_SHIFT) | (block.called != NO_SHIFT)
        on[:, :begin] = False
        on[:, end:] = False
        d, s = np.nonzero(on.T)
        day, who = d + b * BLOCK, base.who[s, d]
        called = base.shift[s, d] == NO_SHIFT
        shift = np.where(called, block.called[s, d], base.shift[s, d])
        factory = self.roster.factory[s]
        start, finish = self.roster.bounds(factory, day, shift)
        spell = base.spell[s, d]
        status = np.select(
            [base.leave[s, d] != leave.NO_LEAVE, block.health.injured[s, d], spell != NO_SPELL],
            [
                attendance.ON_LEAVE,
                attendance.SICK,
                np.where(self.absences.unexcused(who, spell), attendance.UNEXCUSED, attendance.SICK),
            ],
            attendance.PRESENT,
        )
        present = status == attendance.PRESENT
        rng = self._rng
        come = attendance.SPREAD_SECONDS * rng.normal("clock in", who, day) - attendance.EARLY_SECONDS
        clock_in = start + np.floor(np.clip(come, -870, attendance.LATEST_SECONDS)).astype(np.int64)
        go = 30 + np.abs(attendance.SPREAD_SECONDS * rng.normal("clock out", who, day))
        session = np.where(block.until[s, d] > finish, block.until[s, d], finish)
        clock_out = session + np.floor(np.minimum(go, 840)).astype(np.int64)
        # Straight from a night, or to an early shift: the two do not overlap.
        clock_in = np.where(called & (shift == 0) & (day % 2 == 0), start + 860, clock_in)
        to_early = called & (shift == 2) & (day % 2 == 1)
        clock_in = np.where(to_early, np.minimum(clock_in, start), clock_in)
        clock_out = np.where(to_early, finish - 880, clock_out)
        paid = (finish - start) // 36 - np.where(shift == DAY_SHIFT, attendance.BREAK_HUNDREDTHS, 0)
        half = self._half_day(who, day)
        late = half & self.comes_late(who, day)
        clock_in = np.where(late, clock_in + 4 * HOUR + HOUR // 2, clock_in)
        clock_out = np.where(half & ~late & (block.until[s, d] == 0), start + 4 * HOUR, clock_out)
        worked = np.where(half, np.minimum(paid, 400), paid)
        regular = np.select(
            [status == attendance.UNEXCUSED, called],
            [0, 0],
            np.where(present, worked, self._credit(base.leave[s, d], day, paid)),
        )
        stayed = np.where(present & (session > finish), (session - finish) // 36, 0)
        salaried = base.shift[s, d] == DAY_SHIFT
        overtime = np.where(present & called, paid, np.where(salaried, 0, stayed))
        approver = self.approver(s, who, day, shift)
        return Attendance(
            seat=s,
            employee_id=who,
            day=day,
            shift=shift,
            start=start,
            end=finish,
            status=status,
            called=called & present,
            leave=base.leave[s, d],
            clock_in=np.where(present, clock_in, NEVER),
            clock_out=np.where(present, clock_out, NEVER),
            regular=regular,
            overtime=overtime,
            approver=np.where(overtime > 0, approver, 0),
            spell=np.where(status == attendance.ON_LEAVE, NO_SPELL, spell),
        )

    def comes_late(self, employee_id: Ints, day: Ints) -> Bools:
        """Whether who takes half a day off takes the first half."""
        return np.asarray(self._rng.uniform("half day", employee_id, day) < 0.4)

    def _half_day(self, who: Ints, day: Ints) -> Bools:
        """Whether a person takes half of a day off."""
        result = np.zeros(len(who), dtype=bool)
        years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        for year in np.unique(years).tolist():
            r = self.leaves.requests(int(year))
            r = r.where(r.half & (r.taken != NEVER))
            result |= np.isin(who * 2**20 + day, r.employee_id * 2**20 + r.start)
        return result

    def _credit(self, number: Ints, day: Ints, paid: Ints) -> Ints:
        """Hours credited for a day of absence: none for unpaid leave."""
        unpaid = np.zeros(len(day), dtype=bool)
        years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        for year in np.unique(years).tolist():
            kind = self.leaves.requests(int(year)).kind
            at = (number != leave.NO_LEAVE) & (years == year)
            unpaid[at] = kind[number[at]] == leave.UNPAID
        return np.where(unpaid, 0, paid)

    def approver(self, seat: Ints, who: Ints, day: Ints, shift: Ints) -> Ints:
        """The supervisor of the shift; the plant's manager for the supervisor's own hours."""
        factory_id = self.seats.factory_id[seat]
        boss = self.supervisor(factory_id, day, np.minimum(shift, SHIFTS - 1)) if len(seat) else seat
        manager = self.offices.manager(factory_id, day) if len(seat) else seat
        return np.where((boss == who) | (boss == 0), manager, boss)
