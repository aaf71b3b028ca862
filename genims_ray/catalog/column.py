"""A column as sql/<module>.sql declares it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from genims_ray.catalog.types import arrow_type, unit_of


@dataclass(frozen=True)
class Column:
    """One column; `type` is PostgreSQL's canonical name, as `format_type` prints it."""

    name: str
    type: str
    nullable: bool
    comment: str = ""
    """The prose of the comment, without the reference at its end."""
    default: str | None = None

    @property
    def arrow(self) -> pa.DataType:
        return arrow_type(self.type)

    @property
    def unit(self) -> str | None:
        """The unit of measure, read from the comment's `[...]` or else from the column's name."""
        return unit_of(self.name, self.type, self.comment)
