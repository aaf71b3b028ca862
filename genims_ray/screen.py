"""Where output goes: a terminal, a file, a pipe whose reader may leave, or nowhere at all."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console

PLAIN_WIDTH = 120
"""Columns where no terminal says how many it has."""
QUIET, NORMAL, VERBOSE = -1, 0, 1
LEVELS = {"-q": QUIET, "--quiet": QUIET, "-v": VERBOSE, "--verbose": VERBOSE}
READER_LEFT = 141
"""As a shell reports a program that SIGPIPE ended."""

level = NORMAL
"""How much is said: of the process, like its standard output."""
reports = False
"""Whether the command works for its effects and goes on without a reader; others are there to be read."""


def take_level(arguments: Sequence[str]) -> list[str]:
    """The arguments without -q and -v, which set the level; what follows -- belongs to another program."""
    global level
    given = list(arguments)
    cut = given.index("--") if "--" in given else len(given)
    for argument in given[:cut]:
        level = LEVELS.get(argument, level)
    return [argument for argument in given[:cut] if argument not in LEVELS] + given[cut:]


def console() -> Console:
    """Where a command writes; text is printed as it is, brackets and all.

    Colours may be forced into a file (FORCE_COLOR); moving bars may not.
    """
    terminal = sys.stdout.isatty()
    return Console(
        width=None if terminal else PLAIN_WIDTH,
        force_terminal=terminal,
        color_system="auto" if terminal or not os.environ.get("FORCE_COLOR") else "standard",
        quiet=level == QUIET,
        markup=False,
        highlight=False,
        emoji=False,
    )


@contextmanager
def doing(console: Console, what: str) -> Iterator[None]:
    """Say what takes a while: with something that moves on a terminal, in a line elsewhere."""
    if console.is_interactive and not console.quiet:
        with console.status(f"{what} ..."):
            yield
    else:
        console.print(f"{what} ...")
        yield


@contextmanager
def starting() -> Iterator[None]:
    """A word on a terminal for the seconds of the block, in which the command's own code is read."""
    shown = sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown", None) and level != QUIET
    if shown:
        print("starting ...", end="\r", flush=True)
    try:
        yield
    finally:
        if shown:
            print("\x1b[2K", end="", flush=True)


def survive() -> None:
    """From now on no command fails because of what becomes of its standard output or standard error.

    A closed one is /dev/null. One whose reader leaves ends a command that is there to be read, and none that
    `reports`. One that is full is said on standard error, once. Characters that it cannot encode become `?`.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # or the next file or connection would be taken for it
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _surviving(1, sys.stdout, "replace")
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _surviving(2, sys.stderr, "backslashreplace")


def ended(status: int) -> int:
    """The exit status of a command, once all that it wrote is out."""
    with suppress(ReaderLeft):
        sys.stdout.flush()
    file = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    lost = isinstance(file, _Surviving) and file.lost and not reports
    return status or int(lost)


class ReaderLeft(SystemExit):
    """Ends a command that nobody reads any more."""

    def __init__(self) -> None:
        super().__init__(READER_LEFT)


class _Surviving(io.FileIO):
    """A file descriptor that becomes /dev/null when it cannot be written to."""

    lost = False
    """Whether something could not be written that a reader would have wanted."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if error.errno == errno.EPIPE:
                if not reports and self.fileno() == 1:
                    raise ReaderLeft from None
            elif self.fileno() == 1:
                self.lost = True
                goes_on = "; the load goes on without it" if reports else ""
                print(f"error: cannot write to standard output: {error.strerror}{goes_on}", file=sys.stderr)
            return len(data)


def _surviving(number: int, stream: Any, errors: str) -> io.TextIOWrapper:
    encoding = stream.encoding if stream is not None else "utf-8"
    raw = _Surviving(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=number == 2 or raw.isatty()
    )
