"""Labour: the rota by hand, and nobody in two places."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from genims_ray.world.labour import Labour, crew
from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant
from genims_ray.world.rng import Rng

FIRST = 20_089
DAYS = range(FIRST, FIRST + 120)


def labour(plant: Plant, factories: list[str], **settings: float) -> tuple[Labour, Layout]:
    chosen = {name: plant.factories[name] for name in factories}
    layout = Layout(replace(plant, factories=chosen, labour=replace(plant.labour, **settings)))
    return Labour(layout.lines, layout, Rng(42)), layout


def test_the_rota_by_hand() -> None:
    """Two early, two late, two nights, two off; crew 0 begins its cycle on day 0."""
    rota = np.array([crew(day, np.arange(3)) for day in range(8)])
    assert rota.tolist() == [
        [0, 3, 2],
        [0, 3, 2],
        [1, 0, 3],
        [1, 0, 3],
        [2, 1, 0],
        [2, 1, 0],
        [3, 2, 1],
        [3, 2, 1],
    ]
    assert np.array_equal(crew(np.array([8, 9]), 0), [0, 0])


def test_an_operator_of_the_crew_on_duty_runs_each_line(large: Plant) -> None:
    people, layout = labour(large, ["detroit"], absence_rate=0.0)
    # 2025-01-01 is day 20,089: crew 10,044 % 4 = 0 is early, 3 late, 2 on nights; lines have four posts each.
    assert people.operators(FIRST).tolist() == [
        [1_000 + 1 + 4 * line + c for c in (0, 3, 2)] for line in range(len(layout.lines))
    ]


def test_nobody_is_at_two_lines_in_a_shift(large: Plant) -> None:
    people, layout = labour(large, ["detroit", "pune", "lyon"])
    for day in DAYS:
        assigned = people.operators(day)
        for shift in range(3):
            assert len(set(assigned[:, shift].tolist())) == len(layout.lines), day
        # and nobody works two shifts of a day
        assert max(Counter(assigned.ravel().tolist()).values()) == 1, day
        factory = np.array([line.factory.factory_id for line in layout.lines])
        assert np.array_equal(assigned // 1000, np.broadcast_to(factory[:, None], assigned.shape))


def test_absent_operators_are_replaced(large: Plant) -> None:
    """By a relief, by the supervisor of the shift, or by an operator of the crew that is off."""
    present, layout = labour(large, ["detroit", "pune"], absence_rate=0.0)
    actual, _ = labour(large, ["detroit", "pune"])
    rng, rate = Rng(42), large.labour.absence_rate
    replaced = 0
    for day in DAYS:
        rota, assigned = present.operators(day), actual.operators(day)
        absent = rng.uniform("absence", rota, day) < rate
        for line, shift in zip(*np.nonzero(absent), strict=True):
            posts = layout.posts[int(assigned[line, shift]) // 1000]
            post = int(assigned[line, shift]) % 1000
            off = post in posts.operators and (post - 1) % 4 == crew(day, 3)
            assert post in posts.relief or post in posts.supervisors or off, (day, line, shift)
            replaced += 1
        assert np.array_equal(assigned[~absent], rota[~absent])
    expected = 10 * 3 * len(DAYS) * rate
    assert abs(replaced - expected) < 3.3 * np.sqrt(expected)


def test_posts_on_duty_belong_to_the_crew(large: Plant) -> None:
    people, layout = labour(large, ["detroit"])
    posts = layout.posts[1]
    for shift, on_duty in enumerate((0, 3, 2)):
        assert int(people.supervisor(1, FIRST, shift)) == 1_000 + posts.supervisors[on_duty]
        assert int(people.inspector(1, FIRST, shift)) == 1_000 + posts.inspectors[on_duty]
        # Six technicians, dealt in turn: crews 0 and 1 have two, crews 2 and 3 have one.
        team = {int(people.technician(1, FIRST, shift, pick)) for pick in range(97)}
        assert team == {1_000 + p for i, p in enumerate(posts.technicians) if i % 4 == on_duty}


def test_a_cell_sees_the_same_people(large: Plant) -> None:
    whole, layout = labour(large, ["detroit", "pune"])
    part = Labour(layout.lines[2:7], layout, Rng(42))
    for day in DAYS[:20]:
        assert np.array_equal(part.operators(day), whole.operators(day)[2:7])
