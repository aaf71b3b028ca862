"""Walks conf/: every option of every group composes, and every key of every file is checked."""

from __future__ import annotations

import copy
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genims_ray import config, resources
from genims_ray.config import UsageError, compose

GROUPS = compose.groups()
OPTIONS = [(group, option) for group, options in GROUPS.items() for option in options]

PARTS = {
    "failure": "failure@failure_modes={0}",
    "line": "+line@line_types.my_{0}={0}",
    "machine": "+machine@machines.my_{0}={0}",
    "signal": "signal@signals={0}",
}
"""Groups whose options live together in one plant, as do the factories of scale=large."""


def test_groups_are_the_folders_of_conf() -> None:
    conf = resources.root() / "conf"
    assert set(GROUPS) == {folder.name for folder in conf.iterdir() if folder.is_dir()}
    assert {file.name for file in conf.glob("*.yaml")} == {"run.yaml"}


CHOICES = [pair for pair in OPTIONS if pair[0] not in {*PARTS, "factory"}]


@pytest.mark.parametrize(("group", "option"), CHOICES)
def test_choice_composes(group: str, option: str) -> None:
    loaded = config.load([f"{group}={option}"])
    assert loaded.topology.name == (option if group == "topology" else "max13")
    assert loaded.server.kind == (option if group == "server" else "embedded")


def test_parts_compose_in_one_plant() -> None:
    parts = [place.format(option) for group, place in PARTS.items() for option in GROUPS[group]]
    plant = config.load(["scale=large", *parts]).plant
    assert set(plant.factories) == set(GROUPS["factory"])
    assert {f"my_{option}" for option in GROUPS["line"]} < set(plant.line_types)
    assert {f"my_{option}" for option in GROUPS["machine"]} < set(plant.machines)


def test_a_choice_says_what_it_is() -> None:
    for group in ("scale", "topology", "server", "clock", "ray"):
        for option, comment in GROUPS[group].items():
            assert comment.endswith("."), f"conf/{group}/{option}.yaml begins without a comment"


@pytest.mark.parametrize(
    ("scale", "factories", "lines", "machines", "sensors", "products"),
    [("tiny", 1, 2, 8, 48, 24), ("small", 2, 10, 40, 240, 120), ("large", 10, 50, 200, 1200, 600)],
)
def test_sizes(scale: str, factories: int, lines: int, machines: int, sensors: int, products: int) -> None:
    plant = config.load([f"scale={scale}"]).plant
    kinds = [plant.line_types[line.type] for f in plant.factories.values() for line in f.lines]
    types = [plant.machines[machine] for kind in kinds for machine in kind.machines]
    assert len(plant.factories) == factories
    assert len(kinds) == lines
    assert len(types) == machines
    assert sum(len(machine.sensors) for machine in types) == sensors
    assert sum(kind.products for kind in kinds) == products


@pytest.mark.parametrize(("topology", "databases"), [("max13", 13), ("balanced8", 8), ("minimal5", 5)])
def test_topology_houses_all_thirteen_modules(topology: str, databases: int) -> None:
    houses = compose.tree([f"topology={topology}"])["topology"]["databases"]
    assert len(houses) == databases
    assert [module for house in houses.values() for module in house["modules"]] == [
        "master",
        "operations",
        "mes",
        "cmms",
        "qms",
        "erp",
        "financial",
        "wms",
        "tms",
        "crm",
        "service",
        "hr",
        "supplier",
    ]


# -- every key


def mappings(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping at or below `node`, with its path."""
    if isinstance(node, dict):
        yield path, node
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from mappings(child, f"{path}.{key}" if path else str(key))


def one_of_each(tree: dict[str, Any]) -> list[str]:
    """Paths of mappings, one for each set of keys: the others are of the same dataclass."""
    shapes: dict[tuple[str, ...], str] = {}
    for path, node in mappings(tree):
        shapes.setdefault(tuple(sorted(node)), path)
    return list(shapes.values())


def at(tree: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    return tree


TREE = compose.tree(["scale=tiny"])
NAMED_BY_USER = {
    "factories",
    "machines",
    "line_types",
    "signals",
    "failure_modes",
    "fault_codes",
    "topology.databases",
    "shifts.patterns",
    "upkeep.utilities",
}


@pytest.mark.parametrize("path", one_of_each(TREE))
def test_unknown_key_is_refused_by_its_path(path: str) -> None:
    tree = copy.deepcopy(TREE)
    at(tree, path)["zzz"] = 1
    with pytest.raises(UsageError) as caught:
        config._config(tree)
    full = f"{path}.zzz" if path else "zzz"
    if path in NAMED_BY_USER:
        assert str(caught.value).startswith(f"{full}: expected ")
    elif path.endswith(".effects"):
        assert str(caught.value).startswith(f"{full}: expected keys and values")
    else:
        assert str(caught.value).startswith(f"unknown key {full}")


def leaf_paths() -> list[str]:
    return [
        f"{path}.{key}" if path else key
        for path in one_of_each(TREE)
        for key, value in at(TREE, path).items()
        if not isinstance(value, dict)
    ]


@pytest.mark.parametrize("path", leaf_paths())
def test_wrong_type_is_refused_by_its_path(path: str) -> None:
    tree = copy.deepcopy(TREE)
    parent, _, key = path.rpartition(".")
    at(tree, parent)[key] = {"zzz": 1}
    with pytest.raises(UsageError) as caught:
        config._config(tree)
    assert str(caught.value).startswith(f"{path}: expected ")


def test_every_file_is_read_as_utf8_mapping() -> None:
    for file in sorted((resources.root() / "conf").rglob("*")):
        assert file.is_dir() or file.suffix == ".yaml", f"{Path(file.parent.name, file.name)} is no YAML file"


# -- the documentation


def test_documentation_names_every_choice_and_database() -> None:
    page = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    for group in GROUPS:
        assert f"| `{group}` |" in page
    for group in ("scale", "topology", "server", "clock", "ray", "line"):
        for option in GROUPS[group]:
            assert f"`{option}`" in page
    for topology in GROUPS["topology"]:
        for database in compose.tree([f"topology={topology}"])["topology"]["databases"]:
            assert f"`{database}`" in page


def test_recipes_work(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    conf = resources.root() / "conf"
    for group, option, like, old, new in [
        ("factory", "oslo", "gdansk", "number: 4", "number: 11"),
        ("machine", "laser", "robot", "title: Six-axis robot", "title: Laser"),
    ]:
        (tmp_path / group).mkdir()
        text = (conf / group / f"{like}.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / group / f"{option}.yaml").write_text(text.replace(old, new), encoding="utf-8")
    written = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    names = ("signal/acoustic", "machine/robot_with_ear", "scale/two_plants")
    for name, text in zip(names, written, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    recipes = page.partition("## Recipes")[2].partition("## Databases")[0].replace("\\\n", "")
    commands = [line.strip().strip("`").rpartition("`")[2] for line in recipes.splitlines() if "genims run" in line]
    assert len(commands) == 7
    for command in [*commands, "--config-dir=mine scale=two_plants", "failure_modes.motor.eta_hours=18000"]:
        arguments = shlex.split(command.rpartition("genims run")[2].strip("` "))
        assert arguments
        config.load([argument.replace("=mine", f"={tmp_path}") for argument in arguments])
