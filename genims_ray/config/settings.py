"""The configuration as frozen dataclasses: the plant and the settings of a run. Fields are YAML keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from genims_ray.limits import SECONDS_TO_HOUR, Limit
from genims_ray.world.params import Plant


@dataclass(frozen=True)
class Database:
    """A database of the topology and the modules that live in it."""

    prefix: str  # of its environment variables: POSTGRES_<prefix>_HOST
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """Which module lives in which database."""

    name: str
    hub: str | None  # the database that shows every module's schema; null does without
    databases: dict[str, Database]

    @property
    def modules(self) -> tuple[str, ...]:
        """All modules, in the order in which they load."""
        return tuple(module for database in self.databases.values() for module in database.modules)

    def home(self, module: str) -> str:
        """Name of the database that holds `module`."""
        return next(name for name, database in self.databases.items() if module in database.modules)


@dataclass(frozen=True)
class Server:
    """Where the databases are."""

    kind: str  # embedded | env
    home: str | None  # embedded: data folder
    env_file: str | None  # env: file of POSTGRES_* variables, beneath those of the environment
    patience_seconds: Annotated[int, SECONDS_TO_HOUR]  # how long a run waits for a server that does not answer


@dataclass(frozen=True)
class Clock:
    """How simulated time advances."""

    kind: str  # backfill


@dataclass(frozen=True)
class Ray:
    """Processes, and how much they hold at once."""

    address: str | None  # None starts Ray here
    dashboard: bool
    dashboard_port: Annotated[int, Limit(1, 65_535)]
    num_cpus: Annotated[int | None, Limit(1, 10_000)]
    object_store_bytes: Annotated[int | None, Limit(100_000_000, 1e15)]
    placement: str  # auto | split | combined
    machines_per_actor: Annotated[int | None, Limit(1, 1_000_000)]  # None is an even share for each CPU
    databases_per_loader: Annotated[int, Limit(1, 1_000)]
    units_in_flight: Annotated[int, Limit(1, 1_000)]


@dataclass(frozen=True)
class Units:
    """Size of a unit of work, which is one transaction."""

    rows: Annotated[int, Limit(1, 1_000_000_000)]


@dataclass(frozen=True)
class Config:
    """Everything a run needs. The plant determines the rows; the rest does not."""

    plant: Plant
    days: int
    modules: tuple[str, ...]
    topology: Topology
    server: Server
    clock: Clock
    ray: Ray
    unit: Units
    reset: bool
    lose_others: bool

    def plant_dict(self) -> dict[str, Any]:
        """The plant as nested plain values, keys sorted: equal plants give equal JSON."""
        plain: dict[str, Any] = canonical(asdict(self.plant))
        return plain


def canonical(value: Any) -> Any:
    """Nested plain values with the keys of every mapping sorted: their order in a file says nothing."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    return value
