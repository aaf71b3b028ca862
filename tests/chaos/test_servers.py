"""Servers that hang, fill up or stop, and databases that live on two of them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from genims_ray.postgres import ledger
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import CATALOG, TOPOLOGY, Run, wait_until

SMALL_UNITS = "unit.rows=1000"
OPERATIONS = TOPOLOGY.home("operations")


def units(server: EmbeddedServer, database: str = OPERATIONS) -> int:
    """Units that are committed; 0 where the ledger is not there yet."""
    try:
        with connect(server.superuser(database)) as session:
            [(count,)] = session.execute("SELECT count(*) FROM genims.ledger").fetchall()
    except Exception:  # no server, no database, no table, or one that is just being dropped
        return 0
    return int(count)


def processes(server: EmbeddedServer) -> list[psutil.Process]:
    postmaster = server.postmaster()
    assert postmaster
    return [postmaster, *postmaster.children()]


def go_on(stopped: list[psutil.Process]) -> None:
    """The postmaster first: backends whose client is gone end while the others still stand."""
    for process in stopped:
        with suppress(psutil.NoSuchProcess):
            process.resume()


@pytest.fixture
def of_ones_own(victim_server: EmbeddedServer, tmp_path: Path) -> Iterator[Path]:
    """A folder whose .env names the server, and no databases afterwards."""
    places = harness.endpoints_of(victim_server)
    harness.write_env(tmp_path, places)
    yield tmp_path
    harness.drop_all(places)


@pytest.mark.chaos
def test_a_server_that_hangs_is_waited_for_and_then_left(
    victim_server: EmbeddedServer, of_ones_own: Path, undisturbed: dict[str, Fingerprint], runs: list[Run]
):
    run = harness.start(of_ones_own, "server=env", SMALL_UNITS, "server.patience_seconds=6")
    runs.append(run)
    wait_until(lambda: units(victim_server) > 1)
    stopped = processes(victim_server)
    for process in stopped:
        process.suspend()
    began = time.monotonic()
    assert run.wait() == 1
    assert 6 <= time.monotonic() - began < 60
    assert run.has_one_clear_line(), run.errors
    assert "has not answered for 6 s" in run.errors
    assert victim_server.superuser("postgres").password not in run.output + run.errors
    go_on(stopped)

    again = harness.start(of_ones_own, "server=env", SMALL_UNITS, "server.patience_seconds=60")
    runs.append(again)
    before = units(victim_server)
    wait_until(lambda: units(victim_server) > before)
    stopped = processes(victim_server)
    for process in stopped:
        process.suspend()
    threading.Timer(8, go_on, [stopped]).start()
    assert again.wait() == 0, again.errors
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


@pytest.mark.chaos
def test_a_server_of_our_own_that_dies_is_started_again(
    victim_server: EmbeddedServer,
    of_ones_own: Path,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    tmp_path: Path,
):
    run = harness.start(tmp_path, SMALL_UNITS, environment={"GENIMS_HOME": str(victim_server.home)})
    runs.append(run)
    for loaded in (1, 4):
        wait_until(lambda: units(victim_server) >= loaded)  # noqa: B023 - called at once
        postmaster = victim_server.postmaster()
        assert postmaster
        postmaster.kill()
        wait_until(lambda: victim_server.postmaster() not in (None, postmaster))  # noqa: B023 - called at once
    assert run.wait() == 0, run.errors
    assert run.output.count("going on from what is committed") >= 2
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


@pytest.fixture(scope="module")
def second_server(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "second", lambda message: None)
    server.start()
    yield server
    server.destroy()


def test_of_two_servers_one_stops_and_the_other_is_completed(
    victim_server: EmbeddedServer,
    second_server: EmbeddedServer,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    tmp_path: Path,
):
    places = harness.endpoints_of(victim_server) | {OPERATIONS: second_server.superuser(OPERATIONS)}
    harness.write_env(tmp_path, places)
    run = harness.start(tmp_path, "server=env", SMALL_UNITS, "server.patience_seconds=3")
    runs.append(run)
    wait_until(lambda: units(second_server) > 1)
    second_server.stop()
    assert run.wait() == 1
    assert run.has_one_clear_line(), run.errors
    assert f"{OPERATIONS} at 127.0.0.1:{places[OPERATIONS].port}" in run.errors
    with connect(places[TOPOLOGY.home("master")]) as session:
        [covered] = ledger.covered(session, "master")
    assert covered.end == 20_089 * 86_400 + harness.DAYS * 86_400

    second_server.start()
    again = harness.start(tmp_path, "server=env")
    runs.append(again)
    assert again.wait() == 0, again.errors
    harness.assert_exactly_once(places, undisturbed)
    harness.drop_all(places)


@pytest.fixture
def small_disk(open_folder: Path) -> Iterator[Path]:
    """A file system of a size that can be changed. Only root may have one."""
    folder = open_folder / "small-disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g,mode=755", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def resize(folder: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def fill(folder: Path) -> None:
    """Leave hardly any room. A size that has been used up meanwhile is refused; then once more."""
    for _ in range(50):
        stat = os.statvfs(folder)
        with suppress(subprocess.CalledProcessError):
            resize(folder, (stat.f_blocks - stat.f_bfree) * stat.f_frsize + 100_000)
            return
    raise AssertionError("the run fills the disk faster than it can be made smaller")


@pytest.mark.chaos
def test_a_full_disk_is_one_line_and_what_fits_stays(
    small_disk: Path, undisturbed: dict[str, Fingerprint], runs: list[Run], tmp_path: Path
):
    server = EmbeddedServer(small_disk / "home", lambda message: None)
    home = {"GENIMS_HOME": str(server.home)}
    try:
        first = harness.start(tmp_path, "days=1", environment=home)
        runs.append(first)
        assert first.wait() == 0, first.errors
        full = harness.start(tmp_path, SMALL_UNITS, environment=home)
        runs.append(full)
        before = units(server)
        wait_until(lambda: units(server) > before)
        fill(small_disk)  # after the run saw that there is room
        assert full.wait() == 1, full.output
        assert full.has_one_clear_line(), full.errors
        assert "No space left on device" in full.errors
        resize(small_disk, 2**31)
        again = harness.start(tmp_path, SMALL_UNITS, environment=home)
        runs.append(again)
        assert again.wait() == 0, again.errors
        harness.assert_exactly_once(harness.endpoints_of(server), undisturbed)
    finally:
        resize(small_disk, 2**31)
        server.destroy()


def test_the_catalog_is_all_in_the_topology():
    assert {table.module for table in CATALOG.tables()} == set(TOPOLOGY.modules)
