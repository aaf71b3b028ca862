"""Jobs in threads that can be left behind: neither a server that hangs nor Ctrl-C has to wait for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

TICK_SECONDS = 0.5
Answer = TypeVar("Answer")


def at_once(jobs: Sequence[Callable[[], Answer]], tick: Callable[[], None] = lambda: None) -> list[Answer]:
    """What the jobs return, in their order; `tick` is called twice a second. The first error, of a job or of `tick`,
    is raised at once, and the other jobs are left to themselves.
    """
    ended: SimpleQueue[tuple[int, list[Answer], Exception | None]] = SimpleQueue()

    def run(number: int) -> None:
        try:
            ended.put((number, [jobs[number]()], None))
        except Exception as error:
            ended.put((number, [], error))

    for number in range(len(jobs)):
        Thread(target=run, args=(number,), daemon=True).start()
    found: dict[int, list[Answer]] = {}
    while len(found) < len(jobs):
        try:
            number, answer, error = ended.get(timeout=TICK_SECONDS)
        except Empty:
            tick()
            continue
        if error is not None:
            raise error
        found[number] = answer
    return [answer for number in range(len(jobs)) for answer in found[number]]
