"""Pay: every two weeks, from the hours of the attendance records."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, known, rows, touched, updated
from genims_ray.modules.hr.common import careers, first_recorded_day, holder, number, seats
from genims_ray.world import DAY, HOUR, Window, World, keys
from genims_ray.world.people import attendance as clock
from genims_ray.world.people.careers import PERIOD_DAYS, period_start
from genims_ray.world.rows import Ints

PAYROLL_RUN = 900
"""Sequence of a company's payroll run in the key of its journal entry."""
_CALCULATED, _POSTED, _PAID = 20 * HOUR, DAY + 34 * HOUR, 3 * DAY + 34 * HOUR
"""After the end of the period: hours are complete, the run is approved, the money is transferred."""


def payroll_results(world: World, window: Window) -> Columns:
    c, s = careers(world), seats(world)
    first = int(period_start((window.start if not window.is_opening else world.start) // DAY - 7)) - PERIOD_DAYS
    first = max(first, first_recorded_day(world))
    starts = np.arange(first, window.end // DAY + 1, PERIOD_DAYS)
    starts = starts[(starts + PERIOD_DAYS) * DAY + _CALCULATED < window.end]
    if not len(starts):
        return {}
    a = world.maintenance.time_clock.attendance(int(starts[0]), int(starts[-1]) + PERIOD_DAYS)
    ids = c.people(int(starts[-1]) + PERIOD_DAYS)
    e, begin = np.repeat(ids, len(starts)), np.tile(starts, len(ids))
    there = (c.hired(e) < begin + PERIOD_DAYS) & (c.left(e) >= begin)
    e, begin = e[there], begin[there]
    code, period = e * 2**21 + begin, a.employee_id * 2**21 + period_start(a.day)
    order = np.argsort(code)
    e, begin, code = e[order], begin[order], code[order]
    at = np.searchsorted(code, period)

    def total(values: Ints) -> Ints:
        return np.bincount(at, values, minlength=len(code)).astype(np.int64)

    regular_hours, overtime_hours = total(a.regular), total(a.overtime)
    paid_absence_hours = total(np.where(a.status == clock.PRESENT, 0, a.regular))
    hourly_rate = c.rate_cents(e, np.maximum(begin, c.hired(e)))
    seat = c.place(e)[1]
    pay = world.plant.people.pay
    regular_pay = _half_up(regular_hours * hourly_rate, 100)
    overtime_pay = _half_up(overtime_hours * hourly_rate * 3, 200)
    gross_pay = regular_pay + overtime_pay
    # Progressive by seniority of pay: the richer half of the grades pays a little more.
    step = np.where(c.level(e, np.maximum(begin, c.hired(e))) >= 2, 1.1, 0.95)
    income_tax = np.floor(gross_pay * pay.income_tax * step).astype(np.int64)
    social_security = np.floor(gross_pay * pay.social_security).astype(np.int64)
    end = begin + PERIOD_DAYS - 1
    closed = (end + 1) * DAY
    lag = np.floor(HOUR * world.rng.uniform("payslip", e, begin)).astype(np.int64)
    created_at = closed + _CALCULATED + lag
    company = np.array([world.company.companies.of_factory[f] for f in s.factory_id[seat].tolist()], dtype=np.int64)
    posted = closed + _POSTED + 600 * company
    paid = closed + _PAID + 600 * company
    updated_at = updated(window, created_at, posted, paid)
    mask = touched(window, created_at, posted, paid) & (created_at < window.end)
    if window.is_opening:
        mask &= paid >= window.end
    departments = world.company.departments
    center = dict(zip(departments.department_id.tolist(), departments.cost_center_code.tolist(), strict=True))
    last = np.minimum(end, c.left(e))
    controllers = np.flatnonzero(s.role == "controller")
    boss = controllers[company % len(controllers)] if len(controllers) else world.people.offices.manager_seat[seat]
    journal = keys.key(company, end, PAYROLL_RUN)
    return rows(
        {
            "payroll_result_id": keys.key(e, end, 0),
            "payroll_number": number("PAY", e, last),
            "employee_id": e,
            "cost_center_code": np.array([center[d] for d in c.department_id[seat].tolist()], dtype=str),
            "pay_period_start": np.maximum(begin, c.hired(e)),
            "pay_period_end": last,
            "hourly_rate": hourly_rate,
            "currency": c.currency[seat],
            "regular_hours": regular_hours,
            "paid_absence_hours": paid_absence_hours,
            "overtime_hours": overtime_hours,
            "regular_pay": regular_pay,
            "overtime_pay": overtime_pay,
            "gross_pay": gross_pay,
            "income_tax": income_tax,
            "social_security": social_security,
            "net_pay": gross_pay - income_tax - social_security,
            "employer_contributions": np.floor(gross_pay * pay.employer_contributions).astype(np.int64),
            "payroll_status": np.select([paid < window.end, posted < window.end], ["paid", "posted"], "calculated"),
            "journal_entry_id": known(window, posted, journal),
            "approved_by": known(window, posted, holder(world, boss, posted // DAY)),
            "posted_at": known(window, posted, posted),
            "paid_at": known(window, paid, paid),
            "created_at": created_at,
            "updated_at": updated_at,
        },
        mask,
    )


def _half_up(numerator: Ints, denominator: int) -> Ints:
    """Rounded quotient of non-negative integers, halves up as PostgreSQL rounds numerics."""
    return np.asarray((2 * numerator + denominator) // (2 * denominator))
