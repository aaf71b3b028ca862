"""Who may use the Ray that a run starts: whoever holds its token.

Ray's own processes listen on every network interface, and a program that reaches them can run code as this user;
so can one that reaches the dashboard. Ray asks both for a token.
"""

from __future__ import annotations

import os
import secrets
import shlex
from pathlib import Path

from genims_ray.errors import UserError

FILE = "ray-token"
ENVIRONMENT = "ray.env"
"""Variables with which Ray's own commands find and enter the Ray that runs: of the same folder."""


def token_place(home: Path) -> str:
    """Where a person finds the token of the Ray that this process starts next; empty if it asks for none.

    Ray asks for one unless RAY_AUTH_MODE says otherwise; left to itself it would keep the token in ~/.ray. Here it
    is in a file in `home`, made when missing and readable by this user only, unless Ray's own variables
    RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH name another. Raises `UserError` if the file cannot be. Call it before
    `ray.init`.
    """
    if os.environ.get("RAY_AUTH_MODE", "token").lower() != "token":
        return ""
    if os.environ.get("RAY_AUTH_TOKEN"):
        return "the environment variable RAY_AUTH_TOKEN"
    if not os.environ.get("RAY_AUTH_TOKEN_PATH"):
        os.environ["RAY_AUTH_TOKEN_PATH"] = str(_token_file(home))
    else:
        _require_token(Path(os.environ["RAY_AUTH_TOKEN_PATH"]))
    return os.environ["RAY_AUTH_TOKEN_PATH"]


def _require_token(path: Path) -> None:
    """UserError where a file that the environment names holds no token."""
    try:
        reason = "" if path.read_bytes().strip() else "it is empty"
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise UserError(f"RAY_AUTH_TOKEN_PATH={path}: {reason}; unset it, and Ray's token is kept in the home folder")


def tell_commands(home: Path, address: str, dashboard: str | None) -> Path:
    """Write the file of variables for a shell: `set -a; . ray.env; set +a`, and `ray status` works. No secret is in it.

    `address` is the Ray's, `dashboard` its URL where it has one.
    """
    values = {"RAY_ADDRESS": address, "RAY_API_SERVER_ADDRESS": dashboard or ""}
    names = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH")
    values |= {name: os.environ.get(name, "") for name in names}
    if os.environ.get("RAY_AUTH_TOKEN_PATH"):
        values["RAY_AUTH_MODE"] = values["RAY_AUTH_MODE"] or "token"  # Ray's commands do not ask for one by themselves
    values["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # or they would look for 127.0.0.1 at another address
    path = home / ENVIRONMENT
    _write(path, "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items() if value))
    return path


def _token_file(home: Path) -> Path:
    """The file of the token. It stays for the next run: browsers that have been let in remain so."""
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists() or not path.read_text().strip():
            _write(path, secrets.token_hex(32))
        path.chmod(0o600)
    except OSError as error:
        raise UserError(
            f"cannot keep Ray's token in {path}: {error.strerror}; set GENIMS_HOME to a folder of your own"
        ) from None
    return path


def _write(path: Path, text: str) -> None:
    """A file that is never seen half-written, nor by others."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
