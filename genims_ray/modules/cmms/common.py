"""What the tables share: the orders of a window, keys of their parts, who is who, amounts of money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from genims_ray.modules.asof import Columns, happened
from genims_ray.world import DAY, Window, World
from genims_ray.world.maintenance import Job
from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.rows import Ints

CHILD_BITS = 56
"""Keys of an order's parts carry their number above the order's own key, whose entity takes 20 bits."""
TASK, LABOUR, COST_OF_LABOUR, COST_OF_PARTS, COST_OF_CALL = 0, 0, 32, 96, 97
"""First numbers of an order's steps, bookings and cost lines."""
OFFICE = 36_000
"""Second of the day at which masters are entered."""


def orders(world: World, window: Window) -> list[Job]:
    """Orders that the window records or changes; in the opening, those that stand."""
    jobs = world.maintenance.jobs
    return jobs.standing(world.start) if window.is_opening else jobs.between(window.start, window.end)


def child(key: int, number: int) -> int:
    """Key of a part of an order."""
    return key + (number << CHILD_BITS)


def ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def texts(values: Iterable[str]) -> Any:
    """Texts, NULL where empty."""
    found = np.array(list(values), dtype=object)
    return np.ma.array(found, mask=found == "")


def unless(values: Iterable[int], none: int = 0) -> Any:
    """Integers, NULL where there is none."""
    found = ints(values)
    return np.ma.array(found, mask=found == none)


def instants(window: Window, values: Iterable[int]) -> Any:
    """Times, NULL where they are not known by the window's end."""
    found = ints(values)
    return np.ma.array(found, mask=~happened(window, found))


def where(mask: Sequence[bool] | np.ndarray, values: Iterable[Any], dtype: Any = np.int64) -> Any:
    """Values, NULL where the mask is false."""
    return np.ma.array(np.array(list(values), dtype=dtype), mask=~np.asarray(mask, dtype=bool))


def seen(window: Window, time: int) -> bool:
    """Whether an instant has passed by the window's end."""
    return 0 <= time < window.end


def latest(window: Window, times: Iterable[int]) -> int:
    """The last of the instants that have passed by the window's end."""
    return max(t for t in times if seen(window, t))


def hundredths(seconds: int, of: int) -> int:
    """Seconds in hundredths of a longer unit, halves up."""
    return (200 * seconds + of) // (2 * of)


def technician_id(world: World, employee_id: int) -> int:
    return world.maintenance.technicians.technician(employee_id).technician_id if employee_id else 0


def cost_center(asset: Asset) -> int:
    return asset.factory_id * 10 + (1 if asset.machine_id else 2)


def team(world: World, asset: Asset) -> int:
    """The team an asset is given to: its plant's, or the specialists where they are at home."""
    field = {"robot": "robotics", "weld_cell": "robotics", "press": "hydraulics", "injection_moulding": "hydraulics"}
    wanted = field.get(asset.kind, "") if asset.machine_id else "utilities"
    for t in world.maintenance.technicians.teams:
        if t.specialization and t.specialization == wanted and t.factory_id == asset.factory_id:
            return t.team_id
    return asset.factory_id * 10 + 1


def planner(world: World, factory_id: int, time: int) -> int:
    """Who plans the work of a factory at an instant; the manager where nobody else does."""
    posts = world.layout.posts[factory_id].staff
    return int(world.people.holder(factory_id, posts.start + min(1, len(posts) - 1), time // DAY))


def storekeeper(world: World, factory_id: int, time: int) -> int:
    """Who keeps the store of spare parts: the warehouse's people in turn, or the manager where there is none."""
    posts = world.layout.posts[factory_id]
    here = posts.warehouse or posts.staff[:1]
    return int(world.people.holder(factory_id, here[time // DAY % len(here)], time // DAY))


def supervisor(world: World, factory_id: int, time: int) -> int:
    """The supervisor on duty at an instant."""
    plan = world.maintenance.plan
    day, shift = plan.day_of(factory_id, time), plan.shift_of(factory_id, time)
    return int(world.people.supervisor(factory_id, day, shift))


def lost_parts(world: World, jobs: Sequence[Job]) -> list[int]:
    """Parts that the ideal cycle would have made while failures and repairs stopped the machine."""
    lines = {line.line_id: i for i, line in enumerate(world.lines)}
    rows = [k for k, job in enumerate(jobs) if job.damage and job.asset.machine_id]
    lost = [0] * len(jobs)
    if rows:
        stops = [jobs[k].event or jobs[k].stop for k in rows]
        line = ints(lines[jobs[k].asset.line_id] for k in rows)
        _, ideal = world.shopfloor.production.orders_at(line, ints(s.start for s in stops if s is not None))
        for k, cycle in zip(rows, ideal.tolist(), strict=True):
            lost[k] = int(jobs[k].stopped // cycle)
    return lost


def empty(columns: Columns) -> Columns:
    """No columns if there are no rows."""
    return columns if len(next(iter(columns.values()))) else {}


def stamp(day: int) -> str:
    """yyyymmdd of a day."""
    return str(np.datetime64(day, "D")).replace("-", "")


def number(prefix: str, job: Job) -> str:
    """Readable number of an order or what belongs to it."""
    return f"{prefix}-{job.asset.code}-{stamp(job.day)}-{job.number_sequence}"
