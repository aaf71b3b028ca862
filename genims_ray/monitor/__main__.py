"""Watch a run: Prometheus over Ray, the databases and the figures of the latest run, until Ctrl-C."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("monitor")

import shlex
import signal
import time
from contextlib import ExitStack
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server

from genims_ray import config as configuration
from genims_ray import resources
from genims_ray.command import Parser, command
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError, short
from genims_ray.monitor.programs import LOOPBACK, Program, free_port, installed
from genims_ray.monitor.settings import Ports, databases, grafana_variables, render, shipped, sources, tell_target
from genims_ray.pipeline import textfile
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.files import home_folder

PURPOSE = """\
Watch a run, the databases and what the latest run did, until Ctrl-C.

Start it in a second terminal, before a run or during one. It starts Prometheus
and postgres_exporter where they are installed, on loopback only, and serves the
figures of the latest run, which stay when Ray is gone. What is collected is
kept for 30 days in monitoring/ of the home folder; so is what Grafana has to
know to show the dashboards of deploy/monitoring.

Settings are those of `genims run` that say where the databases are: server=...,
topology=..., server.home=...

On Debian and Ubuntu: apt install prometheus prometheus-postgres-exporter\
"""
EXAMPLES = (
    ("", "watch the embedded server"),
    ("--port 9191", "Prometheus on another port"),
    ("server=env topology=minimal5", "watch your own servers"),
)

PROMETHEUS = ("prometheus",)
EXPORTER = ("postgres_exporter", "prometheus-postgres-exporter")
"""What a program is called, upstream and in Debian."""
PORT, FIGURES_PORT, EXPORTER_PORT = 9090, 9188, 9187
KEPT = "30d"
LOOK_SECONDS = 1.0
GRAFANA_HOME = "/usr/share/grafana"


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser("genims monitor", PURPOSE, "[key=value ...] [--port PORT] [--config-dir DIR]", EXAMPLES)
    parser.add_argument(
        "--port", metavar="PORT", default=str(PORT), help=f"of Prometheus (default {PORT}; the next free one)"
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of settings of your own, as for `genims run`")
    options, settings = parser.read(arguments)
    port = options.port
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(f"--port: {short(port) or 'nothing'} is no port number")
    try:
        monitor(configuration.load(parser.with_config_dir(options, settings)), int(port))
    except KeyboardInterrupt:
        print("stopped")
    return 0


def monitor(config: Config, port: int) -> None:
    """Watch until interrupted. Raises `UserError` where Prometheus is not installed, does not start or dies."""
    signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))  # a terminal that is closed
    prometheus = installed(PROMETHEUS)
    if prometheus is None:
        raise UserError(
            "Prometheus is not installed: apt install prometheus, or put the program `prometheus` in PATH; "
            f"{resources.shown(shipped())} is for one that runs elsewhere"
        )
    home = home_folder(config.server.home)
    folder = home / "monitoring"
    try:
        if not home.exists():
            home.mkdir(parents=True)
            home.chmod(0o755)  # the server's account has to enter it
        (folder / "prometheus").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"cannot write to {folder}: {error.strerror}; set GENIMS_HOME to a folder of your own"
        ) from None
    ports = Ports(free_port(port), free_port(FIGURES_PORT))
    with ExitStack() as running:
        figures = CollectorRegistry()
        figures.register(textfile.LatestRun(textfile.place(home)))
        server, _ = start_http_server(ports.figures, addr=LOOPBACK, registry=figures)
        running.callback(server.shutdown)
        file = render(home, folder, ports)
        watching = running.enter_context(
            Program(
                "Prometheus",
                folder / "prometheus.log",
                [
                    prometheus,
                    f"--config.file={file}",
                    f"--storage.tsdb.path={folder / 'prometheus'}",
                    f"--storage.tsdb.retention.time={KEPT}",
                    f"--web.listen-address={LOOPBACK}:{ports.prometheus}",
                ],
            )
        )
        watching.wait_for(f"http://{LOOPBACK}:{ports.prometheus}/-/ready")
        exporter = Exporter(folder)
        running.callback(exporter.stop)
        known: dict[str, Endpoint] | None = None
        while True:
            if (found := databases(config)) != known:
                grafana = grafana_variables(config, found, folder, ports)
                exporter.watch(sources(found))
            if known is None:
                announce(ports, grafana, postgres(exporter, bool(found)))
            known = found
            time.sleep(LOOK_SECONDS)
            watching.check()
            exporter.check()


class Exporter:
    """postgres_exporter, which follows the databases: they may be created, or move to another port, meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = EXPORTER_PORT
        self._source = ""
        self._running: Program | None = None
        self.program = installed(EXPORTER)

    def watch(self, source: str) -> None:
        """Watch these servers, by DATA_SOURCE_NAME, from now on; nothing where there is none."""
        self.stop()
        self._source, self._running = source, None
        if self.program and source:
            self._port = free_port(EXPORTER_PORT)
            tell_target(self._folder, self._port)
            # The passwords go through its environment, which only the same user can read.
            self._running = Program(
                "postgres_exporter",
                self._folder / "postgres_exporter.log",
                [self.program, f"--web.listen-address={LOOPBACK}:{self._port}"],
                {"DATA_SOURCE_NAME": source},
            )

    def check(self) -> None:
        """Start it again where it ended."""
        if self._running and not self._running.lives:
            self.watch(self._source)

    def stop(self) -> None:
        """End it."""
        if self._running:
            self._running.stop()


def announce(ports: Ports, grafana: Path, databases: str) -> None:
    """Say what to open."""
    variables = shlex.quote(resources.shown(grafana))
    print(f"Prometheus  http://{LOOPBACK}:{ports.prometheus}    (/alerts has the alerts, /targets what is watched)")
    print(f"latest run  http://{LOOPBACK}:{ports.figures}/metrics    (stays when Ray is gone)")
    print(f"PostgreSQL  {databases}")
    print("Ray         a run prints where its dashboard is")
    print(f"Grafana     set -a; . {variables}; set +a; grafana server --homepath {GRAFANA_HOME}")
    print(f"            (the dashboards, in its folder GenIMS, are {resources.shown(shipped() / 'grafana')})")
    print("Ctrl-C stops it; what was collected stays", flush=True)


def postgres(exporter: Exporter, running: bool) -> str:
    """Whether the databases are watched, for people."""
    if exporter.program is None:
        return "not watched: postgres_exporter is not installed (apt install prometheus-postgres-exporter)"
    return "watched" if running else "watched as soon as its server runs"
