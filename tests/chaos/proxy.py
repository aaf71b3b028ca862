"""A proxy between loaders and PostgreSQL that reads the protocol and can stop a transaction at a moment of it.

Frontend messages: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

import psutil

LOADER = b"genims_ray loader"
PROTOCOL_3 = 3


class Moment(Enum):
    """Of a unit's transaction, as the wire shows it."""

    BEFORE_COPY = "before COPY"  # the ledger row is claimed, COPY is held back
    DURING_COPY = "during COPY"  # some of the rows are sent, not all
    BEFORE_COMMIT = "before COMMIT"  # all is written, COMMIT is held back
    AROUND_COMMIT = "around COMMIT"  # COMMIT is sent, nobody has seen an answer
    AFTER_COMMIT = "after COMMIT"  # the server has answered, the loader does not hear it


@dataclass
class Link:
    """A connection of a loader, as seen from the middle."""

    client: socket.socket
    server: socket.socket
    is_loader: bool = False
    backend_pid: int = 0
    claimed: bool = False
    relation: bytes = b""
    """What the latest COPY of the transaction writes to."""
    copied: set[bytes] = field(default_factory=set)

    def cut(self) -> None:
        """Close both connections."""
        _close(self.client, self.server)

    @property
    def client_pid(self) -> int:
        """The process at the client's end."""
        place = self.client.getpeername()
        for connection in psutil.net_connections("tcp"):
            if connection.laddr == place and connection.pid:
                return int(connection.pid)
        raise LookupError(f"nobody is at {place}")


Action = Callable[[Link], None]


class Proxy:
    """Context manager. Listens on `port` of 127.0.0.1; every connection goes to `target`."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.bytes_per_second: float | None = None
        """Of all rows together."""
        self.fired = threading.Event()
        self._armed: tuple[Moment, bytes, int, Action] | None = None
        self._awaited: dict[bytes, Action] = {}
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sent_until = 0.0

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.close()

    @contextmanager
    def armed(self, moment: Moment, relation: str, skip: int, action: Action) -> Iterator[None]:
        """Have `action` called, once, when a transaction that writes to `relation` is at the moment, after `skip`
        others were. The connection stands still until it returns.
        """
        self.fired.clear()
        self._armed = (moment, relation.encode(), skip, action)
        yield
        self._armed = None

    @contextmanager
    def armed_at(self, statements: Iterable[str], action: Action) -> Iterator[dict[bytes, Action]]:
        """Have `action` called, once for each, before a statement is passed on that holds one of these, on whatever
        connection. Gives those that have not come yet.
        """
        self._awaited = {each.encode(): action for each in statements}
        yield self._awaited
        self._awaited = {}

    def _asked(self, text: bytes, link: Link) -> None:
        with self._lock:
            come = next((each for each in self._awaited if each in text), None)
            action = self._awaited.pop(come) if come else None
        if action:
            action(link)

    def _reached(self, moment: Moment, link: Link) -> None:
        with self._lock:
            if self._armed is None or self._armed[0] is not moment or not link.is_loader:
                return
            _, relation, skip, action = self._armed
            written = {link.relation} if moment in (Moment.BEFORE_COPY, Moment.DURING_COPY) else link.copied
            if not any(relation in each for each in written):
                return
            if skip:
                self._armed = (moment, relation, skip - 1, action)
                return
            self._armed = None
        action(link)
        self.fired.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self.target, timeout=10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        for end in (client, server):  # each message is sent by itself; nobody shall wait for an acknowledgement
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(client, server)
        with suppress(OSError, EOFError, struct.error):
            length, code = struct.unpack("!ii", _exactly(client, 8))
            body = _exactly(client, length - 8)
            link.is_loader = code >> 16 == PROTOCOL_3 and LOADER in body
            server.sendall(struct.pack("!ii", length, code) + body)
            threading.Thread(target=self._answers, args=(link,), daemon=True).start()
            self._requests(link)
        link.cut()

    def _requests(self, link: Link) -> None:
        """Client to server, message by message."""
        while True:
            kind, message = _message(link.client)
            text = message[5:] if kind in b"QP" else b""
            self._asked(text, link)
            if b"INSERT INTO genims.ledger" in text:
                link.claimed, link.copied = True, set()
            if text.lstrip(b"\0").startswith(b"COPY") and b"FROM STDIN" in text:
                link.relation = text[: text.index(b"FROM STDIN")]
                link.copied.add(link.relation)
                if link.claimed:
                    self._reached(Moment.BEFORE_COPY, link)
            is_commit = link.claimed and text.strip(b"\0 ;").upper().startswith(b"COMMIT")
            if is_commit:
                self._reached(Moment.BEFORE_COMMIT, link)
            if kind == b"d":
                self._wait_for(len(message))
            link.server.sendall(message)
            if kind == b"d":
                self._reached(Moment.DURING_COPY, link)
            if is_commit:
                self._reached(Moment.AROUND_COMMIT, link)

    def _answers(self, link: Link) -> None:
        """Server to client, message by message."""
        with suppress(OSError, EOFError, struct.error):
            while True:
                kind, message = _message(link.server)
                if kind == b"K":
                    [link.backend_pid] = struct.unpack("!i", message[5:9])
                if kind == b"C" and message[5:].startswith(b"COMMIT") and link.claimed:
                    self._reached(Moment.AFTER_COMMIT, link)
                    link.claimed = False
                link.client.sendall(message)
        link.cut()

    def _wait_for(self, size: int) -> None:
        """Until the rate allows `size` bytes more."""
        if self.bytes_per_second is None:
            return
        with self._lock:
            self._sent_until = max(self._sent_until, time.monotonic()) + size / self.bytes_per_second
            until = self._sent_until
        time.sleep(max(0.0, until - time.monotonic()))


def _message(stream: socket.socket) -> tuple[bytes, bytes]:
    """(type, whole message); EOFError at the end."""
    head = _exactly(stream, 5)
    [length] = struct.unpack("!i", head[1:])
    return head[:1], head + _exactly(stream, length - 4)


def _exactly(stream: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = stream.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _close(*streams: socket.socket) -> None:
    for stream in streams:
        with suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)
        stream.close()
