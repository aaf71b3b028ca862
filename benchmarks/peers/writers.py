"""Ways in which people fill a table with random rows: the six columns of sensor_data, values made on the way.

Each writes `rows` rows into a table that it creates in the same transaction, so that none pays for the log, makes
the index of sensor_data's leaves if it is to be `indexed`, and returns the number of rows. They run in processes of
their own and are therefore plain functions.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql

from genims_ray.postgres.copy import AdbcPath
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint

SENSORS = 1_200
START = datetime(2025, 1, 1, tzinfo=UTC)
CREATE = "CREATE TABLE operations.{} (LIKE operations.sensor_data)"
INDEX = "CREATE INDEX ON operations.{} USING brin (sensor_id, machine_id) WITH (pages_per_range = 32)"
BATCH = 250_000
"""Rows that are made at once, where a peer makes them in Python."""
STATEMENT = 10_000
"""Rows of one executemany."""
ACCOUNTS = 100_000
"""Rows of pgbench_accounts for each unit of its scale."""

GENERATE = """
    INSERT INTO operations.{}
    SELECT timestamptz '2025-01-01' + n / {} * interval '1 minute', n % {}, n % {} / 6, random(), 0, 192
    FROM generate_series(0, {} - 1) AS n
"""
DUCKDB = """
    INSERT INTO pg.operations.{}
    SELECT TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_minutes(n // {}), n % {}, n % {} // 6, random(), 0, 192
    FROM range({}) AS t(n)
"""

Writer = Callable[[Endpoint, str, int, bool], int]


def generate_series(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """The server makes the rows itself."""
    with psycopg.connect(endpoint.conninfo()) as session:
        session.execute(_sql(CREATE, table))
        written = session.execute(_sql(GENERATE, table, SENSORS, SENSORS, SENSORS, rows)).rowcount
        if indexed:
            session.execute(_sql(INDEX, table))
        return written


def executemany(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """psycopg sends tuples, pipelined."""
    written, source = 0, _tuples(rows)
    with psycopg.connect(endpoint.conninfo()) as session, session.cursor() as cursor:
        cursor.execute(_sql(CREATE, table))
        insert = _sql("INSERT INTO operations.{} VALUES (%s, %s, %s, %s, %s, %s)", table)
        while batch := list(islice(source, STATEMENT)):
            cursor.executemany(insert, batch)
            written += cursor.rowcount
        if indexed:
            cursor.execute(_sql(INDEX, table))
    return written


def copy_tuples(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """psycopg copies tuples."""
    with psycopg.connect(endpoint.conninfo()) as session, session.cursor() as cursor:
        cursor.execute(_sql(CREATE, table))
        with cursor.copy(_sql("COPY operations.{} FROM STDIN", table)) as copy:
            for row in _tuples(rows):
                copy.write_row(row)
        written = cursor.rowcount
        if indexed:
            cursor.execute(_sql(INDEX, table))
        return written


def adbc(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """adbc_ingest of Arrow batches that numpy fills."""
    path, draw, written = AdbcPath(endpoint), np.random.default_rng(1), 0
    path.execute(_sql(CREATE, table).as_string())
    for first in range(0, rows, BATCH):
        n = np.arange(first, min(first + BATCH, rows))
        minutes = np.datetime64("2025-01-01", "us") + n // SENSORS * np.timedelta64(60_000_000, "us")
        batch = pa.table(
            {
                "timestamp": pa.array(minutes, pa.timestamp("us", "UTC")),
                "sensor_id": pa.array(n % SENSORS, pa.int32()),
                "machine_id": pa.array(n % SENSORS // 6, pa.int32()),
                "measurement_value": pa.array(draw.random(len(n))),
                "status": pa.array(np.zeros(len(n), dtype=np.int16)),
                "quality": pa.array(np.full(len(n), 192, dtype=np.int16)),
            }
        )
        written += path.copy("operations", table, batch, new=True)
    if indexed:
        path.execute(_sql(INDEX, table).as_string())
    path.commit()
    path.abandon()
    return written


def pgbench(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """`pgbench -i`, or without its VACUUM and keys: pgbench_accounts, four columns of which one is 84 blanks."""
    with psycopg.connect(endpoint.conninfo(), autocommit=True) as session:
        session.execute(_sql("CREATE SCHEMA {}", table))
    search = f"-c search_path={table}"
    subprocess.run(
        [
            EmbeddedServer.binary("pgbench"),
            "-i",
            "-I",
            "dtgvp" if indexed else "dtg",
            "-s",
            str(rows // ACCOUNTS),
            "-q",
        ],
        check=True,
        capture_output=True,
        env={
            **os.environ,
            "PGHOST": endpoint.host,
            "PGPORT": str(endpoint.port),
            "PGDATABASE": endpoint.dbname,
            "PGUSER": endpoint.user,
            "PGPASSWORD": endpoint.password,
            "PGOPTIONS": search,
        },
    )
    return rows // ACCOUNTS * ACCOUNTS


def duckdb(endpoint: Endpoint, table: str, rows: int, indexed: bool) -> int:
    """DuckDB makes the rows and copies them through its extension."""
    import duckdb as duck

    there = f"host={endpoint.host} port={endpoint.port} dbname={endpoint.dbname} user={endpoint.user}"
    with duck.connect(config={"threads": 1}) as session:
        session.execute("SET enable_progress_bar = false")
        session.execute(f"LOAD '{duckdb_extension()}'")
        session.execute(f"ATTACH '{there} password={endpoint.password}' AS pg (TYPE postgres)")
        session.execute("BEGIN")
        session.execute(f"CALL postgres_execute('pg', '{_sql(CREATE, table).as_string()}')")
        [(written,)] = session.execute(DUCKDB.format(table, SENSORS, SENSORS, SENSORS, rows)).fetchall()
        if indexed:
            session.execute(f"CALL postgres_execute('pg', '{_sql(INDEX, table).as_string()}')")
        session.execute("COMMIT")
    return int(written)


def duckdb_extension() -> Path | None:
    """File of DuckDB's extension for PostgreSQL, where both wheels are installed."""
    found = importlib.util.find_spec("duckdb_extension_postgres_scanner")
    if found is None or found.origin is None or importlib.util.find_spec("duckdb") is None:
        return None
    return next(Path(found.origin).parent.glob("extensions/*/*.duckdb_extension"), None)


def _tuples(rows: int) -> Iterator[tuple[datetime, int, int, float, int, int]]:
    draw = random.Random(1)
    for n in range(rows):
        sensor = n % SENSORS
        yield START + timedelta(minutes=n // SENSORS), sensor, sensor // 6, draw.random(), 0, 192


def _sql(template: str, table: str, *numbers: int) -> sql.Composed:
    return sql.SQL(template).format(sql.Identifier(table), *map(sql.Literal, numbers))


@dataclass(frozen=True)
class Peer:
    """A writer, and so many rows for each connection that it works for a second or more."""

    name: str
    write: Writer
    rows: int


PEERS = (
    Peer("DuckDB, postgres extension", duckdb, 2_500_000),
    Peer("pgbench -i (pgbench_accounts)", pgbench, 3_000_000),
    Peer("adbc_ingest of random Arrow rows", adbc, 2_500_000),
    Peer("INSERT ... SELECT generate_series", generate_series, 2_000_000),
    Peer("psycopg COPY of tuples", copy_tuples, 400_000),
    Peer("psycopg executemany", executemany, 60_000),
)
