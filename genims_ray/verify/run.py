"""Running checks: each in the one database that holds its tables, the rest in the hub.

What several of them read of the big tables is read first, day by day on every connection (shared.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import psycopg
from scipy.special import stdtrit

from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.postgres import statistics
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.verify.checks import Check, Limits, Range
from genims_ray.verify.shared import Days, Rows

AT_A_TIME = 2
CHANCE = 1e-5
"""Of a value beyond its margin in a sound plant. A plant has some fifty statistics: 300 plants, 0.15 failures."""
SHOWN_ROWS = 5
SETTINGS = (
    "SET default_transaction_read_only = on",
    "SET statement_timeout = '15min'",
    "SET work_mem = '128MB'",
    "SET jit = off",
    # A day's leaf is grouped by itself, so that no group outgrows memory.
    "SET enable_partitionwise_aggregate = on",
)
NO_WORKERS = "SET max_parallel_workers_per_gather = 0"
"""For one day of a table, while other connections read other days."""


class Outcome(Enum):
    """What came of a check."""

    PASS = "pass"
    FAIL = "fail"
    TOO_FEW = "too few"
    ERROR = "error"


ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.TOO_FEW, Outcome.PASS)
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """One value of a statistic with its band, or what offends an exact check."""

    outcome: Outcome
    what: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_needed: int = 0
    offending: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""


@dataclass(frozen=True)
class Result:
    """A check that has run."""

    check: Check
    where: str
    findings: list[Finding]
    seconds: float

    @property
    def outcome(self) -> Outcome:
        """That of the worst finding."""
        return min((finding.outcome for finding in self.findings), key=ORDER.index)

    @property
    def failed(self) -> bool:
        return self.outcome in (Outcome.FAIL, Outcome.ERROR)


def place(check: Check, catalog: Catalog, config: Config) -> str:
    """The database that holds all tables of a check, or the hub; empty where there is none."""
    homes = {config.topology.home(module) for module in check.modules(catalog)}
    return homes.pop() if len(homes) == 1 else config.topology.hub or ""


def run(
    checks: Iterable[tuple[Check, str]],
    endpoints: Mapping[str, Endpoint],
    within: Range,
    *,
    seen: Callable[[Result], None] = lambda result: None,
    read: Callable[[Rows], None] = lambda rows: None,
) -> list[Result]:
    """Run (check, database) pairs, two at a time; results in the order given. `seen` hears of each as it
    ends, `read` in the end of what they shared.

    First come checks that read a big table by themselves, then what is shared of it, then those that use it; the rest
    fill the time until the last of them ends.
    """
    pairs = list(checks)
    stored, homes = {}, {}
    for name, endpoint in endpoints.items():
        for table in statistics.sizes(endpoint):
            stored[f"{table.module}.{table.table}"] = table.bytes
            homes[f"{table.module}.{table.table}"] = name
    rows: dict[str, Rows] = {}
    with ExitStack() as kept:
        for check, where in pairs:
            for shared in check.uses:
                if shared.name not in rows:
                    rows[shared.name] = kept.enter_context(Rows(shared, homes.get(shared.tables[0], where)))
        big = {table for each in rows.values() for table in each.shared.tables}
        days = Days(rows.values(), within)

        def turn(index: int) -> tuple[int, int]:
            check, _ = pairs[index]
            part = 1 if check.uses else 0 if big.intersection(check.tables) else 2
            return part, -sum(stored.get(table, 0) for table in check.tables)

        def gather() -> None:
            with ExitStack() as sessions:
                days.work(
                    lambda where: _prepared(sessions.enter_context(connect(endpoints[where], "genims_ray.verify")))
                )

        def one(index: int, before: Sequence[Future[None]]) -> Result:
            check, where = pairs[index]
            for each in before:
                each.result()
            begun = time.monotonic()
            with connect(endpoints[where], "genims_ray.verify") as session:
                findings = answer(session, check, within, [rows[shared.name] for shared in check.uses])
            result = Result(check, where, findings, time.monotonic() - begun)
            seen(result)
            return result

        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="verify") as pool:
            order = sorted(range(len(pairs)), key=turn)
            first = [index for index in order if turn(index)[0] == 0]
            results = {index: pool.submit(one, index, ()) for index in first}
            before = [pool.submit(gather) for _ in range(AT_A_TIME)] if rows else []
            for index in order[len(first) :]:
                results[index] = pool.submit(one, index, before if pairs[index][0].uses else ())
            found = [results[index].result() for index in range(len(pairs))]
        for each in rows.values():
            read(each)
    return found


def _prepared(session: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    for setting in (*SETTINGS, NO_WORKERS):
        session.execute(setting)
    return session


def answer(session: psycopg.Connection[Any], check: Check, within: Range, rows: Sequence[Rows] = ()) -> list[Finding]:
    """What one check finds in the database of `session`; `rows` are those that it uses, if they are known."""
    try:
        known = bool(rows) and all(each.put(session, within) for each in rows)
        for setting in SETTINGS:
            session.execute(setting)
        query = check.statement(within) if known else check.query(within)
        return _exact(session, query) if check.kind == "exact" else _statistic(session, query, check.values)
    except psycopg.Error as error:
        return [Finding(Outcome.ERROR, message=" ".join(str(error).split()))]


def _exact(session: psycopg.Connection[Any], query: str) -> list[Finding]:
    cursor = session.execute(
        f"SELECT count(*) OVER () AS offending_rows, offending.* FROM (\n{query}\n) AS offending"
        f" LIMIT {SHOWN_ROWS}".encode()
    )
    rows = _dictionaries(cursor)
    if not rows:
        return [Finding(Outcome.PASS)]
    count = int(rows[0]["offending_rows"])
    for row in rows:
        del row["offending_rows"]
    return [Finding(Outcome.FAIL, offending=count, rows=rows)]


def _statistic(session: psycopg.Connection[Any], query: str, values: Mapping[str, Limits]) -> list[Finding]:
    rows = _dictionaries(session.execute(query.encode()))
    return [clipped(_judged(row), values) for row in rows] or [Finding(Outcome.TOO_FEW)]


def clipped(finding: Finding, values: Mapping[str, Limits]) -> Finding:
    """The finding, its band within what the value can be at all."""
    least, most = values.get(finding.what, values.get("", (None, None)))
    low, high = finding.low, finding.high
    if least is not None and low is not None:
        low = max(low, least)
    if most is not None and high is not None:
        high = min(high, most)
    return replace(finding, low=low, high=high)


def _judged(row: Mapping[str, Any]) -> Finding:
    value, low, high = (None if row[name] is None else float(row[name]) for name in ("value", "low", "high"))
    n, needed = int(row["n"] or 0), int(row["n_needed"] or 0)
    give = margin(n, float(row.get("error") or 0.0))
    low, high = (None if low is None else low - give), (None if high is None else high + give)
    inside = value is not None and (low is None or low <= value) and (high is None or value <= high)
    outcome = Outcome.TOO_FEW if value is None or n < needed else Outcome.PASS if inside else Outcome.FAIL
    return Finding(outcome, str(row.get("what") or ""), value, low, high, n, needed)


def margin(n: int, error: float) -> float:
    """By how much a band is widened for a value learnt from `n` entities with a standard `error`: the quantile of
    Student's t, as the error was learnt from the same few."""
    return float(stdtrit(max(n - 1, 1), 1 - CHANCE / 2)) * error if error else 0.0


def _dictionaries(cursor: psycopg.Cursor[Any]) -> list[dict[str, Any]]:
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
