"""Failure codes, standard jobs, and the spare parts with their stock."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, only, unless
from genims_ray.world import DAY, Window, World

OFFICE = 36_000
"""Second of the day at which masters are entered."""


def failure_codes(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    codes, entered = world.maintenance.assets.codes, world.maintenance.assets.code_entered
    member = np.array([c.code_type == "mode" and c.parent > 0 for c in codes])
    return {
        "failure_code_id": [c.failure_code_id for c in codes],
        "code_type": [c.code_type for c in codes],
        "failure_code": [c.code for c in codes],
        "failure_description": [c.description for c in codes],
        "parent_failure_code_id": unless([c.parent for c in codes]),
        "failure_class": unless([c.failure_class for c in codes], ""),
        "typical_repair_time_hours": only(member, [round(100 * c.repair_hours) for c in codes]),
        "recommended_action": unless([c.action for c in codes], ""),
        "created_at": [entered[c.failure_code_id] for c in codes],
    }


def work_procedures(world: World, window: Window) -> Columns:
    if not window.is_opening:
        return {}
    assets = world.maintenance.assets
    procedures = assets.procedures
    ids = np.array([p.procedure_id for p in procedures], dtype=np.int64)
    revised = assets.revised(ids)
    factories = np.array([f.factory_id for f in world.layout.factories], dtype=np.int64)
    sites = factories[ids % len(factories)]
    managers = np.array([world.layout.posts[f].staff.start for f in sites.tolist()], dtype=np.int64)
    kinds = ["".join(c for c in p.kind.upper() if c.isascii() and c.isalnum())[:6] or "X" for p in procedures]
    return {
        "procedure_id": ids,
        "procedure_code": [f"JP-{kind}-{p.procedure_id:03d}" for kind, p in zip(kinds, procedures, strict=True)],
        "procedure_name": [p.title for p in procedures],
        "procedure_type": [p.type for p in procedures],
        "asset_type": [p.kind for p in procedures],
        "component": unless([p.component for p in procedures], ""),
        "estimated_duration_hours": [round(100 * p.hours) for p in procedures],
        "technicians_required": [p.people for p in procedures],
        "required_trade": [p.trade for p in procedures],
        "required_skill_level": [p.skill for p in procedures],
        "lockout_tagout_required": [p.lockout for p in procedures],
        "hot_work_permit": [p.hot_work for p in procedures],
        "ppe_required": [p.ppe for p in procedures],
        "tools_required": [p.tools for p in procedures],
        "version": 1 + ids % 4,
        "revision_date": revised,
        "approved_by": world.people.holder(sites, managers, revised),
        "created_at": revised * DAY + OFFICE,
    }


def mro_parts(world: World, window: Window) -> Columns:
    """All parts in the opening; afterwards those whose stock has changed."""
    stock, spares = world.maintenance.stock, world.maintenance.spares
    moves = stock.between(window)
    if not len(moves):
        return {}
    last = len(moves) - 1 - np.unique(moves.part[::-1], return_index=True)[1]
    moves = moves.where(last)
    parts = [spares.by_id[part] for part in moves.part.tolist()]
    levels = [stock.level(part) for part in parts]
    ids = moves.part
    places = zip((ids % 7 + 1).tolist(), (ids % 10_000 // 20 + 1).tolist(), (ids % 20 + 1).tolist(), strict=True)
    return {
        "mro_part_id": ids,
        "part_number": [p.number for p in parts],
        "part_name": [p.name for p in parts],
        "part_category": [p.category for p in parts],
        "component": unless([p.component for p in parts], ""),
        "manufacturer": [p.maker for p in parts],
        "manufacturer_part_number": [p.maker_number for p in parts],
        "unit_of_measure": [p.unit for p in parts],
        "warehouse_id": [p.factory_id for p in parts],
        "bin_location": [f"M{a}-{b:02d}-{c:02d}" for a, b, c in places],
        "criticality": [p.criticality for p in parts],
        "primary_supplier_id": [p.supplier_id for p in parts],
        "lead_time_days": [p.lead_days for p in parts],
        "reorder_point": [level.reorder for level in levels],
        "max_stock_level": [level.most for level in levels],
        "standard_cost": [p.cost_cents for p in parts],
        "shelf_life_months": unless([p.shelf_life_months for p in parts]),
        "current_stock": moves.after,
        "created_at": [p.created_at for p in parts],
        "updated_at": moves.time,
    }
