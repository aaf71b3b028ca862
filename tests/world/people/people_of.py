"""The people of some lines of a plant."""

from __future__ import annotations

from dataclasses import replace

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.layout import Layout, Line
from genims_ray.world.people import People


def people_of(lines: list[Line], layout: Layout, seed: int) -> People:
    """The people of the factories of `lines`."""
    frame = Frame(replace(layout.plant, seed=seed), [m for line in lines for m in line.machine_ids])
    return People(frame, Company(frame))
