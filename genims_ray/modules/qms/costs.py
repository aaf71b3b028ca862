"""Cost of quality by prevention, appraisal and failure."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, known, nothing, updated
from genims_ray.world import Window, World
from genims_ray.world.quality.costs import CATEGORIES, ELEMENTS


def quality_cost_entries(world: World, window: Window) -> Columns:
    e = world.quality.costs.touched(window)
    if not len(e):
        return {}
    return {
        "cost_entry_id": e.entry_id,
        "factory_id": e.factory_id,
        "cost_category": np.array(CATEGORIES)[e.category],
        "cost_element": np.array(ELEMENTS)[e.element],
        "ncr_header_id": np.ma.masked_equal(e.ncr_id, 0),
        "customer_complaint_id": np.ma.masked_equal(e.complaint_id, 0),
        "capa_header_id": np.ma.masked_equal(e.case_id, 0),
        "audit_id": np.ma.masked_equal(e.audit_id, 0),
        "calibration_id": np.ma.masked_equal(e.calibration_id, 0),
        "work_order_id": np.ma.masked_equal(e.work_order_id, 0),
        "warranty_claim_id": nothing(len(e), np.int64),
        "quantity": np.ma.masked_equal(e.quantity, 0),
        "amount": e.amount,
        "entry_date": e.time,
        "journal_entry_id": known(window, e.posted, e.entry_id),  # the entry has the key of its cause
        "updated_at": updated(window, e.time, e.posted),
    }
