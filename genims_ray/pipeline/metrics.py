"""Figures for Ray's dashboard and Prometheus, made in the process that reports them."""

from __future__ import annotations

from ray.util.metrics import Counter, Gauge

from genims_ray.pipeline.sinks import Loaded

OF_TABLE = ("database", "module", "table", "loader")


class LoaderMetrics:
    """What one loader wrote."""

    def __init__(self, loader: str) -> None:
        self._loader = loader
        self._rows = Counter("genims_rows", "Rows written, new or changed", OF_TABLE)
        self._rate = Gauge(
            "genims_rows_per_second", "Rows a second while the last unit was written", OF_TABLE
        )
        of_unit = ("database", "module", "loader")
        self._bytes = Counter("genims_bytes", "Bytes of Arrow data written", of_unit)
        self._seconds = Counter("genims_copy_seconds", "Seconds spent in COPY", of_unit)

    def record(self, database: str, loaded: Loaded) -> None:
        module = loaded.unit.module
        tags = {"database": database, "module": module, "loader": self._loader}
        for table, inserted in loaded.inserted.items():
            rows = inserted + loaded.updated.get(table, 0)
            if rows:
                self._rows.inc(rows, {**tags, "table": table})
                self._rate.set(rows / max(loaded.copy_seconds, 1e-3), {**tags, "table": table})
        if loaded.bytes:
            self._bytes.inc(loaded.bytes, tags)
            self._seconds.inc(max(loaded.copy_seconds, 1e-6), tags)


class RunMetrics:
    """How far the run is."""

    def __init__(self) -> None:
        self._in_flight = Gauge("genims_units_in_flight", "Units being simulated or loaded")
        self._reached = Gauge(
            "genims_simulated_time", "End of the latest unit loaded, Unix seconds", ("module",)
        )

    def record(self, in_flight: int, loaded: Loaded) -> None:
        self._in_flight.set(in_flight)
        self._reached.set(loaded.unit.window.end, {"module": loaded.unit.module})
