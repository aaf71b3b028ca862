"""The folder of the embedded server: what is where, who may read it, and the port it remembers.

<home>/server.lock              one start, stop or destroy at a time
<home>/postgres/data            the server's data
<home>/postgres/password        of user `genims`, who owns the databases; mode 0600
<home>/postgres/reader-password       of user `genims_reader`, who reads them; mode 0600
<home>/postgres/superuser-password    of user `postgres`; mode 0600
<home>/postgres/port            chosen once
<home>/postgres/socket          the socket's folder, unless the path would be too long
<home>/postgres/server.log
"""

from __future__ import annotations

import os
import socket
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from genims_ray.errors import UserError
from genims_ray.postgres.account import Account

PORTS = range(15432, 25432)
"""Below the range that systems give to outgoing connections."""
SOCKET_PATH_BYTES = 107


def home_folder(configured: str | None = None) -> Path:
    """The configured folder, else $GENIMS_HOME, else .genims in the current folder; absolute."""
    return Path(configured or os.environ.get("GENIMS_HOME") or ".genims").expanduser().absolute()


def require_writable(home: Path) -> None:
    """Raises `UserError` where a run could not write what it keeps in its home: logs, Ray's token, the truth."""
    for folder in (home, home / "truth", home / "logs"):
        try:
            while not folder.exists():
                folder = folder.parent
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise UserError(
                f"cannot write to {folder}: {error.strerror}; set GENIMS_HOME to a folder that you can write to"
            ) from None


class ServerFiles:
    """Files of the server whose data is below `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.folder = self.home / "postgres"
        self.data = self.folder / "data"
        self.password = self.folder / "password"
        self.reader_password = self.folder / "reader-password"
        self.superuser_password = self.folder / "superuser-password"
        self.port = self.folder / "port"
        self.log = self.folder / "server.log"

    def password_and_port(self, file: Path | None = None) -> tuple[str, int]:
        """Those of a server that has been started once, the owner's password unless another's file is given;
        `UserError` where there is none, or another user's."""
        password = file or self.password
        try:
            return password.read_text().strip(), int(self.port.read_text())
        except FileNotFoundError:
            raise UserError(f"no server has been created in {self.home}") from None
        except PermissionError:
            raise UserError(f"{password} belongs to another user: run as the user who created it") from None

    def stored_port(self) -> int | None:
        """The port of the latest start; None before the first."""
        return int(self.port.read_text()) if self.port.exists() else None

    def choose_port(self, account: Account, say: Callable[[str], None]) -> int:
        """The stored port; when it is taken another, which is then stored and said."""
        stored = self.stored_port()
        if stored is not None and _is_free(stored):
            return stored
        first = zlib.crc32(os.fsencode(self.home)) % len(PORTS)
        candidates = (*PORTS[first:], *PORTS[:first])
        port = next((int(p) for p in candidates if p != stored and _is_free(p)), None)
        if port is None:
            raise UserError(f"no free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1")
        if stored is not None:
            say(f"port {stored} is taken by another program; the server moves to port {port}")
        self.write(self.port, str(port), account)
        return port

    def socket_folder(self) -> Path:
        """Beside the data, or in /tmp when the path would exceed the system's limit, or holds a comma: PostgreSQL
        and its clients would read two paths. Not in $TMPDIR, which the next command may have another of."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / ".s.PGSQL.65535.lock")) <= SOCKET_PATH_BYTES and "," not in str(inside):
            return inside
        return Path("/tmp") / f"genims-{zlib.crc32(os.fsencode(self.home)):08x}"

    def make_socket_folder(self, account: Account) -> Path:
        """Create the socket folder for the account; `UserError` where it is another user's."""
        folder = self.socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if account.change and folder.stat().st_uid == 0:
            account.give(folder)
        if folder.stat().st_uid != account.uid:
            raise UserError(f"{folder} belongs to another user: set GENIMS_HOME to a shorter path")
        return folder

    def write(self, path: Path, text: str, account: Account) -> Path:
        """Write a file that only the account can read."""
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.fsencode(text))  # paths may be no text
        account.give(new)
        new.replace(path)
        return path

    def bytes_on_disk(self) -> int:
        """Disk space of everything below the folder, in bytes."""
        total = 0
        for parent, _, names in os.walk(str(self.folder)):
            for name in names:
                try:
                    total += int(os.lstat(f"{parent}/{name}").st_blocks) * 512
                except FileNotFoundError:  # dropped by the server meanwhile
                    continue
        return total


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
