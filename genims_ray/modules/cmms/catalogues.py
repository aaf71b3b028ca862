"""Failure codes, standard jobs, and the spare parts with their stock."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns
from genims_ray.modules.cmms.common import OFFICE, empty, ints, orders, texts, unless, where
from genims_ray.world import DAY, Window, World


def failure_codes(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    codes, entered = world.maintenance.assets.codes, world.maintenance.assets.code_entered
    member = [c.code_type == "mode" and c.parent > 0 for c in codes]
    return {
        "failure_code_id": ints(c.failure_code_id for c in codes),
        "code_type": texts(c.code_type for c in codes),
        "failure_code": texts(c.code for c in codes),
        "failure_description": texts(c.description for c in codes),
        "parent_failure_code_id": unless(c.parent for c in codes),
        "failure_class": texts(c.failure_class for c in codes),
        "typical_repair_time_hours": where(member, (round(100 * c.repair_hours) for c in codes)),
        "recommended_action": texts(c.action for c in codes),
        "created_at": ints(entered[c.failure_code_id] for c in codes),
    }


def work_procedures(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    jobs = world.maintenance.assets.procedures
    ids = ints(p.procedure_id for p in jobs)
    age = (world.rng.words("procedure age", ids) % np.uint64(900)).astype(np.int64) + 30
    revised = world.start // DAY - age
    factories = ints(f.factory_id for f in world.layout.factories)
    sites = factories[ids % len(factories)]
    return {
        "procedure_id": ids,
        "procedure_code": texts(
            f"JP-{''.join(c for c in p.kind.upper() if c.isascii() and c.isalnum())[:6] or 'X'}-{p.procedure_id:03d}"
            for p in jobs
        ),
        "procedure_name": texts(p.title for p in jobs),
        "procedure_type": texts(p.type for p in jobs),
        "asset_type": texts(p.kind for p in jobs),
        "component": texts(p.component for p in jobs),
        "estimated_duration_hours": ints(round(100 * p.hours) for p in jobs),
        "technicians_required": ints(p.people for p in jobs),
        "required_trade": texts(p.trade for p in jobs),
        "required_skill_level": texts(p.skill for p in jobs),
        "lockout_tagout_required": [p.lockout for p in jobs],
        "hot_work_permit": [p.hot_work for p in jobs],
        "ppe_required": texts(p.ppe for p in jobs),
        "tools_required": texts(p.tools for p in jobs),
        "version": 1 + ids % 4,
        "revision_date": revised,
        "approved_by": world.people.holder(
            sites, ints(world.layout.posts[f].staff.start for f in sites.tolist()), revised
        ),
        "created_at": revised * DAY + OFFICE,
    }


def mro_parts(world: World, window: Window) -> Columns:
    """All parts in the opening; afterwards those whose stock has changed."""
    stock, spares = world.maintenance.stock, world.maintenance.spares
    if window.is_opening:
        parts = stock.parts
        on_hand = {part.mro_part_id: (stock.level(part).most, world.start - 1) for part in parts}
    else:
        last = {m.part: m for m in stock.between(window.start, window.end, orders(world, window))}
        parts = [spares.by_id[part] for part in sorted(last)]
        on_hand = {part: (m.after, m.time) for part, m in last.items()}
    return empty(
        {
            "mro_part_id": ints(p.mro_part_id for p in parts),
            "part_number": texts(p.number for p in parts),
            "part_name": texts(p.name for p in parts),
            "part_category": texts(p.category for p in parts),
            "component": texts(p.component for p in parts),
            "manufacturer": texts(p.maker for p in parts),
            "manufacturer_part_number": texts(p.maker_number for p in parts),
            "unit_of_measure": texts(p.unit for p in parts),
            "warehouse_id": ints(p.factory_id for p in parts),
            "bin_location": texts(
                f"M{p.mro_part_id % 7 + 1}-{p.mro_part_id % 10_000 // 20 + 1:02d}-{p.mro_part_id % 20 + 1:02d}"
                for p in parts
            ),
            "criticality": texts(p.criticality for p in parts),
            "primary_supplier_id": ints(p.supplier_id for p in parts),
            "lead_time_days": ints(p.lead_days for p in parts),
            "reorder_point": ints(stock.level(p).reorder for p in parts),
            "max_stock_level": ints(stock.level(p).most for p in parts),
            "standard_cost": ints(p.cost_cents for p in parts),
            "shelf_life_months": unless(p.shelf_life_months for p in parts),
            "current_stock": ints(on_hand[p.mro_part_id][0] for p in parts),
            "created_at": ints(p.created_at for p in parts),
            "updated_at": ints(on_hand[p.mro_part_id][1] for p in parts),
        }
    )
