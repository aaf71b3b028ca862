"""What verify says: the verdict, failures in full, and the same for programs."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from junitparser import JUnitXml
from rich.console import Console

from genims_ray import config as configuration
from genims_ray.aligned import aligned
from genims_ray.errors import UserError
from genims_ray.verify import checks, export, text
from genims_ray.verify.__main__ import Options, again
from genims_ray.verify.checks import Check, Range
from genims_ray.verify.report import Report
from genims_ray.verify.run import Finding, Outcome, Result, clipped

START = datetime(2025, 1, 1, tzinfo=UTC)
TINY = configuration.load(["scale=tiny"])

HOLDS = Finding(Outcome.PASS)
FEW = Finding(Outcome.TOO_FEW, "bearing", 0.25, 0.1, 0.9, n=3, n_needed=1_200)
OFFENDS = Finding(
    Outcome.FAIL, offending=7,
    rows=[
        {"machine_id": 10101, "timestamp": START, "value": Decimal("3.10"), "note": None, "ok": True},
        {"machine_id": 9, "timestamp": START, "value": Decimal("12.5"), "note": "a <b> & \x1b[31m]]>", "ok": False},
    ],
)  # fmt: skip
BEYOND = Finding(Outcome.FAIL, "motor", 0.5, None, 0.375, n=40, n_needed=20)
BROKEN = Finding(Outcome.ERROR, message='column "x" does not exist')


def result(name: str, *findings: Finding, kind: str = "exact", sql: str = "SELECT 1\nFROM mes.operations") -> Result:
    return Result(
        Check(name, f"All is well with {name}, by day and by night.", kind, sql), "genims_hub", list(findings), 0.25
    )


def report(*results: Result, elsewhere: int = 0, enough: bool = False) -> Report:
    within = Range(START, START + timedelta(days=7))
    return Report(TINY, within, results, elsewhere, enough, 12.4)


def printed(given: Report, *, every: bool = False, width: int | None = None) -> list[str]:
    console = Console(file=io.StringIO(), width=width or 200)
    text.show(console, text.lines(given, lambda r: f"genims verify --sql {r.check.name}", every=every, width=width))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("outcomes", "enough", "verdict"),
    [
        ([HOLDS], False, "nothing failed: 1 check holds"),
        ([HOLDS, HOLDS], False, "nothing failed: 2 checks hold"),
        ([HOLDS, HOLDS, FEW], False, "nothing failed: 2 checks hold, 1 could not be judged on so small a plant"),
        ([FEW, FEW], True, "nothing failed: 2 checks could not be judged for want of cases"),
        ([HOLDS, BEYOND], False, "1 of 2 checks failed: 1 holds"),
        ([BEYOND], False, "1 of 1 check failed: 0 hold"),
        ([BROKEN, HOLDS], False, "1 of 2 checks could not be run: 1 holds"),
        (
            [BEYOND, BROKEN, HOLDS, FEW],
            False,
            "1 of 4 checks failed and 1 could not be run: 1 holds, 1 could not be judged on so small a plant",
        ),
    ],
)
def test_the_verdict_counts_checks(outcomes: list[Finding], enough: bool, verdict: str) -> None:
    assert report(*(result("it", each) for each in outcomes), enough=enough).verdict == verdict


def test_a_check_is_as_good_as_the_worst_of_its_findings() -> None:
    assert result("it", HOLDS, FEW).outcome is Outcome.TOO_FEW
    assert result("it", FEW, BEYOND, HOLDS).outcome is Outcome.FAIL
    two = report(result("a", HOLDS, HOLDS, HOLDS), result("b", FEW, FEW))
    assert (two.counts[Outcome.PASS], two.counts[Outcome.TOO_FEW], sum(two.counts.values())) == (1, 1, 2)


def test_where_nothing_failed_it_fits_a_screen() -> None:
    lines = printed(report(*[result("holds", HOLDS)] * 250, *[result("few", FEW)] * 150, elsewhere=513), width=80)
    assert lines == [
        "nothing failed: 250 checks hold, 150 could not be judged on so small a plant",
        "tiny, seed 42: 1 factory, 8 machines; 2025-01-01 00:00 to 2025-01-08 00:00 UTC,",
        "7 days; 12 s",
        "513 checks of systems that are not loaded left out",
        "--all lists each with what it found",
    ]


def test_a_failure_is_shown_with_its_rows_and_a_query() -> None:
    failed = result("runs_add_up", OFFENDS, sql="SELECT *\nFROM mes.operations\nWHERE created_at < :to")
    lines = printed(report(failed, result("b", HOLDS)))
    assert lines[0].startswith("1 of 2 checks failed")
    assert lines[3:] == [
        "FAILED  runs_add_up  in genims_hub, 0.2 s",
        "  All is well with runs_add_up, by day and by night.",
        "  7 rows offend, the first 2 of them:",
        "  machine_id  timestamp               value  note                 ok",
        "       10101  2025-01-01 00:00:00+00   3.10  NULL                 true",
        "           9  2025-01-01 00:00:00+00   12.5  a <b> & \\x1b[31m]]>  false",
        "  to look further, in genims_hub:",
        "SELECT *",
        "FROM mes.operations",
        "WHERE created_at < timestamptz '2025-01-08 00:00:00+00';",
        "  or: genims verify --sql runs_add_up",
        "",
        "--all lists the other checks, too",
    ]
    assert not [line for line in lines if line != line.rstrip()]


def test_a_long_query_is_named_and_not_shown() -> None:
    lines = printed(report(result("a", OFFENDS, sql="SELECT 1\n" + "UNION ALL SELECT 2\n" * 20)))
    assert not any("UNION" in line for line in lines)
    assert "  to look further: genims verify --sql a" in lines


def test_a_statistic_that_failed_shows_all_its_values() -> None:
    lines = printed(report(result("lives", BEYOND, FEW, kind="statistic")))
    table = lines.index("  what     value  expected        n  needed  outcome")
    assert lines[table + 1 : table + 3] == [
        "  motor    0.5    at most 0.375  40      20  fail",
        "  bearing  0.25   0.1 to 0.9      3    1200  too few",
    ]


def test_all_gives_each_check_a_line_the_worst_first() -> None:
    lines = printed(
        report(
            result("zeta", HOLDS),
            result("few", FEW, Finding(Outcome.TOO_FEW), kind="statistic"),
            result("alpha", Finding(Outcome.PASS, "", 0.5, 0.25, None, 9, 3), kind="statistic"),
        ),
        every=True,
    )
    assert lines[2:] == [
        "",
        "too few  few: bearing 0.25 so far, 3 of 1,200 needed; nothing to judge",
        "pass     alpha: 0.5 (at least 0.25)",
        "pass     zeta",
    ]


def test_a_band_ends_where_the_quantity_does() -> None:
    share = Finding(Outcome.PASS, "", 0.3, -0.68, 3.26, 4, 3)
    assert text.band(clipped(share, {"": (0.0, 1.0)})) == "0 to 1"
    assert text.band(clipped(share, {})) == "-0.68 to 3.26"
    rejects = Finding(Outcome.PASS, "rejects [%]", 0.3, -0.68, 326, 4, 3)
    assert text.band(clipped(rejects, {"": (0.0, None), "rejects [%]": (0.0, 100.0)})) == "0 to 100"
    assert text.band(clipped(rejects, {"": (0.0, None)})) == "0 to 326"
    assert clipped(Finding(Outcome.PASS, "", 0.3, None, None), {"": (0.0, 1.0)}).low is None


def test_every_statistic_says_what_its_values_can_be() -> None:
    assert [check.name for check in checks.load() if check.kind == "statistic" and not check.values] == []


def test_a_header_that_says_values_otherwise_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "it.sql"
    path.write_text("-- check: It.\n-- kind: statistic\n-- values: at least 0; share: 0 to 1; r: -1 to 1\nSELECT 1")
    assert checks.read(path).values == {"": (0.0, None), "share": (0.0, 1.0), "r": (-1.0, 1.0)}
    path.write_text("-- check: It.\n-- kind: statistic\n-- values: about 7\nSELECT 1")
    with pytest.raises(UserError, match="not 'about 7'"):
        checks.read(path)


def test_a_wide_table_is_turned_round() -> None:
    header = [f"a_long_column_{i}" for i in range(6)]
    rows = [[10**i for i in range(6)], list(range(6))]
    assert aligned(header, rows, 120)[0] == "  ".join(header)
    assert aligned(header, rows, 40)[:3] == [
        "a_long_column_0  1       0",
        "a_long_column_1  10      1",
        "a_long_column_2  100     2",
    ]
    one = aligned(header, [["x" * 90] * 6, ["y"] * 6], 40)
    assert one[0] == "a_long_column_0  xxxxxxxxxxxxxxxxxxxx..."
    assert max(map(len, one)) <= 40


def test_the_command_of_a_query_can_be_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genims_ray.resources.genims", lambda: "genims")
    options = Options(start=START, overrides=["server.home=a b"])
    assert again(configuration.load(["server.home=a b"]), options)(result("x of y", OFFENDS)) == (
        "genims verify 'server.home=a b' --from 2025-01-01T00:00:00 --sql 'x of y'"
        " | genims server psql --home 'a b' genims_hub"
    )


REPORT = report(
    result("holds", HOLDS), result("few", FEW, kind="statistic"), result("offends", OFFENDS),
    result("beyond", BEYOND, kind="statistic"), result("broken", BROKEN), elsewhere=3,
)  # fmt: skip


def test_json_says_all() -> None:
    given = json.loads(export.as_json(REPORT))
    assert given["format"] == 1
    assert given["failed"] is True
    assert given["verdict"] == REPORT.verdict
    assert (given["from"], given["to"]) == ("2025-01-01T00:00:00Z", "2025-01-08T00:00:00Z")
    assert given["counts"] == {"checks": 5, "fail": 2, "error": 1, "too_few": 1, "pass": 1, "not_loaded": 3}
    assert given["plant"]["scale"] == "tiny"
    assert given["plant"]["seed"] == 42
    by_name = {check["name"]: check for check in given["checks"]}
    assert by_name["holds"]["findings"] == [{"outcome": "pass", "offending": 0, "rows": []}]
    assert by_name["offends"]["findings"][0]["offending"] == 7
    assert by_name["offends"]["findings"][0]["rows"][0] == {
        "machine_id": 10101,
        "timestamp": "2025-01-01T00:00:00Z",
        "value": 3.1,
        "note": None,
        "ok": True,
    }
    assert by_name["beyond"]["findings"] == [
        {"outcome": "fail", "what": "motor", "value": 0.5, "low": None, "high": 0.375, "n": 40, "n_needed": 20}
    ]
    assert by_name["broken"]["findings"] == [{"outcome": "error", "message": 'column "x" does not exist'}]
    assert by_name["few"]["outcome"] == "too_few"
    assert by_name["holds"]["query"] == "SELECT 1\nFROM mes.operations"


def test_numbers_that_json_does_not_have_are_null() -> None:
    odd = Finding(Outcome.FAIL, offending=1, rows=[{"x": float("nan"), "y": Decimal("Infinity"), "z": timedelta(1)}])
    [check] = json.loads(export.as_json(report(result("odd", odd))))["checks"]
    assert check["findings"][0]["rows"] == [{"x": None, "y": None, "z": "1 day, 0:00:00"}]


def test_junit_has_a_case_for_each_check(tmp_path: Path) -> None:
    export.write_junit(REPORT, tmp_path / "verify.xml")
    [suite] = JUnitXml.fromfile(str(tmp_path / "verify.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 2, 1, 1)
    cases = {case.name: case for case in suite}
    assert list(cases) == ["holds", "few", "offends", "beyond", "broken"]
    assert {case.classname for case in cases.values()} == {"genims_ray.verify.genims_hub"}
    assert cases["holds"].is_passed
    assert cases["few"].is_skipped
    assert cases["few"].result[0].message == "could not be judged: bearing 0.25 so far, 3 of 1,200 needed"
    assert cases["offends"].is_failure
    assert cases["offends"].result[0].message == "All is well with offends, by day and by night."
    assert "10101  2025-01-01 00:00:00+00   3.10" in cases["offends"].result[0].text
    assert "SELECT 1" in cases["offends"].result[0].text
    assert cases["broken"].is_error
    assert cases["broken"].result[0].message == 'column "x" does not exist'


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write .*nowhere"):
        export.write_junit(REPORT, tmp_path / "nowhere" / "verify.xml")
