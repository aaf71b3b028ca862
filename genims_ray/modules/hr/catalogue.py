"""Catalogues that human resources plans with: roles, skills, courses, indicators, templates, equipment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from genims_ray.world.people.training import PROGRAMMES


@dataclass(frozen=True)
class Role:
    code: str
    title: str
    family: str
    hourly: bool
    grade: int
    education: str
    superior: str  # role of the superior, '' at the top
    skills: tuple[str, ...]


ROLES: dict[str, Role] = {
    "operator": Role("OP", "machine operator", "production", True, 3, "secondary", "shift_supervisor",
        ("Machine operation", "First-piece inspection", "Changeover", "Autonomous maintenance", "Shop-floor data entry", "Safe lifting")),
    "relief_operator": Role("RO", "relief operator", "production", True, 4, "secondary", "plant_manager",
        ("Machine operation", "Changeover", "Autonomous maintenance", "Shop-floor data entry", "Forklift driving", "Adaptability")),
    "shift_supervisor": Role("SV", "shift supervisor", "production", True, 7, "vocational", "plant_manager",
        ("Leading a shift", "Conflict resolution", "Production control", "Problem solving", "Occupational safety law", "Coaching")),
    "maintenance_technician": Role("MT", "maintenance technician", "maintenance", True, 6, "vocational", "shift_supervisor",
        ("Mechanical maintenance", "Electrical maintenance", "Hydraulics", "Pneumatics", "Vibration analysis", "Lockout and tagout", "PLC fault finding")),
    "quality_inspector": Role("QI", "quality inspector", "quality", True, 5, "vocational", "shift_supervisor",
        ("Dimensional measurement", "Reading drawings", "Sampling plans", "Control charts", "Gauge handling", "Nonconformance reporting")),
    "warehouse_operator": Role("WO", "warehouse operator", "logistics", True, 3, "secondary", "shift_supervisor",
        ("Forklift driving", "Order picking", "Goods receipt", "Load securing", "Barcode scanning", "Safe lifting")),
    "plant_manager": Role("PM", "plant manager", "management", False, 13, "master", "",
        ("Strategic planning", "Budgeting", "Leading leaders", "Lean management", "Occupational safety law", "Negotiation")),
    "production_planner": Role("PP", "production planner", "supply_chain", False, 8, "bachelor", "plant_manager",
        ("Finite scheduling", "Material requirements planning", "ERP planning", "Spreadsheet analysis", "Capacity planning", "Communication")),
    "process_engineer": Role("PE", "process engineer", "engineering", False, 10, "bachelor", "plant_manager",
        ("Process design", "Design of experiments", "Failure mode analysis", "Statistical process control", "CAD", "Project management")),
    "quality_engineer": Role("QE", "quality engineer", "quality", False, 9, "bachelor", "plant_manager",
        ("Statistical process control", "Measurement system analysis", "Corrective action", "Auditing", "Failure mode analysis", "Customer specifications")),
    "buyer": Role("BY", "buyer", "supply_chain", False, 8, "bachelor", "plant_manager",
        ("Negotiation", "Supplier evaluation", "Contract law", "ERP purchasing", "Cost analysis", "Incoterms")),
    "controller": Role("CO", "controller", "administration", False, 10, "master", "plant_manager",
        ("Cost accounting", "Budgeting", "Financial reporting", "ERP finance", "Spreadsheet analysis", "Internal control")),
    "hr_partner": Role("HR", "human resources partner", "administration", False, 8, "bachelor", "plant_manager",
        ("Labour law", "Recruiting interviews", "Payroll accounting", "Conflict resolution", "HR information system", "Confidentiality")),
    "it_specialist": Role("IT", "information technology specialist", "administration", False, 9, "bachelor", "plant_manager",
        ("Network administration", "Database administration", "Information security", "MES administration", "User support", "Scripting")),
    "sales_representative": Role("SR", "sales representative", "commercial", False, 9, "bachelor", "plant_manager",
        ("Key account management", "Price calculation", "Negotiation", "CRM system", "Presentation", "Product knowledge")),
    "service_agent": Role("SA", "service agent", "commercial", False, 5, "vocational", "plant_manager",
        ("Complaint handling", "Ticket system", "Telephone conversation", "Product knowledge", "Written correspondence", "Empathy")),
    "field_technician": Role("FT", "field technician", "maintenance", False, 7, "vocational", "plant_manager",
        ("Mechanical maintenance", "Electrical maintenance", "Commissioning", "Customer conversation", "Service reporting", "Defensive driving")),
}  # fmt: skip
ROLE_NUMBER = {role: number for number, role in enumerate(ROLES, start=1)}
LEVEL_TITLES = ("Trainee", "", "Senior", "Expert")
EXPERIENCE = (0, 1, 4, 10)

MACHINE_SKILLS = ("Operating", "Setting up", "Troubleshooting", "Programming")
"""One of each for every kind of machine."""

SKILLS: dict[str, tuple[str, ...]] = {
    "machine_operation": ("Machine operation", "Changeover", "Shop-floor data entry", "Deburring", "Assembly by hand", "Robot teaching"),
    "maintenance": (
        "Autonomous maintenance", "Mechanical maintenance", "Electrical maintenance", "Hydraulics", "Pneumatics",
        "Vibration analysis", "Thermography", "Lubrication", "PLC fault finding", "Alignment", "Welding repair",
        "Spare-part management", "Commissioning",
    ),
    "quality": (
        "First-piece inspection", "Dimensional measurement", "Reading drawings", "Sampling plans", "Control charts",
        "Gauge handling", "Nonconformance reporting", "Statistical process control", "Measurement system analysis",
        "Corrective action", "Auditing", "Failure mode analysis", "Customer specifications", "Design of experiments",
    ),
    "logistics": (
        "Forklift driving", "Order picking", "Goods receipt", "Load securing", "Barcode scanning", "Packing",
        "Cycle counting", "Dangerous goods", "Incoterms", "Customs documents",
    ),
    "safety": (
        "Safe lifting", "Lockout and tagout", "Occupational safety law", "First aid", "Fire protection", "Working at height",
        "Confined spaces", "Chemical handling", "Defensive driving", "Risk assessment",
    ),
    "systems": (
        "ERP planning", "ERP purchasing", "ERP finance", "CRM system", "Ticket system", "HR information system",
        "MES administration", "Network administration", "Database administration", "Information security", "User support",
        "Scripting", "CAD", "Spreadsheet analysis", "Production control", "Service reporting",
    ),
    "commercial": (
        "Negotiation", "Supplier evaluation", "Contract law", "Cost analysis", "Cost accounting", "Budgeting",
        "Financial reporting", "Internal control", "Key account management", "Price calculation", "Product knowledge",
        "Complaint handling", "Labour law", "Payroll accounting", "Finite scheduling", "Material requirements planning",
        "Capacity planning", "Process design", "Project management",
    ),
    "leadership": (
        "Leading a shift", "Leading leaders", "Coaching", "Conflict resolution", "Strategic planning", "Lean management",
        "Problem solving", "Recruiting interviews", "Communication", "Presentation", "Empathy", "Adaptability", "Confidentiality",
        "Customer conversation", "Telephone conversation", "Written correspondence",
    ),
    "language": ("English", "German", "Spanish", "French", "Mandarin"),
}  # fmt: skip
BEHAVIOURAL = frozenset(
    {"Conflict resolution", "Coaching", "Communication", "Presentation", "Empathy", "Adaptability", "Confidentiality",
     "Customer conversation", "Telephone conversation", "Negotiation", "Problem solving"}
)  # fmt: skip
CERTIFIED = {
    "Machine operation": "", "Forklift driving": "national transport authority", "Electrical maintenance": "chamber of trades",
    "First aid": "Red Cross", "Dimensional measurement": "", "Working at height": "employers' liability association",
    "Dangerous goods": "national transport authority", "Welding repair": "welding society",
}  # fmt: skip
"""Skills that count only with a certificate, and the external body that gives it ('': the company)."""
FADING = {"first aid": 24, "working at height": 24, "programming": 18, "measurement": 24, "welding": 12}


@dataclass(frozen=True)
class Skill:
    skill_id: int
    name: str
    category: str
    machine_type: str


@cache
def skills(machine_types: tuple[str, ...]) -> tuple[Skill, ...]:
    """The catalogue for a plant with the given kinds of machine."""
    named = [(name, category, "") for category, names in SKILLS.items() for name in names]
    titles = {m: m.replace("_", " ") for m in machine_types}
    named += [(f"{verb} a {titles[m]}", "machine_operation", m) for m in machine_types for verb in MACHINE_SKILLS]
    return tuple(Skill(i, *row) for i, row in enumerate(named, start=1))


@dataclass(frozen=True)
class Course:
    training_course_id: int
    name: str
    category: str
    type: str
    skill: str
    prerequisite: int
    delivery: str
    provider: str
    tenths_of_hours: int
    certificate_months: int | None  # None: no certificate, 0: unlimited
    assessed: bool
    cost_cents: int


_PROGRAMME_COURSES = (
    ("equipment", "Machine operation", "on_the_job"), ("safety", "Safe lifting", "classroom"), ("safety", "First aid", "external"),
    ("equipment", "Forklift driving", "external"), ("equipment", "Electrical maintenance", "external"),
    ("quality", "Dimensional measurement", "classroom"), ("safety", "Risk assessment", "on_the_job"), ("compliance", "Confidentiality", "e_learning"),
)  # fmt: skip
_CATEGORY_OF_SKILLS = {
    "machine_operation": "equipment", "maintenance": "equipment", "quality": "quality", "logistics": "equipment",
    "safety": "safety", "systems": "systems", "commercial": "commercial", "leadership": "leadership", "language": "commercial",
}  # fmt: skip
PROVIDERS = ("Chamber of Industry", "Red Cross", "TechAcademy", "Institute for Quality", "Berlitz")
LAST_SKILL_COURSES = 85


@cache
def courses(machine_types: tuple[str, ...]) -> tuple[Course, ...]:
    """Initial course and refresher of each programme, then courses that teach a skill."""
    found: list[Course] = []
    for i, (programme, (category, skill, delivery)) in enumerate(zip(PROGRAMMES, _PROGRAMME_COURSES, strict=True)):
        provider = PROVIDERS[i % len(PROVIDERS)] if delivery == "external" else ""
        months = programme.months or None
        cost = 9_500 + 2_000 * i if provider else 0
        hours = programme.minutes // 6
        title = programme.name.capitalize()
        found.append(
            Course(2 * i + 1, title, category, "initial", skill, 0, delivery, provider, hours, months, True, cost)
        )
        found.append(
            Course(
                2 * i + 2,
                f"{title}, refresher",
                category,
                "refresher",
                skill,
                2 * i + 1,
                delivery,
                provider,
                hours,
                months,
                True,
                cost,
            )
        )
    taught = [s for s in skills(machine_types) if s.machine_type] + [
        s for s in skills(machine_types) if not s.machine_type
    ]
    step = 0
    for skill_ in taught:
        step += 1
        if not skill_.machine_type and step % 2:
            continue
        number = len(found) + 1
        external = skill_.category in ("language", "commercial", "systems") and step % 3 == 0
        delivery = (
            "external"
            if external
            else (
                "e_learning" if skill_.category == "systems" else "on_the_job" if skill_.machine_type else "classroom"
            )
        )
        found.append(
            Course(
                number,
                f"{skill_.name}: course",
                _CATEGORY_OF_SKILLS[skill_.category],
                "initial",
                skill_.name,
                1 if skill_.machine_type else 0,
                delivery,
                PROVIDERS[number % len(PROVIDERS)] if external else "",
                10 * (2 + number % 7),
                0 if skill_.machine_type and number % 4 == 0 else None,
                number % 3 > 0,
                18_000 + 700 * (number % 40) if external else 0,
            )
        )
    return tuple(found)


KPIS: dict[str, tuple[tuple[str, str, str, str, bool, float, float, str], ...]] = {
    "operator": (
        ("Reject rate", "quality", "%", "weekly", False, 2.0, 4.0, "Rejected by produced parts of the runs at the line."),
        ("Output against plan", "productivity", "%", "weekly", True, 97.0, 88.0, "Produced by planned quantity of the schedule slots."),
        ("Operator checks done", "safety", "%", "monthly", True, 98.0, 90.0, "Completed by due operator checks of the maintenance events."),
        ("Unsafe acts", "safety", "count", "quarterly", False, 0.0, 2.0, "Safety incidents with an unsafe act as immediate cause."),
    ),
    "relief_operator": (
        ("Shifts covered", "delivery", "%", "monthly", True, 95.0, 80.0, "Worked by assigned cover of the attendance records."),
        ("Reject rate", "quality", "%", "monthly", False, 2.2, 4.5, "Rejected by produced parts of the runs covered."),
        ("Lines mastered", "people", "count", "quarterly", True, 4.0, 2.0, "Machine skills at level 3 or above."),
        ("Near misses reported", "safety", "count", "quarterly", True, 2.0, 0.0, "Near misses reported by the person."),
    ),
    "shift_supervisor": (
        ("Line effectiveness", "productivity", "%", "weekly", True, 78.0, 70.0, "Mean OEE of the lines in the shifts led."),
        ("Recordable incidents", "safety", "count", "quarterly", False, 0.0, 1.0, "Recordable incidents in the shifts led."),
        ("Absence of the crew", "people", "%", "monthly", False, 2.5, 5.0, "Sick by rostered days of the crew."),
        ("Overtime", "cost", "%", "monthly", False, 2.0, 6.0, "Overtime by regular hours of the crew."),
    ),
    "maintenance_technician": (
        ("Mean time to repair", "productivity", "h", "monthly", False, 3.0, 6.0, "Mean repair time of the breakdowns worked on."),
        ("Planned maintenance kept", "delivery", "%", "monthly", True, 92.0, 80.0, "Preventive work done in time by preventive work due."),
        ("Repeated failures", "quality", "count", "quarterly", False, 1.0, 3.0, "Breakdowns of a component within a week of its repair."),
        ("Lockouts documented", "safety", "%", "monthly", True, 100.0, 95.0, "Repairs with a lockout on record."),
    ),
    "quality_inspector": (
        ("Inspections in time", "delivery", "%", "weekly", True, 97.0, 90.0, "Inspections held by inspections due."),
        ("Escapes", "customer", "ppm", "monthly", False, 50.0, 150.0, "Complained parts by parts released."),
        ("Reporting time", "productivity", "h", "monthly", False, 4.0, 12.0, "Time from finding to nonconformance report."),
        ("Gauge damage", "cost", "count", "quarterly", False, 0.0, 2.0, "Gauges damaged in use."),
    ),
    "warehouse_operator": (
        ("Picks an hour", "productivity", "count", "weekly", True, 48.0, 36.0, "Picks by hours on picking tasks."),
        ("Picking errors", "quality", "ppm", "monthly", False, 1500.0, 4000.0, "Wrong by all picks."),
        ("Damage in handling", "cost", "count", "monthly", False, 1.0, 4.0, "Damage reports by the person."),
        ("Truck checks done", "safety", "%", "monthly", True, 100.0, 92.0, "Daily truck checks done by days driven."),
    ),
    "plant_manager": (
        ("Conversion cost", "cost", "USD/h", "monthly", False, 95.0, 110.0, "Conversion cost by machine hour of the plant."),
        ("Delivery in full and on time", "delivery", "%", "monthly", True, 95.0, 88.0, "Order lines delivered in full and on time."),
        ("Recordable incident rate", "safety", "per 100 FTE", "quarterly", False, 2.5, 4.0, "Recordables times 200,000 by hours worked."),
        ("Turnover", "people", "%", "quarterly", False, 15.0, 25.0, "Leavers by mean headcount, a year."),
    ),
    "production_planner": (
        ("Schedule adherence", "delivery", "%", "weekly", True, 93.0, 85.0, "Slots worked as planned by all slots."),
        ("Work released ahead", "productivity", "d", "weekly", False, 2.0, 4.0, "Released work in days of capacity."),
        ("Changeovers", "cost", "count", "monthly", False, 90.0, 130.0, "Changeovers a line and month."),
        ("Stock range", "cost", "d", "monthly", False, 12.0, 20.0, "Stock by daily need."),
    ),
    "process_engineer": (
        ("Projects in time", "delivery", "%", "quarterly", True, 85.0, 65.0, "Milestones met by milestones due."),
        ("Process capability", "quality", "Cpk", "quarterly", True, 1.33, 1.0, "Median Cpk of the characteristics in charge."),
        ("Savings", "cost", "kUSD", "quarterly", True, 60.0, 20.0, "Savings confirmed by the controller."),
        ("Cycle time", "productivity", "%", "quarterly", False, 100.0, 106.0, "Mean by standard cycle time."),
    ),
    "quality_engineer": (
        ("Corrective actions in time", "quality", "%", "monthly", True, 90.0, 75.0, "Actions closed in time by actions due."),
        ("Complaints", "customer", "count", "monthly", False, 3.0, 8.0, "Justified complaints."),
        ("Audit findings open", "quality", "count", "quarterly", False, 4.0, 10.0, "Findings past their due date."),
        ("Gauge studies done", "productivity", "%", "quarterly", True, 95.0, 80.0, "Studies done by studies due."),
    ),
    "buyer": (
        ("Price variance", "cost", "%", "monthly", False, 0.0, 2.0, "Purchase price variance by purchase volume."),
        ("Supplier delivery", "delivery", "%", "monthly", True, 92.0, 85.0, "Order lines received in time."),
        ("Single sources", "delivery", "count", "quarterly", False, 20.0, 40.0, "Materials with one approved source."),
        ("Payment terms", "cost", "d", "quarterly", True, 45.0, 30.0, "Mean payment term, weighted by volume."),
    ),
    "controller": (
        ("Days to close", "productivity", "d", "monthly", False, 5.0, 8.0, "Working days from period end to close."),
        ("Forecast error", "quality", "%", "monthly", False, 4.0, 9.0, "Absolute error of the result forecast."),
        ("Open variances", "cost", "count", "monthly", False, 5.0, 15.0, "Variances without an explanation at month end."),
        ("Postings corrected", "quality", "%", "quarterly", False, 0.5, 2.0, "Reversed by all postings."),
    ),
    "hr_partner": (
        ("Time to fill", "delivery", "d", "quarterly", False, 25.0, 45.0, "Days from notice to the successor's first day."),
        ("Early leavers", "people", "%", "quarterly", False, 8.0, 18.0, "Newcomers who leave in probation."),
        ("Training kept", "people", "%", "monthly", True, 96.0, 88.0, "Certificates valid by certificates required."),
        ("Payroll errors", "quality", "count", "monthly", False, 0.0, 3.0, "Payslips corrected."),
    ),
    "it_specialist": (
        ("Availability", "delivery", "%", "monthly", True, 99.8, 99.0, "Up-time of the plant's systems."),
        ("Incidents solved in time", "customer", "%", "monthly", True, 92.0, 80.0, "Incidents solved within their target."),
        ("Patches in time", "safety", "%", "monthly", True, 95.0, 85.0, "Critical patches within 14 days."),
        ("Failed messages", "quality", "ppm", "monthly", False, 200.0, 1000.0, "Rejected by all messages between systems."),
    ),
    "sales_representative": (
        ("Order intake", "customer", "%", "monthly", True, 100.0, 85.0, "Order intake by target."),
        ("Margin", "cost", "%", "monthly", True, 28.0, 22.0, "Contribution margin of the accounts."),
        ("Quotations won", "productivity", "%", "quarterly", True, 30.0, 18.0, "Won by decided quotations."),
        ("Overdue receivables", "cost", "%", "monthly", False, 5.0, 12.0, "Overdue by all receivables of the accounts."),
    ),
    "service_agent": (
        ("First response", "customer", "h", "weekly", False, 2.0, 6.0, "Median time to the first answer."),
        ("Satisfaction", "customer", "points", "monthly", True, 4.2, 3.6, "Mean rating of the tickets closed."),
        ("Tickets reopened", "quality", "%", "monthly", False, 4.0, 10.0, "Reopened by closed tickets."),
        ("Tickets a day", "productivity", "count", "weekly", True, 14.0, 9.0, "Tickets closed by days worked."),
    ),
    "field_technician": (
        ("Fixed at the first visit", "quality", "%", "monthly", True, 82.0, 68.0, "Orders closed after one visit."),
        ("Visits in time", "delivery", "%", "monthly", True, 93.0, 82.0, "Visits within the agreed window."),
        ("Report complete", "quality", "%", "monthly", True, 98.0, 90.0, "Reports without a query."),
        ("Driving incidents", "safety", "count", "quarterly", False, 0.0, 1.0, "Incidents with a company vehicle."),
    ),
}  # fmt: skip
KPI_WEIGHTS = (40, 30, 20, 10)

ITEMS: tuple[tuple[str, str, str, int, bool], ...] = (
    ("Contract and papers on file", "paperwork", "human_resources", -7, True),
    ("Payroll and tax data entered", "paperwork", "human_resources", -3, True),
    ("Accounts and mailbox created", "access", "information_technology", -2, True),
    ("Badge and locker handed out", "access", "human_resources", 0, True),
    ("Work clothes and protective equipment", "equipment", "superior", 0, True),
    ("Tour of the site and escape routes", "safety", "safety", 0, True),
    ("Annual safety instruction", "safety", "safety", 2, True),
    ("Introduction to the team", "introduction", "superior", 1, False),
    ("Instruction at the workplace", "training", "superior", 3, True),
    ("Role training passed", "training", "superior", 5, True),
    ("Talk after 30 days", "review", "superior", 30, False),
    ("Talk at the end of probation", "review", "superior", 85, True),
)
CHECKLISTS: tuple[tuple[str, str, int], ...] = (
    ("operator", "Operators", 3), ("relief_operator", "Relief operators", 3), ("shift_supervisor", "Supervisors", 6),
    ("maintenance_technician", "Technicians", 4), ("quality_inspector", "Inspectors", 4), ("warehouse_operator", "Warehouse", 3),
    ("plant_manager", "Managers", 6), ("production_planner", "Planning and purchasing", 6), ("process_engineer", "Engineers", 6),
    ("controller", "Finance and administration", 6), ("sales_representative", "Sales and service", 6), ("field_technician", "Field service", 4),
)  # fmt: skip
"""Role written for, name, months of probation."""
CHECKLIST_OF_FAMILY = {
    "supply_chain": 8,
    "engineering": 9,
    "quality": 9,
    "administration": 10,
    "commercial": 11,
    "management": 7,
}

PPE: dict[str, tuple[tuple[str, str, str, int | None], ...]] = {
    "operator": (("safety_shoes", "crushing", "EN ISO 20345 S3", 12), ("safety_glasses", "flying_chips", "EN 166", None),
                 ("hearing_protection", "noise", "EN 352-1", 24), ("cut_gloves", "cutting", "EN 388", 1)),
    "relief_operator": (("safety_shoes", "crushing", "EN ISO 20345 S3", 12), ("safety_glasses", "flying_chips", "EN 166", None),
                        ("hearing_protection", "noise", "EN 352-1", 24)),
    "shift_supervisor": (("safety_shoes", "crushing", "EN ISO 20345 S1P", 18), ("hearing_protection", "noise", "EN 352-1", 24)),
    "maintenance_technician": (("safety_shoes", "crushing", "EN ISO 20345 S3", 12), ("welding_helmet", "arc_radiation", "EN 175", 36),
                               ("chemical_gloves", "chemicals", "EN ISO 374-1", 2), ("hard_hat", "falling_objects", "EN 397", 48),
                               ("respirator", "fumes", "EN 149 FFP2", None)),
    "quality_inspector": (("safety_shoes", "crushing", "EN ISO 20345 S1P", 18), ("esd_coat", "electrostatic_discharge", "EN 61340-5-1", 12)),
    "warehouse_operator": (("safety_shoes", "crushing", "EN ISO 20345 S3", 12), ("high_visibility_vest", "traffic", "EN ISO 20471", 12),
                           ("heat_gloves", "heat", "EN 407", 6)),
    "process_engineer": (("safety_shoes", "crushing", "EN ISO 20345 S1P", 24), ("safety_glasses", "flying_chips", "EN 166", None)),
}  # fmt: skip
