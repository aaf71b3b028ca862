"""Configurations nobody means: each is refused in one line, or makes a plant that can be simulated."""

from __future__ import annotations

import copy
import dataclasses
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from genims_ray import config, limits
from genims_ray.catalog import Catalog
from genims_ray.config import Config, UsageError, compose, schema
from genims_ray.modules import MODULES, render
from genims_ray.world import DAY, OPENING, Window, World
from genims_ray.world.params import Plant

CATALOG = Catalog.load()
TREE = compose.tree(["scale=tiny", "start=2025-03-03"])  # a Monday
LARGE = compose.tree(["scale=large"])


def examples(number: int) -> settings:
    return settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def outcome(arguments: list[str]) -> Config | str:
    """The configuration, or the line that refuses it; anything else fails the test."""
    try:
        return config.load(arguments)
    except UsageError as error:
        return one_line(str(error))


def one_line(message: str) -> str:
    assert 0 < len(message) < 1500
    assert message.isprintable()
    return message


def paths(node: Any, path: str = "") -> Iterator[str]:
    """Every key, whole subtrees and entries of lists included."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        here = f"{path}.{key}" if path else str(key)
        yield here
        yield from paths(child, here)


def altered(tree: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`tree` with other values at dotted paths."""
    result = copy.deepcopy(tree)
    for path, value in changes.items():
        node: Any = result
        *above, last = path.split(".")
        for part in above:
            node = node[int(part) if isinstance(node, list) else part]
        node[int(last) if isinstance(node, list) else last] = value
    return result


# -- command lines

PATHS = list(paths(TREE))
FRAGMENTS = st.sampled_from(
    [
        "+a=b", "~x", "a@b=c", "factory@x=y", "${oc.env:HOME}", "${oc.env:HOME", "${seed}", "${a.${b}}", "${.}", "???",
        "{", "}", "[", "]", "'", '"', "\\", "=", ",", ":", "null", "nan", "-inf", "1e309", "1_0", "0x10", "true", "#",
        "--", "-x", "--cfg=", "hydra.run.dir=x", "hydra/launcher=x", "choice(1,2)", "range(1,9)", "glob(*)", "sort(1)",
        "int(3)", "str(a)", "\n", "\r", "\t", "\x00", "\x1b[31m", "\u2028", "\udcff", "é", "日本", "🚂", "٣", "%s", "{0}",
        "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "2025-03-30", "-1", "9" * 400, "x" * 2_000,
        "[" * 30, "{a:" * 10, "defaults=[]", "_target_=os.system", "../../etc/passwd", "/etc/passwd", "$(id)", "`id`",
    ]
)  # fmt: skip
WORDS = st.one_of(FRAGMENTS, st.text(max_size=8), st.sampled_from(PATHS), st.integers().map(str))


@examples(25)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map("".join), min_size=1, max_size=3))
def test_any_words_are_a_configuration_or_one_line(arguments: list[str]) -> None:
    if not {"-h", "--help", "--cfg", "-c"} & set(arguments):
        outcome(arguments)


@examples(10)
@given(st.sampled_from(["", "+", "++", "~"]), st.sampled_from(PATHS), st.lists(WORDS, max_size=3).map("".join))
def test_any_value_of_any_key_is_a_configuration_or_one_line(sign: str, path: str, value: str) -> None:
    outcome([f"{sign}{path}={value}"])


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.dates(), st.binary(max_size=3),
        st.sampled_from([10**40, -(10**40), 1e300, -1e-300, "x" * 5000, "nul\x00", "\udcff", "O'Neil\"; DROP TABLE x;--"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@examples(300)
@example({"fault_codes.BATT-306": {"\ud7fc.": None}})  # the key is shown twice
@given(st.dictionaries(st.sampled_from(PATHS), VALUES, min_size=1, max_size=2))
def test_any_tree_is_a_configuration_or_one_line(changes: dict[str, Any]) -> None:
    try:
        tree = altered(TREE, changes)
    except (TypeError, KeyError, IndexError, ValueError):
        return  # one change removed the place of the other
    try:
        config._config(tree)
    except UsageError as error:
        one_line(str(error))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "factories.detroit.name",
            "a\x00b",
            "factories.detroit.name: holds the character U+0000, which is not printable",
        ),
        (
            "factories.detroit.name",
            "a\nb",
            "factories.detroit.name: holds the character U+000A, which is not printable",
        ),
        (
            "factories.detroit.name",
            "\udcff",
            "factories.detroit.name: holds the character U+DCFF, which is not printable",
        ),
        ("factories.detroit.name", "x" * 1001, "factories.detroit.name: 1001 characters; 1000 are the most"),
        (
            "signals.vibration.sigma_ar",
            4,
            "signals.vibration.sigma_ar: relative in a multiplicative signal, so at most 3, found 4",
        ),
        (
            "shifts.start_hours",
            [5, 13, 20],
            "shifts.start_hours.2: this shift has 9 hours; 8 are the most at night, when clocks change",
        ),
        (
            "shifts.start_hours",
            [4, 14, 22],
            "shifts.start_hours.0: this shift has 10 hours; 8 are the most at night, when clocks change",
        ),
        (
            "enterprise.suppliers",
            6,
            "enterprise.suppliers is 6, but needs at least one of each of: metal, resin, chemical, packaging, purchased_part, electronic, mro",
        ),
        ("factories.detroit.country", "KE", None),
        (
            "machines.cnc.sensors.0.scale",
            0.001,
            "machines.cnc.sensors.0: warning_high and critical_high of vibration (2.8, 4.5), times the scale of 0.001, are the same at its resolution of 0.01",
        ),
        ("scada_interval_seconds", 1, "scada_interval_seconds: expected 2 to 3600, found 1"),
        ("line_types.machining.product_family", "toys", None),
        (
            "line_types.machining.machines",
            ["cnc"] * 100,
            "line_types.machining.machines: expected 1 to 99 machines, found 100",
        ),
    ],
)
def test_refused(path: str, value: object, message: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        config._config(altered(TREE, {path: value}))
    said = one_line(str(caught.value))
    assert said == message or (message is None and repr(value) in said)


def test_a_plant_too_large_for_anybody_is_refused() -> None:
    lines = [{"number": n, "name": f"L{n}", "type": "machining", "shift_pattern": "six_day"} for n in range(1, 100)]
    with pytest.raises(UsageError, match="sensors in all; 100000 are the most"):
        config._config(
            altered(
                TREE,
                {
                    "factories.detroit.lines": lines,
                    "line_types.machining.machines": ["cnc"] * 99,
                    "machines.cnc.sensors": [
                        {"name": f"s{i}", "signal": "vibration", "interval_seconds": 3600} for i in range(11)
                    ],
                },
            )
        )


# -- what is accepted can be simulated


def simulate(accepted: Config) -> None:
    """The opening, a day and an hour of every module, converted for COPY; numpy must have no complaints."""
    world = World(accepted.plant)
    windows = [
        Window(OPENING, world.start),
        Window(world.start, world.start + DAY),
        Window(world.start + DAY, world.start + DAY + 3600),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for window in windows:
            for module in MODULES:
                tables = CATALOG.modules[module.name].tables
                names = [name for name, table in tables.items() if table.writer == "module"]
                for name, columns in render(module, names, world, window):
                    if columns:
                        tables[name].arrow(columns)


def numbers(cls: type, node: Any, path: str = "") -> Iterator[tuple[str, limits.Limit, bool]]:
    """Path, limit and whether it is a whole number, of every number of the plant."""
    for name, hint in schema.hints(cls).items():
        value, here = getattr(node, name), f"{path}.{name}" if path else name
        if isinstance(value, dict):
            inside = [(f"{here}.{key}", item) for key, item in value.items()]
        elif isinstance(value, list):
            inside = [(f"{here}.{i}", item) for i, item in enumerate(value)]
        else:
            inside = [(here, value)]
        for place, item in inside:
            if dataclasses.is_dataclass(item):
                yield from numbers(type(item), item, place)
            elif (limit := limits.of(cls, name)) is not None:
                yield place, limit, "int" in str(hint)


SLOW = {"degradation.warmup_days"}
"""A long warm-up is simulated day by day."""
NUMBERS = [number for number in numbers(Plant, config._config(TREE).plant) if number[0] not in SLOW | {"seed"}]


def ends(limit: limits.Limit, whole: bool) -> list[float]:
    low = limit.low + (1e-6 if limit.above else 0)
    return [int(low), int(limit.high)] if whole else [low, limit.high]


def test_every_limit_has_two_ends() -> None:
    assert len(NUMBERS) > 400
    for path, limit, whole in NUMBERS:
        assert all(abs(end) <= 1e9 and limit.holds(end) for end in ends(limit, whole)), path


AT_AN_END = st.sampled_from(NUMBERS).flatmap(
    lambda number: st.tuples(st.just(number[0]), st.sampled_from(ends(number[1], number[2])))
)


@examples(15)
@given(st.lists(AT_AN_END, min_size=1, max_size=4), st.sampled_from([0, 1, 2**63, 2**64 - 1]))
def test_numbers_at_the_ends_of_their_limits(changes: list[tuple[str, float]], seed: int) -> None:
    try:
        accepted = config._config(altered(TREE, {**dict(changes), "seed": seed}))
    except UsageError as error:
        one_line(str(error))
    else:
        simulate(accepted)


@pytest.mark.parametrize(
    "changes",
    [
        {"demand.utilization": 1e-6},  # nothing to do
        {"demand.release_days": 0.0},
        {"demand.release_days": 366.0, "demand.lot_min_containers": 1, "demand.lot_max_containers": 1},
        {"failure_modes.bearing.eta_hours": 1.0},  # always broken
        {"failure_modes.bearing.repair_median_hours": 1000.0, "failure_modes.bearing.repair_sigma": 1.5},
        {"stops.warning_per_hour": 0.0, "stops.micro_per_hour": 0.0, "stops.major_per_hour": 0.0},
        {"degradation.warmup_days": 30},
        {"shifts.pm_every_days": 7, "shifts.start_hours": [0, 8, 16]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_plants_at_a_standstill_or_in_a_hurry(changes: dict[str, Any]) -> None:
    simulate(config._config(altered(TREE, changes)))


def everywhere(start: str) -> dict[str, Any]:
    """One line in the time zone of every factory there is, and where clocks change at midnight or by half an hour."""
    line = {"number": 1, "name": "Welding", "type": "welding", "shift_pattern": "continuous"}
    factories = {name: {**factory, "lines": [line]} for name, factory in LARGE["factories"].items()}
    for number, zone in enumerate(["America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"], 20):
        factories[f"odd_{number}"] = {**factories["detroit"], "number": number, "timezone": zone}
    return {**TREE, "start": start, "factories": factories, "enterprise": LARGE["enterprise"], "days": 1}


@pytest.mark.parametrize(
    "start",
    [
        "1975-01-01",
        "2024-02-29",
        "2025-03-09",
        "2025-03-30",
        "2025-04-06",
        "2025-09-07",
        "2025-10-26",
        "2025-11-02",
        "2096-02-29",
        "2099-12-31",
    ],
)
def test_any_start_in_any_time_zone(start: str) -> None:
    simulate(config._config(everywhere(start)))


@pytest.mark.parametrize(
    "start", ["2023-02-29", "0001-01-01", "9999-12-31", "1970-12-31", "2100-01-01", "2025-13-01", "1e3"]
)
def test_starts_that_are_no_day_or_out_of_range(start: str) -> None:
    assert str(outcome([f"start={start}"])).startswith("start: ")


def test_a_day_that_a_country_left_out_is_refused() -> None:
    """Samoa had no 30 December 2011."""
    samoa = altered(TREE, {"factories.detroit.timezone": "Pacific/Apia", "start": "2011-12-25"})
    with pytest.raises(UsageError, match=r"detroit\.timezone: at 2011-12-30 clocks in Pacific/Apia jump by 1 day"):
        config._config(samoa)
    assert config._config({**samoa, "start": "2013-01-01"}).plant.start == "2013-01-01"


# -- secrets


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("factories.detroit.city", "${oc.env:POSTGRES_OPS_PASSWORD}"),
        ("server.home", "'a ${oc.env:POSTGRES_OPS_PASSWORD} b'"),
        ("days", "${oc.env:POSTGRES_OPS_PASSWORD,3}"),
        ("scale", "${oc.env:POSTGRES_OPS_PASSWORD}"),
        ("ray", "${oc.env:POSTGRES_OPS_PASSWORD}"),
    ],
)
def test_secrets_of_the_environment_cannot_be_read(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    monkeypatch.setenv("POSTGRES_OPS_PASSWORD", "hunter2hunter2")
    said = outcome([f"{key}={value}"])
    assert said == "${oc.env:POSTGRES_OPS_PASSWORD}: passwords and tokens are no part of the configuration"


def test_what_is_a_secret() -> None:
    secret = ["PGPASSWORD", "api_key", "GITHUB_TOKEN", "PGPASSFILE", "AWS_SECRET", "DB_PWD", "GOOGLE_CREDENTIALS"]
    assert all(compose.SECRET.search(name) for name in secret)
    assert not any(compose.SECRET.search(name) for name in ["HOME", "SITE", "POSTGRES_OPS_HOST"])


def test_other_variables_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE", "Detroit East")
    monkeypatch.delenv("NOWHERE", raising=False)
    loaded = config.load(["factories.detroit.city=${oc.env:SITE}", "server.home=${oc.env:NOWHERE,null}"])
    assert (loaded.plant.factories["detroit"].city, loaded.server.home) == ("Detroit East", None)
    assert outcome(["days=${oc.env:NOWHERE}"]) == "${oc.env:NOWHERE}: there is no such environment variable"
