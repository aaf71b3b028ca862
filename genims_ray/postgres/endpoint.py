"""Where a database is. Passwords never reach a message, a log or a repr."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from psycopg.conninfo import make_conninfo


@dataclass(frozen=True)
class Endpoint:
    """A database and the account to reach it with."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    sslmode: str = "prefer"
    socket: str = ""
    """Folder of its Unix socket, where there is one: cheaper than TCP for who sends much."""
    sslrootcert: str = ""
    sslcert: str = ""
    sslkey: str = ""
    """Files on every machine that connects; where none is named, libpq looks into ~/.postgresql."""
    template: str = "template0"
    """What a new database on its server is copied from."""

    @property
    def is_local(self) -> bool:
        """Whether it can be reached from its own machine only."""
        return self.host in ("localhost", "127.0.0.1", "::1") or self.host.startswith("/")

    def conninfo(self, application: str = "genims_ray", *, near: bool = False) -> str:
        """libpq connection string, password included: for drivers, never for messages. `near` goes through the
        socket where there is one.

        Every connection is made from one, so this is where the process forgets PGHOSTADDR, PGTZ and their like.
        """
        forget_surroundings()
        return make_conninfo(
            application_name=application,
            client_encoding="UTF8",
            connect_timeout=15,
            keepalives=1,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
            **self._parameters() | ({"host": self.socket} if near and self.socket else {}),
        )

    def environment(self) -> dict[str, str]:
        """The environment for PostgreSQL's own programs to connect like this, password included."""
        forget_surroundings()
        return dict(os.environ) | {f"PG{_VARIABLES.get(k, k.upper())}": v for k, v in self._parameters().items()}

    def _parameters(self) -> dict[str, str]:
        """What libpq's parameters of these names are."""
        certificates = {"sslrootcert": self.sslrootcert, "sslcert": self.sslcert, "sslkey": self.sslkey}
        return {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.dbname,
            "user": self.user,
            "password": self.password,
            "sslmode": self.sslmode,
            "gssencmode": "disable",
            **{name: file for name, file in certificates.items() if file},
        }

    def uri(self) -> str:
        """The same as `conninfo()` without session settings, password included, for tools that want a URI."""
        account = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        place = f"{quote(self.host, safe='')}:{self.port}/{quote(self.dbname, safe='')}"
        return f"postgresql://{account}@{place}?sslmode={self.sslmode}"

    def public(self) -> str:
        """`database at host:port`, for people."""
        return f"{self.dbname} at {self.host}:{self.port}"

    def masked(self, message: str) -> str:
        """`message` without the password, however it is written there, on one line."""
        escaped = self.password.replace("\\", "\\\\").replace("'", "\\'")
        for written in (self.password, escaped, self.password.replace("'", "''"), quote(self.password, safe="")):
            message = message.replace(written, "***") if written else message
        return " ".join(message.split())

    def database(self, dbname: str) -> Endpoint:
        """The same server and account, another database."""
        return replace(self, dbname=dbname)


_VARIABLES = {"dbname": "DATABASE"}
"""Parameters whose variable is not called like them."""

_LIBPQ = re.compile("PG[A-Z_]+")


def forget_surroundings() -> None:
    """Drop libpq's variables from this process's environment, and so from those of the processes it starts.

    Some name another server (PGHOSTADDR, PGSERVICE) or keep the configured one from answering (PGREQUIREAUTH), some
    change what is stored (PGCLIENTENCODING) or read (PGTZ); and a newer libpq has more of them.
    """
    for name in [name for name in os.environ if _LIBPQ.fullmatch(name)]:
        del os.environ[name]
