"""One small Ray for the tests that need processes, and the catalog and plant of the repository."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.world.params import Plant

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_AUTH_MODE", "disabled")


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    import ray

    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=100_000_000,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    yield
    ray.shutdown()


@pytest.fixture(scope="session")
def tiny() -> Plant:
    return config.load(["scale=tiny"]).plant


@pytest.fixture(scope="session")
def repository_catalog() -> Catalog:
    return Catalog.load()
