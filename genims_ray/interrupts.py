"""Ctrl-C and SIGTERM: the first ends the run in order, the second at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def interruptible() -> None:
    """From now on SIGINT and SIGTERM raise `KeyboardInterrupt`, and the next one ends the process: nothing that
    is committed depends on how a run ends. For the main thread only, as Python has it with signals.
    """
    for number in SIGNALS:
        signal.signal(number, _interrupt)


@contextmanager
def ending_at_once() -> Iterator[None]:
    """SIGINT and SIGTERM end the process in the block, with a word and status 130: it imports, and there is nothing
    to be put in order; libraries might take an exception for one of their own. For the main thread only.
    """
    before = [(number, signal.signal(number, _end)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, b"\ninterrupted\n")
    os._exit(130)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_globals.get("__name__") == "ray._private.profiling":
        # Ray calls it from compiled code, which would print the exception and go on; a moment later it is over.
        threading.Timer(0.02, os.kill, (os.getpid(), number)).start()
        return
    _let_the_next_kill()
    raise KeyboardInterrupt


def _let_the_next_kill() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


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
    frame that runs; the next one ends the process all the same. For the main thread only.
    """
    noted: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if not must_not(frame):
            _interrupt(number, frame)
            return  # to be sent again
        if noted:
            _let_the_next_kill()
            os.kill(os.getpid(), number)
        noted.append(number)

    before = [(number, signal.signal(number, handle)) for number in SIGNALS]
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handle:
            for number, handler in before:
                signal.signal(number, handler)
        if noted:
            _interrupt(noted[0], None)
