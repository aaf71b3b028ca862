"""What technicians report of the failures they have repaired, in the terms of ISO 14224."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from genims_ray.world.frame import Frame
from genims_ray.world.maintenance import failures
from genims_ray.world.maintenance.assets import Assets
from genims_ray.world.maintenance.jobs import ADJUSTMENT, BREAKDOWN, PREDICTIVE
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.rows import Ints, Rows, Texts

DAMAGE = (BREAKDOWN, PREDICTIVE, ADJUSTMENT)
"""Kinds of orders that repair a failure."""
_BY_CHANCE = 0.04
"""Share of the failures of utilities that somebody comes across."""


@dataclass(frozen=True)
class Findings(Rows):
    """What each failure was, by the keys of the catalogues' codes."""

    TIME: ClassVar[str] = "begun"

    begun: Ints  # UTC second
    mode: Ints
    mechanism: Ints
    cause: Ints
    detection: Ints
    impact: Texts
    effect: Texts  # on the plant


class Reports:
    """Reports of any factories."""

    def __init__(self, frame: Frame, assets: Assets) -> None:
        self._frame, self._assets = frame, assets

    def modes(self, orders: WorkOrders) -> Ints:
        """(orders,): key of the failure mode of each, 0 where nothing had failed."""
        found, codes = np.zeros(len(orders), dtype=np.int64), self._assets.code_ids
        rows = np.flatnonzero(np.isin(orders.kind, DAMAGE))
        found[rows] = [codes["mode", d.mode] for d in self._diagnoses(orders.where(rows))]
        return found

    def of(self, orders: WorkOrders) -> Findings:
        """Of orders that have repaired a failure."""
        table, codes = self._assets.table, self._assets.code_ids
        found = self._diagnoses(orders)
        predictive, machine = orders.kind == PREDICTIVE, table.machine_id[orders.asset] > 0
        chance = self._frame.rng.uniform("found by chance", orders.key) < _BY_CHANCE
        detection = np.select(
            [predictive & (orders.fault > 0), predictive, chance & ~machine],
            [failures.DETECTED_BY_SENSOR, failures.DETECTED_BY_INSPECTION, failures.DETECTED_BY_CHANCE],
            failures.DETECTED_BY_STOP,
        )
        modes = self._frame.plant.failure_modes
        slows = []
        for asset, place in zip(orders.asset.tolist(), orders.place.tolist(), strict=True):
            mode = modes.get(self._assets.every[asset].places[place - 1].name) if place else None
            slows.append(mode is not None and mode.cycle_effect > 0)
        vital = table.criticality[orders.asset] == "A"
        return Findings(
            begun=orders.begun,
            mode=np.array([codes["mode", d.mode] for d in found], dtype=np.int64),
            mechanism=np.array([codes["mechanism", d.mechanism] for d in found], dtype=np.int64),
            cause=np.array([codes["cause", d.cause] for d in found], dtype=np.int64),
            detection=np.array([codes["detection_method", d] for d in detection.tolist()], dtype=np.int64),
            impact=np.select(
                [orders.kind == BREAKDOWN, ~predictive | (orders.key % 3 > 0)], ["critical", "degraded"], "incipient"
            ),
            effect=np.select(
                [predictive & np.array(slows, dtype=bool), predictive, machine, vital],
                ["line_slowed", "none", "line_stopped", "line_slowed"],
                "none",
            ),
        )

    def _diagnoses(self, orders: WorkOrders) -> list[failures.Diagnosis]:
        """The failure behind each order that repaired one."""
        found = []
        columns = (orders.asset, orders.place, orders.event, orders.sudden, orders.code)
        for row, place, event, sudden, code in zip(*(c.tolist() for c in columns), strict=True):
            asset = self._assets.every[row]
            if event:
                it = asset.places[place - 1].failure
                found.append(failures.of_component(it, sudden and asset.machine_id > 0))
            else:
                found.append(failures.of_stop(code))
        return found
