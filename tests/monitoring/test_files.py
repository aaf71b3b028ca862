"""What is shipped for Prometheus and Grafana, without any of them running."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.monitoring.programs import needed

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "monitoring"
GRAFANA = SHIPPED / "grafana"
DASHBOARDS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(GRAFANA.glob("dashboards/*.json"))}
each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)


def test_the_dashboards_are_as_written_by_their_source(tmp_path: Path):
    assert len(DASHBOARDS) == 3
    code = (
        "import runpy, sys, pathlib\n"
        f"made = runpy.run_path({str(SHIPPED / 'dashboards.py')!r})\n"
        "for each in made['ALL']:\n"
        f"    (pathlib.Path({str(tmp_path)!r}) / (each['uid'] + '.json')).write_text(made['text'](each), 'utf-8')\n"
    )
    subprocess.run([sys.executable, "-B", "-c", code], check=True)
    for name in DASHBOARDS:
        written = (GRAFANA / "dashboards" / f"{name}.json").read_text("utf-8")
        assert (tmp_path / f"{name}.json").read_text("utf-8") == written, "run deploy/monitoring/dashboards.py"


@each_dashboard
def test_a_dashboard_is_what_grafana_reads(dashboard: dict[str, Any]):
    schema = json.loads((Path(__file__).parent / "dashboard.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(dashboard, schema)
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    known = {source["uid"]: source["type"] for source in provisioned("datasources")["datasources"]}
    for panel in panels:
        for source in [panel.get("datasource"), *(target["datasource"] for target in panel.get("targets", []))]:
            assert source is None or known[source["uid"]] == source["type"]


@each_dashboard
def test_panels_fill_the_grid_without_covering_one_another(dashboard: dict[str, Any]):
    cells = {
        panel["id"]: {
            (x, y)
            for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
            for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
        }
        for panel in dashboard["panels"]
    }
    for (one, covered), (other, also) in combinations(cells.items(), 2):
        assert not covered & also, f"panels {one} and {other} overlap"
    assert all(0 <= x < 24 for covered in cells.values() for x, _ in covered)


@each_dashboard
def test_variables_of_queries_are_the_dashboards(dashboard: dict[str, Any]):
    declared = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard["panels"])))
    assert used == declared


def test_every_sql_file_is_a_panel():
    shown = {target["rawSql"] for panel in DASHBOARDS["genims-plant"]["panels"] for target in panel.get("targets", [])}
    assert shown == {path.read_text("utf-8").strip() for path in SHIPPED.glob("plant/*.sql")}


def test_recorded_names_that_panels_and_alerts_use_are_recorded():
    recorded = set(re.findall(r"record: (\S+)", (SHIPPED / "rules" / "recording.yml").read_text("utf-8")))
    alerts = (SHIPPED / "rules" / "alerts.yml").read_text("utf-8")
    text = alerts + json.dumps([d["panels"] for d in DASHBOARDS.values()])
    used = set(re.findall(r"\b(?:database|table|module|genims|server):\w+:\w+", text))
    assert used <= recorded
    assert used


def test_promtool_accepts_configuration_and_rules():
    promtool = needed("promtool")
    subprocess.run([promtool, "check", "config", SHIPPED / "prometheus.yml"], check=True, capture_output=True)
    rules = sorted(SHIPPED.glob("rules/*.yml"))
    subprocess.run([promtool, "check", "rules", *rules], check=True, capture_output=True)


def test_alerts_fire_when_they_should():
    done = subprocess.run(
        [needed("promtool"), "test", "rules", Path(__file__).parent / "alerts.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested():
    names = set(re.findall(r"alert: (\w+)", (SHIPPED / "rules" / "alerts.yml").read_text("utf-8")))
    tested = (Path(__file__).parent / "alerts.yml").read_text("utf-8")
    fired = set(re.findall(r"alertname: (\w+)\n +exp_alerts", tested))
    assert names == fired


def provisioned(kind: str) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((GRAFANA / "provisioning" / kind / "genims.yml").read_text("utf-8"))
    return settings
