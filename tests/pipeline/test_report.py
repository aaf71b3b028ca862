"""The closing screen, for a run of known numbers."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.progress import ProgressView, simulated_date
from genims_ray.pipeline.report import Phases, Tally, human, summary
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
    assert dict(tally.by_table) == {("mes", "work_orders"): 9, ("mes", "operations"): 20}


def test_the_summary_fits_a_screen_and_counts_what_it_does_not_show():
    tally = Tally()
    tally.add(Loaded(UNIT, skipped=False, inserted={f"t{i}": 100 for i in range(40)}))
    sizes = {"genims_mes_db": [TableSize("mes", f"t{i}", 100, 1000 * (40 - i)) for i in range(40)]}
    screen = Console(file=io.StringIO(), width=100, force_terminal=False)
    summary(screen, tally, Phases(10.0, 2.0, 1.0), sizes, ["psql here"], ["next there"])
    text = shown(screen)
    assert "4,000 rows in 2.0 s (2,000 rows/s)" in text
    assert "mes.t0" in text
    assert "28 more tables" in text
    assert "2,800" in text
    assert "psql here" in text
    assert "next there" in text
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 24


def test_the_summary_fits_the_smallest_terminal():
    sizes = {"genims_manufacturing_db": [TableSize("mes", "work_order_status_history", 10**8, 10**9)] * 40}
    screen = Console(file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None)
    phases = Phases(100.0, 1000.0, 100.0)
    summary(screen, Tally(rows=10**9), phases, sizes, ["psql"] * 2, ["next " * 17, "stop"])
    lines = shown(screen).splitlines()
    assert sum(-(-len(line) // 80) or 1 for line in lines) < 24
    assert max(map(len, lines[:-2])) <= 80
    assert lines[1].startswith("table ")
    assert "mes.work_order_status_history  " in lines[2]
    assert not any("start" in line and "finish" not in line for line in lines)


def test_bytes_for_people():
    assert [human(x) for x in (0, 999, 1500, 2.5e6, 37e9, 1.2e12)] == [
        "0 B", "999 B", "1.5 kB", "2.5 MB", "37.0 GB", "1.20 TB",
    ]  # fmt: skip


def test_progress_on_a_terminal_shows_the_simulated_date_and_the_rows():
    opening = Unit("mes", Window(OPENING, START))
    screen = Console(file=io.StringIO(), width=100, force_terminal=True)
    with ProgressView(screen, [opening, UNIT]) as progress:
        progress.show(Loaded(opening, skipped=False, inserted={"work_orders": 7}))
        progress.show(Loaded(UNIT, skipped=False, inserted={"work_orders": 1_000}))
    text = shown(screen)
    assert "2025-01-01" in text
    assert "1,007 rows" in text


def test_a_bar_is_one_line_of_80_characters():
    unit = Unit("operations", UNIT.window)
    screen = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    with ProgressView(screen, [unit, UNIT]) as progress:
        progress.show(Loaded(unit, skipped=False, inserted={"sensor_data": 1_234_567_890}))
    lines = shown(screen).splitlines()
    assert any("2025-01-01" in line and line.rstrip().endswith("00:00") for line in lines)


def test_lines_without_a_terminal_tell_the_time_to_go_once_days_are_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("genims_ray.pipeline.progress.PLAIN_EVERY_SECONDS", 0.0)
    opening, rest = Unit("mes", Window(OPENING, START)), Unit("mes", Window(START + DAY, START + 9 * DAY))
    screen = Console(file=io.StringIO(), width=120, force_terminal=False)
    with ProgressView(screen, [opening, UNIT, rest]) as progress:
        progress.show(Loaded(opening, skipped=False, inserted={"work_orders": 7}))
        progress.show(Loaded(UNIT, skipped=False, inserted={"work_orders": 7}))
    first, second = shown(screen).splitlines()
    assert first.startswith("2024-12-31  7 rows")
    assert "to go" not in first
    assert second.endswith("s to go")


def test_the_date_reached_is_the_day_that_ends():
    assert simulated_date(START + DAY) == "2025-01-01"
    assert simulated_date(START + DAY + 1) == "2025-01-02"
