"""The operating-system account that PostgreSQL runs under: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genims_ray.errors import UserError

CANDIDATES = ("postgres", "nobody")
"""System accounts to use when we are root, in order of preference."""


@dataclass(frozen=True)
class Account:
    """A user, and whether a process must change to it."""

    name: str
    uid: int
    gid: int
    change: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess` to run as this account, with nothing of our environment's secrets."""
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.change else {}
        return {"cwd": "/", "env": environment, "umask": 0o077, "stdin": subprocess.DEVNULL, **identity}

    def check(self) -> None:
        """Raises `UserError` where this process may not become the account, as root may not in some containers."""
        try:
            subprocess.run(["true"], check=False, **self.popen())
        except (OSError, subprocess.SubprocessError) as error:
            raise self._refused(f"become it ({error})") from None

    def check_name(self) -> None:
        """Raises `UserError` where the account has no name: initdb insists on one."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            raise UserError(
                f"user {self.uid} has no name here, and PostgreSQL's initdb wants one: add a line to /etc/passwd, such "
                f"as genims:x:{self.uid}:{self.gid}::/tmp:/bin/sh, or run as a user who has one"
            ) from None

    def give(self, path: Path) -> None:
        """Make the account own the path, or raise `UserError`."""
        if not self.change:
            return
        try:
            os.chown(path, self.uid, self.gid)
        except OSError as error:
            raise self._refused(f"give it {path} ({error.strerror})") from None

    def _refused(self, what: str) -> UserError:
        return UserError(
            f"PostgreSQL refuses to run as root, so it would run as user {self.name}, but root may not {what}: run as "
            "an ordinary user, or give the container the capabilities CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID and "
            "SETUID"
        )

    def can(self, test: str, path: Path) -> bool:
        """Whether this account passes the shell's `test -r|-w|-x` on `path`."""
        return subprocess.run(["test", test, str(path)], check=False, **self.popen()).returncode == 0

    def blocked_at(self, path: Path) -> Path | None:
        """The first parent folder of `path`, or `path` itself, that this account cannot enter."""
        folders = [*reversed(path.parents), path]
        return next((folder for folder in folders if folder.is_dir() and not self.can("-x", folder)), None)


def account_for(data: Path) -> Account:
    """The account that runs the server of folder `data`: ourselves, or when root the owner of the folder, or
    else a system account.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise UserError(
                f"{data} belongs to user {_name(data.stat().st_uid)}: run as that user or root, "
                "or set GENIMS_HOME to a folder of your own"
            )
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid(), change=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid, change=True)
    for name in CANDIDATES:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(user.pw_name, user.pw_uid, user.pw_gid, change=True)
    raise UserError(
        "PostgreSQL refuses to run as root, and this system has no user "
        f"{' or '.join(CANDIDATES)}: run as an ordinary user"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
