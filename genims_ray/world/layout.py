"""The static plant: factories, lines, machines, sensors, products and posts, with their keys.

Keys are arithmetic on the numbers of the configuration, so any worker knows any key:
line = factory * 100 + number, machine = line * 100 + position, sensor = machine * 100 + slot,
product = line * 100 + rank, employee = factory * 1000 + post.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from genims_ray.world import params
from genims_ray.world.params import LineType, Signal
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints

CREWS = 4
YOUNGEST_DAYS = 1_100
"""What is there when history begins - people, machines, plans - has a past: no factory opens later than so many days
before the start, whatever its `operational_since`."""


@dataclass(frozen=True)
class Factory:
    factory_id: int
    site: str
    params: params.Factory


@dataclass(frozen=True)
class Line:
    line_id: int
    factory: Factory
    params: params.Line
    type: LineType
    machine_ids: tuple[int, ...]

    @property
    def code(self) -> str:
        return f"L{self.line_id}"


@dataclass(frozen=True)
class Machine:
    machine_id: int
    line_id: int
    position: int  # 1 is where parts enter
    type_name: str
    type: params.Machine


@dataclass(frozen=True)
class Sensor:
    sensor_id: int
    machine_id: int
    params: params.Sensor
    signal: Signal


@dataclass(frozen=True)
class Products:
    """The part numbers of all lines: aligned arrays, 2-D by (line, rank) where a line has `products`."""

    product_id: Ints
    line_id: Ints
    ideal_cycle_seconds: Floats
    container_parts: Ints
    share: Floats  # of its line's demand


@dataclass(frozen=True)
class Posts:
    """Posts of one factory, as employee numbers within it (see `Layout.employee_id`)."""

    operators: range
    relief: range
    supervisors: range
    technicians: range
    inspectors: range
    warehouse: range
    staff: range


class Layout:
    """Everything static that follows from the plant configuration."""

    def __init__(self, plant: params.Plant) -> None:
        self.plant = plant
        ordered = sorted(plant.factories.items(), key=lambda item: item[1].number)
        latest = date.fromisoformat(plant.start) - timedelta(YOUNGEST_DAYS)
        self.factories = [Factory(f.number, site, _opened_by(latest, f)) for site, f in ordered]
        self.lines: list[Line] = []
        self.machines: list[Machine] = []
        self.sensors: list[Sensor] = []
        for factory in self.factories:
            for line in sorted(factory.params.lines, key=lambda line: line.number):
                self._add_line(factory, line)
        self.factory_by_id = {f.factory_id: f for f in self.factories}
        self.line_by_id = {line.line_id: line for line in self.lines}
        self.machine_by_id = {m.machine_id: m for m in self.machines}
        self.sensors_by_machine: dict[int, list[Sensor]] = {m.machine_id: [] for m in self.machines}
        for sensor in self.sensors:
            self.sensors_by_machine[sensor.machine_id].append(sensor)

    def _add_line(self, factory: Factory, line: params.Line) -> None:
        line_id = factory.factory_id * 100 + line.number
        kind = self.plant.line_types[line.type]
        ids = tuple(line_id * 100 + position for position in range(1, len(kind.machines) + 1))
        self.lines.append(Line(line_id, factory, line, kind, ids))
        for machine_id, name in zip(ids, kind.machines, strict=True):
            machine = self.plant.machines[name]
            self.machines.append(Machine(machine_id, line_id, machine_id % 100, name, machine))
            for slot, sensor in enumerate(machine.sensors, start=1):
                signal = self.plant.signals[sensor.signal]
                self.sensors.append(Sensor(machine_id * 100 + slot, machine_id, sensor, signal))

    @cached_property
    def products(self) -> Products:
        """All products, ordered by key."""
        rng = Rng(self.plant.seed)
        line = np.repeat([x.line_id for x in self.lines], [x.type.products for x in self.lines])
        rank = np.concatenate([np.arange(1, x.type.products + 1) for x in self.lines])
        product_id = line * 100 + rank
        ideal = np.repeat([x.type.ideal_cycle_seconds for x in self.lines], [x.type.products for x in self.lines])
        spread = np.repeat([x.type.ideal_cycle_spread for x in self.lines], [x.type.products for x in self.lines])
        u = rng.uniform("product cycle", product_id)
        weight = rank**-self.plant.demand.product_zipf
        total = np.zeros(int(line.max()) + 1)
        np.add.at(total, line, weight)
        return Products(
            product_id=product_id,
            line_id=line,
            ideal_cycle_seconds=np.round(ideal * (1 + spread * (2 * u - 1)), 2),
            container_parts=self.plant.demand.container_parts
            + 6 * (rng.words("product container", product_id) % np.uint64(3)).astype(np.int64)
            - 6,
            share=weight / total[line],
        )

    @cached_property
    def posts(self) -> dict[int, Posts]:
        """Posts by factory_id. Operators come line by line, crew by crew."""
        labour = self.plant.labour
        result = {}
        for factory in self.factories:
            lines = len(factory.params.lines)
            counts = (
                lines * CREWS * labour.operators_per_line_crew,
                labour.relief_operators_per_factory,
                labour.supervisors_per_factory,
                labour.technicians_per_factory,
                labour.inspectors_per_factory,
                labour.warehouse_per_factory,
                labour.staff_per_factory,
            )
            first, ranges = 1, []
            for count in counts:
                ranges.append(range(first, first + count))
                first += count
            result[factory.factory_id] = Posts(*ranges)
        return result

    def labour_cents(self, factory_id: Ints) -> Ints:
        """Cost of an hour of direct labour at each factory, cents."""
        ids = np.array(sorted(self.factory_by_id), dtype=np.int64)
        cents = [round(100 * self.factory_by_id[i].params.labour_rate_usd) for i in ids.tolist()]
        return np.asarray(np.array(cents, dtype=np.int64)[np.searchsorted(ids, factory_id)])

    @staticmethod
    def employee_id(factory_id: int, post: int) -> int:
        return factory_id * 1000 + post


def _opened_by(latest: date, factory: params.Factory) -> params.Factory:
    opened = min(date.fromisoformat(factory.operational_since), latest)
    return replace(factory, operational_since=opened.isoformat())
