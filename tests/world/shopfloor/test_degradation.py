"""Component lives: refitted, in equilibrium from the start, in order, and the planted story."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import gamma

from genims_ray import config
from genims_ray.world import DAY, HOUR, World
from genims_ray.world.company.calendar import Calendar
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng
from genims_ray.world.shopfloor.degradation import Breakdown, Degradation, health, signature, story_machine

START = 20_089 * DAY
YEARS = 5 * 365 * DAY
FACTORIES, LINES = 5, 99


class Fleet:
    """Machining lines without frailty and infant failures: 1,980 machines, no database."""

    def __init__(self, large: Plant) -> None:
        detroit = large.factories["detroit"]
        line = replace(detroit.lines[0], type="machining", shift_pattern="continuous")
        lines = [replace(line, number=number) for number in range(1, LINES + 1)]
        self.plant = replace(
            large,
            factories={f"site{n}": replace(detroit, number=n, lines=lines) for n in range(1, FACTORIES + 1)},
            degradation=replace(large.degradation, frailty_sigma=0.0, infant_share=0.0),
        )
        self.layout = Layout(self.plant)
        self.calendar = Calendar(self.layout.lines, self.plant.shifts, Rng(11), START // DAY - 120)
        self.degradation = Degradation(self.layout.lines, self.layout, self.calendar, Rng(11), START)
        every = range(FACTORIES * LINES)
        self.events = [self.degradation.events(i, START + YEARS) for i in every]
        self.horizon = [self.calendar.planned_seconds(i, START + YEARS) / HOUR for i in every]
        self.story = story_machine(self.layout)

    def lives(self, mode: str) -> list[tuple[float, list[float]]]:
        """Per component: its observed planned hours, and the planned hours of its failures."""
        found = []
        for i, line in enumerate(self.layout.lines):
            for machine_id in line.machine_ids:
                kind = self.layout.machine_by_id[machine_id].type
                if mode not in kind.failure_modes or (mode == "bearing" and machine_id == self.story):
                    continue
                failures = [
                    self.calendar.planned_seconds(i, e.failure) / HOUR
                    for e in self.events[i]
                    if e.machine_id == machine_id and e.mode == mode and e.failure < START + YEARS
                ]
                # Heavy duty shortens lives by the load class: measured in units of it, all are alike.
                found.append((self.horizon[i] / kind.load_class, [x / kind.load_class for x in failures]))
        return found


@pytest.fixture(scope="module")
def fleet(large: Plant) -> Fleet:
    return Fleet(large)


def weibull_mle(lives: np.ndarray, censored: np.ndarray) -> tuple[float, float]:
    """Shape and scale by maximum likelihood with right censoring (the profile equation of the shape)."""
    both = np.concatenate([lives, censored]) / lives.mean()
    logs = np.log(both)

    def slope(beta: float) -> float:
        power = both**beta
        return float((power * logs).sum() / power.sum() - 1 / beta - np.log(lives / lives.mean()).mean())

    beta = brentq(slope, 0.2, 10)
    return beta, float(((both**beta).sum() / len(lives)) ** (1 / beta) * lives.mean())


def test_the_estimator_itself() -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    lives = 3_000 * (-np.log1p(-u)) ** (1 / 1.8)
    beta, eta = weibull_mle(lives[lives < 4_000], np.full(int((lives >= 4_000).sum()), 4_000.0))
    assert (beta, eta) == (pytest.approx(1.8, rel=0.002), pytest.approx(3_000, rel=0.002))


@pytest.mark.parametrize(
    ("mode", "beta", "eta"), [("coolant", 1.8, 3_000), ("motor", 1.2, 9_000), ("bearing", 1.5, 12_000)]
)
def test_lives_refit(fleet: Fleet, mode: str, beta: float, eta: float) -> None:
    """Censored MLE within 5 %, over several hundred machines and five years."""
    given = fleet.plant.failure_modes[mode]
    assert (given.beta, given.eta_hours) == (beta, eta)
    lives, censored = [], []
    for horizon, failures in fleet.lives(mode):
        lives += np.diff(failures).tolist()
        if failures:
            censored.append(horizon - failures[-1])
    assert len(lives) > 4_000
    found = weibull_mle(np.array(lives), np.array(censored))
    assert found[0] == pytest.approx(beta, rel=0.05)
    assert found[1] == pytest.approx(eta, rel=0.05)


def test_the_first_month_fails_like_any_other(fleet: Fleet) -> None:
    """In equilibrium failures come at 1 / mean life from the first hour on."""
    for mode in ("coolant", "motor", "bearing", "hydraulic_leak", "electrical"):
        given = fleet.plant.failure_modes[mode]
        mean = given.eta_hours * gamma(1 + 1 / given.beta)
        month = 28 * 24.0
        first = later = exposed = exposed_later = 0.0
        for horizon, failures in fleet.lives(mode):
            first += sum(x < month for x in failures)
            later += sum(x >= month for x in failures)
            exposed += month
            exposed_later += horizon - month
        # A renewal process counts no more irregularly than Poisson where beta >= 1.
        assert abs(first - exposed / mean) < 3.3 * np.sqrt(exposed / mean), mode
        assert abs(later - exposed_later / mean) < 3.3 * np.sqrt(exposed_later / mean), mode


def test_events_of_a_line_follow_one_another(fleet: Fleet) -> None:
    total = 0
    for events in fleet.events:
        for before, after in itertools.pairwise(events):
            assert before.end <= after.start
        total += len(events)
    assert total > 5_000


def test_every_event_is_in_order(fleet: Fleet) -> None:
    planned: dict[str, list[bool]] = {}
    for events in fleet.events:
        for e in events:
            assert e.onset <= e.start <= e.repair_start < e.end
            if e.planned:
                assert e.onset < e.start < e.failure
                assert e.repair_start == e.start
            else:
                assert e.start == e.failure
                assert e.repair_start >= e.start + 60
            planned.setdefault(e.mode, []).append(e.planned)
    # Never where there is no warning; at most as often as the mode's probability says elsewhere.
    assert not any(planned["electrical"])
    assert not any(planned["hydraulic_burst"])
    for mode in ("bearing", "hydraulic_leak"):
        share, n = np.mean(planned[mode]), len(planned[mode])
        p = fleet.plant.failure_modes[mode].intercept
        assert abs(share - p) < 3.3 * np.sqrt(p * (1 - p) / n) + 0.03


def test_the_horizon_changes_nothing(fleet: Fleet) -> None:
    near = Degradation(fleet.layout.lines, fleet.layout, fleet.calendar, Rng(11), START)
    for line in (0, 7, 50):
        for until in (START, START + 40 * DAY, START + 400 * DAY):
            assert near.events(line, until) == [e for e in fleet.events[line] if e.start < until]


def test_health_and_signature_by_hand() -> None:
    event = Breakdown(101, 10_101, "bearing", 0, 1_000, 2_000, 2_000, 2_100, 3_000, False)
    assert health(np.array([0, 1_000, 1_500, 2_000, 9_000]), event).tolist() == [0, 0, 0.5, 1, 1]
    # g(0.5) = 0.175 + 0.65 (e^-4 - e^-8) / (1 - e^-8) = 0.175 + 0.65 * 0.0179862
    assert signature(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.0, 0.1866910, 1.0], abs=1e-6)


@pytest.mark.parametrize(
    "overrides",
    [["scale=tiny"], ["scale=small"], ["scale=large"], ["scale=tiny", "seed=7"], ["scale=small", "seed=1234"]],
)
def test_the_bearing_story(overrides: list[str]) -> None:
    """A breakdown in the first week, begun before it, that a vibration sensor announces."""
    plant = config.load(overrides).plant
    machine_id = story_machine(Layout(plant))
    assert machine_id is not None
    world = World(plant).cell([m.machine_id for m in Layout(plant).machines if m.line_id == machine_id // 100])
    line = next(i for i, x in enumerate(world.lines) if x.line_id == machine_id // 100)
    found = [
        e
        for e in world.shopfloor.degradation.between(line, world.start, world.start + 7 * DAY)
        if e.machine_id == machine_id and e.mode == "bearing"
    ]
    assert len(found) == 1
    (event,) = found
    assert not event.planned
    assert event.onset < world.start < event.start == event.failure
    assert event.end < world.start + 7 * DAY
    machine = world.layout.machine_by_id[machine_id]
    vibration = {s.sensor_id for s in world.layout.sensors_by_machine[machine_id] if s.params.signal == "vibration"}
    days = range(world.start // DAY, event.start // DAY + 1)
    warned = [
        a
        for d in days
        for a in world.sensors.observation.alerts(machine, d)
        if a.sensor_id in vibration and a.start < event.start
    ]
    assert warned
    assert warned[0].value > warned[0].threshold


def test_without_a_bearing_there_is_no_story(tiny: Plant) -> None:
    layout = Layout(tiny)
    layout.machines[:] = [m for m in layout.machines if "bearing" not in m.type.failure_modes]
    assert story_machine(layout) is None
