"""The plant configuration as plain values: what determines every row, and nothing else.

Hydra composes it from conf/; field names equal YAML keys. Durations carry their unit in the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MODEL_VERSION = "10"
"""Raised whenever the same configuration would give other rows, or the ledger would count them otherwise."""


@dataclass(frozen=True)
class Line:
    """A production line (ISA-95 work centre); its number is part of every key below it."""

    number: int
    name: str
    type: str
    shift_pattern: str


@dataclass(frozen=True)
class Factory:
    """A manufacturing site (ISA-95 site)."""

    number: int
    name: str
    city: str
    country: str  # ISO 3166-1 alpha-2
    region: str
    timezone: str  # IANA
    latitude: float
    longitude: float
    currency: str  # ISO 4217, the functional currency of its company
    labour_rate_usd: float  # cost of an hour of direct labour
    company: str
    operational_since: str  # ISO date
    area_m2: int
    certification: str
    holidays: str  # calendar of the `holidays` package: country or country/subdivision
    summer_stop_weeks: int
    summer_stop_iso_week: int
    lines: list[Line]


@dataclass(frozen=True)
class LineType:
    """What the lines of one kind have in common: machines in flow order, products and pace."""

    machines: list[str]
    product_family: str
    products: int
    ideal_cycle_seconds: float
    ideal_cycle_spread: float  # relative, uniform either way
    changeover_median_minutes: float
    changeover_sigma: float


@dataclass(frozen=True)
class Signal:
    """A measured quantity: its healthy behaviour at a machine, and its limits.

    `additive` signals add their terms; `multiplicative` ones multiply the level by each term, and
    their spreads and noises are relative.
    """

    unit: str
    quantity: str
    model: str  # additive | multiplicative
    mean: float
    unit_spread: float
    idle_fraction: float  # level when not running, as a share of the level when running
    load_gain: float
    load_exponent: float
    load_tau_minutes: float
    program_gain: float  # response to the machine's common program variation
    daily_amplitude: float
    season_amplitude: float
    sawtooth_amplitude: float
    sawtooth_minutes: float
    phi: float  # AR(1) coefficient at one minute
    sigma_ar: float
    sigma_white: float
    folded: bool  # the absolute value is what the instrument shows
    calibration_days: int  # planned time between calibrations
    resolution: float
    range_min: float
    range_max: float
    critical_low: float | None
    warning_low: float | None
    warning_high: float | None
    critical_high: float | None


@dataclass(frozen=True)
class Sensor:
    """A sensor of a machine type."""

    name: str
    signal: str
    interval_seconds: int
    scale: float = 1.0  # the machine type's rated value in units of the signal's mean


@dataclass(frozen=True)
class Effect:
    """What a degraded component does to a signal at full degradation (h = 1)."""

    shift: float = 0.0  # in the signal's unit
    factor: float = 1.0
    noise: float = 1.0


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
    beta: float  # Weibull shape
    eta_hours: float  # Weibull scale, planned operating hours
    sudden_share: float  # share of failures that come at once, without degradation
    hidden_share: float  # share of those that degrade where no sensor of the machine feels it
    lead_median_hours: float  # from the first sign to the failure (P-F interval)
    lead_min_hours: float
    lead_max_hours: float
    intercept: float  # probability that a planned repair comes first
    repair_median_hours: float
    repair_sigma: float
    cycle_effect: float  # relative increase of the cycle time at h = 1
    scrap_effect: float  # factor on the reject probability at h = 1
    effects: dict[str, Effect] = field(default_factory=dict)
    tool: bool = False  # wears in cutting time and is changed at a share of its life


@dataclass(frozen=True)
class Machine:
    """A machine type (ISA-95 work unit)."""

    title: str
    manufacturers: list[str]
    model_prefix: str
    power_kw: float
    idle_power_share: float
    asset_value_usd: int
    expected_life_years: int
    load_class: float  # factor on component life: 0.8 heavy duty, 1.25 light
    micro_stop_factor: float
    sensors: list[Sensor]
    failure_modes: list[str]


@dataclass(frozen=True)
class Shifts:
    """Shift hours (factory-local) and which shifts of the week each pattern works."""

    start_hours: list[int]
    patterns: dict[str, list[str]]  # Monday to Sunday, one letter per worked shift: E, L, N
    pm_every_days: int


@dataclass(frozen=True)
class Demand:
    """Demand and campaigns."""

    utilization: float
    weekday: list[float]
    season_amplitude: float
    daily_sigma: float
    product_zipf: float
    lot_days: float  # a campaign covers so many days of its product's demand
    lot_sigma: float
    lot_min_containers: int
    lot_max_containers: int
    release_days: float  # work released ahead of the line, in days of capacity
    container_parts: int
    stock_days: float  # how far production may run ahead of demand
    expected_efficiency: float  # share of planned time that planners expect to become work


@dataclass(frozen=True)
class Stops:
    """Stops of the line that are not component failures; rates per machine-hour of running."""

    micro_per_hour: float
    micro_median_seconds: float
    micro_sigma: float
    micro_wear_gain: float
    major_per_hour: float
    major_median_minutes: float
    major_sigma: float
    starved_per_line_hour: float
    starved_median_minutes: float
    starved_sigma: float
    warning_per_hour: float
    warning_median_minutes: float
    warning_sigma: float
    starved_of_material: float
    speed_loss: float
    speed_loss_sigma: float
    night_slowdown: float


@dataclass(frozen=True)
class FaultCode:
    """A controller message that is not a component failure."""

    description: str
    category: str
    severity: str  # minor | major | warning
    weight: float


@dataclass(frozen=True)
class Degradation:
    """Component lives."""

    frailty_sigma: float
    infant_share: float
    infant_beta: float
    infant_eta_share: float
    response_median_minutes: float
    response_sigma: float
    spare_missing_share: float
    spare_delay_median_hours: float
    spare_delay_sigma: float
    intercept_from: float  # planned repairs come this share of the lead before the failure, at least
    intercept_span: float  # and up to so much more
    warmup_days: int
    tool_change_share: float  # share of its life at which a tool is changed
    tool_change_median_minutes: float


@dataclass(frozen=True)
class Quality:
    """Rejects of a run."""

    reject_probability: float
    line_sigma: float  # lognormal spread between line-days
    setup_scrap_min: int
    setup_scrap_max: int
    rework_share: float
    restart_scrap: int


@dataclass(frozen=True)
class QualityControl:
    """Process quality, what is bought, and how the quality system finds and treats what is wrong.

    Shifts and offsets are in standard deviations of a characteristic.
    """

    charts_per_line: int
    subgroup_parts: int
    critical_minutes: int  # of running, between two subgroups of a characteristic of this class
    significant_minutes: int
    standard_minutes: int
    cp_min: float
    cp_max: float
    centring_sigma: float  # spread of the process means; half of it for special characteristics
    tool_drift: float  # either way, over the life of a tool
    lot_offset_sigma: float
    bad_lot_offset: float
    operator_sigma: float
    expired_offset: float  # of an operator whose certificate has expired
    expired_rejects: float  # factor on the rejects of such an operator
    special_causes_per_month: float  # of a chart
    special_shift_min: float
    special_shift_max: float
    special_hours_min: float
    special_hours_max: float
    cause_found: float  # share of the special causes signalled that the line finds
    maintenance_rejects: float  # relative increase after the line's maintenance window
    maintenance_hours: float
    bad_lot_rejects: float  # factor on the rejects of a part with a bad lot in it
    chronic_per_line_year: float
    chronic_rejects: float  # share of the parts, median
    chronic_effective: float  # share of the corrective actions that end the cause
    lot_ppm_median: float  # of suppliers
    lot_ppm_sigma: float
    lot_overdispersion: float
    bad_lots_per_supplier_year: float
    bad_lot_factor: float
    over_delivery: float  # share of the deliveries that are short or over
    gauges_per_line: int
    gauges_per_room: int
    late_calibrations: float
    out_of_tolerance: float
    failed_calibrations: float
    gauge_stories_per_quarter: float  # of a factory: a gauge far out, unnoticed until its calibration
    complaints_per_million: float  # formal complaints per million parts of the lines' demand
    audits_per_factory_year: float
    documents_per_factory: int
    inspection_hour_usd: float
    labour_hour_usd: float


@dataclass(frozen=True)
class SensorFaults:
    """Faults of the measuring chain; rates per sensor-year unless said otherwise."""

    drift_per_year: float
    drift_min_per_month: float  # share of the span
    drift_max_per_month: float
    stuck_per_year: float
    stuck_median_hours: float
    bias_per_year: float
    erratic_per_year: float
    dropout_per_year: float
    dropout_mean_minutes: float
    gateway_outage_per_line_year: float
    spike_per_sample: float
    stuck_recall: float
    drift_recall: float
    drift_noticed: float  # share of the range from which a drift can be noticed
    false_alarm_per_year: float


@dataclass(frozen=True)
class Maintenance:
    """Checks, routine care, and what is made of stops and alerts."""

    checks_missed: float
    checks_report: float  # share that reports what a technician has to see to
    routine_every_days: int
    routine_median_minutes: float
    routine_parts_usd: float
    window_median_hours: float
    window_parts_usd: float
    tool_parts_usd: float
    repair_parts_usd: float
    parts_sigma: float
    repaired_major_stops: float
    inspected_alerts: float
    inspection_median_minutes: float
    inspection_sees: float


@dataclass(frozen=True)
class SamplingPlan:
    """Acceptance sampling by attributes (ISO 2859: sample size, acceptance number)."""

    sample: int
    accept: int


@dataclass(frozen=True)
class Inspection:
    """Inspections at the line."""

    first_piece: SamplingPlan
    patrol: SamplingPlan
    final: SamplingPlan
    startup_left: float
    undetected: float
    critical_share: float
    major_share: float
    defect_ratio: float


@dataclass(frozen=True)
class Costing:
    """Standard costs of what is made."""

    machine_hour_usd: float
    list_price_median_usd: float
    list_price_sigma: float
    components_lost: float  # share of the left-over components that nobody finds


@dataclass(frozen=True)
class Labour:
    """Who is there. Posts are per crew of a line or per factory; people are assigned, never sampled."""

    operators_per_line_crew: int
    relief_operators_per_factory: int
    supervisors_per_factory: int
    technicians_per_factory: int
    inspectors_per_factory: int
    warehouse_per_factory: int
    staff_per_factory: int


@dataclass(frozen=True)
class Absence:
    """Sickness: spells start on a day and last 1 + geometric days."""

    start_rate: float  # spells a person and day outside the flu season
    flu_season: float  # factor on it in winter
    flu_week: float  # factor on it in the one bad week of a factory's winter
    monday: float
    stop: float  # probability that a spell ends with its next day
    unexcused: float  # share of the spells without notice, of one day


@dataclass(frozen=True)
class Leave:
    """Vacation and other leave."""

    vacation_days_a_month: int
    carry_days: int  # vacation carried into the next year, at most
    away_at_once: int  # people of a crew who may be on leave on the same day
    cancelled: float  # share of the approved requests that people take back


@dataclass(frozen=True)
class Turnover:
    """Leaving and succession; rates of leaving follow from the tenure of the enterprise."""

    vacancy_median_days: float
    vacancy_sigma: float
    notice_days: int
    signed_days: int  # a contract is signed so many days before its first day


@dataclass(frozen=True)
class Safety:
    """Accidents and near misses."""

    incidents_per_shift: float  # a person and worked shift on the shop floor
    office_share: float  # risk in an office, as a share of that
    near_miss: float  # shares of the incidents
    first_aid: float
    medical_treatment: float
    restricted_work: float  # the rest is lost time


@dataclass(frozen=True)
class Pay:
    """Wages: base pay is a share of the cost of an hour of labour, with a factor by level."""

    wage_share: float
    level_factors: list[float]
    yearly_raise: float
    income_tax: float
    social_security: float
    employer_contributions: float


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

    failure_day: float  # days after the start
    lead_days: float
    repair_hours: float


@dataclass(frozen=True)
class UtilityComponent:
    """A component of a utility: how it wears, and when it is replaced by age."""

    component: str
    iso_mode: str
    mechanism: str
    root_cause: str
    beta: float  # Weibull shape
    eta_hours: float  # Weibull scale, running hours
    replaced_at: float  # share of eta at which it is replaced, if it has not failed
    repair_median_hours: float
    part_usd: float


@dataclass(frozen=True)
class Utility:
    """A kind of asset that serves a whole factory: air, cooling, power, lifting."""

    title: str
    manufacturers: list[str]
    model_prefix: str
    power_kw: float
    asset_value_usd: int
    expected_life_years: int
    duty: float  # share of the time that it runs
    metered: bool
    inspected_by_law: bool
    components: list[UtilityComponent]


@dataclass(frozen=True)
class LemonStory:
    """A bad lot of a spare part at the first factory: whatever is built in of it fails soon."""

    mode: str
    from_day: float  # days after the start
    to_day: float
    life_factor: float


@dataclass(frozen=True)
class CoolantStory:
    """The first machine with a tool and coolant, neglected for a while: its tools wear faster."""

    from_day: float  # days after the start
    to_day: float
    life_factor: float


@dataclass(frozen=True)
class Upkeep:
    """Maintenance orders: plans, spare parts, contracts, and the stories of maintenance."""

    utilities_per_machine: float
    utilities: dict[str, Utility]
    order_lead_share: float  # of a plan's interval: orders are opened so long before they are due
    order_lead_most_days: int
    routine_late: float
    routine_missed: float
    window_missed: float
    wear_part_hours: int  # running hours between two replacements of belts and batteries
    statutory_every_days: int
    utility_service_days: int
    calibration_median_minutes: float
    utility_service_median_minutes: float
    closing_median_hours: float
    closing_sigma: float
    follow_up: float  # share of the routine orders that find more to do
    spare_lead_min_days: int
    spare_lead_max_days: int
    wear_part_usd: float
    kit_usd: float
    kit_share: float  # share of the adjusting repairs that use small parts
    contract_usd: float  # fee of a service contract, a year
    external_share: float  # share of the long repairs in which the maker's engineer is called
    repair_on_sensor_fault: float  # share of the inspected alerts of a faulty sensor that lead to a repair
    infant_story_hours: float  # life of the bearing that replaces the planted failure, planned hours
    lemon_story: LemonStory
    coolant_story: CoolantStory


@dataclass(frozen=True)
class Enterprise:
    """Company-wide masters, sized by ratio."""

    suppliers: int
    customers: int
    materials: int
    components_per_product: int


@dataclass(frozen=True)
class Plant:
    """Everything that determines the rows (with `MODEL_VERSION`)."""

    seed: int
    start: str  # ISO date, 00:00 UTC
    scale: str
    factories: dict[str, Factory]
    line_types: dict[str, LineType]
    machines: dict[str, Machine]
    signals: dict[str, Signal]
    failure_modes: dict[str, FailureMode]
    shifts: Shifts
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
    scada_interval_seconds: int
    health_interval_hours: int
