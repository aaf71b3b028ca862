"""The log of a run: a file of its own under the home folder, kept when the screen is gone.

It holds the command and its settings (never a password), a line for each unit, what went wrong on the way, and how
the run ended.
"""

from __future__ import annotations

import logging
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import psutil

from genims_ray import __version__
from genims_ray.config import Config
from genims_ray.errors import UserError, short
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.endpoint import Endpoint

FOLDER = "logs"
KEPT = 20
"""Logs of runs; older ones are deleted."""


class Journal:
    """Context manager: the file is written until its end, which says how the run ended."""

    def __init__(self, home: Path) -> None:
        """Raises `UserError` where the file cannot be written."""
        now = datetime.now(UTC)
        self.path = home / FOLDER / f"run-{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(self.path, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UserError(
                f"cannot write the log of the run, {self.path}: {error.strerror}; set GENIMS_HOME to a folder of "
                "your own"
            ) from None
        formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = lambda seconds: datetime.fromtimestamp(seconds or 0, UTC).timetuple()
        handler.setFormatter(formatter)
        self._handler = handler
        self._log = logging.Logger("genims_ray.run", logging.INFO)  # no child of the root: others write there
        self._log.addHandler(handler)
        self._ended = "nothing was to be loaded"
        _forget_old(self.path.parent)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._log.info("finished: %s", self._ended)
        elif isinstance(error, KeyboardInterrupt):
            self._log.warning("interrupted: %s", self._ended)
        elif isinstance(error, UserError):
            self._log.error("failed: %s", error)
        else:
            self._log.error("failed", exc_info=error)
        self._handler.close()

    def settings(self, config: Config, arguments: Sequence[str], endpoints: Mapping[str, Endpoint]) -> None:
        """What is run, where, and on what."""
        say = self._log.info
        say("genims_ray %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
        say("%d cores, %.1f GB of memory", psutil.cpu_count() or 0, psutil.virtual_memory().total / 1e9)
        say("command: run %s", " ".join(map(without_login, arguments)))
        plant = config.plant
        say(
            "plant: scale %s, seed %d, %d days from %s, modules %s",
            plant.scale,
            plant.seed,
            config.days,
            plant.start,
            ", ".join(config.modules),
        )
        ray = config.ray
        say(
            "ray: address %s, placement %s, %d units in flight, units of %s rows",
            without_login(ray.address or "of its own"),
            ray.placement,
            ray.units_in_flight,
            f"{config.unit.rows:,}",
        )
        for name, endpoint in endpoints.items():
            say("%s: %s as %s", name, endpoint.public(), endpoint.user)

    def loaded(self, loaded: Loaded, in_flight: int) -> None:
        """A unit that is committed."""
        self._log.info("%s; %d in flight", loaded, in_flight)

    def note(self, text: str) -> None:
        """What went wrong on the way, and was got over."""
        self._log.warning("%s", text)

    def progress(self, text: str) -> None:
        """What is true of the run from now on, for the line that ends the log."""
        self._ended = text


def without_login(text: str) -> str:
    """`text` without what stands between :// and @."""
    return short(re.sub(r"(?<=://)[^/@\s]*@", "", text), 300)


def _forget_old(folder: Path) -> None:
    logs: Iterable[Path] = sorted(folder.glob("run-*.log"))[:-KEPT]
    for old in logs:
        with suppress(OSError):
            old.unlink()
