"""Keys are computed: entity, day of its cell and sequence in the cell, packed into a bigint.

27 bits of entity, 20 bits of day (since 1970-01-01), 16 bits of sequence. Readable document numbers
carry the same three parts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ENTITY_BITS, DAY_BITS, SEQUENCE_BITS = 27, 20, 16
PART_BITS = 56


def key(entity: ArrayLike, day: ArrayLike, sequence: ArrayLike) -> NDArray[np.int64]:
    """The bigint of (entity, day, sequence); broadcasts."""
    if isinstance(entity, int) and isinstance(day, int) and isinstance(sequence, int):
        return np.asarray(_key(entity, day, sequence))[()]
    e, d, s = (np.asarray(part, dtype=np.int64) for part in (entity, day, sequence))
    if e.size and (e.max() >> ENTITY_BITS or e.min() < 0):
        raise ValueError(f"entity {e.max()} does not fit {ENTITY_BITS} bits")
    if s.size and (s.max() >> SEQUENCE_BITS or s.min() < 0):
        raise ValueError(f"sequence {s.max()} does not fit {SEQUENCE_BITS} bits")
    return np.asarray((e << (DAY_BITS + SEQUENCE_BITS)) | (d << SEQUENCE_BITS) | s)


def _key(entity: int, day: int, sequence: int) -> int:
    """One key, which orders are asked for by the thousand."""
    if not 0 <= entity < 1 << ENTITY_BITS:
        raise ValueError(f"entity {entity} does not fit {ENTITY_BITS} bits")
    if not 0 <= sequence < 1 << SEQUENCE_BITS:
        raise ValueError(f"sequence {sequence} does not fit {SEQUENCE_BITS} bits")
    return entity << (DAY_BITS + SEQUENCE_BITS) | day << SEQUENCE_BITS | sequence


def parts(keys: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(entity, day, sequence) of each key."""
    k = np.asarray(keys, dtype=np.int64)
    return (
        k >> (DAY_BITS + SEQUENCE_BITS),
        (k >> SEQUENCE_BITS) & ((1 << DAY_BITS) - 1),
        k & ((1 << SEQUENCE_BITS) - 1),
    )


def part(keys: ArrayLike, number: ArrayLike) -> NDArray[np.int64]:
    """Keys of parts of documents: their numbers stand above the documents' own keys, whose entities take 20 bits."""
    return np.asarray(keys, dtype=np.int64) + (np.asarray(number, dtype=np.int64) << PART_BITS)


def number(prefix: str, entity: ArrayLike, day: ArrayLike, sequence: ArrayLike, digits: int = 2) -> NDArray[np.str_]:
    """Readable numbers such as `WO-L101-20250314-02`; `entity` is printed behind an L."""
    e = np.asarray(entity, dtype=np.int64).astype(str)
    return number_at(prefix, np.char.add("L", e), day, sequence, digits)


def number_at(
    prefix: str, place: NDArray[np.str_], day: ArrayLike, sequence: ArrayLike, digits: int = 1
) -> NDArray[np.str_]:
    """The same of places that have names, such as `L101` or `F01`."""
    if not np.size(day):
        return np.zeros(0, dtype="U1")
    dates = np.datetime_as_string(np.asarray(day, dtype="datetime64[D]"), unit="D")
    dates = np.char.replace(dates, "-", "")
    s = np.char.zfill(np.asarray(sequence, dtype=np.int64).astype(str), digits)
    text = np.char.add(np.char.add(f"{prefix}-", place), np.char.add("-", dates))
    return np.asarray(np.char.add(text, np.char.add("-", s)), dtype=np.str_)


def date_stamp(day: NDArray[np.int64]) -> NDArray[np.str_]:
    """yyyymmdd of each day since 1970-01-01."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    in_year, in_month = (month - year).astype(np.int64) + 1, (date - month).astype(np.int64) + 1
    return np.char.mod("%08d", (year.astype(np.int64) + 1970) * 10_000 + in_year * 100 + in_month)


def joined(*parts: ArrayLike) -> NDArray[np.str_]:
    """Readable numbers from their parts, texts end to end; no texts where one has none."""
    if any(np.ndim(part) and not np.size(part) for part in parts):
        return np.zeros(0, dtype="U1")
    text = np.asarray(parts[0], dtype=np.str_)
    for part in parts[1:]:
        text = np.char.add(text, np.asarray(part, dtype=np.str_))
    return np.asarray(text, dtype=np.str_)


def factory_number(
    prefix: str, factory_id: NDArray[np.int64], day: NDArray[np.int64], tail: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Readable numbers `<prefix>-F<factory>-<yyyymmdd>-<tail>`."""
    return joined(np.char.mod(f"{prefix}-F%02d-", factory_id), date_stamp(day), "-", tail)
