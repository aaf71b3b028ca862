"""`python -m genims_ray COMMAND`, the same as `genims COMMAND`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from genims_ray.interrupts import ending_at_once


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    with ending_at_once():
        from genims_ray import program, screen
    screen.survive()
    return screen.ended(program.main(arguments))


def alone(name: str) -> NoReturn:
    """The command `name` as a module by itself, `python -m genims_ray.NAME`: ends the process with its status.

    To be called before the module's imports, which take seconds that Ctrl-C should end without a traceback.
    """
    sys.exit(main([name, *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
