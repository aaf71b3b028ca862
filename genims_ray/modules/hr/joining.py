"""Joining and leaving: templates, cases of newcomers with their items, and exits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, touched, updated
from genims_ray.modules.hr.catalogue import CHECKLIST_OF_FAMILY, CHECKLISTS, ITEMS, ROLE_NUMBER, ROLES
from genims_ray.modules.hr.common import (
    after,
    careers,
    entered,
    human_resources,
    over_at,
    recorded_at,
    seats,
    standing,
    superior,
)
from genims_ray.modules.hr.leave import unused_vacation
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.rows import Bools, Ints

MONTH_DAYS = 30
_OFFICE_LISTS, _WORK_CLOTHES = range(8, 12), 4
LISTED = np.array(
    [
        [not (k in _OFFICE_LISTS and i == _WORK_CLOTHES) for i in range(len(ITEMS))]
        for k in range(1, len(CHECKLISTS) + 1)
    ]
)
"""(templates, items): which items a template has; offices need no protective equipment."""
_CASE_DAYS = 260
"""No case of a newcomer is open longer."""


def onboarding_checklists(world: World, window: Window) -> Columns:
    ids = np.arange(1, len(CHECKLISTS) + 1)
    created_at = entered(world, "checklist", ids)
    return standing(
        window,
        {
            "onboarding_checklist_id": ids,
            "checklist_code": np.char.mod("OC-%02d", ids),
            "checklist_name": np.array([name for _, name, _ in CHECKLISTS]),
            "job_role_id": np.array([10 * ROLE_NUMBER[role] + 2 for role, _, _ in CHECKLISTS]),
            "revision": 1 + np.floor(4 * world.rng.uniform("checklist revision", ids)).astype(np.int64),
            "probation_months": np.array([months for _, _, months in CHECKLISTS]),
            "effective_from": created_at // DAY,
            "created_at": created_at,
        },
    )


def onboarding_checklist_items(world: World, window: Window) -> Columns:
    count = len(ITEMS)
    onboarding_checklist_id = np.repeat(np.arange(1, len(CHECKLISTS) + 1), count)
    item = np.tile(np.arange(count), len(CHECKLISTS))
    months = np.array([m for _, _, m in CHECKLISTS])[onboarding_checklist_id - 1]
    course = {"Annual safety instruction": 3, "Role training passed": 1}
    course_id = np.array([course.get(ITEMS[i][0], 0) for i in item.tolist()])
    due = np.array([ITEMS[i][3] for i in item.tolist()])
    return standing(
        window,
        rows(
            {
                "onboarding_checklist_item_id": onboarding_checklist_id * 100 + item + 1,
                "onboarding_checklist_id": onboarding_checklist_id,
                "item_number": item + 1,
                "item_title": np.array([ITEMS[i][0] for i in item.tolist()]),
                "item_category": np.array([ITEMS[i][1] for i in item.tolist()]),
                "training_course_id": np.ma.masked_equal(
                    np.where((course_id == 1) & (onboarding_checklist_id > 6), 15, course_id), 0
                ),
                "responsible_party": np.array([ITEMS[i][2] for i in item.tolist()]),
                "due_days_from_hire": np.where(due == 85, months * MONTH_DAYS - 5, due),
                "is_mandatory": np.array([ITEMS[i][4] for i in item.tolist()]),
                "created_at": entered(world, "checklist", onboarding_checklist_id),
            },
            LISTED.ravel(),
        ),
    )


@dataclass(frozen=True)
class _Cases:
    """Newcomers, and (cases, items) what is done for them."""

    employee_id: Ints
    seat: Ints
    checklist: Ints
    hired: Ints
    probation_end: Ints
    created: Ints
    due: Ints
    done: Ints  # NEVER if they leave before
    waived: Bools
    closed: Ints
    aborted: Bools
    listed: Bools

    @property
    def key(self) -> Ints:
        return keys.key(self.employee_id, self.hired, 0)


def _cases(world: World, window: Window) -> _Cases:
    """Cases that a window may touch; in the opening those that are open."""
    c, s, rng = careers(world), seats(world), world.rng
    ids = c.people(window.end // DAY + 1)
    first = (world.start if window.is_opening else window.start) // DAY
    ids = (
        ids[c.hired(ids) >= min(first, world.start // DAY) - _CASE_DAYS]
        if window.is_opening
        else ids[c.hired(ids) >= first - _CASE_DAYS]
    )
    e, hired, last = ids, c.hired(ids), c.left(ids)
    seat = c.place(e)[1]
    roles = s.role[seat].tolist()
    own = {role: i for i, (role, _, _) in enumerate(CHECKLISTS, start=1)}
    checklist = np.array([own.get(r) or CHECKLIST_OF_FAMILY.get(ROLES[r].family, 10) for r in roles], dtype=np.int64)
    months = np.array([m for _, _, m in CHECKLISTS])[checklist - 1]
    created = recorded_at(world, e) + HOUR
    due_days = np.array([item[3] for item in ITEMS])[None, :] + np.zeros((len(e), 1), dtype=np.int64)
    due_days[:, -1] = months * MONTH_DAYS - 5
    due = hired[:, None] + due_days
    item = np.arange(len(ITEMS))[None, :]
    late = np.floor((rng.uniform("item done", e[:, None], item) ** 2 * 6 - 2) * DAY).astype(np.int64)
    done = np.maximum(due * DAY + 11 * HOUR + late, created[:, None] + 1_800 + 60 * item)
    waived = (rng.uniform("item waived", e[:, None], item) < 0.15) & np.array([not item_[4] for item_ in ITEMS])[
        None, :
    ]
    probation_end = hired + months * MONTH_DAYS - 1
    over = over_at(last)
    aborted = last < probation_end + 8
    listed = LISTED[checklist - 1]
    done = np.where(~listed | aborted[:, None] & (done >= (last * DAY)[:, None]), NEVER, done)
    complete = ~aborted
    closed = np.where(
        complete, np.maximum(done.max(axis=1), probation_end * DAY + 12 * HOUR) + HOUR, np.maximum(over, created + HOUR)
    )
    cases = _Cases(e, seat, checklist, hired, probation_end, created, due, done, waived, closed, aborted, listed)
    kept = created < window.end
    kept &= closed >= (window.end if window.is_opening else world.start)
    return _Cases(*(getattr(cases, name)[kept] for name in _Cases.__dataclass_fields__))


def employee_onboarding(world: World, window: Window) -> Columns:
    x = _cases(world, window)
    mentor_at = np.maximum(x.hired * DAY + 15 * HOUR, x.created + 60)
    instants = (x.created, mentor_at, *x.done.T, x.closed)
    closed = happened(window, x.closed)
    completed_items = happened(window, x.done).sum(axis=1)
    mentor = superior(world, x.employee_id, x.hired)
    started = window.end > x.hired * DAY + 15 * HOUR
    begun = np.minimum(np.maximum(x.hired * DAY + 15 * HOUR, x.created), x.closed)
    return rows(
        {
            "employee_onboarding_id": x.key,
            "employee_id": x.employee_id,
            "position_id": seats(world).seat_id[x.seat],
            "onboarding_checklist_id": x.checklist,
            "hr_coordinator_id": human_resources(world, x.seat, x.created // DAY, x.employee_id),
            "mentor_id": known(window, mentor_at, mentor),
            "onboarding_start_date": x.hired,
            "probation_end_date": x.probation_end,
            "onboarding_status": np.select(
                [closed & x.aborted, closed, started], ["aborted", "completed", "in_progress"], "preparing"
            ),
            "total_items": x.listed.sum(axis=1),
            "completed_items": completed_items,
            "closed_at": known(window, x.closed, x.closed),
            "created_at": x.created,
            "updated_at": np.maximum(updated(window, *instants), np.where(happened(window, begun), begun, 0)),
        },
        touched(window, *instants),
    )


def employee_onboarding_items(world: World, window: Window) -> Columns:
    x = _cases(world, window)
    count = len(ITEMS)
    case = np.repeat(np.arange(len(x.employee_id)), count)
    item = np.tile(np.arange(count), len(x.employee_id))
    e, done, created = x.employee_id[case], x.done.ravel(), x.created[case]
    party = np.array([ITEMS[i][2] for i in range(count)])[item]
    day = np.maximum(done // DAY, x.hired[case])
    boss = superior(world, e, day)
    partner = human_resources(world, x.seat[case], day, e)
    who = np.where(np.isin(party, ("human_resources", "information_technology")), partner, boss)
    finished = happened(window, done)
    waived = x.waived.ravel()
    return rows(
        {
            "employee_onboarding_item_id": keys.key(e, x.hired[case], item + 1),
            "employee_onboarding_id": x.key[case],
            "onboarding_checklist_item_id": x.checklist[case] * 100 + item + 1,
            "due_date": x.due.ravel(),
            "item_status": np.select([finished & waived, finished], ["waived", "done"], "open"),
            "completed_by": known(window, done, who),
            "completed_at": known(window, done, done),
            "created_at": created,
            "updated_at": updated(window, created, done),
        },
        touched(window, created, done) & x.listed.ravel(),
    )


def offboarding_records(world: World, window: Window) -> Columns:
    c, rng = careers(world), world.rng
    ids = c.people(window.end // DAY + 1)
    notice, last = c.notice(ids), c.left(ids)
    first = (world.start if window.is_opening else window.start) // DAY
    near = (notice <= window.end // DAY) & (last >= first - 40)
    e, notice_given_date, last = ids[near], notice[near], last[near]
    seat = c.place(e)[1]
    exit_type, exit_reason = c.exits(e)
    created_at = (
        notice_given_date * DAY + 13 * HOUR + np.floor(3 * HOUR * rng.uniform("notice noted", e)).astype(np.int64)
    )
    base = np.maximum((last + 1) * DAY + 12 * HOUR, created_at + HOUR)
    it, facility, finance = (
        base + after(world, f"{what} clearance", e, 0.01, most)
        for what, most in (("it", 3), ("facility", 2), ("finance", 6))
    )
    hr = np.maximum(np.maximum(it, facility), finance) + after(world, "hr clearance", e, 0.2, 5)
    closed = hr + after(world, "exit closed", e, 0.02, 2)
    talk_day = notice_given_date + np.ceil((last - notice_given_date) * rng.uniform("exit talk", e)).astype(np.int64)
    talk_at = np.where(rng.uniform("exit interview", e) < 0.67, talk_day * DAY + 17 * HOUR, NEVER)
    instants = (created_at, it, facility, finance, hr, closed, talk_at)
    mask = touched(window, *instants) & (created_at < window.end)
    if window.is_opening:
        mask &= closed >= window.end
    e, seat = e[mask], seat[mask]
    exit_type, exit_reason = exit_type[mask], exit_reason[mask]
    notice_given_date, last, created_at, it, facility, finance, hr, closed, talk_day, talk_at = (
        x[mask] for x in (notice_given_date, last, created_at, it, facility, finance, hr, closed, talk_day, talk_at)
    )
    days = unused_vacation(world, e) // 10
    rate = c.rate_cents(e, last)
    severance = np.where(exit_type == "dismissal", 160 * rate, 0)
    is_closed = happened(window, closed)
    clearing = happened(window, it) | happened(window, facility) | happened(window, finance)
    period = np.where(exit_type == "retirement", 84, c.notice_period(e))
    return {
        "offboarding_record_id": keys.key(e, notice_given_date, 0),
        "employee_id": e,
        "position_id": seats(world).seat_id[seat],
        "exit_type": exit_type,
        "exit_reason": exit_reason,
        "notice_given_date": notice_given_date,
        "notice_period_days": period,
        "last_working_date": last,
        "it_clearance_at": known(window, it, it),
        "facility_clearance_at": known(window, facility, facility),
        "finance_clearance_at": known(window, finance, finance),
        "hr_clearance_at": known(window, closed, hr),
        "exit_interview_date": known(window, talk_at, talk_day),
        "unused_leave_days": known(window, closed, days),
        "final_settlement_amount": known(window, closed, days * 8 * rate // 10 + severance),
        "currency": c.currency[seat],
        "eligible_for_rehire": known(window, closed, (exit_type != "dismissal") & (c.performance(e) > 2.8)),
        "offboarding_status": np.select([is_closed, clearing], ["closed", "clearing"], "notice"),
        "closed_at": known(window, closed, closed),
        "created_at": created_at,
        "updated_at": updated(window, created_at, it, facility, finance, closed, talk_at),
    }
