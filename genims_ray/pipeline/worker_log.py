"""What an actor says, in the log of its process."""

from __future__ import annotations

import logging
import sys

import ray

log = logging.getLogger("genims_ray.pipeline")


def log_to_worker() -> None:
    """Have what an actor says stand in the log of its process; elsewhere nothing is said."""
    if ray.is_initialized() and ray.get_runtime_context().get_actor_id() and not log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
