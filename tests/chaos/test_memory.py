"""Memory does not grow with the horizon, nor where the database is slow: simulators wait for it."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import ray
from ray._private.internal_api import memory_summary
from ray.cluster_utils import Cluster

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.world import DAY, Window
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Proxy

MIB = 2**20
STORE = 400 * MIB
ROLES = ("Simulator", "Loader", "SpineOwner")
IN_FLIGHT = 3


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Ray whose object store can be looked into while a run uses it."""
    found: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "object_store_memory": STORE})
    ray.init(address=found.address, log_to_driver=False, logging_level="ERROR")
    yield found
    ray.shutdown()
    found.shutdown()


@dataclass
class Peaks:
    """Most memory seen, in MiB: of the driver and of each kind of actor its own (without what is shared), and of
    the object store; and whether anything was spilled to disk."""

    own: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    store: float = 0.0
    spilled: bool = False

    def total(self) -> float:
        return sum(self.own.values())


def watch(run: Run, cluster: Any) -> Peaks:
    """Look at the run until it ends."""
    peaks, ended = Peaks(), threading.Event()

    def store() -> None:
        while not ended.wait(0.5):
            text = memory_summary(cluster.address, stats_only=True)
            used = re.search(r"Plasma memory usage (\d+) MiB", text)
            assert used, text
            peaks.store = max(peaks.store, float(used[1]))
            peaks.spilled |= "Spilled" in text

    looking = threading.Thread(target=store)
    looking.start()
    driver = psutil.Process(run.process.pid)
    raylet = psutil.Process(cluster.head_node.all_processes["raylet"][0].process.pid)
    while run.process.poll() is None:
        with suppress(psutil.Error):
            note(peaks, "driver", driver)
        for each in raylet.children():
            with suppress(psutil.Error):
                title = each.cmdline()[0] if each.cmdline() else ""
                for role in ROLES:
                    if f"ray::{role}" in title:
                        note(peaks, role, each)
        time.sleep(0.2)
    ended.set()
    looking.join()
    return peaks


def note(peaks: Peaks, role: str, process: psutil.Process) -> None:
    memory = process.memory_info()
    peaks.own[role] = max(peaks.own[role], (memory.rss - memory.shared) / MIB)


def load(folder: Path, cluster: Any, runs: list[Run], *settings: str) -> tuple[Peaks, float]:
    """What a run from nothing takes: memory, and seconds."""
    began = time.monotonic()
    run = harness.start(
        folder,
        "server=env",
        "reset=true",
        "ray=cluster",
        f"ray.address={cluster.address}",
        "ray.placement=split",
        "ray.machines_per_actor=null",
        f"ray.units_in_flight={IN_FLIGHT}",
        "unit.rows=100000",
        *settings,
        environment={"RAY_AUTH_MODE": "disabled"},
    )
    runs.append(run)
    peaks = watch(run, cluster)
    assert run.wait() == 0, run.errors
    return peaks, time.monotonic() - began


def largest_unit() -> float:
    """MiB of the rows of a unit of these runs, which is a day of readings or of the other tables of operations: the
    most of a week in the middle."""
    simulator = Simulator(config.load(["scale=small"]).plant, Catalog.load())
    start = 20_129 * DAY  # 2025-02-10
    return max(
        sum(table.nbytes for table in simulator.render(Unit(scope, Window(day, day + DAY))).values()) / MIB
        for day in range(start, start + 7 * DAY, DAY)
        for scope in Catalog.load().scopes(["operations"])
    )


@pytest.fixture
def places(victim_server: EmbeddedServer) -> Iterator[dict[str, Any]]:
    found = harness.endpoints_of(victim_server)
    yield found
    harness.drop_all(found)


@pytest.mark.chaos
def test_seventy_days_take_the_memory_of_seven(cluster: Any, places: dict[str, Any], runs: list[Run], tmp_path: Path):
    harness.write_env(tmp_path, places)
    week, _ = load(tmp_path, cluster, runs, "scale=small", "days=7")
    weeks, _ = load(tmp_path, cluster, runs, "scale=small", "days=70")
    print(f"\n7 days: {dict(week.own)}, store {week.store}\n70 days: {dict(weeks.own)}, store {weeks.store}")
    assert not week.spilled
    assert not weeks.spilled
    # Ray frees the memory of a unit some time after it was loaded, when others are already under way.
    bound = 3 * IN_FLIGHT * largest_unit()
    assert 5 < week.store <= bound
    assert weeks.store <= bound
    assert weeks.total() <= 1.1 * week.total()


@pytest.mark.chaos
def test_a_slow_database_slows_the_simulators_down(
    cluster: Any, places: dict[str, Any], proxy: Proxy, runs: list[Run], tmp_path: Path
):
    harness.write_env(tmp_path, {name: replace(place, port=proxy.port) for name, place in places.items()})
    quick, quick_seconds = load(tmp_path, cluster, runs, "days=20")
    proxy.bytes_per_second = 1.5e6
    slow, slow_seconds = load(tmp_path, cluster, runs, "days=20")
    print(f"\nquick: {quick_seconds:.0f} s, {dict(quick.own)}, store {quick.store}")
    print(f"slow: {slow_seconds:.0f} s, {dict(slow.own)}, store {slow.store}")
    assert slow_seconds > quick_seconds + 10
    assert not slow.spilled
    assert slow.store <= 1.1 * quick.store + 8
    assert slow.total() <= 1.1 * quick.total()
