"""Views of a hub and the foreign tables behind them, brought up to date in place.

Clients and the user's own objects see the views, so the foreign tables can be exchanged behind them. What cannot be
changed because something of the user's depends on it stays as it is, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import psycopg
from psycopg import sql

from genims_ray.postgres.endpoints import Session
from genims_ray.postgres.shapes import Column, Relation, relations

EMPTY = "Not filled yet."
ASIDE = "genims_old"
"""Name of a foreign table while another takes its place."""

FOREIGN = """
    SELECT n.nspname, c.relname, s.srvname FROM pg_foreign_table AS t JOIN pg_class AS c ON c.oid = t.ftrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_foreign_server AS s ON s.oid = t.ftserver
    WHERE s.srvname = ANY(%s)
"""
OURS = """
    SELECT vn.nspname, v.relname FROM pg_class AS v JOIN pg_namespace AS vn ON vn.oid = v.relnamespace
    WHERE v.relkind = 'v' AND EXISTS (
        SELECT FROM pg_rewrite AS r JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class AS f ON f.oid = d.refobjid AND f.relkind = 'f' AND f.relname = v.relname
        JOIN pg_namespace AS fn ON fn.oid = f.relnamespace AND fn.nspname = 'fdw_' || vn.nspname
        WHERE r.ev_class = v.oid)
"""
"""Views that read the foreign table of their own name behind them."""

GRANTS = """
    SELECT grantee::regrole::text, privilege_type, is_grantable
    FROM pg_class, aclexplode(relacl) WHERE oid = {view}::regclass AND grantee <> relowner AND grantee <> 0
    UNION ALL
    SELECT 'PUBLIC', privilege_type, is_grantable FROM pg_class, aclexplode(relacl)
    WHERE oid = {view}::regclass AND grantee = 0
"""


def behind(schema: str) -> str:
    """The schema of the foreign tables behind the views of `schema`."""
    return f"fdw_{schema}"


def described(relation: Relation, *, filled: bool) -> str:
    """The comment of a view. `Primary key: a, b.` is its last sentence where the table has one: a view cannot say it
    in any other way."""
    key = f"Primary key: {', '.join(relation.primary_key)}." if relation.primary_key else ""
    return " ".join(part for part in ("" if filled else EMPTY, relation.comment, key) if part)


class Views:
    """The views in the database of a session, which is in a transaction. `note` is told what had to stay."""

    def __init__(self, session: Session, note: Callable[[str], None]) -> None:
        self._session = session
        self._note = note
        self._wanted: set[tuple[str, str]] = set()

    def schema(self, name: str, comment: str) -> None:
        """Create a schema for views, and the one behind it."""
        known = dict(
            self._session.execute(
                "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ANY(%s)",
                ([name, behind(name)],),
            ).fetchall()
        )
        for each, said in ((name, comment), (behind(name), f"Foreign tables behind the views of {name}.")):
            if each not in known:
                self._execute("CREATE SCHEMA {schema}", schema=sql.Identifier(each))
            if said and known.get(each) != said:
                self._execute(
                    "COMMENT ON SCHEMA {schema} IS {said}", schema=sql.Identifier(each), said=sql.Literal(said)
                )

    def show(self, server: str, shown: Iterable[Relation], filled: Callable[[Relation], bool]) -> None:
        """Show relations of the database behind a foreign server, each in the schema of its own name."""
        shown = list(shown)
        self._adopt(server, {_name(relation) for relation in shown})
        schemas = {relation.schema for relation in shown}
        there = relations(self._session, [*schemas, *map(behind, schemas)])
        every = [name for (name,) in self._session.execute("SELECT srvname FROM pg_foreign_server").fetchall()]
        servers = {(schema, name): known for schema, name, known in self._session.execute(FOREIGN, (every,))}
        ours = set(self._session.execute(OURS).fetchall())
        for relation in shown:
            name = (relation.schema, relation.name)
            self._wanted.add(name)
            view, table = there.get(name), there.get((behind(relation.schema), relation.name))
            if view is not None and name not in ours:
                self._note(
                    f"{relation.schema}.{relation.name} is not GenIMS's: it stays, and hides the table of that name"
                )
                continue
            same = (
                table is not None
                and servers.get((table.schema, table.name)) == server
                and _columns(table) == _columns(relation)
            )
            steps = [] if same else self._exchange(server, relation, table, view)
            if view is None and same:
                steps.append(_create(relation, relation.columns, replace=False))
            kept = view if view is not None and not self._must_go(relation, view) else None
            steps += _comments(relation, described(relation, filled=filled(relation)), kept)
            self._change(relation, steps, view, table)

    def clear(self) -> None:
        """Drop views and foreign tables of ours that nothing stands behind any more, where nothing depends on them."""
        for schema, name in self._session.execute(OURS).fetchall():
            if (schema, name) not in self._wanted:
                view, table = sql.Identifier(schema, name), sql.Identifier(behind(schema), name)
                steps = [_statement("DROP VIEW {v}", v=view), _statement("DROP FOREIGN TABLE {t}", t=table)]
                self._drop(f"{schema}.{name}", steps)

    # -- how

    def _adopt(self, server: str, names: Collection[tuple[str, str]]) -> None:
        """Foreign tables that stand where views belong move behind them; what depends on them goes along."""
        for schema, name, _ in self._session.execute(FOREIGN, ([server],)).fetchall():
            if (schema, name) in names:
                self._execute(
                    "ALTER FOREIGN TABLE {table} SET SCHEMA {behind}",
                    table=sql.Identifier(schema, name),
                    behind=sql.Identifier(behind(schema)),
                )

    def _exchange(
        self, server: str, relation: Relation, table: Relation | None, view: Relation | None
    ) -> list[sql.Composed]:
        """Statements that put another foreign table behind the view, and let the view follow."""
        name, place = sql.Identifier(behind(relation.schema), relation.name), behind(relation.schema)
        steps = []
        if table is not None:
            steps.append(
                _statement("ALTER FOREIGN TABLE {name} RENAME TO {aside}", name=name, aside=sql.Identifier(ASIDE))
            )
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}{}").format(
                sql.Identifier(column.name), sql.SQL(column.type), sql.SQL(" NOT NULL" if column.not_null else "")
            )
            for column in relation.columns
        )
        steps.append(
            _statement(
                "CREATE FOREIGN TABLE {name} ({columns}) SERVER {server} OPTIONS (schema_name {schema}, table_name {table})",
                name=name,
                columns=columns,
                server=sql.Identifier(server),
                schema=sql.Literal(relation.schema),
                table=sql.Literal(relation.name),
            )
        )
        if view is not None and self._must_go(relation, view):
            steps.append(_statement("DROP VIEW {view}", view=sql.Identifier(*_name(view))))
            steps.append(_create(relation, relation.columns, replace=False))
            steps += self._grants(view)
        else:
            first = [column.name for column in view.columns] if view is not None else []
            by_name = {column.name: column for column in relation.columns}
            ordered = [by_name[each] for each in first] + [c for c in relation.columns if c.name not in first]
            steps.append(_create(relation, ordered, replace=view is not None))
        if table is not None:
            steps.append(_statement("DROP FOREIGN TABLE {old}", old=sql.Identifier(place, ASIDE)))
        return steps

    @staticmethod
    def _must_go(relation: Relation, view: Relation) -> bool:
        """Whether the view has a column that the relation has no more, or has of another type."""
        types = {column.name: column.type for column in relation.columns}
        return any(types.get(column.name) != column.type for column in view.columns)

    def _grants(self, view: Relation) -> list[sql.Composed]:
        """What others may do with the view, to be granted anew."""
        name = sql.Identifier(*_name(view))
        rows = self._session.execute(sql.SQL(GRANTS).format(view=sql.Literal(name.as_string()))).fetchall()
        return [
            _statement(
                "GRANT {privilege} ON {view} TO {role}{option}",
                privilege=sql.SQL(privilege),
                view=name,
                role=sql.SQL(role),
                option=sql.SQL(" WITH GRANT OPTION" if grantable else ""),
            )
            for role, privilege, grantable in rows
        ]

    def _change(
        self, relation: Relation, steps: Sequence[sql.Composed], view: Relation | None, table: Relation | None
    ) -> None:
        if not steps:
            return
        whole = sql.SQL(";\n").join(steps)
        if view is None and table is None:
            self._session.execute(whole)
            return
        try:
            with self._session.transaction():
                self._session.execute(whole)
        except psycopg.errors.DependentObjectsStillExist as error:
            self._note(
                f"{relation.schema}.{relation.name} has changed, and stays as it was in the hub because of what "
                f"depends on it: {_dependents(error)}"
            )

    def _drop(self, what: str, steps: Sequence[sql.Composed]) -> None:
        try:
            with self._session.transaction():
                for step in steps:
                    self._session.execute(step)
        except psycopg.errors.DependentObjectsStillExist as error:
            self._note(f"{what} shows nothing any more, and stays because of what depends on it: {_dependents(error)}")

    def _execute(self, statement: str, **parts: sql.Composable) -> None:
        self._session.execute(_statement(statement, **parts))


def _columns(relation: Relation) -> set[tuple[str, str, bool]]:
    """What a foreign table has to have in common with the table behind it; it matches columns by name."""
    return {(column.name, column.type, column.not_null) for column in relation.columns}


def _create(relation: Relation, columns: Iterable[Column], *, replace: bool) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    return _statement(
        "{create} VIEW {view} AS SELECT {names} FROM {table}",
        create=sql.SQL("CREATE OR REPLACE" if replace else "CREATE"),
        view=sql.Identifier(*_name(relation)),
        names=names,
        table=sql.Identifier(behind(relation.schema), relation.name),
    )


def _comments(relation: Relation, text: str, known: Relation | None) -> list[sql.Composed]:
    """Statements that say what the view does not say yet."""
    view = sql.Identifier(*_name(relation))
    said = {column.name: column.comment for column in known.columns} if known else {}
    steps = []
    if text != (known.comment if known else ""):
        steps.append(_statement("COMMENT ON VIEW {view} IS {text}", view=view, text=sql.Literal(text)))
    for column in relation.columns:
        if column.comment != said.get(column.name, ""):
            steps.append(
                _statement(
                    "COMMENT ON COLUMN {column} IS {text}",
                    column=sql.Identifier(*_name(relation), column.name),
                    text=sql.Literal(column.comment),
                )
            )
    return steps


def _statement(statement: str, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(**parts)


def _name(relation: Relation) -> tuple[str, str]:
    return relation.schema, relation.name


def _dependents(error: psycopg.Error) -> str:
    """The first few of the objects that PostgreSQL names."""
    lines = [line.partition(" depends on ")[0] for line in (error.diag.message_detail or str(error)).splitlines()]
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
    return ", ".join(lines[:3]) + more
