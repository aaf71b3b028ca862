"""The world: one plant's latent processes, area by area, asked for windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from genims_ray.window import Window
from genims_ray.world.cells import Diary
from genims_ray.world.company import Company
from genims_ray.world.frame import Frame
from genims_ray.world.inventory import Inventory
from genims_ray.world.maintenance import Maintenance
from genims_ray.world.market import Market
from genims_ray.world.params import Plant
from genims_ray.world.people import People
from genims_ray.world.quality import LOOK_BACK_DAYS as QUALITY_DAYS
from genims_ray.world.quality import Quality
from genims_ray.world.sensors import Sensors
from genims_ray.world.sensors.alerts import AlertExchange
from genims_ray.world.shopfloor import Shopfloor
from genims_ray.world.spine import CHECKPOINT_DAYS, Snapshot, Spine
from genims_ray.world.supply import Supply

ANNOUNCED_DAYS = 32
"""Days before a window in which alerts are looked for that announced a failure within it: no onset is earlier."""


class World:
    """The areas of a plant, or of some of its machines; equal questions get equal answers.

    Who serves a factory sees all of it: `whole` is the same world with all machines of its factories.
    """

    def __init__(
        self,
        plant: Plant,
        machine_ids: Iterable[int] | None = None,
        exchange: AlertExchange | None = None,
        frame: Frame | None = None,
    ) -> None:
        """With `frame`, the world that it frames."""
        self.frame = frame = frame or Frame(plant, machine_ids)
        self._exchange = exchange
        self._adopted: Sequence[Snapshot] = ()
        self._wider: World | None = None
        self.plant, self.layout, self.rng, self.start = frame.plant, frame.layout, frame.rng, frame.start
        self.lines, self.machines = frame.lines, frame.machines
        self.own_line, self.first = frame.own_line, frame.first
        self.diary = Diary(frame.memory)

    @property
    def machine_ids(self) -> list[int]:
        return self.frame.machine_ids

    def cell(self, machine_ids: Iterable[int]) -> World:
        """The same world, restricted to some machines.

        Rows of a line belong to the cell with its first machine, company-wide rows to the cell with
        the plant's first machine (`first`).
        """
        return World(self.plant, machine_ids)

    @property
    def whole(self) -> World:
        """The same world with all machines of its factories."""
        if self.frame.whole is self.frame:
            return self
        if self._wider is None:
            self._wider = World(self.plant, frame=self.frame.whole)
            self._wider.adopt(self._adopted)
        return self._wider

    @cached_property
    def company(self) -> Company:
        return Company(self.frame)

    @cached_property
    def people(self) -> People:
        return People(self.frame, self.company)

    @cached_property
    def market(self) -> Market:
        return Market(self.frame, self.company)

    @cached_property
    def supply(self) -> Supply:
        return Supply(self.frame, self.company)

    @cached_property
    def shopfloor(self) -> Shopfloor:
        return Shopfloor(self.frame, self.company, self.people, self.market, self.supply)

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self.frame, self.company, self.market, self.shopfloor)

    @cached_property
    def sensors(self) -> Sensors:
        return Sensors(self.frame, self.shopfloor, self._exchange)

    @cached_property
    def maintenance(self) -> Maintenance:
        """It sees the factories whole; alerts are those of its own machines."""
        whole = self.whole
        faults = whole.sensors.observation.faults
        made = Maintenance(self.frame, whole.company, whole.people, whole.shopfloor, self.sensors, faults)
        made.adopt(self._adopted)
        return made

    @cached_property
    def quality(self) -> Quality:
        return Quality(self.frame, self.company, self.people, self.supply, self.shopfloor, self.inventory)

    @cached_property
    def spine(self) -> Spine:
        """The steps of production; those of maintenance are in its stores, where few go."""
        return Spine(
            {"production": self.shopfloor.production.track, "finished goods": self.inventory.finished_goods.track}
        )

    def snapshots(self, window: Window) -> tuple[Snapshot, ...]:
        """States of the spine on the earliest production day that the rows of `window` tell of, and on the earliest
        ones that they follow from: what a simulator needs that has not stepped through the days before."""
        first, origin = self.first_day(window), self.company.calendar.first_day
        early = max(first - ANNOUNCED_DAYS, origin)
        # These need not be exact, so that the owner has them at hand; between two of them few days are gone through.
        kept = range((first - QUALITY_DAYS) // CHECKPOINT_DAYS * CHECKPOINT_DAYS, first, CHECKPOINT_DAYS)
        days = sorted({max(day, origin) for day in (*kept, early, first)})
        stores = self.maintenance.stock.spine
        return tuple(self.spine.state_at(day).with_others(stores.state_at(day)) for day in days)

    def adopt(self, snapshots: Sequence[Snapshot]) -> None:
        """Continue from a spine computed elsewhere."""
        self._adopted = snapshots
        self.spine.adopt(snapshots)
        if "maintenance" in vars(self):
            self.maintenance.adopt(snapshots)
        if self._wider is not None:
            self._wider.adopt(snapshots)

    def exchange(self) -> None:
        """Tell other simulators what this one has found, and ask them anew from now on."""
        if "sensors" in vars(self):
            self.sensors.exchange()

    def first_day(self, window: Window) -> int:
        """The earliest production day whose events can touch rows of `window`."""
        return self.shopfloor.production_orders.first_day(window.start)
