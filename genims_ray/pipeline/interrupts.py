"""Ctrl-C and SIGTERM while something runs that must not be cut short."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ray_connects(frame: FrameType | None) -> bool:
    """Whether the code that `frame` is part of makes this process a part of Ray: interrupted in the midst of
    that, it crashes as it ends. The rest of Ray's start can be interrupted, and must be, for a terminal's Ctrl-C
    stops the dashboard that it waits for.
    """
    while frame is not None:
        if frame.f_code.co_name == "connect" and frame.f_globals.get("__name__") == "ray._private.worker":
            return True
        frame = frame.f_back
    return False


@contextmanager
def held(must_not: Callable[[FrameType | None], bool]) -> Iterator[None]:
    """SIGINT and SIGTERM raise `KeyboardInterrupt`, but not before the block's end where `must_not` holds of the
    frame that runs. For the main thread only, as Python has it with signals.
    """
    noted: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if not must_not(frame):
            raise KeyboardInterrupt
        noted.append(number)

    before = [(number, signal.signal(number, handle)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
        if noted:
            raise KeyboardInterrupt
