"""Maintenance orders: what technicians do, from the request to the closing.

Operations, maintenance and accounting record these; so the same work has the same times everywhere.
Instants are UTC seconds, NEVER where something does not happen or is not decided yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world import keys
from genims_ray.world.cells import Cells, records
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.assets import Asset, Place
from genims_ray.world.maintenance.condition import INSPECTION_KEYS, PLANNED_AHEAD, Case, Condition, alert_key, event_key
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    FOLLOW_UP,
    LUBRICATION,
    MOST_DELAY,
    REPLACEMENT,
    REQUEST,
    SERVICE,
    STATUTORY,
    UNPLANNED,
    WEAR_PART,
    WINDOW,
    Due,
)
from genims_ray.world.maintenance.plan import Plan
from genims_ray.world.maintenance.roster import Booking, Rosters, Stop
from genims_ray.world.maintenance.spares import PIECE
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.degradation import Breakdown

BREAKDOWN, PREDICTIVE, ADJUSTMENT, ALERT, FALSE_ALARM = (
    "breakdown",
    "predictive",
    "adjustment",
    "alert",
    "false_alarm",
)
"""Kinds of orders beside those of the plan."""
LAST_CLOSING = 60 * HOUR
"""No order is closed later than this after its work has ended."""

_WORK = {
    LUBRICATION: "Lubrication and inspection while running", WINDOW: "Fortnightly maintenance in the line's window",
    WEAR_PART: "Replace belts and batteries by running hours", STATUTORY: "Inspection required by law",
    SERVICE: "Service round", FOLLOW_UP: "Complete what routine work has found",
    REQUEST: "See to the oil leak that the operator noticed",
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A maintenance order."""

    key: int
    asset: Asset
    kind: str
    type: str  # preventive, breakdown, corrective, predictive or inspection
    day: int  # production day of its key
    work: str
    priority: str
    source: str
    created: int
    assigned: int
    scheduled: int
    start: int
    waits: int  # a part is missing from here
    resumed: int  # until here
    end: int
    missed: int
    closed: int
    due_day: int  # last day to be on time, NEVER for unplanned work
    schedule_id: int = 0
    procedure: str = ""
    place: Place | None = None
    event: Breakdown | None = None
    stop: Stop | None = None
    case: Case | None = None
    due: Due | None = None
    parent: int = 0
    fault: int = 0
    downtime: int = 0
    stopped: int = 0  # seconds that the asset stood still for it
    bookings: tuple[Booking, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()  # spare part, thousandths; negative: brought back
    finding: str = ""
    follow_up: bool = False

    @property
    def technician(self) -> int:
        """Employee in charge; 0 while nobody is."""
        return self.bookings[0].technician if self.bookings else 0

    @property
    def worked(self) -> int:
        """When repair proper began: after any waiting for parts."""
        return self.resumed if self.resumed > 0 else self.start

    @property
    def sequence(self) -> int:
        return self.key & 0xFFFF

    @property
    def number_sequence(self) -> int:
        """Sequence of its readable number, which names the line and not the machine."""
        return self.asset.number * 100_000 + self.sequence

    @property
    def damage(self) -> bool:
        """Whether a failure was repaired."""
        return self.kind in (BREAKDOWN, PREDICTIVE, ADJUSTMENT)

    @property
    def instants(self) -> tuple[int, ...]:
        return (self.created, self.assigned, self.start, self.waits, self.resumed, self.end, self.missed, self.closed)

    def touched(self, start: int, end: int) -> bool:
        """Whether its record changes in [start, end)."""
        return any(start <= t < end for t in self.instants if t > 0)

    @property
    def activity(self) -> str:
        """What was done (ISO 14224 maintenance activity)."""
        return {
            BREAKDOWN: "replace",
            PREDICTIVE: "replace",
            REPLACEMENT: "replace",
            WEAR_PART: "replace",
            ADJUSTMENT: "adjust",
            ALERT: "inspect",
            FALSE_ALARM: "inspect",
            LUBRICATION: "service",
            WINDOW: "service",
            SERVICE: "service",
            STATUTORY: "inspect",
            CALIBRATION: "check",
            FOLLOW_UP: "repair",
            REQUEST: "repair",
        }[self.kind]


class Jobs:
    """Orders for the assets of a cell; `rosters` sees its factories whole."""

    def __init__(
        self, frame: Frame, company: Company, shopfloor: Shopfloor, plan: Plan, rosters: Rosters, condition: Condition
    ) -> None:
        """For the frame's own machines, and the utilities of factories whose first machine is its own; the others see
        the factories whole.
        """
        layout, assets = frame.layout, plan.register
        own = set(frame.machine_ids)
        for factory in layout.factories:
            first = next(m.machine_id for m in layout.machines if m.machine_id // 10_000 == factory.factory_id)
            if first in own:
                own |= {a.asset_id for a in assets.every if a.factory_id == factory.factory_id and not a.machine_id}
        self._layout = layout
        self._calendar = company.calendar
        self._degradation = shopfloor.degradation
        self._lines = {line.line_id: i for i, line in enumerate(frame.whole.lines)}
        self._assets = assets
        self._spares = plan.spares
        self._utilities = plan.utilities
        self._plan = plan
        self._rosters = rosters
        self._condition = condition
        self._own = own  # assets
        self._factories = sorted({a.factory_id for a in assets.every if a.asset_id in own})
        self._rng = frame.rng
        self._start = frame.start
        self._settings = layout.plant.maintenance
        self._upkeep = layout.plant.upkeep
        self._place = {(p.asset_id, p.name): p for asset in assets.every for p in asset.places}
        self._known: Cells[tuple[int, int], list[Job]] = Cells(frame.memory, self._concerned, records)

    def between(self, start: int, end: int) -> list[Job]:
        """Orders that something happens to in [start, end), and those worked on, in order of their keys."""
        return self._known[start, end]

    def _concerned(self, span: tuple[int, int]) -> list[Job]:
        found = {job.key: job for job in self._candidates(*span)}
        return sorted((job for job in found.values() if self._concerns(job, *span)), key=lambda job: job.key)

    def unforeseen(self, start: int, end: int) -> list[Job]:
        """Those of `between` that somebody was called to: components that broke, and other stops.

        They need no alert, and so no reading, of the days before.
        """
        return [job for job in self._unforeseen(start, end) if self._concerns(job, start, end)]

    def _concerns(self, job: Job, start: int, end: int) -> bool:
        """Whether an order changes in [start, end), or is worked on; what was done before history begins is
        none of its orders."""
        if start >= self._start and (0 < job.end < self._start or 0 < job.missed < self._start):
            return False
        return job.touched(start, end) or (0 < job.start < end and job.end >= start)

    def standing(self, time: int) -> list[Job]:
        """Orders that are open at an instant: entered before it and neither done nor given up.

        What is done by then counts as closed.
        """
        return sorted(
            {
                job.key: job
                for job in self._candidates(time - 1, time)
                if job.created < time and not (0 < job.end < time) and not (0 < job.missed < time)
            }.values(),
            key=lambda job: job.key,
        )

    def _candidates(self, start: int, end: int) -> Iterator[Job]:
        yield from self._unforeseen(start, end)
        since, days = self._reach(start, end)
        for event in self._events(since, end + PLANNED_AHEAD + HOUR):
            if event.planned:
                yield self._of_event(event)
        for day in range(
            max(days.start - MOST_DELAY, self._plan.first_day), days.stop + self._upkeep.order_lead_most_days
        ):
            for due in [*self._plan.on(day), *self._plan.follow_ups(day)]:
                if (
                    due.asset.asset_id in self._own
                    and not due.skipped
                    and max(due.done, due.day) >= days.start
                    and self._plan.opened(due) < end
                ):
                    yield self._of_due(due, end)
        for day in range(since // DAY - 1, -(-end // DAY)):
            for case in self._condition.on(day):
                if case.booking is not None:
                    yield self._of_case(case)

    def _unforeseen(self, start: int, end: int) -> Iterator[Job]:
        since, days = self._reach(start, end)
        for event in self._events(since, end + HOUR):
            if not event.planned:
                yield self._of_event(event)
        for factory_id in self._factories:
            for day in range(days.start, self._plan.day_of(factory_id, end - 1) + 1):
                for stop in self._rosters.whole(factory_id, day).stops:
                    if stop.machine_id in self._own:
                        yield self._of_stop(stop)

    def _reach(self, start: int, end: int) -> tuple[int, range]:
        """From which instant, and on which days, began what can still change in [start, end)."""
        since = start - LAST_CLOSING - HOUR
        return since, range(max(since // DAY - 1, self._plan.first_day + MOST_DELAY), end // DAY + 2)

    def _events(self, start: int, end: int) -> Iterator[Breakdown]:
        for line_id, i in self._lines.items():
            for event in self._degradation.between(i, start, end):
                if event.machine_id in self._own and event.machine_id // 100 == line_id:
                    yield event
        for e in self._utilities.between(start, end):
            if e.asset.asset_id in self._own and not e.event.planned:
                yield e.event

    def _closing(self, key: int, end: int) -> int:
        hours = float(
            self._rng.lognormal("closing", self._upkeep.closing_median_hours, self._upkeep.closing_sigma, key)
        )
        return end + int(min(max(hours, 0.5) * HOUR, LAST_CLOSING))

    def _of_event(self, e: Breakdown) -> Job:
        asset, place = self._assets.by_id[e.machine_id], self._place[e.machine_id, e.mode]
        key = event_key(self._plan, asset.factory_id, e)
        day = self._plan.day_of(asset.factory_id, e.start)
        bookings = tuple(self._rosters.bookings(asset.factory_id, e))
        created = e.start - (PLANNED_AHEAD if e.planned else 0)
        cited = 0
        if e.planned:
            warned = [a for a in self._condition.warnings(e) if a.start < created]
            cited = alert_key(warned[-1]) if warned else 0
        fault = cited if e.planned else key
        machine = asset.machine_id > 0
        source = "operator_request" if not fault or not machine else "condition_alert" if e.planned else "machine_fault"
        return Job(
            key,
            asset,
            PREDICTIVE if e.planned else BREAKDOWN,
            "predictive" if e.planned else "breakdown",
            day,
            f"Replace {place.component}",
            "high" if e.planned else "urgent",
            source,
            created,
            created if e.planned else e.arrival,
            e.start,
            e.arrival,
            e.arrival + min(900, e.waited) if e.waited else NEVER,
            e.repair_start if e.waited else NEVER,
            e.end,
            NEVER,
            self._closing(key, e.end),
            day if e.planned else NEVER,
            procedure=f"replace:{place.name}",
            place=place,
            event=e,
            fault=fault if machine else 0,
            downtime=key if machine else 0,
            stopped=e.end - e.start,
            bookings=bookings,
            parts=((self._spares.of_place(asset, place), PIECE),),
            finding=f"{place.component}: {place.failure.mechanism}",
            follow_up=False,
        )

    def _of_stop(self, stop: Stop) -> Job:
        asset = self._assets.by_id[stop.machine_id]
        return Job(
            stop.key,
            asset,
            ADJUSTMENT,
            "corrective",
            stop.booking.day,
            "Adjust and restart",
            "high",
            "machine_fault",
            stop.start,
            stop.arrival,
            stop.start,
            stop.arrival,
            NEVER,
            NEVER,
            stop.end,
            NEVER,
            self._closing(stop.key, stop.end),
            NEVER,
            procedure="adjust",
            stop=stop,
            fault=stop.key,
            downtime=stop.key,
            stopped=stop.end - stop.start,
            bookings=(stop.booking,),
            parts=((self._spares.of_kind(asset, "kit"), PIECE),) if stop.kit else (),
        )

    def _of_due(self, due: Due, until: int) -> Job:
        asset = due.asset
        key = int(keys.key(asset.asset_id, due.day, due.sequence))
        bounds = self._plan.bounds(asset.factory_id, due.day)
        booking, assigned = None, NEVER
        if due.done != NEVER:
            begins = self._plan.bounds(asset.factory_id, due.done)[0]
            if begins < until:
                assigned = begins
                booking = self._rosters.whole(asset.factory_id, due.done).planned[asset.asset_id, due.day, due.sequence]
        missed = NEVER if due.done != NEVER else bounds[1] - 1 if due.kind == WINDOW else bounds[3] - 1
        start, end = (booking.start, booking.end) if booking else (NEVER, NEVER)
        place = asset.places[due.number - 1] if due.kind == REPLACEMENT else None
        work = f"Replace {place.component} by age" if place else _WORK.get(due.kind, "")
        if due.kind == CALIBRATION:
            work = f"Calibrate sensor {due.number % 100}"
        still = due.kind == WINDOW or (due.kind in (STATUTORY, REPLACEMENT, WEAR_PART) and not asset.machine_id)
        downtime = 0
        if due.kind == WINDOW and booking:
            downtime = self._window_key(asset, due.day)
        parts: list[tuple[int, int]] = list(self._plan.parts(due)) if due.done != NEVER else []
        if place is not None:
            parts = [(self._spares.of_place(asset, place), PIECE)]
        finds = self._plan.finds_more(due)
        note = "wear within limits noted" if float(self._rng.uniform("routine finding", key)) < 0.08 else ""
        schedule = self._plan.by_id[due.schedule_id] if due.schedule_id else None
        ordinary = due.kind not in UNPLANNED
        source = "pm_schedule" if ordinary else "follow_up" if due.kind == FOLLOW_UP else "operator_request"
        parent = int(keys.key(asset.asset_id, due.day - 1, due.number)) if due.kind == FOLLOW_UP else 0
        tolerance = {LUBRICATION: 1, SERVICE: 3, CALIBRATION: MOST_DELAY}.get(due.kind, 0 if ordinary else 3)
        return Job(
            key,
            asset,
            due.kind,
            "preventive" if ordinary else "corrective",
            due.day,
            work,
            "high" if due.kind == STATUTORY else "normal",
            source,
            self._plan.opened(due),
            assigned,
            bounds[0] + (2 * HOUR if ordinary and due.kind != WINDOW else 0) + (0 if ordinary else DAY),
            start,
            NEVER,
            NEVER,
            end,
            missed,
            missed if missed > 0 else self._closing(key, end) if booking else NEVER,
            due.day + tolerance if ordinary else NEVER,
            schedule_id=due.schedule_id,
            procedure=schedule.what if schedule else "adjust" if asset.machine_id else "service",
            place=place,
            due=due,
            parent=parent,
            downtime=downtime,
            stopped=end - start if still and booking else 0,
            bookings=(booking,) if booking else (),
            parts=tuple(parts),
            finding="more to do" if finds else note,
            follow_up=finds,
        )

    def _window_key(self, asset: Asset, day: int) -> int:
        """Key of the machine's downtime in its line's maintenance window, 0 if a repair took all of it."""
        events = self._rosters.stoppages.of_day(day)
        mine = (events.kind == tl.PLANNED) & (events.line == self._rosters.line_index(asset.line_id))
        if not mine.any():
            return 0
        return int(keys.key(asset.machine_id, day, int(keys.parts(events.key[mine][:1])[2][0])))

    def _of_case(self, case: Case) -> Job:
        alert, booking = case.alert, case.booking
        assert booking is not None
        asset = self._assets.by_id[alert.machine_id]
        key = int(keys.key(alert.machine_id, alert.day, INSPECTION_KEYS + alert.sensor_id % 100))
        found = (
            "signs of wear, repair to be planned"
            if case.seen
            else "sensor out of order"
            if case.sensor_faulty
            else "no fault found"
        )
        assigned = alert.start + 900
        day = alert.day
        place = next((p for p in asset.places if p.name == case.mode), None) if case.repair else None
        return Job(
            key,
            asset,
            FALSE_ALARM if case.repair else ALERT,
            "predictive" if case.repair else "inspection",
            day,
            f"Replace {place.component} before it fails" if place else "Look into a sensor alert",
            "high" if case.repair else "normal",
            "condition_alert",
            alert.start,
            assigned,
            alert.start + 4 * HOUR,
            booking.start,
            NEVER,
            NEVER,
            booking.end,
            NEVER,
            self._closing(key, booking.end),
            day + 1,
            procedure="inspect",
            case=case,
            fault=case.key,
            bookings=(booking,),
            finding=found,
            follow_up=case.seen,
        )
