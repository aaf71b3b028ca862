"""The catalog agrees with PostgreSQL about every module, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from genims_ray.catalog import Catalog, ModuleSchema
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.servers import create, drop

CATALOG = Catalog.load()
MODULES = pytest.mark.parametrize("module", CATALOG.modules.values(), ids=list(CATALOG.modules))
REFERENCE = re.compile(r"\s*[-~]> \S+$")

KEYS = """
SELECT conrelid::regclass::text, contype::text, confrelid::regclass::text, convalidated,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place),
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place)
FROM pg_constraint WHERE connamespace = %s::regnamespace AND contype IN ('p', 'u', 'f', 'c')
"""


@pytest.fixture(scope="module", params=["embedded", "15"])
def session(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """All modules in one database, of the embedded server and of PostgreSQL 15."""
    fixture = "server" if request.param == "embedded" else "postgresql_15"
    place: EmbeddedServer | Endpoint = request.getfixturevalue(fixture)
    endpoint = place.endpoint("catalog_live") if isinstance(place, EmbeddedServer) else place.database("catalog_live")
    create(endpoint)
    with connect(endpoint) as connection:
        for module in CATALOG.modules.values():
            connection.execute(module.ddl.encode())
        connection.execute("SET search_path = ''")
        yield connection
    drop(endpoint)


@MODULES
def test_columns(session: psycopg.Connection, module: ModuleSchema) -> None:
    live = session.execute(
        "SELECT relname, attname, format_type(atttypid, atttypmod), NOT attnotnull,"
        " col_description(attrelid, attnum) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND attnum > 0"
        " ORDER BY relname, attnum",
        [module.name],
    ).fetchall()
    read = [
        (table.name, column.name, column.type, column.nullable, column.comment)
        for table in sorted(module.tables.values(), key=lambda table: table.name)
        for column in table.columns
    ]
    assert [(*row[:4], REFERENCE.sub("", row[4])) for row in live] == read


@MODULES
def test_keys_references_and_checks(session: psycopg.Connection, module: ModuleSchema) -> None:
    live = session.execute(KEYS, [module.name]).fetchall()
    found = {(table, kind, *map(tuple, columns)) for table, kind, _, _, *columns in live if kind in "pu"}
    assert found == {
        (table.qualified, kind, key, ())
        for table in module.tables.values()
        for kind, keys in (("p", [table.primary_key]), ("u", table.unique_keys))
        for key in keys
        if key
    }
    foreign = {(table, target, *map(tuple, columns)) for table, kind, target, _, *columns in live if kind == "f"}
    assert foreign == {
        (r.source, r.target, r.columns, r.target_columns)
        for table in module.tables.values()
        for r in table.references
        if r.kind == "foreign key"
    }
    for table in module.tables.values():
        assert len(table.checks) == sum(row[:2] == (table.qualified, "c") for row in live), table.qualified


@MODULES
def test_tables_and_indexes(session: psycopg.Connection, module: ModuleSchema) -> None:
    live = session.execute(
        "SELECT relname, obj_description(oid), pg_get_partkeydef(oid) FROM pg_class"
        " WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p')",
        [module.name],
    ).fetchall()
    assert {(name, comment, part and part.replace('"', "")) for name, comment, part in live} == {
        (table.name, table.comment, table.partition_column and f"RANGE ({table.partition_column})")
        for table in module.tables.values()
    }
    indexes = session.execute(
        "SELECT indrelid::regclass::text, i.relname, amname, indisunique, indpred IS NOT NULL"
        " FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_am ON pg_am.oid = relam"
        " LEFT JOIN pg_constraint ON conindid = i.oid AND contype IN ('p', 'u')"
        " WHERE relnamespace = %s::regnamespace AND pg_constraint.oid IS NULL",
        [module.name],
    ).fetchall()
    assert set(indexes) == {
        (table.qualified, index.name, index.method, index.unique, index.where is not None)
        for table in module.tables.values()
        for index in table.indexes
    }


@MODULES
def test_an_index_can_be_built_again_on_another_relation(session: psycopg.Connection, module: ModuleSchema) -> None:
    for table in module.tables.values():
        if not table.partition_column:
            continue
        with session.transaction(force_rollback=True):
            session.execute(f"CREATE TABLE public.leaf (LIKE {table.qualified})".encode())
            for statement in table.partition_indexes:
                session.execute(statement.format(leaf="public.leaf").encode())
            assert definitions(session, "public.leaf") == definitions(session, table.qualified) != set()


def definitions(session: psycopg.Connection, relation: str) -> set[str]:
    """What the indexes of `relation` are on, whatever they are called."""
    found = session.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass", [relation]
    )
    return {definition.split(" USING ")[1] for (definition,) in found}


@MODULES
def test_views(session: psycopg.Connection, module: ModuleSchema) -> None:
    for view in module.views.values():
        live = session.execute(
            "SELECT array_agg(attname::text ORDER BY attnum), obj_description(attrelid, 'pg_class')"
            " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 GROUP BY attrelid",
            [view.qualified],
        ).fetchone()
        assert live is not None
        assert (live[0], live[1] or "") == (list(view.columns), view.comment)
        session.execute(f"SELECT * FROM {view.qualified}".encode())


def test_a_reading_takes_sixty_bytes(session: psycopg.Connection) -> None:
    with session.transaction(force_rollback=True):
        session.execute("CREATE TABLE public.leaf (LIKE operations.sensor_data)")
        session.execute(
            "INSERT INTO public.leaf SELECT now() + n * interval '1 min', 101010, 101010, n / 7.0, 0, 192"
            " FROM generate_series(1, 13600) AS n"
        )
        # A page of 8,192 bytes has a header of 24: 136 rows of 60 bytes, line pointers included, fill it.
        assert session.execute("SELECT pg_relation_size('public.leaf')").fetchone() == (100 * 8192,)


def test_sensors_are_shown_with_their_latest_condition(session: psycopg.Connection) -> None:
    with session.transaction(force_rollback=True):
        session.execute(
            "INSERT INTO operations.sensor_health SELECT sensor * 10 + part, sensor, 1010101,"
            " '2025-03-10 00:00Z'::timestamptz + part * interval '3 h', 'T', 'spindle', 'temperature',"
            " 'degC', 0, 200, 0.1, 60, NULL, 75, NULL, 90, '2025-03-01', 180, 9, false, 180, 180, 0, 40, 0.5, 0,"
            " false, false, false, 0, 20, NULL, 90 + part, 'healthy', '2025-03-11 00:00Z'"
            " FROM generate_series(7, 9) AS sensor, generate_series(1, 4) AS part"
        )
        shown = session.execute("SELECT sensor_id, health_score FROM published.sensors").fetchall()
        assert sorted(shown) == [(7, 94.0), (8, 94.0), (9, 94.0)]


def test_the_status_of_a_reading_in_words(session: psycopg.Connection) -> None:
    with session.transaction(force_rollback=True):
        session.execute(
            "CREATE TABLE operations.leaf PARTITION OF operations.sensor_data"
            " FOR VALUES FROM ('2025-03-10 00:00Z') TO ('2025-03-11 00:00Z')"
        )
        session.execute(
            "INSERT INTO operations.sensor_data SELECT '2025-03-10 12:00Z', 7, 1020304, status, status, 192"
            " FROM generate_series(-2, 2) AS status"
        )
        shown = session.execute(
            "SELECT status, is_below_critical, is_below_warning, is_above_warning, is_above_critical,"
            " line_id, factory_id, quality FROM published.sensor_data ORDER BY measurement_value"
        ).fetchall()
        assert shown == [
            ("critical", True, True, False, False, 10203, 102, "good"),
            ("warning", False, True, False, False, 10203, 102, "good"),
            ("normal", False, False, False, False, 10203, 102, "good"),
            ("warning", False, False, True, False, 10203, 102, "good"),
            ("critical", False, False, True, True, 10203, 102, "good"),
        ]
