"""What loading needs of a database and of the account, seen before anything is written."""

from __future__ import annotations

from collections.abc import Collection

from genims_ray.errors import UserError
from genims_ray.postgres.endpoints import Session
from genims_ray.postgres.leaves import schema_of

SETTINGS = """
    SELECT pg_encoding_to_char(encoding), current_setting('transaction_read_only') = 'on', pg_is_in_recovery(),
        has_database_privilege(oid, 'TEMPORARY'),
        (SELECT reset_val = 'on' FROM pg_settings WHERE name = 'quote_all_identifiers')
    FROM pg_database WHERE datname = current_database()
"""

MISSING = """
    SELECT needed || ' on schema ' || quote_ident(nspname) FROM pg_namespace AS n, unnest(ARRAY['USAGE', 'CREATE']) AS needed
    WHERE nspname = ANY(%(every)s) AND NOT has_schema_privilege(n.oid, needed)
        AND (needed = 'USAGE' OR nspname = ANY(%(days)s))
    UNION ALL
    SELECT needed || ' on table ' || format('%%I.%%I', nspname, relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS needed
    WHERE nspname = ANY(%(schemas)s) AND relkind IN ('r', 'p') AND NOT relispartition
        AND NOT has_table_privilege(c.oid, needed)
        AND (needed <> 'UPDATE' OR nspname = 'genims'
            OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'updated_at'))
    UNION ALL
    SELECT 'ownership of table ' || format('%%I.%%I', nspname, relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = ANY(%(schemas)s) AND relkind = 'p' AND NOT pg_has_role(relowner, 'USAGE')
    ORDER BY 1
"""
"""Rights that a loader uses and the account lacks. Days are attached to partitioned tables, as owners may."""

RESET = """
    SELECT rolcreatedb OR rolsuper, pg_has_role(datdba, 'USAGE')
    FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
"""


def check_database(session: Session) -> None:
    """Raises `UserError` where the database could never be loaded as it is."""
    [(encoding, read_only, standby, temporary, quotes)] = session.execute(SETTINGS).fetchall()
    place, user = session.endpoint.public(), session.endpoint.user
    if encoding != "UTF8":
        raise UserError(
            f"database {place} has the encoding {encoding}, but names need UTF8: drop it, and run again or create "
            "it with ENCODING 'UTF8' TEMPLATE template0"
        )
    if standby:
        raise UserError(f"database {place} is on a standby, which is read-only: name the primary server")
    if read_only:
        raise UserError(
            f"database {place} is read-only for user {user}: reset default_transaction_read_only of the role, "
            "the database or the server"
        )
    if not temporary:
        raise UserError(
            f"database {place}: user {user} may not make temporary tables; GRANT TEMPORARY ON DATABASE to it"
        )
    if quotes:  # in force while the driver that loads reads the types, and it cannot read them then
        raise UserError(
            f"database {place}: quote_all_identifiers is on for user {user}: reset it for the role, the database or "
            "the server"
        )


def check_tables(session: Session, modules: Collection[str]) -> None:
    """Raises `UserError` naming a right to the modules' tables or to the ledger that the account lacks."""
    tables, days = ["genims", *modules], [*map(schema_of, modules)]
    missing = session.execute(MISSING, {"schemas": tables, "days": days, "every": tables + days}).fetchall()
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise UserError(
            f"database {session.endpoint.public()}: user {session.endpoint.user} lacks {missing[0][0]}{more}: "
            "grant that, or name the user who owns the tables"
        )


def check_reset(session: Session) -> None:
    """Raises `UserError` where the account could not drop the database and create it again."""
    [(creates, owns)] = session.execute(RESET).fetchall()
    place, user = session.endpoint.public(), session.endpoint.user
    if not creates:
        raise UserError(
            f"database {place}: user {user} may not create databases, so reset=true could not make it anew: "
            f"ALTER ROLE {user} CREATEDB"
        )
    if not owns:
        raise UserError(f"database {place}: user {user} does not own it, so reset=true could not drop it")
