"""Cells: a pure function of an aligned cell of time (or of any key), remembered while there is room.

All cells of a world share one `Memory` with one bound in bytes. What is forgotten is computed again, so neither the
bound nor the order of questions changes an answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sized
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from genims_ray.window import DAY, Window
from genims_ray.world.rows import Ints, Rows

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R", bound=Rows)

MEMORY_BYTES = 128 * 2**20
_OBJECT_BYTES = 64
"""What a Python object takes, about."""
_RECORD_BYTES = 512
"""And a frozen dataclass of a few numbers and texts."""


def nbytes(value: Any) -> int:
    """About the bytes of a value: its arrays, wherever they are in it."""
    if isinstance(value, np.ndarray):
        return int(value.nbytes) + _OBJECT_BYTES
    if is_dataclass(value):
        return sum(nbytes(getattr(value, field.name)) for field in fields(value)) + _OBJECT_BYTES
    if isinstance(value, dict):
        return sum(map(nbytes, value.values())) + _OBJECT_BYTES * (len(value) + 1)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return sum(map(nbytes, value)) + _OBJECT_BYTES if hasattr(value, "__len__") else _OBJECT_BYTES
    return _OBJECT_BYTES


def records(values: Sized) -> int:
    """About the bytes of a list of records, without what they refer to."""
    return _RECORD_BYTES * (len(values) + 1)


class Memory:
    """Room for what has been computed; what was asked for longest ago goes first."""

    def __init__(self, most: int = MEMORY_BYTES) -> None:
        self.most = most
        self.bytes = 0
        self._kept: OrderedDict[tuple[int, Hashable], tuple[Any, int]] = OrderedDict()
        self._owners = 0

    def owner(self) -> int:
        """A number of its own for each who keeps something here."""
        self._owners += 1
        return self._owners

    def get(self, owner: int, key: Hashable) -> Any:
        """What was kept, or None."""
        found = self._kept.get((owner, key))
        if found is None:
            return None
        self._kept.move_to_end((owner, key))
        return found[0]

    def put(self, owner: int, key: Hashable, value: Any, size: int | None = None) -> None:
        """Keep a value of `size` bytes; they are counted if not given."""
        before = self._kept.pop((owner, key), None)
        size = nbytes(value) if size is None else size
        self._kept[owner, key] = value, size
        self.bytes += size - (before[1] if before else 0)
        while self.bytes > self.most and len(self._kept) > 1:
            self.bytes -= self._kept.popitem(last=False)[1][1]


class Cells(Generic[K, T]):
    """`compute` of a key, which is computed once and then remembered."""

    def __init__(self, memory: Memory, compute: Callable[[K], T], size: Callable[[T], int] = nbytes) -> None:
        """`size` are about the bytes of a value: of one that refers to what others own, but for that."""
        self._memory, self._compute, self._size = memory, compute, size
        self._owner = memory.owner()

    def __getitem__(self, key: K) -> T:
        found: T | None = self._memory.get(self._owner, key)
        if found is None:
            found = self._compute(key)
            self._memory.put(self._owner, key, found, self._size(found))
        return found

    def known(self, key: K) -> bool:
        return self._memory.get(self._owner, key) is not None

    def put(self, key: K, value: T) -> None:
        """Remember what came from elsewhere."""
        self._memory.put(self._owner, key, value, self._size(value))


class Days(Cells[int, R], Generic[R]):
    """Rows by cells of `days` days: `compute` of a cell's number gives the rows of the days [cell * days, (cell + 1)
    * days) since 1970-01-01."""

    def __init__(self, memory: Memory, compute: Callable[[int], R], days: int = 1, first: int | None = None) -> None:
        """No rows are asked for before day `first`."""
        super().__init__(memory, compute)
        self._days, self._first = days, first

    def of(self, first: int, last: int) -> R:
        """The rows of all cells that hold days first <= day < last."""
        if self._first is not None:
            first = max(first, self._first)
        numbers = range(first // self._days, -(-max(last, first + 1) // self._days))
        parts = [self[number] for number in numbers]
        return parts[0].joined(parts)

    def between(self, window: Window, before: int = 0, after: int = 0) -> R:
        """The rows recorded in a window; rows of a day are recorded up to `before` days after and `after` days before
        it."""
        return self.of(window.start // DAY - before, -(-window.end // DAY) + after).between(window)


class Touched(Generic[R]):
    """Rows that change over time, asked for those that change in a window.

    Most windows are short and nothing happens in them, so what changes is kept by UTC day, with its instants in order.
    """

    def __init__(self, memory: Memory, living: Callable[[Window], R]) -> None:
        """`living` gives all rows that may change in a window; that of the opening is asked for it alone."""
        self._living = living
        self._days: Cells[int, tuple[R, R, Ints]] = Cells(memory, self._of_day)

    def between(self, window: Window) -> R:
        """The rows that change in a window, in the order of `living`."""
        if not _within_a_day(window):
            return self._living(window).touched(window)
        rows, none, instants = self._days[window.start // DAY]
        return rows.touched(window) if _met(instants, window) else none

    def _of_day(self, day: int) -> tuple[R, R, Ints]:
        window = Window.of_days(day)
        rows = self._living(window).touched(window)
        return rows, rows.where(np.zeros(0, dtype=np.int64)), np.sort(rows.instants)


class Instants:
    """Whether anything happens in a window: by UTC day, when something does."""

    def __init__(self, memory: Memory, instants: Callable[[Window], Ints]) -> None:
        """`instants` gives those of a window, and maybe others."""
        self._days: Cells[int, Ints] = Cells(memory, lambda day: np.sort(instants(Window.of_days(day))))

    def lie_in(self, window: Window) -> bool:
        """Whether one lies in the window; of longer ones than a day this is taken for granted."""
        return not _within_a_day(window) or _met(self._days[window.start // DAY], window)


class Diary:
    """Whether anything happens in a window that a table tells of: by the table's name and UTC day, when it does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._tables: dict[str, Cells[int, Ints]] = {}

    def quiet(self, table: str, window: Window, instants: Callable[[Window], Ints]) -> bool:
        """Whether the window holds none of the instants at which the rows of `table` change; not of longer windows than
        a day. `instants` gives those of a day, and maybe others."""
        if not _within_a_day(window):
            return False
        days = self._tables.get(table)
        if days is None:
            days = self._tables[table] = Cells(self._memory, lambda day: _distinct(instants(Window.of_days(day)), day))
        return not _met(days[window.start // DAY], window)


def _distinct(instants: Ints, day: int) -> Ints:
    """Those of a UTC day, in order."""
    return np.unique(instants[instants // DAY == day])


def _within_a_day(window: Window) -> bool:
    return not window.is_opening and window.start // DAY == (window.end - 1) // DAY


def _met(instants: Ints, window: Window) -> bool:
    """Whether one of the instants, in order, lies in a window."""
    first = int(np.searchsorted(instants, window.start))
    return first < len(instants) and bool(instants[first] < window.end)
