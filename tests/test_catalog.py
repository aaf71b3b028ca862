"""Reading the DDL, and turning columns into Arrow."""

from __future__ import annotations

import pickle
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genims_ray.catalog import Catalog, Table
from genims_ray.catalog.__main__ import main
from genims_ray.errors import UserError

HEAD = "CREATE SCHEMA master;\nCREATE SCHEMA IF NOT EXISTS published;\n"

EVERY_TYPE = (
    HEAD
    + """
CREATE TABLE master.things (
    id bigint PRIMARY KEY,
    small smallint, medium integer, single real, measured double precision,
    price numeric(14, 2), flag boolean, label text, day date, clock time, at timestamptz
);
"""
)


def load(folder: Path, **modules: str) -> Catalog:
    (folder / "sql").mkdir(exist_ok=True)
    for name, ddl in modules.items():
        (folder / "sql" / f"{name}.sql").write_text(ddl)
    return Catalog.load(folder)


def refused(folder: Path, statements: str, head: str = HEAD) -> str:
    with pytest.raises(UserError) as error:
        load(folder, master=head + statements)
    return str(error.value)


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return load(tmp_path_factory.mktemp("things"), master=EVERY_TYPE).table("master.things")


def nothing(things: Table, rows: int) -> dict[str, Any]:
    return {name: [None] * rows for name in things.column_names}


def column(things: Table, name: str, values: Any) -> pa.ChunkedArray:
    """`values` as column `name` of a table of otherwise NULL columns."""
    rows = len(values)
    return things.arrow(nothing(things, rows) | {"id": np.arange(rows), name: values}).column(name)


def error(things: Table, name: str, values: Any) -> str:
    with pytest.raises(ValueError, match=rf"^master\.things\.{name} ") as raised:
        column(things, name, values)
    return str(raised.value)


# Conversions


def test_an_array_of_the_right_type_is_not_copied(things: Table) -> None:
    exact: dict[str, np.ndarray[Any, Any]] = {
        "id": np.array([1, 2], np.int64),
        "small": np.array([1, 2], np.int16),
        "medium": np.array([1, 2], np.int32),
        "single": np.array([1, 2], np.float32),
        "measured": np.array([1, 2], np.float64),
        "at": np.array([1, 2], "datetime64[us]"),
        "day": np.array([1, 2], np.int32),
    }
    for name, values in exact.items():
        array = column(things, name, values).chunk(0)
        assert array.buffers()[1].address == values.ctypes.data, name


def test_seconds_become_timestamps(things: Table) -> None:
    noon = datetime(2025, 3, 10, 12, tzinfo=UTC)
    for values in (
        np.array([1741608000]),
        np.array([1741608000], np.int32),
        np.array(["2025-03-10T12:00"], "datetime64[m]"),
        np.array(["2025-03-10T12"], "datetime64[h]"),
        [noon],
        pa.array([1741608000]),
    ):
        assert column(things, "at", values).to_pylist() == [noon]


def test_days_become_dates(things: Table) -> None:
    for values in (np.array([20157]), np.array(["2025-03-10"], "datetime64[D]"), [date(2025, 3, 10)]):
        assert column(things, "day", values).to_pylist() == [date(2025, 3, 10)]


def test_seconds_since_midnight_become_times(things: Table) -> None:
    assert column(things, "clock", np.array([21600, 86399])).to_pylist() == [time(6), time(23, 59, 59)]


def test_integers_are_cents(things: Table) -> None:
    assert column(things, "price", np.array([1999, -5, 0])).to_pylist() == [
        Decimal("19.99"),
        Decimal("-0.05"),
        Decimal("0.00"),
    ]
    assert column(things, "price", [Decimal("19.9"), None]).to_pylist() == [Decimal("19.90"), None]
    largest = 10**14 - 1
    assert column(things, "price", np.array([largest, -largest])).to_pylist() == [
        Decimal("999999999999.99"),
        Decimal("-999999999999.99"),
    ]


def test_masked_elements_are_null_whatever_lies_beneath(things: Table) -> None:
    for name, values in (
        ("small", np.array([70_000, 7])),
        ("measured", np.array([np.nan, 7.0])),
        ("price", np.array([2**62, 700])),
        ("at", np.array([-(2**62), 7])),
        ("day", np.array(["NaT", "1970-01-08"], "datetime64[D]")),
        ("label", np.array(["x", "7"])),
        ("flag", np.array([True, True])),
    ):
        array = column(things, name, np.ma.masked_array(values, [True, False]))
        assert array.is_null().to_pylist() == [True, False], name


def test_text_comes_in_many_forms(things: Table) -> None:
    dictionary = pa.array(["a", None, "a"]).dictionary_encode()
    for values in (
        dictionary,
        pa.chunked_array([dictionary]),
        ["a", None, "a"],
        np.array(["a", None, "a"], object),
        np.ma.masked_array(np.array(["a", "b", "a"]), [False, True, False]),
    ):
        array = column(things, "label", values)
        assert array.type == pa.string()
        assert array.to_pylist() == ["a", None, "a"]


def test_no_rows_at_all(things: Table) -> None:
    assert things.arrow(nothing(things, 0)).schema == things.arrow_schema
    arrays: dict[str, Any] = {name: np.array([], np.int64) for name in things.column_names}
    arrays |= {"label": pa.chunked_array([], pa.string()), "flag": np.array([], bool)}
    assert things.arrow(arrays).schema == things.arrow_schema


@given(values=st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1))
def test_integers_of_every_width_round_trip(things: Table, values: list[int]) -> None:
    for name in ("small", "medium", "id"):
        for width in (np.int16, np.int32, np.int64):
            assert column(things, name, np.array(values, width)).to_pylist() == values


@given(cents=st.lists(st.integers(-(10**14) + 1, 10**14 - 1), min_size=1))
def test_money_round_trips(things: Table, cents: list[int]) -> None:
    array = column(things, "price", np.array(cents, np.int64))
    assert [int(value.scaleb(2)) for value in array.to_pylist()] == cents
    array.validate(full=True)


@given(times=st.lists(st.none() | st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)), min_size=1))
def test_times_round_trip(things: Table, times: list[datetime | None]) -> None:
    whole = [at and at.replace(microsecond=0, tzinfo=UTC) for at in times]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    seconds = [0 if at is None else int((at - epoch).total_seconds()) for at in whole]
    masked = np.ma.masked_array(np.array(seconds), [at is None for at in whole])
    assert column(things, "at", masked).to_pylist() == whole
    assert column(things, "at", whole).to_pylist() == whole


@given(values=st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_measurements_round_trip(things: Table, values: list[float | None]) -> None:
    assert column(things, "measured", values).to_pylist() == values


# Refusals


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("small", np.array([1, 32768]), "32768 in row 1 is out of range [-32768, 32767]"),
        ("medium", np.array([2**31], np.uint64), "2147483648 in row 0 is out of range"),
        ("medium", np.array([1.0]), "expected integers, got float64"),
        ("medium", [1.0], "expected integers, got"),
        ("medium", np.array([True]), "expected integers, got bool"),
        ("measured", np.array([1.0, np.nan]), "nan in row 1 is not a finite number here; NULL is a masked array"),
        ("single", np.array([1e39]), "1e+39 in row 0 is not a finite number here"),
        ("measured", np.array([2**53 + 1]), "out of range"),
        ("price", np.array([19.99]), "expected integers in units of 10^-2 (cents) or Decimals, got float64"),
        ("price", np.array([10**14]), "out of range"),
        ("price", [Decimal("1.005")], "would cause data loss"),
        ("at", np.array([-(2**62)]), "out of range"),
        ("at", np.array([1741608000_000]), "seconds since 1970-01-01"),
        ("at", np.array([1.5]), "expected integer seconds"),
        ("at", np.array(["NaT"], "datetime64[s]"), "out of range"),
        ("at", np.array(["NaT"], "datetime64[us]"), "NaT is not NULL"),
        ("at", np.array([1], "datetime64[ns]"), "finer than a microsecond"),
        ("at", [datetime(2025, 3, 10)], "expected datetimes with a time zone"),
        ("day", np.array([1741608000]), "days since 1970-01-01"),
        ("day", np.array([1], "datetime64[s]"), "expected datetime64[D]"),
        ("clock", np.array([86400]), "seconds since midnight"),
        ("flag", np.array([1]), "expected booleans, got int64"),
        ("label", np.array([1]), "expected text, got int64"),
        ("label", [1], "expected text, got int64"),
        ("label", ["a", 1], "got a 'int' object"),
        ("label", "a", "expected a column of values, got str"),
        ("measured", np.zeros((2, 2)), "expected one dimension"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(things: Table, name: str, values: Any, message: str) -> None:
    assert message in error(things, name, values)


def test_null_where_the_business_demands_a_value(things: Table) -> None:
    values = nothing(things, 2) | {"id": np.ma.masked_array([1, 2], [False, True])}
    with pytest.raises(ValueError, match=r"master\.things\.id \(bigint\): NULL in 1 of 2 rows, first in row 1"):
        things.arrow(values)


def test_columns_must_be_those_of_the_table(things: Table) -> None:
    values = nothing(things, 0)
    del values["price"]
    with pytest.raises(ValueError, match=r"^master\.things: missing price$"):
        things.arrow(values)
    with pytest.raises(ValueError, match=r"master\.things\.prize: unknown column \(did you mean 'price'\?\)"):
        things.arrow(values | {"prize": []})


def test_columns_must_be_of_one_length(things: Table) -> None:
    values = nothing(things, 1)
    with pytest.raises(ValueError, match=r"master\.things\.label: 2 values, but id has 1"):
        things.arrow(values | {"id": [1], "label": ["a", "b"]})


# Reading


def test_what_a_table_declares(tmp_path: Path) -> None:
    ddl = (
        HEAD
        + """
        CREATE TABLE master.sites (site_id integer PRIMARY KEY, code text NOT NULL UNIQUE);
        CREATE TABLE master.readings (
            "timestamp" timestamptz NOT NULL, site_id integer NOT NULL REFERENCES master.sites (site_id),
            value double precision, CHECK (value > 0)
        ) PARTITION BY RANGE ("timestamp");
        CREATE INDEX readings_site ON master.readings USING brin (site_id) WITH (pages_per_range = 16);
        COMMENT ON TABLE master.readings IS 'Reading. Written by flow: site gateway.';
        COMMENT ON COLUMN master.readings.value IS 'It''s the level [mm]. ~> hr.badges(badge_id)';
        CREATE VIEW published.codes AS SELECT code AS site_code FROM master.sites;
        COMMENT ON VIEW published.codes IS 'Codes.';
    """
    )
    catalog = load(tmp_path, master=ddl)
    table = catalog.table("master.readings")
    assert table.partition_column == "timestamp"
    assert table.writer == "flow:site gateway"
    assert not table.mutable
    assert table.arrow_schema == pa.schema(
        [
            pa.field("timestamp", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("site_id", pa.int32(), nullable=False),
            pa.field("value", pa.float64()),
        ]
    )
    assert table.partition_indexes == ("CREATE INDEX ON {leaf} USING brin (site_id) WITH (pages_per_range = 16)",)
    assert [check.expression for check in table.checks] == ["value > 0"]
    assert (table.column("value").comment, table.column("value").unit) == ("It's the level [mm].", "mm")
    assert [(str(r), r.kind, r.pending) for r in table.references] == [
        ("master.readings(site_id) -> master.sites(site_id)", "foreign key", False),
        ("master.readings(value) ~> hr.badges(badge_id)", "logical", True),
    ]
    view = catalog.modules["master"].views["codes"]
    assert (view.columns, view.sources, view.comment) == (("site_code",), ("master.sites",), "Codes.")
    assert pickle.loads(pickle.dumps(catalog)) == catalog


def test_units_are_read_from_names_of_numbers_only() -> None:
    catalog = Catalog.load()
    scada = catalog.table("operations.scada_machine_data")
    units = {name: scada.column(name).unit for name in scada.column_names}
    assert units["power_consumption_kw"] == "kW"
    assert units["uptime_seconds_shift"] == "s"
    assert units["machine_state"] is None
    assert catalog.table("operations.maintenance_events").column("parts_cost_usd").unit == "USD"


def test_tables_follow_those_they_refer_to(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        master=HEAD + "CREATE TABLE master.b (id integer REFERENCES master.a (id), up integer UNIQUE REFERENCES"
        " master.b (up)); CREATE TABLE master.a (id integer PRIMARY KEY);",
        mes="CREATE SCHEMA mes; CREATE TABLE mes.c (id integer PRIMARY KEY);",
    )
    assert [table.qualified for table in catalog.tables()] == ["master.a", "master.b", "mes.c"]


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ("DROP TABLE master.a;", "master.sql:3: unknown statement DROP TABLE MASTER"),
        ("\n\nINSERT INTO master.a VALUES (1);", "master.sql:5: unknown statement INSERT INTO MASTER"),
        ("CREATE TABLE mes.a (id integer);", "write it as master.a"),
        ("CREATE TABLE master.a (id integer) WITH OIDS;", "master.sql:3: "),
        ("CREATE TABLE master.a (id integer, id integer);", "master.a.id is declared twice"),
        ("CREATE TABLE master.a (id jsonb);", "master.a.id: type jsonb is not used in GenIMS"),
        ("CREATE TABLE master.a (id numeric);", "give precision and scale"),
        ("CREATE TABLE master.a (id timestamp);", "times are timestamptz"),
        ("CREATE TABLE master.a (id varchar(3));", "use text"),
        ("CREATE TABLE master.a (id bigserial);", "keys are computed"),
        ("CREATE TABLE master.a (id integer GENERATED ALWAYS AS IDENTITY);", "is not used in GenIMS"),
        ("CREATE TABLE master.a (id integer, PRIMARY KEY (ib));", "master.a has no column ib"),
        ("CREATE TABLE master.a (id integer REFERENCES mes.b (id));", "'-> mes.b(id)' instead"),
        ("CREATE TABLE master.a (id integer REFERENCES master.b);", "name the column"),
        ("CREATE TABLE master.a (updated_at timestamptz);", "it needs a primary key"),
        ("CREATE TABLE master.a (at timestamptz) PARTITION BY RANGE (at);", "master.a.at: the column of the"),
        ("CREATE TABLE master.a (at integer NOT NULL) PARTITION BY HASH (at);", "by RANGE of one column"),
        ("CREATE INDEX ON master.a (id);", "master.a is not created above"),
        ("CREATE VIEW published.v AS SELECT id FROM master.a;", "master.a is not created above"),
        ("COMMENT ON TABLE master.a IS 'x';", "master.a is not created above"),
        ("CREATE TABLE master.a (id integer); COMMENT ON COLUMN master.a.ib IS 'x';", "no column ib"),
        (
            "CREATE TABLE master.a (id integer); COMMENT ON COLUMN master.a.id IS 'x -> mes.b';",
            "a reference ends the comment",
        ),
        (
            "CREATE TABLE master.a (id integer); COMMENT ON COLUMN master.a.id IS 'x -> maes.b(id)';",
            "no module maes (did you mean 'mes'?)",
        ),
        ("CREATE TABLE master.a (id integer REFERENCES master.b (id));", "no such table"),
        (
            "CREATE TABLE master.b (id integer UNIQUE);CREATE TABLE master.a (id bigint REFERENCES master.b (id));",
            "id is bigint, but id is integer",
        ),
        (
            "CREATE TABLE master.b (id integer);CREATE TABLE master.a (id integer REFERENCES master.b (id));",
            "the target is not unique; a logical reference is written ~>",
        ),
        (
            "CREATE TABLE master.a (id integer PRIMARY KEY REFERENCES master.b (id));"
            "CREATE TABLE master.b (id integer PRIMARY KEY REFERENCES master.c (id));"
            "CREATE TABLE master.c (id integer PRIMARY KEY REFERENCES master.b (id));",
            "the foreign keys of master form a cycle: b -> c -> b",
        ),
        ("CREATE TABLE master.a (note text DEFAULT 'unclosed);", "master.sql: "),
    ],
)
def test_ddl_that_is_not_the_notation_is_refused(tmp_path: Path, statements: str, message: str) -> None:
    assert message in refused(tmp_path, statements)


def test_a_table_needs_its_schema_first(tmp_path: Path) -> None:
    assert "CREATE SCHEMA master comes first" in refused(tmp_path, "CREATE TABLE master.a (id integer);", head="")


def test_the_hash_sees_meaning_only(tmp_path: Path) -> None:
    def hashed(ddl: str) -> str:
        return load(tmp_path, master=ddl).modules["master"].ddl_hash

    plain = "CREATE SCHEMA master; CREATE TABLE master.a (id integer NOT NULL CHECK (id <> 3), t text DEFAULT 'x');"
    same = plain.replace("; ", ";\n-- why\n  ").replace("integer", "/* a */ INTEGER").replace(" id", "\n  id")
    assert hashed(same) == hashed(plain)
    for old, new in (
        ("integer", "bigint"),
        (" NOT NULL", ""),
        ("<> 3", "<> 4"),
        ("'x'", "'X'"),
        ("'x'", "x"),
        ("a (id", "b (id"),
        ("id integer", "ID2 integer"),
    ):
        try:
            assert hashed(plain.replace(old, new, 1)) != hashed(plain), (old, new)
        except UserError:
            pytest.fail(f"{old} -> {new} is not read")


# The DDL of this repository


def test_every_table_and_column_has_a_comment() -> None:
    silent = [
        f"{table.qualified}.{column.name}" if table.comment else table.qualified
        for table in Catalog.load().tables()
        for column in table.columns
        if not (table.comment and column.comment)
    ]
    assert silent == []


def test_a_table_whose_rows_stay_has_a_key_unless_it_is_a_time_series() -> None:
    assert [t.qualified for t in Catalog.load().tables() if not (t.primary_key or t.partition_column)] == []


# The command line


def test_show_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "operations.machine_faults"]) == 0
    shown = capsys.readouterr().out
    assert "fault_severity" in shown
    assert "primary key" in shown
    assert main(["show", "sensor_data"]) == 0
    assert main(["list"]) == 0
    assert "operations.sensor_data" in capsys.readouterr().out


def test_an_unknown_table_is_one_line_and_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "operations.machine_fault"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "error: no table operations.machine_fault (did you mean 'operations.machine_faults'?)\n"
    assert captured.out == ""


def test_somebody_can_always_be_first() -> None:
    """References that must be there make no cycle, not even across databases; one that may be absent says when."""
    needed = TopologicalSorter[str]()
    for table in Catalog.load().tables():
        for reference in table.references:
            optional = [name for name in reference.columns if table.column(name).nullable]
            for name in optional:
                says = re.search(r"NULL|known|only|Payload", table.column(name).comment)
                assert says, f"{table.qualified}.{name}"
            together = "made together" in table.column(reference.columns[0]).comment
            if not (optional or together or reference.target == table.qualified):
                needed.add(table.qualified, reference.target)
    needed.prepare()  # raises CycleError, with the cycle


def test_every_table_of_the_thirteen_systems_is_there() -> None:
    modules = Catalog.load().modules
    assert len(modules) == 13
    assert sum(len(module.tables) for module in modules.values()) >= 303


def test_references_reach_into_other_systems() -> None:
    across = [r for r in Catalog.load().references() if r.module != r.target_module]
    assert len(across) >= 250
    assert not [str(r) for r in across if r.pending]


def test_every_foreign_key_has_an_index_that_begins_with_it() -> None:
    for table in Catalog.load().tables():
        leading = [tuple(index.columns) for index in table.indexes] + [table.primary_key, *table.unique_keys]
        for reference in table.references:
            if reference.kind == "foreign key":
                n = len(reference.columns)
                assert any(set(columns[:n]) == set(reference.columns) for columns in leading), str(reference)
