"""Jobs in threads: all at once, and nobody waits for one that hangs."""

from __future__ import annotations

import threading
import time

import pytest

from genims_ray.pipeline.parallel import at_once


def test_answers_come_in_the_order_of_the_jobs_whichever_ends_first():
    second_is_done = threading.Event()

    def first() -> str:
        assert second_is_done.wait(10)
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert at_once([first, second]) == ["first", "second"]
    assert at_once([]) == []


def hang() -> None:
    threading.Event().wait(60)


def fail() -> None:
    raise ValueError("of a job")


def test_the_first_error_is_raised_though_another_job_hangs():
    began = time.monotonic()
    with pytest.raises(ValueError, match="of a job"):
        at_once([hang, fail])
    assert time.monotonic() - began < 5


def test_who_looks_around_can_end_the_waiting():
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        at_once([hang], look)
    assert looks == 2
