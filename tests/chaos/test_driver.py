"""Connections of the run's own that break: while it looks and creates, takes over, and finishes."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Link, Proxy

BEFORE_LOADING = [
    "SELECT pg_try_advisory_lock",
    "SELECT to_regclass('genims.plant')",
    "CREATE TABLE genims.plant",
    "INSERT INTO genims.module",
    "ALTER DATABASE",
    "SELECT CASE WHEN NOT lower_inf(part)",
]
"""Each ends a run in one line, before Ray is started."""
RESET = ["UPDATE genims.plant SET state = 'resetting'", "DROP DATABASE", "CREATE DATABASE"]
GONE_ON_FROM = [
    "SELECT pg_terminate_backend", "UPDATE genims.plant SET run_id", "ANALYZE", "IMPORT FOREIGN SCHEMA",
    "pg_total_relation_size",
]  # fmt: skip
"""Of a run that is under way: it tries again by itself."""


def kill_backend(link: Link) -> None:
    os.kill(link.backend_pid, signal.SIGKILL)


WAYS = {"connection": Link.cut, "backend": kill_backend}


@pytest.mark.parametrize(
    ("way", "before_loading", "reset"),
    [
        ("connection", BEFORE_LOADING[-1:], []),
        pytest.param("connection", BEFORE_LOADING, RESET, marks=pytest.mark.chaos),
        pytest.param("backend", BEFORE_LOADING, RESET, marks=pytest.mark.chaos),
    ],
    ids=["connection", "connection, at all", "backend, at all"],
)
def test_a_break_at_any_statement(
    way: str, before_loading: list[str], reset: list[str], victim_server: EmbeddedServer, proxy: Proxy, undisturbed: dict[str, Fingerprint], runs: list[Run],
    tmp_path: Path,
):  # fmt: skip
    places = harness.endpoints_of(victim_server)
    harness.write_env(tmp_path, {name: replace(place, port=proxy.port) for name, place in places.items()})

    def disturbed(statements: list[str], *settings: str) -> Run:
        with proxy.armed_at(statements, WAYS[way]) as to_come:
            run = harness.start(tmp_path, "server=env", *settings)
            runs.append(run)
            run.wait()
        assert not to_come
        victim_server.start()  # which waits until it is up again
        return run

    try:
        for statement in before_loading:
            run = disturbed([statement])
            assert run.process.returncode == 1, statement
            assert run.has_one_clear_line(), run.errors
        for statement in reset:
            run = disturbed([statement], "reset=true", "seed=43")
            assert run.process.returncode == 1, statement
            assert run.has_one_clear_line(), run.errors
        run = disturbed(GONE_ON_FROM, "reset=true")
        assert run.process.returncode == 0, run.errors
        assert run.errors == ""
        harness.assert_exactly_once(places, undisturbed)
    finally:
        harness.drop_all(places)
