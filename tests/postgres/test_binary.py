"""The binary format against PostgreSQL's own, value by value."""

from __future__ import annotations

import itertools
import struct
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genims_ray.postgres.binary import CHUNK_BYTES, HEADER, TRAILER, BinaryEncoder
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect

TYPES = {
    "smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64(), "real": pa.float32(),
    "double precision": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"), "text": pa.string(),
}  # fmt: skip
SCHEMA = pa.schema(list(TYPES.items()))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(width=32),
    "double precision": st.floats(),
    "boolean": st.booleans(),
    "date": st.dates(),
    "timestamp with time zone": st.datetimes(timezones=st.just(UTC)),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
}
FULL = st.lists(st.tuples(*VALUES.values()), max_size=30)
SOME = st.lists(st.tuples(*(st.none() | values for values in VALUES.values())), max_size=30)
EXTREMES = [
    (-(2**15), -(2**31), -(2**63), float("-inf"), float("nan"), False, date.min, datetime.min.replace(tzinfo=UTC), ""),
    (2**15 - 1, 2**31 - 1, 2**63 - 1, float("inf"), -0.0, True, date.max, datetime.max.replace(tzinfo=UTC), "x" * 5_000),
    (0, 0, 0, 0.0, 5e-324, True, date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC), "ä€😀"),
    (-1, -1, -1, -1.5, 1.7976931348623157e308, False, date(1970, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), " "),
]  # fmt: skip


def table(rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(TYPES)
    return pa.table([pa.array(c, kind) for c, kind in zip(columns, TYPES.values(), strict=True)], schema=SCHEMA)


def encoded(rows: pa.Table) -> bytes:
    return b"".join(bytes(piece) for piece in BinaryEncoder(rows.schema).encode(rows))


@pytest.fixture(scope="module")
def session(server: EmbeddedServer) -> Any:
    with connect(server.endpoint("postgres")) as opened:
        columns = ", ".join(f'"{name}" {name}' for name in TYPES)
        opened.execute(f"CREATE TEMPORARY TABLE encoded ({columns})".encode())
        yield opened


def through_the_server(session: psycopg.Connection[Any], rows: pa.Table) -> bytes:
    """What the server sends of the rows it was sent."""
    session.execute("TRUNCATE encoded")
    with session.cursor() as cursor, cursor.copy("COPY encoded FROM STDIN (FORMAT binary)") as stream:
        for piece in BinaryEncoder(rows.schema).encode(rows):
            stream.write(piece)
    with session.cursor() as cursor, cursor.copy("COPY encoded TO STDOUT (FORMAT binary)") as stream:
        return b"".join(bytes(piece) for piece in stream)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=FULL | SOME, cut=st.integers(0, 30))
def test_the_server_reads_what_it_would_write(
    session: psycopg.Connection[Any], rows: list[tuple[Any, ...]], cut: int
) -> None:
    """Values and NULL, whole and as batches that begin in the middle of an array."""
    whole = table(rows)
    given_rows = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
    assert through_the_server(session, given_rows) == encoded(given_rows)


def test_the_extremes_of_every_type_arrive(session: psycopg.Connection[Any]) -> None:
    """As the text of the values, which the format's bytes have no part in."""
    nothing = (None,) * len(TYPES)
    assert through_the_server(session, table([*EXTREMES, nothing])) == encoded(table([*EXTREMES, nothing]))
    assert through_the_server(session, table(EXTREMES)) == encoded(table(EXTREMES))
    found = session.execute("SELECT * FROM encoded ORDER BY bigint").fetchall()
    assert [tuple(map(str, row)) for row in found] == [
        tuple(map(str, row)) for row in sorted(EXTREMES, key=lambda row: row[2])
    ]


def test_one_row_by_hand() -> None:
    rows = pa.table(
        {
            "t": pa.array([946_684_800_000_001], pa.timestamp("us", "UTC")),  # 2000-01-01 and a microsecond
            "n": pa.array([-2], pa.int16()),
            "x": pa.array([1.5], pa.float64()),
        }
    )
    row = struct.pack(">hiqihid", 3, 8, 1, 2, -2, 8, 1.5)
    assert encoded(rows) == HEADER + row + TRAILER
    assert HEADER == b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"


def test_null_and_text_by_hand() -> None:
    rows = pa.table({"n": pa.array([7, None], pa.int16()), "t": pa.array([None, "né"])})
    stream = struct.pack(">hihi", 2, 2, 7, -1) + struct.pack(">hii3s", 2, -1, 3, "né".encode())
    assert encoded(rows) == HEADER + stream + TRAILER


CHUNK = CHUNK_BYTES // 10  # rows of one integer: its count, its length, its value


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_rows_of_any_number_and_cut_keep_their_order(count: int) -> None:
    whole = pa.table({"n": pa.array(range(count), pa.int32())})
    cut = pa.concat_tables([whole.slice(0, count // 3), whole.slice(count // 3)])
    rows = encoded(cut)[len(HEADER) : -len(TRAILER)]
    assert [n for _, _, n in struct.iter_unpack(">hii", rows)] == list(range(count))


def test_rows_of_many_lengths_keep_their_order_over_chunks() -> None:
    """Decoded by hand: every third number is missing, and texts grow from chunk to chunk."""
    numbers = [None if n % 3 == 0 else n for n in range(40_000)]
    texts = [None if n % 7 == 0 else "x" * (n % 5 + n // 10_000) for n in range(40_000)]
    stream = encoded(pa.table({"n": pa.array(numbers, pa.int64()), "t": pa.array(texts)}))
    place, found = len(HEADER), []
    for _ in range(40_000):
        assert stream[place : place + 2] == b"\0\2"
        place, values = place + 2, []
        for _ in range(2):
            [length] = struct.unpack_from(">i", stream, place)
            values.append(None if length < 0 else stream[place + 4 : place + 4 + length])
            place += 4 + max(length, 0)
        n, t = values
        found.append((n and struct.unpack(">q", n)[0], t and t.decode()))
    assert stream[place:] == TRAILER
    assert found == [(n, t if t is None else t or b"") for n, t in zip(numbers, texts, strict=True)]


def test_chunks_are_reused() -> None:
    rows = pa.table({"n": pa.array(range(2 * CHUNK), pa.int32())})
    pieces = list(itertools.islice(BinaryEncoder(rows.schema).encode(rows), 1, 3))
    assert bytes(pieces[0]) == bytes(pieces[1])  # the first is valid until the second is asked for


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.timestamp("us", "UTC"), -(2**63)),  # PostgreSQL's -infinity
        (pa.timestamp("us", "UTC"), 2**63 - 1),
        (pa.timestamp("us", "UTC"), 253_402_300_800_000_000),  # year 10000
        (pa.timestamp("us", "UTC"), -62_135_596_800_000_001),
        (pa.date32(), 2**31 - 1),
        (pa.date32(), -719_163),
    ],
)
def test_times_that_mean_infinity_or_nothing_are_refused(kind: pa.DataType, value: int) -> None:
    stored = pa.int32() if kind == pa.date32() else pa.int64()
    with pytest.raises(ValueError, match="t: a time outside the years 1 to 9999"):
        encoded(pa.table({"t": pa.array([value], stored).view(kind)}))


@pytest.mark.parametrize(
    "kind", [pa.time64("us"), pa.decimal128(9, 2), pa.int8(), pa.uint32(), pa.timestamp("us"), pa.timestamp("s", "UTC")]
)
def test_other_types_are_refused(kind: pa.DataType) -> None:
    with pytest.raises(TypeError, match=r"c: .* has no binary form here"):
        BinaryEncoder(pa.schema([pa.field("c", kind)]))


def test_another_schema_is_refused() -> None:
    with pytest.raises(TypeError, match="was expected"):
        list(BinaryEncoder(SCHEMA).encode(pa.table({"n": pa.array([1], pa.int32())})))
