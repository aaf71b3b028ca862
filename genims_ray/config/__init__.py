"""From the command line to frozen dataclasses. Below this package no Hydra object exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from genims_ray import resources
from genims_ray.config import checks, compose, schema, text
from genims_ray.config.settings import Clock, Config, Database, Ray, Server, Topology, Units, canonical
from genims_ray.errors import UsageError, short, suggestion
from genims_ray.files import read_text
from genims_ray.modules import BY_NAME as RECORDED
from genims_ray.world.params import Plant

__all__ = [
    "Clock",
    "Config",
    "Database",
    "Ray",
    "Server",
    "Topology",
    "Units",
    "UsageError",
    "built_modules",
    "help_text",
    "load",
    "main_args",
    "topologies",
]


def main_args(argv: Sequence[str]) -> Config:
    """The configuration of a command line; answers `--help` and `--cfg` itself and exits 0."""
    options, overrides, config_dir = _split(argv)
    if "--help" in options:
        print(help_text(overrides, config_dir))
        raise SystemExit(0)
    tree = compose.tree(overrides, config_dir)
    config = _config(tree)
    if "--cfg" in options:
        print(text.printout(tree), end="")
        raise SystemExit(0)
    return config


def load(argv: Sequence[str] = ()) -> Config:
    """The configuration of `argv`, a list of Hydra overrides. Raises UsageError, one line."""
    _, overrides, config_dir = _split(argv)
    return _config(compose.tree(overrides, config_dir))


def settings(argv: Sequence[str]) -> tuple[list[str], Path | None]:
    """The overrides of `argv`, and the folder of its `--config-dir`."""
    _, overrides, config_dir = _split(argv)
    return overrides, config_dir


def help_text(overrides: Sequence[str] = (), config_dir: Path | None = None) -> str:
    """What `--help` prints: the defaults shown are those that `overrides` leave."""
    return text.help_text(compose.tree(overrides, config_dir), compose.groups(config_dir))


def built_modules() -> frozenset[str]:
    """The modules that have tables: those with a schema in sql/."""
    return frozenset(file.stem for file in (resources.root() / "sql").glob("*.sql")) - {"hub"}


def topologies() -> dict[str, tuple[str, ...]]:
    """Every topology of conf/ and all its databases, those of modules that do not exist yet among them."""
    files = sorted((resources.root() / "conf" / "topology").glob("*.yaml"))
    return {file.stem: tuple(OmegaConf.select(OmegaConf.load(file), "databases")) for file in files}


def built_plant(values: Mapping[str, Any]) -> Plant:
    """The plant of nested plain values, such as `Config.plant_dict` gives and databases keep. Raises UsageError."""
    return schema.build(Plant, canonical(dict(values)), "")


def topology_options(config_dir: Path | None = None) -> dict[str, Topology]:
    """The topologies that can be chosen by name, as far as their files can be read by themselves."""
    built = built_modules()
    found: dict[str, Topology] = {}
    for folder in (config_dir, resources.root() / "conf"):
        for file in compose.option_files(folder):
            if file.parent.name != "topology":
                continue
            with suppress(UsageError, OmegaConfBaseException, YAMLError):  # --config-dir says which, when it is chosen
                node = OmegaConf.to_container(OmegaConf.create(read_text(file)))
                found.setdefault(file.stem, _only(schema.value(Topology, node, "topology"), built))
    return found


def _split(argv: Sequence[str]) -> tuple[set[str], list[str], Path | None]:
    """Options, overrides and the folder of `--config-dir`."""
    options: set[str] = set()
    overrides: list[str] = []
    config_dir: Path | None = None
    rest = iter(argv)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in ("-h", "--help"):
            options.add("--help")
        elif argument in ("--cfg", "-c", "--cfg=job"):
            options.add("--cfg")
        elif name in ("--config-dir", "-cd"):
            folder = value if equals else next(rest, "")
            if not folder:
                raise UsageError("--config-dir: name the folder of your own options")
            config_dir = Path(folder)
            try:
                list(config_dir.iterdir())
            except (NotADirectoryError, FileNotFoundError):
                raise UsageError(f"--config-dir: {short(folder)!r} is not a folder") from None
            except (OSError, ValueError) as error:
                raise UsageError(f"--config-dir: cannot read {short(folder)!r}: {error}") from None
        elif argument.startswith("-"):
            known = ("--help", "--cfg", "--config-dir")
            near = suggestion(name, known)
            raise UsageError(f"unknown option {short(name)}{near} (options: {', '.join(known)})")
        elif not (argument == "job" and "--cfg" in options):
            overrides.append(argument)
    return options, overrides, config_dir


def _config(tree: dict[str, Any]) -> Config:
    """The checked dataclasses of a composed configuration."""
    plant_keys, run_keys = schema.hints(Plant), [key for key in schema.hints(Config) if key != "plant"]
    for key in tree:
        if key not in plant_keys and key not in run_keys:
            raise schema.unknown(key, [*run_keys, *plant_keys], (leaf for leaf, _ in compose.leaves(tree)))
    if "start" in tree and isinstance(tree["start"], int):  # 20250101 is an ISO date, too
        tree = {**tree, "start": str(tree["start"])}
    plant = built_plant({key: tree[key] for key in tree if key in plant_keys})
    plant = replace(plant, start=checks.iso_date("start", plant.start).isoformat())

    built = built_modules()
    run = {key: tree[key] for key in run_keys if key in tree}
    if "topology" not in run:
        raise UsageError("missing key topology")
    topology = schema.value(Topology, run["topology"], "topology")
    checks.check_topology(topology, built)
    topology = _only(topology, built)
    if run.get("modules") is None:
        run["modules"] = [module for module in topology.modules if module in RECORDED]
    config = schema.build(Config, run, "", given={"plant": plant, "topology": topology})
    config = replace(config, modules=_modules(config.modules, topology))
    checks.check(config)
    return config


def _only(topology: Topology, built: frozenset[str]) -> Topology:
    """The topology without modules that do not exist, and without databases that would be empty."""
    kept = {
        name: replace(database, modules=tuple(module for module in database.modules if module in built))
        for name, database in topology.databases.items()
    }
    return replace(topology, databases={name: kept[name] for name in kept if kept[name].modules})


def _modules(asked: tuple[str, ...], topology: Topology) -> tuple[str, ...]:
    """The modules asked for, in the order in which they load."""
    known = [module for module in topology.modules if module in RECORDED]
    for module in asked:
        if module not in topology.modules:
            near = suggestion(module, topology.modules)
            raise UsageError(f"modules: there is no module {module!r}{near} (built: {', '.join(known)})")
        if module not in known:
            raise UsageError(f"modules: {module} has tables, but nothing fills them yet (built: {', '.join(known)})")
    if not asked:
        raise UsageError(f"modules: the list is empty (built: {', '.join(known)})")
    return tuple(module for module in known if module in asked)
