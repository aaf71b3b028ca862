"""Servers that refuse: one line says which database, why and what to do; once that is done, the same goes on.

The account and its databases have names and a password full of quotes, so that all of this also shows that names
are data.
"""

from __future__ import annotations

import dataclasses
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from genims_ray.catalog import Catalog
from genims_ray.errors import PassingError, UserError
from genims_ray.postgres import endpoints, fence, ledger
from genims_ray.postgres.advice import explained
from genims_ray.postgres.copy import AdbcPath
from genims_ray.postgres.databases import Prepared, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import LoadError, UnitLoader
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import create, drop
from tests.postgres.conftest import IDENTITY, RUN, Conf, Databases
from tests.postgres.test_loader import day, faults

USER = """o'brien "x"; drop table--%s"""
PASSWORD = """ 's"e\\c%40 $1 ü; """
CONF = {"master": Conf("MASTER", ("master",)), "operations": Conf("OPS", ("operations",))}
NUMBERS = itertools.count(1)

Admin = Callable[..., None]


def fill(statement: str, name: str = "operations") -> sql.Composed:
    """`{user}`, `{password}` and `{database}` as PostgreSQL wants them quoted."""
    return sql.SQL(statement).format(
        user=sql.Identifier(USER), password=sql.Literal(PASSWORD), database=sql.Identifier(name)
    )


def made(admin: Endpoint) -> Iterator[Databases]:
    """An account that may create databases, and the names of two."""
    with connect(admin) as session:
        session.execute(fill("CREATE ROLE {user} LOGIN CREATEDB PASSWORD {password}"))
    number = next(NUMBERS)
    found = Databases(
        dict(CONF),
        {
            name: dataclasses.replace(
                admin, dbname=f"""{name} {number} '"; drop--\\""", user=USER, password=PASSWORD, template="template0"
            )
            for name in CONF
        },
    )
    yield found
    for place in found.endpoints.values():
        drop(admin.database(place.dbname))
    with connect(admin) as session:
        session.execute(fill("DROP ROLE {user}"))


@pytest.fixture
def account(server: EmbeddedServer) -> Iterator[Databases]:
    yield from made(server.superuser("postgres"))


@pytest.fixture
def admin(server: EmbeddedServer, account: Databases) -> Admin:
    """Run a statement as superuser, in the maintenance database or in that of operations."""

    def execute(statement: str, *, inside: bool = False) -> None:
        place = server.superuser(account.operations.dbname if inside else "postgres")
        with connect(place) as session:
            session.execute(fill(statement, account.operations.dbname))

    return execute


def run(databases: Databases, catalog: Catalog, *, reset: bool = False) -> Prepared:
    with RunLock(databases.endpoints) as lock:
        return prepare(databases.conf, databases.endpoints, catalog, IDENTITY, lock, reset=reset)


def refusal(databases: Databases, catalog: Catalog, *, reset: bool = False) -> str:
    with pytest.raises(UserError) as caught:
        run(databases, catalog, reset=reset)
    message = str(caught.value)
    assert "\n" not in message
    assert PASSWORD.strip() not in message
    assert caught.value.status == 1
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


def names(server: EmbeddedServer) -> set[str]:
    with connect(server.endpoint("postgres")) as session:
        return {name for (name,) in session.execute("SELECT datname FROM pg_database").fetchall()}


BEFORE = [
    ("ALTER ROLE {user} NOCREATEDB", "permission denied to create database; ALTER ROLE {} CREATEDB", "ALTER ROLE {user} CREATEDB"),
    ("ALTER ROLE {user} NOLOGIN", "is not permitted to log in; ALTER ROLE {} LOGIN", "ALTER ROLE {user} LOGIN"),
    ("ALTER ROLE {user} PASSWORD 'x'", "password authentication failed for user", "ALTER ROLE {user} PASSWORD {password}"),
    ("ALTER ROLE {user} CONNECTION LIMIT 1", "end other sessions, or raise the CONNECTION LIMIT", "ALTER ROLE {user} CONNECTION LIMIT -1"),
    ("ALTER ROLE {user} SET default_transaction_read_only = on", "reset default_transaction_read_only of the role {}", "ALTER ROLE {user} RESET ALL"),
    ("ALTER ROLE {user} SET quote_all_identifiers = on", "quote_all_identifiers is on for user {}: reset it", "ALTER ROLE {user} RESET ALL"),
    ("ALTER ROLE {user} SET extension_control_path = '/nowhere'", "(genims): extension \"btree_gist\" is not available; install PostgreSQL's contrib", "ALTER ROLE {user} RESET ALL"),
    ("CREATE DATABASE {database} OWNER {user} ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0", "has the encoding LATIN1, but names need UTF8", "DROP DATABASE {database}"),
    ("CREATE DATABASE {database} OWNER {user} ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0", "has the encoding SQL_ASCII", "DROP DATABASE {database}"),
]  # fmt: skip


@pytest.mark.parametrize(("breaks", "message", "mends"), BEFORE, ids=[case[0][:60] for case in BEFORE])
def test_a_first_run_is_refused_and_leaves_nothing(
    account: Databases, catalog: Catalog, server: EmbeddedServer, admin: Admin, breaks: str, message: str, mends: str
) -> None:
    before = names(server)
    admin(breaks)
    said = refusal(account, catalog)
    assert message.format(USER) in said
    assert any(place.public() in said for place in account.endpoints.values())
    if not breaks.startswith("CREATE DATABASE"):
        assert names(server) == before
    admin(mends)
    assert run(account, catalog).created == list(CONF)


AFTER = [
    ("REVOKE INSERT ON operations.faults FROM {user}", "lacks INSERT on table operations.faults: grant that", "GRANT INSERT ON operations.faults TO {user}"),
    ("REVOKE SELECT, UPDATE ON genims.ledger FROM {user}", "lacks SELECT on table genims.ledger and 1 more: grant", "GRANT SELECT, UPDATE ON genims.ledger TO {user}"),
    ("REVOKE ALL ON SCHEMA operations FROM {user}", "lacks USAGE on schema operations: grant", "GRANT ALL ON SCHEMA operations TO {user}"),
    ("REVOKE ALL ON SCHEMA genims FROM {user}", "permission denied for schema genims; grant that to {}", "GRANT ALL ON SCHEMA genims TO {user}"),
    ("ALTER TABLE operations.sensor_data OWNER TO genims; GRANT ALL ON operations.sensor_data TO {user}", "lacks ownership of table operations.sensor_data: grant", "ALTER TABLE operations.sensor_data OWNER TO {user}"),
    ("REVOKE ALL ON DATABASE {database} FROM public, {user}", "permission denied for database", "GRANT ALL ON DATABASE {database} TO {user}"),
    ("REVOKE ALL ON DATABASE {database} FROM public, {user}; GRANT CONNECT ON DATABASE {database} TO {user}", "may not make temporary tables; GRANT TEMPORARY", "GRANT ALL ON DATABASE {database} TO {user}"),
    ("ALTER DATABASE {database} SET default_transaction_read_only = on", "is read-only for user {}: reset default_transaction_read_only", "ALTER DATABASE {database} RESET ALL"),
    ("ALTER DATABASE {database} CONNECTION LIMIT 1", "too many connections for database", "ALTER DATABASE {database} CONNECTION LIMIT -1"),
    ("ALTER DATABASE {database} ALLOW_CONNECTIONS false", "not currently accepting connections; ALTER DATABASE ... ALLOW_CONNECTIONS true", "ALTER DATABASE {database} ALLOW_CONNECTIONS true"),
    ("UPDATE genims.plant SET state = 'ready'; DELETE FROM genims.plant", "has lost the row of genims.plant: drop it", "DROP SCHEMA genims, operations, operations_days CASCADE"),
]  # fmt: skip
OUTSIDE = ("ALTER DATABASE", "REVOKE ALL ON DATABASE")


@pytest.mark.parametrize(("breaks", "message", "mends"), AFTER, ids=[case[0][:60] for case in AFTER])
def test_a_later_run_is_refused_and_changes_nothing(
    account: Databases, catalog: Catalog, admin: Admin, breaks: str, message: str, mends: str
) -> None:
    run(account, catalog)
    admin(breaks, inside=not breaks.startswith(OUTSIDE))
    said = refusal(account, catalog)
    assert message.format(USER) in said
    assert account.operations.public() in said
    admin(mends, inside=not breaks.startswith(OUTSIDE))
    assert run(account, catalog).created == []


def test_an_interrupted_drop_is_named(account: Databases, catalog: Catalog, admin: Admin) -> None:
    run(account, catalog)
    admin("UPDATE pg_database SET datconnlimit = -2 WHERE datname LIKE 'operations %%drop%%'".replace("%%", "%"))
    assert "an interrupted DROP DATABASE left it unusable: reset=true drops it" in refusal(account, catalog)
    admin("DROP DATABASE {database}")
    assert run(account, catalog).created == ["operations"]


def test_a_reset_that_could_not_create_again_drops_nothing(
    account: Databases, catalog: Catalog, server: EmbeddedServer, admin: Admin
) -> None:
    run(account, catalog)
    admin("ALTER ROLE {user} NOCREATEDB")
    assert "may not create databases, so reset=true could not make it anew" in refusal(account, catalog, reset=True)
    assert {place.dbname for place in account.endpoints.values()} < names(server)
    admin("ALTER ROLE {user} CREATEDB")
    admin("ALTER DATABASE {database} OWNER TO genims")
    assert "does not own it, so reset=true could not drop it" in refusal(account, catalog, reset=True)
    admin("ALTER DATABASE {database} OWNER TO {user}")
    assert sorted(run(account, catalog, reset=True).dropped) == sorted(CONF)


def test_sessions_of_others_stop_a_reset_and_the_next_run_finishes_it(
    account: Databases, catalog: Catalog, server: EmbeddedServer
) -> None:
    run(account, catalog)
    with connect(server.endpoint(account.operations.dbname)):  # a superuser's session, which USER cannot end
        assert "end the sessions of other users in that database first" in refusal(account, catalog, reset=True)
    done = run(account, catalog)
    assert done.notes == ["an earlier reset was interrupted; it is finished now"]


def test_a_clock_set_back_changes_nothing(account: Databases, catalog: Catalog) -> None:
    """What is loaded is read from simulated time; the ledger's wall clock is for people."""
    run(account, catalog)
    with connect(account.operations) as session:
        session.execute(
            "INSERT INTO genims.ledger (scope, covered, run_id, started_at, committed_at) VALUES"
            " ('operations', '[2025-01-01,2025-01-02)', %s, now() + interval '1 year', now() + interval '1 year')",
            (RUN,),
        )
        assert ledger.covered(session, "operations") == [day(0)]
    path = AdbcPath(account.operations)
    assert not ledger.claim(path, "operations", day(0), RUN)
    path.abandon()
    assert run(account, catalog) == Prepared()


def test_a_right_that_goes_while_loading_is_named(account: Databases, catalog: Catalog, admin: Admin) -> None:
    run(account, catalog)
    with connect(account.operations) as session:
        fence.take(session, RUN)
    loader = UnitLoader(account.operations, catalog, RUN)
    admin("REVOKE INSERT ON operations.faults FROM {user}", inside=True)
    part = {"faults": faults(catalog, (1, "open", 0))}
    with pytest.raises(LoadError) as caught:
        loader.load("operations", day(0), [part])
    said = str(caught.value)
    assert "operations.faults: " in said
    assert "permission denied for table faults" in said
    assert said.endswith(f"; grant that to {USER}, or name the owner of the database")
    assert PASSWORD.strip() not in said
    admin("GRANT INSERT ON operations.faults TO {user}", inside=True)
    counts = loader.load("operations", day(0), [part])
    assert counts is not None
    assert counts.inserted == {"faults": 1}
    loader.close()


# -- nothing there, or something else


def said_by(place: Endpoint) -> tuple[str, bool]:
    """The line, and whether it may be better the next time; the same from both drivers."""
    with pytest.raises(UserError) as caught:
        connect(place)
    with pytest.raises(UserError) as loader:
        AdbcPath(place)
    message = str(caught.value)
    assert message.startswith(f"cannot connect to database {place.public()}: ")
    assert str(loader.value).rpartition("; ")[2] == message.rpartition("; ")[2]
    for text in (message, str(loader.value), repr(caught.value)):
        assert place.password not in text
        assert "\n" not in text
    with pytest.raises(UserError, match="cannot connect"):
        create(place)
    with pytest.raises(psycopg.OperationalError) as theirs:
        psycopg.connect(place.conninfo())
    return message, isinstance(explained(place, theirs.value), PassingError)


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """The port of a server that says the same to everyone."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.recv(1000)
                caller.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def fatal(state: str, message: str) -> bytes:
    """PostgreSQL's ErrorResponse."""
    fields = f"SFATAL\0VFATAL\0C{state}\0M{message}\0\0".encode()
    return b"E" + (len(fields) + 4).to_bytes(4, "big") + fields


HERE = Endpoint("127.0.0.1", 1, "plant", "ann", "hunter2hunter2", "disable")


@pytest.mark.parametrize(
    ("answer", "advice", "passing"),
    [
        (
            fatal("42704", 'unrecognized configuration parameter "client_connection_check_interval"'),
            "older than PostgreSQL 15",
            False,
        ),
        (fatal("08P01", "unsupported startup parameter: options"), "a pooler does not pass on", False),
        (
            fatal("28000", 'no pg_hba.conf entry for host "::1", user "ann", database "plant", no encryption'),
            "_SSLMODE=require",
            False,
        ),
        (fatal("53300", "sorry, too many clients already"), "raise the CONNECTION LIMIT", True),
        (
            fatal("53300", "remaining connection slots are reserved for roles with the SUPERUSER attribute"),
            "raise the CONNECTION LIMIT",
            True,
        ),
        (fatal("57P03", "the database system is starting up"), "wait until it accepts connections", True),
        (fatal("3D000", 'database "plant" does not exist'), "create it, owned by ann", False),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "what listens there is not PostgreSQL", False),
    ],
)
def test_what_a_server_may_say(answer: bytes, advice: str, passing: bool) -> None:
    with answering(answer) as port:
        message, found = said_by(dataclasses.replace(HERE, port=port))
    assert advice in message
    assert found is passing


@pytest.mark.parametrize("sslmode", ["disable", "prefer", "require"])
def test_a_web_server_is_no_postgresql(sslmode: str) -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n") as port:
        message, passing = said_by(dataclasses.replace(HERE, port=port, sslmode=sslmode))
    assert message.endswith("; what listens there is not PostgreSQL: correct the port")
    assert not passing


def test_nobody_there() -> None:
    assert said_by(HERE) == (
        "cannot connect to database plant at 127.0.0.1:1: Connection refused; "
        "nothing listens there: start the server, or correct host and port",
        True,
    )
    message, passing = said_by(dataclasses.replace(HERE, host="nowhere.invalid"))
    assert message.endswith("; check the name of the host")
    assert passing


def test_ssl_where_there_is_none(server: EmbeddedServer) -> None:
    message, passing = said_by(dataclasses.replace(server.endpoint("postgres"), sslmode="require", socket=""))
    assert message.endswith("turn SSL on there, or set _SSLMODE=prefer")
    assert not passing


def test_a_server_too_old(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "OLDEST_VERSION", 990000)
    with pytest.raises(UserError, match=r"the server is PostgreSQL 18; 99 is the oldest that will do"):
        connect(server.endpoint("postgres"))


def test_an_error_in_a_session_names_its_database(server: EmbeddedServer) -> None:
    place = server.endpoint("postgres")
    with pytest.raises(UserError) as caught, connect(place) as session:
        session.execute("SELECT * FROM missing")
    assert str(caught.value) == (
        f'database {place.public()}: relation "missing" does not exist; '
        "something was dropped since it was made: reset=true makes all anew"
    )
    with pytest.raises(PassingError, match="terminating connection"), connect(place) as session:
        session.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(KeyError), connect(place):
        raise KeyError("ours")
    with connect(place) as session, pytest.raises(psycopg.errors.UndefinedTable):
        session.execute("SELECT * FROM missing")


# -- PostgreSQL 15


def test_the_oldest_server_takes_the_same_names(postgresql_15: Endpoint, catalog: Catalog) -> None:
    account = made(postgresql_15)
    databases = next(account)
    assert run(databases, catalog).created == list(CONF)
    with connect(postgresql_15) as session:
        session.execute(fill("ALTER ROLE {user} PASSWORD 'x'"))
    assert "password authentication failed for user" in refusal(databases, catalog)
    with connect(postgresql_15) as session:
        session.execute(fill("ALTER ROLE {user} PASSWORD {password}"))
    assert run(databases, catalog) == Prepared()
    with pytest.raises(StopIteration):
        next(account)
