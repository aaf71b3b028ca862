"""Shifts, who works in which, and what the time clock recorded."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.hr.common import (
    CREWS,
    careers,
    first_recorded_day,
    human_resources,
    recorded_at,
    seats,
    standing,
)
from genims_ray.modules.hr.leave import request_keys
from genims_ray.world import DAY, HOUR, NEVER, Window, World, dates, keys
from genims_ray.world.company.seats import OFFICE, ROTATING
from genims_ray.world.layout import CREWS as CREW_COUNT
from genims_ray.world.people import attendance as clock
from genims_ray.world.people.attendance import Attendance
from genims_ray.world.people.careers import INDUCTION_DAYS
from genims_ray.world.people.roster import DAY_SHIFT, roster_type
from genims_ray.world.rows import Ints

_NAMES = {
    "DE": ("Frühschicht", "Spätschicht", "Nachtschicht", "Normalschicht"),
    "MX": ("Turno matutino", "Turno vespertino", "Turno nocturno", "Horario de oficina"),
    "FR": ("Équipe du matin", "Équipe d'après-midi", "Équipe de nuit", "Journée"),
    "PL": ("Zmiana poranna", "Zmiana popołudniowa", "Zmiana nocna", "Zmiana dzienna"),
    "BR": ("Turno da manhã", "Turno da tarde", "Turno da noite", "Horário comercial"),
    "CN": ("早班", "中班", "夜班", "常日班"),
    "JP": ("早番", "遅番", "夜勤", "日勤"),
    "IN": ("First shift", "Second shift", "Third shift", "General shift"),
    "GB": ("Earlies", "Lates", "Nights", "Days"),
}
_ENGLISH = ("First shift", "Second shift", "Third shift", "Day shift")
_HALF_HOUR = HOUR // 2


def shift_schedules(world: World, window: Window) -> Columns:
    sites = [(f, k) for f in world.layout.factories for k in range(4)]
    starts = [*world.plant.shifts.start_hours, world.plant.shifts.start_hours[0] + 2]
    ends = [starts[1], starts[2], starts[0]]
    factory_id = np.array([f.factory_id for f, _ in sites])
    shift = np.array([k for _, k in sites])
    shift_schedule_id = schedule_id(factory_id, shift)
    since = np.array([dates.day(f.params.operational_since) for f, _ in sites])
    return standing(
        window,
        {
            "shift_schedule_id": shift_schedule_id,
            "factory_id": factory_id,
            "shift_code": np.array(["E", "L", "N", "D"])[shift],
            "shift_name": np.array([_NAMES.get(f.params.country, _ENGLISH)[k] for f, k in sites]),
            "start_time": np.array(starts)[shift] % 24 * HOUR,
            "end_time": np.array([*(e * HOUR for e in ends), starts[3] * HOUR + 8 * HOUR + _HALF_HOUR])[shift],
            "break_duration_minutes": np.where(shift == DAY_SHIFT, 30, np.where(factory_id % 3 == 0, 20, 30)),
            "is_break_paid": shift != DAY_SHIFT,
            "effective_from": since,
            "created_at": dates.entered(world.rng, "shift", shift_schedule_id, since),
        },
    )


def schedule_id(factory_id: Ints, shift: Ints) -> Ints:
    """Key of a shift (0 to 3) of a factory."""
    return np.asarray(factory_id * 10 + shift + 1)


def employee_shifts(world: World, window: Window) -> Columns:
    """Office hours in the first week; then the crew, the relief or the office for good."""
    c, s = careers(world), seats(world)
    ids = c.people(window.end // DAY + 1)
    hired, last = c.hired(ids), c.left(ids)
    seat = c.place(ids)[1]
    moves = s.roster[seat] != OFFICE
    moves &= last >= hired + INDUCTION_DAYS
    e = np.concatenate([ids, ids[moves]])
    i = np.concatenate([seat, seat[moves]])
    second = np.arange(len(e)) >= len(ids)
    begin = hired[np.searchsorted(ids, e)]
    effective_date = np.where(second, begin + INDUCTION_DAYS, begin)
    short = ~second & np.concatenate([moves, moves[moves]])
    created_at = recorded_at(world, e) + HOUR + np.where(second, 600, 0)
    notice = c.notice(e) * DAY + 16 * HOUR
    end_known = np.where(short, NEVER, np.maximum(notice, created_at + 60))
    end_date = np.where(short, begin + INDUCTION_DAYS - 1, last[np.searchsorted(ids, e)])
    later = effective_date[:, None] + np.arange(8)
    turn = (later // 2 - s.crew[i][:, None]) % CREW_COUNT
    first_on = np.take_along_axis(turn, (turn < 3).argmax(axis=1)[:, None], axis=1)[:, 0]
    rotating = second & (s.roster[i] == ROTATING)
    shift = np.where(rotating, first_on, np.where(second, s.fixed_shift[i], DAY_SHIFT))
    types = np.where(second, roster_type(s)[i], "office")
    crew = np.where(rotating, s.crew[i], -1)
    ended = happened(window, end_known) | short
    updated_at = updated(window, created_at, end_known)
    return rows(
        {
            "employee_shift_id": keys.key(e, effective_date, 0),
            "employee_id": e,
            "roster_type": types,
            "crew": np.ma.array(CREWS[crew], mask=crew < 0),
            "shift_schedule_id": schedule_id(s.factory_id[i], shift),
            "effective_date": effective_date,
            "end_date": np.ma.array(end_date, mask=~ended),
            "change_reason": np.where(second, "transfer", "hire"),
            "assigned_by": human_resources(world, i, created_at // DAY, e),
            "created_at": created_at,
            "updated_at": updated_at,
        },
        touched(window, created_at, end_known) & (created_at < window.end),
    )


def attendance(world: World, window: Window) -> Attendance:
    """Days that a window may touch."""
    first = first_recorded_day(world)
    if not window.is_opening:
        first = max(window.start // DAY - 3, first)
    return world.maintenance.time_clock.attendance(first, window.end // DAY + 2)


def attendance_records(world: World, window: Window) -> Columns:
    a = attendance(world, window)
    present = a.status == clock.PRESENT
    created_at = np.where(present, a.clock_in, a.start + 600)
    updated_at = updated(window, created_at, a.clock_out)
    out = happened(window, a.clock_out)
    mask = touched(window, created_at, a.clock_out) & (created_at < window.end)
    open_ = present & ~out
    factory_id = seats(world).factory_id[a.seat]
    over = a.overtime * ~open_
    return rows(
        {
            "attendance_record_id": keys.key(a.employee_id, a.day, 0),
            "employee_id": a.employee_id,
            "attendance_date": a.day,
            "shift_schedule_id": schedule_id(factory_id, a.shift),
            "scheduled_start_time": a.start,
            "scheduled_end_time": a.end,
            "attendance_status": clock.STATUSES[a.status],
            "is_call_in": a.called,
            "leave_request_id": np.ma.masked_equal(request_keys(world, a), 0),
            "clock_in_time": np.ma.array(a.clock_in, mask=~present),
            "clock_out_time": known(window, a.clock_out, a.clock_out),
            "regular_hours": np.ma.array(a.regular, mask=open_),
            "overtime_hours": np.ma.array(a.overtime, mask=open_),
            "overtime_approved_by": np.ma.array(a.approver, mask=over == 0),
            "created_at": created_at,
            "updated_at": updated_at,
        },
        mask,
    )
