"""Process quality: what the lines make of their parts, what is found of it, and what is done about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from genims_ray.world.quality.audits import Auditors
from genims_ray.world.quality.cases import CaseFiles
from genims_ray.world.quality.complaints import ComplaintDesk
from genims_ray.world.quality.documents import Library
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.inspections import LineInspections
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.quality.people import QualityStaff
from genims_ray.world.quality.planning import Planning
from genims_ray.world.quality.spc import Charts
from genims_ray.world.shopfloor.causes import Causes
from genims_ray.world.shopfloor.characteristics import Characteristics, characteristics
from genims_ray.world.shopfloor.containers import Containers, Runs
from genims_ray.world.shopfloor.process import Process

if TYPE_CHECKING:
    from genims_ray.world.model import World


class Quality:
    """The quality of a world's lines; every part is made when first asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def characteristics(self) -> Characteristics:
        w = self._world
        return characteristics(w.rng, w.layout, w.lines)

    @cached_property
    def causes(self) -> Causes:
        c = self.characteristics
        return Causes(c.line_ids, c.slots, self._world.plant.quality_control, self._world.rng)

    @cached_property
    def process(self) -> Process:
        w = self._world
        return Process(
            self.characteristics,
            self.causes,
            w.company.calendar,
            w.people,
            w.supply.receipts,
            w.company,
            w.shopfloor.tools,
            w.plant,
            w.rng,
        )

    @cached_property
    def containers(self) -> Containers:
        w = self._world
        return Containers(w.shopfloor.production, self.process, w.plant.quality, w.rng)

    @cached_property
    def inspections(self) -> LineInspections:
        w = self._world
        return LineInspections(w.lines, w.plant.inspection, w.rng)

    @cached_property
    def gauges(self) -> Gauges:
        w = self._world
        return Gauges(w.layout, w.rng, w.company.start_day)

    @cached_property
    def charts(self) -> Charts:
        w = self._world
        return Charts(self.process, self.gauges, w.shopfloor.production, w.plant.quality_control, w.rng, w.start)

    @cached_property
    def incoming(self) -> Incoming:
        return Incoming(self._world.company, self._world.rng)

    @cached_property
    def complaints(self) -> ComplaintDesk:
        return ComplaintDesk(self._world)

    @cached_property
    def auditors(self) -> Auditors:
        w = self._world
        ids = np.array([f.factory_id for f in w.layout.factories], dtype=np.int64)
        return Auditors(ids, w.plant.quality_control, w.rng)

    @cached_property
    def cases(self) -> CaseFiles:
        return CaseFiles(self._world)

    @cached_property
    def nonconformances(self) -> NonConformances:
        return NonConformances(self._world)

    @cached_property
    def planning(self) -> Planning:
        w = self._world
        every = characteristics(w.rng, w.layout, w.layout.lines)
        return Planning(w.layout, w.company, every, w.rng)

    @cached_property
    def library(self) -> Library:
        w = self._world
        return Library(w.company, w.plant.quality_control, w.rng)

    @cached_property
    def staff(self) -> QualityStaff:
        w = self._world
        return QualityStaff(w.layout, w.careers, w.people)

    def day(self, day: int) -> Runs:
        """The runs of production `day`."""
        return self.containers.day(day)
