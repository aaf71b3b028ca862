"""Service contracts, and the external engineers called under them."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, latest, only, unless
from genims_ray.modules.cmms.work_orders import number
from genims_ray.world import Window, World
from genims_ray.world.maintenance.service import TERM_DAYS
from genims_ray.world.rows import Ints

BILLING = {"full_service": "monthly", "parts_and_labor": "quarterly", "inspection": "yearly", "on_call": "yearly"}


def service_contracts(world: World, window: Window) -> Columns:
    """Terms in force in the opening, renewals when they are signed."""
    service = world.maintenance.service
    if world.diary.quiet("cmms.service_contracts", window, lambda day: service.contracts(day).created):
        return {}
    terms = service.contracts(window)
    if not len(terms):
        return {}
    year = terms.start.astype("datetime64[D]").astype("datetime64[Y]").astype(str)
    full = terms.type == "full_service"
    numbers = zip(year.tolist(), terms.contract_id.tolist(), strict=True)
    return {
        "contract_id": terms.contract_id,
        "contract_number": [f"SVC-{y}-{i:05d}" for y, i in numbers],
        "supplier_id": terms.supplier_id,
        "factory_id": terms.factory_id,
        "asset_id": unless(terms.asset_id),
        "asset_type": only(terms.asset_id == 0, terms.kind),
        "contract_type": terms.type,
        "contract_start_date": terms.start,
        "contract_end_date": terms.start + TERM_DAYS - 1,
        "contract_value": terms.value_cents,
        "billing_frequency": [BILLING[t] for t in terms.type.tolist()],
        "callout_rate": terms.rate_cents,
        "response_time_hours": 100 * terms.response,
        "resolution_time_hours": 300 * terms.response,
        "uptime_guarantee_pct": only(full, 9_600 + 50 * (terms.contract_id % 5)),
        "renewal_notice_days": np.where(full, 60, 90),
        "created_at": terms.created,
    }


def service_call_logs(world: World, window: Window) -> Columns:
    m = world.maintenance

    def called(day: Window) -> Ints:
        return m.service.calls(m.work_orders.between(day).orders).instants

    if world.diary.quiet("cmms.service_call_logs", window, called):
        return {}
    o = m.work_orders.between(window).orders
    if window.is_opening or not len(o):
        return {}
    calls = m.service.calls(o).touched(window)
    if not len(calls):
        return {}
    o = o.where(calls.row)
    resolved = happened(window, calls.resolved)
    return {
        "call_log_id": o.key,
        "call_number": number(world, "SC", o),
        "contract_id": calls.contract_id,
        "asset_id": m.assets.table.asset_id[o.asset],
        "maintenance_work_order_id": o.key,
        "priority": o.priority,
        "call_date": calls.called,
        "arrived_at": known(window, calls.arrived, calls.arrived),
        "resolved_at": known(window, calls.resolved, calls.resolved),
        "covered_by_contract": only(resolved, calls.covered),
        "service_cost": only(resolved, calls.cost_cents),
        "customer_rating": only(resolved, calls.rating),
        "call_status": np.select([resolved, happened(window, calls.arrived)], ["resolved", "on_site"], "called"),
        "called_by": m.technicians.keys(o.technician),
        "created_at": calls.called,
        "updated_at": latest(window, calls),
    }
