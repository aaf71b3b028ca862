"""Drawing a plant: a command line within what the settings' limits allow."""

from __future__ import annotations

import math
import random
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from genims_ray import config as configuration
from genims_ray import estimate, limits
from genims_ray.catalog import Catalog
from genims_ray.config import Config, compose
from genims_ray.config.checks import FIRST_START
from genims_ray.errors import UsageError
from genims_ray.world import DAY, OPENING, Window, World

MOST_ROWS = 1_500_000
"""A plant that would have more, by the estimate, is drawn again: it says no more, and takes minutes."""
LAST_START = date(2090, 12, 31)
TRIES = 200
LARGEST = 1e7
"""The end of a limit that is drawn; more is no other case."""
INTERVALS = ("interval_seconds", "scada_interval_seconds", "health_interval_hours")
"""Settings that have to divide a day."""


@dataclass(frozen=True)
class Trial:
    """A plant to be tried: the settings of a run's command line."""

    settings: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(map(shlex.quote, self.settings))

    def config(self) -> Config:
        """Raises `UsageError` where the check refuses the settings."""
        return _config(self.settings)

    def smaller(self) -> Iterator[Trial]:
        """Plants like this one with less to look at."""
        for i, setting in enumerate(self.settings):
            name, _, value = setting.partition("=")
            if name not in ("seed", "start", "scale", "days"):
                yield Trial(self.settings[:i] + self.settings[i + 1 :])
            elif name == "scale" and value != "tiny":
                yield self._with(i, "scale=tiny")
            elif name == "days" and value.isdecimal():
                yield from (self._with(i, f"days={n}") for n in {1, int(value) // 2} if 0 < n < int(value))

    def _with(self, position: int, setting: str) -> Trial:
        return Trial((*self.settings[:position], setting, *self.settings[position + 1 :]))


@lru_cache(maxsize=2)
def _config(settings: tuple[str, ...]) -> Config:
    return configuration.load(settings)


def plants(seed: int, catalog: Catalog, scale: str | None = None) -> Iterator[Trial]:
    """Plants of a seed for ever, all of `scale` if that is given; those that the check refuses are passed over."""
    number = 0
    while True:
        number += 1
        yield plant(random.Random(f"{seed} {number}"), catalog, scale)


def plant(chance: random.Random, catalog: Catalog, scale: str | None = None) -> Trial:
    """One that the check accepts."""
    for _ in range(TRIES):
        trial = _drawn(chance, scale)
        try:
            config = trial.config()
        except UsageError:
            continue
        if scale is not None or _rows(config, catalog) <= MOST_ROWS:
            return trial
    raise AssertionError(f"{TRIES} plants in a row were refused")


def _rows(config: Config, catalog: Catalog) -> float:
    world = World(config.plant)
    horizon = Window(OPENING, world.start + config.days * DAY)
    return config.days * sum(estimate.rows_per_day(world, catalog, catalog.scopes(config.modules), horizon).values())


def _drawn(chance: random.Random, scale: str | None) -> Trial:
    scale = scale or chance.choices(["tiny", "small"], [5, 1])[0]
    base = _base(scale)
    sites, overrides = _factories(chance, scale)
    plant = replace(base.plant, factories={site: _base("large").plant.factories[site] for site in sites})
    numbers = [found for found in _numbers(plant, "") if ".lines." not in found[0]]
    for _ in range(chance.choice([1, 1, 2, 2, 3])):
        path, value, limit = chance.choice(numbers)
        overrides.append(f"{path}={_value(chance, path, value, limit)}")
    if chance.random() < 0.25:
        some = [m for m in base.modules if m == "master" or chance.random() < 0.5]
        overrides.append(f"modules=[{','.join(some)}]")
    seed = chance.choice([chance.getrandbits(64), chance.getrandbits(64), chance.getrandbits(10), 0, 2**64 - 1])
    start = _start(chance, [f.timezone for f in plant.factories.values()])
    days = chance.choices([1, 2, 3, 9], [8, 6, 2, 1])[0] if scale == "tiny" else chance.choice([1, 2])
    topology = chance.choice(list(configuration.topologies()))
    plain = [f"seed={seed}", f"start={start}", f"scale={scale}", f"days={days}"]
    return Trial((*plain, *([] if topology == "max13" else [f"topology={topology}"]), *overrides))


@cache
def _base(scale: str) -> Config:
    return configuration.load([f"scale={scale}"])


def _factories(chance: random.Random, scale: str) -> tuple[list[str], list[str]]:
    """Sites, and the settings that make it these: others than those of the scale, and other lines."""
    plant = _base(scale).plant
    if scale != "tiny" or chance.random() < 0.2:
        return list(plant.factories), []
    sites = chance.sample(sorted(compose.groups()["factory"]), chance.choice([1, 1, 1, 2]))
    kinds, patterns = sorted(plant.line_types), sorted(plant.shifts.patterns)
    found = [f"~factories.{site}" for site in plant.factories if site not in sites]
    for site in sites:
        if site not in plant.factories:
            found.append(f"+factory@factories.{site}={site}")
        numbers = chance.choice([[1], [1, 2], [1, 2, 3], [7], [99, 3]])
        lines = ",".join(
            f"{{number:{n},name:Line {n},type:{chance.choice(kinds)},shift_pattern:{chance.choice(patterns)}}}"
            for n in numbers
        )
        found.append(f"factories.{site}.lines=[{lines}]")
    return sites, found


def _numbers(node: Any, path: str) -> Iterator[tuple[str, float | int, limits.Limit]]:
    """Path, value and limit of every number of the plant that has one."""
    for field in fields(node):
        value, where = getattr(node, field.name), f"{path}.{field.name}" if path else field.name
        limit = limits.of(type(node), field.name)
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for place, item in [(where, value), *((f"{where}.{key}", item) for key, item in items)]:
            if is_dataclass(item):
                yield from _numbers(item, place)
            elif limit and isinstance(item, int | float) and not isinstance(item, bool) and place != "seed":
                yield place, item, limit


def _value(chance: random.Random, path: str, value: float | int, limit: limits.Limit) -> str:
    """A value within its limit: an end of it, something near what it is, or anything between."""
    if path.endswith(INTERVALS):
        whole = 24 if path.endswith("hours") else 86_400
        return str(chance.choice([d for d in range(1, whole + 1) if whole % d == 0 and limit.holds(d)]))
    low = limit.low + (1e-6 if limit.above else 0)
    near = 10 * abs(value) + 10
    high = limit.high if chance.random() < 0.5 and limit.high < LARGEST else min(limit.high, near)
    kind = chance.random()
    if kind < 0.3:
        drawn = low
    elif kind < 0.6:
        drawn = high
    elif kind < 0.75:
        drawn = min(max(value * chance.uniform(0.5, 2), low), high)
    elif low > 0:
        drawn = math.exp(chance.uniform(math.log(low), math.log(high)))
    else:
        drawn = chance.uniform(low, high)
    if path.endswith(".resolution"):
        return repr(1 / max(round(1 / drawn), 1))
    if isinstance(value, int):
        return str(min(max(round(drawn), math.ceil(low)), math.floor(high)))
    return f"{drawn:.6g}"


def _start(chance: random.Random, zones: list[str]) -> date:
    """A day of 1975 to 2090: any, or one near the end of a year, a leap day, or where clocks change."""
    year = chance.randint(FIRST_START.year, LAST_START.year)
    kind = chance.choice(["any", "any", "year end", "leap day", "clocks", "first"])
    drawn = date(year, 1, 1) + timedelta(chance.randrange(365))
    if kind == "year end":
        drawn = date(year, 12, 31)
    elif kind == "leap day":
        drawn = date(max(year // 4 * 4, 1972), 2, 29)
    elif kind == "clocks":
        drawn = _clocks_change(year, chance.choice(zones)) or drawn
    elif kind == "first":
        drawn = chance.choice([FIRST_START, date(2025, 1, 1), LAST_START])
    return max(drawn - timedelta(chance.choice([0, 0, 1, 2])), FIRST_START)


def _clocks_change(year: int, zone: str) -> date | None:
    """The first day of a year on which clocks change."""
    known = ZoneInfo(zone)
    offsets = [
        (day, datetime(day.year, day.month, day.day, 12, tzinfo=known).utcoffset())
        for day in (date(year, 1, 1) + timedelta(d) for d in range(365))
    ]
    return next((b for (_, x), (b, y) in pairwise(offsets) if x != y), None)
