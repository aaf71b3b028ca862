"""The closing screen, for a run of known numbers."""

from __future__ import annotations

import io
import shlex
import time
from typing import Any

import pytest
from rich.console import Console

from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.progress import ProgressView, simulated_date
from genims_ray.pipeline.report import Phases, Tally, count, duration, human, step, summary
from genims_ray.pipeline.sinks import Loaded
from genims_ray.postgres.statistics import TableSize
from genims_ray.world import DAY, OPENING, Window

START = 20_089 * DAY  # 2025-01-01
UNIT = Unit("mes", Window(START, START + DAY))


def shown(screen: Console) -> str:
    """What was printed on a console that writes to memory."""
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_a_tally_adds_new_and_changed_rows():
    tally = Tally()
    tally.add(Loaded(UNIT, skipped=False, inserted={"work_orders": 5, "operations": 20}))
    tally.add(Loaded(UNIT, skipped=False, inserted={"work_orders": 1}, updated={"work_orders": 3}))
    tally.add(Loaded(UNIT, skipped=True))
    assert (tally.units, tally.skipped, tally.rows) == (3, 1, 29)
    assert dict(tally.new) == {("mes", "work_orders"): 6, ("mes", "operations"): 20}
    assert dict(tally.changed) == {("mes", "work_orders"): 3}


def test_the_summary_fits_a_screen_and_counts_what_it_does_not_show():
    tally = Tally()
    tally.add(Loaded(UNIT, skipped=False, inserted={f"t{i}": 100 for i in range(40)}))
    sizes = {"genims_mes_db": [TableSize("mes", f"t{i}", 100, 1000 * (40 - i)) for i in range(40)]}
    screen = Console(file=io.StringIO(), width=100, force_terminal=False)
    summary(
        screen, tally, Phases(10.0, 2.0, 1.0), sizes, [("SQL", "psql here"), ("next", "run 'modules=[master,mes]'")]
    )
    text = shown(screen)
    assert "4,000 rows in 2.0 s (2,000 rows/s)" in text
    assert "mes.t0" in text
    assert "28 more tables" in text
    assert "2,800" in text
    assert "SQL        psql here\n" in text
    assert "next       run 'modules=[master,mes]'\n" in text
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 24


def test_the_summary_fits_the_smallest_terminal():
    sizes = {"genims_manufacturing_db": [TableSize("mes", "work_order_status_history", 10**8, 10**9)] * 40}
    screen = Console(file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None)
    phases = Phases(100.0, 1000.0, 100.0)
    summary(screen, Tally(rows=10**9), phases, sizes, [("SQL", "psql"), ("next", "next " * 17), ("stop", "stop")])
    lines = shown(screen).splitlines()
    assert sum(-(-len(line) // 80) or 1 for line in lines) < 24
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("table ")
    assert "mes.work_order_status_history  " in lines[2]


def test_bytes_for_people():
    assert [human(x) for x in (0, 999, 1500, 2.5e6, 37e9, 1.2e12)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "2.5 MB",
        "37.0 GB",
        "1.20 TB",
    ]


def test_a_command_that_is_too_long_can_still_be_pasted():
    command = "genims run 'modules=[master,operations]' \"server.home='/data/a b'\" " + "scale=tiny " * 9
    for width in (60, 80):
        lines = step("next", command.strip(), width)
        assert max(map(len, lines)) <= width
        assert lines[0].startswith("next       genims run")
        pasted = "\n".join(line[11:] for line in lines)
        assert shlex.split(pasted.replace("\\\n", " ")) == shlex.split(command)


def console(width: int = 80, height: int = 24, **how: Any) -> Console:
    return Console(file=io.StringIO(), width=width, height=height, color_system=None, markup=False, **how)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (60, 8)])
def test_progress_on_a_terminal_fits_it(width: int, height: int):
    units = [Unit(f"module{i:02}", window) for i in range(13) for window in (Window(OPENING, START), UNIT.window)]
    screen = console(width, height, force_terminal=True)
    progress = ProgressView(screen, units, {"module00": 100.0})
    for unit in units:
        progress.show(Loaded(unit, skipped=False, inserted={"rows": 123_456_789}))
    lines = screen.render_lines(progress._screen(), pad=False)
    texts = ["".join(segment.text for segment in line).rstrip() for line in lines]
    assert len(texts) <= height - 1
    assert max(map(len, texts)) < width
    assert texts[-1].startswith("100 %, 3.21 G rows, ")
    assert all("2025-01-01  246,913,578 rows" in text for text in texts[:-1])


def test_the_opening_is_no_day_that_anybody_asked_for():
    opening = Unit("mes", Window(OPENING, START))
    progress = ProgressView(console(force_terminal=True), [opening, UNIT], {"mes": 10.0})
    assert progress.whole() == "starting the workers; about 10 s to go"
    progress.show(Loaded(opening, skipped=False, inserted={"work_orders": 7}))
    assert progress._date("mes") == "opening"
    assert progress.whole().startswith("50 %, 7 rows, ")
    assert " to go" in progress.whole()
    progress.show(Loaded(UNIT, skipped=False, inserted={"work_orders": 1_000}))
    assert progress._date("mes") == "2025-01-01"
    assert progress.whole().startswith("100 %, 1,007 rows, ")
    assert " to go" not in progress.whole()


def test_a_date_is_reached_when_all_tables_of_a_module_are():
    big = Unit("mes.labor", UNIT.window)
    progress = ProgressView(console(force_terminal=True), [UNIT, big], {})
    progress.show(Loaded(UNIT, skipped=False))
    assert progress._date("mes") == "opening"
    progress.show(Loaded(big, skipped=False))
    assert progress._date("mes") == "2025-01-01"


def test_lines_without_a_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("genims_ray.pipeline.progress.PLAIN_EVERY_SECONDS", 0.05)
    screen = console(120, force_terminal=False)
    with ProgressView(screen, [UNIT], {"mes": 10.0}, every_unit=True) as progress:
        time.sleep(0.2)
        progress.show(Loaded(UNIT, skipped=False, inserted={"work_orders": 7}))
        time.sleep(0.2)
    lines = shown(screen).splitlines()
    assert "starting the workers; about 10 s to go" in lines[0]
    assert "loaded mes 2025-01-01: 7 rows" in lines
    assert lines[-1].startswith("2025-01-01  100 %, 7 rows, ")


def test_amounts_for_people():
    assert [duration(x) for x in (0.4, 19, 119, 120, 1300, 7200, 90_000)] == [
        "0 s",
        "19 s",
        "119 s",
        "2.0 min",
        "22 min",
        "2.0 h",
        "25 h",
    ]
    assert [count(x) for x in (7, 999_999, 1_500_000, 123_456_789, 2e9)] == ["7", "999,999", "1.5 M", "123 M", "2 G"]


def test_the_date_reached_is_the_day_that_ends():
    assert simulated_date(START + DAY) == "2025-01-01"
    assert simulated_date(START + DAY + 1) == "2025-01-02"
