"""What a line's controllers have counted at any instant: parts, rejects and seconds by state.

They report at the end of a second, of that second: at a shift change still the whole shift that
ends. Counters of a shift begin at zero with it; the parts counter of the line never does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.world import keys
from genims_ray.world import timeline as tl
from genims_ray.world.observation import Observation
from genims_ray.world.production import Production
from genims_ray.world.quality.runs import Containers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LineCounters:
    """A line at the instants `time`: its state in the second that ends, and what is counted so far in
    that second's shift."""

    time: Ints
    production_day: Ints
    shift: Ints
    state: Ints  # of `timeline`
    stopped_machine: Ints  # position, 0: none
    parts: Ints  # since the origin
    parts_shift: Ints
    rejected_shift: Ints
    order_key: Ints  # work order set up or produced, 0: none
    target_cycle: Floats  # nan without an order
    actual_cycle: Floats  # nan unless running
    load: Floats
    setup: Ints
    run: Ints
    off: Ints
    unscheduled: Ints  # off, planned stop or without an order
    elapsed: Ints
    minor: Ints  # (machines, n) own short stops
    down: Ints  # (machines, n) own stops of five minutes and more


class Counters:
    """Counters of the lines of a world."""

    def __init__(self, production: Production, quality: Containers, observation: Observation) -> None:
        self._production = production
        self._quality = quality
        self._observation = observation

    def at(self, line: int, day: int, time: Ints) -> LineCounters:
        """Line index `line` at ascending instants of UTC `day`."""
        production = self._production
        line_id = int(production.line_ids[line])
        steps = self._observation.steps(line_id, day)
        i = np.searchsorted(steps.start, time, side="left") - 1
        state = steps.state[i]
        columns = [self._of_day(line, d, time) for d in range(day - 1, day + 2)]
        production_day = np.zeros(len(time), dtype=np.int64)
        values = {
            name: np.zeros(len(time))
            for name in ("shift", "begin", "parts", "parts_shift", "rejected", "order", "target", "actual")
        }
        order = np.zeros(len(time), dtype=np.int64)
        for d, column in zip(range(day - 1, day + 2), columns, strict=True):
            inside = column.pop("inside")
            production_day[inside] = d
            order[inside] = column.pop("order")
            for name, value in column.items():
                values[name][inside] = value
        begin = values["begin"].astype(np.int64)

        def spent(mask: NDArray[np.bool_]) -> Ints:
            return _seconds(steps.start, steps.end, mask, time) - _seconds(
                steps.start, steps.end, mask, begin
            )

        machines = production.machine_id.shape[1]
        own = [steps.machine == position for position in range(1, machines + 1)]
        minor = np.isin(steps.state, tl.MINOR_STATES)
        down = np.isin(steps.state, tl.DOWN_STATES)
        return LineCounters(
            time=time, production_day=production_day, shift=values["shift"].astype(np.int64), state=state,
            stopped_machine=steps.machine[i], parts=values["parts"].astype(np.int64),
            parts_shift=values["parts_shift"].astype(np.int64), rejected_shift=values["rejected"].astype(np.int64),
            order_key=order, target_cycle=values["target"],
            actual_cycle=np.where(state == tl.RUN, values["actual"], np.nan), load=steps.load[i],
            setup=spent(steps.state == tl.SETUP), run=spent(steps.state == tl.RUN),
            off=spent(steps.state == tl.OFF), unscheduled=spent(np.isin(steps.state, tl.UNSCHEDULED_STATES)), elapsed=time - begin,
            minor=np.array([spent(minor & mine) for mine in own]), down=np.array([spent(down & mine) for mine in own]),
        )  # fmt: skip

    def _of_day(self, line: int, day: int, time: Ints) -> dict[str, NDArray[np.generic]]:
        """Counters at the instants that fall into production `day`."""
        line_day = self._production.day(day)
        bounds = line_day.bounds[line]
        inside = (time > bounds[0]) & (time <= bounds[3])
        t = time[inside]
        shift = (t > bounds[1]).astype(np.int64) + (t > bounds[2])
        timeline, s, c = line_day.timeline, line_day.segments, line_day.campaigns
        own = slice(*np.searchsorted(timeline.line, [line, line + 1]))
        i = np.searchsorted(timeline.start[own], t, side="left") - 1
        running = timeline.state[own][i] == tl.RUN
        speed = timeline.speed[own][i]
        work = timeline.work[own][i] + np.where(running, (t - timeline.start[own][i]) * speed, 0.0)
        pieces = slice(*np.searchsorted(s.line, [line, line + 1]))
        done = np.concatenate([[0], np.cumsum(s.parts[pieces])])
        number = len(done) - 1
        j = np.searchsorted(s.start[pieces], t, side="left") - 1
        # Between the end of a shift's last piece and the next shift nothing is counted.
        valid = (j >= 0) & (number > 0)
        k = np.maximum(j, 0)
        if number:
            place = s.place[pieces][k]
            cycle = c.cycle[line, place]
            in_piece = (
                np.floor((work - c.work0[line, place]) / cycle + 1e-6).astype(np.int64)
                - s.first_part[pieces][k]
            )
            in_piece = np.where(valid, np.clip(in_piece, 0, s.parts[pieces][k]), 0)
            live = valid & (t <= s.end[pieces][k]) & (s.shift[pieces][k] == shift)
            order = np.where(
                live,
                keys.key(
                    production_line(self._production, line), c.day[line, place], c.sequence[line, place]
                ),
                0,
            )
            target = np.where(live, self._production.demand.ideal[line, c.product[line, place]], np.nan)
            actual = np.where(live, cycle / speed, np.nan)
        else:
            in_piece = order = np.zeros(len(t), dtype=np.int64)
            target = actual = np.full(len(t), np.nan)
        made = done[np.maximum(j, 0)] * valid + in_piece
        first_of_shift = np.array([done[np.searchsorted(s.shift[pieces], x)] for x in range(3)])
        runs = self._quality.day(day)
        mine = slice(*np.searchsorted(runs.line, [line, line + 1]))
        rejected = np.concatenate([[0], np.cumsum(runs.scrapped[mine] + runs.rework[mine])])
        finished = np.searchsorted(runs.end[mine], t, side="right")
        before_shift = np.searchsorted(runs.shift[mine], shift)
        return {
            "inside": inside, "shift": shift, "begin": bounds[shift], "parts": line_day.state.parts[line] + made,
            "parts_shift": made - first_of_shift[shift],
            "rejected": np.maximum(rejected[finished] - rejected[before_shift], 0), "order": order, "target": target,
            "actual": actual,
        }  # fmt: skip


def production_line(production: Production, line: int) -> int:
    """line_id of a line index."""
    return int(production.line_ids[line])


def _seconds(start: Ints, end: Ints, mask: NDArray[np.bool_], time: Ints) -> Ints:
    """Seconds spent in the masked intervals from the first interval's start to `time`."""
    length = np.where(mask, end - start, 0)
    total = np.cumsum(length) - length
    i = np.maximum(np.searchsorted(start, time, side="right") - 1, 0)
    part = np.where(mask[i], np.clip(time - start[i], 0, end[i] - start[i]), 0)
    return np.asarray(total[i] + part)
