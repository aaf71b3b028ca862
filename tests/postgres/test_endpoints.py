from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from genims_ray.errors import UsageError, UserError
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect, from_environment, variables
from tests.postgres.conftest import Conf

DATABASES = {"genims_master_db": Conf("MASTER", ("master",)), "genims_planning_db": Conf("PLANNING", ("erp", "wms"))}
OTHERS = {"max13": ["genims_master_db", "genims_erp_db"]}


def environment(**changes: str | None) -> Mapping[str, str]:
    settings: dict[str, str | None] = {}
    for prefix, dbname in (("MASTER", "genims_master_db"), ("PLANNING", "genims_planning_db")):
        settings |= {
            f"POSTGRES_{prefix}_HOST": "db.example",
            f"POSTGRES_{prefix}_PORT": "5433",
            f"POSTGRES_{prefix}_DB": dbname,
            f"POSTGRES_{prefix}_USER": "ann",
            f"POSTGRES_{prefix}_PASSWORD": "s3cret pass'",
        }
    return {name: value for name, value in (settings | changes).items() if value is not None}


def test_each_database_has_its_own_variables() -> None:
    endpoints = from_environment(DATABASES, OTHERS, environment(POSTGRES_PLANNING_SSLMODE="require"))
    assert endpoints["genims_planning_db"] == Endpoint(
        "db.example", 5433, "genims_planning_db", "ann", "s3cret pass'", "require"
    )
    assert endpoints["genims_master_db"].sslmode == "prefer"


def test_a_database_may_have_a_name_of_the_users() -> None:
    endpoints = from_environment(DATABASES, OTHERS, environment(POSTGRES_PLANNING_DB="our_planning"))
    assert endpoints["genims_planning_db"].dbname == "our_planning"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"POSTGRES_PLANNING_USER": None}, "POSTGRES_PLANNING_USER is not set"),
        ({"POSTGRES_PLANNING_PASSWORD": " "}, "POSTGRES_PLANNING_PASSWORD is not set"),
        ({"POSTGRES_PLANNING_PORT": "http"}, "POSTGRES_PLANNING_PORT=http: not a port"),
        ({"POSTGRES_PLANNING_SSLMODE": "on"}, "POSTGRES_PLANNING_SSLMODE=on: must be one of disable"),
        ({"POSTGRES_PLANNING_DB": "genims_erp_db"}, "=genims_erp_db: a database of topology=max13"),
        ({"POSTGRES_PLANNING_DB": "genims_master_db"}, "expected genims_planning_db"),
        ({"POSTGRES_PLANNING_DB": "x", "POSTGRES_MASTER_DB": "x"}, "name the same database, x at db.example:5433"),
    ],
)
def test_what_is_wrong_is_one_clear_line(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(UsageError) as error:
        from_environment(DATABASES, OTHERS, environment(**changes))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("POSTGRES_MASTER_HOST=from-file\nPOSTGRES_MASTER_PORT=1\n")
    monkeypatch.setenv("POSTGRES_MASTER_HOST", "from-environment")
    monkeypatch.delenv("POSTGRES_MASTER_PORT", raising=False)
    read = variables(tmp_path / ".env")
    assert (read["POSTGRES_MASTER_HOST"], read["POSTGRES_MASTER_PORT"]) == ("from-environment", "1")


def test_the_password_is_never_shown(server: EmbeddedServer) -> None:
    endpoint = Endpoint("127.0.0.1", server.endpoint("postgres").port, "postgres", "genims", "hunter2")
    assert "hunter2" not in repr(endpoint)
    assert "hunter2" not in endpoint.public()
    with pytest.raises(UserError, match=r"cannot connect to database postgres at 127.0.0.1:\d+: ") as error:
        connect(endpoint)
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None
    with pytest.raises(UserError, match=r"database postgres at nowhere\.invalid:5432"):
        connect(Endpoint("nowhere.invalid", 5432, "postgres", "genims", "hunter2"))


def test_a_uri_and_a_conninfo_open_the_same_database(server: EmbeddedServer) -> None:
    endpoint = server.endpoint("postgres")
    for address in (endpoint.uri(), endpoint.conninfo()):
        with psycopg.connect(address) as session:
            assert session.info.dbname == "postgres"


def test_a_silent_session_does_not_live_for_ever(server: EmbeddedServer) -> None:
    with connect(server.endpoint("postgres"), "genims_ray test") as session:
        shown = [
            session.execute("SELECT current_setting(%s)", (name,)).fetchone()
            for name in ("idle_in_transaction_session_timeout", "client_connection_check_interval", "application_name")
        ]
    assert shown == [("10min",), ("10s",), ("genims_ray test",)]
