"""The rules by which a point on a control chart is a signal."""

from __future__ import annotations

import numpy as np

from genims_ray.window import DAY
from genims_ray.world.rows import Bools, Floats, Ints

GAP = DAY
"""After a standstill longer than this, the runs rules begin anew."""
RUN = 7
"""Points before one that the rules look at."""
NONE, BEYOND, TWO_OF_THREE, FOUR_OF_FIVE, EIGHT, RANGE = range(6)
RULES = ("", "beyond_limit", "two_of_three", "four_of_five", "eight_on_one_side", "range_beyond_limit")


def rules(
    chart: Ints, time: Ints, value: Floats, spread: Floats, center: Floats, upper: Floats, range_upper: Floats
) -> Ints:
    """The first Western Electric rule that each point breaks (Statistical Quality Control Handbook, 1956).

    Points are ordered by chart and time; a standstill of more than `GAP` begins a new run. A point breaks a
    rule if it completes the pattern, on the side on which it lies.
    """
    n = len(chart)
    z = (value - center) / (upper - center) * 3.0
    opens = np.ones(n, dtype=bool)
    opens[1:] = (chart[1:] != chart[:-1]) | (time[1:] - time[:-1] > GAP)
    run = np.cumsum(opens)

    def before(flags: Bools, k: int) -> Bools:
        """`flags` of the point k before, within the run."""
        shifted = np.zeros(n, dtype=bool)
        if k < n:
            shifted[k:] = flags[: n - k] & (run[k:] == run[: n - k])
        return shifted

    rule = np.zeros(n, dtype=np.int64)
    patterns: list[Bools] = [(z > 3.0) | (z < -3.0)]
    for level, others, least in ((2.0, 2, 1), (1.0, 4, 3), (0.0, 7, 7)):
        met = np.zeros(n, dtype=bool)
        for side in (z > level, z < -level):
            met |= side & (sum(before(side, k).astype(np.int64) for k in range(1, others + 1)) >= least)
        patterns.append(met)
    patterns.append(spread > range_upper)
    for number in range(len(patterns), 0, -1):
        rule[patterns[number - 1]] = number
    return rule
