"""The report on how the checks do on sound plants."""

from __future__ import annotations

import pytest

from tests import statistics


def finding(value: float, outcome: str = "pass") -> dict[str, object]:
    return {
        "check": "it_is_so",
        "what": "",
        "outcome": outcome,
        "value": value,
        "low": 0.4,
        "high": 0.6,
        "n": 50,
        "n_needed": 20,
    }


def test_tells_how_values_spread_within_their_band(capsys: pytest.CaptureFixture[str]) -> None:
    """z = (0.52 - 0.5) / 0.1 and (0.56 - 0.5) / 0.1: 0.4 on average, 0.2 apart from it, 0.6 at most."""
    plants = [{"command": f"seed={seed}", "findings": [finding(value)]} for seed, value in enumerate((0.52, 0.56))]
    assert statistics.report(plants) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].split() == ["it_is_so", "2", "2", "50", "20", "0.54", "0.02", "0.40", "0.20", "0.60"]
    assert told[-1] == "2 plants, 0 with something that failed"


def test_names_the_plant_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    plants = [
        {"command": "seed=1", "findings": [finding(0.7, "fail")]},
        {"command": "seed=2", "findings": [finding(0.5)]},
    ]
    assert statistics.report(plants) == 1
    told = capsys.readouterr().out
    assert "seed=1\n" in told
    assert told.endswith("2 plants, 1 with something that failed\n")
