"""How the checks do on sound plants: loads plants of many seeds and collects what each finding's value was.

    nice -n 10 python -m tests.statistics COUNT [--seed FIRST] [--into FILE] [--only NAME ...] [key=value ...]
    python -m tests.statistics 1 --broken
    python -m tests.statistics --report FILE

key=value are those of a run, `scale=small days=30` unless said otherwise. FILE takes one line of JSON a plant. The
report says which checks failed on which plants, and of each statistic how its values spread within its band: the mean
and the standard deviation of z = (value - middle) / (half the band), where 1 is the edge. A check whose |z| comes near
1 has a band too narrow for its n. The exit status is 1 if anything failed.

--broken changes each plant afterwards, statistic by statistic, and fails for those that do not notice.
Each plant is loaded into one database of a server of this command's own, which is deleted in the end.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any
from uuid import uuid4

from genims_ray import config as configuration
from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.config import Config, Database, Topology
from genims_ray.locate import plant_start
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres import fence
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.servers import drop
from genims_ray.verify.__main__ import choose, every, machine_days
from genims_ray.verify.checks import Range
from genims_ray.verify.checks import load as load_checks
from genims_ray.verify.run import Finding, Outcome, answer
from genims_ray.window import DAY, OPENING, Window

CATALOG = Catalog.load()
DEFAULTS = ("scale=small", "days=30")
DAYS_AT_ONCE = 10
_SENSORS = "sensor_id IN (SELECT sensor_id FROM published.sensors WHERE sensor_type"
BROKEN = {
    "charts_in_control_rarely_alarm": """UPDATE qms.spc_data_points
        SET violation_type = 'beyond_limit', action_taken = 'remeasured' WHERE data_point_id % 50 = 0""",
    "current_follows_running": f"UPDATE operations.sensor_data SET measurement_value = 7 WHERE {_SENSORS} = 'motor_current')",
    "few_reasons_cause_most_stops": "UPDATE mes.downtime_events SET reason_code = 'R' || downtime_id % 20",
    "maintenance_cost_of_replacement_value": "UPDATE cmms.maintenance_costs SET cost_amount = 5 * cost_amount",
    "power_follows_running": "UPDATE operations.scada_machine_data SET power_consumption_kw = 7",
    "reactive_share_of_maintenance": "DELETE FROM cmms.work_orders WHERE wo_type = 'preventive'",
    "readings_are_delivered_and_seldom_beyond_limits": "UPDATE operations.sensor_data SET status = 1 WHERE sensor_id % 3 = 0",
    "sensors_of_a_type_differ": f"UPDATE operations.sensor_data SET measurement_value = 30 WHERE {_SENSORS} = 'line_voltage')",
    "vibration_falls_when_idle": f"UPDATE operations.sensor_data SET measurement_value = 2 WHERE {_SENSORS} = 'vibration')",
}
"""By statistic that a small plant has enough entities for: a change that it must notice."""
Plant = dict[str, Any]
"""`command`, `seconds`, and `findings`: check, what, outcome, value, low, high, n, n_needed, and offending rows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(usage=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("count", nargs="?", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--broken", action="store_true")
    parser.add_argument("--report", type=Path)
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_intermixed_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server goes, too
    if options.report:
        plants = [json.loads(line) for line in options.report.read_text(encoding="utf-8").splitlines()]
        return report(plants)
    plants = []
    for plant in load(options.count, options.seed, options.overrides, options.only, options.broken):
        plants.append(plant)
        failed = sorted({f["check"] for f in plant["findings"] if f["outcome"] in ("fail", "error")})
        print(f"{plant['command']}: {plant['seconds']:.0f} s, {', '.join(failed) or 'nothing failed'}", flush=True)
        if options.into:
            with options.into.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(plant) + "\n")
    return report(plants)


def load(
    count: int, first: int, overrides: Sequence[str], only: Sequence[str], broken: bool = False
) -> Iterator[Plant]:
    """Load `count` plants of seeds from `first` on, one after the other, and check each."""
    folder = Path(tempfile.mkdtemp(prefix="genims-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "home")
    try:
        server.start()
        for seed in range(first, first + count):
            yield _plant(server, [*DEFAULTS, *overrides, f"seed={seed}"], only, broken)
    finally:
        server.destroy()
        shutil.rmtree(folder, ignore_errors=True)


def _plant(server: EmbeddedServer, settings: list[str], only: Sequence[str], broken: bool) -> Plant:
    begun = time.monotonic()
    plain = configuration.load(settings)
    names = tuple(module for module in modules.BY_NAME if plain.modules is None or module in plain.modules)
    conf = replace(plain, topology=Topology("one", "hub", {"plant": Database("ALL", names)}))
    place = server.endpoints(conf.topology.databases)["plant"]
    try:
        fill(conf, place)
        findings = judge(conf, place, only)
        findings += unnoticed(conf, server.superuser(place.dbname)) if broken else []
    finally:
        drop(place)
    return {"command": " ".join(settings), "seconds": time.monotonic() - begun, "findings": findings}


def fill(conf: Config, place: Endpoint) -> None:
    """Load the plant into the one database that its topology has."""
    [(name, database)] = conf.topology.databases.items()
    identity = PlantIdentity(conf.plant_dict(), conf.topology.name, "statistics")
    with RunLock({name: place}) as lock:
        prepare(conf.topology.databases, {name: place}, CATALOG, identity, lock)
        run = uuid4()
        fence.take(lock.session(name), run)
    start = int(plant_start(conf).timestamp())
    end = start + conf.days * DAY
    simulator, sink = Simulator(conf.plant, CATALOG), PostgresSink(place, CATALOG, run)
    for window in itertools.pairwise([OPENING, *range(start, end, DAYS_AT_ONCE * DAY), end]):
        for scope in CATALOG.scopes(database.modules):
            unit = Unit(scope, Window(*window))
            sink.load(unit, [simulator.render(unit)])
    sink.close()
    with connect(place) as session:
        session.execute("ANALYZE")


def judge(conf: Config, place: Endpoint, only: Sequence[str]) -> list[dict[str, Any]]:
    """What the checks find in a plant that is loaded."""
    [database] = conf.topology.databases.values()
    within = Range(plant_start(conf), plant_start(conf) + timedelta(days=conf.days))
    checks = choose(every(CATALOG, machine_days(conf, within), database.modules), only)
    with connect(place) as session:
        return [
            {"check": check.name, **_told(finding)}
            for check in checks
            if set(database.modules).issuperset(check.modules(CATALOG))
            for finding in answer(session, check, within)
        ]


def unnoticed(conf: Config, place: Endpoint) -> list[dict[str, Any]]:
    """A failure for each change of `BROKEN` after which its statistic does not fail."""
    known = {check.name: check for check in load_checks()}
    within = Range(plant_start(conf), plant_start(conf) + timedelta(days=conf.days))
    found = []
    with connect(place, autocommit=False) as session:
        for name, change in BROKEN.items():
            session.execute("SET LOCAL session_replication_role = replica")
            session.execute(change.encode())
            if all(finding.outcome is not Outcome.FAIL for finding in answer(session, known[name], within)):
                found.append({"check": name, "what": "broken, unnoticed", "outcome": "fail"})
            session.rollback()
    return found


def _told(finding: Finding) -> dict[str, Any]:
    """What is worth keeping of a finding, as JSON."""
    kept = {"what": finding.what, "outcome": finding.outcome.value}
    if finding.offending or finding.message:
        rows = json.loads(json.dumps(finding.rows[:3], default=str))
        return {**kept, "offending": finding.offending, "rows": rows, "message": finding.message}
    numbers = {name: getattr(finding, name) for name in ("value", "low", "high", "n", "n_needed")}
    return {**kept, **numbers} if finding.value is not None else kept


def report(plants: Sequence[Plant]) -> int:
    """Print what failed where, and how each statistic spreads within its band; 1 if anything failed."""
    values: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    failures: list[tuple[str, dict[str, Any]]] = []
    for plant in plants:
        for finding in plant["findings"]:
            if finding["outcome"] in ("fail", "error"):
                failures.append((plant["command"], finding))
            if finding.get("value") is not None and not finding["check"].startswith("columns of "):
                values[finding["check"], finding["what"]].append(finding)
    print(
        f"{'check':46} {'what':26} {'plants':>6} {'judged':>6} {'n':>8} {'needs':>8} {'value':>9} {'sd':>8} {'z mean':>7} {'z sd':>6} {'max|z|':>6}"
    )
    for (check, what), found in sorted(values.items()):
        judged = [f for f in found if f["outcome"] != "too few"]
        z = [value for f in judged if math.isfinite(value := _place(f))]
        middle, spread = fmean(f["value"] for f in found), pstdev(f["value"] for f in found)
        n, needed = fmean(f["n"] for f in found), fmean(f["n_needed"] for f in found)
        told = f"{fmean(z):7.2f} {pstdev(z):6.2f} {max(map(abs, z)):6.2f}" if z else ""
        print(
            f"{check[:46]:46} {what[:26]:26} {len(found):6} {len(judged):6} {n:8.0f} {needed:8.0f} {middle:9.4g} {spread:8.2g} {told}"
        )
    for command, finding in failures:
        print(f"\n{command}\n    {json.dumps(finding)}")
    bad = len({command for command, _ in failures})
    print(f"\n{len(plants)} plants, {bad} with something that failed")
    return int(bool(failures))


def _place(finding: dict[str, Any]) -> float:
    """Where a value lies in its band: 0 in the middle, 1 at the edge; of an open band, NaN."""
    low, high = finding["low"], finding["high"]
    if low is None or high is None or high <= low:
        return math.nan
    return float((finding["value"] - (low + high) / 2) / ((high - low) / 2))


if __name__ == "__main__":
    sys.exit(main())
