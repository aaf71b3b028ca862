"""What `--help` and `--cfg` print."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf

from genims_ray import resources
from genims_ray.config.compose import PLACES, leaves

EXAMPLES = (
    ("", "a week of two factories, into an embedded PostgreSQL"),
    ("days=30", "continue to 30 days: only what is missing is loaded"),
    ("scale=large days=90", "ten factories, 200 machines, over a million sensor rows a day"),
    ("scale=tiny days=1", "the smallest plant, in seconds"),
    ("seed=7 start=2024-07-01 reset=true", "another history, instead of the one that is loaded"),
    ("topology=minimal5", "five databases in place of thirteen"),
    ("server=env", "your own PostgreSQL, named by POSTGRES_<DB>_HOST and so on"),
    ("+factory@factories.lyon=lyon reset=true", "one more factory"),
    ("machines.cnc.sensors.0.interval_seconds=10 reset=true", "a faster sensor: the first one of every CNC"),
    ("modules=[master,operations] ray.dashboard=false", "two systems only, no dashboard"),
)

KEYS = {
    "seed": "64-bit number; the same seed gives the same rows, bit for bit",
    "start": "first day of the history (ISO date, 00:00 UTC)",
    "days": "length of the history; more days continue what is loaded",
    "modules": "the systems to load, as [master,operations]; null is all that exist",
    "reset": "drop what an earlier run loaded and begin anew",
    "lose_others": "with reset=true, drop also what others have made in the databases",
    "unit.rows": "rows that one transaction aims at",
    "topology.hub": "database that shows all modules together",
    "server.kind": "embedded or env; follows from server=",
    "server.home": "data folder of the embedded server; null is $GENIMS_HOME, else .genims",
    "server.env_file": "file of POSTGRES_* variables; the environment wins over it",
    "server.patience_seconds": "how long a server may be silent before its databases are left out",
    "clock.kind": "how simulated time advances; follows from clock=",
    "ray.address": "a cluster to join (auto, host:port, ray://host:port); null starts Ray here",
    "ray.dashboard": "serve the Ray dashboard",
    "ray.dashboard_port": "its port",
    "ray.num_cpus": "cores that Ray may use; null is all",
    "ray.object_store_bytes": "size of Ray's object store; null lets Ray choose",
    "ray.placement": "auto, or simulators and loaders combined in a process, or split",
    "ray.machines_per_actor": "machines of one simulator; null shares them out to the CPUs",
    "ray.databases_per_loader": "databases that one loader process serves",
    "ray.units_in_flight": "units being simulated or loaded at any time; bounds memory",
    "scada_interval_seconds": "seconds between two SCADA rows of a machine; divides a day",
    "health_interval_hours": "hours between two health records of a sensor; divides a day",
    "demand.utilization": "demand as a share of what the lines can make",
    "quality.reject_probability": "share of parts rejected on a good day",
    "stops.micro_per_hour": "micro-stops per machine-hour of running",
    "bearing_story.failure_day": "day on which the planted bearing breaks down",
}

_HEAD = """\
Simulate a manufacturing enterprise and load its systems into PostgreSQL.

usage: genims run [key=value ...] [group=option ...] [options]

options:
  -h, --help         this text; with settings, it shows the values they leave
  -q, --quiet        print errors only
  -v, --verbose      print every unit that is loaded
  --cfg              print the whole configuration and stop
  --config-dir DIR   a folder of your own group options, as DIR/factory/oslo.yaml

The same command again loads nothing twice; after a crash it loads what is missing.
"""

_PARTS = [*PLACES, "world"]
"""Groups that make up the plant; the others are choices."""

_URL_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


def help_text(tree: dict[str, Any], groups: Mapping[str, Mapping[str, str]]) -> str:
    """Purpose, examples, groups with their options, main keys with the values of `tree`."""
    return "\n".join([_HEAD, _examples(), _groups(groups), _keys(tree), _tail()])


def printout(tree: dict[str, Any]) -> str:
    """The resolved configuration as YAML; logins inside addresses are masked."""
    return OmegaConf.to_yaml(OmegaConf.create(_masked(tree)))


def _masked(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _masked(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_masked(item) for item in node]
    return _URL_LOGIN.sub("***@", node) if isinstance(node, str) else node


def _examples() -> str:
    width = max(len(arguments) for arguments, _ in EXAMPLES)
    lines = [f"  {arguments:<{width}}  {meaning}" for arguments, meaning in EXAMPLES]
    return "\n".join([f"examples, each behind `{resources.genims()} run`:", *lines, ""])


def _groups(groups: Mapping[str, Mapping[str, str]]) -> str:
    lines = ["groups, chosen as group=option:"]
    for group in sorted(groups, key=lambda name: (name in _PARTS, name)):
        if group == _PARTS[0]:
            lines += ["", "parts of the plant; +factory@factories.lyon=lyon adds, ~factories.lyon drops:"]
        if group in _PARTS:
            lines.append(f"  {group:<9} {', '.join(groups[group])}")
        else:
            lines += [f"  {f'{group}={option}':<19}  {meaning}" for option, meaning in groups[group].items()]
    return "\n".join([*lines, ""])


def _keys(tree: dict[str, Any]) -> str:
    values = dict(leaves(_masked(tree)))
    shown = {key: v if isinstance(v := values.get(key), str) else json.dumps(v) for key in KEYS}
    keys, defaults = max(map(len, KEYS)), max(map(len, shown.values()))
    lines = [f"  {key:<{keys}}  {shown[key]:<{defaults}}  {meaning}" for key, meaning in KEYS.items()]
    return "\n".join(["main keys, their values and meanings (--cfg shows all):", *lines, ""])


def _tail() -> str:
    recipes = resources.shown(resources.root() / "docs" / "configuration.md")
    return f"Quote text with special characters: \"server.home='/data/a=b'\".\nRecipes: {recipes}"
