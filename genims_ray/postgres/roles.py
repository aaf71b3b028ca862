"""Who may do what on a server of our own, and how others get the same.

`postgres` is the superuser, for what PostgreSQL lets nobody else do; `genims` owns the databases, and loads them;
`genims_reader` reads all of them, for people and their tools. None of the passwords is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from psycopg import sql

from genims_ray.postgres.endpoint import Endpoint

SUPERUSER = "postgres"
OWNER = "genims"
READER = "genims_reader"


def founding(owner_password: str, reader_password: str) -> str:
    """Statements for the template of all databases, a line each: the roles, and what a superuser has to create. What
    the owner creates later, partitions included, the reader may read."""
    statements = [
        "CREATE ROLE {owner} LOGIN CREATEDB PASSWORD {owner_password}",
        "CREATE ROLE {reader} LOGIN PASSWORD {reader_password}",
        "ALTER ROLE {reader} SET default_transaction_read_only = on",
        # Sizes, sessions and statements of everybody; and a reset has to end the sessions of others.
        "GRANT pg_monitor TO {owner}, {reader}",
        "GRANT pg_signal_backend TO {owner}",
        "CREATE EXTENSION pg_stat_statements",
        "GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO {owner}",
        "CREATE EXTENSION postgres_fdw",
        "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {owner}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {reader}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON TABLES TO {reader}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON SEQUENCES TO {reader}",
    ]
    terms = {
        "owner": sql.Identifier(OWNER),
        "reader": sql.Identifier(READER),
        "owner_password": sql.Literal(owner_password),
        "reader_password": sql.Literal(reader_password),
    }
    return "".join(sql.SQL(each).format(**terms).as_string() + "\n" for each in statements)


GRANTS = r"""
\connect {url}
SELECT 'CREATE ROLE {reader} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) \gexec
ALTER ROLE {reader} SET default_transaction_read_only = on;
SELECT format('GRANT USAGE ON SCHEMA %I TO {reader}', nspname), format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO {reader}', nspname)
FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND pg_has_role({user_name}, nspowner, 'USAGE') \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE {user} GRANT USAGE ON SCHEMAS TO {reader};
ALTER DEFAULT PRIVILEGES FOR ROLE {user} GRANT SELECT ON TABLES TO {reader};
"""


def grants(databases: Iterable[Endpoint]) -> str:
    """A script for psql that makes the reader on servers that are not ours, for what is in the databases and what a
    run creates there later. It needs an account that may create roles, or a role of that name."""
    parts = [
        f"-- A login that reads everything of GenIMS and changes nothing: psql -v ON_ERROR_STOP=1 -f this-file, as an\n"
        f"-- account that may create roles (put it into the lines \\connect). Then give it a password on each server:\n"
        f"-- \\password {READER}"
    ]
    for place in databases:
        parts.append(
            sql.SQL(GRANTS)
            .format(
                url=sql.SQL(_address(place)),
                reader=sql.Identifier(READER),
                name=sql.Literal(READER),
                user=sql.Identifier(place.user),
                user_name=sql.Literal(place.user),
            )
            .as_string()
        )
    return "\n".join(parts)


def _address(place: Endpoint) -> str:
    """A URI without the password, of characters that mean nothing to psql."""
    user, host, dbname = (quote(each, safe="") for each in (place.user, place.host, place.dbname))
    return f"postgresql://{user}@{host}:{place.port}/{dbname}?sslmode={place.sslmode}"
