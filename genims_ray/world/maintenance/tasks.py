"""The steps of orders: what is done one after the other, how long it takes, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import NEVER
from genims_ray.world.maintenance.assets import Assets
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    FOLLOW_UP,
    LUBRICATION,
    REPLACEMENT,
    REQUEST,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
)
from genims_ray.world.maintenance.jobs import ADJUSTMENT, ALERT, BREAKDOWN, FALSE_ALARM, PREDICTIVE
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts

Step = tuple[str, str, float, str]
"""Type, what is to be done, share of the time, unit of what is measured."""
_ISOLATE: Step = ("isolate", "Isolate and lock", 0.06, "")
_TEST: Step = ("test_run", "Test run", 0.10, "")
_RESTORE: Step = ("restore", "Hand over", 0.04, "")
STEPS: dict[str, tuple[Step, ...]] = {
    BREAKDOWN: (_ISOLATE, ("diagnose", "Find the damage", 0.15, ""), ("replace", "Replace the component", 0.55, ""),
                ("adjust", "Align and adjust", 0.10, ""), _TEST, _RESTORE),
    PREDICTIVE: (_ISOLATE, ("replace", "Replace the component", 0.65, ""), ("adjust", "Align and adjust", 0.15, ""), _TEST, _RESTORE),
    ADJUSTMENT: (("diagnose", "Find the cause", 0.3, ""), ("adjust", "Adjust", 0.5, ""), ("test_run", "Restart", 0.2, "")),
    LUBRICATION: (("inspect", "Look for leaks and loose parts", 0.25, ""), ("clean", "Clean guards and chip area", 0.2, ""),
                  ("lubricate", "Lubricate by the chart", 0.4, ""), ("measure", "Measure the bearing temperature", 0.15, "degC")),
    WINDOW: (_ISOLATE, ("clean", "Clean inside", 0.2, ""), ("replace", "Change filters and seals", 0.3, ""),
             ("inspect", "Check guides, belts and hoses", 0.25, ""), ("measure", "Measure backlash", 0.15, "um"), _RESTORE),
    SERVICE: (("inspect", "Look for leaks", 0.3, ""), ("clean", "Clean coolers and drains", 0.3, ""),
              ("lubricate", "Top up oil", 0.25, ""), ("measure", "Measure the surface temperature", 0.15, "degC")),
    STATUTORY: (_ISOLATE, ("inspect", "Inspect by the list of the authority", 0.6, ""), ("test_run", "Test protective devices", 0.3, ""), _RESTORE),
    WEAR_PART: (_ISOLATE, ("replace", "Replace belts and batteries", 0.7, ""), _TEST, _RESTORE),
    REPLACEMENT: (_ISOLATE, ("replace", "Replace the component by age", 0.7, ""), _TEST, _RESTORE),
    CALIBRATION: (("measure", "Compare with the reference", 0.5, "%"), ("adjust", "Adjust the sensor", 0.35, ""), ("restore", "Label and record", 0.15, "")),
    FOLLOW_UP: (_ISOLATE, ("repair", "Repair what was found", 0.7, ""), _TEST, _RESTORE),
    REQUEST: (("inspect", "Find the leak", 0.25, ""), ("repair", "Tighten or renew the seal", 0.55, ""), ("lubricate", "Top up oil", 0.2, "")),
    ALERT: (("inspect", "Look and listen", 0.5, ""), ("measure", "Measure vibration by hand", 0.5, "mm/s")),
    FALSE_ALARM: (_ISOLATE, ("inspect", "Open and inspect the component", 0.5, ""), ("measure", "Compare with a reference sensor", 0.3, "%"), _RESTORE),
}  # fmt: skip
_LEVEL = {"degC": (45.0, 0.15), "um": (18.0, 0.35), "%": (0.4, 0.7), "mm/s": (1.6, 0.5)}
"""Usual value and log-standard deviation of what steps measure."""
_SKIPPED = {CALIBRATION: 0.6, BREAKDOWN: 0.3, PREDICTIVE: 0.3}
"""Share of the orders in which adjusting turns out not to be needed."""
_NOT_OK, _NOT_OK_INSPECTED = 0.02, 0.6
"""Share of the steps that end badly; of inspections that find more to do."""


@dataclass(frozen=True)
class Tasks(Rows):
    """Steps, order by order; UTC seconds, NEVER where it does not happen."""

    TIME: ClassVar[str] = "created"
    INSTANTS: ClassVar[tuple[str, ...]] = ("created", "start", "end", "gone")

    row: Ints  # of the order among those asked about
    number: Ints  # from 0
    type: Texts
    text: Texts
    unit: Texts  # of what is measured, empty if nothing is
    minutes: Ints  # planned, hundredths
    created: Ints
    start: Ints
    end: Ints
    gone: Ints  # when it is clear that nobody will do it
    bad: Bools  # not in order
    value: Floats


class Steps:
    """Steps by the kinds of orders."""

    def __init__(self, assets: Assets, rng: Rng) -> None:
        self._assets, self._rng = assets, rng

    def of(self, orders: WorkOrders) -> Tasks:
        """All steps of orders."""
        hours = {p.procedure_id: p.hours for p in self._assets.procedures}
        planned = np.array([hours.get(p, 1.0) for p in self._assets.procedures_of(orders).tolist()])
        skips = np.zeros(len(orders), dtype=bool)
        for kind, share in _SKIPPED.items():
            of_kind = np.flatnonzero(orders.kind == kind)
            skips[of_kind] = self._rng.uniform("step skipped", orders.key[of_kind]) < share
        parts = []
        for kind in np.unique(orders.kind).tolist():
            for skipped in (False, True):
                rows = np.flatnonzero((orders.kind == kind) & (skips == skipped))
                if len(rows):
                    left_out = {k for k, step in enumerate(STEPS[kind]) if skipped and step[0] == "adjust"}
                    parts += self._of_kind(STEPS[kind], left_out, rows, orders.where(rows), planned[rows])
        return Tasks.joined(parts).ordered("row", "number") if parts else Tasks.none()

    def _of_kind(
        self, steps: tuple[Step, ...], left_out: set[int], rows: Ints, o: WorkOrders, hours: Floats
    ) -> list[Tasks]:
        total = sum(step[2] for k, step in enumerate(steps) if k not in left_out)
        span, time, last = np.maximum(o.end - o.start, 0), o.start, max(set(range(len(steps))) - left_out)
        never, n, found = np.full(len(o), NEVER), len(o), []
        for k, (kind, text, share, unit) in enumerate(steps):
            nobody = (o.missed > 0) | (k in left_out)
            works = ~nobody & (o.start > 0)
            until = o.end if k == last else np.minimum(time + (span * share / total).astype(np.int64), o.end)
            inspected = o.follow_up & (kind == "inspect")
            bad = self._rng.uniform("step result", o.key, k) < np.where(inspected, _NOT_OK_INSPECTED, _NOT_OK)
            value = np.zeros(n)
            if unit:
                median, sigma = _LEVEL[unit]
                usual = median * np.where(o.follow_up, 2.2, 1.0)
                value = np.round(self._rng.lognormal("step value", usual, sigma, o.key, k), 3)
            seconds = np.rint(hours * 3600 * share).astype(np.int64)
            found.append(
                Tasks(
                    row=rows,
                    number=np.full(n, k),
                    type=np.full(n, kind),
                    text=np.full(n, text),
                    unit=np.full(n, unit),
                    minutes=np.maximum((200 * seconds + 60) // 120, 1),
                    created=o.created,
                    start=np.where(works, time, never),
                    end=np.where(works, until, never),
                    gone=np.where(o.missed > 0, o.missed, np.where(nobody, o.end, never)),
                    bad=bad,
                    value=value,
                )
            )
            time = np.where(works, until, time)
        return found
