"""Control charts and their points."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, rows, touched, updated
from genims_ray.world import DAY, HOUR, NEVER, Window, World, keys
from genims_ray.world.quality.spc import ACTIONS
from genims_ray.world.quality.spc_rules import RULES
from genims_ray.world.shopfloor.characteristics import UNITS, gauge_types


def spc_control_charts(world: World, window: Window) -> Columns:
    charts, planning = world.quality.charts, world.quality.planning
    if not world.quality.capability.change_in(window):
        return {}
    c, limits = world.shopfloor.characteristics, charts.limits
    line, slot = at = tuple(x.ravel() for x in np.indices(c.mean.shape))
    line_id, chart_id = c.line_ids[line], charts.chart_id(line, slot)
    created = charts.frozen * DAY + 11 * HOUR
    capability = world.quality.capability.before(window.end)
    enough = np.isfinite(capability.cpk[at])
    when = np.where(enough, capability.end[at], NEVER)
    kinds = np.array([gauge_types(x, world.plant.quality_control.gauges_per_line) for x in world.lines])
    unit = np.array([UNITS[k].unit for k in kinds[line, c.gauge[at]].tolist()])

    columns = {
        "chart_id": chart_id,
        "chart_number": np.char.add(np.char.mod("SPC-L%d-", line_id), np.char.mod("%02d", slot + 1)),
        "line_id": line_id,
        "machine_id": line_id * 100 + c.position[at],
        "characteristic_id": planning.characteristic_id(planning.plan_of(line_id * 100 + 1), slot),
        "chart_type": np.where(c.parts[at] == 1, "i_mr", "xbar_r"),
        "subgroup_size": c.parts[at],
        "subgroup_interval_minutes": c.interval[at],
        "unit_of_measure": unit,
        "lower_spec_limit": np.ma.masked_invalid(limits.spec_lower[at]),
        "upper_spec_limit": limits.spec_upper[at],
        "lower_control_limit": limits.lower[at],
        "center_line": limits.center[at],
        "upper_control_limit": limits.upper[at],
        "range_center_line": limits.range_center[at],
        "range_upper_control_limit": limits.range_upper[at],
        "limits_frozen_on": charts.frozen,
        "capability_from": np.ma.array(capability.start[at], mask=~enough),
        "last_calculation_date": np.ma.array(capability.end[at], mask=~enough),
        "cp": np.ma.masked_invalid(capability.cp[at]),
        "cpk": np.ma.masked_invalid(capability.cpk[at]),
        "pp": np.ma.masked_invalid(capability.pp[at]),
        "ppk": np.ma.masked_invalid(capability.ppk[at]),
        "created_at": created,
        "updated_at": updated(window, created, when),
    }
    return rows(columns, (created < window.end) & touched(window, created, when))


def spc_data_points(world: World, window: Window) -> Columns:
    if window.is_opening:  # history begins with the first subgroup after it
        return {}
    charts, p = world.quality.charts, world.quality.charts.between(window)
    if not len(p):
        return {}
    chart_id = charts.chart_id(p.line, p.slot)
    single = world.shopfloor.characteristics.parts[p.line, p.slot] == 1
    return {
        "data_point_id": keys.key(chart_id, p.time // DAY, (p.time % DAY) // 2),
        "chart_id": chart_id,
        "subgroup_number": p.number,
        "measurement_timestamp": p.time,
        "work_order_id": np.ma.masked_equal(p.order_key, 0),
        "measurement_value": p.mean,
        "range_value": np.ma.array(p.range, mask=single & (p.number == 1)),
        "equipment_id": world.quality.gauges.masters.equipment_id[p.gauge],
        "calibration_overdue": p.overdue,
        "measured_by": p.operator,
        "violation_type": np.ma.array(np.array(RULES)[p.rule], mask=p.rule == 0),
        "action_taken": np.ma.array(np.array(ACTIONS)[p.action], mask=p.rule == 0),
    }
