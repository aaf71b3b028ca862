"""What the tables share: the span of a window, readable numbers, and rows as known at its end."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import touched, updated
from genims_ray.world import DAY, NEVER, Window, World
from genims_ray.world.keys import date_stamp
from genims_ray.world.rows import Bools, Ints, Texts


def span(world: World, window: Window) -> tuple[int, int]:
    """Instants between which something must be alive to be touched; the opening sees what lives at the start."""
    return (world.start if window.is_opening else window.start), window.end


def changed(window: Window, appears: Bools, created: Ints, *later: Ints) -> tuple[Bools, Ints]:
    """Which rows the window records or changes, and when each was last changed; `later` may be NEVER."""
    mask = appears & (created < window.end) & touched(window, created, *later)
    return np.asarray(mask), updated(window, created, *later)


def number(prefix: str, day: Ints, tail: Texts) -> Texts:
    """Readable numbers `<prefix><yyyymmdd>-<tail>`."""
    if not len(day):
        return np.zeros(0, dtype="U1")
    return np.char.add(np.char.add(prefix, np.char.add(date_stamp(day), "-")), tail)


def factory_number(prefix: str, factory_id: Ints, day: Ints, tail: Texts) -> Texts:
    """Readable numbers `<prefix>-F<factory>-<yyyymmdd>-<tail>`."""
    if not len(day):
        return np.zeros(0, dtype="U1")
    head = np.char.mod(f"{prefix}-F%02d-", factory_id)
    return np.char.add(np.char.add(head, np.char.add(date_stamp(day), "-")), tail)


def suffix(entity: Ints, sequence: Ints, digits: int) -> Texts:
    """The part of a number that tells documents of a factory and day apart: line and place in the key, or the
    material of a lot with one digit more than those have."""
    if not len(entity):
        return np.zeros(0, dtype="U1")
    of_line = np.char.add(np.char.mod("%02d", entity % 100), np.char.mod(f"%0{digits}d", sequence))
    of_lot = np.char.add(np.char.mod("%05d", entity % 1_000_000), np.char.mod(f"%0{digits - 1}d", sequence))
    return np.where(entity >= 1_000_000, of_lot, of_line)


def machine_numbers(line_id: Ints, position: Ints) -> Ints:
    return line_id * 100 + position


def warehouse(world: World, factory_id: Ints) -> Ints:
    """The store of each factory."""
    w = world.company.warehouses
    of = dict(zip(w.factory_id.tolist(), w.warehouse_id.tolist(), strict=True))
    return np.array([of[f] for f in factory_id.tolist()], dtype=np.int64)


def day_of(time: Ints) -> Ints:
    """UTC day of each instant."""
    return np.where(time == NEVER, NEVER, time // DAY)
