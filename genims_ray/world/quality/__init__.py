"""Process quality: what the lines make of their parts, what is found of it, and what is done about it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.people import People
from genims_ray.world.quality.audits import Auditors
from genims_ray.world.quality.cases import CaseFiles
from genims_ray.world.quality.complaints import ComplaintDesk
from genims_ray.world.quality.documents import Library
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.inspections import LineInspections
from genims_ray.world.quality.nonconformances import Detection, NonConformances
from genims_ray.world.quality.people import QualityStaff
from genims_ray.world.quality.planning import Planning
from genims_ray.world.quality.spc import Charts
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.characteristics import characteristics
from genims_ray.world.supply import Supply


class Quality:
    """The quality of the frame's lines and of what is delivered to their factories."""

    def __init__(self, frame: Frame, company: Company, people: People, supply: Supply, shopfloor: Shopfloor) -> None:
        self._frame, self._company, self._people = frame, company, people
        self._supply, self._shopfloor = supply, shopfloor

    @cached_property
    def inspections(self) -> LineInspections:
        f = self._frame
        return LineInspections(f.lines, f.plant.inspection, f.rng)

    @cached_property
    def gauges(self) -> Gauges:
        f = self._frame
        return Gauges(f.layout, f.rng, f.start_day)

    @cached_property
    def charts(self) -> Charts:
        f, floor = self._frame, self._shopfloor
        return Charts(floor.process, self.gauges, floor.production, f.plant.quality_control, f.rng, f.start)

    @cached_property
    def incoming(self) -> Incoming:
        return Incoming(self._company, self._frame.rng)

    @cached_property
    def complaints(self) -> ComplaintDesk:
        return ComplaintDesk(self._frame, self._company, self._shopfloor, self.gauges)

    @cached_property
    def auditors(self) -> Auditors:
        f = self._frame
        ids = np.array([factory.factory_id for factory in f.layout.factories], dtype=np.int64)
        return Auditors(ids, f.plant.quality_control, f.rng)

    @cached_property
    def cases(self) -> CaseFiles:
        return CaseFiles(self._frame, self._company, self._supply, self._shopfloor, self.complaints, self.auditors)

    @cached_property
    def nonconformances(self) -> NonConformances:
        detection = Detection(self.inspections, self.charts, self.incoming)
        return NonConformances(self._frame, self._company, self._supply, self._shopfloor, detection, self.cases)

    @cached_property
    def planning(self) -> Planning:
        f = self._frame
        every = characteristics(f.rng, f.layout, f.layout.lines)
        return Planning(f.layout, self._company, every, f.rng)

    @cached_property
    def library(self) -> Library:
        f = self._frame
        return Library(self._company, f.plant.quality_control, f.rng)

    @cached_property
    def staff(self) -> QualityStaff:
        return QualityStaff(self._frame.layout, self._people)
