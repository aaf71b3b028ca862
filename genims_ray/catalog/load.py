"""The catalog of all modules: every table of sql/, in an order in which they can be created and loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from genims_ray import resources
from genims_ray.catalog.model import ModuleSchema, Reference, Table
from genims_ray.catalog.names import suggestion
from genims_ray.catalog.parse import parse_module
from genims_ray.errors import UserError

MODULE_NAMES = (
    "master",  # first: everything refers to it
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
)


@dataclass(frozen=True)
class Catalog:
    """What is declared in sql/, by module."""

    modules: dict[str, ModuleSchema]

    @classmethod
    def load(cls, root: Path | None = None) -> Catalog:
        """Reads sql/<module>.sql below `root` for every module that has one.

        UserError naming file and line, or table and column, where the DDL is not what the notation allows
        or a reference does not hold.
        """
        folder = (root or resources.root()) / "sql"
        found = [path for name in MODULE_NAMES if (path := folder / f"{name}.sql").is_file()]
        if not found:
            raise UserError(f"{folder} holds no module's DDL")
        parsed = {path.stem: _ordered(parse_module(path)) for path in found}
        return cls({name: _resolved(module, parsed) for name, module in parsed.items()})

    def tables(self) -> Iterator[Table]:
        """Every table, each after those its foreign keys point to (foreign keys stay within a module)."""
        for module in self.modules.values():
            yield from module.tables.values()

    def scopes(self, modules: Iterable[str]) -> list[str]:
        """What the ledger covers each by itself: the modules, each followed by its tables loaded by themselves."""
        return [
            scope
            for name in modules
            for scope in dict.fromkeys([name, *(table.scope for table in self.modules[name].tables.values())])
        ]

    def of_scope(self, scope: str) -> dict[str, Table]:
        """Tables of a scope by name, each after those its foreign keys point to; none if there is no such scope."""
        tables = self.modules[scope.partition(".")[0]].tables
        return {name: table for name, table in tables.items() if table.scope == scope}

    def references(self) -> Iterator[Reference]:
        """Every reference, whether PostgreSQL guards it or verify does."""
        for table in self.tables():
            yield from table.references

    def table(self, qualified: str) -> Table:
        """The table `module.name`; UserError with the nearest name if there is none."""
        known = {table.qualified: table for table in self.tables()}
        if qualified not in known:
            raise UserError(f"no table {qualified}{suggestion(qualified, known)}")
        return known[qualified]


def _ordered(module: ModuleSchema) -> ModuleSchema:
    """The module with its tables in dependency order, otherwise as written."""
    ordered: dict[str, Table] = {}
    waiting = dict(module.tables)
    while waiting:
        ready = [table for table in waiting.values() if not _parents(table) & waiting.keys()]
        if not ready:
            raise UserError(f"the foreign keys of {module.name} form a cycle: {_cycle(waiting)}")
        for table in ready:
            ordered[table.name] = waiting.pop(table.name)
    return replace(module, tables=ordered)


def _parents(table: Table) -> set[str]:
    return {r.target_table for r in table.references if r.kind == "foreign key"} - {table.name}


def _cycle(tables: dict[str, Table]) -> str:
    """One cycle among `tables`, each of which has a parent in it."""
    trail = [next(iter(tables))]
    while True:
        parent = next(name for name in tables if name in _parents(tables[trail[-1]]))
        if parent in trail:
            return " -> ".join([*trail[trail.index(parent) :], parent])
        trail.append(parent)


def _resolved(module: ModuleSchema, modules: dict[str, ModuleSchema]) -> ModuleSchema:
    """The module with references to modules without DDL marked as pending, and the others checked."""
    tables = {
        name: replace(table, references=tuple(_resolve(table, r, modules) for r in table.references))
        for name, table in module.tables.items()
    }
    return replace(module, tables=tables)


def _resolve(table: Table, reference: Reference, modules: dict[str, ModuleSchema]) -> Reference:
    if reference.target_module not in MODULE_NAMES:
        near = suggestion(reference.target_module, MODULE_NAMES)
        raise UserError(f"{reference}: no module {reference.target_module}{near}")
    if reference.target_module not in modules:
        return replace(reference, pending=True)
    targets = modules[reference.target_module].tables
    if reference.target_table not in targets:
        raise UserError(f"{reference}: no such table{suggestion(reference.target_table, targets)}")
    target = targets[reference.target_table]
    for name, target_name in zip(reference.columns, reference.target_columns, strict=True):
        if target_name not in target.column_names:
            raise UserError(f"{reference}: no such column{suggestion(target_name, target.column_names)}")
        types = table.column(name).type, target.column(target_name).type
        if types[0] != types[1]:
            raise UserError(f"{reference}: {name} is {types[0]}, but {target_name} is {types[1]}")
    if reference.kind != "logical" and not target.is_key(reference.target_columns):
        raise UserError(f"{reference}: the target is not unique; a logical reference is written ~>")
    if reference.kind == "foreign key" and target.partition_column:
        raise UserError(f"{reference}: a foreign key points to an unpartitioned table")
    return reference
