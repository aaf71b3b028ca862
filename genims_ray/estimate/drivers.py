"""What the number of rows goes by: figures of a plant and its calendar, computed without drawing an event.

The time that lines are powered and work comes from the calendar of the very days asked for: shifts, public
holidays, summer stops. What happens in that time is expected from the plant's own rates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import DAY, HOUR, Window, World
from genims_ray.world.company.calendar import OFF, PLANNED_MAINTENANCE, WORKED
from genims_ray.world.shopfloor.demand import Demand

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Worked:
    """What the calendar plans in some windows; arrays over lines."""

    days: float
    powered: Floats  # hours that the machines are switched on
    hours: Floats  # of worked shifts
    shifts: Floats  # worked shifts that begin
    early: Floats  # early ones among them
    maintenance: Floats  # shifts of preventive maintenance that begin


def worked(world: World, windows: Iterable[Window]) -> Worked:
    """Sums over the windows of what the calendar plans."""
    n = len(world.lines)
    days = 0.0
    powered, hours, shifts, early, maintenance = (np.zeros(n) for _ in range(5))
    for window in windows:
        days += window.seconds / DAY
        for day in world.company.calendar.days(window.start, window.end):
            bounds, states = world.company.calendar.day_bounds(day), world.company.calendar.shift_states(day)
            begin, end = bounds[:, :-1], bounds[:, 1:]
            inside = np.clip(np.minimum(end, window.end) - np.maximum(begin, window.start), 0, None) / HOUR
            begins = (begin >= window.start) & (begin < window.end)
            powered += (inside * (states != OFF)).sum(axis=1)
            hours += (inside * (states == WORKED)).sum(axis=1)
            shifts += (begins & (states == WORKED)).sum(axis=1)
            early += begins[:, 0] & (states[:, 0] == WORKED)
            maintenance += (begins & (states == PLANNED_MAINTENANCE)).sum(axis=1)
    return Worked(days, powered, hours, shifts, early, maintenance)


class Rates:
    """What an hour of running brings on each line; arrays over lines, from the plant alone."""

    def __init__(self, world: World) -> None:
        self._world = world
        layout = world.layout
        machines = [[layout.machine_by_id[m] for m in line.machine_ids] for line in world.lines]
        sensors = [[s for m in line for s in layout.sensors_by_machine[m.machine_id]] for line in machines]
        self.machines = np.array([len(line) for line in machines], dtype=float)
        self.sensors = np.array([len(line) for line in sensors], dtype=float)
        self.readings = np.array([sum(HOUR / s.params.interval_seconds for s in line) for line in sensors])
        self.minor_stops = world.plant.stops.micro_per_hour * np.array(
            [sum(m.type.micro_stop_factor for m in line) for line in machines]
        )
        modes = [[name for m in line for name in m.type.failure_modes] for line in machines]
        self.tools = np.array([sum(_tools_per_hour(world, name) for name in line) for line in modes])

    @cached_property
    def demand(self) -> Demand:
        return self._world.shopfloor.demand

    @cached_property
    def _cycle(self) -> Floats:
        made = self.demand.rate.sum(axis=1)
        stops = self._world.plant.stops
        mean: Floats = (self.demand.rate * self.demand.ideal).sum(axis=1) / made * (1 + stops.speed_loss)
        return mean

    @cached_property
    def containers(self) -> Floats:
        demand = self.demand
        per_part: Floats = (demand.rate / demand.containers).sum(axis=1) / demand.rate.sum(axis=1)
        return HOUR / self._cycle * per_part

    @cached_property
    def orders(self) -> Floats:
        asked, demand = self._world.plant.demand, self.demand
        rate = np.maximum(demand.rate, 1e-9)
        # The mean of a lot, which is a whole number of containers within limits.
        lot = asked.lot_days * math.exp(asked.lot_sigma**2 / 2) * rate / demand.containers
        lot = np.clip(lot, asked.lot_min_containers, asked.lot_max_containers)
        per_part: Floats = (demand.rate / demand.containers / lot).sum(axis=1) / demand.rate.sum(axis=1)
        return HOUR / self._cycle * per_part


def _tools_per_hour(world: World, failure_mode: str) -> float:
    """Tools that go in an hour of running, changed in time or broken (see `Tools`)."""
    mode = world.plant.failure_modes[failure_mode]
    if not mode.tool:
        return 0.0
    used = mode.intercept * world.plant.degradation.tool_change_share + (1 - mode.intercept) * 0.55
    return 1 / (mode.eta_hours * math.gamma(1 + 1 / mode.beta) * used)


STANDING: Mapping[str, Callable[[World], float]] = {
    "opening": lambda w: 1.0,
    "seats": lambda w: len(w.company.seats.seat_id),
    "lines": lambda w: len(w.lines),
    "machines": lambda w: len(w.machines),
    "factories": lambda w: len(w.layout.factories),
    "machine types": lambda w: len({m.type_name for m in w.machines}),
    "all machine types": lambda w: len(w.plant.machines),
    "sensors": lambda w: len(w.layout.sensors),
    "warehouses": lambda w: len(w.company.warehouses.warehouse_id),
    "people": lambda w: len(w.people.everyone.people(w.start // DAY - 1)),
    "departments": lambda w: len(w.company.departments.department_id),
    "suppliers": lambda w: len(w.company.suppliers.supplier_id),
    "customers": lambda w: len(w.company.customers.customer_id),
    "materials": lambda w: len(w.company.materials.material_id),
    "sources": lambda w: len(w.company.sources.material_id),
    "products": lambda w: len(w.company.products.product_id),
    "components of bills": lambda w: len(w.company.components.product_id),
    "companies": lambda w: len(w.company.companies.company_id),
    "assets": lambda w: len(w.maintenance.assets.every),
    "places of components": lambda w: sum(len(a.places) for a in w.maintenance.assets.every),
    "failure codes": lambda w: len(w.maintenance.assets.codes),
    "procedures": lambda w: len(w.maintenance.assets.procedures),
    "spare parts": lambda w: len(w.maintenance.spares.every),
    "maintenance plans": lambda w: len(w.maintenance.plan.schedules),
    "plans about due": lambda w: sum(s.lead_days / s.days for s in w.maintenance.plan.schedules),
    "teams": lambda w: len(w.maintenance.technicians.teams),
    "technicians": lambda w: len(w.maintenance.technicians.until(w.start // DAY)),
    "charts": lambda w: len(w.lines) * w.plant.quality_control.charts_per_line,
    "gauges": lambda w: _gauges(w),
    "documents": lambda w: len(w.layout.factories) * w.plant.quality_control.documents_per_factory,
    "orders open": lambda w: _orders_open(w, Rates(w)),
    "operations open": lambda w: _orders_open(w, Rates(w)) * len(w.machines) / len(w.lines),
    "parts a day": lambda w: float(Rates(w).demand.rate.sum()),
}
"""What stands when history begins; a table has its share of them in its opening."""

WORKING: Mapping[str, Callable[[World, Worked, Rates], float]] = {
    "seat days": lambda w, t, r: t.days * len(w.company.seats.seat_id),
    "line days": lambda w, t, r: t.days * len(w.lines),
    "factory days": lambda w, t, r: t.days * len(w.layout.factories),
    "supplier days": lambda w, t, r: t.days * len(w.company.suppliers.supplier_id),
    "sensor days": lambda w, t, r: t.days * len(w.layout.sensors),
    "shifts": lambda w, t, r: float(t.shifts.sum()),
    "hours worked": lambda w, t, r: float(t.hours.sum()),
    "machine hours": lambda w, t, r: float((_running(w, t) * r.machines).sum()),
    "readings": lambda w, t, r: float((t.powered * r.readings).sum()),
    "controller readings": lambda w, t, r: t.days * len(w.machines) * DAY / w.plant.scada_interval_seconds,
    "health readings": lambda w, t, r: t.days * len(w.layout.sensors) * 24 / w.plant.health_interval_hours,
    "containers": lambda w, t, r: float((_running(w, t) * r.containers).sum()),
    "orders": lambda w, t, r: float((_running(w, t) * r.orders).sum()),
    "operations": lambda w, t, r: float((_running(w, t) * r.orders * r.machines).sum()),
    "materials of orders": lambda w, t, r: (
        float((_running(w, t) * r.orders).sum()) * w.plant.enterprise.components_per_product
    ),
    "minor stops": lambda w, t, r: float((_running(w, t) * r.minor_stops).sum()),
    "major stops": lambda w, t, r: float((_running(w, t) * r.machines).sum()) * w.plant.stops.major_per_hour,
    "warnings": lambda w, t, r: float((_running(w, t) * r.machines).sum()) * w.plant.stops.warning_per_hour,
    "tools": lambda w, t, r: float((_running(w, t) * r.tools).sum()),
    "machine shifts": lambda w, t, r: float((t.shifts * r.machines).sum()),
    "routine rounds": lambda w, t, r: float((t.early * r.machines).sum()) / w.plant.maintenance.routine_every_days,
    "maintenance windows": lambda w, t, r: float((t.maintenance * r.machines).sum()),
    "worn parts": lambda w, t, r: float((t.hours * r.machines).sum()) / w.plant.upkeep.wear_part_hours,
    "calibrations": lambda w, t, r: t.days * sum(1 / s.signal.calibration_days for s in w.layout.sensors),
    "services of utilities": lambda w, t, r: (
        t.days * sum(not a.machine_id for a in w.maintenance.assets.every) / w.plant.upkeep.utility_service_days
    ),
    "meters": lambda w, t, r: t.days * sum(1 + (a.machine_id > 0) for a in w.maintenance.assets.every if a.metered),
    "asset days": lambda w, t, r: t.days * len(w.maintenance.assets.every),
    "component days": lambda w, t, r: t.days * sum(len(a.places) for a in w.maintenance.assets.every),
    "subgroups": lambda w, t, r: float(
        (_running(w, t) * (60 / w.shopfloor.characteristics.interval).sum(axis=1)).sum()
    ),
    "complaints": lambda w, t, r: (
        t.days * float(r.demand.rate.sum()) * w.plant.quality_control.complaints_per_million * 1e-6
    ),
    "receipts": lambda w, t, r: (
        t.days * float(w.company.materials.inspection_required[w.supply.receipts.material_id - 1].sum())
    ),
    "chronic causes": lambda w, t, r: t.days * len(w.lines) * w.plant.quality_control.chronic_per_line_year / 365.25,
    "audits": lambda w, t, r: (
        t.days * len(w.layout.factories) * w.plant.quality_control.audits_per_factory_year / 365.25
    ),
    "gauge days": lambda w, t, r: t.days * _gauges(w),
    "document days": lambda w, t, r: t.days * len(w.layout.factories) * w.plant.quality_control.documents_per_factory,
}
"""What days bring, of those asked for."""


def _running(world: World, time: Worked) -> Floats:
    """Hours in which the lines are expected to make parts."""
    return time.hours * world.plant.demand.expected_efficiency


def _gauges(world: World) -> float:
    q = world.plant.quality_control
    return len(world.lines) * q.gauges_per_line + len(world.layout.factories) * q.gauges_per_room


def _orders_open(world: World, rates: Rates) -> float:
    """Orders released before history begins: as many as an average time between release and start brings."""
    plant = world.plant
    regular = 24 * world.company.calendar.planned_share() * plant.demand.expected_efficiency
    return float((plant.demand.release_days * regular * rates.orders).sum())
