"""The session of a run: servers, locks, Ray and the log, from the first question to the last answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from genims_ray import estimate, hub, screen
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.locate import locate, revive
from genims_ray.memory import available
from genims_ray.modules import require_pairs
from genims_ray.pipeline import surroundings
from genims_ray.pipeline.announcement import announce, forget_truth, require_room
from genims_ray.pipeline.cluster import Workers
from genims_ray.pipeline.journal import Journal
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sizes import fitted
from genims_ray.postgres import grants
from genims_ray.postgres.databases import PlantIdentity, Prepared, check, prepare
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.files import home_folder, require_writable
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

if TYPE_CHECKING:
    from genims_ray.pipeline.rounds import Job

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """A run that has its servers, its locks and its log."""

    job: Job
    console: Console
    journal: Journal
    shown_in: Endpoint | None
    """The hub."""

    def attended(self, doing: str, work: Callable[[], T]) -> T:
        """Do something with the databases, saying so, and go on after what passes."""
        from genims_ray.pipeline.rounds import attended

        with screen.doing(self.console, doing):
            return attended(self.job, work)

    def prepare(self) -> list[Unit]:
        """Have databases ready for what is to be loaded; returns the units that are missing.

        All that can refuse is tried before anything is changed.
        """
        job, config = self.job, self.job.config
        try:
            units = self.attended("looking at what is loaded", self._look)
            volume = estimate.total(estimate.expected(job.world, job.catalog, units))
            require_room(config, volume, job.endpoints)
            if units:
                announce(self.console, config, job.world, volume)
                with screen.doing(self.console, "starting Ray"):
                    job.workers.start()
            if self.shown_in is not None:
                places = hub.places(config, self.shown_in, job.endpoints)
                self.attended("looking at the hub", partial(hub.found, self.shown_in, places))
        except UserError:
            job.lock.undo()
            raise
        doing = "dropping what is loaded" if config.reset else "preparing the databases"
        prepared = self.attended(doing, self._prepare)
        for note in prepared.notes:
            job.say(note)
        if prepared.dropped:
            forget_truth(config, self.console)
        return units

    def _look(self) -> list[Unit]:
        job, config = self.job, self.job.config
        anew = check(
            config.topology.databases,
            job.endpoints,
            job.catalog,
            self._identity,
            reset=config.reset,
            lose_others=config.lose_others,
        )
        return job.missing(job.databases(), anew=anew)

    def _prepare(self) -> Prepared:
        job, config = self.job, self.job.config
        return prepare(
            config.topology.databases,
            job.endpoints,
            job.catalog,
            self._identity,
            job.lock,
            reset=config.reset,
            lose_others=config.lose_others,
        )

    @property
    def _identity(self) -> PlantIdentity:
        config = self.job.config
        return PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)


@contextmanager
def session(config: Config, console: Console, arguments: Sequence[str]) -> Iterator[Session]:
    """Find and lock the databases; `arguments` made the configuration."""
    ignored = surroundings.isolate() if config.ray.address is None else []
    config = fitted(config, available())
    with screen.starting():  # Ray takes a second to import: not before the settings are seen to be right
        from genims_ray.pipeline.rounds import Job

        catalog = Catalog.load()
        require_pairs(catalog)
        world = World(config.plant)
    if ignored:
        console.print(f"note: {', '.join(ignored)} of the environment: no effect; settings ray.* say how Ray runs")
    home = home_folder(config.server.home)
    require_writable(home)
    with screen.doing(console, "starting PostgreSQL"):
        endpoints = locate(config)
    shown_in = hub.endpoint(config, endpoints) if config.topology.hub else None
    if config.server.kind == "env":
        grants.require(endpoints, shown_in)
    horizon = Window(OPENING, world.start + config.days * DAY)
    daily = estimate.rows_per_day(world, catalog, catalog.scopes(config.modules), horizon)
    with (
        Journal(home) as journal,
        RunLock(endpoints, reset=config.reset) as lock,
        Workers(config.ray, console, config.server.home) as workers,
    ):
        journal.settings(config, arguments, endpoints)
        say = partial(_say, console, journal)
        job = Job(config, catalog, world, endpoints, daily, lock, workers, revive=lambda: revive(config), say=say)
        yield Session(job, console, journal, shown_in)


def _say(console: Console, journal: Journal, note: str) -> None:
    """A note on the screen and in the log."""
    journal.note(note)
    console.print(f"note: {note}")
