"""What truly happens: pure, seeded, no I/O."""

from genims_ray.world.model import World
from genims_ray.world.window import DAY, HOUR, NEVER, OPENING, Window

__all__ = ["DAY", "HOUR", "NEVER", "OPENING", "Window", "World"]
