"""The range of every number of the configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass

from genims_ray.config import settings
from genims_ray.world import params


@dataclass(frozen=True)
class Limit:
    """An interval, closed unless `above` says that the lower end is excluded."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False

    def holds(self, value: float) -> bool:
        return (value > self.low if self.above else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        lower = f"more than {plain(self.low)}" if self.above else f"at least {plain(self.low)}"
        if math.isinf(self.high):
            return lower
        high = plain(self.high)
        return f"{lower} and at most {high}" if self.above else f"{plain(self.low)} to {high}"


def plain(number: float) -> str:
    """A number as people write it: 1000000 and 0.05, not 1e+06."""
    return f"{number:.0f}" if float(number).is_integer() and abs(number) < 1e16 else f"{number:g}"


SHARE = Limit(0, 1)
COUNT = Limit(1, 99_999)  # five digits of a code
NUMBER = Limit(1, 99)  # two digits of a key
SECONDS_TO_HOUR = Limit(1, 3600)
SIGMA = Limit(0, 3)  # of a logarithm: one value in a thousand is 10,000 times the median
SIGMA_OF_TIME = Limit(0, 1.5)  # the same, where a duration of years would stop a line for good
LEVEL = Limit(-1e6, 1e6)  # of a signal, in its unit
SPREAD = Limit(0, 1e6)
MONEY = Limit(0, 1_000_000, above=True)
PER_YEAR = Limit(0, 10_000)
DAYS = Limit(0, 366)

_LIMITS: dict[type, dict[Limit, str]] = {
    params.Line: {NUMBER: "number"},
    params.Factory: {
        NUMBER: "number",
        Limit(-90, 90): "latitude",
        Limit(-180, 180): "longitude",
        Limit(1_000, 100_000_000): "area_m2",
        Limit(1, 10_000): "labour_rate_usd",
        Limit(0, 8): "summer_stop_weeks",
        Limit(1, 53): "summer_stop_iso_week",
    },
    params.LineType: {
        NUMBER: "products",
        Limit(1, 3600): "ideal_cycle_seconds",
        Limit(0.1, 1440): "changeover_median_minutes",
        Limit(0, 0.9): "ideal_cycle_spread",
        SIGMA_OF_TIME: "changeover_sigma",
    },
    params.Signal: {
        LEVEL: "mean load_gain daily_amplitude season_amplitude sawtooth_amplitude "
        "range_min range_max critical_low warning_low warning_high critical_high program_gain",
        Limit(0, 10, above=True): "load_exponent",
        Limit(1e-6, 1): "resolution",
        SPREAD: "unit_spread sigma_ar sigma_white",
        Limit(0, 100): "idle_fraction",
        Limit(0, 10_080): "load_tau_minutes sawtooth_minutes",
        Limit(0, 0.999): "phi",
        Limit(14, 3660): "calibration_days",  # they come up to 12 days late
    },
    params.Sensor: {SECONDS_TO_HOUR: "interval_seconds", Limit(0.001, 1e6): "scale"},
    params.Effect: {LEVEL: "shift", Limit(0, 1000, above=True): "factor noise"},
    params.FailureMode: {
        Limit(0.2, 20): "beta",
        Limit(1, 1_000_000): "eta_hours",
        Limit(0.0001, 10_000): "lead_median_hours lead_min_hours lead_max_hours",
        Limit(0.01, 1000): "repair_median_hours",
        Limit(0, 1000, above=True): "scrap_effect",
        SHARE: "sudden_share hidden_share intercept",
        SIGMA_OF_TIME: "repair_sigma",
        Limit(0, 10): "cycle_effect",
    },
    params.Machine: {
        Limit(0.1, 100_000): "power_kw",
        Limit(0.01, 100): "load_class",
        SHARE: "idle_power_share",
        Limit(0, 100): "micro_stop_factor",
        Limit(1_000, 1_000_000_000): "asset_value_usd",
        Limit(1, 100): "expected_life_years",
    },
    params.Shifts: {Limit(0, 23): "start_hours", Limit(7, 366): "pm_every_days"},
    params.Demand: {
        Limit(0, 2, above=True): "utilization expected_efficiency",
        Limit(0.01, 366): "lot_days",
        Limit(0, 100): "weekday",
        Limit(0, 10): "product_zipf",
        SIGMA: "daily_sigma lot_sigma",
        DAYS: "release_days stock_days",
        Limit(0, 0.99): "season_amplitude",
        Limit(1, 10_000): "lot_min_containers lot_max_containers",
        Limit(7, 10_000): "container_parts",  # containers vary by six parts either way
    },
    params.Stops: {
        Limit(0.1, 3600): "micro_median_seconds",
        Limit(0.1, 1440): "major_median_minutes starved_median_minutes warning_median_minutes",
        SIGMA_OF_TIME: "micro_sigma major_sigma starved_sigma warning_sigma",
        SIGMA: "speed_loss_sigma",
        Limit(0, 100): "micro_wear_gain",
        Limit(0, 60): "micro_per_hour major_per_hour starved_per_line_hour warning_per_hour",
        Limit(0, 0.9): "speed_loss night_slowdown",
        SHARE: "starved_of_material",
    },
    params.FaultCode: {Limit(0, 1_000_000, above=True): "weight"},
    params.Degradation: {
        Limit(0.2, 20): "infant_beta",
        Limit(0.001, 1): "infant_eta_share tool_change_share",
        Limit(0.1, 10_080): "response_median_minutes",
        Limit(0.01, 10_000): "spare_delay_median_hours",
        Limit(0.1, 1440): "tool_change_median_minutes",
        SIGMA: "frailty_sigma",
        SIGMA_OF_TIME: "response_sigma spare_delay_sigma",
        SHARE: "infant_share spare_missing_share intercept_from intercept_span",
        Limit(30, 1000): "warmup_days",
    },
    params.Quality: {
        SHARE: "reject_probability rework_share",
        SIGMA: "line_sigma",
        Limit(0, 10_000): "setup_scrap_min setup_scrap_max restart_scrap",
    },
    params.QualityControl: {
        Limit(6, 99): "charts_per_line",
        Limit(2, 10): "subgroup_parts",
        Limit(30, 1440): "critical_minutes significant_minutes standard_minutes",
        Limit(0.5, 5): "cp_min cp_max",
        Limit(0, 6): "bad_lot_offset expired_offset special_shift_min special_shift_max",
        Limit(0, 100): "expired_rejects maintenance_rejects bad_lot_rejects bad_lot_factor",
        Limit(0, 5.9): "special_causes_per_month",
        Limit(0.1, 96): "special_hours_min special_hours_max",
        Limit(0, 168): "maintenance_hours",
        Limit(0, 7): "chronic_per_line_year",
        SHARE: "cause_found chronic_rejects chronic_effective lot_overdispersion over_delivery late_calibrations "
        "out_of_tolerance failed_calibrations",
        Limit(0, 100_000): "lot_ppm_median complaints_per_million",
        SIGMA: "lot_ppm_sigma centring_sigma tool_drift lot_offset_sigma operator_sigma",
        Limit(0, 12): "bad_lots_per_supplier_year",
        Limit(1, 20): "gauges_per_line gauges_per_room",
        Limit(0, 4): "gauge_stories_per_quarter",
        Limit(0, 52): "audits_per_factory_year",
        Limit(10, 900): "documents_per_factory",
        MONEY: "inspection_hour_usd labour_hour_usd",
    },
    params.SensorFaults: {
        PER_YEAR: "drift_per_year stuck_per_year bias_per_year erratic_per_year dropout_per_year "
        "gateway_outage_per_line_year false_alarm_per_year",
        Limit(0, 100): "drift_min_per_month drift_max_per_month",
        Limit(0.01, 10_000): "stuck_median_hours",
        Limit(0.1, 10_080): "dropout_mean_minutes",
        SHARE: "spike_per_sample stuck_recall drift_recall drift_noticed",
    },
    params.Maintenance: {
        SHARE: "checks_missed checks_report repaired_major_stops inspected_alerts inspection_sees",
        Limit(1, 366): "routine_every_days",
        Limit(0.1, 1440): "routine_median_minutes inspection_median_minutes",
        Limit(0.01, 1000): "window_median_hours",
        MONEY: "routine_parts_usd window_parts_usd tool_parts_usd repair_parts_usd",
        SIGMA: "parts_sigma",
    },
    params.SamplingPlan: {Limit(1, 1_000): "sample", Limit(0, 1_000): "accept"},
    params.Inspection: {SHARE: "startup_left undetected critical_share major_share defect_ratio"},
    params.Costing: {
        MONEY: "machine_hour_usd",
        Limit(1, 10_000): "list_price_median_usd",
        SHARE: "list_price_sigma components_lost",
    },
    params.Labour: {
        Limit(1, 99): "operators_per_line_crew",
        Limit(2, 999): "staff_per_factory",  # a manager and a planner
        Limit(0, 999): "relief_operators_per_factory supervisors_per_factory technicians_per_factory "
        "inspectors_per_factory warehouse_per_factory",
    },
    params.Absence: {
        Limit(0, 0.04): "start_rate",
        Limit(0, 10): "flu_season flu_week monday",
        Limit(0.05, 1): "stop",
        SHARE: "unexcused",
    },
    params.Leave: {
        Limit(0, 5): "vacation_days_a_month",
        Limit(0, 60): "carry_days",
        Limit(1, 999): "away_at_once",
        SHARE: "cancelled",
    },
    params.Turnover: {
        Limit(1, 90): "vacancy_median_days",
        SIGMA: "vacancy_sigma",
        Limit(7, 90): "notice_days",
        Limit(1, 60): "signed_days",
    },
    params.Safety: {
        Limit(0, 0.5): "incidents_per_shift",
        SHARE: "office_share near_miss first_aid medical_treatment restricted_work",
    },
    params.Pay: {
        Limit(0.05, 1): "wage_share",
        Limit(0.1, 10): "level_factors",
        Limit(0, 0.2): "yearly_raise",  # pay goes back decades, and is cents at least
        Limit(0, 0.5): "income_tax social_security",
        SHARE: "employer_contributions",
    },
    params.BearingStory: {
        Limit(0, 7, above=True): "failure_day",
        Limit(0, 365, above=True): "lead_days",
        Limit(0.1, 1000): "repair_hours",
    },
    params.UtilityComponent: {
        Limit(0.2, 20): "beta",
        Limit(100, 1_000_000): "eta_hours",
        Limit(0.05, 10): "replaced_at",
        Limit(0.1, 100): "repair_median_hours",
        MONEY: "part_usd",
    },
    params.Utility: {
        Limit(0.1, 100_000): "power_kw",
        Limit(1_000, 1_000_000_000): "asset_value_usd",
        Limit(1, 100): "expected_life_years",
        Limit(0, 1, above=True): "duty",
    },
    params.LemonStory: {DAYS: "from_day to_day", Limit(0.001, 1): "life_factor"},
    params.CoolantStory: {DAYS: "from_day to_day", Limit(0.1, 1): "life_factor"},
    params.Upkeep: {
        Limit(0, 2): "utilities_per_machine",
        Limit(0, 0.1): "order_lead_share",  # an order is opened after the one before it was due
        Limit(2, 30): "order_lead_most_days",
        SHARE: "routine_late routine_missed window_missed follow_up kit_share external_share repair_on_sensor_fault",
        Limit(50, 100_000): "wear_part_hours",
        Limit(7, 3660): "statutory_every_days utility_service_days",
        Limit(1, 240): "calibration_median_minutes utility_service_median_minutes",
        Limit(0.5, 40): "closing_median_hours",
        SIGMA: "closing_sigma",
        Limit(1, 90): "spare_lead_min_days spare_lead_max_days",
        MONEY: "wear_part_usd kit_usd contract_usd",
        Limit(2, 100_000): "infant_story_hours",
    },
    params.Enterprise: {COUNT: "suppliers customers materials", Limit(1, 1_000): "components_per_product"},
    params.Plant: {
        Limit(): "seed",  # a check of its own
        Limit(2, 3600): "scada_interval_seconds",  # a day of seconds would not fit a key
        Limit(1, 24): "health_interval_hours",
    },
    settings.Ray: {
        Limit(1, 65535): "dashboard_port",
        Limit(1, 10_000): "num_cpus",
        Limit(1, 1_000_000): "machines_per_actor",
        Limit(1, 1_000): "databases_per_loader units_in_flight",
        Limit(100_000_000, 1e15): "object_store_bytes",
    },
    settings.Server: {SECONDS_TO_HOUR: "patience_seconds"},
    settings.Units: {Limit(1, 1_000_000_000): "rows"},
}

_BY_FIELD = {
    (cls, name): limit
    for cls, by_limit in _LIMITS.items()
    for limit, names in by_limit.items()
    for name in names.split()
}


def of(cls: type, field: str) -> Limit | None:
    """The limit of a numeric field."""
    return _BY_FIELD.get((cls, field))
