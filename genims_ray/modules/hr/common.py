"""What the tables share: superiors, the people in human resources, keys of documents, accounts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from genims_ray.modules.asof import Columns
from genims_ray.modules.hr.catalogue import ROLE_NUMBER
from genims_ray.world import DAY, HOUR, Window, World, dates
from genims_ray.world.company.seats import Seats
from genims_ray.world.people.careers import PERIOD_DAYS, Careers, period_start
from genims_ray.world.rows import Ints, Texts

CODES = np.array(["E", "L", "N", "D"])
"""Shift codes by shift: early, late, night, office day."""
CREWS = np.array(["A", "B", "C", "D", ""])
OPEN_DAYS = 1_200
"""How far back something that is still open may have begun."""


def seats(world: World) -> Seats:
    return world.people.seats


def careers(world: World) -> Careers:
    return world.people.careers


def standing(window: Window, columns: Columns) -> Columns:
    """All rows in the opening window, none elsewhere."""
    if window.is_opening:
        return columns
    return {name: values[:0] for name, values in columns.items()}


def entered(world: World, what: str, ids: ArrayLike) -> Ints:
    """When rows of a catalogue were keyed in: some day in the years before the start."""
    i = np.asarray(ids, dtype=np.int64)
    day = world.start // DAY - 60 - np.floor(1_500 * world.rng.uniform(f"{what} entered on", i)).astype(np.int64)
    return dates.entered(world.rng, what, i, day)


def first_recorded_day(world: World) -> int:
    """First day of attendance on record: of the pay period before the one which the start lies in, as pay for
    it may be open."""
    return int(period_start(world.start // DAY)) - PERIOD_DAYS


def number(prefix: str, entity: ArrayLike, day: Ints, sequence: ArrayLike | None = None) -> Texts:
    """Readable numbers such as `LV-1023-20250314-02`."""
    if not len(day):
        return np.zeros(0, dtype="U1")
    date = np.char.replace(np.datetime_as_string(day.astype("datetime64[D]"), unit="D"), "-", "")
    text = np.char.add(np.char.add(f"{prefix}-", np.asarray(entity).astype(str)), np.char.add("-", date))
    if sequence is None:
        return np.asarray(text)
    tail = np.char.zfill(np.asarray(sequence, dtype=np.int64).astype(str), 2)
    return np.asarray(np.char.add(text, np.char.add("-", tail)))


def superior(world: World, employee_id: Ints, day: Ints | int) -> Ints:
    return world.people.offices.superior(employee_id, day)


def human_resources(world: World, seat: Ints, day: Ints | int, other_than: Ints) -> Ints:
    return world.people.offices.human_resources(seat, day, other_than)


def holder(world: World, seat: Ints, day: Ints | int) -> Ints:
    return world.people.offices.holder(seat, day)


def superior_seat(world: World) -> Ints:
    return world.people.offices.superior_seat


def recorded_at(world: World, employee_id: Ints) -> Ints:
    """When each person's record was entered in the personnel master."""
    return dates.entered(world.rng, "employee", employee_id, careers(world).signed(employee_id))


def over_at(last_day: Ints) -> Ints:
    """When a last day is over in every time zone."""
    return np.asarray((last_day + 1) * DAY + 16 * HOUR)


def after(world: World, what: str, ids: ArrayLike, least: float, most: float) -> Ints:
    """Seconds, uniform between so many days."""
    u = world.rng.uniform(what, ids)
    return np.floor((least + (most - least) * u) * DAY).astype(np.int64)


def job_role_id(world: World, employee_id: Ints, level: Ints) -> Ints:
    """Job role of each person at a level (0 to 3)."""
    role = seats(world).role[careers(world).place(employee_id)[1]]
    return np.array([10 * ROLE_NUMBER[r] for r in role.tolist()], dtype=np.int64) + level + 1


def pick(world: World, what: str, options: tuple[str, ...], *coords: Any) -> Texts:
    """One of the options, evenly."""
    u = world.rng.uniform(what, *coords)
    return np.asarray(np.array(options)[np.minimum((u * len(options)).astype(np.int64), len(options) - 1)])


def weighted(world: World, what: str, options: dict[str, float], *coords: Any) -> Texts:
    """One of the options, by weight."""
    u = world.rng.uniform(what, *coords) * sum(options.values())
    edges = np.cumsum(list(options.values()))[:-1]
    return np.asarray(np.array(list(options))[np.searchsorted(edges, u)])
