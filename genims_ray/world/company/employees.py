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
from genims_ray.world.company.seats import Seats
from genims_ray.world.layout import Layout
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Ints, Texts

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
TENURE_YEARS = {"operator": 4.0, "relief_operator": 4.0, "warehouse_operator": 4.0}
OTHER_TENURE_YEARS = 10.0  # turnover of 25 and 10 % a year
LEVELS = np.array(["trainee", "skilled", "senior", "expert"])
LEVEL_YEARS = (0.6, 4.0, 10.0)
"""Experience from which on a person has the next level."""

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
            rows.append((factory.factory_id, slot, f"F{factory.factory_id:02d}-{function[:4].upper()}", name, function))
    headquarters = layout.factories[0].factory_id
    for slot, function in enumerate(GROUP_FUNCTIONS, start=11):
        name = f"Group {function.replace('_', ' ')}"
        rows.append((headquarters, slot, f"GRP-{function[:4].upper()}", name, function))
    rows.sort()
    factory_id, slots = (np.array(x) for x in list(zip(*rows, strict=True))[:2])
    ids = factory_id * 100 + slots
    opened = np.array([dates.day(layout.factory_by_id[f].params.operational_since) for f in factory_id.tolist()])
    return Departments(
        department_id=ids,
        factory_id=factory_id,
        department_code=np.array([row[2] for row in rows]),
        department_name=np.array([row[3] for row in rows]),
        function=np.array([row[4] for row in rows]),
        cost_center_code=np.char.mod("%05d0", ids),
        created_at=dates.entered(rng, "department", ids, opened),
    )


def employees(rng: Rng, layout: Layout, seats: Seats, start_day: int) -> Employees:
    """The person in each seat when history begins."""
    hired = first_hired(rng, layout, seats, start_day)
    return persons(rng, layout, seats, seats.seat_id, hired, skill(rng, seats.seat_id, hired, 0.0, start_day))


def persons(rng: Rng, layout: Layout, seats: Seats, employee_id: Ints, hire_date: Ints, skill_level: Ints) -> Employees:
    """The people with the given keys; all arrays are aligned with `seats`."""
    first, last = _names(rng, layout, employee_id, seats.factory_id)
    return Employees(
        employee_id=employee_id,
        factory_id=seats.factory_id,
        department_id=departments_of(layout, seats),
        line_id=seats.line_id,
        first_name=first,
        last_name=last,
        email=np.array([_email(a, b, i) for a, b, i in zip(first, last, employee_id.tolist(), strict=True)]),
        role=seats.role,
        crew=np.array(["A", "B", "C", "D", ""])[seats.crew],
        skill_level=LEVELS[skill_level],
        hire_date=hire_date,
        created_at=dates.entered(rng, "employee", employee_id, hire_date),
    )


def departments_of(layout: Layout, seats: Seats) -> Ints:
    """The department each seat belongs to."""
    headquarters = layout.factories[0].factory_id
    own = {role: PLANT_FUNCTIONS.index(f) + 1 for role, f in FUNCTION_OF_ROLE.items() if f in PLANT_FUNCTIONS}
    group = {r: GROUP_FUNCTIONS.index(f) + 11 for r, f in FUNCTION_OF_ROLE.items() if f in GROUP_FUNCTIONS}
    return np.array(
        [
            f * 100 + own[role] if role in own else headquarters * 100 + group[role]
            for f, role in zip(seats.factory_id.tolist(), seats.role.tolist(), strict=True)
        ],
        dtype=np.int64,
    )


def mean_tenure_days(seats: Seats) -> NDArray[np.float64]:
    """Mean time between hire and leaving, by seat."""
    return np.array([TENURE_YEARS.get(role, OTHER_TENURE_YEARS) for role in seats.role.tolist()]) * dates.YEAR


def first_hired(rng: Rng, layout: Layout, seats: Seats, start_day: int) -> Ints:
    """Hire dates (Mondays) of those who are there at the start, from the tenure that goes with the turnover."""
    since = {f.factory_id: dates.day(f.params.operational_since) for f in layout.factories}
    opened = np.array([since[f] for f in seats.factory_id.tolist()], dtype=np.int64)
    most = np.minimum(start_day - opened - 7, round(40 * dates.YEAR))
    mean_years = mean_tenure_days(seats) / dates.YEAR
    hired = start_day - dates.ages(rng.uniform("tenure", seats.seat_id), mean_years, 7, most)
    return np.asarray(hired - (hired + 3) % 7)  # day 0 was a Thursday


def learning(rng: Rng, employee_id: Ints) -> NDArray[np.float64]:
    """How much faster than the clock a person gathers experience."""
    return np.asarray(0.7 + 0.6 * rng.uniform("learning", employee_id))


def skill(rng: Rng, employee_id: Ints, hired: Ints, prior_years: float, day: int) -> Ints:
    """Level (an index of `LEVELS`) on a day, after so many years of experience."""
    years = (day - hired) / dates.YEAR * learning(rng, employee_id) + prior_years
    return np.asarray(np.searchsorted(LEVEL_YEARS, years, side="left"))


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
    text = f"{first}.{last}".lower().replace("ł", "l").replace("ß", "ss").replace("ø", "o").replace("\u0131", "i")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [w for w in ("".join(c for c in part if c.isalnum()) for part in plain.split(".")) if w]
    return ".".join([*words, str(employee_id)]) + "@genims.example"
