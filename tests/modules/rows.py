"""What a module renders for a world, and what is on record of it: what the tests of every module ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from genims_ray.catalog import Catalog, Table
from genims_ray.modules import BY_NAME
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.loader import by_creation
from genims_ray.postgres.servers import create, drop
from genims_ray.world import OPENING, Window, World

CATALOG = Catalog.load()


class Rows:
    """Rows of the tables that a module itself writes; `plans` are columns of what is to come."""

    def __init__(self, module: str, plans: Collection[str] = ()) -> None:
        self.module, self._plans = module, plans
        self.schema = CATALOG.modules[module]
        self.tables = [name for name, table in self.schema.tables.items() if table.writer == "module"]

    def ask(self, world: World, window: Window) -> dict[str, pa.Table]:
        found = {}
        for name in self.tables:
            function = BY_NAME[self.module].function(name)
            assert function is not None
            columns, table = function(world, window), self.schema.tables[name]
            found[name] = table.arrow(columns) if columns else table.arrow_schema.empty_table()
        return found

    def history(self, world: World, cuts: Iterable[int]) -> MemorySink:
        """What is on record after the opening and the windows between `cuts` (seconds after the start).

        Loading in order relies on it that rows are new in the window in which they are created, and in no other.
        """
        sink, seen = MemorySink(CATALOG), defaultdict[str, set[object]](set)
        windows = [Window(OPENING, world.start)]
        windows += [Window(world.start + a, world.start + b) for a, b in pairwise(cuts)]
        for window in windows:
            part = self.ask(world, window)
            for name, rows in part.items():
                table = self.schema.tables[name]
                if table.mutable and "created_at" in table.column_names:
                    created, others = (self.keys(table, piece) for piece in by_creation(rows, window))
                    assert not created & seen[name], f"{name}: created in {window} and there before"
                    assert others <= seen[name], f"{name}: created before {window} and not there"
                    seen[name] |= created
            sink.load(Unit(self.module, window), [part])
        return sink

    @staticmethod
    def keys(table: Table, rows: pa.Table) -> set[object]:
        return set(zip(*(rows.column(name).to_pylist() for name in table.primary_key), strict=True))

    def contents(self, sink: MemorySink, name: str) -> pa.Table:
        return sink.table(self.module, name).sort_by(self.schema.tables[name].primary_key[0])

    def assert_same(self, left: MemorySink, right: MemorySink, filled: bool = True) -> None:
        """Both hold the same; if `filled`, something of every table."""
        for name in self.tables:
            a, b = self.contents(left, name), self.contents(right, name)
            assert a.num_rows or not filled, name
            assert a.num_rows == b.num_rows, name
            for column in a.column_names:
                assert a[column].equals(b[column]), f"{name}.{column}"

    def assert_nothing_later(self, world: World, windows: Sequence[Window]) -> None:
        """No row of a window tells what happened after it, nor has changed before what it tells."""
        for window in windows:
            end = datetime.fromtimestamp(window.end, UTC)
            for name, table in self.ask(world, window).items():
                for field in table.schema:
                    if not pa.types.is_timestamp(field.type) or field.name in self._plans:
                        continue
                    latest = pc.max(table[field.name]).as_py()
                    assert latest is None or latest < end, f"{name}.{field.name}"
                    if "updated_at" in table.column_names and latest is not None:
                        later = pc.greater(table[field.name], table["updated_at"])
                        assert not pc.any(later).as_py(), f"{name}.{field.name} after its row's last change"

    @contextmanager
    def recorded(self, server: EmbeddedServer, sink: MemorySink) -> Iterator[psycopg.Connection]:
        """A database that holds what the sink does, under the constraints of the module."""
        endpoint = server.endpoint(f"{self.module}_rows")
        create(endpoint)
        with connect(endpoint) as connection:
            connection.execute(self.schema.ddl.encode())
            for name in self.tables:  # in the order of the file, which is that of the references
                copy(connection, sql.Identifier(self.module, name), sink.table(self.module, name))
            yield connection
        drop(endpoint)

    def assert_states_satisfy_checks(
        self, session: psycopg.Connection, world: World, windows: Iterable[Window]
    ) -> None:
        """Not only the last state of a row: rows as of many instants, under the CHECKs of their tables."""
        for name in self.tables:
            session.execute(
                sql.SQL("CREATE TEMP TABLE {} (LIKE {} INCLUDING CONSTRAINTS)").format(
                    sql.Identifier(f"asof_{name}"), sql.Identifier(self.module, name)
                )
            )
        for window in windows:
            for name, rows in self.ask(world, window).items():
                copy(session, sql.Identifier(f"asof_{name}"), rows)


def copy(session: psycopg.Connection, target: sql.Composable, rows: pa.Table) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    with session.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(target, columns)) as stream:
        for row in rows.to_pylist():
            stream.write_row(list(row.values()))
