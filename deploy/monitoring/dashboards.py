"""Write Grafana's dashboards from the panels listed here: python deploy/monitoring/dashboards.py

What a panel asks for is PromQL here, and SQL in plant/*.sql; how it looks follows from its kind. The JSON in
grafana/dashboards/ is what Grafana reads; edit this file, not it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PLANT = HERE / "plant"
WRITTEN = HERE / "grafana" / "dashboards"
SCHEMA_VERSION = 39
"""Of dashboards; Grafana 10.3 and newer read it."""
COLUMNS = 24
"""Of Grafana's grid."""
PROMETHEUS = {"type": "prometheus", "uid": "genims-prometheus"}
HUB = {"type": "postgres", "uid": "genims-hub"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Query:
    """One PromQL expression and what its series are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel by what it shows; `unit` is one of Grafana's."""

    kind: str  # timeseries | stat | bargauge | barchart | table
    title: str
    asks: Sequence[Query] | str
    """Queries, or the name of a file in plant/."""
    unit: str = "short"
    width: int = 12
    height: int = 8
    description: str = ""
    stacked: bool = False
    red_from: float | None = None
    highest: float | None = None
    options: Json = field(default_factory=dict)


def prom(expr: str, legend: str = "") -> list[Query]:
    return [Query(expr, legend)]


def plant(kind: str, name: str, unit: str = "short", width: int = 12, height: int = 8, **more: Any) -> Panel:
    """A panel of a query in plant/, whose first lines are its title and what it shows."""
    title, about = (line.removeprefix("-- ") for line in (PLANT / f"{name}.sql").read_text("utf-8").split("\n")[:2])
    return Panel(kind, title, name, unit, width, height, about, **more)


RUN = [
    "The latest run",
    Panel(
        "stat",
        "State",
        prom("genims_run_state == 1", "{{state}}"),
        width=4,
        height=4,
        description="What the latest run does, or came to.",
        options={"textMode": "name"},
    ),
    Panel(
        "stat", "Done", prom("genims:units_done:ratio"), "percentunit", 4, 4, "Units loaded of those that were missing."
    ),
    Panel("stat", "Rows", prom("sum(genims_run_rows_total)"), "short", 4, 4, "Written, new or changed."),
    Panel("stat", "Seconds", prom("genims_run_seconds"), "s", 4, 4, "Of loading."),
    Panel(
        "stat",
        "Simulated time to load",
        prom("max(genims_run_lag_seconds)"),
        "s",
        4,
        4,
        "Between what is loaded and what was asked for, of the table that is furthest behind.",
    ),
    Panel(
        "stat",
        "Troubles",
        prom("genims_run_troubles_total"),
        "short",
        4,
        4,
        "Processes that died and connections that broke, which the run got over.",
        red_from=1,
    ),
    "While Ray runs",
    Panel(
        "timeseries",
        "Rows by database",
        prom("database:genims_rows:rate30s", "{{database}}"),
        "rowsps",
        stacked=True,
        description="Rows committed a second.",
    ),
    Panel(
        "timeseries",
        "Rows by table",
        prom("topk(10, table:genims_rows:rate30s)", "{{module}}.{{table}}"),
        "rowsps",
        stacked=True,
        description="The ten tables with most rows a second.",
    ),
    Panel(
        "timeseries",
        "Units in flight",
        [Query("ray_genims_units_in_flight", "in flight"), Query("ray_genims_units_left", "left")],
        "short",
        8,
        description="Being simulated or loaded, and not loaded yet.",
    ),
    Panel(
        "timeseries",
        "Simulated time",
        prom("genims_run_simulated_time_seconds * 1000", "{{scope}}"),
        "dateTimeAsIso",
        8,
        description="How far each scope is loaded: a module, or a big table by itself.",
    ),
    Panel(
        "timeseries",
        "Lag",
        prom("genims_run_lag_seconds", "{{scope}}"),
        "s",
        8,
        description="Simulated time still to load.",
    ),
    Panel(
        "timeseries",
        "Share of COPY",
        prom("genims:copy_share:rate30s", "COPY"),
        "percentunit",
        8,
        highest=1,
        description="Of the time that simulators and loaders work. Near 1 the databases are the bottleneck.",
    ),
    Panel(
        "timeseries",
        "Loaders at work",
        prom("database:genims_copy_seconds:rate30s", "{{database}}"),
        "short",
        8,
        stacked=True,
        description="Seconds of COPY in a second: how many connections write at once.",
    ),
    Panel(
        "timeseries",
        "Simulators at work",
        prom("module:genims_render_seconds:rate30s", "{{module}}"),
        "short",
        8,
        stacked=True,
        description="Seconds of rendering in a second, by module.",
    ),
    Panel(
        "timeseries",
        "Arrow data",
        prom("database:genims_bytes:rate30s", "{{database}}"),
        "Bps",
        8,
        description="Bytes handed to COPY a second.",
    ),
    Panel(
        "timeseries",
        "CPU of Ray's processes",
        prom("sum by (Component) (ray_component_cpu_percentage) / 100", "{{Component}}"),
        "short",
        8,
        stacked=True,
        description="Cores in use.",
    ),
    Panel(
        "timeseries",
        "Memory of Ray's processes",
        prom("sum by (Component) (ray_component_rss_bytes)", "{{Component}}"),
        "bytes",
        8,
        stacked=True,
        description="Resident.",
    ),
    "What the latest run wrote: it stays when Ray is gone",
    Panel(
        "bargauge",
        "Rows",
        prom("topk(12, sum by (module, table) (genims_run_rows_total))", "{{module}}.{{table}}"),
        "short",
        8,
        10,
        "By table.",
    ),
    Panel(
        "bargauge",
        "COPY",
        prom("topk(12, genims_run_copy_seconds_total)", "{{module}}.{{table}}"),
        "s",
        8,
        10,
        "Seconds by table, of all loaders together.",
    ),
    Panel(
        "bargauge",
        "Rendering",
        prom("topk(12, genims_run_render_seconds_total)", "{{module}}.{{table}}"),
        "s",
        8,
        10,
        "Seconds by table, of all simulators together. What tables share counts for the first of them.",
    ),
    Panel(
        "bargauge",
        "Bytes a row",
        prom(
            "topk(12, genims_run_bytes_total / on (module, table) sum by (module, table) (genims_run_rows_total))",
            "{{module}}.{{table}}",
        ),
        "bytes",
        8,
        8,
        "Of Arrow data.",
    ),
    Panel(
        "bargauge",
        "COPY of a row",
        prom(
            "topk(12, genims_run_copy_seconds_total / on (module, table) sum by (module, table) (genims_run_rows_total))",
            "{{module}}.{{table}}",
        ),
        "s",
        8,
        8,
        "Seconds; what a table costs beside its size.",
    ),
    Panel(
        "bargauge",
        "Rows by database",
        prom("sum by (database) (genims_run_rows_total)", "{{database}}"),
        "short",
        8,
        8,
        "Of the latest run.",
    ),
]

OURS = 'datname!~"|postgres|template.*"'
DATABASES = [
    "Servers",
    Panel("stat", "Up", prom("pg_up", "{{server}}"), width=4, height=4, description="1 where a server answers."),
    Panel(
        "stat",
        "Databases",
        prom(f"count by (server) (pg_database_size_bytes{{{OURS}}})", "{{server}}"),
        "short",
        4,
        4,
        "On the server.",
    ),
    Panel(
        "stat",
        "Size",
        prom(f"sum by (server) (pg_database_size_bytes{{{OURS}}})", "{{server}}"),
        "bytes",
        4,
        4,
        "Of all databases.",
    ),
    Panel(
        "stat",
        "Connections in use",
        prom("server:pg_connections:ratio", "{{server}}"),
        "percentunit",
        4,
        4,
        "Of max_connections.",
        red_from=0.8,
    ),
    Panel(
        "stat",
        "Blocks found in memory",
        prom(
            f"sum by (server) (pg_stat_database_blks_hit{{{OURS}}}) / sum by (server)"
            f" (pg_stat_database_blks_hit{{{OURS}}} + pg_stat_database_blks_read{{{OURS}}})",
            "{{server}}",
        ),
        "percentunit",
        4,
        4,
        "Since the statistics were reset.",
    ),
    Panel(
        "stat",
        "Deadlocks",
        prom(f"sum by (server) (pg_stat_database_deadlocks{{{OURS}}})", "{{server}}"),
        "short",
        4,
        4,
        "Since the statistics were reset; loaders try again.",
        red_from=1,
    ),
    "Databases",
    Panel(
        "timeseries",
        "Size",
        prom(f"pg_database_size_bytes{{{OURS}}}", "{{datname}}"),
        "bytes",
        stacked=True,
        description="With indexes.",
    ),
    Panel(
        "timeseries",
        "Connections",
        prom(f"pg_stat_database_numbackends{{{OURS}}}", "{{datname}}"),
        "short",
        stacked=True,
        description="Open now, idle ones, too.",
    ),
    Panel(
        "timeseries",
        "Transactions",
        prom(f"database:pg_transactions:rate1m{{{OURS}}}", "{{datname}}"),
        "ops",
        description="Committed and rolled back, a second.",
    ),
    Panel(
        "timeseries",
        "Cache hit ratio",
        prom(f"database:pg_cache_hit:ratio1m{{{OURS}}}", "{{datname}}"),
        "percentunit",
        highest=1,
        description="Blocks found in shared buffers.",
    ),
    Panel(
        "timeseries",
        "Rows written",
        prom(
            f"rate(pg_stat_database_tup_inserted{{{OURS}}}[1m]) + rate(pg_stat_database_tup_updated{{{OURS}}}[1m])",
            "{{datname}}",
        ),
        "rowsps",
        description="As the server counts them.",
    ),
    Panel(
        "timeseries",
        "Rows read",
        prom(f"rate(pg_stat_database_tup_returned{{{OURS}}}[1m])", "{{datname}}"),
        "rowsps",
        description="By scans of tables and indexes.",
    ),
    Panel(
        "timeseries",
        "Sessions by state",
        prom("sum by (state) (pg_stat_activity_count)", "{{state}}"),
        "short",
        8,
        description="idle in transaction for long is what to look for.",
    ),
    Panel(
        "timeseries",
        "Longest transaction",
        prom(f"max by (datname) (pg_stat_activity_max_tx_duration{{{OURS}}})", "{{datname}}"),
        "s",
        8,
        description="Open now.",
    ),
    Panel(
        "timeseries",
        "Temporary files",
        prom(f"rate(pg_stat_database_temp_bytes{{{OURS}}}[1m])", "{{datname}}"),
        "Bps",
        8,
        description="Written by sorts and hashes that do not fit work_mem.",
    ),
]

OF_PLANT = [
    "The latest $days days that are loaded",
    plant("stat", "loaded_until", "dateTimeAsIso", 5, 4, options={"fields": "/.*/"}),
    plant("stat", "oee", "percent", 4, 4),
    plant("stat", "on_time", "percent", 5, 4),
    plant("stat", "late_orders", "short", 5, 4),
    plant("stat", "machines_down", "short", 5, 4, red_from=1),
    plant("barchart", "oee_by_line", "percent", highest=100, options={"xField": "line"}),
    plant("barchart", "oee_by_day", "percent", highest=100, options={"xField": "day", "xTickLabelRotation": -45}),
    plant("table", "states_now"),
    plant("barchart", "hours_down", "h", options={"xField": "category", "orientation": "horizontal"}),
    plant("barchart", "late_by_week", "short", stacked=True, options={"xField": "week"}),
    plant("table", "latest_orders"),
    plant("table", "worst_machines"),
    plant("table", "faults", width=6),
    plant("table", "scrap", width=6),
]  # fmt: skip

DAYS: Json = {
    "name": "days", "label": "Days", "type": "custom", "query": "7,30,90,365", "multi": False, "includeAll": False,
    "current": {"selected": True, "text": "30", "value": "30"},
    "options": [{"selected": days == "30", "text": days, "value": days} for days in ("7", "30", "90", "365")],
}  # fmt: skip


def dashboard(uid: str, title: str, about: str, listed: Sequence[Panel | str], refresh: str, *variables: Json) -> Json:
    """The JSON of a dashboard; a text in `listed` begins a row of that title."""
    panels: list[Json] = []
    x = y = tallest = 0
    for item in listed:
        height, width = (1, COLUMNS) if isinstance(item, str) else (item.height, item.width)
        if x + width > COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        place = {"id": len(panels) + 1, "gridPos": {"h": height, "w": width, "x": x, "y": y}}
        panels.append(_row(item, place) if isinstance(item, str) else _panel(item, place))
        x, tallest = x + width, max(tallest, height)
    return {
        "uid": uid,
        "title": title,
        "description": about,
        "tags": ["genims"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "utc",
        "refresh": refresh,
        "time": {"from": "now-15m", "to": "now"},
        "annotations": {"list": []},
        "templating": {"list": list(variables)},
        "links": [{"type": "dashboards", "title": "GenIMS", "tags": ["genims"], "asDropdown": False, "keepTime": True}],
        "panels": panels,
    }


def _row(title: str, place: Json) -> Json:
    return {"type": "row", "title": title, "collapsed": False, "panels": [], **place}


def _panel(panel: Panel, place: Json) -> Json:
    source = HUB if isinstance(panel.asks, str) else PROMETHEUS
    steps: list[Json] = [{"color": "green", "value": None}]
    if panel.red_from is not None:
        steps.append({"color": "red", "value": panel.red_from})
    defaults: Json = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}, "custom": {}}
    if panel.unit in ("percent", "percentunit", "h"):
        defaults["decimals"] = 1
    if panel.highest is not None:
        defaults |= {"min": 0, "max": panel.highest}
    if panel.kind == "timeseries":
        stacking = {"mode": "normal" if panel.stacked else "none", "group": "A"}
        defaults["custom"] = {"fillOpacity": 20 if panel.stacked else 5, "stacking": stacking, "showPoints": "never"}
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": source,
        **place,
        "targets": _targets(panel),
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {**_options(panel), **panel.options},
    }


def _targets(panel: Panel) -> list[Json]:
    if isinstance(panel.asks, str):
        query = (PLANT / f"{panel.asks}.sql").read_text("utf-8").strip()
        return [
            {
                "refId": "A",
                "datasource": HUB,
                "format": "table",
                "rawQuery": True,
                "editorMode": "code",
                "rawSql": query,
            }
        ]
    # A panel of one value asks for the value now; the others for its course.
    now = panel.kind in ("stat", "bargauge")
    return [
        {
            "refId": chr(ord("A") + i),
            "datasource": PROMETHEUS,
            "expr": query.expr,
            "legendFormat": query.legend or "__auto",
            "instant": now,
            "range": not now,
        }
        for i, query in enumerate(panel.asks)
    ]


def _options(panel: Panel) -> Json:
    last = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    match panel.kind:
        case "timeseries":
            return {
                "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }
        case "stat":
            return {"reduceOptions": last, "colorMode": "value", "graphMode": "none", "textMode": "auto"}
        case "bargauge":
            return {"reduceOptions": last, "orientation": "horizontal", "displayMode": "basic"}
        case "barchart":
            stacking = "normal" if panel.stacked else "none"
            return {
                "orientation": "auto",
                "stacking": stacking,
                "legend": {"displayMode": "list", "placement": "bottom"},
            }
        case _:
            return {"showHeader": True, "cellHeight": "sm"}


ALL = [
    dashboard("genims-run", "GenIMS: the run", "What the simulators and loaders do.", RUN, "5s"),
    dashboard("genims-databases", "GenIMS: the databases", "What the servers hold and do.", DATABASES, "10s"),
    dashboard("genims-plant", "GenIMS: the plant", "What happened in the factories, from the hub.", OF_PLANT, "", DAYS),
]


def text(made: Json) -> str:
    """The dashboard as its file holds it."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the files."""
    for made in ALL:
        (WRITTEN / f"{made['uid']}.json").write_text(text(made), "utf-8")


if __name__ == "__main__":
    main()
