"""Runs that meet: two at a time, one that sleeps, one that is interrupted, one that dies while it creates or drops."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from genims_ray.errors import UserError
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import DATABASES, TOPOLOGY, Run, wait_until
from tests.chaos.proxy import Link, Moment, Proxy
from tests.chaos.test_servers import SMALL_UNITS, units


@pytest.fixture
def folder(victim_server: EmbeddedServer, proxy: Proxy, tmp_path: Path) -> Iterator[Path]:
    """A folder whose .env names the server behind the proxy, and no databases afterwards."""
    places = harness.endpoints_of(victim_server)
    harness.write_env(tmp_path, {name: replace(place, port=proxy.port) for name, place in places.items()})
    yield tmp_path
    harness.drop_all(places)


def begin(runs: list[Run], folder: Path, *settings: str) -> Run:
    run = harness.start(folder, "server=env", *settings)
    runs.append(run)
    return run


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [43, 42])
def test_a_commit_that_arrives_after_its_replacement_changes_nothing(
    seed: int,
    victim_server: EmbeddedServer,
    proxy: Proxy,
    folder: Path,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
):
    """The driver dies while a COMMIT is on the way; a second run (of the same plant, or of another) neither waits for
    it nor is changed by it.
    """
    arrived = threading.Event()
    run = begin(runs, folder, "ray.placement=split", SMALL_UNITS, f"seed={seed}")

    def delay(link: Link) -> None:
        run.look()
        run.process.kill()
        assert arrived.wait(2 * harness.RUN_SECONDS)

    with proxy.armed(Moment.BEFORE_COMMIT, "sensor_data", 1, delay):
        run.wait()
        second = begin(runs, folder, *(["reset=true"] if seed != 42 else []))
        assert second.wait() == 0, second.errors
        places = harness.endpoints_of(victim_server)
        harness.assert_exactly_once(places, undisturbed)
        arrived.set()
        wait_until(proxy.fired.is_set)
    harness.assert_exactly_once(places, undisturbed)


def test_a_second_run_is_refused_with_who_is_at_it_and_an_interrupted_one_says_how_far_it_came(
    victim_server: EmbeddedServer, proxy: Proxy, folder: Path, undisturbed: dict[str, Fingerprint], runs: list[Run]
):
    proxy.bytes_per_second = 200_000  # so that it takes a while
    first = begin(runs, folder, SMALL_UNITS)
    wait_until(lambda: units(victim_server) > 1)
    second = begin(runs, folder, SMALL_UNITS)
    assert second.wait() == 1
    assert second.has_one_clear_line(), second.errors
    assert "is in use by genims_ray run from 127.0.0.1 since " in second.errors
    first.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert first.wait() == 130
    assert time.monotonic() - began < 15
    assert "what is loaded stays: " in first.errors
    assert " operations to 202" in first.errors
    assert first.errors.strip().endswith("the same command goes on from there")
    proxy.bytes_per_second = None
    third = begin(runs, folder)
    assert third.wait() == 0, third.errors
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


@pytest.mark.chaos
def test_a_second_interruption_ends_at_once(
    victim_server: EmbeddedServer, folder: Path, undisturbed: dict[str, Fingerprint], runs: list[Run]
):
    run = begin(runs, folder, SMALL_UNITS)
    wait_until(lambda: units(victim_server) > 1)
    run.look()
    run.process.send_signal(signal.SIGTERM)
    time.sleep(0.05)
    run.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert run.wait() in (130, -signal.SIGINT)
    assert time.monotonic() - began < 3
    assert "Traceback" not in run.errors
    again = begin(runs, folder)
    assert again.wait() == 0, again.errors
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


def existing(server: EmbeddedServer) -> int:
    """Databases of ours that exist."""
    with connect(server.superuser("postgres")) as session:
        [(count,)] = session.execute(
            "SELECT count(*) FROM pg_database WHERE datname = ANY(%s)", (DATABASES,)
        ).fetchall()
    return int(count)


def states(server: EmbeddedServer) -> list[str]:
    """What each database says of itself."""
    found = []
    for name in TOPOLOGY.databases:
        with suppress(UserError, psycopg.Error), connect(server.superuser(name)) as session:
            found += [str(state) for (state,) in session.execute("SELECT state FROM genims.plant")]
    return found


@pytest.mark.chaos
@pytest.mark.parametrize("victim", ["driver", "postmaster"])
@pytest.mark.parametrize("databases", [1, 3, 5])
def test_killed_while_the_databases_are_created(
    victim: str,
    databases: int,
    victim_server: EmbeddedServer,
    folder: Path,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
):
    run = begin(runs, folder)
    wait_until(lambda: existing(victim_server) >= databases)
    end(victim, run, victim_server)
    again = begin(runs, folder)
    assert again.wait() == 0, again.errors
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


@pytest.mark.chaos
@pytest.mark.parametrize("victim", ["driver", "postmaster"])
@pytest.mark.parametrize("left", [5, 3])
def test_killed_during_a_reset(
    victim: str,
    left: int,
    victim_server: EmbeddedServer,
    folder: Path,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
):
    """Another plant was there. The next run finishes the reset without being told to."""
    other = begin(runs, folder, "seed=43", "days=1")
    assert other.wait() == 0, other.errors
    run = begin(runs, folder, "reset=true")
    wait_until(lambda: states(victim_server).count("resetting") in range(1, left + 1))
    end(victim, run, victim_server)
    again = begin(runs, folder)
    assert again.wait() == 0, again.errors
    harness.assert_exactly_once(harness.endpoints_of(victim_server), undisturbed)


def end(victim: str, run: Run, server: EmbeddedServer) -> None:
    """Kill the victim; a driver without its server ends in one line."""
    run.look()
    if victim == "driver":
        run.process.kill()
        run.wait()
        return
    postmaster = server.postmaster()
    assert postmaster
    os.kill(postmaster.pid, signal.SIGKILL)
    if run.wait() != 0:
        assert run.has_one_clear_line(), run.errors
    server.start()
