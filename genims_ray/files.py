"""Text that people wrote: whatever is wrong with its file is one line that names it."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from genims_ray.errors import UsageError, short

OTHERS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """The UTF-8 text of a file, a byte-order mark left out.

    Raises `UsageError` naming the file, and the line where there is one, where it cannot be read or is no such text.
    """
    try:
        found = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {short(str(path), 300)}: {reason(path, error)}") from None
    if found.startswith(OTHERS):
        raise UsageError(f"{path} is UTF-16: save it as UTF-8")
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8: save the file as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageError(f"{path}:{line}: holds a NUL character; it is no text file")
    return text


def reason(path: Path, error: OSError) -> str:
    """Why a file could not be read, in the system's words."""
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return "it is a link to nothing"
    return error.strerror or type(error).__name__


def read_variables(path: Path) -> dict[str, str]:
    """The variables of a file of lines NAME=value, such as .env.

    Raises `UsageError` naming file and line where one is not so, but never what it holds: it may be a secret.
    """
    text = read_text(path)
    for binding in parse_stream(io.StringIO(text)):
        first = binding.original.string
        line = binding.original.line + first[: len(first) - len(first.lstrip())].count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            raise UsageError(f"{path}:{line}: expected NAME=value, the value in quotes where it holds spaces or #")
    found = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in found.items() if value is not None}
