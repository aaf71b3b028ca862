"""PostgreSQL's binary COPY format, for columns of fixed width without NULL, at the speed of memory.

Every row of such a table has the same length: the number of columns, then for each its length and its value,
big-endian. One chunk of rows is laid out as a structured array whose counts and lengths are filled in once;
encoding writes the values of each column into it, chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Signature, no flags, no extension."""
TRAILER = b"\xff\xff"
CHUNK_ROWS = 4_096
"""A chunk stays in the cache of a core."""

EPOCH_DAYS = 10_957
EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000
"""PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01."""
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31: beyond lie PostgreSQL's infinities."""

Values = npt.NDArray[Any]


class BinaryEncoder:
    """Encodes tables of one schema. Not for two threads at a time: they would share the chunk."""

    def __init__(self, schema: pa.Schema) -> None:
        """TypeError for a column whose type is not of fixed width."""
        self._schema = schema
        stored = [_stored(field) for field in schema]
        layout: list[tuple[str, str]] = [("columns", ">i2")]
        for i, kind in enumerate(stored):
            layout += [(f"length {i}", ">i4"), (f"value {i}", kind)]
        row = np.dtype(layout)
        self._chunk = np.zeros(CHUNK_ROWS, dtype=row)
        self._chunk["columns"] = len(stored)
        for i, kind in enumerate(stored):
            self._chunk[f"length {i}"] = np.dtype(kind).itemsize
        self._targets = [self._chunk[f"value {i}"] for i in range(len(stored))]
        self._bytes = self._chunk.view(np.uint8).data
        self._row_bytes = row.itemsize

    def encode(self, rows: pa.Table) -> Iterator[bytes | memoryview]:
        """The whole COPY stream, in pieces; each is valid until the next is asked for.

        ValueError for NULL, and for a time outside the years 1 to 9999; TypeError for another schema.
        """
        if rows.schema.types != self._schema.types or rows.schema.names != self._schema.names:
            raise TypeError(f"columns {rows.schema} where {self._schema} was expected")
        yield HEADER
        for batch in rows.to_batches():
            columns = [
                _values(field, column) for field, column in zip(self._schema, batch.columns, strict=True)
            ]
            for start in range(0, batch.num_rows, CHUNK_ROWS):
                count = min(CHUNK_ROWS, batch.num_rows - start)
                for target, (values, epoch) in zip(self._targets, columns, strict=True):
                    piece = values[start : start + count]
                    if epoch:
                        np.subtract(piece, epoch, out=target[:count])
                    else:
                        target[:count] = piece
                yield self._bytes[: count * self._row_bytes]
        yield TRAILER


def _stored(field: pa.Field) -> str:
    """numpy's name of the column's type as PostgreSQL sends it."""
    kind = field.type
    if pa.types.is_boolean(kind):
        return "u1"
    if pa.types.is_signed_integer(kind) and kind.bit_width > 8:
        return f">i{kind.bit_width // 8}"
    if pa.types.is_float32(kind) or pa.types.is_float64(kind):
        return f">f{kind.bit_width // 8}"
    if pa.types.is_timestamp(kind) and kind.unit == "us" and kind.tz is not None:
        return ">i8"
    if pa.types.is_date32(kind):
        return ">i4"
    raise TypeError(f"{field.name}: {kind} is not a type of fixed width")


def _values(field: pa.Field, column: pa.Array) -> tuple[Values, int]:
    """The column's values, not copied but for boolean, and what to subtract for PostgreSQL's epoch."""
    if column.null_count:
        raise ValueError(f"{field.name}: NULL in {column.null_count} of {len(column)} rows")
    if pa.types.is_timestamp(field.type):
        return _within(field, column.view(pa.int64()).to_numpy(), 86_400_000_000), EPOCH_MICROSECONDS
    if pa.types.is_date32(field.type):
        return _within(field, column.view(pa.int32()).to_numpy(), 1), EPOCH_DAYS
    return column.to_numpy(zero_copy_only=not pa.types.is_boolean(field.type)), 0


def _within(field: pa.Field, values: Values, a_day: int) -> Values:
    if len(values) and not (
        FIRST_DAY * a_day <= int(values.min()) and int(values.max()) < (LAST_DAY + 1) * a_day
    ):
        raise ValueError(f"{field.name}: a time outside the years 1 to 9999")
    return values
