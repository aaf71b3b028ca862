"""Rows and bytes that units will bring, before any is rendered, and whether the disk has room for them.

Each table's rows go by one or two figures of the plant and its calendar (see `drivers`), in shares that were fitted
to sample days (`measured`); a row's bytes follow from its values and its table's types and indexes (`widths`).
"""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from genims_ray.catalog import Catalog
from genims_ray.errors import UserError
from genims_ray.estimate import measured
from genims_ray.estimate.drivers import STANDING, WORKING, Rates, worked
from genims_ray.estimate.widths import first_pages, index_bytes, replaced_share
from genims_ray.pipeline.plan import Unit, module_of
from genims_ray.pipeline.report import human
from genims_ray.world import DAY, Window, World

Rows = dict[str, float]

LEAF_BYTES = 200_000
"""What a day's leaf takes beyond its rows: PostgreSQL extends a table that is loaded by 64 pages at once."""

LOG_PER_BYTE = 2.0
"""Write-ahead log of the other tables, a byte of them (30 days of scale=large: 0.85 GB for 0.43 GB)."""
LOG_BYTES = 8 * 2**30
"""`max_wal_size` of the embedded server."""
RESERVE_BYTES = 10**9
"""Left free: thirteen databases with their catalogs, what sorts spill, and other users of the disk."""

START_SECONDS = 18
BIG_ROW_US = 0.49
"""Wall microseconds of a row of a partitioned table on two cores, simulation and ANALYZE included."""
LOAD_US, CORES = 10, 2
"""CPU microseconds of another row's way through ADBC; rendering comes on top, and is measured by module.

`scale=year`: 0.58 million rows in 16 to 20 s, 8.4 in 24 to 27, 95 in 77, 494 in 345; the six systems of
`scale=large`: 124 million in 123, of which 1.4 are of maintenance, quality and people."""


@dataclass(frozen=True)
class Volume:
    """Rows, bytes on disk with indexes, those of the bytes that pass through the write-ahead log, and wall seconds of
    two cores, the start left out."""

    rows: float = 0.0
    bytes: float = 0.0
    logged: float = 0.0
    work: float = 0.0

    def __add__(self, other: Volume) -> Volume:
        return Volume(
            self.rows + other.rows, self.bytes + other.bytes, self.logged + other.logged, self.work + other.work
        )

    @property
    def seconds(self) -> float:
        """Wall seconds on two cores."""
        return START_SECONDS + self.work

    @property
    def disk(self) -> float:
        """Bytes that the embedded server takes while it loads them."""
        return self.bytes + min(LOG_PER_BYTE * self.logged, LOG_BYTES)


def expected(world: World, catalog: Catalog, units: Iterable[Unit]) -> dict[str, Volume]:
    """What the units bring, by module."""
    windows: dict[str, list[Window]] = defaultdict(list)
    for unit in units:
        windows[unit.scope].append(unit.window)
    found: dict[str, Volume] = defaultdict(Volume)
    for scope, asked in windows.items():
        module = module_of(scope)
        timed, opening = merged(w for w in asked if not w.is_opening), any(w.is_opening for w in asked)
        days = sum(len(w.days()) for w in timed)
        for table, rows in _rows(scope, world, catalog, timed, opening=opening).items():
            known = catalog.modules[module].tables[table]
            measure = measured.load()[known.qualified]
            grown = rows * (measure.row_bytes * (1 + replaced_share(known)) + index_bytes(known))
            work = rows * (BIG_ROW_US if known.partition_column else (measure.render_us + LOAD_US) / CORES) / 1e6
            if known.partition_column is None:
                found[module] += Volume(rows, grown, grown, work)
            else:  # a day's leaf is written once, without a log
                found[module] += Volume(rows, grown + LEAF_BYTES * days, work=work)
        if opening and scope == module:
            pages = sum(first_pages(table) for table in catalog.modules[module].tables.values())
            found[module] += Volume(0.0, pages, pages)
    return dict(found)


def total(volumes: Mapping[str, Volume]) -> Volume:
    return sum(volumes.values(), Volume())


def require_room(volume: Volume, days: int, folder: Path, free: float) -> None:
    """Raise `UserError` where a run of `days` does not go into the `free` bytes of the server's folder."""
    needed = volume.disk + RESERVE_BYTES
    if needed <= free or not volume.bytes:
        return
    fitting = math.floor(days * max(free - RESERVE_BYTES, 0) / volume.disk)
    less = f"for fewer days (about {fitting} fit)" if fitting else "for a smaller scale"
    raise UserError(
        f"the run needs about {human(needed)} of disk and {folder} has {human(free)} free: "
        f"set GENIMS_HOME to a folder on a larger disk, or ask {less}"
    )


def free_bytes(folder: Path) -> int:
    """Bytes that an ordinary user can still write where `folder` is, or will be."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def rows_per_day(world: World, catalog: Catalog, scopes: Iterable[str], horizon: Window) -> dict[str, float]:
    """Rows of an average day of the horizon, by scope; at least one."""
    span = Window(max(horizon.start, world.start), horizon.end)
    found = {scope: _rows(scope, world, catalog, [span], opening=False) for scope in scopes}
    return {scope: max(1.0, sum(rows.values()) / (span.seconds / DAY)) for scope, rows in found.items()}


def merged(windows: Iterable[Window]) -> list[Window]:
    """The windows in order, neighbours made one."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return found


def _rows(scope: str, world: World, catalog: Catalog, windows: list[Window], *, opening: bool) -> Rows:
    """Rows of the scope's own tables."""
    time, rates, known = worked(world, windows), Rates(world), measured.load()
    found: Rows = {}
    for name, table in catalog.of_scope(scope).items():
        if (of_table := known.get(table.qualified)) is None:
            continue
        found[name] = sum(share * WORKING[driver](world, time, rates) for driver, share in of_table.days.items())
        if opening:
            found[name] += sum(share * STANDING[driver](world) for driver, share in of_table.opening.items())
    return found
