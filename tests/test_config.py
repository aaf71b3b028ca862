"""What the command line accepts, and the one line that it answers to everything else."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hydra.core.global_hydra import GlobalHydra
from hypothesis import given, settings
from hypothesis import strategies as st

from genims_ray import config, limits
from genims_ray.config import Config, UsageError, compose, schema, text
from genims_ray.config.settings import Ray, Server, Units
from genims_ray.world import params

FACTORY = """\
number: 11
name: Oslo Verk
city: Oslo
country: "NO"
region: Europe
timezone: Europe/Oslo
latitude: 59.91
longitude: 10.75
currency: NOK
labour_rate_usd: 44.0
company: GenIMS Europe GmbH
operational_since: 2015-06-01
area_m2: 21000
certification: ISO 9001
holidays: "NO"
summer_stop_weeks: 3
summer_stop_iso_week: 28
lines:
  - {number: 1, name: Turning 1, type: machining, shift_pattern: two_shift}
"""


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    return compose.tree([])


@pytest.fixture(scope="module")
def small() -> Config:
    return config.load([])


def altered(tree: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """`tree` with another value at the dotted `path`."""
    result = copy.deepcopy(tree)
    node: Any = result
    *above, last = path.split(".")
    for part in above:
        node = node[int(part) if isinstance(node, list) else part]
    node[int(last) if isinstance(node, list) else last] = value
    return result


def refusal(arguments: list[str]) -> str:
    with pytest.raises(UsageError) as caught:
        config.load(arguments)
    message = str(caught.value)
    assert "\n" not in message
    assert message
    assert caught.value.status == 2
    return message


# -- what is accepted


def test_default_is_a_week_of_detroit_and_gdansk(small: Config) -> None:
    assert list(small.plant.factories) == ["detroit", "gdansk"]
    assert (small.days, small.plant.start, small.plant.scale) == (7, "2025-01-01", "small")
    assert not small.reset
    assert [len(f.lines) for f in small.plant.factories.values()] == [5, 5]
    assert small.plant.machines["cnc"].sensors[0] == params.Sensor("spindle_vibration", "vibration", 60, 1.0)
    assert (small.server.kind, small.clock.kind, small.ray.address) == ("embedded", "backfill", None)
    assert small.modules == ("master", "operations", "mes", "cmms", "qms", "hr")
    assert set(small.modules) < set(small.topology.modules) == config.built_modules()


def test_overrides_reach_every_depth() -> None:
    loaded = config.load(
        [
            "scale=tiny",
            "days=30",
            "seed=18446744073709551615",
            "start=2024-02-29",
            "reset=true",
            "unit.rows=5000",
            "machines.cnc.sensors.0.interval_seconds=10",
            "failure_modes.bearing.effects.vibration.factor=4",
            "factories.detroit.lines.1.shift_pattern=continuous",
            "ray.address='ray://head:10001'",
            "modules=[master]",
            "server.home='/data/a=b, c'",
        ]
    )
    assert loaded.days == 30
    assert loaded.plant.seed == 2**64 - 1
    assert loaded.plant.start == "2024-02-29"
    assert loaded.reset
    assert loaded.unit.rows == 5000
    assert loaded.plant.machines["cnc"].sensors[0].interval_seconds == 10
    assert loaded.plant.failure_modes["bearing"].effects["vibration"] == params.Effect(factor=4.0)
    assert loaded.plant.factories["detroit"].lines[1].shift_pattern == "continuous"
    assert loaded.ray.address == "ray://head:10001"
    assert loaded.modules == ("master",)
    assert loaded.server.home == "/data/a=b, c"


@pytest.mark.parametrize("form", ["20240930", "2024-W40-1", "2024-09-30"])
def test_start_in_any_iso_form(tree: dict[str, Any], form: str) -> None:
    assert config._config(altered(tree, "start", form)).plant.start == "2024-09-30"


def test_start_as_yaml_may_read_it(tree: dict[str, Any]) -> None:
    import datetime

    assert config._config(altered(tree, "start", 20240930)).plant.start == "2024-09-30"
    assert config._config(altered(tree, "start", datetime.date(2024, 9, 30))).plant.start == "2024-09-30"


def test_modules_load_in_the_order_of_the_topology(monkeypatch: pytest.MonkeyPatch, tree: dict[str, Any]) -> None:
    monkeypatch.setattr(config, "built_modules", lambda: frozenset({"mes", "operations", "master"}))
    asked = config._config(altered(tree, "modules", ["mes", "master"]))
    assert asked.modules == ("master", "mes")
    assert config._config(tree).modules == ("master", "operations", "mes")
    assert list(asked.topology.databases) == ["genims_master_db", "genims_operations_db", "genims_manufacturing_db"]
    assert asked.topology.home("mes") == "genims_manufacturing_db"


def test_a_year_continues_large() -> None:
    large, year = config.load(["scale=large"]), config.load(["scale=year"])
    assert year.days == 365
    assert year.plant_dict() == large.plant_dict()
    assert sum(len(f.lines) for f in large.plant.factories.values()) == 50


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config.load(["scale=tiny"])
    assert not GlobalHydra.instance().is_initialized()
    assert Path(os.getcwd()) == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_own_factory_from_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "factory").mkdir()
    (tmp_path / "factory" / "oslo.yaml").write_text(FACTORY, encoding="utf-8")
    folder = f"--config-dir={tmp_path}"
    oslo = config.load(["+factory@factories.oslo=oslo", folder]).plant.factories["oslo"]
    assert (oslo.country, oslo.operational_since, len(oslo.lines)) == ("NO", "2015-06-01", 1)
    (tmp_path / "factory" / "oslo.yaml").write_text(FACTORY.replace('"NO"', "NO"), encoding="utf-8")
    assert refusal(["+factory@factories.oslo=oslo", folder]) == (
        "factories.oslo.country: expected text, found false; quote it"
    )
    (tmp_path / "factory" / "oslo.yaml").write_text(FACTORY + "citty: Oslo\n", encoding="utf-8")
    assert refusal(["+factory@factories.oslo=oslo", folder]) == (
        "unknown key factories.oslo.citty; did you mean factories.oslo.city?"
    )
    (tmp_path / "factory" / "oslo.yaml").write_text("number: [1\n", encoding="utf-8")
    assert "oslo.yaml:2: not valid YAML" in refusal(["+factory@factories.oslo=oslo", folder])
    assert "did you mean oslo?" in refusal(["+factory@factories.oslo=olso", folder])


# -- plant and run


def test_plant_dict_is_canonical_and_knows_no_run_settings(tree: dict[str, Any], small: Config) -> None:
    plain = small.plant_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == sorted(schema.hints(params.Plant))
    backwards = config._config(
        {
            **dict(reversed(tree.items())),
            "factories": dict(reversed(tree["factories"].items())),
            "days": 99,
            "reset": True,
            "unit": {"rows": 77},
        }
    )
    assert json.dumps(backwards.plant_dict()) == json.dumps(plain)
    integer = altered(tree, "demand.stock_days", 5)  # 5.0 in the file
    assert json.dumps(config._config(integer).plant_dict()) == json.dumps(plain)
    assert config._config(altered(tree, "seed", 1)).plant_dict() != plain


def test_config_is_frozen(small: Config) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small.days = 3  # type: ignore[misc]


# -- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dyas=5"], "unknown key dyas; did you mean days?"),
        (["+dyas=5"], "unknown key dyas; did you mean days?"),
        (["scael=large"], "unknown key scael; did you mean scale?"),
        (["ray.dashbord=false"], "unknown key ray.dashbord; did you mean ray.dashboard?"),
        (["rows=5"], "unknown key rows; did you mean unit.rows?"),
        (["+machines.cnc.titel=Mill"], "unknown key machines.cnc.titel; did you mean machines.cnc.title?"),
        (
            ["world.people.absence.start_rate=0.1"],
            "unknown key world.people.absence.start_rate; did you mean people.absence.start_rate? (world is a group: its keys "
            "stand by themselves)",
        ),
        (["days.hours=3"], "unknown key days.hours: days is a value and has no keys"),
        (
            ["scale=larg"],
            "scale=larg: there is no scale 'larg'; did you mean large? (options: large, small, tiny, year)",
        ),
        (["factory=lyon"], "factory=lyon: say where it goes, as factory@factories.lyon=lyon (+ adds one)"),
        (["ray=null"], "ray=null: expected an option of the group ray (cluster, local)"),
        (["clock=live"], "clock=live: there is no clock 'live' (options: backfill)"),
        (["days=1,2"], "days takes one value; quote text with commas, and write a list as [a,b]"),
        (["days"], "expected key=value, found 'days'"),
        (["help"], "expected key=value, found 'help'; did you mean --help?"),
        (["--hlp"], "unknown option --hlp; did you mean --help? (options: --help, --cfg, --config-dir)"),
        (["--config-dir=/no/such"], "--config-dir: '/no/such' is not a folder"),
        (
            ["server.home=a=b"],
            "cannot read server.home=: quote text that holds special characters, as in \"server.home='/data/a=b'\"",
        ),
        (["hydra.run.dir=/tmp"], "hydra.run.dir: Hydra's settings have no effect here; --config-dir adds a folder"),
        (
            ["machines.cnc.sensors.9.scale=2"],
            "machines.cnc.sensors is a list; name its entry by position: 0 spindle_vibration, "
            "1 spindle_temperature, 2 coolant_flow, 3 clamp_pressure, 4 spindle_speed, 5 spindle_torque",
        ),
        (
            ["~factories.detroit", "~factories.gdansk"],
            "factories: the plant has none; choose a scale or +factory@factories.<site>=<site>",
        ),
        (["+factory@factories.twin=detroit"], "factories: detroit and twin have the same number 1"),
    ],
)
def test_command_lines_refused(arguments: list[str], message: str) -> None:
    assert refusal(arguments) == message


def test_a_password_on_the_command_line_is_not_repeated() -> None:
    assert "hunter2" not in refusal(["server.password=hunter2"])
    assert "hunter2" not in refusal(["server.password=hunter2=x"])
    assert "hunter2" not in refusal(["+server.password=hunter2"])


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("days", "abc", "days: expected a whole number, found 'abc'"),
        ("days", 1.5, "days: expected a whole number, found 1.5"),
        ("days", True, "days: expected a whole number, found true"),
        ("days", None, "days: expected a whole number, found nothing (null)"),
        ("days", "???", "missing value of days"),
        ("days", 0, "days: 0 would end before the start; at least 1"),
        ("days", 40000, "days: 40000 from 2025-01-01 ends after 2100-01-01, the last the calendars know"),
        ("start", "2025-02-29", "start: expected a date such as 2025-01-01, found '2025-02-29'"),
        ("start", "1900-01-01", "start: 1900-01-01 is outside 1975-01-01 to 2100-01-01"),
        ("seed", -1, "seed: expected 0 to 18446744073709551615 (64 bits)"),
        ("seed", 2**64, "seed: expected 0 to 18446744073709551615 (64 bits)"),
        ("reset", "maybe", "reset: expected true or false, found 'maybe'"),
        ("factories", {}, "factories: the plant has none; choose a scale or +factory@factories.<site>=<site>"),
        ("factories", 3, "factories: expected keys and values, found 3"),
        (
            "factories.detroit.lines",
            [],
            "factories.detroit.lines: without lines there are no machines; give it one or leave it out",
        ),
        ("factories.detroit.lines.1.number", 1, "factories.detroit.lines: 0 and 1 have the same number 1"),
        (
            "factories.detroit.lines.0.type",
            "machinning",
            "factories.detroit.lines.0.type: unknown line type 'machinning'; did you mean machining? "
            "(known: assembly, machining, moulding, stamping, welding)",
        ),
        (
            "factories.detroit.lines.0.shift_pattern",
            "sixday",
            "factories.detroit.lines.0.shift_pattern: unknown shift pattern 'sixday'; did you mean six_day? "
            "(known: continuous, six_day, two_shift)",
        ),
        (
            "factories.detroit.timezone",
            "America/Detriot",
            "factories.detroit.timezone: unknown time zone 'America/Detriot'; did you mean America/Detroit?",
        ),
        ("factories.detroit.timezone", "../etc", "factories.detroit.timezone: unknown time zone '../etc'"),
        ("factories.detroit.country", "UX", "factories.detroit.country: unknown country (ISO 3166) 'UX'"),
        (
            "factories.detroit.holidays",
            "US/Michigan",
            "factories.detroit.holidays: unknown subdivision of US 'Michigan'",
        ),
        ("factories.detroit.latitude", 91, "factories.detroit.latitude: expected -90 to 90, found 91"),
        ("line_types.machining.machines", [], "line_types.machining.machines: expected 1 to 99 machines, found 0"),
        (
            "machines.cnc.sensors.0.signal",
            "vibratoin",
            "machines.cnc.sensors.0.signal: unknown signal 'vibratoin'; did you mean vibration?",
        ),
        (
            "machines.cnc.sensors.0.interval_seconds",
            7,
            "machines.cnc.sensors.0.interval_seconds: 7 does not divide a day; the nearest that does is 6",
        ),
        (
            "machines.cnc.sensors.0.interval_seconds",
            7200,
            "machines.cnc.sensors.0.interval_seconds: expected 1 to 3600, found 7200",
        ),
        (
            "machines.cnc.sensors.0.interval_seconds",
            0,
            "machines.cnc.sensors.0.interval_seconds: expected 1 to 3600, found 0",
        ),
        (
            "machines.cnc.sensors.1.name",
            "spindle_vibration",
            "machines.cnc.sensors: 0 and 1 have the same name 'spindle_vibration'",
        ),
        ("machines.cnc.sensors.0.scale", -1, "machines.cnc.sensors.0.scale: expected 0.001 to 1000000, found -1"),
        ("failure_modes.bearing.intercept", 1.2, "failure_modes.bearing.intercept: expected 0 to 1, found 1.2"),
        (
            "failure_modes.bearing.lead_max_hours",
            1,
            "failure_modes.bearing.lead_max_hours: 1 is below lead_median_hours (336)",
        ),
        (
            "failure_modes.bearing.effects",
            {"vibrations": {"factor": 2}},
            "failure_modes.bearing.effects: unknown signal 'vibrations'; did you mean vibration?",
        ),
        ("signals.vibration.critical_high", 2.0, "signals.vibration.critical_high: 2 is below warning_high (2.8)"),
        ("signals.vibration.range_max", 0, "signals.vibration.range_max: 0 is not above range_min (0)"),
        ("signals.vibration.mean", float("nan"), "signals.vibration.mean: expected a finite number, found nan"),
        (
            "signals.vibration.mean",
            10**400,
            "signals.vibration.mean: expected a finite number, found a very large number",
        ),
        ("signals.vibration.unit", 5, "signals.vibration.unit: expected text, found 5; quote it"),
        ("signals", {"a b": {}}, "signals: 'a b' is no name; use letters, digits, _ and - (quote digits)"),
        (
            "scada_interval_seconds",
            110,
            "scada_interval_seconds: 110 does not divide a day; the nearest that does is 108",
        ),
        ("health_interval_hours", 5, "health_interval_hours: 5 does not divide a day; the nearest that does is 4"),
        (
            "shifts.start_hours",
            [6, 6, 22],
            "shifts.start_hours: expected three rising hours of a day, found [6, 6, 22]",
        ),
        ("shifts.patterns.continuous", ["E"], "shifts.patterns.continuous: expected 7 days, Monday to Sunday, found 1"),
        (
            "shifts.patterns.two_shift.6",
            "LE",
            "shifts.patterns.two_shift.6: expected E, L, N in this order, found 'LE'",
        ),
        ("quality.reject_probability", -0.1, "quality.reject_probability: expected 0 to 1, found -0.1"),
        (
            "bearing_story.lead_days",
            4,
            "bearing_story.lead_days: the story begins before the start, so 4 must exceed failure_day (4.4)",
        ),
        ("degradation.intercept_span", 1.0, None),
        (
            "fault_codes.JAM-101.severity",
            "mnior",
            "fault_codes.JAM-101.severity: unknown severity 'mnior'; did you mean minor? "
            "(known: major, minor, warning)",
        ),
        ("sensor_faults.drift_min_per_month", 0.5, None),
        ("enterprise.materials", 0, "enterprise.materials: expected 1 to 99999, found 0"),
        ("modules", [], None),
        ("modules", ["mess"], None),
        ("modules", "master", "modules: expected a list, found 'master'; write [master]"),
        ("clock.kind", "live", "clock.kind: unknown value 'live' (known: backfill)"),
        ("server.kind", "envv", "server.kind: unknown value 'envv'; did you mean env? (known: embedded, env)"),
        ("ray.placement", "near", "ray.placement: unknown value 'near' (known: auto, combined, split)"),
        ("ray.units_in_flight", 0, "ray.units_in_flight: expected 1 to 1000, found 0"),
        (
            "topology.hub",
            "genims_master_db",
            "topology.hub: genims_master_db is one of the databases; it needs its own",
        ),
        (
            "topology.databases.genims_operations_db.prefix",
            "MASTER",
            "topology.databases: genims_master_db and genims_operations_db have the same prefix 'MASTER'",
        ),
        (
            "topology.databases.genims_operations_db.modules",
            ["master"],
            "topology.databases: genims_master_db and genims_operations_db have the same module 'master'",
        ),
        ("topology.databases.genims_master_db.modules", [], "topology.databases: no database holds the module master"),
    ],
)
def test_values_refused(tree: dict[str, Any], path: str, value: object, message: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        config._config(altered(tree, path, value))
    if message is None:
        assert str(caught.value).startswith(path.partition(".")[0])
    else:
        assert str(caught.value) == message


@settings(max_examples=25, deadline=None, database=None)
@given(st.data())
def test_garbage_is_a_usage_error_or_a_configuration(data: st.DataObject) -> None:
    key = data.draw(
        st.sampled_from(
            [
                "days",
                "start",
                "seed",
                "scale",
                "ray",
                "ray.address",
                "modules",
                "machines.cnc.sensors.0.scale",
                "world",
                "factories",
                "factories.detroit.lines",
                "topology.databases",
                "unit",
            ]
        )
        | st.text(max_size=12)
    )
    sign = data.draw(st.sampled_from(["", "", "+", "++", "~"]))
    value = data.draw(
        st.sampled_from(
            [
                "",
                "null",
                "1e999",
                "-1",
                "[]",
                "{}",
                "{a:1}",
                "[[1]]",
                "${seed}",
                "${nothing}",
                "${oc.env:NOTHING}",
                "???",
                "'",
                "true",
                "9" * 400,
                "2025-01-01",
                "${",
                "\\",
                "\x00",
                "é",
            ]
        )
        | st.text(max_size=12)
    )
    answer: Config | str
    try:
        answer = config.load([f"{sign}{key}={value}"])
    except UsageError as error:
        answer = str(error)
    assert isinstance(answer, Config) or ("\n" not in answer and 0 < len(answer) < 1000)


# -- every number has a range


def numeric_fields(cls: type) -> set[str]:
    return {name for name, hint in schema.hints(cls).items() if re.search(r"\b(int|float)\b", str(hint))}


def test_every_number_has_a_limit_and_every_limit_a_number() -> None:
    own = [cls for cls in vars(params).values() if isinstance(cls, type) and cls.__module__ == params.__name__]
    classes = [cls for cls in own if dataclasses.is_dataclass(cls)] + [Ray, Server, Units]
    wanted = {(cls, name) for cls in classes for name in numeric_fields(cls)}  # type: ignore[arg-type]
    limited = {(cls, name) for cls in classes for name in schema.hints(cls) if limits.of(cls, name)}  # type: ignore[arg-type]
    assert limited == wanted


def test_limits() -> None:
    assert limits.SHARE.holds(0)
    assert limits.SHARE.holds(1)
    assert not limits.SHARE.holds(1.01)
    assert not limits.MONEY.holds(0)
    assert limits.MONEY.holds(1e-9)
    assert str(limits.Limit(0, 2, above=True)) == "more than 0 and at most 2"


# -- help and printout


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        config.main_args(arguments)
    assert not caught.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_group_option_and_key(capsys: pytest.CaptureFixture[str], flag: str) -> None:
    shown = printed(capsys, [flag])
    for group, options in compose.groups().items():
        for option in options:
            assert f"{group}={option}" in shown or option in shown
    for key in text.KEYS:
        assert f"  {key} " in shown
    assert all(len(line) <= 120 for line in shown.splitlines())


def test_help_shows_the_defaults_that_overrides_leave(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, ["scale=year", "--help"])
    assert next(line.split()[1] for line in shown.splitlines() if line.startswith("  days ")) == "365"


def test_help_explains_every_run_setting(tree: dict[str, Any]) -> None:
    run = {key: tree[key] for key in schema.hints(Config) if key in tree}
    explained = {path for path, _ in compose.leaves(run)} - {
        path for path, _ in compose.leaves(run) if path.startswith(("topology.databases.", "topology.name"))
    }
    assert explained <= set(text.KEYS)
    assert set(text.KEYS) <= {path for path, _ in compose.leaves(tree)}


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in text.EXAMPLES])
def test_examples_of_the_help_work(arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "built_modules", lambda: frozenset({"master", "operations", "mes"}))
    config.load(arguments.split())


def test_cfg_prints_what_loads_again(capsys: pytest.CaptureFixture[str], tree: dict[str, Any]) -> None:
    from omegaconf import OmegaConf

    shown = printed(capsys, ["--cfg", "job", "ray.address='ray://user:hunter2@head:10001'"])
    assert "hunter2" not in shown
    again = OmegaConf.to_container(OmegaConf.create(shown))
    assert again == altered(tree, "ray.address", "ray://***@head:10001")


def test_main_args_is_load(small: Config) -> None:
    assert config.main_args([]) == small
