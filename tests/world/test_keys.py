"""Keys: packed and unpacked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray.world.keys import date_stamp, factory_number, joined, key, number, number_at, part, parts


def test_a_key_by_hand() -> None:
    """20,089 is 2025-01-01; 16 bits of sequence, then 20 of day."""
    assert int(key(101, 20_089, 7)) == 101 * 2**36 + 20_089 * 65_536 + 7
    entity, day, sequence = parts(key([1, 99_010_499], [0, 2**20 - 1], [0, 65_535]))
    assert (entity.tolist(), day.tolist(), sequence.tolist()) == ([1, 99_010_499], [0, 1_048_575], [0, 65_535])


@settings(max_examples=50, derandomize=True)
@given(st.integers(0, 2**27 - 1), st.integers(0, 2**20 - 1), st.integers(0, 2**16 - 1))
def test_keys_parse_back(entity: int, day: int, sequence: int) -> None:
    packed = key(entity, day, sequence)
    assert packed >= 0
    assert tuple(int(part) for part in parts(packed)) == (entity, day, sequence)


@pytest.mark.parametrize("beyond", [(2**27, 0, 0), (-1, 0, 0), (0, 0, 2**16), (0, 0, -1)])
def test_what_does_not_fit_is_an_error(beyond: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        key(*beyond)


def test_keys_order_by_entity_then_day() -> None:
    assert (np.diff(key([1, 1, 1, 2], [5, 5, 6, 0], [0, 1, 0, 0])) > 0).all()


def test_readable_numbers() -> None:
    assert number("WO", [101, 1_005], [20_161, 20_089], [2, 14]).tolist() == [
        "WO-L101-20250314-02",
        "WO-L1005-20250101-14",
    ]
    assert number("RUN", 101, [20_089], [12], digits=4).tolist() == ["RUN-L101-20250101-0012"]
    assert number("WO", [], [], []).tolist() == []


def test_a_day_is_stamped_by_its_date() -> None:
    days = np.array(["2025-03-14", "2024-12-31"], dtype="datetime64[D]").astype(np.int64)
    assert date_stamp(days).tolist() == ["20250314", "20241231"]


def test_readable_numbers_are_joined_from_their_parts() -> None:
    ids, days, none = np.array([3, 12]), np.array([0, 20_089]), np.zeros(0, dtype=np.int64)
    assert factory_number("QA", ids, days, np.array(["01", "7"])).tolist() == [
        "QA-F03-19700101-01",
        "QA-F12-20250101-7",
    ]
    assert joined("a", np.array(["b", "c"]), "-").tolist() == ["ab-", "ac-"]
    assert factory_number("QA", none, none, np.zeros(0, dtype="U1")).tolist() == []


def test_parts_of_documents_by_hand() -> None:
    order = int(key(10101, 20_000, 40_010))
    assert part(order, 3).tolist() == order + 3 * 2**56
    assert number_at("MWO", np.array(["F01"]), np.array([20_000]), np.array([540_010])).tolist() == [
        "MWO-F01-20241004-540010"
    ]
