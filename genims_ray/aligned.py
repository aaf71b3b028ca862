"""Tables as plain lines: columns aligned, two blanks between them, none at the end of a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from numbers import Number
from typing import Any

from genims_ray.errors import short

BETWEEN = "  "
LONGEST = 60
"""Characters of one value; the rest of a longer one is left out."""


def aligned(header: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None = None) -> list[str]:
    """Lines of a table with its header, numbers to the right.

    What is wider than `width` has a line for each column instead, beside one another as many rows as fit.
    """
    lines = _lines([list(header), *([told(value) for value in row] for row in rows)], _numeric(rows))
    if width is None or max(map(len, lines)) <= width:
        return lines
    across = [[name, *(told(row[i]) for row in rows)] for i, name in enumerate(header)]
    for count in range(len(rows), 1, -1):
        lines = _lines([cells[: count + 1] for cells in across], ())
        if max(map(len, lines)) <= width:
            return lines
    most = max(width - max(map(len, header)) - len(BETWEEN), 10)
    return _lines([[name, short(value, most)] for name, value, *_ in across], ())


def told(value: Any) -> str:
    """A value of a database, as people read it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.10g}"
        case datetime() if value.tzinfo is not None:
            return f"{value.astimezone(UTC).replace(tzinfo=None)}+00"
        case _:
            return short(str(value), LONGEST)


def _numeric(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Columns that hold numbers only."""
    return [
        i
        for i, values in enumerate(zip(*rows, strict=True))
        if all(isinstance(value, Number | Decimal | None) and not isinstance(value, bool) for value in values)
    ]


def _lines(table: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    return [
        BETWEEN.join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
