"""A report as people read it: the verdict, what failed in full, and nothing more unless they ask."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from genims_ray.aligned import aligned
from genims_ray.verify.checks import Check, Range
from genims_ray.verify.report import Report, counted
from genims_ray.verify.run import ORDER, Finding, Outcome, Result

COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.TOO_FEW: "yellow", Outcome.ERROR: "bold red"}
SHORT_QUERY = 15
"""Lines of a query that is shown with its failure."""
LONG = 1.0
"""Seconds from which on it is told how long a check took that did not fail."""
INDENT = "  "

Line = str | Text


def lines(
    report: Report, again: Callable[[Result], str], *, every: bool = False, width: int | None = None
) -> Iterator[Line]:
    """The verdict; what was looked at; every check that failed; with `every` a line for each of the others, too.

    `again` gives the command that runs the query of a check. Nothing is wider than `width`, if there is one, but
    queries and commands.
    """
    for part in folded(report.verdict, width):
        yield Text(part, style=COLOURS[Outcome.FAIL if report.failed else Outcome.PASS])
    yield from folded(f"{report.plant}; {report.seen}; {report.seconds:.0f} s", width)
    if report.elsewhere:
        yield from folded(f"{counted(report.elsewhere, 'check')} of systems that are not loaded left out", width)
    for result in report.failed:
        yield ""
        yield from failure(result, again(result), report.within, width)
    rest = sorted(
        (result for result in report.results if not result.failed),
        key=lambda result: (ORDER.index(result.outcome), result.check.name),
    )
    if every and rest:
        yield ""
        yield from map(line, rest)
    elif rest:
        yield from (
            ["", "--all lists the other checks, too"] if report.failed else ["--all lists each with what it found"]
        )


def failure(result: Result, again: str, within: Range, width: int | None) -> Iterator[Line]:
    """A check that failed, in full: what must be true, what offends it, and how to see more."""
    check = result.check
    word = "FAILED" if result.outcome is Outcome.FAIL else "ERROR"
    beside = f"  in {result.where}, {result.seconds:.1f} s"
    yield Text.assemble((word, COLOURS[result.outcome]), (f"  {check.name}", "bold"), (beside, "dim"))
    yield from indented(folded(check.title, width and width - len(INDENT)))
    for finding in result.findings:
        if finding.outcome is Outcome.ERROR:
            yield from indented(folded(finding.message, width and width - len(INDENT)))
    found = [finding for finding in result.findings if finding.outcome is not Outcome.ERROR]
    if check.kind == "statistic" and found:
        yield from indented(statistics(found, width and width - len(INDENT)))
    for finding in found if check.kind == "exact" else ():
        if finding.rows:
            first = f", the first {len(finding.rows)} of them" if finding.offending > len(finding.rows) else ""
            yield f"{INDENT}{counted(finding.offending, 'row')} {'offends' if finding.offending == 1 else 'offend'}{first}:"
            rows = [list(row.values()) for row in finding.rows]
            yield from indented(aligned(list(finding.rows[0]), rows, width and width - len(INDENT)))
    query, how = check.query(within).splitlines(), "to look further"
    if len(query) <= SHORT_QUERY:
        yield f"{INDENT}{how}, in {result.where}:"
        yield from query[:-1]
        yield f"{query[-1]};"
        how = "or"
    if again:
        yield f"{INDENT}{how}: {again}"


def statistics(findings: Sequence[Finding], width: int | None) -> list[str]:
    """A table of what a statistic found."""
    header = ["what", "value", "expected", "n", "needed", "outcome"]
    rows: list[list[object]] = [[f.what, value(f), band(f), f.n, f.n_needed, f.outcome.value] for f in findings]
    if not any(f.what for f in findings):
        header, rows = header[1:], [row[1:] for row in rows]
    return aligned(header, rows, width)


def line(result: Result) -> Text:
    """A check that did not fail, on one line."""
    found = "; ".join(filter(None, map(seen, result.findings)))
    outcome = (f"{result.outcome.value:<9}", COLOURS[result.outcome])
    took = f"  {result.seconds:.1f} s" if result.seconds >= LONG else ""
    return Text.assemble(outcome, result.check.name, (f": {found}" if found else "", "dim"), (took, "dim"))


def seen(finding: Finding) -> str:
    """What a statistic found, in words; nothing for an exact check that holds."""
    name = f"{finding.what} " if finding.what else ""
    if finding.outcome is Outcome.TOO_FEW:
        if finding.value is None and not finding.n_needed:
            return "nothing to judge"
        so_far = f"{value(finding)} so far, " if finding.value is not None else ""
        needed = f"{finding.n:,} of {finding.n_needed:,} needed" if finding.n < finding.n_needed else "no value"
        return f"{name}{so_far}{needed}"
    if finding.value is None:
        return ""
    return f"{name}{value(finding)} ({band(finding)})"


def value(finding: Finding) -> str:
    """The value of a statistic."""
    return "none" if finding.value is None else f"{finding.value:.4g}"


def band(finding: Finding) -> str:
    """The band of a statistic, in words."""
    match finding.low, finding.high:
        case None, None:
            return "anything"
        case None, float(high):
            return f"at most {high:.4g}"
        case float(low), None:
            return f"at least {low:.4g}"
        case low, high:
            return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def listing(checks: Iterable[tuple[Check, str]], width: int | None = None) -> Iterator[Line]:
    """Every check with its kind, its database and what it says."""
    for check, where in checks:
        yield Text.assemble((check.name, "bold"), (f"  {check.kind}, in {where}", "dim"))
        notes = f" Reads {check.samples}." if check.samples else ""
        yield from indented(folded(check.title + notes, width and width - len(INDENT)))


def folded(text: str, width: int | None) -> list[str]:
    """The text in lines of at most `width`; one line without."""
    return [text] if width is None else textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def indented(given: Iterable[str]) -> Iterator[str]:
    return (f"{INDENT}{each}" for each in given)


def show(console: Console, shown: Iterable[Line]) -> None:
    """Print lines as they are: not folded, not padded, no part of them taken for markup."""
    for each in shown:
        console.print(each, soft_wrap=True, markup=False, highlight=False)
