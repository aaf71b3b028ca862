"""Demand and campaigns: what each line is asked for, and the work orders released to it.

Each production day its demand joins the backlog of the line's products; whenever the released work
falls below a horizon, the product with the longest cover of backlog gets the next campaign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.window import DAY, NEVER
from genims_ray.world.cells import Cells
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.market import Market
from genims_ray.world.market.orders import LEAD_DAYS
from genims_ray.world.market.rhythm import WEEK
from genims_ray.world.rows import Floats, Ints

RELEASES_A_DAY = 24


@dataclass(frozen=True)
class Releases:
    """Campaigns released at the start of a production day, one row each, ordered by (line, sequence)."""

    line: Ints  # line index
    sequence: Ints  # 1, 2, ... within line and day
    product: Ints  # rank of the product on its line, 0-based
    quantity: Ints  # parts
    cycle: Floats  # working seconds per part
    setup: Ints  # seconds of changeover
    ahead: Floats  # working and changeover seconds that were queued before it


class Demand:
    """What customers' orders ask of the frame's lines, and the rule that turns it into campaigns."""

    def __init__(self, frame: Frame, company: Company, market: Market) -> None:
        self._settings, self._stops, self._rng = frame.plant.demand, frame.plant.stops, frame.rng
        self._orders = market.orders
        lines, products = frame.lines, frame.layout.products
        self.line_ids = np.array([line.line_id for line in lines], dtype=np.int64)
        self.ranks = most = max(line.type.products for line in lines)
        self.ideal = np.ones((len(lines), most))
        self.containers = np.full((len(lines), most), self._settings.container_parts, dtype=np.int64)
        self.rate = np.zeros((len(lines), most))
        """(lines, ranks): parts that are asked for on a mean day."""
        for i, line in enumerate(lines):
            rows = slice(*np.searchsorted(products.line_id, [line.line_id, line.line_id + 1]))
            n = line.type.products
            self.ideal[i, :n] = products.ideal_cycle_seconds[rows]
            self.containers[i, :n] = products.container_parts[rows]
            self.rate[i, :n] = market.parts_a_day[rows]
        self.product_id = self.line_ids[:, None] * 100 + np.arange(1, most + 1)
        self._exists = self.rate > 0
        self.work_a_day = (
            company.calendar.planned_share() * DAY * self._settings.expected_efficiency
        )  # working seconds in an average day
        self._setup_median = np.array([line.type.changeover_median_minutes * 60 for line in lines])
        self._setup_sigma = np.array([line.type.changeover_sigma for line in lines])
        self._weeks: Cells[int, Ints] = Cells(frame.memory, self._of_week)

    def arrivals(self, day: int) -> Ints:
        """(lines, ranks): parts that planning learns of on production `day`, less those no longer wanted.

        It sees orders from the day after they are entered, once they fall due within `plan_days`.
        """
        return np.asarray(self._weeks[day // WEEK][day % WEEK])

    def _of_week(self, week: int) -> Ints:
        first, last = week * WEEK, (week + 1) * WEEK
        lines = self._orders.of_days(first - LEAD_DAYS, last)
        seen = np.maximum(lines.entered // DAY + 1, lines.due - self._settings.plan_days)
        gone = np.where(lines.cancelled == NEVER, last, lines.cancelled // DAY + 1)
        line = np.searchsorted(self.line_ids, lines.product_id // 100)
        place = line * self.ranks + lines.product_id % 100 - 1
        size = len(self.line_ids) * self.ranks
        result = np.zeros(WEEK * size, dtype=np.int64)
        for day, sign in ((seen, 1), (np.maximum(gone, seen), -1)):
            here = (day >= first) & (day < last)
            np.add.at(result, (day[here] - first) * size + place[here], sign * lines.quantity[here])
        return result.reshape(WEEK, len(self.line_ids), self.ranks)

    def release(self, day: int, backlog: Floats, queued: Floats, room: Ints) -> Releases:
        """Release campaigns until each line has work for the horizon; `backlog` is updated in place.

        backlog: (lines, ranks) parts; queued: (lines,) working and changeover seconds already released;
        room: (lines,) campaigns that the queue still holds.
        """
        settings = self._settings
        lines = np.arange(len(self.line_ids))
        ahead = queued.copy()
        target = settings.release_days * self.work_a_day
        rows: list[tuple[Ints, ...]] = []
        floats: list[tuple[Floats, ...]] = []
        floor = -settings.stock_days * self.rate
        for sequence in range(1, RELEASES_A_DAY + 1):
            cover = np.where(self._exists, (backlog - floor) / np.maximum(self.rate, 1e-9), -np.inf)
            product = cover.argmax(axis=1)
            active = (ahead < target) & (cover[lines, product] > 0) & (sequence <= room)
            if not active.any():
                break
            who, what = lines[active], product[active]
            quantity = self._lot(day, sequence, who, what)
            loss = self._rng.normal("campaign speed", self.line_ids[who], day, sequence)
            loss = self._stops.speed_loss + self._stops.speed_loss_sigma * np.clip(loss, -2.0, 3.0)
            cycle = self.ideal[who, what] * (1 + np.maximum(loss, 0.002))
            setup = self._rng.lognormal(
                "changeover", self._setup_median[who], self._setup_sigma[who], self.line_ids[who], day, sequence
            )
            setup_seconds = np.rint(np.clip(setup, 180, 7200)).astype(np.int64)
            rows.append((who, np.full(len(who), sequence), what, quantity, setup_seconds))
            floats.append((cycle, ahead[who]))
            backlog[who, what] -= quantity
            ahead[who] += quantity * cycle + setup_seconds
        if not rows:
            none, zero = np.zeros(0, dtype=np.int64), np.zeros(0)
            return Releases(none, none, none, none, zero, none, zero)
        line, seq, product, quantity, setup_seconds = (np.concatenate(column) for column in zip(*rows, strict=True))
        cycle, before = (np.concatenate(column) for column in zip(*floats, strict=True))
        order = np.lexsort((seq, line))
        return Releases(
            line[order], seq[order], product[order], quantity[order], cycle[order], setup_seconds[order], before[order]
        )

    def _lot(self, day: int, sequence: int, line: Ints, product: Ints) -> Ints:
        settings = self._settings
        size = self.containers[line, product]
        lot = settings.lot_days * self.rate[line, product]
        lot = lot * self._rng.lognormal("lot size", 1.0, settings.lot_sigma, self.line_ids[line], day, sequence)
        containers = np.clip(np.rint(lot / size), settings.lot_min_containers, settings.lot_max_containers)
        return np.asarray(containers.astype(np.int64) * size)
