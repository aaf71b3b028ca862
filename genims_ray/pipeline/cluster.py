"""Ray for the time of a run: started here, or a cluster that is joined."""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
from rich.console import Console

from genims_ray.config import Ray
from genims_ray.errors import PassingError, UserError, short
from genims_ray.interrupts import held, interruptible, ray_connects
from genims_ray.pipeline.access import tell_commands, token_place
from genims_ray.pipeline.surroundings import OURS, raise_limits, temporary_folder
from genims_ray.postgres.files import home_folder

for name, value in OURS.items():
    os.environ.setdefault(name, value)

REACH_SECONDS = 10


class Workers:
    """Context manager: Ray from the first `start` until the end."""

    def __init__(self, settings: Ray, console: Console, home: str | None = None) -> None:
        """`home` is the folder of the settings that keeps the token of a Ray started here."""
        self._settings = settings
        self._home = home_folder(home)
        self._console = console
        self._started = self._noted = False
        self._processes: list[psutil.Process] = []
        """Of a Ray started here, workers aside."""
        self._vital: dict[str, psutil.Process] = {}
        self._told: Path | None = None
        """The file that tells Ray's commands where a Ray started here is."""
        self._places: dict[str, tuple[str, int]] = {}
        """Where a cluster listens that was joined."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start or join Ray, unless that is done; start it again where a process of its own died.

        Raises `UserError`, in one line, where Ray does not start or the cluster does not answer.
        """
        if self._started and self.alive():
            return
        again = self._started
        self.stop()
        import ray

        address = self._settings.address
        token = self._make_ready() if address is None else ""
        known = set(_descendants())
        try:
            context = _start(self._settings) if address is None else _join(address)
        except Exception as error:  # of any kind, by the many libraries and processes that are started
            with suppress(Exception):
                ray.shutdown()
            _end([each for each in _descendants() if each not in known])
            raise UserError(self._refusal(error)) from None
        self._started = True
        # What Ray says of processes that died comes on top of log_to_driver; the run says it in one line.
        ray._private.worker._worker_logs_enabled = False
        if address is None:
            self._processes = [p for p in _descendants() if p not in known]
            self._vital = {name: p for p in self._processes if (name := p.name()) in VITAL}
        else:
            self._places = _places(address)
        url = getattr(context, "dashboard_url", None)
        if address is None:
            with suppress(OSError):  # it is for convenience
                self._told = tell_commands(
                    self._home, context.address_info["address"], f"http://{url}" if url else None
                )
        if self._settings.dashboard and url and not again:
            self._console.print(f"Ray dashboard: http://{url}")
            if token:
                self._console.print(f"it asks for the token in {token}", soft_wrap=True)
        interruptible()  # Ray has a handler of its own for SIGTERM

    def alive(self) -> bool:
        """Whether Ray itself works, as far as can be seen without asking it: then it might never answer."""
        return self._started and self._failure() is None

    def check(self) -> None:
        """Raise `PassingError` saying what of Ray itself died."""
        if (failure := self._failure()) is not None:
            raise PassingError(failure)

    def stop(self) -> None:
        """Leave Ray, and end what was started of it here."""
        if not self._started:
            return
        import ray

        self._started = False
        if self._told:
            self._told.unlink(missing_ok=True)
        ray.shutdown()
        _end(self._processes)  # those of a Ray that broke would see it in their own time
        self._processes, self._vital, self._places = [], {}, {}

    def _make_ready(self) -> str:
        """See to what a Ray started here needs; returns where a person finds its token."""
        raise_limits()
        folder, note = temporary_folder(self._home)
        os.environ["RAY_TMPDIR"] = str(folder)
        if note and not self._noted:
            self._console.print(f"note: {note}", highlight=False, soft_wrap=True)
            self._noted = True
        return token_place(self._home)

    def _refusal(self, error: Exception) -> str:
        """Why Ray did not start or could not be joined, and what to do."""
        reason = short(str(error).strip().partition("\n")[0] or type(error).__name__, 300)
        if self._settings.address is not None:
            return f"cannot join the Ray cluster {_public(self._settings.address)}: {reason}"
        return f"Ray does not start: {reason} (its logs: {os.environ['RAY_TMPDIR']}/ray/session_latest/logs)"

    def _failure(self) -> str | None:
        for name, process in self._vital.items():
            if not _lives(process):
                return f"Ray's process {name} died"
        for name, place in self._places.items():
            if not _listens(place):
                return f"{name} of the Ray cluster {_public(str(self._settings.address))} does not answer"
        return None


VITAL = ("gcs_server", "raylet")
"""Ray's processes whose death ends all work; the workers are the pump's to miss."""


def _descendants() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


def _end(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def _on_loopback() -> Iterator[None]:
    """Has a Ray that is started meanwhile call this machine 127.0.0.1, as it does on macOS: all its processes then
    listen there only. An address that is given to `ray.init` Ray would replace by one that others reach.
    """
    from ray._private import ray_constants

    reachable = ray_constants.ENABLE_RAY_CLUSTER
    ray_constants.ENABLE_RAY_CLUSTER = False
    try:
        yield
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = reachable


def _start(settings: Ray) -> Any:
    import ray

    with held(ray_connects), _on_loopback():
        return ray.init(
            address="local",
            include_dashboard=settings.dashboard,
            dashboard_host="127.0.0.1",
            dashboard_port=_free_port(settings.dashboard_port),
            num_cpus=settings.num_cpus,
            object_store_memory=settings.object_store_bytes,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )


def _join(address: str) -> Any:
    import ray

    if place := _host_and_port(address):
        try:
            # Ray itself would try for many minutes.
            socket.create_connection(place, timeout=REACH_SECONDS).close()
        except OSError as error:
            raise ConnectionError(error.strerror or str(error)) from None
    return ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)


def _places(address: str) -> dict[str, tuple[str, int]]:
    """Where the joined cluster listens for this process: its head, and its node on this machine."""
    import ray

    if address.startswith("ray://"):
        place = _host_and_port(address)
        return {"the head": place} if place else {}
    context = ray.get_runtime_context()
    cluster: Any = ray  # this function of Ray is untyped
    own = next(node for node in cluster.nodes() if node["NodeID"] == context.get_node_id())
    places = {"the node on this machine": (str(own["NodeManagerAddress"]), int(own["NodeManagerPort"]))}
    if head := _host_and_port(context.gcs_address):
        places["the head"] = head
    return places


def _host_and_port(address: str) -> tuple[str, int] | None:
    found = re.fullmatch(r"(?:ray://)?\[?([^/\[\]]+?)\]?:(\d+)", _public(address))
    return (found[1], int(found[2])) if found else None


def _listens(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=REACH_SECONDS).close()
    except OSError:
        return False
    return True


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
