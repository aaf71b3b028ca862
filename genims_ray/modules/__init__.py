"""The systems that record the world, in the order in which they are loaded.

A table is a function of the same name here and its DDL in sql/<module>.sql.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from genims_ray.modules import cmms, hr, master, mes, operations, qms
from genims_ray.world import Window, World

Columns = dict[str, Any]


@dataclass(frozen=True)
class Module:
    """A system: its tables' functions, and whether machine cells can render it apart."""

    name: str
    source: ModuleType
    by_machine: bool = False

    def function(self, table: str) -> Callable[[World, Window], Columns] | None:
        return getattr(self.source, table, None)


MODULES: tuple[Module, ...] = (
    Module("master", master),  # what everything else refers to
    Module("operations", operations, by_machine=True),
    Module("mes", mes),
    Module("cmms", cmms),
    Module("qms", qms),
    Module("hr", hr),
)
BY_NAME = {module.name: module for module in MODULES}


def render(module: Module, tables: list[str], world: World, window: Window) -> Iterator[tuple[str, Columns]]:
    """Each table of `tables` with its columns, one after the other; {} for one without rows in the window."""
    for table in tables:
        function = module.function(table)
        if function is None:
            raise LookupError(
                f"sql/{module.name}.sql has {table}, but genims_ray/modules/{module.name}.py has no function for it"
            )
        yield table, function(world, window)
