"""Quality: what is inspected and measured, what is found, what is done about it, and what it costs.

What the lines make of their parts, and why, is the process quality of the shop floor.
"""

from __future__ import annotations

from functools import cached_property

from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.inventory import Inventory
from genims_ray.world.people import People
from genims_ray.world.quality.audits import AuditProgramme
from genims_ray.world.quality.capability import CapabilityStudies
from genims_ray.world.quality.cases import CorrectiveActions
from genims_ray.world.quality.complaints import CustomerComplaints
from genims_ray.world.quality.costs import Causes, QualityCosts
from genims_ray.world.quality.days import ProductionDays
from genims_ray.world.quality.defects import ReportDefects
from genims_ray.world.quality.documents import DocumentControl
from genims_ray.world.quality.gauge_studies import GaugeStudies
from genims_ray.world.quality.gauges import Gauges
from genims_ray.world.quality.holds import QualityHolds
from genims_ray.world.quality.incoming import Incoming
from genims_ray.world.quality.incoming_records import IncomingRecords
from genims_ray.world.quality.inspections import LineInspections
from genims_ray.world.quality.key_figures import DailyKeyFigures
from genims_ray.world.quality.line_findings import LineFindings
from genims_ray.world.quality.nonconformances import NonConformances
from genims_ray.world.quality.people import QualityStaff
from genims_ray.world.quality.planning import QualityPlanning
from genims_ray.world.quality.reports import ReportReview
from genims_ray.world.quality.spc import ControlCharts
from genims_ray.world.quality.supplier_figures import SupplierKeyFigures
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.shopfloor.characteristics import characteristics
from genims_ray.world.supply import Supply

LOOK_BACK_DAYS = 75
"""Production days before a window that its rows may tell of: those of a calculation of capability, and those in which
a lot was made that a complaint closed in it is about."""


class Quality:
    """The quality of a world's lines and deliveries; every part is made when first asked for."""

    def __init__(
        self, frame: Frame, company: Company, people: People, supply: Supply, shopfloor: Shopfloor, inventory: Inventory
    ) -> None:
        self._frame, self._company, self._people = frame, company, people
        self._supply, self._shopfloor, self._inventory = supply, shopfloor, inventory
        self._market = inventory.market

    @cached_property
    def staff(self) -> QualityStaff:
        return QualityStaff(self._frame, self._people)

    @cached_property
    def inspections(self) -> LineInspections:
        return LineInspections(self._frame)

    @cached_property
    def gauges(self) -> Gauges:
        return Gauges(self._frame)

    @cached_property
    def planning(self) -> QualityPlanning:
        f = self._frame
        return QualityPlanning(f, self._company, characteristics(f.rng, f.layout, f.layout.lines))

    @cached_property
    def gauge_studies(self) -> GaugeStudies:
        return GaugeStudies(self._frame, self.gauges, self.planning.characteristics)

    @cached_property
    def documents(self) -> DocumentControl:
        return DocumentControl(self._frame, self._company, self._market)

    @cached_property
    def charts(self) -> ControlCharts:
        return ControlCharts(self._frame, self._shopfloor, self.gauges)

    @cached_property
    def capability(self) -> CapabilityStudies:
        return CapabilityStudies(self._frame, self._shopfloor.characteristics, self.charts)

    @cached_property
    def audits(self) -> AuditProgramme:
        return AuditProgramme(self._frame)

    @cached_property
    def incoming(self) -> Incoming:
        return Incoming(self._frame, self._company, self._supply)

    @cached_property
    def complaints(self) -> CustomerComplaints:
        return CustomerComplaints(self._frame, self._company, self._shopfloor, self._inventory, self.gauges)

    @cached_property
    def cases(self) -> CorrectiveActions:
        return CorrectiveActions(self._frame, self._shopfloor, self.complaints, self.audits, self.incoming)

    @cached_property
    def _review(self) -> ReportReview:
        return ReportReview(self._frame, self._company)

    @cached_property
    def _line_findings(self) -> LineFindings:
        calendar = self._company.calendar
        return LineFindings(self._frame, calendar, self._shopfloor, self.inspections, self.charts, self._review)

    @cached_property
    def nonconformances(self) -> NonConformances:
        return NonConformances(
            self._frame, self._company, self._line_findings, self.complaints, self.incoming, self._review
        )

    @cached_property
    def defects(self) -> ReportDefects:
        c = self._shopfloor.characteristics
        return ReportDefects(self._frame, c, self.planning, self.gauges, self.nonconformances)

    @cached_property
    def holds(self) -> QualityHolds:
        return QualityHolds(self._frame, self._shopfloor.production, self.gauges, self.nonconformances)

    @cached_property
    def incoming_records(self) -> IncomingRecords:
        return IncomingRecords(self._frame, self.incoming, self.nonconformances)

    @cached_property
    def days(self) -> ProductionDays:
        return ProductionDays(self._frame, self._company.calendar, self._shopfloor, self.inspections)

    @cached_property
    def costs(self) -> QualityCosts:
        causes = Causes(self.nonconformances, self.complaints, self.cases, self.audits, self.gauges, self.days)
        return QualityCosts(self._frame, self._company, causes)

    @cached_property
    def key_figures(self) -> DailyKeyFigures:
        return DailyKeyFigures(self._frame, self.costs, self.charts, self.capability, self.incoming_records)

    @cached_property
    def supplier_figures(self) -> SupplierKeyFigures:
        return SupplierKeyFigures(
            self._frame, self._company, self._supply, self.incoming, self.nonconformances, self.cases
        )
