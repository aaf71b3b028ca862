"""Rows: a table of events, the form in which all areas speak.

A table is a frozen dataclass that derives from `Rows`; its fields are arrays whose first axes are aligned, a row being
one event. What can be done with it is the same everywhere: `where`, `joined`, `ordered`, `between`, `touched`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, ClassVar, Self, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from genims_ray.window import NEVER, Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]
Words = NDArray[np.uint64]
"""Random bits."""


class Rows:
    """Aligned arrays; see the module."""

    TIME: ClassVar[str] = "time"
    """The field by which `between` chooses: the UTC second at which a row is recorded."""
    INSTANTS: ClassVar[tuple[str, ...]] = ()
    """Fields with the UTC seconds at which a row changes, negative where that does not happen: see `touched`. The
    first one is when the row is recorded."""

    _fields: ClassVar[tuple[str, ...]]
    _types: ClassVar[dict[str, np.dtype[Any]]]

    def __len__(self) -> int:
        return len(getattr(self, _names(type(self))[0]))

    @classmethod
    def none(cls, **shapes: tuple[int, ...]) -> Self:
        """No rows; `shapes` are the further axes of fields that have more than one."""
        return cls(**{name: np.zeros((0, *shapes.get(name, ())), dtype) for name, dtype in _dtypes(cls).items()})

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """The rows of all parts, one part after the other."""
        every = list(parts)
        if len(every) == 1:
            return every[0]
        filled = [part for part in every if len(part)] or every[:1]
        if not filled:
            return cls.none()
        if len(filled) == 1:
            return filled[0]
        return cls(**{name: np.concatenate([getattr(part, name) for part in filled]) for name in _names(cls)})

    def where(self, rows: Bools | Ints) -> Self:
        """The rows of a mask, or at places in their order."""
        return type(self)(**{name: getattr(self, name)[rows] for name in _names(type(self))})

    def ordered(self, *names: str) -> Self:
        """The rows in ascending order of the named fields, the first of them above the others; stable."""
        if len(self) < 2:
            return self
        return self.where(np.lexsort([getattr(self, name) for name in reversed(names)]))

    def between(self, window: Window) -> Self:
        """The rows recorded in a window."""
        return self._chosen(_within(window, getattr(self, self.TIME)))

    def touched(self, window: Window) -> Self:
        """The rows that change in a window, and are recorded before its end: one of their instants lies in it."""
        recorded = getattr(self, self.INSTANTS[0])
        mask = _within(window, recorded) & (recorded != NEVER)
        for name in self.INSTANTS[1:]:
            at = getattr(self, name)
            met = _within(window, at) & (at >= 0)
            mask |= met if met.ndim == 1 else met.any(axis=1)
        return self._chosen(mask & (recorded < window.end))

    @property
    def instants(self) -> Ints:
        """All UTC seconds at which rows change, with negative ones."""
        return np.concatenate([np.ravel(getattr(self, name)) for name in self.INSTANTS])

    def columns(self, names: Sequence[str] = ()) -> dict[str, NDArray[Any]]:
        """The arrays by the names of their fields."""
        return {name: getattr(self, name) for name in names or _names(type(self))}

    def _chosen(self, mask: Bools) -> Self:
        return self if mask.all() else self.where(mask)


def _within(window: Window, time: Ints) -> Bools:
    return (time >= window.start) & (time < window.end)


def _names(cls: type[Rows]) -> tuple[str, ...]:
    found = cls.__dict__.get("_fields")
    if found is None:
        found = tuple(field.name for field in fields(cls))  # type: ignore[arg-type]  # those that derive from it are
        cls._fields = found
    return found


def _dtypes(cls: type[Rows]) -> dict[str, np.dtype[Any]]:
    """From the annotations: NDArray[np.int64] is an array of int64."""
    found = cls.__dict__.get("_types")
    if found is None:
        hints, found = get_type_hints(cls), {}
        for name in _names(cls):
            scalar = get_args(get_args(hints[name])[1])[0]
            found[name] = np.dtype("U1" if scalar is np.str_ else object if scalar is np.object_ else scalar)
        cls._types = found
    return found
