"""Preventive maintenance: which orders the plans open on which production day, and on which they are done.

Everything here follows from the calendar and from planned running time, so no order waits for production
to be known. Routine orders are missed or wait for the next turn with fixed probabilities; calibrations come
late as the sensors' own history has it.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world.cells import Cells, Days, records
from genims_ray.world.company import Company
from genims_ray.world.company.calendar import SHIFTS
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.layout import Line
from genims_ray.world.maintenance.assets import Asset, Assets
from genims_ray.world.maintenance.checks import Checks
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    FOLLOW_UP,
    LUBRICATION,
    MOST_DELAY,
    REPLACEMENT,
    REQUEST,
    SERVICE,
    SHUTDOWN,
    SLOT,
    STATUTORY,
    UNPLANNED,
    WEAR_PART,
    WINDOW,
    Due,
    Generated,
    Schedule,
)
from genims_ray.world.maintenance.routine import Routine
from genims_ray.world.maintenance.spares import LITRE, PIECE, Spares
from genims_ray.world.maintenance.utilities import Utilities
from genims_ray.world.params import UtilityComponent
from genims_ray.world.rows import Ints
from genims_ray.world.sensors.sensor_faults import SensorFaults

_SLOWEST = 0.02


class Plan:
    """The plans of the assets at the factories of `lines`."""

    def __init__(
        self, frame: Frame, company: Company, faults: SensorFaults, assets: Assets, spares: Spares, utilities: Utilities
    ) -> None:
        """Of factories that the frame sees whole; `faults` of all their sensors."""
        lines, layout, calendar, rng = frame.lines, frame.layout, company.calendar, frame.rng
        self.register, self.spares, self.utilities = assets, spares, utilities
        self._layout = layout
        self._calendar = calendar
        self._faults = faults
        self.rng = self._rng = rng
        self._upkeep = layout.plant.upkeep
        self._line = {line.line_id: i for i, line in enumerate(lines)}
        factories = {line.factory.factory_id for line in lines}
        self.assets = [asset for asset in assets.every if asset.factory_id in factories]
        self._machines = [asset for asset in self.assets if asset.machine_id in self._own(lines)]
        self._others = [asset for asset in self.assets if not asset.machine_id]
        self._first_line = {f: next(i for i, x in enumerate(lines) if x.factory.factory_id == f) for f in factories}
        self._days: Cells[int, list[Due]] = Cells(frame.memory, self._due_on, records)
        self._requests: Cells[int, list[Due]] = Cells(frame.memory, self._reported_on, records)
        self._generated: Cells[int, Generated] = Cells(frame.memory, self._runs_for)
        self._runs: Days[Generated] = Days(frame.memory, self._of_day)
        machines = [layout.machine_by_id[machine_id] for line in lines for machine_id in line.machine_ids]
        self._checks = Checks(machines, lines, calendar, layout.plant.maintenance, rng)
        self.routine = Routine(self._machines, lines, layout, calendar, rng, frame.start)
        self._share = calendar.planned_share()
        self.first_day = calendar.first_day
        self._first_follow_up = frame.start_day + 2  # what they follow up is then on record

    @staticmethod
    def _own(lines: list[Line]) -> set[int]:
        return {machine_id for line in lines for machine_id in line.machine_ids}

    def bounds(self, factory_id: int, day: int) -> list[int]:
        """UTC seconds at which the shifts of a factory's production day begin, and its end."""
        found: list[int] = self._calendar.line_bounds(self._first_line[factory_id], day).tolist()
        return found

    def day_of(self, factory_id: int, time: int) -> int:
        """Production day of a UTC second at a factory."""
        return int(self._calendar.production_day(self._first_line[factory_id], np.array([time]))[0])

    def shift_of(self, factory_id: int, time: int) -> int:
        return int(self._calendar.shift_of(self._first_line[factory_id], np.array([time]))[0])

    def turn(self, factory_id: Ints, time: Ints) -> tuple[Ints, Ints]:
        """(production day, shift) of UTC seconds at factories."""
        day, shift = np.zeros(len(time), dtype=np.int64), np.zeros(len(time), dtype=np.int64)
        for factory, at in grouped(factory_id):
            line = self._first_line[factory]
            day[at] = self._calendar.production_day(line, time[at])
            shift[at] = self._calendar.shift_of(line, time[at])
        return day, shift

    def planned_seconds(self, asset: Asset, time: int) -> int:
        """Planned operating seconds of a machine's line since the calendar begins."""
        return self._calendar.planned_seconds(self._line[asset.line_id], time)

    @cached_property
    def schedules(self) -> list[Schedule]:
        """All plans, by key."""
        found = []
        settings = self._layout.plant.maintenance
        for asset in self.assets:
            base = asset.asset_id * 100

            def add(
                kind: str,
                every: int,
                by_meter: bool = False,
                number: int = 0,
                what: str = "",
                a: Asset = asset,
                base: int = base,
            ) -> None:
                extra = number % 100 if kind in (CALIBRATION, REPLACEMENT) else 0
                key, days = base + SLOT[kind] + extra, every / self._daily_hours(a) if by_meter else every
                lead = self._lead_days(days, kind in SHUTDOWN)
                found.append(Schedule(key, a, kind, every, by_meter, number, what or kind, days, lead))

            if asset.machine_id:
                add(LUBRICATION, settings.routine_every_days)
                add(WINDOW, self._layout.plant.shifts.pm_every_days)
                add(WEAR_PART, self._upkeep.wear_part_hours, by_meter=True)
                for sensor in self._layout.sensors_by_machine[asset.machine_id]:
                    add(CALIBRATION, sensor.signal.calibration_days, number=sensor.sensor_id)
            else:
                add(SERVICE, self._upkeep.utility_service_days)
                for place in asset.places:
                    c = place.failure
                    assert isinstance(c, UtilityComponent)
                    hours = round(c.replaced_at * c.eta_hours)
                    add(REPLACEMENT, hours, by_meter=True, number=place.position, what=f"replace:{place.name}")
            if asset.safety_critical:
                add(STATUTORY, self._upkeep.statutory_every_days, what="safety")
        return sorted(found, key=lambda s: s.schedule_id)

    @cached_property
    def by_id(self) -> dict[int, Schedule]:
        return {schedule.schedule_id: schedule for schedule in self.schedules}

    def _daily_hours(self, asset: Asset) -> float:
        """What an asset's meter is expected to count a day."""
        if not asset.machine_id:
            return 24 * self.duty(asset)
        return 24 * self.share(asset) * self.pace

    def _lead_days(self, days: float, shutdown: bool) -> int:
        """The longer the `days` between two jobs, the more there is to prepare; a standstill has to be agreed on."""
        lead = math.ceil(self._upkeep.order_lead_share * days) + shutdown
        return min(max(lead, 1), self._upkeep.order_lead_most_days)

    def opened(self, due: Due) -> int:
        """UTC second at which the order of a due is opened: before the early shift, the plan's lead time ahead."""
        if due.kind == REQUEST:
            return due.reported
        if due.kind == FOLLOW_UP:
            return self.bounds(due.asset.factory_id, due.day)[0] + HOUR
        lead = self.by_id[due.schedule_id].lead_days
        return self.bounds(due.asset.factory_id, due.day - lead)[0] - HOUR

    def on(self, day: int) -> list[Due]:
        """Orders due on production `day`, with those that follow up the routine work of the day before."""
        return self._days[day]

    def _due_on(self, day: int) -> list[Due]:
        found = [*self.routine.on(day), *self._wear_parts(day), *self._calibrations(day), *self._of_utilities(day)]
        found += self._statutory(day)
        return sorted(found, key=lambda due: (due.asset.asset_id, due.sequence))

    def generated(self, window: Window) -> Generated:
        """The runs of the scheduler in a window, by the key of the order."""
        return self._runs.between(window).ordered("order")

    def runs_about(self, day: int) -> Generated:
        """Runs for all that is due from some days before a day on, or is opened before it."""
        days = range(max(day - MOST_DELAY - 2, self.first_day), day + self._upkeep.order_lead_most_days + 3)
        return Generated.joined(self._generated[each] for each in days).ordered("order")

    def _of_day(self, day: int) -> Generated:
        """Runs of a UTC day."""
        days = range(max(day - 1, self.first_day), day + self._upkeep.order_lead_most_days + 4)
        runs = Generated.joined(self._generated[each] for each in days)
        return runs.between(Window(day * DAY, (day + 1) * DAY))

    def _runs_for(self, day: int) -> Generated:
        """Runs for what is due on a production day."""
        dues = self.on(day)

        def ints(values: list[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        return Generated(
            schedule_id=ints([due.schedule_id for due in dues]),
            order=ints([(due.asset.asset_id << 36) | (due.day << 16) | due.sequence for due in dues]),
            time=ints([self.opened(due) for due in dues]),
            day=ints([due.day for due in dues]),
            meter_hours=ints([due.meter_hours for due in dues]),
            skipped=np.array([due.skipped for due in dues], dtype=bool),
        )

    def done_on(self, day: int) -> list[Due]:
        """Orders done on production `day`."""
        first = max(day - MOST_DELAY, self._calendar.first_day)
        return [due for d in range(first, day + 1) for due in self.on(d) if due.done == day]

    def follow_ups(self, day: int) -> list[Due]:
        """Orders opened on production `day` for what routine work of the day before, or an operator, has found."""
        found = self._requests[day]
        if day >= self._first_follow_up:
            found = found + [
                Due(due.asset, FOLLOW_UP, day, day + 1, due.sequence)
                for due in self.on(day - 1)
                if self.finds_more(due)
            ]
        return found

    def _reported_on(self, day: int) -> list[Due]:
        """Orders for what operators report on production `day`, done on the next."""
        found = []
        for shift in range(SHIFTS):
            r = self._checks.of_shift(day, shift)
            for machine_id, time in zip(r.machine_id[r.reported].tolist(), r.end[r.reported].tolist(), strict=True):
                found.append(Due(self.register.by_id[machine_id], REQUEST, day, day + 1, shift, reported=time))
        return found

    def finds_more(self, due: Due) -> bool:
        """Whether routine work ends with more to do: at most once a day and asset."""
        if due.kind not in (LUBRICATION, WINDOW) or due.done != due.day or due.day + 1 < self._first_follow_up:
            return False
        return float(self._rng.uniform("finds more", due.asset.asset_id, due.day)) < self._upkeep.follow_up

    # --- What is due ---------------------------------------------------------------------------------

    def meter_base(self, asset: Asset) -> float:
        """Running hours of a machine when the calendar begins, of a utility when it was installed."""
        if not asset.machine_id:
            return 0.0
        days = max(self._calendar.first_day - asset.installation_date, 0)
        return round(24 * days * float(self._share[self._line[asset.line_id]]) * self.pace, 1)

    @cached_property
    def pace(self) -> float:
        """Running hours that planners expect of an hour of planned time."""
        demand = self._layout.plant.demand
        return min(max(demand.expected_efficiency * demand.utilization, _SLOWEST), 1.0)

    def share(self, asset: Asset) -> float:
        """Share of a regular week that a machine is planned to run."""
        return float(self._share[self._line[asset.line_id]])

    def duty(self, asset: Asset) -> float:
        """Share of the time that a utility runs."""
        return self._layout.plant.upkeep.utilities[asset.kind].duty

    def forecast_hours(self, asset: Asset, time: int) -> float:
        """What the meter is expected to show at a UTC second."""
        if not asset.machine_id:
            return (time - asset.installation_date * DAY) / HOUR * self.duty(asset)
        return self.meter_base(asset) + self.pace * self.planned_seconds(asset, time) / HOUR

    def _wear_parts(self, day: int) -> list[Due]:
        found, every = [], self._upkeep.wear_part_hours
        today, tomorrow = self._calendar.day_bounds(day)[:, 0], self._calendar.day_bounds(day + 1)[:, 0]
        span = {
            line: (
                self._calendar.planned_seconds(line, int(today[line])),
                self._calendar.planned_seconds(line, int(tomorrow[line])),
            )
            for line in self._line.values()
        }
        for asset in self._machines:
            first, last = span[self._line[asset.line_id]]
            base = self.meter_base(asset)
            before = int((base + self.pace * first / HOUR) // every)
            after = int((base + self.pace * last / HOUR) // every)
            if after > before:
                found.append(Due(asset, WEAR_PART, day, day, 0, meter_hours=after * every))
        return found

    def _calibrations(self, day: int) -> list[Due]:
        ids, done = self._faults.calibrations(day)
        return [
            Due(self.register.by_id[sensor // 100], CALIBRATION, day, when, sensor)
            for sensor, when in zip(ids.tolist(), done.tolist(), strict=True)
        ]

    def phase(self, schedule: Schedule) -> int:
        """An inspection by law or a service round is due when day + phase is a multiple of its interval."""
        return self._phase(schedule.asset, schedule.kind, schedule.every)

    def _phase(self, asset: Asset, kind: str, every: int) -> int:
        return int(self._rng.words(f"{kind} phase", asset.asset_id) % np.uint64(every))

    def service_missed(self, asset: Asset, day: int) -> bool:
        return float(self._rng.uniform("service missed", asset.asset_id, day)) < self._upkeep.routine_missed

    def calibrated(self, schedule: Schedule, day: int) -> int:
        """The last day up to `day` on which the sensor was calibrated."""
        return int(self._faults.day(day).calibrated[np.searchsorted(self._faults.ids, schedule.number)])

    def next_calibration(self, schedule: Schedule, day: int) -> int:
        """The first day after `day` on which the sensor's calibration is due."""
        return self._faults.next_due(schedule.number, day)

    def at(self, asset: Asset, planned: int) -> int:
        """UTC second at which a machine's line has run so many planned seconds."""
        return self._calendar.at(self._line[asset.line_id], planned)

    def _statutory(self, day: int) -> list[Due]:
        every = self._upkeep.statutory_every_days
        return [
            Due(asset, STATUTORY, day, day, 0)
            for asset in self.assets
            if asset.safety_critical and (day + self._phase(asset, STATUTORY, every)) % every == 0
        ]

    def _of_utilities(self, day: int) -> list[Due]:
        found = []
        for asset in self._others:
            if (
                day + self._phase(asset, SERVICE, self._upkeep.utility_service_days)
            ) % self._upkeep.utility_service_days == 0:
                found.append(Due(asset, SERVICE, day, NEVER if self.service_missed(asset, day) else day, 0))
        if not self._others:
            return found
        for e in self.utilities.between((day - 1) * DAY, (day + 3) * DAY):
            if e.event.planned and self.day_of(e.asset.factory_id, e.event.start) == day:
                hours = round(self.forecast_hours(e.asset, e.event.start))
                found.append(Due(e.asset, REPLACEMENT, day, day, e.place.position, e.event.cycle, max(hours, 1)))
        return found

    # --- What it takes -------------------------------------------------------------------------------

    def parts(self, due: Due) -> list[tuple[int, int]]:
        """(spare part, thousandths of its unit) that the order takes; negative: brought back at its end."""
        asset, spares = due.asset, self.spares
        u = float(self._rng.uniform(f"parts {due.kind}", asset.asset_id, due.day, due.number))
        if due.kind in (LUBRICATION, SERVICE):
            return [(spares.of_kind(asset, "lubricant"), LITRE // 2 + 100 * int(10 * u))]
        if due.kind == WINDOW:
            taken = [
                (spares.of_kind(asset, "filter"), PIECE),
                (spares.of_kind(asset, "lubricant"), LITRE + 500 * int(3 * u)),
            ]
            if u < 0.5:
                taken.append((spares.of_kind(asset, "seal"), (2 if u < 0.12 else 1) * PIECE))
            if u < 0.12:
                taken.append((spares.of_kind(asset, "seal"), -PIECE))
            return taken
        if due.kind == WEAR_PART:
            return [(spares.of_kind(asset, "wear_part"), PIECE)]
        if due.kind == CALIBRATION and u < 0.04:
            sensor = next(s for s in self._layout.sensors_by_machine[asset.machine_id] if s.sensor_id == due.number)
            return [(spares.of_signal(asset.factory_id, sensor.params.signal), PIECE)]
        if due.kind in UNPLANNED and u < 0.5:
            return [(spares.of_kind(asset, "seal"), PIECE)]
        return []
