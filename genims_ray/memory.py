"""How much memory there is for us: the machine's, or what a control group (a container, a service) leaves of it.

The limit of every group above counts. Version 2 has memory.max and memory.high, version 1 memory.limit_in_bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psutil

GIB = 2**30


@dataclass(frozen=True)
class Memory:
    """Bytes that may be used, and whose limit that is: empty for the machine's own."""

    bytes: int
    group: str = ""

    def public(self) -> str:
        """For people."""
        return f"{self.bytes / GIB:.1f} GiB" + (f", the limit of control group {self.group}" if self.group else "")


def available(root: Path = Path("/")) -> Memory:
    """The smallest of the machine's memory and the limits of our groups. `root` is where /proc and /sys are."""
    found = Memory(psutil.virtual_memory().total)
    for folder, files in _groups(root):
        for name in files:
            limit = _number(folder / name)
            if limit is not None and 0 < limit < found.bytes:
                found = Memory(limit, str(folder))
    return found


def kills(root: Path = Path("/")) -> int:
    """How often the kernel has ended a process for want of memory: in our groups where they count it, else anywhere
    on the machine."""
    counts = [
        _entry(folder / name, "oom_kill")
        for folder, _ in _groups(root)
        for name in ("memory.events", "memory.oom_control")
    ]
    counts.append(_entry(root / "proc/vmstat", "oom_kill"))
    return max((count for count in counts if count is not None), default=0)


V2: tuple[str, ...] = ("memory.max", "memory.high")
V1: tuple[str, ...] = ("memory.limit_in_bytes",)


def _groups(root: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """(folder, its files with limits) of our memory groups, the innermost first."""
    try:
        mounts = (root / "proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
        ours = (root / "proc/self/cgroup").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return
    paths = {controllers: path for _, controllers, path in (line.split(":", 2) for line in ours)}
    for line in mounts:
        fields, _, rest = line.partition(" - ")
        kind, _, options = rest.split(" ", 2)
        shown, mounted = fields.split(" ")[3:5]
        if kind == "cgroup2":
            path, files = paths.get(""), V2
        elif kind == "cgroup" and "memory" in options.split(" ")[-1].split(","):
            path, files = next((p for c, p in paths.items() if "memory" in c.split(",")), None), V1
        else:
            continue
        if path is None:
            continue
        top = root / mounted.lstrip("/")
        # A container may see its own group mounted at the top, and its path from outside.
        inner = PurePosixPath(path)
        inside = inner.relative_to(shown) if inner.is_relative_to(shown) else PurePosixPath()
        folder = top / str(inside).lstrip("/")
        while folder != top and ".." not in folder.parts:
            yield folder, files
            folder = folder.parent
        yield top, files


def _number(file: Path) -> int | None:
    """What the file holds; None where it says "max", or is not to be read."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def _entry(file: Path, name: str) -> int | None:
    try:
        words = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return None
    return next((int(line[1]) for line in words if len(line) == 2 and line[0] == name), None)
