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


ANY = Limit()
POSITIVE = Limit(0, above=True)
NOT_NEGATIVE = Limit(0)
SHARE = Limit(0, 1)
COUNT = Limit(1, 1_000_000)
NUMBER = Limit(1, 99)  # two digits of a key
SECONDS_TO_HOUR = Limit(1, 3600)

_LIMITS: dict[type, dict[Limit, str]] = {
    params.Line: {NUMBER: "number"},
    params.Factory: {
        NUMBER: "number",
        Limit(-90, 90): "latitude",
        Limit(-180, 180): "longitude",
        COUNT: "area_m2",
        POSITIVE: "labour_rate_usd",
        Limit(0, 8): "summer_stop_weeks",
        Limit(1, 53): "summer_stop_iso_week",
    },
    params.LineType: {
        NUMBER: "products",
        POSITIVE: "ideal_cycle_seconds changeover_median_minutes",
        Limit(0, 0.9): "ideal_cycle_spread",
        NOT_NEGATIVE: "changeover_sigma",
    },
    params.Signal: {
        ANY: "mean load_gain program_gain daily_amplitude season_amplitude sawtooth_amplitude "
        "range_min range_max critical_low warning_low warning_high critical_high",
        POSITIVE: "load_exponent resolution",
        NOT_NEGATIVE: "unit_spread idle_fraction load_tau_minutes sawtooth_minutes sigma_ar sigma_white",
        Limit(0, 0.999): "phi",
        Limit(1, 3660): "calibration_days",
    },
    params.Sensor: {SECONDS_TO_HOUR: "interval_seconds", POSITIVE: "scale"},
    params.Effect: {ANY: "shift", POSITIVE: "factor noise"},
    params.FailureMode: {
        POSITIVE: "beta eta_hours lead_median_hours lead_min_hours lead_max_hours repair_median_hours "
        "scrap_effect",
        SHARE: "sudden_share hidden_share intercept",
        NOT_NEGATIVE: "repair_sigma cycle_effect",
    },
    params.Machine: {
        POSITIVE: "power_kw load_class",
        SHARE: "idle_power_share",
        NOT_NEGATIVE: "micro_stop_factor",
        Limit(1, 1_000_000_000): "asset_value_usd",
        Limit(1, 100): "expected_life_years",
    },
    params.Shifts: {Limit(0, 23): "start_hours", Limit(1, 366): "pm_every_days"},
    params.Demand: {
        Limit(0, 2, above=True): "utilization expected_efficiency",
        POSITIVE: "lot_days",
        NOT_NEGATIVE: "weekday daily_sigma product_zipf lot_sigma release_days stock_days",
        Limit(0, 0.99): "season_amplitude",
        COUNT: "lot_min_containers lot_max_containers",
        Limit(7, 10_000): "container_parts",  # containers vary by six parts either way
    },
    params.Stops: {
        POSITIVE: "micro_median_seconds major_median_minutes starved_median_minutes warning_median_minutes",
        NOT_NEGATIVE: "micro_sigma micro_wear_gain major_sigma starved_sigma warning_sigma speed_loss_sigma",
        Limit(0, 60): "micro_per_hour major_per_hour starved_per_line_hour warning_per_hour",
        Limit(0, 0.9): "speed_loss night_slowdown",
        SHARE: "starved_of_material",
    },
    params.FaultCode: {POSITIVE: "weight"},
    params.Degradation: {
        POSITIVE: "infant_beta infant_eta_share response_median_minutes spare_delay_median_hours "
        "tool_change_share tool_change_median_minutes",
        NOT_NEGATIVE: "frailty_sigma response_sigma spare_delay_sigma",
        SHARE: "infant_share spare_missing_share intercept_from intercept_span",
        Limit(1, 3660): "warmup_days",
    },
    params.Quality: {
        SHARE: "reject_probability rework_share",
        NOT_NEGATIVE: "line_sigma setup_scrap_min setup_scrap_max restart_scrap",
    },
    params.SensorFaults: {
        NOT_NEGATIVE: "drift_per_year drift_min_per_month drift_max_per_month stuck_per_year bias_per_year "
        "erratic_per_year dropout_per_year gateway_outage_per_line_year false_alarm_per_year",
        POSITIVE: "stuck_median_hours dropout_mean_minutes",
        SHARE: "spike_per_sample stuck_recall drift_recall drift_noticed",
    },
    params.Maintenance: {
        SHARE: "checks_missed repaired_major_stops inspected_alerts inspection_sees",
        Limit(1, 366): "routine_every_days",
        POSITIVE: "routine_median_minutes window_median_hours inspection_median_minutes routine_parts_usd "
        "window_parts_usd tool_parts_usd repair_parts_usd",
        NOT_NEGATIVE: "parts_sigma",
    },
    params.SamplingPlan: {Limit(1, 1_000): "sample", Limit(0, 1_000): "accept"},
    params.Inspection: {SHARE: "startup_left undetected critical_share major_share defect_ratio"},
    params.Costing: {
        POSITIVE: "machine_hour_usd list_price_median_usd",
        NOT_NEGATIVE: "list_price_sigma",
        SHARE: "components_lost",
    },
    params.Labour: {
        Limit(1, 99): "operators_per_line_crew",
        Limit(0, 999): "relief_operators_per_factory supervisors_per_factory technicians_per_factory "
        "inspectors_per_factory warehouse_per_factory staff_per_factory",
        Limit(0, 0.9): "absence_rate",
    },
    params.BearingStory: {Limit(0, 7, above=True): "failure_day", POSITIVE: "lead_days repair_hours"},
    params.Enterprise: {COUNT: "suppliers customers materials components_per_product"},
    params.Plant: {
        ANY: "seed",
        SECONDS_TO_HOUR: "scada_interval_seconds",
        Limit(1, 24): "health_interval_hours",
    },
    settings.Ray: {
        Limit(1, 65535): "dashboard_port",
        COUNT: "num_cpus machines_per_actor databases_per_loader units_in_flight",
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
