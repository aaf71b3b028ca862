"""The systems that record the world, in the order in which they are loaded.

A table is a function of the same name here and its DDL in sql/<module>.sql.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any

from genims_ray.catalog import Catalog, Table
from genims_ray.errors import DefectError
from genims_ray.modules import cmms, hr, master, mes, operations, qms
from genims_ray.world import Window, World

Columns = dict[str, Any]


@dataclass(frozen=True)
class Module:
    """A system: its tables' functions, and whether machine cells can render it apart."""

    name: str
    source: ModuleType
    by_machine: bool = False

    @cached_property
    def functions(self) -> dict[str, Callable[[World, Window], Columns]]:
        """The tables' functions by name: what is public in the package and written there."""
        here = self.source.__name__
        return {
            name: value
            for name, value in vars(self.source).items()
            if not name.startswith("_") and isfunction(value) and f"{value.__module__}.".startswith(f"{here}.")
        }

    def function(self, table: str) -> Callable[[World, Window], Columns] | None:
        return self.functions.get(table)

    @property
    def path(self) -> str:
        """Where its functions are: a folder, or a file."""
        return self.source.__name__.replace(".", "/") + ("/" if hasattr(self.source, "__path__") else ".py")


MODULES: tuple[Module, ...] = (
    Module("master", master),  # what everything else refers to
    Module("operations", operations, by_machine=True),
    Module("mes", mes),
    Module("cmms", cmms),
    Module("qms", qms),
    Module("hr", hr),
)
BY_NAME = {module.name: module for module in MODULES}


def require_pairs(catalog: Catalog, known: tuple[Module, ...] = MODULES) -> None:
    """`DefectError` naming both places of a table without its function, or of a function without its table.

    Tables that a flow writes have none.
    """
    for module in known:
        schema = catalog.modules.get(module.name)
        tables = schema.tables if schema else {}
        own = {name: table for name, table in tables.items() if table.writer == "module"}
        for name in (name for name in own if name not in module.functions):
            raise DefectError(f"{_declared(own[name])}: {module.path} has no function {name}")
        for name in (name for name in module.functions if name not in own):
            if name in tables:
                missing = f"{_declared(tables[name])} is written by {tables[name].writer.replace(':', ' ')}"
            else:
                missing = f"sql/{module.name}.sql has no table {module.name}.{name}"
            raise DefectError(f"{_written(module.functions[name])}: function {name}, but {missing}")


def _declared(table: Table) -> str:
    return f"sql/{table.module}.sql:{table.line}: table {table.qualified}"


def _written(function: Any) -> str:
    """File and line of a function, below the folder of the project."""
    code = function.__code__
    file = Path(code.co_filename).relative_to(Path(__file__).parents[2])
    return f"{file}:{code.co_firstlineno}"


def render(module: Module, tables: list[str], world: World, window: Window) -> Iterator[tuple[str, Columns]]:
    """Each table of `tables` with its columns, one after the other; {} for one without rows in the window."""
    for table in tables:
        yield table, module.functions[table](world, window)
