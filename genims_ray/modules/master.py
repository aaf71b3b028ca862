"""Master data, as it stands when history begins, in the opening window; and people, who come and go."""

from __future__ import annotations

from typing import Any

import numpy as np

from genims_ray.modules.asof import happened, known, rows, touched, updated
from genims_ray.window import DAY, HOUR, NEVER, Window
from genims_ray.world import World, dates
from genims_ray.world.company import assets
from genims_ray.world.company import employees as people
from genims_ray.world.rows import Ints

Columns = dict[str, Any]


def companies(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    c = world.company.companies
    return {
        "company_id": c.company_id,
        "company_code": np.char.mod("CO%02d", c.company_id),
        "company_name": c.company_name,
        "country": c.country,
        "city": c.city,
        "functional_currency": c.functional_currency,
        "is_group_parent": c.company_id == 1,
        "incorporated_on": c.incorporated_on,
        "created_at": c.created_at,
    }


def factories(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    sites = world.layout.factories
    factory_id = np.array([f.factory_id for f in sites])
    operational_since = np.array([dates.day(f.params.operational_since) for f in sites])
    return {
        "factory_id": factory_id,
        "company_id": np.array([world.company.companies.of_factory[f.factory_id] for f in sites]),
        "factory_code": np.char.mod("F%02d", factory_id),
        "factory_name": np.array([f.params.name for f in sites]),
        "country": np.array([f.params.country for f in sites]),
        "city": np.array([f.params.city for f in sites]),
        "region": np.array([f.params.region for f in sites]),
        "timezone": np.array([f.params.timezone for f in sites]),
        "latitude": np.array([f.params.latitude for f in sites]),
        "longitude": np.array([f.params.longitude for f in sites]),
        "total_area_sqm": np.array([f.params.area_m2 for f in sites]),
        "operational_since": operational_since,
        "certification": np.array([f.params.certification for f in sites]),
        "currency": np.array([f.params.currency for f in sites]),
        "holiday_calendar": np.array([f.params.holidays for f in sites]),
        "created_at": world.company.entered("factory", factory_id, operational_since),
    }


def warehouses(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    w = world.company.warehouses
    return {
        "warehouse_id": w.warehouse_id,
        "company_id": w.company_id,
        "factory_id": _unless_zero(w.factory_id),
        "warehouse_code": w.warehouse_code,
        "warehouse_name": w.warehouse_name,
        "warehouse_type": np.where(w.factory_id > 0, "plant_store", "distribution_centre"),
        "country": w.country,
        "city": w.city,
        "timezone": w.timezone,
        "total_area_sqm": w.total_area_sqm,
        "dock_doors": w.dock_doors,
        "created_at": w.created_at,
    }


def warehouse_zones(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    w = world.company.warehouses
    share, density = np.array(list(assets.ZONES.values())).T
    zones = len(assets.ZONES)
    number = np.tile(np.arange(1, zones + 1), len(w.warehouse_id))
    area_sqm = np.round(np.outer(w.total_area_sqm, share)).astype(np.int64)
    return {
        "zone_id": np.repeat(w.warehouse_id, zones) * 10 + number,
        "warehouse_id": np.repeat(w.warehouse_id, zones),
        "zone_code": np.char.add(np.repeat(w.warehouse_code, zones), np.char.mod("-Z%d", number)),
        "zone_type": np.tile(list(assets.ZONES), len(w.warehouse_id)),
        "area_sqm": area_sqm.ravel(),
        "capacity_pallets": np.round(area_sqm * density).astype(np.int64).ravel(),
        "created_at": np.repeat(w.created_at, zones),
    }


def suppliers(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    s = world.company.suppliers
    return {
        "supplier_id": s.supplier_id,
        "supplier_code": s.supplier_code,
        "supplier_name": s.supplier_name,
        "supplier_category": s.supplier_category,
        "country": s.country,
        "region": s.region,
        "currency": s.currency,
        "payment_terms_days": s.payment_terms_days,
        "incoterm": s.incoterm,
        "status": s.status,
        "approved_on": s.approved_on,
        "created_at": s.created_at,
    }


def customers(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    c = world.company.customers
    return {
        "customer_id": c.customer_id,
        "customer_code": c.customer_code,
        "customer_name": c.customer_name,
        "customer_type": c.customer_type,
        "industry_segment": c.industry_segment,
        "country": c.country,
        "region": c.region,
        "currency": c.currency,
        "tier": c.tier,
        "annual_volume_estimate": c.annual_volume_estimate,
        "payment_terms_days": c.payment_terms_days,
        "price_discount_percentage": c.price_discount_hundredths,
        "credit_limit_usd": c.credit_limit_cents,
        "sla_on_time_delivery_percentage": 100 * c.sla_on_time_delivery_percentage,
        "sla_quality_ppm_max": c.sla_quality_ppm_max,
        "status": c.status,
        "customer_since": c.customer_since,
        "created_at": c.created_at,
    }


def materials(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    m = world.company.materials
    return {
        "material_id": m.material_id,
        "material_code": m.material_code,
        "material_name": m.material_name,
        "material_type": m.material_type,
        "material_group": m.material_group,
        "base_unit": m.base_unit,
        "default_supplier_id": m.default_supplier_id,
        "standard_cost_usd": m.standard_cost_cents,
        "lead_time_days": m.lead_time_days,
        "safety_stock_days": m.safety_stock_days,
        "lot_size": m.lot_size,
        "shelf_life_days": _unless_zero(m.shelf_life_days),
        "inspection_required": m.inspection_required,
        "created_at": m.created_at,
    }


def material_suppliers(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    s = world.company.sources
    return {
        "material_supplier_id": s.material_supplier_id,
        "material_id": s.material_id,
        "supplier_id": s.supplier_id,
        "supplier_part_number": s.supplier_part_number,
        "split_percentage": s.split_percentage,
        "price": s.price_cents,
        "price_unit": s.price_unit,
        "currency": s.currency,
        "minimum_order_quantity": s.minimum_order_quantity,
        "lead_time_days": s.lead_time_days,
        "valid_from": s.valid_from,
        "created_at": s.created_at,
    }


def departments(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    d = world.company.departments
    return {
        "department_id": d.department_id,
        "factory_id": d.factory_id,
        "department_code": d.department_code,
        "department_name": d.department_name,
        "function": d.function,
        "cost_center_code": d.cost_center_code,
        "created_at": d.created_at,
    }


def production_lines(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    lines = world.layout.lines
    line_id = np.array([line.line_id for line in lines])
    commissioning_date = np.array([world.company.commissioned[line.line_id] for line in lines])
    pace = 3600 / np.array([line.type.ideal_cycle_seconds for line in lines])
    changeover = 10 * np.array([line.type.changeover_median_minutes for line in lines])
    return {
        "line_id": line_id,
        "factory_id": np.array([line.factory.factory_id for line in lines]),
        "line_code": np.array([line.code for line in lines]),
        "line_name": np.array([line.params.name for line in lines]),
        "line_type": np.array([line.params.type for line in lines]),
        "product_category": np.array([line.type.product_family for line in lines]),
        "shift_pattern": np.array([line.params.shift_pattern for line in lines]),
        "design_capacity_units_per_hour": np.round(pace).astype(np.int64),
        "changeover_time_minutes": np.round(changeover).astype(np.int64),
        "commissioning_date": commissioning_date,
        "created_at": world.company.entered("line", line_id, commissioning_date),
    }


def machines(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    placed = world.layout.machines
    m = world.company.machines
    return {
        "machine_id": m.machine_id,
        "line_id": np.array([p.line_id for p in placed]),
        "machine_code": np.array([f"L{p.line_id}-M{p.position:02d}" for p in placed]),
        "machine_name": np.array([f"{p.type.title} {p.position}" for p in placed]),
        "machine_type": np.array([p.type_name for p in placed]),
        "position": np.array([p.position for p in placed]),
        "manufacturer": m.manufacturer,
        "model_number": m.model_number,
        "serial_number": m.serial_number,
        "installation_date": m.installation_date,
        "last_major_overhaul": _unless_zero(m.last_major_overhaul),
        "design_capacity_units_per_hour": m.design_capacity_units_per_hour,
        "power_rating_kw": m.power_rating,
        "criticality": m.criticality,
        "asset_value_usd": m.asset_value_cents,
        "expected_life_years": np.array([p.type.expected_life_years for p in placed]),
        "created_at": m.created_at,
    }


def products(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    p = world.company.products
    return {
        "product_id": p.product_id,
        "line_id": p.line_id,
        "product_code": p.product_code,
        "product_name": p.product_name,
        "product_category": p.product_category,
        "material_type": p.material_type,
        "standard_cycle_time_seconds": np.round(100 * p.ideal_cycle_seconds).astype(np.int64),
        "unit_weight_kg": p.unit_weight,
        "material_cost_usd": p.material_cost_cents,
        "conversion_cost_usd": p.conversion_cost_cents,
        "standard_cost_usd": p.standard_cost_cents,
        "list_price_usd": p.list_price_cents,
        "launched_on": p.launched_on,
        "created_at": p.created_at,
    }


def bill_of_materials(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    b = world.company.boms
    return {
        "bom_id": b.bom_id,
        "product_id": b.product_id,
        "bom_number": b.bom_number,
        "revision": b.revision,
        "effective_from": b.effective_from,
        "created_at": b.created_at,
    }


def bom_components(world: World, window: Window) -> Columns:
    if not _standing(world, window):
        return {}
    c = world.company.components
    return {
        "bom_component_id": c.bom_component_id,
        "bom_id": c.bom_id,
        "position": c.position,
        "material_id": c.material_id,
        "quantity_per": c.quantity,
        "scrap_percentage": c.scrap,
        "created_at": c.created_at,
    }


def employees(world: World, window: Window) -> Columns:
    """People whose record changed in the window: entered, promoted, left."""
    if world.diary.quiet("master.employees", window, lambda day: _changes(world, day)):
        return {}
    careers, ids = world.people.everyone, _known(world, window)
    hire_date, last, created_at, promoted, over = _lives(world, ids)
    e = world.company.persons(careers.place(ids)[1], ids, hire_date)
    level = np.where(happened(window, over), last, (window.end - 1 - 7 * HOUR) // DAY)
    updated_at = updated(window, created_at, *promoted.T, over)
    mask = touched(window, created_at, *promoted.T, over) & (created_at < window.end)
    columns = {
        "employee_id": ids,
        "factory_id": e.factory_id,
        "department_id": e.department_id,
        "line_id": _unless_zero(e.line_id),
        "employee_code": np.char.mod("E%06d", ids),
        "first_name": e.first_name,
        "last_name": e.last_name,
        "email": e.email,
        "role": e.role,
        "crew": np.ma.array(e.crew, mask=e.crew == ""),
        "skill_level": people.LEVELS[careers.level(ids, np.maximum(level, hire_date))],
        "hire_date": hire_date,
        "leave_date": known(window, over, last),
        "created_at": created_at,
        "updated_at": updated_at,
    }
    return rows(columns, mask & world.first)


def _known(world: World, window: Window) -> Ints:
    """Keys of all who are hired by the end of the window."""
    return world.people.everyone.people(window.end // DAY + 1)


def _lives(world: World, ids: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(hired, last day, entered, (people, promotions) promoted, off the record): days, and then UTC seconds."""
    careers = world.people.everyone
    hire_date, last = careers.hired(ids), careers.left(ids)
    promoted = np.sort(careers.promotions(ids), axis=1)
    promoted = np.where((promoted > hire_date[:, None]) & (promoted <= last[:, None]), promoted * DAY + 7 * HOUR, NEVER)
    over = (last + 1) * DAY + 16 * HOUR  # the last shift is over everywhere
    return hire_date, last, world.company.entered("employee", ids, careers.signed(ids)), promoted, over


def _changes(world: World, window: Window) -> Ints:
    """When any record changes."""
    _, _, created_at, promoted, over = _lives(world, _known(world, window))
    return np.concatenate([created_at, promoted.ravel(), over])


def _standing(world: World, window: Window) -> bool:
    """Whether all rows are told of: in the opening window of the cell that speaks for the company, none elsewhere."""
    return window.is_opening and world.first


def _unless_zero(values: Ints) -> Any:
    """NULL where there is none."""
    return np.ma.masked_equal(values, 0)
