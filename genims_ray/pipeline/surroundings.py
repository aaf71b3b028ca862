"""What a Ray that is started here takes from its surroundings: nothing that this file does not name."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from genims_ray.errors import UserError

OURS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    # Units in flight are dropped with a crew that lost somebody; Ray would print an error for each that nobody asks for.
    "RAY_IGNORE_UNHANDLED_ERRORS": "1",
    # Workers would give way to all else: beside three busy programs on two cores a run loaded at a twelfth of the speed.
    "RAY_worker_niceness": "0",
    # Ten seconds otherwise, which is most of a short run.
    "RAY_metrics_report_interval_ms": "2000",
}
KEPT = (
    "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_TMPDIR", "RAY_PROMETHEUS_HOST", "RAY_PROMETHEUS_NAME",
    "RAY_GRAFANA_HOST", "RAY_GRAFANA_IFRAME_HOST", "RAY_GRAFANA_ORG_ID",
)  # fmt: skip
"""Who may use it, where it may write, and where its dashboard finds Prometheus and Grafana."""

SOCKET = "session_2000-01-01_00-00-00_000000_0000000/sockets/plasma_store"
"""The longest path that Ray makes below its folder."""
SOCKET_BYTES = 107
FILES, PROCESSES = 1024, 512
"""That may be open, and threads that may run at once, for Ray to start with a few workers."""


def isolate() -> list[str]:
    """Take the variables of Ray that were not named out of this process's environment, to be done before `import ray`.

    Returns the names of those that have no effect now.
    """
    dropped = [name for name in os.environ if name.startswith("RAY_") and name not in (*KEPT, *OURS)]
    for name in dropped:
        del os.environ[name]
    os.environ.update(OURS)
    return sorted(dropped)


def temporary_folder(home: Path) -> tuple[Path, str]:
    """The folder for RAY_TMPDIR, below which Ray keeps sockets and logs in `ray/`, made if missing; and a sentence where
    that is not the usual place.

    Paths of sockets must not exceed the system's limit. Raises `UserError` where no place will do.
    """
    refused = ""
    for folder in _places(home):
        if wrong := _unfit(folder):
            refused = refused or wrong
            continue
        return folder, f"Ray's files are in {folder / 'ray'}: {refused}" if refused else ""
    raise UserError(f"Ray has no folder for its sockets: {refused}; set RAY_TMPDIR to a short path of your own")


def raise_limits() -> None:
    """Let this process and its children open as many files and run as many threads as the system allows.

    Raises `UserError` where that is too few for Ray, which would hang or crash.
    """
    for limit, least, what, option in (
        (resource.RLIMIT_NOFILE, FILES, "open files", "-n"),
        (resource.RLIMIT_NPROC, PROCESSES + _threads(), "processes", "-u"),
    ):
        soft, hard = resource.getrlimit(limit)
        if soft != hard:
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (hard, hard))
        now, _ = resource.getrlimit(limit)
        bound = now != resource.RLIM_INFINITY and (what != "processes" or os.geteuid() != 0)
        if bound and now < least:
            raise UserError(
                f"Ray does not start: this user may have {now} {what}, and it needs about {least}: ulimit {option} "
                f"{2 * least}, or ask the administrator"
            )
    if (left := _tasks_left()) < PROCESSES:
        raise UserError(
            f"Ray does not start: this container may run {left} more processes and threads, and it needs about "
            f"{PROCESSES}: raise its limit (docker run --pids-limit)"
        )


def _places(home: Path) -> Iterator[Path]:
    if named := os.environ.get("RAY_TMPDIR"):
        yield Path(named).absolute()
    for folder in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"]):
        yield Path(folder)
        yield Path(folder) / f"genims-{os.geteuid()}"  # where ray/ is another user's
    yield home


def _unfit(root: Path) -> str:
    """What is wrong with `ray/` in a folder; empty if nothing is."""
    folder = root / "ray"
    if len(os.fsencode(folder / SOCKET)) > SOCKET_BYTES:
        return f"{folder} is too long a path for a socket"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder} cannot be written to ({error.strerror})"


def _tasks_left() -> float:
    """What the control group of this process leaves."""
    folder = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError):
        own = Path("/proc/self/cgroup").read_text().rpartition("::")[2].strip().lstrip("/")
        folder = folder / own if (folder / own / "pids.max").is_file() else folder
        return int((folder / "pids.max").read_text()) - int((folder / "pids.current").read_text())
    return float("inf")


def _threads() -> int:
    """Those of this user that run now: the limit counts them, too."""
    count = 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == os.getuid():
                count += process.num_threads()
    return count
