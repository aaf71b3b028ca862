"""The token that Ray asks for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from genims_ray.errors import UserError
from genims_ray.pipeline.access import tell_commands, token_place


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of Ray's variables is set, and those set in a test do not stay."""
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_a_token_of_ones_own_that_stays(tmp_path: Path):
    home = tmp_path / "home"
    file = Path(token_place(home))
    token = file.read_text()
    assert file.parent == home
    assert len(token) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.environ["RAY_AUTH_TOKEN_PATH"] == str(file)
    assert list(home.iterdir()) == [file]

    del os.environ["RAY_AUTH_TOKEN_PATH"]
    file.chmod(0o644)
    assert token_place(home) == str(file)
    assert file.read_text() == token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_rays_own_variables_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(elsewhere))
    with pytest.raises(UserError, match=r"RAY_AUTH_TOKEN_PATH=.*/elsewhere: No such file or directory; unset it"):
        token_place(tmp_path)
    elsewhere.write_text("\n")
    with pytest.raises(UserError, match="it is empty"):
        token_place(tmp_path)
    elsewhere.write_text("token")
    assert token_place(tmp_path) == str(elsewhere)
    elsewhere.unlink()
    monkeypatch.setenv("RAY_AUTH_TOKEN", "secret")
    assert token_place(tmp_path) == "the environment variable RAY_AUTH_TOKEN"
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    assert token_place(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UserError, match="GENIMS_HOME"):
        token_place(tmp_path / "home")


def test_rays_commands_are_told_where_and_how_but_not_the_token(tmp_path: Path):
    token = Path(token_place(tmp_path)).read_text()
    told = tell_commands(tmp_path, "127.0.0.1:6379", "http://127.0.0.1:8265").read_text()
    assert "RAY_ADDRESS=127.0.0.1:6379\n" in told
    assert "RAY_API_SERVER_ADDRESS=http://127.0.0.1:8265\n" in told
    assert "RAY_AUTH_MODE=token\n" in told
    assert f"RAY_AUTH_TOKEN_PATH={tmp_path}/ray-token\n" in told
    assert token not in told
