"""Runs on a constructed day: containers, losses and rejects worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from genims_ray.world import DAY, World
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng
from genims_ray.world.shopfloor import timeline as tl
from genims_ray.world.shopfloor.containers import Containers, Runs
from genims_ray.world.shopfloor.line_day import QUEUE, Campaigns, LineDay, Segments
from tests.world.shopfloor.test_timeline import elementary, insertions


def only(value: Any, dtype: type = np.int64) -> Any:
    """(1, QUEUE) with `value` in the first place."""
    column = np.zeros((1, QUEUE), dtype=dtype)
    column[0, 0] = value
    return column


@pytest.fixture
def runs(tiny: Plant) -> Runs:
    """423 parts of 10 working seconds in containers of 200; every loss of the timeline test."""
    timeline = tl.lay(
        elementary((0, 3_600, tl.RUN, 0, 1.0), (3_600, 4_200, tl.BREAKDOWN, 0, 1.0), (4_200, 7_200, tl.RUN, 0, 0.5)),
        insertions((600, 120, tl.MICRO), (1_800, 600, tl.MAJOR), (3_000, 300, tl.SETUP)),
    )
    zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    campaigns = Campaigns(
        exists=only(True, bool),
        day=only(7),
        sequence=only(3),
        product=only(0),
        quantity=only(423),
        cycle=only(10.0, float),
        setup=only(0),
        ahead=only(0.0, float),
        work0=only(0.0, float),
        previous=only(-1),
        setup_start=only(0),
        start=only(0),
        end=only(7_200),
    )
    segments = Segments(zero, zero, zero, zero, 423 * one, zero, zero, 7_200 * one)
    none: Any = None
    day = LineDay(7, np.array([[0, 7_200, 7_200, 7_200]]), none, none, none, campaigns, timeline, segments)
    demand: Any = SimpleNamespace(containers=np.array([[200]]), line_ids=np.array([101]))
    process: Any = SimpleNamespace(rejects=lambda _, line, *more: (np.zeros(len(line)), np.ones(len(line))))
    settings = replace(tiny.quality, setup_scrap_min=5, setup_scrap_max=5, restart_scrap=3, rework_share=0.0)
    return Containers(demand, process, settings, Rng(42)).filled(day)


def test_containers_by_hand(runs: Runs) -> None:
    assert runs.sequence.tolist() == [1, 2, 3]
    assert runs.parts.tolist() == runs.target.tolist() == [200, 200, 23]
    assert runs.first_part.tolist() == [0, 200, 400]
    # 2,000 of work: 1,800 by 1,920 s, the stop to 2,520 s, 200 more. 4,000: 3,000 by 4,440 s, the changeover, 1,000 at half speed.
    assert runs.start.tolist() == [0, 2_720, 6_740]
    assert runs.end.tolist() == [2_720, 6_740, 7_200]


def test_losses_by_hand(runs: Runs) -> None:
    assert runs.busy.tolist() == [2_720, 4_020, 460]
    assert runs.changeover.tolist() == [0, 300, 0]
    assert runs.downtime.tolist() == [600, 600, 0]
    assert runs.minor.tolist() == [120, 0, 0]
    assert runs.production.tolist() == [2_120, 3_120, 460]


def test_rejects_and_oee_by_hand(runs: Runs) -> None:
    """Five parts of start-up scrap, three after the breakdown; the ideal cycle is nine seconds."""
    assert runs.scrapped.tolist() == [5, 3, 0]
    assert runs.rework.tolist() == [0, 0, 0]
    availability = runs.production / runs.busy
    performance = 9 * runs.parts / runs.production
    quality = (runs.parts - runs.scrapped) / runs.parts
    assert availability * performance * quality == pytest.approx([9 * 195 / 2_720, 9 * 197 / 4_020, 9 * 23 / 460])
    assert availability[0] == pytest.approx(0.7794117647)
    assert performance[0] == pytest.approx(0.8490566038)
    assert quality[0] == pytest.approx(0.975)


def test_runs_tile_their_segments(world: World) -> None:
    for day in range(world.start // DAY + 1, world.start // DAY + 15):
        runs, segments = world.shopfloor.production.runs(day), world.shopfloor.production.day(day).segments
        opens = np.concatenate([[True], runs.segment[1:] != runs.segment[:-1]]) if len(runs.line) else np.zeros(0, bool)
        assert np.array_equal(runs.busy_start[opens], segments.start[runs.segment[opens]])
        assert np.array_equal(runs.busy_start[~opens], runs.end[:-1][~opens[1:]] if len(runs.line) else runs.end)
        last = np.concatenate([opens[1:], [True]]) if len(runs.line) else opens
        assert np.array_equal(runs.end[last], segments.end[runs.segment[last]])
        assert (runs.busy > 0).all()
        assert (runs.production >= 0).all()
        assert (runs.production[runs.parts > 0] > 0).all()
        assert (runs.scrapped + runs.rework <= runs.parts).all()


def test_the_share_of_rejects(world: World) -> None:
    """About 1.9 % of parts, of which 35 % are reworked."""
    found = [world.shopfloor.production.runs(day) for day in range(world.start // DAY, world.start // DAY + 120)]
    parts, scrapped, rework = (sum(int(getattr(r, f).sum()) for r in found) for f in ("parts", "scrapped", "rework"))
    assert 0.012 < (scrapped + rework) / parts < 0.027
    rejected = scrapped + rework
    assert abs(rework - 0.35 * rejected) < 3.3 * np.sqrt(0.35 * 0.65 * rejected)
