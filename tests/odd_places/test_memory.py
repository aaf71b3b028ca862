"""Less memory than the machine has: what a control group leaves is what sizes follow."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from genims_ray import config, memory
from genims_ray.memory import GIB, Memory, available, kills
from genims_ray.pipeline.sizes import fitted
from genims_ray.postgres import settings

V2 = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = (
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "35 31 0:32 {shown} /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n"
    "36 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
)


def tree(root: Path, mounts: str, groups: str, **files: str) -> Path:
    """A root with /proc and control groups; `files` are paths below /sys/fs/cgroup, `__` for a slash."""
    for name, text in {"proc/self/mountinfo": mounts, "proc/self/cgroup": groups}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("memory_", "memory.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_version_2_asks_every_group_above(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        V2,
        "0::/system.slice/docker-1.scope/inner\n",
        system_slice="",
        **{"system.slice__memory_max": "3221225472\n"},
        **{"system.slice__docker-1.scope__memory_max": "1610612736\n"},
        **{"system.slice__docker-1.scope__inner__memory_max": "max\n"},
        **{"system.slice__docker-1.scope__memory_events": "low 0\nhigh 3\noom 2\noom_kill 5\n"},
    )
    found = available(root)
    assert found.bytes == 1_610_612_736
    assert found.public() == f"1.5 GiB, the limit of control group {root}/sys/fs/cgroup/system.slice/docker-1.scope"
    assert kills(root) == 5


def test_version_2_memory_high_and_a_container_with_a_namespace_of_its_own(tmp_path: Path) -> None:
    root = tree(tmp_path, V2, "0::/\n", memory_max="max\n", memory_high="1073741824\n")
    assert available(root).bytes == GIB


@pytest.mark.parametrize(
    ("shown", "own"), [("/", "/docker/1"), ("/docker/1", "/docker/1"), ("/docker/1", "/docker/1/inner")]
)
def test_version_1_seen_from_inside_and_outside(tmp_path: Path, shown: str, own: str) -> None:
    below = "memory__docker__1__" if shown == "/" else "memory__"
    files = {f"{below}memory_limit_in_bytes": "1610612736\n", f"{below}memory_oom_control": "under_oom 0\noom_kill 2\n"}
    root = tree(tmp_path, V1.format(shown=shown), f"4:memory:{own}\n3:cpu:/\n0::/\n", **files)
    assert available(root).bytes == 1_610_612_736
    assert kills(root) == 2


def test_no_limit_is_the_machines_memory(tmp_path: Path) -> None:
    whole = psutil.virtual_memory().total
    unlimited = tree(
        tmp_path / "v1", V1.format(shown="/"), "4:memory:/\n", memory__memory_limit_in_bytes="9223372036854771712\n"
    )
    for root in (unlimited, tmp_path / "nothing"):
        assert available(root) == Memory(whole)
        assert kills(root) == 0
    (unlimited / "proc/vmstat").write_text("pgfault 7\noom_kill 3\n")
    assert kills(unlimited) == 3


def test_sizes_follow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    conf = config.load(["scale=tiny"])
    small = fitted(conf, Memory(int(1.5 * GIB)))
    assert (small.ray.num_cpus or 2) <= 2
    assert small.ray.object_store_bytes == 201_326_592  # an eighth
    assert small.ray.units_in_flight == 4
    tiny = fitted(conf, Memory(GIB // 2))
    assert (tiny.ray.object_store_bytes, tiny.ray.units_in_flight, tiny.unit.rows) == (100_000_000, 2, 357_913)
    assert fitted(conf, Memory(1024 * GIB)) == conf
    joined = config.load(["ray=cluster"])
    assert fitted(joined, Memory(1024 * GIB)).ray == joined.ray

    def rendered(size: int) -> dict[str, str]:
        monkeypatch.setattr(settings, "available", lambda: Memory(size))
        lines = settings.render(5432, tmp_path).splitlines()[1:]
        return dict(line.split(" = ") for line in lines)

    assert rendered(3 * GIB // 2)["shared_buffers"] == "'128MB'"
    assert rendered(GIB // 2)["shared_buffers"] == "'64MB'"
    assert rendered(24 * GIB)["shared_buffers"] == "'2048MB'"
    assert rendered(24 * GIB)["maintenance_work_mem"] == "'512MB'"


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group of 1.5 GiB below ours, where this system lets us make one."""
    own = next((folder for folder, files in memory._groups(Path("/")) if (folder / files[0]).exists()), None)
    if own is None:
        pytest.skip("no memory control group is mounted here")
    folder = own / f"genims-{uuid.uuid4().hex[:8]}"
    try:
        folder.mkdir()
        limit = folder / ("memory.limit_in_bytes" if (own / memory.V1[0]).exists() else "memory.max")
        limit.write_text(str(3 * GIB // 2))
    except OSError as error:
        if folder.is_dir():
            folder.rmdir()
        pytest.skip(f"no control group may be made here: {error}")
    yield folder
    folder.rmdir()


def test_a_group_of_the_kernels(group: Path) -> None:
    """The limit is read, and that the kernel ended a process in it is noticed."""
    program = f"""
import os, subprocess, sys
open({str(group / "cgroup.procs")!r}, "w").write(str(os.getpid()))
from genims_ray.memory import available, kills
before = kills()
greedy = subprocess.run([sys.executable, "-c", "x = bytearray(2 * 2**30)"])
print(available().bytes, greedy.returncode, kills() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == [str(3 * GIB // 2), "-9", "1"]
