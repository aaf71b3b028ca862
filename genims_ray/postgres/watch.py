"""Whether the servers still answer, asked in the background for as long as a run lasts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from types import TracebackType

import psycopg
from psycopg.conninfo import make_conninfo

from genims_ray.postgres.endpoint import Endpoint

BEAT_SECONDS = 2.0
CONNECT_SECONDS = 5
"""A server that is slower to let one in is slower than one that works hard."""


def answers(endpoint: Endpoint) -> bool:
    """Whether the server says anything to who connects, if only that it is full or still starting."""
    try:
        psycopg.connect(make_conninfo(endpoint.conninfo("genims_ray watch"), connect_timeout=CONNECT_SECONDS)).close()
    except psycopg.OperationalError as error:
        return "FATAL" in str(error)
    return True


class Watch:
    """Context manager: a thread for each server among the endpoints."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._servers = {(e.host, e.port): e for e in endpoints}
        self._heard = dict.fromkeys(self._servers, time.monotonic())
        self._ended = threading.Event()

    def __enter__(self) -> Watch:
        for server, endpoint in self._servers.items():
            threading.Thread(target=self._listen, args=(server, endpoint), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()

    def silence(self, endpoint: Endpoint) -> float:
        """Seconds since the endpoint's server was last heard."""
        return time.monotonic() - self._heard[endpoint.host, endpoint.port]

    def _listen(self, server: tuple[str, int], endpoint: Endpoint) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            if answers(endpoint):
                self._heard[server] = time.monotonic()
