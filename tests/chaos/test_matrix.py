"""Whatever is killed at whatever moment of a transaction: the same command completes it, each row once.

A representative part runs with the other tests; `make chaos` runs all of it, or COUNT cases drawn with SEED.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Link, Moment, Proxy

APART = ("simulator", "loader")
VICTIMS = (*APART, "simulator and loader", "driver", "raylet", "gcs_server", "backend", "postmaster", "immediate stop")
RELATIONS = ("sensor_data", "scada_machine_data", "work_orders")
"""Written by binary COPY, by ADBC into a leaf, and by an upsert."""
OUTAGE_SECONDS = 2.0


@dataclass(frozen=True)
class Case:
    victim: str
    moment: Moment
    relation: str
    skip: int
    """Transactions on the relation that are left alone before."""

    def __str__(self) -> str:
        return f"{self.victim}, {self.moment.value} of {self.relation}, {self.skip}"


EVERY = [
    Case(victim, moment, RELATIONS[(i + j) % len(RELATIONS)], (i * 7 + j) % 3)
    for i, victim in enumerate(VICTIMS)
    for j, moment in enumerate(Moment)
]
REPRESENTATIVE = [
    Case("simulator and loader", Moment.AFTER_COMMIT, "sensor_data", 1),
    Case("loader", Moment.DURING_COPY, "scada_machine_data", 1),
    Case("driver", Moment.BEFORE_COMMIT, "sensor_data", 1),
    Case("raylet", Moment.BEFORE_COPY, "work_orders", 1),
    Case("postmaster", Moment.AROUND_COMMIT, "sensor_data", 1),
]


def drawn() -> list[Case]:
    """The cases of `make chaos`."""
    count, seed = os.environ.get("COUNT", "all"), os.environ.get("SEED", "1")
    if count == "all":
        return EVERY
    draw = random.Random(int(seed))
    return [replace(draw.choice(EVERY), relation=draw.choice(RELATIONS), skip=draw.randrange(3)) for _ in range(int(count))]


def kill(case: Case, run: Run, server: EmbeddedServer) -> Callable[[Link], None]:
    """What to do to the victim when the moment has come."""

    def act(link: Link) -> None:
        match case.victim:
            case "simulator":
                run.named("Simulator").kill()
            case "loader" | "simulator and loader":
                os.kill(link.client_pid, signal.SIGKILL)
            case "driver":
                run.look()
                run.process.kill()
            case "raylet" | "gcs_server":
                run.named(case.victim).kill()
            case "backend":
                os.kill(link.backend_pid, signal.SIGKILL)
            case "postmaster" | "immediate stop":
                postmaster = server.postmaster()
                assert postmaster
                postmaster.send_signal(signal.SIGKILL if case.victim == "postmaster" else signal.SIGQUIT)
                threading.Timer(OUTAGE_SECONDS, server.start).start()

    return act


@pytest.fixture(scope="module")
def results() -> Iterator[list[tuple[Case, str, float]]]:
    found: list[tuple[Case, str, float]] = []
    yield found
    print("\n\n| victim | moment | transaction | outcome | seconds |\n|---|---|---|---|---|")
    for case, outcome, seconds in found:
        print(f"| {case.victim} | {case.moment.value} | {case.relation} | {outcome} | {seconds:.0f} |")


def examine(
    case: Case, server: EmbeddedServer, proxy: Proxy, undisturbed: dict[str, Fingerprint], runs: list[Run],
    folder: Path, results: list[tuple[Case, str, float]], verified: bool,
) -> None:  # fmt: skip
    places = harness.endpoints_of(server)
    through = {name: replace(place, port=proxy.port) for name, place in places.items()}
    harness.write_env(folder, through)
    placement = "apart" if case.victim in APART else "together"
    began = time.monotonic()
    run = harness.start(folder, "server=env", f"ray.placement={placement}", "unit.rows=1000", "server.patience_seconds=30")
    runs.append(run)
    try:
        with proxy.armed(case.moment, case.relation, case.skip, kill(case, run, server)):
            status = run.wait()
        assert proxy.fired.is_set(), "the moment never came"
        seconds = time.monotonic() - began
        outcome = "recovered by itself"
        if status != 0:
            assert case.victim == "driver" or run.has_one_clear_line(), run.errors
            outcome = "completed by the next run"
            other = "together" if placement == "apart" else "apart"
            again = harness.start(folder, "server=env", f"ray.placement={other}", "unit.rows=100000", "ray.num_cpus=1")
            runs.append(again)
            assert again.wait() == 0, again.errors
        else:
            assert "Traceback" not in run.output + run.errors
            assert run.errors == ""
        results.append((case, outcome, seconds))
        harness.assert_exactly_once(places, undisturbed)
        if verified:
            harness.verify(folder)
    finally:
        run.process.kill()
        server.start()
        harness.drop_all(places)


@pytest.mark.parametrize("case", REPRESENTATIVE, ids=str)
def test_killed_and_completed(
    case: Case, victim_server: EmbeddedServer, proxy: Proxy, undisturbed: dict[str, Fingerprint], runs: list[Run],
    tmp_path: Path, results: list[tuple[Case, str, float]],
):  # fmt: skip
    verified = case.victim == "driver"
    examine(case, victim_server, proxy, undisturbed, runs, tmp_path, results, verified)


@pytest.mark.chaos
@pytest.mark.parametrize("case", drawn(), ids=str)
def test_every_victim_at_every_moment(
    case: Case, victim_server: EmbeddedServer, proxy: Proxy, undisturbed: dict[str, Fingerprint], runs: list[Run],
    tmp_path: Path, results: list[tuple[Case, str, float]],
):  # fmt: skip
    examine(case, victim_server, proxy, undisturbed, runs, tmp_path, results, verified=True)
