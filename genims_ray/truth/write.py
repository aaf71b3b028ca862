"""Truth as Parquet files, with a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from genims_ray.errors import UserError
from genims_ray.truth.files import DATE, INSTANT, Columns, File

LIST = "truth.json"


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    file: File
    rows: int
    bytes: int


def refuse_existing(folder: Path, files: Iterable[File]) -> None:
    """UserError naming what of `files` is in `folder` already, or what stands in its place."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is no folder: name another with --out")
    there = [name for name in (*(f"{file.name}.parquet" for file in files), LIST) if (folder / name).exists()]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise UserError(f"{folder} holds {there[0]}{more} already: add --replace, or name another with --out")


def forget(folder: Path, files: Iterable[File]) -> bool:
    """Delete what `write` left in the folder, and nothing else; false if there was nothing."""
    if not (folder / LIST).is_file():
        return False
    for name in (*(f"{file.name}.parquet" for file in files), LIST):
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):  # where others put something beside it
        folder.rmdir()
    return True


def arrow(file: File, columns: Columns, about: Mapping[str, Any]) -> pa.Table:
    """The table of a file; `about` goes into its metadata, with what the file and its columns are."""
    if (given := list(columns)) != (named := [column.name for column in file.columns]):
        raise ValueError(f"{file.name} has columns {given}, not {named}")
    fields, arrays = [], []
    for column in file.columns:
        facts = {"description": column.comment} | ({"refers": column.refers} if column.refers else {})
        fields.append(pa.field(column.name, column.type, metadata=facts))
        arrays.append(_array(column.type, columns[column.name]))
    described = {"description": file.comment} | {f"genims.{key}": str(value) for key, value in about.items()}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=described))


def _array(type_: pa.DataType, values: Any) -> pa.Array:
    mask = np.ma.getmaskarray(values) if np.ma.isMaskedArray(values) else None
    data = np.ma.getdata(values)
    if type_ == INSTANT:
        return pa.array(data.astype("datetime64[s]").astype("datetime64[ms]"), type_, mask=mask)
    if type_ == DATE:
        return pa.array(data.astype("datetime64[D]"), type_, mask=mask)
    return pa.array(data, type_, mask=mask)


def write(folder: Path, tables: Mapping[File, pa.Table], about: Mapping[str, Any]) -> list[Written]:
    """Write every file, and last the list. Each appears whole or not at all. `UserError` where that is impossible."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LIST).unlink(missing_ok=True)
        for file, table in tables.items():
            path = folder / f"{file.name}.parquet"
            new = path.with_suffix(".new")
            pq.write_table(table, new, compression="zstd")
            new.replace(path)
            written.append(Written(file, table.num_rows, path.stat().st_size))
        new = folder / f"{LIST}.new"
        new.write_text(json.dumps({**about, "files": [_listed(each) for each in written]}, indent=1) + "\n")
        new.replace(folder / LIST)
    except OSError as error:
        raise UserError(f"cannot write {folder}: {error.strerror or error}") from None
    return written


def _listed(written: Written) -> dict[str, Any]:
    file = written.file
    return {
        "file": f"{file.name}.parquet",
        "rows": written.rows,
        "description": file.comment,
        "columns": {
            column.name: {"type": str(column.type), "description": column.comment}
            | ({"refers": column.refers} if column.refers else {})
            for column in file.columns
        },
    }
