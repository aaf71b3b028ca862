"""Where the databases of a configuration are, and what is loaded in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from genims_ray import config as configuration
from genims_ray import resources
from genims_ray.catalog import Catalog
from genims_ray.config import Config, Database, Topology
from genims_ray.config.given import Given, given
from genims_ray.errors import UsageError, UserError
from genims_ray.postgres import ledger
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect, from_environment, variables
from genims_ray.postgres.files import home_folder
from genims_ray.postgres.stored import Stored, said_by
from genims_ray.postgres.variables import completed
from genims_ray.world import DAY
from genims_ray.world.params import MODEL_VERSION


@dataclass(frozen=True)
class Loaded:
    """What the ledgers of the databases vouch for."""

    modules: frozenset[str]
    end: datetime
    """The latest instant up to which every loaded module is covered."""


@dataclass(frozen=True)
class LoadedPlant:
    """What is loaded and where, as the databases themselves say it."""

    config: Config
    """Plant, topology, days and modules are those that are loaded; the rest is the command line's."""
    endpoints: dict[str, Endpoint]
    """By database of the topology."""
    reached: Loaded


def locate(config: Config) -> dict[str, Endpoint]:
    """Endpoint of each database of the topology; starts the embedded server if it is the one.

    Raises `UsageError` for a variable of server=env that is missing or wrong, `UserError` where the embedded
    server does not start.
    """
    if config.server.kind == "embedded":
        return _server(config).endpoints(config.topology.databases)
    return _named(config, config.topology, {"HUB": config.topology.hub} if config.topology.hub else None)


def loaded_plant(arguments: Sequence[str], catalog: Catalog | None = None) -> LoadedPlant:
    """The plant that is loaded at the place that `arguments` name, whatever else they leave to the defaults.

    Raises `UsageError` where they name something else than what is loaded, or leave open which of several topologies is
    meant; `UserError` where nothing is loaded.
    """
    named, asked = given(arguments), configuration.load(arguments)
    catalog = catalog or Catalog.load()
    embedded = asked.server.kind == "embedded"
    found = _in_embedded(asked) if embedded else _in_environment(asked, named)
    name = _chosen(found, asked, named)
    stored = found[name]
    if embedded:
        topology = _shown_by(_topology(name, stored, catalog, named), stored, asked, named)
        endpoints = _server(asked).endpoints(topology.databases)
    else:
        topology = asked.topology if asked.topology.name == name else _option(name, named)
        endpoints = _named(asked, topology)
    if missing := [database for database in topology.databases if database not in stored]:
        raise UserError(f"database {endpoints[missing[0]].public()} holds nothing yet: the same run again completes it")
    plant = configuration.built_plant(_one_plant(stored, endpoints).plant)
    config = replace(asked, plant=plant, topology=topology)
    reached = loaded(config, endpoints, catalog)
    config = replace(
        config,
        days=int((reached.end - plant_start(config)).total_seconds()) // DAY,
        modules=tuple(module for module in topology.modules if module in reached.modules),
    )
    named.refuse_contradictions(asked, config)
    return LoadedPlant(config, endpoints, reached)


def loaded(config: Config, endpoints: Mapping[str, Endpoint], catalog: Catalog) -> Loaded:
    """The modules that are loaded and how far, in all their scopes; `UserError` if nothing is."""
    start = int(plant_start(config).timestamp())
    ends: dict[str, int] = {}
    for name, database in config.topology.databases.items():
        with connect(endpoints[name]) as session:
            [(ours,)] = session.execute("SELECT to_regclass('genims.ledger') IS NOT NULL").fetchall()
            for module in database.modules if ours else ():
                for scope in catalog.scopes([module]):
                    reached = [w.end for w in ledger.covered(session, scope) if w.start <= start <= w.end]
                    ends[module] = min(ends.get(module, 2**62), max(reached, default=start))
    ends = {module: end for module, end in ends.items() if end > start}
    if not ends:
        raise UserError(f"nothing is loaded: {resources.genims()} run loads a plant")
    return Loaded(frozenset(ends), datetime.fromtimestamp(min(ends.values()), UTC))


def plant_start(config: Config) -> datetime:
    """The instant at which history begins."""
    return datetime.fromisoformat(config.plant.start).replace(tzinfo=UTC)


def revive(config: Config) -> None:
    """Start the embedded server again where it died; raises `UserError` where it cannot."""
    if config.server.kind == "embedded":
        server = EmbeddedServer(home_folder(config.server.home))
        if not server.lives():
            server.start(config.server.patience_seconds)


def _server(config: Config) -> EmbeddedServer:
    """The embedded server of the configuration, started."""
    server = EmbeddedServer(home_folder(config.server.home))
    server.start(config.server.patience_seconds)
    return server


def _named(config: Config, topology: Topology, more: Mapping[str, str] | None = None) -> dict[str, Endpoint]:
    """Endpoint of each database, from the variables of server=env; those of `more` prefixes must be there, too."""
    others = {name: databases for name, databases in configuration.topologies().items() if name != topology.name}
    file = config.server.env_file
    prefixes = {database.prefix: name for name, database in topology.databases.items()} | dict(more or {})
    environ = completed(variables(Path(file) if file else None), prefixes)
    return from_environment(topology.databases, others, environ)


# -- what the databases say


def _in_embedded(config: Config) -> dict[str, dict[str, Stored]]:
    """By topology and database, what is stored on the embedded server."""
    home = EmbeddedServer(home_folder(config.server.home))
    if not home.folder.exists():
        raise UserError(f"nothing is loaded in {home.home}: {resources.genims()} run loads a plant")
    server = _server(config)
    with connect(server.endpoint("postgres")) as session:
        rows = session.execute("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate")
        names = [str(name) for (name,) in rows]
    return _by_topology((name, _stored(server.endpoint(name))) for name in names if name != "postgres")


def _in_environment(config: Config, named: Given) -> dict[str, dict[str, Stored]]:
    """By topology and database, what is stored in the databases that variables name: of the topology that was asked
    for, or of each that they could mean."""
    options = {config.topology.name: config.topology}
    if not named.names("topology"):
        options |= configuration.topology_options(named.config_dir) | options
    found: dict[str, dict[str, Stored]] = {}
    refused: list[UserError] = []
    for topology in options.values():
        try:
            endpoints = _named(config, topology)
            there = _by_topology((name, _stored(endpoint)) for name, endpoint in endpoints.items())
        except UserError as error:
            refused.append(error)
            continue
        for name, databases in there.items():
            if name == topology.name:
                found[name] = databases
            elif name not in options:
                found.setdefault(name, {}).update(databases)
    if not found and refused:
        raise refused[0]
    return found


def _by_topology(found: Iterable[tuple[str, Stored | None]]) -> dict[str, dict[str, Stored]]:
    grouped: dict[str, dict[str, Stored]] = {}
    for name, stored in found:
        if stored is not None:
            grouped.setdefault(stored.topology, {})[name] = stored
    return grouped


def _stored(endpoint: Endpoint) -> Stored | None:
    """What a database says of itself; None where no run has been."""
    with connect(endpoint) as session:
        return said_by(session)


# -- which of it is meant


def _chosen(found: Mapping[str, Mapping[str, Stored]], asked: Config, named: Given) -> str:
    """The topology that is meant: the one that was named, else the only one that is whole."""
    if not found:
        where = f" in {home_folder(asked.server.home)}" if asked.server.kind == "embedded" else ""
        raise UserError(f"nothing is loaded{where}: {resources.genims()} run loads a plant")
    if named.names("topology"):
        if asked.topology.name not in found:
            raise UsageError(f"topology={asked.topology.name}: {' and '.join(sorted(found))} is loaded")
        return asked.topology.name
    options = configuration.topology_options(named.config_dir)
    # A reset to another topology leaves the databases that the new one does not have.
    whole = [name for name in found if name not in options or found[name].keys() >= options[name].databases.keys()]
    candidates = sorted(whole or found)
    if len(candidates) > 1:
        raise UsageError(
            f"{' and '.join(candidates)} are loaded: add {' or '.join(f'topology={name}' for name in candidates)}"
        )
    return candidates[0]


def _topology(name: str, stored: Mapping[str, Stored], catalog: Catalog, named: Given) -> Topology:
    """The topology of that name, or what the databases tell of it."""
    option = configuration.topology_options(named.config_dir).get(name)
    if option is not None and all(
        database in option.databases and set(option.databases[database].modules) == set(there.modules)
        for database, there in stored.items()
    ):
        return option
    order = {module: number for number, module in enumerate(catalog.modules)}
    modules = {
        database: tuple(sorted(there.modules, key=lambda module: order.get(module, len(order))))
        for database, there in stored.items()
    }
    databases = {
        database: Database("", modules[database])
        for database in sorted(
            stored, key=lambda database: min((order.get(m, 99) for m in modules[database]), default=99)
        )
    }
    return Topology(name, option.hub if option else "genims_hub", databases)


def _option(name: str, named: Given) -> Topology:
    """The topology of that name, or UserError: only its file knows the variables of its databases."""
    options = configuration.topology_options(named.config_dir)
    if name not in options:
        raise UserError(f"topology {name} is loaded, which is not in conf/: add the --config-dir that has it")
    return options[name]


def _shown_by(topology: Topology, stored: Mapping[str, Stored], asked: Config, named: Given) -> Topology:
    """The topology with the hub that was named, else with the database of the embedded server that shows the others."""
    if named.names("topology.hub"):
        return replace(topology, hub=asked.topology.hub)
    server = _server(asked)
    with connect(server.endpoint("postgres")) as session:
        rows = session.execute("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate")
        names = [str(name) for (name,) in rows if name not in stored and name != "postgres"]
    if topology.hub in names:
        return topology
    for name in names:
        with connect(server.endpoint(name)) as session:
            shows = "SELECT FROM pg_foreign_server WHERE srvname = ANY(%s)"
            if session.execute(shows, (list(stored),)).fetchone() is not None:
                return replace(topology, hub=name)
    return topology


def _one_plant(stored: Mapping[str, Stored], endpoints: Mapping[str, Endpoint]) -> Stored:
    """What all databases of a topology say, or UserError: of a reset that was interrupted, of another version."""
    (first, one), *others = stored.items()
    for name, other in stored.items():
        if other.state == "resetting":
            raise UserError(
                f"database {endpoints[name].public()}: a reset was interrupted; {resources.genims()} run finishes it"
            )
    for name, other in others:
        if other.plant_hash != one.plant_hash:
            raise UserError(
                f"databases {endpoints[first].public()} and {endpoints[name].public()} hold different plants: "
                "run with reset=true to load one of them anew"
            )
    if one.model_version != MODEL_VERSION:
        raise UserError(
            f"what is loaded was made by model version {one.model_version}, and this is {MODEL_VERSION}: use the "
            "version that loaded it, or load it anew with reset=true"
        )
    return one
