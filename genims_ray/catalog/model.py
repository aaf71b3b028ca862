"""What sql/<module>.sql declares, as plain values: modules, tables, columns, references and indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from genims_ray.catalog.column import Column
from genims_ray.catalog.convert import convert_table, schema
from genims_ray.catalog.types import BINARY


@dataclass(frozen=True)
class Reference:
    """Columns whose values are found in another table.

    `kind` says who guards it: 'foreign key' (PostgreSQL, within a module), 'declared' (`->` in the column's
    comment, guarded by verify) or 'logical' (`~>`, the same where the target column is not unique).
    """

    module: str
    table: str
    columns: tuple[str, ...]
    target_module: str
    target_table: str
    target_columns: tuple[str, ...]
    kind: str
    pending: bool = False
    """The target's module has no DDL yet."""

    @property
    def source(self) -> str:
        return f"{self.module}.{self.table}"

    @property
    def target(self) -> str:
        return f"{self.target_module}.{self.target_table}"

    def __str__(self) -> str:
        arrow = "~>" if self.kind == "logical" else "->"
        columns, targets = ", ".join(self.columns), ", ".join(self.target_columns)
        return f"{self.source}({columns}) {arrow} {self.target}({targets})"


@dataclass(frozen=True)
class Check:
    """A CHECK constraint; `name` is None where PostgreSQL chooses one."""

    name: str | None
    expression: str


@dataclass(frozen=True)
class Index:
    """An index made by CREATE INDEX; `definition` is everything after the table's name."""

    name: str | None
    method: str
    columns: tuple[str, ...]
    unique: bool
    where: str | None
    definition: str

    def on(self, relation: str) -> str:
        """The statement that builds the same index on `relation`, letting PostgreSQL name it."""
        return f"CREATE {'UNIQUE ' if self.unique else ''}INDEX ON {relation} {self.definition}"


@dataclass(frozen=True)
class Table:
    """One table of a module."""

    module: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    references: tuple[Reference, ...] = ()
    partition_column: str | None = None
    writer: str = "module"
    """'module', or 'flow:<name>' where a synchronisation flow alone writes the table."""
    comment: str = ""
    line: int = field(default=0, compare=False)

    @property
    def qualified(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def mutable(self) -> bool:
        """Rows change over time: they carry updated_at and are upserted by primary key."""
        return any(column.name == "updated_at" for column in self.columns)

    @property
    def by_itself(self) -> bool:
        """A big table that is loaded by itself, by the faster path: partitioned, of types that it can write."""
        return (
            self.partition_column is not None
            and not self.mutable
            and all(column.type in BINARY for column in self.columns)
        )

    @property
    def scope(self) -> str:
        """What the ledger counts the table's rows to: its module, or the table where it is loaded by itself."""
        return self.qualified if self.by_itself else self.module

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def partition_indexes(self) -> tuple[str, ...]:
        """CREATE INDEX statements for one leaf, `{leaf}` standing for its name.

        Build the leaf with LIKE ... INCLUDING ALL EXCLUDING INDEXES, COPY, run these, then attach: PostgreSQL
        adopts each as the leaf's part of the parent's index, and BRIN summarises every page.
        """
        return tuple(index.on("{leaf}") for index in self.indexes)

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        return schema(self.columns)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.qualified} has no column {name}")

    def is_key(self, columns: tuple[str, ...]) -> bool:
        """Whether the values of `columns` name at most one row."""
        return set(columns) in [set(key) for key in (self.primary_key, *self.unique_keys) if key]

    def arrow(self, columns: Mapping[str, Any]) -> pa.Table:
        """Columns as a table of exactly `arrow_schema`; see genims_ray.catalog.convert for what is accepted.

        Raises ValueError naming schema.table.column for a missing or unknown column, a wrong type, a value
        out of range, NULL in a NOT NULL column, or columns of different lengths. The result may share memory
        with the arrays passed in.
        """
        return convert_table(self.qualified, self.columns, columns)


@dataclass(frozen=True)
class View:
    """A view of schema `published`: an earlier shape of the data, by name."""

    name: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    """Qualified names of the tables it reads."""
    comment: str
    sql: str

    @property
    def qualified(self) -> str:
        return f"published.{self.name}"


@dataclass(frozen=True)
class ModuleSchema:
    """One module: its tables in dependency order (a table follows those its foreign keys point to)."""

    name: str
    tables: dict[str, Table]
    views: dict[str, View]
    ddl: str = field(repr=False)
    ddl_hash: str
    comment: str = ""
