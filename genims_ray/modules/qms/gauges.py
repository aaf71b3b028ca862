"""Gauges, their calibration, the reminders of it, and studies of measurement systems."""

from __future__ import annotations

import numpy as np

from genims_ray.modules.asof import Columns, happened, known, touched, updated
from genims_ray.world import Window, World, keys
from genims_ray.world.quality.gauge_studies import REASONS
from genims_ray.world.quality.gauges import FAILED, RESULTS
from genims_ray.world.rows import Ints, Texts
from genims_ray.world.shopfloor.characteristics import UNITS

MAKERS = np.array(["Metrona", "Calypso Gauges", "Kinshu Seiki", "Prazis", "Nordmess", "Lyra Instruments"])
LABORATORIES = np.array(["Central Calibration Laboratory", "Metrology Services", "Accredited Gauge Laboratory"])


def measuring_equipment(world: World, window: Window) -> Columns:
    gauges = world.quality.gauges
    if not gauges.change_in(window):
        return {}
    m, c = gauges.masters, gauges.conditions(window.end)
    mask = (m.created < window.end) & touched(window, m.created, c.calibrated, c.locked, c.taken)
    m, c = m.where(mask), c.where(mask)
    if not len(m):
        return {}
    ids = m.equipment_id
    status = np.select(
        [happened(window, c.taken), c.failed | happened(window, c.locked)], ["in_calibration", "locked_out"], "in_use"
    )
    units = [UNITS[k] for k in m.kind.tolist()]
    low, high, resolution = (np.array([getattr(u, f) for u in units]) for f in ("low", "high", "resolution"))
    return {
        "equipment_id": ids,
        "equipment_number": _number(m.factory_id, m.number),
        "equipment_name": np.char.add(
            np.char.capitalize(np.char.replace(m.kind, "_", " ")), np.char.mod(" %d", m.number)
        ),
        "equipment_type": m.kind,
        "manufacturer": MAKERS[m.maker % np.uint64(len(MAKERS))],
        "model_number": np.char.mod("MX-%d", 100 + m.model % np.uint64(900)),
        "serial_number": np.char.add(np.char.mod("%06d-", ids), np.char.mod("%04d", m.serial % np.uint64(10_000))),
        "factory_id": m.factory_id,
        "line_id": np.ma.masked_equal(m.line_id, 0),
        "responsible_person": world.quality.staff.keeper(m.factory_id, m.keeper, c.calibrated),
        "measurement_range_min": low,
        "measurement_range_max": high,
        "unit_of_measure": np.array([u.unit for u in units]),
        "resolution": resolution,
        "accuracy": m.accuracy,
        "calibration_frequency_days": m.frequency,
        "calibration_method": np.where(m.external, "external", "internal"),
        "last_calibration_date": c.day,
        "next_calibration_due": c.due,
        "equipment_status": status,
        "lockout_reason": np.ma.array(np.where(c.failed, "failed", "overdue"), mask=status != "locked_out"),
        "purchase_date": m.purchased,
        "purchase_cost": m.price,
        "created_at": m.created,
        "updated_at": updated(window, m.created, c.calibrated, c.locked, c.taken),
    }


def calibration_records(world: World, window: Window) -> Columns:
    gauges = world.quality.gauges
    c, m = gauges.between(window), gauges.masters
    if not len(c):
        return {}
    ids, factory_id = m.equipment_id[c.gauge], m.factory_id[c.gauge]
    external, permitted_error = m.external[c.gauge], m.accuracy[c.gauge]
    return {
        "calibration_id": keys.key(ids, c.day, 0),
        "calibration_number": keys.joined("CAL-", _number(factory_id, m.number[c.gauge]), "-", keys.date_stamp(c.day)),
        "equipment_id": ids,
        "calibration_date": c.day,
        "calibration_method": np.where(external, "external", "internal"),
        "calibrated_by": np.ma.array(world.quality.staff.inspector(factory_id, c.recorded), mask=external),
        "calibration_lab": np.ma.array(
            LABORATORIES[m.laboratory[c.gauge] % np.uint64(len(LABORATORIES))], mask=~external
        ),
        "reference_standard": np.char.mod("RS-%04d", 1000 + ids % 97),
        "as_found_error": c.as_found * permitted_error,
        "as_left_error": c.as_left * permitted_error,
        "permitted_error": permitted_error,
        "calibration_result": np.array(RESULTS)[c.result],
        "next_due_date": np.ma.array(c.day + m.frequency[c.gauge], mask=c.result == FAILED),
        "calibration_cost": c.cost,
        "created_at": c.recorded,
    }


def calibration_alerts(world: World, window: Window) -> Columns:
    r, m = world.quality.gauges.reminders(window), world.quality.gauges.masters
    if not len(r):
        return {}
    ids = m.equipment_id[r.gauge]
    return {
        "alert_id": keys.key(ids, r.due, 1 + r.overdue),
        "equipment_id": ids,
        "alert_type": np.where(r.overdue, "overdue", "due_soon"),
        "due_date": r.due,
        "days_until_due": r.due - r.sent_day,
        "notified_person": world.quality.staff.inspector(m.factory_id[r.gauge], r.sent),
        "alert_date": r.sent,
        "resolved_date": known(window, r.resolved, r.resolved),
        "calibration_id": known(window, r.resolved, keys.key(ids, r.day, 0)),
        "updated_at": updated(window, r.sent, r.resolved),
    }


def msa_studies(world: World, window: Window) -> Columns:
    """Repeatability and reproducibility of gauges at the lines."""
    s, m, planning = world.quality.gauge_studies.between(window), world.quality.gauges.masters, world.quality.planning
    if not len(s):
        return {}
    ids = m.equipment_id[s.gauge]
    gauge_variation = np.sqrt(s.repeatability**2 + s.reproducibility**2)
    grr_pct = 100 * gauge_variation / np.sqrt(gauge_variation**2 + s.part_variation**2)
    return {
        "msa_study_id": keys.key(ids, s.day, 0),
        "study_number": keys.joined(
            "MSA-", _number(m.factory_id[s.gauge], m.number[s.gauge]), "-", keys.date_stamp(s.day)
        ),
        "equipment_id": ids,
        "characteristic_id": planning.characteristic_id(planning.plan_of(m.line_id[s.gauge] * 100 + 1), s.slot),
        "study_date": s.day,
        "study_reason": np.array(REASONS)[s.reason],
        "appraiser_count": s.appraisers,
        "part_count": s.parts,
        "trial_count": s.trials,
        "equipment_variation": s.repeatability,
        "appraiser_variation": s.reproducibility,
        "part_variation": s.part_variation,
        "grr_pct": grr_pct,
        "distinct_categories": np.maximum(np.floor(1.41 * s.part_variation / gauge_variation), 1).astype(np.int64),
        "study_result": np.where(grr_pct <= 10, "acceptable", np.where(grr_pct <= 30, "conditional", "unacceptable")),
        "conducted_by": world.quality.staff.engineer(s.engineer, s.created),
        "created_at": s.created,
    }


def _number(factory_id: Ints, number: Ints) -> Texts:
    return keys.joined(np.char.mod("G%02d-", factory_id), np.char.mod("%03d", number))
