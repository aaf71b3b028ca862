"""How much of a run goes on at once, so that it fits into the memory there is. None of it determines a row."""

from __future__ import annotations

import os
from dataclasses import replace

from genims_ray.config import Config
from genims_ray.memory import Memory

WORKER_BYTES = 640 * 2**20
"""Of a process that simulates and loads, with its share of the rest: the office, Ray itself and server processes."""
ROW_BYTES = 1_500
"""Of the memory, for each row of a unit: it is held as it is simulated, as a table and as it is sent."""
STORE_SHARE = 8
LEAST_STORE = 100_000_000
"""Ray takes no less than 75 MiB."""


def fitted(config: Config, memory: Memory) -> Config:
    """The configuration with a unit, and where Ray is started here with processes and an object store, that are no
    larger than fits."""
    unit = replace(config.unit, rows=max(1, min(config.unit.rows, memory.bytes // ROW_BYTES)))
    ray = config.ray
    if ray.address is None:
        most = max(1, memory.bytes // WORKER_BYTES)
        cores = ray.num_cpus or (most if most < _cores() else None)
        store = max(LEAST_STORE, memory.bytes // STORE_SHARE)
        ray = replace(
            ray,
            num_cpus=cores,
            object_store_bytes=min(ray.object_store_bytes or store, store),
            units_in_flight=min(ray.units_in_flight, max(1, 2 * most)),
        )
    return replace(config, unit=unit, ray=ray)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
