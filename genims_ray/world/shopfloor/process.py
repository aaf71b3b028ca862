"""Where a process stands: what shifts its characteristics, and the share of parts that it rejects for it."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from genims_ray.window import DAY, HOUR, NEVER
from genims_ray.world.company import Company
from genims_ray.world.company.calendar import PLANNED_MAINTENANCE
from genims_ray.world.frame import Frame
from genims_ray.world.grouping import grouped
from genims_ray.world.people import People
from genims_ray.world.rows import Bools, Floats, Ints
from genims_ray.world.shopfloor.causes import Causes
from genims_ray.world.shopfloor.characteristics import MATERIAL, OPERATOR, SPECIAL_SLOTS, TOOL, Characteristics
from genims_ray.world.shopfloor.line_day import LineDay
from genims_ray.world.shopfloor.tools import Tools
from genims_ray.world.supply.receipts import FACTORY, Receipts

_ORDER_DAYS = 5  # production days an order may be in work, and more


class Process:
    """The processes of some lines."""

    def __init__(
        self,
        frame: Frame,
        company: Company,
        people: People,
        receipts: Receipts,
        characteristics: Characteristics,
        tools: Tools,
    ) -> None:
        self.causes = Causes(characteristics.line_ids, characteristics.slots, frame.plant.quality_control, frame.rng)
        self.characteristics = characteristics
        self._calendar = company.calendar
        self._people = people
        self._receipts = receipts
        self._company = company
        self._tools = tools
        self._plant = frame.plant
        self._rng = frame.rng
        self.first_day = company.calendar.first_day
        self._factory = characteristics.line_ids // 100
        self._lots_of: dict[int, tuple[Bools, Floats]] = {}

    def shifts(self, day: LineDay, line: Ints, slot: Ints, time: Ints, work: Floats, place: Ints) -> Floats:
        """How far each characteristic is off its process mean at an instant of the production day, in standard
        deviations; `work` is the line's work clock of the day, `place` the column of the order in work."""
        c, q = self.characteristics, self._plant.quality_control
        begin, end, size = self.causes.shift_table(int(day.bounds.min()) - DAY, int(day.bounds.max()) + 1)
        at = time[:, None]
        delta = np.where((begin[line, slot] <= at) & (at < end[line, slot]), size[line, slot], 0.0).sum(axis=1)
        driver = c.driver[line, slot]
        tooled = np.flatnonzero(driver == TOOL)
        for i, at_line in grouped(line[tooled]):
            rows = tooled[at_line]
            machine = int(c.line_ids[i]) * 100 + int(c.position[i, slot[rows[0]]])
            wear = self._tools.wear(machine, day.state.work[i] + np.clip(work[rows], 0.0, 90_000.0))
            delta[rows] += q.tool_drift * (2 * wear / self._plant.degradation.tool_change_share - 1)
        who = self.operator(day, line, time)
        rows = np.flatnonzero(driver == OPERATOR)
        delta[rows] += q.operator_sigma * self._rng.normal(
            "operator offset", who[rows], c.line_ids[line[rows]], slot[rows]
        )
        delta[rows] += q.expired_offset * self._people.expired(who[rows], day.day)
        rows = np.flatnonzero(driver == MATERIAL)
        offset = self._lot_offsets(day)
        delta[rows] += offset[line[rows], place[rows]]
        return np.asarray(delta)

    def rejects(self, day: LineDay, line: Ints, place: Ints, work: Floats, end: Ints) -> tuple[Floats, Floats]:
        """Of runs: the probability that a part is rejected, and the factor that is part of it, on start-up
        scrap as well: the operator's and that of the time after a maintenance window."""
        q, plant, rng = self._plant.quality, self._plant, self._rng
        control = plant.quality_control
        ids = self.characteristics.line_ids[line]
        level = q.line_sigma * rng.normal("reject level", ids, day.day) - q.line_sigma**2 / 2
        base = q.reject_probability * np.exp(level) * self._wear(day, line, work)
        base = base * np.where(self._bad_lots(day)[line, place], control.bad_lot_rejects, 1.0)
        chronic = self.chronic(line, end)
        factor = np.where(self.after_maintenance(day, line, end), 1 + control.maintenance_rejects, 1.0)
        who = self.operator(day, line, end - 1)
        factor = factor * np.where(self._people.expired(who, day.day), control.expired_rejects, 1.0)
        slots = min(SPECIAL_SLOTS, self.characteristics.slots)
        n = len(line)
        rows, slot = np.repeat(np.arange(n), slots), np.tile(np.arange(slots), n)
        tails = self.outside(
            line[rows], slot, self.shifts(day, line[rows], slot, end[rows] - 1, work[rows], place[rows])
        )
        tail = tails.reshape(n, slots).sum(axis=1)
        return np.minimum((base + tail + chronic) * factor, 0.5), factor

    def outside(self, line: Ints, slot: Ints, delta: Floats) -> Floats:
        """Probability of a value outside the specification."""
        c = self.characteristics
        at, width = c.mean[line, slot] + delta, c.half_width[line, slot]
        lower = np.where(c.one_sided[line, slot], 0.0, ndtr(-width - at))
        return np.asarray(ndtr(at - width) + lower)

    def chronic(self, line: Ints, time: Ints) -> Floats:
        """Share of the parts that recurring defects cost each line at each instant."""
        if not len(time):
            return np.zeros(0)
        found = self.causes.chronic(int(time.min()), int(time.max()) + 1)
        share = np.zeros(len(line))
        of_line = dict(grouped(self.characteristics.line_ids[line]))
        for line_id, begin, end, lost in zip(
            found.line_id.tolist(), found.onset.tolist(), found.ends.tolist(), found.share.tolist(), strict=True
        ):
            rows = of_line.get(line_id)
            if rows is not None:
                share[rows[(time[rows] >= begin) & (time[rows] < end)]] += lost
        return share

    def operator(self, day: LineDay, line: Ints, time: Ints) -> Ints:
        """Who runs each line at each instant of the production day."""
        b = day.bounds[line]
        shift = (time >= b[:, 1]).astype(np.int64) + (time >= b[:, 2])
        return np.asarray(self._people.operators(day.day)[line, shift])

    def after_maintenance(self, day: LineDay, line: Ints, time: Ints) -> Bools:
        """Whether the line's maintenance window ended within the hours before."""
        span = round(self._plant.quality_control.maintenance_hours * HOUR)
        after = np.zeros(len(line), dtype=bool)
        for d in (day.day, day.day - 1):
            if d < self._calendar.first_day:
                continue
            ended = self._calendar.day_bounds(d)[:, 1][line]
            served = (self._calendar.shift_states(d)[:, 0] == PLANNED_MAINTENANCE)[line]
            after |= served & (time > ended) & (time <= ended + span)
        return after

    def _wear(self, day: LineDay, line: Ints, work: Floats) -> Floats:
        """Factor on the reject probability from tool wear."""
        factor = np.ones(len(line))
        for i, rows in grouped(line):
            for machine_id in self._tools.machines(i):
                clock = day.state.work[i] + np.minimum(work[rows], 90_000.0)
                wear = self._tools.wear(machine_id, clock)
                edge = self._tools.edge(machine_id, float(clock.max()))
                factor[rows] *= 1 + (self._plant.failure_modes[edge.mode].scrap_effect - 1) * wear
        return factor

    def issue_days(self, day: LineDay) -> Ints:
        """(lines, places): production day on which the material of each order was issued."""
        setup = day.campaigns.setup_start
        issued = np.full(setup.shape, day.day)
        for back in range(1, _ORDER_DAYS):
            d = day.day - back
            if d < self._calendar.first_day:
                break
            issued = np.where((setup != NEVER) & (setup < self._calendar.day_bounds(d + 1)[:, :1]), d, issued)
        return issued

    def lots_of_orders(self, day: LineDay) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Line, place, position of the component, pair and delivery day of the lots that orders of the day use."""
        exists = np.zeros(day.campaigns.exists.shape, dtype=bool)
        exists[day.segments.line, day.segments.place] = True
        line, place = np.nonzero(exists)
        c = self._company.components
        product = self.characteristics.line_ids[line] * 100 + 1 + day.campaigns.product[line, place]
        first = np.searchsorted(c.product_id, product)
        count = np.searchsorted(c.product_id, product, side="right") - first
        order = np.repeat(np.arange(len(line)), count)
        row = np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(order))
        pair = self._receipts.pair(self._factory[line[order]], c.material_id[row])
        issued = self.issue_days(day)[line, place][order]
        return line[order], place[order], c.position[row], pair, self._receipts.in_use(pair, issued)

    def _lots(self, day: LineDay) -> tuple[Bools, Floats]:
        known = self._lots_of.get(day.day)
        if known is None:
            line, place, position, pair, delivered = self.lots_of_orders(day)
            lots = self._receipts.lots(pair, delivered)
            shape = day.campaigns.exists.shape
            bad = np.zeros(shape, dtype=bool)
            bad[line[lots.bad], place[lots.bad]] = True
            body = position == 1
            q = self._plant.quality_control
            offset = np.zeros(shape)
            entity = lots.factory_id * FACTORY + lots.material_id
            drawn = q.lot_offset_sigma * self._rng.normal("lot offset", entity, lots.day)
            offset[line[body], place[body]] = (drawn + q.bad_lot_offset * lots.bad)[body]
            if len(self._lots_of) > 80:
                del self._lots_of[next(iter(self._lots_of))]
            known = self._lots_of[day.day] = bad, offset
        return known

    def _bad_lots(self, day: LineDay) -> Bools:
        """(lines, places): orders with a bad lot in them."""
        return self._lots(day)[0]

    def _lot_offsets(self, day: LineDay) -> Floats:
        """(lines, places): what the lot of its first component does to an order, in standard deviations."""
        return self._lots(day)[1]

    def common_variance(self) -> Floats:
        """(lines, slots): variance of a subgroup's mean from what moves it when nothing special does."""
        c, q = self.characteristics, self._plant.quality_control
        extra = np.select(
            [c.driver == TOOL, c.driver == OPERATOR, c.driver == MATERIAL],
            [q.tool_drift**2 / 3, q.operator_sigma**2, q.lot_offset_sigma**2],
            0.0,
        )
        return np.asarray(1 / c.parts + extra)
