"""Gauges, their calibration, the reminders of it, and studies of measurement systems."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.modules.asof import Columns, happened, known, rows, within
from genims_ray.modules.qms.common import changed
from genims_ray.world import DAY, HOUR, NEVER, Window, World, dates, keys
from genims_ray.world.keys import date_stamp
from genims_ray.world.quality.gauges import ALERT_DAYS, FAILED, MORNING, REPAIR_DAYS, RESULTS, Calibrations
from genims_ray.world.quality.office import occurrences
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.shopfloor.characteristics import UNITS

MAKERS = np.array(["Metrona", "Calypso Gauges", "Kinshu Seiki", "Prazis", "Nordmess", "Lyra Instruments"])
LABORATORIES = np.array(["Central Calibration Laboratory", "Metrology Services", "Accredited Gauge Laboratory"])
PRICES = {
    "caliper": 180, "micrometer": 320, "height_gauge": 1_900, "bore_gauge": 850, "thread_gauge": 240, "cmm": 92_000,
    "roughness_tester": 4_300, "hardness_tester": 7_800, "torque_wrench": 560, "scale": 1_200, "vision_system": 28_000,
    "multimeter": 650,
}  # fmt: skip
K1 = np.array([0.0, 0.0, 0.8862, 0.5908])
K2 = np.array([0.0, 0.0, 0.7071, 0.5231])
K3 = np.array([0.0, 0.0, 0.7071, 0.5231, 0.4467, 0.4030, 0.3742, 0.3534, 0.3375, 0.3249, 0.3146])
"""Factors of ranges over trials, appraisers and parts, by their number (AIAG MSA, 4th edition)."""
ENTITY = 110_000_000
"""Added to a gauge in the keys of documents that share theirs with those of lines and lots."""


def measuring_equipment(world: World, window: Window) -> Columns:
    gauges, rng = world.quality.gauges, world.rng
    m, ids = gauges.masters, gauges.masters.equipment_id
    every = np.arange(len(ids))
    last_day = (window.end - 1) // DAY
    longest = int(m.frequency.max()) + REPAIR_DAYS + 60
    c = gauges.calibrations(last_day - longest, last_day + 1)
    c = c.where(c.recorded < window.end)
    last = np.searchsorted(c.gauge, every, side="right") - 1
    calibrated, due = c.recorded[last], c.day[last] + m.frequency
    failed = c.result[last] == FAILED
    locked = np.where(gauges.locks(every, due) & ~failed, (due + 1) * DAY + MORNING, NEVER)
    next_call = gauges.calibrations(last_day, last_day + 400)
    first = np.searchsorted(next_call.gauge, every)
    ahead = next_call.where(first) if len(next_call.gauge) else next_call
    # On the day of its calibration a gauge is with whoever calibrates it, from the morning on.
    taken = np.where(ahead.recorded >= window.end, ahead.day * DAY + MORNING, NEVER)
    created = dates.entered(rng, "gauge", ids, m.purchased)
    mask, updated_at = changed(window, np.ones(len(ids), dtype=bool), created, calibrated, locked, taken)
    status = np.select(
        [happened(window, taken), failed | happened(window, locked)], ["in_calibration", "locked_out"], "in_use"
    )
    units = [UNITS[k] for k in m.kind.tolist()]
    low, high, resolution = (np.array([getattr(u, f) for u in units]) for f in ("low", "high", "resolution"))
    maker = MAKERS[rng.words("gauge maker", ids) % np.uint64(len(MAKERS))]
    price = np.array([PRICES[k] for k in m.kind.tolist()])
    keeper = world.quality.staff.keeper(m.factory_id, rng.words("gauge keeper", ids), calibrated)
    columns = {
        "equipment_id": ids,
        "equipment_number": _number(m.factory_id, m.number),
        "equipment_name": np.char.add(
            np.char.capitalize(np.char.replace(m.kind, "_", " ")), np.char.mod(" %d", m.number)
        ),
        "equipment_type": m.kind,
        "manufacturer": maker,
        "model_number": np.char.mod("MX-%d", 100 + rng.words("gauge model", m.number) % np.uint64(900)),
        "serial_number": np.char.add(
            np.char.mod("%06d-", ids), np.char.mod("%04d", rng.words("gauge serial", ids) % np.uint64(10_000))
        ),
        "factory_id": m.factory_id,
        "line_id": np.ma.masked_equal(m.line_id, 0),
        "responsible_person": keeper,
        "measurement_range_min": low,
        "measurement_range_max": high,
        "unit_of_measure": np.array([u.unit for u in units]),
        "resolution": resolution,
        "accuracy": m.accuracy,
        "calibration_frequency_days": m.frequency,
        "calibration_method": np.where(m.external, "external", "internal"),
        "last_calibration_date": c.day[last],
        "next_calibration_due": due,
        "equipment_status": status,
        "lockout_reason": np.ma.array(np.where(failed, "failed", "overdue"), mask=status != "locked_out"),
        "purchase_date": m.purchased,
        "purchase_cost": np.round(100 * price * rng.lognormal("gauge price", 1.0, 0.15, ids)).astype(np.int64),
        "created_at": created,
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def calibration_records(world: World, window: Window) -> Columns:
    gauges, rng = world.quality.gauges, world.rng
    m = gauges.masters
    c = _calibrations(world, window)
    ids, factory = m.equipment_id[c.gauge], m.factory_id[c.gauge]
    external, permitted = m.external[c.gauge], m.accuracy[c.gauge]
    lab = LABORATORIES[rng.words("calibration lab", factory) % np.uint64(len(LABORATORIES))]
    columns = {
        "calibration_id": keys.key(ids, c.day, 0),
        "calibration_number": np.char.add(
            np.char.add("CAL-", _number(factory, m.number[c.gauge])), np.char.add("-", date_stamp(c.day))
        )
        if len(ids)
        else np.zeros(0, dtype="U1"),
        "equipment_id": ids,
        "calibration_date": c.day,
        "calibration_method": np.where(external, "external", "internal"),
        "calibrated_by": np.ma.array(world.quality.staff.inspector(factory, c.recorded), mask=external),
        "calibration_lab": np.ma.array(lab, mask=~external),
        "reference_standard": np.char.mod("RS-%04d", 1000 + ids % 97),
        "as_found_error": c.as_found * permitted,
        "as_left_error": c.as_left * permitted,
        "permitted_error": permitted,
        "calibration_result": np.array(RESULTS)[c.result],
        "next_due_date": np.ma.array(c.day + m.frequency[c.gauge], mask=c.result == FAILED),
        "calibration_cost": calibration_cents(world, c),
        "created_at": c.recorded,
    }
    return rows(columns, within(window, c.recorded) | (window.is_opening & (c.recorded < window.end)))


def calibration_cents(world: World, c: Calibrations) -> Ints:
    """Cost of each calibration, cents."""
    m = world.quality.gauges.masters
    base = np.where(m.external[c.gauge], 18_000, 5_500) * np.where(m.kind[c.gauge] == "cmm", 6, 1)
    cents = base * world.rng.lognormal("calibration cost", 1.0, 0.2, m.equipment_id[c.gauge], c.day)
    return np.round(cents).astype(np.int64)


def calibration_alerts(world: World, window: Window) -> Columns:
    gauges = world.quality.gauges
    m = gauges.masters
    c = gauges.calibrations(window_day(world, window) - 60, (window.end - 1) // DAY + 60)
    c = c.where(~c.repaired)
    soon, late = (c.due - ALERT_DAYS) * DAY + 6 * HOUR, (c.due + 1) * DAY + 6 * HOUR
    # One calibrated earlier than the alert needs none.
    both = (np.flatnonzero(soon < c.recorded), np.flatnonzero(c.overdue))
    row, overdue = np.concatenate(both), np.repeat([False, True], [len(b) for b in both])
    alert_date = np.where(overdue, late[row], soon[row])
    ids, due, resolved = m.equipment_id[c.gauge[row]], c.due[row], c.recorded[row]
    mask, updated_at = changed(window, resolved >= world.start, alert_date, resolved)
    columns = {
        "alert_id": keys.key(ids, due, 1 + overdue),
        "equipment_id": ids,
        "alert_type": np.where(overdue, "overdue", "due_soon"),
        "due_date": due,
        "days_until_due": due - alert_date // DAY,
        "notified_person": world.quality.staff.inspector(m.factory_id[c.gauge[row]], alert_date),
        "alert_date": alert_date,
        "resolved_date": known(window, resolved, resolved),
        "calibration_id": known(window, resolved, keys.key(ids, c.day[row], 0)),
        "updated_at": updated_at,
    }
    return rows(columns, mask)


def msa_studies(world: World, window: Window) -> Columns:
    """Repeatability and reproducibility of gauges at the lines."""
    rng, gauges, planning = world.rng, world.quality.gauges, world.quality.planning
    m, c = gauges.masters, planning.characteristics
    own = np.flatnonzero(m.line_id > 0)
    first = window_day(world, window)
    row, day, _ = occurrences(
        rng, "msa", m.equipment_id[own], np.full(len(own), 7 / 5 / 900), first, (window.end - 1) // DAY + 1, most=1
    )
    gauge = own[row]
    ids = m.equipment_id[gauge]
    at = (ids, day)
    line = np.searchsorted(c.line_ids, m.line_id[gauge])
    slot = np.minimum(m.place[gauge], c.slots - 1)
    product = m.line_id[gauge] * 100 + 1
    reason = np.searchsorted([0.7, 0.85, 0.95], rng.uniform("msa reason", *at))
    # A gauge that is known is looked at again with five parts; then all three measure them three times.
    short = (reason == 0) & (rng.uniform("msa short", *at) < 0.6)
    appraisers = np.where(short | (rng.uniform("msa appraisers", *at) < 0.8), 3, 2)
    parts = np.where(short, 5, 10)
    trials = np.where(short | (rng.uniform("msa trials", *at) < 0.7), 3, 2)
    repeat, appraiser, part_variation = (c.sigma[line, slot] * x for x in _study(world, at, appraisers, parts, trials))
    gauge_variation = np.sqrt(repeat**2 + appraiser**2)
    grr_pct = 100 * gauge_variation / np.sqrt(gauge_variation**2 + part_variation**2)
    created = day * DAY + 13 * HOUR + (4 * HOUR * rng.uniform("msa hour", *at)).astype(np.int64)
    columns = {
        "msa_study_id": keys.key(ids, day, 0),
        "study_number": np.char.add(
            np.char.add("MSA-", _number(m.factory_id[gauge], m.number[gauge])), np.char.add("-", date_stamp(day))
        )
        if len(ids)
        else np.zeros(0, dtype="U1"),
        "equipment_id": ids,
        "characteristic_id": planning.characteristic_id(planning.plan_of(product), slot),
        "study_date": day,
        "study_reason": np.array(["periodic", "new_gauge", "after_repair", "capa"])[reason],
        "appraiser_count": appraisers,
        "part_count": parts,
        "trial_count": trials,
        "equipment_variation": repeat,
        "appraiser_variation": appraiser,
        "part_variation": part_variation,
        "grr_pct": grr_pct,
        "distinct_categories": np.maximum(np.floor(1.41 * part_variation / gauge_variation), 1).astype(np.int64),
        "study_result": np.where(grr_pct <= 10, "acceptable", np.where(grr_pct <= 30, "conditional", "unacceptable")),
        "conducted_by": world.quality.staff.engineer(rng.words("msa engineer", *at), created),
        "created_at": created,
    }
    return rows(columns, within(window, created) & (created >= first * DAY))


def _study(
    world: World, at: tuple[Ints, Ints], appraisers: Ints, parts: Ints, trials: Ints
) -> tuple[Floats, Floats, Floats]:
    """Equipment, appraiser and part variation of each study, in standard deviations of its characteristic, by the
    average and range method (AIAG MSA, 4th edition) from what each appraiser measured of each part."""
    rng, one = world.rng, tuple(x[:, None, None, None] for x in at)
    a, p, t = (np.arange(n).reshape(shape) for n, shape in ((3, (-1, 1, 1)), (10, (-1, 1)), (3, (-1,))))
    spread = rng.lognormal("msa repeatability", 0.11, 0.45, *at)[:, None, None, None]
    apart = rng.lognormal("msa reproducibility", 0.07, 0.6, *at)[:, None, None, None]
    part = rng.normal("msa part", *one, p)
    hand = apart * rng.normal("msa appraiser", *one, a)
    value = part + hand + spread * rng.normal("msa trial", *one, a, p, t)
    used = ((a < appraisers[:, None, None, None]) & (p < parts[:, None, None, None])) & (
        t < trials[:, None, None, None]
    )

    def reach(x: Floats, of: NDArray[np.bool_], axis: int) -> Floats:
        """Greatest less least."""
        top = np.where(of, x, -np.inf).max(axis=axis) - np.where(of, x, np.inf).min(axis=axis)
        return np.asarray(np.where(of.any(axis=axis), top, 0.0))

    n = appraisers * parts
    repeat = reach(value, used, 3).sum(axis=(1, 2)) / n * K1[trials]
    of_appraiser = np.where(used, value, 0.0).sum(axis=(2, 3)) / (parts * trials)[:, None]
    hands = reach(of_appraiser, np.asarray(used.any(axis=(2, 3))), 1) * K2[appraisers]
    of_part = np.where(used, value, 0.0).sum(axis=(1, 3)) / (appraisers * trials)[:, None]
    between = reach(of_part, np.asarray(used.any(axis=(1, 3))), 1) * K3[parts]
    return repeat, np.sqrt(np.maximum(hands**2 - repeat**2 / (parts * trials), 0.0)), between


def window_day(world: World, window: Window) -> int:
    """First day to look at; the opening looks back over the validity of a calibration."""
    return world.start // DAY - 300 if window.is_opening else window.start // DAY


def _calibrations(world: World, window: Window) -> Calibrations:
    """Calibrations that the window records; the opening holds the last one of each gauge before the start."""
    gauges = world.quality.gauges
    if not window.is_opening:
        return gauges.calibrations(window.start // DAY, (window.end - 1) // DAY + 1)
    day = world.start // DAY
    c = gauges.calibrations(day - int(gauges.masters.frequency.max()) - REPAIR_DAYS - 60, day + 1)
    c = c.where(c.recorded < world.start)
    return c.where(np.searchsorted(c.gauge, np.arange(len(gauges.masters.equipment_id)), side="right") - 1)


def _number(factory_id: Ints, number: Ints) -> np.ndarray:
    if not len(number):
        return np.zeros(0, dtype="U1")
    return np.char.add(np.char.mod("G%02d-", factory_id), np.char.mod("%03d", number))
