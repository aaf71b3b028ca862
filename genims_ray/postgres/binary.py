"""PostgreSQL's binary COPY format, for numbers, times and text, at the speed of memory.

A row is the number of its columns, then for each its length and its value, big-endian; NULL is a length of -1 and no
value. Chunks of rows are laid out as a structured array in which every value has its greatest width, and columns are
written into it one by one. Where all rows have that width, the array is the stream; otherwise Arrow filters out the
bytes that a row does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Signature, no flags, no extension."""
TRAILER = b"\xff\xff"
CHUNK_BYTES = 2**18
"""A chunk stays in the cache of a core."""
NULL = -1
"""Length of a value that is none."""

EPOCH_DAYS = 10_957
EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000
"""PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01."""
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31: beyond lie PostgreSQL's infinities."""

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class _Column:
    """One column of a batch, as (rows,) arrays. Where `lengths` is None all values are there, of one width."""

    values: Values
    epoch: int = 0  # to be subtracted
    lengths: npt.NDArray[np.int32] | None = None  # in bytes, or NULL


class _Chunk:
    """Room for rows whose values have these numpy types, counts and full lengths filled in."""

    def __init__(self, types: Sequence[str], varying: Sequence[int]) -> None:
        """`varying` are the columns that may be shorter or NULL."""
        layout: list[tuple[str, str]] = [("columns", ">i2")]
        for i, kind in enumerate(types):
            layout += [(f"length {i}", ">i4"), (f"value {i}", kind)]
        row = np.dtype(layout)
        self.row_bytes = row.itemsize
        self.rows = max(1, CHUNK_BYTES // row.itemsize)
        room = np.zeros(self.rows, dtype=row)
        room["columns"] = len(types)
        for i, kind in enumerate(types):
            room[f"length {i}"] = np.dtype(kind).itemsize
        self.values = [room[f"value {i}"] for i in range(len(types))]
        self.lengths = {i: room[f"length {i}"] for i in varying}
        self._bytes = room.view(np.uint8)
        # The same layout with a boolean for each byte, and which bytes a value of each length has, from NULL on.
        kept = np.ones(self.rows * row.itemsize, dtype=np.bool_)
        shape = np.dtype([(name, f"V{np.dtype(kind).itemsize}") for name, kind in layout])
        self._kept, self._spans = kept, dict[int, tuple[Values, Values]]()
        for i in varying:
            width = np.dtype(types[i]).itemsize
            there = np.arange(width) < np.arange(NULL, width + 1)[:, None]
            self._spans[i] = kept.view(shape)[f"value {i}"], there.view(f"V{width}")[:, 0]

    def keep(self, column: int, lengths: npt.NDArray[np.int32]) -> None:
        """Write the lengths of the first rows of a column, beyond which its bytes are left out."""
        count = len(lengths)
        self.lengths[column][:count] = lengths
        kept, there = self._spans[column]
        kept[:count] = there[lengths - NULL]

    def stream(self, count: int) -> memoryview:
        """Bytes of the first rows."""
        size = count * self.row_bytes
        if not self.lengths:
            return self._bytes.data[:size]
        bits = np.packbits(self._kept[:size], bitorder="little")
        mask = pa.Array.from_buffers(pa.bool_(), size, [None, pa.py_buffer(bits)])
        kept = pc.filter(pa.Array.from_buffers(pa.uint8(), size, [None, pa.py_buffer(self._bytes)]), mask)
        return memoryview(kept.buffers()[1])[: len(kept)]


class BinaryEncoder:
    """Encodes tables of one schema. Not for two threads at a time: they would share the chunk."""

    def __init__(self, schema: pa.Schema) -> None:
        """TypeError for a column of another type than numbers, boolean, timestamptz, date and text."""
        self._schema = schema
        self._types = [None if pa.types.is_string(field.type) else _stored(field) for field in schema]
        self._chunk: tuple[object, _Chunk] | None = None

    def encode(self, rows: pa.Table) -> Iterator[bytes | memoryview]:
        """The whole COPY stream, in pieces; each is valid until the next is asked for.

        ValueError for a time outside the years 1 to 9999; TypeError for another schema.
        """
        if rows.schema.types != self._schema.types or rows.schema.names != self._schema.names:
            raise TypeError(f"columns {rows.schema} where {self._schema} was expected")
        yield HEADER
        for batch in rows.to_batches():
            columns = [_column(field, values) for field, values in zip(self._schema, batch.columns, strict=True)]
            chunk = self._room(columns)
            for start in range(0, batch.num_rows, chunk.rows):
                count = min(chunk.rows, batch.num_rows - start)
                for i, (target, column) in enumerate(zip(chunk.values, columns, strict=True)):
                    piece = column.values[start : start + count]
                    if column.epoch:
                        np.subtract(piece, column.epoch, out=target[:count])
                    else:
                        target[:count] = piece
                    if column.lengths is not None:
                        chunk.keep(i, column.lengths[start : start + count])
                yield chunk.stream(count)
        yield TRAILER

    def _room(self, columns: Sequence[_Column]) -> _Chunk:
        """A chunk for these columns: the latest one, if it has their widths."""
        types = [
            column.values.dtype.str if kind is None else kind for kind, column in zip(self._types, columns, strict=True)
        ]
        varying = [i for i, column in enumerate(columns) if column.lengths is not None]
        if self._chunk is None or self._chunk[0] != (types, varying):
            self._chunk = (types, varying), _Chunk(types, varying)
        return self._chunk[1]


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
    raise TypeError(f"{field.name}: {kind} has no binary form here")


def _column(field: pa.Field, column: pa.Array) -> _Column:
    """The column's values, not copied but for boolean and text, which becomes bytes padded to the longest."""
    present = column.is_valid().to_numpy(zero_copy_only=False) if column.null_count else None
    if pa.types.is_string(field.type):
        return _text(column, present)
    epoch = 0
    if pa.types.is_boolean(field.type):
        values: Values = column.fill_null(False).to_numpy(zero_copy_only=False)
    else:
        stored = np.dtype(_stored(field)).newbyteorder("=")
        values = np.frombuffer(column.buffers()[1] or b"", dtype=stored)
        values = values[column.offset : column.offset + len(column)]
        if pa.types.is_timestamp(field.type):
            epoch = EPOCH_MICROSECONDS
            _check(field, values, present, 86_400_000_000)
        elif pa.types.is_date32(field.type):
            epoch = EPOCH_DAYS
            _check(field, values, present, 1)
    if present is None:
        return _Column(values, epoch)
    width = np.dtype(_stored(field)).itemsize
    return _Column(values, epoch, np.where(present, np.int32(width), np.int32(NULL)))


def _text(column: pa.Array, present: npt.NDArray[np.bool_] | None) -> _Column:
    """Texts by number of those that are there: columns of many rows have few."""
    found = column.dictionary_encode()
    codes = found.indices.fill_null(0).to_numpy(zero_copy_only=False)
    texts = [text.encode() for text in found.dictionary.to_pylist()] or [b""]
    padded = np.array(texts, dtype=f"S{max(1, *map(len, texts))}")
    lengths = np.array([len(text) for text in texts], dtype=np.int32)[codes]
    if present is not None:
        lengths[~present] = NULL
    return _Column(padded[codes], 0, lengths)


def _check(field: pa.Field, values: Values, present: npt.NDArray[np.bool_] | None, a_day: int) -> None:
    """ValueError for a time that PostgreSQL or Python cannot name; what lies under NULL does not matter."""
    there = values if present is None else values[present]
    if len(there) and not (FIRST_DAY * a_day <= int(there.min()) and int(there.max()) < (LAST_DAY + 1) * a_day):
        raise ValueError(f"{field.name}: a time outside the years 1 to 9999")
