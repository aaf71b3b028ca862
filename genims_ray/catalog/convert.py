"""Columns of numpy, Python or Arrow values as an Arrow table of exactly the declared types.

ADBC's COPY checks no types, so every batch passes here. Accepted, by the column's type:

- integers: any integer array whose values fit; never floats.
- double precision, real: float or integer arrays without NaN or infinity. `real` rounds.
- numeric(p,s): integers counted in units of 10^-s, so money in numeric(14,2) is handed over as integer
  cents; or Decimals; never floats.
- timestamptz: integers in seconds since 1970-01-01 UTC, datetime64 (UTC), or datetimes with a time zone.
- date: integers in days since 1970-01-01, datetime64[D], or dates.
- time: integers in seconds since midnight, or times.
- text: str arrays, lists, or a DictionaryArray (decoded); boolean: bool arrays.

NULL is a masked element of a numpy masked array, None in a list or object array, or an Arrow null.
An array of exactly the right dtype is used as it is, without a copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genims_ray.catalog.column import Column
from genims_ray.catalog.names import suggestion

Array = npt.NDArray[Any]

FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
"""0001-01-01 and 9999-12-31 23:59:59 UTC: what Python, Arrow and PostgreSQL can all name."""
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
SECONDS_A_DAY = 86_400
MICRO = 1_000_000


class _Refused(Exception):
    """Why a column cannot be converted; `convert_table` adds the column's name."""


def convert_table(name: str, columns: Sequence[Column], values: Mapping[str, Any]) -> pa.Table:
    """`values` by column as a pa.Table of exactly `columns`; ValueError names what is wrong, in table `name`."""
    if values.keys() != {column.name for column in columns}:
        raise ValueError(_difference(name, columns, values))
    arrays = []
    for column in columns:
        try:
            arrays.append(_convert(column, values[column.name]))
        except _Refused as refusal:
            raise ValueError(f"{name}.{column.name} ({column.type}): {refusal}") from refusal.__cause__
    rows = len(arrays[0])
    for column, array in zip(columns, arrays, strict=True):
        if len(array) != rows:
            raise ValueError(
                f"{name}.{column.name}: {len(array)} values, but {columns[0].name} has {rows}; columns must be of one "
                "length"
            )
    return pa.Table.from_arrays(arrays, schema=schema(columns))


def schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of columns."""
    return pa.schema([pa.field(c.name, c.arrow, nullable=c.nullable) for c in columns])


def _difference(name: str, columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    declared = [column.name for column in columns]
    missing = [column for column in declared if column not in values]
    unknown = [column for column in values if column not in declared]
    parts = [f"{name}.{column}: unknown column{suggestion(column, missing)}" for column in unknown]
    if missing:
        parts.append(f"{name}: missing {', '.join(missing)}")
    return "; ".join(parts)


def _convert(column: Column, values: Any) -> pa.Array:
    target = column.arrow
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufM":
        array = _from_numpy(target, *_values_and_mask(values))
    else:
        array = _from_python(target, values)
    if array.null_count and not column.nullable:
        first = int(np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False))[0])
        raise _Refused(f"NULL in {array.null_count} of {len(array)} rows, first in row {first}, but NOT NULL")
    return array


def _values_and_mask(values: Array) -> tuple[Array, Array | None]:
    """The values, zero where masked (what lies under a mask never matters), and the mask if it masks any."""
    if values.ndim != 1:
        raise _Refused(f"expected one dimension, got an array of shape {values.shape}")
    if isinstance(values, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(values)
        if mask.any():
            return np.where(mask, np.zeros((), values.dtype), values.data), mask
        values = values.data
    return values, None


def _from_numpy(target: pa.DataType, values: Array, mask: Array | None) -> pa.Array:
    kind = values.dtype.kind
    if pa.types.is_boolean(target):
        if kind != "b":
            raise _Refused(f"expected booleans, got {values.dtype}")
        return pa.array(values, mask=mask)
    if pa.types.is_integer(target):
        return _fixed(target, _integers(values, np.dtype(target.to_pandas_dtype())), mask)
    if pa.types.is_floating(target):
        return _fixed(target, _floats(values, np.dtype(target.to_pandas_dtype())), mask)
    if pa.types.is_decimal(target):
        return _fixed(target, _decimals(values, target), mask)
    if pa.types.is_timestamp(target):
        return _fixed(target, _microseconds(values), mask)
    if pa.types.is_date(target):
        return _fixed(target, _days(values), mask)
    if pa.types.is_time(target):
        return _fixed(target, _time_of_day(values), mask)
    raise _Refused(f"expected text, got {values.dtype}")


def _fixed(target: pa.DataType, values: Array, mask: Array | None) -> pa.Array:
    """An Arrow array over the memory of `values`, whose bytes are already what `target` stores."""
    values = np.ascontiguousarray(values)
    validity = None if mask is None else pa.array(~mask).buffers()[1]
    return pa.Array.from_buffers(target, values.shape[0], [validity, pa.py_buffer(values)])


def _integers(values: Array, target: np.dtype[Any]) -> Array:
    if values.dtype == target:
        return values
    if values.dtype.kind not in "iu":
        raise _Refused(f"expected integers, got {values.dtype}; floats are not rounded here")
    bounds = np.iinfo(target)
    _within(values, int(bounds.min), int(bounds.max), "")
    return values.astype(target)


def _floats(values: Array, target: np.dtype[Any]) -> Array:
    if values.dtype.kind not in "iuf":
        raise _Refused(f"expected numbers, got {values.dtype}")
    if values.dtype.kind in "iu":
        exact = 2 ** (np.finfo(target).nmant + 1)
        _within(values, -exact, exact, " exactly")
        return values.astype(target)
    with np.errstate(over="ignore"):
        converted = values if values.dtype == target else values.astype(target)
    finite = np.isfinite(converted)
    if not finite.all():
        row = int(np.argmin(finite))
        hint = "; NULL is a masked array" if np.isnan(values[row]) else ""
        raise _Refused(f"{values[row]} in row {row} is not a finite number here{hint}")
    return converted


def _decimals(values: Array, target: pa.Decimal128Type) -> Array:
    """128-bit little-endian integers, as pairs of int64: the value and its sign."""
    if values.dtype.kind not in "iu":
        raise _Refused(
            f"expected integers in units of 10^-{target.scale}{' (cents)' if target.scale == 2 else ''} "
            f"or Decimals, got {values.dtype}"
        )
    largest = min(10**target.precision - 1, 2**63 - 1)
    _within(values, -largest, largest, f" in units of 10^-{target.scale}")
    pairs = np.empty((len(values), 2), dtype="<i8")
    pairs[:, 0] = values
    np.right_shift(pairs[:, 0], 63, out=pairs[:, 1])
    return pairs


def _microseconds(values: Array) -> Array:
    if values.dtype.kind == "M":
        if np.datetime_data(values.dtype) == ("s", 1):
            return _microseconds(values.astype("<M8[s]", copy=False).view("<i8"))
        exact = values.astype("<M8[us]", copy=False)
        if exact.dtype != values.dtype and not (exact.astype(values.dtype) == values).all():
            raise _Refused("times finer than a microsecond, or NaT")
        micros = exact.view("<i8")
        _within(micros, FIRST_SECOND * MICRO, LAST_SECOND * MICRO + MICRO - 1, " (microseconds; NaT is not NULL)")
        return micros
    if values.dtype.kind not in "iu":
        raise _Refused(f"expected integer seconds since 1970-01-01 UTC or datetime64, got {values.dtype}")
    _within(values, FIRST_SECOND, LAST_SECOND, " (seconds since 1970-01-01, years 1 to 9999)")
    return np.multiply(values, MICRO, dtype=np.int64, casting="unsafe")


def _days(values: Array) -> Array:
    if values.dtype.kind == "M":
        if np.datetime_data(values.dtype) != ("D", 1):
            raise _Refused(f"expected datetime64[D] or integer days, got {values.dtype}")
        values = values.view("<i8")
    elif values.dtype.kind not in "iu":
        raise _Refused(f"expected integer days since 1970-01-01 or datetime64[D], got {values.dtype}")
    _within(values, FIRST_DAY, LAST_DAY, " (days since 1970-01-01, years 1 to 9999; NaT is not NULL)")
    return values.astype(np.int32, copy=False)


def _time_of_day(values: Array) -> Array:
    if values.dtype.kind not in "iu":
        raise _Refused(f"expected integer seconds since midnight, got {values.dtype}")
    _within(values, 0, SECONDS_A_DAY - 1, " (seconds since midnight)")
    return np.multiply(values, MICRO, dtype=np.int64, casting="unsafe")


def _within(values: Array, low: int, high: int, what: str) -> None:
    """Refuses `values` outside [low, high], naming the first."""
    if len(values) and (int(values.min()) < low or int(values.max()) > high):
        row = int(np.argmax((values < low) | (values > high)))
        raise _Refused(f"{values[row]} in row {row} is out of range [{low}, {high}]{what}")


def _from_python(target: pa.DataType, values: Any) -> pa.Array:
    """Lists, object and string arrays, and Arrow arrays."""
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise _Refused(f"expected a column of values, got {type(values).__name__}")
    if isinstance(values, np.ma.MaskedArray):
        values, mask = values.data, np.ma.getmaskarray(values)
        values = np.where(mask, np.array(None, dtype=object), values) if mask.any() else values
    try:
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # no chunks at all
            array = pa.array([], array.type)
        if isinstance(array, pa.DictionaryArray):
            array = array.dictionary_decode()
        return _from_arrow(target, array)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise _Refused(" ".join(str(error).split())) from error


def _from_arrow(target: pa.DataType, array: pa.Array) -> pa.Array:
    """An Arrow array, under the same rules as numpy's."""
    source = array.type
    if source == target and not pa.types.is_floating(target):
        return array
    if pa.types.is_null(source):
        return array.cast(target)
    if pa.types.is_integer(source) or pa.types.is_floating(source) or pa.types.is_boolean(source):
        mask = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
        filled = array if mask is None else array.fill_null(False if pa.types.is_boolean(source) else 0)
        return _from_numpy(target, filled.to_numpy(zero_copy_only=False), mask)
    if pa.types.is_timestamp(target) and pa.types.is_timestamp(source) and source.tz is None:
        raise _Refused("expected datetimes with a time zone, got naive ones")
    same_family = (
        (pa.types.is_timestamp(target) and pa.types.is_timestamp(source))
        or (pa.types.is_date(target) and pa.types.is_date32(source))
        or (pa.types.is_time(target) and pa.types.is_time(source))
        or (pa.types.is_decimal(target) and pa.types.is_decimal(source))
        or (pa.types.is_string(target) and (pa.types.is_large_string(source) or pa.types.is_string_view(source)))
    )
    if not same_family:
        raise _Refused(f"expected {target}, got {source}")
    return array.cast(target)
