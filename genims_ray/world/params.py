"""The plant configuration as plain values: what determines every row, and nothing else.

Hydra composes it from conf/; field names equal YAML keys. Durations carry their unit in the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from genims_ray.limits import (
    COUNT,
    DAYS,
    LEVEL,
    MONEY,
    NUMBER,
    PER_YEAR,
    SECONDS_TO_HOUR,
    SHARE,
    SIGMA,
    SIGMA_OF_TIME,
    SPREAD,
    Limit,
)

MODEL_VERSION = "11"
"""Raised whenever the same configuration would give other rows, or the ledger would count them otherwise."""


@dataclass(frozen=True)
class Line:
    """A production line (ISA-95 work centre); its number is part of every key below it."""

    number: Annotated[int, NUMBER]
    name: str
    type: str
    shift_pattern: str


@dataclass(frozen=True)
class Factory:
    """A manufacturing site (ISA-95 site)."""

    number: Annotated[int, NUMBER]
    name: str
    city: str
    country: str  # ISO 3166-1 alpha-2
    region: str
    timezone: str  # IANA
    latitude: Annotated[float, Limit(-90, 90)]
    longitude: Annotated[float, Limit(-180, 180)]
    currency: str  # ISO 4217, the functional currency of its company
    labour_rate_usd: Annotated[float, Limit(1, 10_000)]  # cost of an hour of direct labour
    company: str
    operational_since: str  # ISO date
    area_m2: Annotated[int, Limit(1_000, 100_000_000)]
    certification: str
    holidays: str  # calendar of the `holidays` package: country or country/subdivision
    summer_stop_weeks: Annotated[int, Limit(0, 8)]
    summer_stop_iso_week: Annotated[int, Limit(1, 53)]
    lines: list[Line]


@dataclass(frozen=True)
class LineType:
    """What the lines of one kind have in common: machines in flow order, products and pace."""

    machines: list[str]
    product_family: str
    products: Annotated[int, NUMBER]
    ideal_cycle_seconds: Annotated[float, SECONDS_TO_HOUR]
    ideal_cycle_spread: Annotated[float, Limit(0, 0.9)]  # relative, uniform either way
    changeover_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    changeover_sigma: Annotated[float, SIGMA_OF_TIME]


@dataclass(frozen=True)
class Signal:
    """A measured quantity: its healthy behaviour at a machine, and its limits.

    `additive` signals add their terms; `multiplicative` ones multiply the level by each term, and
    their spreads and noises are relative.
    """

    unit: str
    quantity: str
    model: str  # additive | multiplicative
    mean: Annotated[float, LEVEL]
    unit_spread: Annotated[float, SPREAD]
    idle_fraction: Annotated[float, Limit(0, 100)]  # level when not running, as a share of the level when running
    load_gain: Annotated[float, LEVEL]
    load_exponent: Annotated[float, Limit(0, 10, above=True)]
    load_tau_minutes: Annotated[float, Limit(0, 10_080)]
    program_gain: Annotated[float, LEVEL]  # response to the machine's common program variation
    daily_amplitude: Annotated[float, LEVEL]
    season_amplitude: Annotated[float, LEVEL]
    sawtooth_amplitude: Annotated[float, LEVEL]
    sawtooth_minutes: Annotated[float, Limit(0, 10_080)]
    phi: Annotated[float, Limit(0, 0.999)]  # AR(1) coefficient at one minute
    sigma_ar: Annotated[float, SPREAD]
    sigma_white: Annotated[float, SPREAD]
    folded: bool  # the absolute value is what the instrument shows
    calibration_days: Annotated[
        int, Limit(14, 3_660)
    ]  # planned time between calibrations; they come up to 12 days late
    resolution: Annotated[float, Limit(1e-06, 1)]
    range_min: Annotated[float, LEVEL]
    range_max: Annotated[float, LEVEL]
    critical_low: Annotated[float | None, LEVEL]
    warning_low: Annotated[float | None, LEVEL]
    warning_high: Annotated[float | None, LEVEL]
    critical_high: Annotated[float | None, LEVEL]


@dataclass(frozen=True)
class Sensor:
    """A sensor of a machine type."""

    name: str
    signal: str
    interval_seconds: Annotated[int, SECONDS_TO_HOUR]
    scale: Annotated[float, Limit(0.001, 1_000_000)] = (
        1.0  # the machine type's rated value in units of the signal's mean
    )


@dataclass(frozen=True)
class Effect:
    """What a degraded component does to a signal at full degradation (h = 1)."""

    shift: Annotated[float, LEVEL] = 0.0  # in the signal's unit
    factor: Annotated[float, Limit(0, 1_000, above=True)] = 1.0
    noise: Annotated[float, Limit(0, 1_000, above=True)] = 1.0


@dataclass(frozen=True)
class FailureMode:
    """A way in which a component fails (ISO 14224: mode, mechanism, cause)."""

    fault_code: str
    component: str
    description: str
    iso_mode: str
    mechanism: str
    category: str
    root_cause: str
    beta: Annotated[float, Limit(0.2, 20)]  # Weibull shape
    eta_hours: Annotated[float, Limit(1, 1_000_000)]  # Weibull scale, planned operating hours
    sudden_share: Annotated[float, SHARE]  # share of failures that come at once, without degradation
    hidden_share: Annotated[float, SHARE]  # share of those that degrade where no sensor of the machine feels it
    lead_median_hours: Annotated[float, Limit(0.0001, 10_000)]  # from the first sign to the failure (P-F interval)
    lead_min_hours: Annotated[float, Limit(0.0001, 10_000)]
    lead_max_hours: Annotated[float, Limit(0.0001, 10_000)]
    intercept: Annotated[float, SHARE]  # probability that a planned repair comes first
    repair_median_hours: Annotated[float, Limit(0.01, 1_000)]
    repair_sigma: Annotated[float, SIGMA_OF_TIME]
    cycle_effect: Annotated[float, Limit(0, 10)]  # relative increase of the cycle time at h = 1
    scrap_effect: Annotated[float, Limit(0, 1_000, above=True)]  # factor on the reject probability at h = 1
    effects: dict[str, Effect] = field(default_factory=dict)
    tool: bool = False  # wears in cutting time and is changed at a share of its life


@dataclass(frozen=True)
class Machine:
    """A machine type (ISA-95 work unit)."""

    title: str
    manufacturers: list[str]
    model_prefix: str
    power_kw: Annotated[float, Limit(0.1, 100_000)]
    idle_power_share: Annotated[float, SHARE]
    asset_value_usd: Annotated[int, Limit(1_000, 1_000_000_000)]
    expected_life_years: Annotated[int, Limit(1, 100)]
    load_class: Annotated[float, Limit(0.01, 100)]  # factor on component life: 0.8 heavy duty, 1.25 light
    micro_stop_factor: Annotated[float, Limit(0, 100)]
    sensors: list[Sensor]
    failure_modes: list[str]


@dataclass(frozen=True)
class Shifts:
    """Shift hours (factory-local) and which shifts of the week each pattern works."""

    start_hours: Annotated[list[int], Limit(0, 23)]
    patterns: dict[str, list[str]]  # Monday to Sunday, one letter per worked shift: E, L, N
    pm_every_days: Annotated[int, Limit(7, 366)]


@dataclass(frozen=True)
class Demand:
    """Demand and campaigns."""

    utilization: Annotated[float, Limit(0, 2, above=True)]
    weekday: Annotated[list[float], Limit(0, 100)]
    season_amplitude: Annotated[float, Limit(0, 0.4)]
    product_zipf: Annotated[float, Limit(0, 10)]
    lot_days: Annotated[float, Limit(0.01, 366)]  # a campaign covers so many days of its product's demand
    lot_sigma: Annotated[float, SIGMA]
    lot_min_containers: Annotated[int, Limit(1, 10_000)]
    lot_max_containers: Annotated[int, Limit(1, 10_000)]
    release_days: Annotated[float, DAYS]  # work released ahead of the line, in days of capacity
    container_parts: Annotated[int, Limit(7, 10_000)]  # containers vary by six parts either way
    stock_days: Annotated[float, DAYS]  # how far production may run ahead of demand
    plan_days: Annotated[int, Limit(0, 30)]  # lines that fall due within so many days are planned
    expected_efficiency: Annotated[
        float, Limit(0, 2, above=True)
    ]  # share of planned time that planners expect to become work


@dataclass(frozen=True)
class Market:
    """Customers and what they order."""

    buyers_least: Annotated[int, COUNT]  # customers that have approved a product
    buyers_most: Annotated[int, COUNT]
    release_share: Annotated[float, SHARE]  # contracts that are released against a frame agreement
    line_packs: Annotated[float, Limit(1, 100)]  # median of an order line, containers
    line_sigma: Annotated[float, SIGMA]
    lines_an_order: Annotated[float, Limit(1, 100)]
    forecast_sigma: Annotated[float, SIGMA]  # of releases against what was announced
    month_sigma: Annotated[float, SIGMA]  # of a customer's need from month to month
    switch_a_month: Annotated[float, SHARE]  # how often a customer's need changes for some months
    cancelled: Annotated[float, SHARE]  # share of the lines
    credit_blocked: Annotated[float, SHARE]  # share of the orders


@dataclass(frozen=True)
class Stops:
    """Stops of the line that are not component failures; rates per machine-hour of running."""

    micro_per_hour: Annotated[float, Limit(0, 60)]
    micro_median_seconds: Annotated[float, Limit(0.1, 3_600)]
    micro_sigma: Annotated[float, SIGMA_OF_TIME]
    micro_wear_gain: Annotated[float, Limit(0, 100)]
    major_per_hour: Annotated[float, Limit(0, 60)]
    major_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    major_sigma: Annotated[float, SIGMA_OF_TIME]
    starved_per_line_hour: Annotated[float, Limit(0, 60)]
    starved_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    starved_sigma: Annotated[float, SIGMA_OF_TIME]
    warning_per_hour: Annotated[float, Limit(0, 60)]
    warning_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    warning_sigma: Annotated[float, SIGMA_OF_TIME]
    starved_of_material: Annotated[float, SHARE]
    speed_loss: Annotated[float, Limit(0, 0.9)]
    speed_loss_sigma: Annotated[float, SIGMA]
    night_slowdown: Annotated[float, Limit(0, 0.9)]


@dataclass(frozen=True)
class FaultCode:
    """A controller message that is not a component failure."""

    description: str
    category: str
    severity: str  # minor | major | warning
    weight: Annotated[float, MONEY]


@dataclass(frozen=True)
class Degradation:
    """Component lives."""

    frailty_sigma: Annotated[float, SIGMA]
    infant_share: Annotated[float, SHARE]
    infant_beta: Annotated[float, Limit(0.2, 20)]
    infant_eta_share: Annotated[float, Limit(0.001, 1)]
    response_median_minutes: Annotated[float, Limit(0.1, 10_080)]
    response_sigma: Annotated[float, SIGMA_OF_TIME]
    spare_missing_share: Annotated[float, SHARE]
    spare_delay_median_hours: Annotated[float, Limit(0.01, 10_000)]
    spare_delay_sigma: Annotated[float, SIGMA_OF_TIME]
    intercept_from: Annotated[float, SHARE]  # planned repairs come this share of the lead before the failure, at least
    intercept_span: Annotated[float, SHARE]  # and up to so much more
    warmup_days: Annotated[int, Limit(30, 1_000)]
    tool_change_share: Annotated[float, Limit(0.001, 1)]  # share of its life at which a tool is changed
    tool_change_median_minutes: Annotated[float, Limit(0.1, 1_440)]


@dataclass(frozen=True)
class Quality:
    """Rejects of a run."""

    reject_probability: Annotated[float, SHARE]
    line_sigma: Annotated[float, SIGMA]  # lognormal spread between line-days
    setup_scrap_min: Annotated[int, PER_YEAR]
    setup_scrap_max: Annotated[int, PER_YEAR]
    rework_share: Annotated[float, SHARE]
    restart_scrap: Annotated[int, PER_YEAR]


@dataclass(frozen=True)
class QualityControl:
    """Process quality, what is bought, and how the quality system finds and treats what is wrong.

    Shifts and offsets are in standard deviations of a characteristic.
    """

    charts_per_line: Annotated[int, Limit(6, 99)]
    subgroup_parts: Annotated[int, Limit(2, 10)]
    critical_minutes: Annotated[
        int, Limit(30, 1_440)
    ]  # of running, between two subgroups of a characteristic of this class
    significant_minutes: Annotated[int, Limit(30, 1_440)]
    standard_minutes: Annotated[int, Limit(30, 1_440)]
    cp_min: Annotated[float, Limit(0.5, 5)]
    cp_max: Annotated[float, Limit(0.5, 5)]
    centring_sigma: Annotated[float, SIGMA]  # spread of the process means; half of it for special characteristics
    tool_drift: Annotated[float, SIGMA]  # either way, over the life of a tool
    lot_offset_sigma: Annotated[float, SIGMA]
    bad_lot_offset: Annotated[float, Limit(0, 6)]
    operator_sigma: Annotated[float, SIGMA]
    expired_offset: Annotated[float, Limit(0, 6)]  # of an operator whose certificate has expired
    expired_rejects: Annotated[float, Limit(0, 100)]  # factor on the rejects of such an operator
    special_causes_per_month: Annotated[float, Limit(0, 5.9)]  # of a chart
    special_shift_min: Annotated[float, Limit(0, 6)]
    special_shift_max: Annotated[float, Limit(0, 6)]
    special_hours_min: Annotated[float, Limit(0.1, 96)]
    special_hours_max: Annotated[float, Limit(0.1, 96)]
    cause_found: Annotated[float, SHARE]  # share of the special causes signalled that the line finds
    maintenance_rejects: Annotated[float, Limit(0, 100)]  # relative increase after the line's maintenance window
    maintenance_hours: Annotated[float, Limit(0, 168)]
    bad_lot_rejects: Annotated[float, Limit(0, 100)]  # factor on the rejects of a part with a bad lot in it
    chronic_per_line_year: Annotated[float, Limit(0, 7)]
    chronic_rejects: Annotated[float, SHARE]  # share of the parts, median
    chronic_effective: Annotated[float, SHARE]  # share of the corrective actions that end the cause
    lot_ppm_median: Annotated[float, Limit(0, 100_000)]  # of suppliers
    lot_ppm_sigma: Annotated[float, SIGMA]
    lot_overdispersion: Annotated[float, SHARE]
    bad_lots_per_supplier_year: Annotated[float, Limit(0, 12)]
    bad_lot_factor: Annotated[float, Limit(0, 100)]
    over_delivery: Annotated[float, SHARE]  # share of the deliveries that are short or over
    gauges_per_line: Annotated[int, Limit(1, 20)]
    gauges_per_room: Annotated[int, Limit(1, 20)]
    late_calibrations: Annotated[float, SHARE]
    out_of_tolerance: Annotated[float, SHARE]
    failed_calibrations: Annotated[float, SHARE]
    gauge_stories_per_quarter: Annotated[
        float, Limit(0, 4)
    ]  # of a factory: a gauge far out, unnoticed until its calibration
    complaints_per_million: Annotated[
        float, Limit(0, 100_000)
    ]  # formal complaints per million parts of the lines' demand
    audits_per_factory_year: Annotated[float, Limit(0, 52)]
    documents_per_factory: Annotated[int, Limit(10, 900)]
    inspection_hour_usd: Annotated[float, MONEY]
    labour_hour_usd: Annotated[float, MONEY]


@dataclass(frozen=True)
class SensorFaults:
    """Faults of the measuring chain; rates per sensor-year unless said otherwise."""

    drift_per_year: Annotated[float, PER_YEAR]
    drift_min_per_month: Annotated[float, Limit(0, 100)]  # share of the span
    drift_max_per_month: Annotated[float, Limit(0, 100)]
    stuck_per_year: Annotated[float, PER_YEAR]
    stuck_median_hours: Annotated[float, Limit(0.01, 10_000)]
    bias_per_year: Annotated[float, PER_YEAR]
    erratic_per_year: Annotated[float, PER_YEAR]
    dropout_per_year: Annotated[float, PER_YEAR]
    dropout_mean_minutes: Annotated[float, Limit(0.1, 10_080)]
    gateway_outage_per_line_year: Annotated[float, PER_YEAR]
    spike_per_sample: Annotated[float, SHARE]
    stuck_recall: Annotated[float, SHARE]
    drift_recall: Annotated[float, SHARE]
    drift_noticed: Annotated[float, SHARE]  # share of the range from which a drift can be noticed
    false_alarm_per_year: Annotated[float, PER_YEAR]


@dataclass(frozen=True)
class Maintenance:
    """Checks, routine care, and what is made of stops and alerts."""

    checks_missed: Annotated[float, SHARE]
    checks_report: Annotated[float, SHARE]  # share that reports what a technician has to see to
    routine_every_days: Annotated[int, Limit(1, 366)]
    routine_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    routine_parts_usd: Annotated[float, MONEY]
    window_median_hours: Annotated[float, Limit(0.01, 1_000)]
    window_parts_usd: Annotated[float, MONEY]
    tool_parts_usd: Annotated[float, MONEY]
    repair_parts_usd: Annotated[float, MONEY]
    parts_sigma: Annotated[float, SIGMA]
    repaired_major_stops: Annotated[float, SHARE]
    inspected_alerts: Annotated[float, SHARE]
    inspection_median_minutes: Annotated[float, Limit(0.1, 1_440)]
    inspection_sees: Annotated[float, SHARE]


@dataclass(frozen=True)
class SamplingPlan:
    """Acceptance sampling by attributes (ISO 2859: sample size, acceptance number)."""

    sample: Annotated[int, Limit(1, 1_000)]
    accept: Annotated[int, Limit(0, 1_000)]


@dataclass(frozen=True)
class Inspection:
    """Inspections at the line."""

    first_piece: SamplingPlan
    patrol: SamplingPlan
    final: SamplingPlan
    startup_left: Annotated[float, SHARE]
    undetected: Annotated[float, SHARE]
    critical_share: Annotated[float, SHARE]
    major_share: Annotated[float, SHARE]
    defect_ratio: Annotated[float, SHARE]


@dataclass(frozen=True)
class Costing:
    """Standard costs of what is made."""

    machine_hour_usd: Annotated[float, MONEY]
    list_price_median_usd: Annotated[float, Limit(1, 10_000)]
    list_price_sigma: Annotated[float, SHARE]
    components_lost: Annotated[float, SHARE]  # share of the left-over components that nobody finds


@dataclass(frozen=True)
class Labour:
    """Who is there. Posts are per crew of a line or per factory; people are assigned, never sampled."""

    operators_per_line_crew: Annotated[int, NUMBER]
    relief_operators_per_factory: Annotated[int, Limit(0, 999)]
    supervisors_per_factory: Annotated[int, Limit(0, 999)]
    technicians_per_factory: Annotated[int, Limit(0, 999)]
    inspectors_per_factory: Annotated[int, Limit(0, 999)]
    warehouse_per_factory: Annotated[int, Limit(0, 999)]
    staff_per_factory: Annotated[int, Limit(2, 999)]  # a manager and a planner


@dataclass(frozen=True)
class Absence:
    """Sickness: spells start on a day and last 1 + geometric days."""

    start_rate: Annotated[float, Limit(0, 0.04)]  # spells a person and day outside the flu season
    flu_season: Annotated[float, Limit(0, 10)]  # factor on it in winter
    flu_week: Annotated[float, Limit(0, 10)]  # factor on it in the one bad week of a factory's winter
    monday: Annotated[float, Limit(0, 10)]
    stop: Annotated[float, Limit(0.05, 1)]  # probability that a spell ends with its next day
    unexcused: Annotated[float, SHARE]  # share of the spells without notice, of one day


@dataclass(frozen=True)
class Leave:
    """Vacation and other leave."""

    vacation_days_a_month: Annotated[int, Limit(0, 5)]
    carry_days: Annotated[int, Limit(0, 60)]  # vacation carried into the next year, at most
    away_at_once: Annotated[int, Limit(1, 999)]  # people of a crew who may be on leave on the same day
    cancelled: Annotated[float, SHARE]  # share of the approved requests that people take back


@dataclass(frozen=True)
class Turnover:
    """Leaving and succession; rates of leaving follow from the tenure of the enterprise."""

    vacancy_median_days: Annotated[float, Limit(1, 90)]
    vacancy_sigma: Annotated[float, SIGMA]
    notice_days: Annotated[int, Limit(7, 90)]
    signed_days: Annotated[int, Limit(1, 60)]  # a contract is signed so many days before its first day


@dataclass(frozen=True)
class Safety:
    """Accidents and near misses."""

    incidents_per_shift: Annotated[float, Limit(0, 0.5)]  # a person and worked shift on the shop floor
    office_share: Annotated[float, SHARE]  # risk in an office, as a share of that
    near_miss: Annotated[float, SHARE]  # shares of the incidents
    first_aid: Annotated[float, SHARE]
    medical_treatment: Annotated[float, SHARE]
    restricted_work: Annotated[float, SHARE]  # the rest is lost time


@dataclass(frozen=True)
class Pay:
    """Wages: base pay is a share of the cost of an hour of labour, with a factor by level."""

    wage_share: Annotated[float, Limit(0.05, 1)]
    level_factors: Annotated[list[float], Limit(0.1, 10)]
    yearly_raise: Annotated[float, Limit(0, 0.2)]  # pay goes back decades, and is cents at least
    income_tax: Annotated[float, Limit(0, 0.5)]
    social_security: Annotated[float, Limit(0, 0.5)]
    employer_contributions: Annotated[float, SHARE]


@dataclass(frozen=True)
class People:
    """What happens to the people at their posts."""

    absence: Absence
    leave: Leave
    turnover: Turnover
    safety: Safety
    pay: Pay


@dataclass(frozen=True)
class BearingStory:
    """A planted bearing failure: onset before the start, breakdown early in the first week."""

    failure_day: Annotated[float, Limit(0, 7, above=True)]  # days after the start
    lead_days: Annotated[float, Limit(0, 365, above=True)]
    repair_hours: Annotated[float, Limit(0.1, 1_000)]


@dataclass(frozen=True)
class UtilityComponent:
    """A component of a utility: how it wears, and when it is replaced by age."""

    component: str
    iso_mode: str
    mechanism: str
    root_cause: str
    beta: Annotated[float, Limit(0.2, 20)]  # Weibull shape
    eta_hours: Annotated[float, Limit(100, 1_000_000)]  # Weibull scale, running hours
    replaced_at: Annotated[float, Limit(0.05, 10)]  # share of eta at which it is replaced, if it has not failed
    repair_median_hours: Annotated[float, Limit(0.1, 100)]
    part_usd: Annotated[float, MONEY]


@dataclass(frozen=True)
class Utility:
    """A kind of asset that serves a whole factory: air, cooling, power, lifting."""

    title: str
    manufacturers: list[str]
    model_prefix: str
    power_kw: Annotated[float, Limit(0.1, 100_000)]
    asset_value_usd: Annotated[int, Limit(1_000, 1_000_000_000)]
    expected_life_years: Annotated[int, Limit(1, 100)]
    duty: Annotated[float, Limit(0, 1, above=True)]  # share of the time that it runs
    metered: bool
    inspected_by_law: bool
    components: list[UtilityComponent]


@dataclass(frozen=True)
class LemonStory:
    """A bad lot of a spare part at the first factory: whatever is built in of it fails soon."""

    mode: str
    from_day: Annotated[float, DAYS]  # days after the start
    to_day: Annotated[float, DAYS]
    life_factor: Annotated[float, Limit(0.001, 1)]


@dataclass(frozen=True)
class CoolantStory:
    """The first machine with a tool and coolant, neglected for a while: its tools wear faster."""

    from_day: Annotated[float, DAYS]  # days after the start
    to_day: Annotated[float, DAYS]
    life_factor: Annotated[float, Limit(0.1, 1)]


@dataclass(frozen=True)
class Upkeep:
    """Maintenance orders: plans, spare parts, contracts, and the stories of maintenance."""

    utilities_per_machine: Annotated[float, Limit(0, 2)]
    utilities: dict[str, Utility]
    order_lead_share: Annotated[
        float, Limit(0, 0.1)
    ]  # of a plan's interval: orders are opened so long before they are due; an order is opened after the one before it was due
    order_lead_most_days: Annotated[int, Limit(2, 30)]
    routine_late: Annotated[float, SHARE]
    routine_missed: Annotated[float, SHARE]
    window_missed: Annotated[float, SHARE]
    wear_part_hours: Annotated[int, Limit(50, 100_000)]  # running hours between two replacements of belts and batteries
    statutory_every_days: Annotated[int, Limit(7, 3_660)]
    utility_service_days: Annotated[int, Limit(7, 3_660)]
    calibration_median_minutes: Annotated[float, Limit(1, 240)]
    utility_service_median_minutes: Annotated[float, Limit(1, 240)]
    closing_median_hours: Annotated[float, Limit(0.5, 40)]
    closing_sigma: Annotated[float, SIGMA]
    follow_up: Annotated[float, SHARE]  # share of the routine orders that find more to do
    spare_lead_min_days: Annotated[int, Limit(1, 90)]
    spare_lead_max_days: Annotated[int, Limit(1, 90)]
    wear_part_usd: Annotated[float, MONEY]
    kit_usd: Annotated[float, MONEY]
    kit_share: Annotated[float, SHARE]  # share of the adjusting repairs that use small parts
    contract_usd: Annotated[float, MONEY]  # fee of a service contract, a year
    external_share: Annotated[float, SHARE]  # share of the long repairs in which the maker's engineer is called
    repair_on_sensor_fault: Annotated[
        float, SHARE
    ]  # share of the inspected alerts of a faulty sensor that lead to a repair
    infant_story_hours: Annotated[
        float, Limit(2, 100_000)
    ]  # life of the bearing that replaces the planted failure, planned hours
    lemon_story: LemonStory
    coolant_story: CoolantStory


@dataclass(frozen=True)
class Enterprise:
    """Company-wide masters, sized by ratio."""

    suppliers: Annotated[int, COUNT]
    customers: Annotated[int, COUNT]
    materials: Annotated[int, COUNT]
    components_per_product: Annotated[int, Limit(1, 1_000)]


@dataclass(frozen=True)
class Plant:
    """Everything that determines the rows (with `MODEL_VERSION`)."""

    seed: Annotated[int, Limit()]  # a check of its own
    start: str  # ISO date, 00:00 UTC
    scale: str
    factories: dict[str, Factory]
    line_types: dict[str, LineType]
    machines: dict[str, Machine]
    signals: dict[str, Signal]
    failure_modes: dict[str, FailureMode]
    shifts: Shifts
    market: Market
    demand: Demand
    stops: Stops
    fault_codes: dict[str, FaultCode]
    degradation: Degradation
    quality: Quality
    quality_control: QualityControl
    sensor_faults: SensorFaults
    maintenance: Maintenance
    inspection: Inspection
    costing: Costing
    labour: Labour
    people: People
    bearing_story: BearingStory
    upkeep: Upkeep
    enterprise: Enterprise
    scada_interval_seconds: Annotated[int, Limit(2, 3_600)]  # a day of seconds would not fit a key
    health_interval_hours: Annotated[int, Limit(1, 24)]
