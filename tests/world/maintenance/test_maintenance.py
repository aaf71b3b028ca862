"""Maintenance: nobody in two places, plans kept and missed, stock that never runs below zero, lives that chain."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray import config
from genims_ray.truth.maintenance import Truth
from genims_ray.world import DAY, HOUR, NEVER, Window, World
from genims_ray.world.company.calendar import PLANNED_MAINTENANCE
from genims_ray.world.maintenance import Job, failures
from genims_ray.world.maintenance.costs import amount
from genims_ray.world.maintenance.due import (
    CALIBRATION,
    LUBRICATION,
    REPLACEMENT,
    REQUEST,
    SERVICE,
    STATUTORY,
    WEAR_PART,
    WINDOW,
)
from genims_ray.world.maintenance.failures import Diagnosis
from genims_ray.world.maintenance.movements import ADJUSTMENT, ISSUE, OPENING_STOCK, RECEIPT
from genims_ray.world.maintenance.records import total
from genims_ray.world.params import Plant
from genims_ray.world.shopfloor.degradation import story_machine

DAYS = 40


@pytest.fixture(scope="module")
def small() -> World:
    return World(config.load(["scale=small"]).plant)


@pytest.fixture(scope="module")
def jobs(small: World) -> list[Job]:
    return small.maintenance.jobs.between(small.start, small.start + DAYS * DAY)


# --- People -----------------------------------------------------------------------------------------


def test_whoever_works_has_clocked_in_where_nobody_is_on_duty(tiny: Plant) -> None:
    """With one technician and one supervisor planned work falls to whoever comes, on many days."""
    posts = replace(tiny.labour, technicians_per_factory=1, supervisors_per_factory=1)
    world = World(replace(tiny, labour=posts))
    first, last = world.start // DAY + 1, world.start // DAY + 41
    a = world.maintenance.time_clock.attendance(first - 1, last + 1)
    clocked = defaultdict(list)
    for who, came, went in zip(a.employee_id.tolist(), a.clock_in.tolist(), a.clock_out.tolist(), strict=True):
        clocked[who].append((came, went))
    rosters, called = world.maintenance.rosters, 0
    for day in range(first, last):
        roster = rosters.whole(1, day)
        called += sum(b.called for b in roster.planned.values())
        for who, spans in roster.busy.items():
            for begin, end in spans:
                assert any(came - 900 <= begin and end <= went + 900 for came, went in clocked[who]), (day, who)
    assert called > 3


def test_nobody_is_in_two_places(jobs: list[Job]) -> None:
    spans = defaultdict(list)
    for job in jobs:
        for b in job.bookings:
            spans[b.technician].append((b.start, b.end))
    assert len(spans) > 8
    for booked in spans.values():
        for before, after in itertools.pairwise(sorted(booked)):
            assert before[1] <= after[0]


def test_technicians_work_in_their_own_shift(small: World, jobs: list[Job]) -> None:
    plan, called, total = small.maintenance.plan, 0, 0
    for job in jobs:
        for b in job.bookings:
            total += 1
            bounds = plan.bounds(job.asset.factory_id, b.day)
            if b.called:
                called += 1
                continue
            assert bounds[b.shift] <= b.start < b.end <= bounds[b.shift + 1]
            at = (job.asset.factory_id, b.day, b.shift)
            assert b.technician in [*small.people.team(*at), int(small.people.supervisor(*at))]
    assert called < 0.05 * total


def test_the_same_roster_whatever_was_asked_before(small: World) -> None:
    other, day = World(small.plant), small.start // DAY + 17
    for factory in (1, 4):
        known = {f.factory_id for f in small.layout.factories}
        if factory in known:
            mine, theirs = (w.maintenance.rosters.whole(factory, day) for w in (small, other))
            assert mine.planned == theirs.planned
            assert mine.stops == theirs.stops


# --- Orders -----------------------------------------------------------------------------------------


def test_instants_of_an_order_are_in_order(jobs: list[Job]) -> None:
    kinds = set()
    for job in jobs:
        kinds.add(job.kind)
        if job.missed > 0:
            assert job.created < job.missed == job.closed
            assert not job.bookings
            continue
        if job.start <= 0:
            continue
        assert job.created <= job.start < job.end < job.closed
        assert job.assigned <= job.start
        for b in job.bookings:
            assert job.start <= b.start < b.end <= job.end or b.called
        if job.waits > 0:
            assert job.start < job.waits <= job.resumed < job.end
    assert {
        "breakdown",
        "predictive",
        "adjustment",
        "lubrication",
        "window",
        "calibration",
        "alert",
        "service",
    } <= kinds


def test_the_planted_breakdown_by_hand(small: World) -> None:
    """Failed on day 4.4, a technician after 13 minutes, repaired 5.2 hours later; the bearing put in fails soon."""
    machine = story_machine(small.layout)
    jobs = small.maintenance.jobs.between(small.start, small.start + 25 * DAY)
    mine = [j for j in jobs if j.asset.machine_id == machine and j.event and j.event.mode == "bearing"]
    first, second = sorted(mine, key=lambda j: j.created)[:2]
    assert first.created >= small.start + 4.4 * DAY
    assert first.start - first.created == 780
    assert first.end - first.start == 5.2 * HOUR
    assert first.type == second.type == "breakdown"
    assert second.event is not None
    assert second.event.infant
    assert second.event.age == 150 * HOUR


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 20 * DAY - 1), min_size=1, max_size=4, unique=True))
def test_windows_add_up(small: World, cuts: list[int]) -> None:
    """Every order that changes in a window changes in one of its parts, and is the same there."""
    found = small.maintenance.jobs
    whole = {
        j.key: j
        for j in found.between(small.start, small.start + 20 * DAY)
        if j.touched(small.start, small.start + 20 * DAY)
    }
    edges = [small.start + t for t in (0, *sorted(cuts), 20 * DAY)]
    parts = [j for a, b in itertools.pairwise(edges) for j in found.between(a, b) if j.touched(a, b)]
    assert {j.key for j in parts} == set(whole)
    for job in parts:
        if job.end > 0:
            assert (job.start, job.end, job.technician) == (
                whole[job.key].start,
                whole[job.key].end,
                whole[job.key].technician,
            )


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 12 * DAY - 1), min_size=1, max_size=4, unique=True))
def test_rows_of_orders_add_up(small: World, cuts: list[int]) -> None:
    """The orders that change in a window are those that change in its parts, with what is booked on them."""
    found = small.maintenance.work_orders
    edges = [small.start + t for t in (0, *sorted(cuts), 12 * DAY)]
    whole = found.touched(Window(edges[0], edges[-1]))
    parts = [found.touched(Window(a, b)) for a, b in itertools.pairwise(edges)]
    keys = np.concatenate([part.orders.key for part in parts])
    assert np.unique(keys).tolist() == whole.orders.key.tolist()
    for part in parts:
        assert (np.diff(part.orders.key) > 0).all()
        ended = part.orders.where(part.orders.end > 0)
        assert np.isin(ended.key, part.bookings.order).all()
    booked = [
        found.between(Window(a, b)).bookings.between(Window(a, b)).order.tolist() for a, b in itertools.pairwise(edges)
    ]
    assert (
        sorted(itertools.chain(*booked))
        == found.between(Window(edges[0], edges[-1])).bookings.between(Window(edges[0], edges[-1])).order.tolist()
    )


def test_a_quiet_window_of_a_busy_day_is_sliced(small: World) -> None:
    """Rows of ten seconds are those of the day that fall into them."""
    found, start = small.maintenance.work_orders, small.start + 9 * DAY
    day = found.touched(Window(start, start + DAY)).orders
    time = int(day.end[day.end > start][0])
    there = found.touched(Window(time, time + 10)).orders
    assert day.key[(day.end >= time) & (day.end < time + 10)].tolist() == there.key[there.end == time].tolist()
    assert len(there) < len(day)


# --- Plans ------------------------------------------------------------------------------------------


def test_plans_are_kept_missed_and_late(small: World) -> None:
    plan, first = small.maintenance.plan, small.start // DAY
    turns = defaultdict(list)
    for day in range(first, first + 200):
        for due in plan.on(day):
            if due.kind == LUBRICATION and not plan.routine.neglected(due.asset, day):
                turns[due.asset.asset_id].append(due)
            if due.kind == WINDOW:
                line = next(i for i, x in enumerate(small.lines) if x.line_id == due.asset.line_id)
                assert small.company.calendar.shift_states(day)[line, 0] == PLANNED_MAINTENANCE
    every = [due for of in turns.values() for due in of]
    n = len(every)
    missed = sum(due.done == NEVER and not due.skipped for due in every) / n
    late = sum(due.done > due.day for due in every) / n
    upkeep = small.plant.upkeep
    for share, p in ((missed, upkeep.routine_missed), (late, upkeep.routine_late)):
        assert abs(share - p) < 3.3 * np.sqrt(p * (1 - p) / n) + 0.004
    for of in turns.values():
        for before, after in itertools.pairwise(of):
            assert after.skipped == (before.done > before.day)
            if after.skipped:
                assert before.done == after.day


def test_lead_times_by_hand(small: World) -> None:
    """0.04 of the interval, rounded up, a day more for a standstill, at most two weeks."""
    plan = small.maintenance.plan
    leads = defaultdict(set)
    for s in plan.schedules:
        leads[s.kind, s.every if s.kind == CALIBRATION else 0].add(s.lead_days)
    assert leads[LUBRICATION, 0] == {1}  # every 4 days
    assert leads[SERVICE, 0] == {1}  # every 7
    assert leads[WINDOW, 0] == {2}  # every 14, and the line stands still
    assert leads[CALIBRATION, 90] == {4}
    assert leads[CALIBRATION, 120] == {5}
    assert leads[CALIBRATION, 180] == {8}
    assert leads[STATUTORY, 0] == {14}  # a year
    # An oil separator is replaced after 0.6 of 9,000 h, at a duty of 0.85: 265 days, 10.6 of them and one more.
    (separator,) = {
        s.lead_days
        for s in plan.schedules
        if s.kind == REPLACEMENT and s.asset.places[s.number - 1].component == "oil separator"
    }
    assert separator == 12
    for s in plan.schedules:
        if s.kind == WEAR_PART:  # 1,000 running hours
            daily = 24 * plan.share(s.asset) * plan.pace
            assert s.lead_days - 1 < 40 / daily <= s.lead_days


def test_orders_are_opened_by_the_lead_time_of_their_plan(small: World, jobs: list[Job]) -> None:
    plan, seen = small.maintenance.plan, set()
    for job in jobs:
        if job.schedule_id:
            lead = plan.by_id[job.schedule_id].lead_days
            assert job.created == plan.bounds(job.asset.factory_id, job.day - lead)[0] - HOUR
            seen.add(lead)
    assert len(seen) > 4


def test_a_turn_is_skipped_only_when_the_one_before_is_known_to_wait(small: World) -> None:
    plan, first, last = small.maintenance.plan, small.start // DAY, {}
    checked = 0
    for day in range(first, first + 120):
        for due in plan.on(day):
            if due.kind == LUBRICATION:
                if due.skipped:
                    checked += 1
                    before = last[due.asset.asset_id]
                    assert plan.opened(due) >= plan.bounds(due.asset.factory_id, before.day + 1)[0] - HOUR
                last[due.asset.asset_id] = due
    assert checked > 3


def test_what_operators_report_is_done_on_the_next_day(small: World, jobs: list[Job]) -> None:
    """An order for each leak that a check has found, from the end of the check; 3 % of the checks find one."""
    checks, plan = small.maintenance.checks, small.maintenance.plan
    end = small.start + DAYS * DAY
    reports, n = {}, 0
    for day in range(small.start // DAY - 1, end // DAY + 1):
        for shift in range(3):
            r = checks.of_shift(day, shift)
            for k in np.flatnonzero((r.end >= small.start) & (r.end < end)).tolist():
                n += 1
                if r.reported[k]:
                    reports[int(r.machine_id[k]), int(r.end[k])] = day
    asked = {(j.asset.machine_id, j.created): j for j in jobs if j.kind == REQUEST and j.created >= small.start}
    assert {at for at in asked if at[1] < end} == set(reports)
    p = 0.03
    assert abs(len(reports) / n - p) < 3.3 * np.sqrt(p * (1 - p) / n)
    done = [j for at, j in asked.items() if 0 < j.end < end]
    assert len(done) > 20
    for job in done:
        assert plan.day_of(job.asset.factory_id, job.start) == reports[job.asset.machine_id, job.created] + 1


def test_calibrations_are_those_of_the_sensors(small: World) -> None:
    """The day an order is done, the sensor's own record says so."""
    plan, faults = small.maintenance.plan, small.sensors.observation.faults
    first, seen = small.start // DAY, 0
    for day in range(first, first + 20):
        calibrated = faults.day(day).calibrated
        done = {due.number for due in plan.done_on(day) if due.kind == CALIBRATION}
        assert done == set(faults.ids[calibrated == day].tolist())
        seen += len(done)
    assert seen > 10


def test_utilities_are_replaced_by_age_or_fail_before() -> None:
    """Of the lives of a component, exp(-share^beta) reach the age at which it is replaced."""
    world = World(config.load(["scale=small"]).plant)
    found = world.maintenance.utilities.between(world.start, world.start + 12 * 365 * DAY)
    ends = [(e.event.planned, e.place.failure) for e in found]
    expected = [np.exp(-(c.replaced_at**c.beta)) for _, c in ends]  # type: ignore[union-attr]
    assert len(ends) > 150
    share, p = np.mean([planned for planned, _ in ends]), np.mean(expected)
    assert abs(share - p) < 3.3 * np.sqrt(p * (1 - p) / len(ends))
    for planned, (e) in ((e.event.planned, e) for e in found):
        c = e.place.failure
        limit = c.replaced_at * c.eta_hours * HOUR  # type: ignore[union-attr]
        assert e.event.age <= limit + 1
        assert planned == (abs(e.event.age - limit) < 2)


# --- Parts ------------------------------------------------------------------------------------------


def test_stock_never_runs_below_zero(small: World) -> None:
    stock = small.maintenance.stock
    level = {m.part: m.after for m in stock.opening()}
    assert all(m.type == OPENING_STOCK for m in stock.opening())
    moved = stock.between(Window(small.start, small.start + DAYS * DAY))
    assert {ISSUE, RECEIPT, ADJUSTMENT} <= set(moved.type.tolist())
    moves = zip(moved.part.tolist(), moved.quantity.tolist(), moved.after.tolist(), strict=True)
    for part, quantity, after in moves:
        level[part] += quantity
        assert level[part] == after >= 0
    assert len(np.unique(moved.key)) == len(moved)


def test_what_is_taken_is_what_orders_take(small: World, jobs: list[Job]) -> None:
    stock = small.maintenance.stock
    end = small.start + DAYS * DAY
    taken = defaultdict(int)
    window = Window(small.start, end)
    moved = stock.between(window)
    for order, quantity in zip(moved.order.tolist(), moved.quantity.tolist(), strict=True):
        taken[order] += quantity
    work = small.maintenance.work_orders.between(window)
    o = work.orders
    recorded = o.where(stock.records(o) & (o.end > 0) & (o.end < end))
    own = total(work.taken.order, work.taken.quantity, recorded)
    assert [-taken[key] for key in recorded.key.tolist()] == own.tolist()
    assert (own != 0).sum() > 200


def test_failures_that_waited_met_an_empty_shelf() -> None:
    """With a part missing every second time: before each wait nothing is on stock, and it ends with a receipt."""
    plant = config.load(["scale=small"]).plant
    often = replace(plant, degradation=replace(plant.degradation, spare_missing_share=0.5))
    world = World(often)
    end = world.start + 60 * DAY
    jobs = world.maintenance.jobs.between(world.start, end)
    moved = defaultdict(list)
    found = world.maintenance.stock.between(Window(world.start, end))
    for row in range(len(found)):
        moved[int(found.part[row])].append(found.where(np.array([row])))
    level = {m.part: m.after for m in world.maintenance.stock.opening()}
    waited = [j for j in jobs if j.waits > 0 and world.start < j.start and j.resumed < end]
    assert len(waited) > 5
    for job in waited:
        ((part, _),) = job.parts
        before = [m for m in moved[part] if m.time < job.resumed - 60]
        assert (int(before[-1].after[0]) if before else level[part]) == 0
        (issue,) = [m for m in moved[part] if m.order == job.key]
        assert issue.time >= job.resumed


def test_amounts_are_rounded_like_money() -> None:
    quantity, cents = np.array((1_000, 500, -500, 1_250)), np.array((250, 25, 25, 33))
    assert amount(quantity, cents).tolist() == [250, 13, -13, 41]


# --- Components and failures ------------------------------------------------------------------------


def test_lives_chain(small: World, jobs: list[Job]) -> None:
    """What an order takes out was in use; what it puts in is there from its end on."""
    components, checked = small.maintenance.components, 0
    for job in jobs:
        if job.event is None or job.place is None or not 0 < job.end < small.start + DAYS * DAY:
            continue
        old, new = components.ended_by(job.place, job.event.cycle, job.event.end)
        assert old.removed == job.event.start
        assert old.removed_by == new.installed_by == job.key
        assert new.installed == job.end == old.recorded
        assert components.at(job.place, job.event.start - 1).key == old.key
        assert components.at(job.place, job.end + 1).key == new.key
        checked += 1
    assert checked > 10


def test_components_count_hours_while_they_are_built_in(small: World) -> None:
    """Never more than have passed; a utility's run its share of every hour, planned replacement or failure."""
    components, seen = small.maintenance.components, defaultdict(set)
    for asset in small.maintenance.assets.every:
        for place in asset.places:
            for days in (0, 60, 120):
                life = components.at(place, small.start + days * DAY)
                if life.removed <= 0:
                    continue
                passed = (life.removed - life.installed) / 3_600
                assert 0 <= life.age_hours <= passed
                if not asset.machine_id:
                    seen[life.reason].add(life.key)
                    duty = small.plant.upkeep.utilities[asset.kind].duty
                    assert life.age_hours == pytest.approx(duty * passed)
    assert len(seen["preventive"]) > 5
    assert len(seen["failure"]) > 2


def test_codes_are_entered_with_the_first_asset_that_has_them(small: World) -> None:
    assets = small.maintenance.assets
    entered = assets.code_entered
    for code in ("VIB", "LOO", "ELU"):
        first = min(
            a.installation_date for a in assets.every if any(p.iso_mode == code for p in a.places)
        )  # no stop is told by them
        assert entered[assets.code_ids["mode", code]] // DAY == first
    begun = min(a.installation_date for a in assets.every)
    assert entered[assets.code_ids["mode", "UNK"]] // DAY == begun
    machines = min(a.installation_date for a in assets.every if a.machine_id)
    assert entered[assets.code_ids["mode", "SPO"]] // DAY == machines  # a stop of any machine
    assert len({time // DAY for time in entered.values()}) > 2
    for code in assets.codes:
        assert code.parent == 0 or entered[code.parent] < entered[code.failure_code_id]


def test_parts_are_there_before_what_they_fit(small: World) -> None:
    """The store has a part from the day of the first asset of its model; nothing that uses it is older."""
    m = small.maintenance
    firsts: dict[int, int] = {}
    for asset in m.assets.every:
        for place in asset.places:
            part = m.spares.of_place(asset, place)
            firsts[part] = min(firsts.get(part, asset.installation_date), asset.installation_date)
            life = m.components.at(place, small.start)
            assert m.spares.by_id[part].created_at < life.installed
            assert m.assets.code_entered[m.assets.code_ids["mode", place.iso_mode]] < life.installed
    for part, day in firsts.items():
        assert m.spares.by_id[part].created_at // DAY == day
    assert all(part.created_at < small.start for part in m.spares.every)
    assert len({part.created_at for part in m.spares.every}) > 20


def test_codes_by_hand(tiny: Plant) -> None:
    modes = tiny.failure_modes
    assert failures.of_component(modes["bearing"], False) == Diagnosis("VIB", "2.6", "3.4")
    assert failures.of_component(modes["electrical"], True) == Diagnosis("FOV", "4.5", "5.1")
    assert failures.of_component(modes["coolant"], False) == Diagnosis("PLU", "5.1", "3.3")
    codes = failures.catalogue(tiny)
    ids = {c.failure_code_id: c for c in codes}
    assert len({(c.code_type, c.code) for c in codes}) == len(codes) == len(ids)
    assert all(c.parent < c.failure_code_id for c in codes)
    assert {c.code for c in codes if c.code_type == "mode"} >= {m.iso_mode for m in modes.values()}


# --- Known truth ------------------------------------------------------------------------------------


def test_known_truth_names_rows_that_exist(small: World, jobs: list[Job]) -> None:
    truth = Truth(small)
    end = small.start + DAYS * DAY
    told = truth.failures(small.start, end)
    orders = {j.key: j for j in jobs}
    for key, infant, mode in zip(told.order.tolist(), told.infant.tolist(), told.mode.tolist(), strict=True):
        event = orders[key].event
        assert event is not None
        assert (event.infant, event.mode) == (infant, mode)
    effects = truth.stories(small.start, end)
    of_orders = effects.table == "cmms.work_orders"
    assert set(effects.key[of_orders].tolist()) <= set(orders)
    assert {"bearing", "infant_mortality", "coolant_neglect"} <= set(effects.story.tolist())
    later = truth.failures(small.start, small.start + 90 * DAY)
    assert len(np.unique(later.asset_id[later.lemon])) > 1
    assert set(later.component[later.lemon]) == {"pneumatic valve"}


def test_tools_wear_faster_without_coolant(small: World) -> None:
    """Lives of the neglected machine's tools shrink to the story's share, and only then."""
    plant = small.plant
    cared = replace(
        plant, upkeep=replace(plant.upkeep, coolant_story=replace(plant.upkeep.coolant_story, life_factor=1.0))
    )
    machine = story_machine(small.layout)
    assert machine is not None
    first, last = small.shopfloor.tools.neglect(machine)
    mine, theirs = small.shopfloor.tools.edge(machine, 2 * last), World(cared).shopfloor.tools.edge(machine, 2 * last)
    early = mine.ends < first
    assert (mine.ends[early] == theirs.ends[early]).all()
    inside = (mine.ends > first) & (np.concatenate([[0.0], mine.ends[:-1]]) > first) & (mine.ends < last)
    assert inside.sum() > 20
    assert mine.lives[inside] / theirs.lives[inside] == pytest.approx(plant.upkeep.coolant_story.life_factor)
    after = np.concatenate([[0.0], mine.ends[:-1]]) > last
    assert mine.lives[after] == pytest.approx(theirs.lives[after])
