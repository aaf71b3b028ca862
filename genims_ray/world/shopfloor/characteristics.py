"""What is measured at every line: its characteristics, how capable the process is, and what moves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.layout import Layout, Line
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints

MACHINE, TOOL, MATERIAL, OPERATOR, METHOD, FIXTURE = range(6)
DRIVERS = ("machine", "tool", "material", "operator", "method", "fixture")
"""What moves a characteristic beside special causes; machine, method and fixture hold still."""
CRITICAL, SIGNIFICANT, STANDARD = range(3)
CLASSES = ("critical", "significant", "standard")
SPECIAL_SLOTS = 6
"""The first characteristics of a line: two critical ones, four significant ones. A part outside one of
these is rejected; outside a standard one it is put right in the next step."""

NAMES = {
    "shaft": (
        "Bearing seat diameter", "Journal runout", "Shaft length", "Groove width", "Thread pitch diameter",
        "Seat roughness", "Shoulder height", "Chamfer size", "Bore depth", "Keyway width", "Centre distance",
        "Face runout", "Hardness of the seat", "Fillet radius", "Cylindricity", "Undercut depth", "Flange thickness",
        "Bore diameter",
    ),
    "bracket": (
        "Hole position", "Bend angle", "Edge burr height", "Hole diameter", "Flange length", "Flatness",
        "Tab width", "Bend radius", "Slot width", "Blank thickness", "Embossing depth", "Hole distance",
        "Flange height", "Springback", "Parallelism", "Collar height", "Rim width", "Contour offset",
    ),
    "frame": (
        "Weld nugget diameter", "Joint position", "Seam length", "Throat thickness", "Gap at the joint", "Distortion",
        "Stud height", "Frame length", "Frame width", "Diagonal difference", "Hole position of the frame", "Seam width",
        "Penetration depth", "Bracket angle", "Stud position", "Flatness of the base", "Indentation depth", "Edge distance",
    ),
    "housing": (
        "Wall thickness", "Clip width", "Part weight", "Boss diameter", "Sealing face flatness", "Warpage",
        "Rib height", "Snap-fit undercut", "Opening length", "Opening width", "Flash height", "Pin distance",
        "Gate vestige", "Outer length", "Outer width", "Shrinkage offset", "Hinge thickness", "Latch gap",
    ),
    "module": (
        "Tightening torque", "Contact resistance", "Gap of the cover", "Press-in depth", "Leak rate step", "Connector offset",
        "Pin height", "Adhesive bead width", "Spring preload", "Cover offset", "Label position", "Cable length",
        "Solder height", "Bearing preload", "Switching point", "Idle current", "Sealing compression", "Rotor gap",
    ),
}  # fmt: skip
"""Characteristics of each product family; the first ones are special."""

GAUGES = {
    "shaft": ("micrometer", "cmm", "caliper", "bore_gauge", "thread_gauge", "roughness_tester", "height_gauge",
              "hardness_tester"),
    "bracket": ("cmm", "height_gauge", "micrometer", "caliper", "vision_system", "bore_gauge", "roughness_tester",
                "hardness_tester"),
    "frame": ("vision_system", "cmm", "caliper", "height_gauge", "micrometer", "hardness_tester", "bore_gauge",
              "roughness_tester"),
    "housing": ("micrometer", "caliper", "scale", "bore_gauge", "height_gauge", "cmm", "vision_system",
                "roughness_tester"),
    "module": ("torque_wrench", "multimeter", "caliper", "height_gauge", "vision_system", "micrometer", "scale",
               "cmm"),
}  # fmt: skip
"""Kinds of gauges at the lines of each product family, in the order of the line's gauges."""


@dataclass(frozen=True)
class Unit:
    """How a kind of gauge measures: unit, nominal of a typical feature, spread of it, resolution, and the range of
    its readings. Nominals differ by at most `reach` of 40 % from line to line, and of 20 % between its products."""

    unit: str
    nominal: float
    sigma: float
    resolution: float
    low: float
    high: float
    reach: float = 1.0


UNITS = {
    "caliper": Unit("mm", 60.0, 0.025, 0.005, 0.0, 150.0),
    "micrometer": Unit("mm", 36.0, 0.006, 0.001, 25.0, 50.0, 0.45),
    "height_gauge": Unit("mm", 35.0, 0.02, 0.002, 0.0, 600.0),
    "bore_gauge": Unit("mm", 30.0, 0.005, 0.001, 18.0, 50.0, 0.5),
    "thread_gauge": Unit("mm", 9.0, 0.012, 0.001, 3.0, 20.0),
    "cmm": Unit("mm", 80.0, 0.008, 0.001, 0.0, 700.0),
    "roughness_tester": Unit("um", 1.6, 0.08, 0.01, 0.05, 10.0),
    "hardness_tester": Unit("HRC", 58.0, 0.4, 0.05, 20.0, 70.0, 0.2),
    "torque_wrench": Unit("Nm", 24.0, 0.45, 0.05, 5.0, 60.0),
    "scale": Unit("g", 140.0, 0.35, 0.05, 0.5, 600.0),
    "vision_system": Unit("mm", 15.0, 0.015, 0.002, 0.1, 50.0),
    "multimeter": Unit("mOhm", 12.0, 0.25, 0.01, 0.0, 200.0),
}


@dataclass(frozen=True)
class Characteristics:
    """(lines, slots) arrays; lengths in the unit of the gauge, `mean` in standard deviations."""

    line_ids: Ints
    kind: Ints  # 0 CRITICAL, 1 SIGNIFICANT, 2 STANDARD
    driver: Ints
    position: Ints  # of the machine on the line
    gauge: Ints  # number of the line's gauge, from 0
    parts: Ints  # in a subgroup; 1: single values
    interval: Ints  # between two subgroups, minutes of running
    nominal: Floats
    reach: Floats  # of the nominals of products about it, a part of 20 %
    sigma: Floats
    resolution: Floats
    mean: Floats  # offset of the process from nominal
    cp: Floats
    one_sided: NDArray[np.bool_]  # only an upper limit

    @property
    def slots(self) -> int:
        return int(self.kind.shape[1])

    @property
    def half_width(self) -> Floats:
        """Distance of the specification limits from nominal, in standard deviations."""
        return 3.0 * self.cp


def family(line: Line) -> str:
    """The product family of a line, one of those with named characteristics."""
    return line.type.product_family if line.type.product_family in NAMES else "module"


def names(line: Line, slots: int) -> list[str]:
    """Names of a line's characteristics; numbered where there are more than are named."""
    known = NAMES[family(line)]
    return [known[k % len(known)] + (f" {k // len(known) + 1}" if k >= len(known) else "") for k in range(slots)]


def gauge_types(line: Line, count: int) -> list[str]:
    kinds = GAUGES[family(line)]
    return [kinds[k % len(kinds)] for k in range(count)]


def characteristics(rng: Rng, layout: Layout, lines: list[Line]) -> Characteristics:
    """Of `lines`; a line's own do not depend on which others are asked for."""
    q = layout.plant.quality_control
    slots = np.arange(q.charts_per_line)
    ids = np.array([line.line_id for line in lines], dtype=np.int64)
    at = (ids[:, None], slots)
    shape = (len(lines), len(slots))
    kind = np.where(slots < 2, CRITICAL, np.where(slots < SPECIAL_SLOTS, SIGNIFICANT, STANDARD))
    machines = np.array([len(line.machine_ids) for line in lines])
    with_tool = np.array(
        [
            next(
                (
                    p
                    for p, m in enumerate(line.machine_ids, start=1)
                    if any(layout.plant.failure_modes[f].tool for f in layout.machine_by_id[m].type.failure_modes)
                ),
                0,
            )
            for line in lines
        ]
    )
    intervals = np.array([q.critical_minutes, q.significant_minutes, q.standard_minutes])
    turn = np.broadcast_to(slots % 6, shape)
    driver = np.where((turn == TOOL) & (with_tool[:, None] == 0), FIXTURE, turn)
    position = 1 + (rng.words("characteristic machine", *at) % machines[:, None].astype(np.uint64)).astype(np.int64)
    position = np.where(driver == TOOL, with_tool[:, None], position)
    gauge = np.broadcast_to(slots % q.gauges_per_line, shape)
    unit = np.array(
        [
            [(u.nominal, u.sigma, u.resolution, u.reach) for u in (UNITS[kinds[g]] for g in row)]
            for kinds, row in zip((gauge_types(x, q.gauges_per_line) for x in lines), gauge.tolist(), strict=True)
        ]
    ).reshape(*shape, 4)
    sigma = unit[:, :, 1] * (0.8 + 0.4 * rng.uniform("characteristic sigma", *at))
    apart = 0.4 * unit[:, :, 3] * (2 * rng.uniform("characteristic nominal", *at) - 1)
    spread = q.centring_sigma * np.where(kind == STANDARD, 1.0, 0.5)
    single = (slots % 9 == 8) | (slots % 9 == 4)
    return Characteristics(
        line_ids=ids,
        kind=np.broadcast_to(kind, shape),
        driver=driver,
        position=position,
        gauge=gauge,
        interval=np.broadcast_to(intervals[kind], shape),
        parts=np.broadcast_to(np.where(single, 1, q.subgroup_parts), shape),
        nominal=np.round(unit[:, :, 0] * (1 + apart), 1),
        reach=unit[:, :, 3],
        sigma=sigma,
        resolution=unit[:, :, 2],
        mean=spread * rng.normal("characteristic mean", *at),
        cp=q.cp_min + (q.cp_max - q.cp_min) * rng.uniform("characteristic cp", *at),
        one_sided=np.broadcast_to(slots % 12 == 5, shape),
    )
