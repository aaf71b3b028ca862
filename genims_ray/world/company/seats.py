"""Seats: the posts of all factories, which outlive the people who hold them one after another."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from genims_ray.world.company.apportion import mixed
from genims_ray.world.layout import CREWS, Layout
from genims_ray.world.rows import Bools, Ints, Texts

STAFF = mixed(
    {
        "sales_representative": 16,
        "service_agent": 14,
        "buyer": 12,
        "process_engineer": 10,
        "field_technician": 8,
        "controller": 7,
        "quality_engineer": 6,
        "hr_partner": 4,
        "it_specialist": 3,
    }
)
"""Roles of the staff beside a manager and a planner at each factory, in turn over all factories."""
LEADS = ("plant_manager", "production_planner")

ROTATING, RELIEF, OFFICE = 0, 1, 2
"""How a seat is rostered: with a crew, standing in on one shift, in office hours."""


@dataclass(frozen=True)
class Seats:
    """Aligned arrays, ordered by key. `line_id` is 0, `line` and `crew` are -1 where there is none."""

    seat_id: Ints  # factory * 1000 + post; also the key of the first person who held it
    factory_id: Ints
    post: Ints
    role: Texts
    line_id: Ints
    line: Ints  # place of the line among those of the factory
    place: Ints  # among the seats of its kind at the factory; of operators, within the team of line and crew
    crew: Ints
    roster: Ints
    fixed_shift: Ints  # of those who do not rotate: 0 to 2, 3 office hours

    def at(self, mask: Bools | Ints) -> Seats:
        """The chosen seats."""
        return Seats(*(getattr(self, field.name)[mask] for field in fields(self)))


def seats(layout: Layout) -> Seats:
    """All posts. Those of a kind are dealt to the four crews of the rota in turn."""
    rows: list[tuple[int, int, int, str, int, int, int, int, int, int]] = []
    size = layout.plant.labour.operators_per_line_crew
    staffed = 0
    for factory in layout.factories:
        f = factory.factory_id
        posts = layout.posts[f]
        lines = [line.line_id for line in layout.lines if line.factory.factory_id == f]
        for i, post in enumerate(posts.operators):
            line, crew = i // (CREWS * size), i // size % CREWS
            rows.append(
                (layout.employee_id(f, post), f, post, "operator", lines[line], line, i % size, crew, ROTATING, 3)
            )
        for i, post in enumerate(posts.relief):
            rows.append((layout.employee_id(f, post), f, post, "relief_operator", 0, -1, i, -1, RELIEF, i % 3))
        for title, people in (
            ("shift_supervisor", posts.supervisors),
            ("maintenance_technician", posts.technicians),
            ("quality_inspector", posts.inspectors),
            ("warehouse_operator", posts.warehouse),
        ):
            for i, post in enumerate(people):
                rows.append((layout.employee_id(f, post), f, post, title, 0, -1, i, i % CREWS, ROTATING, 3))
        for i, post in enumerate(posts.staff):
            title = LEADS[i] if i < len(LEADS) else STAFF[(staffed + i - len(LEADS)) % len(STAFF)]
            rows.append((layout.employee_id(f, post), f, post, title, 0, -1, i, -1, OFFICE, 3))
        staffed += max(len(posts.staff) - len(LEADS), 0)
    columns = list(zip(*rows, strict=True))
    return Seats(*(np.array(column, dtype=None if i == 3 else np.int64) for i, column in enumerate(columns)))
