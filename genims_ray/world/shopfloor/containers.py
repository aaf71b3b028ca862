"""Production runs: one container lot each, with its losses and its rejects.

Runs tile the segments of a line-day; a segment without parts is a run of its own. Their seconds
follow ISO 22400-2: planned busy time, of which changeover, downtime (stops of five minutes and more,
and waits) and the rest, production time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from genims_ray.world import params
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.demand import Demand
from genims_ray.world.shopfloor.line_day import LineDay
from genims_ray.world.shopfloor.process import Process

DOWNTIME = (*tl.DOWN_STATES, tl.STARVED)


@dataclass(frozen=True)
class Runs:
    """The runs of one production day, ordered by (line, sequence)."""

    line: Ints  # line index
    day: int
    sequence: Ints  # 1, 2, ... within line and day
    place: Ints  # column of the day's campaigns
    segment: Ints  # row of the day's segments
    shift: Ints
    first_part: Ints  # parts of the campaign before this run
    target: Ints
    parts: Ints
    scrapped: Ints
    rework: Ints
    busy_start: Ints  # UTC seconds: its losses count from here (changeover included)
    start: Ints
    end: Ints
    busy: Ints  # planned busy seconds
    changeover: Ints
    downtime: Ints
    minor: Ints  # short stops, within production time
    production: Ints  # actual production seconds (APT)

    def where(self, rows: Ints) -> Runs:
        """The runs at places in their order."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "day"}
        return replace(self, **columns)


class Containers:
    """Containers and their rejects."""

    def __init__(self, demand: Demand, process: Process, settings: params.Quality, rng: Rng) -> None:
        self._demand, self._process, self._settings, self._rng = demand, process, settings, rng

    def filled(self, day: LineDay) -> Runs:
        """The runs of a production day."""
        s, c, timeline = day.segments, day.campaigns, day.timeline
        size = self._demand.containers[s.line, c.product[s.line, s.place]]
        count = np.maximum(-(-s.parts // size), 1)
        segment = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
        line, place = s.line[segment], s.place[segment]
        offset = number * size[segment]
        parts = np.minimum(s.parts[segment] - offset, size[segment])
        first_part = s.first_part[segment] + offset
        is_last = number == count[segment] - 1
        work = c.work0[line, place] + (first_part + parts) * c.cycle[line, place]
        end = s.end[segment]
        end[~is_last] = timeline.reached(line[~is_last], work[~is_last])
        before = np.concatenate([[0], end[:-1]])
        opens = number == 0
        busy_start = np.where(opens, s.start[segment], before)
        producing = s.production_start < s.end
        start = np.where(opens, np.where(producing, s.production_start, s.start)[segment], before)
        sequence = np.arange(len(line)) - np.searchsorted(line, line) + 1

        def spent(states: tuple[int, ...]) -> Ints:
            return timeline.seconds(line, end, states) - timeline.seconds(line, busy_start, states)

        busy = end - busy_start - spent(tl.UNSCHEDULED_STATES)
        changeover, downtime, minor = spent((tl.SETUP,)), spent(DOWNTIME), spent(tl.MINOR_STATES)
        rejected = self._rejects(day, line, sequence, place, first_part, parts, work, end, spent((tl.BREAKDOWN,)))
        u = self._rng.uniform("rework", self._demand.line_ids[line], day.day, sequence)
        rework = np.floor(rejected * self._settings.rework_share + u).astype(np.int64)
        rework = np.minimum(rework, rejected)
        return Runs(
            line,
            day.day,
            sequence,
            place,
            segment,
            s.shift[segment],
            first_part,
            np.minimum(size[segment], c.quantity[line, place] - first_part),
            parts,
            rejected - rework,
            rework,
            busy_start,
            start,
            end,
            busy,
            changeover,
            downtime,
            minor,
            busy - changeover - downtime,
        )

    def _rejects(
        self,
        day: LineDay,
        line: Ints,
        sequence: Ints,
        place: Ints,
        first_part: Ints,
        parts: Ints,
        work: Floats,
        end: Ints,
        breakdown: Ints,
    ) -> Ints:
        """Parts of each run that are not good: start-up scrap, restarts, and the process's own rejects."""
        q, rng = self._settings, self._rng
        ids = self._demand.line_ids[line]
        probability, factor = self._process.rejects(day, line, place, work, end)
        u = rng.uniform("rejects", ids, day.day, sequence)
        rejected = binomial(u, parts, probability)
        spread = q.setup_scrap_max - q.setup_scrap_min + 1
        scrap = q.setup_scrap_min + np.floor(spread * rng.uniform("setup scrap", ids, day.day, sequence)).astype(
            np.int64
        )
        more = np.floor(scrap * (factor - 1) + rng.uniform("more setup scrap", ids, day.day, sequence))
        scrap = scrap + more.astype(np.int64)
        rejected = rejected + np.where(first_part == 0, scrap, 0)
        rejected = rejected + np.where(breakdown > 0, q.restart_scrap, 0)
        return np.minimum(rejected, parts)


def binomial(u: Floats, n: Ints, p: Floats, most: int = 24) -> Ints:
    """Binomial(n, p) by inversion, at most `most`; n, p and u are aligned."""
    odds = p / (1 - p)
    term = (1 - p) ** n
    total = term.copy()
    count = np.zeros(len(u), dtype=np.int64)
    for k in range(most):
        above = u > total
        if not above.any():
            break
        count += above
        term = term * (n - k) / (k + 1) * odds
        total += term
    return np.minimum(count, n)
