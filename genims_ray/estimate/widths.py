"""Bytes that a row takes in PostgreSQL, from its types, its values and its table's indexes.

Heap: a header of 23 bytes with a bitmap where something is NULL, values at their alignment, all to a multiple of 8,
and a line pointer of 4. Index: 8 bytes and the key to a multiple of 8, a line pointer, pages not quite filled.
(PostgreSQL documentation, "Database Page Layout" and "B-Tree Indexes".)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from genims_ray.catalog import Table
from genims_ray.catalog.column import Column

Ints = NDArray[np.int64]

PAGE, USABLE = 8_192, 8_168
HEADER, POINTER = 23, 4
FILLED = 0.7
"""Share of an index page that is used: 0.56 to 0.88 in 30 loaded days, by the order in which keys arrive."""
REPLACED = 0.25
"""Versions of a row that changes whose room is not used again, in 30 loaded days."""
FIXED = {
    "boolean": 1, "smallint": 2, "integer": 4, "date": 4, "real": 4, "bigint": 8, "double precision": 8,
    "timestamp with time zone": 8, "time without time zone": 8,
}  # fmt: skip
KEY_OF_TEXT = 16
"""Bytes of a text in an index: numbers of documents and codes."""
FIRST_PAGES, FIRST_PAGES_OF_INDEX = 5, 2
"""Pages of a table that holds anything (rows, free space map, visibility map, TOAST's index), and of each index."""


def heap_bytes(table: Table, rows: pa.Table) -> float:
    """Mean bytes of the rows in the heap, line pointer and page header included."""
    if not rows.num_rows:
        return 0.0
    offset = np.zeros(rows.num_rows, dtype=np.int64)
    null = np.zeros(rows.num_rows, dtype=bool)
    for column in table.columns:
        values = rows.column(column.name)
        there = pc.is_valid(values).to_numpy(zero_copy_only=False).astype(bool)
        align, width = _width(column, values)
        offset = np.where(there, -(-offset // align) * align + width, offset)
        null |= ~there
    bitmap = np.where(null, -(-len(table.columns) // 8), 0)
    header = -(-(HEADER + bitmap) // 8) * 8
    stored = header + -(-offset // 8) * 8 + POINTER
    return float(stored.mean()) * PAGE / USABLE


def index_bytes(table: Table) -> float:
    """Bytes of a row's entries in the table's indexes; one of BRIN takes none to speak of."""
    keys = [key for key in (table.primary_key, *table.unique_keys) if key]
    return sum(_entry(table, key) for key in (*keys, *(i.columns for i in table.indexes if i.method == "btree")))


def replaced_share(table: Table) -> float:
    """Room that earlier versions of a row take, as a share of its own."""
    return REPLACED if table.mutable and table.partition_column is None else 0.0


def first_pages(table: Table) -> int:
    """Bytes that a table takes beyond its rows."""
    indexes = len(table.unique_keys) + len(table.indexes) + bool(table.primary_key)
    return PAGE * (FIRST_PAGES + FIRST_PAGES_OF_INDEX * indexes)


def _entry(table: Table, key: tuple[str, ...]) -> float:
    width = sum(FIXED.get(table.column(name).type, KEY_OF_TEXT) for name in key)
    return float((-(-(8 + width) // 8) * 8 + POINTER) / FILLED)


def _width(column: Column, values: pa.ChunkedArray) -> tuple[int, Ints]:
    """Alignment and bytes of each value; those of a NULL mean nothing."""
    if column.type in FIXED:
        width = FIXED[column.type]
        return width, np.full(len(values), width)
    if column.type == "text":
        length = pc.fill_null(pc.binary_length(values), 0).to_numpy().astype(np.int64)
        return 1, np.where(length < 127, length + 1, length + 4)
    # numeric: one byte, a header of two, and two for each four digits before and behind the point
    number = np.abs(pc.fill_null(pc.cast(values, pa.float64()), 0.0).to_numpy())
    before = np.where(number >= 1, np.floor(np.log10(np.maximum(number, 1))) // 4 + 1, 0)
    behind = np.where(number % 1 > 0, -(-values.type.scale // 4), 0)
    return 1, (3 + 2 * (before + behind)).astype(np.int64)
