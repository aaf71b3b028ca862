"""Faults of the measuring chain: drift and bias between calibrations, stuck and erratic values,
dropouts, gateway outages and spikes; and what the monitoring notices of them.

Every fault is a function of (sensor, UTC day or calibration period), so a day needs no history but
the two days before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import DAY, HOUR
from genims_ray.world import params
from genims_ray.world.cells import Cells, Memory
from genims_ray.world.layout import Sensor
from genims_ray.world.rng import Rng, exponential, poisson
from genims_ray.world.rows import Bools, Floats, Ints

YEAR = 365.25
MONTH = 30.4
MOST_SPIKES = 6
LONGEST_DAYS = 2
"""No span of stuck, erratic or lost values is longer."""
DRIFT, BIAS, STUCK, ERRATIC, DROPOUT, OUTAGE, SPIKE = (
    "drift",
    "bias",
    "stuck",
    "erratic",
    "dropout",
    "gateway_outage",
    "spike",
)
WATCHED = (DRIFT, BIAS, STUCK, ERRATIC)
"""What the monitoring of sensors can notice."""


@dataclass(frozen=True)
class FaultDay:
    """Sensor faults of one UTC day, arrays over sensors; times in UTC seconds, empty spans 0 to 0."""

    offset_start: Floats  # what drift and bias add at the start of the day, in units of the span
    offset_slope: Floats  # per second
    stuck: tuple[Ints, Ints]
    erratic: tuple[Ints, Ints]
    erratic_factor: Floats
    dropout: tuple[Ints, Ints]
    outage: tuple[Ints, Ints]
    spike_time: Ints  # (sensors, MOST_SPIKES), 0 where there is none
    spike_sigma: Floats
    calibrated: Ints  # UTC day of the last calibration
    drift_share: Floats  # true deviation at the end of the day, share of the span
    false_alarm: Bools  # monitoring reports a drift that is not there
    notices_drift: Bools
    notices_stuck: Bools

    @cached_property
    def any(self) -> Bools:
        """Sensors whose readings are changed or lost."""
        spans = (self.stuck, self.erratic, self.dropout, self.outage)
        changed = (self.offset_start != 0) | (self.offset_slope != 0) | (self.spike_time != 0).any(axis=1)
        return np.asarray(np.logical_or.reduce([changed, *(end != 0 for _, end in spans)]))


@dataclass(frozen=True)
class _Period:
    """What befalls each sensor from one calibration to the next, in UTC days and shares of the span."""

    calibrated: Ints
    drift_from: Floats
    drift_per_day: Floats  # signed; 0: no drift
    bias_from: Floats
    bias: Floats  # signed; 0: none


@dataclass(frozen=True)
class Faults:
    """Known truth: single faults; aligned arrays ordered by (start, sensor, kind), instants in UTC seconds."""

    sensor_id: Ints
    kind: NDArray[np.str_]
    start: Ints
    end: Ints
    size: Floats  # share of the span a month (drift) or in all (bias), factor (erratic), sigmas (spike), else NaN
    noticed: Bools  # by the monitoring, in the time that was asked about


class SensorFaults:
    """Faults of a set of sensors."""

    def __init__(
        self, sensors: list[Sensor], settings: params.SensorFaults, rng: Rng, memory: Memory | None = None
    ) -> None:
        self._settings = settings
        self._rng = rng
        self.ids = np.array([sensor.sensor_id for sensor in sensors], dtype=np.int64)
        self._line = self.ids // 10_000
        self._readings = np.array([DAY / s.params.interval_seconds for s in sensors])
        self.calibration_days = np.array([s.signal.calibration_days for s in sensors], dtype=np.int64)
        self._days: Cells[int, FaultDay] = Cells(memory or Memory(), self._draw)

    def day(self, day: int) -> FaultDay:
        """Faults of UTC `day` (days since 1970-01-01)."""
        return self._days[day]

    def calibrations(self, day: int) -> tuple[Ints, Ints]:
        """Sensors whose calibration is due on UTC `day`, and the day on which each is done, up to twelve later."""
        due = (day - self._phase) % self.calibration_days == 0
        ids, period = self.ids[due], ((day - self._phase) // self.calibration_days)[due]
        return ids, day + (self._rng.words("calibration delay", ids, period) % np.uint64(13)).astype(np.int64)

    def next_due(self, sensor_id: int, day: int) -> int:
        """The first UTC day after `day` on which the sensor's calibration is due."""
        i = int(np.searchsorted(self.ids, sensor_id))
        every = int(self.calibration_days[i])
        phase = int(self._rng.words("calibration phase", sensor_id) % np.uint64(every))
        return day + every - (day - phase) % every

    def between(self, start: int, end: int) -> Faults:
        """Known truth: the faults at work in [start, end), whole UTC days. Their own ends may lie behind it."""
        first, last = start // DAY, (end - 1) // DAY
        found: dict[tuple[int, int, str], list[float]] = {}  # by (start, sensor, kind): end, size, noticed

        def note(day: int, kind: str, at: Ints, begin: Ints, finish: Ints, size: Floats, seen: Bools) -> None:
            for i, b, f, z, n in zip(*(x.tolist() for x in (at, begin, finish, size, seen)), strict=True):
                if b < end:
                    known = found.setdefault((int(b), int(self.ids[i]), kind), [f, z, False])
                    known[0], known[2] = max(known[0], f), known[2] or (n and day <= last)

        for day in range(first, last + 1 + LONGEST_DAYS):
            f, none = self.day(day), np.full(len(self.ids), np.nan)
            never, always = np.zeros(len(self.ids), dtype=bool), np.ones(len(self.ids), dtype=bool)
            for kind, (begin, finish), size, seen in (
                (STUCK, f.stuck, none, f.notices_stuck),
                (ERRATIC, f.erratic, f.erratic_factor, always),
                (DROPOUT, f.dropout, none, never),
                (OUTAGE, f.outage, none, never),
            ):
                at = np.flatnonzero(finish)
                # Another of its kind may take over at midnight.
                until = np.minimum(finish[at], (day + 1) * DAY)
                note(day, kind, at, begin[at], until, size[at], seen[at])
            if day <= last:
                at, k = np.nonzero(f.spike_time)
                time = f.spike_time[at, k]
                note(day, SPIKE, at, time, time + 1, f.spike_sigma[at, k], never[at])
                period = self._period_on(day)
                p, until = self._of_period(period), self._calibrated(period + 1) * DAY
                seen = (np.abs(f.drift_share) > self._settings.drift_noticed) & f.notices_drift
                for kind, since, size in ((DRIFT, p.drift_from, p.drift_per_day * MONTH), (BIAS, p.bias_from, p.bias)):
                    at = np.flatnonzero((size != 0) & (since <= day))
                    note(day, kind, at, since[at].astype(np.int64) * DAY, until[at], size[at], seen[at])
        rows = sorted(found.items())
        return Faults(
            sensor_id=np.array([key[1] for key, _ in rows], dtype=np.int64),
            kind=np.array([key[2] for key, _ in rows], dtype=np.str_),
            start=np.array([key[0] for key, _ in rows], dtype=np.int64),
            end=np.array([value[0] for _, value in rows], dtype=np.int64),
            size=np.array([value[1] for _, value in rows], dtype=np.float64),
            noticed=np.array([value[2] for _, value in rows], dtype=bool),
        )

    def false_alarms(self, start: int, end: int) -> tuple[Ints, Ints]:
        """Known truth: (sensor, UTC day) on which the monitoring reports a drift that is not there."""
        sensors, days = [], []
        for day in range(start // DAY, (end - 1) // DAY + 1):
            f = self.day(day)
            real = (np.abs(f.drift_share) > self._settings.drift_noticed) & f.notices_drift
            sensors.append(self.ids[f.false_alarm & ~real])
            days.append(np.full(len(sensors[-1]), day))
        return np.concatenate(sensors), np.concatenate(days)

    def _span(
        self, stream: str, ids: Ints, day: int, yearly: float, seconds: Callable[[Ints, Ints], Floats]
    ) -> tuple[Ints, Ints]:
        """The last of the events of a rate that reaches into `day`; `seconds` gives the lengths of those of
        some ids that begin on some days, two days at most."""
        days = np.arange(day - LONGEST_DAYS, day + 1)
        happens = self._rng.uniform(f"{stream} happens", ids[:, None], days) < yearly / YEAR
        at, back = np.nonzero(happens)
        own, began = ids[at], days[back]
        begin = began * DAY + np.floor(DAY * self._rng.uniform(f"{stream} when", own, began)).astype(np.int64)
        finish = begin + np.clip(seconds(own, began), 60, LONGEST_DAYS * DAY).astype(np.int64)
        live = finish > day * DAY
        start, end = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
        start[at[live]], end[at[live]] = begin[live], finish[live]  # in order of the days: the last one stays
        return start, end

    @cached_property
    def _phase(self) -> Ints:
        """Day on which the first calibration of each sensor is due."""
        words = self._rng.words("calibration phase", self.ids)
        return np.asarray((words % self.calibration_days.astype(np.uint64)).astype(np.int64))

    def _calibrated(self, period: Ints) -> Ints:
        """UTC day on which each sensor's period begins: calibrations come up to twelve days late."""
        delay = (self._rng.words("calibration delay", self.ids, period) % np.uint64(13)).astype(np.int64)
        return np.asarray(period * self.calibration_days + self._phase + delay)

    def _period_on(self, day: int) -> Ints:
        """Each sensor's period on UTC `day`."""
        period = (day - self._phase) // self.calibration_days
        return np.where(self._calibrated(period) > day, period - 1, period)

    def _of_period(self, period: Ints) -> _Period:
        s, rng, ids = self._settings, self._rng, self.ids
        calibrated, share = self._calibrated(period), self.calibration_days / YEAR

        def some_day(stream: str) -> Floats:
            return np.asarray(calibrated + np.floor(self.calibration_days * rng.uniform(stream, ids, period)), float)

        drifts = rng.uniform("drift happens", ids, period) < s.drift_per_year * share
        sign = np.where(rng.uniform("drift sign", ids, period) < 0.5, -1.0, 1.0)
        rate = s.drift_min_per_month + (s.drift_max_per_month - s.drift_min_per_month) * rng.uniform(
            "drift rate", ids, period
        )
        biased = rng.uniform("bias happens", ids, period) < s.bias_per_year * share
        return _Period(
            calibrated=calibrated,
            drift_from=some_day("drift when"),
            drift_per_day=np.where(drifts, sign * rate / MONTH, 0.0),
            bias_from=some_day("bias when"),
            bias=np.where(biased, 0.006 * rng.normal("bias size", ids, period), 0.0),
        )

    def _draw(self, day: int) -> FaultDay:
        s, rng, ids = self._settings, self._rng, self.ids
        period = self._period_on(day)
        p = self._of_period(period)
        begin_offset, end_offset = np.zeros(len(ids)), np.zeros(len(ids))
        begin_offset += p.drift_per_day * np.clip(day - p.drift_from, 0, None)
        end_offset += p.drift_per_day * np.clip(day + 1 - p.drift_from, 0, None)
        bias = np.where(p.bias_from <= day, p.bias, 0.0)
        begin_offset, end_offset = begin_offset + bias, end_offset + bias

        def stuck_seconds(of: Ints, d: Ints) -> Floats:
            return rng.lognormal("stuck hours", s.stuck_median_hours * HOUR, 0.8, of, d)

        def erratic_seconds(of: Ints, d: Ints) -> Floats:
            return (2 + 22 * rng.uniform("erratic hours", of, d)) * HOUR

        def dropout_seconds(of: Ints, d: Ints) -> Floats:
            return np.ceil(exponential(rng.uniform("dropout minutes", of, d), s.dropout_mean_minutes)) * 60

        def outage_seconds(of: Ints, d: Ints) -> Floats:
            return (20 + 70 * rng.uniform("outage minutes", of, d)) * 60

        count = poisson(rng.uniform("spikes", ids, day), s.spike_per_sample * self._readings, MOST_SPIKES)
        k = np.arange(MOST_SPIKES)
        when = day * DAY + np.floor(DAY * rng.uniform("spike when", ids[:, None], day, k)).astype(np.int64)
        size = 8 + 12 * rng.uniform("spike size", ids[:, None], day, k)
        side = np.where(rng.uniform("spike side", ids[:, None], day, k) < 0.5, -1.0, 1.0)
        return FaultDay(
            offset_start=begin_offset,
            offset_slope=(end_offset - begin_offset) / DAY,
            stuck=self._span("stuck", ids, day, s.stuck_per_year, stuck_seconds),
            erratic=self._span("erratic", ids, day, s.erratic_per_year, erratic_seconds),
            erratic_factor=5 + 10 * rng.uniform("erratic factor", ids, period),
            dropout=self._span("dropout", ids, day, s.dropout_per_year, dropout_seconds),
            outage=self._span("outage", self._line, day, s.gateway_outage_per_line_year, outage_seconds),
            spike_time=np.where(k < count[:, None], when, 0),
            spike_sigma=side * size,
            calibrated=p.calibrated,
            drift_share=end_offset,
            false_alarm=rng.uniform("false alarm", ids, day) < s.false_alarm_per_year / YEAR,
            notices_drift=rng.uniform("notice drift", ids, period) < s.drift_recall,
            notices_stuck=rng.uniform("notice stuck", ids, day) < s.stuck_recall,
        )
