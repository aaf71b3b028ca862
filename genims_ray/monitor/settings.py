"""What the programs have to know: deploy/monitoring/ with the paths, ports and databases of this machine filled in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from genims_ray import hub, resources
from genims_ray.config import Config
from genims_ray.locate import locate
from genims_ray.monitor.programs import LOOPBACK
from genims_ray.pipeline.surroundings import temporary_folder
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.files import ServerFiles, home_folder

EXPORTERS = "postgres_exporter.json"
"""Where Prometheus finds postgres_exporter, which starts when there are databases."""


@dataclass(frozen=True)
class Ports:
    """Where the programs listen, on loopback."""

    prometheus: int
    figures: int


def shipped() -> Path:
    """The folder that holds what is the same everywhere."""
    return resources.root() / "deploy" / "monitoring"


def databases(config: Config) -> dict[str, Endpoint]:
    """Where the databases are, by name; none before the first start of a server of our own. Starts nothing."""
    if config.server.kind != "embedded":
        return locate(config)
    home = home_folder(config.server.home)
    if ServerFiles(home).stored_port() is None:
        return {}
    return EmbeddedServer(home).endpoints(config.topology.databases)


def sources(endpoints: Mapping[str, Endpoint]) -> str:
    """postgres_exporter's DATA_SOURCE_NAME: one database of each server, passwords included."""
    one_each: dict[tuple[str, int], Endpoint] = {}
    for endpoint in endpoints.values():
        one_each.setdefault((endpoint.host, endpoint.port), endpoint)
    return ",".join(_source(endpoint) for endpoint in one_each.values())


def _source(endpoint: Endpoint) -> str:
    """Its driver knows no `prefer`: nothing is encrypted on this machine, everything elsewhere."""
    if endpoint.sslmode in ("prefer", "allow"):
        mode = "disable" if endpoint.is_local else "require"
        return endpoint.uri().replace(f"sslmode={endpoint.sslmode}", f"sslmode={mode}")
    return endpoint.uri()


def render(home: Path, folder: Path, ports: Ports) -> Path:
    """deploy/monitoring/prometheus.yml for this machine; returns where it is."""
    settings: dict[str, Any] = yaml.safe_load((shipped() / "prometheus.yml").read_text("utf-8"))
    settings["rule_files"] = [str(shipped() / pattern) for pattern in settings["rule_files"]]
    jobs = {job["job_name"]: job for job in settings["scrape_configs"]}
    jobs["ray"]["file_sd_configs"][0]["files"] = [str(ray_folder(home) / "prom_metrics_service_discovery.json")]
    jobs["genims"]["static_configs"] = [{"targets": [f"{LOOPBACK}:{ports.figures}"]}]
    del jobs["postgres"]["static_configs"]
    jobs["postgres"]["file_sd_configs"] = [{"files": [str(folder / EXPORTERS)], "refresh_interval": "2s"}]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    return path


def tell_target(folder: Path, port: int) -> None:
    """Have Prometheus ask postgres_exporter at this port from now on."""
    new = folder / f"{EXPORTERS}.new"
    new.write_text(json.dumps([{"targets": [f"{LOOPBACK}:{port}"]}]), "utf-8")
    new.replace(folder / EXPORTERS)


def grafana_variables(config: Config, found: Mapping[str, Endpoint], folder: Path, ports: Ports) -> Path:
    """A file for a shell that sets what deploy/monitoring/grafana/ asks Grafana's environment for; returns where it
    is. `found` are the databases, by name; without any, the hub is not known yet.

    It holds no password: the shell reads that of the embedded server from its file.
    """
    grafana = shipped() / "grafana"
    home = home_folder(config.server.home)
    values = {
        "GF_PATHS_PROVISIONING": str(grafana / "provisioning"),
        "GENIMS_DASHBOARDS": str(grafana / "dashboards"),
        "RAY_DASHBOARDS": str(ray_folder(home) / "session_latest" / "metrics" / "grafana" / "dashboards"),
        "GENIMS_PROMETHEUS_URL": f"http://{LOOPBACK}:{ports.prometheus}",
    }
    lines = [f"{name}={shlex.quote(value)}" for name, value in values.items()]
    if found:
        place = hub.endpoint(config, found)
        mode = "disable" if place.sslmode in ("prefer", "allow") and place.is_local else place.sslmode
        lines += [
            f"GENIMS_HUB_ADDRESS={shlex.quote(f'{place.host}:{place.port}')}",
            f"GENIMS_HUB_DATABASE={shlex.quote(place.dbname)}",
            f"GENIMS_HUB_USER={shlex.quote(place.user)}",
            f"GENIMS_HUB_SSLMODE={'require' if mode in ('prefer', 'allow') else mode}",
        ]
    if config.server.kind == "embedded":
        lines.append(f'GENIMS_HUB_PASSWORD="$(cat {shlex.quote(str(home / "postgres" / "password"))})"')
    else:
        lines.append('GENIMS_HUB_PASSWORD="$POSTGRES_HUB_PASSWORD"')
    path = folder / "grafana.env"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def ray_folder(home: Path) -> Path:
    """Where a Ray that a run of this home starts keeps its sessions."""
    return temporary_folder(home)[0] / "ray"
