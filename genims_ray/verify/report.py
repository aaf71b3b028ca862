"""The results on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
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


def table(results: Iterable[Result], *, every: bool = False) -> Table:
    """A row a check with what it found, those that fail last; a row a family of generated checks that do not.

    Checks that hold are counted; `every` gives them a row each. As wide as the screen, and narrow on a narrow one.
    """
    shown = Table.grid(padding=(0, 2))
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    rows: dict[Outcome, list[Text]] = {outcome: [] for outcome in reversed(ORDER)}
    families: dict[tuple[str, Outcome], list[Result]] = {}
    held = 0
    for result in results:
        outcome = worst(result)
        if result.check.family and not result.failed:
            families.setdefault((result.check.family, outcome), []).append(result)
        elif outcome is Outcome.PASS and not every:
            held += 1
        else:
            rows[outcome].append(_told(result, outcome, every))
    for (family, outcome), alike in families.items():
        rows[outcome].append(_paragraph(f"{family}: {len(alike)}", "", [_alike(outcome, alike)]))
    if held:
        rows[Outcome.PASS].append(_paragraph(f"{held} checks", " (--all names them)", []))
    for outcome, texts in rows.items():
        for text in texts:
            shown.add_row(Text(outcome.value, style=COLOURS[outcome]), text)
    return shown


def worst(result: Result) -> Outcome:
    """The outcome of a check: that of its worst finding."""
    return min((finding.outcome for finding in result.findings), key=ORDER.index)


def _told(result: Result, outcome: Outcome, every: bool) -> Text:
    """A check in words: where it ran, what must be true if it is not, and its findings."""
    check = result.check
    lines = [check.title] if result.failed else []
    for finding in result.findings:
        if finding.outcome is outcome:
            lines.append(seen(finding, check))
        elif every or finding.outcome is not Outcome.PASS:
            lines.append(f"{seen(finding, check)}: {finding.outcome.value}")
    if outcome is Outcome.TOO_FEW and check.rare:
        lines.append(check.rare)
    return _paragraph(check.name, f" in {result.where}, {result.seconds:.1f} s", lines)


def _paragraph(name: str, beside: str, lines: Iterable[str]) -> Text:
    text = Text(name).append(beside, style="dim")
    for line in lines:
        text.append(f"\n{line}" if line else "")
    return text


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
