"""Write down what truly happened, beside the databases: to score an analysis against it."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("truth")

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from genims_ray import config as configuration
from genims_ray import resources, screen
from genims_ray.command import Parser, command
from genims_ray.config import Config
from genims_ray.errors import UserError
from genims_ray.locate import loaded_plant
from genims_ray.postgres.databases import PlantIdentity
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.files import home_folder
from genims_ray.truth.files import FILES
from genims_ray.truth.known import Known
from genims_ray.truth.write import Written, arrow, refuse_existing, write
from genims_ray.world import DAY, World
from genims_ray.world.params import MODEL_VERSION

PURPOSE = """\
Write down what truly happened, beside the databases: to score an analysis against it.

The databases hold symptoms only; the files hold causes: every failure with its
component and onset, every fault of a sensor, every special cause, and the
planted stories with the keys of the rows in which they show.

The truth follows from configuration and seed. It is told of the plant that is
loaded, from its start to the end of what is loaded. With days=..., or where
nothing was ever loaded here, no database is asked: settings are those of
`genims run` and name the plant and its days.\
"""


@dataclass
class Options:
    """The command line: what is truth's own, and the overrides of the configuration."""

    out: Path | None = None
    replace: bool = False
    overrides: list[str] = field(default_factory=list)

    @property
    def range_given(self) -> bool:
        return any(override.lstrip("+").startswith("days=") for override in self.overrides)


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    options = parse(arguments)
    return truth(configuration.load(options.overrides), options)


def truth(config: Config, options: Options) -> int:
    """Write the files that `options` ask for."""
    began = time.monotonic()
    console = screen.console()
    folder = (options.out or home_folder(config.server.home) / "truth").expanduser().absolute()
    if not options.replace:
        refuse_existing(folder, FILES)
    config, of = plant_of(config, options)
    identity = PlantIdentity(config.plant_dict(), config.topology.name, MODEL_VERSION)
    world = World(config.plant)
    known = Known(world, world.start, world.start + config.days * DAY)
    about = {
        "scale": config.plant.scale,
        "seed": config.plant.seed,
        "start": _iso(known.start),
        "end": _iso(known.end),
        "plant_hash": identity.hash(),
        "model_version": MODEL_VERSION,
    }
    with console.status("") as status:
        tables = {}
        for file in FILES:
            status.update(file.name)
            tables[file] = arrow(file, file.rows(known), about)
        written = write(folder, tables, about)
    report(console, folder, written, about, of, time.monotonic() - began)
    return 0


def plant_of(config: Config, options: Options) -> tuple[Config, str]:
    """The plant and the days that the truth is told of, and what says so: the databases where there are some, unless
    days= is given."""
    embedded = config.server.kind == "embedded"
    if options.range_given or (embedded and not EmbeddedServer(home_folder(config.server.home)).folder.exists()):
        return config, "as configured"
    try:
        return loaded_plant(options.overrides).config, "as loaded"
    except UserError as error:
        raise type(error)(f"{error}; with days=... the truth is told without asking a database") from None


def report(
    console: Console, folder: Path, written: Sequence[Written], about: dict[str, Any], of: str, seconds: float
) -> None:
    """Say what was written, and how to read it."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("file")
    shown.add_column("rows", justify="right")
    shown.add_column("what a row is", overflow="fold")
    for each in written:
        shown.add_row(f"{each.file.name}.parquet", f"{each.rows:,}", each.file.comment)
    console.print(shown)
    console.print()
    console.print(
        f"{sum(each.rows for each in written):,} rows, {sum(each.bytes for each in written) / 1000:,.0f} kB "
        f"in {seconds:.1f} s: {about['scale']}, seed {about['seed']}, {about['start'][:10]} to {about['end'][:10]} ({of})"
    )
    python, place = resources.python(), resources.shown(folder)
    for line in (
        f"folder   {place}    (truth.json says what every column means)",
        f"""read     duckdb -c "SELECT * FROM '{place}/failures.parquet'\"""",
        f"""         {python} -c "import pyarrow.parquet as p; print(p.read_table('{place}/stories.parquet').to_pylist()[0])\"""",
        f"""         pandas.read_parquet('{place}/story_effects.parquet')""",
        f"learn    {resources.shown(resources.root() / 'docs' / 'truth.md')}",
    ):
        console.print(line, soft_wrap=True)


def parse(arguments: Sequence[str]) -> Options:
    """The command line, taken apart. Raises UsageError."""
    parser = Parser(
        "truth",
        PURPOSE,
        "[key=value ...] [options]",
        examples=[
            ("", "of what is loaded"),
            ("scale=large days=90 --out /tmp/truth", "of a plant that needs not be loaded"),
            ("seed=7 days=30 --replace", "in place of earlier files"),
        ],
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="default: truth/ beside the server's data")
    parser.add_argument("--replace", action="store_true", help="write over files that are there")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of your own group options")
    options, settings = parser.read(arguments)
    return Options(options.out, options.replace, parser.with_config_dir(options, settings))


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
