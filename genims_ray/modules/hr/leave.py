"""Leave: its kinds, what people ask for, and their accounts."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated, within
from genims_ray.modules.hr.common import (
    careers,
    entered,
    first_recorded_day,
    human_resources,
    number,
    recorded_at,
    standing,
    superior,
)
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.dates import new_year
from genims_ray.world.people import leave as kinds
from genims_ray.world.people.attendance import Attendance
from genims_ray.world.people.leave import NO_LEAVE, REASONS, Requests
from genims_ray.world.rows import Ints

_TYPES: tuple[tuple[str, str, str, bool, str, int, float, int, bool, bool], ...] = (
    # code, name, category, paid, accrual, most days a year, carried, notice, approval, documentation
    ("VAC", "Annual vacation", "vacation", True, "monthly", 40, 1, 7, True, False),
    ("PER", "Personal days", "vacation", True, "yearly", 5, 0, 2, True, False),
    ("FAM", "Care for the family", "family", True, "", 10, 0, 0, True, False),
    ("STA", "Public duty", "statutory", True, "", 10, 0, 7, False, True),
    ("UNP", "Unpaid leave", "unpaid", False, "", 0, 0, 3, True, False),
    ("HEA", "Medical treatment", "health", True, "", 30, 0, 7, False, True),
    ("PAR", "Parental leave", "family", True, "", 60, 0, 28, True, True),
    ("BER", "Bereavement", "family", True, "", 5, 0, 0, False, False),
    ("EDU", "Education", "statutory", True, "", 10, 0, 21, True, True),
)


def leave_types(world: World, window: Window) -> Columns:
    s = world.plant.people.leave
    ids = np.arange(1, len(_TYPES) + 1)
    accrual = np.array([t[4] for t in _TYPES])
    days = {"monthly": 100 * s.vacation_days_a_month, "yearly": 100 * kinds.PERSONAL_DAYS_A_YEAR, "": 0}
    return standing(
        window,
        {
            "leave_type_id": ids,
            "leave_type_code": np.array([t[0] for t in _TYPES]),
            "leave_type_name": np.array([t[1] for t in _TYPES]),
            "leave_category": np.array([t[2] for t in _TYPES]),
            "is_paid": np.array([t[3] for t in _TYPES]),
            "accrual_frequency": np.ma.array(accrual, mask=accrual == ""),
            "accrual_days": np.ma.masked_equal(np.array([days[t[4]] for t in _TYPES]), 0),
            "max_days_per_year": np.ma.masked_equal(np.array([10 * t[5] for t in _TYPES]), 0),
            "max_carry_forward_days": np.array([10 * s.carry_days if t[6] else 0 for t in _TYPES]),
            "min_notice_days": np.array([t[7] for t in _TYPES]),
            "requires_approval": np.array([t[8] for t in _TYPES]),
            "requires_documentation": np.array([t[9] for t in _TYPES]),
            "created_at": entered(world, "leave type", ids),
        },
    )


def _year(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


def _requests(world: World, first_year: int, last_year: int) -> Requests:
    parts = [world.people.leaves.requests(year) for year in range(first_year, last_year + 1)]
    return Requests(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Requests)))


def request_key(employee_id: Ints, created: Ints, start: Ints, wish: Ints) -> tuple[Ints, Ints]:
    """Key of a request, and its sequence on the day of submission."""
    years = start.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    sequence = wish + 1 + 20 * (years % 2)
    return keys.key(employee_id, created // DAY, sequence), sequence


def request_keys(world: World, a: Attendance) -> Ints:
    """Key of the request behind each day of leave; 0 on other days."""
    result = np.zeros(len(a.day), dtype=np.int64)
    on = a.status == 1
    years = a.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    for year in np.unique(years[on]).tolist():
        r = world.people.leaves.requests(int(year))
        key, _ = request_key(r.employee_id, r.created, r.start, r.number)
        at = on & (years == year) & (a.leave != NO_LEAVE)
        result[at] = key[a.leave[at]]
    return result


def leave_requests(world: World, window: Window) -> Columns:
    """In the opening: what is not over, and what is on the accounts and attendance records."""
    c = careers(world)
    on_record = _year(first_recorded_day(world))
    first_year = on_record if window.is_opening else _year(window.start // DAY - 2)
    r = _requests(world, first_year, _year(window.end // DAY + 121))
    key, sequence = request_key(r.employee_id, r.created, r.start, r.number)
    instants = (r.created, r.decided, r.cancelled, r.taken)
    mask = touched(window, *instants) & (r.created < window.end)
    if window.is_opening:
        begun = r.start >= new_year(on_record)
        over = np.maximum(np.maximum(r.taken, r.cancelled), np.where(r.refusal > 0, r.decided, NEVER))
        mask &= begun | (over >= window.end)
    decided, refused = happened(window, r.decided), r.refusal > 0
    boss = superior(world, r.employee_id, np.maximum(r.decided // DAY, c.hired(r.employee_id)))
    noted = np.array([not t[8] for t in _TYPES])[r.kind - 1]
    seat = c.place(r.employee_id)[1]
    who = np.where(noted, human_resources(world, seat, r.decided // DAY, r.employee_id), boss)
    half = np.where(world.people.comes_late(r.employee_id, r.start), "first_half", "second_half")
    return rows(
        {
            "leave_request_id": key,
            "request_number": number("LV", r.employee_id, r.created // DAY, sequence),
            "employee_id": r.employee_id,
            "leave_type_id": r.kind,
            "start_date": r.start,
            "end_date": r.end,
            "half_day_session": np.ma.array(half, mask=~r.half),
            "total_days": 5 * r.half_days,
            "request_status": np.select(
                [happened(window, r.taken), happened(window, r.cancelled), decided & refused, decided],
                ["taken", "cancelled", "rejected", "approved"],
                "submitted",
            ),
            "decided_by": known(window, r.decided, who),
            "decided_at": known(window, r.decided, r.decided),
            "rejection_reason": np.ma.array(REASONS[r.refusal], mask=~refused | ~decided),
            "cancelled_at": known(window, r.cancelled, r.cancelled),
            "created_at": r.created,
            "updated_at": updated(window, *instants),
        },
        mask,
    )


@dataclass(frozen=True)
class _Entries:
    """What moves the accounts of one calendar year; aligned arrays, hundredths of days."""

    employee_id: Ints
    kind: Ints
    time: Ints
    accrued: Ints
    used: Ints
    pending: Ints


def _entries(world: World, year: int) -> tuple[Ints, Ints, _Entries]:
    """(person, when opened) of the accounts that accrue, and the entries of all accounts of a year."""
    c, s = careers(world), world.plant.people.leave
    first, last = new_year(year), new_year(year + 1)
    ids = c.people(last)
    ids = ids[(c.hired(ids) < last) & (c.left(ids) >= first)]
    opened = np.maximum(first * DAY, recorded_at(world, ids) + HOUR)
    hired, left = c.hired(ids), c.left(ids)
    parts: list[tuple[Ints, ...]] = []

    def add(e: Ints, kind: Ints | int, time: Ints, accrued: Ints | int, used: Ints | int, pending: Ints | int) -> None:
        parts.append(tuple(np.broadcast_to(np.asarray(x), len(e)) for x in (e, kind, time, accrued, used, pending)))

    for month in range(12):
        day = int(np.datetime64(f"{year}-{month + 1:02d}-01", "D").astype(np.int64))
        due = (hired <= day) & (left >= day)
        add(
            ids[due],
            kinds.VACATION,
            np.maximum(np.full(int(due.sum()), day * DAY + 1_800), opened[due] + 60),
            100 * s.vacation_days_a_month,
            0,
            0,
        )
    due = left >= np.maximum(hired, first)
    add(
        ids[due],
        kinds.PERSONAL,
        np.maximum(np.maximum(hired[due], first) * DAY + 3_600, opened[due] + 60),
        100 * kinds.PERSONAL_DAYS_A_YEAR,
        0,
        0,
    )
    r = world.people.leaves.requests(year)
    days, base = 50 * r.half_days, np.full(len(r.start), first * DAY)
    accrues = np.isin(r.kind, (kinds.VACATION, kinds.PERSONAL))
    submitted = np.maximum(r.created, base)
    a = accrues
    add(r.employee_id[a], r.kind[a], submitted[a], 0, 0, days[a])
    granted = ~accrues & (r.refusal == 0)
    add(r.employee_id[granted], r.kind[granted], np.maximum(r.decided, base)[granted], days[granted], 0, days[granted])
    refused = accrues & (r.refusal > 0)
    add(r.employee_id[refused], r.kind[refused], np.maximum(r.decided, base)[refused], 0, 0, -days[refused])
    back = r.cancelled != NEVER
    add(
        r.employee_id[back],
        r.kind[back],
        np.maximum(r.cancelled, base)[back],
        np.where(accrues, 0, -days)[back],
        0,
        -days[back],
    )
    over = r.taken != NEVER
    add(r.employee_id[over], r.kind[over], r.taken[over], 0, days[over], -days[over])
    columns = [np.concatenate([p[i] for p in parts]).astype(np.int64) for i in range(6)]
    return ids, opened, _Entries(*columns)


def _carried(world: World, year: int) -> tuple[Ints, Ints]:
    """(person, hundredths of days of vacation) brought into a year; by chance into the first on record."""
    first_year = _year(world.start // DAY) - 1
    c, most = careers(world), 100 * world.plant.people.leave.carry_days
    ids = c.people(new_year(first_year))
    half_days = np.floor(world.rng.uniform("leave carried", ids) * (most // 50 + 1)).astype(np.int64)
    opening = np.where(c.hired(ids) < new_year(first_year), 50 * half_days, 0)
    for y in range(first_year, year):
        people, _, entries = _entries(world, y)
        start = np.zeros(len(people), dtype=np.int64)
        if len(ids):
            place = np.minimum(np.searchsorted(ids, people), len(ids) - 1)
            start = np.where(ids[place] == people, opening[place], 0)
        vacation = entries.kind == kinds.VACATION
        at = np.searchsorted(people, entries.employee_id[vacation])
        moved = (entries.accrued - entries.used - entries.pending)[vacation]
        left = start + np.bincount(at, moved, minlength=len(people)).astype(np.int64)
        stays = c.left(people) >= new_year(y + 1)
        ids, opening = people[stays], np.clip(left[stays], 0, most)
    return ids, opening


def employee_leave_balances(world: World, window: Window) -> Columns:
    """Accounts that accrue are opened for everyone with the year or the contract, others with the first grant."""
    first = _year((world.start if window.is_opening else window.start) // DAY - 3)
    last = _year((window.end - 1) // DAY)
    first = last if window.is_opening else max(first, _year((world.start - 1) // DAY))
    parts = [_balances(world, window, year) for year in range(first, last + 1)]
    names = list(parts[0])
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _balances(world: World, window: Window, year: int) -> Columns:
    people, opened, entries = _entries(world, year)
    ids, carried = _carried(world, year)
    granted = ~np.isin(entries.kind, (kinds.VACATION, kinds.PERSONAL))
    code = entries.employee_id * 16 + entries.kind
    accounts = np.unique(np.concatenate([people * 16 + kinds.VACATION, people * 16 + kinds.PERSONAL, code[granted]]))
    e, kind = accounts // 16, accounts % 16
    at = np.searchsorted(accounts, code)
    past = entries.time < window.end
    created_at = np.full(len(accounts), 2**62)
    place = np.searchsorted(people, e)
    standard = np.isin(kind, (kinds.VACATION, kinds.PERSONAL))
    created_at[standard] = opened[place[standard]]
    np.minimum.at(created_at, at[granted], entries.time[granted])
    totals = [
        np.bincount(at[past], values[past], minlength=len(accounts)).astype(np.int64)
        for values in (entries.accrued, entries.used, entries.pending)
    ]
    latest = created_at.copy()
    np.maximum.at(latest, at[past], entries.time[past])
    hit = np.zeros(len(accounts), dtype=bool)
    hit[at[within(window, entries.time)]] = True
    opening = np.zeros(len(accounts), dtype=np.int64)
    if len(ids):
        there = np.minimum(np.searchsorted(ids, e), len(ids) - 1)
        opening = np.where((ids[there] == e) & (kind == kinds.VACATION), carried[there], 0)
    accrued, used, pending = totals
    return rows(
        {
            "employee_leave_balance_id": keys.key(e, np.full(len(e), new_year(year)), kind),
            "employee_id": e,
            "leave_type_id": kind,
            "leave_year": np.full(len(e), year),
            "opening_balance_days": opening,
            "accrued_days": accrued,
            "used_days": used,
            "pending_days": pending,
            "available_balance_days": opening + accrued - used - pending,
            "created_at": created_at,
            "updated_at": latest,
        },
        (created_at < window.end) & (hit | within(window, created_at)),
    )


def unused_vacation(world: World, employee_id: Ints) -> Ints:
    """Vacation left on the last day, hundredths of days, of people whose notice is given."""
    result = np.zeros(len(employee_id), dtype=np.int64)
    last = careers(world).left(employee_id)
    years = last.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    for year in np.unique(years).tolist():
        _, _, entries = _entries(world, int(year))
        ids, carried = _carried(world, int(year))
        mine = np.flatnonzero(years == year)
        for i in mine.tolist():
            own = (entries.employee_id == employee_id[i]) & (entries.kind == kinds.VACATION)
            moved = int((entries.accrued - entries.used - entries.pending)[own].sum())
            brought = int(carried[ids == employee_id[i]].sum())
            result[i] = max(moved + brought, 0)
    return result
