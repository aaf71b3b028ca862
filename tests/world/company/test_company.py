"""Static company-wide data: counts worked out by hand, shapes, and the cost of a product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genims_ray import config
from genims_ray.errors import UserError
from genims_ray.world import dates
from genims_ray.world.company import Company, bills, partners
from genims_ray.world.company import employees as people
from genims_ray.world.company.apportion import apportion, mixed
from genims_ray.world.frame import Frame
from genims_ray.world.params import Plant


def _company(plant: Plant) -> Company:
    return Company(Frame(plant))


@pytest.fixture(scope="module")
def plant() -> Plant:
    return config.load(["scale=large"]).plant


@pytest.fixture(scope="module")
def company(plant: Plant) -> Company:
    return _company(plant)


def test_apportioning_by_largest_remainder() -> None:
    # one each, then 4 * (0.5, 0.3, 0.2) = 2 + 1.2 + 0.8: the last goes to c; places 1/6 .. 5/6 and 1/4, 3/4
    assert apportion("x", 7, {"a": 0.5, "b": 0.3, "c": 0.2}) == ["a", "b", "c", "a", "b", "c", "a"]
    assert mixed({"a": 1, "b": 3}) == ["b", "a", "b", "b"]
    with pytest.raises(UserError, match=r"enterprise.suppliers is 2, but needs .*: a, b, c"):
        apportion("enterprise.suppliers", 2, {"a": 1, "b": 1, "c": 1})


def test_days_and_ages() -> None:
    assert dates.day("1970-01-02") == 1
    assert dates.day("2025-01-01") == 20_089
    u = np.array([1e-12, 0.5, 1 - 1e-12])
    # far from the cut the median age is mean * ln 2 = 693.1 of 1,000 days
    assert dates.ages(u, 1000 / dates.YEAR, 0, 1e6).tolist()[:2] == [0, 693]
    assert dates.ages(u, 10, 90, 100).tolist() == [90, 94, 99]
    assert dates.ages(u, 10, 90, 30).tolist() == [90, 90, 90]


def test_cost_is_rounded_once_and_half_up(company: Company) -> None:
    line = np.array([1, 1, 2, 3])
    components = bills.Components(
        bom_component_id=np.arange(4),
        bom_id=line,
        product_id=line,
        position=np.arange(4),
        material_id=np.array([1, 2, 2, 2]),
        quantity=np.array([2_500, 20_000, 1_000, 998]),
        scrap=np.array([200, 50, 0, 0]),
        created_at=line,
    )
    materials = replace(company.materials, standard_cost_cents=np.array([320, 5]))
    # 0.25 * 1.02 * 320 + 2 * 1.005 * 5 = 81.6 + 10.05 = 91.65; 0.1 * 5 = 0.5; 0.0998 * 5 = 0.499
    assert bills.cost_of(components, materials, np.array([1, 2, 3])).tolist() == [92, 1, 0]


def test_the_products_of_the_group(company: Company) -> None:
    products, components = company.products, company.components
    assert (products.standard_cost_cents == products.material_cost_cents + products.conversion_cost_cents).all()
    assert (products.list_price_cents > products.standard_cost_cents).all()
    assert 100 <= np.median(products.list_price_cents) <= 145  # target 120
    assert 0.75 <= np.log(products.list_price_cents).std() <= 1.0  # target 0.9, cut below by the conversion cost
    per_product = np.bincount(np.searchsorted(products.product_id, components.product_id))
    assert (per_product.min(), per_product.max()) == (8, 12)
    assert 9.8 <= per_product.mean() <= 10.2
    assert (components.quantity % bills.QUANTITY == 0).mean() > 0.65
    pairs = components.product_id * 1000 + components.material_id
    assert len(np.unique(pairs)) == len(pairs)
    body = company.materials.material_group[components.material_id[components.position == 1] - 1]
    assert (body == products.material_type).all()


def test_sources_of_the_materials(company: Company) -> None:
    sources, materials, suppliers = company.sources, company.materials, company.suppliers
    split = np.bincount(sources.material_id, sources.split_percentage)
    assert (split[1:] == 100).all()
    assert 1.3 <= len(sources.material_id) / len(materials.material_id) <= 1.5
    default = sources.material_supplier_id % 10 == 1
    assert (sources.supplier_id[default] == materials.default_supplier_id).all()
    assert (sources.lead_time_days[default] == materials.lead_time_days).all()
    largest = np.maximum.reduceat(sources.split_percentage, np.flatnonzero(default))
    assert (sources.split_percentage[default] == largest).all()
    assert (suppliers.status[sources.supplier_id - 1] == "active").all()
    assert "mro" not in suppliers.supplier_category[sources.supplier_id - 1]
    assert 0.88 <= suppliers.on_time_probability.mean() <= 0.92  # Beta(18, 2) has mean 0.9
    usd = sources.price_cents / sources.price_unit * [partners.USD_PER_UNIT[c] for c in sources.currency]
    ratio = usd / materials.standard_cost_cents[sources.material_id - 1]
    assert 0.99 <= np.median(ratio) <= 1.02
    assert (np.abs(np.log(ratio)) < 0.25).all()


def test_few_customers_buy_most(company: Company) -> None:
    customers = company.customers
    weight = np.sort(customers.weight)[::-1]
    assert weight.sum() == pytest.approx(1)
    assert weight[0] < 0.12
    assert 0.7 <= weight[: len(weight) // 5].sum() <= 0.92
    assert (customers.weight[customers.status == "credit_hold"] == 0).all()
    assert (customers.weight[customers.status == "active"] > 0).all()
    assert customers.weight[customers.tier == "A"].min() > customers.weight[customers.tier == "C"].max()
    assert len(set(customers.customer_name)) == 1500
    # 50 lines near 490 parts an hour; 21, 16 and 10 shifts of 8 h a week; OEE 0.77: about 390,000 a day
    assert 330_000 <= company.yearly_parts / 365 <= 450_000


def test_every_post_is_filled(company: Company) -> None:
    employees = company.employees
    roles = dict(zip(*np.unique(employees.role, return_counts=True), strict=True))
    # 10 factories: 5 lines x 4 crews x 1, 2 relief, 4, 6, 4, 4, and 10 staff of whom 1 manager, 1 planner;
    # the other 80 are one round of the mixture
    assert roles == {
        "operator": 200,
        "relief_operator": 20,
        "shift_supervisor": 40,
        "maintenance_technician": 60,
        "quality_inspector": 40,
        "warehouse_operator": 40,
        "plant_manager": 10,
        "production_planner": 10,
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
    # factory 1: first line has posts 1 to 4, one for each crew; its second line starts at post 5
    assert employees.employee_id[:5].tolist() == [1001, 1002, 1003, 1004, 1005]
    assert employees.line_id[:5].tolist() == [101, 101, 101, 101, 102]
    assert employees.crew[:5].tolist() == ["A", "B", "C", "D", "A"]
    assert len(set(employees.email)) == 500
    opened = [dates.day(f.params.operational_since) for f in company.layout.factories]
    assert (employees.hire_date >= np.array(opened)[employees.factory_id - 1]).all()
    assert (employees.hire_date < company.start_day).all()
    assert ((employees.hire_date + 3) % 7 == 0).all()
    assert set(employees.department_id) <= set(company.departments.department_id)


def test_emails_are_ascii_and_end_in_the_key() -> None:
    assert people._email("Ildefonsa", "Wolańska", 4007) == "ildefonsa.wolanska.4007@genims.example"
    assert people._email("朔", "陽ノ下", 8007) == "8007@genims.example"


def test_lines_and_machines_are_older_than_the_history(company: Company) -> None:
    machines, layout = company.machines, company.layout
    in_service = np.array([company.commissioned[m.line_id] for m in layout.machines])
    assert (machines.installation_date >= in_service).all()
    assert (machines.installation_date <= company.start_day - 180).all()
    assert len(set(machines.serial_number)) == 200
    by_line = machines.criticality.reshape(50, 4)
    assert ((by_line == "A").sum(axis=1) == 1).all()
    assert ((by_line == "C").sum(axis=1) == 1).all()


def test_equal_seeds_give_equal_companies(plant: Plant, company: Company) -> None:
    again, other = _company(plant), _company(replace(plant, seed=plant.seed + 1))
    for group in ("suppliers", "customers", "materials", "sources", "products", "components", "employees", "machines"):
        for name, values in vars(getattr(company, group)).items():
            assert (values == getattr(getattr(again, group), name)).all(), f"{group}.{name}"
    assert (company.products.standard_cost_cents != other.products.standard_cost_cents).any()
    assert (company.employees.last_name != other.employees.last_name).any()


def test_impossible_companies_are_refused(plant: Plant) -> None:
    few = replace(plant, enterprise=replace(plant.enterprise, materials=12))
    with pytest.raises(UserError, match=r"enterprise\.materials=12 gives"):
        _ = _company(few).components
    detroit = replace(plant.factories["detroit"], country="AQ")
    with pytest.raises(UserError, match="country 'AQ'"):
        _ = _company(replace(plant, factories={"detroit": detroit})).employees
    odd = {name: replace(kind, product_family="anvil") for name, kind in plant.line_types.items()}
    with pytest.raises(UserError, match="'anvil' has no body material"):
        _ = _company(replace(plant, line_types=odd)).products
