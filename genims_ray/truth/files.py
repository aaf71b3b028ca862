"""The files of known truth: their columns, and a function for each that fills them.

Instants are told in full, also where they lie behind the range. Keys are those of rows that the databases hold
at its end, 0 where there is none: a missing one would turn a column of keys into floats in pandas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from genims_ray.truth import orders
from genims_ray.truth.known import Known
from genims_ray.truth.stories import stories, story_effects
from genims_ray.world import DAY, keys
from genims_ray.world.maintenance.condition import PLANNED_AHEAD
from genims_ray.world.sensors.sensor_faults import WATCHED

Columns = dict[str, Any]

KEY, NUMBER, TEXT, FLAG = pa.int64(), pa.float64(), pa.string(), pa.bool_()
INSTANT, DATE = pa.timestamp("ms", "UTC"), pa.date32()


@dataclass(frozen=True)
class Column:
    """A column; `refers` names the column of the databases that holds the same keys."""

    name: str
    type: pa.DataType
    comment: str
    refers: str = ""


@dataclass(frozen=True)
class File:
    """A Parquet file; `rows` gives its columns by name, instants and dates as whole seconds and days."""

    name: str
    comment: str
    rows: Callable[[Known], Columns]
    columns: tuple[Column, ...]


def failures(known: Known) -> Columns:
    f, end = known.failures, known.end
    recorded = f.stopped - np.where(f.forestalled, PLANNED_AHEAD, 0) < end
    stopped = known.of_machine(f.asset_id) & (f.stopped < end)
    return {
        "asset_id": f.asset_id,
        "machine_id": np.where(known.of_machine(f.asset_id), f.asset_id, 0),
        "component": f.component,
        "failure_mode": f.mode,
        "true_cause": f.true_cause,
        "onset": f.onset,
        "failure": f.failure,
        "lead_hours": f.lead_hours,
        "stopped": f.stopped,
        "repaired": f.ended,
        "operating_hours": f.age_hours,
        "waited_hours": f.waited_hours,
        "forestalled": f.forestalled,
        "hidden": f.hidden,
        "sudden": f.sudden,
        "infant": f.infant,
        "lemon": f.lemon,
        "maintenance_work_order_id": np.where(recorded, f.order, 0),
        "fault_id": np.where(stopped & ~f.forestalled, f.order, 0),
        "downtime_id": np.where(stopped, f.order, 0),
    }


def sensor_faults(known: Known) -> Columns:
    f = known.sensor_faults
    return {
        "sensor_id": f.sensor_id,
        "machine_id": f.sensor_id // 100,
        "kind": f.kind,
        "started": f.start,
        "ended": f.end,
        "size": np.ma.array(f.size, mask=np.isnan(f.size)),
        "noticed": np.ma.array(f.noticed, mask=~np.isin(f.kind, WATCHED)),
    }


def sensor_false_alarms(known: Known) -> Columns:
    sensor_id, date = known.world.sensors.observation.faults.false_alarms(known.start, known.end)
    return {"sensor_id": sensor_id, "date": date}


def order_lines(known: Known) -> Columns:
    return orders.order_lines(known.world, known.start, known.end)


def order_line_lots(known: Known) -> Columns:
    found = orders.order_line_lots(known.world, known.start, known.end)
    made = keys.parts(found["work_order_id"])[1] >= known.world.frame.start_day
    return found | {"work_order_id": np.where(made, found["work_order_id"], 0)}


def special_causes(known: Known) -> Columns:
    c = known.quality["special_causes"]
    return {
        "special_cause_id": _special_cause_id(known),
        "line_id": c["line_id"],
        "chart_id": c["chart_id"],
        "started": c["start"],
        "ended": c["end"],
        "shift": c["shift"],
    }


def special_cause_points(known: Known) -> Columns:
    p = known.quality["special_cause_points"]
    return {
        "special_cause_id": _special_cause_id(known)[p["cause"]],
        "data_point_id": p["data_point_id"],
        "signalled": p["signalled"],
    }


def _special_cause_id(known: Known) -> Any:
    c = known.quality["special_causes"]
    return keys.key(c["chart_id"], c["start"] // DAY, c["start"] % DAY // 2)


def chronic_causes(known: Known) -> Columns:
    c = known.quality["chronic_causes"]
    return {
        "line_id": c["line_id"],
        "chart_id": c["chart_id"],
        "share": c["share"],
        "started": c["onset"],
        "detected": c["detected"],
        "ended": c["ends"],
        "effective": c["effective"],
        "ncr_header_id": np.where(known.has_report(c["ncr_header_id"], c["detected"]), c["ncr_header_id"], 0),
        "capa_header_id": np.where(c["opened"] < known.end, c["capa_header_id"], 0),
    }


def bad_lots(known: Known) -> Columns:
    lots = known.quality["bad_lots"]
    return {
        "lot_id": lots["lot_id"],
        "supplier_id": lots["supplier_id"],
        "material_id": lots["material_id"],
        "factory_id": lots["factory_id"],
        "defective_share": lots["fraction"],
        "received": lots["received"],
        "inspection_lot_id": lots["inspection_lot_id"],
        "decision": lots["decision"],
    }


def bad_lot_orders(known: Known) -> Columns:
    return dict(known.quality["bad_lot_orders"])


def licence_lapses(known: Known) -> Columns:
    lapses = known.lapses
    return {
        "employee_id": lapses.employee_id,
        "expired": lapses.first,
        "valid_again": lapses.until,
        "worked_on": lapses.forgotten,
    }


STORY_COLUMNS = (Column("story_id", TEXT, "The telling of a story: its name and what it is about."),)

FILES = (
    File(
        "failures",
        "Every end of a component's life, by failure or by the repair planned before it, and what degrades at the end "
        "of the range and has not failed yet.",
        failures,
        (
            Column("asset_id", KEY, "Machine or utility.", "cmms.maintenance_assets.asset_id"),
            Column("machine_id", KEY, "The machine, 0 for a utility.", "master.machines.machine_id"),
            Column("component", TEXT, "What failed."),
            Column("failure_mode", TEXT, "The process behind it, as in conf/failure."),
            Column("true_cause", TEXT, "bad_spare, faulty_repair, random for what breaks without wear, else how it wore."),
            Column("onset", INSTANT, "When it began to degrade; the failure itself where it is sudden."),
            Column("failure", INSTANT, "When it failed, or would have."),
            Column("lead_hours", NUMBER, "From the onset to the failure [h]."),
            Column("stopped", INSTANT, "When the asset stopped: the failure, or the repair planned before it."),
            Column("repaired", INSTANT, "When it was repaired."),
            Column("operating_hours", NUMBER, "Age of the component in planned operating hours [h]."),
            Column("waited_hours", NUMBER, "Waiting for a part out of stock [h]."),
            Column("forestalled", FLAG, "A planned repair came first."),
            Column("hidden", FLAG, "No sensor can feel the degradation."),
            Column("sudden", FLAG, "It failed without degrading."),
            Column("infant", FLAG, "An early failure, after the repair before."),
            Column("lemon", FLAG, "The part came from the bad lot of spares."),
            Column("maintenance_work_order_id", KEY, "Its order, 0 while there is none.",
                   "cmms.work_orders.maintenance_work_order_id"),
            Column("fault_id", KEY, "Its fault, 0 if forestalled.", "operations.machine_faults.fault_id"),
            Column("downtime_id", KEY, "Its downtime, 0 for a utility.", "mes.downtime_events.downtime_id"),
        ),
    ),
    File(
        "sensor_faults",
        "Every fault of the measuring chain at work in the range; readings show it where there are any.",
        sensor_faults,
        (
            Column("sensor_id", KEY, "Sensor.", "operations.sensor_health.sensor_id"),
            Column("machine_id", KEY, "Its machine.", "master.machines.machine_id"),
            Column("kind", TEXT, "drift, bias, stuck, erratic, dropout, gateway_outage or spike."),
            Column("started", INSTANT, "First second; may lie before the range."),
            Column("ended", INSTANT, "Behind the last one: drift and bias last to the next calibration."),
            Column("size", NUMBER, "Share of the measuring range a month (drift) or in all (bias), factor on the noise "
                   "(erratic), standard deviations (spike); NULL for lost and stuck values."),
            Column("noticed", FLAG, "A row of sensor_health flags it; NULL for what the monitoring does not watch."),
        ),
    ),
    File(
        "sensor_false_alarms",
        "Days on which sensor_health reports a drift that is not there.",
        sensor_false_alarms,
        (
            Column("sensor_id", KEY, "Sensor.", "operations.sensor_health.sensor_id"),
            Column("date", DATE, "UTC day."),
        ),
    ),
    File(
        "special_causes",
        "Every disturbance of a single characteristic: it comes, shifts the process, and goes.",
        special_causes,
        (
            Column("special_cause_id", KEY, "Key, of this folder only."),
            Column("line_id", KEY, "Line.", "master.production_lines.line_id"),
            Column("chart_id", KEY, "Control chart of the characteristic.", "qms.spc_control_charts.chart_id"),
            Column("started", INSTANT, "First second."),
            Column("ended", INSTANT, "Behind the last one."),
            Column("shift", NUMBER, "Shift of the mean [standard deviations]."),
        ),
    ),
    File(
        "special_cause_points",
        "The points of control charts measured while a special cause was at work.",
        special_cause_points,
        (
            Column("special_cause_id", KEY, "Cause, in special_causes."),
            Column("data_point_id", KEY, "Point.", "qms.spc_data_points.data_point_id"),
            Column("signalled", FLAG, "A rule of the chart caught it."),
        ),
    ),
    File(
        "chronic_causes",
        "Recurring defects of a line, until an action against them is effective.",
        chronic_causes,
        (
            Column("line_id", KEY, "Line.", "master.production_lines.line_id"),
            Column("chart_id", KEY, "Chart of the characteristic that suffers.", "qms.spc_control_charts.chart_id"),
            Column("share", NUMBER, "Share of the parts rejected for it."),
            Column("started", INSTANT, "First second; may lie before the range."),
            Column("detected", INSTANT, "When it is found, in a report or as a trend."),
            Column("ended", INSTANT, "When it stops recurring."),
            Column("effective", FLAG, "The first corrective action ended it."),
            Column("ncr_header_id", KEY, "The report that found it, 0 for a trend or while there is none.",
                   "qms.ncr_headers.ncr_header_id"),
            Column("capa_header_id", KEY, "The case, 0 while there is none.", "qms.capa_headers.capa_header_id"),
        ),
    ),
    File(
        "bad_lots",
        "Lots of suppliers whose process was out of hand, whether or not anybody noticed.",
        bad_lots,
        (
            Column("lot_id", KEY, "Lot."),
            Column("supplier_id", KEY, "Supplier.", "master.suppliers.supplier_id"),
            Column("material_id", KEY, "Material.", "master.materials.material_id"),
            Column("factory_id", KEY, "Where it was delivered.", "master.factories.factory_id"),
            Column("defective_share", NUMBER, "Share of the lot that is defective."),
            Column("received", INSTANT, "When it came."),
            Column("inspection_lot_id", KEY, "Its inspection, 0 if it has none.",
                   "qms.incoming_inspection_lots.inspection_lot_id"),
            Column("decision", TEXT, "What incoming inspection makes of it; none for material that nobody inspects."),
        ),
    ),
    File(
        "bad_lot_orders",
        "Production orders with a bad lot in them: more of their parts are rejected.",
        bad_lot_orders,
        (
            Column("lot_id", KEY, "Lot; may have come before the range."),
            Column("work_order_id", KEY, "Order.", "mes.work_orders.work_order_id"),
        ),
    ),
    File(
        "order_lines",
        "What customers asked for, line by line, what they got, and why what was late was late.",
        order_lines,
        (
            Column("order_line_id", KEY, "Order line."),
            Column("customer_id", KEY, "Who ordered.", "master.customers.customer_id"),
            Column("product_id", KEY, "What.", "master.products.product_id"),
            Column("quantity", KEY, "How much [parts]."),
            Column("entered", INSTANT, "When the order came in."),
            Column("cancelled", INSTANT, "When the customer took it back; missing if not."),
            Column("due", DATE, "Day on which it has to leave the plant, to be there when it is wanted."),
            Column("promised", DATE, "Day for which it was promised; missing while it is open."),
            Column("shipped", INSTANT, "When the carrier took it; missing while it is open."),
            Column("days_late", KEY, "Days between the promise and the carrier, 0 if it kept it."),
            Column("late_because", TEXT, "breakdown: its line stood still; rejects: much was made in vain; load: the "
                   "line had too much to do; empty if it was not late."),
        ),
    ),
    File(
        "order_line_lots",
        "The lots out of which order lines were served.",
        order_line_lots,
        (
            Column("order_line_id", KEY, "Order line; may have been entered before the range."),
            Column("work_order_id", KEY, "Production order, which is the lot; 0 if it was made before history.",
                   "mes.work_orders.work_order_id"),
            Column("parts", KEY, "Parts of it."),
        ),
    ),
    File(
        "licence_lapses",
        "Times in which an operator's licence is not valid.",
        licence_lapses,
        (
            Column("employee_id", KEY, "Operator.", "master.employees.employee_id"),
            Column("expired", DATE, "First day without."),
            Column("valid_again", DATE, "First day with a new one, or day after the last at work."),
            Column("worked_on", FLAG, "Nobody noticed, and the operator worked on."),
        ),
    ),
    File(
        "stories",
        "What was planted, and things of the same kind that happen by themselves: one row a telling.",
        stories,
        (
            *STORY_COLUMNS,
            Column("story", TEXT, "Name of the story."),
            Column("what", TEXT, "What happens in it."),
            Column("table", TEXT, "Table of what it is about."),
            Column("key", KEY, "Key there."),
            Column("started", INSTANT, "When it begins; may lie before the range."),
            Column("ended", INSTANT, "When it is over; may lie behind the range."),
        ),
    ),
    File(
        "story_effects",
        "The rows of the databases in which a story shows.",
        story_effects,
        (
            *STORY_COLUMNS,
            Column("story", TEXT, "Name of the story."),
            Column("table", TEXT, "Table."),
            Column("key", KEY, "Primary key there."),
            Column("time", INSTANT, "When it shows."),
        ),
    ),
)  # fmt: skip
"""In the order in which they are listed."""
