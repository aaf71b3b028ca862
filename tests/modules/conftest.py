"""The smallest plant, for the tests of all modules."""

from __future__ import annotations

import pytest

from genims_ray import config
from genims_ray.world import World
from genims_ray.world.params import Plant


@pytest.fixture(scope="module")
def plant() -> Plant:
    return config.load(["scale=tiny"]).plant


@pytest.fixture(scope="module")
def world(plant: Plant) -> World:
    return World(plant)
