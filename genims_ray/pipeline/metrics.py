"""What Ray's metrics show of a run: rows, bytes, COPY seconds and pace per table and database."""

from __future__ import annotations


from ray.util import metrics

from genims_ray.pipeline.sinks import Loaded


class LoaderMetrics:
    """Counters of a loader process."""

    def __init__(self) -> None:
        tags = ("database", "module", "table")
        self._rows = metrics.Counter("genims_rows_loaded", "Rows committed.", tag_keys=tags)
        self._bytes = metrics.Counter("genims_bytes_loaded", "Arrow bytes committed.", tag_keys=("database", "module"))
        self._seconds = metrics.Counter("genims_copy_seconds", "Seconds spent in COPY.", tag_keys=("database", "module"))
        self._pace = metrics.Gauge("genims_rows_per_second", "Rows a second of the last unit.", tag_keys=("database", "module"))

    def record(self, database: str, loaded: Loaded) -> None:
        scope = {"database": database, "module": loaded.unit.scope}
        for counts in (loaded.inserted, loaded.updated):
            for table, rows in counts.items():
                if rows:
                    self._rows.inc(rows, {**scope, "table": table})
        if loaded.bytes:
            self._bytes.inc(loaded.bytes, scope)
        if loaded.copy_seconds > 0:
            self._seconds.inc(loaded.copy_seconds, scope)
            self._pace.set(loaded.rows / loaded.copy_seconds, scope)


class RunMetrics:
    """Gauges of the driver."""

    def __init__(self) -> None:
        self._flight = metrics.Gauge("genims_units_in_flight", "Units under way.")
        self._reached = metrics.Gauge("genims_simulated_time", "Latest simulated instant committed, Unix seconds.", tag_keys=("module",))

    def in_flight(self, units: int) -> None:
        self._flight.set(units)

    def reached(self, loaded: Loaded) -> None:
        self._reached.set(loaded.unit.window.end, {"module": loaded.unit.scope})
