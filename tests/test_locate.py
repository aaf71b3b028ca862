"""Where databases are: what is wrong with variables is said before anything is loaded, and what is loaded is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from genims_ray import config, hub
from genims_ray.catalog import Catalog
from genims_ray.config import Config
from genims_ray.errors import UsageError, UserError
from genims_ray.locate import LoadedPlant, loaded_plant, locate
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres import fence
from genims_ray.postgres.databases import PlantIdentity, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import MODEL_VERSION

PREFIXES = [
    "MASTER",
    "OPS",
    "MFG",
    "MNT",
    "QMS",
    "ERP",
    "FIN",
    "WMS",
    "TMS",
    "CRM",
    "SVC",
    "HR",
    "SUPPLIER",
    "SC",
    "HUB",
]


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Variables of topology=max13, with database names of the user's."""
    monkeypatch.chdir(tmp_path)
    for prefix in PREFIXES:
        for part, value in {"HOST": "db.example", "PORT": "5432", "USER": "ann", "PASSWORD": "hunter2"}.items():
            monkeypatch.setenv(f"POSTGRES_{prefix}_{part}", value)
        monkeypatch.setenv(f"POSTGRES_{prefix}_DB", f"our_{prefix.lower()}")


def test_every_database_has_a_place() -> None:
    settings = config.load(["server=env"])
    places = locate(settings)
    assert [place.dbname for place in places.values()][:4] == ["our_master", "our_ops", "our_mfg", "our_mnt"]
    assert len(places) == 13
    assert hub.endpoint(settings, places).public() == "our_hub at db.example:5432"


@pytest.mark.parametrize("topology", ["max13", "balanced8"])
def test_a_database_of_another_topology_is_refused(monkeypatch: pytest.MonkeyPatch, topology: str) -> None:
    monkeypatch.setenv("POSTGRES_MFG_DB", "genims_planning_db")
    with pytest.raises(UsageError, match=r"POSTGRES_MFG_DB=genims_planning_db: a database of topology=minimal5"):
        locate(config.load(["server=env", f"topology={topology}"]))


def test_the_hub_needs_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_HUB_DB", "our_ops")
    settings = config.load(["server=env"])
    with pytest.raises(UsageError, match="POSTGRES_HUB_DB and POSTGRES_OPS_DB name the same database, our_ops at"):
        hub.endpoint(settings, locate(settings))


def test_a_file_that_was_asked_for_must_exist() -> None:
    with pytest.raises(UsageError, match=r"server\.env_file=mine\.env: there is no such file"):
        locate(config.load(["server=env", "server.env_file=mine.env"]))


def test_every_topology_is_known_with_all_its_databases() -> None:
    assert {name: len(found) for name, found in config.topologies().items()} == {
        "balanced8": 8,
        "max13": 13,
        "minimal5": 5,
    }


# -- what is loaded

ODD = """
# Two databases of a user's own names.
name: odd
hub: odd_hub
databases:
  odd_first: {prefix: FIRST, modules: [master, operations, mes, cmms, qms, erp]}
  odd_second: {prefix: SECOND, modules: [financial, wms, tms, crm, service, hr, supplier]}
"""
SHOP = """
# @package _global_
# The tiny plant by another name, and with steadier demand.
defaults:
  - tiny
scale: shop
demand: {utilization: 0.71}
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "locate")
    yield server
    server.destroy()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of options that only the run was given."""
    folder = tmp_path_factory.mktemp("options")
    for name, text in {"topology/odd": ODD, "scale/shop": SHOP}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture(scope="module")
def asked(home: EmbeddedServer, own: Path, catalog: Catalog) -> Config:
    """What was asked of the run that loaded three days of master data into `home`."""
    settings = ["scale=shop", "topology=odd", "seed=7", "start=2023-10-25", "days=3", "modules=[master]"]
    asked = config.load([*settings, f"server.home='{home.home}'", f"--config-dir={own}"])
    load(asked, locate(asked), catalog)
    return asked


def load(asked: Config, places: dict[str, Endpoint], catalog: Catalog) -> None:
    """What a run loads, without Ray."""
    identity = PlantIdentity(asked.plant_dict(), asked.topology.name, MODEL_VERSION)
    run_id, start = uuid4(), World(asked.plant).start
    with RunLock(places) as lock:
        prepare(asked.topology.databases, places, catalog, identity, lock)
        for name in places:
            fence.take(lock.session(name), run_id)
    simulator = Simulator(asked.plant, catalog)
    for module in asked.modules:
        sink = PostgresSink(places[asked.topology.home(module)], catalog, run_id)
        for window in (Window(OPENING, start), Window(start, start + asked.days * DAY)):
            for scope in catalog.scopes([module]):
                sink.load(Unit(scope, window), [simulator.render(Unit(scope, window))])
        sink.close()


def found(home: EmbeddedServer, catalog: Catalog, *arguments: str) -> LoadedPlant:
    return loaded_plant([f"server.home='{home.home}'", *arguments], catalog)


def test_what_is_loaded_says_itself_what_it_is(asked: Config, home: EmbeddedServer, catalog: Catalog) -> None:
    plain = found(home, catalog)
    assert plain.config.plant == asked.plant
    assert (plain.config.topology.name, plain.config.days, plain.config.modules) == ("odd", 3, ("master",))
    assert plain.config.topology.hub == "odd_hub" or plain.config.topology.hub == "genims_hub"
    assert {name: database.modules for name, database in plain.config.topology.databases.items()} == {
        name: database.modules for name, database in asked.topology.databases.items()
    }
    assert list(plain.endpoints) == ["odd_first", "odd_second"]
    assert f"{plain.reached.end:%Y-%m-%d}" == "2023-10-28"


def test_settings_may_be_repeated(asked: Config, home: EmbeddedServer, catalog: Catalog, own: Path) -> None:
    given = ["scale=shop", "topology=odd", "seed=7", "start=2023-10-25", "days=3", "modules=[master]"]
    again = found(home, catalog, *given, f"--config-dir={own}", "reset=true", "ray.dashboard=false", "unit.rows=9")
    assert again.config.plant == asked.plant
    assert again.config.topology == asked.topology
    assert found(home, catalog, "demand.utilization=0.71").config.plant == asked.plant


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("seed=5", "seed=5: seed 7 is loaded"),
        ("seed=42", "seed=42: seed 7 is loaded"),  # the default, but it was named
        ("scale=tiny", "scale=tiny: shop is loaded"),
        ("start=2025-01-01", "start=2025-01-01: start 2023-10-25 is loaded"),
        ("days=4", "days=4: 3 days are loaded"),
        ("modules=[master,mes]", r"modules=\[master,mes\]: master is loaded"),
        ("topology=max13", "topology=max13: odd is loaded"),
        ("demand.utilization=0.7", r"demand\.utilization=0\.7: utilization 0\.71 is loaded"),
        ("machine@machines.cnc=grinder", r"machine@machines\.cnc=grinder: machines\.cnc\.\w+ .* is loaded"),
        ("+factory@factories.lyon=lyon", r"lyon=lyon: the plant that is loaded has no factories\.lyon$"),
    ],
)
def test_another_plant_is_refused_in_a_line(
    asked: Config, home: EmbeddedServer, catalog: Catalog, setting: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        found(home, catalog, setting)


def test_of_several_topologies_the_whole_one_is_meant(asked: Config, home: EmbeddedServer, catalog: Catalog) -> None:
    """A reset to another topology leaves databases that the new one does not have."""
    place = home.endpoint("postgres")
    other = config.load(["scale=tiny", "topology=minimal5", "days=1", "modules=[master]", f"server.home='{home.home}'"])
    places = locate(other)
    load(other, places, catalog)
    with pytest.raises(UsageError, match="minimal5 and odd are loaded: add topology=minimal5 or topology=odd"):
        found(home, catalog)
    assert found(home, catalog, "topology=minimal5").config.days == 1
    with connect(place) as session:
        session.execute("DROP DATABASE genims_customer_db WITH (FORCE)")
    assert found(home, catalog).config.topology.name == "odd"
    with pytest.raises(UserError, match=r"database genims_customer_db at .* holds nothing yet: the same run"):
        found(home, catalog, "topology=minimal5")
    with connect(place) as session:
        for name in places:
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("state = 'resetting'", "a reset was interrupted; .* run finishes it"),
        ("model_version = '1'", f"was made by model version 1, and this is {MODEL_VERSION}"),
        ("plant_hash = 'x'", "odd_first at .* and odd_second at .* hold different plants"),
    ],
)
def test_what_cannot_be_read_is_said(
    asked: Config, home: EmbeddedServer, catalog: Catalog, change: str, message: str
) -> None:
    names = ["odd_first"] if "hash" in change else ["odd_first", "odd_second"]
    for name in names:
        with connect(home.endpoint(name)) as session:
            session.execute("CREATE TABLE genims.kept AS TABLE genims.plant")
            session.execute(f"UPDATE genims.plant SET {change}".encode())
    try:
        with pytest.raises(UserError, match=message):
            found(home, catalog)
    finally:
        for name in names:
            with connect(home.endpoint(name)) as session:
                session.execute("TRUNCATE genims.plant")
                session.execute("INSERT INTO genims.plant TABLE genims.kept")
                session.execute("DROP TABLE genims.kept")


def test_variables_find_the_topology_that_is_loaded(
    monkeypatch: pytest.MonkeyPatch, home: EmbeddedServer, catalog: Catalog, asked: Config
) -> None:
    topology = config.load(["topology=minimal5"]).topology
    for prefix in PREFIXES:
        monkeypatch.delenv(f"POSTGRES_{prefix}_HOST")
    for name, database in topology.databases.items():
        place = home.endpoint(f"our_{name}")
        for part, value in {
            "HOST": place.host,
            "PORT": str(place.port),
            "USER": place.user,
            "PASSWORD": place.password,
            "DB": place.dbname,
        }.items():
            monkeypatch.setenv(f"POSTGRES_{database.prefix}_{part}", value)
    monkeypatch.setenv("POSTGRES_HUB_HOST", "127.0.0.1")
    there = config.load(["server=env", "scale=tiny", "topology=minimal5", "days=2", "modules=[master]"])
    load(there, locate(there), catalog)
    plain = loaded_plant(["server=env"], catalog)
    assert plain.config.plant == there.plant
    assert (plain.config.topology, plain.config.days) == (topology, 2)
    assert plain.endpoints["genims_master_db"].dbname == "our_genims_master_db"
    with pytest.raises(UsageError, match="scale=small: tiny is loaded"):
        loaded_plant(["server=env", "scale=small"], catalog)


def test_an_empty_home_has_nothing(tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(UserError, match=r"nothing is loaded in .*/none: .* run loads a plant"):
        loaded_plant([f"server.home='{tmp_path / 'none'}'"], catalog)
    assert not (tmp_path / "none").exists()
