"""Departments and employees."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from genims_ray.errors import UserError
from genims_ray.world import dates
from genims_ray.world.enterprise.apportion import mixed
from genims_ray.world.layout import CREWS, Layout
from genims_ray.world.rng import Rng

Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

PLANT_FUNCTIONS = ("production", "maintenance", "quality")
GROUP_FUNCTIONS = (
    "logistics", "planning", "purchasing", "sales", "customer_service", "finance", "human_resources",
    "engineering", "information_technology", "management",
)  # fmt: skip

FUNCTION_OF_ROLE = {
    "operator": "production",
    "relief_operator": "production",
    "shift_supervisor": "production",
    "maintenance_technician": "maintenance",
    "quality_inspector": "quality",
    "warehouse_operator": "logistics",
    "plant_manager": "management",
    "production_planner": "planning",
    "process_engineer": "engineering",
    "quality_engineer": "quality",
    "buyer": "purchasing",
    "controller": "finance",
    "hr_partner": "human_resources",
    "it_specialist": "information_technology",
    "sales_representative": "sales",
    "service_agent": "customer_service",
    "field_technician": "customer_service",
}
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

TENURE_YEARS = {"operator": 4.0, "relief_operator": 4.0, "warehouse_operator": 4.0}
OTHER_TENURE_YEARS = 10.0  # turnover of 25 and 10 % a year

_LOCALE = {
    "US": "en", "CA": "en-ca", "MX": "es-mx", "BR": "pt-br", "DE": "de", "AT": "de-at", "CH": "de-ch",
    "FR": "fr", "IT": "it", "ES": "es", "PT": "pt", "PL": "pl", "CZ": "cs", "SK": "sk", "HU": "hu",
    "GB": "en-gb", "NL": "nl", "BE": "nl-be", "SE": "sv", "DK": "da", "FI": "fi", "TR": "tr", "CN": "zh",
    "JP": "ja", "KR": "ko", "AU": "en-au", "NO": "no", "HR": "hr", "UA": "uk", "EE": "et", "GR": "el", "IS": "is",
}  # fmt: skip
_INDIA = {
    "female": (
        "Aarti Aditi Ananya Anjali Deepa Gauri Isha Kavita Lakshmi Madhuri Meera Neha Nisha Pooja "
        "Priya Radha Rekha Ritu Sangeeta Shreya Smita Sneha Sunita Swati Vaishali Vidya"
    ),
    "male": (
        "Abhishek Ajay Amit Anand Anil Arjun Ashok Deepak Ganesh Girish Harish Karan Mahesh Manoj "
        "Mohan Nikhil Pradeep Prakash Rahul Rajesh Ramesh Sachin Sandeep Sanjay Suresh Vijay "
        "Vikram Vinod Yogesh"
    ),
    "surnames": (
        "Agarwal Bhosale Chavan Deshmukh Deshpande Gaikwad Ghosh Gupta Iyer Jadhav Joshi Kadam "
        "Kale Kamble Khan Kulkarni Kumar Mehta More Naik Nair Patel Patil Pawar Rao Reddy Sawant "
        "Shah Sharma Shinde Singh Thakur Verma Wagh Yadav"
    ),
}


@dataclass(frozen=True)
class Departments:
    department_id: Ints
    factory_id: Ints
    department_code: Texts
    department_name: Texts
    function: Texts
    cost_center_code: Texts
    created_at: Ints


@dataclass(frozen=True)
class Employees:
    """Aligned arrays, ordered by key. `line_id` is 0 and `crew` empty where there is none."""

    employee_id: Ints
    factory_id: Ints
    department_id: Ints
    line_id: Ints
    first_name: Texts
    last_name: Texts
    email: Texts
    role: Texts
    crew: Texts
    skill_level: Texts
    hire_date: Ints
    created_at: Ints


def departments(rng: Rng, layout: Layout) -> Departments:
    """Three departments a factory, numbered from 1; the group's at the first factory, from 11."""
    rows = []
    for factory in layout.factories:
        for slot, function in enumerate(PLANT_FUNCTIONS, start=1):
            name = f"{function.capitalize()}, {factory.params.name}"
            rows.append(
                (
                    factory.factory_id,
                    slot,
                    f"F{factory.factory_id:02d}-{function[:4].upper()}",
                    name,
                    function,
                )
            )
    headquarters = layout.factories[0].factory_id
    for slot, function in enumerate(GROUP_FUNCTIONS, start=11):
        name = f"Group {function.replace('_', ' ')}"
        rows.append((headquarters, slot, f"GRP-{function[:4].upper()}", name, function))
    rows.sort()
    factory_id, slots = (np.array(x) for x in list(zip(*rows, strict=True))[:2])
    ids = factory_id * 100 + slots
    opened = np.array(
        [dates.day(layout.factory_by_id[f].params.operational_since) for f in factory_id.tolist()]
    )
    return Departments(
        department_id=ids,
        factory_id=factory_id,
        department_code=np.array([row[2] for row in rows]),
        department_name=np.array([row[3] for row in rows]),
        function=np.array([row[4] for row in rows]),
        cost_center_code=np.char.mod("%05d0", ids),
        created_at=dates.entered(rng, "department", ids, opened),
    )


def employees(rng: Rng, layout: Layout, start_day: int) -> Employees:
    """One person for each post. Posts of a kind are dealt to the four crews of the rota in turn."""
    rows: list[tuple[int, int, str, int, str]] = []  # employee, factory, role, line, crew
    staffed = 0
    for factory in layout.factories:
        f = factory.factory_id
        posts = layout.posts[f]
        lines = [line.line_id for line in layout.lines if line.factory.factory_id == f]
        crew_size = layout.plant.labour.operators_per_line_crew
        for i, post in enumerate(posts.operators):
            home, crew = lines[i // (CREWS * crew_size)], "ABCD"[i // crew_size % CREWS]
            rows.append((layout.employee_id(f, post), f, "operator", home, crew))
        rows += [(layout.employee_id(f, post), f, "relief_operator", 0, "") for post in posts.relief]
        for title, people in (
            ("shift_supervisor", posts.supervisors),
            ("maintenance_technician", posts.technicians),
            ("quality_inspector", posts.inspectors),
            ("warehouse_operator", posts.warehouse),
        ):
            rows += [
                (layout.employee_id(f, post), f, title, 0, "ABCD"[i % CREWS]) for i, post in enumerate(people)
            ]
        for i, post in enumerate(posts.staff):
            lead = ("plant_manager", "production_planner")
            title = lead[i] if i < len(lead) else STAFF[(staffed + i - len(lead)) % len(STAFF)]
            rows.append((layout.employee_id(f, post), f, title, 0, ""))
        staffed += max(len(posts.staff) - 2, 0)
    ids, factory_id, line_id = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 1, 3))
    role = np.array([row[2] for row in rows])
    hired, skill = _careers(rng, layout, ids, factory_id, role, start_day)
    first, last = _names(rng, layout, ids, factory_id)
    return Employees(
        employee_id=ids,
        factory_id=factory_id,
        department_id=np.array(
            [_department(layout, f, r) for f, r in zip(factory_id.tolist(), role, strict=True)]
        ),
        line_id=line_id,
        first_name=first,
        last_name=last,
        email=np.array([_email(a, b, i) for a, b, i in zip(first, last, ids.tolist(), strict=True)]),
        role=role,
        crew=np.array([row[4] for row in rows]),
        skill_level=skill,
        hire_date=hired,
        created_at=dates.entered(rng, "employee", ids, hired),
    )


def _department(layout: Layout, factory_id: int, role: str) -> int:
    function = FUNCTION_OF_ROLE[role]
    if function in PLANT_FUNCTIONS:
        return factory_id * 100 + PLANT_FUNCTIONS.index(function) + 1
    return layout.factories[0].factory_id * 100 + GROUP_FUNCTIONS.index(function) + 11


def _careers(
    rng: Rng, layout: Layout, ids: Ints, factory_id: Ints, role: Texts, start_day: int
) -> tuple[Ints, Texts]:
    """Hire dates (Mondays) from the tenure that goes with the turnover; skill grows with experience."""
    since = {f.factory_id: dates.day(f.params.operational_since) for f in layout.factories}
    opened = np.array([since[f] for f in factory_id.tolist()])
    mean = np.array([TENURE_YEARS.get(r, OTHER_TENURE_YEARS) for r in role])
    most = np.minimum(start_day - opened - 7, round(40 * dates.YEAR))
    hired = start_day - dates.ages(rng.uniform("tenure", ids), mean, 7, most)
    hired -= (hired + 3) % 7  # day 0 was a Thursday
    years = (start_day - hired) / dates.YEAR * (0.7 + 0.6 * rng.uniform("learning", ids))
    levels = np.array(["trainee", "skilled", "senior", "expert"])
    return hired, levels[np.searchsorted([0.6, 4.0, 10.0], years)]


def _names(rng: Rng, layout: Layout, ids: Ints, factory_id: Ints) -> tuple[Texts, Texts]:
    country = [layout.factory_by_id[f].params.country for f in factory_id.tolist()]
    sex = np.where(rng.uniform("sex", ids) < 0.3, "female", "male")
    u, v = rng.uniform("first name", ids), rng.uniform("last name", ids)
    first, last = [], []
    for land, s, x, y in zip(country, sex, u.tolist(), v.tolist(), strict=True):
        given, family = _name_lists(land, str(s))
        first.append(given[int(x * len(given))])
        last.append(family[int(y * len(family))])
    return np.array(first), np.array(last)


@cache
def _name_lists(country: str, sex: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names of a country (the lists of mimesis; India has none there)."""
    if country == "IN":
        return tuple(_INDIA[sex].split()), tuple(_INDIA["surnames"].split())
    if country not in _LOCALE:
        known = ", ".join(sorted([*_LOCALE, "IN"]))
        raise UserError(f"a factory is in country {country!r}, for which there are no names; known: {known}")
    file = resources.files("mimesis") / "datasets" / _LOCALE[country] / "person.json"
    lists = json.loads(file.read_text(encoding="utf-8"))
    surnames = lists["surnames"]
    return tuple(lists["names"][sex]), tuple(surnames[sex] if isinstance(surnames, dict) else surnames)


def _email(first: str, last: str, employee_id: int) -> str:
    """Names in Latin letters where they can be, and the key, which makes it unique."""
    text = (
        f"{first}.{last}".lower()
        .replace("ł", "l")
        .replace("ß", "ss")
        .replace("ø", "o")
        .replace("\u0131", "i")
    )
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [w for w in ("".join(c for c in part if c.isalnum()) for part in plain.split(".")) if w]
    return ".".join([*words, str(employee_id)]) + "@genims.example"
