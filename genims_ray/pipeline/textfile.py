"""The figures of the latest run, in a file that outlives it, in Prometheus' text format.

`genims_ray.monitor` serves it to Prometheus; the textfile collector of node_exporter takes the folder as it is.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_fd_to_metric_families
from prometheus_client.registry import Collector

from genims_ray.config import Config
from genims_ray.pipeline.sinks import Loaded
from genims_ray.window import DAY

FOLDER = "metrics"
FILE = "genims_run.prom"
EVERY_SECONDS = 2.0
STATES = ("running", "finished", "failed", "interrupted")

OF_TABLE = ("database", "module", "table")


def place(home: Path) -> Path:
    """The file of a home folder."""
    return home / FOLDER / FILE


@dataclass(eq=False)
class RunFigures(Collector):
    """What a run has done so far. Times are Unix seconds."""

    labels: Mapping[str, str]
    """Of the plant."""
    homes: Mapping[str, str]
    """Name of the database of each module."""
    horizon: int
    """Simulated time that is asked for."""
    planned: int
    """Units that were missing."""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    state: str = "running"
    units: int = 0
    in_flight: int = 0
    troubles: int = 0
    latest: float = field(default_factory=time.time)
    """When the latest unit was committed."""
    reached: dict[str, int] = field(default_factory=dict)
    """Simulated time, by scope."""
    by_table: dict[str, dict[tuple[str, str], float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    """By figure, module and table."""

    @classmethod
    def of(cls, config: Config, homes: Mapping[str, str], planned: int) -> RunFigures:
        """Those of a run that begins now."""
        plant = config.plant
        labels = {
            "scale": plant.scale,
            "seed": str(plant.seed),
            "start": plant.start,
            "days": str(config.days),
            "topology": config.topology.name,
        }
        start = int(datetime.fromisoformat(plant.start).replace(tzinfo=UTC).timestamp())
        return cls(labels, homes, start + config.days * DAY, planned)

    def add(self, loaded: Loaded, in_flight: int) -> None:
        """A unit that is committed."""
        scope, module = loaded.unit.scope, loaded.unit.module
        self.units += 1
        self.in_flight = in_flight
        self.latest = time.time()
        self.reached[scope] = max(loaded.unit.window.end, self.reached.get(scope, 0))
        figures: dict[str, Mapping[str, float]] = {
            "new": loaded.inserted,
            "changed": loaded.updated,
            "bytes": loaded.bytes,
            "copy": loaded.copy_seconds,
            "render": loaded.render_seconds,
        }
        for figure, counts in figures.items():
            for table, value in counts.items():
                if value:
                    self.by_table[figure][module, table] += value

    def end(self, state: str) -> None:
        """Nothing is loaded any more."""
        self.state, self.ended, self.in_flight = state, time.time(), 0

    @property
    def left(self) -> int:
        """Units that are not loaded yet, while the run cuts them as it first did."""
        return max(0, self.planned - self.units)

    def lag(self, scope: str) -> int:
        """Simulated seconds between what is loaded of a scope and what is asked for."""
        return max(0, self.horizon - self.reached[scope])

    def collect(self) -> Iterator[Metric]:
        """The figures as Prometheus' metrics."""
        info = GaugeMetricFamily("genims_run_info", "The plant of the latest run", labels=list(self.labels))
        info.add_metric(list(self.labels.values()), 1)
        yield info
        state = GaugeMetricFamily("genims_run_state", "1 for what the latest run does or came to", labels=["state"])
        for name in STATES:
            state.add_metric([name], name == self.state)
        yield state
        for name, text, value in (
            ("start_timestamp_seconds", "When the latest run began to load", self.began),
            ("end_timestamp_seconds", "When it ended; 0 while it runs", self.ended or 0),
            ("latest_unit_timestamp_seconds", "When it committed a unit last", self.latest),
            ("seconds", "Seconds of loading so far", (self.ended or time.time()) - self.began),
            ("units_planned", "Units that were missing when it began", self.planned),
            ("units_in_flight", "Units being simulated or loaded", self.in_flight),
        ):
            yield GaugeMetricFamily(f"genims_run_{name}", text, value=value)
        yield CounterMetricFamily("genims_run_units", "Units loaded by the latest run", value=self.units)
        yield CounterMetricFamily("genims_run_troubles", "Troubles that it got over", value=self.troubles)
        rows = CounterMetricFamily("genims_run_rows", "Rows written", labels=[*OF_TABLE, "kind"])
        for kind in ("new", "changed"):
            for (module, table), value in self.by_table[kind].items():
                rows.add_metric([self.homes[module], module, table, kind], value)
        yield rows
        for figure, name, text in (
            ("bytes", "bytes", "Bytes of Arrow data written"),
            ("copy", "copy_seconds", "Seconds spent in COPY and what belongs to it, by all loaders"),
            ("render", "render_seconds", "Seconds of rendering, by all simulators"),
        ):
            found = CounterMetricFamily(f"genims_run_{name}", text, labels=OF_TABLE)
            for (module, table), value in self.by_table[figure].items():
                found.add_metric([self.homes[module], module, table], value)
            yield found
        reached = GaugeMetricFamily(
            "genims_run_simulated_time_seconds", "Simulated time that is loaded", labels=["database", "scope"]
        )
        lag = GaugeMetricFamily("genims_run_lag_seconds", "Simulated time still to load", labels=["database", "scope"])
        for scope, end in self.reached.items():
            home = self.homes[scope.partition(".")[0]]
            reached.add_metric([home, scope], end)
            lag.add_metric([home, scope], self.lag(scope))
        yield reached
        yield lag


class RunFile:
    """The file of a run's figures, written now and then."""

    def __init__(self, path: Path, figures: RunFigures) -> None:
        self._path = path
        self._registry = CollectorRegistry()
        self._registry.register(figures)
        self._written = 0.0

    def write(self, *, now: bool = False) -> None:
        """Write what the figures are, at most every two seconds unless `now`. A folder that cannot be written costs
        the figures, not the run."""
        if not now and time.monotonic() - self._written < EVERY_SECONDS:
            return
        self._written = time.monotonic()
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_to_textfile(str(self._path), self._registry)


class LatestRun(Collector):
    """What the file says now, for whoever serves it; nothing where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def collect(self) -> Iterator[Metric]:
        """The metrics of the file."""
        with suppress(FileNotFoundError), open(self._path, encoding="utf-8") as file:
            yield from text_fd_to_metric_families(file)
