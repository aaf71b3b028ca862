"""Tools and electrodes: changed at a share of their life, a few broken before."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gamma

from genims_ray.world import HOUR
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng
from genims_ray.world.shopfloor.tools import Tools


@pytest.fixture(scope="module")
def tools(large: Plant) -> Tools:
    layout = Layout(large)
    return Tools(layout.lines, layout, Rng(42))


def test_which_machines_carry_tools(tools: Tools, large: Plant) -> None:
    layout = Layout(large)
    for i, line in enumerate(layout.lines):
        expected = [m for m in line.machine_ids if layout.machine_by_id[m].type_name in ("cnc", "grinder", "weld_cell")]
        assert tools.machines(i) == expected


def test_how_long_tools_serve(tools: Tools) -> None:
    """Weibull lives, used to 80 %; one in 66 breaks between 30 % and 80 % of its life."""
    used, broken, n = [], 0, 0
    for machine_id in (10_102, 10_103, 30_501):  # not that of the coolant story
        edge = tools.edge(machine_id, 2_000 * HOUR)
        spans = np.diff(edge.ends)
        share = spans / edge.lives[1:]
        assert share[~edge.broken[1:]] == pytest.approx(0.8)
        assert ((share[edge.broken[1:]] >= 0.3) & (share[edge.broken[1:]] <= 0.8)).all()
        used += edge.lives[1:].tolist()
        broken, n = broken + int(edge.broken.sum()), n + len(edge.broken)
    mean = 3.6667 * HOUR * gamma(1 + 1 / 3.5)
    sigma = mean * np.sqrt(gamma(1 + 2 / 3.5) / gamma(1 + 1 / 3.5) ** 2 - 1)
    assert abs(np.mean(used) - mean) < 3.3 * sigma / np.sqrt(len(used))
    assert abs(broken - 0.015 * n) < 3.3 * np.sqrt(0.015 * n)


def test_growing_keeps_what_is_there(large: Plant) -> None:
    layout = Layout(large)
    short, long = Tools(layout.lines, layout, Rng(42)), Tools(layout.lines, layout, Rng(42))
    few, many = short.edge(10_101, 10 * HOUR), long.edge(10_101, 5_000 * HOUR)
    n = len(few.ends)
    assert len(many.ends) > n
    assert np.array_equal(few.ends, many.ends[:n])
    assert np.array_equal(few.seconds, many.seconds[:n])


def test_changes_of_adjoining_windows(tools: Tools) -> None:
    whole = tools.changes(0, 0.0, 400.0 * HOUR)
    split = tools.changes(0, 0.0, 123.4 * HOUR) + tools.changes(0, 123.4 * HOUR, 400.0 * HOUR)
    assert sorted(whole) == sorted(split)
    assert len(whole) > 200


def test_wear_is_a_sawtooth(tools: Tools) -> None:
    edge = tools.edge(10_101, 100 * HOUR)
    first, second = edge.ends[0], edge.ends[1]
    work = np.array([0.0, first / 2, first, (first + second) / 2])
    expected = [0.0, first / 2 / edge.lives[0], 0.0, (second - first) / 2 / edge.lives[1]]
    assert tools.wear(10_101, work) == pytest.approx(expected)
