"""Key figures of the quality of a factory, by production day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.cells import Days
from genims_ray.world.frame import Frame
from genims_ray.world.quality.capability import CapabilityStudies
from genims_ray.world.quality.costs import CATEGORIES, QualityCosts
from genims_ray.world.quality.days import FactoryDays
from genims_ray.world.quality.incoming_records import IncomingRecords
from genims_ray.world.quality.spc import SLOTS, ControlCharts
from genims_ray.world.rows import Floats, Ints, Rows
from genims_ray.world.supply.receipts import ACCEPTED


@dataclass(frozen=True)
class DailyFigures(Rows):
    """One row a factory and production day; NaN where nothing was measured."""

    TIME: ClassVar[str] = "computed"

    factory_id: Ints
    day: Ints
    parts_produced: Ints
    parts_rejected: Ints
    inspected: Ints
    passed: Ints
    lots_decided: Ints
    lots_rejected: Ints
    complaints: Ints
    charts: Ints  # measured
    signalled: Ints  # of these
    capability: Floats
    ncr_opened: Ints
    ncr_closed: Ints
    ncr_open: Ints
    cases_overdue: Ints
    costs: Ints  # (rows, categories) cents
    gauges: Ints
    gauges_overdue: Ints
    computed: Ints

    @property
    def total_cost(self) -> Ints:
        return np.asarray(self.costs.sum(axis=1))


class DailyKeyFigures:
    """The figures of a world's factories, computed an hour after the production day."""

    def __init__(
        self,
        frame: Frame,
        costs: QualityCosts,
        charts: ControlCharts,
        capability: CapabilityStudies,
        lots: IncomingRecords,
    ) -> None:
        self._start, self._costs, self._causes = frame.start, costs, costs.causes
        self._charts, self._capability, self._lots = charts, capability, lots
        self._factory_of_line = np.array([x.factory.factory_id for x in frame.lines], dtype=np.int64)
        self._cells: Days[DailyFigures] = Days(frame.memory, self._of_day)

    def between(self, window: Window) -> DailyFigures:
        """Those computed in a window, ordered by factory and day."""
        return self._cells.between(window).ordered("factory_id", "day")

    def _of_day(self, day: int) -> DailyFigures:
        """Those computed in a UTC day."""
        days = self._causes.days.between(Window(day * DAY - HOUR, (day + 1) * DAY - HOUR))
        return self._figures(days) if len(days) else DailyFigures.none(costs=(len(CATEGORIES),))

    def _figures(self, days: FactoryDays) -> DailyFigures:
        causes = self._causes
        window = Window(int(days.opens.min()), int(days.closes.max()))
        lots = self._lots.decided(window)
        decided = days.row(lots.factory_id, lots.decided)
        complaints = causes.complaints.between(window)
        points = self._charts.between(window)
        measured = days.row(self._factory_of_line[points.line], points.time)
        chart = points.line * SLOTS + points.slot
        reports = causes.nonconformances.between(window)
        opened, closed = ((reports.factory_id, at) for at in (reports.created, reports.closed))
        cases = causes.cases.between(window)
        late_from = np.maximum(cases.opened, (cases.target + 1) * DAY - 1)
        late = late_from < cases.completed
        spent = self._costs.between(window)
        spent_on = days.row(spent.factory_id, spent.time)
        gauges, overdue = self._gauges(days)
        return DailyFigures(
            factory_id=days.factory_id,
            day=days.day,
            parts_produced=days.parts_produced,
            parts_rejected=days.parts_rejected,
            inspected=days.inspected,
            passed=days.passed,
            lots_decided=days.total(decided),
            lots_rejected=days.total(np.where(lots.decision != ACCEPTED, decided, -1)),
            complaints=days.total(days.row(complaints.factory_id, complaints.received)),
            charts=_different(days, measured, chart),
            signalled=_different(days, np.where(points.rule > 0, measured, -1), chart),
            capability=self._mean_capability(days),
            ncr_opened=days.total(days.row(*opened)),
            ncr_closed=days.total(days.row(*closed)),
            ncr_open=days.before_close(*opened) - days.before_close(*closed),
            cases_overdue=days.before_close(cases.factory_id[late], late_from[late])
            - days.before_close(cases.factory_id[late], cases.completed[late]),
            costs=np.stack(
                [days.total(np.where(spent.category == k, spent_on, -1), spent.amount) for k in range(len(CATEGORIES))],
                axis=1,
            ),
            gauges=gauges,
            gauges_overdue=overdue,
            computed=days.closes + HOUR,
        )

    def _mean_capability(self, days: FactoryDays) -> Floats:
        """Mean Cpk of each factory's charts as calculated last before the end of each day."""
        value = np.full(len(days), np.nan)
        for t in np.unique(days.closes).tolist():
            cpk = self._capability.before(t).cpk
            known = np.isfinite(cpk)
            n = np.bincount(self._factory_of_line, known.sum(axis=1))
            total = np.bincount(self._factory_of_line, np.where(known, cpk, 0.0).sum(axis=1))
            with np.errstate(divide="ignore", invalid="ignore"):
                at = days.closes == t
                value[at] = (total / n)[days.factory_id[at]]
        return value

    def _gauges(self, days: FactoryDays) -> tuple[Ints, Ints]:
        """Gauges of each factory, and those past their due date at the end of each day."""
        gauges = self._causes.gauges
        day, gauge = np.nonzero(days.factory_id[:, None] == gauges.masters.factory_id)
        last = days.closes[day] - 1
        due, failed, _ = gauges.standing(gauge, last)
        overdue = (last // DAY > due) & ~failed
        return np.bincount(day, minlength=len(days)), np.bincount(day[overdue], minlength=len(days))


def _different(days: FactoryDays, row: Ints, what: Ints) -> Ints:
    """How many different ones fall into each day."""
    known = row >= 0
    return days.total(np.unique(row[known] * 2**30 + what[known]) >> 30)
