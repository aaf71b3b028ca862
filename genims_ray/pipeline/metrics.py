"""Figures for Ray's dashboard and Prometheus, made in the process that reports them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from ray.util.metrics import Counter, Gauge

from genims_ray.pipeline.sinks import Loaded
from genims_ray.pipeline.textfile import RunFigures, RunFile

OF_TABLE = ("database", "module", "table", "loader")


class LoaderMetrics:
    """What one loader wrote."""

    def __init__(self, loader: str) -> None:
        self._loader = loader
        self._rows = Counter("genims_rows", "Rows written, new or changed", OF_TABLE)
        self._bytes = Counter("genims_bytes", "Bytes of Arrow data written", OF_TABLE)
        self._seconds = Counter("genims_copy_seconds", "Seconds spent in COPY and what belongs to it", OF_TABLE)

    def record(self, database: str, loaded: Loaded) -> None:
        tags = {"database": database, "module": loaded.unit.module, "loader": self._loader}
        for table, size in loaded.bytes.items():
            of_table = {**tags, "table": table}
            _add(self._rows, loaded.inserted.get(table, 0) + loaded.updated.get(table, 0), of_table)
            _add(self._bytes, size, of_table)
            _add(self._seconds, loaded.copy_seconds[table], of_table)


class SimulatorMetrics:
    """What one simulator rendered."""

    def __init__(self, simulator: str) -> None:
        self._simulator = simulator
        self._seconds = Counter("genims_render_seconds", "Seconds spent in rendering", ("module", "table", "simulator"))

    def record(self, module: str, table: str, seconds: float) -> None:
        _add(self._seconds, seconds, {"module": module, "table": table, "simulator": self._simulator})


class RunMetrics:
    """How far the run is: for Ray, and in a file that outlives it. Context manager; its end is the run's."""

    def __init__(self, path: Path, figures: RunFigures) -> None:
        self._figures = figures
        self._file = RunFile(path, figures)
        self._in_flight = Gauge("genims_units_in_flight", "Units being simulated or loaded")
        self._left = Gauge("genims_units_left", "Units that are not loaded yet")
        self._troubles = Counter("genims_troubles", "Troubles that the run got over")
        of_scope = ("database", "scope")
        self._reached = Gauge("genims_simulated_time_seconds", "Simulated time that is loaded", of_scope)
        self._lag = Gauge("genims_lag_seconds", "Simulated time still to load", of_scope)

    def __enter__(self) -> RunMetrics:
        self._file.write(now=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._figures.end("finished" if error is None else _end(error))
        self._file.write(now=True)

    def record(self, loaded: Loaded, in_flight: int) -> None:
        figures = self._figures
        figures.add(loaded, in_flight)
        self._in_flight.set(in_flight)
        self._left.set(figures.left)
        scope = loaded.unit.scope
        tags = {"database": figures.homes[loaded.unit.module], "scope": scope}
        self._reached.set(figures.reached[scope], tags)
        self._lag.set(figures.lag(scope), tags)
        self._file.write()

    def trouble(self) -> None:
        """Something went wrong, and the run goes on."""
        self._figures.troubles += 1
        self._troubles.inc()
        self._file.write(now=True)


def _end(error: BaseException) -> str:
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"


def _add(counter: Counter, value: float, tags: Mapping[str, str]) -> None:
    """Ray refuses an increment of nothing."""
    if value > 0:
        counter.inc(value, dict(tags))
