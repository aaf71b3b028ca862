"""The orders of a window, with the time booked on them and the parts they take.

They are gathered by UTC day and sliced: a window of ten seconds costs what happens in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genims_ray.window import DAY, NEVER, Window
from genims_ray.world.cells import Cells
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.assets import Assets
from genims_ray.world.maintenance.due import REPLACEMENT
from genims_ray.world.maintenance.jobs import Job, Jobs
from genims_ray.world.maintenance.records import Bookings, Taken, Work, WorkOrders
from genims_ray.world.rows import Bools, Ints, Texts
from genims_ray.world.shopfloor import Shopfloor


class Ordering:
    """Orders for the assets of a cell."""

    def __init__(self, frame: Frame, shopfloor: Shopfloor, assets: Assets, jobs: Jobs) -> None:
        """The shop floor sees the factories whole."""
        self._start = frame.start
        self._jobs, self._assets, self._production = jobs, assets, shopfloor.production
        self._line_ids = np.array([line.line_id for line in frame.whole.lines], dtype=np.int64)
        self._row = {asset.asset_id: row for row, asset in enumerate(assets.every)}
        self._days: Cells[int, Work] = Cells(frame.memory, self._of_day)
        self._windows: Cells[Window, Work] = Cells(frame.memory, self._of_window)

    def between(self, window: Window) -> Work:
        """Orders that something happens to in a window, and those worked on; in the opening, those that stand.

        Of what is done later on the window's last day more may be known than at its end.
        """
        return self._windows[window]

    def touched(self, window: Window) -> Work:
        """Orders that change in a window; in the opening, those that stand."""
        work = self._windows[window]
        return work if window.is_opening else work.of(work.orders.touched(window))

    def called(self, window: Window) -> WorkOrders:
        """Those of `between` that somebody was called to: components that broke, and other stops. They need no alert,
        and so no reading, of the days before."""
        return self._orders(sorted(self._jobs.unforeseen(window.start, window.end), key=lambda job: job.key))

    def lost_parts(self, orders: WorkOrders) -> Ints:
        """(orders,): parts that the ideal cycle would have made while failures and repairs stopped the machine."""
        table, lost = self._assets.table, np.zeros(len(orders), dtype=np.int64)
        row = np.flatnonzero((orders.begun != NEVER) & (table.machine_id[orders.asset] > 0))
        if len(row):
            o = orders.where(row)
            line = np.searchsorted(self._line_ids, table.line_id[o.asset])
            lost[row] = o.stopped // self._production.orders_at(line, o.begun)[1]
        return lost

    def _of_day(self, day: int) -> Work:
        return self._work(self._jobs.between(day * DAY, (day + 1) * DAY))

    def _of_window(self, window: Window) -> Work:
        if window.is_opening:
            return self._work(self._jobs.standing(self._start))
        parts = [self._days[day] for day in window.days()]
        if len(parts) > 1:
            parts = _latest(parts)
        parts = [part.of(part.orders.concerned(window, self._start)) for part in parts]
        if len(parts) == 1:
            return parts[0]
        return Work(
            WorkOrders.joined(part.orders for part in parts).ordered("key"),
            Bookings.joined(part.bookings for part in parts).ordered("order", "number"),
            Taken.joined(part.taken for part in parts).ordered("order"),
        )

    def _work(self, jobs: Sequence[Job]) -> Work:
        booked = [(job.key, k, b) for job in jobs for k, b in enumerate(job.bookings)]
        taken = [(job.key, *part) for job in jobs for part in job.parts]
        return Work(
            self._orders(jobs),
            Bookings(
                order=_ints([key for key, _, _ in booked]),
                number=_ints([k for _, k, _ in booked]),
                technician=_ints([b.technician for _, _, b in booked]),
                start=_ints([b.start for _, _, b in booked]),
                end=_ints([b.end for _, _, b in booked]),
                day=_ints([b.day for _, _, b in booked]),
                shift=_ints([b.shift for _, _, b in booked]),
                called=_flags([b.called for _, _, b in booked]),
            ),
            Taken(*np.array(taken, dtype=np.int64).reshape(-1, 3).T),
        )

    def _orders(self, jobs: Sequence[Job]) -> WorkOrders:
        events, dues = [job.event for job in jobs], [job.due for job in jobs]
        replaces = [due is not None and due.kind == REPLACEMENT for due in dues]
        return WorkOrders(
            key=_ints([job.key for job in jobs]),
            asset=_ints([self._row[job.asset.asset_id] for job in jobs]),
            kind=_texts([job.kind for job in jobs]),
            type=_texts([job.type for job in jobs]),
            day=_ints([job.day for job in jobs]),
            work=_texts([job.work for job in jobs]),
            priority=_texts([job.priority for job in jobs]),
            source=_texts([job.source for job in jobs]),
            created=_ints([job.created for job in jobs]),
            assigned=_ints([job.assigned for job in jobs]),
            scheduled=_ints([job.scheduled for job in jobs]),
            start=_ints([job.start for job in jobs]),
            waits=_ints([job.waits for job in jobs]),
            resumed=_ints([job.resumed for job in jobs]),
            end=_ints([job.end for job in jobs]),
            missed=_ints([job.missed for job in jobs]),
            closed=_ints([job.closed for job in jobs]),
            due_day=_ints([job.due_day for job in jobs]),
            schedule_id=_ints([job.schedule_id for job in jobs]),
            procedure=_texts([job.procedure for job in jobs]),
            place=_ints([job.place.position if job.place else 0 for job in jobs]),
            cycle=_ints(
                [
                    e.cycle if e else d.cycle if d and r else NEVER
                    for e, d, r in zip(events, dues, replaces, strict=True)
                ]
            ),
            event=_flags([event is not None for event in events]),
            begun=_ints(
                [e.start if e else job.stop.start if job.stop else NEVER for e, job in zip(events, jobs, strict=True)]
            ),
            code=_texts([job.stop.code if job.stop else "" for job in jobs]),
            age=_ints([event.age if event else 0 for event in events]),
            sudden=_flags([event is not None and event.sudden for event in events]),
            done=_ints([due.done if due else NEVER for due in dues]),
            meter_hours=_ints([due.meter_hours if due else 0 for due in dues]),
            parent=_ints([job.parent for job in jobs]),
            fault=_ints([job.fault for job in jobs]),
            downtime=_ints([job.downtime for job in jobs]),
            stopped=_ints([job.stopped for job in jobs]),
            technician=_ints([job.technician for job in jobs]),
            booked=_ints([job.bookings[0].day if job.bookings else NEVER for job in jobs]),
            finding=_texts([job.finding for job in jobs]),
            follow_up=_flags([job.follow_up for job in jobs]),
            sensor_id=_ints([job.case.alert.sensor_id if job.case else 0 for job in jobs]),
            sensor_faulty=_flags([job.case is not None and job.case.sensor_faulty for job in jobs]),
        )


def _latest(parts: Sequence[Work]) -> list[Work]:
    """Of orders that several days tell of, what the last one knows."""
    keys = np.concatenate([part.orders.key for part in parts])
    of_part = np.repeat(np.arange(len(parts)), [len(part.orders) for part in parts])
    last = np.zeros(len(keys), dtype=bool)
    last[len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1]] = True
    return [part.of(part.orders.where(last[of_part == k])) for k, part in enumerate(parts)]


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _flags(values: list[bool]) -> Bools:
    return np.array(values, dtype=bool)


def _texts(values: list[str]) -> Texts:
    return np.array(values, dtype=np.str_)
