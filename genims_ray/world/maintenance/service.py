"""Service contracts, and the external engineers called under them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from genims_ray.window import DAY, HOUR, Window
from genims_ray.world.frame import Frame
from genims_ray.world.maintenance.due import SERVICE, STATUTORY
from genims_ray.world.maintenance.jobs import BREAKDOWN, PREDICTIVE
from genims_ray.world.maintenance.records import WorkOrders
from genims_ray.world.maintenance.spares import Spares
from genims_ray.world.money import half_up
from genims_ray.world.rows import Bools, Floats, Ints, Rows, Texts

COVERED_KINDS = 0.15
"""Share of the kinds of assets at a factory that have a contract, beside those inspected by law."""
SERVICED_BY_MAKER = 0.3
"""Share of the service rounds under contract in which the maker's engineer takes part."""
LONG_REPAIRS = 5.0
"""Hours: kinds that may need longer are always covered at the first factory."""
TERM_DAYS = 730
NOTICE_BEFORE = 30
SIGNED = 36_000
"""Second of the day at which contracts are signed."""
_SIZE = {"full_service": 1.6, "parts_and_labor": 1.0, "inspection": 0.35, "on_call": 0.25}
"""Fee of a year, by type, in shares of the usual one."""


@dataclass(frozen=True)
class Contracts(Rows):
    """Terms of contracts; money in cents, days since 1970-01-01."""

    TIME: ClassVar[str] = "created"

    contract_id: Ints
    factory_id: Ints
    kind: Texts
    asset_id: Ints  # 0 if all of the kind are covered
    type: Texts
    supplier_id: Ints
    start: Ints
    value_cents: Ints
    rate_cents: Ints
    response: Ints  # hours
    created: Ints


@dataclass(frozen=True)
class Calls(Rows):
    """Visits of external engineers."""

    TIME: ClassVar[str] = "resolved"
    INSTANTS: ClassVar[tuple[str, ...]] = ("called", "arrived", "resolved")

    row: Ints  # of the order among those asked about
    contract_id: Ints
    called: Ints
    arrived: Ints
    resolved: Ints
    covered: Bools
    cost_cents: Ints
    rating: Ints


class Service:
    """Contracts of all factories, and the calls for orders."""

    def __init__(self, frame: Frame, spares: Spares) -> None:
        self._frame, self._rng = frame, frame.rng
        self._assets, self._spares = spares.register, spares

    @cached_property
    def _covered(self) -> list[tuple[int, str, int]]:
        """(factory, kind of asset, the asset or 0 for all) of each contract."""
        found, known = [], set()
        for asset in self._assets.every:
            at = (asset.factory_id, asset.kind)
            if at in known:
                continue
            known.add(at)
            at_home = asset.factory_id == self._frame.layout.factories[0].factory_id
            drawn = float(self._rng.uniform("contract", asset.factory_id, len(known))) < COVERED_KINDS
            long = max((place.repair_hours for place in asset.places), default=0.0) >= LONG_REPAIRS
            if drawn or (long and at_home) or (asset.safety_critical and not asset.machine_id):
                one = asset.metered and not asset.machine_id and asset.safety_critical
                found.append((*at, asset.asset_id if one else 0))
        return found

    @cached_property
    def _index(self) -> Ints:
        """(contracts,): their numbers."""
        return np.arange(len(self._covered))

    @cached_property
    def _of_asset(self) -> Ints:
        """(assets,): number of the contract that covers each, -1 if none does."""
        at = {(factory_id, kind, asset_id): i for i, (factory_id, kind, asset_id) in enumerate(self._covered)}
        found = []
        for asset in self._assets.every:
            here = asset.factory_id, asset.kind
            found.append(at.get((*here, asset.asset_id), at.get((*here, 0), -1)))
        return np.array(found, dtype=np.int64)

    @cached_property
    def _first_day(self) -> Ints:
        """(contracts,): when their first terms began."""
        age = self._rng.words("contract age", self._index) % np.uint64(TERM_DAYS)
        return self._frame.start_day - TERM_DAYS + age.astype(np.int64)

    @cached_property
    def _types(self) -> Texts:
        """(contracts,): what they cover."""
        kinds = np.array(("on_call", "parts_and_labor", "on_call", "full_service"))
        drawn = kinds[(self._rng.words("contract kind", self._index) % np.uint64(4)).astype(np.int64)]
        by_law = {(a.factory_id, a.kind): a.safety_critical and not a.machine_id for a in reversed(self._assets.every)}
        found = [
            "full_service" if asset_id else "inspection" if by_law[factory_id, kind] else str(type_)
            for (factory_id, kind, asset_id), type_ in zip(self._covered, drawn, strict=True)
        ]
        return np.array(found, dtype=np.str_)

    @cached_property
    def _rate_cents(self) -> Ints:
        """(contracts,): cents for an hour that is not covered."""
        return (95 + 5 * (self._rng.words("contract rate", self._index) % np.uint64(9)).astype(np.int64)) * 100

    def _terms(self, index: Ints, number: Ints) -> Contracts:
        """Terms of contracts; `number` counts the renewals."""
        first, size = self._first_day[index], np.array([_SIZE[t] for t in self._types[index].tolist()])
        fee: Floats = self._frame.plant.upkeep.contract_usd * size * TERM_DAYS / 365 * (1 + 0.03 * number)
        start, firms = first + number * TERM_DAYS, np.array(self._spares.service_firms)
        covered = [self._covered[i] for i in index.tolist()]
        response = (self._rng.words("contract response", index) % np.uint64(3)).astype(np.int64)
        return Contracts(
            contract_id=index * 100 + number + 1,
            factory_id=np.array([factory_id for factory_id, _, _ in covered], dtype=np.int64),
            kind=np.array([kind for _, kind, _ in covered], dtype=np.str_),
            asset_id=np.array([asset_id for _, _, asset_id in covered], dtype=np.int64),
            type=self._types[index],
            supplier_id=firms[index % len(firms)],
            start=start,
            value_cents=np.rint(fee * self._rng.lognormal("contract fee", 1.0, 0.25, index)).astype(np.int64) * 100,
            rate_cents=self._rate_cents[index],
            response=np.array((4, 8, 24))[response],
            created=(start - NOTICE_BEFORE) * DAY + SIGNED,
        )

    def contracts(self, window: Window) -> Contracts:
        """Terms in force in the opening, renewals when they are signed."""
        now = (window.end // DAY - self._first_day) // TERM_DAYS
        index = np.repeat(self._index, 3)
        number = np.maximum((now[:, None] + np.arange(-1, 2)).ravel(), 0)
        index, number = np.unique(np.stack((index, number)), axis=1)
        start = self._first_day[index] + number * TERM_DAYS
        created = (start - NOTICE_BEFORE) * DAY + SIGNED
        mask = (created < window.end) & (created >= window.start)
        if window.is_opening:
            mask &= start + TERM_DAYS > self._frame.start_day
        return self._terms(index[mask], number[mask])

    def calls(self, orders: WorkOrders) -> Calls:
        """The visits for orders: inspections by law and many service rounds of utilities, and some long repairs."""
        rng, key, table = self._rng, orders.key, self._assets.table
        contract, repair = self._of_asset[orders.asset], orders.end - orders.worked
        by_law = (orders.kind == STATUTORY) & (table.machine_id[orders.asset] == 0)
        visit = orders.kind == SERVICE
        long = np.isin(orders.kind, (BREAKDOWN, PREDICTIVE)) & (repair > 3 * HOUR)
        ready = (orders.start > 0) & (orders.end > 0) & (orders.start >= self._frame.start) & (contract >= 0)
        row = np.flatnonzero(ready & (by_law | visit | long))
        maker = rng.uniform("maker's service", key[row]) < SERVICED_BY_MAKER
        wanted = repair[row] > LONG_REPAIRS * HOUR
        wanted |= rng.uniform("external", key[row]) < self._frame.plant.upkeep.external_share
        row = row[by_law[row] | (visit[row] & maker) | (long[row] & wanted)]
        o, long, contract = orders.where(row), long[row], contract[row]
        called = np.where(long, o.start + 600, o.assigned)
        begun = np.maximum(called, o.worked)
        late = (0.4 * (o.end - begun) * rng.uniform("engineer comes", o.key)).astype(np.int64)
        arrived = np.maximum(begun + np.where(long, late, 0), o.start)
        type_ = self._types[contract]
        covered = np.isin(type_, ("full_service", "parts_and_labor")) | (~long & (type_ == "inspection"))
        number = (o.start // DAY - self._first_day[contract]) // TERM_DAYS
        rating = (rng.words("rating", o.key) % np.uint64(8)).astype(np.int64)
        return Calls(
            row=row,
            contract_id=contract * 100 + number + 1,
            called=called,
            arrived=arrived,
            resolved=o.end,
            covered=covered,
            cost_cents=np.where(covered, 0, half_up((o.end - arrived) * self._rate_cents[contract], HOUR)),
            rating=np.array((5, 4, 4, 3, 5, 4, 2, 5))[rating],
        )

    def cost_cents(self, orders: WorkOrders) -> Ints:
        """(orders,): what the engineers cost."""
        calls, found = self.calls(orders), np.zeros(len(orders), dtype=np.int64)
        found[calls.row] = calls.cost_cents
        return found
