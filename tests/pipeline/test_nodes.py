"""A cluster of three nodes on one machine: the same rows, with a node that dies too."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from ray.cluster_utils import Cluster

from genims_ray import config
from genims_ray.catalog import Catalog
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect

ROOT = Path(__file__).parents[2]
PLANT = [
    "scale=tiny", "days=3", "topology=minimal5", "modules=[master,operations,mes]", "unit.rows=4000", "ray.dashboard=false",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "nodes")
    yield server
    server.destroy()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    found: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 10**8})
    for _ in range(2):
        found.add_node(num_cpus=1, object_store_memory=10**8)
    found.wait_for_nodes()
    yield found
    found.shutdown()


@pytest.fixture
def start(home: EmbeddedServer) -> Callable[..., subprocess.Popen[str]]:
    def call(*settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "genims_ray.run", *PLANT, *settings],
            cwd=ROOT,
            env=os.environ | {"GENIMS_HOME": str(home.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return call


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors
    return output


def contents(home: EmbeddedServer) -> dict[str, tuple[int, str]]:
    """Rows of each table and a hash of them, whatever their order."""
    topology, found = config.load(PLANT).topology, {}
    for table in Catalog.load().tables():
        with connect(home.endpoint(topology.home(table.module))) as session:
            query = f"""SELECT count(*), sum(hashtextextended(t::text, 0))::text FROM {table.qualified} AS t"""
            [found[table.qualified]] = session.execute(query.encode()).fetchall()
    return found


def units(home: EmbeddedServer) -> int:
    with connect(home.endpoint(config.load(PLANT).topology.home("operations"))) as session:
        [(count,)] = session.execute("SELECT count(*) FROM genims.ledger").fetchall()
    return int(count)


def actors(node: Any) -> list[psutil.Process]:
    """The processes of our actors on a node."""
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    return [p for p in raylet.children() if p.cmdline() and p.cmdline()[0].startswith("ray::")]


def test_three_nodes_load_what_one_machine_loads_and_survive_the_death_of_one(
    home: EmbeddedServer, start: Callable[..., subprocess.Popen[str]], cluster: Any
):
    finish(start())
    alone = contents(home)
    assert alone["operations.sensor_data"][0] > 10_000

    joined = f"ray.address={cluster.address}"
    finish(start("reset=true", "ray=cluster", joined, "ray.machines_per_actor=3"))
    assert contents(home) == alone

    process = start("reset=true", "ray=cluster", joined, "ray.machines_per_actor=3", "ray.units_in_flight=2")
    victim = list(cluster.worker_nodes)[-1]
    while not any("Simulator" in p.cmdline()[0] for p in actors(victim)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    cluster.remove_node(victim, allow_graceful=False)
    assert "going on from what is committed" in finish(process)
    assert contents(home) == alone
