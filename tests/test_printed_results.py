"""What README and the guided question print is what a newcomer gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from genims_ray.postgres.embedded import EmbeddedServer
from tests.odd_places import genims

ROOT = Path(__file__).parents[1]
PAGES = (("README.md", 7), ("docs/guided-question.md", 14))
"""Each page and the days after which its results stand: those that it asks to load, or enough of them."""


def printed(page: str) -> list[tuple[str, str]]:
    """Queries of a page that are followed by their result."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"```sql\n(SELECT[^`]*?)```\n```\n([^`]*?)```", text)


def lines(table: str) -> list[str]:
    return [line.rstrip() for line in table.strip("\n").split("\n") if not re.match(r"\(\d+ rows?\)", line)]


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(open_folder / "printed")
    yield server
    server.destroy()


@pytest.mark.parametrize(("page", "days"), PAGES)
def test_results_are_those_printed(home: EmbeddedServer, page: str, days: int) -> None:
    loaded = genims("run", "scale=small", f"days={days}", "ray.dashboard=false", home=home, within=300)
    assert loaded.status == 0, loaded.errors
    found = printed(page)
    assert len(found) >= 2
    for query, result in found:
        shown = genims("server", "psql", "hub", "--", "-X", "-P", "pager=off", "-c", query, home=home)
        assert lines("\n".join(shown.lines)) == lines(result), query
