"""A production day of the lines: what it inherits, and all that happens in it.

`State` is all that a day inherits from the one before; `LineDay` is everything that happens on the
lines in that day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.rows import Floats, Ints
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.demand import Releases

QUEUE = 48
"""Places for released campaigns of a line; far more than a release horizon holds."""
LEAD_SECONDS = 3_600
"""From the release of an order to its earliest start."""


@dataclass(frozen=True)
class State:
    """The lines at the start of a production day; arrays over lines, `queue_*` over (lines, QUEUE)."""

    day: int
    line_ids: Ints
    backlog: Floats  # (lines, ranks) parts
    work: Floats  # working seconds since the origin
    parts: Ints  # parts made since the origin
    previous: Ints  # rank of the product before the head of the queue, -1: none
    length: Ints  # campaigns in the queue
    head_work: Floats  # working seconds done on the head
    head_setup: Ints  # when its changeover began, NEVER before
    head_start: Ints  # when its first part was begun, NEVER before
    queue_day: Ints
    queue_sequence: Ints
    queue_product: Ints
    queue_quantity: Ints
    queue_cycle: Floats
    queue_setup: Ints
    queue_ahead: Floats

    def of(self, line_ids: Ints) -> State:
        """The state of some of the lines."""
        rows = np.searchsorted(self.line_ids, line_ids)
        values: dict[str, Any] = {
            name: value[rows] for name, value in vars(self).items() if isinstance(value, np.ndarray)
        }
        return replace(self, **values)


@dataclass(frozen=True)
class Campaigns:
    """Released and unfinished campaigns of a day, (lines, QUEUE) arrays; see `exists`."""

    exists: NDArray[np.bool_]
    day: Ints  # production day of the release, part of its key
    sequence: Ints
    product: Ints
    quantity: Ints
    cycle: Floats
    setup: Ints
    ahead: Floats
    work0: Floats  # work clock of the day at which its first part begins (negative: before the day)
    previous: Ints  # rank of the product made before, -1: none
    setup_start: Ints  # UTC seconds, NEVER while unknown at the end of the day
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Segments:
    """What one shift spent on one campaign, ordered by (line, time): changeover, production and losses.

    A shift may pass without a part: in a changeover at its end, or waiting for a repair.
    """

    line: Ints
    shift: Ints
    place: Ints  # column of `Campaigns`
    first_part: Ints  # parts of the campaign before this piece
    parts: Ints
    start: Ints  # UTC seconds: of the changeover, or of the shift
    production_start: Ints  # the end where nothing was produced
    end: Ints


@dataclass(frozen=True)
class LineDay:
    """All that happens on the lines in one production day."""

    day: int
    bounds: Ints  # (lines, 4) UTC seconds of the shift boundaries
    state: State
    releases: Releases
    backlog: Floats  # (lines, ranks) parts that are left to release
    campaigns: Campaigns
    timeline: tl.Timeline
    segments: Segments
