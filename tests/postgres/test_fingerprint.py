"""Fingerprints tell what a table holds, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genims_ray import fingerprint as command
from genims_ray.catalog import Catalog
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.fingerprint import Fingerprint, fingerprints
from genims_ray.postgres.servers import create, drop

CATALOG = Catalog.load()
[TABLE] = [table for table in CATALOG.tables() if table.qualified == "operations.sensor_data"]
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
ROWS = [(NEW_YEAR, 1, 7, 20.5), (NEW_YEAR, 2, 7, -0.1), (NEW_YEAR, 3, 7, 1e300)]
"""timestamp, sensor_id, machine_id, value"""


@pytest.fixture
def places(server: EmbeddedServer) -> Iterator[dict[str, Endpoint]]:
    """Two databases with a table of the same name and columns."""
    found = {name: server.endpoint(f"fingerprints_{name}") for name in ("one", "other")}
    for place in found.values():
        create(place)
        with connect(place) as session:
            session.execute("CREATE SCHEMA operations")
            session.execute(
                "CREATE TABLE operations.sensor_data"
                " (timestamp timestamptz, sensor_id integer, machine_id integer, value float8)"
            )
    yield found
    for place in found.values():
        drop(place)


def of(place: Endpoint, rows: Sequence[tuple[datetime, int, int, float]]) -> Fingerprint:
    """Of the table when it holds these rows."""
    with connect(place) as session:
        session.execute("TRUNCATE operations.sensor_data")
        with session.cursor() as cursor:
            cursor.executemany("INSERT INTO operations.sensor_data VALUES (%s, %s, %s, %s)", rows)
    return fingerprints(place, [TABLE])["operations.sensor_data"]


def test_the_order_of_rows_does_not_matter_and_the_rest_does(places: dict[str, Endpoint]) -> None:
    whole = of(places["one"], ROWS)
    assert whole.rows == 3
    assert of(places["other"], ROWS[::-1]) == whole
    changed = [
        ROWS[:2],
        [*ROWS, ROWS[0]],
        [*ROWS[:2], ROWS[1]],
        [*ROWS[:2], (NEW_YEAR, 3, 7, 1.0000000000000002e300)],  # the next number that float8 has
        [*ROWS[:2], (NEW_YEAR, 7, 3, 1e300)],
    ]
    found = {of(places["other"], rows).digest for rows in changed}
    assert len(found | {whole.digest}) == len(changed) + 1
    assert of(places["other"], []) == Fingerprint(0, "0" * 16)


def test_it_is_the_sum_of_what_postgresql_makes_of_each_row(places: dict[str, Endpoint]) -> None:
    found = of(places["one"], ROWS[:2])
    texts = ['("2025-01-01 00:00:00+00",1,7,20.5)', '("2025-01-01 00:00:00+00",2,7,-0.1)']
    with connect(places["one"]) as session:
        hashes = [session.execute("SELECT hashtextextended(%s, 0)", (text,)).fetchone() for text in texts]
    assert found == Fingerprint(2, f"{sum(row[0] for row in hashes if row) % 2**64:016x}")


def test_the_ways_of_a_database_do_not_matter(places: dict[str, Endpoint]) -> None:
    with connect(places["other"]) as session:
        for setting in ("TimeZone = 'Asia/Tokyo'", "DateStyle = 'German'", "extra_float_digits = -3"):
            session.execute(f"ALTER DATABASE fingerprints_other SET {setting}".encode())
    assert of(places["one"], ROWS) == of(places["other"], ROWS)


def test_tables_that_hold_something_are_shown_and_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    found = {"mes.a": Fingerprint(0, "0" * 16), "mes.b": Fingerprint(1200, "1" * 16)}
    command.show(found)
    _, table, whole = capsys.readouterr().out.splitlines()
    assert table.split() == ["mes.b", "1,200", "1" * 16]
    assert whole.split()[:4] == ["all", "2", "tables", "1,200"]
    command.show(found | {"mes.b": Fingerprint(1200, "2" * 16)})
    assert capsys.readouterr().out.split()[-1] != whole.split()[-1]


def test_where_nothing_was_loaded_nothing_is_created(
    open_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENIMS_HOME", str(open_folder / "nothing"))
    assert command.main(["scale=tiny"]) == 1
    assert capsys.readouterr().err.startswith(f"error: nothing is loaded in {open_folder}/nothing: ")
    assert not (open_folder / "nothing").exists()
    assert command.main(["--jsn"]) == 2
