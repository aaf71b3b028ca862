"""Simulate a plant and load it: session, prepare, load, finish.

genims run scale=large days=30
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("run")

import time
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from genims_ray import config as configuration
from genims_ray import estimate, resources, screen
from genims_ray.command import command
from genims_ray.config import Config
from genims_ray.pipeline import closing, textfile
from genims_ray.pipeline.announcement import history
from genims_ray.pipeline.hints import next_steps
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.progress import ProgressView, simulated_date
from genims_ray.pipeline.report import Phases, Tally, summary
from genims_ray.pipeline.session import Session, session
from genims_ray.pipeline.sinks import Loaded
from genims_ray.pipeline.textfile import RunFigures
from genims_ray.postgres import statistics
from genims_ray.postgres.files import home_folder
from genims_ray.postgres.statistics import TableSize


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    tally = Tally()
    try:
        with screen.starting():
            config = configuration.main_args(arguments)
        return run(config, screen.console(), tally, arguments)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{so_far(tally)}; the same command goes on from there") from None


def run(config: Config, console: Console, tally: Tally, arguments: Sequence[str] = ()) -> int:
    """Load what is missing of the configured plant, counting in `tally`; `arguments` made the configuration."""
    began = time.monotonic()
    with session(config, console, arguments) as here:
        units = here.prepare()
        prepared = time.monotonic()
        load(here, units, tally)
        loaded = time.monotonic()
        sizes = finish(here, units)
    phases = Phases(prepared - began, loaded - prepared, time.monotonic() - loaded)
    steps = [*next_steps(here.job.config, here.job.endpoints, arguments), ("log", resources.shown(here.journal.path))]
    summary(console, tally, phases, sizes, steps)
    return 0


def load(here: Session, units: Sequence[Unit], tally: Tally) -> None:
    """Load the units, whatever number of rounds it takes."""
    from genims_ray.pipeline.metrics import RunMetrics
    from genims_ray.pipeline.rounds import complete

    job, config, journal = here.job, here.job.config, here.journal
    if not units:
        here.console.print(
            f"All of it is loaded already: {', '.join(config.modules)}; {history(config)}. "
            "With more days or modules, only what is missing is loaded."
        )
        return
    databases = {module: job.endpoints[job.home(module)].dbname for module in config.modules}
    file, figures = textfile.place(home_folder(config.server.home)), RunFigures.of(config, databases, len(units))
    expected = estimate.expected(job.world, job.catalog, units)
    work = {module: volume.work for module, volume in expected.items()}
    with (
        RunMetrics(file, figures) as metrics,
        ProgressView(here.console, units, work, every_unit=screen.level == screen.VERBOSE) as progress,
    ):

        def record(loaded: Loaded, in_flight: int) -> None:
            tally.add(loaded)
            journal.loaded(loaded, in_flight)
            journal.progress(f"{tally.rows:,} rows in {tally.units} units")
            metrics.record(loaded, in_flight)
            progress.show(loaded)

        def trouble(note: str) -> None:
            metrics.trouble()
            job.say(note)

        complete(replace(job, say=trouble), record)
    job.workers.stop()


def finish(here: Session, units: Sequence[Unit]) -> dict[str, list[TableSize]]:
    """Statistics for the planner, and the hub; returns the sizes of all tables by database."""
    from genims_ray.pipeline.rounds import persist

    job = here.job

    def conclude() -> dict[str, list[TableSize]]:
        if units or not closing.finished(job.config, job.catalog, job.endpoints):
            closing.finish(job.config, job.catalog, job.endpoints, job.say)
        return {name: statistics.sizes(endpoint) for name, endpoint in job.endpoints.items()}

    with screen.doing(here.console, "statistics for the planner, and the hub"):
        return persist(job, conclude)


def so_far(tally: Tally) -> str:
    """What an interrupted run has loaded."""
    if not tally.units:
        return "; nothing was loaded by this run"
    reached = [f"{scope} to {simulated_date(end)}" for scope, end in tally.reached.items()]
    return f"; what is loaded stays: {', '.join([f'{tally.rows:,} rows of this run', *reached])}"
