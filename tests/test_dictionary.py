"""The data dictionary says what sql/ says."""

from __future__ import annotations

from pathlib import Path

import pytest

from genims_ray.catalog import Catalog
from genims_ray.dictionary import main, pages

SHOP = """
CREATE SCHEMA master;
CREATE SCHEMA IF NOT EXISTS published;
COMMENT ON SCHEMA master IS 'Shared data.';
CREATE TABLE master.sites (site_id integer PRIMARY KEY, code text NOT NULL UNIQUE);
COMMENT ON TABLE master.sites IS 'Site: a | b.';
COMMENT ON COLUMN master.sites.site_id IS 'Key.';
COMMENT ON COLUMN master.sites.code IS 'Code.';
CREATE TABLE master.tanks (
    tank_id bigint PRIMARY KEY,
    site_id integer REFERENCES master.sites (site_id),
    level double precision NOT NULL,
    owner_id integer NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (site_id, tank_id)
);
CREATE INDEX tanks_low ON master.tanks (level) WHERE level < 1;
COMMENT ON TABLE master.tanks IS 'Tank.';
COMMENT ON COLUMN master.tanks.tank_id IS 'Key.';
COMMENT ON COLUMN master.tanks.site_id IS 'Where it stands.';
COMMENT ON COLUMN master.tanks.level IS 'Filling level [m].';
COMMENT ON COLUMN master.tanks.owner_id IS 'Who pays. -> financial.owners(owner_id)';
COMMENT ON COLUMN master.tanks.updated_at IS 'Last change.';
CREATE VIEW published.codes AS SELECT code FROM master.sites;
COMMENT ON VIEW published.codes IS 'Codes.';
"""

PAGE = """\
# master
<!-- Written by `python -m genims_ray.dictionary` from sql/. Edit the comments there. -->

Shared data.

![Tables of master](master.svg)

Blue: rows change. Green: rows are only added. Dashed: the reference may be absent. Grey: other modules.

## sites

Site: a | b.

- Rows are only added.
- Referred to by [master.tanks](master.md#tanks).

| column | type | null | key | unit | meaning |
|---|---|---|---|---|---|
| site_id | integer |  | primary key |  | Key. |
| code | text |  | unique |  | Code. |

## tanks

Tank.

- Rows change; `updated_at` says when one last did.
- Unique: site_id, tank_id.
- Index (btree) on level where level < 1.

| column | type | null | key | unit | meaning |
|---|---|---|---|---|---|
| tank_id | bigint |  | primary key |  | Key. |
| site_id | integer | null | → [master.sites.site_id](master.md#sites) |  | Where it stands. |
| level | double |  |  | m | Filling level [m]. |
| owner_id | integer |  | → financial.owners.owner_id |  | Who pays. |
| updated_at | timestamptz |  |  |  | Last change. |

## Published views

| view | reads | what it shows |
|---|---|---|
| published.codes | [master.sites](master.md#sites) | Codes. |
"""


def test_a_page(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "master.sql").write_text(SHOP)
    written = pages(Catalog.load(tmp_path))
    assert written["master.md"] == PAGE
    assert "| [master.sites](master.md#sites) | Site: a \\| b. |" in written["README.md"]


def test_what_is_stale_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--folder", str(tmp_path)]
    assert main(folder) == 0
    assert main([*folder, "--check"]) == 0
    (tmp_path / "operations.md").write_text("old")
    (tmp_path / "master.md").unlink()
    (tmp_path / "gone.md").write_text("a module of the past")
    capsys.readouterr()
    assert main([*folder, "--check"]) == 1
    assert "gone.md, master.md, operations.md stale; " in capsys.readouterr().err
    assert main(folder) == 0
    assert main([*folder, "--check"]) == 0


def test_the_dictionary_of_this_repository_is_current() -> None:
    assert main(["--check"]) == 0
