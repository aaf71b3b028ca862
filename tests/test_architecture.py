"""The house of areas, read from the imports: one staircase, no circle, and who may know whom.

What does not yet keep to a rule is listed below by name, so that the lists can only get shorter: an entry that is no
longer needed fails, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAIRCASE = ("company", "people", "market", "supply", "shopfloor", "sensors", "inventory", "maintenance", "quality")
"""Areas of the world; each may import those before it."""
MOST_ARGUMENTS = 6

DRAWING = {
    "hr.common",
    "hr.joining",
    "hr.leave",
    "hr.organisation",
    "hr.payroll",
    "hr.performance",
    "hr.safety",
    "hr.skills",
    "hr.time",
    "hr.training",
    "operations.health",
}
"""Modules that still draw what an area of the world should."""
SISTERS: set[tuple[str, str]] = set()
"""Modules that still take from another."""


@cache
def sources() -> dict[str, Path]:
    """Every file of the package by its dotted name."""
    found = {}
    for path in sorted((ROOT / "genims_ray").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(sources()[name].read_text(encoding="utf-8"))


@cache
def imports(name: str) -> frozenset[str]:
    """Files that a file imports, wherever in it: for types alone as well."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            files = names & sources().keys()
            found |= files
            if names - files:
                found.add(node.module)
    return frozenset(found & sources().keys())


def area(name: str) -> str:
    """The area of a file of the world; the ground floor is "", and the top "model"."""
    parts = name.split(".")
    inside = parts[2] if len(parts) > 2 else "model"
    return inside if inside in STAIRCASE or inside == "model" else ""


def of(package: str) -> Iterator[str]:
    return (name for name in sources() if name == package or name.startswith(f"{package}."))


def test_every_folder_of_the_world_is_an_area() -> None:
    folders = {path.name for path in (ROOT / "genims_ray/world").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(STAIRCASE)


@pytest.mark.parametrize("name", sorted(of("genims_ray.world")))
def test_imports_run_down_the_staircase(name: str) -> None:
    here = area(name)
    if here == "model":
        return
    allowed = {"", *STAIRCASE[: STAIRCASE.index(here) + 1]} if here else {""}
    if name == "genims_ray.world.frame":
        assert here == ""
    upwards = {other for other in imports(name) if other.startswith("genims_ray.world") and area(other) not in allowed}
    assert not upwards


def test_there_is_no_circle() -> None:
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name in done:
            return
        for other in imports(name):
            visit(other, (*way, name))
        done.add(name)

    for name in sources():
        visit(name, ())


def test_the_world_stands_on_the_ground() -> None:
    """It knows no database, no system and no run."""
    ground = {"genims_ray.window", "genims_ray.errors", "genims_ray.limits", "genims_ray.resources"}
    for name in of("genims_ray.world"):
        outside = {other for other in imports(name) if not other.startswith("genims_ray.world")}
        assert outside <= ground, name


@pytest.mark.parametrize("package", ["genims_ray.postgres", "genims_ray.catalog"])
def test_databases_and_catalog_know_no_process(package: str) -> None:
    for name in of(package):
        known = {o for o in imports(name) if o.startswith(("genims_ray.world", "genims_ray.modules"))}
        assert not known, name


def constructors() -> Iterator[tuple[str, int]]:
    """Each class of the world that is constructed by hand, and how many arguments that takes."""
    for name in of("genims_ray.world"):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                        yield f"{name}.{node.name}", len(part.args.args) + len(part.args.kwonlyargs) - 1


def test_a_process_takes_six_things_at_most() -> None:
    assert not {name for name, arguments in constructors() if arguments > MOST_ARGUMENTS}


def test_modules_draw_nothing() -> None:
    drawing = {
        name.removeprefix("genims_ray.modules.")
        for name in of("genims_ray.modules")
        if any(isinstance(node, ast.Attribute) and node.attr == "rng" for node in ast.walk(tree(name)))
    }
    assert drawing == DRAWING


def test_modules_know_no_sister() -> None:
    pairs = set()
    for name in of("genims_ray.modules"):
        mine = name.split(".")[2:3]
        for other in imports(name):
            if mine and other.startswith("genims_ray.modules.") and other.count(".") >= 2:
                theirs = other.split(".")[2]
                if theirs not in (*mine, "asof"):
                    pairs.add((mine[0], theirs))
    assert pairs == SISTERS
