"""The variables of server=env: defaults for all databases, what is missing, and a template to fill in."""

from __future__ import annotations

from collections.abc import Mapping

from genims_ray.errors import UsageError

NEEDED = ("HOST", "USER", "PASSWORD")
SHARED = (*NEEDED, "PORT", "SSLMODE", "SSLROOTCERT", "SSLCERT", "SSLKEY")
"""Parts that may be named once for all databases, as POSTGRES_HOST; the name of a database may not."""
PORT = "5432"


def completed(environ: Mapping[str, str], databases: Mapping[str, str]) -> dict[str, str]:
    """The variables with those of each database (prefix -> its name in the topology) filled in: from those for all,
    with the topology's name, and PostgreSQL's port.

    Raises `UsageError` naming all that are missing.
    """
    found = dict(environ)
    missing: dict[str, list[str]] = {}
    for prefix, name in databases.items():
        defaults = {part: environ.get(f"POSTGRES_{part}", "") for part in SHARED}
        defaults |= {"DB": name, "PORT": defaults["PORT"].strip() or PORT}
        for part, default in defaults.items():
            variable = f"POSTGRES_{prefix}_{part}"
            if not found.get(variable, "").strip() and default.strip():
                found[variable] = default
            if part in NEEDED and not found.get(variable, "").strip():
                missing.setdefault(part, []).append(variable)
    if missing:
        lacking = []
        for part, variables in missing.items():
            lacking += [f"POSTGRES_{part}"] if len(variables) == len(databases) else variables
        raise UsageError(
            f"server=env: {', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not set: set them in the "
            "environment or in .env (genims server env > .env writes a template), or use server=embedded"
        )
    return found


def template(topology: str, databases: Mapping[str, str], modules: Mapping[str, str]) -> str:
    """The text of a .env for the databases (prefix -> name) of a topology; `modules` says what is in each."""
    lines = [
        "# Your own PostgreSQL servers: genims run server=env reads this file, and the environment wins over it.",
        f"# Databases of topology={topology}. Keep it to yourself (chmod 600 .env): it will hold a password.",
        "",
        "# For all databases. The account must own them, or may create them (ALTER ROLE ... CREATEDB).",
        "POSTGRES_HOST=localhost",
        f"POSTGRES_PORT={PORT}",
        "POSTGRES_USER=",
        "POSTGRES_PASSWORD=",
        "# disable, allow, prefer, require, verify-ca or verify-full",
        "POSTGRES_SSLMODE=prefer",
        "# Files: the authority that verify-ca and verify-full trust, and a certificate of your own with its key.",
        *(f"# POSTGRES_{part}=" for part in ("SSLROOTCERT", "SSLCERT", "SSLKEY")),
        "",
        "# Of one database: what is set here wins over the above.",
    ]
    for prefix, name in databases.items():
        lines += ["", f"# {modules[prefix]}", f"# POSTGRES_{prefix}_DB={name}"]
        lines += [f"# POSTGRES_{prefix}_{part}=" for part in SHARED]
    return "\n".join([*lines, ""])
