"""Root as containers have it: without the right to look at other users' processes, without any, in namespaces."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from genims_ray.postgres import account
from genims_ray.postgres.account import account_for
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoints import connect
from tests.odd_places import surroundings

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up rights that it has"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed (util-linux)"),
]

DOCKER = ["setpriv", "--bounding-set=-sys_ptrace,-sys_admin", "--inh-caps=-all"]
"""What matters here of Docker's default: neither of the rights to look into another user's process."""
NOTHING = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


def without(*capabilities: str) -> list[str]:
    return ["setpriv", f"--bounding-set={','.join('-' + name for name in capabilities)}", "--inh-caps=-all"]


def unshared(*flags: str) -> list[str]:
    """The command for new namespaces; skips the test where this system does not let root have them."""
    command = ["unshare", *flags]
    done = subprocess.run([*command, "true"], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"{' '.join(command)} is forbidden here: {done.stderr.strip()}")
    return command


def server_command(prefix: Sequence[str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    first, *rest = words
    return subprocess.run(
        [*prefix, sys.executable, "-m", "genims_ray.server", first, "--home", str(home), *rest],
        env=surroundings(None),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def own(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    embedded = EmbeddedServer(open_folder / f"containers-{abs(hash(request.node.name)) % 10**6}", say=lambda _: None)
    yield embedded
    embedded.destroy()


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done
    [line] = [line for line in done.stderr.splitlines() if not line.startswith("creating")]
    assert line.startswith("error: ")
    return line


def test_a_living_server_is_seen_without_looking_into_its_process(own: EmbeddedServer) -> None:
    own.start()
    first = own.postmaster()
    assert first is not None
    refused = subprocess.run([*DOCKER, "readlink", f"/proc/{first.pid}/cwd"], check=False)
    assert refused.returncode != 0, "the right was not taken away"

    assert "running at" in server_command(DOCKER, own.home, "status").stdout
    assert "running at" in server_command(DOCKER, own.home, "start").stdout
    assert own.postmaster() == first
    assert (own.data / "postmaster.pid").exists()
    with connect(own.endpoint("postgres")) as session:
        assert session.execute("SELECT 1").fetchall() == [(1,)]

    # The number of a killed server that now belongs to another program does not keep it from starting.
    first.kill()
    psutil.wait_procs([first], timeout=30)
    file = own.data / "postmaster.pid"
    file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]) + "\n")
    assert server_command(DOCKER, own.home, "status").stdout.startswith("stopped")
    done = server_command(DOCKER, own.home, "start")
    assert done.returncode == 0, done.stderr
    assert own.postmaster() not in (None, first)

    assert server_command(DOCKER, own.home, "stop").stdout == "stopped\n"
    done = server_command(DOCKER, own.home, "start")
    assert done.returncode == 0, done.stderr
    third = own.postmaster()
    assert third is not None
    assert server_command(DOCKER, own.home, "destroy", "--yes").returncode == 0
    _, alive = psutil.wait_procs([third], timeout=30)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)
    assert not own.folder.exists()


def test_another_server_of_the_same_user_is_not_taken_for_ours(own: EmbeddedServer, server: EmbeddedServer) -> None:
    """Its number stands in our postmaster.pid, and it may not be looked into."""
    other = server.postmaster()
    assert other is not None
    own.start()
    first = own.postmaster()
    assert first is not None
    first.kill()
    psutil.wait_procs([first], timeout=30)
    file = own.data / "postmaster.pid"
    for pid in (other.pid, other.children()[0].pid):
        file.write_text("\n".join([str(pid), *file.read_text().splitlines()[1:]]) + "\n")
        assert server_command(DOCKER, own.home, "status").stdout.startswith("stopped")
    done = server_command(DOCKER, own.home, "start")
    assert done.returncode == 0, done.stderr
    assert other.is_running()
    assert server.postmaster() == other


def test_a_server_beyond_a_pid_namespace_is_used_and_kept(own: EmbeddedServer) -> None:
    """As when two containers share the folder: its process is not to be seen, its socket is."""
    elsewhere = unshared("--pid", "--fork", "--mount-proc")
    own.start()
    first = own.postmaster()
    assert "running at" in server_command(elsewhere, own.home, "status").stdout
    assert "running at" in server_command(elsewhere, own.home, "start").stdout
    for words in (("stop",), ("destroy", "--yes")):
        assert "stop it from there" in one_line(server_command(elsewhere, own.home, *words))
    assert own.postmaster() == first
    assert own.stop()
    assert (own.data / "PG_VERSION").exists()


def test_a_network_namespace_is_named(own: EmbeddedServer) -> None:
    elsewhere = unshared("--net", "--pid", "--fork", "--mount-proc")
    own.start()
    first = own.postmaster()
    said = one_line(server_command(elsewhere, own.home, "start"))
    assert "it was started in another container or namespace" in said
    assert own.postmaster() == first


@pytest.mark.parametrize(
    "prefix",
    [NOTHING, without("setuid"), without("setgid"), without("chown"), without("dac_override")],
    ids=["nothing", "setuid", "setgid", "chown", "dac_override"],
)
def test_root_that_may_not_become_another_user(own: EmbeddedServer, prefix: list[str]) -> None:
    own.home.mkdir()
    own.home.chmod(0o755)
    said = one_line(server_command(prefix, own.home, "start"))
    assert "run as an ordinary user" in said or "set GENIMS_HOME" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("flags", [["--map-root-user"], ["--map-root-user", "--pid", "--fork", "--mount-proc"]])
def test_a_user_namespace_is_one_line(own: EmbeddedServer, flags: list[str]) -> None:
    elsewhere = unshared(*flags)
    own.home.mkdir()
    own.home.chmod(0o777)
    assert "run as an ordinary user" in one_line(server_command(elsewhere, own.home, "start"))


def test_a_user_namespace_without_root_works(own: EmbeddedServer) -> None:
    elsewhere = unshared("--user")
    own.home.mkdir()
    own.home.chmod(0o777)
    done = server_command(elsewhere, own.home, "start")
    assert done.returncode == 0, done.stderr
    assert server_command(elsewhere, own.home, "destroy", "--yes").returncode == 0


def test_a_mount_namespace_makes_no_difference(own: EmbeddedServer) -> None:
    elsewhere = unshared("--mount")
    done = server_command(elsewhere, own.home, "start")
    assert done.returncode == 0, done.stderr
    assert own.lives()
    assert server_command(elsewhere, own.home, "stop").stdout == "stopped\n"


def test_a_user_without_a_name(own: EmbeddedServer) -> None:
    """As `docker run --user 54321` has it."""
    own.home.mkdir()
    os.chown(own.home, 54321, 54321)
    nameless = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    said = one_line(server_command(nameless, own.home, "start"))
    assert "user 54321 has no name here" in said
    assert "genims:x:54321:54321::/tmp:/bin/sh" in said


def test_no_account_to_change_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(account, "CANDIDATES", ("nobody-at-all",))
    with pytest.raises(account.UserError, match="this system has no user nobody-at-all"):
        account_for(tmp_path / "nowhere")
