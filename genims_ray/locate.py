"""Where the databases of a configuration are."""

from __future__ import annotations

from pathlib import Path

from genims_ray import config as configuration
from genims_ray.config import Config
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import Endpoint, from_environment, variables
from genims_ray.postgres.files import home_folder


def locate(config: Config) -> dict[str, Endpoint]:
    """Endpoint of each database of the topology; starts the embedded server if it is the one.

    Raises `UsageError` for a variable of server=env that is missing or wrong, `UserError` where the embedded
    server does not start.
    """
    if config.server.kind == "embedded":
        server = EmbeddedServer(home_folder(config.server.home))
        server.start(config.server.patience_seconds)
        return server.endpoints(config.topology.databases)
    others = {
        name: databases
        for name, databases in configuration.topologies().items()
        if name != config.topology.name
    }
    file = config.server.env_file
    return from_environment(config.topology.databases, others, variables(Path(file) if file else None))


def revive(config: Config) -> None:
    """Start the embedded server again where it died; raises `UserError` where it cannot."""
    if config.server.kind == "embedded":
        server = EmbeddedServer(home_folder(config.server.home))
        if server.postmaster() is None:
            server.start(config.server.patience_seconds)
