"""Reads one CREATE TABLE."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from genims_ray.catalog.column import Column
from genims_ray.catalog.model import Check, Reference, Table
from genims_ray.catalog.names import suggestion
from genims_ray.catalog.types import arrow_type

DIALECT = "postgres"

_TYPE_NAMES = {
    exp.DataType.Type.BOOLEAN: "boolean",
    exp.DataType.Type.SMALLINT: "smallint",
    exp.DataType.Type.INT: "integer",
    exp.DataType.Type.BIGINT: "bigint",
    exp.DataType.Type.FLOAT: "real",
    exp.DataType.Type.DOUBLE: "double precision",
    exp.DataType.Type.DECIMAL: "numeric",
    exp.DataType.Type.TEXT: "text",
    exp.DataType.Type.DATE: "date",
    exp.DataType.Type.TIME: "time without time zone",
    exp.DataType.Type.TIMESTAMPTZ: "timestamp with time zone",
    exp.DataType.Type.TIMESTAMP: "timestamp without time zone",
}


class Fault(Exception):
    """What is wrong with a statement; the reader of the file adds its name and line."""


def partition_column(create: exp.Create) -> str | None:
    partition = create.find(exp.PartitionedByProperty)
    if partition is None:
        return None
    by = partition.this
    if not (isinstance(by, exp.Anonymous) and by.name.upper() == "RANGE" and len(by.expressions) == 1):
        raise Fault("a table is partitioned by RANGE of one column")
    return str(by.expressions[0].name)


class TableReader:
    """Collects the columns and constraints of one CREATE TABLE."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name
        self.columns: dict[str, Column] = {}
        self.primary_key: tuple[str, ...] = ()
        self.unique_keys: list[tuple[str, ...]] = []
        self.checks: list[Check] = []
        self.references: list[Reference] = []

    def column(self, definition: exp.ColumnDef) -> None:
        name = definition.name
        if name in self.columns:
            raise Fault(f"{self.module}.{self.name}.{name} is declared twice")
        nullable, default = True, None
        for constraint in definition.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint):
                nullable = bool(kind.args.get("allow_null"))
            elif isinstance(kind, exp.DefaultColumnConstraint):
                default = kind.this.sql(DIALECT, copy=False)
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                nullable, self.primary_key = False, (name,)
            elif isinstance(kind, exp.UniqueColumnConstraint):
                self.unique_keys.append((name,))
            elif isinstance(kind, exp.CheckColumnConstraint):
                self.checks.append(Check(constraint.name or None, kind.this.sql(DIALECT, copy=False)))
            elif isinstance(kind, exp.Reference):
                self._foreign_key((name,), kind)
            else:
                text = constraint.sql(DIALECT)
                raise Fault(f"{self.module}.{self.name}.{name}: {text} is not used in GenIMS")
        type_name = self._type(name, definition.args.get("kind"))
        self.columns[name] = Column(name, type_name, nullable, default=default)

    def _type(self, column: str, kind: exp.Expression | None) -> str:
        if not isinstance(kind, exp.DataType):
            raise Fault(f"{self.module}.{self.name}.{column}: no type")
        name = _TYPE_NAMES.get(kind.this, kind.sql(DIALECT, copy=False).lower())
        if name == "numeric" and kind.expressions:
            sizes = [int(size.name) for size in kind.expressions]
            name = f"numeric({sizes[0]},{sizes[1] if len(sizes) > 1 else 0})"
        try:
            arrow_type(name)
        except ValueError as error:
            raise Fault(f"{self.module}.{self.name}.{column}: {error}") from error
        return name

    def constraint(self, constraint: exp.Expression, name: str | None) -> None:
        if isinstance(constraint, exp.PrimaryKey):
            self.primary_key = tuple(part.name for part in constraint.expressions)
        elif isinstance(constraint, exp.UniqueColumnConstraint):
            self.unique_keys.append(tuple(part.name for part in constraint.this.expressions))
        elif isinstance(constraint, exp.CheckColumnConstraint):
            self.checks.append(Check(name, constraint.this.sql(DIALECT, copy=False)))
        elif isinstance(constraint, exp.ForeignKey):
            columns = tuple(part.name for part in constraint.expressions)
            self._foreign_key(columns, constraint.args["reference"])
        else:
            raise Fault(f"{self.module}.{self.name}: {constraint.sql(DIALECT)} is not used in GenIMS")

    def _foreign_key(self, columns: tuple[str, ...], reference: exp.Reference) -> None:
        target = reference.this
        if not isinstance(target, exp.Schema):
            raise Fault(f"{self.module}.{self.name}: name the column, as in {reference.sql(DIALECT)} (column)")
        relation, named = target.this, target.expressions
        if relation.db != self.module:
            raise Fault(
                f"{self.module}.{self.name}.{columns[0]}: a foreign key stays within its module; end the "
                f"column's comment with '-> {relation.sql(DIALECT)}({named[0].name})' instead"
            )
        targets = tuple(part.name for part in named)
        self.references.append(
            Reference(self.module, self.name, columns, relation.db, relation.name, targets, "foreign key")
        )

    def table(self, partition_column: str | None, line: int) -> Table:
        used = [*self.primary_key, *(c for key in self.unique_keys for c in key)]
        used += [column for reference in self.references for column in reference.columns]
        used += [partition_column] if partition_column else []
        for name in used:
            if name not in self.columns:
                raise Fault(f"{self.module}.{self.name} has no column {name}{suggestion(name, self.columns)}")
        columns = tuple(
            replace(column, nullable=False) if column.name in self.primary_key else column
            for column in self.columns.values()
        )
        table = Table(
            module=self.module,
            name=self.name,
            columns=columns,
            primary_key=self.primary_key,
            unique_keys=tuple(self.unique_keys),
            checks=tuple(self.checks),
            references=tuple(self.references),
            partition_column=partition_column,
            line=line,
        )
        if partition_column and self.columns[partition_column].nullable:
            raise Fault(f"{table.qualified}.{partition_column}: the column of the partitions is NOT NULL")
        if table.mutable and not table.primary_key:
            raise Fault(f"{table.qualified} has updated_at, so its rows change: it needs a primary key")
        if table.mutable and partition_column:
            raise Fault(f"{table.qualified} has updated_at: a table whose rows change is not partitioned")
        return table
