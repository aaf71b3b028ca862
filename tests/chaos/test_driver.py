"""Connections of the run's own that break: while it looks and creates, takes over, and finishes."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Link, Proxy
from tests.chaos.test_servers import processes

BEFORE_LOADING = [
    "SELECT pg_try_advisory_lock",
    "SELECT to_regclass('genims.plant')",
    "CREATE TABLE genims.plant",
    "INSERT INTO genims.module",
    "ALTER DATABASE",
    "SELECT CASE WHEN NOT lower_inf(part)",
]
"""Each ends a run in one line, before Ray is started."""
RESET = [
    "UPDATE genims.plant SET state = 'resetting'",
    "SELECT pg_terminate_backend",
    "DROP DATABASE",
    "CREATE DATABASE",
]
GONE_ON_FROM = [
    "SELECT pg_terminate_backend", "UPDATE genims.plant SET run_id", "ANALYZE", "IMPORT FOREIGN SCHEMA", "pg_total_relation_size",
]  # fmt: skip
"""Of a run that is under way: it tries again by itself."""


def kill_backend(link: Link) -> None:
    os.kill(link.backend_pid, signal.SIGKILL)


WAYS = {"connection": Link.cut, "backend": kill_backend}


@pytest.mark.chaos
@pytest.mark.parametrize("way", WAYS)
def test_a_break_at_any_statement(
    way: str,
    victim_server: EmbeddedServer,
    proxy: Proxy,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    tmp_path: Path,
):
    places = harness.endpoints_of(victim_server)
    harness.write_env(tmp_path, {name: replace(place, port=proxy.port) for name, place in places.items()})

    def disturbed(statements: list[str], *settings: str) -> Run:
        with proxy.armed_at(statements, WAYS[way]) as to_come:
            run = harness.start(tmp_path, "server=env", *settings)
            runs.append(run)
            run.wait()
        assert not to_come, run.output + run.errors
        victim_server.start()  # which waits until it is up again
        return run

    try:
        for statement in BEFORE_LOADING:
            run = disturbed([statement])
            assert run.process.returncode == 1, statement
            assert run.has_one_clear_line(), run.errors
        for statement in RESET:
            run = disturbed([statement], "reset=true", "seed=43")
            assert run.process.returncode == 1, statement
            assert run.has_one_clear_line(), run.errors
        harness.drop_all(places)
        run = disturbed(GONE_ON_FROM)
        assert run.process.returncode == 0, run.errors
        assert run.errors == ""
        harness.assert_exactly_once(places, undisturbed)
    finally:
        harness.drop_all(places)


@pytest.mark.chaos
def test_a_server_that_hangs_before_and_after_loading(
    victim_server: EmbeddedServer, proxy: Proxy, undisturbed: dict[str, Fingerprint], runs: list[Run], tmp_path: Path
):
    """A run waits for it as long as it was told to, and Ctrl-C ends the waiting."""
    places = harness.endpoints_of(victim_server)
    harness.write_env(tmp_path, {name: replace(place, port=proxy.port) for name, place in places.items()})
    stopped: list[psutil.Process] = []

    def hang(link: Link) -> None:
        stopped.extend(processes(victim_server))
        for process in stopped:
            process.suspend()

    def begin(*settings: str) -> Run:
        run = harness.start(tmp_path, "server=env", *settings)
        runs.append(run)
        return run

    try:
        with proxy.armed_at(["INSERT INTO genims.module"], hang):
            run = begin("server.patience_seconds=5")
            assert run.wait() == 1
        assert stopped
        assert run.has_one_clear_line(), run.errors
        assert "has not answered for 5 s; run the same command again" in run.errors
        resume(stopped)
        with proxy.armed_at(["ANALYZE"], hang):
            run = begin("server.patience_seconds=5")
            assert run.wait() == 1
        assert stopped
        assert run.has_one_clear_line(), run.errors
        assert "has not answered for 5 s; all is loaded" in run.errors
        resume(stopped)
        with proxy.armed_at(["ANALYZE"], hang):
            run = begin()
            harness.wait_until(lambda: bool(stopped))
            began = time.monotonic()
            run.process.send_signal(signal.SIGINT)
            assert run.wait() == 130
        assert time.monotonic() - began < 15
        resume(stopped)
        run = begin()
        assert run.wait() == 0, run.errors
        harness.assert_exactly_once(places, undisturbed)
    finally:
        resume(stopped)
        harness.drop_all(places)


def resume(stopped: list[psutil.Process]) -> None:
    while stopped:
        with suppress(psutil.NoSuchProcess):
            stopped.pop().resume()
