"""Training: sessions by crew, who attends them, and which certificates they keep valid.

A programme comes round for each crew of a factory a little more often than its certificate lasts, on the
crew's second early day, right after the shift: nobody is taken from a post. Who is away, or does not
pass, comes to the next early days. Newcomers are instructed in their first week.

Planted: with each round of the operators' licence one operator of the crew is forgotten, works on,
and is trained only weeks after the licence has expired.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.window import HOUR
from genims_ray.world.frame import Frame
from genims_ray.world.layout import CREWS
from genims_ray.world.people.roster import DAY_SHIFT, Roster
from genims_ray.world.rows import Bools, Ints, Rows

ROTATION = 8
"""Days after which the rota repeats."""
SHIFT_ROLES = (
    "operator", "relief_operator", "shift_supervisor", "maintenance_technician", "quality_inspector", "warehouse_operator",
)  # fmt: skip


@dataclass(frozen=True)
class Programme:
    """A course that comes round."""

    name: str
    roles: tuple[str, ...]  # () for everyone
    rotations: int
    months: int  # validity of its certificate; 0: none is given
    minutes: int

    @property
    def valid_days(self) -> int:
        return round(self.months * 30.4375)


PROGRAMMES = (
    Programme("machine operator licence", SHIFT_ROLES, 42, 12, 120),
    Programme("annual safety instruction", (), 43, 12, 60),
    Programme(
        "first aid and fire protection",
        ("shift_supervisor", "quality_inspector", "process_engineer", "hr_partner"),
        87,
        24,
        120,
    ),
    Programme("industrial truck licence", ("warehouse_operator", "relief_operator"), 133, 36, 120),
    Programme("electrically qualified person", ("maintenance_technician",), 87, 24, 120),
    Programme("measuring and inspection", ("quality_inspector", "quality_engineer"), 87, 24, 120),
    Programme("toolbox talk", SHIFT_ROLES, 14, 0, 30),
    Programme("code of conduct", (), 88, 0, 60),
)
LICENCE, TOOLBOX = 0, 6
INDUCTION_KEYS = 20
"""Places of the sessions for newcomers in the key, after those of the rounds."""
ATTEMPTS, FORGOTTEN_FROM, MOST_ATTEMPTS = 6, 9, 14
RECORDED_DAYS = 120
"""Before the start, sessions older than this were simply attended."""
SETTLED_DAYS = 7
"""After the first week people take part in the rounds."""
LOOK_BACK_DAYS = 400
"""Rounds in which a licence that is still valid, or has just expired, may have been renewed."""
PASSING_SCORE = 60
ATTENDED, FAILED, NO_SHOW, CANCELLED, INSTRUCTOR_ABSENT, NOT_ENROLLED = range(6)


@dataclass(frozen=True)
class Places(Rows):
    """Places in sessions: aligned arrays, by (session, seat)."""

    programme: Ints
    factory: Ints
    crew: Ints
    round_day: Ints  # first day of the round
    day: Ints
    seat: Ints
    employee_id: Ints
    outcome: Ints
    score: Ints
    induction: Bools

    @property
    def sequence(self) -> Ints:
        """Place of the session in the key of its factory and day."""
        return self.programme + np.where(self.induction, INDUCTION_KEYS, 0)


@dataclass(frozen=True)
class Lapses:
    """Times in which a licence was not valid: [first day, first valid day)."""

    employee_id: Ints
    first: Ints
    until: Ints
    forgotten: Bools  # worked on all the same, as nobody noticed


Base = Callable[[Ints, Ints], tuple[Ints, Ints, Bools, Bools]]
"""Of seats (indices) on days: holder, planned shift, whether sick or injured, whether on leave."""


class Training:
    """Sessions for the holders of seats."""

    def __init__(self, frame: Frame, roster: Roster, base: Base) -> None:
        seats, factory_ids, factory = roster.seats, roster.factory_ids, roster.factory
        self._seats, self._careers, self._base, self._rng = seats, roster.careers, base, frame.rng
        self._factory_ids, self._factory = factory_ids, factory
        self.group = np.where(seats.crew < 0, seats.place % CREWS, seats.crew)
        """Crew with which the holder of each seat is trained."""
        self._in = np.array([[not p.roles or role in p.roles for role in seats.role.tolist()] for p in PROGRAMMES])
        self._in[TOOLBOX] &= seats.role != "shift_supervisor"  # who gives the talk
        self._supervisor = np.full((len(factory_ids), CREWS), -1)
        for i in np.flatnonzero(seats.role == "shift_supervisor").tolist():
            self._supervisor[factory[i], seats.crew[i]] = i

    def phase(self, programme: int, factory: ArrayLike, crew: ArrayLike) -> Ints:
        """A first day of the rounds of a programme for a crew: its second early day."""
        rotations = PROGRAMMES[programme].rotations
        f, c = np.asarray(factory), np.asarray(crew)
        turn = (self._rng.words("round", self._factory_ids[f], programme) % np.uint64(rotations)).astype(np.int64)
        return np.asarray(2 * c + 1 + ROTATION * ((turn + c * rotations // CREWS) % rotations))

    def forgotten(self, seat: ArrayLike, round_day: ArrayLike) -> Bools:
        """Whether the holder of a seat is the operator who is forgotten in a round of the licence."""
        s, m = np.broadcast_arrays(np.asarray(seat), np.asarray(round_day))
        operators = self._seats.role == "operator"
        lines = np.bincount(self._factory[operators & (self._seats.crew == 0)], minlength=len(self._factory_ids))
        f, c = self._factory[s], self.group[s]
        chosen = (
            self._rng.words("forgotten", self._factory_ids[f], c, m) % np.maximum(lines[f], 1).astype(np.uint64)
        ).astype(np.int64)
        per = np.maximum(
            np.bincount(self._factory[operators], minlength=len(self._factory_ids))[f]
            // (CREWS * np.maximum(lines[f], 1)),
            1,
        )
        return np.asarray(operators[s] & (self._seats.line[s] * per + self._seats.place[s] == chosen))

    def rounds(self, programme: int, first: int, last: int) -> tuple[Ints, Ints]:
        """(seat, round day) of every participant of the rounds that begin in [first, last)."""
        period = ROTATION * PROGRAMMES[programme].rotations
        factory, crew = (
            x.ravel() for x in np.meshgrid(np.arange(len(self._factory_ids)), np.arange(CREWS), indexing="ij")
        )
        phase = self.phase(programme, factory, crew)
        seats, days = [], []
        for n in range((first - int(phase.max())) // period, (last - int(phase.min())) // period + 1):
            day = phase + n * period
            at = day.reshape(-1, CREWS)[self._factory, self.group]
            kept = self._in[programme] & (at >= first) & (at < last)
            seats.append(np.flatnonzero(kept))
            days.append(at[kept])
        return (
            (np.concatenate(seats), np.concatenate(days)) if seats else (np.zeros(0, np.int64), np.zeros(0, np.int64))
        )

    def attempts(self, programme: int, seat: Ints, round_day: Ints) -> tuple[Ints, Ints]:
        """(n, MOST_ATTEMPTS): outcome of each attempt of the participants of a round, and its score."""
        n = len(seat)
        outcome = np.full((n, MOST_ATTEMPTS), NOT_ENROLLED)
        score = np.zeros((n, MOST_ATTEMPTS), dtype=np.int64)
        person = self._careers.holder(seat, round_day)
        hired = self._careers.hired(np.where(person > 0, person, self._seats.seat_id[seat]))
        open_ = (person > 0) & (round_day >= hired + SETTLED_DAYS)
        late = self.forgotten(seat, round_day) if programme == LICENCE else np.zeros(n, dtype=bool)
        for k in range(MOST_ATTEMPTS):
            tries = open_ & (late if k >= FORGOTTEN_FROM else ~late & (k < ATTEMPTS))
            i = np.flatnonzero(tries)
            if not len(i):
                continue
            day = round_day[i] + ROTATION * k
            who, shift, sick, away = self._base(seat[i], day)
            mark = np.rint(np.clip(82 + 9 * self._rng.normal("score", person[i], day, programme), 20, 100)).astype(
                np.int64
            )
            found = np.select(
                [
                    (who != person[i]) | (shift < 0),
                    away,
                    self._cancelled(programme, seat[i], day),
                    sick,
                    mark < PASSING_SCORE,
                ],
                [NOT_ENROLLED, CANCELLED, INSTRUCTOR_ABSENT, NO_SHOW, FAILED],
                ATTENDED,
            )
            outcome[i, k] = found
            score[i, k] = mark
            open_[i[found == ATTENDED]] = False
        return outcome, score

    def _cancelled(self, programme: int, seat: Ints, day: Ints) -> Bools:
        """Whether the session does not take place: the supervisor, who was to hold it, is away."""
        if programme != TOOLBOX:
            return np.zeros(len(seat), dtype=bool)
        teacher = self._supervisor[self._factory[seat], self.group[seat]]
        who, shift, sick, away = self._base(np.maximum(teacher, 0), day)
        return np.asarray((teacher < 0) | (who == 0) | (shift < 0) | sick | away)

    def teacher(self, factory: Ints, crew: Ints) -> Ints:
        """Seat of the supervisor of a crew, -1 if there is none."""
        return np.asarray(self._supervisor[factory, crew])

    def induction_day(self, programme: ArrayLike, hired: ArrayLike) -> Ints:
        """Weekday in the first week on which a newcomer is instructed: the first, second or third after that of hire."""
        first = np.asarray(hired).astype("datetime64[D]")
        weekday = np.busday_offset(first, 1 + np.asarray(programme) % 3, roll="backward")
        return np.asarray(weekday.astype(np.int64))

    def places(self, first: int, last: int) -> Places:
        """All places in sessions on days in [first, last)."""
        parts: list[tuple[Ints, ...]] = []
        span = ROTATION * (MOST_ATTEMPTS - 1)
        for p in range(len(PROGRAMMES)):
            reach = span if p == LICENCE else ROTATION * (ATTEMPTS - 1)
            seat, round_day = self.rounds(p, first - reach, last)
            outcome, score = self.attempts(p, seat, round_day)
            i, k = np.nonzero(outcome != NOT_ENROLLED)
            day = round_day[i] + ROTATION * k
            kept = (day >= first) & (day < last)
            i, k, day = i[kept], k[kept], day[kept]
            s = seat[i]
            person = self._careers.holder(s, round_day[i])
            parts.append(
                (
                    np.full(len(i), p),
                    self._factory[s],
                    self.group[s],
                    round_day[i],
                    day,
                    s,
                    person,
                    outcome[i, k],
                    score[i, k],
                    np.zeros(len(i), dtype=np.int64),
                )
            )
            parts.append(self._inductions(p, first, last))
        columns = [np.concatenate([part[c] for part in parts]) for c in range(10)]
        order = np.lexsort((columns[5], columns[0] + INDUCTION_KEYS * columns[9], columns[1], columns[4]))
        columns = [c[order] for c in columns]
        names = list(Places.__dataclass_fields__)
        return Places(**dict(zip(names[:9], columns, strict=False)), induction=columns[9].astype(bool))

    def _inductions(self, p: int, first: int, last: int) -> tuple[Ints, ...]:
        self._careers.ensure(last)
        hire = self._careers.hire
        day = self.induction_day(p, hire)
        g, s = np.nonzero((day >= first) & (day < last) & self._in[p] & (self._careers.last >= day))
        if not PROGRAMMES[p].months:
            g, s = g[:0], s[:0]
        ids = self._careers.person(g, s)
        at = day[g, s]
        mark = np.rint(np.clip(86 + 7 * self._rng.normal("score", ids, at, p), PASSING_SCORE, 100)).astype(np.int64)
        zero = np.zeros(len(ids), dtype=np.int64)
        return (
            np.full(len(ids), p),
            self._factory[s],
            self.group[s],
            hire[g, s],
            at,
            s,
            ids,
            zero + ATTENDED,
            mark,
            zero + 1,
        )

    def issued(self, programme: int, seat: Ints, person: Ints, round_day: Ints) -> Ints:
        """Day on which the certificate was issued that a round found, i.e. in the round before or the first week."""
        before = round_day - ROTATION * PROGRAMMES[programme].rotations
        hired = self._careers.hired(person)
        result = self.induction_day(programme, hired)
        old = before >= hired + SETTLED_DAYS
        plain = old & (before < self._careers.start_day - RECORDED_DAYS)
        result = np.where(plain, before, result)
        i = np.flatnonzero(old & ~plain)
        if len(i):
            outcome, _ = self.attempts(programme, seat[i], before[i])
            done = outcome == ATTENDED
            k = np.where(done.any(axis=1), done.argmax(axis=1), ATTEMPTS - 1)
            result[i] = before[i] + ROTATION * k
        return result

    def lapses(self, first: int, last: int) -> Lapses:
        """Lapses of the operators' licence that touch [first, last)."""
        seat, round_day = self.rounds(LICENCE, first - LOOK_BACK_DAYS, last)
        person = self._careers.holder(seat, round_day)
        kept = person > 0
        seat, round_day, person = seat[kept], round_day[kept], person[kept]
        kept = round_day >= self._careers.hired(person) + SETTLED_DAYS
        seat, round_day, person = seat[kept], round_day[kept], person[kept]
        outcome, _ = self.attempts(LICENCE, seat, round_day)
        done = outcome == ATTENDED
        valid = PROGRAMMES[LICENCE].valid_days
        expiry = self.issued(LICENCE, seat, person, round_day) + valid
        missed = round_day + ROTATION * PROGRAMMES[LICENCE].rotations  # the next round mends it
        renewed = np.where(done.any(axis=1), round_day + ROTATION * done.argmax(axis=1), missed)
        until = np.minimum(renewed, self._careers.left(person) + 1)
        kept = (expiry < until) & (expiry < last) & (until > first)
        return Lapses(person[kept], expiry[kept], until[kept], self.forgotten(seat, round_day)[kept])


def session_times(places: Places, roster: Roster) -> tuple[Ints, Ints]:
    """UTC seconds of start and end of each place's session. `places` are all of their days.

    Rounds begin a quarter of an hour after the early shift, one programme after the other; newcomers are
    instructed in their office hours.
    """
    n = len(places.day)
    minutes = np.array([p.minutes for p in PROGRAMMES])
    code = (places.factory * 2**21 + places.day) * 64 + places.sequence
    unique, head, of = np.unique(code, return_index=True, return_inverse=True)
    round_ = ~places.induction[head]
    seconds = 60 * minutes[places.programme[head]] if n else np.zeros(0, dtype=np.int64)
    group = unique // 64
    spent = np.cumsum(np.where(round_, seconds, 0)) - np.where(round_, seconds, 0)
    first = np.searchsorted(group, group)
    wait = spent - spent[first] if n else spent
    early_end = roster.bounds(places.factory[head], places.day[head], 0)[1]
    office = roster.bounds(places.factory[head], places.day[head], DAY_SHIFT)[0]
    slot = HOUR // 2 + places.programme[head] // 3 * (2 * HOUR + HOUR // 2)
    begin = np.where(round_, early_end + HOUR // 4 + wait, office + slot)
    return begin[of], (begin + seconds)[of]
