"""The results as a table on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from genims_ray.verify.checks import Check, Range
from genims_ray.verify.run import Finding, Outcome, Result

COLOURS = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.TOO_FEW: "yellow",
    Outcome.ERROR: "bold red",
}
ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.TOO_FEW, Outcome.PASS)


def table(results: Iterable[Result]) -> Table:
    """A line a finding, what failed followed by what it saw; a line a family of generated checks that hold."""
    shown = Table(header_style="bold", pad_edge=False)
    shown.add_column("check", overflow="fold", ratio=5)
    shown.add_column("where", overflow="fold", ratio=2)
    shown.add_column("outcome", no_wrap=True)
    shown.add_column("value (band), or what offends", overflow="fold", ratio=4)
    shown.add_column("s", justify="right", no_wrap=True)
    families: dict[tuple[str, Outcome], list[Result]] = {}
    for result in results:
        outcomes = {finding.outcome for finding in result.findings}
        if result.check.family and len(outcomes) == 1 and not result.failed:
            families.setdefault((result.check.family, outcomes.pop()), []).append(result)
            continue
        for number, finding in enumerate(result.findings):
            first = number == 0
            name: Text | Group = Text(result.check.name if first else "")
            if first and result.failed:
                name = Group(name, Text(result.check.title, style="dim"))
            shown.add_row(
                name,
                Text(result.where if first else ""),
                Text(finding.outcome.value, style=COLOURS[finding.outcome]),
                Text(seen(finding, result.check)),
                f"{result.seconds:.1f}" if first else "",
            )
    for (family, outcome), alike in families.items():
        places = {result.where for result in alike}
        shown.add_row(
            Text(f"{family}: {len(alike)}"),
            Text(places.pop() if len(places) == 1 else f"{len(places)} databases"),
            Text(outcome.value, style=COLOURS[outcome]),
            Text(_alike(outcome, alike)),
            f"{sum(result.seconds for result in alike):.1f}",
        )
    return shown


def _alike(outcome: Outcome, results: Sequence[Result]) -> str:
    """What a family has to say that did not find enough: which of it would have failed."""
    if outcome is not Outcome.TOO_FEW:
        return ""
    silent = [f"{r.check.name}: {f.what}" for r in results for f in r.findings if f.what and f.value]
    needed = max(finding.n_needed for result in results for finding in result.findings)
    told = results[0].check.rare or f"fewer than {needed:,}"
    return told + (f"; so far {len(silent)} have something, such as {silent[-1]}" if silent else "")


def seen(finding: Finding, check: Check) -> str:
    """A finding in words."""
    if finding.outcome is Outcome.ERROR:
        return finding.message
    if check.kind == "exact":
        if not finding.offending:
            return ""
        rows = (", ".join(f"{name}={value}" for name, value in row.items()) for row in finding.rows)
        return f"{finding.offending:,} rows offend:\n" + "\n".join(rows)
    parts = [f"{finding.what}:"] if finding.what else []
    parts.append("none" if finding.value is None else f"{finding.value:.4g}")
    parts.append(band(finding))
    if finding.outcome is Outcome.TOO_FEW:
        parts.append(f"n = {finding.n:,}, needs {finding.n_needed:,}")
        if check.rare:
            parts.append(f"({check.rare})")
    return " ".join(part for part in parts if part)


def band(finding: Finding) -> str:
    """The band of a statistic."""
    match finding.low, finding.high:
        case None, None:
            return ""
        case None, float(high):
            return f"(at most {high:g})"
        case float(low), None:
            return f"(at least {low:g})"
        case low, high:
            return f"({low:g} to {high:g})"


def summary(results: list[Result], within: Range, seconds: float) -> str:
    """The last line."""
    counts = Counter(finding.outcome for result in results for finding in result.findings)
    told = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in ORDER if counts[outcome])
    return (
        f"{len(results)} checks from {within.start:%Y-%m-%d %H:%M} to {within.end:%Y-%m-%d %H:%M} UTC: "
        f"{told} in {seconds:.0f} s"
    )


def listing(checks: Iterable[tuple[Check, str]]) -> Table:
    """Every check with its kind, its database and what it says."""
    shown = Table(header_style="bold", pad_edge=False)
    for heading in ("check", "kind", "where", "what must be true"):
        shown.add_column(heading, overflow="fold")
    for check, where in checks:
        notes = f" Reads {check.samples}." if check.samples else ""
        shown.add_row(check.name, check.kind, where, check.title + notes)
    return shown


def console() -> Console:
    """Where results go; wide enough for them where no terminal says how wide it is."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=160)
