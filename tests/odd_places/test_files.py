"""Files that people, editors and other systems leave: one line with the file's name, on every command that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from genims_ray import config
from genims_ray.errors import UsageError
from genims_ray.files import read_text, read_variables
from tests.odd_places import genims

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"A=1\nPOSTGRES_PASSWORD={SECRET}\n".encode("utf-16"), "is UTF-16: save it as UTF-8"),
        (f"A=1\nB={SECRET}\xfc\n".encode("latin-1"), ":2: not UTF-8: save the file as UTF-8"),
        (f"A=1\n\n# why\n{SECRET}\nB=2\n".encode(), ":4: expected NAME=value"),
        (f'A=1\nB="{SECRET}\nC=2\n'.encode(), ":2: expected NAME=value"),
        (f"A=1\n= {SECRET}\n".encode(), ":2: expected NAME=value"),
        (f"A={SECRET}\0\n".encode(), ":1: holds a NUL character"),
    ],
)
def test_variables_that_cannot_be_read_are_a_line_without_what_they_hold(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_variables(file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_byte_order_mark_and_comments_are_read_over(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbf# mine\r\nexport A=1\r\nB='two # words'  # said\r\nC=\r\n")
    assert read_variables(file) == {"A": "1", "B": "two # words", "C": ""}


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*: Is a directory"):
        read_variables(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"cannot read .*/link: it is a link to nothing"):
        read_text(tmp_path / "link")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of options, as editors, other systems and haste leave one."""
    folder = tmp_path / "options" / "factory"
    folder.mkdir(parents=True)
    (folder / ".#oslo.yaml").symlink_to("somebody@somewhere.1234")
    (folder / "._oslo.yaml").write_bytes(b"\0\5\x16\7")
    (folder / "oslo.yaml~").write_bytes(b"\xff")
    for name, content in {
        "latin": "# Malmö\nname: Malmö\n".encode("latin-1"),
        "wide": "# Malmo\n".encode("utf-16"),
        "twice": b"# Two of them\nname: a\nname: b\n",
        "broken": b"# Not closed\nname: [a\nb: c\n",
        "control": b'# A bell\nname: "a\7"\n',
    }.items():
        (folder / f"{name}.yaml").write_bytes(content)
    (folder / "nothing.yaml").symlink_to("/nowhere")
    (folder / "folder.yaml").mkdir()
    return folder.parent


def test_a_folder_of_options_with_other_files_can_be_used(own: Path) -> None:
    with_folder = config.load(["scale=tiny", f"--config-dir={own}"])
    assert with_folder == config.load(["scale=tiny"])
    outcome = genims("run", "--help", f"--config-dir={own}")
    assert (outcome.status, outcome.errors) == (0, [])
    shown = next(line for line in outcome.lines if line.split()[:1] == ["factory"])
    assert "latin" in shown
    assert "oslo" not in shown


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("latin", r"/latin\.yaml:1: not UTF-8"),
        ("wide", r"/wide\.yaml is UTF-16"),
        ("twice", r"/twice\.yaml:3: not valid YAML: found duplicate key name"),
        ("broken", r"/broken\.yaml:3: not valid YAML"),
        ("control", r"/control\.yaml:2: holds the character U\+0007"),
        ("nothing", r"cannot read .*/nothing\.yaml: it is a link to nothing"),
        ("folder", r"cannot read .*/folder\.yaml: Is a directory"),
        ("oslo", r"there is no factory 'oslo'"),
    ],
)
def test_an_option_that_cannot_be_read_is_a_line(own: Path, option: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        config.load(["scale=tiny", f"+factory@factories.{option}={option}", f"--config-dir={own}"])
    assert "\n" not in str(caught.value)


def test_every_command_says_it_in_a_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("POSTGRES_HOST=ü\n".encode("latin-1"))
    for command in ("run", "verify"):
        outcome = genims(command, "server=env", cwd=tmp_path, within=30)
        assert outcome.status == 2
        assert outcome.error == "error: .env:1: not UTF-8: save the file as UTF-8"
