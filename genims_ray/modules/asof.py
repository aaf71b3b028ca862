"""Rows as their system knew them: touched in the window, and holding nothing later than its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.window import Window
from genims_ray.world.rows import Bools, Ints, Rows

Columns = dict[str, Any]

_MA: Any = np.ma  # its functions carry no types


def within(window: Window, times: Ints) -> Bools:
    """Which instants lie in the window: the facts that it records."""
    return np.asarray((times >= window.start) & (times < window.end))


def touched(window: Window, *times: Ints) -> Bools:
    """Which rows change in the window: any of their instants lies in it (negative: never happened)."""
    mask = within(window, times[0])
    for more in times[1:]:
        mask = mask | (within(window, more) & (more > 0))
    return mask


def known(window: Window, at: Ints, values: ArrayLike) -> Any:
    """`values`, masked where the instant they become known (`at`) is not before the window's end."""
    return np.ma.masked_array(values, mask=~happened(window, at))


def happened(window: Window, at: Ints) -> Bools:
    """Which instants lie before the window's end (negative: never)."""
    return np.asarray((at >= 0) & (at < window.end))


def updated(window: Window, *times: Ints) -> Ints:
    """The latest of each row's instants that the window's end has passed; the first one is its recording."""
    latest = times[0].copy()
    for more in times[1:]:
        latest = np.where(happened(window, more), np.maximum(latest, more), latest)
    return latest


def joined(parts: Sequence[Any]) -> Any:
    """Arrays end to end, masks kept."""
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        return _MA.concatenate(parts)
    return np.concatenate(parts)


def nothing(n: int, dtype: Any = np.float64) -> Any:
    """A column of NULLs."""
    return _MA.masked_all(n, dtype=dtype)


def nothing_like(column: Any) -> Any:
    """NULLs in place of a column's values."""
    return _MA.masked_all_like(column)


def rows(columns: Columns, mask: Bools) -> Columns:
    """The chosen rows of all columns."""
    return {name: values[mask] for name, values in columns.items()}


def unless(values: Any, none: Any = 0) -> Any:
    """`values`, NULL where they are `none`, which stands for nothing."""
    found = np.asarray(values)
    return np.ma.masked_array(found, mask=found == none)


def only(mask: Bools, values: Any) -> Any:
    """`values`, NULL where the mask is false."""
    return np.ma.masked_array(values, mask=~mask)


def latest(window: Window, found: Rows) -> Ints:
    """The last of each row's instants that the window's end has passed."""
    instants = [getattr(found, name) for name in found.INSTANTS]
    return np.asarray(np.max([np.where(happened(window, at), at, -1) for at in instants], axis=0))
