"""Inspections at the line: first piece after setup, patrol of one container lot an hour, final."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.mes.common import SHIFT_CODES, book, machines, operation, quiet, recorded
from genims_ray.world import Window, World, keys
from genims_ray.world.quality.inspections import FIRST_PIECE, PATROL

TYPES = np.array(["first_piece", "patrol", "final"])


def quality_inspections(world: World, window: Window) -> Columns:
    if quiet(world, window, "quality_inspections", lambda b: [world.quality.inspections.every(b).time]):
        return {}
    b = book(world, window)
    inspections = world.quality.inspections
    found = inspections.every(b)
    found = found.where(recorded(window, b, found.order, found.time))
    lots, order, kind, line_id = b.lots, found.order, found.kind, b.line_id[found.order]
    day, sequence = lots.day[found.lot], lots.sequence[found.lot]
    inspected_day, inspected_shift = b.shift_at(b.line[order], found.time)
    first, last = machines(world, b.line[order])
    step = inspections.patrolled_step(b, found, last - first)
    critical_defects, major_defects, minor_defects = inspections.severities(b, found)
    return {
        "inspection_id": keys.key(line_id, day, 4 * sequence + kind),
        "inspection_type": TYPES[kind],
        "inspection_time": found.time,
        "work_order_id": b.work_order_id[order],
        "operation_id": operation(
            np.select([kind == FIRST_PIECE, kind == PATROL], [first, first + step], last), b, order
        ),
        "production_date": inspected_day,
        "shift_code": SHIFT_CODES[inspected_shift],
        "sample_size": found.sample,
        "defects_found": found.defects,
        "critical_defects": critical_defects,
        "major_defects": major_defects,
        "minor_defects": minor_defects,
        "defect_code": np.ma.array(inspections.codes(b, found), mask=found.defects == 0),
        "inspection_result": np.where(found.failed, "failed", "passed"),
        "disposition": np.where(found.failed, np.where(critical_defects > 0, "scrap", "rework"), "accept"),
        "inspector_id": world.people.inspector(b.factory_id[order], inspected_day, inspected_shift),
    }
