"""Rows and bytes that units will bring, before any is rendered, and whether the disk has room for them.

The time that lines are powered and work comes from the calendar of the very days asked for: shifts, public
holidays, summer stops. What happens in that time is expected from the plant's own rates. Nothing is drawn.
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("estimate")

import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from genims_ray import screen
from genims_ray.catalog import Catalog
from genims_ray.command import Parser, command
from genims_ray.errors import UserError
from genims_ray.pipeline.plan import Unit, module_of
from genims_ray.pipeline.report import duration, human
from genims_ray.world import DAY, HOUR, OPENING, Window, World
from genims_ray.world.calendar import OFF, PLANNED_MAINTENANCE, WORKED
from genims_ray.world.demand import Demand
from genims_ray.world.enterprise.assets import ZONES
from genims_ray.world.quality.gauges import SPARES

Floats = NDArray[np.float64]
Rows = dict[str, float]

ROW_BYTES: Mapping[str, Mapping[str, float]] = {
    "master": {
        "companies": 200, "factories": 300, "warehouses": 250, "warehouse_zones": 200, "suppliers": 290,
        "customers": 320, "materials": 300, "material_suppliers": 190, "departments": 250,
        "production_lines": 300, "machines": 330, "products": 310, "bill_of_materials": 190,
        "bom_components": 160, "employees": 420,
    },
    "operations": {
        "sensor_data": 60.2, "scada_machine_data": 144, "production_runs": 478, "sensor_health": 355,
        "machine_faults": 297, "maintenance_events": 352,
    },
    "hr": {
        "job_roles": 250, "positions": 330, "employee_employment_history": 350, "career_paths": 200,
        "succession_planning": 300, "succession_candidates": 250, "skills_catalog": 250,
        "role_skill_requirements": 170, "employee_skills": 260, "training_courses": 300, "training_requirements": 230,
        "training_schedules": 420, "training_enrollments": 340, "employee_certifications": 450,
        "performance_kpis": 350, "performance_reviews": 420, "employee_goals": 400, "shift_schedules": 250,
        "employee_shifts": 290, "leave_types": 250, "employee_leave_balances": 290, "leave_requests": 400,
        "attendance_records": 272, "payroll_results": 560, "onboarding_checklists": 250,
        "onboarding_checklist_items": 250, "employee_onboarding": 330, "employee_onboarding_items": 320,
        "offboarding_records": 400, "ppe_requirements": 250, "safety_incidents": 500,
    },
    "mes": {
        "work_orders": 550, "operations": 357, "production_schedules": 320, "work_order_status_history": 218,
        "electronic_batch_records": 320, "material_transactions": 253, "quality_inspections": 282,
        "labor_time_entries": 262, "downtime_events": 300,
    },
    "cmms": {
        "maintenance_cost_centers": 300, "maintenance_teams": 300, "maintenance_technicians": 260, "failure_codes": 260,
        "work_procedures": 330, "mro_parts": 420, "maintenance_assets": 480, "equipment_meter_readings": 260,
        "pm_schedules": 330, "work_orders": 760, "pm_generation_log": 200, "work_order_tasks": 330,
        "labor_time_entries": 300, "mro_parts_transactions": 290, "service_contracts": 350, "service_call_logs": 420,
        "maintenance_costs": 330, "asset_components": 420, "condition_monitoring_alerts": 480, "failure_reports": 520,
        "maintenance_history": 330, "asset_reliability_metrics": 380,
    },
    "qms": {
        "defect_codes": 220, "measuring_equipment": 480, "calibration_records": 330, "calibration_alerts": 250,
        "fmea_headers": 300, "fmea_items": 480, "control_plans": 260, "control_plan_characteristics": 350,
        "msa_studies": 320, "ppap_submissions": 330, "spc_control_charts": 480, "spc_data_points": 290,
        "incoming_inspection_lots": 560, "incoming_inspection_results": 340, "customer_complaints": 620,
        "ncr_headers": 720, "ncr_defect_details": 300, "ncr_dispositions": 270, "quality_holds": 420,
        "quality_audits": 400, "audit_findings": 360, "capa_headers": 620, "capa_actions": 320, "eight_d_reports": 520,
        "quality_documents": 300, "document_revisions": 240, "quality_cost_entries": 380,
        "supplier_quality_metrics": 330, "quality_kpis": 380,
    },
}  # fmt: skip
"""Bytes on disk of a row and its part of the indexes, in 30 loaded days of scale=large (PostgreSQL 18)."""

MODULE_BYTES: Mapping[str, float] = {
    "master": 1_100_000, "operations": 400_000, "mes": 1_150_000, "cmms": 2_400_000, "qms": 3_400_000, "hr": 2_600_000,
}  # fmt: skip
"""The first pages of a module's tables and indexes, with maps and TOAST (7 days of scale=tiny)."""
LEAF_BYTES = 200_000
"""What a day's leaf takes beyond its rows: PostgreSQL extends a table that is loaded by 64 pages at once."""

LOG_PER_BYTE = 2.0
"""Write-ahead log of the other tables, a byte of them (30 days of scale=large: 0.85 GB for 0.43 GB)."""
LOG_BYTES = 8 * 2**30
"""`max_wal_size` of the embedded server."""
RESERVE_BYTES = 10**9
"""Left free: thirteen databases with their catalogs, what sorts spill, and other users of the disk."""

START_SECONDS = 18
ROWS_PER_SECOND: Mapping[str, float] = {
    "master": 1_520_000, "operations": 1_520_000, "mes": 1_520_000, "cmms": 57_000, "qms": 57_000, "hr": 57_000,
}  # fmt: skip
"""Two cores, ANALYZE included. `scale=year`: 0.58 million rows in 16 to 20 s, 8.4 in 24 to 27, 95 in 77, 494 in 345;
the six systems of `scale=large`: 124 million in 123, of which 1.4 are of maintenance, quality and people."""

ALERTS_PER_SENSOR_DAY = 0.029
"""Sensor alerts, false ones included, in 30 days of scale=large. The model finds them in the readings."""
PATROLS_PER_HOUR = 0.94
"""One container lot an hour is patrolled; lots end late where the line stops."""
STEPS_OF_AN_ORDER = 5
"""Created, released, started, completed, closed."""
SHORT_MAJOR_STOPS = 0.03
"""Share of the major stops that last less than five minutes."""
NOBODY_FREE = 0.1
"""Share of the stops to be adjusted in which no technician is free."""
ENDS_PER_COMPONENT_DAY = 0.0027
"""Lives of components that end in a day, in 30 days of scale=large."""
FIRST_ALERTS, FOUND_FREE = 0.55, 0.5
"""Alerts that are their sensor's first of the day; inspections for which somebody is free in time."""
HIRES_PER_SEAT_DAY = 0.0005
"""A turnover of 18 % a year."""
PER_SEAT: Mapping[str, tuple[float, float]] = {
    "performance_reviews": (0.084, 0.0027), "payroll_results": (0.2, 0.0774), "safety_incidents": (0.014, 0.001),
    "positions": (1.04, 0.0), "employee_skills": (7.55, 0.003), "employee_shifts": (1.8, 0.0009),
    "employee_leave_balances": (2.4, 0.007), "leave_requests": (2.5, 0.0138), "employee_employment_history": (7.4, 0.0132),
    "succession_planning": (0.11, 0.0), "training_schedules": (0.06, 0.004), "employee_goals": (3.7, 0.013),
    "attendance_records": (15.0, 0.719), "employee_onboarding": (0.05, 0.0005), "offboarding_records": (0.014, 0.0005),
    "succession_candidates": (0.22, 0.0002), "training_enrollments": (0.31, 0.0164),
    "employee_onboarding_items": (0.59, 0.0058), "employee_certifications": (2.32, 0.0067), "ppe_requirements": (0.33, 0.0),
}  # fmt: skip
"""Rows of human resources in the opening, and of a day (90 days of scale=large)."""


@dataclass(frozen=True)
class Volume:
    """Rows, bytes on disk with indexes, those of the bytes that pass through the write-ahead log, and wall seconds of
    two cores, the start left out."""

    rows: float = 0.0
    bytes: float = 0.0
    logged: float = 0.0
    work: float = 0.0

    def __add__(self, other: Volume) -> Volume:
        return Volume(
            self.rows + other.rows,
            self.bytes + other.bytes,
            self.logged + other.logged,
            self.work + other.work,
        )

    @property
    def seconds(self) -> float:
        """Wall seconds on two cores."""
        return START_SECONDS + self.work

    @property
    def disk(self) -> float:
        """Bytes that the embedded server takes while it loads them."""
        return self.bytes + min(LOG_PER_BYTE * self.logged, LOG_BYTES)


@dataclass(frozen=True)
class Worked:
    """What the calendar plans in some windows; arrays over lines."""

    days: float
    powered: Floats  # hours that the machines are switched on
    hours: Floats  # of worked shifts
    shifts: Floats  # worked shifts that begin
    early: Floats  # early ones among them
    maintenance: Floats  # shifts of preventive maintenance that begin


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    from genims_ray import config as configuration

    parser = Parser(
        "estimate", "What a run will load, before it is started: rows, bytes and time of every system.\n"
        "Settings are those of `genims run`; nothing is started, and no database is asked.",
        "[key=value ...] [options]",
        examples=[("", "a week of two factories"), ("scale=large days=365", "a year of ten factories")],
    )  # fmt: skip
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of your own group options")
    options, settings = parser.read(arguments)
    config, catalog = configuration.load(parser.with_config_dir(options, settings)), Catalog.load()
    world, shown = World(config.plant), Table(box=None, pad_edge=False, header_style="bold")
    windows = (Window(OPENING, world.start), Window(world.start, world.start + config.days * DAY))
    units = [Unit(scope, window) for scope in catalog.scopes(config.modules) for window in windows]
    volumes = expected(world, catalog, units)
    for heading, side in (("system", "left"), ("rows", "right"), ("size", "right")):
        shown.add_column(heading, justify=side)  # type: ignore[arg-type]
    for name, volume in [*volumes.items(), ("all", total(volumes))]:
        shown.add_row(name, f"{volume.rows:,.0f}", human(volume.bytes))
    console = screen.console()
    console.print(shown)
    console.print(f"about {duration(total(volumes).seconds)} to load on this machine")
    return 0


def expected(world: World, catalog: Catalog, units: Iterable[Unit]) -> dict[str, Volume]:
    """What the units bring, by module; nothing for a module that this file does not know."""
    windows: dict[str, list[Window]] = defaultdict(list)
    for unit in units:
        windows[unit.scope].append(unit.window)
    found: dict[str, Volume] = defaultdict(Volume)
    for scope, asked in windows.items():
        module = module_of(scope)
        timed, opening = merged(w for w in asked if not w.is_opening), any(w.is_opening for w in asked)
        days = sum(len(w.days()) for w in timed)
        for table, rows in _rows(scope, world, catalog, timed, opening=opening).items():
            grown, work = rows * ROW_BYTES[module][table], rows / ROWS_PER_SECOND[module]
            if catalog.modules[module].tables[table].partition_column is None:
                found[module] += Volume(rows, grown, grown, work)
            else:  # a day's leaf is written once, without a log
                found[module] += Volume(rows, grown + LEAF_BYTES * days, work=work)
        if opening and scope in MODULE_BYTES:
            found[module] += Volume(0.0, MODULE_BYTES[module], MODULE_BYTES[module])
    return dict(found)


def total(volumes: Mapping[str, Volume]) -> Volume:
    return sum(volumes.values(), Volume())


def require_room(volume: Volume, days: int, folder: Path, free: float) -> None:
    """Raise `UserError` where a run of `days` does not go into the `free` bytes of the server's folder."""
    needed = volume.disk + RESERVE_BYTES
    if needed <= free or not volume.bytes:
        return
    fitting = math.floor(days * max(free - RESERVE_BYTES, 0) / volume.disk)
    less = f"for fewer days (about {fitting} fit)" if fitting else "for a smaller scale"
    raise UserError(
        f"the run needs about {human(needed)} of disk and {folder} has {human(free)} free: "
        f"set GENIMS_HOME to a folder on a larger disk, or ask {less}"
    )


def free_bytes(folder: Path) -> int:
    """Bytes that an ordinary user can still write where `folder` is, or will be."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def rows_per_day(world: World, catalog: Catalog, scopes: Iterable[str], horizon: Window) -> dict[str, float]:
    """Rows of an average day of the horizon, by scope; at least one."""
    span = Window(max(horizon.start, world.start), horizon.end)
    found = {scope: _rows(scope, world, catalog, [span], opening=False) for scope in scopes}
    return {scope: max(1.0, sum(rows.values()) / (span.seconds / DAY)) for scope, rows in found.items()}


def merged(windows: Iterable[Window]) -> list[Window]:
    """The windows in order, neighbours made one."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return found


def worked(world: World, windows: Iterable[Window]) -> Worked:
    """Sums over the windows of what the calendar plans."""
    n = len(world.lines)
    days = 0.0
    powered, hours, shifts, early, maintenance = (np.zeros(n) for _ in range(5))
    for window in windows:
        days += window.seconds / DAY
        for day in world.calendar.days(window.start, window.end):
            bounds, states = world.calendar.day_bounds(day), world.calendar.shift_states(day)
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
        plant = world.plant
        demand = Demand(world.lines, world.layout, world.calendar, world.rng)
        machines = [[world.layout.machine_by_id[m] for m in line.machine_ids] for line in world.lines]
        of_machine = world.layout.sensors_by_machine
        sensors = [[s for m in line for s in of_machine[m.machine_id]] for line in machines]
        self.machines = np.array([len(line) for line in machines], dtype=float)
        self.sensors = np.array([len(line) for line in sensors], dtype=float)
        self.readings = np.array([sum(HOUR / s.params.interval_seconds for s in line) for line in sensors])
        self.minor_stops = plant.stops.micro_per_hour * np.array(
            [sum(m.type.micro_stop_factor for m in line) for line in machines]
        )
        modes = [[name for m in line for name in m.type.failure_modes] for line in machines]
        self.tools = np.array([sum(_tools_per_hour(world, name) for name in line) for line in modes])
        rate = np.maximum(demand.rate, 1e-9)
        made = demand.rate.sum(axis=1)
        cycle = (demand.rate * demand.ideal).sum(axis=1) / made * (1 + plant.stops.speed_loss)
        # The mean of a lot, which is a whole number of containers within limits.
        lot = plant.demand.lot_days * math.exp(plant.demand.lot_sigma**2 / 2) * rate / demand.containers
        lot = np.clip(lot, plant.demand.lot_min_containers, plant.demand.lot_max_containers)
        self.containers = HOUR / cycle * (demand.rate / demand.containers).sum(axis=1) / made
        self.orders = HOUR / cycle * (demand.rate / demand.containers / lot).sum(axis=1) / made


def _tools_per_hour(world: World, failure_mode: str) -> float:
    """Tools that go in an hour of running, changed in time or broken (see `Tools`)."""
    mode = world.plant.failure_modes[failure_mode]
    if not mode.tool:
        return 0.0
    used = mode.intercept * world.plant.degradation.tool_change_share + (1 - mode.intercept) * 0.55
    return 1 / (mode.eta_hours * math.gamma(1 + 1 / mode.beta) * used)


def _rows(scope: str, world: World, catalog: Catalog, windows: list[Window], *, opening: bool) -> Rows:
    """Rows of the scope's own tables."""
    of_module = ROWS.get(module_of(scope))
    if of_module is None:
        return {}
    own = catalog.of_scope(scope)
    return {
        table: count
        for table, count in of_module(world, worked(world, windows), opening).items()
        if table in own
    }


def _master(world: World, time: Worked, opening: bool) -> Rows:
    """Masters stand at the opening and do not change; people come."""
    e, layout = world.enterprise, world.layout
    hired = time.days * len(e.seats.seat_id) * HIRES_PER_SEAT_DAY
    if not opening:
        return {"employees": hired}
    return {
        "companies": len(e.companies.company_id),
        "factories": len(layout.factories),
        "warehouses": len(e.warehouses.warehouse_id),
        "warehouse_zones": len(e.warehouses.warehouse_id) * len(ZONES),
        "suppliers": len(e.suppliers.supplier_id),
        "customers": len(e.customers.customer_id),
        "materials": len(e.materials.material_id),
        "material_suppliers": len(e.sources.material_id),
        "departments": len(e.departments.department_id),
        "production_lines": len(layout.lines),
        "machines": len(layout.machines),
        "products": len(e.products.product_id),
        "bill_of_materials": len(e.products.product_id),
        "bom_components": len(e.components.product_id),
        "employees": len(world.careers.people(world.start // DAY - 1)) + hired,
    }


def _operations(world: World, time: Worked, opening: bool) -> Rows:
    plant, rates = world.plant, Rates(world)
    running = time.hours * plant.demand.expected_efficiency
    warnings = running * rates.machines * plant.stops.warning_per_hour
    major = running * rates.machines * plant.stops.major_per_hour
    tools = running * rates.tools
    alerts = time.days * rates.sensors * ALERTS_PER_SENSOR_DAY
    care = plant.maintenance
    checked = (1 + care.checks_report) * time.shifts + time.early / care.routine_every_days + time.maintenance
    rows = {
        "sensor_data": time.powered * rates.readings,
        "scada_machine_data": time.days * rates.machines * DAY / plant.scada_interval_seconds,
        "sensor_health": time.days * rates.sensors * 24 / plant.health_interval_hours,
        "machine_faults": running * rates.minor_stops + warnings + major + alerts,
        "production_runs": running * rates.containers + time.shifts / 2,
        "maintenance_events": checked * rates.machines + tools + major * care.repaired_major_stops
        + alerts * care.inspected_alerts,
    }  # fmt: skip
    totals = {table: float(count.sum()) for table, count in rows.items()}
    if opening:
        totals["sensor_health"] += float(rates.sensors.sum())
        totals["production_runs"] += len(world.lines) * plant.demand.lot_min_containers / 2
    return totals


def _mes(world: World, time: Worked, opening: bool) -> Rows:
    """As many orders end in the windows as are released in them; those open before come on top."""
    plant, rates = world.plant, Rates(world)
    running = time.hours * plant.demand.expected_efficiency
    orders = float((running * rates.orders).sum())
    open_before = 0.0
    if opening:
        regular = 24 * world.calendar.planned_share() * plant.demand.expected_efficiency
        open_before = float((plant.demand.release_days * regular * rates.orders).sum())
    pieces = orders + float(time.shifts.sum())  # an order is cut where a shift ends
    major = running * rates.machines * plant.stops.major_per_hour * (1 - SHORT_MAJOR_STOPS)
    stops = major + running * plant.stops.starved_per_line_hour + time.maintenance * rates.machines
    return {
        "work_orders": orders + open_before,
        "operations": (orders + open_before) * float(rates.machines.mean()),
        "production_schedules": pieces + open_before,
        "work_order_status_history": orders * STEPS_OF_AN_ORDER,
        "electronic_batch_records": orders,
        "material_transactions": 2 * orders * plant.enterprise.components_per_product + pieces,
        "quality_inspections": 2 * orders + PATROLS_PER_HOUR * float(time.hours.sum()),
        "labor_time_entries": pieces,
        "downtime_events": orders + float(stops.sum()),
    }


def _cmms(world: World, time: Worked, opening: bool) -> Rows:
    """Orders of the plans, of stops and of alerts, with what belongs to each."""
    plant, rates, m = world.plant, Rates(world), world.maintenance
    care, upkeep = plant.maintenance, plant.upkeep
    running = time.hours * plant.demand.expected_efficiency
    assets = m.assets.every
    utilities = [a for a in assets if not a.machine_id]
    sensors = [s.signal.calibration_days for s in world.layout.sensors]
    oiled = float((time.early / care.routine_every_days * rates.machines).sum())
    windows = float((time.maintenance * rates.machines).sum())
    worn = float((time.hours * m.plan.pace / upkeep.wear_part_hours * rates.machines).sum())
    calibrated = time.days * sum(1 / days for days in sensors)
    served = time.days * len(utilities) / upkeep.utility_service_days
    stops = running * rates.machines * plant.stops.major_per_hour * (1 - SHORT_MAJOR_STOPS)
    adjusted = float(stops.sum()) * care.repaired_major_stops * (1 - NOBODY_FREE)
    failed = time.days * len([p for a in assets for p in a.places]) * ENDS_PER_COMPONENT_DAY
    alerts = time.days * float(rates.sensors.sum()) * ALERTS_PER_SENSOR_DAY * FIRST_ALERTS
    inspected = alerts * care.inspected_alerts * FOUND_FREE
    reported = float((time.shifts * rates.machines).sum()) * (1 - care.checks_missed) * care.checks_report
    planned = oiled + windows + worn + calibrated + served
    if opening:  # what is due soon has its order already
        planned += sum(s.lead_days / s.days for s in m.plan.schedules)
    found = planned + adjusted + failed + inspected + reported
    parts = oiled + 2.6 * windows + worn + served + upkeep.kit_share * adjusted + failed + reported / 2
    metered = sum(1 + (a.machine_id > 0) for a in assets if a.metered)
    stock = len(m.spares.every)
    rows: Rows = {
        "equipment_meter_readings": time.days * metered,
        "work_orders": found,
        "pm_generation_log": planned,
        "work_order_tasks": 4 * (oiled + worn + served) + 6 * (windows + failed) + 3 * (calibrated + adjusted + reported) + 2 * inspected,
        "labor_time_entries": found + failed,
        "mro_parts_transactions": 1.4 * parts,
        "service_call_logs": 0.2 * failed + 0.2 * served,
        "maintenance_costs": found + failed + parts,
        "asset_components": failed,
        "condition_monitoring_alerts": alerts,
        "failure_reports": adjusted + failed,
        "maintenance_history": found + adjusted + 2 * failed,
        "asset_reliability_metrics": time.days / 30.4 * len(assets),
    }  # fmt: skip
    if opening:
        rows |= {
            "maintenance_cost_centers": 2 * len(world.layout.factories),
            "maintenance_teams": len(m.people.teams),
            "maintenance_technicians": len(m.people.until(world.start // DAY)),
            "failure_codes": len(m.assets.codes),
            "work_procedures": len(m.assets.procedures),
            "mro_parts": stock,
            "maintenance_assets": len(assets),
            "pm_schedules": len(m.plan.schedules),
            "service_contracts": 5 * len(world.layout.factories),
        }
        rows["asset_components"] += sum(len(a.places) for a in assets)
        rows["mro_parts_transactions"] += stock
    return rows


SUBGROUPS_SEEN = 0.975
"""Share of the expected running in which charts are measured; short stops take the rest."""
RECEIPTS_PER_PAIR = 0.112
"""Deliveries a day of a material to a factory that uses it: one every 5 to 15 days."""


def _qms(world: World, time: Worked, opening: bool) -> Rows:
    """Planned quality stands at the opening; the rest follows parts, receipts and days."""
    plant, q = world.plant, world.plant.quality_control
    lines, factories, days = len(world.lines), len(world.layout.factories), time.days
    demand = Demand(world.lines, world.layout, world.calendar, world.rng)
    running = float((time.hours * plant.demand.expected_efficiency).sum())
    rejected = running * float(Rates(world).containers.mean()) * 0.0012  # reports from inspections at the line
    gauges = lines * (q.gauges_per_line + SPARES) + factories * q.gauges_per_room
    subgroups = float((60 / world.quality.characteristics.interval).sum(axis=1).mean())  # of a line, an hour
    complaints = 1.6 * days * float(demand.rate.sum()) * q.complaints_per_million * 1e-6  # faults that recur bring more
    receipts = world.receipts
    required = world.enterprise.materials.inspection_required[receipts.material_id - 1]
    lots = days * RECEIPTS_PER_PAIR * float(required.sum())
    chronic = days * lines * q.chronic_per_line_year / 365.25
    reports = rejected + chronic + 0.6 * complaints + 0.011 * lots + days * lines * 0.025
    audits = days * factories * q.audits_per_factory_year / 365.25
    serious = 0.15 * complaints
    cases = chronic + serious + 0.25 * 4 * audits + 0.004 * lots
    calibrations = days * gauges / 165
    once = float(opening)
    return {
        "defect_codes": once * 140,
        "measuring_equipment": once * gauges,
        "calibration_records": calibrations + once * gauges,
        "calibration_alerts": 0.8 * calibrations,
        "fmea_headers": once * 1.8 * lines,
        "fmea_items": once * 1.8 * lines * q.charts_per_line,
        "control_plans": once * 1.07 * len(world.layout.products.product_id),
        "control_plan_characteristics": once * (7.5 * len(world.layout.products.product_id) + (q.charts_per_line - 6) * lines),
        "msa_studies": (days + 300 * once) * lines * q.gauges_per_line / 900,
        "ppap_submissions": (days + 15 * once) * factories * 0.06,
        "spc_control_charts": once * lines * q.charts_per_line,
        "spc_data_points": running * subgroups * SUBGROUPS_SEEN,
        "incoming_inspection_lots": lots,
        "incoming_inspection_results": lots * 6 * 0.9,
        "customer_complaints": complaints + once * 20 * lines / 5,
        "ncr_headers": reports + once * 5 * lines,
        "ncr_defect_details": 1.45 * reports + once * 8 * lines,
        "ncr_dispositions": 1.4 * reports + once * 6 * lines,
        "quality_holds": 0.7 * reports + once * lines,
        "quality_audits": audits + once * 3 * factories,
        "audit_findings": 4 * audits + once * 9 * factories,
        "capa_headers": cases + once * 4 * lines,
        "capa_actions": 4 * cases + once * 14 * lines,
        "eight_d_reports": serious + once * 2 * lines,
        "quality_documents": once * factories * q.documents_per_factory * 0.93 + days * factories * 0.006,
        "document_revisions": days * factories * q.documents_per_factory / 800,
        "quality_cost_entries": 2.4 * reports + 0.8 * complaints + calibrations + cases + days * factories * 1.4,
        "supplier_quality_metrics": days / 30.4 * len(world.enterprise.suppliers.supplier_id),
        "quality_kpis": days * factories,
    }


def _hr(world: World, time: Worked, opening: bool) -> Rows:
    """Catalogues stand at the opening; the rest goes by head."""
    seats = len(world.enterprise.seats.seat_id)
    machine_types, roles = len(world.plant.machines), 4 * 17
    standing = {
        "job_roles": roles, "career_paths": 71, "skills_catalog": 109 + 4 * machine_types, "role_skill_requirements": 6 * roles,
        "training_courses": 70 + 4 * machine_types, "training_requirements": 3.2 * roles + 3 * machine_types,
        "performance_kpis": roles, "shift_schedules": 4 * len(world.layout.factories), "leave_types": 9,
        "onboarding_checklists": 12, "onboarding_checklist_items": 140,
    }  # fmt: skip
    if not opening:
        return {table: seats * daily * time.days for table, (_, daily) in PER_SEAT.items()}
    return {table: float(rows) for table, rows in standing.items()} | {
        table: seats * (at_start + daily * time.days) for table, (at_start, daily) in PER_SEAT.items()
    }


ROWS: Mapping[str, Callable[[World, Worked, bool], Rows]] = {
    "master": _master,
    "operations": _operations,
    "mes": _mes,
    "cmms": _cmms,
    "qms": _qms,
    "hr": _hr,
}
