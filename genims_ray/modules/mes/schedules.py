"""The frozen schedule: the piece of an order planned for a shift, and what came of it."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, rows, updated
from genims_ray.modules.mes.common import SHIFT_CODES, book, quiet, staff
from genims_ray.world import NEVER, Window, World, keys
from genims_ray.world.keys import date_stamp

_SLOTS_AN_ORDER = 64


def production_schedules(world: World, window: Window) -> Columns:
    if quiet(
        world,
        window,
        "production_schedules",
        lambda b: [b.released, b.pieces.start, b.pieces.end, b.slots.shift_end, b.end],
    ):
        return {}
    b = book(world, window)
    s, p = b.slots, b.pieces
    order = s.order
    done_code = (p.order * 2**20 + p.day) * 4 + p.shift
    code = (order * 2**20 + s.day) * 4 + s.shift
    at = np.minimum(np.searchsorted(done_code, code), max(len(done_code) - 1, 0))
    worked = done_code[at] == code if len(done_code) else np.zeros(len(code), dtype=bool)
    start, end = (
        np.where(worked, x[at], NEVER) if len(done_code) else np.full(len(code), NEVER) for x in (p.start, p.end)
    )
    # A slot is missed when its shift is over, or the order complete, without work on it there.
    ended = np.where(b.end[order] == NEVER, s.shift_end, np.minimum(b.end[order], s.shift_end))
    missed = np.where(worked, NEVER, ended)
    frozen_at = b.released[order]
    updated_at = updated(window, frozen_at, start, end, missed)
    parts = np.where(worked, p.parts[at], 0) if len(done_code) else np.zeros(len(code), dtype=np.int64)
    return rows(
        {
            "schedule_id": keys.key(b.line_id[order], b.day[order], b.sequence[order] * _SLOTS_AN_ORDER + s.number),
            "schedule_version": np.char.add("PS-", date_stamp(b.day))[order],
            "work_order_id": b.work_order_id[order],
            "factory_id": b.factory_id[order],
            "line_id": b.line_id[order],
            "schedule_date": s.day,
            "shift_code": SHIFT_CODES[s.shift],
            "slot_sequence": b.sequence[order],
            "planned_start_time": s.start,
            "planned_end_time": s.end,
            "planned_quantity": s.quantity,
            "actual_start_time": known(window, start, start),
            "actual_end_time": known(window, end, end),
            "actual_quantity": known(window, np.where(worked, end, missed), parts),
            "status": np.select(
                [happened(window, end), happened(window, start), happened(window, missed)],
                ["completed", "started", "missed"],
                "frozen",
            ),
            "planner_id": staff(world, b.factory_id[order], 1, frozen_at),
            "frozen_at": frozen_at,
            "updated_at": updated_at,
        },
        b.appears[order] & (frozen_at < window.end) & (updated_at >= window.start),
    )
