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
from sqlglot import Token, TokenType, exp

from genims_ray.catalog.create_table import DIALECT, Fault, TableReader, partition_column
from genims_ray.catalog.model import Index, ModuleSchema, Reference, Table, View
from genims_ray.catalog.names import suggestion
from genims_ray.errors import UserError

PUBLISHED = "published"

_REFERENCE = re.compile(r"\s*(->|~>)\s*(\w+)\.(\w+)\s*\(\s*(\w+)\s*\)\s*\.?\s*$")
_FLOW = re.compile(r"Written by flow:\s*(.+?)\s*\.\s*$")
_TEXT = (TokenType.STRING, TokenType.IDENTIFIER)


@dataclass
class _Draft:
    """What the statements read so far have declared."""

    module: str
    schemas: set[str] = field(default_factory=set)
    tables: dict[str, Table] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    comment: str = ""


def parse_module(path: Path) -> ModuleSchema:
    """The module whose DDL is `path`, named by the file; UserError names file and line of what is wrong."""
    module, sql = path.stem, path.read_text(encoding="utf-8")
    try:
        tokens = sqlglot.tokenize(sql, dialect=DIALECT)
    except sqlglot.errors.SqlglotError as error:
        raise UserError(f"{path}: {_one_line(error)}") from error
    draft = _Draft(module)
    for statement in _statements(tokens):
        try:
            _read(draft, statement, sql)
        except (Fault, sqlglot.errors.SqlglotError, ValueError) as fault:
            raise UserError(f"{path}:{statement[0].line}: {_one_line(fault)}") from fault
    return ModuleSchema(
        name=module, tables=draft.tables, views=draft.views, ddl=sql, ddl_hash=_hash(tokens), comment=draft.comment
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


def _read(draft: _Draft, statement: list[Token], sql: str) -> None:
    source = sql[statement[0].start : statement[-1].end + 1]
    words = [token.text.upper() for token in statement[:6]]
    match words:
        case ["CREATE", "SCHEMA", *_]:
            _read_schema(draft, statement)
        case ["CREATE", "TABLE", *_]:
            _read_table(draft, _parse(statement, sql), statement[0].line)
        case ["CREATE", "INDEX", *_] | ["CREATE", "UNIQUE", "INDEX", *_]:
            _read_index(draft, _parse(statement, sql), source)
        case ["CREATE", "VIEW", *_] | ["CREATE", "OR", "REPLACE", "VIEW", *_]:
            _read_view(draft, _parse(statement, sql), source)
        case ["COMMENT", "ON", *_]:
            _read_comment(draft, statement)
        case _:
            raise Fault(
                f"unknown statement {' '.join(words[:3])} ...: a module's DDL holds CREATE SCHEMA, TABLE, "
                "INDEX and VIEW, and COMMENT ON"
            )


def _parse(statement: list[Token], sql: str) -> exp.Create:
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)  # sqlglot warns before it falls back to an opaque Command
    try:
        [parsed] = sqlglot.Dialect.get_or_raise(DIALECT).parser().parse(statement, sql)
    finally:
        logger.setLevel(level)
    if not isinstance(parsed, exp.Create):
        raise Fault(f"not understood: {sql[statement[0].start : statement[-1].end + 1].splitlines()[0]}")
    return parsed


def _read_schema(draft: _Draft, statement: list[Token]) -> None:
    name = statement[-1].text
    if name not in (draft.module, PUBLISHED):
        raise Fault(f"schema {name}: a module's schema has the name of its file, {draft.module}")
    draft.schemas.add(name)


def _own(draft: _Draft, relation: exp.Expression, schema: str) -> str:
    """The name of a relation that must live in `schema`."""
    if not isinstance(relation, exp.Table) or relation.db != schema:
        raise Fault(f"{relation.sql(DIALECT)}: write it as {schema}.{relation.name}")
    return str(relation.name)


def _table(draft: _Draft, relation: exp.Expression | None) -> Table:
    assert relation is not None
    name = _own(draft, relation, draft.module)
    if name not in draft.tables:
        raise Fault(f"{draft.module}.{name} is not created above{suggestion(name, draft.tables)}")
    return draft.tables[name]


def _read_table(draft: _Draft, create: exp.Create, line: int) -> None:
    body = create.this
    if not isinstance(body, exp.Schema):
        raise Fault("CREATE TABLE needs a list of columns")
    name = _own(draft, body.this, draft.module)
    if draft.module not in draft.schemas:
        raise Fault(f"CREATE SCHEMA {draft.module} comes first")
    if name in draft.tables:
        raise Fault(f"{draft.module}.{name} is created twice")
    reader = TableReader(draft.module, name)
    for part in body.expressions:
        if isinstance(part, exp.ColumnDef):
            reader.column(part)
        elif isinstance(part, exp.Constraint):
            for constraint in part.expressions:
                reader.constraint(constraint, part.name)
        else:
            reader.constraint(part, None)
    draft.tables[name] = reader.table(partition_column(create), line)


def _read_index(draft: _Draft, create: exp.Create, source: str) -> None:
    index = create.this
    table = _table(draft, index.args["table"])
    params = index.args["params"]
    columns = tuple(column.name for part in params.args["columns"] for column in part.find_all(exp.Column))
    for column in columns:
        if column not in table.column_names:
            raise Fault(f"{table.qualified} has no column {column}{suggestion(column, table.column_names)}")
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
        raise Fault(f"CREATE SCHEMA IF NOT EXISTS {PUBLISHED} comes first")
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
        raise Fault("write COMMENT ON <kind> <name> IS '<text>'")
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
            raise Fault(f"COMMENT ON {kind} {'.'.join(path)}: nothing of that name is created above")


def _commented(draft: _Draft, name: str) -> Table:
    if name not in draft.tables:
        raise Fault(f"{draft.module}.{name} is not created above{suggestion(name, draft.tables)}")
    return draft.tables[name]


def _comment_column(draft: _Draft, table: Table, name: str, text: str) -> None:
    if name not in table.column_names:
        raise Fault(f"{table.qualified} has no column {name}{suggestion(name, table.column_names)}")
    references = table.references
    if noted := _REFERENCE.search(text):
        text = text[: noted.start()].rstrip()
        kind = "declared" if noted[1] == "->" else "logical"
        declared = Reference(table.module, table.name, (name,), noted[2], noted[3], (noted[4],), kind)
        references = (*references, declared)
    elif "->" in text or "~>" in text:
        raise Fault(
            f"{table.qualified}.{name}: a reference ends the comment, as in '-> module.table(column)'; got {text!r}"
        )
    columns = tuple(replace(c, comment=text) if c.name == name else c for c in table.columns)
    draft.tables[table.name] = replace(table, columns=columns, references=references)
