"""What the end of a run suggests: commands that work as they stand, and places."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from genims_ray import resources
from genims_ray.config import Config
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.files import home_folder


def next_steps(config: Config, endpoints: Mapping[str, Endpoint], arguments: Sequence[str]) -> list[tuple[str, str]]:
    """After a run with `arguments`: (name, command or place)."""
    genims, place = resources.genims(), written(same_place(arguments))
    first = config.topology.home(config.modules[min(1, len(config.modules) - 1)])
    operations = endpoints[first]
    url = f"postgresql://{operations.user}@{operations.host}:{operations.port}/{operations.dbname}"
    steps = [
        ("check it", f"{genims} verify{place}"),
        ("more days", f"{genims} run{written(same_run(arguments))} days={config.days * 2}"),
        ("URL", url),
    ]
    if config.server.kind != "embedded":
        return steps
    server = EmbeddedServer(home_folder(config.server.home))
    reader = server.reader(config.topology.hub or operations.dbname)
    home = f" --home {shlex.quote(config.server.home)}" if config.server.home else ""
    return [
        ("SQL", f"{genims} server psql {'hub' if config.topology.hub else first}{home}"),
        *steps,
        ("password", f"in {server.password_of(operations.user)}"),
        ("reader", f"postgresql://{reader.user}@{reader.host}:{reader.port}/{reader.dbname}"),
        ("password", f"in {server.password_of(reader.user)}"),
        ("stop", f"{genims} server stop{home}"),
    ]


def same_run(arguments: Sequence[str]) -> list[str]:
    """Those of a run's arguments that another run of the same plant needs, whatever its days."""
    return [a for a in arguments if not a.startswith(("days=", "reset=", "lose_others="))]


def same_place(arguments: Sequence[str]) -> list[str]:
    """Those of a run's arguments that say where the databases are; which plant it is, they say themselves."""
    kept, rest = [], iter(arguments)
    for argument in rest:
        if argument in ("--config-dir", "-cd"):
            kept += [argument, next(rest, "")]
        elif argument.startswith(("server=", "server.", "topology=", "topology.", "--config-dir=", "-cd=")):
            kept.append(argument)
    return kept


def written(arguments: Sequence[str]) -> str:
    """Arguments as they stand in a shell's command line, each behind a space."""
    return "".join(f" {shlex.quote(argument)}" for argument in arguments)
