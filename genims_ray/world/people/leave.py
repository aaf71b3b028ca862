"""Leave: what people ask for in a calendar year, what is granted, and the days on which they are away.

Requests of a crew are decided in the order in which they come in: so many people may be away at once.
Every request lies within one calendar year, so that a year's account is closed on its last day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world.cells import Cells
from genims_ray.world.company.seats import OFFICE
from genims_ray.world.dates import new_year, year_of
from genims_ray.world.frame import Frame
from genims_ray.world.layout import CREWS
from genims_ray.world.people.roster import NO_SHIFT, Roster
from genims_ray.world.rows import Bools, Ints, Rows

VACATION, PERSONAL, FAMILY, STATUTORY, UNPAID, HEALTH, PARENTAL, BEREAVEMENT, EDUCATION = range(1, 10)
"""Kinds of leave, and their keys."""
PERSONAL_DAYS_A_YEAR = 3
PROBATION_DAYS = 30
SETTLED_DAYS = 2
"""Leave counts as taken so many days after its last day: by then it is over in every time zone."""
NO_LEAVE = -1
GRANTED, STAFFING, NO_BALANCE, NO_PAPERS = 0, 1, 2, 3
REASONS = np.array(["", "staffing", "balance", "documentation"])


@dataclass(frozen=True)
class _Wish:
    """A kind of request: whom it may come to, how long it is, and how early it is made."""

    kind: int
    chance: float
    least: int  # calendar days
    most: int
    lead_from: int  # days before the first day
    lead_to: int
    summer: float = 0.0
    half: bool = False


WISHES = (
    _Wish(VACATION, 0.95, 12, 16, 50, 120, summer=0.65),
    _Wish(VACATION, 0.85, 6, 8, 30, 75),
    _Wish(VACATION, 0.7, 4, 7, 21, 60),
    _Wish(VACATION, 0.7, 1, 2, 10, 25),
    _Wish(VACATION, 0.7, 1, 1, 10, 25),
    _Wish(PERSONAL, 0.6, 1, 1, 4, 14),
    _Wish(PERSONAL, 0.4, 1, 1, 4, 14),
    _Wish(FAMILY, 0.22, 1, 2, 1, 2),
    _Wish(STATUTORY, 0.08, 1, 2, 14, 30),
    _Wish(UNPAID, 0.5, 1, 1, 3, 12, half=True),
    _Wish(UNPAID, 0.05, 3, 6, 21, 45),
    _Wish(HEALTH, 0.04, 5, 12, 14, 30),
    _Wish(PARENTAL, 0.015, 14, 28, 60, 90),
    _Wish(BEREAVEMENT, 0.05, 2, 3, 1, 1),
    _Wish(EDUCATION, 0.06, 2, 3, 30, 60),
)


@dataclass(frozen=True)
class Requests(Rows):
    """Aligned arrays, by (employee, first day). Instants are UTC seconds, `NEVER` if they do not come."""

    employee_id: Ints
    seat: Ints
    number: Ints  # the wish it comes from: unique among the requests of a person and year
    kind: Ints
    start: Ints
    end: Ints
    half: Bools
    half_days: Ints  # working days by the roster, in halves
    created: Ints
    decided: Ints
    refusal: Ints
    cancelled: Ints
    taken: Ints


class Leaves:
    """Requests by calendar year."""

    def __init__(self, frame: Frame, roster: Roster) -> None:
        self._settings, self._careers, self._roster, self._rng = (
            frame.plant.people.leave,
            roster.careers,
            roster,
            frame.rng,
        )
        self._years: Cells[int, tuple[Requests, Ints]] = Cells(frame.memory, self._plan)

    def requests(self, year: int) -> Requests:
        """All requests for days of a calendar year."""
        return self._years[year][0]

    def away(self, first: int, last: int) -> Ints:
        """(seats, days): number of the granted request (in its year) that keeps each holder away, or `NO_LEAVE`.
        It holds for days off, too."""
        parts = []
        for year in range(year_of(first), year_of(last - 1) + 1):
            begin, end = new_year(year), new_year(year + 1)
            parts.append(self._years[year][1][:, max(first - begin, 0) : min(last, end) - begin])
        return np.concatenate(parts, axis=1)

    def _plan(self, year: int) -> tuple[Requests, Ints]:
        first, last = new_year(year), new_year(year + 1)
        careers, rng = self._careers, self._rng
        who, shift = self._roster.shifts(first, last)
        on = shift != NO_SHIFT
        ids = np.unique(who[who > 0])
        seat = careers.place(ids)[1]
        parts: list[dict[str, Ints]] = []
        taken_by: list[tuple[Ints, Ints]] = []  # spans already asked for, aligned with ids
        for number, wish in enumerate(WISHES):
            u = rng.uniform("leave wish", ids, year, number)
            start, end = self._span(ids, seat, on, first, last, year, number, wish)
            created = self._created(ids, start, year, number, wish)
            created_day = created // DAY
            office = careers.seats.roster[seat] == OFFICE
            kept = (u < wish.chance) & (end < last) & (start >= careers.hired(ids) + PROBATION_DAYS)
            kept &= (
                (created_day > careers.hired(ids)) & (created_day < careers.notice(ids)) & (start <= careers.left(ids))
            )
            kept &= office if wish.half else True
            for a, b in taken_by:
                kept &= (end < a) | (start > b)
            taken_by.append((np.where(kept, start, last), np.where(kept, end, first - 1)))
            worked = np.concatenate([np.zeros((len(on), 1), dtype=np.int64), np.cumsum(on, axis=1)], axis=1)
            days = (
                worked[seat, np.minimum(end, last - 1) + 1 - first] - worked[seat, np.minimum(start, last - 1) - first]
            )
            kept &= days > 0
            i = np.flatnonzero(kept)
            parts.append(
                {
                    "employee_id": ids[i],
                    "seat": seat[i],
                    "number": np.full(len(i), number),
                    "kind": np.full(len(i), wish.kind),
                    "start": start[i],
                    "end": end[i],
                    "half": np.full(len(i), wish.half),
                    "half_days": np.where(wish.half, 1, 2 * days[i]),
                    "created": created[i],
                }
            )
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        order = np.lexsort((columns["start"], columns["employee_id"]))
        asked = {name: values[order] for name, values in columns.items()}
        e, start, created = asked["employee_id"], asked["start"], asked["created"]
        room = start * DAY - created
        share = 0.1 + 0.5 * rng.uniform("leave decided", e, start)
        decided = created + np.minimum(np.floor(share * 4 * DAY), np.floor(0.8 * share * room)).astype(np.int64) + 60
        refusal, away = self._decide(asked, first, last - first)
        gone = careers.left(e) < asked["end"]
        withdrawn = rng.uniform("leave cancelled", e, start) < self._settings.cancelled
        later = (
            decided
            + 60
            + np.floor((start * DAY - decided - 120) * rng.uniform("leave cancel when", e, start)).astype(np.int64)
        )
        notice = careers.notice(e) * DAY + 15 * HOUR
        cancelled = np.where(gone, np.maximum(notice, decided + 60), np.where(withdrawn, later, NEVER))
        cancelled = np.where(refusal == GRANTED, cancelled, NEVER)
        away[np.isin(away, np.flatnonzero(cancelled != NEVER))] = NO_LEAVE
        taken = np.where((refusal == GRANTED) & (cancelled == NEVER), (asked["end"] + SETTLED_DAYS) * DAY, NEVER)
        requests = Requests(**asked, decided=decided, refusal=refusal, cancelled=cancelled, taken=taken)
        away[np.isin(away, np.flatnonzero(requests.half))] = NO_LEAVE
        return requests, away

    def _span(
        self, ids: Ints, seat: Ints, on: Bools, first: int, last: int, year: int, number: int, wish: _Wish
    ) -> tuple[Ints, Ints]:
        """First and last day: it begins on a day of the roster, and ends with one if it is short."""
        rng = self._rng
        u, v = rng.uniform("leave when", ids, year, number), rng.uniform("leave length", ids, year, number)
        summer = rng.uniform("leave in summer", ids, year, number) < wish.summer
        offset = np.floor(np.where(summer, 160 + 75 * u, 5 + 350 * u)).astype(np.int64)
        ahead = on[seat[:, None], np.minimum(offset[:, None] + np.arange(12), last - first - 1)]
        offset += np.where(ahead.any(axis=1), ahead.argmax(axis=1), last)
        start = first + offset
        return start, start + wish.least + np.floor((wish.most - wish.least + 1) * v).astype(np.int64) - 1

    def _created(self, ids: Ints, start: Ints, year: int, number: int, wish: _Wish) -> Ints:
        u = self._rng.uniform("leave lead", ids, year, number)
        lead = wish.lead_from + np.floor((wish.lead_to - wish.lead_from + 1) * u).astype(np.int64)
        hour = 7 + 8 * self._rng.uniform("leave hour", ids, year, number)
        return np.asarray((start - lead) * DAY + np.floor(hour * HOUR).astype(np.int64))

    def _decide(self, asked: dict[str, Ints], first: int, days: int) -> tuple[Ints, Ints]:
        """First come, first served: the order is the rule, hence the loop over a year's requests."""
        seats = self._careers.seats
        n = len(asked["start"])
        refusal = np.zeros(n, dtype=np.int64)
        away = np.full((len(seats.seat_id), days), NO_LEAVE, dtype=np.int64)
        group = self._roster.factory * (CREWS + 1) + np.where(seats.crew < 0, CREWS, seats.crew)
        limit = np.where(np.arange(group.max() + 1) % (CREWS + 1) == CREWS, 2, 1) * self._settings.away_at_once
        present = np.zeros((int(group.max()) + 1, days), dtype=np.int64)
        bound = np.isin(asked["kind"], (VACATION, PERSONAL, UNPAID, EDUCATION))
        papers = (asked["kind"] == EDUCATION) & (
            self._rng.uniform("leave papers", asked["employee_id"], asked["start"]) < 0.2
        )
        seat_of, starts, ends = asked["seat"], asked["start"] - first, asked["end"] - first + 1
        budget: dict[int, int] = {}
        for i in np.lexsort((asked["employee_id"], asked["created"])).tolist():
            s, a, b = int(seat_of[i]), int(starts[i]), int(ends[i])
            span = present[group[s], a:b]
            if papers[i]:
                refusal[i] = NO_PAPERS
                continue
            if bound[i] and (span >= limit[group[s]]).any():
                refusal[i] = STAFFING
                continue
            if asked["kind"][i] in (VACATION, PERSONAL):
                key = int(asked["employee_id"][i]) * 10 + int(asked["kind"][i])
                most = 2 * (
                    PERSONAL_DAYS_A_YEAR if asked["kind"][i] == PERSONAL else 12 * self._settings.vacation_days_a_month
                )
                used = budget.get(key, 0) + int(asked["half_days"][i])
                if used > most:
                    refusal[i] = NO_BALANCE
                    continue
                budget[key] = used
            span += 1
            away[s, a:b] = i
        return refusal, away
