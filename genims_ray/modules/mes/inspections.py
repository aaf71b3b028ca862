"""Inspections at the line: first piece after setup, patrol of one container lot an hour, final."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Bools, Columns, Ints
from genims_ray.modules.mes.common import SHIFT_CODES, book, machines, operation, recorded
from genims_ray.world import HOUR, NEVER, Window, World, keys
from genims_ray.world.orders import OrderBook
from genims_ray.world.params import SamplingPlan
from genims_ray.world.rng import Rng
from genims_ray.world.runs import binomial

FIRST_PIECE, PATROL, FINAL = range(3)
TYPES = np.array(["first_piece", "patrol", "final"])
DEFECTS = {
    "shaft": ("diameter", "runout", "surface", "length", "crack"),
    "bracket": ("edge_burr", "hole_position", "bend_angle", "scratch", "split"),
    "frame": ("weld_porosity", "distortion", "undercut", "missing_weld", "weld_crack"),
    "housing": ("flash", "short_shot", "sink_mark", "warpage", "contamination"),
    "module": ("misassembly", "missing_part", "torque", "label", "connector"),
}
"""Defects of each product family, the most frequent first."""


@dataclass(frozen=True)
class Inspections:
    """Inspections of an order book, aligned; one kind each."""

    order: Ints
    lot: Ints  # row of the lots inspected, the last one for a final inspection
    time: Ints
    defects: Ints
    failed: Bools


def quality_inspections(world: World, window: Window) -> Columns:
    b = book(world, window)
    final = final_inspections(world, b)
    done = final.time != NEVER
    parts = [
        (FIRST_PIECE, _first_pieces(world, b), slice(None)),
        (PATROL, _patrols(world, b), slice(None)),
        (FINAL, final, done),
    ]
    kind = np.concatenate([np.full(len(i.order[at]), k) for k, i, at in parts])
    order, lot, inspection_time, defects_found = (
        np.concatenate([getattr(i, name)[at] for _, i, at in parts])
        for name in ("order", "lot", "time", "defects")
    )
    failed = np.concatenate([i.failed[at] for _, i, at in parts])
    mask = recorded(window, b, order, inspection_time)
    kind, order, lot, inspection_time, defects_found, failed = (
        x[mask] for x in (kind, order, lot, inspection_time, defects_found, failed)
    )
    lots, line_id = b.lots, b.line_id[order]
    day, sequence = lots.day[lot], lots.sequence[lot]
    inspected_day, inspected_shift = b.shift_at(b.line[order], inspection_time)
    first, last = machines(world, b.line[order])
    step = np.floor(
        world.rng.uniform("patrolled step", line_id, day, sequence) * np.maximum(last - first, 1)
    ).astype(np.int64)
    worst = world.rng.uniform("defect severity", line_id, day, sequence, kind)
    settings = world.plant.inspection
    critical_defects = np.where(worst < settings.critical_share, np.minimum(defects_found, 1), 0)
    serious = worst < settings.critical_share + settings.major_share
    major_defects = np.where(serious, defects_found - critical_defects, 0)
    return {
        "inspection_id": keys.key(line_id, day, 4 * sequence + kind),
        "inspection_type": TYPES[kind],
        "inspection_time": inspection_time,
        "work_order_id": b.work_order_id[order],
        "operation_id": operation(
            np.select([kind == FIRST_PIECE, kind == PATROL], [first, first + step], last), b, order
        ),
        "production_date": inspected_day,
        "shift_code": SHIFT_CODES[inspected_shift],
        "sample_size": np.array([plan.sample for plan in _plans(world)])[kind],
        "defects_found": defects_found,
        "critical_defects": critical_defects,
        "major_defects": major_defects,
        "minor_defects": defects_found - critical_defects - major_defects,
        "defect_code": np.ma.array(_codes(world, b, order, day, sequence, kind), mask=defects_found == 0),
        "inspection_result": np.where(failed, "failed", "passed"),
        "disposition": np.where(failed, np.where(critical_defects > 0, "scrap", "rework"), "accept"),
        "inspector_id": world.labour.inspector(b.factory_id[order], inspected_day, inspected_shift),
    }


def final_inspections(world: World, b: OrderBook) -> Inspections:
    """The final inspection of every order of the book; NEVER and passed where it has not ended."""
    _, scrapped, rework, _ = b.made(2**62)
    every = np.arange(len(b.line))
    lot = np.maximum(np.searchsorted(b.lots.order, every, side="right") - 1, 0)
    u = world.rng.uniform("final inspection", b.line_id, b.day, b.sequence)
    ended = b.end != NEVER
    share = np.where(ended, world.plant.inspection.undetected * (scrapped + rework) / b.quantity, 0.0)
    return _judged(world, FINAL, every, lot, np.where(ended, b.inspected, NEVER), u, share)


def failed_inspections(world: World, b: OrderBook) -> Ints:
    """Failed inspections of each order."""
    found = (_first_pieces(world, b), _patrols(world, b), final_inspections(world, b))
    return np.bincount(np.concatenate([i.order[i.failed] for i in found]), minlength=len(b.line))


def _first_pieces(world: World, b: OrderBook) -> Inspections:
    """The first pieces of each order, from its first lot; most start-up rejects are sorted out by then."""
    lot = np.flatnonzero(b.lots.number == 1)
    u, share, wait = _drawn(world.rng, b, lot, FIRST_PIECE)
    time = b.lots.start[lot] + (120 + 240 * wait).astype(np.int64)
    return _judged(
        world, FIRST_PIECE, b.lots.order[lot], lot, time, u, world.plant.inspection.startup_left * share
    )


def _patrols(world: World, b: OrderBook) -> Inspections:
    """The first lot that an order finishes in each hour of the clock, after the hour in which it began."""
    lots = b.lots
    hour = lots.end // HOUR
    lot = 1 + np.flatnonzero((lots.order[1:] == lots.order[:-1]) & (hour[1:] != hour[:-1]))
    u, share, wait = _drawn(world.rng, b, lot, PATROL)
    time = lots.end[lot] + (60 + 240 * wait).astype(np.int64)
    return _judged(world, PATROL, lots.order[lot], lot, time, u, share)


def _drawn(
    rng: Rng, b: OrderBook, lot: Ints, kind: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A draw for the sample, the share of rejects in each lot and a draw for the time taken."""
    lots = b.lots
    where = (b.line_id[lots.order[lot]], lots.day[lot], lots.sequence[lot], kind)
    share = (lots.scrapped + lots.rework)[lot] / np.maximum(lots.parts[lot], 1)
    return rng.uniform("inspection sample", *where), share, rng.uniform("inspection time", *where)


def _judged(
    world: World,
    kind: int,
    order: Ints,
    lot: Ints,
    time: Ints,
    u: NDArray[np.float64],
    share: NDArray[np.float64],
) -> Inspections:
    plan = _plans(world)[kind]
    defects = binomial(u, np.full(len(order), plan.sample), np.minimum(share, 0.9))
    return Inspections(order, lot, time, defects, defects > plan.accept)


def _plans(world: World) -> tuple[SamplingPlan, SamplingPlan, SamplingPlan]:
    """Sampling plans by kind."""
    settings = world.plant.inspection
    return settings.first_piece, settings.patrol, settings.final


def _codes(
    world: World, b: OrderBook, order: Ints, day: Ints, sequence: Ints, kind: Ints
) -> NDArray[np.object_]:
    """The prevailing defect of each inspection, by the family of the product."""
    u = world.rng.uniform("defect code", b.line_id[order], day, sequence, kind)
    family = np.array([line.type.product_family for line in world.production.lines])[b.line[order]]
    code = np.full(len(order), "", dtype=object)
    for name in np.unique(family):
        codes = np.array(DEFECTS[str(name)], dtype=object)
        weight = np.cumsum(world.plant.inspection.defect_ratio ** np.arange(len(codes)))
        at = family == name
        code[at] = codes[np.searchsorted(weight / weight[-1], u[at])]
    return code
