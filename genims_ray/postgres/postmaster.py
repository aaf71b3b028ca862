"""Whether the server of a data folder lives. Its postmaster.pid is only a hint: after a crash the number in it may
belong to another program, and in another container or PID namespace it means nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

CLOCK_SECONDS = 5
"""Between the start that a postmaster writes down and the one that the system counts in ticks since it booted."""
CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Claim:
    """What postmaster.pid says: process, Unix time of its start, port, folder of its socket (empty: none), state."""

    pid: int
    started: int
    port: int
    socket: str
    state: str

    def accepts(self) -> bool:
        """Whether somebody listens at the socket, which no other program than the claim's server can."""
        if not self.socket:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(CONNECT_SECONDS)
            try:
                probe.connect(f"{self.socket}/.s.PGSQL.{self.port}")
            except (OSError, ValueError):
                return False
        return True


def claim(data: Path) -> Claim | None:
    """What the file in the data folder says; None where there is none, or nothing in it. Raises `PermissionError`."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="surrogateescape").split("\n")
        return Claim(int(lines[0]), int(lines[2]), int(lines[3]), lines[4], lines[7].strip() if len(lines) > 7 else "")
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None


def process_of(data: Path, said: Claim) -> psutil.Process | None:
    """The postmaster, where this process can see it."""
    try:
        process = psutil.Process(said.pid)
        works = _works_in(process, data)
        if works is None:
            works = process.uids().real == data.stat().st_uid and _was_started_so(process, data, said)
        return process if works else None
    except psutil.NoSuchProcess:
        return None


def orphans(data: Path) -> Iterator[psutil.Process]:
    """Processes that a killed postmaster left, and those that may be such: of the same account, with no postmaster
    of their own."""
    for process in psutil.process_iter():
        try:
            works = _works_in(process, data)
            if works is None:
                works = (
                    process.uids().real == data.stat().st_uid
                    and not _is_postgres(psutil.Process(process.ppid()))
                    and _data_folder(process) in (None, data.resolve())
                )
        except psutil.NoSuchProcess:
            continue
        if works:
            yield process


def _works_in(process: psutil.Process, data: Path) -> bool | None:
    """Whether it is a living process of a PostgreSQL server in the folder. None where that is not said: root in a
    container may not look at processes of other users."""
    if not _is_postgres(process):
        return False
    try:
        return Path(process.cwd()) == data.resolve()
    except psutil.AccessDenied:
        return None


def _is_postgres(process: psutil.Process) -> bool:
    return bool(process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("postgres"))


def _was_started_so(process: psutil.Process, data: Path, said: Claim) -> bool:
    """Whether its command line names the data folder; or says nothing, and it began when the claim says."""
    words = _command(process)
    if words and words[0].startswith("postgres:"):  # a postmaster's child calls itself by what it does
        return False
    named = _data_folder(process)
    return named == data.resolve() or (named is None and abs(process.create_time() - said.started) <= CLOCK_SECONDS)


def _data_folder(process: psutil.Process) -> Path | None:
    """The folder that the command line names; None where it names none, as a postmaster's children do not."""
    words = _command(process)
    return Path(words[words.index("-D") + 1]).resolve() if "-D" in words[:-1] else None


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.AccessDenied:
        return []
