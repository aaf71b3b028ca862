"""What plans of maintenance are, and the orders that are due by them."""

from __future__ import annotations

from dataclasses import dataclass

from genims_ray.world.maintenance.assets import Asset
from genims_ray.world.rows import Bools, Ints, Rows

LUBRICATION, WINDOW, WEAR_PART, STATUTORY, SERVICE, REPLACEMENT, CALIBRATION, FOLLOW_UP, REQUEST = (
    "lubrication", "window", "wear_part", "statutory", "service", "replacement", "calibration", "follow_up", "request",
)  # fmt: skip
SEQUENCE = {
    LUBRICATION: 40_010,
    SERVICE: 40_010,
    WINDOW: 40_020,
    WEAR_PART: 40_030,
    STATUTORY: 40_040,
    FOLLOW_UP: 40_050,
    REQUEST: 40_055,
    REPLACEMENT: 40_060,
    CALIBRATION: 42_000,
}
UNPLANNED = (FOLLOW_UP, REQUEST)
"""Kinds that no plan opens, but what routine work or an operator has found."""
"""Sequences of the orders' keys, by kind."""
SLOT = {LUBRICATION: 1, SERVICE: 1, WINDOW: 2, WEAR_PART: 3, STATUTORY: 4, CALIBRATION: 10, REPLACEMENT: 60}
"""Last two digits of the plans' keys, by kind; calibrations and replacements count on from theirs."""
MOST_DELAY = 14
"""Days after which work that is due is done or given up."""
SHUTDOWN = (WINDOW, STATUTORY, REPLACEMENT)
"""Kinds for which the asset has to stand still."""


@dataclass(frozen=True)
class Schedule:
    """A plan of one asset: by the calendar, every so many days, or by its meter, every so many hours."""

    schedule_id: int
    asset: Asset
    kind: str
    every: int
    by_meter: bool
    number: int  # sensor_id of a calibration, position of a replacement
    what: str  # the standard job
    days: float  # expected between two jobs
    lead_days: int  # its orders are opened so many days before they are due

    @property
    def shutdown(self) -> bool:
        return self.kind in SHUTDOWN


@dataclass(frozen=True)
class Generated(Rows):
    """Runs of the scheduler, each of which opens an order of a plan or finds the one before still open."""

    schedule_id: Ints
    order: Ints  # key of the order, also of the one that is skipped
    time: Ints  # UTC second
    day: Ints  # on which it is due
    meter_hours: Ints  # running hours at which it is due, 0 where the calendar decides
    skipped: Bools


@dataclass(frozen=True)
class Due:
    """An order that is due on a production day, the day of its key."""

    asset: Asset
    kind: str
    day: int
    done: int  # production day on which it is done, NEVER if it is missed or skipped
    number: int  # sensor_id of a calibration, position of a replacement, shift of an operator's request
    cycle: int = 0  # life that a replacement ends
    meter_hours: int = 0  # running hours at which it is due, by meter
    skipped: bool = False  # no order: the one before is still open
    reported: int = 0  # UTC second of an operator's request

    @property
    def sequence(self) -> int:
        numbered = self.kind in (CALIBRATION, REPLACEMENT, REQUEST)
        return SEQUENCE[self.kind] + (self.number % 100 if numbered else 0)

    @property
    def schedule_id(self) -> int:
        """Key of its plan, 0 where there is none."""
        if self.kind in UNPLANNED:
            return 0
        return (
            self.asset.asset_id * 100
            + SLOT[self.kind]
            + (self.number % 100 if self.kind in (CALIBRATION, REPLACEMENT) else 0)
        )
