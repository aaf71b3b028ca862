"""The static plant: how many of each, and keys that are arithmetic."""

from __future__ import annotations

from collections import Counter

import numpy as np

from genims_ray.world.layout import Layout
from genims_ray.world.params import Plant


def test_large_has_its_volumes(large: Plant) -> None:
    layout = Layout(large)
    assert (len(layout.factories), len(layout.lines), len(layout.machines), len(layout.sensors)) == (10, 50, 200, 1_200)
    assert len(layout.products.product_id) == 600
    people = [sum(len(posts) for posts in vars(p).values()) for p in layout.posts.values()]
    assert sum(people) == 500
    # 5 lines * 4 crews * 1, then 2 relief, 4 supervisors, 6 technicians, 4 inspectors, 4 in the store, 10 staff
    first = layout.posts[1]
    assert [*vars(first).values()] == [
        range(1, 21),
        range(21, 23),
        range(23, 27),
        range(27, 33),
        range(33, 37),
        range(37, 41),
        range(41, 51),
    ]


def test_keys_of_a_tiny_plant(tiny: Plant) -> None:
    layout = Layout(tiny)
    assert [line.line_id for line in layout.lines] == [101, 102]
    assert [m.machine_id for m in layout.machines] == [10_101, 10_102, 10_103, 10_104, 10_201, 10_202, 10_203, 10_204]
    assert [m.type_name for m in layout.machines[:4]] == ["cnc", "cnc", "grinder", "conveyor"]
    sensors = [s.sensor_id for s in layout.sensors]
    assert sensors[:7] == [1_010_101, 1_010_102, 1_010_103, 1_010_104, 1_010_105, 1_010_106, 1_010_201]
    assert len(set(sensors)) == 48
    assert set(Counter(s.machine_id for s in layout.sensors).values()) == {6}
    assert layout.products.product_id[:13].tolist() == [*range(10_101, 10_113), 10_201]
    assert layout.lines[0].code == "L101"
    assert Layout.employee_id(3, 21) == 3_021


def test_products_follow_their_line(large: Plant) -> None:
    layout = Layout(large)
    p = layout.products
    ideal = np.array([layout.line_by_id[i].type.ideal_cycle_seconds for i in p.line_id])
    assert (np.abs(p.ideal_cycle_seconds / ideal - 1) <= 0.1 + 1e-3).all()
    assert set(p.container_parts.tolist()) == {30, 36, 42}
    share = np.zeros(int(p.line_id.max()) + 1)
    np.add.at(share, p.line_id, p.share)
    assert np.allclose(share[share > 0], 1)
    # Zipf with exponent 0.9: the first rank sells 2 ** 0.9 = 1.866 times the second.
    assert np.isclose(p.share[0] / p.share[1], 1.8660659830736148)


def test_a_machine_keeps_its_place_when_others_are_added(tiny: Plant, large: Plant) -> None:
    small, whole = Layout(tiny), Layout(large)
    for machine in small.machines[:4]:
        assert whole.machine_by_id[machine.machine_id].type == machine.type
    assert np.array_equal(small.products.ideal_cycle_seconds[:12], whole.products.ideal_cycle_seconds[:12])
