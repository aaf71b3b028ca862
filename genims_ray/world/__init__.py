"""What truly happens: pure, seeded, no I/O."""

from genims_ray.window import DAY, HOUR, NEVER, OPENING, Window
from genims_ray.world.model import World

__all__ = ["DAY", "HOUR", "NEVER", "OPENING", "Window", "World"]
