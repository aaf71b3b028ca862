"""Programs of others that are started here, and end with us."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from genims_ray.errors import UserError, short

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 20


class Program:
    """Context manager: a program in a session of its own, so that a terminal's Ctrl-C is ours alone to pass on."""

    def __init__(
        self, name: str, log: Path, command: Sequence[str | Path], secrets: Mapping[str, str] | None = None
    ) -> None:
        self._name = name
        self._log = log
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | (secrets or {}),
                start_new_session=True,
            )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def check(self) -> None:
        """Raise `UserError` if it has ended, with the last thing it said."""
        if self.lives:
            return
        lines = self._log.read_text(errors="replace").strip().splitlines()
        raise UserError(f"{self._name} ended: {short(lines[-1] if lines else 'it said nothing', 300)} ({self._log})")

    def wait_for(self, url: str) -> None:
        """Until the URL answers; `UserError` where the program ends instead or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            with suppress(URLError, OSError), urlopen(url, timeout=2):
                return
            time.sleep(0.1)
        raise UserError(f"{self._name} has not started within {START_SECONDS} s; {self._log} has what it says")

    def stop(self) -> None:
        """End it, in order if it does so in time."""
        if not self.lives:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def installed(names: Sequence[str]) -> str | None:
    """The program of one of these names that PATH has."""
    return next((found for name in names if (found := shutil.which(name))), None)


def free_port(preferred: int) -> int:
    """The port, or the next one that nobody listens on."""
    for port in range(preferred, min(preferred + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((LOOPBACK, port))
                return port
    raise UserError(f"no free port from {preferred} on: choose one with --port")
