"""Interruptions that wait."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

import pytest

from genims_ray.interrupts import SIGNALS, _interrupt, held, interruptible, ray_connects


def interrupt(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("must_not", [True, False])
def test_an_interruption_waits_where_it_must(number: int, must_not: bool):
    before = [signal.getsignal(each) for each in SIGNALS]
    reached = []

    def block() -> None:
        with held(lambda frame: must_not):
            interrupt(number)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        block()
    assert bool(reached) is must_not
    assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]  # the next one kills
    for each, handler in zip(SIGNALS, before, strict=True):
        signal.signal(each, handler)


def test_without_one_nothing_happens():
    with held(lambda frame: True):
        pass


def test_ray_connects_is_told_from_the_frames():
    def seen(frame: FrameType | None) -> bool:
        answers.append(ray_connects(frame))
        return True

    answers: list[bool] = []
    rays = {"__name__": "ray._private.worker", "interrupt": lambda: interrupt(signal.SIGINT)}
    exec("def connect(): interrupt()\ndef init(): interrupt()", rays)
    for name in ("connect", "init"):
        before = [(each, signal.getsignal(each)) for each in SIGNALS]
        with pytest.raises(KeyboardInterrupt), held(seen):
            rays[name]()  # type: ignore[operator]
        for each, handler in before:
            signal.signal(each, handler)
    assert answers == [True, False]


def test_within_rays_profiling_it_comes_a_moment_later():
    rays = {"__name__": "ray._private.profiling", "interrupt": lambda: os.kill(os.getpid(), signal.SIGTERM)}
    exec("def leave():\n    interrupt()\n    return 'left'", rays)
    before = [(each, signal.getsignal(each)) for each in SIGNALS]
    interruptible()
    try:
        # The handler runs in the frame that is interrupted: of the lambda, or of the function that called it.
        signal.signal(signal.SIGTERM, lambda number, frame: _interrupt(number, frame and frame.f_back))
        assert rays["leave"]() == "left"  # type: ignore[operator]
        interruptible()
        with pytest.raises(KeyboardInterrupt):
            time.sleep(5)
    finally:
        for each, handler in before:
            signal.signal(each, handler)


def test_ray_has_the_function():
    worker = pytest.importorskip("ray._private.worker")
    assert callable(worker.connect)
