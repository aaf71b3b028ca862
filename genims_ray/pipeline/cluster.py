"""Ray for the time of a run: started here, or a cluster that is joined."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
from types import FrameType
from typing import Any

from rich.console import Console

from genims_ray.config import Ray
from genims_ray.errors import UserError
from genims_ray.pipeline.access import token_place
from genims_ray.pipeline.interrupts import held, ray_connects
from genims_ray.postgres.files import home_folder

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")

REACH_SECONDS = 10


class Workers:
    """Context manager: Ray, and a SIGTERM that ends the run as Ctrl-C does."""

    def __init__(self, settings: Ray, console: Console, home: str | None = None) -> None:
        """`home` is the folder of the settings that keeps the token of a Ray started here."""
        self._settings = settings
        self._home = home_folder(home)
        self._console = console

    def __enter__(self) -> None:
        """Raises `UserError`, in one line, where Ray does not start or the cluster does not answer."""
        import ray

        address = self._settings.address
        token = token_place(self._home) if address is None else ""
        try:
            context = _start(self._settings) if address is None else _join(address)
        except (ConnectionError, RuntimeError, ValueError) as error:
            what = (
                "Ray does not start" if address is None else f"cannot join the Ray cluster {_public(address)}"
            )
            raise UserError(f"{what}: {str(error).strip().splitlines()[0]}") from None
        # What Ray says of processes that died comes on top of log_to_driver; the run says it in one line.
        ray._private.worker._worker_logs_enabled = False
        url = getattr(context, "dashboard_url", None)
        if self._settings.dashboard and url:
            self._console.print(f"Ray dashboard: http://{url}", highlight=False)
            if token:
                self._console.print(f"it asks for the token in {token}", highlight=False, soft_wrap=True)
        signal.signal(signal.SIGTERM, _interrupt)

    def __exit__(self, *exception: object) -> None:
        import ray

        ray.shutdown()


def _start(settings: Ray) -> Any:
    import ray

    with held(ray_connects):
        return ray.init(
            address="local", include_dashboard=settings.dashboard, dashboard_host="127.0.0.1",
            dashboard_port=_free_port(settings.dashboard_port), num_cpus=settings.num_cpus,
            object_store_memory=settings.object_store_bytes, log_to_driver=False, logging_level=logging.ERROR,
        )  # fmt: skip


def _join(address: str) -> Any:
    import ray

    if place := re.fullmatch(r"(?:ray://)?\[?([^/\[\]]+?)\]?:(\d+)", _public(address)):
        try:
            # Ray itself would try for many minutes.
            socket.create_connection((place[1], int(place[2])), timeout=REACH_SECONDS).close()
        except OSError as error:
            raise ConnectionError(error.strerror or str(error)) from None
    return ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)


def _public(address: str) -> str:
    """The address without a login."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def _free_port(preferred: int) -> int:
    """The preferred port of the dashboard, or the next one that nobody listens on."""
    for port in range(preferred, preferred + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return preferred


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
