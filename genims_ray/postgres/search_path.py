"""Where tables are found without their schema: a setting of the database, which the user may have changed."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from genims_ray.postgres.endpoints import Session

CURRENT = """
    SELECT substr(setting, length('search_path=') + 1) FROM pg_database AS d
    JOIN pg_db_role_setting AS s ON s.setdatabase = d.oid AND s.setrole = 0 CROSS JOIN unnest(setconfig) AS setting
    WHERE datname = current_database() AND setting LIKE 'search_path=%'
"""


def extend(session: Session, schemas: Sequence[str]) -> None:
    """Have the database of the session find tables of the schemas, in this order, without their schema. Others that
    somebody has put into the path stay in it, behind them; a path that holds all is left alone."""
    row = session.execute(CURRENT).fetchone()
    known = [name.strip().strip('"') for name in row[0].split(",")] if row else []
    if set(schemas) <= set(known):
        return
    path = [*schemas, *(name for name in known if name and name not in schemas)]
    session.execute(
        sql.SQL("ALTER DATABASE {} SET search_path = {}").format(
            sql.Identifier(session.endpoint.dbname), sql.SQL(", ").join(map(sql.Identifier, path))
        )
    )
