"""What in a database of ours is somebody else's: schemas, tables, columns, indexes, triggers and so on.

What we create is written down in the transaction that creates it (`genims.made`), so that a later version with other
tables knows it, too.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from genims_ray.postgres.roles import READER

TABLE = """
    CREATE TABLE IF NOT EXISTS genims.made (object text PRIMARY KEY);
    COMMENT ON TABLE genims.made IS 'What GenIMS has created here; everything else is somebody else''s.'
"""

# kind, its schema and relation where it has them, name
OBJECTS = """
    WITH space AS (
        SELECT oid, nspname::text AS name FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ), relation AS (
        SELECT c.oid, s.name AS space, c.relname::text AS name, c.relkind, c.reltype, c.relowner, c.relacl
        FROM pg_class AS c JOIN space AS s ON s.oid = c.relnamespace WHERE NOT c.relispartition
    ), indexed AS (
        SELECT i.indexrelid, r.space, r.name FROM pg_index AS i JOIN relation AS r ON r.oid = i.indrelid
    ), found AS (
        SELECT 'pg_namespace'::regclass AS class, oid, 'schema' AS kind, name AS space, NULL::text AS relation, name
        FROM space
        UNION ALL
        SELECT 'pg_class'::regclass, oid, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'table' END, space, name, name
        FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        UNION ALL
        SELECT 'pg_class'::regclass, r.oid, 'index', i.space, i.name, r.name
        FROM indexed AS i JOIN relation AS r ON r.oid = i.indexrelid
        UNION ALL
        SELECT 'pg_attribute'::regclass, 0, 'column', r.space, r.name, a.attname FROM relation AS r
        JOIN pg_attribute AS a ON a.attrelid = r.oid AND attnum > 0 AND NOT attisdropped WHERE relkind IN ('r', 'p')
        UNION ALL
        SELECT 'pg_constraint'::regclass, c.oid, 'constraint', r.space, r.name, conname FROM pg_constraint AS c
        JOIN relation AS r ON r.oid = conrelid WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND conparentid = 0
        UNION ALL
        SELECT 'pg_trigger'::regclass, t.oid, 'trigger', r.space, r.name, tgname FROM pg_trigger AS t
        JOIN relation AS r ON r.oid = tgrelid WHERE NOT tgisinternal AND tgparentid = 0
        UNION ALL
        SELECT 'pg_rewrite'::regclass, w.oid, 'rule', r.space, r.name, rulename FROM pg_rewrite AS w
        JOIN relation AS r ON r.oid = ev_class WHERE rulename <> '_RETURN'
        UNION ALL
        SELECT 'pg_policy'::regclass, p.oid, 'policy', r.space, r.name, polname FROM pg_policy AS p
        JOIN relation AS r ON r.oid = polrelid
        UNION ALL
        SELECT 'pg_statistic_ext'::regclass, x.oid, 'statistics', r.space, r.name, stxname FROM pg_statistic_ext AS x
        JOIN relation AS r ON r.oid = stxrelid
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, 'function', s.name, NULL, proname FROM pg_proc AS p
        JOIN space AS s ON s.oid = pronamespace
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid, 'type', s.name, NULL, typname FROM pg_type AS t
        JOIN space AS s ON s.oid = typnamespace LEFT JOIN pg_class AS c ON c.oid = typrelid
        WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND c.relkind = 'c'
        UNION ALL
        SELECT 'pg_extension'::regclass, oid, 'extension', NULL, NULL, extname FROM pg_extension
        UNION ALL
        SELECT 'pg_publication'::regclass, oid, 'publication', NULL, NULL, pubname FROM pg_publication
        UNION ALL
        SELECT 'pg_event_trigger'::regclass, oid, 'event trigger', NULL, NULL, evtname FROM pg_event_trigger
        UNION ALL
        SELECT 'pg_foreign_server'::regclass, oid, 'foreign server', NULL, NULL, srvname FROM pg_foreign_server
        UNION ALL
        SELECT DISTINCT 'pg_authid'::regclass, 0::oid, 'rights', NULL, NULL, pg_get_userbyid(grantee)::text
        FROM relation, aclexplode(relacl) WHERE grantee NOT IN (0, relowner) AND pg_get_userbyid(grantee) <> {reader}
        UNION ALL
        SELECT 'pg_largeobject_metadata'::regclass, oid, 'large object', NULL, NULL, oid::text
        FROM pg_largeobject_metadata
    )
    SELECT kind, space, relation, name FROM found
    WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = class AND d.objid = found.oid AND d.deptype = 'e')
    ORDER BY kind <> 'schema', kind NOT LIKE '%table' AND kind NOT LIKE '%view', space, relation, name
"""

Object = tuple[str, str | None, str | None, str]


def objects(session: psycopg.Connection[Any]) -> list[Object]:
    """Everything in the database: kind, schema, relation, name. Partitions are their parents' matter."""
    return session.execute(sql.SQL(OBJECTS).format(reader=sql.Literal(READER))).fetchall()


def claim(session: psycopg.Connection[Any], before: list[Object]) -> None:
    """Write down as ours what has come since `before`, in the transaction that made it."""
    session.execute(TABLE)
    known = set(before)
    new = [_text(each) for each in objects(session) if each not in known]
    session.execute("INSERT INTO genims.made SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (new,))


def of_others(session: psycopg.Connection[Any]) -> list[str]:
    """What is not ours, for people: `table mine.notes`, `column mes.work_orders.remark`; what is within something of
    theirs is not named by itself. Empty where nobody wrote down what is ours."""
    [(known,)] = session.execute("SELECT to_regclass('genims.made') IS NOT NULL").fetchall()
    if not known:
        return []
    ours = {text for (text,) in session.execute("SELECT object FROM genims.made")}
    theirs = [each for each in objects(session) if _text(each) not in ours]
    schemas = {name for kind, _, _, name in theirs if kind == "schema"}
    relations = {(space, name) for kind, space, relation, name in theirs if relation == name and kind != "index"}
    # The index of a constraint has its name.
    constraints = {(space, relation, name) for kind, space, relation, name in theirs if kind == "constraint"}
    return [
        _said(kind, space, relation, name)
        for kind, space, relation, name in theirs
        if (kind == "schema" or space not in schemas)
        and (relation == name or (space, relation) not in relations)
        and not (kind == "index" and (space, relation, name) in constraints)
    ]


def _text(each: Object) -> str:
    return " ".join(part or "-" for part in each)


def _said(kind: str, space: str | None, relation: str | None, name: str) -> str:
    if kind == "rights":
        return f"rights of {name}"
    if kind in ("column", "constraint", "trigger", "rule", "policy"):
        return f"{kind} {space}.{relation}.{name}"
    return f"{kind} {name}" if space is None or kind == "schema" else f"{kind} {space}.{name}"
