"""Stories: chains of cause and effect with a beginning and an end, and the rows in which each shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from genims_ray.truth.known import Known
from genims_ray.truth.maintenance import BEARING, COOLANT, INFANT, LEMON, SENSOR
from genims_ray.world import DAY, HOUR, dates, keys
from genims_ray.world.people.training import LICENCE, PROGRAMMES
from genims_ray.world.sensors.sensor_faults import SPIKE, WATCHED
from genims_ray.world.shopfloor.degradation import story_machine
from genims_ray.world.shopfloor.tools import coolant_machine

Columns = dict[str, Any]

LICENSED, MAINTAINED, GAUGE = "expired_licence", "after_maintenance", "gauge_out"

WHAT = {
    BEARING: "A bearing wears until the machine breaks down; sensors warn of it for days.",
    INFANT: "The bearing built in at that repair fails early.",
    LEMON: "Spares of a bad lot fail soon after they were built in, at several machines.",
    COOLANT: "Nobody cares for a machine's coolant; its tools wear faster.",
    SENSOR: "A sensor that is itself out of order raises alerts; who looks finds no fault.",
    LICENSED: "An operator works on with an expired licence; more parts are rejected.",
    MAINTAINED: "For some hours after a line's maintenance window more parts are rejected.",
    GAUGE: "A gauge measures wrong until its calibration finds it; in that time, a month or so later, its factory's "
           "customers complain more often.",
}  # fmt: skip
"""Every story by its name."""


@dataclass(frozen=True)
class _Story:
    story: str
    name: str  # of this telling, among those of its story
    table: str
    key: int
    started: int
    ended: int

    @property
    def story_id(self) -> str:
        return f"{self.story}:{self.name}"


def stories(known: Known) -> Columns:
    told = sorted(_every(known), key=lambda s: (s.started, s.story_id))
    return {
        "story_id": _texts(s.story_id for s in told),
        "story": _texts(s.story for s in told),
        "what": _texts(WHAT[s.story] for s in told),
        "table": _texts(s.table for s in told),
        "key": _ints(s.key for s in told),
        "started": _ints(s.started for s in told),
        "ended": _ints(s.ended for s in told),
    }


def story_effects(known: Known) -> Columns:
    rows = [*_of_maintenance(known), *_of_licences(known), *_of_windows(known), *_of_gauges(known)]
    rows.sort(key=lambda row: (row[3], row[0].story_id, row[1], row[2]))
    return {
        "story_id": _texts(story.story_id for story, *_ in rows),
        "story": _texts(story.story for story, *_ in rows),
        "table": _texts(table for _, table, *_ in rows),
        "key": _ints(key for _, _, key, _ in rows),
        "time": _ints(time for *_, time in rows),
    }


_Row = tuple[_Story, str, int, int]  # table, key, time


def _every(known: Known) -> Iterator[_Story]:
    yield from _failures(known)
    yield from _neglect(known)
    yield from _sensors(known).values()
    yield from _licences(known)
    yield from _windows(known)
    yield from _gauges(known)


def _failures(known: Known) -> Iterator[_Story]:
    """The planted bearing, the one after it, and the bad lot of spares."""
    f, machine = known.failures, story_machine(known.world.layout)
    for cycle, story in enumerate((BEARING, INFANT)):
        for i in np.flatnonzero((f.asset_id == machine) & (f.mode == "bearing") & (f.cycle == cycle)):
            if f.infant[i] or story == BEARING:
                yield _Story(
                    story, str(machine), "master.machines", int(f.asset_id[i]), int(f.onset[i]), int(f.ended[i])
                )
    if f.lemon.any():
        lot, factory = known.world.plant.upkeep.lemon_story, int(f.asset_id[f.lemon][0]) // 10_000
        start, end = (known.start + int(day * DAY) for day in (lot.from_day, lot.to_day))
        yield _Story(LEMON, str(factory), "master.factories", factory, start, end)


def _neglect(known: Known) -> Iterator[_Story]:
    machine, story = coolant_machine(known.world.layout), known.world.plant.upkeep.coolant_story
    start, end = (known.start + int(day * DAY) for day in (story.from_day, story.to_day))
    if machine is not None and start < known.end:
        yield _Story(COOLANT, str(machine), "master.machines", machine, start, end)


def _sensors(known: Known) -> dict[int, _Story]:
    """By sensor: those that were looked into for nothing, from the first to the last fault behind an alert."""
    e, f = known.maintenance_effects, known.sensor_faults
    found = {}
    for sensor_id in np.unique(e.subject[e.story == SENSOR]).tolist():
        time = e.time[(e.story == SENSOR) & (e.subject == sensor_id)]
        mine = (f.sensor_id == sensor_id) & np.isin(f.kind, (*WATCHED, SPIKE))
        begin, end = f.start[mine], f.end[mine]
        to_blame = ((begin[:, None] - 600 < time) & (time < end[:, None] + 600)).any(axis=1)
        found[sensor_id] = _Story(
            SENSOR,
            str(sensor_id),
            "operations.sensor_health",
            sensor_id,
            int(begin[to_blame].min()),
            int(end[to_blame].max()),
        )
    return found


def _licences(known: Known) -> Iterator[_Story]:
    lapses = known.lapses
    for employee, first, until, forgotten in zip(
        lapses.employee_id.tolist(),
        lapses.first.tolist(),
        lapses.until.tolist(),
        lapses.forgotten.tolist(),
        strict=True,
    ):
        if forgotten:
            name = f"{employee}:{dates.iso(first)}"
            yield _Story(LICENSED, name, "master.employees", employee, first * DAY, until * DAY)


def _windows(known: Known) -> Iterator[_Story]:
    span = round(known.world.plant.quality_control.maintenance_hours * HOUR)
    windows = known.maintenance_windows
    for line, ended in zip(windows["line_id"].tolist(), windows["end"].tolist(), strict=True):
        if ended + span > known.start:
            name = f"{line}:{dates.iso(ended // DAY)}"
            yield _Story(MAINTAINED, name, "master.production_lines", line, ended, ended + span)


def _gauges(known: Known) -> Iterator[_Story]:
    out = known.gauges_out
    for equipment, onset, found in zip(
        out["equipment_id"].tolist(), out["onset"].tolist(), out["found"].tolist(), strict=True
    ):
        name = f"{equipment}:{dates.iso(onset // DAY)}"
        yield _Story(GAUGE, name, "qms.measuring_equipment", equipment, onset, found)


def _of_maintenance(known: Known) -> Iterator[_Row]:
    e, sensors = known.maintenance_effects, _sensors(known)
    told = {s.story: s for s in (*_failures(known), *_neglect(known))}
    for story, subject, table, key, time in zip(
        *(x.tolist() for x in (e.story, e.subject, e.table, e.key, e.time)), strict=True
    ):
        yield (sensors[subject] if story == SENSOR else told[story]), table, key, time


def _of_licences(known: Known) -> Iterator[_Row]:
    runs = known.quality["expired_certificates"]
    for story in _licences(known):
        issued = story.started // DAY - PROGRAMMES[LICENCE].valid_days
        if story.started < known.end:
            key = int(keys.key(story.key, issued, LICENCE))
            yield story, "hr.employee_certifications", key, max(story.started, known.start)
        mine = (runs["operator_id"] == story.key) & (runs["ended"] >= story.started)
        yield from _runs(story, runs, mine & (runs["ended"] < story.ended + DAY))


def _of_windows(known: Known) -> Iterator[_Row]:
    runs = known.quality["after_maintenance"]
    for story in _windows(known):
        mine = (runs["line_id"] == story.key) & (runs["ended"] > story.started) & (runs["ended"] <= story.ended)
        yield from _runs(story, runs, mine)


def _runs(story: _Story, runs: Columns, chosen: Any) -> Iterator[_Row]:
    for key, time in zip(runs["run_id"][chosen].tolist(), runs["ended"][chosen].tolist(), strict=True):
        yield story, "operations.production_runs", key, time


def _of_gauges(known: Known) -> Iterator[_Row]:
    out, complaints = known.gauges_out, known.quality["gauge_complaints"]
    for story, calibration in zip(_gauges(known), out["calibration_id"].tolist(), strict=True):
        if story.ended < known.end:
            yield story, "qms.calibration_records", calibration, story.ended
        mine = (complaints["calibration_id"] == calibration) & (complaints["created"] < known.end)
        mine &= complaints["created"] >= known.start
        for key, time in zip(
            complaints["customer_complaint_id"][mine].tolist(), complaints["created"][mine].tolist(), strict=True
        ):
            yield story, "qms.customer_complaints", key, time


def _texts(values: Iterator[str]) -> Any:
    return np.array(list(values), dtype=np.str_)


def _ints(values: Iterator[int]) -> Any:
    return np.array(list(values), dtype=np.int64)
