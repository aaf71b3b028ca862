"""What is said, and refused, before a run changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from rich.console import Console

from genims_ray import estimate, resources
from genims_ray.config import Config
from genims_ray.estimate import Volume
from genims_ray.pipeline.report import count, duration, human
from genims_ray.postgres import statistics
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.files import home_folder
from genims_ray.world import World


def announce(console: Console, config: Config, world: World, volume: Volume) -> None:
    """Say what is about to happen, with an estimate."""
    console.print(
        f"{config.plant.scale}: {things(len(config.plant.factories), 'factory', 'factories')}, "
        f"{things(len(world.lines), 'line')}, {things(len(world.machines), 'machine')}, "
        f"{things(len(world.layout.sensors), 'sensor')}\n"
        f"{history(config)}, seed {config.plant.seed}\n"
        f"to load: about {count(volume.rows)} rows, {human(volume.bytes)}; this takes about {duration(volume.seconds)}"
    )


def require_room(config: Config, volume: Volume, endpoints: Mapping[str, Endpoint]) -> None:
    """Refuse what does not go into the embedded server's disk."""
    if config.server.kind != "embedded":
        return
    home = home_folder(config.server.home)
    free = estimate.free_bytes(home)
    if config.reset:
        free += sum(statistics.database_bytes(endpoint) for endpoint in endpoints.values())
    estimate.require_room(volume, config.days, home, free)


def forget_truth(config: Config, console: Console) -> None:
    """Delete the truth that was told of a plant that is gone, where it is told by default."""
    from genims_ray.truth.files import FILES
    from genims_ray.truth.write import forget

    folder = home_folder(config.server.home) / "truth"
    if forget(folder, FILES):
        console.print(
            f"note: the files in {resources.shown(folder)} told the truth of the earlier plant; they are deleted"
        )


def things(number: int, one: str, many: str = "") -> str:
    """`1 factory`, `2 factories`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def history(config: Config) -> str:
    """The days that are asked for."""
    first = date.fromisoformat(config.plant.start)
    until = f" to {first + timedelta(config.days - 1)}" if config.days > 1 else ""
    return f"{things(config.days, 'day')}, {first}{until}"
