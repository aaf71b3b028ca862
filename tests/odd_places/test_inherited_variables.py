"""libpq's variables in the environment change neither which server is meant nor what is written and read."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import from_prefix
from tests.odd_places import surroundings

NONSENSE = {
    # All that this libpq knows, and what it reads besides (docs of PostgreSQL, "Environment Variables").
    **{option.envvar.decode(): "nonsense" for option in psycopg.pq.Conninfo.get_defaults() if option.envvar},
    "PGHOSTADDR": "192.0.2.1",
    "PGCLIENTENCODING": "LATIN1",
    "PGOPTIONS": "-c search_path=nowhere -c statement_timeout=1",
    "PGTZ": "Asia/Tokyo",
    "PGDATESTYLE": "German",
    "PGGEQO": "off",
    "PGSERVICEFILE": "/nowhere",
    "PGSYSCONFDIR": "/nowhere",
    "PGLOCALEDIR": "/nowhere",
    "PGREQUIRESSL": "1",
    "PGDATA": "/nowhere",
}

PROGRAM = """
import json, os, subprocess, sys
from pathlib import Path
import pyarrow as pa
from genims_ray.postgres.copy import AdbcPath
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect

server = EmbeddedServer(Path(sys.argv[1]))
server.start()
place = server.endpoint("postgres")
asked = "SELECT current_setting('TimeZone'), current_setting('DateStyle'), current_setting('client_encoding'), current_setting('search_path'), current_setting('geqo'), current_setting('statement_timeout')"
seen = {}
with connect(place) as session:
    seen["psycopg"] = session.execute(asked).fetchone()
adbc = AdbcPath(place)
[seen["adbc"]] = adbc.execute(asked)
adbc.execute("CREATE TEMPORARY TABLE letters (name text)")
adbc.copy(None, "letters", pa.table({"name": ["Łódź ü"]}), new=True)
[seen["stored"]] = adbc.execute("SELECT name, octet_length(name) FROM letters")
adbc.abandon()
seen["psql"] = subprocess.run([str(server.binary("psql")), "-XAtF,", "-c", asked], env=place.environment(), text=True, capture_output=True, check=True).stdout.strip().split("|")[0].split(",")
seen["left"] = [name for name in os.environ if name.startswith("PG")]
print(json.dumps(seen))
"""


def test_every_variable_of_libpqs(server: EmbeddedServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(server.home)],
        env=surroundings(None, **NONSENSE),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    ours = ["UTC", "ISO, MDY", "UTF8", '"$user", public', "on", "0"]
    assert seen["psycopg"] == ours
    assert seen["adbc"] == ours
    assert seen["stored"] == ["Łódź ü", 10]
    assert ",".join(seen["psql"]) == ",".join(ours)
    assert seen["left"] == []


@pytest.mark.parametrize("name", ["PGHOSTADDR", "PGSERVICE", "PGTZ", "PGSSLROOTCERT"])
def test_a_command_forgets_them_too(server: EmbeddedServer, name: str) -> None:
    """And what is not libpq's stays."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "genims_ray.server",
            "psql",
            "--home",
            str(server.home),
            "postgres",
            "--",
            "-XAtc",
            f"\\echo `echo ${{{name}-unset}} $MINE`",
        ],
        env=surroundings(None, **{name: NONSENSE[name], "MINE": "kept"}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "unset kept"), done.stderr


def test_certificates_are_named_by_the_configuration() -> None:
    account = {"HOST": "db.example.com", "PORT": "5432", "DB": "plant", "USER": "ann", "PASSWORD": "secret"}
    files = {"SSLMODE": "verify-full", "SSLROOTCERT": "/srv/a b/root.crt", "SSLCERT": "/c", "SSLKEY": "/k"}
    endpoint = from_prefix("X", {f"POSTGRES_X_{part}": value for part, value in (account | files).items()})
    said = psycopg.conninfo.conninfo_to_dict(endpoint.conninfo())
    assert {name: said[name] for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")} == {
        "sslmode": "verify-full",
        "sslrootcert": "/srv/a b/root.crt",
        "sslcert": "/c",
        "sslkey": "/k",
    }
    assert endpoint.environment()["PGSSLROOTCERT"] == "/srv/a b/root.crt"
    assert "sslcert" not in psycopg.conninfo.conninfo_to_dict(Endpoint("h", 1, "d", "u", "p").conninfo())


def test_this_process_has_none_either(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    monkeypatch.setenv("PG_OF_OTHERS", "gone")
    monkeypatch.setenv("PYTHONNOUSERSITE", "stays")
    server.endpoint("postgres").conninfo()
    assert "PGTZ" not in os.environ
    assert os.environ["PYTHONNOUSERSITE"] == "stays"
