"""What types cannot say: names that must exist, ranges, intervals that divide a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from genims_ray import limits
from genims_ray.config.settings import Config, Topology
from genims_ray.errors import UsageError, UserError, suggestion
from genims_ray.world import World
from genims_ray.world.company import Company
from genims_ray.world.params import Factory, FailureMode, LineType, Machine, Plant, Sensor, Shifts, Signal

DAY_SECONDS = 86_400
CONTAINER_SECONDS = 90
MOST_SENSORS = 100_000
MOST_PRODUCTS = 8_000
RELATIVE_SPREAD = 3
SHIFT_HOURS, NIGHT_SHIFT_HOURS = 9, 8
"""Seconds of a shift are a smallint; the shift that sees the clocks change can be an hour longer."""
CLOCK_CHANGES = range(0, 5)
FIRST_START, LAST_END = date(1975, 1, 1), date(2100, 1, 1)
"""What is there at the start goes back up to four years, and keys count days from 1970."""


def check(config: Config) -> None:
    """Raise UsageError for the first thing that is wrong."""
    check_run(config)
    check_plant(config.plant)
    check_days(config)
    check_world(config.plant)


def check_run(config: Config) -> None:
    for part in ("ray", "unit"):
        _limits(getattr(config, part), part)
    _one_of("server.kind", config.server.kind, ("embedded", "env"))
    _one_of("clock.kind", config.clock.kind, ("backfill",))
    _one_of("ray.placement", config.ray.placement, ("auto", "split", "combined"))
    if config.ray.placement == "combined" and config.ray.machines_per_actor is not None:
        raise UsageError("ray.machines_per_actor: actors of single machines need ray.placement=split")
    if config.days < 1:
        raise UsageError(f"days: {config.days} would end before the start; at least 1")
    start = date.fromisoformat(config.plant.start)
    if not FIRST_START <= start < LAST_END:
        raise UsageError(f"start: {start} is outside {FIRST_START} to {LAST_END}")
    if config.days > (LAST_END - start).days:
        latest = start + timedelta(days=(LAST_END - start).days)
        raise UsageError(f"days: {config.days} from {start} ends after {latest}, the last the calendars know")


def check_days(config: Config) -> None:
    """Production days have 23 to 25 hours, except where a country once changed its side of the date line."""
    plant = config.plant
    start = date.fromisoformat(plant.start)
    days = range(-plant.degradation.warmup_days - 1, config.days + 2)
    for name, factory in plant.factories.items():
        zone = ZoneInfo(factory.timezone)
        midnight = [datetime.combine(start + timedelta(days=day), time(), zone).utcoffset() for day in days]
        for i, (before, after) in enumerate(pairwise(midnight)):
            if before is not None and after is not None and abs(before - after) > timedelta(hours=1):
                raise UsageError(
                    f"factories.{name}.timezone: at {start + timedelta(days=days[i])} clocks in "
                    f"{factory.timezone} jump by {abs(before - after)}; that day must lie outside the history "
                    f"and the {plant.degradation.warmup_days} days before it"
                )


def check_world(plant: Plant) -> None:
    """The company's masters can be made: there are enough of each kind, and names for each country."""
    enterprise = World(plant).company
    try:
        for name, part in vars(Company).items():
            if isinstance(part, cached_property):
                getattr(enterprise, name)
    except UserError as error:
        raise UsageError(str(error)) from None


def check_topology(topology: Topology, built: Collection[str]) -> None:
    databases = topology.databases.items()
    _unique("topology.databases", "prefix", ((name, d.prefix) for name, d in databases))
    _unique("topology.databases", "module", ((name, module) for name, d in databases for module in d.modules))
    if topology.hub in topology.databases:
        raise UsageError(f"topology.hub: {topology.hub} is one of the databases; it needs its own")
    missing = sorted(set(built) - set(topology.modules))
    if missing:
        raise UsageError(f"topology.databases: no database holds the module {missing[0]}")


def check_plant(plant: Plant) -> None:
    if not 0 <= plant.seed < 2**64:
        raise UsageError("seed: expected 0 to 18446744073709551615 (64 bits)")
    _limits(plant, "")
    _shifts(plant.shifts)
    _divides("scada_interval_seconds", plant.scada_interval_seconds, DAY_SECONDS, "a day")
    _divides("health_interval_hours", plant.health_interval_hours, 24, "a day")
    for name, signal in plant.signals.items():
        _signal(f"signals.{name}", signal)
    for name, mode in plant.failure_modes.items():
        _failure_mode(f"failure_modes.{name}", mode, plant)
    for name, machine in plant.machines.items():
        _machine(f"machines.{name}", machine, plant)
    for name, kind in plant.line_types.items():
        _line_type(f"line_types.{name}", kind, plant)
    _fault_codes(plant)
    if not plant.factories:
        raise UsageError("factories: the plant has none; choose a scale or +factory@factories.<site>=<site>")
    _unique("factories", "number", ((name, f.number) for name, f in plant.factories.items()))
    for name, factory in plant.factories.items():
        _factory(f"factories.{name}", factory, plant)
    sensors = _sensors(plant)
    if sensors > MOST_SENSORS:
        raise UsageError(f"factories: {sensors} sensors in all; {MOST_SENSORS} are the most")
    products = sum(plant.line_types[line.type].products for f in plant.factories.values() for line in f.lines)
    if products > MOST_PRODUCTS:
        raise UsageError(
            f"factories: {products} products in all; {MOST_PRODUCTS} are the most, as one customer may buy them all"
        )
    _ordered("market", plant.market, "buyers_least", "buyers_most")
    _ordered("demand", plant.demand, "lot_min_containers", "lot_max_containers")
    for name in sorted({line.type for factory in plant.factories.values() for line in factory.lines}):
        _containers(name, plant)
    _ordered("quality", plant.quality, "setup_scrap_min", "setup_scrap_max")
    _ordered("quality_control", plant.quality_control, "cp_min", "cp_max")
    _ordered("quality_control", plant.quality_control, "special_shift_min", "special_shift_max")
    _ordered("quality_control", plant.quality_control, "special_hours_min", "special_hours_max")
    _ordered("sensor_faults", plant.sensor_faults, "drift_min_per_month", "drift_max_per_month")
    _ordered("enterprise", plant.enterprise, "components_per_product", "materials")
    if len(plant.demand.weekday) != 7:
        raise UsageError(f"demand.weekday: expected 7 values, Monday first, not {len(plant.demand.weekday)}")
    if not any(plant.demand.weekday):
        raise UsageError("demand.weekday: nothing is ordered on any day; at least one needs a value above 0")
    wear = plant.degradation
    if wear.intercept_from + wear.intercept_span > 1:
        raise UsageError(
            f"degradation.intercept_span: with intercept_from ({wear.intercept_from:g}) at most "
            f"{1 - wear.intercept_from:g}, else repairs precede the first sign; found {wear.intercept_span:g}"
        )
    story = plant.bearing_story
    if story.lead_days <= story.failure_day:
        raise UsageError(
            f"bearing_story.lead_days: the story begins before the start, so {story.lead_days:g} must exceed "
            f"failure_day ({story.failure_day:g})"
        )


def _containers(line_type: str, plant: Plant) -> None:
    """A line fills no more containers in a day than its keys have room for."""
    kind, parts = plant.line_types[line_type], plant.demand.container_parts
    seconds = parts * kind.ideal_cycle_seconds * (1 - kind.ideal_cycle_spread)
    if seconds < CONTAINER_SECONDS:
        raise UsageError(
            f"demand.container_parts: line type {line_type} fills {parts} in {seconds:.3g} s (ideal_cycle_seconds); "
            f"{CONTAINER_SECONDS} s are the least, as keys have room for a thousand containers a line and day"
        )


def _factory(path: str, factory: Factory, plant: Plant) -> None:
    _one_of(f"{path}.country", factory.country, _countries(), "country (ISO 3166)")
    _holidays(f"{path}.holidays", factory.holidays)
    _time_zone(f"{path}.timezone", factory.timezone)
    iso_date(f"{path}.operational_since", factory.operational_since)
    if not (len(factory.currency) == 3 and factory.currency.isascii() and factory.currency.isupper()):
        raise UsageError(f"{path}.currency: expected an ISO 4217 code (EUR), found {factory.currency!r}")
    if not factory.lines:
        raise UsageError(f"{path}.lines: without lines there are no machines; give it one or leave it out")
    _unique(f"{path}.lines", "number", ((str(i), line.number) for i, line in enumerate(factory.lines)))
    for i, line in enumerate(factory.lines):
        _one_of(f"{path}.lines.{i}.type", line.type, plant.line_types, "line type")
        _one_of(f"{path}.lines.{i}.shift_pattern", line.shift_pattern, plant.shifts.patterns, "shift pattern")
    posts = _posts(len(factory.lines), plant)
    if posts > 999:
        raise UsageError(f"labour: {posts} posts at {path}; employee keys have room for 999 a factory")


def _sensors(plant: Plant) -> int:
    """Of all machines of all lines."""
    of_type = {
        name: sum(len(plant.machines[machine].sensors) for machine in kind.machines)
        for name, kind in plant.line_types.items()
    }
    return sum(of_type[line.type] for factory in plant.factories.values() for line in factory.lines)


def _posts(lines: int, plant: Plant) -> int:
    labour = plant.labour
    return (
        lines * 4 * labour.operators_per_line_crew
        + labour.relief_operators_per_factory
        + labour.supervisors_per_factory
        + labour.technicians_per_factory
        + labour.inspectors_per_factory
        + labour.warehouse_per_factory
        + labour.staff_per_factory
    )


def _line_type(path: str, kind: LineType, plant: Plant) -> None:
    _between(f"{path}.machines", len(kind.machines), 1, 99, "machines")
    for i, machine in enumerate(kind.machines):
        _one_of(f"{path}.machines.{i}", machine, plant.machines, "machine type")


def _machine(path: str, machine: Machine, plant: Plant) -> None:
    _between(f"{path}.manufacturers", len(machine.manufacturers), 1, 99, "manufacturers")
    _between(f"{path}.sensors", len(machine.sensors), 1, 99, "sensors")
    _unique(f"{path}.sensors", "name", ((str(i), s.name) for i, s in enumerate(machine.sensors)))
    for i, sensor in enumerate(machine.sensors):
        _one_of(f"{path}.sensors.{i}.signal", sensor.signal, plant.signals, "signal")
        _divides(f"{path}.sensors.{i}.interval_seconds", sensor.interval_seconds, DAY_SECONDS, "a day")
        _thresholds(f"{path}.sensors.{i}", sensor, plant.signals[sensor.signal])
    _unique(f"{path}.failure_modes", "name", ((str(i), mode) for i, mode in enumerate(machine.failure_modes)))
    for i, mode in enumerate(machine.failure_modes):
        _one_of(f"{path}.failure_modes.{i}", mode, plant.failure_modes, "failure mode")


def _thresholds(path: str, sensor: Sensor, signal: Signal) -> None:
    """The limits of the signal, scaled to the sensor, are still apart at its resolution."""
    steps = round(1 / signal.resolution)
    for names in (("range_min", "range_max"), ("critical_low", "warning_low", "warning_high", "critical_high")):
        shown = [(name, v) for name in names if (v := getattr(signal, name)) is not None]
        for (lower, low), (upper, high) in pairwise(shown):
            if round(low * sensor.scale * steps) >= round(high * sensor.scale * steps):
                raise UsageError(
                    f"{path}: {lower} and {upper} of {sensor.signal} ({low:g}, {high:g}), times the scale of "
                    f"{sensor.scale:g}, are the same at its resolution of {signal.resolution:g}"
                )


def _failure_mode(path: str, mode: FailureMode, plant: Plant) -> None:
    _ordered(path, mode, "lead_min_hours", "lead_median_hours", "lead_max_hours")
    for signal in mode.effects:
        _one_of(f"{path}.effects", signal, plant.signals, "signal")


def _fault_codes(plant: Plant) -> None:
    severities = ("minor", "major", "warning")
    for name, code in plant.fault_codes.items():
        _one_of(f"fault_codes.{name}.severity", code.severity, severities, "severity")
    for severity in severities:
        if not any(code.severity == severity for code in plant.fault_codes.values()):
            raise UsageError(f"fault_codes: none is of severity {severity}; stops of that kind need one")


def _signal(path: str, signal: Signal) -> None:
    _one_of(f"{path}.model", signal.model, ("additive", "multiplicative"))
    steps = 1 / signal.resolution
    if abs(steps - round(steps)) > 1e-9 * steps:
        raise UsageError(
            f"{path}.resolution: one unit must be a whole number of steps, found {signal.resolution:g}; "
            f"nearby is {1 / round(steps)!r}"
        )
    if signal.model == "multiplicative" and signal.mean <= 0:
        raise UsageError(f"{path}.mean: a multiplicative signal needs a level above 0, found {signal.mean:g}")
    if signal.model == "multiplicative":
        for name in ("unit_spread", "program_gain", "sigma_ar", "sigma_white"):
            if abs(getattr(signal, name)) > RELATIVE_SPREAD:
                raise UsageError(
                    f"{path}.{name}: relative in a multiplicative signal, so at most {RELATIVE_SPREAD}, "
                    f"found {getattr(signal, name):g}"
                )
    if signal.sawtooth_amplitude and not signal.sawtooth_minutes:
        raise UsageError(f"{path}.sawtooth_minutes: a sawtooth needs a period above 0")
    if signal.range_min >= signal.range_max:
        low, high = signal.range_min, signal.range_max
        raise UsageError(f"{path}.range_max: {high:g} is not above range_min ({low:g})")
    _ordered(path, signal, "critical_low", "warning_low", "warning_high", "critical_high")


def _shifts(shifts: Shifts) -> None:
    hours = shifts.start_hours
    if len(hours) != 3 or sorted(set(hours)) != hours or hours[0] < 0 or hours[-1] > 23:
        raise UsageError(f"shifts.start_hours: expected three rising hours of a day, found {hours}")
    for i, (begin, end) in enumerate(zip(hours, [*hours[1:], hours[0] + 24], strict=True)):
        night = any(hour % 24 in CLOCK_CHANGES for hour in range(begin, end))
        most = NIGHT_SHIFT_HOURS if night else SHIFT_HOURS
        if end - begin > most:
            raise UsageError(
                f"shifts.start_hours.{i}: this shift has {end - begin} hours; {most} are the most"
                + (" at night, when clocks change" if night else "")
            )
    for name, week in shifts.patterns.items():
        if len(week) != 7:
            raise UsageError(f"shifts.patterns.{name}: expected 7 days, Monday to Sunday, found {len(week)}")
        for i, day in enumerate(week):
            if day not in ("", "E", "L", "N", "EL", "EN", "LN", "ELN"):
                raise UsageError(f"shifts.patterns.{name}.{i}: expected E, L, N in this order, found {day!r}")
        if not any(week):
            raise UsageError(f"shifts.patterns.{name}: no shift is ever worked")


def _limits(node: Any, path: str) -> None:
    """Every number below `node` within the limits of its field."""
    for field in fields(node):
        value, where = getattr(node, field.name), f"{path}.{field.name}" if path else field.name
        limit = limits.of(type(node), field.name)
        for place, item in _items(value, where):
            if is_dataclass(item):
                _limits(item, place)
            elif limit and isinstance(item, int | float) and not limit.holds(item):
                raise UsageError(f"{place}: expected {limit}, found {limits.plain(item)}")


def _items(value: object, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{path}.{key}", item) for key, item in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"{path}.{i}", item) for i, item in enumerate(value))
    else:
        yield path, value


def _one_of(path: str, name: str, known: Collection[str], what: str = "value") -> None:
    if name not in known:
        near = suggestion(name, known)
        listed = f" (known: {', '.join(sorted(known))})" if len(known) <= 12 else ""
        raise UsageError(f"{path}: unknown {what} {name!r}{near}{listed}")


def _divides(path: str, part: int, whole: int, what: str) -> None:
    if whole % part:
        near = min((d for d in range(1, whole + 1) if whole % d == 0), key=lambda d: abs(d - part))
        raise UsageError(f"{path}: {part} does not divide {what}; the nearest that does is {near}")


def _between(path: str, count: int, low: int, high: int, what: str) -> None:
    if not low <= count <= high:
        raise UsageError(f"{path}: expected {low} to {high} {what}, found {count}")


def _ordered(path: str, node: object, *names: str) -> None:
    present = [(name, getattr(node, name)) for name in names if getattr(node, name) is not None]
    for (lower, low), (upper, high) in pairwise(present):
        if low > high:
            raise UsageError(f"{path}.{upper}: {high:g} is below {lower} ({low:g})")


def _unique(path: str, what: str, named: Iterable[tuple[str, object]]) -> None:
    seen: dict[object, str] = {}
    for name, value in named:
        if value in seen:
            raise UsageError(f"{path}: {seen[value]} and {name} have the same {what} {value!r}")
        seen[value] = name


def iso_date(path: str, text: str) -> date:
    """The date, from any ISO 8601 form."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{path}: expected a date such as 2025-01-01, found {text!r}") from error


def _time_zone(path: str, name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        near = suggestion(name, available_timezones())
        raise UsageError(f"{path}: unknown time zone {name!r}{near}") from error


def _holidays(path: str, calendar: str) -> None:
    country, _, subdivision = calendar.partition("/")
    known = _calendars()
    _one_of(path, country, known, "holiday calendar")
    if subdivision:
        _one_of(path, subdivision, known[country], f"subdivision of {country}")


@cache
def _calendars() -> dict[str, list[str]]:
    import holidays  # a tenth of a second, only where a plant is checked

    listed: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=True)
    return listed


@cache
def _countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, from the time zone database."""
    lines = (resources.files("tzdata.zoneinfo") / "iso3166.tab").read_text("utf-8").splitlines()
    return frozenset(line[:2] for line in lines if line and not line.startswith("#"))
