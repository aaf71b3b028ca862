"""A report for programs: JSON, and JUnit XML as continuous integration reads it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XML

from genims_ray.errors import UserError
from genims_ray.verify import text
from genims_ray.verify.report import Report
from genims_ray.verify.run import Finding, Outcome, Result

FORMAT = 1
"""Of the JSON: rises when a key changes its meaning or goes; new ones may come."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(report: Report) -> str:
    """The report as docs/verification.md describes it."""
    plant = report.config.plant
    counts = report.counts
    whole = {
        "format": FORMAT,
        "verdict": report.verdict,
        "failed": bool(report.failed),
        "plant": {
            "scale": plant.scale,
            "seed": plant.seed,
            "start": str(plant.start),
            "topology": report.config.topology.name,
            "modules": list(report.config.modules),
        },
        "from": _plain(report.within.start),
        "to": _plain(report.within.end),
        "seconds": round(report.seconds, 3),
        "counts": {
            "checks": len(report.results),
            **{_name(outcome): count for outcome, count in counts.items()},
            "not_loaded": report.elsewhere,
        },
        "shared": [
            {"name": each.name, "database": each.database, "seconds": round(each.seconds, 3)} for each in report.shared
        ],
        "checks": [_check(result, report) for result in report.results],
    }
    return json.dumps(whole, indent=1, allow_nan=False)


def write_junit(report: Report, path: Path) -> None:
    """A test case for each check: failures with what offends, what could not be judged as skipped.

    Raises `UserError` where the file cannot be written.
    """
    counts = report.counts
    numbers = {
        "tests": str(len(report.results)),
        "failures": str(counts[Outcome.FAIL]),
        "errors": str(counts[Outcome.ERROR]),
        "skipped": str(counts[Outcome.TOO_FEW]),
        "time": f"{report.seconds:.3f}",
    }
    suites = XML.Element("testsuites", {key: numbers[key] for key in ("tests", "failures", "errors", "time")})
    suite = XML.SubElement(suites, "testsuite", {"name": "genims_ray.verify", **numbers})
    properties = XML.SubElement(suite, "properties")
    for name, value in (("plant", report.plant), ("range", report.seen), ("verdict", report.verdict)):
        XML.SubElement(properties, "property", name=name, value=_text(value))
    for result in report.results:
        _case(suite, result, report)
    XML.indent(suites)
    try:
        path.write_bytes(XML.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from None


def _check(result: Result, report: Report) -> dict[str, Any]:
    check = result.check
    return {
        "name": check.name,
        "title": check.title,
        "kind": check.kind,
        "database": result.where,
        "outcome": _name(result.outcome),
        "seconds": round(result.seconds, 3),
        "findings": [_finding(finding, check.kind) for finding in result.findings],
        "query": check.query(report.within),
    }


def _finding(finding: Finding, kind: str) -> dict[str, Any]:
    if finding.outcome is Outcome.ERROR:
        return {"outcome": "error", "message": finding.message}
    if kind == "exact":
        rows = [{name: _plain(value) for name, value in row.items()} for row in finding.rows]
        return {"outcome": _name(finding.outcome), "offending": finding.offending, "rows": rows}
    return {
        "outcome": _name(finding.outcome),
        "what": finding.what,
        "value": _plain(finding.value),
        "low": _plain(finding.low),
        "high": _plain(finding.high),
        "n": finding.n,
        "n_needed": finding.n_needed,
    }


def _name(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "_")


def _plain(value: Any) -> Any:
    """A value of a database in JSON's types: numbers stay numbers where they are finite, instants are ISO 8601 in UTC."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case _:
            return str(value)


def _case(suite: XML.Element, result: Result, report: Report) -> None:
    check = result.check
    case = XML.SubElement(
        suite,
        "testcase",
        classname=f"genims_ray.verify.{result.where}",
        name=_text(check.name),
        time=f"{result.seconds:.3f}",
    )
    match result.outcome:
        case Outcome.PASS:
            return
        case Outcome.TOO_FEW:
            seen = "; ".join(filter(None, map(text.seen, result.findings)))
            XML.SubElement(case, "skipped", message=_text(f"could not be judged: {seen}"))
            return
        case Outcome.ERROR:
            tag, kind, message = "error", "query", next(f.message for f in result.findings if f.message)
        case _:
            tag, kind, message = "failure", check.kind, check.title
    told = text.failure(result, "", report.within, None)
    XML.SubElement(case, tag, type=kind, message=_text(message)).text = _text("\n".join(map(str, told)))


def _text(given: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", given)
