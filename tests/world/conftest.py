"""The plant of most world tests: one factory, two lines, eight machines."""

from __future__ import annotations

import pytest

from genims_ray import config
from genims_ray.world import World
from genims_ray.world.params import Plant


@pytest.fixture(scope="session")
def tiny() -> Plant:
    return config.load(["scale=tiny"]).plant


@pytest.fixture(scope="session")
def large() -> Plant:
    return config.load(["scale=large"]).plant


@pytest.fixture(scope="session")
def world(tiny: Plant) -> World:
    """Shared, hence warm: no answer may depend on what was asked before."""
    return World(tiny)
