"""Whatever is killed at whatever moment of a transaction: the same command completes it, each row once.

A representative part runs with the other tests; `make chaos` runs all of it, or COUNT cases drawn with SEED.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.fingerprint import Fingerprint
from tests.chaos import harness
from tests.chaos.harness import Run
from tests.chaos.proxy import Link, Moment, Proxy

SPLIT = ("simulator", "loader")
VICTIMS = (
    *SPLIT, "simulator and loader", "office", "driver", "raylet", "gcs_server", "backend", "postmaster",
    "immediate stop",
)  # fmt: skip
RELATIONS = ("sensor_data", "scada_machine_data", "work_orders")
"""Written by binary COPY in rows of one width and of many, and by ADBC with upserts."""
SKIPPED = 2
"""Transactions that are left alone at most; with the next one, each relation has them."""
OUTAGE_SECONDS = 2.0
FIRED_SECONDS = 10.0


@dataclass(frozen=True)
class Case:
    victim: str
    moment: Moment
    relation: str
    skip: int
    """Transactions on the relation that are left alone before."""

    def __str__(self) -> str:
        return f"{self.victim}, {self.moment.value} of {self.relation}, {self.skip}"


@dataclass(frozen=True)
class Result:
    case: Case
    itself: bool
    """Whether the disturbed run loaded all, or the next one did."""
    seconds: float
    """Of all runs."""

    def __str__(self) -> str:
        return f"{'by itself' if self.itself else 'by the next run'}, {self.seconds:.0f} s"


MOMENTS = list(Moment)
EVERY = [
    Case(victim, MOMENTS[(i + turn) % len(MOMENTS)], RELATIONS[turn % len(RELATIONS)], (i + turn) % SKIPPED)
    for turn in range(len(MOMENTS))
    for i, victim in enumerate(VICTIMS)
]
"""In turns: each victim once, at one moment or another, before any comes again."""
REPRESENTATIVE = [
    Case("simulator and loader", Moment.AFTER_COMMIT, "sensor_data", 1),
    Case("driver", Moment.BEFORE_COMMIT, "sensor_data", 1),
    Case("postmaster", Moment.AROUND_COMMIT, "sensor_data", 1),
]


def drawn() -> list[Case]:
    """The cases of `make chaos`."""
    count, seed = os.environ.get("COUNT", "all"), os.environ.get("SEED", "1")
    if count == "all":
        return EVERY
    draw = random.Random(int(seed))
    return [
        replace(draw.choice(EVERY), relation=draw.choice(RELATIONS), skip=draw.randrange(SKIPPED))
        for _ in range(int(count))
    ]


def kill(case: Case, run: Run, server: EmbeddedServer) -> Callable[[Link], None]:
    """What to do to the victim when the moment has come."""

    def act(link: Link) -> None:
        match case.victim:
            case "simulator":
                run.named("Simulator").kill()
            case "office":
                run.named("SpineOwner").kill()
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
def results() -> Iterator[list[Result]]:
    found: list[Result] = []
    yield found
    print("\n\n" + matrix(found))


def matrix(results: Sequence[Result]) -> str:
    """A row for each victim, a column for each moment: how long it took, and who completed it."""
    moments = [moment.value for moment in Moment]
    rows = [["victim", *moments], ["---"] * (len(moments) + 1)]
    for victim in VICTIMS:
        of_victim = [each for each in results if each.case.victim == victim]
        cells = [[str(each) for each in of_victim if each.case.moment is moment] for moment in Moment]
        if of_victim:
            rows.append([victim, *map("; ".join, cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def examine(
    case: Case,
    server: EmbeddedServer,
    proxy: Proxy,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    folder: Path,
    results: list[Result],
    verified: bool,
) -> None:
    places = harness.endpoints_of(server)
    through = {name: replace(place, port=proxy.port) for name, place in places.items()}
    harness.write_env(folder, through)
    placement = "split" if case.victim in SPLIT else "combined"
    began = time.monotonic()
    run = harness.start(
        folder, "server=env", f"ray.placement={placement}", "unit.rows=1000", "server.patience_seconds=30"
    )
    runs.append(run)
    try:
        with proxy.armed(case.moment, case.relation, case.skip, kill(case, run, server)):
            status = run.wait()
        # A run that was killed may have ended before the one who killed it goes on.
        assert proxy.fired.wait(FIRED_SECONDS), "the moment never came"
        if status != 0:
            assert case.victim == "driver" or run.has_one_clear_line(), run.errors
            other = "combined" if placement == "split" else "split"
            again = harness.start(folder, "server=env", f"ray.placement={other}", "unit.rows=100000", "ray.num_cpus=1")
            runs.append(again)
            assert again.wait() == 0, again.errors
        else:
            assert "Traceback" not in run.output + run.errors
            assert run.errors == ""
        results.append(Result(case, status == 0, time.monotonic() - began))
        harness.assert_exactly_once(places, undisturbed)
        if verified:
            harness.verify(folder)
            assert harness.printed(folder) == {name: [each.rows, each.digest] for name, each in undisturbed.items()}
    finally:
        run.process.kill()
        server.start()
        harness.drop_all(places)


def test_a_matrix_has_a_row_for_each_victim_that_was_disturbed():
    found = [
        Result(Case("driver", Moment.DURING_COPY, "sensor_data", 0), False, 31.4),
        Result(Case("loader", Moment.AFTER_COMMIT, "sensor_data", 0), True, 20.0),
        Result(Case("loader", Moment.AFTER_COMMIT, "work_orders", 2), True, 21.6),
    ]
    assert matrix(found).splitlines() == [
        "| victim | before COPY | during COPY | before COMMIT | around COMMIT | after COMMIT |",
        "| --- | --- | --- | --- | --- | --- |",
        "| loader |  |  |  |  | by itself, 20 s; by itself, 22 s |",
        "| driver |  | by the next run, 31 s |  |  |  |",
    ]


@pytest.mark.parametrize("case", REPRESENTATIVE, ids=str)
def test_killed_and_completed(
    case: Case,
    victim_server: EmbeddedServer,
    proxy: Proxy,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    tmp_path: Path,
    results: list[Result],
):
    verified = case.victim == "driver"
    examine(case, victim_server, proxy, undisturbed, runs, tmp_path, results, verified)


@pytest.mark.chaos
@pytest.mark.parametrize("case", drawn(), ids=str)
def test_every_victim_at_every_moment(
    case: Case,
    victim_server: EmbeddedServer,
    proxy: Proxy,
    undisturbed: dict[str, Fingerprint],
    runs: list[Run],
    tmp_path: Path,
    results: list[Result],
):
    examine(case, victim_server, proxy, undisturbed, runs, tmp_path, results, verified=True)
