"""What maintenance cannot know: the true cause of every failure, and the planted stories with their effects.

Arrays for an answer key outside the databases. Nothing here is recorded by any system.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world import World, keys
from genims_ray.world.maintenance.condition import PLANNED_AHEAD, event_key
from genims_ray.world.maintenance.due import LUBRICATION
from genims_ray.world.maintenance.jobs import ALERT, FALSE_ALARM, Job
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts
from genims_ray.world.shopfloor.degradation import Breakdown, story_machine
from genims_ray.world.shopfloor.stoppages import TOOL_KEYS
from genims_ray.world.shopfloor.tools import coolant_machine

BEARING, INFANT, SENSOR, LEMON, COOLANT = (
    "bearing",
    "infant_mortality",
    "drifting_sensor",
    "lemon_lot",
    "coolant_neglect",
)
BAD_SPARE, FAULTY_REPAIR, RANDOM = "bad_spare", "faulty_repair", "random"
TOOLS_A_DAY = 4_096
LONGEST = 14 * DAY
"""No repair takes longer, waiting for parts included."""
AT_A_TIME = 30 * DAY
_Row = tuple[str, int, int, int, str, int]


@dataclass(frozen=True)
class Failures(Rows):
    """Every end of a component's life by failure, or by the repair planned before it; aligned arrays.

    Instants are UTC seconds. `order` is the key of the order, of the fault and of the downtime.
    """

    asset_id: Ints
    component: Texts
    mode: Texts
    cycle: Ints
    true_cause: Texts  # BAD_SPARE, FAULTY_REPAIR, RANDOM for what breaks without wear, else the root cause
    onset: Ints
    failure: Ints  # when it failed, or would have
    lead_hours: Floats  # from the onset to the failure
    stopped: Ints
    ended: Ints
    age_hours: Floats  # planned operating hours
    forestalled: Bools  # a planned repair came first
    hidden: Bools  # no sensor could feel it
    sudden: Bools
    infant: Bools  # an early failure after the repair before
    lemon: Bools  # the part came from the bad lot
    waited_hours: Floats  # for a part out of stock
    order: Ints


@dataclass(frozen=True)
class Effects:
    """Rows that a planted story has caused, or hit; aligned arrays."""

    story: Texts
    subject: Ints  # what the story is about: the asset, or the drifting sensor
    asset_id: Ints
    time: Ints  # when it shows there, UTC seconds
    table: Texts  # schema.table
    key: Ints


class Truth:
    """Answers about the factories that a world sees whole."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lines = {line.line_id: i for i, line in enumerate(world.lines)}

    def _events(self, start: int, end: int) -> list[Breakdown]:
        """Component events that stop a machine or a utility from [start, end) on, in order of time."""
        world = self._world
        found = [
            e
            for i in self._lines.values()
            for e in world.shopfloor.degradation.between(i, start - 1, end)
            if e.start >= start
        ]
        found += [
            u.event
            for u in world.maintenance.utilities.between(start, end)
            if not u.event.planned and u.event.start >= start
        ]
        return sorted(found, key=lambda e: (e.start, e.machine_id, e.mode))

    def _key(self, e: Breakdown) -> int:
        return event_key(self._world.maintenance.plan, e.machine_id // 10_000, e)

    def failures(self, start: int, end: int) -> Failures:
        """Failures and what was repaired before, that begin in [start, end)."""
        events, assets = self._events(start, end), self._world.maintenance.assets
        places = {(p.asset_id, p.name): p for a in assets.every for p in a.places}
        place = [places[e.machine_id, e.mode] for e in events]
        machine = [assets.by_id[e.machine_id].machine_id > 0 for e in events]

        def ints(values: list[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        def flags(values: list[bool]) -> Bools:
            return np.array(values, dtype=bool)

        return Failures(
            asset_id=ints([e.machine_id for e in events]),
            component=np.array([p.component for p in place], dtype=np.str_),
            mode=np.array([e.mode for e in events], dtype=np.str_),
            cycle=ints([e.cycle for e in events]),
            true_cause=np.array(
                [
                    BAD_SPARE
                    if e.lemon
                    else FAULTY_REPAIR
                    if e.infant
                    else RANDOM
                    if e.sudden and m
                    else p.failure.root_cause
                    for e, p, m in zip(events, place, machine, strict=True)
                ],
                dtype=np.str_,
            ),
            onset=ints([e.onset for e in events]),
            failure=ints([e.failure for e in events]),
            lead_hours=np.array([(e.failure - e.onset) / HOUR for e in events]),
            stopped=ints([e.start for e in events]),
            ended=ints([e.end for e in events]),
            age_hours=np.array([e.age / HOUR for e in events]),
            forestalled=flags([e.planned for e in events]),
            hidden=flags([e.hidden for e in events]),
            sudden=flags([e.sudden for e in events]),
            infant=flags([e.infant for e in events]),
            lemon=flags([e.lemon for e in events]),
            waited_hours=np.array([e.waited / HOUR for e in events]),
            order=ints([self._key(e) for e in events]),
        )

    def stories(self, start: int, end: int) -> Effects:
        """Rows in which the planted stories show in [start, end)."""
        rows: list[_Row] = []
        for e in self._events(start - LONGEST, end + PLANNED_AHEAD):
            for story in self._stories_of(e):
                rows += self._repair(story, e)
        for job in self._jobs(start, end):
            asset_id = job.asset.asset_id
            if job.case is not None and job.case.sensor_faulty and job.kind in (FALSE_ALARM, ALERT):
                of_sensor = (SENSOR, job.case.alert.sensor_id, asset_id, job.created)
                rows.append((*of_sensor, "operations.machine_faults", job.fault))
                rows.append((*of_sensor, "cmms.condition_monitoring_alerts", job.fault))
                rows.append((*of_sensor, "cmms.work_orders", job.key))
            if self._neglects(job):
                rows.append((COOLANT, asset_id, asset_id, job.missed, "cmms.work_orders", job.key))
        rows += self._tools(start, end)
        rows = sorted({r for r in rows if start <= r[3] < end}, key=lambda r: (r[3], r[0], r[4], r[5]))
        return Effects(
            story=np.array([r[0] for r in rows], dtype=np.str_),
            subject=np.array([r[1] for r in rows], dtype=np.int64),
            asset_id=np.array([r[2] for r in rows], dtype=np.int64),
            time=np.array([r[3] for r in rows], dtype=np.int64),
            table=np.array([r[4] for r in rows], dtype=np.str_),
            key=np.array([r[5] for r in rows], dtype=np.int64),
        )

    def _jobs(self, start: int, end: int) -> Iterator[Job]:
        """Orders that something happens to in [start, end), some of them twice; all machines of a day are rendered
        together, which is faster."""
        maintenance = self._world.maintenance
        for first in range(start, end, AT_A_TIME):
            last = min(first + AT_A_TIME, end)
            for day in range(first // DAY, -(-last // DAY)):
                self._world.sensors.observation.all_samples(day)
                maintenance.condition.on(day)
            yield from maintenance.jobs.between(first, last)

    def _stories_of(self, e: Breakdown) -> list[str]:
        planted = e.mode == "bearing" and e.machine_id == story_machine(self._world.layout)
        found = []
        if planted and e.cycle == 0:
            found.append(BEARING)
        if planted and e.cycle == 1:
            found.append(INFANT)
        if e.lemon:
            found.append(LEMON)
        return found

    def _repair(self, story: str, e: Breakdown) -> list[_Row]:
        """What a failure leaves behind: fault, downtime, order, report, the alerts before it, and the production
        order that it hit."""
        key, world, m = self._key(e), self._world, e.machine_id
        opened = e.start - PLANNED_AHEAD if e.planned else e.start
        rows: list[_Row] = [
            (story, m, m, opened, "cmms.work_orders", key),
            (story, m, m, opened, "operations.maintenance_events", key),
            (story, m, m, e.start, "mes.downtime_events", key),
            (story, m, m, e.end, "cmms.failure_reports", key),
        ]
        if not e.planned:
            rows.append((story, m, m, e.start, "operations.machine_faults", key))
        if e.start >= world.start:
            line = np.array([self._lines[e.line_id]])
            order = int(world.shopfloor.production.orders_at(line, np.array([e.start]))[0][0])
            if order:
                rows.append((story, m, m, e.start, "mes.work_orders", order))
        felt = world.maintenance.condition.felt_by(m, e)
        for day in range(max(e.onset, world.start) // DAY, e.start // DAY + 1):
            for case in world.maintenance.condition.on(day):
                a = case.alert
                if a.machine_id == m and a.sensor_id in felt and e.onset <= a.start < e.start:
                    rows.append((story, m, m, a.start, "operations.machine_faults", case.key))
                    rows.append((story, m, m, a.start, "cmms.condition_monitoring_alerts", case.key))
        return rows

    def _neglects(self, job: Job) -> bool:
        """Whether an order was missed because nobody cared for the machine's coolant."""
        return (
            job.kind == LUBRICATION
            and job.missed != NEVER
            and self._world.maintenance.plan.routine.neglected(job.asset, job.day)
        )

    def _tools(self, start: int, end: int) -> list[_Row]:
        """Changes of the tools that wore faster without coolant."""
        world, machine_id = self._world, coolant_machine(self._world.layout)
        if machine_id is None or machine_id // 100 not in self._lines:
            return []
        first, last = world.shopfloor.tools.neglect(machine_id)
        line = self._lines[machine_id // 100]
        rows: list[_Row] = []
        for day in range(start // DAY - 1, end // DAY + 2):
            work = float(world.shopfloor.production.state(day).work[line])
            if not first - 2 * DAY <= work <= last + 2 * DAY:
                continue
            events = world.shopfloor.stoppages.of_day(day)
            mine = (events.machine_id == machine_id) & (events.start >= start) & (events.start < end)
            for key, time in zip(events.key[mine].tolist(), events.start[mine].tolist(), strict=True):
                sequence = int(keys.parts(key)[2])
                if not TOOL_KEYS <= sequence < TOOL_KEYS + TOOLS_A_DAY:
                    continue
                edge = world.shopfloor.tools.edge(machine_id, last)
                index = int(np.searchsorted(edge.ends, work)) // TOOLS_A_DAY * TOOLS_A_DAY + sequence - TOOL_KEYS
                if (
                    index < len(edge.ends)
                    and first < edge.ends[index]
                    and (edge.ends[index - 1] if index else 0.0) < last
                ):
                    rows.append((COOLANT, machine_id, machine_id, time, "operations.maintenance_events", key))
        return rows
