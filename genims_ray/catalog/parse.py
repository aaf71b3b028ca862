"""Reads one sql/<module>.sql: plain PostgreSQL, parsed with sqlglot, into a ModuleSchema.

The notation the DDL adds to PostgreSQL, all of it in comments (COMMENT ON ... IS):

- `-> cmms.work_orders(work_order_id)` ends a column's comment: a reference PostgreSQL cannot guard;
- `~> operations.sensor_health(sensor_id)`: the same, where the target column is not unique;
- `[mm/s]` in a column's comment: its unit, where the column's name does not end in one;
- `Written by flow: <name>.` ends a table's comment: that synchronisation flow is its only writer.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from genims_ray.catalog.model import Check, Column, Index, ModuleSchema, Reference, Table, View
from genims_ray.catalog.names import suggestion
from genims_ray.catalog.types import arrow_type
from genims_ray.errors import UserError

DIALECT = "postgres"
PUBLISHED = "published"

_REFERENCE = re.compile(r"\s*(->|~>)\s*(\w+)\.(\w+)\s*\(\s*(\w+)\s*\)\s*\.?\s*$")
_FLOW = re.compile(r"Written by flow:\s*(.+?)\s*\.\s*$")
_TEXT = (TokenType.STRING, TokenType.IDENTIFIER)

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


class _Fault(Exception):
    """What is wrong with the statement being read; `parse_module` adds file and line."""


@dataclass
class _Draft:
    """What the statements read so far have declared."""

    module: str
    schemas: set[str] = field(default_factory=set)
    tables: dict[str, Table] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    comment: str = ""


def parse_module(path: Path) -> ModuleSchema:
    """The module whose DDL is `path`, named by the file; UserError naming file and line if it cannot be read."""
    module, sql = path.stem, path.read_text(encoding="utf-8")
    try:
        tokens = sqlglot.tokenize(sql, dialect=DIALECT)
    except sqlglot.errors.SqlglotError as error:
        raise UserError(f"{path}: {_one_line(error)}") from error
    draft = _Draft(module)
    for statement in _statements(tokens):
        source = sql[statement[0].start : statement[-1].end + 1]
        try:
            _read(draft, statement, source)
        except (_Fault, sqlglot.errors.SqlglotError, ValueError) as fault:
            raise UserError(f"{path}:{statement[0].line}: {_one_line(fault)}") from fault
    return ModuleSchema(
        name=module,
        tables=draft.tables,
        views=draft.views,
        ddl=sql,
        ddl_hash=_hash(tokens),
        comment=draft.comment,
    )


def _one_line(error: Exception) -> str:
    return re.sub(r"\x1b\[\d+m", "", " ".join(str(error).split()))


def _statements(tokens: list[Token]) -> Iterator[list[Token]]:
    statement: list[Token] = []
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            if statement:
                yield statement
            statement = []
        else:
            statement.append(token)
    if statement:
        yield statement


def _hash(tokens: list[Token]) -> str:
    """SHA-256 over the tokens: blind to layout, SQL comments and the case of keywords and unquoted names."""
    digest = hashlib.sha256()
    for token in tokens:
        quoted = token.token_type in _TEXT
        text = token.text if quoted else token.text.lower()
        mark = "'" if token.token_type == TokenType.STRING else ""
        digest.update(f"{mark}{text}\0".encode())
    return digest.hexdigest()


def _read(draft: _Draft, statement: list[Token], source: str) -> None:
    words = [token.text.upper() for token in statement[:6]]
    match words:
        case ["CREATE", "SCHEMA", *_]:
            _read_schema(draft, statement)
        case ["CREATE", "TABLE", *_]:
            _read_table(draft, _parse(source), statement[0].line)
        case ["CREATE", "INDEX", *_] | ["CREATE", "UNIQUE", "INDEX", *_]:
            _read_index(draft, _parse(source), source)
        case ["CREATE", "VIEW", *_] | ["CREATE", "OR", "REPLACE", "VIEW", *_]:
            _read_view(draft, _parse(source), source)
        case ["COMMENT", "ON", *_]:
            _read_comment(draft, statement)
        case _:
            raise _Fault(
                f"unknown statement {' '.join(words[:3])} ...: a module's DDL holds CREATE SCHEMA, TABLE, "
                "INDEX and VIEW, and COMMENT ON"
            )


def _parse(source: str) -> exp.Create:
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)  # sqlglot warns before it falls back to an opaque Command
    try:
        parsed = sqlglot.parse_one(source, dialect=DIALECT)
    finally:
        logger.setLevel(level)
    if not isinstance(parsed, exp.Create):
        raise _Fault(f"not understood: {source.splitlines()[0]}")
    return parsed


def _read_schema(draft: _Draft, statement: list[Token]) -> None:
    name = statement[-1].text
    if name not in (draft.module, PUBLISHED):
        raise _Fault(f"schema {name}: a module's schema has the name of its file, {draft.module}")
    draft.schemas.add(name)


def _own(draft: _Draft, relation: exp.Expression, schema: str) -> str:
    """The name of a relation that must live in `schema`."""
    if not isinstance(relation, exp.Table) or relation.db != schema:
        raise _Fault(f"{relation.sql(DIALECT)}: write it as {schema}.{relation.name}")
    return str(relation.name)


def _table(draft: _Draft, relation: exp.Expression | None) -> Table:
    assert relation is not None
    name = _own(draft, relation, draft.module)
    if name not in draft.tables:
        raise _Fault(f"{draft.module}.{name} is not created above{suggestion(name, draft.tables)}")
    return draft.tables[name]


def _read_table(draft: _Draft, create: exp.Create, line: int) -> None:
    body = create.this
    if not isinstance(body, exp.Schema):
        raise _Fault("CREATE TABLE needs a list of columns")
    name = _own(draft, body.this, draft.module)
    if draft.module not in draft.schemas:
        raise _Fault(f"CREATE SCHEMA {draft.module} comes first")
    if name in draft.tables:
        raise _Fault(f"{draft.module}.{name} is created twice")
    reader = _TableReader(draft.module, name)
    for part in body.expressions:
        if isinstance(part, exp.ColumnDef):
            reader.column(part)
        elif isinstance(part, exp.Constraint):
            for constraint in part.expressions:
                reader.constraint(constraint, part.name)
        else:
            reader.constraint(part, None)
    draft.tables[name] = reader.table(_partition_column(create), line)


def _partition_column(create: exp.Create) -> str | None:
    partition = create.find(exp.PartitionedByProperty)
    if partition is None:
        return None
    by = partition.this
    if not (isinstance(by, exp.Anonymous) and by.name.upper() == "RANGE" and len(by.expressions) == 1):
        raise _Fault("a table is partitioned by RANGE of one column")
    return str(by.expressions[0].name)


class _TableReader:
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
            raise _Fault(f"{self.module}.{self.name}.{name} is declared twice")
        nullable, default = True, None
        for constraint in definition.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint):
                nullable = bool(kind.args.get("allow_null"))
            elif isinstance(kind, exp.DefaultColumnConstraint):
                default = kind.this.sql(DIALECT)
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                nullable, self.primary_key = False, (name,)
            elif isinstance(kind, exp.UniqueColumnConstraint):
                self.unique_keys.append((name,))
            elif isinstance(kind, exp.CheckColumnConstraint):
                self.checks.append(Check(constraint.name or None, kind.this.sql(DIALECT)))
            elif isinstance(kind, exp.Reference):
                self._foreign_key((name,), kind)
            else:
                raise _Fault(
                    f"{self.module}.{self.name}.{name}: {constraint.sql(DIALECT)} is not used in GenIMS"
                )
        type_name = self._type(name, definition.args.get("kind"))
        self.columns[name] = Column(name, type_name, nullable, default=default)

    def _type(self, column: str, kind: exp.Expression | None) -> str:
        if not isinstance(kind, exp.DataType):
            raise _Fault(f"{self.module}.{self.name}.{column}: no type")
        name = _TYPE_NAMES.get(kind.this, kind.sql(DIALECT).lower())
        if name == "numeric" and kind.expressions:
            sizes = [int(size.name) for size in kind.expressions]
            name = f"numeric({sizes[0]},{sizes[1] if len(sizes) > 1 else 0})"
        try:
            arrow_type(name)
        except ValueError as error:
            raise _Fault(f"{self.module}.{self.name}.{column}: {error}") from error
        return name

    def constraint(self, constraint: exp.Expression, name: str | None) -> None:
        if isinstance(constraint, exp.PrimaryKey):
            self.primary_key = tuple(part.name for part in constraint.expressions)
        elif isinstance(constraint, exp.UniqueColumnConstraint):
            self.unique_keys.append(tuple(part.name for part in constraint.this.expressions))
        elif isinstance(constraint, exp.CheckColumnConstraint):
            self.checks.append(Check(name, constraint.this.sql(DIALECT)))
        elif isinstance(constraint, exp.ForeignKey):
            columns = tuple(part.name for part in constraint.expressions)
            self._foreign_key(columns, constraint.args["reference"])
        else:
            raise _Fault(f"{self.module}.{self.name}: {constraint.sql(DIALECT)} is not used in GenIMS")

    def _foreign_key(self, columns: tuple[str, ...], reference: exp.Reference) -> None:
        target = reference.this
        relation, named = (
            (target.this, target.expressions) if isinstance(target, exp.Schema) else (target, [])
        )
        if not named:
            raise _Fault(
                f"{self.module}.{self.name}: name the column, REFERENCES {relation.sql(DIALECT)}(...)"
            )
        if relation.db != self.module:
            raise _Fault(
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
                raise _Fault(
                    f"{self.module}.{self.name} has no column {name}{suggestion(name, self.columns)}"
                )
        columns = tuple(
            replace(
                column, nullable=column.nullable and column.name not in (*self.primary_key, partition_column)
            )
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
        if table.mutable and not table.primary_key:
            raise _Fault(f"{table.qualified} has updated_at, so its rows change: it needs a primary key")
        if table.mutable and partition_column:
            raise _Fault(f"{table.qualified} has updated_at: a table whose rows change is not partitioned")
        return table


def _read_index(draft: _Draft, create: exp.Create, source: str) -> None:
    index = create.this
    table = _table(draft, index.args["table"])
    params = index.args["params"]
    columns = tuple(column.name for part in params.args["columns"] for column in part.find_all(exp.Column))
    for column in columns:
        if column not in table.column_names:
            raise _Fault(f"{table.qualified} has no column {column}{suggestion(column, table.column_names)}")
    using, where = params.args.get("using"), params.args.get("where")
    definition = re.sub(r"\s+", " ", re.split(r"(?i)\bon\s+\S+?\s*(?=\(|\busing\b)", source, maxsplit=1)[1])
    read = Index(
        name=index.name or None,
        method=using.name.lower() if using else "btree",
        columns=columns,
        unique=bool(create.args.get("unique")),
        where=where.this.sql(DIALECT) if where else None,
        definition=definition.strip(),
    )
    draft.tables[table.name] = replace(table, indexes=(*table.indexes, read))


def _read_view(draft: _Draft, create: exp.Create, source: str) -> None:
    if PUBLISHED not in draft.schemas:
        raise _Fault(f"CREATE SCHEMA IF NOT EXISTS {PUBLISHED} comes first")
    relation = create.this.this if isinstance(create.this, exp.Schema) else create.this
    name = _own(draft, relation, PUBLISHED)
    query = create.expression
    within = {cte.alias for cte in query.find_all(exp.CTE)}
    sources = []
    for read in query.find_all(exp.Table):
        if read.db or read.name not in within:
            sources.append(_table(draft, read).qualified)
    draft.views[name] = View(name, tuple(query.named_selects), tuple(dict.fromkeys(sources)), "", source)


def _read_comment(draft: _Draft, statement: list[Token]) -> None:
    kind = statement[2].text.upper()
    at = next((i for i, token in enumerate(statement) if token.token_type == TokenType.IS), -1)
    path = [token.text for token in statement[3:at] if token.token_type != TokenType.DOT]
    texts = statement[at + 1 :]
    if at < 0 or not texts or any(token.token_type != TokenType.STRING for token in texts):
        raise _Fault("write COMMENT ON <kind> <name> IS '<text>'")
    text = "".join(token.text for token in texts).strip()
    match kind, path:
        case "SCHEMA", [name]:
            if name == draft.module:
                draft.comment = text
        case "TABLE", [draft.module, name]:
            table = _commented(draft, name)
            flow = _FLOW.search(text)
            writer = f"flow:{flow[1]}" if flow else "module"
            draft.tables[name] = replace(table, comment=text, writer=writer)
        case "COLUMN", [draft.module, name, column]:
            _comment_column(draft, _commented(draft, name), column, text)
        case "COLUMN", [published, _, _] if published == PUBLISHED:
            pass
        case "VIEW", [published, name] if published == PUBLISHED and name in draft.views:
            draft.views[name] = replace(draft.views[name], comment=text)
        case "INDEX" | "CONSTRAINT", _:
            pass
        case _:
            raise _Fault(f"COMMENT ON {kind} {'.'.join(path)}: nothing of that name is created above")


def _commented(draft: _Draft, name: str) -> Table:
    if name not in draft.tables:
        raise _Fault(f"{draft.module}.{name} is not created above{suggestion(name, draft.tables)}")
    return draft.tables[name]


def _comment_column(draft: _Draft, table: Table, name: str, text: str) -> None:
    if name not in table.column_names:
        raise _Fault(f"{table.qualified} has no column {name}{suggestion(name, table.column_names)}")
    references = table.references
    if noted := _REFERENCE.search(text):
        text = text[: noted.start()].rstrip()
        kind = "declared" if noted[1] == "->" else "logical"
        declared = Reference(table.module, table.name, (name,), noted[2], noted[3], (noted[4],), kind)
        references = (*references, declared)
    elif "->" in text or "~>" in text:
        raise _Fault(
            f"{table.qualified}.{name}: a reference ends the comment, as in '-> module.table(column)'; got {text!r}"
        )
    columns = tuple(replace(c, comment=text) if c.name == name else c for c in table.columns)
    draft.tables[table.name] = replace(table, columns=columns, references=references)
